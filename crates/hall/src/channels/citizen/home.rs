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
use chrono::Datelike;
use contribution::history::{self, Countdown, Totals};
use contribution::{Bill, RefundState, Standing, account};
use control::View;
use kernel::{Fen, Month, PersonId};
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
    totals: Totals,
    gaps: Vec<Month>,
    countdown: Option<Countdown>,
    picture: Picture,
    account: Option<Account>,
    due: Vec<Month>,
    open: Vec<Bill>,
    unread: u64,
    owed_back: Fen,
}

/// The balance of the personal account, and at the end of which year it was closed.
struct Account {
    balance: Fen,
    credited: Fen,
    year: i32,
}

async fn home(page: Page, me: SignedIn) -> Result<Html<String>, Problem> {
    let view = me.file().await?;
    let person = registry::person(&view, me.person).await?.ok_or_else(Problem::not_found)?;
    let file = file(&view, me.person).await?;
    html(&HomePage { page, name: person.name, document: person.document_masked, file })
}

async fn file(view: &View, person: PersonId) -> Result<File, Problem> {
    let year = view.today().year();
    let history = contribution::history(view, person).await?;
    let calendar = contribution::calendar(view, person, year).await?;
    let refundables = contribution::refundables(view, person).await?;
    let policy = Policy::of(view.area()).ok();
    let statement = account::statement(view, person).await?;
    Ok(File {
        picture: picture(&history, year),
        countdown: policy.and_then(|policy| history::countdown(policy, history.totals.months, view.today()).ok()),
        totals: history.totals,
        gaps: history.gaps,
        account: statement.last().map(|last| Account {
            balance: last.closing,
            credited: last.principal,
            year: last.year,
        }),
        due: calendar.into_iter().filter(|month| month.standing == Standing::Due).map(|month| month.month).collect(),
        open: contribution::open_bills(view, person).await?,
        unread: message::unread(view, person).await?,
        owed_back: refundables.iter().filter(|r| r.state != RefundState::Refunded).map(|r| r.amount).sum(),
    })
}
