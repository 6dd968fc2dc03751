//! Signing in: a try is counted, the proof is checked outside any transaction, the session begins in an act of its own.

use crate::code::{About, SmsCodeId, tried};
use crate::limit::{self, Forgive};
use crate::session::{NewSession, Whose, begin};
use crate::{password, store};
use control::{Act, Action, Actor, Channel, Declined, Desk, Fault, FaultKind, Op, Subject};
use kernel::{IdNumber, PersonId};
use sea_orm::DbErr;
use std::fmt;

/// From where somebody asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// By which channel.
    pub channel: Channel,
    /// The address of the connection, or the kiosk's name: what a limit counts.
    pub address: String,
}

/// What somebody shows to be who they say. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// The password.
    Password(String),
    /// The code that the registered phone got.
    SmsCode(String),
    /// Without a phone: the password and a code from the counter.
    PasswordAndCounterCode {
        /// The password.
        password: String,
        /// Eight digits.
        code: String,
    },
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Proof::Password(_) => "Password",
            Proof::SmsCode(_) => "SmsCode",
            Proof::PasswordAndCounterCode { .. } => "PasswordAndCounterCode",
        })
    }
}

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Tried too often.
    #[error("tried too often; wait {wait_seconds} s")]
    TooMany {
        /// So many seconds to wait.
        wait_seconds: i64,
    },
    /// Number and proof do not belong together, or there is no such account: nobody learns which.
    #[error("identity number and proof do not fit")]
    Wrong,
    /// The database failed.
    #[error("the sign-in could not be written")]
    Database(#[from] DbErr),
}

impl Fault for SignInError {
    fn code(&self) -> &'static str {
        match self {
            SignInError::TooMany { .. } => "too_many_tries",
            SignInError::Wrong => "wrong_credentials",
            SignInError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            SignInError::TooMany { .. } => FaultKind::TooMany,
            SignInError::Wrong => FaultKind::Invalid("proof"),
            SignInError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let SignInError::Database(error) = self { Some(error) } else { None }
    }
}

/// Signs a person in.
///
/// # Errors
/// [`SignInError`], the same for a number that nobody holds.
pub async fn sign_in(
    desk: &Desk,
    caller: &Caller,
    id_number: &IdNumber,
    proof: &Proof,
) -> Result<NewSession, Declined<SignInError>> {
    let found = try_proof(desk, caller, id_number, proof).await?;
    let begin = Begin { found, id_number: *id_number, caller: caller.clone() };
    let actor = match found {
        Some((person, _)) => Actor::person(person, caller.channel),
        None => Actor::anonymous(caller.channel),
    };
    desk.perform(&actor, begin).await
}

/// Counts the try and checks the proof: whose it is, and the code to be used up, if one was shown.
pub(crate) async fn try_proof(
    desk: &Desk,
    caller: &Caller,
    id_number: &IdNumber,
    proof: &Proof,
) -> Result<Option<(PersonId, Option<SmsCodeId>)>, Declined<SignInError>> {
    let take = TakeTry { id_number: *id_number, caller: caller.clone(), proof: proof.clone() };
    let taken = desk.perform(&Actor::anonymous(caller.channel), take).await?;
    let fitting = |password: String| async move {
        let accounts = taken.accounts;
        let failed = |error| Declined::Refused(SignInError::Database(error));
        Ok((password::fitting(&password, accounts).await.map_err(failed)?, taken.code))
    };
    match proof.clone() {
        Proof::Password(password) => Ok(fitting(password).await?.0.map(|person| (person, None))),
        Proof::PasswordAndCounterCode { password, .. } => match fitting(password).await? {
            (Some(person), Some((about, code))) if about == person => Ok(Some((person, Some(code)))),
            (_, _) => Ok(None),
        },
        Proof::SmsCode(_) => Ok(taken.code.map(|(person, code)| (person, Some(code)))),
    }
}

/// Counts a try, and reads what is needed to check the proof outside.
struct TakeTry {
    id_number: IdNumber,
    caller: Caller,
    proof: Proof,
}

/// What a try was given to check the proof with.
pub(crate) struct Taken {
    accounts: Vec<(PersonId, String)>,
    code: Option<(PersonId, SmsCodeId)>,
}

impl Act for TakeTry {
    const ACTION: Action = Action::SignIn;
    const AUDITED: bool = false;
    type Answer = Taken;
    type Error = SignInError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SignInError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<Taken, SignInError> {
        count(op, &self.caller, &self.id_number).await?;
        let accounts = store::accounts_of(op, &self.id_number).await?;
        let code = match &self.proof {
            Proof::Password(_) => None,
            Proof::SmsCode(code) => match (tried(op, About::SignIn(&self.id_number), code).await?, accounts.as_slice())
            {
                (Some(id), [(person, _)]) => Some((*person, id)),
                (_, _) => None,
            },
            Proof::PasswordAndCounterCode { code, .. } => {
                let people: Vec<PersonId> = accounts.iter().map(|(person, _)| *person).collect();
                counter_code(op, people, code).await?
            }
        };
        Ok(Taken { accounts, code })
    }
}

/// Counts a try against the number and the address.
pub(crate) async fn count(op: &Op, caller: &Caller, id_number: &IdNumber) -> Result<(), SignInError> {
    for (policy, whose) in [(limit::ADDRESS, caller.address.as_str()), (limit::PERSON, id_number.reveal())] {
        if let Some(wait_seconds) = limit::take(op, policy, whose).await? {
            return Err(SignInError::TooMany { wait_seconds });
        }
    }
    Ok(())
}

/// Takes the tries back after a success.
pub(crate) async fn uncount(op: &Op, caller: &Caller, id_number: &IdNumber) -> Result<(), DbErr> {
    // In the order in which they are counted, so that nobody waits in a circle.
    limit::forgive(op, limit::ADDRESS, &caller.address, Forgive::One).await?;
    limit::forgive(op, limit::PERSON, id_number.reveal(), Forgive::All).await
}

/// Tries a code from the counter for each of these people.
pub(crate) async fn counter_code(
    op: &Op,
    people: Vec<PersonId>,
    code: &str,
) -> Result<Option<(PersonId, SmsCodeId)>, DbErr> {
    for person in people {
        if let Some(id) = tried(op, About::Counter(person), code).await? {
            return Ok(Some((person, id)));
        }
    }
    Ok(None)
}

/// Begins the session of somebody whose proof was checked, or writes down that it did not fit.
struct Begin {
    found: Option<(PersonId, Option<SmsCodeId>)>,
    id_number: IdNumber,
    caller: Caller,
}

impl Act for Begin {
    const ACTION: Action = Action::SignIn;
    type Answer = NewSession;
    type Error = SignInError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SignInError> {
        Ok(self.found.map_or(Subject::Nobody, |(person, _)| Subject::Person(person)))
    }

    async fn act(&self, op: &mut Op) -> Result<NewSession, SignInError> {
        let (person, code) = self.found.ok_or(SignInError::Wrong)?;
        if let Some(code) = code
            && !store::use_code(op, code).await?
        {
            return Err(SignInError::Wrong);
        }
        uncount(op, &self.caller, &self.id_number).await?;
        Ok(begin(op, Whose::Person(person), self.caller.channel).await?)
    }
}
