//! `zhijian demo`: a city to try everything on. Makes the data folder, lives a synthetic city into it, starts the stand-ins of
//! the outside world and the hall, and says whom to sign in as. Started again, it keeps its data.

use super::home::{Home, clock, one_line};
use super::outside_world::{OutsideWorld, Ports};
use super::progress;
use super::serve::{Workers, listen, serve};
use city::Plan;
use clap::Args;
use control::{Actor, Channel, Desk};
use kernel::AreaCode;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Instant;

/// Live a synthetic city and open its hall.
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    home: Home,
    /// How many people live in the city.
    #[arg(long, value_name = "N", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(10..=2_000_000))]
    people: u32,
    /// How many years of history they have.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..=20))]
    years: i32,
    /// The hall's port; the stand-ins take the four after it where they are free.
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port: u16,
    /// Forget what an earlier demo left, and begin anew.
    #[arg(long)]
    reset: bool,
    /// Make the city and stop, without opening the hall.
    #[arg(long)]
    only_live: bool,
}

/// The same city every time.
const SEED: u64 = 20_150_730;

impl Demo {
    pub(super) async fn run(self) -> Result<(), String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = listen(address).await?;
        self.home.prepare()?;
        if self.reset {
            self.home.reset().await?;
        }
        self.home.migrate().await?;
        let desk = self.home.desk(AreaCode::HANDAN).await?;
        self.live(&desk).await?;
        if self.only_live {
            desk.database().close().await;
            return Ok(());
        }
        let bound = listener.local_addr().map_err(|error| error.to_string())?;
        let world = OutsideWorld::start(&self.home, Ports::after(bound.port()), &desk, SEED).await?;
        let settings = world.settings(&self.home, bound)?;
        super::banner::print(&settings.public_url, &world);
        let served = serve(desk, &settings, listener, Workers::One).await;
        world.stop().await;
        println!("\n再见。Goodbye: the data stay in {}.", self.home.data.display());
        served
    }

    /// Lives the city where the database is empty.
    async fn live(&self, desk: &Desk) -> Result<(), String> {
        if registry::person(&desk.view(), city::person_id(SEED, 0)).await.map_err(|error| one_line(&error))?.is_some() {
            return Ok(());
        }
        let today = kernel::business_date(clock().now());
        let plan = Plan { people: self.people, years: self.years, seed: SEED, today, area: desk.area() };
        let began = Instant::now();
        let bar = progress::bar(u64::from(self.people), "living a city");
        let lived = city::live(desk, &self.home.url(), plan, &|people| bar.set_position(u64::from(people))).await;
        bar.finish_and_clear();
        let lived = lived.map_err(|error| one_line(&error))?;
        let system = Actor::system(Channel::CommandLine);
        while desk.perform(&system, ledger::SealJournals).await.map_err(|declined| declined.to_string())? > 0 {}
        let took = began.elapsed().as_secs();
        println!("{} people, {} contribution lines, {} journals, {took} s", lived.people, lived.lines, lived.journals);
        Ok(())
    }
}
