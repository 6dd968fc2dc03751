//! The stand: a hall with people in it on one of the engines, on a port where notices reach it, in a world of stand-ins.

use crate::visitor::{Visitor, bill_of, hidden};
use crate::world::World;
use account::{AddStaff, LoadAccount, PasswordHash};
use axum::Router;
use axum::http::StatusCode;
use control::job::{Claim, Ended, Finish};
use control::{Actor, Channel, Role};
use hall::{App, Config};
use kernel::{AreaCode, Date, IdNumber, Insurance, Month, PersonId};
use payment::{Attempt, GatewayKind};
use registry::flexible::Register;
use registry::{Category, NewPerson, RegisterPerson, Source};
use std::sync::Arc;
use testkit::Kit;
use tokio::sync::OnceCell;

pub(crate) const PASSWORD: &str = "春眠不觉晓处处闻";
pub(crate) const WANG: &str = "130499199001010029";
pub(crate) const LI: &str = "130499195708150019";
pub(crate) const PHONE: &str = "13900000001";

/// A hall with its people.
pub(crate) struct Stand {
    pub(crate) kit: Kit,
    pub(crate) router: Router,
    pub(crate) world: World,
    pub(crate) services: office::Services,
    /// A flexible worker since January.
    pub(crate) wang: PersonId,
    /// Somebody else, with nothing.
    pub(crate) li: PersonId,
}

pub(crate) fn system() -> Actor {
    Actor::system(Channel::Worker)
}

/// The password of everybody, hashed once.
pub(crate) async fn password() -> PasswordHash {
    static HASH: OnceCell<PasswordHash> = OnceCell::const_new();
    HASH.get_or_init(|| async { PasswordHash::of(PASSWORD).await.unwrap() }).await.clone()
}

impl Stand {
    /// A hall on 23 November 2026 over the kit's database.
    pub(crate) async fn over(kit: Kit) -> Stand {
        kit.set_today(Date::from_ymd_opt(2026, 11, 23).unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let world = World::start(&kit).await;
        let services = world.services(&kit, &url);
        let mut app = App::new(kit.desk.clone(), Config::loopback(url));
        app.services = Some(services.clone());
        app.real_name = Some(world.real_name());
        let router = hall::router(Arc::new(app));
        let served = router.clone();
        tokio::spawn(async move { axum::serve(listener, served).await });
        let wang = person(&kit, "王秀英", WANG).await;
        let li = person(&kit, "李大山", LI).await;
        let from = Month::new(2026, 1).unwrap();
        let register = Register { person: wang, insurance: Insurance::Pension, from };
        kit.desk.perform(&Actor::person(wang, Channel::Web), register).await.unwrap();
        Stand { kit, router, world, services, wang, li }
    }

    /// A visitor who is signed in.
    pub(crate) async fn signed_in(&self, id_number: &str) -> Visitor {
        let visitor = self.visitor();
        let form = [("by", "password"), ("id_number", id_number), ("password", PASSWORD), ("next", "/home")];
        let answer = visitor.post("/sign-in", &form).await;
        assert_eq!((answer.status, answer.to()), (StatusCode::SEE_OTHER, "/home".to_owned()));
        visitor
    }

    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::at(&self.router)
    }

    /// From the check page to a gateway's cashier with these months (`m=2026-03&m=2026-04`): the bill's id.
    pub(crate) async fn begun(&self, visitor: &Visitor, months: &str, gateway: &str) -> String {
        let query = format!("{months}&tier=60&gateway={gateway}");
        let key = hidden(&visitor.page(&format!("/pay/check?{query}")).await, "key");
        let answer = visitor.send("/pay", format!("{query}&key={key}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        bill_of(&answer.to())
    }

    /// The attempts of a bill's first order, oldest first.
    pub(crate) async fn attempts(&self, bill: &str) -> Vec<Attempt> {
        let view = self.kit.desk.view();
        let orders = payment::orders_of(&view, payment::Purpose::Contribution(bill.parse().unwrap())).await.unwrap();
        payment::attempts_of(&view, orders[0].id).await.unwrap()
    }

    /// The number under which a gateway knows a bill.
    pub(crate) async fn number_at(&self, gateway: GatewayKind, bill: &str) -> String {
        let attempts = self.attempts(bill).await;
        attempts.into_iter().find(|attempt| attempt.gateway == gateway).unwrap().number
    }

    /// The number under which WeChat Pay knows a bill.
    pub(crate) async fn number_of(&self, bill: &str) -> String {
        self.number_at(GatewayKind::WeChatPay, bill).await
    }

    pub(crate) async fn confirm_at_cashier(&self, number: &str, notice: &str) -> Vec<u16> {
        self.world.pay_at_wechat(number, notice).await
    }

    /// An officer who is signed in.
    pub(crate) async fn officer(&self, login: &str, roles: &[Role]) -> Visitor {
        let add = AddStaff {
            login: login.to_owned(),
            name: format!("工号{login}"),
            password: password().await,
            roles: roles.to_vec(),
        };
        self.kit.desk.perform(&system(), add).await.unwrap();
        let visitor = self.visitor();
        let answer = visitor.post("/counter/sign-in", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(answer.to(), "/counter", "{}", answer.text());
        visitor
    }

    /// The worker runs what is due, once. Answers what failed.
    pub(crate) async fn run_jobs(&self) -> Vec<String> {
        let desk = &self.kit.desk;
        let mut failed = Vec::new();
        for job in desk.perform(&system(), Claim { limit: 100 }).await.unwrap() {
            let ended = match office::run(desk, &self.services, &job).await {
                Ok(()) => Ended::Done,
                Err(error) => {
                    failed.push(format!("{}: {error}", job.kind));
                    Ended::Failed(error.to_string())
                }
            };
            desk.perform(&system(), Finish { job, ended }).await.unwrap();
        }
        failed
    }

    /// The code in the text message that a phone got last.
    pub(crate) async fn code_sent_to(&self, phone: &str) -> String {
        assert_eq!(self.run_jobs().await, Vec::<String>::new());
        self.world.sms.messages(phone)[0].param["code"].as_str().unwrap().to_owned()
    }

    /// Everything recomputed: books, contributions, audit.
    pub(crate) async fn books_are_right(&self) {
        let checked = office::books::verify(&self.kit.desk.view(), &|_| {}).await.unwrap();
        assert!(checked.is_ok(), "{}", checked.unwrap_err());
    }

    /// How many lines of the audit say that somebody was denied.
    pub(crate) async fn denials(&self) -> i64 {
        self.kit.number("select count(*) from control_audit where outcome = 'denied'").await
    }
}

async fn person(kit: &Kit, name: &str, number: &str) -> PersonId {
    let new = NewPerson {
        name: name.to_owned(),
        id_number: IdNumber::parse(number).unwrap(),
        phone: Some(PHONE.to_owned()),
        category: Category::Worker,
        area: AreaCode::parse("130400").unwrap(),
        source: Source::Counter,
        decision: None,
    };
    let person = kit.desk.perform(&system(), RegisterPerson(new)).await.unwrap();
    kit.desk.perform(&system(), LoadAccount { person, password: password().await }).await.unwrap();
    person
}
