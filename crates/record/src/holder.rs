//! Whose a paper is: a person's, or an employer's.

use control::Subject;
use kernel::{EmployerId, PersonId};
use uuid::Uuid;

kernel::words! {
    /// Whose a paper can be.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum HolderKind {
        /// 个人.
        Person = "person",
        /// 用人单位.
        Employer = "employer",
    }
}

/// Whose a paper is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HolderId {
    /// A person's.
    Person(PersonId),
    /// An employer's.
    Employer(EmployerId),
}

impl HolderId {
    pub(crate) fn of(kind: HolderKind, id: Uuid) -> HolderId {
        match kind {
            HolderKind::Person => HolderId::Person(PersonId(id)),
            HolderKind::Employer => HolderId::Employer(EmployerId(id)),
        }
    }

    pub(crate) const fn kind(self) -> HolderKind {
        match self {
            HolderId::Person(_) => HolderKind::Person,
            HolderId::Employer(_) => HolderKind::Employer,
        }
    }

    pub(crate) const fn uuid(self) -> Uuid {
        match self {
            HolderId::Person(person) => person.uuid(),
            HolderId::Employer(employer) => employer.uuid(),
        }
    }

    /// Whose file the desk guards when the paper is asked for.
    pub(crate) const fn subject(self) -> Subject {
        match self {
            HolderId::Person(person) => Subject::Person(person),
            HolderId::Employer(employer) => Subject::Employer(employer),
        }
    }
}

impl From<PersonId> for HolderId {
    fn from(person: PersonId) -> HolderId {
        HolderId::Person(person)
    }
}

impl From<EmployerId> for HolderId {
    fn from(employer: EmployerId) -> HolderId {
        HolderId::Employer(employer)
    }
}
