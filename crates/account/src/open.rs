//! Opening an account: by a real-name check with the phone in one's hand, or by a code given at the counter.

use crate::code::{About, SmsCodeId, recipient, tried};
use crate::session::{NewSession, Whose, begin};
use crate::sign_in::{Caller, SignInError, count, counter_code, uncount};
use crate::{PasswordError, PasswordHash, RealName, RealNameError, RealNameMatch, check_rules, store};
use control::{Act, Action, Actor, Declined, Desk, Fault, FaultKind, Op, Subject};
use kernel::{IdNumber, PersonId};
use registry::{Category, NewPerson, Source, StatusKind};
use sea_orm::DbErr;
use std::fmt;

/// What somebody types to open an account. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// The whole name.
    pub name: String,
    /// The identity number.
    pub id_number: IdNumber,
    /// 11 digits.
    pub phone: String,
    /// The code that this phone got.
    pub code: String,
    /// The password for later.
    pub password: String,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening")
    }
}

/// Why no account was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The password is not taken.
    #[error("the password cannot be taken")]
    Password(#[from] PasswordError),
    /// Tried too often.
    #[error("tried too often; wait {wait_seconds} s")]
    TooMany {
        /// So many seconds to wait.
        wait_seconds: i64,
    },
    /// The code does not fit, was used, or is too old.
    #[error("the code does not fit")]
    WrongCode,
    /// Name, number and phone do not belong to one person.
    #[error("name, identity number and phone do not belong to one person")]
    Mismatch,
    /// The real-name service gave no answer.
    #[error("the real-name service gave no answer")]
    NoAnswer(#[source] RealNameError),
    /// There is an account already: sign in, or ask for a new password.
    #[error("there is an account already")]
    AlreadyOpen,
    /// An agent cannot be made so.
    #[error("the agent cannot be made")]
    Agent(#[source] crate::AgentError),
    /// The registry knows this number otherwise, or twice: a clerk must look.
    #[error("the registry's entry must be looked at by a clerk")]
    GoToCounter,
    /// The database failed.
    #[error("the account could not be opened")]
    Database(#[from] DbErr),
}

impl Fault for OpenError {
    fn code(&self) -> &'static str {
        match self {
            OpenError::Password(error) => error.code(),
            OpenError::TooMany { .. } => "too_many_tries",
            OpenError::WrongCode => "wrong_code",
            OpenError::Mismatch => "real_name_mismatch",
            OpenError::NoAnswer(_) => "real_name_no_answer",
            OpenError::AlreadyOpen => "account_already_open",
            OpenError::Agent(error) => error.code(),
            OpenError::GoToCounter => "go_to_counter",
            OpenError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            OpenError::Password(_) => FaultKind::Invalid("password"),
            OpenError::TooMany { .. } => FaultKind::TooMany,
            OpenError::WrongCode => FaultKind::Invalid("code"),
            OpenError::Mismatch => FaultKind::Invalid("name"),
            OpenError::NoAnswer(_) => FaultKind::Unavailable,
            OpenError::Agent(error) => error.kind(),
            OpenError::AlreadyOpen | OpenError::GoToCounter => FaultKind::Conflict,
            OpenError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let OpenError::Database(error) = self { Some(error) } else { None }
    }
}

impl From<SignInError> for OpenError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::TooMany { wait_seconds } => OpenError::TooMany { wait_seconds },
            SignInError::Wrong => OpenError::WrongCode,
            SignInError::Database(error) => OpenError::Database(error),
        }
    }
}

/// Opens an account by a real-name check. Somebody whom the registry does not know yet is entered into it.
///
/// # Errors
/// [`OpenError`], in the order of its variants.
pub async fn open_by_real_name(
    desk: &Desk,
    service: &RealName,
    caller: &Caller,
    opening: &Opening,
) -> Result<NewSession, Declined<OpenError>> {
    let refused = Declined::Refused;
    check_rules(&opening.password, &opening.id_number, Some(&opening.phone)).map_err(|e| refused(e.into()))?;
    let take = TakeCode { id_number: opening.id_number, caller: caller.clone(), code: opening.code.clone() };
    let anonymous = Actor::anonymous(caller.channel);
    let phone = Some(opening.phone.clone());
    let taken = desk.perform(&anonymous, TakeOpening { take, phone }).await?;
    let TakenCode::Phone(code) = taken else { return Err(refused(OpenError::WrongCode)) };
    let checked = service.check(&opening.name, &opening.id_number, &opening.phone, desk.now()).await;
    let shown = checked.map_err(|error| match error {
        RealNameError::Mismatch => refused(OpenError::Mismatch),
        RealNameError::NoAnswer(_) => refused(OpenError::NoAnswer(error)),
    })?;
    let password = PasswordHash::of(&opening.password).await.map_err(|e| refused(e.into()))?;
    let act = OpenByRealName { shown, code, password, caller: caller.clone() };
    desk.perform(&anonymous, act).await
}

/// Opens an account by a code from the counter; where there is one already, its password is set anew.
///
/// # Errors
/// [`OpenError`], in the order of its variants.
pub async fn open_by_counter_code(
    desk: &Desk,
    caller: &Caller,
    id_number: &IdNumber,
    code: &str,
    password: &str,
) -> Result<NewSession, Declined<OpenError>> {
    let refused = Declined::Refused;
    check_rules(password, id_number, None).map_err(|e| refused(e.into()))?;
    let take = TakeCode { id_number: *id_number, caller: caller.clone(), code: code.to_owned() };
    let taken = desk.perform(&Actor::anonymous(caller.channel), TakeOpening { take, phone: None }).await?;
    let TakenCode::Counter(person, code) = taken else { return Err(refused(OpenError::WrongCode)) };
    let password = PasswordHash::of(password).await.map_err(|e| refused(e.into()))?;
    let act = OpenByCounterCode { person, id_number: *id_number, code, password, caller: caller.clone() };
    desk.perform(&Actor::anonymous(caller.channel), act).await
}

struct TakeCode {
    id_number: IdNumber,
    caller: Caller,
    code: String,
}

/// Counts a try and checks the code that was typed: of a phone, or from the counter.
struct TakeOpening {
    take: TakeCode,
    phone: Option<String>,
}

/// What the code turned out to be.
enum TakenCode {
    Phone(SmsCodeId),
    Counter(PersonId, SmsCodeId),
    /// None that fits; the try stays counted.
    Nothing,
}

impl Act for TakeOpening {
    const ACTION: Action = Action::OpenAccount;
    const AUDITED: bool = false;
    type Answer = TakenCode;
    type Error = OpenError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, OpenError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<TakenCode, OpenError> {
        let TakeCode { id_number, caller, code } = &self.take;
        count(op, caller, id_number).await?;
        if let Some(phone) = &self.phone {
            let fits = tried(op, About::Phone(phone), code).await?;
            return Ok(fits.map_or(TakenCode::Nothing, TakenCode::Phone));
        }
        let people = registry::find_by_id_number(op, id_number).await?;
        let fits = counter_code(op, people, code).await?;
        Ok(fits.map_or(TakenCode::Nothing, |(person, code)| TakenCode::Counter(person, code)))
    }
}

struct OpenByRealName {
    shown: RealNameMatch,
    code: SmsCodeId,
    password: PasswordHash,
    caller: Caller,
}

impl Act for OpenByRealName {
    const ACTION: Action = Action::OpenAccount;
    type Answer = NewSession;
    type Error = OpenError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, OpenError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<NewSession, OpenError> {
        if !store::use_code(op, self.code).await? {
            return Err(OpenError::WrongCode);
        }
        let person = entry_of(op, &self.shown).await?;
        if !store::insert_account(op, person, &self.password, "real_name").await? {
            return Err(OpenError::AlreadyOpen);
        }
        let reason = format!("real-name check {}", self.shown.serial);
        registry::set_phone(op, person, &self.shown.phone, &reason).await.map_err(to_counter)?;
        welcome(op, person).await?;
        uncount(op, &self.caller, &self.shown.id_number).await?;
        Ok(begin(op, Whose::Person(person), self.caller.channel).await?)
    }
}

/// The registry's entry of whom the service confirmed.
async fn entry_of(op: &mut Op, shown: &RealNameMatch) -> Result<PersonId, OpenError> {
    let people = registry::find_by_id_number(op, &shown.id_number).await?;
    let person = match people.as_slice() {
        [] => return enter(op, shown).await,
        [person] => *person,
        [_, _, ..] => return Err(OpenError::GoToCounter),
    };
    let known = registry::person(op, person).await?.ok_or(OpenError::GoToCounter)?;
    let dead = registry::statuses(op, person).await?.iter().any(|status| status.kind == StatusKind::Dead);
    if dead || known.name != shown.name { Err(OpenError::GoToCounter) } else { Ok(person) }
}

async fn enter(op: &mut Op, shown: &RealNameMatch) -> Result<PersonId, OpenError> {
    let new = NewPerson {
        name: shown.name.clone(),
        id_number: shown.id_number,
        phone: Some(shown.phone.clone()),
        category: Category::Worker,
        area: op.area(),
        source: Source::RealName,
        decision: None,
    };
    registry::enter(op, new).await.map_err(|error| match error {
        registry::EnterError::Database(error) => OpenError::Database(error),
        registry::EnterError::Name(_)
        | registry::EnterError::Phone
        | registry::EnterError::NotBornYet
        | registry::EnterError::NumberInUse(_)
        | registry::EnterError::NotDecided
        | registry::EnterError::NotDoubled => OpenError::GoToCounter,
    })
}

fn to_counter(error: registry::ChangeError) -> OpenError {
    if let registry::ChangeError::Database(error) = error { OpenError::Database(error) } else { OpenError::GoToCounter }
}

async fn welcome(op: &mut Op, person: PersonId) -> Result<(), DbErr> {
    let to = recipient(op, person).await?;
    message::tell(op, &to, &message::Notice::AccountOpened).await.map(|_| ())
}

struct OpenByCounterCode {
    person: PersonId,
    id_number: IdNumber,
    code: SmsCodeId,
    password: PasswordHash,
    caller: Caller,
}

impl Act for OpenByCounterCode {
    const ACTION: Action = Action::OpenAccount;
    type Answer = NewSession;
    type Error = OpenError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, OpenError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<NewSession, OpenError> {
        if !store::use_code(op, self.code).await? {
            return Err(OpenError::WrongCode);
        }
        if store::insert_account(op, self.person, &self.password, "counter_code").await? {
            welcome(op, self.person).await?;
        } else {
            store::set_password(op, self.person, &self.password).await?;
            store::end_sessions_of(op, self.person, None).await?;
        }
        uncount(op, &self.caller, &self.id_number).await?;
        Ok(begin(op, Whose::Person(self.person), self.caller.channel).await?)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "person": self.person }))
    }
}

/// The machinery opens an account: for the personas of a demo and for tests.
pub struct LoadAccount {
    /// Whose.
    pub person: PersonId,
    /// With which password.
    pub password: PasswordHash,
}

impl Act for LoadAccount {
    const ACTION: Action = Action::LoadPopulation;
    type Answer = ();
    type Error = OpenError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, OpenError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<(), OpenError> {
        if !store::insert_account(op, self.person, &self.password, "loaded").await? {
            return Err(OpenError::AlreadyOpen);
        }
        Ok(())
    }
}
