//! Changing an employer's data (单位信息变更): each with its before, after, day, reason and, where one is asked for, its paper.

use super::register::class_exists;
use super::{Contact, EmployerKind, LegalPerson};
use crate::person::{NameError, checked_name, is_phone};
use crate::store;
use control::{Act, Action, Fault, FaultKind, Op, Subject, View};
use kernel::{AreaCode, CreditCode, Date, EmployerId, Timestamp};
use sea_orm::DbErr;
use uuid::Uuid;

kernel::words! {
    /// What of an employer was changed.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum EmployerField {
        /// 名称.
        Name = "name",
        /// 统一社会信用代码.
        CreditCode = "credit_code",
        /// 法定代表人.
        LegalPerson = "legal_person",
        /// 单位类型.
        Kind = "kind",
        /// 工伤行业类别.
        InjuryClass = "injury_class",
        /// 注册地.
        Area = "area",
        /// 经办机构.
        Agency = "agency",
        /// 联系人.
        Contact = "contact",
    }
}

/// What it becomes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Particular {
    /// Another name.
    Name(String),
    /// Another unified credit code.
    CreditCode(CreditCode),
    /// Another legal person.
    LegalPerson(LegalPerson),
    /// Another kind, a small firm's with its proof.
    Kind(EmployerKind, Option<String>),
    /// Another class of work injury insurance.
    InjuryClass(u8),
    /// Another area.
    Area(AreaCode),
    /// Another counter that answers for it.
    Agency(String),
    /// Somebody else to call.
    Contact(Contact),
}

impl Particular {
    /// Which field it is.
    pub const fn field(&self) -> EmployerField {
        match self {
            Particular::Name(_) => EmployerField::Name,
            Particular::CreditCode(_) => EmployerField::CreditCode,
            Particular::LegalPerson(_) => EmployerField::LegalPerson,
            Particular::Kind(..) => EmployerField::Kind,
            Particular::InjuryClass(_) => EmployerField::InjuryClass,
            Particular::Area(_) => EmployerField::Area,
            Particular::Agency(_) => EmployerField::Agency,
            Particular::Contact(_) => EmployerField::Contact,
        }
    }
}

/// Changes one particular.
#[derive(Clone, Debug)]
pub struct ChangeEmployer {
    /// Whose.
    pub employer: EmployerId,
    /// What it becomes.
    pub to: Particular,
    /// From which day.
    pub valid_from: Date,
    /// Why.
    pub reason: String,
    /// The paper that shows it, by its number.
    pub proof: Option<String>,
}

/// A change as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmployerChange {
    /// What.
    pub field: EmployerField,
    /// What stood there.
    pub before: String,
    /// What stands there since.
    pub after: String,
    /// From which day.
    pub valid_from: Date,
    /// Why.
    pub reason: String,
    /// The paper that shows it.
    pub proof: Option<String>,
    /// What kind of actor changed it.
    pub actor: String,
    /// Who.
    pub actor_id: Option<Uuid>,
    /// When.
    pub at: Timestamp,
}

/// Why it was not changed, in the order in which it is asked.
#[derive(Debug, thiserror::Error)]
pub enum ChangeEmployerError {
    /// A reason is what makes it understandable years later.
    #[error("a reason must be given")]
    NoReason,
    /// The name cannot be one.
    #[error("the name cannot be taken")]
    Name(#[from] NameError),
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
    /// The registry has no such employer.
    #[error("no such employer")]
    NotFound,
    /// It stands so already.
    #[error("nothing would change")]
    Same,
    /// Another employer has this code.
    #[error("the code belongs to another employer")]
    CodeInUse(EmployerId),
    /// The database failed.
    #[error("the employer could not be changed")]
    Database(#[from] DbErr),
}

impl Fault for ChangeEmployerError {
    fn code(&self) -> &'static str {
        match self {
            ChangeEmployerError::NoReason => "no_reason",
            ChangeEmployerError::Name(NameError::Empty) => "name_empty",
            ChangeEmployerError::Name(NameError::TooLong) => "name_too_long",
            ChangeEmployerError::Name(NameError::Unreadable) => "name_unreadable",
            ChangeEmployerError::Phone => "phone_malformed",
            ChangeEmployerError::InjuryClass { .. } => "injury_class_unknown",
            ChangeEmployerError::SizeProof => "size_proof_missing",
            ChangeEmployerError::NotFound => "employer_not_found",
            ChangeEmployerError::Same => "nothing_changes",
            ChangeEmployerError::CodeInUse(_) => "credit_code_in_use",
            ChangeEmployerError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            ChangeEmployerError::NoReason => FaultKind::Invalid("reason"),
            ChangeEmployerError::Name(_) => FaultKind::Invalid("name"),
            ChangeEmployerError::Phone => FaultKind::Invalid("phone"),
            ChangeEmployerError::InjuryClass { .. } => FaultKind::Invalid("injury_class"),
            ChangeEmployerError::SizeProof => FaultKind::Invalid("size_proof"),
            ChangeEmployerError::NotFound => FaultKind::NotFound,
            ChangeEmployerError::Same | ChangeEmployerError::CodeInUse(_) => FaultKind::Conflict,
            ChangeEmployerError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let ChangeEmployerError::Database(error) = self { Some(error) } else { None }
    }
}

/// An employer's changes, latest first.
///
/// # Errors
/// The database's.
pub async fn employer_history(view: &View, employer: EmployerId) -> Result<Vec<EmployerChange>, DbErr> {
    store::employer_changes(view, employer).await
}

impl Act for ChangeEmployer {
    const ACTION: Action = Action::ChangeEmployerData;
    type Answer = EmployerChange;
    type Error = ChangeEmployerError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, ChangeEmployerError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<EmployerChange, ChangeEmployerError> {
        if self.reason.trim().is_empty() {
            return Err(ChangeEmployerError::NoReason);
        }
        let to = self.checked(op)?;
        store::lock_employer(op, self.employer).await?;
        let before = self.before(op).await?;
        let after = text(&to);
        if before == after {
            return Err(ChangeEmployerError::Same);
        }
        self.write(op, &to).await?;
        let change = EmployerChange {
            field: to.field(),
            before,
            after,
            valid_from: self.valid_from,
            reason: self.reason.trim().to_owned(),
            proof: self.proof.clone(),
            actor: op.actor().kind().to_owned(),
            actor_id: op.actor().id(),
            at: op.at(),
        };
        store::insert_employer_change(op, self.employer, &change).await?;
        Ok(change)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "field": self.to.field() }))
    }
}

/// A particular as text, for the change row.
fn text(particular: &Particular) -> String {
    match particular {
        Particular::Name(name) | Particular::Agency(name) => name.clone(),
        Particular::CreditCode(code) => code.as_str().to_owned(),
        Particular::LegalPerson(person) => format!("{} {}", person.name, person.id_number.reveal()),
        Particular::Kind(kind, None) => kind.to_string(),
        Particular::Kind(kind, Some(proof)) => format!("{kind} {proof}"),
        Particular::InjuryClass(class) => class.to_string(),
        Particular::Area(area) => area.to_string(),
        Particular::Contact(contact) => format!("{} {}", contact.name, contact.phone),
    }
}

impl ChangeEmployer {
    fn checked(&self, op: &Op) -> Result<Particular, ChangeEmployerError> {
        let to = self.to.clone();
        Ok(match to {
            Particular::Name(name) => Particular::Name(checked_name(&name)?),
            Particular::Agency(name) => Particular::Agency(checked_name(&name)?),
            Particular::LegalPerson(person) => {
                Particular::LegalPerson(LegalPerson { name: checked_name(&person.name)?, ..person })
            }
            Particular::Contact(contact) if !is_phone(&contact.phone) => return Err(ChangeEmployerError::Phone),
            Particular::Contact(contact) => {
                Particular::Contact(Contact { name: checked_name(&contact.name)?, ..contact })
            }
            Particular::InjuryClass(class) => {
                class_exists(op.area(), class, self.valid_from)
                    .map_err(|highest| ChangeEmployerError::InjuryClass { highest })?;
                Particular::InjuryClass(class)
            }
            Particular::Kind(EmployerKind::SmallOrMicro, proof) => {
                let proof = proof.map(|proof| proof.trim().to_owned()).filter(|proof| !proof.is_empty());
                Particular::Kind(EmployerKind::SmallOrMicro, Some(proof.ok_or(ChangeEmployerError::SizeProof)?))
            }
            Particular::Kind(kind, proof) => Particular::Kind(kind, proof),
            Particular::CreditCode(code) => Particular::CreditCode(code),
            Particular::Area(area) => Particular::Area(area),
        })
    }

    async fn before(&self, op: &Op) -> Result<String, ChangeEmployerError> {
        let known = super::employer(op, self.employer).await?.ok_or(ChangeEmployerError::NotFound)?;
        Ok(match self.to.field() {
            EmployerField::Name => known.name,
            EmployerField::Agency => known.agency,
            EmployerField::Area => known.area.to_string(),
            EmployerField::CreditCode => known.credit_code.map(|code| code.as_str().to_owned()).unwrap_or_default(),
            EmployerField::InjuryClass => known.injury_class.map(|class| class.to_string()).unwrap_or_default(),
            EmployerField::Kind => {
                known.kind.map(|kind| text(&Particular::Kind(kind, known.size_proof))).unwrap_or_default()
            }
            EmployerField::LegalPerson => {
                let person = store::legal_person(op, self.employer).await?;
                person.map(|person| text(&Particular::LegalPerson(person))).unwrap_or_default()
            }
            EmployerField::Contact => {
                let contact = store::employer_contact(op, self.employer).await?;
                contact.map(|contact| text(&Particular::Contact(contact))).unwrap_or_default()
            }
        })
    }

    async fn write(&self, op: &Op, to: &Particular) -> Result<(), ChangeEmployerError> {
        let (employer, from) = (self.employer, self.valid_from);
        match to {
            Particular::Name(text) | Particular::Agency(text) => {
                store::set_employer_text(op, employer, to.field(), text).await?;
            }
            Particular::Area(area) => store::set_employer_text(op, employer, to.field(), area.as_str()).await?,
            Particular::CreditCode(code) => {
                if let Some(other) = store::employer_by_code(op, code.as_str()).await? {
                    return Err(ChangeEmployerError::CodeInUse(other));
                }
                store::replace_code(op, employer, code, from).await?;
            }
            Particular::LegalPerson(person) => store::replace_legal_person(op, employer, person, from).await?,
            Particular::Kind(kind, proof) => {
                store::replace_kind(op, employer, (*kind, proof.as_deref()), from).await?;
            }
            Particular::InjuryClass(class) => store::set_class(op, employer, *class, from).await?,
            Particular::Contact(contact) => store::replace_employer_contact(op, employer, contact).await?,
        }
        Ok(())
    }
}
