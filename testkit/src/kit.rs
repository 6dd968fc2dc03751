//! One test's own office: a desk on a fresh database, with a clock and keys of its own.

use crate::postgres::Server;
use crate::template;
use control::{Clock, Database, Desk, Engine, FixedClock, Keys, Migrations};
use kernel::{AreaCode, Date, Timestamp};
use sea_orm::{ConnectionTrait, Statement};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The city of the tests (邯郸市).
const AREA: &str = "130400";
/// A Monday morning in the city: 2026-03-02 09:30 at +08:00.
const MORNING: &str = "2026-03-02T01:30:00Z";

/// What a test works with. Dropped, it takes its folder along.
pub struct Kit {
    /// The desk under test.
    pub desk: Desk,
    /// The clock of all desks of this kit; it stands until it is put elsewhere.
    pub clock: Arc<FixedClock>,
    engine: Engine,
    url: String,
    folder: TempDir,
}

impl Kit {
    /// A kit on a fresh database with the schema of these lists, control's own first.
    ///
    /// # Panics
    /// When the database cannot be made: a test that needs it must not pass without it.
    pub async fn open(engine: Engine, lists: &[&Migrations]) -> Kit {
        let folder = TempDir::with_prefix("zhijian-test-").expect("make a folder");
        let url = template::copy(engine, lists, folder.path()).await;
        let clock = Arc::new(FixedClock::at(MORNING.parse::<Timestamp>().expect("a moment")));
        let desk = open_desk(&url, folder.path(), clock.clone()).await;
        Kit { desk, clock, engine, url, folder }
    }

    /// Which engine this kit runs on.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The database's address, for a program that opens it by itself.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder for the test's own files, empty but for the database and the keys.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The key file of this kit's desks.
    pub fn key_file(&self) -> PathBuf {
        key_file(self.folder.path())
    }

    /// Puts the clock to half past nine in the morning of a day at +08:00.
    pub fn set_today(&self, day: Date) {
        let morning = day.and_hms_opt(1, 30, 0).expect("a moment of every day");
        self.clock.set(morning.and_utc());
    }

    /// Another desk on the same database with connections of its own, as a second process has.
    pub async fn another_desk(&self) -> Desk {
        open_desk(&self.url, self.folder.path(), self.clock.clone()).await
    }

    /// The database with the owner's rights, for what the service may not do.
    pub async fn owner(&self) -> Database {
        Database::open_as_owner(&self.url).await.expect("open as owner")
    }

    /// Runs statements with the owner's rights: to damage what only an intruder could, or to prepare a state that no act makes.
    pub async fn tamper(&self, statements: &str) {
        let owner = self.owner().await;
        owner.bulk().execute_unprepared(statements).await.expect("tamper");
        owner.close().await;
    }

    /// The one number (a bigint) that a query answers with, as in `select count(*) from ledger_journal`.
    pub async fn number(&self, query: &str) -> i64 {
        let connection = self.desk.database().bulk();
        let asked = Statement::from_string(connection.get_database_backend(), query);
        let row = connection.query_one_raw(asked).await.expect("the query runs").expect("the query answers with a row");
        row.try_get_by_index(0).expect("the answer is a bigint")
    }
}

async fn open_desk(url: &str, folder: &Path, clock: Arc<dyn Clock>) -> Desk {
    let database = Database::open(url).await.expect("open the database");
    let keys = Keys::open_or_create(&key_file(folder)).expect("make keys");
    Desk::open(AreaCode::parse(AREA).expect("an area"), database, keys, clock)
}

fn key_file(folder: &Path) -> PathBuf {
    folder.join("keys")
}

/// Runs one test on one engine, and removes its database after it. What [`crate::both_engines!`] calls.
///
/// # Panics
/// When the test does.
pub fn run<Test: Future<Output = ()>>(engine: Engine, lists: &[&Migrations], test: impl FnOnce(Kit) -> Test) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let kit = Kit::open(engine, lists).await;
        let url = kit.url.clone();
        test(kit).await;
        if engine == Engine::Postgres {
            Server::shared().drop_database(&url).await.expect("drop the database");
        }
    });
}
