-- Papers of employers beside those of persons: whose a paper is has two kinds now, and there are two more kinds of paper. A check
-- is not changed in place, so both tables are written anew.

alter table record_file rename to record_file_before;
alter table record_issue rename to record_issue_before;

create table record_issue (
    id          uuid primary key,
    serial      text not null unique,
    verify_code text not null unique,
    kind        text not null check (kind in ('entitlement', 'voucher', 'demand', 'employer_voucher')),
    holder      text not null check (holder in ('person', 'employer')),
    holder_id   uuid not null,
    about       uuid,
    channel     text not null,
    issued_at   timestamptz not null,
    check ((holder = 'employer') = (kind in ('demand', 'employer_voucher')))
);

create table record_file (
    id               uuid primary key references record_issue (id),
    template_version integer not null,
    facts            bytea not null,
    pages            integer not null,
    sm3              text not null,
    signature        text not null,
    pdf              bytea not null
);

insert into record_issue (id, serial, verify_code, kind, holder, holder_id, about, channel, issued_at)
    select id, serial, verify_code, kind, 'person', person_id, about, channel, issued_at from record_issue_before;
insert into record_file (id, template_version, facts, pages, sm3, signature, pdf)
    select id, template_version, facts, pages, sm3, signature, pdf from record_file_before;

drop table record_file_before;
drop table record_issue_before;
create index record_issue_by_holder on record_issue (holder_id, id);
create index record_issue_by_about on record_issue (about) where about is not null;
