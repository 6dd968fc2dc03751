//! Changing how one signs in: the password, and the phone to which codes go.

use crate::code::{About, SmsCodeId, is_phone, recipient, tried};
use crate::limit;
use crate::sign_in::{Caller, Proof, SignInError, try_proof, uncount};
use crate::{PasswordError, PasswordHash, Session, SessionId, check_rules, store};
use control::{Act, Action, Actor, Declined, Desk, Fault, FaultKind, Op, Subject};
use kernel::{IdNumber, PersonId};
use sea_orm::DbErr;

/// Why it was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeSignInError {
    /// Not a person's session, or a person without an identity number.
    #[error("only a person with an identity number has a password here")]
    NotAPerson,
    /// Not a mainland mobile number.
    #[error("a phone is 11 digits, as in 13900000001")]
    Phone,
    /// The new password is not taken.
    #[error("the password cannot be taken")]
    Password(#[from] PasswordError),
    /// Tried too often.
    #[error("tried too often; wait {wait_seconds} s")]
    TooMany {
        /// So many seconds to wait.
        wait_seconds: i64,
    },
    /// The present password or the code does not fit.
    #[error("the present password or the code does not fit")]
    Wrong,
    /// The database failed.
    #[error("the change could not be written")]
    Database(#[from] DbErr),
}

impl Fault for ChangeSignInError {
    fn code(&self) -> &'static str {
        match self {
            ChangeSignInError::NotAPerson => "not_a_person",
            ChangeSignInError::Phone => "phone_malformed",
            ChangeSignInError::Password(error) => error.code(),
            ChangeSignInError::TooMany { .. } => "too_many_tries",
            ChangeSignInError::Wrong => "wrong_credentials",
            ChangeSignInError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            ChangeSignInError::NotAPerson => FaultKind::NotFound,
            ChangeSignInError::Phone => FaultKind::Invalid("phone"),
            ChangeSignInError::Password(_) => FaultKind::Invalid("password"),
            ChangeSignInError::TooMany { .. } => FaultKind::TooMany,
            ChangeSignInError::Wrong => FaultKind::Invalid("proof"),
            ChangeSignInError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let ChangeSignInError::Database(error) = self { Some(error) } else { None }
    }
}

impl From<SignInError> for ChangeSignInError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::TooMany { wait_seconds } => ChangeSignInError::TooMany { wait_seconds },
            SignInError::Wrong => ChangeSignInError::Wrong,
            SignInError::Database(error) => ChangeSignInError::Database(error),
        }
    }
}

fn translated(declined: Declined<SignInError>) -> Declined<ChangeSignInError> {
    match declined {
        Declined::Denied => Declined::Denied,
        Declined::Refused(error) => Declined::Refused(error.into()),
        Declined::Database(error) => Declined::Database(error),
        Declined::Broken => Declined::Broken,
    }
}

/// Changes the password of whoever is signed in and knows the present one; all their other sessions end.
///
/// # Errors
/// [`ChangeSignInError`].
pub async fn change_password(
    desk: &Desk,
    caller: &Caller,
    session: &Session,
    present: &str,
    new: &str,
) -> Result<(), Declined<ChangeSignInError>> {
    let refused = Declined::Refused;
    let person = session.person.ok_or(refused(ChangeSignInError::NotAPerson))?;
    let number = registry::id_number(&desk.view(), person).await.map_err(|e| refused(e.into()))?;
    let number = number.ok_or(refused(ChangeSignInError::NotAPerson))?;
    check_rules(new, &number, None).map_err(|e| refused(e.into()))?;
    let proof = Proof::Password(present.to_owned());
    let found = try_proof(desk, caller, &number, &proof).await.map_err(translated)?;
    if found.is_none_or(|(shown, _)| shown != person) {
        return Err(refused(ChangeSignInError::Wrong));
    }
    set(desk, caller, SetPassword { person, number, keep: Some(session.id), code: None, caller: caller.clone() }, new)
        .await
}

/// Sets a new password for whoever has forgotten it and holds the registered phone; all their sessions end.
///
/// # Errors
/// [`ChangeSignInError`].
pub async fn reset_password(
    desk: &Desk,
    caller: &Caller,
    id_number: &IdNumber,
    code: &str,
    new: &str,
) -> Result<(), Declined<ChangeSignInError>> {
    let refused = Declined::Refused;
    check_rules(new, id_number, None).map_err(|e| refused(e.into()))?;
    let proof = Proof::SmsCode(code.to_owned());
    let found = try_proof(desk, caller, id_number, &proof).await.map_err(translated)?;
    let (person, code) = found.ok_or(refused(ChangeSignInError::Wrong))?;
    set(desk, caller, SetPassword { person, number: *id_number, keep: None, code, caller: caller.clone() }, new).await
}

async fn set(
    desk: &Desk,
    caller: &Caller,
    wanted: SetPassword,
    password: &str,
) -> Result<(), Declined<ChangeSignInError>> {
    let password = PasswordHash::of(password).await.map_err(|e| Declined::Refused(e.into()))?;
    let actor = Actor::person(wanted.person, caller.channel);
    desk.perform(&actor, WithPassword { wanted, password }).await
}

struct SetPassword {
    person: PersonId,
    number: IdNumber,
    keep: Option<SessionId>,
    code: Option<SmsCodeId>,
    caller: Caller,
}

struct WithPassword {
    wanted: SetPassword,
    password: PasswordHash,
}

impl Act for WithPassword {
    const ACTION: Action = Action::ChangeSignIn;
    type Answer = ();
    type Error = ChangeSignInError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, ChangeSignInError> {
        Ok(Subject::Person(self.wanted.person))
    }

    async fn act(&self, op: &mut Op) -> Result<(), ChangeSignInError> {
        let SetPassword { person, number, keep, code, caller } = &self.wanted;
        if let Some(code) = code
            && !store::use_code(op, *code).await?
        {
            return Err(ChangeSignInError::Wrong);
        }
        store::set_password(op, *person, &self.password).await?;
        store::end_sessions_of(op, *person, *keep).await?;
        uncount(op, caller, number).await?;
        let to = recipient(op, *person).await?;
        message::tell(op, &to, &message::Notice::PasswordChanged).await?;
        Ok(())
    }
}

/// Changes the phone of whoever is signed in, once the code sent to the new phone is typed. The old phone is told.
///
/// # Errors
/// [`ChangeSignInError`].
pub async fn change_phone(
    desk: &Desk,
    session: &Session,
    phone: &str,
    code: &str,
) -> Result<(), Declined<ChangeSignInError>> {
    let refused = Declined::Refused;
    let person = session.person.ok_or(refused(ChangeSignInError::NotAPerson))?;
    if !is_phone(phone) {
        return Err(refused(ChangeSignInError::Phone));
    }
    let (phone, typed) = (phone.to_owned(), code.to_owned());
    let take = TakePhoneCode { person, phone: phone.clone(), typed };
    let code = desk.perform(&session.actor, take).await?.ok_or(refused(ChangeSignInError::Wrong))?;
    desk.perform(&session.actor, SetPhone { person, phone, code }).await
}

/// Counts a try of the code that the new phone got.
struct TakePhoneCode {
    person: PersonId,
    phone: String,
    typed: String,
}

impl Act for TakePhoneCode {
    const ACTION: Action = Action::ChangeSignIn;
    const AUDITED: bool = false;
    type Answer = Option<SmsCodeId>;
    type Error = ChangeSignInError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, ChangeSignInError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<Option<SmsCodeId>, ChangeSignInError> {
        if let Some(wait_seconds) = limit::take(op, limit::PERSON, &self.person.to_string()).await? {
            return Err(ChangeSignInError::TooMany { wait_seconds });
        }
        Ok(tried(op, About::Phone(&self.phone), &self.typed).await?)
    }
}

struct SetPhone {
    person: PersonId,
    phone: String,
    code: SmsCodeId,
}

impl Act for SetPhone {
    const ACTION: Action = Action::ChangeSignIn;
    type Answer = ();
    type Error = ChangeSignInError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, ChangeSignInError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<(), ChangeSignInError> {
        if !store::use_code(op, self.code).await? {
            return Err(ChangeSignInError::Wrong);
        }
        let old = recipient(op, self.person).await?;
        message::tell(op, &old, &message::Notice::PhoneChanged).await?;
        registry::set_phone(op, self.person, &self.phone, "code sent to the new phone").await.map_err(|error| {
            match error {
                registry::ChangeError::Database(error) => ChangeSignInError::Database(error),
                registry::ChangeError::NotFound
                | registry::ChangeError::NotByOneself(_)
                | registry::ChangeError::NoReason
                | registry::ChangeError::BadValue(_)
                | registry::ChangeError::Unchanged(_)
                | registry::ChangeError::NumberInUse => ChangeSignInError::Phone,
            }
        })?;
        Ok(limit::forgive(op, limit::PERSON, &self.person.to_string(), limit::Forgive::All).await?)
    }
}
