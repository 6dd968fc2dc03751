//! What we tell people: an inbox in the hall and a text message, each from a closed list of templates.
//!
//! Purpose: a verb says in its own transaction that somebody is to be told; the worker sends after the commit. Texts are
//! rendered by the hall from the template's stable word; a text message carries a template of the provider and its variables.
//!
//! Law: 个人信息保护法 (2021) art. 6 and 51: no more personal data than the purpose needs, protected on its way.
//!
//! Invariants: no free text is ever sent. Phones and variables of a text message are sealed, and the variables wiped once sent.
//! A message is written in the transaction that decided it, and sent at least once by the job [`JOB`].
//!
//! Tables owned: `message_message` (the inbox), `message_delivery` (the outbox of text messages).

mod delivery;
mod inbox;
mod notice;
mod sms;
mod store;

pub use delivery::{DeliveryError, Outgoing, RecordReport, RecordSent, Reported, Sent, outgoing};
pub use inbox::{InboxError, MarkRead, Message, inbox, unread};
pub use notice::{JOB, Job, Notice, Recipient, Template, send_code, tell};
pub use sms::{Report, Sms, SmsConfig, SmsError, reports};
pub use store::{MIGRATIONS, SEALED};

kernel::sql_id! {
    /// A message in a person's inbox.
    MessageId,
    /// A text message on its way.
    DeliveryId,
}
