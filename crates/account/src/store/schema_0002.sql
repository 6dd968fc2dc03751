-- Agents of employers, their passkeys, and sessions that may be an agent's. Sessions live for hours, so the table is made anew.
create table account_agent (
    id          uuid primary key,
    employer_id uuid not null,
    login       text not null unique,
    name        text not null,
    phone_sealed bytea not null,
    password    text not null,
    roles       text not null,
    opened_by   text not null check (opened_by in ('counter_code', 'legal_person', 'manager', 'clerk', 'loaded')),
    made_at     timestamptz not null,
    retired_at  timestamptz
);
create index account_agent_by_employer on account_agent (employer_id);

drop table account_session;
create table account_session (
    token_index bytea primary key,
    id          uuid not null unique,
    person_id   uuid,
    staff_id    uuid,
    agent_id    uuid,
    employer_id uuid,
    roles       text not null,
    channel     text not null,
    begun_at    timestamptz not null,
    seen_at     timestamptz not null,
    expires_at  timestamptz not null,
    ended_at    timestamptz,
    -- a person, a member of staff, or an agent of an employer
    check ((case when person_id is null then 0 else 1 end) + (case when staff_id is null then 0 else 1 end)
        + (case when agent_id is null then 0 else 1 end) = 1),
    check ((agent_id is null) = (employer_id is null))
);
create index account_session_by_person on account_session (person_id) where person_id is not null;
create index account_session_by_staff on account_session (staff_id) where staff_id is not null;
create index account_session_by_agent on account_session (agent_id) where agent_id is not null;

-- the public half of a passkey (WebAuthn); the secret half never leaves its owner's device
create table account_passkey (
    credential  text primary key,
    agent_id    uuid not null,
    algorithm   text not null check (algorithm in ('es256', 'rs256')),
    public_key  bytea not null,
    counter     bigint not null,
    label       text not null,
    made_at     timestamptz not null,
    used_at     timestamptz,
    removed_at  timestamptz
);
create index account_passkey_by_agent on account_passkey (agent_id);

create table account_ceremony (
    id          uuid primary key,
    agent_id    uuid not null,
    purpose     text not null check (purpose in ('register', 'sign_in')),
    challenge   text not null,
    expires_at  timestamptz not null,
    used_at     timestamptz
);
