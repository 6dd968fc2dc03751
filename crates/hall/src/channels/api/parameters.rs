//! `/policy`: the book of parameters: what is in force on a day, with its document and article, and how far it is trusted.

use super::input::Asked;
use super::schema;
use crate::app::Shared;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use kernel::{AreaCode, Date};
use policy::{Leaf, Level, Policy, Row, Status, Unit, Value};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// On which day, and where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct When {
    /// The day; today where it is left out.
    on: Option<Date>,
    /// The area, as in 130400; this agency's own where it is left out.
    #[param(pattern = r"^\d{6}$")]
    area: Option<String>,
}

/// The book on one day.
#[derive(Serialize, ToSchema)]
struct Book {
    area: String,
    on: Date,
    /// The SM3 of all parameters; a bill keeps it.
    hash: String,
    parameters: Vec<Parameter>,
}

/// A parameter. Without `in_force` it has no value for the day.
#[derive(Serialize, ToSchema)]
struct Parameter {
    /// As in `pension/employer`.
    name: String,
    /// In Chinese.
    title: String,
    /// In English.
    title_en: String,
    #[schema(schema_with = schema::unit)]
    unit: Unit,
    /// From where its rows come.
    #[schema(schema_with = schema::level)]
    level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force: Option<InForce>,
}

/// A value and its law.
#[derive(Serialize, ToSchema)]
struct InForce {
    value: ParameterValue,
    /// As a person reads it.
    text: String,
    /// The first day.
    from: Date,
    /// The last day, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Date>,
    /// The document of the law.
    document: String,
    /// The article in it.
    article: String,
    /// How far the figure is trusted.
    #[schema(schema_with = schema::status)]
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    /// How many other readings the sources give.
    alternatives: usize,
}

/// A value as its unit demands: an exact fraction (`0.08`), yuan (`3000.00`), a day of each year (`06-30`) or a word as a
/// text; a percentage or a number of months as a whole number; or several of these.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum ParameterValue {
    Text(String),
    Number(i64),
    Texts(Vec<String>),
    Numbers(Vec<i64>),
}

/// The book of parameters.
#[utoipa::path(get, path = "/policy", operation_id = "listParameters", tag = "public", params(When),
    responses((status = 200, description = "Every parameter.", body = Book)))]
async fn list(State(app): State<Shared>, Asked(when): Asked<When>) -> Result<Json<Book>, Problem> {
    let (policy, area, on) = book(&app, &when)?;
    let parameters = policy.leaves().map(|leaf| parameter(leaf, on)).collect();
    Ok(Json(Book { area: area.to_string(), on, hash: policy.hash().to_owned(), parameters }))
}

/// One parameter.
#[utoipa::path(get, path = "/policy/{branch}/{name}", operation_id = "getParameter", tag = "public",
    params(
        ("branch" = String, Path, description = "As in `pension`."),
        ("name" = String, Path, description = "As in `employer`."),
        When,
    ),
    responses((status = 200, description = "The parameter, with its value on that day.", body = Parameter)))]
async fn show(
    State(app): State<Shared>,
    Path((branch, name)): Path<(String, String)>,
    Asked(when): Asked<When>,
) -> Result<Json<Parameter>, Problem> {
    let (policy, _, on) = book(&app, &when)?;
    let leaf = policy.leaf(&format!("{branch}/{name}")).ok_or_else(Problem::not_found)?;
    let parameter = parameter(leaf, on);
    if parameter.in_force.is_none() {
        let first = leaf.rows.first().map(|row| row.from.to_string()).unwrap_or_default();
        let reason = format!("no value is known for {on}; the first begins on {first}");
        return Err(Problem::invalid("not_in_force", "on").with_input("", &reason));
    }
    Ok(Json(parameter))
}

fn book(app: &Shared, when: &When) -> Result<(&'static Policy, AreaCode, Date), Problem> {
    let unknown = || Problem::invalid("unknown_area", "area");
    let area = match &when.area {
        Some(area) => AreaCode::parse(area).map_err(|_| unknown())?,
        None => app.desk().area(),
    };
    let policy = Policy::of(area).map_err(|_| unknown())?;
    Ok((policy, area, when.on.unwrap_or_else(|| kernel::business_date(app.desk().now()))))
}

fn parameter(leaf: &Leaf, on: Date) -> Parameter {
    let heading = &leaf.heading;
    Parameter {
        name: heading.name.clone(),
        title: heading.title.clone(),
        title_en: heading.title_en.clone(),
        unit: heading.unit,
        level: heading.level,
        in_force: in_force(leaf, on),
    }
}

/// The row of a day; it ends where it says, or on the day before the next one begins.
fn in_force(leaf: &Leaf, on: Date) -> Option<InForce> {
    let index = leaf.rows.partition_point(|row| row.from <= on).checked_sub(1)?;
    let row = leaf.rows.get(index).filter(|row| row.to.is_none_or(|to| on <= to))?;
    let next = leaf.rows.get(index + 1).and_then(|next: &Row<Value>| next.from.pred_opt());
    Some(InForce {
        value: ParameterValue::from(&row.value),
        text: row.value.to_string(),
        from: row.from,
        to: row.to.or(next),
        document: row.citation.document.clone(),
        article: row.citation.article.clone(),
        status: row.citation.status,
        remark: row.remark.clone(),
        alternatives: row.alternatives.len(),
    })
}

impl From<&Value> for ParameterValue {
    fn from(value: &Value) -> ParameterValue {
        match value {
            Value::Ratio(rate) => ParameterValue::Text(rate.to_string()),
            Value::Ratios(rates) => ParameterValue::Texts(rates.iter().map(ToString::to_string).collect()),
            Value::Money(amount) => ParameterValue::Text(amount.to_string()),
            Value::Count(count) => ParameterValue::Number(*count),
            Value::Counts(counts) => ParameterValue::Numbers(counts.clone()),
            Value::MonthDay(_) => ParameterValue::Text(value.to_string()),
            Value::Word(word) => ParameterValue::Text(word.clone()),
        }
    }
}
