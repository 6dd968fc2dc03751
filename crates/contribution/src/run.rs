//! A month of the whole city, stretch by stretch: each stretch of employers is one act, committed on its own, and the run's cursor
//! moves with it. Killed half-way it goes on where it stood; run again it writes the differences and nothing else.

use crate::assess::{self, AssessError, FirstRun, Whole};
use crate::declare::by;
use crate::month_rules::MonthRules;
use crate::store::{self, wage};
use control::{Act, Action, Actor, Declined, Desk, Op, Subject};
use kernel::{EmployerId, Fen, Month, Timestamp};
use registry::InsuredStaff;
use serde::Serialize;
use uuid::Uuid;

/// So many employers a stretch: some 15,000 people, about a tenth of a second, so that a city commits some hundred times and not a
/// thousand.
const EMPLOYERS_A_STRETCH: u64 = 500;

/// A run over the city.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// Which month.
    pub month: Month,
    /// 0 for the first run of the month.
    pub number: i32,
    /// When it was begun.
    pub started_at: Timestamp,
    /// By whom.
    pub by: String,
    /// When it ended; none while it goes on.
    pub ended_at: Option<Timestamp>,
    /// How many employers it has been through.
    pub employers: u64,
    /// How many dues it wrote.
    pub lines: u64,
    /// The workers' parts of them.
    pub worker: Fen,
    /// The employers' parts of them.
    pub unit: Fen,
}

/// How far a run is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Employers done.
    pub employers: u64,
    /// Dues written.
    pub lines: u64,
}

/// A run over the city and the first one of its month.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Ran {
    /// This run.
    pub run: Run,
    /// When and by whom the month was first assessed, where this was not it.
    pub first: Option<FirstRun>,
}

/// Begins a run, or finds the one that was broken off.
struct Begin {
    month: Month,
}

impl Act for Begin {
    const ACTION: Action = Action::AssessMonth;
    type Answer = Run;
    type Error = AssessError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AssessError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Run, AssessError> {
        let rules = assess::begun(op, self.month)?;
        let runs = store::run::of_month(op, self.month).await?;
        if let Some(broken_off) = runs.iter().find(|run| run.ended_at.is_none()) {
            return Ok(broken_off.clone());
        }
        let run = Run {
            id: op.new_id(),
            month: self.month,
            number: i32::try_from(runs.len()).unwrap_or(i32::MAX),
            started_at: op.at(),
            by: by(op),
            ended_at: None,
            employers: 0,
            lines: 0,
            worker: Fen::ZERO,
            unit: Fen::ZERO,
        };
        store::run::insert(op, &run, rules.policy.hash()).await?;
        Ok(run)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "month": self.month }))
    }
}

/// The next employers of a run. The run's audit lines are its beginning's and its end's.
struct Stretch {
    run: Uuid,
    month: Month,
    employers: u64,
}

impl Act for Stretch {
    const ACTION: Action = Action::AssessMonth;
    const AUDITED: bool = false;
    type Answer = Run;
    type Error = AssessError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AssessError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Run, AssessError> {
        let (mut run, reached) = store::run::taken(op, self.run).await?;
        if run.ended_at.is_some() {
            return Ok(run);
        }
        let rules = MonthRules::of(op, self.month)?;
        let employers = registry::employers_after(op, reached, self.employers).await?;
        let (Some(first), Some(last)) = (employers.first().copied(), employers.last().copied()) else {
            run.ended_at = Some(op.at());
            store::run::advance(op, &run, reached).await?;
            return Ok(run);
        };
        // Taken before their staff is read: whoever is enrolled meanwhile stands in it, or finds the month assessed and owes it then.
        wage::take_employers(op, &employers).await?;
        let staff = registry::insured_between(op, (first, last), self.month).await?;
        let written = assess::stretch(op, &rules, &staff, (first, last), Whole::Month).await?;
        run.employers += count_employers(&staff);
        run.lines += u64::try_from(written.dues.len()).unwrap_or_default();
        for claim in &written.claims {
            (run.worker, run.unit) = (run.worker + claim.worker, run.unit + claim.unit);
        }
        store::run::advance(op, &run, Some(last)).await?;
        Ok(run)
    }
}

/// How many employers a staff in their order has.
fn count_employers(staff: &[InsuredStaff]) -> u64 {
    let mut employers: Vec<EmployerId> = staff.iter().map(|insured| insured.employer).collect();
    employers.dedup();
    u64::try_from(employers.len()).unwrap_or(u64::MAX)
}

/// Assesses a month of the whole city.
///
/// # Errors
/// Denied, [`AssessError`], or the database's; what was committed stays, and the same again goes on from there.
pub async fn whole_city(
    desk: &Desk,
    actor: &Actor,
    month: Month,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Ran, Declined<AssessError>> {
    in_stretches(desk, actor, month, EMPLOYERS_A_STRETCH, progress).await
}

/// The same in stretches of so many employers, each committed by itself.
///
/// # Errors
/// As [`whole_city`].
pub async fn in_stretches(
    desk: &Desk,
    actor: &Actor,
    month: Month,
    employers: u64,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Ran, Declined<AssessError>> {
    let mut run = desk.perform(actor, Begin { month }).await?;
    while run.ended_at.is_none() {
        run = desk.perform(actor, Stretch { run: run.id, month, employers }).await?;
        progress(Progress { employers: run.employers, lines: run.lines });
    }
    let runs = store::run::of_month(&desk.view(), month).await.map_err(AssessError::Database);
    let runs = runs.map_err(Declined::Refused)?;
    let first = runs.first().filter(|first| first.id != run.id);
    Ok(Ran { first: first.map(|first| FirstRun { at: first.started_at, by: first.by.clone() }), run })
}

/// The runs of a month, the first first.
///
/// # Errors
/// The database's.
pub async fn runs(view: &control::View, month: Month) -> Result<Vec<Run>, sea_orm::DbErr> {
    store::run::of_month(view, month).await
}
