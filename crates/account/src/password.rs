//! Passwords: their rules, and argon2id outside every act and off the async threads.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use kernel::IdNumber;
use sea_orm::DbErr;
use std::fmt;
use std::sync::OnceLock;

/// The least length, in characters.
const LENGTH_MIN: usize = 8;
/// The greatest: argon2 takes more, a form should not.
const LENGTH_MAX: usize = 128;
/// What others type first. Compared without regard to capitals.
const COMMON: &[&str] = &[
    "12345678",
    "123456789",
    "1234567890",
    "87654321",
    "987654321",
    "0123456789",
    "123123123",
    "12341234",
    "11223344",
    "112233445566",
    "password",
    "password1",
    "passw0rd",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "1qaz2wsx",
    "1q2w3e4r",
    "asdfghjk",
    "asdfghjkl",
    "zxcvbnm1",
    "abcd1234",
    "abc12345",
    "abcdefgh",
    "a1234567",
    "a12345678",
    "a123456789",
    "aa123456",
    "woaini1314",
    "woaini520",
    "5201314520",
    "520131400",
    "iloveyou",
    "letmein1",
    "admin123",
    "administrator",
    "welcome1",
    "shebao123",
    "zhijian123",
    "handan123",
];

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than eight characters.
    #[error("a password has at least 8 characters")]
    TooShort,
    /// More than 128.
    #[error("a password has at most 128 characters")]
    TooLong,
    /// One of those that others type first.
    #[error("this password is one of the first that others try")]
    Common,
    /// It holds the identity number or the phone.
    #[error("a password must not hold the identity number or the phone")]
    Personal,
}

impl PasswordError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            PasswordError::TooShort => "password_too_short",
            PasswordError::TooLong => "password_too_long",
            PasswordError::Common => "password_common",
            PasswordError::Personal => "password_personal",
        }
    }
}

/// Checks the rules for a new password of the holder of a number and, if known, a phone.
///
/// # Errors
/// The first of [`PasswordError`] that applies.
pub fn check_rules(password: &str, number: &IdNumber, phone: Option<&str>) -> Result<(), PasswordError> {
    let number = number.reveal().to_lowercase();
    check(password, &[Some(number.as_str()), number.get(6..14), number.get(10..18), phone])
}

/// Checks the rules for a new password of an agent with a login.
///
/// # Errors
/// The first of [`PasswordError`] that applies.
pub fn check_agent_rules(password: &str, login: &str) -> Result<(), PasswordError> {
    check(password, &[Some(login.to_lowercase().as_str()).filter(|login| !login.is_empty())])
}

/// The rules; no part of what others know of somebody stands in the password.
fn check(password: &str, parts: &[Option<&str>]) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < LENGTH_MIN {
        return Err(PasswordError::TooShort);
    }
    if length > LENGTH_MAX {
        return Err(PasswordError::TooLong);
    }
    let lower = password.to_lowercase();
    let first = lower.chars().next();
    if COMMON.contains(&lower.as_str()) || lower.chars().all(|c| Some(c) == first) {
        return Err(PasswordError::Common);
    }
    if parts.iter().flatten().any(|part| lower.contains(part)) {
        return Err(PasswordError::Personal);
    }
    Ok(())
}

/// A password's argon2id hash in the PHC form. Made only from a password; shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub(crate) String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

impl PasswordHash {
    /// Hashes a password on a thread of its own (about 20 ms). The rules are the caller's to check.
    ///
    /// # Errors
    /// An error of the database's kind where the machine has no memory or randomness for it.
    pub async fn of(password: &str) -> Result<PasswordHash, DbErr> {
        let password = password.to_owned();
        let hashed = tokio::task::spawn_blocking(move || hash(&password)).await;
        hashed.map_err(|e| DbErr::Custom(format!("hashing broke off: {e}")))?
    }
}

fn hash(password: &str) -> Result<PasswordHash, DbErr> {
    let hash: Phc = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|e| DbErr::Custom(format!("the password cannot be hashed: {e}")))?;
    Ok(PasswordHash(hash.to_string()))
}

/// Which of the hashes a password fits, if any. Where there is none, one that fits nothing is computed all the same, so that
/// the time tells nobody whether there is an account.
pub(crate) async fn fitting<T: Clone + Send + 'static>(
    password: &str,
    hashes: Vec<(T, String)>,
) -> Result<Option<T>, DbErr> {
    let password = password.to_owned();
    let work = move || -> Result<Option<T>, DbErr> {
        if hashes.is_empty() {
            fits(&password, nobodys()?);
            return Ok(None);
        }
        Ok(hashes.iter().find(|(_, hash)| fits(&password, hash)).map(|(whose, _)| whose.clone()))
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| DbErr::Custom(format!("hashing broke off: {e}")))?
}

fn fits(password: &str, hash: &str) -> bool {
    Phc::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// The hash of a password that nobody has, made once.
fn nobodys() -> Result<&'static str, DbErr> {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    if let Some(hash) = NOBODYS.get() {
        return Ok(hash);
    }
    let made = hash(&uuid::Uuid::now_v7().to_string())?;
    Ok(NOBODYS.get_or_init(|| made.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_breaks_the_rules_and_none_with_the_number_passes(before in ".{0,20}", after in ".{0,20}") {
            let number = IdNumber::parse("13049919700101002X").unwrap();
            let _ = check_rules(&before, &number, None);
            let holding = [before.as_str(), number.reveal(), after.as_str()].concat();
            prop_assert!(check_rules(&holding, &number, None).is_err());
        }
    }

    #[test]
    fn each_rule_refuses_for_its_own_reason() {
        let number = IdNumber::parse("13049919700101002X").unwrap();
        let check = |password: &str, expected| {
            assert_eq!(check_rules(password, &number, Some("13900000001")), expected, "{password}");
        };
        check("七个字不够长", Err(PasswordError::TooShort));
        check(&"长".repeat(129), Err(PasswordError::TooLong));
        check("PassWord1", Err(PasswordError::Common));
        check("啊啊啊啊啊啊啊啊", Err(PasswordError::Common));
        check("my13049919700101002x", Err(PasswordError::Personal));
        check("wang19700101", Err(PasswordError::Personal));
        check("tel13900000001", Err(PasswordError::Personal));
        check("春眠不觉晓处处闻", Ok(()));
    }
}
