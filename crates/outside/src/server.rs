//! One HTTP server in a task of its own, on the loopback address, stopped by hand or when it is let go.

use axum::Router;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Why a stand-in did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken or may not be used.
    #[error("port {port} of 127.0.0.1 cannot be listened on")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder, or a file in it, cannot be read or written.
    #[error("{path} cannot be used")]
    Folder {
        /// The path in question.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A key cannot be made or read.
    #[error("a key is not usable: {0}")]
    Key(String),
    /// The configuration is not one that the real service would give.
    #[error("the configuration is not usable: {0}")]
    Config(String),
}

/// A running server. Letting it go stops it too, without waiting.
#[derive(Debug)]
pub(crate) struct Serving {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

/// A listener that is not served yet, so that the router may know its own address.
pub(crate) struct Listening {
    listener: tokio::net::TcpListener,
    pub(crate) address: SocketAddr,
}

/// Takes the port; 0 takes any.
pub(crate) async fn listen(port: u16) -> Result<Listening, StartError> {
    let failed = |source| StartError::Port { port, source };
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Listening { listener, address })
}

impl Listening {
    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Begins to serve.
    pub(crate) fn serve(self, router: Router) -> Serving {
        let (stop, stopped) = oneshot::channel::<()>();
        let address = self.address;
        let task = tokio::spawn(async move {
            // An error of the channel means that the handle was let go, which stops the server as well.
            let until = async move { drop(stopped.await) };
            if let Err(error) = axum::serve(self.listener, router).with_graceful_shutdown(until).await {
                tracing::error!(%error, "a stand-in ended");
            }
        });
        Serving { address, stop: Some(stop), task: Some(task) }
    }
}

impl Serving {
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets requests under way end, then returns.
    pub(crate) async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(task) = self.task.take() {
            drop(task.await);
        }
    }
}
