//! The city of a demo or a benchmark: lived once into an empty database, remembered by its plan beside the data.

use super::home::{Home, clock, one_line};
use super::progress;
use city::Plan;
use control::{Actor, Channel, Desk};
use std::path::PathBuf;
use std::time::Instant;

/// The same city every time.
const SEED: u64 = 20_150_730;

/// Lives a city where the database is empty; answers the desk, and the plan by which whoever is there was made.
pub(super) async fn live(home: &Home, desk: Desk, people: u32, years: i32) -> Result<(Desk, Plan), String> {
    let today = kernel::business_date(clock().now());
    let plan = Plan { people, years, seed: SEED, today, area: desk.area() };
    if registry::person(&desk.view(), city::person_id(SEED, 0)).await.map_err(|error| one_line(&error))?.is_some() {
        return Ok((desk, remembered(home).unwrap_or(plan)));
    }
    let began = Instant::now();
    // A city is stored while nobody else has the database open.
    desk.database().close().await;
    drop(desk);
    let bar = progress::bar(u64::from(people), "living a city");
    let filled = city::fill(&home.url(), &home.keys()?, plan, &|people| bar.set_position(u64::from(people))).await;
    bar.finish_and_clear();
    let filled = filled.map_err(|error| one_line(&error))?;
    let desk = home.desk(plan.area).await?;
    let lived = city::open_books(&desk, plan, filled).await.map_err(|error| one_line(&error))?;
    let system = Actor::system(Channel::CommandLine);
    while desk.perform(&system, ledger::SealJournals).await.map_err(|declined| declined.to_string())? > 0 {}
    remember(home, &plan)?;
    let took = began.elapsed().as_secs();
    println!("{} people, {} contribution lines, {} journals, {took} s", lived.people, lived.lines, lived.journals);
    Ok((desk, plan))
}

fn file(home: &Home) -> PathBuf {
    home.file("city.toml")
}

/// People's lives depend on the day on which they were made: who starts the demo again next month must find the same ones.
fn remember(home: &Home, plan: &Plan) -> Result<(), String> {
    let text = toml::to_string(plan).map_err(|error| error.to_string())?;
    std::fs::write(file(home), text).map_err(|error| format!("{} cannot be written: {error}", file(home).display()))
}

fn remembered(home: &Home) -> Option<Plan> {
    toml::from_str(&std::fs::read_to_string(file(home)).ok()?).ok()
}
