//! `zhijian bench payments`: a scratch database, a stand-in for a bank at which people pay, and the measuring of `office`.

use super::finish;
use crate::cli::home::one_line;
use crate::cli::progress;
use clap::Args;
use control::{Clock, Engine, Keys, measure};
use office::bench::{self, Load, Measured, Place, STEPS};
use outside::bank::{Client, Transfer};
use payment::gateway::bank::{Bank, Config};
use payment::{Attempt, Verified};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Settles whole payments of fictitious people, and sends the same statements by the bare driver.
#[derive(Debug, Args)]
pub(in crate::cli) struct Payments {
    /// The database: sqlite:FILE, which must not be there yet, or postgres://USER@HOST/NAME, in which a schema of the
    /// benchmark's own is made and dropped. Without it a SQLite file in the system's folder for temporary files.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// How many pay at once.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1024))]
    clients: u16,
    /// How long the verb runs in all, in five turns with the bare driver, which runs as long.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
}

/// The schema on a server.
pub(super) const SCHEMA: &str = "zhijian_bench";

impl Payments {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let folder = Folder::make()?;
        let url =
            self.database.clone().unwrap_or_else(|| format!("sqlite:{}", folder.0.join("bench.sqlite").display()));
        let measured = match Engine::of(&url).map_err(|error| one_line(&error))? {
            Engine::Sqlite => {
                let _file = SqliteFile::claim(&url)?;
                self.measure(&folder, &url).await
            }
            Engine::Postgres => {
                let own = measure::own_schema(&url, SCHEMA).await.map_err(|error| one_line(&error))?;
                let measured = self.measure(&folder, &own).await;
                measure::drop_schema(&url, SCHEMA).await.map_err(|error| one_line(&error))?;
                measured
            }
        };
        finish("payments", measured?)
    }

    async fn measure(&self, folder: &Folder, url: &str) -> Result<Measured, String> {
        control::migrate(url, office::MIGRATIONS).await.map_err(|error| one_line(&error))?;
        let (clock, key_file) = (bench::clock(), folder.0.join("keys"));
        let keys = || Keys::open_or_create(&key_file);
        let town = Town::open(clock.clone()).await?;
        let place = Place { url, keys: &keys, clock };
        let load = Load { clients: self.clients, length: Duration::from_secs(self.seconds) };
        let bar = progress::bar(u64::from(STEPS), "paying");
        let report = async |attempts: Vec<Attempt>| town.report(attempts).await;
        let measured = bench::payments(&place, load, report, || bar.inc(1)).await;
        bar.finish_and_clear();
        town.bank.stop().await;
        measured.map_err(|error| one_line(&error))
    }
}

/// A stand-in for a bank at which people pay, and our client there.
struct Town {
    bank: outside::bank::Running,
    client: Bank,
    clock: Arc<dyn Clock>,
}

impl Town {
    async fn open(clock: Arc<dyn Clock>) -> Result<Town, String> {
        let client = Client { id: "BENCH".to_owned(), key: uuid::Uuid::now_v7().to_string() };
        let key = client.key.clone().into();
        let mut config = outside::bank::Config::new(client);
        config.clock = outside::clock::Clock::fixed(clock.now());
        let bank = outside::bank::start(config).await.map_err(|error| one_line(&error))?;
        let (payee_account, payee_name) =
            ("1304990000000000001".to_owned(), "社会保险经办机构收入户（演示）".to_owned());
        let config = Config { base_url: bank.url(), client: "BENCH".to_owned(), key, payee_account, payee_name };
        let client = Bank::new(config, clock.clone()).map_err(|error| one_line(&error))?;
        Ok(Town { bank, client, clock })
    }

    /// People pay, and the bank says so in its return files.
    async fn report(&self, attempts: Vec<Attempt>) -> Result<Vec<Verified>, String> {
        for Attempt { number, amount, .. } in attempts {
            let (payer_account, payer_name) = ("6222000000000000001".to_owned(), "测试人员".to_owned());
            self.bank.transfer(Transfer { note_number: number, payer_account, payer_name, amount: Some(amount) });
        }
        let day = kernel::business_date(self.clock.now());
        self.client.arrivals(day).await.map_err(|error| one_line(&error))
    }
}

/// A folder for keys and the scratch file, removed at the end.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn make() -> Result<Folder, String> {
        let path = std::env::temp_dir().join(format!("zhijian-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{} cannot be made: {error}", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A file that was not there before, removed at the end with its log.
pub(super) struct SqliteFile(PathBuf);

impl SqliteFile {
    pub(super) fn claim(url: &str) -> Result<SqliteFile, String> {
        let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
        let path = PathBuf::from(path.split('?').next().unwrap_or_default());
        if path.exists() {
            return Err(format!("{} is there already; the benchmark makes a file of its own", path.display()));
        }
        Ok(SqliteFile(path))
    }
}

impl Drop for SqliteFile {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.0.display()));
        }
    }
}
