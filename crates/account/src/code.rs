//! One-time codes: six digits by text message for five minutes, eight digits at the counter for a day; five tries, one use.

use crate::{limit, store};
use control::{Act, Action, Fault, FaultKind, Op, Subject, View};
use kernel::{EmployerId, IdNumber, PersonId};
use sea_orm::DbErr;
use std::fmt;

/// How long a code by text message holds.
const SMS_MINUTES: i64 = 5;
/// How long a code from the counter holds.
const COUNTER_MINUTES: i64 = 24 * 60;
/// After so many tries a code is dead.
pub(crate) const TRIES_MAX: i64 = 5;

kernel::sql_id! {
    /// A one-time code.
    SmsCodeId,
}

/// What a code is about, so that none serves for anything else.
#[derive(Clone, Copy, Debug)]
pub(crate) enum About<'a> {
    /// Signing in with this number.
    SignIn(&'a IdNumber),
    /// This phone is in the hand of whoever typed the code.
    Phone(&'a str),
    /// This person stood at a counter.
    Counter(PersonId),
    /// Somebody stood at a counter for this employer.
    Employer(EmployerId),
}

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            About::SignIn(number) => write!(f, "sign_in:{}", number.reveal()),
            About::Phone(phone) => write!(f, "phone:{phone}"),
            About::Counter(person) => write!(f, "counter:{person}"),
            About::Employer(employer) => write!(f, "employer:{employer}"),
        }
    }
}

/// Why no code was sent.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// Not a mainland mobile number.
    #[error("a phone is 11 digits, as in 13900000001")]
    Phone,
    /// The registry has no such person.
    #[error("no such person")]
    NotFound,
    /// The registry has no such employer.
    #[error("no such employer")]
    NoEmployer,
    /// Asked too often.
    #[error("codes were asked for too often; wait {wait_seconds} s")]
    TooMany {
        /// So many seconds to wait.
        wait_seconds: i64,
    },
    /// The database failed.
    #[error("the code could not be made")]
    Database(#[from] DbErr),
}

impl Fault for CodeError {
    fn code(&self) -> &'static str {
        match self {
            CodeError::Phone => "phone_malformed",
            CodeError::NotFound => "person_not_found",
            CodeError::NoEmployer => "employer_not_found",
            CodeError::TooMany { .. } => "too_many_codes",
            CodeError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            CodeError::Phone => FaultKind::Invalid("phone"),
            CodeError::NotFound | CodeError::NoEmployer => FaultKind::NotFound,
            CodeError::TooMany { .. } => FaultKind::TooMany,
            CodeError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let CodeError::Database(error) = self { Some(error) } else { None }
    }
}

/// Asks for a code to sign in with. It is answered in the same way whether anybody holds the number or not.
pub struct RequestSignInCode {
    /// The identity number that was typed.
    pub id_number: IdNumber,
    /// The address from which it was asked.
    pub address: String,
}

impl Act for RequestSignInCode {
    const ACTION: Action = Action::SendCode;
    type Answer = ();
    type Error = CodeError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, CodeError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<(), CodeError> {
        counted(op, limit::CODE_ADDRESS, &self.address).await?;
        counted(op, limit::CODE, self.id_number.reveal()).await?;
        // Made for a number that nobody holds as well: it is never sent and fits nothing.
        let code = make(op, About::SignIn(&self.id_number), 6, SMS_MINUTES).await?;
        let accounts = store::accounts_of(op, &self.id_number).await?;
        // Two people with one number are told apart at a counter, not by a code that both would get.
        let [(person, _)] = accounts.as_slice() else { return Ok(()) };
        if let Some(phone) = registry::phone(op, *person).await?
            && limit::take(op, limit::PHONE, &phone).await?.is_none()
        {
            message::send_code(op, &phone, &code).await?;
        }
        Ok(())
    }
}

/// Asks for a code that shows that a phone is in one's hand: to open an account or to change the phone.
pub struct RequestPhoneCode {
    /// 11 digits.
    pub phone: String,
    /// The address from which it was asked.
    pub address: String,
}

impl Act for RequestPhoneCode {
    const ACTION: Action = Action::SendCode;
    type Answer = ();
    type Error = CodeError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, CodeError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<(), CodeError> {
        if !is_phone(&self.phone) {
            return Err(CodeError::Phone);
        }
        counted(op, limit::CODE_ADDRESS, &self.address).await?;
        counted(op, limit::PHONE, &self.phone).await?;
        let code = make(op, About::Phone(&self.phone), 6, SMS_MINUTES).await?;
        message::send_code(op, &self.phone, &code).await?;
        Ok(())
    }
}

/// A clerk who has checked the identity card gives its holder a code.
pub struct IssueCounterCode {
    /// Whose card it was.
    pub person: PersonId,
}

/// The eight digits, to be handed over on paper. Its `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct CounterCode(pub String);

impl fmt::Debug for CounterCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CounterCode")
    }
}

impl Act for IssueCounterCode {
    const ACTION: Action = Action::IssueCounterCode;
    type Answer = CounterCode;
    type Error = CodeError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, CodeError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<CounterCode, CodeError> {
        let person = registry::resolve(op, self.person).await?.ok_or(CodeError::NotFound)?;
        Ok(CounterCode(make(op, About::Counter(person), 8, COUNTER_MINUTES).await?))
    }
}

/// A clerk who has seen the licence, and who came for it, gives an employer a code for its first agent.
pub struct IssueEmployerCode {
    /// Which employer.
    pub employer: EmployerId,
}

impl Act for IssueEmployerCode {
    const ACTION: Action = Action::IssueCounterCode;
    type Answer = CounterCode;
    type Error = CodeError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, CodeError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<CounterCode, CodeError> {
        if registry::employer(op, self.employer).await?.is_none() {
            return Err(CodeError::NoEmployer);
        }
        Ok(CounterCode(make(op, About::Employer(self.employer), 8, COUNTER_MINUTES).await?))
    }
}

async fn counted(op: &Op, policy: limit::Policy, whose: &str) -> Result<(), CodeError> {
    match limit::take(op, policy, whose).await? {
        None => Ok(()),
        Some(wait_seconds) => Err(CodeError::TooMany { wait_seconds }),
    }
}

/// Makes a code; the ones before it about the same are worth nothing from now on.
async fn make(op: &Op, about: About<'_>, digits: u32, minutes: i64) -> Result<String, DbErr> {
    let number = u64::from_be_bytes(op.random::<8>()?) % 10u64.pow(digits);
    let code = match digits {
        8 => format!("{number:08}"),
        _ => format!("{number:06}"),
    };
    store::insert_code(op, about, &code, minutes).await?;
    Ok(code)
}

/// Counts a try of the latest code about something; its id where the code fits.
pub(crate) async fn tried(op: &Op, about: About<'_>, code: &str) -> Result<Option<SmsCodeId>, DbErr> {
    let Some(id) = store::latest_code(op, about).await? else { return Ok(None) };
    // The count is taken first; a fifth wrong try is the last.
    if !store::count_try(op, id).await? {
        return Ok(None);
    }
    Ok(store::code_fits(op, id, code.trim()).await?.then_some(id))
}

/// Whether the text is a mainland mobile number.
pub(crate) fn is_phone(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) && bytes.iter().all(u8::is_ascii_digit)
}

/// The recipient of notices to a person.
pub(crate) async fn recipient(view: &View, person: PersonId) -> Result<message::Recipient, DbErr> {
    Ok(message::Recipient { person, phone: registry::phone(view, person).await? })
}
