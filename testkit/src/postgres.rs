//! A throwaway PostgreSQL, started from the system's binaries and gone with the process that asked for it.
//!
//! It listens on a Unix socket only, keeps its data in a private folder and needs no account of its own: run as root it
//! drops to the user `postgres` (or to the one named in `PG_USER`). It refuses to outlive its parent: the kernel ends it
//! when the thread that started it dies, even by `kill -9`, and the next start sweeps away the folder that was left.

use crate::death;
use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

const PREFIX: &str = "zhijian-pg-";
/// `sun_path` holds 108 bytes with its closing zero, and the server adds `/.s.PGSQL.5432`.
const FOLDER_BYTES_MAX: usize = 107 - "/.s.PGSQL.5432".len();
const START_MAX: Duration = Duration::from_secs(60);
const LOG_LINES_KEPT: usize = 40;

/// What a commit means to the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// Nothing is flushed: fast, for tests that pull no plug.
    Forgetful,
    /// Commits reach the disk as in production: for benchmarks and for tests that kill.
    Durable,
}

/// Why there is no server.
#[derive(Debug)]
pub enum PostgresError {
    /// No folder with `initdb` and `postgres` was found.
    NotInstalled,
    /// The account to drop to does not exist.
    NoAccount(String),
    /// A step failed on the system's side.
    System(&'static str, std::io::Error),
    /// `initdb` or the server ended, or did not become ready; the last lines that it wrote.
    Failed(&'static str, String),
}

impl std::fmt::Display for PostgresError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PostgresError::NotInstalled => write!(f, "no postgresql server binaries in PATH or /usr/lib/postgresql"),
            PostgresError::NoAccount(name) => write!(f, "run as root, and there is no account {name} to drop to"),
            PostgresError::System(step, source) => write!(f, "{step}: {source}"),
            PostgresError::Failed(step, log) => write!(f, "{step} failed:\n{log}"),
        }
    }
}

impl std::error::Error for PostgresError {}

/// A running server. Dropping it stops it and removes its folder.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    running: Mutex<Option<Running>>,
    names: AtomicU32,
}

#[derive(Debug)]
struct Running {
    child: Child,
    guardian: JoinHandle<()>,
}

impl Server {
    /// The one server of this process, started at the first call. A test binary has one, however many tests it holds.
    ///
    /// # Panics
    /// When the server cannot be started: a test that needs it must not pass without it.
    #[expect(clippy::panic, reason = "test support: there is nobody to hand the error to")]
    pub fn shared() -> &'static Server {
        SHARED.get_or_init(|| {
            let server = Server::start(Durability::Forgetful).unwrap_or_else(|error| panic!("PostgreSQL: {error}"));
            stop_shared_at_exit();
            server
        })
    }

    /// Starts a server of one's own, for a benchmark or a test that kills.
    pub fn start(durability: Durability) -> Result<Server, PostgresError> {
        let binaries = find_binaries().ok_or(PostgresError::NotInstalled)?;
        let account = Account::to_drop_to()?;
        let base = base_folder(account);
        sweep(&base);
        let folder = make_folder(&base, account)?;
        let server = Server { folder, running: Mutex::new(None), names: AtomicU32::new(0) };
        initdb(&binaries, &server.data(), account)?;
        let running = launch(server_command(&binaries, &server, durability, account))?;
        *server.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
        Ok(server)
    }

    /// The address of a database of this server, for the owner of everything in it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.folder.display())
    }

    /// The folder of the socket, for programs that take `-h FOLDER` (pgbench, psql).
    pub fn socket_folder(&self) -> &Path {
        &self.folder
    }

    /// Makes an empty database under a name never used before, and answers its address.
    pub async fn fresh_database(&self) -> Result<String, sqlx::Error> {
        self.copy_database("template0").await
    }

    /// Makes a database under a new name as a copy of another, to which nobody may be connected; answers its address.
    pub async fn copy_database(&self, template: &str) -> Result<String, sqlx::Error> {
        self.create_database(&self.new_name(), template).await
    }

    /// A name for a database, never answered before.
    pub fn new_name(&self) -> String {
        format!("test_{}", self.names.fetch_add(1, Ordering::Relaxed))
    }

    /// Makes a database of this name as a copy of another, and answers its address.
    pub async fn create_database(&self, name: &str, template: &str) -> Result<String, sqlx::Error> {
        self.command(format!("create database {name} template {template}")).await?;
        Ok(self.url(name))
    }

    /// Removes the database of this address, whoever is still connected to it.
    pub async fn drop_database(&self, url: &str) -> Result<(), sqlx::Error> {
        let name = url.rsplit_once("localhost/").and_then(|(_, name)| name.split('?').next()).unwrap_or_default();
        self.command(format!("drop database {name} with (force)")).await
    }

    /// Sends one statement to the database `postgres` of this server.
    pub async fn command(&self, statement: String) -> Result<(), sqlx::Error> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        connection.execute(AssertSqlSafe(statement)).await?;
        connection.close().await
    }

    /// Ends the server at once and removes its folder; asked again, it does nothing.
    fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Running { mut child, guardian }) = running {
            quit(&child);
            let _ = child.wait();
            let _ = guardian.join();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

static SHARED: OnceLock<Server> = OnceLock::new();

/// A static is never dropped, so the folder would stay until the next start sweeps it.
#[expect(unsafe_code, reason = "libc::atexit has no safe wrapper")]
fn stop_shared_at_exit() {
    extern "C" fn stop() {
        if let Some(server) = SHARED.get() {
            server.stop();
        }
    }
    // SAFETY: the handler touches a static that is set, ends our own child and does not unwind.
    unsafe { libc::atexit(stop) };
}

/// The account under which the server runs when we are root, which it refuses to be.
#[derive(Clone, Copy, Debug)]
struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    fn to_drop_to() -> Result<Option<Account>, PostgresError> {
        let own = fs::metadata("/proc/self").map_err(|error| PostgresError::System("who am I", error))?;
        if own.uid() != 0 {
            return Ok(None);
        }
        let name = std::env::var("PG_USER").unwrap_or_else(|_| "postgres".to_owned());
        let accounts = fs::read_to_string("/etc/passwd").map_err(|e| PostgresError::System("read /etc/passwd", e))?;
        let found = accounts.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next() != Some(name.as_str()) {
                return None;
            }
            Some(Account { uid: fields.nth(1)?.parse().ok()?, gid: fields.next()?.parse().ok()? })
        });
        found.map(Some).ok_or(PostgresError::NoAccount(name))
    }
}

/// Debian keeps the server's binaries out of `PATH`; the newest version wins.
fn find_binaries() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| folder.join("initdb").exists() && folder.join("postgres").exists();
    let version = |folder: &PathBuf| {
        let name = folder.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        name.and_then(|name| name.parse::<u32>().ok()).unwrap_or(0)
    };
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = versions.map(|version| version.path().join("bin")).filter(complete).max_by_key(version);
    packaged.or_else(|| std::env::split_paths(&std::env::var_os("PATH")?).find(complete))
}

/// Root's own temporary folder may be closed to the account that we drop to, and a deep one is too long for a socket.
fn base_folder(account: Option<Account>) -> PathBuf {
    let usual = std::env::temp_dir();
    let longest = usual.as_os_str().len() + PREFIX.len() + "/4294967295-4294967295".len();
    if account.is_some() || longest > FOLDER_BYTES_MAX { PathBuf::from("/tmp") } else { usual }
}

/// Removes the folders of processes that are gone: after `kill -9` nobody else does.
fn sweep(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).and_then(|rest| rest.split('-').next());
        if owner.is_some_and(|pid| pid.parse::<u32>().is_ok() && !Path::new("/proc").join(pid).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn make_folder(base: &Path, account: Option<Account>) -> Result<PathBuf, PostgresError> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("{PREFIX}{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let folder = base.join(name);
    let made = fs::DirBuilder::new().mode(0o700).create(&folder).and_then(|()| match account {
        Some(account) => chown(&folder, Some(account.uid), Some(account.gid)),
        None => Ok(()),
    });
    made.map(|()| folder).map_err(|error| PostgresError::System("make the folder", error))
}

fn initdb(binaries: &Path, data: &Path, account: Option<Account>) -> Result<(), PostgresError> {
    let mut command = Command::new(binaries.join("initdb"));
    command.args(["--no-sync", "--auth=trust", "--locale=C", "--encoding=UTF8", "--username=postgres", "--pgdata"]);
    command.arg(data).stdin(Stdio::null());
    run_as(&mut command, data, account);
    let output = command.output().map_err(|error| PostgresError::System("run initdb", error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(PostgresError::Failed("initdb", String::from_utf8_lossy(&output.stderr).into_owned()))
}

fn server_command(binaries: &Path, server: &Server, durability: Durability, account: Option<Account>) -> Command {
    let mut command = Command::new(binaries.join("postgres"));
    command.arg("-D").arg(server.data()).arg("-k").arg(&server.folder);
    let settings: &[&str] = match durability {
        Durability::Forgetful => {
            &["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB"]
        }
        Durability::Durable => &["shared_buffers=256MB", "max_wal_size=2GB"],
    };
    for setting in ["listen_addresses=", "max_connections=200"].iter().chain(settings) {
        command.arg("-c").arg(setting);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    run_as(&mut command, &server.folder, account);
    death::follow_parent(&mut command, libc::SIGQUIT);
    command
}

/// The working folder must be one that the account may enter.
fn run_as(command: &mut Command, inside: &Path, account: Option<Account>) {
    command.current_dir(inside.parent().unwrap_or(inside)).env_remove("PGDATA").env_remove("PGPORT");
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
}

/// SIGQUIT is the server's "immediate shutdown": its children go with it, as they would not by SIGKILL.
#[expect(unsafe_code, reason = "std can only send SIGKILL")]
fn quit(child: &Child) {
    if let Ok(pid) = libc::pid_t::try_from(child.id()) {
        // SAFETY: the child has not been waited for, so its number is still its own.
        unsafe { libc::kill(pid, libc::SIGQUIT) };
    }
}

/// The death signal follows the thread that forks, so a thread of its own does it and then stays, reading the log until
/// the server has closed it.
fn launch(mut command: Command) -> Result<Running, PostgresError> {
    let (bear, born) = mpsc::channel();
    let (announce, announced) = mpsc::channel();
    let guardian = thread::Builder::new().name("postgres".to_owned()).spawn(move || match command.spawn() {
        Err(error) => drop(bear.send(Err(error))),
        Ok(mut child) => {
            let log = child.stderr.take();
            let _ = bear.send(Ok(child));
            if let Some(log) = log {
                watch(log, &announce);
            }
        }
    });
    let guardian = guardian.map_err(|error| PostgresError::System("start a thread", error))?;
    let child = match born.recv() {
        Ok(born) => born.map_err(|error| PostgresError::System("start postgres", error))?,
        Err(_) => return Err(PostgresError::Failed("postgres", "its thread ended".to_owned())),
    };
    let mut running = Running { child, guardian };
    let trouble = match announced.recv_timeout(START_MAX) {
        Ok(Ready::Yes) => return Ok(running),
        Ok(Ready::Ended(log)) => log,
        Err(_) => format!("not ready after {START_MAX:?}"),
    };
    quit(&running.child);
    let _ = running.child.wait();
    Err(PostgresError::Failed("postgres", trouble))
}

enum Ready {
    Yes,
    Ended(String),
}

/// Reads the server's log to its end, for a full pipe would stop the server; tells when it is ready, or why it is not.
fn watch(log: ChildStderr, announce: &mpsc::Sender<Ready>) {
    let mut last = VecDeque::with_capacity(LOG_LINES_KEPT);
    for line in BufReader::new(log).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        if line.contains("database system is ready to accept connections") {
            let _ = announce.send(Ready::Yes);
        }
        if last.len() == LOG_LINES_KEPT {
            last.pop_front();
        }
        last.push_back(line);
    }
    let _ = announce.send(Ready::Ended(Vec::from(last).join("\n")));
}
