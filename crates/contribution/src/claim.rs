//! A claim (应收): what an employer owes of one assessment of a month for one insurance, and where it stands (domain: declared,
//! assessed, billed, paid, received, credited). All its transitions stand in one function.
//!
//! A correction downwards is a claim of less than nothing: it is set off against what else is owed, oldest month first.

use control::View;
use kernel::{Date, DemandId, EmployerId, Fen, Insurance, Month};
use payment::ReceiptId;
use policy::surcharge::{self, Facts};
use policy::{FormulaError, Policy};
use sea_orm::DbErr;
use serde::Serialize;

kernel::words! {
    /// Why a claim came to be.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum ClaimKind {
        /// The month as it was declared.
        Normal = "normal",
        /// 补差: the difference of a correction, or of limits that came late.
        Supplement = "supplement",
        /// 补缴 (B2, B3, B8).
        BackPayment = "back_payment",
        /// 社会保险法 art. 62: fixed because nothing was declared; credited to nobody.
        Provisional = "provisional",
        /// What an old system left open, without its lines.
        Opening = "opening",
    }
}

kernel::words! {
    /// Where a claim stands.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum ClaimState {
        /// 已核定.
        Assessed = "assessed",
        /// 已开单: a demand note asks for it.
        Billed = "billed",
        /// 部分到账.
        PartPaid = "part_paid",
        /// 已到账: the principal has come, and no person's month waits for it.
        Received = "received",
        /// 已记账: the principal has come and stands in the persons' lines.
        Credited = "credited",
        /// 缓缴.
        Deferred = "deferred",
        /// 核销, by a court alone.
        WrittenOff = "written_off",
        /// 冲销: a declaration took the place of what was fixed provisionally.
        Reversed = "reversed",
    }
}

/// What may happen to a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimEvent {
    /// A demand note asks for it.
    Billed,
    /// Some of the principal came.
    PartCame,
    /// All of the principal has come; it belongs to persons' months.
    WholeCameForPersons,
    /// All of the principal has come; it belongs to nobody's month.
    WholeCameForNobody,
    /// The employer declared after all.
    Declared,
    /// It may be paid later.
    Deferred,
    /// A court gave it up.
    WrittenOff,
}

/// The event cannot happen in this state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the claim is {0}")]
pub struct ClaimStays(pub ClaimState);

impl ClaimState {
    /// All transitions.
    ///
    /// # Errors
    /// [`ClaimStays`].
    pub const fn after(self, event: ClaimEvent) -> Result<ClaimState, ClaimStays> {
        use ClaimEvent as E;
        use ClaimState as S;
        match (self, event) {
            (S::Assessed | S::Billed | S::Deferred, E::Billed) => Ok(S::Billed),
            (S::PartPaid, E::Billed) | (S::Assessed | S::Billed | S::PartPaid | S::Deferred, E::PartCame) => {
                Ok(S::PartPaid)
            }
            (S::Assessed | S::Billed | S::PartPaid | S::Deferred, E::WholeCameForPersons) => Ok(S::Credited),
            (S::Assessed | S::Billed | S::PartPaid | S::Deferred, E::WholeCameForNobody) => Ok(S::Received),
            (S::Assessed | S::Billed | S::PartPaid | S::Received | S::Deferred, E::Declared) => Ok(S::Reversed),
            (S::Assessed | S::Billed, E::Deferred) => Ok(S::Deferred),
            (S::Assessed | S::Billed | S::PartPaid | S::Deferred, E::WrittenOff) => Ok(S::WrittenOff),
            (S::Received | S::Credited | S::WrittenOff | S::Reversed, _) | (S::PartPaid | S::Deferred, E::Deferred) => {
                Err(ClaimStays(self))
            }
        }
    }

    /// Whether something of it can still be paid.
    pub const fn is_open(self) -> bool {
        match self {
            ClaimState::Assessed | ClaimState::Billed | ClaimState::PartPaid => true,
            ClaimState::Received
            | ClaimState::Credited
            | ClaimState::Deferred
            | ClaimState::WrittenOff
            | ClaimState::Reversed => false,
        }
    }
}

/// Which claim: the month, the number of the assessment in it, the insurance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct ClaimKey {
    /// The fee month.
    pub month: Month,
    /// Which assessment of the month: 0 first, then each difference.
    pub number: i32,
    /// For what.
    pub insurance: Insurance,
}

/// A claim on an employer. Amounts in fen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Claim {
    /// On whom.
    pub employer: EmployerId,
    /// Which.
    #[serde(flatten)]
    pub key: ClaimKey,
    /// Why.
    pub kind: ClaimKind,
    /// The workers' part, withheld from the wages.
    pub worker: Fen,
    /// The employer's part.
    pub unit: Fen,
    /// Of the workers' part, what has come or was set off.
    pub worker_paid: Fen,
    /// Of the employer's part, what has come or was set off.
    pub unit_paid: Fen,
    /// Of the employer's part, the fen by which a payroll settled once (R3) differs from its persons' dues.
    pub rounding: Fen,
    /// Surcharge up to `since`.
    pub surcharge: Fen,
    /// Of it, what has come.
    pub surcharge_paid: Fen,
    /// The last day on which it was paid in time.
    pub due: Date,
    /// Up to when the surcharge was computed; the due day before any.
    pub since: Date,
    /// Where it stands.
    pub state: ClaimState,
}

impl Claim {
    /// A claim of which nothing is paid.
    pub const fn new(employer: EmployerId, key: ClaimKey, kind: ClaimKind, sides: Sides, due: Date) -> Claim {
        Claim {
            employer,
            key,
            kind,
            worker: sides.worker,
            unit: sides.unit,
            worker_paid: Fen::ZERO,
            unit_paid: Fen::ZERO,
            rounding: Fen::ZERO,
            surcharge: Fen::ZERO,
            surcharge_paid: Fen::ZERO,
            due,
            since: due,
            state: ClaimState::Assessed,
        }
    }

    /// What of the principal is not paid; less than nothing where a correction downwards waits to be set off.
    pub fn open(&self) -> Sides {
        Sides { worker: self.worker - self.worker_paid, unit: self.unit - self.unit_paid }
    }

    /// What has come of the principal.
    pub fn paid(&self) -> Sides {
        Sides { worker: self.worker_paid, unit: self.unit_paid }
    }

    /// Whether it is a correction downwards.
    pub fn is_credit(&self) -> bool {
        self.worker.is_negative() || self.unit.is_negative()
    }

    /// The surcharge that is owed on a day: what stood unpaid, and each day since on the unpaid principal.
    ///
    /// # Errors
    /// Days before the first rate.
    pub fn surcharge_on(&self, policy: &Policy, on: Date) -> Result<Fen, FormulaError> {
        let principal = self.open().total();
        let standing = self.surcharge - self.surcharge_paid;
        if on <= self.since || principal <= Fen::ZERO {
            return Ok(standing);
        }
        let facts = Facts { principal, due: self.since, paid: on };
        Ok(standing + surcharge::assess(policy, facts)?.amount)
    }
}

/// The two sides of a claim, in fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Sides {
    /// The workers' part.
    pub worker: Fen,
    /// The employer's part.
    pub unit: Fen,
}

impl Sides {
    /// Both.
    pub fn total(self) -> Fen {
        self.worker + self.unit
    }

    /// Whether both are nothing.
    pub fn is_nothing(self) -> bool {
        self.worker.is_zero() && self.unit.is_zero()
    }

    /// Both sides added.
    #[must_use]
    pub fn plus(self, other: Sides) -> Sides {
        Sides { worker: self.worker + other.worker, unit: self.unit + other.unit }
    }

    /// Both sides taken away.
    #[must_use]
    pub fn minus(self, other: Sides) -> Sides {
        Sides { worker: self.worker - other.worker, unit: self.unit - other.unit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_over() {
        let every = [
            ClaimEvent::Billed,
            ClaimEvent::PartCame,
            ClaimEvent::WholeCameForPersons,
            ClaimEvent::WholeCameForNobody,
            ClaimEvent::Declared,
            ClaimEvent::Deferred,
            ClaimEvent::WrittenOff,
        ];
        for over in [ClaimState::Credited, ClaimState::WrittenOff, ClaimState::Reversed] {
            for event in every {
                assert_eq!(over.after(event), Err(ClaimStays(over)), "{event:?}");
            }
        }
        assert_eq!(ClaimState::Received.after(ClaimEvent::Declared), Ok(ClaimState::Reversed));
        assert_eq!(ClaimState::Assessed.after(ClaimEvent::Billed), Ok(ClaimState::Billed));
        assert_eq!(ClaimState::Billed.after(ClaimEvent::PartCame), Ok(ClaimState::PartPaid));
        assert_eq!(ClaimState::PartPaid.after(ClaimEvent::WholeCameForPersons), Ok(ClaimState::Credited));
    }
}

/// What a receipt paid of one claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ReceivedPart {
    /// Of which claim.
    pub key: ClaimKey,
    /// Contributions of both sides.
    pub sides: Sides,
    /// Surcharge.
    pub surcharge: Fen,
}

/// What a receipt paid, claim by claim.
///
/// # Errors
/// The database's.
pub async fn received_by(view: &View, receipt: ReceiptId) -> Result<Vec<ReceivedPart>, DbErr> {
    let parts = crate::store::claim::received_by(view, receipt).await?;
    Ok(parts.into_iter().map(|(key, sides, surcharge)| ReceivedPart { key, sides, surcharge }).collect())
}

/// The receipts that paid claims of a demand note, oldest first: through a gateway, by a transfer that quoted it, or counted by
/// officers.
///
/// # Errors
/// The database's.
pub async fn receipts_of_demand(view: &View, demand: DemandId) -> Result<Vec<ReceiptId>, DbErr> {
    crate::store::claim::receipts_of_demand(view, demand).await
}
