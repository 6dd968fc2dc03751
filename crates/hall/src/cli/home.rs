//! Where the data lie: a folder with the database, the keys and the settings.

use chrono::TimeDelta;
use clap::Args;
use control::{Clock, Database, Desk, Keys, ShiftedClock, SystemClock};
use kernel::{AreaCode, Date};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The data folder and the database.
#[derive(Clone, Debug, Args)]
pub(super) struct Home {
    /// The folder of the data: database, keys, settings.
    #[arg(long, value_name = "DIR", default_value = "zhijian-data", env = "ZHIJIAN_DATA")]
    pub(super) data: PathBuf,
    /// The database: sqlite:FILE or postgres://USER@HOST/NAME. Without it a SQLite file in the data folder.
    #[arg(long, value_name = "URL", env = "ZHIJIAN_DATABASE")]
    pub(super) database: Option<String>,
}

impl Home {
    /// Makes the folder where it is missing and tries whether it can be written.
    pub(super) fn prepare(&self) -> Result<(), String> {
        let shown = self.data.display();
        std::fs::create_dir_all(&self.data)
            .map_err(|error| format!("the data folder {shown} cannot be made: {error}"))?;
        let probe = self.data.join(".probe");
        std::fs::write(&probe, b"").map_err(|error| format!("the data folder {shown} cannot be written: {error}"))?;
        let _ = std::fs::remove_file(probe);
        Ok(())
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    pub(super) fn url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", self.sqlite_file().display()))
    }

    fn sqlite_file(&self) -> PathBuf {
        self.file("zhijian.sqlite")
    }

    /// Brings the schema up to date.
    pub(super) async fn migrate(&self) -> Result<usize, String> {
        control::migrate(&self.url(), office::MIGRATIONS).await.map_err(|error| one_line(&error))
    }

    /// The keys, made where there are none.
    pub(super) fn keys(&self) -> Result<Keys, String> {
        Keys::open_or_create(&self.file("keys")).map_err(|error| one_line(&error))
    }

    /// Opens the desk of the area on the migrated database.
    pub(super) async fn desk(&self, area: AreaCode) -> Result<Desk, String> {
        let keys = self.keys()?;
        let database = Database::open(&self.url()).await.map_err(|error| one_line(&error))?;
        Ok(Desk::open(area, database, keys, clock()))
    }

    /// Forgets everything: the SQLite file and its log, or our tables on a server. Keys and settings go too.
    pub(super) async fn reset(&self) -> Result<(), String> {
        match &self.database {
            Some(url) => control::forget(url, office::MIGRATIONS).await.map_err(|error| one_line(&error))?,
            None => {
                for suffix in ["", "-wal", "-shm"] {
                    remove(&PathBuf::from(format!("{}{suffix}", self.sqlite_file().display())))?;
                }
            }
        }
        for name in ["keys", "zhijian.toml", "city.toml"] {
            remove(&self.file(name))?;
        }
        for name in ["outside", "signing", "secrets"] {
            let folder = self.file(name);
            if folder.exists() {
                std::fs::remove_dir_all(&folder)
                    .map_err(|error| format!("{} cannot be removed: {error}", folder.display()))?;
            }
        }
        Ok(())
    }
}

fn remove(path: &Path) -> Result<(), String> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {error}", path.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// An error and all its causes in one line, for the terminal.
pub(super) fn one_line(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        line.push_str(": ");
        line.push_str(&inner.to_string());
        cause = inner.source();
    }
    line.replace('\n', " ")
}

/// The clock of a demo that plays on another day; chosen before anybody asks for the time.
static PLAYED: OnceLock<ShiftedClock> = OnceLock::new();

/// From now on it is this day.
pub(super) fn play(day: Date) {
    PLAYED.get_or_init(|| ShiftedClock::on(day));
}

/// How far the demo's day is from the machine's.
pub(super) fn ahead() -> TimeDelta {
    PLAYED.get().map_or(TimeDelta::zero(), |clock| clock.ahead())
}

/// The clock by which everything goes: the machine's, or the one of the day that a demo plays.
pub(super) fn clock() -> Arc<dyn Clock> {
    match PLAYED.get() {
        Some(clock) => Arc::new(*clock),
        None => Arc::new(SystemClock),
    }
}
