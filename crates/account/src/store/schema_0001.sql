-- Who may sign in: people bound to their entry in the registry, staff, sessions, one-time codes, limits.
-- Tokens, codes and what a limit counts stand here as keyed hashes only.

create table account_person (
    person_id   uuid primary key,
    password    text not null,
    opened_by   text not null check (opened_by in ('real_name', 'counter_code', 'loaded')),
    opened_at   timestamptz not null,
    changed_at  timestamptz not null
);

create table account_staff (
    id          uuid primary key,
    login       text not null unique,
    name        text not null,
    password    text not null,
    roles       text not null,
    made_at     timestamptz not null,
    retired_at  timestamptz
);

create table account_session (
    token_index bytea primary key,
    id          uuid not null unique,
    person_id   uuid,
    staff_id    uuid,
    roles       text not null,
    channel     text not null,
    begun_at    timestamptz not null,
    seen_at     timestamptz not null,
    expires_at  timestamptz not null,
    ended_at    timestamptz,
    -- either a person or a member of staff
    check ((person_id is null) <> (staff_id is null))
);
create index account_session_by_person on account_session (person_id) where person_id is not null;
create index account_session_by_staff on account_session (staff_id) where staff_id is not null;

create table account_code (
    id          uuid primary key,
    about       bytea not null,
    hash        bytea not null,
    made_at     timestamptz not null,
    expires_at  timestamptz not null,
    tries       bigint not null,
    used_at     timestamptz
);
create index account_code_by_about on account_code (about, id);

create table account_limit (
    key         bytea primary key,
    failures    bigint not null,
    last_at     timestamptz not null,
    blocked_till timestamptz not null
);
