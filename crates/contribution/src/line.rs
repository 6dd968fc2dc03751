//! A contribution line (缴费明细): one person, one relation, one fee month, one settlement, one kind, a column an insurance.
//!
//! Lines are append-only. A line that changes a month (a supplement, a reversal) carries the *difference*, so that the
//! summary of a month is the plain sum of its lines. Absent insurances are absent, not zero.

use kernel::{BillId, Fen, Fund, LineId, Month, PersonId, RelationId, Timestamp};
use payment::ReceiptId;
use serde::Serialize;

kernel::words! {
    /// Why a line was written.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum LineKind {
        /// 正常缴费.
        Normal = "normal",
        /// 补差: the difference after the limits or the base were settled.
        Supplement = "supplement",
        /// 补缴.
        BackPayment = "back_payment",
        /// 预缴: paid on last year's limits.
        Prepayment = "prepayment",
        /// 冲销.
        Reversal = "reversal",
        /// 退费.
        Refund = "refund",
        /// 转入.
        TransferIn = "transfer_in",
    }
}

kernel::words! {
    /// Who owes what a line says.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum PaidBy {
        /// 用人单位, with the worker's part withheld from the wage.
        Employer = "employer",
        /// 灵活就业人员.
        Oneself = "oneself",
    }
}

/// The pension columns of a line, in fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct PensionPart {
    /// 缴费基数.
    pub base: Fen,
    /// What the employer pays; absent where one pays for oneself.
    pub employer: Option<Fen>,
    /// What the person pays.
    pub personal: Fen,
    /// Of both, what goes to the personal account.
    pub account: Fen,
}

impl PensionPart {
    /// All that is paid.
    pub fn total(&self) -> Fen {
        self.employer.unwrap_or_default() + self.personal
    }

    /// What goes to the pooled fund: the remainder, so that both add up to the whole.
    pub fn pooled(&self) -> Fen {
        self.total() - self.account
    }
}

/// The columns of an insurance that both sides pay, in fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct SharedPart {
    /// 缴费基数.
    pub base: Fen,
    /// What the employer pays; absent where one pays for oneself.
    pub employer: Option<Fen>,
    /// What the person pays.
    pub personal: Option<Fen>,
}

/// The columns of an insurance that the employer alone pays, in fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct EmployerPart {
    /// 缴费基数.
    pub base: Fen,
    /// What the employer pays.
    pub employer: Fen,
}

/// A contribution line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Line {
    /// Its id; a UUIDv7, so it carries the moment of recording.
    pub id: LineId,
    /// Whose line it is.
    pub person: PersonId,
    /// Which month it is about (费款所属期).
    pub month: Month,
    /// The relation under which it is paid: the pension's, where there is one.
    pub relation: RelationId,
    /// Who owes it.
    pub payer: PaidBy,
    /// Why it was written.
    pub kind: LineKind,
    /// The month in which it was settled (结算期).
    pub settlement: Month,
    /// The month in which it was credited to the account (记账); interest runs from it.
    pub credited: Month,
    /// The bill it was collected by.
    pub bill: Option<BillId>,
    /// The receipt it was paid by.
    pub receipt: Option<ReceiptId>,
    /// Which set of parameters it was computed from, as [`policy_mark`].
    pub policy: i64,
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

kernel::words! {
    /// A part of a fund's contribution income, as the books keep it apart.
    pub enum IncomePart {
        /// 单位缴费, pooled.
        Unit = "unit",
        /// 个人缴费; of the pension, what goes to the accounts of employees.
        Worker = "worker",
        /// 灵活就业人员缴费, pooled part.
        FlexiblePooled = "flexible_pooled",
        /// 灵活就业人员缴费, account part.
        FlexibleAccount = "flexible_account",
    }
}

impl Line {
    /// When it was recorded: the moment that its id carries, to the millisecond.
    pub fn recorded_at(&self) -> Timestamp {
        let stamp = self.id.uuid().get_timestamp();
        let (seconds, nanos) = stamp.map_or((0, 0), |stamp| stamp.to_unix());
        i64::try_from(seconds).ok().and_then(|s| Timestamp::from_timestamp(s, nanos)).unwrap_or_default()
    }

    /// What the person pays, over all insurances.
    pub fn personal(&self) -> Fen {
        let shared = |part: Option<SharedPart>| part.and_then(|p| p.personal).unwrap_or_default();
        self.pension.map_or(Fen::ZERO, |p| p.personal) + shared(self.medical) + shared(self.unemployment)
    }

    /// What the employer pays, over all insurances.
    pub fn employer(&self) -> Fen {
        let shared = |part: Option<SharedPart>| part.and_then(|p| p.employer).unwrap_or_default();
        let alone = |part: Option<EmployerPart>| part.map_or(Fen::ZERO, |p| p.employer);
        let pension = self.pension.and_then(|p| p.employer).unwrap_or_default();
        pension + shared(self.medical) + shared(self.unemployment) + alone(self.injury) + alone(self.maternity)
    }

    /// All that is paid.
    pub fn total(&self) -> Fen {
        self.personal() + self.employer()
    }

    /// Where the money of this line stands in the books, part by part; the parts add up to the total.
    /// Loaders post the sums of this, and `verify` compares the same sums with the books.
    pub fn income(&self) -> Vec<(Fund, IncomePart, Fen)> {
        let (unit, worker) = match self.payer {
            PaidBy::Employer => (IncomePart::Unit, IncomePart::Worker),
            PaidBy::Oneself => (IncomePart::FlexiblePooled, IncomePart::FlexibleAccount),
        };
        let mut parts = Vec::with_capacity(8);
        if let Some(pension) = self.pension {
            parts.push((Fund::EnterprisePension, unit, pension.pooled()));
            parts.push((Fund::EnterprisePension, worker, pension.account));
        }
        for (fund, part) in [(Fund::Medical, self.medical), (Fund::Unemployment, self.unemployment)] {
            parts.extend(part.and_then(|p| p.employer).map(|amount| (fund, IncomePart::Unit, amount)));
            parts.extend(part.and_then(|p| p.personal).map(|amount| (fund, IncomePart::Worker, amount)));
        }
        for (fund, part) in [(Fund::Injury, self.injury), (Fund::Maternity, self.maternity)] {
            parts.extend(part.map(|part| (fund, IncomePart::Unit, part.employer)));
        }
        parts
    }
}

/// The short name of a set of parameters on a line: the first 60 bits of its hash, which tell apart the few sets that there
/// will ever be. The bill keeps the whole hash.
pub fn policy_mark(hash: &str) -> i64 {
    hash.get(..15).and_then(|prefix| i64::from_str_radix(prefix, 16).ok()).unwrap_or_default()
}

/// The derived summary of a month: each column is the sum of the month's lines. Bases of 0 came from reversals.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct MonthSummary {
    /// Whose month.
    pub person: PersonId,
    /// Which month.
    pub month: Month,
    /// The line by which the month counts for the pension; absent where it does not count.
    pub pension_line: Option<LineId>,
    /// The pension's base.
    pub pension_base: Option<Fen>,
    /// What went to the personal account.
    pub pension_account: Option<Fen>,
    /// The base of the medical insurance.
    pub medical_base: Option<Fen>,
    /// The base of the unemployment insurance.
    pub unemployment_base: Option<Fen>,
    /// The base of the work injury insurance.
    pub injury_base: Option<Fen>,
    /// The base of the maternity insurance.
    pub maternity_base: Option<Fen>,
    /// How many lines it sums.
    pub sources: i32,
}

impl MonthSummary {
    /// The summary of a month that has this line and no other.
    pub fn of(line: &Line) -> MonthSummary {
        MonthSummary {
            person: line.person,
            month: line.month,
            pension_line: line.pension.map(|_| line.id),
            pension_base: line.pension.map(|p| p.base),
            pension_account: line.pension.map(|p| p.account),
            medical_base: line.medical.map(|p| p.base),
            unemployment_base: line.unemployment.map(|p| p.base),
            injury_base: line.injury.map(|p| p.base),
            maternity_base: line.maternity.map(|p| p.base),
            sources: 1,
        }
    }

    /// The summary with one more line of the same month.
    #[must_use]
    pub fn with(self, line: &Line) -> MonthSummary {
        let other = MonthSummary::of(line);
        let sum = |a: Option<Fen>, b: Option<Fen>| match (a, b) {
            (Some(a), Some(b)) => Some(a + b),
            (one, None) | (None, one) => one,
        };
        MonthSummary {
            pension_line: self.pension_line.or(other.pension_line),
            pension_base: sum(self.pension_base, other.pension_base),
            pension_account: sum(self.pension_account, other.pension_account),
            medical_base: sum(self.medical_base, other.medical_base),
            unemployment_base: sum(self.unemployment_base, other.unemployment_base),
            injury_base: sum(self.injury_base, other.injury_base),
            maternity_base: sum(self.maternity_base, other.maternity_base),
            sources: self.sources + 1,
            ..self
        }
    }
}
