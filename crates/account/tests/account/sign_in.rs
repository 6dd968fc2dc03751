//! Opening accounts, signing in and out, and every refusal on the way, on both engines.

use account::*;
use chrono::TimeDelta;
use control::{Actor, Channel, Clock as _, Declined, Fault, Role, job};
use kernel::{AreaCode, IdNumber, PersonId, StaffId};
use registry::{Category, NewPerson, RegisterPerson, Source};
use testkit::Kit;
use uuid::Uuid;

const WANG: &str = "13049919700101002X";
const NOBODY: &str = "130499195708150019";
const PHONE: &str = "13900000001";
const PASSWORD: &str = "春眠不觉晓处处闻";

fn number(text: &str) -> IdNumber {
    IdNumber::parse(text).unwrap()
}

fn clerk() -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(1)), &[Role::Clerk], Channel::Counter)
}

fn from(address: &str) -> Caller {
    Caller { channel: Channel::Web, address: address.to_owned() }
}

fn home() -> Caller {
    from("192.0.2.1")
}

fn password(text: &str) -> Proof {
    Proof::Password(text.to_owned())
}

fn wang() -> NewPerson {
    NewPerson {
        name: "王芳".to_owned(),
        id_number: number(WANG),
        phone: Some(PHONE.to_owned()),
        category: Category::Worker,
        area: AreaCode::parse("130499").unwrap(),
        source: Source::Counter,
        decision: None,
    }
}

async fn person_with_account(kit: &Kit, new: NewPerson) -> PersonId {
    let person = kit.desk.perform(&clerk(), RegisterPerson(new)).await.unwrap();
    let password = PasswordHash::of(PASSWORD).await.unwrap();
    let system = Actor::system(Channel::CommandLine);
    kit.desk.perform(&system, LoadAccount { person, password }).await.unwrap();
    person
}

fn code<T, E: Fault>(done: Result<T, Declined<E>>) -> &'static str {
    match done {
        Ok(_) => "done",
        Err(declined) => declined.code(),
    }
}

fn later(kit: &Kit, by: TimeDelta) {
    kit.clock.set(kit.clock.now() + by);
}

/// The text messages that wait for the worker, as phone and code.
async fn sent(kit: &Kit) -> Vec<(String, String)> {
    let system = Actor::system(Channel::Worker);
    let mut sent = Vec::new();
    for job in kit.desk.perform(&system, job::Claim { limit: 100 }).await.unwrap() {
        let payload: message::Job = serde_json::from_str(&job.payload).unwrap();
        let outgoing = message::outgoing(&kit.desk.view(), payload.delivery).await.unwrap().unwrap();
        if let Some(code) = outgoing.params.get("code") {
            sent.push((outgoing.phone, code.clone()));
        }
        kit.desk.perform(&system, job::Finish { job, ended: job::Ended::Done }).await.unwrap();
    }
    sent
}

async fn ask_sign_in_code(kit: &Kit, text: &str, address: &str) -> &'static str {
    let ask = RequestSignInCode { id_number: number(text), address: address.to_owned() };
    code(kit.desk.perform(&Actor::anonymous(Channel::Web), ask).await)
}

async fn ask_phone_code(kit: &Kit, phone: &str) -> &'static str {
    let ask = RequestPhoneCode { phone: phone.to_owned(), address: "192.0.2.1".to_owned() };
    code(kit.desk.perform(&Actor::anonymous(Channel::Web), ask).await)
}

async fn service(kit: &Kit, people: &[(&str, &str, &str)]) -> (outside::real_name::Running, RealName) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = outside::real_name::Client { id: "ZHIJIAN".to_owned(), key: "a shared key".to_owned() };
    let mut config = outside::real_name::Config::new(client);
    config.clock = outside::clock::Clock::fixed(kit.desk.now());
    let running = outside::real_name::start(config).await.unwrap();
    running.add_people(people.iter().map(|(name, id_number, phone)| outside::real_name::Person {
        name: (*name).to_owned(),
        id_number: (*id_number).to_owned(),
        phone: (*phone).to_owned(),
    }));
    let config = RealNameConfig { url: running.url(), client: "ZHIJIAN".to_owned(), key: "a shared key".to_owned() };
    (running, RealName::new(reqwest::Client::new(), config))
}

fn opening(code: &str) -> Opening {
    Opening {
        name: "王芳".to_owned(),
        id_number: number(WANG),
        phone: PHONE.to_owned(),
        code: code.to_owned(),
        password: PASSWORD.to_owned(),
    }
}

testkit::both_engines! {
    on [registry::MIGRATIONS, message::MIGRATIONS, account::MIGRATIONS];

    async fn a_session_opens_what_it_should_and_stays_ended(kit: Kit) {
        let person = person_with_account(&kit, wang()).await;
        let new = sign_in(&kit.desk, &home(), &number(WANG), &password(PASSWORD)).await.unwrap();
        let token = new.token.reveal().to_owned();
        let known = session(&kit.desk.view(), &token).await.unwrap().unwrap();
        assert_eq!(known, new.session);
        assert_eq!((known.person, known.actor.clone()), (Some(person), Actor::person(person, Channel::Web)));
        for other in ["", "x", &token[1..], &format!("{}A", &token[..42])] {
            let opened = session(&kit.desk.view(), other).await.unwrap();
            assert!(opened.is_none() || other == token, "{other}");
        }
        let stranger = Actor::person(PersonId(Uuid::from_u128(5)), Channel::Web);
        let theirs = EndSession { person, session: known.id };
        assert_eq!(code(kit.desk.perform(&stranger, theirs).await), "denied");
        kit.desk.perform(&known.actor, SignOut { session: known.clone() }).await.unwrap();
        assert_eq!(session(&kit.desk.view(), &token).await.unwrap(), None);
        later(&kit, TimeDelta::minutes(2));
        touch(&kit.desk, &known).await.unwrap();
        assert_eq!(session(&kit.desk.view(), &token).await.unwrap(), None);
        let again = EndSession { person, session: known.id };
        assert_eq!(code(kit.desk.perform(&known.actor, again).await), "session_not_found");
        assert_eq!(kit.number("select count(*) from account_session where ended_at is not null").await, 1);
    }

    async fn a_session_ends_when_idle_and_after_half_a_day(kit: Kit) {
        person_with_account(&kit, wang()).await;
        let new = sign_in(&kit.desk, &home(), &number(WANG), &password(PASSWORD)).await.unwrap();
        let token = new.token.reveal();
        later(&kit, TimeDelta::minutes(29));
        let known = session(&kit.desk.view(), token).await.unwrap().unwrap();
        later(&kit, TimeDelta::minutes(1));
        assert_eq!(session(&kit.desk.view(), token).await.unwrap(), None, "30 idle minutes");
        later(&kit, TimeDelta::minutes(-1));
        touch(&kit.desk, &known).await.unwrap();
        for _ in 0..23 {
            later(&kit, TimeDelta::minutes(29));
            let known = session(&kit.desk.view(), token).await.unwrap().unwrap();
            touch(&kit.desk, &known).await.unwrap();
        }
        later(&kit, TimeDelta::minutes(24));
        assert_eq!(session(&kit.desk.view(), token).await.unwrap(), None, "12 hours");
    }

    async fn the_token_is_stored_as_a_hash_only(kit: Kit) {
        person_with_account(&kit, wang()).await;
        let new = sign_in(&kit.desk, &home(), &number(WANG), &password(PASSWORD)).await.unwrap();
        let bytes = match kit.engine() {
            testkit::Engine::Sqlite => "length(token_index)",
            testkit::Engine::Postgres => "length(token_index)::bigint",
        };
        assert_eq!(kit.number(&format!("select {bytes} from account_session")).await, 16);
        assert_eq!(new.token.reveal().len(), 43);
        assert_eq!(format!("{new:?}").matches(new.token.reveal()).count(), 0);
    }

    async fn wrong_and_unknown_are_answered_alike_and_limited_alike(kit: Kit) {
        person_with_account(&kit, wang()).await;
        for (text, address) in [(WANG, "192.0.2.1"), (NOBODY, "192.0.2.2")] {
            let mut answers = Vec::new();
            for _ in 0..6 {
                let done = sign_in(&kit.desk, &from(address), &number(text), &password("not the password")).await;
                answers.push(code(done));
            }
            let wrong = "wrong_credentials";
            assert_eq!(answers, [wrong, wrong, wrong, wrong, wrong, "too_many_tries"], "{text}");
        }
        // The right password does not help while it is blocked, and helps after; then the count begins anew.
        let right = || sign_in_right(&kit, "192.0.2.3");
        assert_eq!(right().await, "too_many_tries");
        later(&kit, TimeDelta::seconds(31));
        assert_eq!(right().await, "done");
        let refused = kit.number("select count(*) from control_audit where action = 'sign_in' and outcome = 'refused'").await;
        assert_eq!(refused, 13);
    }

    async fn many_tries_at_once_gain_nothing(kit: Kit) {
        person_with_account(&kit, wang()).await;
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let desk = kit.desk.clone();
            tries.spawn(async move { code(sign_in(&desk, &home(), &number(WANG), &password("guess")).await) });
        }
        let checked = tries.join_all().await.into_iter().filter(|answer| *answer == "wrong_credentials").count();
        assert_eq!(checked, 5);
    }

    async fn an_address_is_limited_whoever_it_tries(kit: Kit) {
        let mut last = "";
        for order in 1..=22u16 {
            let birth = "1980-01-01".parse().unwrap();
            let who = IdNumber::compose(&AreaCode::parse("130499").unwrap(), birth, order).unwrap();
            last = code(sign_in(&kit.desk, &home(), &who, &password("guess")).await);
        }
        assert_eq!(last, "too_many_tries");
        assert_eq!(code(sign_in(&kit.desk, &from("192.0.2.9"), &number(WANG), &password("x")).await), "wrong_credentials");
    }

    async fn a_code_signs_in_once_within_five_minutes_and_five_tries(kit: Kit) {
        person_with_account(&kit, wang()).await;
        assert_eq!(ask_sign_in_code(&kit, WANG, "a").await, "done");
        let waiting = sent(&kit).await;
        let [(phone, good)] = waiting.as_slice() else { panic!("one message, not {}", waiting.len()) };
        assert_eq!((phone.as_str(), good.len()), (PHONE, 6));
        let by = |code: &str| Proof::SmsCode(code.to_owned());
        assert_eq!(code(sign_in(&kit.desk, &home(), &number(WANG), &by("0000000")).await), "wrong_credentials");
        assert_eq!(code(sign_in(&kit.desk, &home(), &number(WANG), &by(good)).await), "done");
        assert_eq!(code(sign_in(&kit.desk, &home(), &number(WANG), &by(good)).await), "wrong_credentials");
        assert_eq!(ask_sign_in_code(&kit, WANG, "a").await, "too_many_codes");
        later(&kit, TimeDelta::seconds(61));
        assert_eq!(ask_sign_in_code(&kit, WANG, "a").await, "done");
        let late = sent(&kit).await.remove(0).1;
        later(&kit, TimeDelta::minutes(5));
        assert_eq!(code(sign_in(&kit.desk, &home(), &number(WANG), &by(&late)).await), "wrong_credentials", "too old");
        assert_eq!(ask_sign_in_code(&kit, WANG, "a").await, "done");
        let tried = sent(&kit).await.remove(0).1;
        for wait in [0, 0, 31, 61, 121] {
            let wrong = sign_in(&kit.desk, &home(), &number(WANG), &by("0000000")).await;
            assert_eq!(code(wrong), "wrong_credentials");
            later(&kit, TimeDelta::seconds(wait));
        }
        assert_eq!(code(sign_in(&kit.desk, &home(), &number(WANG), &by(&tried)).await), "wrong_credentials", "five tries");
    }

    async fn asking_for_a_code_tells_nothing_about_a_number(kit: Kit) {
        person_with_account(&kit, wang()).await;
        for text in [WANG, NOBODY] {
            let answers = [ask_sign_in_code(&kit, text, text).await, ask_sign_in_code(&kit, text, text).await];
            assert_eq!(answers, ["done", "too_many_codes"], "{text}");
        }
        assert_eq!(kit.number("select count(*) from account_code").await, 2);
        assert_eq!(sent(&kit).await.len(), 1);
    }

    async fn without_a_phone_the_counter_opens_and_signs_in(kit: Kit) {
        let new = NewPerson { phone: None, ..wang() };
        let person = kit.desk.perform(&clerk(), RegisterPerson(new)).await.unwrap();
        let issue = || async { kit.desk.perform(&clerk(), IssueCounterCode { person }).await.unwrap().0 };
        assert_eq!(open_at_counter(&kit, "00000000x").await, "wrong_code");
        let first = issue().await;
        assert_eq!(first.len(), 8);
        assert_eq!(open_at_counter(&kit, &first).await, "done");
        assert_eq!(open_at_counter(&kit, &first).await, "wrong_code", "used once");
        let both = |password: &str, code: String| Proof::PasswordAndCounterCode { password: password.to_owned(), code };
        assert_eq!(code(sign_in(&kit.desk, &home(), &number(WANG), &both(PASSWORD, issue().await)).await), "done");
        assert_eq!(code(sign_in(&kit.desk, &home(), &number(WANG), &both("wrong", issue().await)).await), "wrong_credentials");
        let late = issue().await;
        later(&kit, TimeDelta::hours(24));
        assert_eq!(code(sign_in(&kit.desk, &home(), &number(WANG), &both(PASSWORD, late)).await), "wrong_credentials");
        let mine = kit.number("select count(*) from account_session where ended_at is null").await;
        assert_eq!(open_by_counter_code(&kit.desk, &home(), &number(WANG), &issue().await, "另一个足够长的密码").await.unwrap().session.person, Some(person));
        assert_eq!((mine, kit.number("select count(*) from account_session where ended_at is null").await), (2, 1));
        let stranger = Actor::person(person, Channel::Web);
        assert_eq!(code(kit.desk.perform(&stranger, IssueCounterCode { person }).await), "denied");
        let nobody = IssueCounterCode { person: PersonId(Uuid::nil()) };
        assert_eq!(code(kit.desk.perform(&clerk(), nobody).await), "person_not_found");
    }

    async fn the_real_name_check_opens_for_the_known_and_the_unknown(kit: Kit) {
        let (_running, service) = service(&kit, &[("王芳", WANG, PHONE)]).await;
        ask_phone_code(&kit, PHONE).await;
        let good = sent(&kit).await.remove(0).1;
        let opened = open_by_real_name(&kit.desk, &service, &home(), &opening(&good)).await.unwrap();
        let person = opened.session.person.unwrap();
        assert_eq!(registry::find_by_id_number(&kit.desk.view(), &number(WANG)).await.unwrap(), [person]);
        assert_eq!(registry::phone(&kit.desk.view(), person).await.unwrap().as_deref(), Some(PHONE));
        assert_eq!(message::inbox(&kit.desk.view(), person, 10).await.unwrap()[0].template, message::Template::AccountOpened);
        assert_eq!(sign_in_right(&kit, "192.0.2.7").await, "done");
    }

    async fn opening_is_refused(kit: Kit) {
        let (running, service) = service(&kit, &[("王芳", WANG, PHONE)]).await;
        let open = |opening: Opening| open_by_real_name_owned(&kit, &service, opening);
        assert_eq!(open(Opening { password: "short".to_owned(), ..opening("1") }).await, "password_too_short");
        assert_eq!(open(opening("000000x")).await, "wrong_code");
        assert_eq!(ask_phone_code(&kit, "139").await, "phone_malformed");
        assert_eq!(ask_phone_code(&kit, PHONE).await, "done");
        assert_eq!(ask_phone_code(&kit, PHONE).await, "too_many_codes");
        let good = sent(&kit).await.remove(0).1;
        assert_eq!(open(Opening { name: "王方".to_owned(), ..opening(&good) }).await, "real_name_mismatch");
        running.set_faults(outside::real_name::Faults { forge_answer: true, ..Default::default() });
        assert_eq!(open(opening(&good)).await, "real_name_no_answer");
        running.set_faults(outside::real_name::Faults { unavailable: true, ..Default::default() });
        assert_eq!(open(opening(&good)).await, "real_name_no_answer");
        assert_eq!(open(opening(&good)).await, "real_name_no_answer");
        running.set_faults(outside::real_name::Faults::default());
        assert_eq!(open(opening(&good)).await, "too_many_tries");
        assert_eq!(kit.number("select count(*) from account_person").await, 0);
    }

    async fn opening_for_an_entry_that_differs_goes_to_the_counter(kit: Kit) {
        let other_name = NewPerson { name: "王方".to_owned(), ..wang() };
        let person = kit.desk.perform(&clerk(), RegisterPerson(other_name)).await.unwrap();
        let (_running, service) = service(&kit, &[("王芳", WANG, PHONE)]).await;
        ask_phone_code(&kit, PHONE).await;
        let good = sent(&kit).await.remove(0).1;
        assert_eq!(open_by_real_name_owned(&kit, &service, opening(&good)).await, "go_to_counter");
        let password = PasswordHash::of(PASSWORD).await.unwrap();
        let system = Actor::system(Channel::CommandLine);
        let load = || LoadAccount { person, password: password.clone() };
        assert_eq!(code(kit.desk.perform(&system, load()).await), "done");
        assert_eq!(code(kit.desk.perform(&system, load()).await), "account_already_open");
        assert_eq!(code(kit.desk.perform(&clerk(), load()).await), "denied");
    }

    async fn password_and_phone_are_changed_by_whoever_proves_it(kit: Kit) {
        person_with_account(&kit, wang()).await;
        let mine = sign_in(&kit.desk, &home(), &number(WANG), &password(PASSWORD)).await.unwrap();
        let other = sign_in(&kit.desk, &home(), &number(WANG), &password(PASSWORD)).await.unwrap();
        let change = |present: &'static str, new: &'static str| change_owned(&kit, &mine.session, present, new);
        assert_eq!(change(PASSWORD, "12345678").await, "password_common");
        assert_eq!(change("wrong", "一个新的很长的密码").await, "wrong_credentials");
        assert_eq!(change(PASSWORD, "一个新的很长的密码").await, "done");
        assert!(session(&kit.desk.view(), mine.token.reveal()).await.unwrap().is_some());
        assert!(session(&kit.desk.view(), other.token.reveal()).await.unwrap().is_none(), "other devices are out");
        assert_eq!(change_phone_code(&kit, &mine.session, "139", "1").await, "phone_malformed");
        assert_eq!(change_phone_code(&kit, &mine.session, "13900000002", "1").await, "wrong_credentials");
        sent(&kit).await;
        ask_phone_code(&kit, "13900000002").await;
        let good = sent(&kit).await.remove(0).1;
        assert_eq!(change_phone_code(&kit, &mine.session, "13900000003", &good).await, "wrong_credentials", "another phone");
        assert_eq!(change_phone_code(&kit, &mine.session, "13900000002", &good).await, "done");
        ask_sign_in_code(&kit, WANG, "x").await;
        let waiting = sent(&kit).await;
        assert!(waiting.is_empty(), "the new phone had a code a moment ago");
        later(&kit, TimeDelta::seconds(121));
        ask_sign_in_code(&kit, WANG, "x").await;
        let (phone, forgotten) = sent(&kit).await.remove(0);
        assert_eq!(phone, "13900000002");
        let reset = reset_password(&kit.desk, &home(), &number(WANG), &forgotten, PASSWORD).await;
        assert_eq!(code(reset), "done");
        assert!(session(&kit.desk.view(), mine.token.reveal()).await.unwrap().is_none(), "a reset ends every session");
    }

    async fn staff_sign_in_with_their_roles(kit: Kit) {
        let engineer = Actor::staff(StaffId(Uuid::from_u128(9)), &[Role::Engineer], Channel::CommandLine);
        let hash = PasswordHash::of(PASSWORD).await.unwrap();
        let add = |login: &str, roles: &[Role]| AddStaff {
            login: login.to_owned(),
            name: "赵经办".to_owned(),
            password: hash.clone(),
            roles: roles.to_vec(),
        };
        assert_eq!(code(kit.desk.perform(&engineer, add("No", &[Role::Clerk])).await), "login_malformed");
        assert_eq!(code(kit.desk.perform(&engineer, add("zhao", &[])).await), "not_a_staff_role");
        assert_eq!(code(kit.desk.perform(&engineer, add("zhao", &[Role::System])).await), "not_a_staff_role");
        let both = add("zhao", &[Role::Clerk, Role::Reviewer]);
        assert_eq!(code(kit.desk.perform(&engineer, both).await), "roles_incompatible");
        let id = kit.desk.perform(&engineer, add("zhao", &[Role::Clerk])).await.unwrap();
        assert_eq!(code(kit.desk.perform(&engineer, add("zhao", &[Role::Clerk])).await), "login_taken");
        assert_eq!(code(kit.desk.perform(&clerk(), add("qian", &[Role::Clerk])).await), "denied");
        assert_eq!(code(staff_sign_in(&kit.desk, &home(), "zhao", "wrong").await), "wrong_credentials");
        assert_eq!(code(staff_sign_in(&kit.desk, &home(), "nobody", PASSWORD).await), "wrong_credentials");
        let new = staff_sign_in(&kit.desk, &home(), "zhao", PASSWORD).await.unwrap();
        let known = session(&kit.desk.view(), new.token.reveal()).await.unwrap().unwrap();
        assert_eq!(known.actor, Actor::staff(id, &[Role::Clerk], Channel::Web));
        kit.desk.perform(&engineer, RetireStaff { staff: id }).await.unwrap();
        assert_eq!(session(&kit.desk.view(), new.token.reveal()).await.unwrap(), None);
        assert_eq!(code(kit.desk.perform(&engineer, RetireStaff { staff: id }).await), "staff_not_found");
        assert_eq!(code(staff_sign_in(&kit.desk, &home(), "zhao", PASSWORD).await), "wrong_credentials");
        assert_eq!(staff(&kit.desk.view(), id).await.unwrap().unwrap().name, "赵经办");
    }
}

async fn sign_in_right(kit: &Kit, address: &str) -> &'static str {
    code(sign_in(&kit.desk, &from(address), &number(WANG), &password(PASSWORD)).await)
}

async fn open_at_counter(kit: &Kit, typed: &str) -> &'static str {
    code(open_by_counter_code(&kit.desk, &home(), &number(WANG), typed, PASSWORD).await)
}

async fn open_by_real_name_owned(kit: &Kit, service: &RealName, opening: Opening) -> &'static str {
    code(open_by_real_name(&kit.desk, service, &home(), &opening).await)
}

async fn change_owned(kit: &Kit, session: &Session, present: &str, new: &str) -> &'static str {
    code(change_password(&kit.desk, &home(), session, present, new).await)
}

async fn change_phone_code(kit: &Kit, session: &Session, phone: &str, typed: &str) -> &'static str {
    code(change_phone(&kit.desk, session, phone, typed).await)
}
