-- What people were told: the inbox, and text messages with their receipts.

create table message_message (
    id          uuid primary key,
    person_id   uuid not null,
    template    text not null,
    params      text not null,
    at          timestamptz not null,
    read_at     timestamptz
);
create index message_message_by_person on message_message (person_id, id);

-- The variables are emptied once the provider has taken them.
create table message_delivery (
    id          uuid primary key,
    message_id  uuid,
    template    text not null,
    phone_sealed bytea not null,
    params_sealed bytea not null,
    state       text not null check (state in ('waiting', 'sent', 'refused', 'delivered', 'failed')),
    provider_id text,
    error       text,
    made_at     timestamptz not null,
    sent_at     timestamptz,
    reported_at timestamptz
);
