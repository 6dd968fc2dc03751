-- Employers: what they declared, what was assessed, what they owe and paid. Money in fen, months as YYYYMM, ids UUIDv7.

-- The row that decides: whoever changes what an employer owes takes it first.
create table contribution_employer (
    employer_id         uuid primary key,
    touched             bigint not null
);

-- That an employer declared the wages of its staff for these months. Who is not named in contribution_wage keeps the wage before.
create table contribution_declaration (
    id                  uuid primary key,
    employer_id         uuid not null,
    first_month         integer not null,
    last_month          integer not null,
    declared_at         timestamptz not null,
    actor               text not null,
    changed             bigint not null,
    check (last_month >= first_month)
);
create index contribution_declaration_by_employer on contribution_declaration (employer_id, last_month);

-- A wage holds from its month until the next; of one month the highest number counts.
create table contribution_wage (
    employer_id         uuid not null,
    person_id           uuid not null,
    from_month          integer not null,
    number              integer not null,
    declaration_id      uuid,
    wage                bigint not null check (wage >= 0),
    mark                text not null check (mark in ('joined', 'declared', 'outlier', 'restored')),
    reason              text,
    primary key (employer_id, person_id, from_month, number),
    check ((mark = 'outlier') = (reason is not null))
) /* without rowid */;

-- A run over the whole city: who, when, how far. Its cursor moves with each stretch that is committed.
create table contribution_run (
    id                  uuid primary key,
    fee_month           integer not null,
    number              integer not null,
    actor               text not null,
    policy_hash         text not null,
    started_at          timestamptz not null,
    ended_at            timestamptz,
    reached             uuid,
    employers           bigint not null,
    lines               bigint not null,
    worker              bigint not null,
    unit                bigint not null
);
create unique index contribution_run_number on contribution_run (fee_month, number);

-- A month of an employer as it was assessed: number 0 first, then each difference.
create table contribution_assessment (
    employer_id         uuid not null,
    fee_month           integer not null,
    number              integer not null,
    kind                text not null check (kind in ('normal', 'supplement', 'back_payment', 'provisional', 'opening')),
    assessed_at         timestamptz not null,
    actor               text not null,
    policy              bigint not null,
    primary key (employer_id, fee_month, number)
) /* without rowid */;

-- The receivable of one person's month: a column an insurance. What changes a month carries the difference.
create table contribution_due (
    employer_id         uuid not null,
    fee_month           integer not null,
    person_id           uuid not null,
    number              integer not null,
    relation_id         uuid not null,
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
    primary key (employer_id, fee_month, person_id, number)
) /* without rowid */;
create index contribution_due_by_person on contribution_due (person_id, fee_month);

-- What an employer owes of one assessment for one insurance, what of it was paid, and since when it bears surcharge.
create table contribution_claim (
    employer_id         uuid not null,
    fee_month           integer not null,
    number              integer not null,
    insurance           text not null check (insurance in ('pension', 'medical', 'unemployment', 'injury', 'maternity')),
    kind                text not null check (kind in ('normal', 'supplement', 'back_payment', 'provisional', 'opening')),
    worker              bigint not null,
    unit                bigint not null,
    worker_paid         bigint not null,
    unit_paid           bigint not null,
    -- the fen by which the employer's injury contribution, settled once for the payroll (R3), differs from the persons' dues
    rounding            bigint not null,
    surcharge           bigint not null check (surcharge >= 0),
    surcharge_paid      bigint not null check (surcharge_paid >= 0 and surcharge_paid <= surcharge),
    due                 date not null,
    since               date not null,
    state               text not null check (state in ('assessed', 'billed', 'part_paid', 'received', 'credited', 'deferred', 'written_off', 'reversed')),
    primary key (employer_id, fee_month, number, insurance),
    -- what is credited is paid, and what was never a person's is never credited
    check (state <> 'credited' or (worker_paid = worker and unit_paid = unit)),
    check (state <> 'credited' or kind <> 'provisional')
) /* without rowid */;
create index contribution_claim_open on contribution_claim (fee_month, employer_id) where state in ('assessed', 'billed', 'part_paid') or surcharge > surcharge_paid;

-- Each step by which a claim was paid: money, set-off, the tax office. The claim's columns are the sums of these.
create table contribution_received (
    id                  uuid primary key,
    employer_id         uuid not null,
    fee_month           integer not null,
    number              integer not null,
    insurance           text not null,
    source              text not null check (source in ('receipt', 'set_off', 'tax_office')),
    receipt_id          uuid,
    worker              bigint not null,
    unit                bigint not null,
    surcharge           bigint not null,
    received_on         date not null,
    check ((source = 'receipt') = (receipt_id is not null))
);
create index contribution_received_by_claim on contribution_received (employer_id, fee_month, number, insurance);
create index contribution_received_by_receipt on contribution_received (receipt_id) where receipt_id is not null;

create table contribution_demand (
    id                  uuid primary key,
    number              text not null,
    employer_id         uuid not null,
    fee_month           integer not null,
    due                 date not null,
    issued_at           timestamptz not null,
    total               bigint not null check (total > 0),
    policy_hash         text not null,
    state               text not null check (state in ('issued', 'part_paid', 'paid', 'void'))
);
create unique index contribution_demand_by_number on contribution_demand (number);
create index contribution_demand_by_employer on contribution_demand (employer_id, issued_at);

-- What a demand note asked for, as it stood on the day of issue.
create table contribution_demand_claim (
    demand_id           uuid not null,
    fee_month           integer not null,
    number              integer not null,
    insurance           text not null,
    worker              bigint not null,
    unit                bigint not null,
    surcharge           bigint not null,
    primary key (demand_id, fee_month, number, insurance)
) /* without rowid */;
create index contribution_demand_claim_by_claim on contribution_demand_claim (fee_month, number, insurance);

-- Money of an employer beyond what it owed, and what was received for a month that another had paid: held and refundable.
create table contribution_surplus (
    id                  uuid primary key,
    employer_id         uuid not null,
    person_id           uuid,
    fee_month           integer,
    receipt_id          uuid,
    fund                text not null,
    amount              bigint not null check (amount > 0),
    held_at             timestamptz not null,
    state               text not null check (state in ('held', 'asked', 'refunded')),
    journal_id          uuid,
    check ((state = 'refunded') = (journal_id is not null))
);
create index contribution_surplus_by_receipt on contribution_surplus (receipt_id);
create index contribution_surplus_by_employer on contribution_surplus (employer_id);

-- A back payment that was asked for, until two officers have decided.
create table contribution_back_payment (
    id                  uuid primary key,
    employer_id         uuid not null,
    person_id           uuid not null,
    kind                text not null check (kind in ('omitted', 'interrupted', 'bankrupt_unemployment')),
    months              text not null,
    insurances          text not null,
    proof               text not null,
    proposed_at         timestamptz not null,
    actor               text not null,
    state               text not null check (state in ('proposed', 'taken', 'refused')),
    work_item_id        uuid not null
);
create index contribution_back_payment_by_employer on contribution_back_payment (employer_id);
-- the same months of the same person are asked for once at a time
create unique index contribution_back_payment_open on contribution_back_payment (employer_id, person_id) where state = 'proposed';

-- What the tax office told that it collected, row by row: credited, or kept until it is known whose it is.
create table contribution_tax_detail (
    id                  uuid primary key,
    row_mark            text not null,
    voucher             text not null,
    employer_id         uuid,
    person_id           uuid,
    fee_month           integer not null,
    insurance           text not null,
    base                bigint not null,
    worker              bigint not null check (worker >= 0),
    unit                bigint not null check (unit >= 0),
    received_on         date not null,
    state               text not null check (state in ('credited', 'unmatched')),
    reason              text,
    imported_at         timestamptz not null,
    check ((state = 'unmatched') = (reason is not null))
);
create unique index contribution_tax_detail_once on contribution_tax_detail (row_mark);
