-- Papers that were issued. A reservation without a file is void: its number was taken and nothing was printed.

create table record_counter (
    area        text not null,
    kind        text not null,
    year        integer not null,
    last        bigint not null,
    primary key (area, kind, year)
);

create table record_issue (
    id          uuid primary key,
    serial      text not null unique,
    verify_code text not null unique,
    kind        text not null check (kind in ('entitlement', 'voucher')),
    person_id   uuid not null,
    about       uuid,
    channel     text not null,
    issued_at   timestamptz not null
);
create index record_issue_by_person on record_issue (person_id, id);
create index record_issue_by_about on record_issue (about) where about is not null;

-- facts and pdf name a person: both are sealed (control's keys). sm3 is of the open file and stands on the public page.
create table record_file (
    id               uuid primary key references record_issue (id),
    template_version integer not null,
    facts            bytea not null,
    pages            integer not null,
    sm3              text not null,
    signature        text not null,
    pdf              bytea not null
);
