//! The facts that a paper states, as gathered by those who know them. Typed, complete and already masked: what stands
//! here is printed and kept, sealed, beside the paper, so that the same facts give the same bytes years later.

use crate::{Serial, VerifyCode};
use control::Channel;
use kernel::{Date, Fen, IdNumber, Insurance, Month, OrderId, Rate, Sex, Timestamp};
use serde::{Deserialize, Serialize};

/// A paper: what every paper carries, and what this one states.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Paper {
    /// Number, code, day and agency.
    pub heading: Heading,
    /// What it states.
    pub body: Body,
}

/// What every paper carries.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Heading {
    /// Its serial number.
    pub serial: Serial,
    /// The code that opens its public page.
    pub verify_code: VerifyCode,
    /// The whole address of that page; it stands in the QR code.
    pub verify_url: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The agency, as on its seal.
    pub agency: String,
    /// Where it was asked for (打印渠道).
    pub channel: Channel,
}

/// What a paper states.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// 个人权益记录.
    Entitlement(Entitlement),
    /// 缴费凭证.
    Voucher(Voucher),
    /// 缴费通知单.
    Demand(DemandNote),
    /// 单位缴费凭证.
    EmployerVoucher(EmployerVoucher),
}

/// Whom the paper is about.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Holder {
    /// The name in its original code points.
    pub name: String,
    /// 男 or 女, as on the document.
    #[serde(with = "sex_word")]
    pub sex: Sex,
    /// The identity number, masked.
    pub id_number: String,
    /// 个人编号.
    pub person_number: String,
}

impl Holder {
    /// The holder of an identity number, which is masked at once.
    pub fn new(name: &str, id_number: &IdNumber, person_number: &str) -> Holder {
        Holder {
            name: name.to_owned(),
            sex: id_number.sex(),
            id_number: id_number.masked(),
            person_number: person_number.to_owned(),
        }
    }
}

kernel::words! {
    /// How a person, or one insurance of theirs, stands on the day of issue (参保状态).
    pub enum Standing {
        /// 参保缴费.
        Paying = "paying",
        /// 暂停缴费.
        Suspended = "suspended",
        /// 终止参保.
        Ended = "ended",
        /// 待遇领取.
        Drawing = "drawing",
    }
}

impl Standing {
    /// As printed.
    pub const fn chinese(self) -> &'static str {
        match self {
            Standing::Paying => "参保缴费",
            Standing::Suspended => "暂停缴费",
            Standing::Ended => "终止参保",
            Standing::Drawing => "待遇领取",
        }
    }
}

/// A person's entitlements on the day of issue (社会保险个人权益记录管理办法).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entitlement {
    /// Whom it is about.
    pub holder: Holder,
    /// The employer on the day of issue; none for a flexible worker.
    pub employer: Option<String>,
    /// How the person stands.
    pub standing: Standing,
    /// One entry an insurance that the person has ever had.
    pub insurances: Vec<InsuranceSummary>,
    /// One entry a year and insurance, in the order in which they are printed.
    pub years: Vec<YearPaid>,
    /// The pension account year by year.
    pub account: Vec<AccountYear>,
    /// Transfers in, refunds, breaks: whole sentences.
    pub remarks: Vec<String>,
}

/// One insurance of a person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct InsuranceSummary {
    /// Which.
    pub insurance: Insurance,
    /// The first month insured.
    pub first_month: Month,
    /// How it stands.
    pub standing: Standing,
    /// All months paid.
    pub total_months: u32,
}

/// What was paid for one insurance in one year.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct YearPaid {
    /// The year of the fee months.
    pub year: i32,
    /// Which insurance.
    pub insurance: Insurance,
    /// Months paid, each once.
    pub months_paid: u32,
    /// The sum of the bases of these months.
    pub base_sum: Fen,
    /// What the person paid.
    pub personal_paid: Fen,
    /// What the employer paid.
    pub unit_paid: Fen,
}

/// One year of the pension account.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AccountYear {
    /// The year.
    pub year: i32,
    /// What the account held before.
    pub opening: Fen,
    /// Principal credited in the year.
    pub credited: Fen,
    /// Interest of the year.
    pub interest: Fen,
    /// The crediting rate (记账利率), where published.
    pub rate: Option<Rate>,
    /// What the account held at the end.
    pub closing: Fen,
}

/// A payment that was made and registered.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Voucher {
    /// For whom it was paid.
    pub holder: Holder,
    /// What it paid for.
    pub lines: Vec<VoucherLine>,
    /// When it was paid.
    pub paid_at: Timestamp,
    /// The payment order.
    pub order: OrderId,
    /// The number at the gateway.
    pub transaction: String,
    /// The gateway, as people call it: 微信支付.
    pub gateway: String,
    /// The number of the journal in the books.
    pub journal: String,
}

/// Months of one insurance paid at one tier.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VoucherLine {
    /// Which insurance.
    pub insurance: Insurance,
    /// The first fee month.
    pub first: Month,
    /// The last fee month.
    pub last: Month,
    /// How many months; fewer than lie between where some were paid before.
    pub count: u32,
    /// The tier that was chosen, as printed: `100%`.
    pub tier: String,
    /// The base of a month.
    pub base: Fen,
    /// What was paid.
    pub total: Fen,
    /// Of it to the personal account.
    pub account: Fen,
    /// Of it to the pooled fund.
    pub pooled: Fen,
}

impl Voucher {
    /// What was paid in all.
    pub fn total(&self) -> Fen {
        self.lines.iter().map(|line| line.total).sum()
    }
}

/// The employer that a paper is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// 统一社会信用代码; empty where it never had one.
    pub credit_code: String,
    /// 单位编号.
    pub unit_number: String,
}

/// What an employer owes, or has paid, for one insurance of one month.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EmployerLine {
    /// The fee month.
    pub month: Month,
    /// Which insurance.
    pub insurance: Insurance,
    /// The employer's part.
    pub unit: Fen,
    /// The workers' part, which the employer withholds.
    pub worker: Fen,
    /// 滞纳金, the employer's alone.
    pub surcharge: Fen,
}

impl EmployerLine {
    /// All three.
    pub fn total(&self) -> Fen {
        self.unit + self.worker + self.surcharge
    }
}

/// A demand note as it stands on the day of issue (社会保险费征缴暂行条例 art. 10).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DemandNote {
    /// On whom.
    pub unit: Unit,
    /// 通知单号, which a bank transfer quotes.
    pub number: String,
    /// For which month.
    pub month: Month,
    /// The last day in time.
    pub due: Date,
    /// The day up to which the surcharge is counted.
    pub counted_to: Date,
    /// What is owed.
    pub lines: Vec<EmployerLine>,
}

/// A payment of an employer that was made and registered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EmployerVoucher {
    /// By whom.
    pub unit: Unit,
    /// The demand note that it was paid for.
    pub number: String,
    /// What it paid.
    pub lines: Vec<EmployerLine>,
    /// What it paid beyond what was owed: held, and refundable.
    pub held: Fen,
    /// When it was paid.
    pub paid_at: Timestamp,
    /// The number at the gateway or the bank.
    pub transaction: String,
    /// The gateway, as people call it: 银行转账.
    pub gateway: String,
    /// The number of the journal in the books.
    pub journal: String,
}

impl DemandNote {
    /// What is owed in all.
    pub fn total(&self) -> Fen {
        self.lines.iter().map(EmployerLine::total).sum()
    }
}

impl EmployerVoucher {
    /// What was paid in all.
    pub fn total(&self) -> Fen {
        self.lines.iter().map(EmployerLine::total).sum::<Fen>() + self.held
    }
}

impl Body {
    /// The name of whom the paper is about.
    pub const fn name(&self) -> &str {
        match self {
            Body::Entitlement(entitlement) => entitlement.holder.name.as_str(),
            Body::Voucher(voucher) => voucher.holder.name.as_str(),
            Body::Demand(demand) => demand.unit.name.as_str(),
            Body::EmployerVoucher(voucher) => voucher.unit.name.as_str(),
        }
    }
}

mod sex_word {
    use kernel::Sex;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(sex: &Sex, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(sex.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sex, D::Error> {
        let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        [Sex::Male, Sex::Female]
            .into_iter()
            .find(|sex| sex.as_str() == word)
            .ok_or_else(|| serde::de::Error::custom("neither male nor female"))
    }
}
