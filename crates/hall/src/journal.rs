//! The log: one JSON line an event on standard error, without personal data. `ZHIJIAN_LOG` sets what is shown.

use tracing_subscriber::EnvFilter;

/// Starts the log. Warnings and what the hall notes of requests, unless `ZHIJIAN_LOG` says otherwise.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("ZHIJIAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second start, in tests, changes nothing.
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
