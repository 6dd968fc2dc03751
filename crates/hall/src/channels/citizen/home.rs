//! `/home`: my months with a picture of the years, how far it is to a pension, my account, and what to do next.

use super::SignedIn;
use crate::app::Shared;
use crate::chart::years::{Picture, picture};
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use contribution::history::{self, Countdown};
use contribution::outline::{self, Balance};
use contribution::{Bill, RefundState, Standing};
use control::View;
use kernel::{Fen, Month};
use policy::Policy;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/home", get(home))
}

#[derive(Template)]
#[template(path = "citizen/home.html")]
struct HomePage {
    page: Page,
    name: String,
    document: String,
    file: File,
}

/// What stands on the page.
struct File {
    months: i32,
    gaps: usize,
    countdown: Option<Countdown>,
    picture: Picture,
    /// The current year, and what the account holds.
    year: i32,
    account: Option<Balance>,
    due: Vec<Month>,
    open: Vec<Bill>,
    unread: u64,
    owed_back: Fen,
}

async fn home(page: Page, me: SignedIn) -> Result<Html<String>, Problem> {
    let view = me.file().await?;
    let person = registry::person(&view, me.person).await?.ok_or_else(Problem::not_found)?;
    let file = file(&view, &person).await?;
    html(&HomePage { page, name: person.name, document: person.document_masked, file })
}

/// How far it is to a pension: the minimum is that of the month in which the person reaches the age, for it rises from 2030 on.
fn countdown(view: &View, of: &registry::Person, months: i32) -> Option<Countdown> {
    let policy = Policy::of(view.area()).ok()?;
    let age = registry::retirement::statutory_month(view.area(), of.birth, of.sex, of.category).ok()?;
    history::countdown(policy, months, age.first_day().max(view.today())).ok()
}

async fn file(view: &View, of: &registry::Person) -> Result<File, Problem> {
    let person = of.id;
    let today = Month::of(view.today()).map_err(|error| Problem::internal(&error))?;
    let outline = outline::outline(view, person).await?;
    let calendar = contribution::calendar(view, person, today.year()).await?;
    let refundables = contribution::refundables(view, person).await?;
    Ok(File {
        picture: picture(&outline, today),
        countdown: countdown(view, of, outline.months()),
        months: outline.months(),
        gaps: outline.gaps(today).len(),
        year: today.year(),
        account: outline::balance(view, person).await?,
        due: calendar.into_iter().filter(|month| month.standing == Standing::Due).map(|month| month.month).collect(),
        open: contribution::open_bills(view, person).await?,
        unread: message::unread(view, person).await?,
        owed_back: refundables.iter().filter(|r| r.state != RefundState::Refunded).map(|r| r.amount).sum(),
    })
}
