//! Back pay (补缴): months of a person that an employer omitted, or interrupted, are paid at their own wage, limits and rates,
//! with surcharge from their own due day (社会保险法 art. 63, 86; domain kinds B2, B3, B8; reforms 2 and 8).
//!
//! It is asked for by the employer or a clerk and taken by review: up to twelve months by two officers, longer ones and months
//! before July 2011 by two more (order 765 art. 36). Refused: months that are assessed already, people whom the employer never
//! insured, what the dated rule does not allow.

use crate::store::{self, wage};
use crate::{AssessError, Claim, ClaimKey, ClaimKind, Due, Parts, Sides, assess, policy_mark};
use control::idempotency::{self, First};
use control::{Act, Action, Fault, FaultKind, IdempotencyKey, NewWorkItem, Op, Subject, View};
use kernel::{Date, EmployerId, Fen, Insurance, Month, PersonId, RelationId, WorkItemId};
use policy::bulk::Columns;
use policy::reform::employer::{GapPayment, gap_payment};
use policy::reform::unemployment::{Omitted, Outcome, omitted};
use policy::{FormulaError, Policy, surcharge};
use registry::inspection::InspectionError;
use registry::{EmployerKind, InsuredStaff, Payer};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The kind of work item that a back payment opens.
pub const BACK_PAYMENT: &str = "back_payment";
/// The kind of the second item, where a long one needs two more officers.
pub const BACK_PAYMENT_LONG: &str = "back_payment_long";
/// The decision to take it.
pub const TAKE: &str = "take";

kernel::sql_id! {
    /// A back payment that was asked for.
    BackPaymentId,
}

kernel::words! {
    /// Why months are paid back.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum BackPayKind {
        /// B2: a worker or an insurance was omitted (漏报).
        Omitted = "omitted",
        /// B3: insurance was interrupted, as by a lapsed inspection (reform 2).
        Interrupted = "interrupted",
        /// B8: unemployment insurance alone, of a bankrupt employer (reform 8).
        BankruptUnemployment = "bankrupt_unemployment",
    }
}

/// A month to be paid back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BackMonth {
    /// The fee month.
    pub month: Month,
    /// The wage of that month.
    pub wage: Fen,
}

/// Asks for a back payment.
#[derive(Clone, Debug)]
pub struct BackPay {
    /// Chosen by whoever asks, for this one request.
    pub key: IdempotencyKey,
    /// By whom it is paid.
    pub employer: EmployerId,
    /// For whom.
    pub person: PersonId,
    /// Which months.
    pub months: Vec<BackMonth>,
    /// For which insurances.
    pub insurances: Vec<Insurance>,
    /// Why.
    pub kind: BackPayKind,
    /// By what it is proven: contract, wage sheet; for an interruption the roster is enough (reform 2).
    pub proof: String,
}

/// A month of a back payment as it would be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct BackLine {
    /// The fee month.
    pub month: Month,
    /// What is owed for it.
    pub parts: Parts,
    /// Since when.
    pub due: Date,
    /// The surcharge if it is paid today.
    pub surcharge: Fen,
}

/// A back payment as it would be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BackPreview {
    /// Month by month.
    pub lines: Vec<BackLine>,
    /// Both sides, without surcharge.
    pub principal: Fen,
    /// The surcharge if it is paid today.
    pub surcharge: Fen,
    /// Whether it needs more than two officers.
    pub long: bool,
}

/// A back payment that waits for its officers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Proposed {
    /// Its id.
    pub id: BackPaymentId,
    /// The item by which it is decided.
    pub item: WorkItemId,
    /// What it would be.
    pub preview: BackPreview,
}

/// Why a back payment was not taken, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum BackPayError {
    /// The key came before, with other inputs.
    #[error("this key was used for another back payment")]
    KeyReused,
    /// No month, a month twice, or one that has not passed.
    #[error("a back payment names past months, each once")]
    Months,
    /// A wage that is nothing or less.
    #[error("the wage of {0} is not above nothing")]
    Wage(Month),
    /// No insurance is named.
    #[error("no insurance is named")]
    NoInsurance,
    /// Nothing proves it.
    #[error("a back payment of omitted months needs its proof")]
    NoProof,
    /// The employer never insured this person.
    #[error("the employer never insured this person")]
    NotStaff,
    /// Only a bankrupt employer pays unemployment alone in this way.
    #[error("the employer is not bankrupt, or more than unemployment is named")]
    NotBankrupt,
    /// The rule of the day has no way to declare them.
    #[error("the rule of the day does not allow it")]
    NotAllowed,
    /// The inspection has lapsed: it is made up first, in the same course and without a fine.
    #[error("the inspection is to be made up first")]
    InspectionFirst,
    /// A month is assessed already for one of the insurances.
    #[error("{0} is assessed already")]
    AlreadyAssessed(Month),
    /// Another one for this person waits for its officers.
    #[error("a back payment of this person waits already")]
    Waiting,
    /// A month cannot be computed.
    #[error(transparent)]
    Assess(#[from] AssessError),
    /// The database failed.
    #[error("the back payment could not be written")]
    Database(#[from] DbErr),
}

impl From<FormulaError> for BackPayError {
    fn from(error: FormulaError) -> BackPayError {
        BackPayError::Assess(AssessError::Rule(error))
    }
}

impl From<InspectionError> for BackPayError {
    fn from(error: InspectionError) -> BackPayError {
        match error {
            InspectionError::NotFound => BackPayError::NotStaff,
            InspectionError::Policy(error) => error.into(),
            InspectionError::Database(error) => error.into(),
        }
    }
}

impl Fault for BackPayError {
    fn code(&self) -> &'static str {
        match self {
            BackPayError::KeyReused => "key_reused",
            BackPayError::Months => "back_pay_months",
            BackPayError::Wage(_) => "back_pay_wage",
            BackPayError::NoInsurance => "back_pay_no_insurance",
            BackPayError::NoProof => "back_pay_no_proof",
            BackPayError::NotStaff => "back_pay_not_staff",
            BackPayError::NotBankrupt => "back_pay_not_bankrupt",
            BackPayError::NotAllowed => "back_pay_not_allowed",
            BackPayError::InspectionFirst => "back_pay_inspection_first",
            BackPayError::AlreadyAssessed(_) => "back_pay_already_assessed",
            BackPayError::Waiting => "back_pay_waiting",
            BackPayError::Assess(error) => error.code(),
            BackPayError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            BackPayError::KeyReused => FaultKind::KeyReused,
            BackPayError::Months | BackPayError::AlreadyAssessed(_) => FaultKind::Invalid("months"),
            BackPayError::Wage(_) => FaultKind::Invalid("wage"),
            BackPayError::NoInsurance => FaultKind::Invalid("insurances"),
            BackPayError::NoProof => FaultKind::Invalid("proof"),
            BackPayError::NotStaff => FaultKind::Invalid("person"),
            BackPayError::NotBankrupt
            | BackPayError::NotAllowed
            | BackPayError::InspectionFirst
            | BackPayError::Waiting => FaultKind::Conflict,
            BackPayError::Assess(error) => error.kind(),
            BackPayError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            BackPayError::Database(error) => Some(error),
            BackPayError::Assess(error) => error.database(),
            BackPayError::KeyReused
            | BackPayError::Months
            | BackPayError::Wage(_)
            | BackPayError::NoInsurance
            | BackPayError::NoProof
            | BackPayError::NotStaff
            | BackPayError::NotBankrupt
            | BackPayError::NotAllowed
            | BackPayError::InspectionFirst
            | BackPayError::AlreadyAssessed(_)
            | BackPayError::Waiting => None,
        }
    }
}

/// What the key remembers.
#[derive(Serialize, Deserialize)]
struct Remembered {
    id: BackPaymentId,
    item: WorkItemId,
}

impl Act for BackPay {
    const ACTION: Action = Action::BackPay;
    type Answer = Proposed;
    type Error = BackPayError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, BackPayError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<Proposed, BackPayError> {
        let scope = format!("{}:{}", Action::BackPay, self.employer);
        let inputs = (self.person, &self.months, &self.insurances, self.kind, &self.proof);
        match idempotency::first(op, &scope, &self.key, &inputs).await? {
            First::Done(Remembered { id, item }) => {
                let preview = self.lines(op).await?;
                return Ok(Proposed { id, item, preview });
            }
            First::Reused => return Err(BackPayError::KeyReused),
            First::Time => {}
        }
        wage::take_employer(op, self.employer).await?;
        let preview = preview(op, self).await?;
        if store::back_pay::waits(op, self.employer, self.person).await? {
            return Err(BackPayError::Waiting);
        }
        let id: BackPaymentId = op.new_id();
        let item = self.ask(op, id, &preview).await?;
        store::back_pay::insert(op, id, item, self).await?;
        idempotency::remember(op, &scope, &self.key, &Remembered { id, item }).await?;
        Ok(Proposed { id, item, preview })
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "months": self.months.len(), "insurances": self.insurances, "kind": self.kind }))
    }
}

impl BackPay {
    async fn ask(&self, op: &mut Op, id: BackPaymentId, preview: &BackPreview) -> Result<WorkItemId, DbErr> {
        let key = format!("{BACK_PAYMENT}:{id}");
        let detail = serde_json::json!({
            "back_payment": id, "employer": self.employer, "kind": self.kind, "months": self.months,
            "insurances": self.insurances, "principal": preview.principal, "long": preview.long, "proof": self.proof,
        });
        NewWorkItem { key: &key, kind: BACK_PAYMENT, person: Some(self.person), detail }.open(op).await
    }

    fn checked(&self, view: &View) -> Result<(), BackPayError> {
        let months: BTreeSet<Month> = self.months.iter().map(|back| back.month).collect();
        let this = Month::of(view.today()).map_err(|_| BackPayError::Months)?;
        if self.months.is_empty() || months.len() != self.months.len() || months.last() >= Some(&this) {
            return Err(BackPayError::Months);
        }
        if let Some(back) = self.months.iter().find(|back| back.wage <= Fen::ZERO) {
            return Err(BackPayError::Wage(back.month));
        }
        if self.insurances.is_empty() {
            return Err(BackPayError::NoInsurance);
        }
        match self.kind {
            BackPayKind::Omitted if self.proof.trim().is_empty() => Err(BackPayError::NoProof),
            BackPayKind::Omitted | BackPayKind::Interrupted | BackPayKind::BankruptUnemployment => Ok(()),
        }
    }

    /// What the dated rules say to this kind.
    async fn allowed(&self, view: &View, policy: &Policy) -> Result<(), BackPayError> {
        let today = view.today();
        match self.kind {
            BackPayKind::Omitted => {}
            BackPayKind::Interrupted => {
                let inspection = registry::inspection::inspection_state(view, self.employer, today).await?;
                match gap_payment(policy, today, inspection)?.outcome {
                    GapPayment::Allowed => {}
                    GapPayment::AfterInspection => return Err(BackPayError::InspectionFirst),
                    GapPayment::Refused => return Err(BackPayError::NotAllowed),
                }
            }
            BackPayKind::BankruptUnemployment => {
                let employer = registry::employer(view, self.employer).await?;
                let bankrupt = employer.is_some_and(|employer| employer.kind == Some(EmployerKind::Bankrupt));
                if !bankrupt || self.insurances != [Insurance::Unemployment] {
                    return Err(BackPayError::NotBankrupt);
                }
            }
        }
        if self.insurances.contains(&Insurance::Unemployment) {
            let months: Vec<Omitted> =
                self.months.iter().map(|back| Omitted { month: back.month, wage: back.wage }).collect();
            match omitted(policy, today, &months)? {
                Outcome::Payable(_) => {}
                Outcome::NotDeclarable { .. } => return Err(BackPayError::NotAllowed),
            }
        }
        Ok(())
    }

    /// The relation under which the months are paid: one that this employer had with the person.
    async fn relation(&self, view: &View) -> Result<RelationId, BackPayError> {
        let relations = registry::relations(view, self.person).await?;
        let ours = relations.iter().filter(|relation| relation.payer == Payer::Employer(self.employer));
        ours.map(|relation| relation.id).next_back().ok_or(BackPayError::NotStaff)
    }

    async fn lines(&self, view: &View) -> Result<BackPreview, BackPayError> {
        let policy = Policy::of(view.area()).map_err(|_| AssessError::NoPolicy)?;
        let relation = self.relation(view).await?;
        let mut lines = Vec::with_capacity(self.months.len());
        for back in &self.months {
            let rules = assess::begun(view, back.month)?;
            let class = class_in(view, self.employer, back.month).await?;
            let insured = InsuredStaff {
                employer: self.employer,
                person: self.person,
                relation,
                insurances: kernel::InsuranceSet::of(&self.insurances),
                injury_class: class,
                scheme: kernel::Scheme::Enterprise,
            };
            let parts = rules.parts(&[insured], &[back.wage], &mut Columns::default())?;
            let parts = parts.first().copied().unwrap_or_default();
            let principal: Fen = sides_of(&parts).values().map(|sides| sides.total()).sum();
            let facts = surcharge::Facts { principal, due: rules.due, paid: view.today() };
            let surcharge = surcharge::assess(policy, facts)?.amount;
            lines.push(BackLine { month: back.month, parts, due: rules.due, surcharge });
        }
        lines.sort_by_key(|line| line.month);
        let principal = lines.iter().flat_map(|line| sides_of(&line.parts).into_values()).map(Sides::total).sum();
        let surcharge = lines.iter().map(|line| line.surcharge).sum();
        Ok(BackPreview { principal, surcharge, long: self.is_long(), lines })
    }

    /// 劳社部发〔2007〕2号 as the agency follows it: over twelve months, or before July 2011.
    fn is_long(&self) -> bool {
        let before = Month::new(2011, 7).is_ok_and(|since| self.months.iter().any(|back| back.month < since));
        self.months.len() > 12 || before
    }
}

/// The employer's class of work injury insurance in a month, as its staff of the month is assessed by it; 0 without any.
async fn class_in(view: &View, employer: EmployerId, month: Month) -> Result<u8, DbErr> {
    let staff = registry::insured_at(view, employer, month).await?;
    Ok(staff.iter().map(|insured| insured.injury_class).max().unwrap_or(0))
}

fn sides_of(parts: &Parts) -> BTreeMap<Insurance, Sides> {
    Insurance::ALL.iter().filter_map(|insurance| Some((*insurance, parts.sides(*insurance)?))).collect()
}

/// What a back payment would be. Writes nothing.
///
/// # Errors
/// [`BackPayError`].
pub async fn preview(view: &View, back: &BackPay) -> Result<BackPreview, BackPayError> {
    back.checked(view)?;
    let policy = Policy::of(view.area()).map_err(|_| AssessError::NoPolicy)?;
    back.relation(view).await?;
    back.allowed(view, policy).await?;
    for of in &back.months {
        let mut known = Parts::default();
        for (due, _) in store::due::of_month(view, back.employer, of.month, Some(back.person)).await? {
            known = known.plus(due.parts);
        }
        let owed = |insurance: &Insurance| known.sides(*insurance).is_some_and(|sides| !sides.is_nothing());
        if back.insurances.iter().any(owed) {
            return Err(BackPayError::AlreadyAssessed(of.month));
        }
    }
    back.lines(view).await
}

/// Takes a back payment that its officers agreed to: its months are owed from now on, each since its own due day.
///
/// # Errors
/// [`BackPayError`]; also where it was taken before.
pub async fn take(op: &mut Op, id: BackPaymentId) -> Result<BackPreview, BackPayError> {
    let back = store::back_pay::proposed(op, id).await?.ok_or(BackPayError::Waiting)?;
    wage::take_employer(op, back.employer).await?;
    let preview = preview(op, &back).await?;
    let relation = back.relation(op).await?;
    let mut numbers = Vec::with_capacity(preview.lines.len());
    for line in &preview.lines {
        let number = write(op, &back, line, relation).await?;
        numbers.push((line.month, number));
    }
    store::back_pay::mark_taken(op, id, &numbers).await?;
    Ok(preview)
}

/// The officers did not agree.
///
/// # Errors
/// The database's.
pub async fn refuse(op: &mut Op, id: BackPaymentId) -> Result<(), DbErr> {
    store::back_pay::mark_refused(op, id).await
}

/// Opens the second item of a long back payment, for two more officers.
///
/// # Errors
/// The database's.
pub async fn ask_two_more(
    op: &mut Op,
    detail: serde_json::Value,
    person: Option<PersonId>,
) -> Result<WorkItemId, DbErr> {
    let id = detail.get("back_payment").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let key = format!("{BACK_PAYMENT_LONG}:{id}");
    NewWorkItem { key: &key, kind: BACK_PAYMENT_LONG, person, detail }.open(op).await
}

async fn write(op: &mut Op, back: &BackPay, line: &BackLine, relation: RelationId) -> Result<i32, BackPayError> {
    let (employer, month) = (back.employer, line.month);
    let known = store::due::assessments(op, (employer, employer), month).await?;
    let number = known.iter().map(|assessment| assessment.number + 1).max().unwrap_or(FIRST_OF_BACK_PAYMENTS);
    let policy = Policy::of(op.area()).map_err(|_| AssessError::NoPolicy)?;
    let policy = policy_mark(policy.hash());
    let kind = ClaimKind::BackPayment;
    let (at, by) = (op.at(), crate::declare::by(op));
    let assessment = store::due::Assessment { employer, month, number, kind, at, by, policy };
    store::due::insert_assessments(op, &[assessment]).await?;
    let due = Due { employer, month, person: back.person, number, relation, policy, parts: line.parts };
    store::due::insert(op, &[due]).await?;
    let claims: Vec<Claim> = sides_of(&line.parts)
        .into_iter()
        .map(|(insurance, sides)| Claim::new(employer, ClaimKey { month, number, insurance }, kind, sides, line.due))
        .collect();
    store::claim::insert(op, &claims).await?;
    Ok(number)
}

/// A month that was never assessed keeps its number 0 for the assessment that may come.
const FIRST_OF_BACK_PAYMENTS: i32 = 1000;
