//! A passkey as the second factor, with an authenticator of our own that signs as the standard says.

use crate::agents::{PASSWORD, firm, first_agent, home, party, sign_in};
use account::passkey::{
    self, Asserted, Attested, Challenge, PasskeyError, RelyingParty, RemovePasskey, begin_registration,
    finish_assertion, finish_registration, passkeys,
};
use account::{AgentSignedIn, Session, agent};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use control::{Actor, Channel, Clock as _, Declined};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use testkit::Kit;

/// A device with one key.
struct Device {
    key: EcdsaKeyPair,
    id: [u8; 20],
    counter: u32,
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn client(kind: &str, challenge: &str, origin: &str) -> Vec<u8> {
    serde_json::json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false })
        .to_string()
        .into_bytes()
}

impl Device {
    fn new() -> Device {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Device { key, id: [7; 20], counter: 0 }
    }

    fn head(&mut self, rp_id: &str, flags: u8) -> Vec<u8> {
        self.counter += 1;
        [digest(&SHA256, rp_id.as_bytes()).as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn make(&mut self, party: &RelyingParty, asked: &passkey::Registration) -> Attested {
        let point = self.key.public_key().as_ref().to_vec();
        let (x, y) = point[1..].split_at(32);
        let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20][..], x, &[0x22, 0x58, 0x20], y].concat();
        let head = self.head(&party.id, 0x45);
        let data = [&head[..], &[0; 16], &20u16.to_be_bytes(), &self.id, &cose].concat();
        Attested {
            ceremony: asked.ceremony,
            client_data_json: text(&client("webauthn.create", &asked.challenge, &party.origin)),
            authenticator_data: text(&data),
            label: "办公室的电脑".to_owned(),
        }
    }

    fn sign(&mut self, party: &RelyingParty, asked: &Challenge) -> Asserted {
        let client = client("webauthn.get", &asked.challenge, &party.origin);
        let data = self.head(&asked.rp_id, 0x01);
        let signed = [&data[..], digest(&SHA256, &client).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        Asserted {
            ceremony: asked.ceremony,
            credential_id: text(&self.id),
            client_data_json: text(&client),
            authenticator_data: text(&data),
            signature: text(signature.as_ref()),
        }
    }
}

async fn with_passkey(kit: &Kit) -> (Session, Device) {
    let employer = firm(kit).await;
    let session = first_agent(kit, employer).await.session;
    let mut device = Device::new();
    let asked = begin_registration(&kit.desk, &session, &party()).await.unwrap();
    finish_registration(&kit.desk, &session, &party(), &device.make(&party(), &asked)).await.unwrap();
    (session, device)
}

async fn asked(kit: &Kit) -> Challenge {
    match sign_in(kit, "zhang", PASSWORD).await.unwrap() {
        AgentSignedIn::SecondFactor(challenge) => challenge,
        AgentSignedIn::Session(_) => panic!("no passkey was asked for"),
    }
}

async fn finish(kit: &Kit, answer: &Asserted) -> &'static str {
    finish_assertion(&kit.desk, &home(), &party(), answer).await.map_or_else(|declined| declined.code(), |_| "done")
}

testkit::both_engines! {
    on [registry::MIGRATIONS, message::MIGRATIONS, account::MIGRATIONS];

    async fn a_password_alone_opens_nothing_once_there_is_a_passkey(kit: Kit) {
        let (session, mut device) = with_passkey(&kit).await;
        let agent = session.agent.unwrap();
        let challenge = asked(&kit).await;
        assert_eq!(challenge.credentials, [text(&device.id)]);
        let begun = finish_assertion(&kit.desk, &home(), &party(), &device.sign(&party(), &challenge)).await.unwrap();
        assert_eq!(begun.session.agent, Some(agent));
        let known = passkeys(&kit.desk.view(), agent).await.unwrap();
        assert_eq!((known[0].label.as_str(), known[0].used_at), ("办公室的电脑", Some(kit.desk.now())));
        // Removed, the password is enough again.
        let remove = || RemovePasskey { agent, passkey: known[0].id.clone() };
        let other = Actor::agent(kernel::AgentId(uuid::Uuid::nil()), session.employer.unwrap(), agent::AGENT_ROLES, Channel::Web);
        assert_eq!(kit.desk.perform(&other, remove()).await.unwrap_err().code(), "passkey_not_agent");
        kit.desk.perform(&session.actor, remove()).await.unwrap();
        assert_eq!(kit.desk.perform(&session.actor, remove()).await.unwrap_err().code(), "passkey_not_found");
        assert!(matches!(sign_in(&kit, "zhang", PASSWORD).await.unwrap(), AgentSignedIn::Session(_)));
    }

    async fn an_answer_that_does_not_fit_is_refused_and_uses_the_challenge_up(kit: Kit) {
        let (_, mut device) = with_passkey(&kit).await;
        let challenge = asked(&kit).await;
        let right = device.sign(&party(), &challenge);
        assert_eq!(finish(&kit, &Asserted { signature: text(b"no"), ..right.clone() }).await, "passkey_wrong");
        assert_eq!(finish(&kit, &right).await, "passkey_expired");

        let foreign = RelyingParty { origin: "https://zhijian.example.evil".to_owned(), ..party() };
        let challenge = asked(&kit).await;
        assert_eq!(finish(&kit, &device.sign(&foreign, &challenge)).await, "passkey_foreign");
        let challenge = asked(&kit).await;
        let other = Challenge { challenge: text(&[1; 32]), ..challenge };
        assert_eq!(finish(&kit, &device.sign(&party(), &other)).await, "passkey_foreign");
        let challenge = asked(&kit).await;
        let elsewhere = Challenge { rp_id: "evil.example".to_owned(), ..challenge };
        assert_eq!(finish(&kit, &device.sign(&party(), &elsewhere)).await, "passkey_foreign");
    }

    async fn a_copied_key_an_unknown_one_and_a_late_answer_are_refused(kit: Kit) {
        let (_, mut device) = with_passkey(&kit).await;
        let challenge = asked(&kit).await;
        device.counter = 0;
        assert_eq!(finish(&kit, &device.sign(&party(), &challenge)).await, "passkey_wrong");
        let challenge = asked(&kit).await;
        let mut unknown = Device { id: [8; 20], ..Device::new() };
        assert_eq!(finish(&kit, &unknown.sign(&party(), &challenge)).await, "passkey_wrong");
        let challenge = asked(&kit).await;
        let answer = device.sign(&party(), &challenge);
        assert_eq!(finish(&kit, &Asserted { client_data_json: "*".to_owned(), ..answer }).await, "passkey_malformed");
        let challenge = asked(&kit).await;
        kit.clock.set(kit.clock.now() + TimeDelta::minutes(6));
        assert_eq!(finish(&kit, &device.sign(&party(), &challenge)).await, "passkey_expired");
    }

    async fn a_registration_is_refused_for_its_own_reasons(kit: Kit) {
        let (session, mut device) = with_passkey(&kit).await;
        let code = |done: Result<_, Declined<PasskeyError>>| done.map_or_else(|declined| declined.code(), |_: passkey::Passkey| "done");
        let person = Session { agent: None, ..session.clone() };
        assert_eq!(begin_registration(&kit.desk, &person, &party()).await.unwrap_err().code(), "passkey_not_agent");
        let asked = begin_registration(&kit.desk, &session, &party()).await.unwrap();
        assert_eq!(asked.exclude, [text(&device.id)]);
        let again = device.make(&party(), &asked);
        assert_eq!(code(finish_registration(&kit.desk, &session, &party(), &again).await), "passkey_known");
        let asked = begin_registration(&kit.desk, &session, &party()).await.unwrap();
        let mut other = Device { id: [9; 20], ..Device::new() };
        let mut strange = other.make(&party(), &asked);
        let data = URL_SAFE_NO_PAD.decode(&strange.authenticator_data).unwrap();
        strange.authenticator_data = text(&data[..data.len() - 1]);
        assert_eq!(code(finish_registration(&kit.desk, &session, &party(), &strange).await), "passkey_unsupported");
        for order in 0..9u8 {
            let asked = begin_registration(&kit.desk, &session, &party()).await.unwrap();
            let made = Device { id: [20 + order; 20], ..Device::new() }.make(&party(), &asked);
            assert_eq!(code(finish_registration(&kit.desk, &session, &party(), &made).await), "done");
        }
        assert_eq!(begin_registration(&kit.desk, &session, &party()).await.unwrap_err().code(), "passkey_too_many");
    }
}
