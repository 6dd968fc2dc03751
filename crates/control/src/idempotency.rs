//! Idempotency: the form, kiosk or program brings the key; the same key with the same inputs meets its own answer, with other
//! inputs it is refused.

use crate::{Op, key::sm3, store};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

/// A key of 8 to 80 characters that whoever asks has chosen for this one request.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

/// A text that cannot be an idempotency key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an idempotency key has 8 to 80 letters, digits, hyphens or underscores")]
pub struct NotAKey;

/// The key came before, with other inputs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this idempotency key was used for another request")]
pub struct KeyReused;

/// Whether a request is new.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum First<T> {
    /// It is: do it, then [`remember`] the outcome under the same key.
    Time,
    /// It was done before, with this outcome.
    Done(T),
    /// The key came with other inputs.
    Reused,
}

impl IdempotencyKey {
    /// Checks length and characters.
    ///
    /// # Errors
    /// [`NotAKey`].
    pub fn parse(text: &str) -> Result<IdempotencyKey, NotAKey> {
        let fits = (8..=80).contains(&text.len());
        if fits && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            Ok(IdempotencyKey(text.to_owned()))
        } else {
            Err(NotAKey)
        }
    }

    /// The key as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = NotAKey;
    fn try_from(text: String) -> Result<Self, NotAKey> {
        IdempotencyKey::parse(&text)
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> String {
        key.0
    }
}

/// Takes the key for this request, or finds what it led to before. A request under way with the same key is waited for.
///
/// The scope keeps one actor's keys apart from another's: give the action and the person.
///
/// # Errors
/// The database's.
pub async fn first<I: Serialize, T: for<'de> Deserialize<'de>>(
    op: &mut Op,
    scope: &str,
    key: &IdempotencyKey,
    inputs: &I,
) -> Result<First<T>, DbErr> {
    let json = serde_json::to_vec(inputs).map_err(|e| DbErr::Custom(format!("idempotency inputs: {e}")))?;
    let hash = sm3(&[&json]);
    if store::take_idempotency_key(op, scope, key.as_str(), &hash).await? {
        return Ok(First::Time);
    }
    let (inputs, outcome) = store::idempotency_key(op, scope, key.as_str()).await?;
    if inputs != hash {
        return Ok(First::Reused);
    }
    let outcome = outcome.ok_or_else(|| DbErr::Custom("an idempotency key without its outcome".to_owned()))?;
    serde_json::from_str(&outcome).map(First::Done).map_err(|e| DbErr::Custom(format!("idempotency outcome: {e}")))
}

/// Writes down what a request led to, in the transaction that did it.
///
/// # Errors
/// The database's.
pub async fn remember<T: Serialize>(op: &mut Op, scope: &str, key: &IdempotencyKey, outcome: &T) -> Result<(), DbErr> {
    let json = serde_json::to_string(outcome).map_err(|e| DbErr::Custom(format!("idempotency outcome: {e}")))?;
    store::remember_outcome(op, scope, key.as_str(), &json).await
}
