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
    let year = view.today().year();
    let history = contribution::history(view, person).await?;
    let calendar = contribution::calendar(view, person, year).await?;
    let refundables = contribution::refundables(view, person).await?;
    let statement = account::statement(view, person).await?;
    Ok(File {
        picture: picture(&history, year),
        countdown: countdown(view, of, history.totals.months),
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
