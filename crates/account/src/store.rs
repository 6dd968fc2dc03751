//! Every query and every table of this crate, and nothing else knows them.

mod agent;

pub use agent::SEALED;
pub(crate) use agent::{
    agent, agent_by_login, agents, credential, insert_agent, insert_ceremony, insert_passkey, lock_agents, passkeys,
    remove_passkey, retire_agent, set_agent_roles, take_ceremony, use_credential,
};

use crate::code::{About, SmsCodeId, TRIES_MAX};
use crate::{AddStaff, PasswordHash, Session, SessionId, Staff, Token};
use chrono::TimeDelta;
use control::{Actor, Channel, Column, Migration, Op, Role, Row, View};
use kernel::{AgentId, EmployerId, IdNumber, PersonId, StaffId, Timestamp};
use sea_orm::{DbErr, Value};

/// The migrations of accounts, sessions, codes and limits.
pub const MIGRATIONS: &[Migration] = &[
    Migration { id: "account/0001", sql: include_str!("store/schema_0001.sql"), append_only: &[] },
    Migration { id: "account/0002", sql: include_str!("store/schema_0002.sql"), append_only: &[] },
];

const TOKEN: Column = Column("account_session", "token");
const ABOUT: Column = Column("account_code", "about");
const CODE: Column = Column("account_code", "code");
const LIMIT: Column = Column("account_limit", "key");

// -- people --------------------------------------------------------------------------------------------------------------

/// The accounts of everybody with this number: the person to whom the entry leads, and the password's hash.
pub(crate) async fn accounts_of(view: &View, number: &IdNumber) -> Result<Vec<(PersonId, String)>, DbErr> {
    let query = "select password from account_person where person_id = $1";
    let mut accounts = Vec::new();
    for person in registry::find_by_id_number(view, number).await? {
        for entry in registry::ids(view, person).await? {
            if let Some(row) = view.fetch_one(query, [entry.into()]).await? {
                accounts.push((person, row.try_get_by_index(0)?));
            }
        }
    }
    Ok(accounts)
}

/// Opens an account; false where there is one.
pub(crate) async fn insert_account(
    op: &Op,
    person: PersonId,
    password: &PasswordHash,
    opened_by: &str,
) -> Result<bool, DbErr> {
    let insert = "insert into account_person (person_id, password, opened_by, opened_at, changed_at) \
                  values ($1, $2, $3, $4, $4) on conflict do nothing";
    let values: [Value; 4] = [person.into(), password.0.as_str().into(), opened_by.into(), op.at().into()];
    Ok(op.execute(insert, values).await? == 1)
}

/// Sets the password of a person's account, under whichever of their ids it was opened.
pub(crate) async fn set_password(op: &Op, person: PersonId, password: &PasswordHash) -> Result<(), DbErr> {
    let update = "update account_person set password = $1, changed_at = $2 where person_id = $3";
    for entry in registry::ids(op, person).await? {
        op.execute(update, [password.0.as_str().into(), op.at().into(), entry.into()]).await?;
    }
    Ok(())
}

// -- staff ---------------------------------------------------------------------------------------------------------------

/// Adds a member of staff; none where the login is taken.
pub(crate) async fn insert_staff(op: &Op, new: &AddStaff) -> Result<Option<StaffId>, DbErr> {
    let id: StaffId = op.new_id();
    let insert = "insert into account_staff (id, login, name, password, roles, made_at) \
                  values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    let values: [Value; 6] = [
        id.into(),
        new.login.as_str().into(),
        new.name.as_str().into(),
        new.password.0.as_str().into(),
        written(&new.roles).into(),
        op.at().into(),
    ];
    Ok((op.execute(insert, values).await? == 1).then_some(id))
}

pub(crate) async fn retire_staff(op: &Op, staff: StaffId) -> Result<bool, DbErr> {
    let retire = "update account_staff set retired_at = $1 where id = $2 and retired_at is null";
    let end = "update account_session set ended_at = $1 where staff_id = $2 and ended_at is null";
    let retired = op.execute(retire, [op.at().into(), staff.into()]).await? == 1;
    op.execute(end, [op.at().into(), staff.into()]).await?;
    Ok(retired)
}

pub(crate) async fn staff(view: &View, id: StaffId) -> Result<Option<Staff>, DbErr> {
    let query = "select id, login, name, roles from account_staff where id = $1";
    view.fetch_one(query, [id.into()]).await?.as_ref().map(staff_row).transpose()
}

/// A member of staff who has access, with the password's hash.
pub(crate) async fn staff_by_login(view: &View, login: &str) -> Result<Option<(Staff, String)>, DbErr> {
    let query = "select id, login, name, roles, password from account_staff where login = $1 and retired_at is null";
    match view.fetch_one(query, [login.into()]).await? {
        Some(row) => Ok(Some((staff_row(&row)?, row.try_get_by_index(4)?))),
        None => Ok(None),
    }
}

fn staff_row(row: &Row) -> Result<Staff, DbErr> {
    Ok(Staff {
        id: row.try_get_by_index(0)?,
        login: row.try_get_by_index(1)?,
        name: row.try_get_by_index(2)?,
        roles: read(&row.try_get_by_index::<String>(3)?)?,
    })
}

fn written(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")
}

fn read(roles: &str) -> Result<Vec<Role>, DbErr> {
    roles
        .split_whitespace()
        .map(|role| role.parse().map_err(|e| DbErr::Custom(format!("a session's role: {e}"))))
        .collect()
}

// -- sessions ------------------------------------------------------------------------------------------------------------

const COLUMNS: &str = "id, person_id, staff_id, agent_id, employer_id, roles, channel, begun_at, seen_at, expires_at";
const SESSION: &str = "select id, person_id, staff_id, agent_id, employer_id, roles, channel, begun_at, seen_at, expires_at \
    from account_session where token_index = $1 and ended_at is null";

pub(crate) async fn insert_session(op: &Op, token: &Token, session: &Session) -> Result<(), DbErr> {
    let insert = "insert into account_session (token_index, id, person_id, staff_id, agent_id, employer_id, roles, channel, \
                  begun_at, seen_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values: [Value; 11] = [
        op.keys().index(TOKEN, token.reveal()).into(),
        session.id.into(),
        session.person.into(),
        session.staff.into(),
        session.agent.into(),
        session.employer.into(),
        written(session.actor.roles()).into(),
        session.actor.channel.into(),
        session.begun_at.into(),
        session.seen_at.into(),
        session.expires_at.into(),
    ];
    op.execute(insert, values).await.map(|_| ())
}

pub(crate) async fn session(view: &View, token: &str) -> Result<Option<Session>, DbErr> {
    let row = view.fetch_one(SESSION, [view.keys().index(TOKEN, token).into()]).await?;
    row.as_ref().map(session_row).transpose()
}

pub(crate) async fn sessions_of(view: &View, person: PersonId) -> Result<Vec<Session>, DbErr> {
    let query =
        format!("select {COLUMNS} from account_session where person_id = $1 and ended_at is null order by id desc");
    view.fetch_all(query, [person.into()]).await?.iter().map(session_row).collect()
}

fn session_row(row: &Row) -> Result<Session, DbErr> {
    let (person, staff) = (row.try_get_by_index::<Option<PersonId>>(1)?, row.try_get_by_index::<Option<StaffId>>(2)?);
    let agent = row.try_get_by_index::<Option<AgentId>>(3)?.zip(row.try_get_by_index::<Option<EmployerId>>(4)?);
    let roles = read(&row.try_get_by_index::<String>(5)?)?;
    let channel: Channel = row.try_get_by_index(6)?;
    let actor = match (person, staff, agent) {
        (Some(person), _, _) => Actor::person(person, channel),
        (None, Some(staff), _) => Actor::staff(staff, &roles, channel),
        (None, None, Some((agent, employer))) => Actor::agent(agent, employer, &roles, channel),
        (None, None, None) => return Err(DbErr::Custom("a session of nobody".to_owned())),
    };
    let times = (row.try_get_by_index(7)?, row.try_get_by_index(8)?, row.try_get_by_index(9)?);
    Ok(Session::of(actor, row.try_get_by_index(0)?, times))
}

pub(crate) async fn touch(op: &Op, id: SessionId) -> Result<(), DbErr> {
    let update = "update account_session set seen_at = $1 where id = $2 and ended_at is null";
    op.execute(update, [op.at().into(), id.into()]).await.map(|_| ())
}

/// Ends a session, of this person where one is named; says how many were ended.
pub(crate) async fn end_session(op: &Op, id: SessionId, person: Option<PersonId>) -> Result<u64, DbErr> {
    match person {
        Some(person) => {
            let update =
                "update account_session set ended_at = $1 where id = $2 and person_id = $3 and ended_at is null";
            op.execute(update, [op.at().into(), id.into(), person.into()]).await
        }
        None => {
            let update = "update account_session set ended_at = $1 where id = $2 and ended_at is null";
            op.execute(update, [op.at().into(), id.into()]).await
        }
    }
}

/// Ends all sessions of a person but one.
pub(crate) async fn end_sessions_of(op: &Op, person: PersonId, keep: Option<SessionId>) -> Result<(), DbErr> {
    let update = "update account_session set ended_at = $1 where person_id = $2 and ended_at is null and id <> $3";
    let keep = keep.unwrap_or(SessionId(uuid::Uuid::nil()));
    op.execute(update, [op.at().into(), person.into(), keep.into()]).await.map(|_| ())
}

// -- codes ---------------------------------------------------------------------------------------------------------------

pub(crate) async fn insert_code(op: &Op, about: About<'_>, code: &str, minutes: i64) -> Result<(), DbErr> {
    let id: SmsCodeId = op.new_id();
    let key = op.keys().index(ABOUT, &about.to_string());
    let outdo = "update account_code set used_at = $1 where about = $2 and used_at is null";
    op.execute(outdo, [op.at().into(), key.as_slice().into()]).await?;
    let insert =
        "insert into account_code (id, about, hash, made_at, expires_at, tries) values ($1, $2, $3, $4, $5, 0)";
    let values: [Value; 5] = [
        id.into(),
        key.into(),
        hash(op, id, code).into(),
        op.at().into(),
        (op.at() + TimeDelta::minutes(minutes)).into(),
    ];
    op.execute(insert, values).await.map(|_| ())
}

/// The keyed hash of a code, bound to its row: six digits alone could be guessed from a hash without a key.
fn hash(view: &View, id: SmsCodeId, code: &str) -> Vec<u8> {
    view.keys().index(CODE, &format!("{id}:{code}"))
}

/// The code about something that is neither used, nor over, nor outdone by a newer one.
pub(crate) async fn latest_code(view: &View, about: About<'_>) -> Result<Option<SmsCodeId>, DbErr> {
    let query = "select id from account_code where about = $1 and used_at is null and expires_at > $2 \
                 order by made_at desc limit 1";
    let about = view.keys().index(ABOUT, &about.to_string());
    let row = view.fetch_one(query, [about.into(), view.at().into()]).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

/// Counts a try of a code; false where it had its last.
pub(crate) async fn count_try(op: &Op, id: SmsCodeId) -> Result<bool, DbErr> {
    let update = "update account_code set tries = tries + 1 where id = $1 and tries < $2";
    Ok(op.execute(update, [id.into(), TRIES_MAX.into()]).await? == 1)
}

pub(crate) async fn code_fits(view: &View, id: SmsCodeId, code: &str) -> Result<bool, DbErr> {
    let query = "select hash from account_code where id = $1 and used_at is null";
    match view.fetch_one(query, [id.into()]).await? {
        Some(row) => Ok(row.try_get_by_index::<Vec<u8>>(0)? == hash(view, id, code)),
        None => Ok(false),
    }
}

/// Uses a code up; false where somebody was faster.
pub(crate) async fn use_code(op: &Op, id: SmsCodeId) -> Result<bool, DbErr> {
    let update = "update account_code set used_at = $1 where id = $2 and used_at is null and expires_at > $1";
    Ok(op.execute(update, [op.at().into(), id.into()]).await? == 1)
}

// -- limits --------------------------------------------------------------------------------------------------------------

/// What a limit knows.
pub(crate) struct Limit {
    pub(crate) failures: i64,
    pub(crate) last_at: Timestamp,
    pub(crate) blocked_till: Timestamp,
}

pub(crate) fn limit_key(op: &Op, policy: &str, whose: &str) -> Vec<u8> {
    op.keys().index(LIMIT, &format!("{policy}:{whose}"))
}

/// Reads a limit and holds its row until the act is over, so that tries at once are counted one after the other.
pub(crate) async fn lock_limit(op: &Op, key: &[u8]) -> Result<Limit, DbErr> {
    let begin = "insert into account_limit (key, failures, last_at, blocked_till) values ($1, 0, $2, $2) on conflict do nothing";
    op.execute(begin, [key.into(), op.at().into()]).await?;
    let lock = "update account_limit set failures = failures where key = $1 returning failures, last_at, blocked_till";
    let row = op.fetch_one(lock, [key.into()]).await?.ok_or_else(|| DbErr::Custom("a limit is gone".to_owned()))?;
    Ok(Limit {
        failures: row.try_get_by_index(0)?,
        last_at: row.try_get_by_index(1)?,
        blocked_till: row.try_get_by_index(2)?,
    })
}

pub(crate) async fn write_limit(op: &Op, key: &[u8], failures: i64, blocked_till: Timestamp) -> Result<(), DbErr> {
    let update = "update account_limit set failures = $1, last_at = $2, blocked_till = $3 where key = $4";
    op.execute(update, [failures.into(), op.at().into(), blocked_till.into(), key.into()]).await.map(|_| ())
}
