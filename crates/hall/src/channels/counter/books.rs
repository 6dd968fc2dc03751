//! The trial balance of a day, and closing a gateway's day, for the accountant.

use super::{may, only};
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::session::StaffIn;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use control::Action;
use kernel::Date;
use ledger::Balance;
use office::DayClosed;
use payment::GatewayKind;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/counter/books", get(books)).route("/counter/books/close", post(close))
}

#[derive(Template)]
#[template(path = "counter/books.html")]
struct BooksPage {
    page: Page,
    on: Date,
    balances: Vec<Balance>,
    gateways: Vec<GatewayKind>,
    may_close: bool,
    closed: Option<DayClosed>,
    mistakes: Mistakes,
}

impl BooksPage {
    /// The name of an account in the chart.
    fn name(&self, balance: &Balance) -> &str {
        let account = ledger::chart().find(balance.account.as_str());
        account.map_or("", |account| self.page.either(&account.name, &account.english))
    }
}

async fn page_of(app: &Shared, page: Page, staff: &StaffIn, on: Date) -> Result<BooksPage, Problem> {
    only(staff, &[Action::ReadBooks])?;
    let balances = ledger::balances(&app.desk().view(), on).await?;
    let gateways = app.services()?.gateways.offered().collect();
    let may_close = may(staff, Action::ReconcileDay);
    Ok(BooksPage { page, on, balances, gateways, may_close, closed: None, mistakes: Mistakes::default() })
}

async fn books(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Query(fields): Query<Fields>,
) -> Result<Html<String>, Problem> {
    let today = kernel::business_date(app.desk().now());
    let on = typed::date(fields.text("on")).unwrap_or(today);
    html(&page_of(&app, page, &staff, on).await?)
}

/// Closing twice closes once, so the outcome is shown on the answer itself.
async fn close(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    only(&staff, &[Action::ReconcileDay])?;
    let today = kernel::business_date(app.desk().now());
    let on = typed::date(fields.text("on"));
    let mut shown = page_of(&app, page, &staff, on.unwrap_or(today)).await?;
    let (Some(on), Ok(gateway)) = (on, fields.text("gateway").parse()) else {
        shown.mistakes.add("on", shown.page.t("mistake-date"));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&shown)?).into_response());
    };
    match office::close_day(app.desk(), app.services()?, &staff.actor, gateway, on).await {
        Ok(closed) => {
            shown.closed = Some(closed);
            Ok(html(&shown)?.into_response())
        }
        Err(error) => {
            tracing::warn!(%gateway, %on, error, "a day was not closed");
            shown.mistakes.add("on", shown.page.t("books-not-closed"));
            Ok((StatusCode::CONFLICT, html(&shown)?).into_response())
        }
    }
}
