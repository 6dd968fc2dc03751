//! `zhijian demo`: a city to try everything on. Makes the data folder, lives a synthetic city into it, starts the stand-ins of
//! the outside world and the hall, and says whom to sign in as. Started again, it keeps its data.

use super::home::Home;
use super::living;
use super::outside_world::{OutsideWorld, Ports};
use super::serve::{Workers, listen, serve};
use clap::Args;
use kernel::{AreaCode, Date};
use std::net::{Ipv4Addr, SocketAddr};

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
    /// The day that it is in the demo, as in 2017-07-20, when the agency still collected from employers. Without it, today.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Forget what an earlier demo left, and begin anew.
    #[arg(long)]
    reset: bool,
    /// Make the city and stop, without opening the hall.
    #[arg(long)]
    only_live: bool,
}

impl Demo {
    pub(super) async fn run(self) -> Result<(), String> {
        if let Some(day) = self.on {
            super::home::play(day);
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = listen(address).await?;
        self.home.prepare()?;
        if self.reset {
            self.home.reset().await?;
        }
        self.home.migrate().await?;
        let desk = self.home.desk(AreaCode::HANDAN).await?;
        let (desk, plan) = living::live(&self.home, desk, self.people, self.years).await?;
        if self.only_live {
            desk.database().close().await;
            return Ok(());
        }
        let bound = listener.local_addr().map_err(|error| error.to_string())?;
        let world = OutsideWorld::start(&self.home, Ports::after(bound.port()), &plan).await?;
        let settings = world.settings(&self.home, bound)?;
        super::banner::print(&settings.public_url, &world);
        let served = serve(desk, &settings, listener, Workers::One).await;
        world.stop().await;
        println!("\n再见。Goodbye: the data stay in {}.", self.home.data.display());
        served
    }
}
