//! Credit (记账): a claim whose principal has come becomes the persons' lines and months.
//!
//! A month counts once: where another payer's line counts for the pension already, the part that came a second time is held as
//! surplus, flagged and refundable. What was fixed provisionally or left open by an old system is nobody's line.

use crate::claim::ClaimEvent;
use crate::due::CreditedBy;
use crate::store::claim::Surplus;
use crate::{Claim, ClaimKind, DUPLICATE_PAYMENT, Line, LineKind, MonthSummary, receive, store};
use control::{NewWorkItem, Op};
use kernel::{EmployerId, Fen, Fund, Insurance, LineId, Month, PersonId};
use payment::ReceiptId;
use sea_orm::DbErr;
use std::collections::BTreeMap;

/// Marks claims whose principal is covered, and writes the lines of those that belong to persons.
pub(crate) async fn complete(op: &mut Op, claims: &mut [Claim], receipt: Option<ReceiptId>) -> Result<(), DbErr> {
    let mut months: BTreeMap<Assessed, Vec<Insurance>> = BTreeMap::new();
    for claim in claims {
        let event = match claim.kind {
            ClaimKind::Normal | ClaimKind::Supplement | ClaimKind::BackPayment => ClaimEvent::WholeCameForPersons,
            ClaimKind::Provisional | ClaimKind::Opening => ClaimEvent::WholeCameForNobody,
        };
        let Ok(state) = claim.state.after(event) else { continue };
        claim.state = state;
        store::claim::update(op, claim).await?;
        if let Some(kind) = line_kind(claim.kind) {
            let of = Assessed { employer: claim.employer, month: claim.key.month, number: claim.key.number, kind };
            months.entry(of).or_default().push(claim.key.insurance);
        }
    }
    for (of, insurances) in months {
        lines_of(op, of, &insurances, receipt).await?;
    }
    Ok(())
}

/// An assessment of an employer's month, and what its lines are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Assessed {
    employer: EmployerId,
    month: Month,
    number: i32,
    kind: LineKind,
}

const fn line_kind(kind: ClaimKind) -> Option<LineKind> {
    match kind {
        ClaimKind::Normal => Some(LineKind::Normal),
        ClaimKind::Supplement => Some(LineKind::Supplement),
        ClaimKind::BackPayment => Some(LineKind::BackPayment),
        ClaimKind::Provisional | ClaimKind::Opening => None,
    }
}

/// The lines of some insurances of one assessment, and the months that they change.
async fn lines_of(
    op: &mut Op,
    of: Assessed,
    insurances: &[Insurance],
    receipt: Option<ReceiptId>,
) -> Result<(), DbErr> {
    let Assessed { employer, month, number, kind } = of;
    let credited_in = Month::of(op.today()).map_err(|e| DbErr::Custom(e.to_string()))?;
    let by = CreditedBy { kind, month: credited_in, receipt };
    let dues = store::due::of_assessment(op, employer, month, number).await?;
    let there = dues.iter().filter(|due| !due.parts.only(insurances).is_empty());
    let lines: Vec<Line> = there.map(|due| due.line(op.new_id::<LineId>(), insurances, by)).collect();
    write(op, employer, month, lines).await
}

/// Writes lines of one month, a person each, and the months that they change.
pub(crate) async fn write(op: &mut Op, employer: EmployerId, month: Month, lines: Vec<Line>) -> Result<(), DbErr> {
    let persons: Vec<PersonId> = lines.iter().map(|line| line.person).collect();
    store::credited::hold_months(op, month, &persons).await?;
    let mut known = store::credited::months(op, month, &persons).await?;
    let (mut written, mut summaries) = (Vec::with_capacity(lines.len()), Vec::with_capacity(lines.len()));
    for mut line in lines {
        let standing = known.remove(&line.person);
        let another = standing.as_ref().and_then(|(_, by)| *by).is_some_and(|by| by != line.relation);
        if another && line.kind != LineKind::Supplement && line.pension.is_some() {
            hold(op, employer, &line).await?;
            line.pension = None;
            if line.medical.is_none()
                && line.unemployment.is_none()
                && line.injury.is_none()
                && line.maternity.is_none()
            {
                continue;
            }
        }
        summaries.push(match standing {
            Some((summary, _)) => summary.with(&line),
            None => MonthSummary::of(&line),
        });
        written.push(line);
    }
    store::credited::insert_lines(op, &written).await?;
    store::credited::put_months(op, &summaries).await
}

/// The pension of a month that another paid: out of income, into what is owed back, with an item for two officers.
async fn hold(op: &mut Op, employer: EmployerId, line: &Line) -> Result<(), DbErr> {
    let Some(pension) = line.pension else { return Ok(()) };
    let amount = pension.total();
    if amount <= Fen::ZERO {
        return Ok(());
    }
    receive::post_held(op, line, pension).await?;
    let (person, month, receipt) = (Some(line.person), Some(line.month), line.receipt);
    let fund = Fund::EnterprisePension;
    let surplus = Surplus { employer, person, month, receipt, fund, amount, at: op.at() };
    store::claim::insert_surplus(op, &surplus).await?;
    let key = format!("{DUPLICATE_PAYMENT}:{employer}:{}:{}", line.person, line.month);
    let detail = serde_json::json!({
        "employer": employer, "receipt": receipt, "months": [line.month], "amount": amount
    });
    NewWorkItem { key: &key, kind: DUPLICATE_PAYMENT, person: Some(line.person), detail }.open(op).await.map(|_| ())
}
