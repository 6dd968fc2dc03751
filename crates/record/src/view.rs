//! The facts as the templates print them: every figure grouped, every day and word in Chinese. Templates compute nothing.

use crate::capital::capital;
use crate::{
    AccountYear, Body, DemandNote, EmployerLine, EmployerVoucher, Entitlement, Holder, InsuranceSummary, Paper, Unit,
    Voucher, VoucherLine, YearPaid,
};
use chrono::{DateTime, FixedOffset, TimeZone};
use control::Channel;
use kernel::{Date, Insurance, Month, Rate, Sex, Timestamp};
use serde_json::{Value, json};

/// An instant on the agency's clock (+08:00).
pub(crate) fn local(at: Timestamp) -> DateTime<FixedOffset> {
    match FixedOffset::east_opt(8 * 3600) {
        Some(offset) => offset.from_utc_datetime(&at.naive_utc()),
        None => at.fixed_offset(),
    }
}

/// `/data.json`. `fallback` names the further families that this paper needs, `seal` says what the seal shows.
pub(crate) fn view(paper: &Paper, fallback: &[&str], seal: &str) -> Value {
    let heading = &paper.heading;
    json!({
        "serial": heading.serial,
        "verify_code": heading.verify_code,
        "verify_url": heading.verify_url,
        "issued_at": local(heading.issued_at).format("%Y年%m月%d日 %H:%M:%S").to_string(),
        "issued_on": local(heading.issued_at).format("%Y年%-m月%-d日").to_string(),
        "agency": heading.agency,
        "channel": channel_name(heading.channel),
        "holder": paper.body.name(),
        "fallback": fallback,
        "seal": seal,
        "facts": body_view(&paper.body),
    })
}

/// What this paper states.
pub(crate) fn body_view(body: &Body) -> Value {
    match body {
        Body::Entitlement(entitlement) => entitlement_view(entitlement),
        Body::Voucher(voucher) => voucher_view(voucher),
        Body::Demand(demand) => demand_view(demand),
        Body::EmployerVoucher(voucher) => employer_voucher_view(voucher),
    }
}

fn entitlement_view(facts: &Entitlement) -> Value {
    json!({
        "holder": holder_view(&facts.holder),
        "employer": facts.employer.as_deref().unwrap_or("灵活就业人员"),
        "status": facts.standing.chinese(),
        "insurances": facts.insurances.iter().map(insurance_view).collect::<Vec<_>>(),
        "years": facts.years.iter().map(year_view).collect::<Vec<_>>(),
        "account": facts.account.iter().map(account_view).collect::<Vec<_>>(),
        "remarks": facts.remarks,
    })
}

fn holder_view(holder: &Holder) -> Value {
    json!({
        "name": holder.name,
        "sex": match holder.sex { Sex::Male => "男", Sex::Female => "女" },
        "id_number": holder.id_number,
        "person_number": holder.person_number,
    })
}

fn insurance_view(summary: &InsuranceSummary) -> Value {
    json!({
        "insurance": insurance_name(summary.insurance),
        "first_month": month_name(summary.first_month),
        "status": summary.standing.chinese(),
        "total_months": summary.total_months.to_string(),
    })
}

fn year_view(year: &YearPaid) -> Value {
    json!({
        "year": year.year.to_string(),
        "insurance": insurance_name(year.insurance),
        "months_paid": year.months_paid.to_string(),
        "base_sum": year.base_sum.grouped(),
        "personal_paid": year.personal_paid.grouped(),
        "unit_paid": year.unit_paid.grouped(),
    })
}

fn account_view(year: &AccountYear) -> Value {
    json!({
        "year": year.year.to_string(),
        "opening": year.opening.grouped(),
        "credited": year.credited.grouped(),
        "rate": year.rate.map_or_else(|| "待公布".to_owned(), Rate::in_percent),
        "interest": year.interest.grouped(),
        "closing": year.closing.grouped(),
    })
}

fn voucher_view(facts: &Voucher) -> Value {
    json!({
        "holder": holder_view(&facts.holder),
        "paid_at": local(facts.paid_at).format("%Y年%m月%d日 %H:%M:%S").to_string(),
        "lines": facts.lines.iter().map(line_view).collect::<Vec<_>>(),
        "total": facts.total().grouped(),
        "capital": capital(facts.total()),
        "gateway": facts.gateway,
        "transaction": facts.transaction,
        "order": facts.order,
        "journal": facts.journal,
    })
}

fn demand_view(facts: &DemandNote) -> Value {
    json!({
        "unit": unit_view(&facts.unit),
        "number": facts.number,
        "month": month_name(facts.month),
        "due": day_name(facts.due),
        "counted_to": day_name(facts.counted_to),
        "lines": facts.lines.iter().map(employer_line_view).collect::<Vec<_>>(),
        "total": facts.total().grouped(),
        "capital": capital(facts.total()),
    })
}

fn employer_voucher_view(facts: &EmployerVoucher) -> Value {
    json!({
        "unit": unit_view(&facts.unit),
        "number": facts.number,
        "paid_at": local(facts.paid_at).format("%Y年%m月%d日 %H:%M:%S").to_string(),
        "lines": facts.lines.iter().map(employer_line_view).collect::<Vec<_>>(),
        "held": (!facts.held.is_zero()).then(|| facts.held.grouped()),
        "total": facts.total().grouped(),
        "capital": capital(facts.total()),
        "gateway": facts.gateway,
        "transaction": facts.transaction,
        "journal": facts.journal,
    })
}

fn unit_view(unit: &Unit) -> Value {
    json!({ "name": unit.name, "credit_code": unit.credit_code, "unit_number": unit.unit_number })
}

fn employer_line_view(line: &EmployerLine) -> Value {
    json!({
        "month": month_name(line.month),
        "insurance": insurance_name(line.insurance),
        "unit": line.unit.grouped(),
        "worker": line.worker.grouped(),
        "surcharge": line.surcharge.grouped(),
        "total": line.total().grouped(),
    })
}

fn day_name(day: Date) -> String {
    day.format("%Y年%-m月%-d日").to_string()
}

fn line_view(line: &VoucherLine) -> Value {
    let months = if line.first == line.last {
        month_name(line.first)
    } else {
        format!("{} 至 {}", month_name(line.first), month_name(line.last))
    };
    json!({
        "insurance": insurance_name(line.insurance),
        "months": months,
        "count": line.count.to_string(),
        "tier": line.tier,
        "base": line.base.grouped(),
        "total": line.total.grouped(),
        "account": line.account.grouped(),
        "pooled": line.pooled.grouped(),
    })
}

const fn insurance_name(insurance: Insurance) -> &'static str {
    match insurance {
        Insurance::Pension => "基本养老保险",
        Insurance::Medical => "基本医疗保险",
        Insurance::Unemployment => "失业保险",
        Insurance::Injury => "工伤保险",
        Insurance::Maternity => "生育保险",
    }
}

const fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Web => "网上大厅",
        Channel::Api => "数据接口",
        Channel::Counter => "经办柜台",
        Channel::Kiosk => "自助终端",
        Channel::Gateway | Channel::Worker | Channel::CommandLine => "系统出具",
    }
}

fn month_name(month: Month) -> String {
    format!("{}年{}月", month.year(), month.month())
}
