//! What was paid and what can be paid: the calendar of a year, all years, the personal account, a quote.

use super::bearer::{Me, hidden};
use super::input::Asked;
use super::schema;
use crate::app::Shared;
use crate::problem::Problem;
use axum::Json;
use chrono::Datelike;
use contribution::{AccountYear, Line, MonthLines, MonthState, QuotedMonth, Standing, Tier, Totals, history};
use control::Declined;
use kernel::{Fen, Month};
use policy::calc::StepText;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(months))
        .routes(routes!(all_years))
        .routes(routes!(account))
        .routes(routes!(quote))
}

/// Which year.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfYear {
    /// The current one where it is left out.
    #[param(minimum = 1900, maximum = 2199)]
    year: Option<i32>,
}

/// A month of pension insurance and how it stands.
#[derive(Serialize, ToSchema)]
struct CalendarMonth {
    #[schema(schema_with = schema::month)]
    month: Month,
    /// `paid`, `due`, `prepayable`, `insured_by_employer`, `not_insured` or `closed`.
    standing: &'static str,
    /// Whether it can be paid now.
    payable: bool,
    /// The employer that insured it.
    #[serde(skip_serializing_if = "Option::is_none")]
    employer: Option<String>,
}

impl From<MonthState> for CalendarMonth {
    fn from(state: MonthState) -> CalendarMonth {
        let payable = state.standing.is_payable();
        let (standing, employer) = match state.standing {
            Standing::Paid => ("paid", None),
            Standing::Due => ("due", None),
            Standing::Prepayable => ("prepayable", None),
            Standing::InsuredByEmployer(employer) => ("insured_by_employer", Some(employer)),
            Standing::NotInsured => ("not_insured", None),
            Standing::Closed => ("closed", None),
        };
        CalendarMonth { month: state.month, standing, payable, employer }
    }
}

/// The months of a year and how each stands.
#[utoipa::path(get, path = "/me/months", operation_id = "listMonths", tag = "me", security(("bearer" = [])),
    params(OfYear),
    responses((status = 200, description = "Twelve months.", body = Vec<CalendarMonth>)))]
async fn months(me: Me, Asked(asked): Asked<OfYear>) -> Result<Json<Vec<CalendarMonth>>, Problem> {
    let view = me.file().await?;
    let year = asked.year.unwrap_or_else(|| view.today().year());
    Month::of_year(year).map_err(|_| Problem::invalid("year_out_of_range", "year"))?;
    let months = contribution::calendar(&view, me.person, year).await?;
    Ok(Json(months.into_iter().map(CalendarMonth::from).collect()))
}

/// All years.
#[derive(Serialize, ToSchema)]
struct AllYears {
    years: Vec<PaidYear>,
    totals: Sums,
    /// Months between the first that counts and the current one that do not count.
    #[schema(schema_with = schema::months)]
    gaps: Vec<Month>,
}

/// A year with the months that have lines.
#[derive(Serialize, ToSchema)]
struct PaidYear {
    year: i32,
    months: Vec<PaidMonth>,
    totals: Sums,
}

/// A month with its lines.
#[derive(Serialize, ToSchema)]
struct PaidMonth {
    #[schema(schema_with = schema::month)]
    month: Month,
    /// Whether it counts for the pension.
    counts: bool,
    lines: Vec<PaidLine>,
}

/// A contribution line.
#[derive(Serialize, ToSchema)]
struct PaidLine {
    #[schema(value_type = uuid::Uuid)]
    id: kernel::LineId,
    kind: &'static str,
    /// `oneself`, or the side that owed it.
    payer: &'static str,
    /// The month in which it was settled.
    #[schema(schema_with = schema::month)]
    settlement: Month,
    /// The month in which it was credited to the account.
    #[schema(schema_with = schema::month)]
    credited: Month,
    /// 养老保险's base.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::yuan, required = false)]
    pension_base: Option<Fen>,
    /// What went to the personal account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::yuan, required = false)]
    pension_account: Option<Fen>,
    /// What the person paid, over all insurances.
    #[schema(schema_with = schema::yuan)]
    personal: Fen,
    /// What an employer paid.
    #[schema(schema_with = schema::yuan)]
    employer: Fen,
    /// Both.
    #[schema(schema_with = schema::yuan)]
    total: Fen,
}

/// Sums over months.
#[derive(Serialize, ToSchema)]
struct Sums {
    /// Months that count for the pension.
    months: i32,
    #[schema(schema_with = schema::yuan)]
    personal: Fen,
    #[schema(schema_with = schema::yuan)]
    employer: Fen,
    #[schema(schema_with = schema::yuan)]
    account: Fen,
}

impl From<Totals> for Sums {
    fn from(totals: Totals) -> Sums {
        let Totals { months, personal, employer, account } = totals;
        Sums { months, personal, employer, account }
    }
}

impl From<Line> for PaidLine {
    fn from(line: Line) -> PaidLine {
        PaidLine {
            id: line.id,
            kind: line.kind.as_str(),
            payer: line.payer.as_str(),
            settlement: line.settlement,
            credited: line.credited,
            pension_base: line.pension.map(|part| part.base),
            pension_account: line.pension.map(|part| part.account),
            personal: line.personal(),
            employer: line.employer(),
            total: line.total(),
        }
    }
}

impl From<MonthLines> for PaidMonth {
    fn from(month: MonthLines) -> PaidMonth {
        let counts = month.counts();
        PaidMonth { month: month.month, counts, lines: month.lines.into_iter().map(PaidLine::from).collect() }
    }
}

impl From<contribution::Year> for PaidYear {
    fn from(year: contribution::Year) -> PaidYear {
        let contribution::Year { year, months, totals } = year;
        PaidYear { year, months: months.into_iter().map(PaidMonth::from).collect(), totals: totals.into() }
    }
}

/// Every year with its months and lines.
#[utoipa::path(get, path = "/me/history", operation_id = "getHistory", tag = "me", security(("bearer" = [])),
    responses((status = 200, description = "All years.", body = AllYears)))]
async fn all_years(me: Me) -> Result<Json<AllYears>, Problem> {
    let view = me.file().await?;
    let history::History { years, totals, gaps } = history(&view, me.person).await?;
    Ok(Json(AllYears { years: years.into_iter().map(PaidYear::from).collect(), totals: totals.into(), gaps }))
}

/// A year of the personal account: `closing = opening + principal + interest + moved`.
#[derive(Serialize, ToSchema)]
struct Balance {
    year: i32,
    #[schema(schema_with = schema::yuan)]
    opening: Fen,
    /// Credited in January to December.
    #[schema(schema_with = schema::yuans)]
    credits: [Fen; 12],
    #[schema(schema_with = schema::yuan)]
    principal: Fen,
    /// Absent until the year is credited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::yuan, required = false)]
    interest: Option<Fen>,
    /// Transfers, what was drawn, adjustments.
    #[schema(schema_with = schema::yuan)]
    moved: Fen,
    #[schema(schema_with = schema::yuan)]
    closing: Fen,
}

impl From<AccountYear> for Balance {
    fn from(year: AccountYear) -> Balance {
        let AccountYear { year, opening, credits, principal, interest, moved, closing, .. } = year;
        Balance { year, opening, credits, principal, interest, moved, closing }
    }
}

/// The personal account, year by year.
#[utoipa::path(get, path = "/me/account", operation_id = "getAccount", tag = "me", security(("bearer" = [])),
    responses((status = 200, description = "The years.", body = Vec<Balance>)))]
async fn account(me: Me) -> Result<Json<Vec<Balance>>, Problem> {
    let view = me.file().await?;
    let years = contribution::account::statement(&view, me.person).await?;
    Ok(Json(years.into_iter().map(Balance::from).collect()))
}

/// What is chosen.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Chosen {
    /// Months of the current year, with commas between them.
    #[param(example = "2026-01,2026-02")]
    months: String,
    /// The base as a percentage of the average wage.
    #[param(example = 60)]
    tier: u16,
}

/// What the chosen months cost. The parts add up to the total.
#[derive(Serialize, ToSchema)]
struct Quote {
    year: i32,
    tier: u16,
    /// `normal`, or `prepayment` while the year's limits are not published.
    kind: &'static str,
    months: Vec<QuotedPart>,
    #[schema(schema_with = schema::yuan)]
    total: Fen,
    /// Of which to the personal account.
    #[schema(schema_with = schema::yuan)]
    account: Fen,
    /// Of which to the pooled fund.
    #[schema(schema_with = schema::yuan)]
    pooled: Fen,
    /// The parameters it was computed from, as `/policy` names them.
    policy_hash: String,
    /// Who collects it: `agency` or `tax_office`.
    collector: &'static str,
}

/// One month of a quote.
#[derive(Serialize, ToSchema)]
struct QuotedPart {
    #[schema(schema_with = schema::month)]
    month: Month,
    /// 缴费基数.
    #[schema(schema_with = schema::yuan)]
    base: Fen,
    #[schema(schema_with = schema::yuan)]
    total: Fen,
    #[schema(schema_with = schema::yuan)]
    account: Fen,
    #[schema(schema_with = schema::yuan)]
    pooled: Fen,
    /// How it was computed.
    #[schema(schema_with = schema::steps)]
    steps: Vec<StepText>,
}

impl From<QuotedMonth> for QuotedPart {
    fn from(quoted: QuotedMonth) -> QuotedPart {
        let QuotedMonth { month, base, total, account, pooled, steps, .. } = quoted;
        QuotedPart { month, base, total, account, pooled, steps: steps.iter().map(StepText::from).collect() }
    }
}

impl From<contribution::Quote> for Quote {
    fn from(quote: contribution::Quote) -> Quote {
        Quote {
            year: quote.year,
            tier: quote.tier.as_percent(),
            kind: quote.kind.as_str(),
            months: quote.months.into_iter().map(QuotedPart::from).collect(),
            total: quote.total,
            account: quote.account,
            pooled: quote.pooled,
            policy_hash: quote.policy_hash,
            collector: quote.collector.as_str(),
        }
    }
}

/// What chosen months cost today, and why.
#[utoipa::path(get, path = "/me/quote", operation_id = "getQuote", tag = "me", security(("bearer" = [])),
    params(Chosen),
    responses((status = 200, description = "The quote.", body = Quote)))]
async fn quote(me: Me, Asked(chosen): Asked<Chosen>) -> Result<Json<Quote>, Problem> {
    let unreadable =
        |error: kernel::MonthError| Problem::invalid("month_unreadable", "months").with_input("", &error.to_string());
    let listed = chosen.months.split(',').filter(|month| !month.is_empty());
    let months: Vec<Month> = listed.map(|month| month.trim().parse().map_err(unreadable)).collect::<Result<_, _>>()?;
    let view = me.file().await?;
    let quote = contribution::quote(&view, me.person, &months, Tier::percent(chosen.tier)).await;
    Ok(Json(quote.map_err(|error| hidden(Declined::Refused(error)))?.into()))
}
