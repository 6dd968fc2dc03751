//! The facts of the papers that the agency issues, gathered from those who know them.
//!
//! Law: 社会保险个人权益记录管理办法 (order 14 of the ministry, 2011) for what an entitlement record states; the voucher is a record
//! of a payment, the tax office's certificate is theirs.

use crate::Services;
use contribution::{Bill, History, State};
use control::{Actor, Declined, Desk, Fault, FaultKind, Purpose, View};
use kernel::{BillId, Fen, Insurance, Month, PersonId, RecordId};
use policy::Policy;
use record::{
    AccountYear, Body, Entitlement, Holder, InsuranceSummary, IssueError, Kind, Reserve, Standing, Voucher,
    VoucherLine, YearPaid,
};
use registry::{Payer, Relation};
use sea_orm::DbErr;
use std::collections::BTreeMap;

/// Why a paper was not issued.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// There is no such person or bill, or it is somebody else's.
    #[error("nothing to issue a paper about")]
    NotFound,
    /// The bill is not paid.
    #[error("the bill is not paid")]
    NotPaid,
    /// Nothing of the demand note is owed any more, or another took its place.
    #[error("nothing of the demand note is owed any more")]
    Settled,
    /// The paper could not be issued.
    #[error("the paper could not be issued")]
    Issue(#[source] IssueError),
    /// The actor may not see the file.
    #[error("not allowed")]
    Denied,
    /// The database failed.
    #[error("the facts could not be read")]
    Database(#[from] DbErr),
}

impl Fault for PaperError {
    fn code(&self) -> &'static str {
        match self {
            PaperError::NotFound => "paper_not_found",
            PaperError::NotPaid => "paper_bill_not_paid",
            PaperError::Settled => "paper_demand_settled",
            PaperError::Issue(error) => error.code(),
            PaperError::Denied => "denied",
            PaperError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            PaperError::NotFound | PaperError::Denied => FaultKind::NotFound,
            PaperError::NotPaid | PaperError::Settled => FaultKind::Conflict,
            PaperError::Issue(error) => error.kind(),
            PaperError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            PaperError::Database(error) => Some(error),
            PaperError::NotFound
            | PaperError::NotPaid
            | PaperError::Settled
            | PaperError::Issue(_)
            | PaperError::Denied => None,
        }
    }
}

/// Issues an entitlement record (个人权益记录) for a person as of now.
///
/// # Errors
/// [`PaperError`]; a rare character in the name names the way out.
pub async fn entitlement_record(
    services: &Services,
    desk: &Desk,
    actor: &Actor,
    person: PersonId,
) -> Result<RecordId, PaperError> {
    let view = look(desk, actor, person).await?;
    let body = Body::Entitlement(entitlement(&view, person).await?);
    let asked = Reserve { holder: person.into(), kind: Kind::Entitlement, about: None };
    services.issuer.issue(desk, actor, asked, body).await.map_err(PaperError::Issue)
}

/// Issues the voucher of a paid bill (缴费凭证), or finds the one that was issued before.
///
/// # Errors
/// [`PaperError`].
pub async fn voucher(services: &Services, desk: &Desk, actor: &Actor, bill: BillId) -> Result<RecordId, PaperError> {
    let bill = contribution::bill(&desk.view(), bill).await?.ok_or(PaperError::NotFound)?;
    let view = look(desk, actor, bill.person).await?;
    if let Some(issued) = record::about(&view, Kind::Voucher, bill.id.uuid()).await? {
        return Ok(issued.id);
    }
    let body = Body::Voucher(voucher_of(&view, &bill).await?);
    let asked = Reserve { holder: bill.person.into(), kind: Kind::Voucher, about: Some(bill.id.uuid()) };
    services.issuer.issue(desk, actor, asked, body).await.map_err(PaperError::Issue)
}

async fn look(desk: &Desk, actor: &Actor, person: PersonId) -> Result<View, PaperError> {
    match desk.look(actor, Purpose::Service, person).await {
        Ok(view) => Ok(view),
        Err(Declined::Database(error)) => Err(error.into()),
        Err(Declined::Denied | Declined::Refused(_) | Declined::Broken) => Err(PaperError::Denied),
    }
}

async fn holder(view: &View, person: PersonId) -> Result<Holder, PaperError> {
    let known = registry::person(view, person).await?.ok_or(PaperError::NotFound)?;
    let number = registry::id_number(view, person).await?.ok_or(PaperError::NotFound)?;
    Ok(Holder::new(&known.name, &number, &known.personal_number))
}

async fn entitlement(view: &View, person: PersonId) -> Result<Entitlement, PaperError> {
    let holder = holder(view, person).await?;
    let relations = registry::relations(view, person).await?;
    let history = contribution::history(view, person).await?;
    let retired = registry::statuses(view, person)
        .await?
        .iter()
        .any(|status| status.kind == registry::StatusKind::Retired && status.holds_on(view.today()));
    Ok(Entitlement {
        holder,
        employer: employer(view, &relations).await?,
        standing: standing(&relations, Insurance::Pension, retired),
        insurances: insurances(&history, &relations, retired),
        years: years(&history),
        account: account(view, person).await?,
        remarks: Vec::new(),
    })
}

async fn employer(view: &View, relations: &[Relation]) -> Result<Option<String>, DbErr> {
    let open = relations.iter().find(|r| r.insurance == Insurance::Pension && r.until.is_none());
    match open.map(|relation| relation.payer) {
        Some(Payer::Employer(employer)) => Ok(registry::employer(view, employer).await?.map(|employer| employer.name)),
        Some(Payer::Oneself) | None => Ok(None),
    }
}

fn standing(relations: &[Relation], insurance: Insurance, retired: bool) -> Standing {
    let open = relations.iter().any(|relation| relation.insurance == insurance && relation.until.is_none());
    match (retired && insurance == Insurance::Pension, open) {
        (true, _) => Standing::Drawing,
        (false, true) => Standing::Paying,
        (false, false) => Standing::Suspended,
    }
}

/// What a line says of one insurance: base, person's part, employer's part. Absent is not zero.
fn part(line: &contribution::Line, insurance: Insurance) -> Option<(Fen, Fen, Fen)> {
    let or_nothing = Option::<Fen>::unwrap_or_default;
    match insurance {
        Insurance::Pension => line.pension.map(|p| (p.base, p.personal, or_nothing(p.employer))),
        Insurance::Medical => line.medical.map(|p| (p.base, or_nothing(p.personal), or_nothing(p.employer))),
        Insurance::Unemployment => line.unemployment.map(|p| (p.base, or_nothing(p.personal), or_nothing(p.employer))),
        Insurance::Injury => line.injury.map(|p| (p.base, Fen::ZERO, p.employer)),
        Insurance::Maternity => line.maternity.map(|p| (p.base, Fen::ZERO, p.employer)),
    }
}

fn insurances(history: &History, relations: &[Relation], retired: bool) -> Vec<InsuranceSummary> {
    let months = || history.years.iter().flat_map(|year| &year.months);
    Insurance::ALL
        .iter()
        .filter_map(|insurance| {
            let paid: Vec<Month> = months()
                .filter(|month| month.lines.iter().any(|line| part(line, *insurance).is_some()))
                .map(|month| month.month)
                .collect();
            Some(InsuranceSummary {
                insurance: *insurance,
                first_month: *paid.first()?,
                standing: standing(relations, *insurance, retired),
                total_months: u32::try_from(paid.len()).unwrap_or(u32::MAX),
            })
        })
        .collect()
}

fn years(history: &History) -> Vec<YearPaid> {
    let mut sums: BTreeMap<(i32, Insurance), YearPaid> = BTreeMap::new();
    for year in &history.years {
        for month in &year.months {
            for insurance in Insurance::ALL {
                let parts: Vec<_> = month.lines.iter().filter_map(|line| part(line, *insurance)).collect();
                if parts.is_empty() {
                    continue;
                }
                let sum = sums.entry((year.year, *insurance)).or_insert(YearPaid {
                    year: year.year,
                    insurance: *insurance,
                    months_paid: 0,
                    base_sum: Fen::ZERO,
                    personal_paid: Fen::ZERO,
                    unit_paid: Fen::ZERO,
                });
                sum.months_paid += 1;
                for (base, personal, unit) in parts {
                    sum.base_sum += base;
                    sum.personal_paid += personal;
                    sum.unit_paid += unit;
                }
            }
        }
    }
    sums.into_values().collect()
}

async fn account(view: &View, person: PersonId) -> Result<Vec<AccountYear>, PaperError> {
    let policy = Policy::of(view.area()).ok();
    let years = contribution::account::statement(view, person).await?;
    let year = |year: contribution::account::AccountYear| AccountYear {
        year: year.year,
        opening: year.opening,
        credited: year.principal + year.moved,
        interest: year.interest.unwrap_or_default(),
        rate: year
            .interest
            .and(policy)
            .and_then(|policy| policy::account::interest::rate_of(policy, year.year).ok())
            .map(|rate| *rate.rate.value),
        closing: year.closing,
    };
    Ok(years.into_iter().map(year).collect())
}

async fn voucher_of(view: &View, bill: &Bill) -> Result<Voucher, PaperError> {
    let State::Paid { order, journal, .. } = bill.state else { return Err(PaperError::NotPaid) };
    let receipts = payment::receipts_of(view, order).await?;
    let counted = receipts.into_iter().find(|receipt| receipt.standing == payment::Standing::Counted);
    let receipt = counted.ok_or(PaperError::NotPaid)?;
    Ok(Voucher {
        holder: holder(view, bill.person).await?,
        lines: voucher_lines(bill),
        paid_at: receipt.paid_at,
        order,
        transaction: receipt.transaction_id,
        gateway: gateway_name(receipt.gateway).to_owned(),
        journal: journal.to_string(),
    })
}

pub(crate) const fn gateway_name(gateway: payment::GatewayKind) -> &'static str {
    match gateway {
        payment::GatewayKind::WeChatPay => "微信支付",
        payment::GatewayKind::Bank => "银行转账",
    }
}

/// A row for each stretch of months with the same base.
fn voucher_lines(bill: &Bill) -> Vec<VoucherLine> {
    let tier = bill.tier.map_or_else(|| "补差".to_owned(), |tier| format!("{}%", tier.as_percent()));
    let mut lines: Vec<VoucherLine> = Vec::new();
    for month in &bill.months {
        match lines.last_mut().filter(|line| line.base == month.base && month.month.since(line.last) == 1) {
            Some(line) => {
                line.last = month.month;
                line.count += 1;
                line.total += month.total;
                line.account += month.account;
                line.pooled += month.pooled();
            }
            None => lines.push(VoucherLine {
                insurance: Insurance::Pension,
                first: month.month,
                last: month.month,
                count: 1,
                tier: tier.clone(),
                base: month.base,
                total: month.total,
                account: month.account,
                pooled: month.pooled(),
            }),
        }
    }
    lines
}
