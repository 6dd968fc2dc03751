//! What the verb sends for a payment, heard once and told again for another.
//!
//! Values that are the payment's own (its bill, person, order, numbers) are exchanged for the other's; ids that the verb
//! made anew are made anew; all else stays. So there is no list of statements here that could drift from the verb.

use super::BenchError;
use super::prepare::Payment;
use control::Sent;
use sea_orm::Value;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// A statement with its values.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) sql: Arc<str>,
    pub(super) values: Vec<Value>,
}

impl Heard {
    pub(super) fn of(sent: Sent<'_>) -> Heard {
        Heard { sql: sent.sql.into(), values: sent.values.to_vec() }
    }
}

/// The statements of one payment, and what in them is its own.
#[derive(Default)]
pub(super) struct Script {
    heard: Vec<Heard>,
    ids: Vec<Uuid>,
    words: Vec<String>,
}

impl Script {
    pub(super) fn of(payment: &Payment, heard: Vec<Heard>) -> Script {
        Script { heard, ids: own_ids(payment).to_vec(), words: own_words(payment).map(str::to_owned).to_vec() }
    }

    pub(super) fn statements(&self) -> usize {
        self.heard.len()
    }

    /// Compares what is told for another payment with what the verb itself sent for it: the same texts and values, but for
    /// moments, sealed bytes and ids made anew, of which each may stand for one only.
    pub(super) fn check(&self, payment: &Payment, heard: &[Heard]) -> Result<(), BenchError> {
        let told = self.of_payment(payment)?;
        let drift = |what: String| Err(BenchError::Script(format!("the verb sends another: {what}")));
        if told.len() != heard.len() {
            return drift(format!("{} statements instead of {}", heard.len(), told.len()));
        }
        let mut anew: HashMap<Uuid, Uuid> = HashMap::new();
        for (ours, theirs) in told.iter().zip(heard) {
            let alike = |(ours, theirs): (&Value, &Value)| match (ours, theirs) {
                (Value::Uuid(Some(ours)), Value::Uuid(Some(theirs))) if payment.fresh.contains(ours) => {
                    anew.entry(*ours).or_insert(*theirs) == theirs
                }
                (Value::ChronoDateTimeUtc(ours), Value::ChronoDateTimeUtc(theirs)) => {
                    ours.is_some() == theirs.is_some()
                }
                (Value::Bytes(Some(ours)), Value::Bytes(Some(theirs))) => ours.len() == theirs.len(),
                (ours, theirs) => ours == theirs,
            };
            let same = ours.sql == theirs.sql && ours.values.len() == theirs.values.len();
            if !same || !ours.values.iter().zip(&theirs.values).all(alike) {
                return drift(format!("{ours:?} and {theirs:?}"));
            }
        }
        Ok(())
    }

    /// The same statements for another payment.
    pub(super) fn of_payment(&self, payment: &Payment) -> Result<Vec<Heard>, BenchError> {
        let mut exchange = Exchange {
            ids: self.ids.iter().copied().zip(own_ids(payment)).collect(),
            words: self.words.iter().map(String::as_str).zip(own_words(payment)).collect(),
            fresh: payment.fresh.iter().copied(),
        };
        let told = |heard: &Heard| {
            let values = heard.values.iter().map(|value| exchange.value(value)).collect::<Result<_, _>>()?;
            Ok(Heard { sql: Arc::clone(&heard.sql), values })
        };
        self.heard.iter().map(told).collect()
    }
}

fn own_ids(payment: &Payment) -> [Uuid; 3] {
    [payment.bill.uuid(), payment.person.uuid(), payment.order.uuid()]
}

fn own_words(payment: &Payment) -> [&str; 2] {
    [payment.money.number(), payment.money.transaction_id()]
}

struct Exchange<'a, F> {
    ids: HashMap<Uuid, Uuid>,
    words: Vec<(&'a str, &'a str)>,
    fresh: F,
}

impl<F: Iterator<Item = Uuid>> Exchange<'_, F> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only ids and words are a payment's own; the enum is SeaORM's")]
    fn value(&mut self, value: &Value) -> Result<Value, BenchError> {
        Ok(match value {
            Value::Uuid(Some(id)) => Value::Uuid(Some(self.id(*id)?)),
            Value::String(Some(text)) => Value::String(Some(self.text(text))),
            other => other.clone(),
        })
    }

    fn id(&mut self, id: Uuid) -> Result<Uuid, BenchError> {
        if let Some(known) = self.ids.get(&id) {
            return Ok(*known);
        }
        let fresh = self.fresh.next();
        let fresh = fresh.ok_or_else(|| BenchError::Script("it makes more ids than are in reserve".to_owned()))?;
        self.ids.insert(id, fresh);
        Ok(fresh)
    }

    /// A text may be one of the payment's own words or hold them, and ids too, as JSON does.
    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (from, to) in &self.words {
            if text.contains(from) {
                text = text.replace(from, to);
            }
        }
        if text.len() >= uuid::fmt::Hyphenated::LENGTH {
            for (from, to) in &self.ids {
                text = text.replace(&from.to_string(), &to.to_string());
            }
        }
        text
    }
}
