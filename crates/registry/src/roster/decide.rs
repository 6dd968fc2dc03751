//! What becomes of a row, decided from the facts alone: no database, no clock.

use super::facts::{Facts, Known};
use super::{LeaveReason, Leaver, Newcomer, Returner, RosterFault, Row, RowError, Span, Verdict, Warning, repeated};
use crate::StatusKind;
use crate::person::{checked_name, is_phone};
use crate::store::{End, Standing};
use chrono::Months;
use kernel::{Date, EmployerId, Fen, IdNumber, Insurance, InsuranceSet, Month, PersonId, RelationId};
use policy::FormulaError;
use policy::reform::employer::{Registration, registration};
use policy::roster::{first_month, last_month};

/// Whom a row names, checked.
#[derive(Clone)]
pub(super) struct Named {
    pub(super) number: IdNumber,
    pub(super) name: String,
    pub(super) phone: Option<String>,
}

/// What is to be written for a row.
pub(super) struct Plan {
    pub(super) named: Named,
    pub(super) verdict: Verdict,
    /// Rows that end, each with its reason.
    pub(super) ends: Vec<(PersonId, RelationId, End, LeaveReason)>,
    /// Who else insures this person, where two officers must decide.
    pub(super) others: Vec<EmployerId>,
    pub(super) from: Option<Date>,
}

type Decided = Result<Result<Plan, RowError>, FormulaError>;

/// Leaves with the row's refusal, or goes on with the value.
macro_rules! given {
    ($value:expr) => {
        match $value {
            Ok(value) => value,
            Err(error) => return Ok(Err(RowError::from(error))),
        }
    };
}

/// Refuses the row where something is so.
macro_rules! refuse {
    ($when:expr, $error:expr) => {
        if $when {
            return Ok(Err($error));
        }
    };
}

/// Decides every row of a list.
pub(super) fn decide(facts: &Facts, rows: &[Row]) -> Result<Vec<Result<Plan, RowError>>, RosterFault> {
    let repeated = repeated(rows);
    let decided = rows.iter().zip(repeated).map(|(row, repeated)| match row {
        Row::Enrol(newcomer) => enrol(facts, newcomer, repeated),
        Row::Suspend(leaver) => suspend(facts, leaver, repeated),
        Row::Resume(returner) => resume(facts, returner, repeated),
    });
    Ok(decided.collect::<Result<Vec<_>, FormulaError>>()?)
}

fn enrol(facts: &Facts, row: &Newcomer, repeated: bool) -> Decided {
    let number = given!(IdNumber::parse(&row.id_number));
    let name = given!(checked_name(&row.name));
    refuse!(row.phone.as_deref().is_some_and(|phone| !is_phone(phone)), RowError::PhoneMalformed);
    refuse!(row.insurances.is_empty(), RowError::NoInsurance);
    refuse!(row.wage <= Fen::ZERO, RowError::WageNotPositive);
    refuse!(repeated, RowError::TwiceInList);
    given!(day_fits(facts, row.from));
    let person = given!(alive(facts, &number, &name));
    let here = person.map_or(InsuranceSet::NONE, |known| covered_here(facts, known));
    let mut warnings = Vec::new();
    match registration(facts.policy, facts.today, facts.employer.size(), &Vec::from(row.insurances.union(here)))?
        .outcome
    {
        Registration::Whole => {}
        Registration::InStages { reminder } => warnings.push(Warning::InStages(reminder)),
        Registration::Refused => {
            let missing = InsuranceSet::of(&[Insurance::Pension, Insurance::Unemployment, Insurance::Injury]);
            return Ok(Err(RowError::InsurancesIncomplete(missing.minus(row.insurances.union(here)))));
        }
    }
    given!(may_work(person, &number, row.from));
    let named = Named { number, name, phone: row.phone.clone() };
    join(facts, person, Asked { named, insurances: row.insurances, from: row.from, wage: row.wage }, warnings)
}

fn resume(facts: &Facts, row: &Returner, repeated: bool) -> Decided {
    let number = given!(IdNumber::parse(&row.id_number));
    let name = given!(checked_name(&row.name));
    refuse!(row.wage <= Fen::ZERO, RowError::WageNotPositive);
    refuse!(repeated, RowError::TwiceInList);
    given!(day_fits(facts, row.from));
    let Some(known) = given!(alive(facts, &number, &name)) else { return Ok(Err(RowError::NeverEnrolledHere)) };
    let before = known.standing.iter().filter(|standing| standing.employer == Some(facts.employer.id));
    let Some(last) = before.max_by_key(|standing| (standing.until.is_none(), standing.until, standing.from)) else {
        return Ok(Err(RowError::NeverEnrolledHere));
    };
    given!(may_work(Some(known), &number, row.from));
    let named = Named { number, name, phone: None };
    let asked = Asked { named, insurances: last.insurances, from: row.from, wage: row.wage };
    join(facts, Some(known), asked, Vec::new())
}

fn suspend(facts: &Facts, row: &Leaver, repeated: bool) -> Decided {
    let number = given!(IdNumber::parse(&row.id_number));
    let name = given!(checked_name(&row.name));
    refuse!(repeated, RowError::TwiceInList);
    refuse!(too_late(facts, row.last_day), RowError::DayTooLate(next(facts)));
    let open_here = |standing: &&Standing| standing.employer == Some(facts.employer.id) && standing.until.is_none();
    // Somebody who died or draws a pension leaves as well: whoever is enrolled here can be taken off.
    let people = facts.people(&number);
    let Some(known) = people.iter().find(|known| known.standing.iter().any(|standing| open_here(&standing))) else {
        return Ok(Err(RowError::NotEnrolled));
    };
    refuse!(known.entry.name != name, RowError::NameDiffers);
    let last = last_month(facts.policy, row.last_day)?;
    let open: Vec<&Standing> = known.standing.iter().filter(open_here).collect();
    let first = open.iter().map(|standing| standing.from).min().unwrap_or(last);
    refuse!(last.since(first) < -1, RowError::LeftBeforeJoining(first));
    let end = |standing: &Standing| if last < standing.from { End::Void } else { End::Last(last) };
    let ends = open.iter().map(|standing| (standing.person, standing.id, end(standing), row.why)).collect();
    let verdict = Verdict {
        person: Some(known.entry.id),
        insurances: open.iter().fold(InsuranceSet::NONE, |all, standing| all.union(standing.insurances)),
        later: InsuranceSet::NONE,
        span: if last < first { Span::NeverInsured } else { Span::Left(last) },
        wage: None,
        warnings: Vec::new(),
    };
    Ok(Ok(Plan { named: Named { number, name, phone: None }, verdict, ends, others: Vec::new(), from: None }))
}

fn next(facts: &Facts) -> Month {
    facts.this_month.plus(1).unwrap_or(facts.this_month)
}

/// A day may lie in next month and no later.
fn too_late(facts: &Facts, day: Date) -> bool {
    day > next(facts).last_day()
}

fn day_fits(facts: &Facts, from: Date) -> Result<(), RowError> {
    if too_late(facts, from) {
        return Err(RowError::DayTooLate(next(facts)));
    }
    match facts.employer.registered_on {
        Some(day) if from < day => Err(RowError::BeforeEmployer(day)),
        Some(_) | None => Ok(()),
    }
}

/// The one person alive who holds the number, if the registry knows one.
fn alive<'a>(facts: &'a Facts, number: &IdNumber, name: &str) -> Result<Option<&'a Known>, RowError> {
    let people = facts.people(number);
    let alive: Vec<&Known> = people.iter().filter(|known| !known.has(StatusKind::Dead)).collect();
    match (alive.as_slice(), people) {
        ([], []) => Ok(None),
        ([], [_, ..]) => Err(RowError::Dead),
        ([known], _) if known.entry.name == name => Ok(Some(known)),
        ([_], _) => Err(RowError::NameDiffers),
        ([_, _, ..], _) => Err(RowError::NumberDoubled),
    }
}

fn may_work(person: Option<&Known>, number: &IdNumber, from: Date) -> Result<(), RowError> {
    if person.is_some_and(|known| known.has(StatusKind::Retired)) {
        return Err(RowError::Retired);
    }
    let birth = person.map_or_else(|| number.birth(), |known| known.entry.birth);
    match birth.checked_add_months(Months::new(crate::flexible::AGE_MIN_MONTHS)) {
        Some(of_age) if of_age <= from => Ok(()),
        Some(_) | None => Err(RowError::TooYoung),
    }
}

/// What this employer insures the person for now.
fn covered_here(facts: &Facts, known: &Known) -> InsuranceSet {
    let open = |standing: &&Standing| standing.employer == Some(facts.employer.id) && standing.until.is_none();
    known.standing.iter().filter(open).fold(InsuranceSet::NONE, |all, standing| all.union(standing.insurances))
}

/// What joining asks for.
struct Asked {
    named: Named,
    insurances: InsuranceSet,
    from: Date,
    wage: Fen,
}

/// Joins for what is not covered here yet; what another payer covers waits, but for work injury.
fn join(facts: &Facts, person: Option<&Known>, asked: Asked, warnings: Vec<Warning>) -> Decided {
    let from = first_month(facts.policy, asked.from)?;
    let standing = person.map_or(&[][..], |known| known.standing.as_slice());
    let here = |row: &&Standing| row.employer == Some(facts.employer.id) && row.reaches(from);
    let covered = standing.iter().filter(here).filter(|row| row.until.is_none());
    let wanted = covered.fold(asked.insurances, |wanted, row| wanted.minus(row.insurances));
    if wanted.is_empty() {
        let since = standing.iter().filter(here).map(|row| row.from).min().unwrap_or(from);
        return Ok(Err(RowError::AlreadyEnrolled(since)));
    }
    let ended = |row: &&Standing| !row.insurances.common(wanted).is_empty();
    if let Some(until) = standing.iter().filter(here).filter(ended).filter_map(|row| row.until).max() {
        return Ok(Err(RowError::RelationOverlaps(until)));
    }
    let mut plan =
        Joining { facts, from, wanted, warnings, ends: Vec::new(), others: Vec::new(), later: InsuranceSet::NONE };
    if person.is_some_and(|known| known.has(StatusKind::UnemploymentBenefit)) {
        plan.warnings.push(Warning::DrawsUnemploymentBenefit);
    }
    for row in standing.iter().filter(|row| row.employer != Some(facts.employer.id) && row.reaches(from)) {
        plan.meet(row);
    }
    Ok(Ok(plan.finish(person, asked)))
}

/// A joining while the other payers are met.
struct Joining<'a> {
    facts: &'a Facts,
    from: Month,
    wanted: InsuranceSet,
    warnings: Vec<Warning>,
    ends: Vec<(PersonId, RelationId, End, LeaveReason)>,
    others: Vec<EmployerId>,
    later: InsuranceSet,
}

impl Joining<'_> {
    fn meet(&mut self, row: &Standing) {
        let both = row.insurances.common(self.wanted);
        match row.employer {
            Some(other) => {
                if both.has(Insurance::Injury) && !self.warnings.contains(&Warning::SecondPayer) {
                    self.warnings.push(Warning::SecondPayer);
                }
                let contested = both.without(Insurance::Injury);
                if !contested.is_empty() {
                    self.later = self.later.union(contested);
                    self.others.push(other);
                }
            }
            // Who paid alone stops with the month before; months that begin later are for two officers.
            None if !both.is_empty() && row.until.is_none() && row.from < self.from => {
                let last = self.from.plus(-1).unwrap_or(row.from);
                self.ends.push((row.person, row.id, End::Last(last), LeaveReason::Moved));
                self.warnings.push(Warning::OwnRelationEnded(last));
            }
            None => self.later = self.later.union(both),
        }
    }

    fn finish(mut self, person: Option<&Known>, asked: Asked) -> Plan {
        if !self.later.is_empty() {
            self.warnings.push(Warning::TwoEmployers(self.later));
        }
        if self.from < self.facts.this_month {
            self.warnings.push(Warning::BackPayment(self.from));
        }
        let verdict = Verdict {
            person: person.map(|known| known.entry.id),
            insurances: self.wanted.minus(self.later),
            later: self.later,
            span: Span::Joined(self.from),
            wage: Some(asked.wage),
            warnings: self.warnings,
        };
        let (named, from) = (asked.named, Some(asked.from));
        Plan { named, verdict, ends: self.ends, others: self.others, from }
    }
}
