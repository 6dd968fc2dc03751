//! Assess (核定): what an employer owes for a month, person by person and insurance by insurance.
//!
//! 社会保险法 art. 60, 62; 社会保险费征缴暂行条例 art. 10. The first assessment of a month writes it whole; every later one
//! writes the difference only, and nothing where there is none. An employer that declared nothing gets 110 % of its last month,
//! which is credited to nobody; when it declares, the month is assessed and the provisional sum is settled with it.

use crate::claim::ClaimEvent;
use crate::declare::{Mark, by};
use crate::difference::{Batch, Change, Standing};
use crate::month_rules::MonthRules;
pub use crate::preview::{Preview, preview};
use crate::store::due::Assessment;
use crate::store::{self, wage};
use crate::{Claim, ClaimKey, ClaimKind, ClaimState, Due, Parts, Sides, set_off};
use control::{Act, Action, Fault, FaultKind, Op, Subject, View};
use kernel::{Date, EmployerId, Fen, Insurance, Month, PersonId, Timestamp};
use policy::bulk::Columns;
use policy::contribution::undeclared;
use policy::{FormulaError, base, surcharge};
use registry::InsuredStaff;
use sea_orm::DbErr;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Assesses a month of one employer.
#[derive(Clone, Copy, Debug)]
pub struct AssessEmployer {
    /// Whose.
    pub employer: EmployerId,
    /// Which month.
    pub month: Month,
}

/// When a month was first assessed, and by whom.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FirstRun {
    /// When.
    pub at: Timestamp,
    /// By whom: the kind of actor and the id.
    pub by: String,
}

/// What an assessment led to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Assessed {
    /// The first assessment of the month, where this was not it.
    pub first: Option<FirstRun>,
    /// How many dues were written.
    pub lines: usize,
    /// The workers' parts of what was written.
    pub worker: Fen,
    /// The employer's parts of it.
    pub unit: Fen,
    /// Whether it is what art. 62 fixes for want of a declaration.
    pub provisional: bool,
}

/// Why a month was not assessed.
#[derive(Debug, thiserror::Error)]
pub enum AssessError {
    /// The month has not come.
    #[error("{0} has not come yet")]
    MonthInFuture(Month),
    /// There are no parameters for the area.
    #[error("there is no policy for the area")]
    NoPolicy,
    /// A rule gives no figure for the month.
    #[error("the month cannot be computed")]
    Rule(#[from] FormulaError),
    /// The database failed.
    #[error("the assessment could not be written")]
    Database(#[from] DbErr),
}

impl Fault for AssessError {
    fn code(&self) -> &'static str {
        match self {
            AssessError::MonthInFuture(_) => "assess_month_in_future",
            AssessError::NoPolicy => "assess_no_policy",
            AssessError::Rule(_) => "assess_no_rule",
            AssessError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            AssessError::MonthInFuture(_) => FaultKind::Invalid("month"),
            AssessError::NoPolicy | AssessError::Rule(_) => FaultKind::Conflict,
            AssessError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            AssessError::Database(error) => Some(error),
            AssessError::MonthInFuture(_) | AssessError::NoPolicy | AssessError::Rule(_) => None,
        }
    }
}

impl Act for AssessEmployer {
    const ACTION: Action = Action::AssessMonth;
    type Answer = Assessed;
    type Error = AssessError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AssessError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<Assessed, AssessError> {
        wage::take_employer(op, self.employer).await?;
        employer(op, self.employer, self.month).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "month": self.month }))
    }
}

/// Assesses a month of an employer whose row is taken: the first time whole, later the difference.
pub(crate) async fn employer(op: &mut Op, employer: EmployerId, month: Month) -> Result<Assessed, AssessError> {
    let rules = begun(op, month)?;
    let staff = registry::insured_at(op, employer, month).await?;
    let written = stretch(op, &rules, &staff, (employer, employer), Whole::Month).await?;
    Ok(written.of(employer))
}

/// Assesses a month again after something was put right; says whether anything changed.
pub(crate) async fn employer_again(op: &mut Op, who: EmployerId, month: Month) -> Result<bool, AssessError> {
    let assessed = employer(op, who, month).await?;
    Ok(assessed.lines > 0)
}

/// What a person owes for one insurance of a month that was assessed late.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Owed {
    /// The fee month.
    pub month: Month,
    /// For what.
    pub insurance: Insurance,
    /// Both sides.
    pub sides: Sides,
    /// Since when it bears surcharge.
    pub due: Date,
}

/// Bills people who were enrolled for months that had been assessed already (B2), inside the act that enrols: each month at its
/// own wage, limits and rates, with surcharge from its own due day. Months not assessed yet come with their assessment.
///
/// # Errors
/// [`AssessError`].
pub async fn catch_up(op: &mut Op, employer: EmployerId, persons: &[PersonId]) -> Result<Vec<Owed>, AssessError> {
    wage::take_employer(op, employer).await?;
    let persons: BTreeSet<PersonId> = persons.iter().copied().collect();
    let Some(from) = wage::first_month(op, employer, &persons).await? else { return Ok(Vec::new()) };
    let mut owed = Vec::new();
    for month in store::due::assessed_months(op, employer, from).await? {
        let rules = begun(op, month)?;
        let staff = match persons.first() {
            Some(one) if persons.len() == 1 => {
                registry::insured_person(op, employer, *one, month).await?.into_iter().collect()
            }
            Some(_) | None => registry::insured_at(op, employer, month).await?,
        };
        let staff: Vec<InsuredStaff> = staff.into_iter().filter(|insured| persons.contains(&insured.person)).collect();
        let written = stretch(op, &rules, &staff, (employer, employer), Whole::Persons(&persons)).await?;
        for claim in &written.claims {
            let (insurance, due) = (claim.key.insurance, claim.due);
            owed.push(Owed { month, insurance, sides: claim.open(), due });
        }
    }
    Ok(owed)
}

/// The rules of a month that has come.
pub(crate) fn begun(view: &View, month: Month) -> Result<MonthRules, AssessError> {
    if Month::of(view.today()).is_ok_and(|this| month > this) {
        return Err(AssessError::MonthInFuture(month));
    }
    MonthRules::of(view, month)
}

/// The limits of a month as they hold today.
pub(crate) fn limits(view: &View, month: Month) -> Option<(Fen, Fen)> {
    let policy = policy::Policy::of(view.area()).ok()?;
    let of = base::limits_month(policy, month, view.today()).ok()?;
    let limits = base::limits(policy, of).ok()?;
    Some((*limits.floor.value, *limits.ceiling.value))
}

/// The highest base of a month.
pub(crate) fn ceiling(view: &View, month: Month) -> Result<Option<Fen>, DbErr> {
    Ok(limits(view, month).map(|(_, ceiling)| ceiling))
}

/// Of whom an assessment speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole<'a> {
    /// Everybody: who is not in the roster any more owes nothing.
    Month,
    /// These; the others stay as they are.
    Persons(&'a BTreeSet<PersonId>),
}

/// What a stretch of employers led to.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) dues: Vec<Due>,
    pub(crate) claims: Vec<Claim>,
    pub(crate) assessments: Vec<Assessment>,
    first: BTreeMap<EmployerId, FirstRun>,
    to_set_off: BTreeSet<EmployerId>,
}

impl Written {
    fn of(&self, employer: EmployerId) -> Assessed {
        let sides = self.claims.iter().fold(Sides::default(), |sum, claim| sum.plus(claim.open()));
        Assessed {
            first: self.first.get(&employer).cloned(),
            lines: self.dues.len(),
            worker: sides.worker,
            unit: sides.unit,
            provisional: self.claims.iter().any(|claim| claim.kind == ClaimKind::Provisional),
        }
    }
}

/// Assesses a stretch of employers whose staff this is, in the order of employers and persons. Their rows are taken.
pub(crate) async fn stretch(
    op: &mut Op,
    rules: &MonthRules,
    staff: &[InsuredStaff],
    between: (EmployerId, EmployerId),
    whole: Whole<'_>,
) -> Result<Written, AssessError> {
    let known = Known::read(op, rules.month, between).await?;
    let mut written = Written::default();
    let targets = known.targets(rules, staff)?;
    let mut first_of = BTreeMap::new();
    for (at, insured) in staff.iter().enumerate() {
        let range = first_of.entry(insured.employer).or_insert((at, at));
        range.1 = at + 1;
    }
    // Who was assessed and has nobody left is looked at too.
    for employer in known.before.keys() {
        first_of.entry(*employer).or_insert((0, 0));
    }
    for (employer, (from, to)) in first_of {
        let one = Employer {
            id: employer,
            staff: staff.get(from..to).unwrap_or_default(),
            targets: targets.get(from..to).unwrap_or_default(),
        };
        match known.before.get(&employer) {
            None => first_time(op, rules, &known, one, &mut written).await?,
            Some(before) => again(op, rules, &known, one, before, whole, &mut written).await?,
        }
    }
    store::due::insert_assessments(op, &written.assessments).await?;
    store::claim::insert(op, &written.claims).await?;
    store::due::insert(op, &written.dues).await?;
    for employer in std::mem::take(&mut written.to_set_off) {
        set_off::all(op, employer).await?;
    }
    Ok(written)
}

/// An employer of a stretch: its staff and what a month of each costs.
#[derive(Clone, Copy)]
pub(crate) struct Employer<'a> {
    pub(crate) id: EmployerId,
    pub(crate) staff: &'a [InsuredStaff],
    pub(crate) targets: &'a [Parts],
}

/// What is known of a stretch of employers before it is assessed.
pub(crate) struct Known {
    wages: BTreeMap<(EmployerId, PersonId), wage::WageRow>,
    declared: BTreeSet<EmployerId>,
    before: BTreeMap<EmployerId, Vec<Assessment>>,
    by: String,
    at: Timestamp,
}

impl Known {
    async fn read(op: &Op, month: Month, between: (EmployerId, EmployerId)) -> Result<Known, DbErr> {
        let mut before: BTreeMap<EmployerId, Vec<Assessment>> = BTreeMap::new();
        for assessment in store::due::assessments(op, between, month).await? {
            before.entry(assessment.employer).or_default().push(assessment);
        }
        Ok(Known {
            wages: wage::in_force(op, between, month).await?,
            declared: wage::declared_in(op, between, month).await?,
            before,
            by: by(op),
            at: op.at(),
        })
    }

    fn targets(&self, rules: &MonthRules, staff: &[InsuredStaff]) -> Result<Vec<Parts>, AssessError> {
        let wage = |insured: &InsuredStaff| {
            self.wages.get(&(insured.employer, insured.person)).map_or(Fen::ZERO, |row| row.wage)
        };
        let wages: Vec<Fen> = staff.iter().map(wage).collect();
        rules.parts(staff, &wages, &mut Columns::default())
    }

    /// Whether the wage of this month itself was typed when the person was enrolled.
    fn joined_in(&self, employer: EmployerId, person: PersonId, month: Month) -> bool {
        self.wages.get(&(employer, person)).is_some_and(|row| row.from == month && row.mark == Mark::Joined)
    }

    pub(crate) fn assessment(
        &self,
        rules: &MonthRules,
        employer: EmployerId,
        number: i32,
        kind: ClaimKind,
    ) -> Assessment {
        let (at, by) = (self.at, self.by.clone());
        Assessment { employer, month: rules.month, number, kind, at, by, policy: rules.mark }
    }
}

/// A month that was never assessed: whole where it was declared, else 110 % of the last month and those who just joined.
async fn first_time(
    op: &mut Op,
    rules: &MonthRules,
    known: &Known,
    employer: Employer<'_>,
    written: &mut Written,
) -> Result<(), AssessError> {
    let mut number = 0;
    let provisional = match known.declared.contains(&employer.id) {
        true => Vec::new(),
        false => provisional(op, rules, employer.id).await?,
    };
    let fixed = !provisional.is_empty();
    if fixed {
        written.assessments.push(known.assessment(rules, employer.id, number, ClaimKind::Provisional));
        written.claims.extend(provisional);
        written.to_set_off.insert(employer.id);
        number += 1;
    }
    let mut batch = Batch::new(number, ClaimKind::Normal, rules.due);
    for (insured, target) in employer.staff.iter().zip(employer.targets) {
        if !target.is_empty() && (!fixed || known.joined_in(employer.id, insured.person, rules.month)) {
            batch.add(rules, insured, *target);
        }
    }
    batch.write(rules, known, employer.id, written)
}

/// 社会保险法 art. 62: 110 % of what was due for the month before, by insurance and side.
async fn provisional(op: &Op, rules: &MonthRules, employer: EmployerId) -> Result<Vec<Claim>, AssessError> {
    let Ok(last) = rules.month.plus(-1) else { return Ok(Vec::new()) };
    let mut sums: BTreeMap<Insurance, Sides> = BTreeMap::new();
    for claim in store::claim::of_month(op, employer, last).await? {
        let counts = match claim.kind {
            ClaimKind::Normal | ClaimKind::Supplement => true,
            ClaimKind::Provisional => claim.state != ClaimState::Reversed,
            ClaimKind::BackPayment | ClaimKind::Opening => false,
        };
        if counts && rules.insurances.contains(&claim.key.insurance) {
            let sum = sums.entry(claim.key.insurance).or_default();
            *sum = sum.plus(Sides { worker: claim.worker, unit: claim.unit });
        }
    }
    let fixed = |amount: Fen| undeclared::assess(rules.policy, rules.month, amount).map(|fixed| fixed.amount);
    let mut claims = Vec::with_capacity(sums.len());
    for (insurance, last) in sums.into_iter().filter(|(_, sides)| sides.total() > Fen::ZERO) {
        let sides = Sides { worker: fixed(last.worker)?, unit: fixed(last.unit)? };
        let key = ClaimKey { month: rules.month, number: 0, insurance };
        claims.push(Claim::new(employer, key, ClaimKind::Provisional, sides, rules.due));
    }
    Ok(claims)
}

/// A month that was assessed before: what each person owes now, less what they owed; what is left provisional stays so until
/// the employer declares.
async fn again(
    op: &mut Op,
    rules: &MonthRules,
    known: &Known,
    employer: Employer<'_>,
    before: &[Assessment],
    whole: Whole<'_>,
    written: &mut Written,
) -> Result<(), AssessError> {
    if let Some(first) = before.iter().find(|assessment| assessment.kind != ClaimKind::Opening) {
        written.first.insert(employer.id, FirstRun { at: first.at, by: first.by.clone() });
    }
    let mut claims = store::claim::of_month(op, employer.id, rules.month).await?;
    claims.retain(|claim| claim.kind == ClaimKind::Provisional && claim.state != ClaimState::Reversed);
    let fixed = !claims.is_empty();
    let declared = known.declared.contains(&employer.id);
    let owed = Standing::read(op, employer.id, rules.month, whole).await?;
    let next = before.iter().map(|assessment| assessment.number + 1).max().unwrap_or_default();
    let is_normal = |kind| matches!(kind, ClaimKind::Normal | ClaimKind::Supplement);
    let never_normal = !before.iter().any(|one| is_normal(one.kind));
    let mut changes = owed.changes(employer);
    if fixed && !declared {
        changes.retain(|change| known.joined_in(employer.id, change.insured.person, rules.month));
    }
    let (new, changed): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(|change| change.is_new);
    let new_kind = if fixed || never_normal { ClaimKind::Normal } else { ClaimKind::BackPayment };
    let late = supplement_due(op, rules)?;
    let batches = [(new, new_kind, rules.due, next), (changed, ClaimKind::Supplement, late, next + 1)];
    for (changes, kind, due, number) in batches {
        let mut batch = Batch::new(number, kind, due);
        changes.iter().for_each(|change| batch.add(rules, &change.insured, change.parts));
        batch.write(rules, known, employer.id, written)?;
    }
    if fixed && declared && whole == Whole::Month {
        for mut claim in claims {
            claim.state = claim.state.after(ClaimEvent::Declared).unwrap_or(ClaimState::Reversed);
            store::claim::update(op, &claim).await?;
        }
    }
    written.to_set_off.insert(employer.id);
    Ok(())
}

/// A difference bears no surcharge for the time before it was known: it is due with the month in which it was assessed.
fn supplement_due(op: &Op, rules: &MonthRules) -> Result<Date, AssessError> {
    let this = Month::of(op.today()).unwrap_or(rules.month);
    Ok(surcharge::due_date(rules.policy, this)?.max(rules.due))
}
