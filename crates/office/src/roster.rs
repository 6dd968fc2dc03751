//! Employers' staff: the registry's roster together with what the wages typed in it lead to, in one transaction.
//!
//! A list is taken in chunks, each an act of its own, so that nobody waits behind five thousand rows; the same key again meets
//! the same answer, chunk by chunk. Arrears never block (reform 1); before it they did, and the table of debts says so.

use contribution::assess::{AssessError, Owed, catch_up};
use contribution::declare::{FirstBase, first_bases};
use control::idempotency::{First, first, remember};
use control::{Act, Action, Actor, Confirmed, Declined, Desk, Fault, FaultKind, IdempotencyKey, NewWorkItem, Op};
use control::{ReviewWorkItem, Subject, View, WorkItemError};
use kernel::{Date, EmployerId, Fen, IdNumber, Insurance, Month, PersonId, WorkItemId};
use policy::Policy;
use policy::debt::{self, Debt};
use registry::SelfCheck;
use registry::roster::two_employers::{self, Settled};
use registry::roster::{LeaveReason, Leaver, Newcomer, RemindOfInsurances, Returner, RosterFault, Row, RowError, Span};
use registry::roster::{Taken, repeated, take};
use sea_orm::DbErr;

/// Rows of one act. A hundred are taken in some ten milliseconds.
const ROWS_A_CHUNK: usize = 100;
/// Rows of one list, at most.
pub const ROWS_MAX: usize = 50_000;
/// The kind of the work item about a firm that left insurances for later (reform 3).
pub const INSURANCES_MISSING: &str = "insurances_missing";

/// Somebody joins (增员).
#[derive(Clone, Debug)]
pub struct EnrolStaff {
    /// The form's key.
    pub key: IdempotencyKey,
    /// Where.
    pub employer: EmployerId,
    /// Who, for what, since when, at which wage.
    pub newcomer: Newcomer,
}

/// Somebody leaves (减员).
#[derive(Clone, Debug)]
pub struct SuspendStaff {
    /// The form's key.
    pub key: IdempotencyKey,
    /// Whom they leave.
    pub employer: EmployerId,
    /// Who, when, why.
    pub leaver: Leaver,
}

/// Somebody comes back (续保).
#[derive(Clone, Debug)]
pub struct ResumeStaff {
    /// The form's key.
    pub key: IdempotencyKey,
    /// To whom.
    pub employer: EmployerId,
    /// Who, since when, at which wage.
    pub returner: Returner,
}

/// Somebody moves from one employer to another without a gap (调动): a clerk's act, for it touches both.
#[derive(Clone, Debug)]
pub struct MoveStaff {
    /// The form's key.
    pub key: IdempotencyKey,
    /// Who.
    pub person: PersonId,
    /// Whom they leave.
    pub from: EmployerId,
    /// Whom they join, for the same insurances.
    pub to: EmployerId,
    /// The first day at the new one.
    pub on: Date,
    /// The wage of a month there.
    pub wage: Fen,
}

/// A list that is sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// The form's key.
    pub key: IdempotencyKey,
    /// Whose staff.
    pub employer: EmployerId,
    /// The rows.
    pub rows: Vec<Row>,
    /// The papers that the employer keeps and has checked.
    pub checked: SelfCheck,
}

/// Why staff was not changed, in the order in which it is asked.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// More rows than a list may have.
    #[error("a list has {ROWS_MAX} rows at most")]
    TooManyRows,
    /// The key came with other inputs before.
    #[error("this idempotency key was used for another roster")]
    KeyReused,
    /// Before reform 1: an employer in arrears enrols nobody.
    #[error("the employer is in arrears")]
    InArrears,
    /// The row itself is refused.
    #[error("the row cannot be taken")]
    Row(#[from] RowError),
    /// The list cannot be decided.
    #[error(transparent)]
    Roster(#[from] RosterFault),
    /// A month that was assessed already cannot be billed.
    #[error("the months that are owed cannot be computed")]
    Assess(#[from] AssessError),
    /// The work item refused.
    #[error(transparent)]
    Item(#[from] WorkItemError),
    /// The item is about something else.
    #[error("the work item is not about two employers")]
    OtherItem,
    /// The database failed.
    #[error("the roster could not be taken")]
    Database(#[from] DbErr),
}

impl Fault for RosterError {
    fn code(&self) -> &'static str {
        match self {
            RosterError::TooManyRows => "too_many_rows",
            RosterError::KeyReused => "key_reused",
            RosterError::InArrears => "arrears_block_enrolment",
            RosterError::Row(error) => error.code(),
            RosterError::Roster(error) => error.code(),
            RosterError::Assess(error) => error.code(),
            RosterError::Item(error) => error.code(),
            RosterError::OtherItem => "work_item_other_kind",
            RosterError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            RosterError::TooManyRows => FaultKind::Invalid("rows"),
            RosterError::KeyReused => FaultKind::KeyReused,
            RosterError::InArrears | RosterError::OtherItem => FaultKind::Conflict,
            RosterError::Row(error) => error.kind(),
            RosterError::Roster(error) => error.kind(),
            RosterError::Assess(error) => error.kind(),
            RosterError::Item(error) => error.kind(),
            RosterError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            RosterError::Database(error) => Some(error),
            RosterError::Roster(error) => error.database(),
            RosterError::Assess(error) => error.database(),
            RosterError::Item(error) => error.database(),
            RosterError::TooManyRows
            | RosterError::KeyReused
            | RosterError::InArrears
            | RosterError::Row(_)
            | RosterError::OtherItem => None,
        }
    }
}

/// What an employer owes, to be shown beside an enrolment (reform 1).
///
/// # Errors
/// The database's.
pub async fn arrears_warning(view: &View, employer: EmployerId) -> Result<Vec<Debt>, DbErr> {
    contribution::arrears::owed_by(view, employer, view.today()).await
}

/// Refuses while arrears still blocked: before the day of reform 1.
async fn refuse_in_arrears(op: &Op, employer: EmployerId, rows: &[Row]) -> Result<(), RosterError> {
    let joins = |row: &Row| match row {
        Row::Enrol(_) | Row::Resume(_) => true,
        Row::Suspend(_) => false,
    };
    if !rows.iter().any(joins) {
        return Ok(());
    }
    let policy = Policy::of(op.area()).map_err(|error| DbErr::Custom(error.to_string()))?;
    let debts = arrears_warning(op, employer).await?;
    let decided = debt::decide(policy, op.today(), debt::Act::Enrol, &debts).map_err(RosterFault::Policy)?;
    if decided.outcome == debt::Verdict::Blocks { Err(RosterError::InArrears) } else { Ok(()) }
}

/// Takes rows and keeps the wages typed in them; months that were assessed already are owed at once.
async fn take_with_wages(
    op: &mut Op,
    employer: EmployerId,
    rows: &[Row],
) -> Result<Vec<Result<Taken, RowError>>, RosterError> {
    refuse_in_arrears(op, employer, rows).await?;
    let taken = take(op, employer, rows).await?;
    let joined = taken.iter().flatten().filter(|taken| taken.relation.is_some()).filter_map(|taken| {
        match (taken.verdict.span, taken.verdict.wage) {
            (Span::Joined(from), Some(wage)) => Some(FirstBase { person: taken.person, from, wage }),
            (Span::Joined(_) | Span::Left(_) | Span::NeverInsured, _) => None,
        }
    });
    begin_paying(op, employer, &joined.collect::<Vec<_>>()).await?;
    Ok(taken)
}

async fn begin_paying(op: &mut Op, employer: EmployerId, bases: &[FirstBase]) -> Result<Vec<Owed>, RosterError> {
    if bases.is_empty() {
        return Ok(Vec::new());
    }
    first_bases(op, employer, bases).await?;
    let people: Vec<PersonId> = bases.iter().map(|base| base.person).collect();
    Ok(catch_up(op, employer, &people).await?)
}

/// One row under its key: done once, answered as often as it is asked.
async fn once(op: &mut Op, employer: EmployerId, key: &IdempotencyKey, row: Row) -> Result<Taken, RosterError> {
    let scope = format!("roster:{employer}");
    match first(op, &scope, key, &row).await? {
        First::Done(taken) => return Ok(taken),
        First::Reused => return Err(RosterError::KeyReused),
        First::Time => {}
    }
    let mut taken = take_with_wages(op, employer, std::slice::from_ref(&row)).await?;
    let taken = taken.pop().ok_or_else(|| DbErr::Custom("a row without an answer".to_owned()))??;
    remember(op, &scope, key, &taken).await?;
    Ok(taken)
}

/// The person's file where this employer insures them, else the employer's.
async fn subject(op: &Op, employer: EmployerId, id_number: &str) -> Result<Subject, RosterError> {
    let known = registry::roster::staff_by_number(op, employer, id_number).await?;
    Ok(known.map_or(Subject::Employer(employer), |person| Subject::StaffOf(employer, person)))
}

impl Act for EnrolStaff {
    const ACTION: Action = Action::EnrolStaff;
    type Answer = Taken;
    type Error = RosterError;

    async fn subject(&self, op: &mut Op) -> Result<Subject, RosterError> {
        subject(op, self.employer, &self.newcomer.id_number).await
    }

    async fn act(&self, op: &mut Op) -> Result<Taken, RosterError> {
        once(op, self.employer, &self.key, Row::Enrol(self.newcomer.clone())).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "employer": self.employer, "insurances": self.newcomer.insurances }))
    }
}

impl Act for SuspendStaff {
    const ACTION: Action = Action::EnrolStaff;
    type Answer = Taken;
    type Error = RosterError;

    async fn subject(&self, op: &mut Op) -> Result<Subject, RosterError> {
        subject(op, self.employer, &self.leaver.id_number).await
    }

    async fn act(&self, op: &mut Op) -> Result<Taken, RosterError> {
        once(op, self.employer, &self.key, Row::Suspend(self.leaver.clone())).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "employer": self.employer, "last_day": self.leaver.last_day, "why": self.leaver.why }))
    }
}

impl Act for ResumeStaff {
    const ACTION: Action = Action::EnrolStaff;
    type Answer = Taken;
    type Error = RosterError;

    async fn subject(&self, op: &mut Op) -> Result<Subject, RosterError> {
        subject(op, self.employer, &self.returner.id_number).await
    }

    async fn act(&self, op: &mut Op) -> Result<Taken, RosterError> {
        once(op, self.employer, &self.key, Row::Resume(self.returner.clone())).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "employer": self.employer, "from": self.returner.from }))
    }
}

impl Act for MoveStaff {
    const ACTION: Action = Action::EnrolStaff;
    type Answer = Taken;
    type Error = RosterError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, RosterError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<Taken, RosterError> {
        let known = registry::person(op, self.person).await?.ok_or(RowError::NotEnrolled)?;
        let number = registry::id_number(op, known.id).await?.ok_or(RowError::IdMalformed)?;
        let month = Month::of(op.today()).map_err(|error| DbErr::Custom(error.to_string()))?;
        let here = registry::insured_person(op, self.from, known.id, month).await?.ok_or(RowError::NotEnrolled)?;
        let last_day = self.on.pred_opt().unwrap_or(self.on);
        let (id_number, name) = (typed(&number), known.name.clone());
        let leaver = Leaver { id_number: id_number.clone(), name: name.clone(), last_day, why: LeaveReason::Moved };
        for left in take(op, self.from, &[Row::Suspend(leaver)]).await? {
            left?;
        }
        let (from, wage, insurances) = (self.on, self.wage, here.insurances);
        let newcomer = Newcomer { id_number, name, phone: None, insurances, from, wage };
        once(op, self.to, &self.key, Row::Enrol(newcomer)).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "from": self.from, "to": self.to, "on": self.on }))
    }
}

fn typed(number: &IdNumber) -> String {
    number.reveal().to_owned()
}

/// Sends a list: good rows are taken at once, each bad one is refused with its own code, in the order of the list.
///
/// # Errors
/// [`RosterError`] where the list as a whole cannot be taken; what was taken before it stays taken, and the same key goes on.
pub async fn send(
    desk: &Desk,
    actor: &Actor,
    sending: Sending,
) -> Result<Vec<Result<Taken, RowError>>, Declined<RosterError>> {
    if sending.rows.len() > ROWS_MAX {
        return Err(Declined::Refused(RosterError::TooManyRows));
    }
    let twice = repeated(&sending.rows);
    let mut answers = Vec::with_capacity(sending.rows.len());
    for (number, chunk) in sending.rows.chunks(ROWS_A_CHUNK).enumerate() {
        let before = number * ROWS_A_CHUNK;
        let twice = twice.get(before..before + chunk.len()).unwrap_or_default().to_vec();
        let checked = (number == 0).then(|| sending.checked.clone());
        let (key, employer, rows) = (sending.key.clone(), sending.employer, chunk.to_vec());
        answers.extend(desk.perform(actor, TakeChunk { key, employer, number, rows, twice, checked }).await?);
    }
    Ok(answers)
}

/// Some rows of a list.
struct TakeChunk {
    key: IdempotencyKey,
    employer: EmployerId,
    number: usize,
    rows: Vec<Row>,
    /// Which of them stand in the list before, perhaps in another chunk.
    twice: Vec<bool>,
    /// What is declared with the list, once.
    checked: Option<SelfCheck>,
}

impl Act for TakeChunk {
    const ACTION: Action = Action::EnrolStaff;
    type Answer = Vec<Result<Taken, RowError>>;
    type Error = RosterError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, RosterError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<Self::Answer, RosterError> {
        let scope = format!("roster:{}:{}", self.employer, self.number);
        match first(op, &scope, &self.key, &self.rows).await? {
            First::Done(answers) => return Ok(answers),
            First::Reused => return Err(RosterError::KeyReused),
            First::Time => {}
        }
        let is_first = |place: usize| !self.twice.get(place).copied().unwrap_or(false);
        let rows: Vec<Row> =
            self.rows.iter().enumerate().filter(|(place, _)| is_first(*place)).map(|(_, row)| row.clone()).collect();
        let mut taken = take_with_wages(op, self.employer, &rows).await?.into_iter();
        let answer = |place| if is_first(place) { taken.next() } else { Some(Err(RowError::TwiceInList)) };
        let answers: Self::Answer = (0..self.rows.len()).filter_map(answer).collect();
        if let Some(checked) = &self.checked {
            registry::keep_self_check(op, self.employer, checked).await?;
        }
        remember(op, &scope, &self.key, &answers).await?;
        Ok(answers)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "rows": self.rows.len(), "chunk": self.number }))
    }
}

/// The reviewer's half of a work item about two employers, together with what it leads to.
pub struct CarryOutTwoEmployers {
    /// Which item.
    pub item: WorkItemId,
    /// Whether the clerk's decision stands.
    pub confirmed: Confirmed,
}

impl Act for CarryOutTwoEmployers {
    const ACTION: Action = Action::ReviewWorkItem;
    /// None where the item went back to the clerks.
    type Answer = Option<Settled>;
    type Error = RosterError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, RosterError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Option<Settled>, RosterError> {
        let reviewed = ReviewWorkItem { item: self.item, confirmed: self.confirmed }.act(op).await?;
        if reviewed.kind != two_employers::TWO_EMPLOYERS {
            return Err(RosterError::OtherItem);
        }
        if self.confirmed == Confirmed::No {
            return Ok(None);
        }
        let settled = two_employers::settle(op, &reviewed).await?;
        if let Some((_, from)) = settled.relation {
            let base = FirstBase { person: settled.contested.person, from, wage: settled.contested.wage };
            begin_paying(op, settled.contested.employer, &[base]).await?;
        }
        Ok(Some(settled))
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "item": self.item, "confirmed": self.confirmed == Confirmed::Yes }))
    }
}

/// The promised reminder (reform 3): a firm whose staff still lack insurances becomes a work item; one that joined them, nothing.
pub struct Remind(pub RemindOfInsurances);

impl Act for Remind {
    const ACTION: Action = Action::RunJob;
    type Answer = Option<WorkItemId>;
    type Error = RosterError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, RosterError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Option<WorkItemId>, RosterError> {
        let employer = self.0.employer;
        let lacking = two_employers::lacks_insurances(op, employer).await?;
        if lacking.is_empty() {
            return Ok(None);
        }
        let missing: Vec<Insurance> = lacking.iter().collect();
        let detail = serde_json::json!({ "employer": employer, "missing": missing });
        let key = format!("{INSURANCES_MISSING}:{employer}");
        let item = NewWorkItem { key: &key, kind: INSURANCES_MISSING, person: None, detail };
        Ok(Some(item.open(op).await?))
    }
}
