//! Every query and every table of the papers, and nothing else knows them.

mod entity;

pub(crate) use entity::{file, issue};

use crate::{HolderId, Kind, VerifyCode};
use control::{Column, Migration, Migrations, Op, Sealed, View};
use kernel::{AreaCode, RecordId};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// The schema of this crate, for `control::migrate`.
pub const MIGRATIONS: &Migrations = &[
    Migration {
        id: "record/0001",
        sql: include_str!("store/schema_0001.sql"),
        append_only: &["record_issue", "record_file"],
    },
    Migration {
        id: "record/0002",
        sql: include_str!("store/schema_0002.sql"),
        append_only: &["record_issue", "record_file"],
    },
];

/// The facts of a paper are sealed under this column, its file under the other.
pub(crate) const FACTS: Column = Column("record_file", "facts");
pub(crate) const PDF: Column = Column("record_file", "pdf");

/// The sealed columns, for sealing them again after a rotation of the keys.
pub const SEALED: &[Sealed] = &[Sealed { column: FACTS, stored: "facts" }, Sealed { column: PDF, stored: "pdf" }];

/// The next number of this area, kind and year. The row stays locked until the act's end, so numbers follow the commits.
pub(crate) async fn next_number(op: &Op, area: AreaCode, kind: Kind, year: i32) -> Result<i64, DbErr> {
    const OPEN: &str =
        "insert into record_counter (area, kind, year, last) values ($1, $2, $3, 0) on conflict do nothing";
    const NEXT: &str =
        "update record_counter set last = last + 1 where area = $1 and kind = $2 and year = $3 returning last";
    let key = || [area.as_str().into(), kind.as_str().into(), year.into()];
    op.execute(OPEN, key()).await?;
    let row = op.fetch_one(NEXT, key()).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("a counter that was just there".to_owned()))?.try_get_by_index(0)
}

pub(crate) async fn reserve(op: &Op, row: issue::Model) -> Result<(), DbErr> {
    let row: issue::ActiveModel = row.into();
    issue::Entity::insert(row).exec_without_returning(&op.db()).await.map(|_| ())
}

pub(crate) async fn reservation(view: &View, id: RecordId) -> Result<Option<issue::Model>, DbErr> {
    issue::Entity::find_by_id(id).one(&view.db()).await
}

pub(crate) async fn deliver(op: &Op, row: file::Model) -> Result<(), DbErr> {
    let row: file::ActiveModel = row.into();
    file::Entity::insert(row).exec_without_returning(&op.db()).await.map(|_| ())
}

pub(crate) async fn file(view: &View, id: RecordId) -> Result<Option<file::Model>, DbErr> {
    file::Entity::find_by_id(id).one(&view.db()).await
}

/// The SM3 of a paper's file, without fetching the file.
pub(crate) async fn sm3_of(view: &View, id: RecordId) -> Result<Option<String>, DbErr> {
    let only = file::Entity::find_by_id(id).select_only().column(file::Column::Sm3);
    only.into_tuple().one(&view.db()).await
}

pub(crate) async fn issue_by_code(view: &View, code: VerifyCode) -> Result<Option<issue::Model>, DbErr> {
    issue::Entity::find().filter(issue::Column::VerifyCode.eq(code.as_str())).one(&view.db()).await
}

/// The sealed facts and the SM3 of a delivered paper, without its file.
pub(crate) async fn sealed_facts(view: &View, id: RecordId) -> Result<Option<(Vec<u8>, String)>, DbErr> {
    let only = file::Entity::find_by_id(id).select_only().columns([file::Column::Facts, file::Column::Sm3]);
    only.into_tuple().one(&view.db()).await
}

/// The delivered papers of a holder, the newest first.
pub(crate) async fn delivered(view: &View, holder: HolderId, limit: u64) -> Result<Vec<issue::Model>, DbErr> {
    issue::Entity::find()
        .filter(issue::Column::HolderId.eq(holder.uuid()))
        .filter(issue::Column::Holder.eq(holder.kind()))
        .filter(issue::Column::Id.in_subquery(all_files()))
        .order_by_desc(issue::Column::Id)
        .limit(limit)
        .all(&view.db())
        .await
}

/// The delivered paper of a kind about one thing (a bill, a receipt), the first where there are several.
pub(crate) async fn delivered_about(view: &View, kind: Kind, about: Uuid) -> Result<Option<issue::Model>, DbErr> {
    issue::Entity::find()
        .filter(issue::Column::About.eq(about))
        .filter(issue::Column::Kind.eq(kind))
        .filter(issue::Column::Id.in_subquery(all_files()))
        .order_by_asc(issue::Column::Id)
        .one(&view.db())
        .await
}

fn all_files() -> sea_orm::sea_query::SelectStatement {
    sea_orm::sea_query::Query::select().column(file::Column::Id).from(file::Entity).to_owned()
}
