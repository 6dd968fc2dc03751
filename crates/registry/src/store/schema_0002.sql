-- Employers: a relation for all insurances taken up together is one row, so that a city's roster is one row a person.
-- What stood in registry_relation, a row an insurance, moves over with its ids; that table goes.
create table registry_insured (
    person_id   uuid not null,
    id          uuid not null,
    -- none: the person pays for themselves
    employer_id uuid,
    scheme      text not null check (scheme in ('enterprise', 'public_institution', 'resident')),
    -- a bit each: pension 1, medical 2, unemployment 4, injury 8, maternity 16
    insurances  integer not null check (insurances between 1 and 31),
    from_month  integer not null,
    -- none: it stands
    until_month integer,
    end_reason  text,
    recorded_at timestamptz not null,
    ended_at    timestamptz,
    -- who left before the first month was due never was insured; the row stays and counts for nothing
    void_at     timestamptz,
    primary key (person_id, id),
    check (until_month is null or until_month >= from_month),
    check (void_at is null or until_month is not null)
) /* without rowid */;
insert into registry_insured (person_id, id, employer_id, scheme, insurances, from_month, until_month, recorded_at, ended_at)
    select person_id, id, employer_id, scheme,
        case insurance when 'pension' then 1 when 'medical' then 2 when 'unemployment' then 4 when 'injury' then 8 else 16 end,
        from_month, until_month, recorded_at, ended_at
    from registry_relation;
drop table registry_relation;
-- one pays for oneself once for an insurance
create unique index registry_insured_oneself on registry_insured (person_id, insurances) where employer_id is null and until_month is null;
-- all that an assessment reads of a person, in the order in which it reads
create index registry_insured_by_employer on registry_insured
    (employer_id, person_id, from_month, until_month, insurances, scheme, id) where employer_id is not null and void_at is null;

alter table registry_employer add column agency text not null default '';
create index registry_employer_by_name on registry_employer (name);

-- the class of work injury insurance (人社部发〔2015〕71号: eight; before 2015-10 three)
create table registry_employer_class (
    employer_id uuid not null,
    from_day    date not null,
    class       integer not null check (class between 1 and 8),
    primary key (employer_id, from_day)
) /* without rowid */;

create table registry_employer_legal_person (
    id          uuid primary key,
    employer_id uuid not null,
    name        text not null,
    number_sealed bytea not null,
    number_index bytea not null,
    from_day    date not null,
    until_day   date
);
create unique index registry_employer_legal_person_current on registry_employer_legal_person (employer_id) where until_day is null;

create table registry_employer_contact (
    id          uuid primary key,
    employer_id uuid not null,
    name        text not null,
    phone_sealed bytea not null,
    from_at     timestamptz not null,
    until_at    timestamptz
);
create unique index registry_employer_contact_current on registry_employer_contact (employer_id) where until_at is null;

create table registry_employer_change (
    id          uuid primary key,
    employer_id uuid not null,
    field       text not null,
    before_sealed bytea not null,
    after_sealed bytea not null,
    from_day    date not null,
    reason      text not null,
    proof       text,
    actor       text not null,
    actor_id    uuid,
    at          timestamptz not null
);
create index registry_employer_change_by_employer on registry_employer_change (employer_id, id);

-- papers that the employer keeps and says it has checked (凭据自存自查)
create table registry_self_check (
    id          uuid primary key,
    employer_id uuid not null,
    business    text not null,
    papers      text not null,
    actor       text not null,
    actor_id    uuid,
    at          timestamptz not null
);
create index registry_self_check_by_employer on registry_self_check (employer_id, id);

-- the yearly inspection (年检): one result a year, made up at any time, never a block
create table registry_inspection (
    employer_id uuid not null,
    year        integer not null,
    on_day      date not null,
    verdict     text not null check (verdict in ('not_required', 'pass', 'put_right')),
    findings    text not null,
    papers      text not null,
    staff       bigint not null,
    insured     bigint not null,
    payroll     bigint not null,
    bases       bigint not null,
    arrears     bigint not null,
    actor       text not null,
    actor_id    uuid,
    at          timestamptz not null,
    primary key (employer_id, year, at)
);
