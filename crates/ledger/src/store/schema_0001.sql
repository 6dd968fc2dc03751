-- The books: journals and their lines are written once; balances are derived from them when they are sealed.

create table ledger_journal (
    id          uuid primary key,
    fund        text not null,
    on_day      date not null,
    source_kind text not null,
    source_id   uuid not null,
    recorded_at timestamptz not null
);
-- the same event is posted to a fund once
create unique index ledger_journal_by_source on ledger_journal (source_id, source_kind, fund);

create table ledger_line (
    journal_id  uuid not null,
    number      integer not null,
    account     text not null,
    side        text not null check (side in ('debit', 'credit')),
    amount      bigint not null check (amount > 0),
    sub_account uuid,
    primary key (journal_id, number)
) /* without rowid */;

create table ledger_seal (
    number      bigint primary key,
    at          timestamptz not null,
    covers      bytea not null,
    previous    bytea not null,
    hash        bytea not null,
    -- the newest journal that this seal or one before it covers
    reach       uuid not null
);

create table ledger_balance (
    fund        text not null,
    account     text not null,
    on_day      date not null,
    debit       bigint not null,
    credit      bigint not null,
    primary key (fund, account, on_day)
) /* without rowid */;
