//! The first page: months as chips with those that are due ticked, tiers with their amounts, ways of paying, and the sum.

use super::choice::{Choice, Chosen, OTHER, refused};
use crate::app::Shared;
use crate::channels::citizen::{Fields, SignedIn};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::Datelike;
use contribution::{Bill, MonthState, Quote, Standing};
use control::View;
use kernel::Fen;
use payment::GatewayKind;
use policy::contribution::flexible::Menu;
use registry::Person;

/// The lowest tier, ticked where nothing else is known: nobody is led to pay more.
const LOWEST: i64 = 60;

#[derive(Template)]
#[template(path = "citizen/pay.html")]
struct ChoosePage {
    page: Page,
    person: Person,
    months_paid: i32,
    year: i32,
    calendar: Vec<MonthState>,
    menu: Menu,
    gateways: Vec<GatewayKind>,
    open: Vec<Bill>,
    choice: Choice,
    quote: Option<Quote>,
    mistakes: Mistakes,
}

impl ChoosePage {
    fn is_payable(&self) -> bool {
        self.calendar.iter().any(|month| month.standing.is_payable())
    }

    fn due(&self) -> usize {
        self.calendar.iter().filter(|month| month.standing == Standing::Due).count()
    }

    /// The employer that insures this year, where one does: then there is nothing to pay here.
    fn employer(&self) -> Option<&str> {
        self.calendar.iter().find_map(|month| match &month.standing {
            Standing::InsuredByEmployer(name) => Some(name.as_str()),
            Standing::Paid | Standing::Due | Standing::Prepayable | Standing::NotInsured | Standing::Closed => None,
        })
    }

    fn is_usual(&self, percent: &i64) -> bool {
        self.choice.tier == percent.to_string()
    }
}

/// The sum, alone: what the page replaces when another tier is chosen.
#[derive(Template)]
#[template(path = "citizen/pay_sum.html")]
struct SumPart {
    page: Page,
    quote: Option<Quote>,
    mistakes: Mistakes,
}

pub(super) async fn choose(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Query(fields): Query<Fields>,
) -> Result<Html<String>, Problem> {
    let view = me.file().await?;
    html(&chosen(&app, page, &view, &me, Choice::of(&fields)).await?)
}

/// The first page again with what was typed and what is wrong with it.
pub(super) async fn again(
    app: &Shared,
    page: Page,
    view: &View,
    me: &SignedIn,
    (choice, mistakes): (Choice, Mistakes),
) -> Result<Response, Problem> {
    let form = ChoosePage { mistakes, ..chosen(app, page, view, me, choice).await? };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
}

async fn chosen(app: &Shared, page: Page, view: &View, me: &SignedIn, choice: Choice) -> Result<ChoosePage, Problem> {
    let year = view.today().year();
    let person = registry::person(view, me.person).await?.ok_or_else(Problem::not_found)?;
    let facts = contribution::facts(view, me.person, year).await?;
    let calendar = facts.calendar(year);
    let menu = contribution::menu(view, year).map_err(|error| Problem::internal(&error))?;
    let gateways: Vec<GatewayKind> = app.services()?.gateways.offered().collect();
    let last = contribution::bills(view, me.person, 1).await?.first().and_then(|bill| bill.tier);
    let choice = with_defaults(choice, &calendar, &gateways, last.map(|tier| i64::from(tier.as_percent())));
    let open = contribution::open_bills(view, me.person).await?;
    let months_paid = contribution::outline::months_counted(view, me.person).await?;
    let chosen = choice.read(&page, &mut Mistakes::default());
    let quote = chosen.map(|chosen| contribution::quote_on(view, &facts, &chosen.months, chosen.tier));
    let (mistakes, quote) = (Mistakes::default(), quote.and_then(Result::ok));
    Ok(ChoosePage { page, person, months_paid, year, calendar, menu, gateways, open, choice, quote, mistakes })
}

async fn quoted(view: &View, me: &SignedIn, chosen: Option<Chosen>) -> Option<Result<Quote, contribution::QuoteError>> {
    let chosen = chosen?;
    Some(contribution::quote(view, me.person, &chosen.months, chosen.tier).await)
}

/// Whoever comes for the first time finds the due months ticked and the tier of the last bill.
fn with_defaults(choice: Choice, calendar: &[MonthState], gateways: &[GatewayKind], last: Option<i64>) -> Choice {
    let is_new = choice.tier.is_empty();
    let due = || calendar.iter().filter(|month| month.standing == Standing::Due).map(|month| month.month.to_string());
    let first = || gateways.first().map(|gateway| gateway.to_string()).unwrap_or_default();
    Choice {
        months: if is_new && choice.months.is_empty() { due().collect() } else { choice.months },
        tier: if is_new { last.unwrap_or(LOWEST).to_string() } else { choice.tier },
        gateway: if choice.gateway.is_empty() { first() } else { choice.gateway },
        percent: choice.percent,
    }
}

pub(super) async fn quote_again(page: Page, me: SignedIn, Query(fields): Query<Fields>) -> Result<Response, Problem> {
    let view = me.file().await?;
    let (choice, mut mistakes) = (Choice::of(&fields), Mistakes::default());
    let quote = match quoted(&view, &me, choice.read(&page, &mut mistakes)).await {
        Some(Err(error)) => {
            refused(&page, &choice, &error, &mut mistakes);
            None
        }
        other => other.and_then(Result::ok),
    };
    Ok(html(&SumPart { page, quote, mistakes })?.into_response())
}

/// What one month costs, where all months cost the same.
pub(super) fn each(quote: &Quote) -> Option<Fen> {
    let first = quote.months.first()?.total;
    quote.months.iter().all(|month| month.total == first).then_some(first)
}
