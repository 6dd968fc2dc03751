//! `/session`: signing in gives a token, the same that a browser keeps in its cookie. Wrong numbers and wrong passwords are
//! answered alike; tries are limited by person and by address.

use super::bearer::{Me, Refused};
use super::input::Body;
use super::schema;
use crate::app::Shared;
use crate::channels::citizen::Address;
use crate::channels::employer::party;
use crate::problem::Problem;
use account::{AgentSignedIn, Caller, Proof, SignInError, SignOut};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control::{Channel, Declined};
use kernel::{EmployerId, IdNumber, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(sign_in, sign_out)).routes(routes!(agent_sign_in))
}

/// Who signs in. With `code`, the code from the counter, where no phone is registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// 18 characters, or 15 of an old card.
    #[schema(example = "130499198806150027")]
    id_number: String,
    password: String,
    code: Option<String>,
}

/// A session that has begun.
#[derive(Serialize, ToSchema)]
struct Begun {
    /// To be sent as `Authorization: Bearer`. Whoever has it is this person: it stands nowhere else.
    token: String,
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    /// When it ends at the latest; without use it ends after 30 minutes.
    #[schema(schema_with = schema::moment)]
    expires_at: Timestamp,
}

/// Signs in.
#[utoipa::path(post, path = "/session", operation_id = "signIn", tag = "session", request_body = SignIn,
    responses(
        (status = 201, description = "The session.", body = Begun),
        (status = 429, description = "Tried too often; Retry-After says when it may be tried again."),
    ))]
async fn sign_in(
    State(app): State<Shared>,
    Address(address): Address,
    Body(asked): Body<SignIn>,
) -> Result<(StatusCode, Json<Begun>), Refused> {
    let unreadable = |_| Problem::invalid("id_number_unreadable", "id_number");
    let id_number = IdNumber::parse(&asked.id_number).map_err(unreadable)?;
    let caller = Caller { channel: Channel::Api, address };
    let begun = account::sign_in(app.desk(), &caller, &id_number, &asked.proof()).await.map_err(refused)?;
    let (token, expires_at) = (begun.token.reveal().to_owned(), begun.session.expires_at);
    let person = begun.session.person.ok_or(Problem::new(StatusCode::FORBIDDEN, "persons_only"))?;
    Ok((StatusCode::CREATED, Json(Begun { token, person, expires_at })))
}

impl SignIn {
    fn proof(self) -> Proof {
        match self.code {
            Some(code) => Proof::PasswordAndCounterCode { password: self.password, code },
            None => Proof::Password(self.password),
        }
    }
}

fn refused(declined: Declined<SignInError>) -> Refused {
    let wait = match &declined {
        Declined::Refused(SignInError::TooMany { wait_seconds }) => Some(*wait_seconds),
        Declined::Refused(SignInError::Wrong | SignInError::Database(_))
        | Declined::Denied
        | Declined::Database(_)
        | Declined::Broken => None,
    };
    let mut problem = Problem::from(declined);
    // Number and password are wrong together: no field is to blame.
    problem.field = None;
    match wait {
        Some(seconds) => Refused::after_seconds(problem, seconds),
        None => problem.into(),
    }
}

/// Signs out: the token opens nothing any more.
#[utoipa::path(delete, path = "/session", operation_id = "signOut", tag = "session", security(("bearer" = [])),
    responses((status = 204, description = "Over.")))]
async fn sign_out(me: Me) -> Result<StatusCode, Problem> {
    me.perform(SignOut { session: me.session.clone() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which agent signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AgentSignIn {
    #[schema(example = "payroll-1")]
    login: String,
    password: String,
}

/// An agent's session that has begun.
#[derive(Serialize, ToSchema)]
struct AgentBegun {
    /// To be sent as `Authorization: Bearer`.
    token: String,
    /// For whom the agent acts.
    #[schema(value_type = uuid::Uuid)]
    employer: EmployerId,
    /// When it ends at the latest; without use it ends after 30 minutes.
    #[schema(schema_with = schema::moment)]
    expires_at: Timestamp,
}

/// Signs an employer's agent in. One with a passkey signs in at the employer's pages; give your program an agent of its own.
#[utoipa::path(post, path = "/session/agent", operation_id = "signInAgent", tag = "session", request_body = AgentSignIn,
    responses(
        (status = 201, description = "The session.", body = AgentBegun),
        (status = 403, description = "The agent has a passkey, which a program cannot use."),
        (status = 429, description = "Tried too often; Retry-After says when it may be tried again."),
    ))]
async fn agent_sign_in(
    State(app): State<Shared>,
    Address(address): Address,
    Body(asked): Body<AgentSignIn>,
) -> Result<(StatusCode, Json<AgentBegun>), Refused> {
    let (caller, party) = (Caller { channel: Channel::Api, address }, party(&app));
    let signed_in = account::agent_sign_in(app.desk(), &caller, &party, &asked.login, &asked.password).await;
    match signed_in.map_err(refused)? {
        AgentSignedIn::Session(begun) => {
            let (token, expires_at) = (begun.token.reveal().to_owned(), begun.session.expires_at);
            let employer = begun.session.employer.ok_or(Problem::new(StatusCode::FORBIDDEN, "agents_only"))?;
            Ok((StatusCode::CREATED, Json(AgentBegun { token, employer, expires_at })))
        }
        AgentSignedIn::SecondFactor(_) => Err(Problem::new(StatusCode::FORBIDDEN, "second_factor_needed").into()),
    }
}
