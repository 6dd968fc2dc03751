//! Demand (征收通知单): what the agency asks an employer to pay for a month, with what is still open of earlier ones.
//!
//! 社会保险费征缴暂行条例 art. 10. A demand note lists claims as they stood when it was issued; what is owed on a day is computed
//! anew, with the surcharge of each day. Refused: a month that the tax office collects, or for which nothing is owed.

use crate::month_rules::collector;
use crate::store::wage;
use crate::{AssessError, Claim, assess, set_off, store};
use control::idempotency::{self, First};
use control::{Act, Action, Fault, FaultKind, IdempotencyKey, Op, Subject, View};
use kernel::{Date, DemandId, EmployerId, Fen, Insurance, Month, Timestamp};
use policy::{Collector, FormulaError, Policy, surcharge};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

kernel::words! {
    /// Where a demand note stands.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum DemandState {
        /// Nothing has come for it.
        Issued = "issued",
        /// Some has come.
        PartPaid = "part_paid",
        /// Nothing of it is owed any more.
        Paid = "paid",
        /// Another note took its place.
        Void = "void",
    }
}

/// What may happen to a demand note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DemandEvent {
    /// Some of what it asks for came.
    PartCame,
    /// Nothing of its principal and its surcharge is owed any more.
    AllCame,
    /// A note that asks for all of this one's claims was issued.
    Superseded,
}

/// The event cannot happen in this state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the demand note is {0}")]
pub struct DemandStays(pub DemandState);

impl DemandState {
    /// All transitions. Money that came by a note that was given up has come all the same.
    ///
    /// # Errors
    /// [`DemandStays`].
    pub const fn after(self, event: DemandEvent) -> Result<DemandState, DemandStays> {
        use DemandEvent as E;
        use DemandState as S;
        match (self, event) {
            (S::Issued | S::PartPaid, E::PartCame) => Ok(S::PartPaid),
            (S::Issued | S::PartPaid | S::Void, E::AllCame) => Ok(S::Paid),
            (S::Issued, E::Superseded) => Ok(S::Void),
            (S::Paid, E::PartCame | E::AllCame | E::Superseded)
            | (S::PartPaid, E::Superseded)
            | (S::Void, E::PartCame | E::Superseded) => Err(DemandStays(self)),
        }
    }
}

kernel::words! {
    /// Whether a demand note asks for earlier months too.
    pub enum Arrears {
        /// Everything that is open.
        Included = "included",
        /// The month alone.
        ThisMonthOnly = "this_month_only",
    }
}

/// A demand note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Demand {
    /// Its id.
    pub id: DemandId,
    /// Its number, for people and bank transfers.
    pub number: String,
    /// On whom.
    pub employer: EmployerId,
    /// For which month.
    pub month: Month,
    /// The last day on which the month is paid in time.
    pub due: Date,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// What it asked for on that day.
    pub total: Fen,
    /// From which parameters, whole.
    pub policy_hash: String,
    /// Where it stands.
    pub state: DemandState,
    /// Its claims as they stand now.
    pub claims: Vec<Claim>,
}

/// What is owed of a demand note on a day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Owing {
    /// Contributions.
    pub principal: Fen,
    /// Surcharge up to the day.
    pub surcharge: Fen,
    /// Both.
    pub total: Fen,
    /// Each claim of which something is owed, with its surcharge.
    pub by_claim: Vec<(Claim, Fen)>,
}

impl Demand {
    /// What is owed on a day.
    ///
    /// # Errors
    /// Days before the first rate of surcharge.
    pub fn owing(&self, policy: &Policy, on: Date) -> Result<Owing, FormulaError> {
        owing(&self.claims, policy, on)
    }
}

/// What is owed of some claims on a day.
///
/// # Errors
/// Days before the first rate of surcharge.
pub fn owing(claims: &[Claim], policy: &Policy, on: Date) -> Result<Owing, FormulaError> {
    let mut owing = Owing::default();
    for claim in claims.iter().filter(|claim| !claim.is_credit()) {
        let principal = if claim.state.is_open() { claim.open().total() } else { Fen::ZERO };
        let surcharge = match claim.state.is_open() {
            true => claim.surcharge_on(policy, on)?,
            false => claim.surcharge - claim.surcharge_paid,
        };
        if principal.is_zero() && surcharge.is_zero() {
            continue;
        }
        owing.principal += principal;
        owing.surcharge += surcharge;
        owing.by_claim.push((claim.clone(), surcharge));
    }
    owing.total = owing.principal + owing.surcharge;
    Ok(owing)
}

/// Issues a demand note for a month of an employer. What is still open of earlier notes moves to the new one.
#[derive(Clone, Debug)]
pub struct IssueDemand {
    /// Chosen by whoever asks, for this one request.
    pub key: IdempotencyKey,
    /// On whom.
    pub employer: EmployerId,
    /// For which month. Where it was not assessed yet, it is.
    pub month: Month,
    /// For which insurances; nothing named means all. Reform 8: unemployment may be paid alone.
    pub insurances: Option<Vec<Insurance>>,
    /// Whether it asks for earlier months too.
    pub arrears: Arrears,
}

/// Why no demand note was issued, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum DemandError {
    /// The key came before, with other inputs.
    #[error("this key was used for another demand note")]
    KeyReused,
    /// The month cannot be assessed.
    #[error(transparent)]
    Assess(#[from] AssessError),
    /// Employers declare and pay to the tax office.
    #[error("the tax office collects {0}")]
    TaxOfficeCollects(Month),
    /// Nothing is owed.
    #[error("nothing is owed")]
    NothingDue,
    /// A rule gives no figure.
    #[error("what is owed cannot be computed")]
    Rule(#[from] FormulaError),
    /// The database failed.
    #[error("the demand note could not be written")]
    Database(#[from] DbErr),
}

impl Fault for DemandError {
    fn code(&self) -> &'static str {
        match self {
            DemandError::KeyReused => "key_reused",
            DemandError::Assess(error) => error.code(),
            DemandError::TaxOfficeCollects(_) => "demand_tax_office_collects",
            DemandError::NothingDue => "demand_nothing_due",
            DemandError::Rule(_) => "demand_no_rule",
            DemandError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            DemandError::KeyReused => FaultKind::KeyReused,
            DemandError::Assess(error) => error.kind(),
            DemandError::TaxOfficeCollects(_) | DemandError::NothingDue | DemandError::Rule(_) => FaultKind::Conflict,
            DemandError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            DemandError::Database(error) => Some(error),
            DemandError::Assess(error) => error.database(),
            DemandError::KeyReused
            | DemandError::TaxOfficeCollects(_)
            | DemandError::NothingDue
            | DemandError::Rule(_) => None,
        }
    }
}

/// What the key remembers.
#[derive(Serialize, Deserialize)]
struct Remembered {
    demand: DemandId,
}

impl Act for IssueDemand {
    const ACTION: Action = Action::IssueDemand;
    type Answer = Demand;
    type Error = DemandError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, DemandError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<Demand, DemandError> {
        let scope = format!("{}:{}", Action::IssueDemand, self.employer);
        let inputs = (self.month, &self.insurances, self.arrears);
        match idempotency::first(op, &scope, &self.key, &inputs).await? {
            First::Done(Remembered { demand }) => return found(op, demand).await,
            First::Reused => return Err(DemandError::KeyReused),
            First::Time => {}
        }
        wage::take_employer(op, self.employer).await?;
        if store::due::assessed_months(op, self.employer, self.month).await?.first() != Some(&self.month) {
            assess::employer(op, self.employer, self.month).await?;
        }
        set_off::all(op, self.employer).await?;
        let demand = self.issue(op).await?;
        idempotency::remember(op, &scope, &self.key, &Remembered { demand }).await?;
        found(op, demand).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "month": self.month, "insurances": self.insurances, "arrears": self.arrears }))
    }
}

async fn found(view: &View, demand: DemandId) -> Result<Demand, DemandError> {
    let note = store::demand::of_id(view, demand).await?;
    note.ok_or_else(|| DemandError::Database(DbErr::RecordNotFound(format!("demand note {demand}"))))
}

impl IssueDemand {
    async fn issue(&self, op: &mut Op) -> Result<DemandId, DemandError> {
        let policy = Policy::of(op.area()).map_err(|_| AssessError::NoPolicy)?;
        let asks = |claim: &Claim| {
            let month = match self.arrears {
                Arrears::Included => claim.key.month <= self.month,
                Arrears::ThisMonthOnly => claim.key.month == self.month,
            };
            month && self.insurances.as_ref().is_none_or(|these| these.contains(&claim.key.insurance))
        };
        let mut claims = store::claim::open_of(op, self.employer).await?;
        claims.retain(|claim| asks(claim) && !claim.is_credit());
        let owing = owing(&claims, policy, op.today())?;
        if owing.total <= Fen::ZERO {
            return Err(self.nothing(policy));
        }
        let demand = Demand {
            id: op.new_id(),
            number: number(op)?,
            employer: self.employer,
            month: self.month,
            due: surcharge::due_date(policy, self.month)?,
            issued_at: op.at(),
            total: owing.total,
            policy_hash: policy.hash().to_owned(),
            state: DemandState::Issued,
            claims: owing.by_claim.iter().map(|(claim, _)| claim.clone()).collect(),
        };
        store::demand::supersede(op, &demand).await?;
        store::demand::insert(op, &demand, &owing.by_claim).await?;
        store::claim::mark_billed(op, &demand.claims).await?;
        Ok(demand.id)
    }

    /// Where the tax office collects all that was asked for, that is why nothing is owed here.
    fn nothing(&self, policy: &Policy) -> DemandError {
        let asked = self.insurances.as_deref().unwrap_or(Insurance::ALL);
        let elsewhere =
            asked.iter().all(|insurance| collector(policy, *insurance, self.month) == Some(Collector::TaxOffice));
        if elsewhere { DemandError::TaxOfficeCollects(self.month) } else { DemandError::NothingDue }
    }
}

/// `ZD`, the day, ten of 32 letters and digits: no two alike, and none that can be misread.
fn number(op: &Op) -> Result<String, DbErr> {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random = op.random::<10>()?;
    let signs = random.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)]));
    Ok(format!("ZD{}{}", op.today().format("%y%m%d"), signs.collect::<String>()))
}

/// Money came for a demand note: it is paid when nothing of its principal and its surcharge is open.
pub(crate) async fn renew(op: &Op, demand: &Demand) -> Result<(), DbErr> {
    let claims = store::claim::of_demand(op, demand.id).await?;
    let open = |claim: &Claim| claim.state.is_open() || claim.surcharge > claim.surcharge_paid;
    let came = |claim: &Claim| !claim.paid().is_nothing() || !claim.surcharge_paid.is_zero();
    let event = if !claims.iter().any(open) {
        DemandEvent::AllCame
    } else if claims.iter().any(came) {
        DemandEvent::PartCame
    } else {
        return Ok(());
    };
    // A note that was paid or gave way stays what it is; the claims know what came.
    match demand.state.after(event) {
        Ok(state) => store::demand::set_state(op, demand.id, state).await,
        Err(DemandStays(_)) => Ok(()),
    }
}

/// A demand note by its id. On whom it is, the caller compares before it is shown.
///
/// # Errors
/// The database's.
pub async fn demand(view: &View, id: DemandId) -> Result<Option<Demand>, DbErr> {
    store::demand::of_id(view, id).await
}

/// A demand note by its number.
///
/// # Errors
/// The database's.
pub async fn demand_by_number(view: &View, number: &str) -> Result<Option<Demand>, DbErr> {
    match store::demand::id_of_number(view, number).await? {
        Some(id) => store::demand::of_id(view, id).await,
        None => Ok(None),
    }
}

/// The latest demand notes of an employer, newest first.
///
/// # Errors
/// The database's.
pub async fn demands(view: &View, employer: EmployerId, limit: u64) -> Result<Vec<Demand>, DbErr> {
    let mut notes = Vec::new();
    for id in store::demand::ids_of(view, employer, limit).await? {
        notes.extend(store::demand::of_id(view, id).await?);
    }
    Ok(notes)
}

/// Every claim on an employer for a month, whatever became of it.
///
/// # Errors
/// The database's.
pub async fn claims(view: &View, employer: EmployerId, month: Month) -> Result<Vec<Claim>, DbErr> {
    store::claim::of_month(view, employer, month).await
}
