//! Carries calls from a stand-in to us: a client without proxy or redirects, and the tasks that repeat a call.

use crate::StartError;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// The client and its tasks, which end with the stand-in.
#[derive(Debug)]
pub(crate) struct Courier {
    client: reqwest::Client,
    tasks: Mutex<JoinSet<()>>,
}

impl Courier {
    pub(crate) fn new() -> Result<Courier, StartError> {
        // An error means that the program has installed a provider already, which serves as well.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10))
            .build()
            .map_err(|error| StartError::Config(format!("no HTTP client: {error}")))?;
        Ok(Courier { client, tasks: Mutex::new(JoinSet::new()) })
    }

    /// Posts and answers the status, 0 where nobody answered.
    pub(crate) async fn post(&self, url: &str, headers: Vec<(&'static str, String)>, body: Vec<u8>) -> u16 {
        let request =
            self.client.post(url).header("content-type", "application/json").header("accept", "application/json");
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        match request.body(body).send().await {
            Ok(answer) => answer.status().as_u16(),
            Err(error) => {
                tracing::debug!(%error, "nobody took the call");
                0
            }
        }
    }

    /// Runs a task that ends with the stand-in at the latest.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    /// Ends every task.
    pub(crate) fn hush(&self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }
}
