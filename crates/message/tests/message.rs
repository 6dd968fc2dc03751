//! Telling people: the inbox, the outbox, and the provider's stand-in, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use control::{Act, Action, Actor, Channel, Declined, Op, Subject, job};
use kernel::{Fen, PersonId};
use message::*;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use std::collections::BTreeMap;
use testkit::Kit;
use uuid::Uuid;

const ME: PersonId = PersonId(Uuid::from_u128(1));
const PHONE: &str = "13900000001";

/// A verb that tells somebody something, and sends a code.
struct Tell;

#[derive(Debug, thiserror::Error)]
#[error("the database failed")]
struct TellError(#[from] DbErr);

impl control::Fault for TellError {
    fn code(&self) -> &'static str {
        "database"
    }
    fn kind(&self) -> control::FaultKind {
        control::FaultKind::Internal
    }
    fn database(&self) -> Option<&DbErr> {
        Some(&self.0)
    }
}

impl Act for Tell {
    const ACTION: Action = Action::SettlePayment;
    type Answer = (MessageId, DeliveryId);
    type Error = TellError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, TellError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Self::Answer, TellError> {
        let to = Recipient { person: ME, phone: Some(PHONE.to_owned()) };
        let notice = Notice::PaymentReceived { amount: Fen::new(123_456), months: 2 };
        let message = tell(op, &to, &notice).await?;
        Ok((message, send_code(op, PHONE, "493028").await?))
    }
}

fn system() -> Actor {
    Actor::system(Channel::Worker)
}

async fn provider(kit: &Kit) -> (outside::sms::Running, Sms) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let account = outside::sms::Account {
        access_key_id: "key".to_owned(),
        access_key_secret: "secret".to_owned(),
        sign_names: vec!["至简社保".to_owned()],
        templates: BTreeMap::from([("SMS_1".to_owned(), "验证码 ${code}，五分钟内有效。".to_owned())]),
        report_url: None,
    };
    let mut config = outside::sms::Config::new(account);
    config.clock = outside::clock::Clock::fixed(kit.desk.now());
    let running = outside::sms::start(config).await.unwrap();
    let config = SmsConfig {
        url: running.url(),
        access_key_id: "key".to_owned(),
        access_key_secret: "secret".to_owned(),
        sign_name: "至简社保".to_owned(),
        templates: BTreeMap::from([(Template::Code, "SMS_1".to_owned())]),
    };
    (running, Sms::new(reqwest::Client::new(), config))
}

testkit::both_engines! {
    on [message::MIGRATIONS];

    async fn what_is_told_lies_in_the_inbox_until_read(kit: Kit) {
        let (id, _) = kit.desk.perform(&system(), Tell).await.unwrap();
        let view = kit.desk.view();
        let lying = inbox(&view, ME, 10).await.unwrap();
        assert_eq!((lying.len(), lying[0].id, lying[0].template), (1, id, Template::PaymentReceived), "no code lies there");
        assert_eq!(lying[0].params.get("months").map(String::as_str), Some("2"));
        assert_eq!(unread(&view, ME).await.unwrap(), 1);
        let stranger = PersonId(Uuid::from_u128(2));
        let mark = |person| MarkRead { person, message: id };
        let theirs = kit.desk.perform(&Actor::person(stranger, Channel::Web), mark(stranger)).await;
        assert!(matches!(theirs, Err(Declined::Refused(InboxError::NotFound))));
        kit.desk.perform(&Actor::person(ME, Channel::Web), mark(ME)).await.unwrap();
        assert_eq!(unread(&kit.desk.view(), ME).await.unwrap(), 0);
    }

    async fn a_code_is_sent_once_and_wiped(kit: Kit) {
        let (_, delivery) = kit.desk.perform(&system(), Tell).await.unwrap();
        let jobs = kit.desk.perform(&system(), job::Claim { limit: 10 }).await.unwrap();
        assert_eq!(jobs.iter().filter(|job| job.kind == JOB).count(), 2);
        assert!(jobs.iter().all(|job| !job.payload.contains("493028") && !job.payload.contains(PHONE)));
        let (running, sms) = provider(&kit).await;
        let waiting = outgoing(&kit.desk.view(), delivery).await.unwrap().unwrap();
        let number = sms.send(&waiting, kit.desk.now()).await.unwrap();
        let shown = running.messages(PHONE);
        assert_eq!((shown.len(), shown[0].text.contains("493028")), (1, true));
        let record = || RecordSent { delivery, sent: Sent::Taken(number.clone()) };
        kit.desk.perform(&system(), record()).await.unwrap();
        assert!(kit.desk.perform(&system(), record()).await.is_err(), "taken once");
        assert_eq!(outgoing(&kit.desk.view(), delivery).await.unwrap(), None);
        let db = kit.desk.database().bulk();
        let asked = "select params_sealed, phone_sealed from message_delivery where state = 'sent'";
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), asked)).await.unwrap().unwrap();
        assert!(row.try_get_by_index::<Vec<u8>>(0).unwrap().is_empty());
        assert!(!row.try_get_by_index::<Vec<u8>>(1).unwrap().windows(11).any(|part| part == PHONE.as_bytes()));
        let reported = Reported::Delivered;
        kit.desk.perform(&system(), RecordReport { delivery, reported }).await.unwrap();
        assert_eq!(kit.number("select count(*) from message_delivery where state = 'delivered'").await, 1);
    }

    async fn a_refusal_says_whether_to_try_again(kit: Kit) {
        let (_, delivery) = kit.desk.perform(&system(), Tell).await.unwrap();
        let (running, sms) = provider(&kit).await;
        let mut waiting = outgoing(&kit.desk.view(), delivery).await.unwrap().unwrap();
        running.set_faults(outside::sms::Faults { limited: true, ..Default::default() });
        assert!(!sms.send(&waiting, kit.desk.now()).await.unwrap_err().is_final(), "limited");
        running.set_faults(outside::sms::Faults { unavailable: true, ..Default::default() });
        assert!(!sms.send(&waiting, kit.desk.now()).await.unwrap_err().is_final(), "unavailable");
        running.set_faults(outside::sms::Faults::default());
        let stale = kit.desk.now() - chrono::TimeDelta::minutes(16);
        assert!(!sms.send(&waiting, stale).await.unwrap_err().is_final(), "a clock that is off");
        waiting.phone = "139".to_owned();
        assert!(sms.send(&waiting, kit.desk.now()).await.unwrap_err().is_final(), "no phone");
        waiting.template = Template::Refunded;
        assert!(matches!(sms.send(&waiting, kit.desk.now()).await, Err(SmsError::NoTemplate(Template::Refunded))));
        assert!(running.messages(PHONE).is_empty());
    }
}
