//! A due (应缴明细): the receivable of one person's month at one employer, a column an insurance; the sum of a month's dues is
//! what is owed for the person. Dues are append-only: a correction writes the difference.

use crate::claim::Sides;
use crate::{ClaimKind, ClaimState, EmployerPart, Line, LineKind, PaidBy, PensionPart, SharedPart, entries, store};
use control::View;
use kernel::{EmployerId, Fen, Insurance, LineId, Month, MonthRange, PersonId, RelationId, Timestamp};
use sea_orm::DbErr;
use serde::Serialize;

/// The five columns of a month. Absent insurances are absent, not zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Parts {
    /// 养老保险.
    pub pension: Option<PensionPart>,
    /// 医疗保险.
    pub medical: Option<SharedPart>,
    /// 失业保险.
    pub unemployment: Option<SharedPart>,
    /// 工伤保险.
    pub injury: Option<EmployerPart>,
    /// 生育保险.
    pub maternity: Option<EmployerPart>,
}

impl Parts {
    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.pension.is_none()
            && self.medical.is_none()
            && self.unemployment.is_none()
            && self.injury.is_none()
            && self.maternity.is_none()
    }

    /// What both sides pay for an insurance, where it is there.
    pub fn sides(&self, insurance: Insurance) -> Option<Sides> {
        let shared = |part: SharedPart| Sides {
            worker: part.personal.unwrap_or_default(),
            unit: part.employer.unwrap_or_default(),
        };
        let alone = |part: EmployerPart| Sides { worker: Fen::ZERO, unit: part.employer };
        match insurance {
            Insurance::Pension => {
                self.pension.map(|part| Sides { worker: part.personal, unit: part.employer.unwrap_or_default() })
            }
            Insurance::Medical => self.medical.map(shared),
            Insurance::Unemployment => self.unemployment.map(shared),
            Insurance::Injury => self.injury.map(alone),
            Insurance::Maternity => self.maternity.map(alone),
        }
    }

    /// The same with these insurances and no other.
    #[must_use]
    pub fn only(self, insurances: &[Insurance]) -> Parts {
        let keep = |insurance| insurances.contains(&insurance);
        Parts {
            pension: self.pension.filter(|_| keep(Insurance::Pension)),
            medical: self.medical.filter(|_| keep(Insurance::Medical)),
            unemployment: self.unemployment.filter(|_| keep(Insurance::Unemployment)),
            injury: self.injury.filter(|_| keep(Insurance::Injury)),
            maternity: self.maternity.filter(|_| keep(Insurance::Maternity)),
        }
    }

    /// Both added, column by column.
    #[must_use]
    pub fn plus(self, other: Parts) -> Parts {
        self.with(other, |a, b| a + b)
    }

    /// What must be added to `before` to come to this: columns that agree are absent.
    #[must_use]
    pub fn minus(self, before: Parts) -> Parts {
        let difference = self.with(before, |a, b| a - b);
        Parts {
            pension: difference.pension.filter(|p| !(p.base.is_zero() && p.total().is_zero() && p.account.is_zero())),
            medical: difference.medical.filter(|p| !shared_is_nothing(*p)),
            unemployment: difference.unemployment.filter(|p| !shared_is_nothing(*p)),
            injury: difference.injury.filter(|p| !(p.base.is_zero() && p.employer.is_zero())),
            maternity: difference.maternity.filter(|p| !(p.base.is_zero() && p.employer.is_zero())),
        }
    }

    fn with(self, other: Parts, of: impl Fn(Fen, Fen) -> Fen + Copy) -> Parts {
        let optional = |a: Option<Fen>, b: Option<Fen>| match (a, b) {
            (None, None) => None,
            (a, b) => Some(of(a.unwrap_or_default(), b.unwrap_or_default())),
        };
        let pension = both(self.pension, other.pension, NO_PENSION).map(|(a, b)| PensionPart {
            base: of(a.base, b.base),
            employer: optional(a.employer, b.employer),
            personal: of(a.personal, b.personal),
            account: of(a.account, b.account),
        });
        let shared = |one: Option<SharedPart>, other: Option<SharedPart>| {
            both(one, other, NO_SHARED).map(|(a, b)| SharedPart {
                base: of(a.base, b.base),
                employer: optional(a.employer, b.employer),
                personal: optional(a.personal, b.personal),
            })
        };
        let alone = |one: Option<EmployerPart>, other: Option<EmployerPart>| {
            both(one, other, NO_ALONE)
                .map(|(a, b)| EmployerPart { base: of(a.base, b.base), employer: of(a.employer, b.employer) })
        };
        Parts {
            pension,
            medical: shared(self.medical, other.medical),
            unemployment: shared(self.unemployment, other.unemployment),
            injury: alone(self.injury, other.injury),
            maternity: alone(self.maternity, other.maternity),
        }
    }
}

const NO_PENSION: PensionPart =
    PensionPart { base: Fen::ZERO, employer: None, personal: Fen::ZERO, account: Fen::ZERO };
const NO_SHARED: SharedPart = SharedPart { base: Fen::ZERO, employer: None, personal: None };
const NO_ALONE: EmployerPart = EmployerPart { base: Fen::ZERO, employer: Fen::ZERO };

fn both<T: Copy>(one: Option<T>, other: Option<T>, none: T) -> Option<(T, T)> {
    (one.is_some() || other.is_some()).then(|| (one.unwrap_or(none), other.unwrap_or(none)))
}

fn shared_is_nothing(part: SharedPart) -> bool {
    part.base.is_zero() && part.employer.unwrap_or_default().is_zero() && part.personal.unwrap_or_default().is_zero()
}

/// A due as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Due {
    /// At which employer.
    pub employer: EmployerId,
    /// The fee month.
    pub month: Month,
    /// Whose.
    pub person: PersonId,
    /// Which assessment of the month wrote it.
    pub number: i32,
    /// The relation under which it is owed: the pension's, where there is one.
    pub relation: RelationId,
    /// Which set of parameters it was computed from, as [`crate::policy_mark`].
    pub policy: i64,
    /// What is owed.
    #[serde(flatten)]
    pub parts: Parts,
}

impl Due {
    /// The line that some of its insurances become when their money has come.
    pub(crate) fn line(&self, id: LineId, insurances: &[Insurance], credited: CreditedBy) -> Line {
        let parts = self.parts.only(insurances);
        Line {
            id,
            person: self.person,
            month: self.month,
            relation: self.relation,
            payer: PaidBy::Employer,
            kind: credited.kind,
            settlement: credited.month,
            credited: credited.month,
            bill: None,
            receipt: credited.receipt,
            policy: self.policy,
            pension: parts.pension,
            medical: parts.medical,
            unemployment: parts.unemployment,
            injury: parts.injury,
            maternity: parts.maternity,
        }
    }
}

/// By what and when a due is credited.
#[derive(Clone, Copy)]
pub(crate) struct CreditedBy {
    pub(crate) kind: LineKind,
    pub(crate) month: Month,
    pub(crate) receipt: Option<payment::ReceiptId>,
}

/// A due as it is shown, with where each of its insurances stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DueLine {
    /// The due.
    #[serde(flatten)]
    pub due: Due,
    /// Why it was assessed.
    pub kind: ClaimKind,
    /// When.
    pub assessed_at: Timestamp,
    /// Where each insurance stands.
    pub states: Vec<(Insurance, ClaimState)>,
}

/// The dues of an employer in some months, of all its staff or of one, by month, person and number.
///
/// # Errors
/// The database's.
pub async fn employer_lines(
    view: &View,
    employer: EmployerId,
    months: MonthRange,
    person: Option<PersonId>,
    limit: u64,
) -> Result<Vec<DueLine>, DbErr> {
    store::due::lines(view, employer, months, person, limit).await
}

/// The dues of a person at every employer, by month.
///
/// # Errors
/// The database's.
pub async fn person_dues(view: &View, person: PersonId) -> Result<Vec<DueLine>, DbErr> {
    let mut dues = Vec::new();
    for entry in entries(view, person).await? {
        dues.append(&mut store::due::of_person(view, entry).await?);
    }
    dues.sort_by_key(|line| (line.due.month, line.due.employer));
    Ok(dues)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parts(base: i64, employer: i64, personal: i64) -> Parts {
        let pension = PensionPart {
            base: Fen::new(base),
            employer: Some(Fen::new(employer)),
            personal: Fen::new(personal),
            account: Fen::new(personal),
        };
        Parts { pension: Some(pension), ..Parts::default() }
    }

    #[test]
    fn a_difference_added_comes_to_the_target() {
        let (before, target) = (parts(3000, 600, 240), parts(3600, 720, 288));
        assert_eq!(before.plus(target.minus(before)), target);
        assert!(target.minus(target).is_empty());
        assert_eq!(Parts::default().minus(target), parts(-3600, -720, -288));
        assert_eq!(target.minus(Parts::default()), target);
        assert!(target.only(&[Insurance::Medical]).is_empty());
    }
}
