//! Bars for what takes long, on the terminal only: piped output stays clean.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A bar over a known number of steps.
pub(super) fn bar(total: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
    ProgressBar::new(total).with_message(what).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A sign of life for work of unknown length.
pub(super) fn spinner(what: &'static str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(what);
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}
