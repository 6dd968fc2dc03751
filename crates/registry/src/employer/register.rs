//! Registering an employer (单位参保登记) by its unified credit code: no paper but what the table of papers asks for.
//!
//! Law: 社会保险法 art. 57; 社会保险经办条例 art. 9; 国办发〔2016〕53号 (the licence with the unified credit code replaces the
//! registration certificate). By a signed-in person for the employer, or by a clerk.

use super::{Contact, EmployerKind, LegalPerson, NewEmployer, enter_employer};
use crate::person::{NameError, checked_name, is_phone};
use crate::requirement::{SelfCheck, keep_self_check};
use crate::{EnterEmployerError, store};
use control::idempotency::{First, first, remember};
use control::{Act, Action, Fault, FaultKind, IdempotencyKey, Op, Subject};
use kernel::{AreaCode, CreditCode, CreditCodeError, Date, EmployerId, IdNumber, IdNumberError};
use policy::Policy;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

/// Registers an employer.
#[derive(Clone, Debug)]
pub struct RegisterEmployer {
    /// The form's key.
    pub key: IdempotencyKey,
    /// Its name.
    pub name: String,
    /// Its unified credit code, as typed.
    pub credit_code: String,
    /// Where it is registered.
    pub area: AreaCode,
    /// Its kind.
    pub kind: EmployerKind,
    /// For a small or micro firm: by what it is known to be one.
    pub size_proof: Option<String>,
    /// Its class of work injury insurance.
    pub injury_class: u8,
    /// The name of who stands for it.
    pub legal_person: String,
    /// Their identity number, as typed.
    pub legal_person_number: String,
    /// Whom the agency calls.
    pub contact: Contact,
    /// Since when.
    pub from: Date,
    /// The papers that the employer keeps and has checked.
    pub checked: SelfCheck,
}

/// An employer that was registered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Registered {
    /// Its id.
    pub employer: EmployerId,
    /// Its unit number (单位编号).
    pub unit_number: String,
}

/// Why it was not, in the order in which it is asked.
#[derive(Debug, thiserror::Error)]
pub enum RegisterEmployerError {
    /// The key came with other inputs before.
    #[error("this idempotency key was used for another registration")]
    KeyReused,
    /// The code cannot be one.
    #[error("the unified credit code cannot be one")]
    Code(#[from] CreditCodeError),
    /// The name cannot be one.
    #[error("the employer's name cannot be taken")]
    Name(#[from] NameError),
    /// The legal person's name cannot be one.
    #[error("the legal person's name cannot be taken")]
    LegalPerson,
    /// The legal person's identity number cannot be one.
    #[error("the legal person's identity number cannot be one")]
    LegalPersonNumber(#[source] IdNumberError),
    /// Not a mainland mobile number.
    #[error("a phone is 11 digits, as in 13900000001")]
    Phone,
    /// The day has no such class.
    #[error("there are {highest} classes of work injury insurance")]
    InjuryClass {
        /// How many there are.
        highest: usize,
    },
    /// A small firm says by what it is known to be one.
    #[error("a small or micro firm names its proof")]
    SizeProof,
    /// The day lies ahead.
    #[error("an employer is not registered ahead of its day")]
    InFuture,
    /// Another employer has this code.
    #[error("the code belongs to another employer")]
    CodeInUse(EmployerId),
    /// The database failed.
    #[error("the employer could not be registered")]
    Database(#[from] DbErr),
}

impl Fault for RegisterEmployerError {
    fn code(&self) -> &'static str {
        match self {
            RegisterEmployerError::KeyReused => "key_reused",
            RegisterEmployerError::Code(_) => "credit_code_malformed",
            RegisterEmployerError::Name(NameError::Empty) => "name_empty",
            RegisterEmployerError::Name(NameError::TooLong) => "name_too_long",
            RegisterEmployerError::Name(NameError::Unreadable) => "name_unreadable",
            RegisterEmployerError::LegalPerson => "legal_person_malformed",
            RegisterEmployerError::LegalPersonNumber(_) => "legal_person_number_malformed",
            RegisterEmployerError::Phone => "phone_malformed",
            RegisterEmployerError::InjuryClass { .. } => "injury_class_unknown",
            RegisterEmployerError::SizeProof => "size_proof_missing",
            RegisterEmployerError::InFuture => "registered_in_future",
            RegisterEmployerError::CodeInUse(_) => "credit_code_in_use",
            RegisterEmployerError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            RegisterEmployerError::KeyReused => FaultKind::KeyReused,
            RegisterEmployerError::Code(_) => FaultKind::Invalid("credit_code"),
            RegisterEmployerError::Name(_) => FaultKind::Invalid("name"),
            RegisterEmployerError::LegalPerson => FaultKind::Invalid("legal_person"),
            RegisterEmployerError::LegalPersonNumber(_) => FaultKind::Invalid("legal_person_number"),
            RegisterEmployerError::Phone => FaultKind::Invalid("phone"),
            RegisterEmployerError::InjuryClass { .. } => FaultKind::Invalid("injury_class"),
            RegisterEmployerError::SizeProof => FaultKind::Invalid("size_proof"),
            RegisterEmployerError::InFuture => FaultKind::Invalid("from"),
            RegisterEmployerError::CodeInUse(_) => FaultKind::Conflict,
            RegisterEmployerError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let RegisterEmployerError::Database(error) = self { Some(error) } else { None }
    }
}

/// Whether the class exists on a day; how many there are where it does not.
pub(super) fn class_exists(area: AreaCode, class: u8, on: Date) -> Result<(), usize> {
    let rates = Policy::of(area).ok().and_then(|policy| policy.injury.class_rates.on(on).ok());
    let highest = rates.map_or(0, |rates| rates.value.len());
    if class >= 1 && usize::from(class) <= highest { Ok(()) } else { Err(highest) }
}

const SCOPE: &str = "register_employer";

impl Act for RegisterEmployer {
    const ACTION: Action = Action::RegisterEmployer;
    type Answer = Registered;
    type Error = RegisterEmployerError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, RegisterEmployerError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<Registered, RegisterEmployerError> {
        let scope = format!("{SCOPE}:{}", op.actor().id().unwrap_or_default());
        let inputs = (&self.name, &self.credit_code, self.kind, self.from);
        match first(op, &scope, &self.key, &inputs).await? {
            First::Done(registered) => return Ok(registered),
            First::Reused => return Err(RegisterEmployerError::KeyReused),
            First::Time => {}
        }
        let registered = self.register(op).await?;
        remember(op, &scope, &self.key, &registered).await?;
        Ok(registered)
    }
}

impl RegisterEmployer {
    async fn register(&self, op: &mut Op) -> Result<Registered, RegisterEmployerError> {
        let credit_code = CreditCode::parse(&self.credit_code)?;
        let name = checked_name(&self.name)?;
        let legal_person = self.legal_person()?;
        let caller = checked_name(&self.contact.name)?;
        if !is_phone(&self.contact.phone) {
            return Err(RegisterEmployerError::Phone);
        }
        class_exists(op.area(), self.injury_class, op.today())
            .map_err(|highest| RegisterEmployerError::InjuryClass { highest })?;
        let proof = self.size_proof.as_deref().map(str::trim).filter(|proof| !proof.is_empty());
        if self.kind == EmployerKind::SmallOrMicro && proof.is_none() {
            return Err(RegisterEmployerError::SizeProof);
        }
        if self.from > op.today() {
            return Err(RegisterEmployerError::InFuture);
        }
        let new = NewEmployer { name, area: self.area, credit_code, kind: self.kind, from: self.from };
        let employer = enter_employer(op, new).await.map_err(|error| match error {
            EnterEmployerError::Name(error) => RegisterEmployerError::Name(error),
            EnterEmployerError::CodeInUse(other) => RegisterEmployerError::CodeInUse(other),
            EnterEmployerError::Database(error) => RegisterEmployerError::Database(error),
        })?;
        if let Some(proof) = proof {
            store::set_proof(op, employer, proof).await?;
        }
        store::set_class(op, employer, self.injury_class, self.from).await?;
        store::replace_legal_person(op, employer, &legal_person, self.from).await?;
        let contact = Contact { name: caller, phone: self.contact.phone.clone() };
        store::replace_employer_contact(op, employer, &contact).await?;
        keep_self_check(op, employer, &self.checked).await?;
        let entered = super::employer(op, employer).await?.ok_or_else(|| store::corrupt("an employer is gone"))?;
        Ok(Registered { employer, unit_number: entered.unit_number })
    }

    fn legal_person(&self) -> Result<LegalPerson, RegisterEmployerError> {
        let name = checked_name(&self.legal_person).map_err(|_| RegisterEmployerError::LegalPerson)?;
        let id_number = IdNumber::parse(&self.legal_person_number).map_err(RegisterEmployerError::LegalPersonNumber)?;
        Ok(LegalPerson { name, id_number })
    }
}
