//! Every query and every table of the ledger, and nothing else knows them.

mod entity;

pub(crate) use entity::{balance, journal, line, seal};

use crate::{Code, Journal, Line, Source};
use control::chain::Seal;
use control::{Migration, Op, View};
use kernel::{Date, Fen, Fund, JournalId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Value};
use std::collections::HashMap;

/// The migrations of the ledger's tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    id: "ledger/0001",
    sql: include_str!("store/schema_0001.sql"),
    append_only: &["ledger_journal", "ledger_line", "ledger_seal"],
}];

/// Six values a line: 2,000 lines stay under the engines' limits.
const LINES_AT_ONCE: usize = 2000;

// -- journals ------------------------------------------------------------------------------------------------------------

/// Writes the journal's own row; false where its event was posted before.
pub(crate) async fn insert_journal(op: &Op, id: JournalId, journal: &Journal) -> Result<bool, DbErr> {
    const INSERT: &str = "insert into ledger_journal (id, fund, on_day, source_kind, source_id, recorded_at) \
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    let values = [
        id.into(),
        journal.fund.into(),
        journal.on.into(),
        journal.source.kind.into(),
        journal.source.id.into(),
        op.at().into(),
    ];
    Ok(op.execute(INSERT, values).await? == 1)
}

pub(crate) async fn insert_journals(op: &Op, entries: &[(JournalId, &Journal)]) -> Result<(), DbErr> {
    let rows = entries.iter().map(|(id, journal)| {
        journal::Model {
            id: *id,
            fund: journal.fund,
            on_day: journal.on,
            source_kind: journal.source.kind.to_owned(),
            source_id: journal.source.id,
            recorded_at: op.at(),
        }
        .into_active_model()
    });
    journal::Entity::insert_many(rows).exec_without_returning(&op.db()).await.map(|_| ())
}

pub(crate) async fn insert_lines(op: &Op, entries: &[(JournalId, &Journal)]) -> Result<(), DbErr> {
    const INSERT: &str = "insert into ledger_line (journal_id, number, account, side, amount, sub_account)";
    let rows: Vec<[Value; 6]> = entries.iter().flat_map(|(id, journal)| line_values(*id, &journal.lines)).collect();
    for chunk in rows.chunks(LINES_AT_ONCE) {
        op.insert(INSERT, 6, chunk.as_flattened().to_vec()).await?;
    }
    Ok(())
}

fn line_values(journal: JournalId, lines: &[Line]) -> impl Iterator<Item = [Value; 6]> {
    (1i32..).zip(lines).map(move |(number, line)| {
        let Line { account, side, amount, sub_account } = *line;
        [journal.into(), number.into(), account.as_str().into(), side.into(), amount.into(), sub_account.into()]
    })
}

pub(crate) async fn journal_of(view: &View, fund: Fund, source: Source) -> Result<Option<JournalId>, DbErr> {
    const FIND: &str = "select id from ledger_journal where source_id = $1 and source_kind = $2 and fund = $3";
    let row = view.fetch_one(FIND, [source.id.into(), source.kind.into(), fund.into()]).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

pub(crate) async fn lines_of(view: &View, journal: JournalId) -> Result<Vec<Line>, DbErr> {
    let rows = lines_by_journal(view, [journal]).await?.remove(&journal).unwrap_or_default();
    rows.into_iter().map(Line::try_from).collect()
}

impl TryFrom<line::Model> for Line {
    type Error = DbErr;
    fn try_from(row: line::Model) -> Result<Line, DbErr> {
        let account = known_account(&row.account)?;
        Ok(Line { account, side: row.side, amount: row.amount, sub_account: row.sub_account })
    }
}

/// The account of a row; the chart may not lose an account that was posted to.
pub(crate) fn known_account(text: &str) -> Result<Code, DbErr> {
    Code::find(text).ok_or_else(|| DbErr::Custom(format!("the books know an account {text} that the chart does not")))
}

/// Journals by id, from one on (or from the first), or strictly after one.
pub(crate) async fn journals_from(view: &View, from: From, limit: usize) -> Result<Vec<journal::Model>, DbErr> {
    let mut query = journal::Entity::find().order_by_asc(journal::Column::Id);
    query = match from {
        From::TheFirst => query,
        From::At(id) => query.filter(journal::Column::Id.gte(id)),
        From::After(id) => query.filter(journal::Column::Id.gt(id)),
    };
    query.limit(u64::try_from(limit).unwrap_or(u64::MAX)).all(&view.db()).await
}

/// Where a walk over the journals begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum From {
    TheFirst,
    At(JournalId),
    After(JournalId),
}

pub(crate) async fn journals_by_id(
    view: &View,
    ids: impl IntoIterator<Item = JournalId>,
) -> Result<HashMap<JournalId, journal::Model>, DbErr> {
    let query = journal::Entity::find().filter(journal::Column::Id.is_in(ids));
    Ok(query.all(&view.db()).await?.into_iter().map(|row| (row.id, row)).collect())
}

pub(crate) async fn lines_by_journal(
    view: &View,
    ids: impl IntoIterator<Item = JournalId>,
) -> Result<HashMap<JournalId, Vec<line::Model>>, DbErr> {
    let query = line::Entity::find()
        .filter(line::Column::JournalId.is_in(ids))
        .order_by_asc(line::Column::JournalId)
        .order_by_asc(line::Column::Number);
    let mut found: HashMap<JournalId, Vec<line::Model>> = HashMap::new();
    for row in query.all(&view.db()).await? {
        found.entry(row.journal_id).or_default().push(row);
    }
    Ok(found)
}

// -- seals ---------------------------------------------------------------------------------------------------------------

pub(crate) async fn last_seal(view: &View) -> Result<Option<seal::Model>, DbErr> {
    seal::Entity::find().order_by_desc(seal::Column::Number).one(&view.db()).await
}

pub(crate) async fn last_seal_number(view: &View) -> Result<i64, DbErr> {
    let row = view.fetch_one("select coalesce(max(number), 0) from ledger_seal", []).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

pub(crate) async fn seal(view: &View, number: i64) -> Result<Option<seal::Model>, DbErr> {
    seal::Entity::find_by_id(number).one(&view.db()).await
}

/// Seals that may cover a journal of this id or a later one.
pub(crate) async fn seals_reaching(view: &View, id: JournalId) -> Result<Vec<Seal>, DbErr> {
    let rows = seal::Entity::find().filter(seal::Column::Reach.gte(id)).all(&view.db()).await?;
    Ok(rows.into_iter().map(Seal::from).collect())
}

pub(crate) async fn insert_seal(op: &Op, seal: &Seal, reach: JournalId) -> Result<(), DbErr> {
    let row = seal::Model {
        number: seal.number,
        at: seal.at,
        covers: seal.covers.clone(),
        previous: seal.previous.clone(),
        hash: seal.hash.clone(),
        reach,
    };
    seal::Entity::insert(row.into_active_model()).exec_without_returning(&op.db()).await.map(|_| ())
}

// -- balances ------------------------------------------------------------------------------------------------------------

pub(crate) async fn balances_of_days(
    view: &View,
    days: impl IntoIterator<Item = Date>,
) -> Result<Vec<balance::Model>, DbErr> {
    balance::Entity::find().filter(balance::Column::OnDay.is_in(days)).all(&view.db()).await
}

pub(crate) async fn all_balances(view: &View) -> Result<Vec<balance::Model>, DbErr> {
    balance::Entity::find()
        .order_by_asc(balance::Column::Fund)
        .order_by_asc(balance::Column::Account)
        .order_by_asc(balance::Column::OnDay)
        .all(&view.db())
        .await
}

pub(crate) async fn put_balances(op: &Op, rows: Vec<balance::Model>) -> Result<(), DbErr> {
    for chunk in rows.chunks(LINES_AT_ONCE) {
        let replaced = OnConflict::columns([balance::Column::Fund, balance::Column::Account, balance::Column::OnDay])
            .update_columns([balance::Column::Debit, balance::Column::Credit])
            .to_owned();
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        balance::Entity::insert_many(rows).on_conflict(replaced).exec_without_returning(&op.db()).await?;
    }
    Ok(())
}

/// Debits and credits of every fund and account up to a day, as far as they are sealed.
pub(crate) async fn sealed_totals(view: &View, until: Date) -> Result<Vec<(Fund, String, Fen, Fen)>, DbErr> {
    const SUM: &str = "select fund, account, cast(sum(debit) as bigint), cast(sum(credit) as bigint) \
        from ledger_balance where on_day <= $1 group by fund, account";
    let rows = view.fetch_all(SUM, [until.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?))
        })
        .collect()
}
