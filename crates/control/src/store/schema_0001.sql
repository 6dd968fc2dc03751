-- The desk's own tables: what was done and by whom, seals over it, promised jobs, leases, idempotency keys, work items.

create table control_audit (
    id          uuid primary key,
    at          timestamptz not null,
    actor       text not null,
    actor_id    uuid,
    channel     text not null,
    action      text not null,
    subject     text not null,
    subject_id  uuid,
    outcome     text not null check (outcome in ('done', 'refused', 'denied', 'looked')),
    reason      text,
    detail      text
);
create index control_audit_by_subject on control_audit (subject_id, id);

create table control_audit_seal (
    number      bigint primary key,
    at          timestamptz not null,
    covers      bytea not null,
    previous    bytea not null,
    hash        bytea not null
);

create table control_job (
    id          uuid primary key,
    kind        text not null,
    payload     text not null,
    state       text not null check (state in ('waiting', 'done', 'failed')),
    due         timestamptz not null,
    leased_till timestamptz not null,
    attempts    bigint not null,
    last_error  text,
    made_at     timestamptz not null
);
create index control_job_waiting on control_job (due) where state = 'waiting';

create table control_lease (
    name        text primary key,
    holder      uuid not null,
    till        timestamptz not null
);

create table control_idempotency (
    scope       text not null,
    key         text not null,
    inputs      bytea not null,
    outcome     text,
    at          timestamptz not null,
    primary key (scope, key)
);

create table control_work_item (
    id          uuid primary key,
    kind        text not null,
    person_id   uuid,
    detail      text not null,
    state       text not null check (state in ('open', 'handled', 'closed')),
    opened_at   timestamptz not null,
    decision    text,
    handled_by  uuid,
    handled_at  timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    -- two officers: whoever handled it does not review it
    check (reviewed_by is null or reviewed_by <> handled_by),
    check ((state = 'open') = (handled_by is null)),
    check ((state = 'closed') = (reviewed_by is not null))
);
create index control_work_item_open on control_work_item (state, opened_at);
-- the same matter is never opened twice while it is open
create table control_work_item_key (
    key         text primary key,
    item_id     uuid not null
);
