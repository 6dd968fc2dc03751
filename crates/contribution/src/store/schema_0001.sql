-- Contributions: what was assessed, billed, paid and credited. Money in fen, months as YYYYMM, ids UUIDv7.
-- A line's id carries the moment of recording; its fee month says which month it is about.

create table contribution_line (
    person_id           uuid not null,
    fee_month           integer not null,
    id                  uuid not null,
    relation_id         uuid not null,
    payer               text not null check (payer in ('employer', 'oneself')),
    kind                text not null check (kind in ('normal', 'supplement', 'back_payment', 'prepayment', 'reversal', 'refund', 'transfer_in')),
    settlement          integer not null,
    credited            integer not null,
    bill_id             uuid,
    receipt_id          uuid,
    policy              bigint not null,
    pension_base        bigint,
    pension_employer    bigint,
    pension_personal    bigint,
    pension_account     bigint,
    medical_base        bigint,
    medical_employer    bigint,
    medical_personal    bigint,
    unemployment_base   bigint,
    unemployment_employer bigint,
    unemployment_personal bigint,
    injury_base         bigint,
    injury_employer     bigint,
    maternity_base      bigint,
    maternity_employer  bigint,
    primary key (person_id, fee_month, id),
    -- an insurance is there with all its columns or not at all
    check ((pension_base is null) = (pension_account is null)),
    check ((pension_base is null) = (pension_personal is null)),
    check (payer = 'employer' or pension_employer is null)
) /* without rowid */;
create index contribution_line_prepaid on contribution_line (fee_month, person_id) where kind = 'prepayment';

-- The derived summary: each column is the sum of the lines of the month. Recomputable, and recomputed by `verify`.
create table contribution_month (
    person_id           uuid not null,
    fee_month           integer not null,
    pension_line        uuid,
    pension_base        bigint,
    pension_account     bigint,
    medical_base        bigint,
    unemployment_base   bigint,
    injury_base         bigint,
    maternity_base      bigint,
    sources             integer not null,
    primary key (person_id, fee_month),
    -- the line by which the month counts is there exactly when the month counts
    check ((pension_line is null) = (pension_base is null))
) /* without rowid */;

create table contribution_bill (
    id                  uuid primary key,
    person_id           uuid not null,
    kind                text not null check (kind in ('normal', 'prepayment', 'supplement')),
    year                integer not null,
    percent             integer,
    total               bigint not null,
    account             bigint not null,
    collector           text not null check (collector in ('agency', 'tax_office')),
    policy_hash         text not null,
    issued_at           timestamptz not null,
    state               text not null check (state in ('issued', 'paying', 'paid', 'void')),
    order_id            uuid,
    journal_id          uuid,
    paid_on             date,
    check (total > 0),
    check (account >= 0 and account <= total),
    check ((state in ('paying', 'paid')) = (order_id is not null)),
    check ((state = 'paid') = (journal_id is not null)),
    check ((state = 'paid') = (paid_on is not null))
);
create index contribution_bill_by_person on contribution_bill (person_id, issued_at);
-- the difference of a year is charged once
create unique index contribution_bill_supplement on contribution_bill (person_id, year) where kind = 'supplement' and state in ('issued', 'paying');

-- A month of a bill; its line id is given when the bill is issued, so that settling copies rows and makes none up.
create table contribution_bill_month (
    bill_id             uuid not null,
    fee_month           integer not null,
    line_id             uuid not null,
    relation_id         uuid not null,
    base                bigint not null,
    total               bigint not null,
    account             bigint not null,
    primary key (bill_id, fee_month),
    check (account <= total)
) /* without rowid */;

-- Money that was received and does not count: it is held in temporary receipts until it is given back.
create table contribution_refundable (
    id                  uuid primary key,
    person_id           uuid not null,
    bill_id             uuid not null,
    fee_month           integer not null,
    receipt_id          uuid,
    reason              text not null check (reason in ('duplicate', 'limits_fell')),
    amount              bigint not null check (amount > 0),
    held_at             timestamptz not null,
    state               text not null check (state in ('held', 'asked', 'refunded')),
    journal_id          uuid,
    check ((state = 'refunded') = (journal_id is not null))
);
create unique index contribution_refundable_once on contribution_refundable (receipt_id, bill_id, fee_month);
create index contribution_refundable_by_person on contribution_refundable (person_id);

-- The personal account beside its principal, which is the account column of the lines and is not stored twice.
create table contribution_account_entry (
    person_id           uuid not null,
    year                integer not null,
    kind                text not null check (kind in ('opening_balance', 'interest', 'transfer_in', 'transfer_out', 'drawn', 'inherited', 'adjustment')),
    number              integer not null,
    amount              bigint not null,
    method              text check (method in ('annual', 'monthly', 'half_rate')),
    policy              bigint not null,
    primary key (person_id, year, kind, number),
    check ((kind = 'interest') = (method is not null))
) /* without rowid */;
