//! `zhijian keys rotate` and `zhijian keys reseal`: a new sealing key, and every sealed value sealed again with it.

use super::home::{Home, one_line};
use super::progress;
use clap::Subcommand;
use control::{Keys, lease};
use kernel::AreaCode;
use std::process::ExitCode;

/// The keys that seal personal data (docs/keys.md). Stop the hall and its workers first.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Add a key to the file and seal everything again with it; the older keys stay in the file for older backups.
    Rotate {
        #[command(flatten)]
        home: Home,
    },
    /// Go on where a rotation was broken off: seal again what older keys sealed.
    Reseal {
        #[command(flatten)]
        home: Home,
    },
}

impl KeysCommand {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let (home, rotates) = match &self {
            KeysCommand::Rotate { home } => (home, true),
            KeysCommand::Reseal { home } => (home, false),
        };
        nobody_works(home).await?;
        let file = home.file("keys");
        let mut keys = Keys::open_or_create(&file).map_err(|error| one_line(&error))?;
        if rotates {
            // The file first: what the new key seals must open whenever this ends.
            keys = keys.rotated().map_err(|error| one_line(&error))?;
            keys.replace(&file).map_err(|error| one_line(&error))?;
        }
        let bar = progress::spinner("sealing again");
        let columns = office::sealed_columns();
        let told = |count: u64| bar.set_message(format!("{count} values sealed again"));
        let done = control::reseal(&home.url(), &keys, &columns, office::MIGRATIONS, &told).await;
        bar.finish_and_clear();
        let done = done.map_err(|error| one_line(&error))?;
        println!(
            "{done} values sealed again with key {}; copy {} to its other place now",
            keys.newest(),
            file.display()
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// A hall that runs holds the old keys and could not open what is sealed with the new one.
async fn nobody_works(home: &Home) -> Result<(), String> {
    let desk = home.desk(AreaCode::HANDAN).await?;
    let held = lease::is_held(&desk.view(), lease::WORKER).await.map_err(|error| one_line(&error))?;
    desk.database().close().await;
    if held {
        return Err("a hall or worker is at work on this database; stop it, wait a minute and ask again".to_owned());
    }
    Ok(())
}
