-- Money in and out: orders, attempts at a gateway, receipts, refunds, reconciled days.

create table payment_order (
    id           uuid primary key,
    number       text not null,
    purpose_kind text not null check (purpose_kind in ('contribution', 'demand')),
    purpose_id   uuid not null,
    payer_id     uuid not null,
    fund         text not null,
    amount       bigint not null check (amount > 0),
    description  text not null,
    state        text not null check (state in ('open', 'paid', 'closed')),
    receipt_id   uuid,
    opened_at    timestamptz not null,
    expires_at   timestamptz not null,
    check ((state = 'paid') = (receipt_id is not null))
);
create unique index payment_order_by_number on payment_order (number);
create index payment_order_by_purpose on payment_order (purpose_id);
create index payment_order_open on payment_order (expires_at) where state = 'open';

create table payment_attempt (
    id          uuid primary key,
    order_id    uuid not null references payment_order (id),
    gateway     text not null check (gateway in ('wechat_pay', 'bank')),
    number      text not null,
    state       text not null check (state in ('open', 'ended')),
    cashier     text,
    started_at  timestamptz not null
);
create unique index payment_attempt_by_number on payment_attempt (number);
-- one at a time at each gateway
create unique index payment_attempt_one on payment_attempt (order_id, gateway) where state = 'open';
create index payment_attempt_by_order on payment_attempt (order_id);
create index payment_attempt_open on payment_attempt (started_at) where state = 'open';

create table payment_receipt (
    id             uuid primary key,
    gateway        text not null check (gateway in ('wechat_pay', 'bank')),
    merchant       text not null,
    transaction_id text not null,
    number         text not null,
    order_id       uuid references payment_order (id),
    amount         bigint not null check (amount > 0),
    paid_at        timestamptz not null,
    standing       text not null check (standing in ('counted', 'duplicate', 'unmatched')),
    mismatch       text check (mismatch in ('unknown_number', 'wrong_amount', 'wrong_merchant')),
    journal_id     uuid,
    payer          bytea,
    notice_id      text,
    recorded_at    timestamptz not null,
    check ((standing = 'unmatched') = (mismatch is not null)),
    check (order_id is not null or standing = 'unmatched')
);
-- a transaction is one receipt, however often it is reported
create unique index payment_receipt_by_transaction on payment_receipt (gateway, transaction_id);
-- an order is paid once
create unique index payment_receipt_counted on payment_receipt (order_id) where standing = 'counted';
create index payment_receipt_by_order on payment_receipt (order_id);
create index payment_receipt_by_day on payment_receipt (gateway, paid_at);
create index payment_receipt_unmatched on payment_receipt (paid_at) where standing = 'unmatched';

create table payment_refund (
    id          uuid primary key,
    receipt_id  uuid not null references payment_receipt (id),
    number      text not null,
    amount      bigint not null check (amount > 0),
    reason      text not null,
    state       text not null check (state in ('asked', 'done', 'failed')),
    asked_at    timestamptz not null,
    done_at     timestamptz,
    check ((state = 'done') = (done_at is not null))
);
create unique index payment_refund_by_number on payment_refund (number);
create index payment_refund_by_receipt on payment_refund (receipt_id);
create index payment_refund_by_day on payment_refund (done_at);

create table payment_day (
    gateway     text not null,
    on_day      date not null,
    id          uuid not null,
    matched     bigint not null,
    received    bigint not null,
    refunded    bigint not null,
    differences bigint not null,
    recorded_at timestamptz not null,
    primary key (gateway, on_day)
);
