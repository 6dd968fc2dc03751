//! Agents of an employer: the first one, the others, their rights, and every refusal on the way.

use account::*;
use control::{Act, Actor, Channel, Declined, IdempotencyKey, Role};
use kernel::{AgentId, AreaCode, CreditCode, EmployerId, IdNumber, StaffId};
use registry::requirement::Business;
use registry::{Category, Contact, EmployerKind, NewPerson, RegisterEmployer, RegisterPerson, SelfCheck, Source};
use testkit::Kit;
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "春眠不觉晓处处闻";
/// Ten digits of an organisation code and the check character of the whole.
pub(crate) const CODE: &str = "911304000000000029";

pub(crate) fn clerk() -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(1)), &[Role::Clerk], Channel::Counter)
}

pub(crate) fn home() -> Caller {
    Caller { channel: Channel::Web, address: "192.0.2.1".to_owned() }
}

pub(crate) fn party() -> passkey::RelyingParty {
    let (id, origin) = ("zhijian.example".to_owned(), "https://zhijian.example".to_owned());
    passkey::RelyingParty { id, origin, name: "至简".to_owned() }
}

fn opening(login: &str) -> OpeningAgent {
    let (login, name) = (login.to_owned(), "张会计".to_owned());
    OpeningAgent { login, name, phone: None, password: PASSWORD.to_owned() }
}

/// A unified credit code with its check character.
pub(crate) fn credit_code() -> CreditCode {
    let head = &CODE[..17];
    let fits =
        "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().find_map(|sign| CreditCode::parse(&format!("{head}{sign}")).ok());
    fits.unwrap()
}

pub(crate) async fn firm(kit: &Kit) -> EmployerId {
    let act = RegisterEmployer {
        key: IdempotencyKey::parse("register-1").unwrap(),
        name: "邯郸市测试有限公司".to_owned(),
        credit_code: credit_code().as_str().to_owned(),
        area: AreaCode::parse("130499").unwrap(),
        kind: EmployerKind::Enterprise,
        size_proof: None,
        injury_class: 2,
        legal_person: "王芳".to_owned(),
        legal_person_number: "13049919700101002X".to_owned(),
        contact: Contact { name: "张会计".to_owned(), phone: "13900000009".to_owned() },
        from: "2010-01-04".parse().unwrap(),
        checked: SelfCheck { business: Business::Registration, papers: Vec::new() },
    };
    kit.desk.perform(&clerk(), act).await.unwrap().employer
}

/// The first agent, signed in, with all rights.
pub(crate) async fn first_agent(kit: &Kit, employer: EmployerId) -> NewSession {
    let code = kit.desk.perform(&clerk(), IssueEmployerCode { employer }).await.unwrap().0;
    open_agent_by_counter_code(&kit.desk, &home(), &credit_code(), &code, &opening("zhang")).await.unwrap()
}

async fn adding(employer: EmployerId, login: &str, roles: &[Role]) -> AddAgent {
    let (login, name, password) = (login.to_owned(), "李出纳".to_owned(), PasswordHash::of(PASSWORD).await.unwrap());
    AddAgent { employer, login, name, phone: Some("13900000008".to_owned()), password, roles: roles.to_vec() }
}

async fn code<A: Act>(kit: &Kit, actor: &Actor, act: A) -> &'static str {
    kit.desk.perform(actor, act).await.map_or_else(|declined| declined.code(), |_| "done")
}

fn opened(done: Result<NewSession, Declined<OpenError>>) -> &'static str {
    done.map_or_else(|declined| declined.code(), |_| "done")
}

pub(crate) async fn sign_in(kit: &Kit, login: &str, password: &str) -> Result<AgentSignedIn, Declined<SignInError>> {
    agent_sign_in(&kit.desk, &home(), &party(), login, password).await
}

testkit::both_engines! {
    on [registry::MIGRATIONS, message::MIGRATIONS, account::MIGRATIONS];

    async fn the_first_agent_is_made_by_a_code_from_the_counter(kit: Kit) {
        let employer = firm(&kit).await;
        let begun = first_agent(&kit, employer).await;
        assert_eq!(begun.session.employer, Some(employer));
        assert_eq!(begun.session.actor.roles(), agent::AGENT_ROLES);
        let again = session(&kit.desk.view(), begun.token.reveal()).await.unwrap().unwrap();
        assert_eq!(again, begun.session);
        let known = agents(&kit.desk.view(), employer).await.unwrap();
        assert_eq!(known.len(), 1);
        assert_eq!((known[0].login.as_str(), known[0].has_passkey), ("zhang", false));
        let code = kit.desk.perform(&clerk(), IssueEmployerCode { employer }).await.unwrap().0;
        let by = async |code: &str, opening: OpeningAgent| {
            opened(open_agent_by_counter_code(&kit.desk, &home(), &credit_code(), code, &opening).await)
        };
        let weak = OpeningAgent { password: "zhang-2026".to_owned(), ..opening("zhang-2026") };
        assert_eq!(by(&code, weak).await, "password_personal");
        assert_eq!(by("00000000", opening("wang")).await, "wrong_code");
        assert_eq!(by(&code, opening("Zhang")).await, "login_malformed");
        assert_eq!(by(&code, OpeningAgent { name: " ".to_owned(), ..opening("wang") }).await, "name_empty");
        assert_eq!(by(&code, opening("zhang")).await, "login_taken");
        assert_eq!(by(&code, opening("wang")).await, "too_many_tries");
        let nobody = EmployerId(Uuid::nil());
        let declined = kit.desk.perform(&clerk(), IssueEmployerCode { employer: nobody }).await.unwrap_err();
        assert_eq!(declined.code(), "employer_not_found");
    }

    async fn the_legal_person_opens_the_door_and_nobody_else(kit: Kit) {
        let employer = firm(&kit).await;
        let enter = |name: &str, number: &str| RegisterPerson(NewPerson {
            name: name.to_owned(), id_number: IdNumber::parse(number).unwrap(), phone: None,
            category: Category::Worker, area: AreaCode::parse("130499").unwrap(), source: Source::Counter, decision: None,
        });
        let wang = kit.desk.perform(&clerk(), enter("王芳", "13049919700101002X")).await.unwrap();
        let other = kit.desk.perform(&clerk(), enter("赵强", "130499195708150019")).await.unwrap();
        let by = async |person| opened(open_agent_as_legal_person(&kit.desk, &home(), person, employer, &opening("wang")).await);
        assert_eq!(by(other).await, "real_name_mismatch");
        assert_eq!(by(wang).await, "done");
    }

    async fn a_manager_names_others_and_one_manager_remains(kit: Kit) {
        let employer = firm(&kit).await;
        let manager = first_agent(&kit, employer).await.session;
        let boss = manager.agent.unwrap();
        let add = adding(employer, "li-1", &[Role::AgentPayer]).await;
        let payer = kit.desk.perform(&manager.actor, add).await.unwrap();
        let theirs = Actor::agent(payer, employer, &[Role::AgentPayer], Channel::Web);
        assert_eq!(code(&kit, &theirs, adding(employer, "li-2", &[Role::AgentReader]).await).await, "denied");
        let elsewhere = EmployerId(Uuid::from_u128(9));
        assert_eq!(code(&kit, &manager.actor, adding(elsewhere, "li-2", &[Role::AgentReader]).await).await, "denied");
        for (login, name, phone, roles, why) in [
            ("L", "李", "13900000008", &[Role::AgentReader][..], "login_malformed"),
            ("li-2", " ", "13900000008", &[Role::AgentReader], "name_empty"),
            ("li-2", "李", "1", &[Role::AgentReader], "phone_malformed"),
            ("li-2", "李", "13900000008", &[Role::Clerk], "not_an_agent_role"),
            ("li-2", "李", "13900000008", &[], "not_an_agent_role"),
            ("li-1", "李", "13900000008", &[Role::AgentReader], "login_taken"),
        ] {
            let mut act = adding(employer, login, roles).await;
            (act.name, act.phone) = (name.to_owned(), Some(phone.to_owned()));
            assert_eq!(code(&kit, &manager.actor, act).await, why);
        }
        assert_eq!(code(&kit, &clerk(), adding(elsewhere, "li-2", &[Role::AgentReader]).await).await, "employer_not_found");
        let rights = |agent, roles: &[Role]| ChangeAgentRights { employer, agent, roles: roles.to_vec() };
        assert_eq!(code(&kit, &manager.actor, rights(payer, &[Role::System])).await, "not_an_agent_role");
        assert_eq!(code(&kit, &manager.actor, rights(AgentId(Uuid::nil()), &[Role::AgentReader])).await, "agent_not_found");
        assert_eq!(code(&kit, &manager.actor, rights(boss, &[Role::AgentReader])).await, "last_manager");
        assert_eq!(code(&kit, &manager.actor, RetireAgent { employer, agent: boss }).await, "last_manager");
        // A change of rights ends the sessions that carry the old ones.
        let AgentSignedIn::Session(begun) = sign_in(&kit, "li-1", PASSWORD).await.unwrap() else { panic!("no passkey yet") };
        assert_eq!(code(&kit, &manager.actor, rights(payer, &[Role::AgentManager, Role::AgentPayer])).await, "done");
        assert_eq!(session(&kit.desk.view(), begun.token.reveal()).await.unwrap(), None);
        assert_eq!(code(&kit, &manager.actor, RetireAgent { employer, agent: boss }).await, "done");
        assert_eq!(sign_in(&kit, "zhang", PASSWORD).await.unwrap_err().code(), "wrong_credentials");
        let retired = agent(&kit.desk.view(), boss).await.unwrap().unwrap();
        assert_eq!(retired.name, "张会计");
        assert!(agents(&kit.desk.view(), employer).await.unwrap().iter().all(|one| one.id == payer));
    }

    async fn wrong_passwords_are_counted_and_a_login_that_nobody_has_looks_the_same(kit: Kit) {
        let employer = firm(&kit).await;
        first_agent(&kit, employer).await;
        for login in ["zhang", "nobody"] {
            for _ in 0..5 {
                assert_eq!(sign_in(&kit, login, "wrong").await.unwrap_err().code(), "wrong_credentials");
            }
            assert_eq!(sign_in(&kit, login, PASSWORD).await.unwrap_err().code(), "too_many_tries");
        }
    }
}
