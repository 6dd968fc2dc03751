//! The statements that turn a paid bill into months and lines. They copy rows of the bill, so none has a varying length.

use super::line::month;
use crate::{BillKind, BilledMonth, State, line::policy_mark};
use control::{Op, Row, View};
use kernel::{BillId, Fen, JournalId, Month, OrderId, PersonId};
use payment::ReceiptId;
use sea_orm::DbErr;

/// What settling asks of a bill.
pub(crate) struct Payable {
    pub(crate) id: BillId,
    pub(crate) person: PersonId,
    pub(crate) kind: BillKind,
    pub(crate) state: State,
    pub(crate) policy_hash: String,
    pub(crate) months: Vec<BilledMonth>,
}

/// The bill and its months, in one question.
pub(crate) async fn payable(view: &View, id: BillId) -> Result<Option<Payable>, DbErr> {
    const PAYABLE: &str = "select b.person_id, b.kind, b.state, b.order_id, b.journal_id, b.paid_on, b.policy_hash, \
        m.fee_month, m.line_id, m.relation_id, m.base, m.total, m.account \
        from contribution_bill b join contribution_bill_month m on m.bill_id = b.id \
        where b.id = $1 order by m.fee_month";
    let rows = view.fetch_all(PAYABLE, [id.into()]).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let columns = (first.try_get_by_index(3)?, first.try_get_by_index(4)?, first.try_get_by_index(5)?);
    let word: String = first.try_get_by_index(2)?;
    Ok(Some(Payable {
        id,
        person: first.try_get_by_index(0)?,
        kind: first.try_get_by_index(1)?,
        state: super::bill::state(&word, columns)?,
        policy_hash: first.try_get_by_index(6)?,
        months: rows.iter().map(billed).collect::<Result<_, _>>()?,
    }))
}

fn billed(row: &Row) -> Result<BilledMonth, DbErr> {
    Ok(BilledMonth {
        month: month(row.try_get_by_index(7)?)?,
        line: row.try_get_by_index(8)?,
        relation: row.try_get_by_index(9)?,
        base: row.try_get_by_index(10)?,
        total: row.try_get_by_index(11)?,
        account: row.try_get_by_index(12)?,
    })
}

/// Lets the months of a bill count that do not count yet, and answers these. The primary key decides: of two who come at
/// once the second waits for the first, and finds the month taken.
pub(crate) async fn count_months(op: &Op, bill: &Payable) -> Result<Vec<Month>, DbErr> {
    const COUNT: &str = "insert into contribution_month \
        (person_id, fee_month, pension_line, pension_base, pension_account, sources) \
        select b.person_id, m.fee_month, m.line_id, m.base, m.account, 1 \
        from contribution_bill_month m join contribution_bill b on b.id = m.bill_id \
        where m.bill_id = $1 order by m.fee_month on conflict do nothing returning fee_month";
    let counted = fee_months(&op.fetch_all(COUNT, [bill.id.into()]).await?)?;
    if counted.len() == bill.months.len() {
        return Ok(counted);
    }
    // A month may have lines of other insurances and none of the pension: then its row is there and does not count yet.
    const COUNT_BESIDE: &str = "update contribution_month set sources = sources + 1, \
        pension_line = (select m.line_id from contribution_bill_month m where m.bill_id = $1 and m.fee_month = contribution_month.fee_month), \
        pension_base = (select m.base from contribution_bill_month m where m.bill_id = $1 and m.fee_month = contribution_month.fee_month), \
        pension_account = (select m.account from contribution_bill_month m where m.bill_id = $1 and m.fee_month = contribution_month.fee_month) \
        where person_id = $2 and pension_line is null \
        and fee_month in (select m.fee_month from contribution_bill_month m where m.bill_id = $1) returning fee_month";
    let beside = fee_months(&op.fetch_all(COUNT_BESIDE, [bill.id.into(), bill.person.into()]).await?)?;
    let mut all = [counted, beside].concat();
    all.sort_unstable();
    Ok(all)
}

/// Adds the differences of a supplement to months that have none yet, and answers these.
pub(crate) async fn supplement_months(op: &Op, bill: &Payable) -> Result<Vec<Month>, DbErr> {
    // Holds the months first, so that the question below sees what another has committed meanwhile.
    const HOLD: &str = "update contribution_month set sources = sources where person_id = $2 \
        and fee_month in (select m.fee_month from contribution_bill_month m where m.bill_id = $1)";
    const ADD: &str = "update contribution_month set sources = sources + 1, \
        pension_base = pension_base + (select m.base from contribution_bill_month m where m.bill_id = $1 and m.fee_month = contribution_month.fee_month), \
        pension_account = pension_account + (select m.account from contribution_bill_month m where m.bill_id = $1 and m.fee_month = contribution_month.fee_month) \
        where person_id = $2 and pension_line is not null \
        and fee_month in (select m.fee_month from contribution_bill_month m where m.bill_id = $1) \
        and not exists (select 1 from contribution_line l where l.person_id = contribution_month.person_id \
            and l.fee_month = contribution_month.fee_month and l.kind = 'supplement') returning fee_month";
    let values = || [bill.id.into(), bill.person.into()];
    op.execute(HOLD, values()).await?;
    let mut months = fee_months(&op.fetch_all(ADD, values()).await?)?;
    months.sort_unstable();
    Ok(months)
}

fn fee_months(rows: &[Row]) -> Result<Vec<Month>, DbErr> {
    rows.iter().map(|row| month(row.try_get_by_index(0)?)).collect()
}

/// Where money came from and when, for the lines.
pub(crate) struct Credited {
    pub(crate) receipt: Option<ReceiptId>,
    pub(crate) month: Month,
}

/// Writes the lines of all months of a bill.
pub(crate) async fn insert_all_lines(op: &Op, bill: &Payable, credited: &Credited) -> Result<u64, DbErr> {
    const LINES: &str = "insert into contribution_line (person_id, fee_month, id, relation_id, payer, kind, settlement, \
        credited, bill_id, receipt_id, policy, pension_base, pension_personal, pension_account) \
        select $2, m.fee_month, m.line_id, m.relation_id, 'oneself', $3, $4, $4, m.bill_id, $5, $6, m.base, m.total, m.account \
        from contribution_bill_month m where m.bill_id = $1";
    op.execute(LINES, line_values(bill, credited)).await
}

/// Writes the line of one month of a bill.
pub(crate) async fn insert_line(op: &Op, bill: &Payable, month: Month, credited: &Credited) -> Result<u64, DbErr> {
    const LINE: &str = "insert into contribution_line (person_id, fee_month, id, relation_id, payer, kind, settlement, \
        credited, bill_id, receipt_id, policy, pension_base, pension_personal, pension_account) \
        select $2, m.fee_month, m.line_id, m.relation_id, 'oneself', $3, $4, $4, m.bill_id, $5, $6, m.base, m.total, m.account \
        from contribution_bill_month m where m.bill_id = $1 and m.fee_month = $7";
    let values = line_values(bill, credited).into_iter().chain([month.number().into()]);
    op.execute(LINE, values).await
}

fn line_values(bill: &Payable, credited: &Credited) -> [sea_orm::Value; 6] {
    [
        bill.id.into(),
        bill.person.into(),
        bill.kind.line().into(),
        credited.month.into(),
        credited.receipt.into(),
        policy_mark(&bill.policy_hash).into(),
    ]
}

/// Money that came for a bill, as it stands in the books.
pub(crate) struct Posted {
    pub(crate) order: OrderId,
    pub(crate) journal: JournalId,
    pub(crate) on: kernel::Date,
}

/// Marks a bill as paid unless it is; says whether it was not.
pub(crate) async fn mark_paid(op: &Op, bill: BillId, posted: &Posted) -> Result<bool, DbErr> {
    const PAID: &str = "update contribution_bill set state = 'paid', order_id = $1, journal_id = $2, paid_on = $3 \
        where id = $4 and state <> 'paid'";
    let values = [posted.order.into(), posted.journal.into(), posted.on.into(), bill.into()];
    Ok(op.execute(PAID, values).await? == 1)
}

/// Writes a line that no bill led to: the credit after limits fell.
pub(crate) async fn insert_credit(op: &Op, credit: &crate::Line) -> Result<(), DbErr> {
    const CREDIT: &str = "insert into contribution_line (person_id, fee_month, id, relation_id, payer, kind, settlement, \
        credited, bill_id, receipt_id, policy, pension_base, pension_personal, pension_account) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    const ADD: &str = "update contribution_month set sources = sources + 1, pension_base = pension_base + $1, \
        pension_account = pension_account + $2 where person_id = $3 and fee_month = $4";
    let pension = credit.pension.ok_or_else(|| DbErr::Custom("a credit of no insurance".to_owned()))?;
    let (base, total, account): (Fen, Fen, Fen) = (pension.base, pension.personal, pension.account);
    op.execute(
        CREDIT,
        [
            credit.person.into(),
            credit.month.into(),
            credit.id.into(),
            credit.relation.into(),
            credit.payer.into(),
            credit.kind.into(),
            credit.settlement.into(),
            credit.credited.into(),
            credit.bill.into(),
            credit.receipt.into(),
            credit.policy.into(),
            base.into(),
            total.into(),
            account.into(),
        ],
    )
    .await?;
    op.execute(ADD, [base.into(), account.into(), credit.person.into(), credit.month.into()]).await.map(|_| ())
}
