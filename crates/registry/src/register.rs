//! Entering a person into the registry (参保登记), and the guard against a second active person with one number.

use crate::person::{NameError, checked_name, is_phone};
use crate::{Category, Source, StatusKind, find_by_id_number, statuses, store};
use control::{Act, Action, Fault, FaultKind, NewWorkItem, Op, Subject, View, WorkItemState, work_item};
use kernel::{AreaCode, IdNumber, PersonId, WorkItemId};
use sea_orm::DbErr;

/// The kind of work item on which two officers decide about a doubled number (重号).
pub const DOUBLED_NUMBER: &str = "doubled_number";
/// The decision by which two persons may hold one number.
pub const TWO_PERSONS: &str = "two_persons";

/// A person to be entered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewPerson {
    /// The name in its original code points.
    pub name: String,
    /// The number of the identity card; sex and the document's birthday are read off it.
    pub id_number: IdNumber,
    /// A mainland mobile number.
    pub phone: Option<String>,
    /// The category; of a flexible worker without a post: worker.
    pub category: Category,
    /// Where the person is registered.
    pub area: AreaCode,
    /// Where the entry comes from.
    pub source: Source,
    /// The closed work item by which two officers decided that this is a second person with the number.
    pub decision: Option<WorkItemId>,
}

/// Why a person was not entered.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// The name cannot be one.
    #[error("the name cannot be taken")]
    Name(#[from] NameError),
    /// Not a mainland mobile number.
    #[error("a phone is 11 digits, as in 13900000001")]
    Phone,
    /// The birthday in the number is still to come.
    #[error("the birthday in the identity number is still to come")]
    NotBornYet,
    /// An active person holds this number. Not shown to strangers.
    #[error("an active person holds this identity number")]
    NumberInUse(PersonId),
    /// The decision is not one of two officers about this number, or was used before.
    #[error("no decision of two officers stands for this number")]
    NotDecided,
    /// Nobody holds the number, so there is nothing to decide.
    #[error("nobody holds this identity number")]
    NotDoubled,
    /// The database failed.
    #[error("the person could not be entered")]
    Database(#[from] DbErr),
}

impl Fault for EnterError {
    fn code(&self) -> &'static str {
        match self {
            EnterError::Name(NameError::Empty) => "name_empty",
            EnterError::Name(NameError::TooLong) => "name_too_long",
            EnterError::Name(NameError::Unreadable) => "name_unreadable",
            EnterError::Phone => "phone_malformed",
            EnterError::NotBornYet => "not_born_yet",
            EnterError::NumberInUse(_) => "number_in_use",
            EnterError::NotDecided => "not_decided",
            EnterError::NotDoubled => "not_doubled",
            EnterError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            EnterError::Name(_) => FaultKind::Invalid("name"),
            EnterError::Phone => FaultKind::Invalid("phone"),
            EnterError::NotBornYet => FaultKind::Invalid("id_number"),
            EnterError::NumberInUse(_) | EnterError::NotDecided | EnterError::NotDoubled => FaultKind::Conflict,
            EnterError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            EnterError::Database(error) => Some(error),
            EnterError::Name(_)
            | EnterError::Phone
            | EnterError::NotBornYet
            | EnterError::NumberInUse(_)
            | EnterError::NotDecided
            | EnterError::NotDoubled => None,
        }
    }
}

/// Enters a person, inside the act that decided it.
///
/// # Errors
/// [`EnterError`], in the order of its variants.
pub async fn enter(op: &mut Op, new: NewPerson) -> Result<PersonId, EnterError> {
    let name = checked_name(&new.name)?;
    if new.phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
        return Err(EnterError::Phone);
    }
    if new.id_number.birth() > op.today() {
        return Err(EnterError::NotBornYet);
    }
    // Taking the number locks the counter's row, so that two clerks who enter one person at once meet each other here.
    let number = store::next_number(op, store::Counter::Person).await?;
    let decision = match (active_holder(op, &new.id_number).await?, new.decision) {
        // Nobody holds the number: a decision about another one is not used up by it.
        (None, _) => None,
        (Some(holder), None) => return Err(EnterError::NumberInUse(holder)),
        (Some(_), Some(item)) if stands_for(op, item, &new.id_number).await? => Some(item),
        (Some(_), Some(_)) => return Err(EnterError::NotDecided),
    };
    Ok(store::insert_person(op, &NewPerson { name, decision, ..new }, number).await?)
}

/// The first person alive who holds the number.
pub(crate) async fn active_holder(view: &View, number: &IdNumber) -> Result<Option<PersonId>, DbErr> {
    for holder in find_by_id_number(view, number).await? {
        if !statuses(view, holder).await?.iter().any(|status| status.kind == StatusKind::Dead) {
            return Ok(Some(holder));
        }
    }
    Ok(None)
}

async fn stands_for(op: &Op, item: WorkItemId, number: &IdNumber) -> Result<bool, DbErr> {
    let Some(decided) = work_item(op, item).await? else { return Ok(false) };
    let about = serde_json::Value::from(store::number_key(op.keys(), number.reveal()));
    let stands = decided.kind == DOUBLED_NUMBER
        && decided.state == WorkItemState::Closed
        && decided.decision.as_deref() == Some(TWO_PERSONS)
        && decided.detail.get("number") == Some(&about);
    Ok(stands && !store::decision_used(op, item).await?)
}

/// A clerk enters a person who stands at the counter.
pub struct RegisterPerson(pub NewPerson);

impl Act for RegisterPerson {
    const ACTION: Action = Action::RegisterPerson;
    type Answer = PersonId;
    type Error = EnterError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, EnterError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<PersonId, EnterError> {
        enter(op, self.0.clone()).await
    }
}

/// A clerk asks two officers whether a number that an active person holds belongs to a second person as well.
pub struct AskAboutDoubledNumber {
    /// The number.
    pub id_number: IdNumber,
}

impl Act for AskAboutDoubledNumber {
    const ACTION: Action = Action::RegisterPerson;
    type Answer = WorkItemId;
    type Error = EnterError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, EnterError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<WorkItemId, EnterError> {
        let holders = find_by_id_number(op, &self.id_number).await?;
        let first = *holders.first().ok_or(EnterError::NotDoubled)?;
        let number = store::number_key(op.keys(), self.id_number.reveal());
        let detail = serde_json::json!({ "number": number, "holders": holders });
        let key = format!("{DOUBLED_NUMBER}:{number}");
        let item = NewWorkItem { key: &key, kind: DOUBLED_NUMBER, person: Some(first), detail };
        Ok(item.open(op).await?)
    }
}
