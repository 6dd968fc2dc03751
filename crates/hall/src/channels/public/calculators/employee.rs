//! `/calculators/employee`: from the wage to what leaves it by insurance, and what the employer pays on top.
//! `?example=seed` is the worked example that people know: 3000 × (8 % + 2 % + 1 %) = 330.00, by the same formula.

use super::own::Visitor;
use super::{AREAS, Choice, Places, answered, areas, policy_of, refused, this_month};
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::chart::{Bar, share};
use crate::page::{Mistakes, Page, address};
use crate::problem::Problem;
use crate::typed;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Fen, Month, MonthError, Rate};
use policy::contribution::employee::{self, Assessment, Facts, assess};
use policy::contribution::housing_fund;
use policy::contribution::injury::Rating;
use policy::{FormulaError, NoPolicy, Policy, base};
use serde::Deserialize;

/// The wage and month of the worked example.
const EXAMPLE_WAGE: Fen = Fen::from_yuan(3000);
const EXAMPLE_MONTH: (i32, i32) = (2016, 7);

const PLACES: Places = Places { day: "month", facts: &[("rate", "housing")], other: "wage" };

/// What was asked for.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    example: Option<String>,
    wage: Option<String>,
    month: Option<String>,
    area: Option<String>,
    class: Option<String>,
    housing: Option<String>,
}

/// The form as it is shown again.
struct Form {
    wage: String,
    month: String,
    housing: String,
    areas: Vec<Choice>,
    classes: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "calculators/employee.html")]
struct EmployeePage {
    page: Page,
    form: Form,
    mistakes: Mistakes,
    answer: Option<Answer>,
    record: bool,
}

/// What is answered.
struct Answer {
    example: bool,
    month: Month,
    base: Fen,
    parts: Vec<Part>,
    employer: Fen,
    employee: Fen,
    missing: Vec<&'static str>,
    housing: Option<Fen>,
    left: Fen,
    bars: Vec<Bar>,
    steps: Vec<StepWords>,
    link: String,
}

/// One row of the table.
struct Part {
    name: &'static str,
    employer: Fen,
    employee: Option<Fen>,
}

/// Why the worked example cannot be shown, which only a broken book of parameters causes.
#[derive(Debug, thiserror::Error)]
pub(in crate::channels::public) enum ExampleError {
    #[error(transparent)]
    Policy(#[from] NoPolicy),
    #[error(transparent)]
    Formula(#[from] FormulaError),
    #[error(transparent)]
    Month(#[from] MonthError),
}

/// The worked example, computed by the formula that bills people.
pub(in crate::channels::public) fn seed_example() -> Result<Assessment, ExampleError> {
    let month = Month::new(EXAMPLE_MONTH.0, EXAMPLE_MONTH.1)?;
    Ok(assess(Policy::seed_example()?, Facts::new(month, EXAMPLE_WAGE))?)
}

/// What was asked for, read.
struct Question {
    policy: &'static Policy,
    facts: Facts,
    housing: Option<Rate>,
}

pub(super) async fn page(
    State(app): State<Shared>,
    page: Page,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::default();
    let own = visitor.own(&fields).await?.and_then(|own| own.wage());
    let mut asked = asked.completed(this_month(&app)?);
    asked.wage = asked.wage.or_else(|| own.map(|wage| wage.to_string()));
    let form = asked.form(&page);
    let answer = match asked.question(&page, &app, &mut mistakes)? {
        Some(question) => asked.answer(&page, question, &mut mistakes),
        None => None,
    };
    let record = own.is_some();
    answered(&EmployeePage { page, form, answer, record, mistakes: mistakes.clone() }, &mistakes)
}

impl Asked {
    fn is_example(&self) -> bool {
        self.example.as_deref() == Some("seed")
    }

    /// The example brings its own facts; a first visit starts with this month.
    fn completed(mut self, this_month: Month) -> Asked {
        if self.is_example() {
            self.wage = Some(EXAMPLE_WAGE.to_string());
            self.month = Month::new(EXAMPLE_MONTH.0, EXAMPLE_MONTH.1).ok().map(|month| month.to_string());
        }
        self.month.get_or_insert_with(|| this_month.to_string());
        self.area.get_or_insert_with(|| AREAS[0].to_owned());
        self
    }

    fn form(&self, page: &Page) -> Form {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let class = self.class.as_deref().unwrap_or_default();
        let classes = (0..=8).map(|number: u8| {
            let value = if number == 0 { String::new() } else { number.to_string() };
            let label = match number {
                0 => page.t("employee-class-unknown").into_owned(),
                _ => page.w("employee-class-number", &[("number", &value)]).into_owned(),
            };
            Choice { chosen: value == class, value, label }
        });
        Form {
            wage: text(&self.wage),
            month: text(&self.month),
            housing: text(&self.housing),
            areas: areas(page, self.area.as_deref().unwrap_or_default()),
            classes: classes.collect(),
        }
    }

    /// The question, once there is a wage to ask about.
    fn question(&self, page: &Page, app: &Shared, mistakes: &mut Mistakes) -> Result<Option<Question>, Problem> {
        let Some(wage) = &self.wage else { return Ok(None) };
        let policy = match self.is_example() {
            true => Policy::seed_example().map_err(|error| Problem::internal(&error))?,
            false => policy_of(self.area.as_deref().unwrap_or_default())?,
        };
        let wage = typed::yuan(wage);
        if wage.is_none() {
            mistakes.add("wage", page.t("mistake-money"));
        }
        let month = self.month.as_deref().and_then(typed::month);
        if month.is_none() {
            mistakes.add("month", page.t("mistake-month"));
        }
        let housing = self.housing.as_deref().filter(|text| !text.trim().is_empty());
        let rate = housing.and_then(typed::percent).and_then(|percent| percent.times(Rate::percent(1)).ok());
        if housing.is_some() && rate.is_none() {
            mistakes.add("housing", page.t("mistake-percent"));
        }
        let (Some(wage), Some(month), true) = (wage, month, mistakes.is_empty()) else { return Ok(None) };
        let today = kernel::business_date(app.desk().now());
        // Where no day of publication is known, the month itself will say what is missing.
        let limits_of = base::limits_month(policy, month, today).unwrap_or(month);
        let rating = self.class.as_deref().and_then(|class| class.parse().ok()).map(Rating::of_class);
        Ok(Some(Question { policy, facts: Facts { month, limits_of, wage, rating }, housing: rate }))
    }

    fn answer(&self, page: &Page, question: Question, mistakes: &mut Mistakes) -> Option<Answer> {
        let Question { policy, facts, housing } = question;
        let assessed = assess(policy, facts).map_err(|error| refused(page, policy, &error, &PLACES, mistakes)).ok()?;
        let housing = match housing {
            Some(rate) => {
                let fund = housing_fund::assess(policy, facts.month, assessed.base, rate);
                Some(fund.map_err(|error| refused(page, policy, &error, &PLACES, mistakes)).ok()?)
            }
            None => None,
        };
        let each = housing.as_ref().map(|fund| fund.each);
        let leaves = assessed.employee.checked_add(each.unwrap_or_default()).ok()?;
        let mut steps = words(page, &assessed.steps);
        steps.extend(housing.iter().flat_map(|fund| words(page, &fund.steps)));
        Some(Answer {
            example: self.is_example(),
            month: facts.month,
            base: assessed.base,
            bars: bars(&assessed, each, facts.wage),
            parts: assessed.parts.iter().map(Part::of).collect(),
            employer: assessed.employer,
            employee: assessed.employee,
            missing: assessed.missing.iter().map(|insurance| insurance.as_str()).collect(),
            housing: each,
            left: facts.wage.checked_sub(leaves).ok()?,
            steps,
            link: self.link(),
        })
    }

    /// The address that asks the same again.
    fn link(&self) -> String {
        if self.is_example() {
            return address("/calculators/employee", [("example", "seed")]);
        }
        let fields = [
            ("wage", &self.wage),
            ("month", &self.month),
            ("area", &self.area),
            ("class", &self.class),
            ("housing", &self.housing),
        ];
        let given =
            fields.iter().filter_map(|(name, field)| Some((*name, field.as_deref().filter(|text| !text.is_empty())?)));
        address("/calculators/employee", given)
    }
}

impl Part {
    fn of(part: &employee::Part) -> Part {
        Part { name: part.insurance.as_str(), employer: part.employer, employee: part.employee }
    }
}

/// What becomes of the wage: each insurance, the housing fund, what is left.
fn bars(assessed: &Assessment, housing: Option<Fen>, wage: Fen) -> Vec<Bar> {
    let insured = assessed.parts.iter().filter_map(|part| Some((part.insurance.as_str(), part.employee?)));
    let mut parts: Vec<(&str, Fen)> = insured.chain(housing.map(|each| ("housing", each))).collect();
    let taken = parts.iter().try_fold(Fen::ZERO, |sum, (_, amount)| sum.checked_add(*amount));
    // A wage below the floor may be less than what is owed; then there is no picture.
    match taken.and_then(|taken| wage.checked_sub(taken)) {
        Ok(left) if !left.is_negative() => {
            // Last, so that an insurance has the same colour here as on the start page.
            parts.push(("left", left));
            let mut bars = share(&parts, wage);
            if let Some(last) = bars.last_mut() {
                last.colour = 5;
            }
            bars
        }
        Ok(_) | Err(_) => Vec::new(),
    }
}
