//! Changing a person's data: what stood before, what stands now, since which day, who did it and why; nothing is lost.
//!
//! A person changes only what cannot be turned against them: address and bank spelling. The phone, to which sign-in codes go,
//! is changed by a clerk, or through [`set_phone`] by whoever has seen that the new phone is in the person's hand.

use crate::person::{NameError, checked_name, is_phone};
use crate::register::active_holder;
use crate::{Category, store};
use control::{Act, Action, Fault, FaultKind, Op, Subject, View, Who};
use kernel::{Date, IdNumber, PersonId, Timestamp};
use sea_orm::DbErr;

kernel::words! {
    /// What can be changed.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Field {
        /// The name.
        Name = "name",
        /// The name as the bank spells it.
        BankName = "bank_name",
        /// `male` or `female`.
        Sex = "sex",
        /// The birthday in the earliest personnel file, `YYYY-MM-DD`.
        BirthFile = "birth_file",
        /// The birthday that rules use, `YYYY-MM-DD`; the reason of the change is the reason of the decision.
        BirthDecided = "birth_decided",
        /// `cadre` or `worker`, from the given day on.
        Category = "category",
        /// The number of the identity card.
        IdNumber = "id_number",
        /// The phone.
        Phone = "phone",
        /// The postal address.
        Address = "address",
    }
}

/// Changes one field of a person.
pub struct ChangeData {
    /// Whose.
    pub person: PersonId,
    /// What.
    pub field: Field,
    /// What stands from now on.
    pub value: String,
    /// From which day on it holds.
    pub valid_from: Date,
    /// Why.
    pub reason: String,
}

/// A change, as the person and the agency see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What was changed.
    pub field: Field,
    /// What stood before; empty where nothing did.
    pub before: String,
    /// What stands since.
    pub after: String,
    /// From which day on it holds.
    pub valid_from: Date,
    /// Why.
    pub reason: String,
    /// `person`, `staff` or `system`.
    pub actor: String,
    /// Which one.
    pub actor_id: Option<uuid::Uuid>,
    /// When it was written down.
    pub at: Timestamp,
}

/// Why a change was refused.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The registry has no such person.
    #[error("no such person")]
    NotFound,
    /// Not by oneself: a clerk must see the proof.
    #[error("{0} is changed by a clerk who has seen the proof")]
    NotByOneself(Field),
    /// A reason is what makes it understandable years later.
    #[error("a reason must be given")]
    NoReason,
    /// The value cannot stand in this field.
    #[error("the value cannot stand for {0}")]
    BadValue(Field),
    /// It stands there already.
    #[error("{0} has this value already")]
    Unchanged(Field),
    /// Another active person holds this number.
    #[error("another active person holds this identity number")]
    NumberInUse,
    /// The database failed.
    #[error("the change could not be written")]
    Database(#[from] DbErr),
}

impl Fault for ChangeError {
    fn code(&self) -> &'static str {
        match self {
            ChangeError::NotFound => "person_not_found",
            ChangeError::NotByOneself(_) => "not_by_oneself",
            ChangeError::NoReason => "no_reason",
            ChangeError::BadValue(_) => "bad_value",
            ChangeError::Unchanged(_) => "unchanged",
            ChangeError::NumberInUse => "number_in_use",
            ChangeError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            ChangeError::NotFound => FaultKind::NotFound,
            ChangeError::NoReason => FaultKind::Invalid("reason"),
            ChangeError::BadValue(_) | ChangeError::Unchanged(_) => FaultKind::Invalid("value"),
            ChangeError::NotByOneself(_) | ChangeError::NumberInUse => FaultKind::Conflict,
            ChangeError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let ChangeError::Database(error) = self { Some(error) } else { None }
    }
}

impl Field {
    /// Whether a person may change it in their own file without a clerk.
    pub const fn by_oneself(self) -> bool {
        match self {
            Field::Address | Field::BankName => true,
            Field::Name
            | Field::Sex
            | Field::BirthFile
            | Field::BirthDecided
            | Field::Category
            | Field::IdNumber
            | Field::Phone => false,
        }
    }
}

impl Act for ChangeData {
    const ACTION: Action = Action::ChangePersonData;
    type Answer = ();
    type Error = ChangeError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, ChangeError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<(), ChangeError> {
        if matches!(op.actor().who, Who::Person(_)) && !self.field.by_oneself() {
            return Err(ChangeError::NotByOneself(self.field));
        }
        change(op, self).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "field": self.field }))
    }
}

/// Writes down a phone that is known to be in the person's hand, inside the act that has seen it. The same again changes
/// nothing.
///
/// # Errors
/// [`ChangeError`].
pub async fn set_phone(op: &mut Op, person: PersonId, phone: &str, reason: &str) -> Result<(), ChangeError> {
    let (value, reason) = (phone.to_owned(), reason.to_owned());
    match change(op, &ChangeData { person, field: Field::Phone, value, valid_from: op.today(), reason }).await {
        Ok(()) | Err(ChangeError::Unchanged(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What was changed in a person's file, newest first.
///
/// # Errors
/// The database's, or a seal that does not open.
pub async fn history(view: &View, person: PersonId) -> Result<Vec<Change>, DbErr> {
    let ids = store::ids_of(view, person).await?;
    store::changes(view, &ids).await
}

async fn change(op: &mut Op, change: &ChangeData) -> Result<(), ChangeError> {
    if change.reason.trim().is_empty() {
        return Err(ChangeError::NoReason);
    }
    let person = store::lock_person(op, change.person).await?.ok_or(ChangeError::NotFound)?;
    let field = change.field;
    let value = checked(field, &change.value)?;
    let before = store::field(op, person, field).await?;
    if before == value {
        return Err(ChangeError::Unchanged(field));
    }
    if let (Field::IdNumber, Ok(number)) = (field, IdNumber::parse(&value)) {
        // As when a person is entered: the counter's row makes two clerks meet here.
        store::next_number(op, store::Counter::Person).await?;
        if active_holder(op, &number).await?.is_some_and(|holder| holder != person) {
            return Err(ChangeError::NumberInUse);
        }
    }
    store::set_field(op, person, change, &value).await?;
    Ok(store::insert_change(op, person, change, &before, &value).await?)
}

/// The value as it will stand.
fn checked(field: Field, value: &str) -> Result<String, ChangeError> {
    let value = value.trim();
    let bad = ChangeError::BadValue(field);
    let checked = match field {
        Field::Name | Field::BankName => checked_name(value).map_err(|_: NameError| bad)?,
        Field::Sex if matches!(value, "male" | "female") => value.to_owned(),
        Field::BirthFile | Field::BirthDecided => value.parse::<Date>().map_err(|_| bad)?.to_string(),
        Field::Category => value.parse::<Category>().map_err(|_| bad)?.to_string(),
        Field::IdNumber => IdNumber::parse(value).map_err(|_| bad)?.reveal().to_owned(),
        Field::Phone if is_phone(value) => value.to_owned(),
        Field::Address if !value.is_empty() && value.chars().count() <= 200 => value.to_owned(),
        Field::Sex | Field::Phone | Field::Address => return Err(bad),
    };
    Ok(checked)
}
