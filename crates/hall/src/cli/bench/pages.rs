//! `zhijian bench pages`: how long people wait for their home and for the payment page, or employers for theirs. The hall runs as a process of its own,
//! as `zhijian serve` starts it; the visitors come at fixed moments, whether or not it keeps up, and their wait counts from
//! the moment at which they came.

use super::{decimal, finish};
use crate::cli::home::{Home, one_line};
use crate::cli::outside_world::{OutsideWorld, Ports};
use crate::cli::{living, progress};
use account::passkey::RelyingParty;
use account::{AGENT_ROLES, AddAgent, AgentSignedIn, Caller, LoadAccount, PasswordHash, Proof};
use city::Plan;
use clap::Args;
use control::{Actor, Channel, Desk};
use kernel::AreaCode;
use serde::Serialize;
use serde_json::Number;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

/// Waits for pages of a city's hall under load.
#[derive(Debug, Args)]
pub(in crate::cli) struct Pages {
    /// The folder of the city; it is kept, and used again where it exists.
    #[arg(long, value_name = "DIR", default_value = "zhijian-bench")]
    data: std::path::PathBuf,
    /// How many people live in the city.
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1000..=2_000_000))]
    people: u32,
    /// How many years of history they have.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..=20))]
    years: i32,
    /// Pages asked for a second, one kind after the other.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    rate: u64,
    /// For how long.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// How many people are signed in.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    visitors: u32,
    /// Employers' agents come instead, to the pages of their employers.
    #[arg(long)]
    employers: bool,
}

/// What people come for.
const OF_PEOPLE: &[&str] = &["/home", "/pay"];
/// What employers' agents come for.
const OF_EMPLOYERS: &[&str] =
    &["/employer", "/employer/staff", "/employer/declare", "/employer/demands", "/employer/lines"];

/// The last line.
#[derive(Serialize)]
struct Figures {
    per_s: u64,
    p50_ms: Number,
    p99_ms: Number,
    slowest_ms: Number,
    /// The same for each page.
    page_p99_ms: BTreeMap<&'static str, Number>,
    /// `/health/live` asked alone under the same load before: what the network, the server and this client take.
    floor_p99_ms: Number,
    failed: usize,
    people: u32,
    visitors: usize,
    rate: u64,
    rss_mib: u64,
}

impl Pages {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let home = Home { data: self.data.clone(), database: None };
        home.prepare()?;
        home.migrate().await?;
        let desk = home.desk(AreaCode::HANDAN).await?;
        let (desk, plan) = living::live(&home, desk, self.people, self.years).await?;
        let tokens = match self.employers {
            true => sign_agents_in(&desk, plan, self.visitors).await?,
            false => sign_in(&desk, plan, self.visitors).await?,
        };
        desk.database().close().await;
        let listen = free_address()?;
        let world = OutsideWorld::start(&home, Ports::after(listen.port()), &plan).await?;
        world.settings(&home, listen)?;
        let mut hall = serve(&home)?;
        let measured = self.measure(listen, &tokens).await;
        let rss_mib = hall.id().map_or(0, resident_mib);
        hall.kill().await.map_err(|error| format!("the hall cannot be ended: {error}"))?;
        world.stop().await;
        finish("pages", Figures { people: plan.people, rss_mib, ..measured? })
    }

    async fn measure(&self, listen: SocketAddr, tokens: &[String]) -> Result<Figures, String> {
        let visitors = Visitors { http: client()?, base: format!("http://{listen}"), rate: self.rate };
        visitors.wait_for_the_hall().await?;
        // Nobody measures a machine's first seconds: caches are cold after each restart, a few times a year.
        let paths = if self.employers { OF_EMPLOYERS } else { OF_PEOPLE };
        let visit =
            |turn: usize| (paths.get(turn % paths.len()).copied().unwrap_or("/"), pick(tokens, turn / paths.len()));
        visitors.come(2, "warming up", visit).await?;
        let mut floor = visitors.come(3, "the floor", |_| ("/health/live", "")).await?;
        let waits = visitors.come(self.seconds, "pages", visit).await?;
        let of = |path: &str| waits.iter().filter(|wait| wait.path == path).map(|wait| wait.micros).collect::<Vec<_>>();
        let mut all: Vec<u64> = waits.iter().map(|wait| wait.micros).collect();
        Ok(Figures {
            per_s: u64::try_from(waits.len()).unwrap_or(0) / self.seconds,
            p50_ms: percentile(&mut all, 50),
            p99_ms: percentile(&mut all, 99),
            slowest_ms: percentile(&mut all, 100),
            page_p99_ms: paths.iter().map(|path| (*path, percentile(&mut of(path), 99))).collect(),
            floor_p99_ms: percentile(&mut floor.iter_mut().map(|wait| wait.micros).collect::<Vec<_>>(), 99),
            failed: waits.iter().filter(|wait| !wait.answered).count(),
            people: 0,
            visitors: tokens.len(),
            rate: self.rate,
            rss_mib: 0,
        })
    }
}

/// Opens the accounts of people who pay for themselves, and signs them in as the sign-in page would.
async fn sign_in(desk: &Desk, plan: Plan, visitors: u32) -> Result<Vec<String>, String> {
    let history = plan.history().map_err(|error| one_line(&error))?;
    let password = PasswordHash::of(city::PASSWORD).await.map_err(|error| one_line(&error))?;
    let flexible = |life: &city::Life| {
        let spell = life.spell_in(history.last());
        spell.is_some_and(|spell| matches!(spell.work, city::Work::Flexible { .. }))
    };
    let lives = (0..plan.people).map(|index| city::Life::of(plan.seed, index, plan.people, history)).filter(flexible);
    let system = Actor::system(Channel::CommandLine);
    let bar = progress::bar(u64::from(visitors), "signing in");
    let mut tokens = Vec::new();
    for life in lives.take(usize::try_from(visitors).unwrap_or(usize::MAX)) {
        let person = city::person_id(plan.seed, life.index);
        // Of an earlier run the account may be there already.
        let _ = desk.perform(&system, LoadAccount { person, password: password.clone() }).await;
        let caller = Caller { channel: Channel::Web, address: format!("bench-{}", life.index) };
        let proof = Proof::Password(city::PASSWORD.to_owned());
        let begun = account::sign_in(desk, &caller, &life.id_number, &proof).await;
        tokens.push(begun.map_err(|declined| declined.to_string())?.token.reveal().to_owned());
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(tokens)
}

/// Gives employers an agent each, and signs these in as the sign-in page would.
async fn sign_agents_in(desk: &Desk, plan: Plan, visitors: u32) -> Result<Vec<String>, String> {
    let password = PasswordHash::of(city::PASSWORD).await.map_err(|error| one_line(&error))?;
    let party = RelyingParty { id: String::new(), origin: String::new(), name: String::new() };
    let (system, bar) = (Actor::system(Channel::CommandLine), progress::bar(u64::from(visitors), "signing in"));
    let mut tokens = Vec::new();
    for number in 0..visitors.min(plan.people / city::EMPLOYER_SIZE) {
        let login = format!("bench-{number}");
        let add = AddAgent {
            employer: city::Firm::of_id(plan.seed, number),
            login: login.clone(),
            name: "测试".to_owned(),
            phone: None,
            password: password.clone(),
            roles: AGENT_ROLES.to_vec(),
        };
        // Of an earlier run the agent may be there already.
        let _ = desk.perform(&system, add).await;
        let caller = Caller { channel: Channel::Web, address: login.clone() };
        let signed_in = account::agent_sign_in(desk, &caller, &party, &login, city::PASSWORD).await;
        match signed_in.map_err(|declined| declined.to_string())? {
            AgentSignedIn::Session(begun) => tokens.push(begun.token.reveal().to_owned()),
            AgentSignedIn::SecondFactor(_) => return Err(format!("{login} has a passkey")),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(tokens)
}

fn pick(tokens: &[String], turn: usize) -> &str {
    tokens.get(turn % tokens.len().max(1)).map_or("", String::as_str)
}

fn free_address() -> Result<SocketAddr, String> {
    let probe = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
    probe.local_addr().map_err(|error| error.to_string())
}

/// The hall as the agency's engineer starts it.
fn serve(home: &Home) -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg("serve").arg("--data").arg(&home.data);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command.spawn().map_err(|error| format!("the hall cannot be started: {error}"))
}

fn client() -> Result<reqwest::Client, String> {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.timeout(Duration::from_secs(10)).build().map_err(|error| error.to_string())
}

/// Who come.
#[derive(Clone)]
struct Visitors {
    http: reqwest::Client,
    base: String,
    rate: u64,
}

/// How long one visitor waited, and whether the page came.
struct Wait {
    path: &'static str,
    micros: u64,
    answered: bool,
}

impl Visitors {
    async fn wait_for_the_hall(&self) -> Result<(), String> {
        let mut again = tokio::time::interval(Duration::from_millis(100));
        for _ in 0..300 {
            again.tick().await;
            if self.ask("/health/ready", "").await {
                return Ok(());
            }
        }
        Err("the hall did not open within 30 s".to_owned())
    }

    /// Sends visitors at the given rate and waits for all of them.
    async fn come<'a>(
        &self,
        seconds: u64,
        what: &'static str,
        visit: impl Fn(usize) -> (&'static str, &'a str),
    ) -> Result<Vec<Wait>, String> {
        let bar = progress::bar(seconds * self.rate, what);
        let began = Instant::now();
        let mut moment = tokio::time::interval(Duration::from_micros(1_000_000 / self.rate));
        moment.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
        let mut under_way = JoinSet::new();
        for turn in 0..seconds * self.rate {
            moment.tick().await;
            let came = began + Duration::from_micros(turn * 1_000_000 / self.rate);
            let (path, token) = visit(usize::try_from(turn).unwrap_or(0));
            let (visitor, token) = (self.clone(), token.to_owned());
            under_way.spawn(async move {
                let answered = visitor.ask(path, &token).await;
                Wait { path, micros: u64::try_from(came.elapsed().as_micros()).unwrap_or(u64::MAX), answered }
            });
            bar.inc(1);
        }
        let waits = under_way.join_all().await;
        bar.finish_and_clear();
        Ok(waits)
    }

    /// Asks for a page and reads it whole.
    async fn ask(&self, path: &str, token: &str) -> bool {
        let request = self.http.get(format!("{}{path}", self.base)).header("cookie", format!("session={token}"));
        let Ok(answer) = request.send().await else { return false };
        answer.status().is_success() && answer.bytes().await.is_ok()
    }
}

/// Milliseconds below which so many of a hundred waits lie.
fn percentile(micros: &mut [u64], percent: usize) -> Number {
    micros.sort_unstable();
    let at = (micros.len() * percent / 100).min(micros.len().saturating_sub(1));
    decimal(micros.get(at).copied().unwrap_or(0))
}

/// Resident memory of a process, from the kernel's own figures; nought where there are none.
fn resident_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|rest| rest.split_ascii_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()));
    kib.unwrap_or(0) / 1024
}
