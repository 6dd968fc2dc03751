//! An employer (参保单位): a unit number, dated codes, dated kinds.

use crate::person::{NameError, checked_name};
use crate::store;
use control::{Op, View};
use kernel::{AreaCode, CreditCode, Date, EmployerId};
use sea_orm::DbErr;

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
