//! Receive (到账): money came for an employer's demand note. It is allocated by the rule of the day (oldest month first, principal
//! before surcharge, the workers' part before the employer's), booked in each fund, and what is covered is credited.
//!
//! It refuses nothing, for the money has come. What is over is held and refundable. All money stands on the account behind the
//! gateways, which serves the pension fund; the other funds' shares stand there for them until they are moved.

use crate::claim::ClaimEvent;
use crate::store::claim::{Received as Step, Surplus};
use crate::store::{self, wage};
use crate::{Claim, ClaimKind, DUPLICATE_PAYMENT, Line, PensionPart, Sides, credit, demand, set_off};
use control::{NewWorkItem, Op};
use kernel::{Date, DemandId, EmployerId, Fen, Fund, Insurance, JournalId, Month, WorkItemId};
use ledger::{Code, Journal, Source, account};
use payment::Receipt;
use policy::surcharge::allocation::{self, Debt};
use policy::{FormulaError, Policy};
use sea_orm::DbErr;
use serde::Serialize;
use std::collections::BTreeMap;

/// The kind of the journals that money for demand notes leads to.
pub const JOURNAL_OF_DEMAND: &str = "contribution_demand_receipt";
/// The fund whose account stands behind the gateways.
const SERVED: Fund = Fund::EnterprisePension;

/// What became of money that came for a demand note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ReceivedForDemand {
    /// The demand note.
    pub demand: DemandId,
    /// Whose.
    pub employer: EmployerId,
    /// What went to contributions.
    pub principal: Sides,
    /// What went to surcharge.
    pub surcharge: Fen,
    /// What is held, for nothing more was owed.
    pub over: Fen,
    /// The months that are credited now.
    pub credited: Vec<Month>,
    /// The journal in the books of the pension fund.
    pub journal: JournalId,
    /// The item for two officers, where something is held.
    pub work_item: Option<WorkItemId>,
}

/// Allocates money that came for a demand note.
///
/// # Errors
/// The database's; also where there is no such demand note, which `payment` has ruled out.
pub async fn receive(op: &mut Op, demand: DemandId, receipt: &Receipt, on: Date) -> Result<ReceivedForDemand, DbErr> {
    let note = store::demand::of_id(op, demand).await?;
    let note = note.ok_or_else(|| DbErr::RecordNotFound(format!("demand note {demand}")))?;
    wage::take_employer(op, note.employer).await?;
    set_off::all(op, note.employer).await?;
    let policy = Policy::of(op.area()).map_err(|e| DbErr::Custom(e.to_string()))?;
    let mut claims = store::claim::of_demand(op, demand).await?;
    let (shares, over) = allocate(policy, &mut claims, receipt.amount, on).map_err(no_rule)?;
    let steps: Vec<Step> =
        shares.iter().filter_map(|share| claims.get(share.claim).map(|claim| share.step(claim, receipt, on))).collect();
    store::claim::insert_received(op, &steps).await?;
    let journal = post(op, &claims, &shares, over, receipt, on).await?;
    let mut covered = Vec::new();
    for claim in &mut claims {
        if claim.open().is_nothing() && claim.state.is_open() {
            covered.push(claim.clone());
        } else if claim.state.is_open() && !claim.paid().is_nothing() {
            claim.state = claim.state.after(ClaimEvent::PartCame).unwrap_or(claim.state);
            store::claim::update(op, claim).await?;
        } else {
            store::claim::update(op, claim).await?;
        }
    }
    credit::complete(op, &mut covered, Some(receipt.id)).await?;
    let work_item = hold(op, &note, over, receipt).await?;
    demand::renew(op, &note).await?;
    let principal = shares.iter().fold(Sides::default(), |sum, share| sum.plus(share.sides));
    let mut credited: Vec<Month> = covered.iter().map(|claim| claim.key.month).collect();
    credited.dedup();
    let surcharge = shares.iter().map(|share| share.surcharge).sum();
    Ok(ReceivedForDemand { demand, employer: note.employer, principal, surcharge, over, credited, journal, work_item })
}

fn no_rule(error: FormulaError) -> DbErr {
    DbErr::Custom(format!("the money cannot be allocated: {error}"))
}

/// What of the money goes to a claim.
struct Share {
    claim: usize,
    sides: Sides,
    surcharge: Fen,
}

impl Share {
    fn step(&self, claim: &Claim, receipt: &Receipt, on: Date) -> Step {
        Step {
            employer: claim.employer,
            key: claim.key,
            source: "receipt",
            receipt: Some(receipt.id),
            sides: self.sides,
            surcharge: self.surcharge,
            on,
        }
    }
}

/// The policy's rule goes month by month; inside a month the insurances take in the order of the law. The claims are left with
/// what they then have, their surcharge computed up to the day.
fn allocate(policy: &Policy, claims: &mut [Claim], amount: Fen, on: Date) -> Result<(Vec<Share>, Fen), FormulaError> {
    for claim in claims.iter_mut() {
        let owed = claim.surcharge_on(policy, on)?;
        claim.surcharge = claim.surcharge_paid + owed;
        claim.since = claim.since.max(on);
    }
    let mut debts: BTreeMap<Month, Debt> = BTreeMap::new();
    for claim in claims.iter().filter(|claim| is_owed(claim)) {
        let open = claim.open();
        let month = claim.key.month;
        let debt = debts.entry(month).or_insert(Debt {
            month,
            worker: Fen::ZERO,
            unit: Fen::ZERO,
            surcharge: Fen::ZERO,
            since: on,
        });
        debt.worker += open.worker;
        debt.unit += open.unit;
        debt.surcharge += claim.surcharge - claim.surcharge_paid;
    }
    let debts: Vec<Debt> = debts.into_values().collect();
    let allocated = allocation::allocate(policy, &debts, amount, on)?;
    let mut shares = Vec::new();
    for share in &allocated.shares {
        let mut rest = *share;
        for (at, claim) in claims.iter_mut().enumerate().filter(|(_, claim)| claim.key.month == share.month) {
            if !is_owed(claim) {
                continue;
            }
            let open = claim.open();
            let sides = Sides { worker: rest.worker.min(open.worker), unit: rest.unit.min(open.unit) };
            let surcharge = rest.surcharge.min(claim.surcharge - claim.surcharge_paid);
            (rest.worker, rest.unit) = (rest.worker - sides.worker, rest.unit - sides.unit);
            rest.surcharge -= surcharge;
            claim.worker_paid += sides.worker;
            claim.unit_paid += sides.unit;
            claim.surcharge_paid += surcharge;
            if !sides.is_nothing() || !surcharge.is_zero() {
                shares.push(Share { claim: at, sides, surcharge });
            }
        }
    }
    Ok((shares, allocated.over))
}

/// Whether money may go to a claim: not to corrections downwards, and not to what is over or deferred.
fn is_owed(claim: &Claim) -> bool {
    !claim.is_credit() && (claim.state.is_open() || claim.surcharge > claim.surcharge_paid)
}

/// What each fund gets.
#[derive(Default)]
struct OfFund {
    unit: Fen,
    worker: Fen,
    carried_over: Fen,
    surcharge: Fen,
}

impl OfFund {
    fn total(&self) -> Fen {
        self.unit + self.worker + self.carried_over + self.surcharge
    }

    fn credits(&self) -> Vec<(Code, Fen)> {
        let all = [
            (account::CONTRIBUTION_UNIT, self.unit),
            (account::CONTRIBUTION_WORKER, self.worker),
            (account::CONTRIBUTION_CARRIED_OVER, self.carried_over),
            (account::SURCHARGE, self.surcharge),
        ];
        all.into_iter().filter(|(_, amount)| !amount.is_zero()).collect()
    }
}

async fn post(
    op: &mut Op,
    claims: &[Claim],
    shares: &[Share],
    over: Fen,
    receipt: &Receipt,
    on: Date,
) -> Result<JournalId, DbErr> {
    let mut funds: BTreeMap<Fund, OfFund> = BTreeMap::new();
    for share in shares {
        let Some(claim) = claims.get(share.claim) else { continue };
        let fund = funds.entry(claim.key.insurance.fund()).or_default();
        match claim.kind {
            ClaimKind::Provisional => fund.carried_over += share.sides.total(),
            ClaimKind::Normal | ClaimKind::Supplement | ClaimKind::BackPayment | ClaimKind::Opening => {
                fund.unit += share.sides.unit;
                fund.worker += share.sides.worker;
            }
        }
        fund.surcharge += share.surcharge;
    }
    let source = Source { kind: JOURNAL_OF_DEMAND, id: receipt.id.uuid() };
    let served = funds.remove(&SERVED).unwrap_or_default();
    let others: Fen = funds.values().map(OfFund::total).sum();
    let stands_on = match receipt.journal {
        Some(_) => account::UNMATCHED_RECEIPTS,
        None => account::GATEWAY_IN_TRANSIT,
    };
    let mut credits = served.credits();
    credits.extend([(account::COLLECTED_FOR_OTHERS, others), (account::DUPLICATE_RECEIPTS, over)]);
    let journal = book(op, SERVED, on, source, (stands_on, receipt.amount), credits).await?;
    for (fund, of) in funds {
        book(op, fund, on, source, (account::COMMON_COLLECTION, of.total()), of.credits()).await?;
    }
    Ok(journal)
}

async fn book(
    op: &mut Op,
    fund: Fund,
    on: Date,
    source: Source,
    (debit, amount): (Code, Fen),
    credits: Vec<(Code, Fen)>,
) -> Result<JournalId, DbErr> {
    let mut lines = vec![ledger::Line::debit(debit, amount)];
    let credits = credits.into_iter().filter(|(_, amount)| !amount.is_zero());
    lines.extend(credits.map(|(code, amount)| ledger::Line::credit(code, amount)));
    let journal = Journal::balanced(fund, on, source, lines);
    ledger::post(op, journal.map_err(|e| DbErr::Custom(format!("{} {}: {e}", source.kind, source.id)))?).await
}

/// Keeps what is over, and asks two officers for it.
async fn hold(op: &mut Op, note: &crate::Demand, over: Fen, receipt: &Receipt) -> Result<Option<WorkItemId>, DbErr> {
    if over.is_zero() {
        return Ok(None);
    }
    let surplus = Surplus {
        employer: note.employer,
        person: None,
        month: None,
        receipt: Some(receipt.id),
        fund: SERVED,
        amount: over,
        at: op.at(),
    };
    store::claim::insert_surplus(op, &surplus).await?;
    let key = format!("{DUPLICATE_PAYMENT}:{}", receipt.id);
    let detail = serde_json::json!({
        "employer": note.employer, "demand": note.id, "receipt": receipt.id, "amount": over
    });
    NewWorkItem { key: &key, kind: DUPLICATE_PAYMENT, person: None, detail }.open(op).await.map(Some)
}

/// Money fixed provisionally has found its declared month: out of income to be carried over.
pub(crate) async fn post_carried_over(
    op: &mut Op,
    _employer: EmployerId,
    fund: Fund,
    sides: Sides,
) -> Result<(), DbErr> {
    let source = Source { kind: "contribution_carried_over", id: op.new_id() };
    let credits = vec![(account::CONTRIBUTION_UNIT, sides.unit), (account::CONTRIBUTION_WORKER, sides.worker)];
    let on = op.today();
    book(op, fund, on, source, (account::CONTRIBUTION_CARRIED_OVER, sides.total()), credits).await.map(|_| ())
}

/// The pension of a month that counted already: out of contribution income, into what is owed back.
pub(crate) async fn post_held(op: &mut Op, line: &Line, pension: PensionPart) -> Result<(), DbErr> {
    let source = Source { kind: "contribution_counted_twice", id: line.id.uuid() };
    let mut lines = vec![
        ledger::Line::debit(account::CONTRIBUTION_UNIT, pension.pooled()),
        ledger::Line::debit(account::CONTRIBUTION_WORKER, pension.account),
    ];
    lines.retain(|line| !line.amount().is_zero());
    lines.push(ledger::Line::credit(account::DUPLICATE_RECEIPTS, pension.total()));
    let journal = Journal::balanced(Insurance::Pension.fund(), op.today(), source, lines);
    ledger::post(op, journal.map_err(|e| DbErr::Custom(e.to_string()))?).await.map(|_| ())
}
