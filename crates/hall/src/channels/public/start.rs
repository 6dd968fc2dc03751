//! `/`: who the hall is for, what is needed, what can be done, what each insurance is for.

use super::calculators::employee::seed_example;
use super::calculators::{SHELVES, Shelf};
use super::insurances::Kind;
use crate::app::Shared;
use crate::chart::{Bar, share};
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use kernel::Fen;
use policy::Policy;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/", get(start))
}

#[derive(Template)]
#[template(path = "start/start.html")]
struct StartPage {
    page: Page,
    tiles: &'static [Tile],
    kinds: [Kind; 6],
    minimum: Vec<(&'static str, i64)>,
    example: Example,
    shelves: &'static [Shelf],
}

/// Something that can be done, with its address, the key of its texts and its picture.
struct Tile {
    href: &'static str,
    key: &'static str,
    icon: &'static str,
}

const TILES: &[Tile] = &[
    Tile { href: "/pay", key: "pay", icon: "M4 7h16v11H4zM4 11h16M8 15h3" },
    Tile { href: "/home", key: "rights", icon: "M5 4h10l4 4v12H5zM9 12h6M9 16h6M14 4v5h5" },
    Tile { href: "/records", key: "record", icon: "M7 9V4h10v5M5 9h14v7h-3v4H8v-4H5zM8 13h8" },
    Tile { href: "/calculators", key: "calculate", icon: "M6 3h12v18H6zM9 7h6M9 12h1M14 12h1M9 16h1M14 16h1" },
    Tile { href: "/verify", key: "verify", icon: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4" },
];

/// The worked example, computed.
struct Example {
    base: Fen,
    employee: Fen,
    bars: Vec<Bar>,
}

async fn start(State(app): State<Shared>, page: Page) -> Result<Html<String>, Problem> {
    let policy = Policy::of(app.desk().area()).map_err(|error| Problem::internal(&error))?;
    let today = kernel::business_date(app.desk().now());
    let minimum = [("pension", &policy.pension.minimum_months), ("medical", &policy.medical.minimum_months)];
    let minimum = minimum.into_iter().filter_map(|(name, months)| Some((name, *months.on(today).ok()?.value)));
    let minimum = minimum.collect();
    let seed = seed_example().map_err(|error| Problem::internal(&error))?;
    let parts = seed.parts.iter().filter_map(|part| Some((part.insurance.as_str(), part.employee?)));
    let parts: Vec<(&str, Fen)> = parts.collect();
    let example = Example { base: seed.base, employee: seed.employee, bars: share(&parts, seed.employee) };
    html(&StartPage { page, tiles: TILES, kinds: Kind::ALL, minimum, example, shelves: &SHELVES })
}
