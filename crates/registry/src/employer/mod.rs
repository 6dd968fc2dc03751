//! An employer (参保单位): a unit number, dated codes, dated kinds and classes, who stands for it and who is to be called.

mod change;
mod register;

pub use change::{ChangeEmployer, ChangeEmployerError, EmployerChange, EmployerField, Particular, employer_history};
pub use register::{RegisterEmployer, RegisterEmployerError, Registered};

use crate::person::{NameError, checked_name};
use crate::store;
use control::{Op, View};
use kernel::{AreaCode, CreditCode, Date, EmployerId, IdNumber};
use policy::reform::employer::Size;
use sea_orm::DbErr;
use std::collections::HashMap;

kernel::words! {
    /// A kind of code by which an employer was known.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum EmployerCodeKind {
        /// 统一社会信用代码, since 2015-10.
        UnifiedCredit = "unified_credit",
        /// 组织机构代码.
        Organisation = "organisation",
        /// 社会保险登记证.
        Registration = "registration",
    }
}

kernel::words! {
    /// What an employer is, for a time.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum EmployerKind {
        /// 企业.
        Enterprise = "enterprise",
        /// 事业单位.
        Institution = "institution",
        /// 小微企业, with a dated proof.
        SmallOrMicro = "small_or_micro",
        /// 个体工商户.
        IndividualBusiness = "individual_business",
        /// Bankrupt.
        Bankrupt = "bankrupt",
    }
}

/// An employer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Employer {
    /// Its id.
    pub id: EmployerId,
    /// 单位编号.
    pub unit_number: String,
    /// Its name.
    pub name: String,
    /// Where it is registered.
    pub area: AreaCode,
    /// The unified credit code in force today.
    pub credit_code: Option<CreditCode>,
    /// The kind in force today.
    pub kind: Option<EmployerKind>,
    /// The proof of that kind, as of a small firm's size.
    pub size_proof: Option<String>,
    /// The day of the first kind: since when it is registered.
    pub registered_on: Option<Date>,
    /// The class of work injury insurance in force today.
    pub injury_class: Option<u8>,
    /// The legal person (法定代表人) of today; empty where nobody was ever named.
    pub legal_person: String,
    /// Whose counter answers for it; empty in old entries, which the area's does.
    pub agency: String,
}

impl Employer {
    /// Whether reform 3 counts it as a small firm: a small or micro one with its proof, or an individual business.
    pub const fn size(&self) -> Size {
        match self.kind {
            Some(EmployerKind::SmallOrMicro | EmployerKind::IndividualBusiness) => Size::Small,
            Some(EmployerKind::Enterprise | EmployerKind::Institution | EmployerKind::Bankrupt) | None => Size::Other,
        }
    }
}

/// Whom the agency calls. Its `Debug` does not show the phone.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// A mobile number.
    pub phone: String,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Contact({})", self.name)
    }
}

/// Who stands for an employer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LegalPerson {
    /// The whole name.
    pub name: String,
    /// The identity number.
    pub id_number: IdNumber,
}

/// An employer to be entered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEmployer {
    /// Its name.
    pub name: String,
    /// Where it is registered.
    pub area: AreaCode,
    /// Its unified credit code.
    pub credit_code: CreditCode,
    /// Its kind.
    pub kind: EmployerKind,
    /// Since when.
    pub from: Date,
}

/// Why an employer was not entered.
#[derive(Debug, thiserror::Error)]
pub enum EnterEmployerError {
    /// The name cannot be one.
    #[error("the employer's name cannot be taken")]
    Name(#[from] NameError),
    /// Another employer has this code.
    #[error("the code belongs to another employer")]
    CodeInUse(EmployerId),
    /// The database failed.
    #[error("the employer could not be entered")]
    Database(#[from] DbErr),
}

/// An employer by its id.
///
/// # Errors
/// The database's.
pub async fn employer(view: &View, id: EmployerId) -> Result<Option<Employer>, DbErr> {
    store::employer(view, id).await
}

/// Enters an employer, inside the act that decided it.
///
/// # Errors
/// [`EnterEmployerError`].
pub async fn enter_employer(op: &mut Op, new: NewEmployer) -> Result<EmployerId, EnterEmployerError> {
    let name = checked_name(&new.name)?;
    let number = store::next_number(op, store::Counter::Unit).await?;
    if let Some(other) = store::employer_by_code(op, new.credit_code.as_str()).await? {
        return Err(EnterEmployerError::CodeInUse(other));
    }
    store::insert_employer(op, &NewEmployer { name, ..new }, number).await.map_err(EnterEmployerError::Database)
}

/// The employer with a unified credit code in force today.
///
/// # Errors
/// The database's.
pub async fn employer_by_code(view: &View, code: &CreditCode) -> Result<Option<EmployerId>, DbErr> {
    store::employer_by_code(view, code.as_str()).await
}

/// The same for many codes; those that nobody has are not in the answer.
///
/// # Errors
/// The database's.
pub async fn employers_of_codes(view: &View, codes: &[CreditCode]) -> Result<HashMap<CreditCode, EmployerId>, DbErr> {
    store::employers_of_codes(view, codes).await
}

/// Employers whose name begins with a text, or whose unit number or code it is; by name.
///
/// # Errors
/// The database's.
pub async fn find_employers(view: &View, text: &str, limit: u64) -> Result<Vec<Employer>, DbErr> {
    let mut found = Vec::new();
    for id in store::find_employers(view, text.trim(), limit.min(100)).await? {
        found.extend(employer(view, id).await?);
    }
    Ok(found)
}

/// Whom the agency calls.
///
/// # Errors
/// The database's.
pub async fn employer_contact(view: &View, employer: EmployerId) -> Result<Option<Contact>, DbErr> {
    store::employer_contact(view, employer).await
}

/// Who stands for an employer today.
///
/// # Errors
/// The database's.
pub async fn legal_person(view: &View, employer: EmployerId) -> Result<Option<LegalPerson>, DbErr> {
    store::legal_person(view, employer).await
}
