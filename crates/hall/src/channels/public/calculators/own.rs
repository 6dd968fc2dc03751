//! The own record of whoever is signed in, as the calculators begin with it. It is asked for only where nothing was typed
//! yet, through the desk, which leaves a line that the person can see; a question with an address of its own asks nobody.

use super::form::Form;
use crate::app::Shared;
use crate::channels::citizen::{Fields, SignedIn};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::Datelike;
use contribution::history::{History, MonthLines};
use contribution::{PaidBy, account};
use kernel::{AreaCode, Fen, Month, Sex};
use policy::Policy;
use policy::contribution::flexible::{Tier, menu};
use policy::pension::index::{self, MonthBase};
use std::convert::Infallible;

/// Whoever calls: a person who is signed in, or anybody.
pub(super) struct Visitor(Option<SignedIn>);

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Visitor, Infallible> {
        Ok(Visitor(SignedIn::from_request_parts(parts, app).await.ok()))
    }
}

impl Visitor {
    /// The own record, where there is one and nothing was typed yet.
    ///
    /// # Errors
    /// The desk's and the database's.
    pub(super) async fn own(&self, fields: &Fields) -> Result<Option<Own>, Problem> {
        let switches = ["lang", "mode"];
        let nothing_typed = fields.0.iter().all(|(name, _)| switches.contains(&name.as_str()));
        let Some(me) = self.0.as_ref().filter(|_| nothing_typed) else { return Ok(None) };
        let view = me.file().await?;
        let Some(person) = registry::person(&view, me.person).await? else { return Ok(None) };
        Ok(Some(Own {
            area: view.area(),
            birth: Month::of(person.birth).map_err(|error| Problem::internal(&error))?,
            category: category(&person),
            history: contribution::history(&view, person.id).await?,
            account: account::statement(&view, person.id).await?,
            statement_year: view.today().year() - 1,
        }))
    }
}

/// The category as the calculators name it.
const fn category(person: &registry::Person) -> &'static str {
    match (person.sex, person.category) {
        (Sex::Male, _) => "M60",
        (Sex::Female, registry::Category::Cadre) => "F55",
        (Sex::Female, registry::Category::Worker) => "F50",
    }
}

/// What the calculators need of a person's record.
pub(super) struct Own {
    area: AreaCode,
    birth: Month,
    category: &'static str,
    history: History,
    account: Vec<account::AccountYear>,
    /// The year of the last whole account statement.
    statement_year: i32,
}

impl Own {
    fn counted(&self) -> impl Iterator<Item = &MonthLines> {
        self.history.years.iter().flat_map(|year| &year.months).filter(|month| month.counts())
    }

    /// The months of the last statement, with their bases.
    fn bases(&self) -> Vec<MonthBase> {
        let until = self.counted().filter(|month| month.month.year() <= self.statement_year);
        let base = |month: &MonthLines| Some(MonthBase { month: month.month, base: month.summary.pension_base? });
        until.filter_map(base).collect()
    }

    /// Birth and category.
    pub(super) fn fill_person(&self, form: &mut Form) {
        form.fill("category", self.category);
        form.fill("birth", self.birth);
    }

    /// Months, index and balance at the end of the last statement.
    pub(super) fn fill_statement(&self, policy: &Policy, form: &mut Form) {
        let bases = self.bases();
        form.fill("year", self.statement_year);
        form.fill("months", bases.len());
        // Months without an average wage, long ago, have no index; then the plain one stands.
        if let Ok(assessed) = index::assess(policy, &bases, None) {
            form.fill("index", assessed.index);
        }
        form.fill("balance", self.balance(self.statement_year));
    }

    fn balance(&self, year: i32) -> Fen {
        self.account.iter().rfind(|known| known.year <= year).map_or(Fen::ZERO, |known| known.closing)
    }

    /// All months that count for the pension, and what the person paid for it.
    pub(super) fn fill_paid(&self, form: &mut Form) {
        let personal = |month: &MonthLines| {
            month.lines.iter().filter_map(|line| line.pension).map(|part| part.personal).sum::<Fen>()
        };
        form.fill("paid", self.history.totals.months);
        form.fill("own", self.counted().map(personal).sum::<Fen>());
    }

    /// All months that were paid for unemployment insurance.
    pub(super) fn fill_unemployment(&self, form: &mut Form) {
        let months = self.history.years.iter().flat_map(|year| &year.months);
        let paid = months.filter(|month| month.summary.unemployment_base.is_some_and(|base| base > Fen::ZERO));
        form.fill("paid", paid.count());
    }

    /// The bases of each year, a year a line, and the account.
    pub(super) fn fill_transfer(&self, form: &mut Form) {
        let sum = |year: &contribution::history::Year| {
            let bases = year.months.iter().filter(|month| month.counts());
            bases.filter_map(|month| month.summary.pension_base).sum::<Fen>().to_string()
        };
        let years: Vec<String> = self.history.years.iter().map(sum).collect();
        form.fill("bases", years.join("\n"));
        form.fill("account", self.balance(i32::MAX));
    }

    /// The tier of the last month that the person paid alone, as far as the menu of that month knows its base.
    pub(super) fn tier(&self) -> Option<i64> {
        let alone = |month: &&MonthLines| month.lines.iter().all(|line| line.payer == PaidBy::Oneself);
        let last = self.counted().filter(alone).last()?;
        let policy = Policy::of(self.area).ok()?;
        // A prepaid month stands on the limits of the year before.
        let december = Month::new(last.month.year() - 1, 12).ok()?;
        let tiers = [last.month, december].map(|limits_of| menu(policy, last.month, limits_of));
        let tiers = tiers.into_iter().flatten().flat_map(|menu| menu.tiers);
        let fits = |tier: &Tier| Some(tier.assessment.base) == last.summary.pension_base;
        tiers.into_iter().find(fits).map(|tier| tier.percent)
    }

    /// The base of the last month that an employer paid.
    pub(super) fn wage(&self) -> Option<Fen> {
        let by_employer = |month: &&MonthLines| month.lines.iter().any(|line| line.payer == PaidBy::Employer);
        let last = self.counted().filter(by_employer).last();
        last.and_then(|month| month.summary.pension_base)
    }
}
