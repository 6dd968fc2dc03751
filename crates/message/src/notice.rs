//! What can be said: a closed list. The hall renders it, the provider's template carries it.

use crate::{DeliveryId, MessageId, store};
use control::Op;
use kernel::{Fen, PersonId};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The kind of the job that sends a text message; its payload is a [`Job`].
pub const JOB: &str = "message.send";

/// The payload of the job that sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// Which text message.
    pub delivery: DeliveryId,
}

kernel::words! {
    /// The templates, by their stable words.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Template {
        /// A one-time code. Variables: `code`. Never in the inbox.
        Code = "code",
        /// An account was opened.
        AccountOpened = "account_opened",
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// The phone was changed.
        PhoneChanged = "phone_changed",
        /// A payment arrived and counts. Variables: `amount`, `months`.
        PaymentReceived = "payment_received",
        /// Money arrived twice and will be given back. Variables: `amount`.
        PaidTwice = "paid_twice",
        /// Money was given back. Variables: `amount`.
        Refunded = "refunded",
        /// The year's limits were published and a supplement is owed. Variables: `amount`.
        SupplementOwed = "supplement_owed",
    }
}

/// Something that a person is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// An account was opened.
    AccountOpened,
    /// The password was changed.
    PasswordChanged,
    /// The phone was changed.
    PhoneChanged,
    /// A payment arrived and counts.
    PaymentReceived {
        /// What was paid.
        amount: Fen,
        /// How many months it counts for.
        months: u32,
    },
    /// Money arrived twice and will be given back.
    PaidTwice {
        /// What arrived again.
        amount: Fen,
    },
    /// Money was given back.
    Refunded {
        /// How much.
        amount: Fen,
    },
    /// A supplement is owed.
    SupplementOwed {
        /// How much.
        amount: Fen,
    },
}

/// Who is told, and where a text message goes, if anywhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recipient {
    /// Who.
    pub person: PersonId,
    /// The phone as the registry knows it; none where only the inbox is filled.
    pub phone: Option<String>,
}

impl Notice {
    /// The template.
    pub const fn template(&self) -> Template {
        match self {
            Notice::AccountOpened => Template::AccountOpened,
            Notice::PasswordChanged => Template::PasswordChanged,
            Notice::PhoneChanged => Template::PhoneChanged,
            Notice::PaymentReceived { .. } => Template::PaymentReceived,
            Notice::PaidTwice { .. } => Template::PaidTwice,
            Notice::Refunded { .. } => Template::Refunded,
            Notice::SupplementOwed { .. } => Template::SupplementOwed,
        }
    }

    /// The variables, by the names that the template has.
    pub fn params(&self) -> BTreeMap<String, String> {
        let named = |pairs: &[(&str, String)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        match self {
            Notice::AccountOpened | Notice::PasswordChanged | Notice::PhoneChanged => BTreeMap::new(),
            Notice::PaymentReceived { amount, months } => {
                named(&[("amount", amount.to_string()), ("months", months.to_string())])
            }
            Notice::PaidTwice { amount } | Notice::Refunded { amount } | Notice::SupplementOwed { amount } => {
                named(&[("amount", amount.to_string())])
            }
        }
    }
}

/// Tells a person something, inside the act that decided it: in the inbox, and by text message where a phone is given.
///
/// # Errors
/// The database's.
pub async fn tell(op: &mut Op, to: &Recipient, notice: &Notice) -> Result<MessageId, DbErr> {
    let message = store::insert_message(op, to.person, notice.template(), &notice.params()).await?;
    if let Some(phone) = &to.phone {
        let delivery = store::insert_delivery(op, Some(message), phone, notice.template(), &notice.params()).await?;
        op.promise(JOB, &Job { delivery })?;
    }
    Ok(message)
}

/// Sends a one-time code to a phone, inside the act that made it. It stands in no inbox.
///
/// # Errors
/// The database's.
pub async fn send_code(op: &mut Op, phone: &str, code: &str) -> Result<DeliveryId, DbErr> {
    let params = BTreeMap::from([("code".to_owned(), code.to_owned())]);
    let delivery = store::insert_delivery(op, None, phone, Template::Code, &params).await?;
    op.promise(JOB, &Job { delivery })?;
    Ok(delivery)
}
