//! The second page: every answer with a link to change it, every figure with how it was computed, and a button that names
//! the act. The key that makes the form safe to send twice is made here.

use super::choice::{Choice, refused};
use super::choose;
use crate::app::Shared;
use crate::channels::citizen::{Fields, SignedIn};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use contribution::{BillKind, Quote, QuotedMonth};
use payment::GatewayKind;
use registry::Person;

#[derive(Template)]
#[template(path = "citizen/check.html")]
struct CheckPage {
    page: Page,
    person: Person,
    choice: Choice,
    gateway: GatewayKind,
    quote: Quote,
    steps: Vec<Vec<StepWords>>,
    key: String,
}

impl CheckPage {
    /// Each month with how it was computed.
    fn months(&self) -> impl Iterator<Item = (&QuotedMonth, &Vec<StepWords>)> {
        self.quote.months.iter().zip(&self.steps)
    }
}

pub(super) async fn check(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let view = me.file().await?;
    let (choice, mut mistakes) = (Choice::of(&fields), Mistakes::default());
    let Some(chosen) = choice.read(&page, &mut mistakes) else {
        return choose::again(&app, page, &view, &me, (choice, mistakes)).await;
    };
    match contribution::quote(&view, me.person, &chosen.months, chosen.tier).await {
        Ok(quote) => {
            let person = registry::person(&view, me.person).await?.ok_or_else(Problem::not_found)?;
            let steps = quote.months.iter().map(|month| words(&page, &month.steps)).collect();
            let key = new_key()?;
            let check = CheckPage { page, person, choice, gateway: chosen.gateway, quote, steps, key };
            Ok(html(&check)?.into_response())
        }
        Err(error) => {
            refused(&page, &choice, &error, &mut mistakes);
            choose::again(&app, page, &view, &me, (choice, mistakes)).await
        }
    }
}

/// 128 random bits for one showing of a form.
pub(crate) fn new_key() -> Result<String, Problem> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Problem::internal(&error))?;
    Ok(format!("form-{}", hex::encode(bytes)))
}
