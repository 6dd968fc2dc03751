//! Agents of employers and their passkeys.

use super::{read, written};
use crate::agent::{Agent, NewAgent};
use crate::passkey::{Ceremony, CeremonyId, Credential, Passkey, Purpose};
use control::{Column, Op, Role, Row, Sealed, View};
use kernel::{AgentId, EmployerId, Timestamp};
use sea_orm::{DbErr, Value};

const PHONE: Column = Column("account_agent", "phone");

/// The sealed columns, for sealing them again after a rotation of the keys.
pub const SEALED: &[Sealed] = &[Sealed { column: PHONE, stored: "phone_sealed" }];

const AGENT: &str = "select a.id, a.employer_id, a.login, a.name, a.roles, a.password, \
    (select count(*) from account_passkey p where p.agent_id = a.id and p.removed_at is null) from account_agent a";

/// Adds an agent; none where the login is taken.
pub(crate) async fn insert_agent(op: &Op, new: &NewAgent<'_>) -> Result<Option<AgentId>, DbErr> {
    let id: AgentId = op.new_id();
    let insert = "insert into account_agent (id, employer_id, login, name, phone_sealed, password, roles, opened_by, made_at) \
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing";
    let values: [Value; 9] = [
        id.into(),
        new.employer.into(),
        new.login.into(),
        new.name.trim().into(),
        op.keys().seal(PHONE, id.uuid(), new.phone.unwrap_or_default())?.into(),
        new.password.0.as_str().into(),
        written(new.roles).into(),
        new.opened_by.into(),
        op.at().into(),
    ];
    Ok((op.execute(insert, values).await? == 1).then_some(id))
}

fn agent_row(row: &Row) -> Result<Agent, DbErr> {
    Ok(Agent {
        id: row.try_get_by_index(0)?,
        employer: row.try_get_by_index(1)?,
        login: row.try_get_by_index(2)?,
        name: row.try_get_by_index(3)?,
        roles: read(&row.try_get_by_index::<String>(4)?)?,
        has_passkey: row.try_get_by_index::<i64>(6)? > 0,
    })
}

pub(crate) async fn agent(view: &View, id: AgentId) -> Result<Option<Agent>, DbErr> {
    let query = format!("{AGENT} where a.id = $1");
    view.fetch_all(query, [id.into()]).await?.first().map(agent_row).transpose()
}

/// The agents of an employer who have access, by login.
pub(crate) async fn agents(view: &View, employer: EmployerId) -> Result<Vec<Agent>, DbErr> {
    let query = format!("{AGENT} where a.employer_id = $1 and a.retired_at is null order by a.login");
    view.fetch_all(query, [employer.into()]).await?.iter().map(agent_row).collect()
}

/// An agent who has access, with the password's hash.
pub(crate) async fn agent_by_login(view: &View, login: &str) -> Result<Option<(Agent, String)>, DbErr> {
    let query = format!("{AGENT} where a.login = $1 and a.retired_at is null");
    match view.fetch_all(query, [login.into()]).await?.first() {
        Some(row) => Ok(Some((agent_row(row)?, row.try_get_by_index(5)?))),
        None => Ok(None),
    }
}

/// Holds an employer's agents until the act is over, so that two managers do not take each other's rights at once.
pub(crate) async fn lock_agents(op: &Op, employer: EmployerId) -> Result<(), DbErr> {
    let lock = "update account_agent set roles = roles where employer_id = $1 and retired_at is null";
    op.execute(lock, [employer.into()]).await.map(|_| ())
}

pub(crate) async fn set_agent_roles(op: &Op, id: AgentId, roles: &[Role]) -> Result<(), DbErr> {
    op.execute("update account_agent set roles = $1 where id = $2", [written(roles).into(), id.into()]).await?;
    end_agent_sessions(op, id).await
}

pub(crate) async fn retire_agent(op: &Op, id: AgentId) -> Result<(), DbErr> {
    let retire = "update account_agent set retired_at = $1 where id = $2 and retired_at is null";
    op.execute(retire, [op.at().into(), id.into()]).await?;
    end_agent_sessions(op, id).await
}

/// Rights stand in the session, so a change of rights ends it.
async fn end_agent_sessions(op: &Op, id: AgentId) -> Result<(), DbErr> {
    let end = "update account_session set ended_at = $1 where agent_id = $2 and ended_at is null";
    op.execute(end, [op.at().into(), id.into()]).await.map(|_| ())
}

// -- passkeys ------------------------------------------------------------------------------------------------------------

pub(crate) async fn insert_ceremony(op: &Op, new: &Ceremony) -> Result<(), DbErr> {
    let insert =
        "insert into account_ceremony (id, agent_id, purpose, challenge, expires_at) values ($1, $2, $3, $4, $5)";
    let values: [Value; 5] = [
        new.id.into(),
        new.agent.into(),
        new.purpose.as_str().into(),
        new.challenge.as_str().into(),
        new.expires_at.into(),
    ];
    op.execute(insert, values).await.map(|_| ())
}

/// Uses a ceremony up: none where it is over, was used, or is another's.
pub(crate) async fn take_ceremony(op: &Op, id: CeremonyId, purpose: Purpose) -> Result<Option<Ceremony>, DbErr> {
    let take = "update account_ceremony set used_at = $1 where id = $2 and purpose = $3 and used_at is null \
                and expires_at > $1 returning agent_id, challenge, expires_at";
    let values = [op.at().into(), id.into(), purpose.as_str().into()];
    let Some(row) = op.fetch_one(take, values).await? else { return Ok(None) };
    let expires_at: Timestamp = row.try_get_by_index(2)?;
    let (agent, challenge) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok(Some(Ceremony { id, agent, purpose, challenge, expires_at }))
}

/// Adds a passkey; false where the credential is known already.
pub(crate) async fn insert_passkey(op: &Op, agent: AgentId, new: &Credential, label: &str) -> Result<bool, DbErr> {
    let insert = "insert into account_passkey (credential, agent_id, algorithm, public_key, counter, label, made_at) \
                  values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
    let values: [Value; 7] = [
        new.id.as_str().into(),
        agent.into(),
        new.algorithm.as_str().into(),
        new.public_key.clone().into(),
        new.counter.into(),
        label.into(),
        op.at().into(),
    ];
    Ok(op.execute(insert, values).await? == 1)
}

pub(crate) async fn credential(view: &View, agent: AgentId, id: &str) -> Result<Option<Credential>, DbErr> {
    let query = "select algorithm, public_key, counter from account_passkey where credential = $1 and agent_id = $2 \
                 and removed_at is null";
    let Some(row) = view.fetch_one(query, [id.into(), agent.into()]).await? else { return Ok(None) };
    let algorithm: String = row.try_get_by_index(0)?;
    Ok(Some(Credential {
        id: id.to_owned(),
        algorithm: algorithm.parse().map_err(|_| DbErr::Custom("a passkey of an unknown algorithm".to_owned()))?,
        public_key: row.try_get_by_index(1)?,
        counter: row.try_get_by_index(2)?,
    }))
}

/// Writes down a use; false where another use was counted meanwhile.
pub(crate) async fn use_credential(op: &Op, known: &Credential, counter: i64) -> Result<bool, DbErr> {
    let update = "update account_passkey set counter = $1, used_at = $2 where credential = $3 and counter = $4 \
                  and removed_at is null";
    let values = [counter.into(), op.at().into(), known.id.as_str().into(), known.counter.into()];
    Ok(op.execute(update, values).await? == 1)
}

pub(crate) async fn passkeys(view: &View, agent: AgentId) -> Result<Vec<Passkey>, DbErr> {
    let query = "select credential, label, made_at, used_at from account_passkey where agent_id = $1 \
                 and removed_at is null order by made_at";
    let rows = view.fetch_all(query, [agent.into()]).await?;
    let read = |row: &Row| {
        Ok(Passkey {
            id: row.try_get_by_index(0)?,
            label: row.try_get_by_index(1)?,
            made_at: row.try_get_by_index(2)?,
            used_at: row.try_get_by_index(3)?,
        })
    };
    rows.iter().map(read).collect()
}

pub(crate) async fn remove_passkey(op: &Op, agent: AgentId, id: &str) -> Result<bool, DbErr> {
    let update =
        "update account_passkey set removed_at = $1 where credential = $2 and agent_id = $3 and removed_at is null";
    Ok(op.execute(update, [op.at().into(), id.into(), agent.into()]).await? == 1)
}
