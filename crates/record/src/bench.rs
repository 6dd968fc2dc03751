//! How many papers a second are printed (rendered, signed, sealed), and whether memory stays flat. Fictitious people only.

use crate::store::PDF;
use crate::{
    AccountYear, Body, DemandNote, EmployerLine, EmployerVoucher, Entitlement, Heading, Holder, InsuranceSummary,
    IssueError, Issuer, Kind, Paper, Press, PressError, RenderError, Reservation, Seal, Serial, Signer, SignerError,
    Standing, Unit, VerifyCode, Voucher, VoucherLine, YearPaid,
};
use control::{KeyError, Keys};
use kernel::{
    AreaCode, Date, Fen, IdNumber, IdNumberError, Insurance, Month, MonthError, OrderId, Rate, RecordId, Timestamp,
};
use serde::Serialize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// What was measured.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Measured {
    /// Papers printed.
    pub papers: u32,
    /// Threads that printed them.
    pub threads: u32,
    /// Papers a second, all threads together.
    pub per_s: u64,
    /// Papers a second of processor time: what one core prints when nothing else runs on it.
    pub per_cpu_s: u64,
    /// Of a paper's processor time, microseconds for its signature.
    pub sign_us: u64,
    /// Of a paper's processor time, microseconds for sealing its file.
    pub seal_us: u64,
    /// Bytes of the papers together.
    pub bytes: u64,
    /// Resident memory in KiB after a tenth of the papers, when caches are warm.
    pub rss_warm_kib: u64,
    /// Resident memory in KiB at the end.
    pub rss_end_kib: u64,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// There is no press.
    #[error("there is no press")]
    Press(#[from] PressError),
    /// There is no signer.
    #[error("there is no signer")]
    Signer(#[from] SignerError),
    /// A paper was not printed.
    #[error("a paper was not printed")]
    Print(#[from] IssueError),
    /// A paper was not rendered.
    #[error("a paper was not rendered")]
    Render(#[from] RenderError),
    /// A file was not sealed.
    #[error("a file was not sealed")]
    Seal(#[from] KeyError),
    /// The fictitious facts are wrong: the program is at fault.
    #[error("the fictitious facts are refused")]
    Facts(#[from] FactsError),
    /// A thread ended early.
    #[error("a printing thread ended early")]
    Thread,
}

/// Why fictitious facts were not made.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// A month is out of range.
    #[error("a month is refused")]
    Month(#[from] MonthError),
    /// An identity number is wrong.
    #[error("an identity number is refused")]
    IdNumber(#[from] IdNumberError),
    /// A day or an amount is out of range.
    #[error("a day or an amount is out of range")]
    Range,
}

/// What is to be printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// How many papers, each of another person.
    pub count: u32,
    /// On how many threads.
    pub threads: u32,
    /// Over how many years each: two contribution rows and one account row a year. Six years fill a page, and the seal stands on the next.
    pub years: u32,
}

/// An issuer of this process alone: the demonstration's seal, a passing key.
///
/// # Errors
/// [`BenchError::Press`], [`BenchError::Signer`].
pub fn issuer() -> Result<Issuer, BenchError> {
    Ok(Issuer {
        press: Press::new(Seal::demo(AGENCY), None)?,
        signer: Signer::passing(AGENCY, issued_at()?)?,
        agency: AGENCY.to_owned(),
        verify_address: VERIFY_ADDRESS.to_owned(),
    })
}

/// Prints entitlement records, each ready to be stored; `progress` hears of each.
///
/// # Errors
/// As [`BenchError`].
pub fn records(load: Load, progress: impl Fn() + Sync) -> Result<Measured, BenchError> {
    let (issuer, keys) = (issuer()?, Keys::generate()?);
    let (count, threads) = (load.count, load.threads.max(1));
    let (next, warm) = (AtomicU32::new(0), AtomicU32::new(0));
    let (start, cpu_start) = (Instant::now(), cpu_millis());
    let print = || -> Result<u64, BenchError> {
        let mut bytes = 0;
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return Ok(bytes);
            }
            let body = entitlement(index, load.years)?.body;
            bytes += issuer.print(&keys, &reservation(Kind::Entitlement, index)?, body)?.bytes();
            if index == count / 10 {
                warm.store(u32::try_from(resident_kib()).unwrap_or(u32::MAX), Ordering::Relaxed);
            }
            progress();
        }
    };
    let bytes = std::thread::scope(|scope| {
        let printers: Vec<_> = (0..threads).map(|_| scope.spawn(print)).collect();
        printers.into_iter().map(|printer| printer.join().unwrap_or(Err(BenchError::Thread))).sum::<Result<u64, _>>()
    })?;
    let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    let cpu = (cpu_millis() - cpu_start).max(1);
    let rss_end_kib = resident_kib();
    let (sign_us, seal_us) = parts(&issuer, &keys, load.years)?;
    Ok(Measured {
        papers: count,
        threads,
        per_s: u64::from(count) * 1000 / millis,
        per_cpu_s: u64::from(count) * 1000 / cpu,
        sign_us,
        seal_us,
        bytes,
        rss_warm_kib: u64::from(warm.into_inner()),
        rss_end_kib,
    })
}

/// What signature and sealing take of a paper, in microseconds: the mean over some, as the clock of processor time is coarse.
fn parts(issuer: &Issuer, keys: &Keys, years: u32) -> Result<(u64, u64), BenchError> {
    const ROUNDS: u64 = 100;
    let pdf = issuer.press.render(&entitlement(0, years)?)?.pdf;
    let at = issued_at()?;
    let start = cpu_millis();
    for _ in 0..ROUNDS {
        std::hint::black_box(issuer.signer.sign(&pdf, at));
    }
    let signed = cpu_millis();
    for _ in 0..ROUNDS {
        std::hint::black_box(keys.seal_bytes(PDF, kernel::uuid::Uuid::nil(), &pdf)?);
    }
    Ok(((signed - start) * 1000 / ROUNDS, (cpu_millis() - signed) * 1000 / ROUNDS))
}

/// Resident memory of this process in KiB, from the kernel's own figures; nought where there are none.
pub fn resident_kib() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_ascii_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()));
    // The page size of all platforms that we serve.
    pages.unwrap_or(0) * 4
}

/// Processor time of this process in milliseconds, to a hundredth of a second; nought where the kernel does not say.
pub fn cpu_millis() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in brackets may hold spaces; user and system time are the 12th and 13th word after it.
    let words = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_ascii_whitespace();
    words.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

const SURNAMES: [&str; 8] = ["王", "李", "张", "刘", "陈", "杨", "赵", "欧阳"];
const NAMES: [&str; 9] = ["秀英", "建国", "桂兰", "志强", "玉珍", "晓东", "海燕", "红梅", "军"];
const AGENCY: &str = "邯郸市社会保险事业管理中心";
const VERIFY_ADDRESS: &str = "https://hall.example.cn/verify/";

/// A fictitious flexible worker's record over so many years until 2025, two insurances a year.
///
/// # Errors
/// [`FactsError`] for more years than the calendar has.
pub fn entitlement(index: u32, years: u32) -> Result<Paper, FactsError> {
    let last = 2025;
    let first = last + 1 - i32::try_from(years.max(1)).map_err(|_| FactsError::Range)?;
    let mut paid = Vec::new();
    let mut account = Vec::new();
    let mut balance = Fen::ZERO;
    for year in first..=last {
        let base = Fen::from_yuan(2_000 + i64::from(year - 2000) * 110 + i64::from(index % 97));
        let sum = base.times(12).map_err(|_| FactsError::Range)?;
        let part =
            |percent| sum.portion(Rate::percent(percent), kernel::Rounding::HalfUpToFen).map_err(|_| FactsError::Range);
        for (insurance, percent) in [(Insurance::Pension, 20), (Insurance::Medical, 8)] {
            let (months_paid, personal_paid) = (12, part(percent)?);
            paid.push(YearPaid { year, insurance, months_paid, base_sum: sum, personal_paid, unit_paid: Fen::ZERO });
        }
        let rate = Rate::new(397, 10_000).unwrap_or(Rate::ONE);
        let interest = balance.portion(rate, kernel::Rounding::HalfUpToFen).map_err(|_| FactsError::Range)?;
        let credited = part(8)?;
        let closing = balance + credited + interest;
        account.push(AccountYear { year, opening: balance, credited, interest, rate: Some(rate), closing });
        balance = closing;
    }
    let total_months = years * 12;
    let summary = |insurance, standing| -> Result<InsuranceSummary, FactsError> {
        Ok(InsuranceSummary { insurance, first_month: Month::new(first, 1)?, standing, total_months })
    };
    Ok(Paper {
        heading: heading(Kind::Entitlement, index)?,
        body: Body::Entitlement(Entitlement {
            holder: holder(index)?,
            employer: None,
            standing: Standing::Paying,
            insurances: vec![
                summary(Insurance::Pension, Standing::Paying)?,
                summary(Insurance::Medical, Standing::Suspended)?,
            ],
            years: paid,
            account,
            remarks: vec!["2019年3月至2019年5月因单位终止用工中断缴费，已补缴。".to_owned()],
        }),
    })
}

/// A fictitious flexible worker's voucher over some months of 2026.
///
/// # Errors
/// [`FactsError`]: the program is at fault.
pub fn voucher(index: u32) -> Result<Paper, FactsError> {
    let base = Fen::new(392_055);
    let total = Fen::new(470_466);
    let account = Fen::new(188_186);
    let line = VoucherLine {
        insurance: Insurance::Pension,
        first: Month::new(2026, 1)?,
        last: Month::new(2026, 6)?,
        count: 6,
        tier: "60%".to_owned(),
        base,
        total,
        account,
        pooled: total - account,
    };
    let medical = VoucherLine {
        insurance: Insurance::Medical,
        first: Month::new(2026, 6)?,
        last: Month::new(2026, 6)?,
        count: 1,
        tier: "100%".to_owned(),
        base: Fen::new(653_425),
        total: Fen::new(52_274),
        account: Fen::ZERO,
        pooled: Fen::new(52_274),
    };
    Ok(Paper {
        heading: heading(Kind::Voucher, index)?,
        body: Body::Voucher(Voucher {
            holder: holder(index)?,
            lines: vec![line, medical],
            paid_at: issued_at()?,
            order: OrderId(kernel::uuid::Uuid::from_u128(
                0x0199_c7a1_0000_7000_8000_0000_0000_0000 + u128::from(index),
            )),
            transaction: format!("42000023{index:020}"),
            gateway: "微信支付".to_owned(),
            journal: format!("2026-11-{index:07}"),
        }),
    })
}

/// A fictitious employer's demand note over two insurances of a month, one of them late.
///
/// # Errors
/// [`FactsError`]: the program is at fault.
pub fn demand(index: u32) -> Result<Paper, FactsError> {
    let month = Month::new(2017, 7)?;
    Ok(Paper {
        heading: heading(Kind::Demand, index)?,
        body: Body::Demand(DemandNote {
            unit: unit(index),
            number: format!("ZD170720{index:010}"),
            month,
            due: month.last_day(),
            counted_to: month.last_day(),
            lines: employer_lines(month),
        }),
    })
}

/// The voucher of its payment, with something beyond what was owed.
///
/// # Errors
/// [`FactsError`]: the program is at fault.
pub fn employer_voucher(index: u32) -> Result<Paper, FactsError> {
    Ok(Paper {
        heading: heading(Kind::EmployerVoucher, index)?,
        body: Body::EmployerVoucher(EmployerVoucher {
            unit: unit(index),
            number: format!("ZD170720{index:010}"),
            lines: employer_lines(Month::new(2017, 7)?),
            held: Fen::new(10_000),
            paid_at: issued_at()?,
            transaction: format!("BANK{index:020}"),
            gateway: "银行转账".to_owned(),
            journal: format!("2017-07-{index:07}"),
        }),
    })
}

fn unit(index: u32) -> Unit {
    Unit {
        name: format!("邯郸市虚构第{index}有限公司"),
        credit_code: "91130499MA0DEM013E".to_owned(),
        unit_number: format!("1304{index:06}"),
    }
}

fn employer_lines(month: Month) -> Vec<EmployerLine> {
    let line = |insurance, unit, worker, surcharge| EmployerLine {
        month,
        insurance,
        unit: Fen::new(unit),
        worker: Fen::new(worker),
        surcharge: Fen::new(surcharge),
    };
    vec![line(Insurance::Pension, 216_000, 86_400, 3_150), line(Insurance::Unemployment, 7_560, 3_240, 0)]
}

fn heading(kind: Kind, index: u32) -> Result<Heading, FactsError> {
    let reserved = reservation(kind, index)?;
    Ok(Heading {
        serial: reserved.serial,
        verify_code: reserved.verify_code,
        verify_url: format!("{VERIFY_ADDRESS}{}", reserved.verify_code.as_str()),
        issued_at: reserved.issued_at,
        agency: AGENCY.to_owned(),
        channel: reserved.channel,
    })
}

fn reservation(kind: Kind, index: u32) -> Result<Reservation, FactsError> {
    let mut random = [0x5a; 10];
    random[6..].copy_from_slice(&index.to_be_bytes());
    Ok(Reservation {
        id: RecordId(kernel::uuid::Uuid::from_u128(u128::from(index))),
        serial: Serial { kind, area: AreaCode::HANDAN, year: 2026, number: i64::from(index) + 1 },
        verify_code: VerifyCode::from_random(random),
        issued_at: issued_at()?,
        channel: control::Channel::Web,
    })
}

fn issued_at() -> Result<Timestamp, FactsError> {
    Timestamp::from_timestamp(1_795_500_000, 0).ok_or(FactsError::Range)
}

fn holder(index: u32) -> Result<Holder, FactsError> {
    let pick = |words: &[&'static str]| {
        usize::try_from(index).ok().and_then(|at| words.get(at % words.len())).copied().unwrap_or_default()
    };
    let county = AreaCode::parse("130499").map_err(|_| FactsError::Range)?;
    let birth = Date::from_ymd_opt(1975, 5, 3).ok_or(FactsError::Range)?;
    let order = u16::try_from(index % 999 + 1).map_err(|_| FactsError::Range)?;
    let number = IdNumber::compose(&county, birth, order)?;
    Ok(Holder::new(&format!("{}{}", pick(&SURNAMES), pick(&NAMES)), &number, &format!("13049900{index:06}")))
}
