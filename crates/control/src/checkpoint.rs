//! Checkpoints: on SQLite what was committed lies in a log until it is copied into the file. Left alone, the engine does so inside
//! whichever commit fills the log, and everybody behind that commit waits for thousands of scattered pages. Here it is done
//! beside the commits, a little at a time; the engine's own, far larger limit stands only behind it.

use crate::desk::Inner;
use sea_orm::ConnectionTrait;
use std::sync::Weak;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Often enough that each is small, seldom enough that a page changed over and over is copied once.
const EVERY: Duration = Duration::from_secs(1);

/// Copies what is committed until the desk is dropped.
pub(crate) async fn tend(desk: Weak<Inner>) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let Some(desk) = desk.upgrade() else { return };
        if !desk.has_written() {
            continue;
        }
        // PASSIVE waits for nobody and nobody waits for it.
        if let Err(error) = desk.database.read.execute_unprepared("pragma wal_checkpoint(passive)").await {
            tracing::debug!(%error, "no checkpoint this time");
        }
    }
}
