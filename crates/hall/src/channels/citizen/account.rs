//! `/account`: the personal account (个人账户) year by year, each year's interest with how it was computed.

use super::SignedIn;
use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::working::{StepWords, words};
use askama::Template;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use contribution::AccountYear;
use contribution::account::{interest_of, statement};
use policy::Policy;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/account", get(account))
}

#[derive(Template)]
#[template(path = "citizen/account.html")]
struct AccountPage {
    page: Page,
    years: Vec<Stated>,
}

/// A year with how its interest is computed, where it bears any.
struct Stated {
    year: AccountYear,
    steps: Vec<StepWords>,
    is_provisional: bool,
}

async fn account(page: Page, me: SignedIn) -> Result<Html<String>, Problem> {
    let view = me.file().await?;
    let policy = Policy::of(view.area()).map_err(|error| Problem::internal(&error))?;
    let stated = |year: AccountYear| {
        // A year whose rate is not known has no steps; its interest is absent then.
        let interest = interest_of(policy, &year).ok().filter(|_| year.bears_interest());
        let is_provisional = year.interest.is_none() || interest.as_ref().is_some_and(|interest| interest.provisional);
        let steps = interest.map(|interest| words(&page, &interest.steps)).unwrap_or_default();
        Stated { year, steps, is_provisional }
    };
    let years = statement(&view, me.person).await?.into_iter().rev().map(stated).collect();
    html(&AccountPage { page, years })
}
