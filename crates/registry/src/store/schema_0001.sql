-- Persons with their documents, contacts, changes and merges; employers; who is insured for what, by whom, since when.
-- What names a person to a stranger (numbers, phones, addresses) is sealed; the index beside it finds it again.

create table registry_counter (
    name        text primary key,
    next        bigint not null
);

create table registry_person (
    id          uuid primary key,
    personal_number text not null unique,
    name        text not null,
    bank_name   text not null,
    sex         text not null check (sex in ('male', 'female')),
    birth_document date not null,
    birth_file  date,
    birth_decided date not null,
    birth_reason text,
    birth_decided_on date,
    area        text not null,
    source      text not null,
    merged_into uuid,
    recorded_at timestamptz not null,
    check (merged_into is null or merged_into <> id),
    -- a birth that differs from the document's was decided by somebody, for a reason, on a day
    check (birth_decided = birth_document or (birth_reason is not null and birth_decided_on is not null))
);
create index registry_person_by_name on registry_person (name);
create index registry_person_merged on registry_person (merged_into) where merged_into is not null;

create table registry_category (
    person_id   uuid not null,
    from_day    date not null,
    category    text not null check (category in ('cadre', 'worker')),
    reason      text not null,
    recorded_at timestamptz not null,
    primary key (person_id, from_day)
) /* without rowid */;

-- The index is not unique: doubled numbers (重号) exist. The guard against a second active person stands in the verb.
create table registry_document (
    id          uuid primary key,
    person_id   uuid not null references registry_person (id),
    kind        text not null check (kind in ('identity_card', 'identity_card_first', 'residence_permit', 'permanent_residence_card', 'passport')),
    number_sealed bytea not null,
    number_index bytea not null,
    from_day    date,
    until_day   date,
    source      text not null,
    decision    uuid,
    recorded_at timestamptz not null
);
create index registry_document_by_number on registry_document (number_index);
create index registry_document_by_person on registry_document (person_id);

create table registry_contact (
    id          uuid primary key,
    person_id   uuid not null references registry_person (id),
    kind        text not null check (kind in ('phone', 'address')),
    value_sealed bytea not null,
    value_index bytea not null,
    from_at     timestamptz not null,
    until_at    timestamptz
);
create unique index registry_contact_current on registry_contact (person_id, kind) where until_at is null;
create index registry_contact_by_value on registry_contact (value_index);

create table registry_change (
    id          uuid primary key,
    person_id   uuid not null,
    field       text not null,
    before_sealed bytea not null,
    after_sealed bytea not null,
    from_day    date not null,
    reason      text not null,
    actor       text not null,
    actor_id    uuid,
    at          timestamptz not null
);
create index registry_change_by_person on registry_change (person_id, id);

create table registry_merge (
    id          uuid primary key,
    from_person uuid not null,
    into_person uuid not null,
    reason      text not null,
    merged_by   uuid,
    merged_at   timestamptz not null,
    undone_by   uuid,
    undone_at   timestamptz,
    undo_reason text,
    check (from_person <> into_person),
    check ((undone_at is null) = (undo_reason is null))
);
create unique index registry_merge_standing on registry_merge (from_person) where undone_at is null;

create table registry_employer (
    id          uuid primary key,
    unit_number text not null unique,
    name        text not null,
    area        text not null,
    recorded_at timestamptz not null
);

create table registry_employer_code (
    employer_id uuid not null,
    kind        text not null check (kind in ('unified_credit', 'organisation', 'registration')),
    from_day    date not null,
    until_day   date,
    code        text not null,
    primary key (employer_id, kind, from_day)
) /* without rowid */;
create index registry_employer_code_by_code on registry_employer_code (code);

create table registry_employer_kind (
    employer_id uuid not null,
    kind        text not null check (kind in ('enterprise', 'institution', 'small_or_micro', 'individual_business', 'bankrupt')),
    from_day    date not null,
    until_day   date,
    proof       text,
    primary key (employer_id, kind, from_day)
) /* without rowid */;

-- No employer: the person pays for themselves. No last month: the relation stands.
create table registry_relation (
    person_id   uuid not null,
    id          uuid not null,
    insurance   text not null check (insurance in ('pension', 'medical', 'unemployment', 'injury', 'maternity')),
    scheme      text not null check (scheme in ('enterprise', 'public_institution', 'resident')),
    employer_id uuid,
    from_month  integer not null,
    until_month integer,
    recorded_at timestamptz not null,
    ended_at    timestamptz,
    primary key (person_id, id),
    check (until_month is null or until_month >= from_month)
) /* without rowid */;
-- one pays for oneself once for an insurance
create unique index registry_relation_oneself on registry_relation (person_id, insurance) where employer_id is null and until_month is null;
create index registry_relation_by_employer on registry_relation (employer_id) where employer_id is not null and until_month is null;

create table registry_status (
    person_id   uuid not null,
    id          uuid not null,
    kind        text not null check (kind in ('retired', 'unemployment_benefit', 'dead')),
    from_day    date not null,
    until_day   date,
    source      text not null,
    recorded_at timestamptz not null,
    primary key (person_id, id),
    check (until_day is null or until_day >= from_day)
) /* without rowid */;
