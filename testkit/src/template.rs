//! Databases by copying: each list of migrations runs once a process and engine, and every test gets a copy of the outcome.

use crate::postgres::Server;
use control::{Engine, Migrations};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A migrated database that nobody is connected to.
enum Template {
    /// The bytes of the file, so that no folder outlives the process.
    Sqlite(Vec<u8>),
    /// Its name on the shared server.
    Postgres(String),
}

/// Which template: the engine and the steps that made it.
type Key = (&'static str, Vec<&'static str>);

/// Its name in a kit's folder.
const FILE: &str = "city.sqlite";

/// Makes a migrated database for one test, and answers its address. A SQLite file lies in the folder.
pub(crate) async fn copy(engine: Engine, lists: &[&Migrations], folder: &Path) -> String {
    let template = template(engine, lists);
    let template = template.get_or_init(|| make(engine, lists)).await;
    match template {
        Template::Sqlite(original) => {
            let file = folder.join(FILE);
            fs::write(&file, original).expect("copy the template");
            sqlite_url(&file)
        }
        Template::Postgres(name) => Server::shared().copy_database(name).await.expect("copy the template"),
    }
}

fn template(engine: Engine, lists: &[&Migrations]) -> Arc<OnceCell<Template>> {
    static TEMPLATES: OnceLock<Mutex<HashMap<Key, Arc<OnceCell<Template>>>>> = OnceLock::new();
    let engine = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let steps = lists.iter().flat_map(|list| list.iter()).map(|step| step.id).collect();
    let templates = TEMPLATES.get_or_init(Mutex::default);
    let mut templates = templates.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(templates.entry((engine, steps)).or_default())
}

async fn make(engine: Engine, lists: &[&Migrations]) -> Template {
    match engine {
        Engine::Sqlite => {
            let folder = TempDir::with_prefix("zhijian-test-").expect("make a folder");
            let file = folder.path().join(FILE);
            control::migrate(&sqlite_url(&file), lists).await.expect("migrate");
            // The last connection to close has moved the log into the file; a copy of the file alone would miss it.
            assert!(!file.with_extension("sqlite-wal").exists(), "the template is still open");
            Template::Sqlite(fs::read(&file).expect("read the template"))
        }
        Engine::Postgres => {
            let name = Server::shared().new_name();
            let url = Server::shared().create_database(&name, "template0").await.expect("make a database");
            control::migrate(&url, lists).await.expect("migrate");
            Template::Postgres(name)
        }
    }
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}
