//! `zhijian serve`: the hall and, unless told otherwise, a worker in one process; `zhijian worker`: a worker alone.

use super::home::{Home, clock, one_line};
use crate::app::{App, Shared, router};
use crate::settings::Settings;
use clap::Args;
use control::Desk;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Serve the hall.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    home: Home,
    /// The settings; without it `zhijian.toml` in the data folder.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Leave jobs to `zhijian worker`.
    #[arg(long)]
    without_worker: bool,
}

/// Run jobs, seal books and audit, close days.
#[derive(Debug, Args)]
pub(super) struct Work {
    #[command(flatten)]
    home: Home,
    /// The settings; without it `zhijian.toml` in the data folder.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), String> {
        let settings = read(&self.home, self.settings)?;
        let listener = listen(settings.listen).await?;
        self.home.migrate().await?;
        let desk = self.home.desk(settings.area().map_err(|error| one_line(&error))?).await?;
        let workers = if self.without_worker { Workers::None } else { Workers::One };
        println!("open at {}", settings.public_url);
        serve(desk, &settings, listener, workers).await
    }
}

impl Work {
    pub(super) async fn run(self) -> Result<(), String> {
        let settings = read(&self.home, self.settings)?;
        let desk = self.home.desk(settings.area().map_err(|error| one_line(&error))?).await?;
        let services = settings.services(&clock()).map_err(|error| one_line(&error))?;
        office::Worker::new(desk, services).run(until_told()).await;
        Ok(())
    }
}

fn read(home: &Home, given: Option<PathBuf>) -> Result<Settings, String> {
    let path = given.unwrap_or_else(|| home.file("zhijian.toml"));
    Settings::read(&path).map_err(|error| one_line(&error))
}

/// Takes the port, or says in one line who has it.
pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        if error.kind() == std::io::ErrorKind::AddrInUse {
            return format!("port {} is taken; choose another with --port", address.port());
        }
        format!("{address} cannot be listened on: {error}")
    })
}

/// Whether this process works on jobs too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Workers {
    None,
    One,
}

/// Serves until told to stop; what is under way is finished.
pub(super) async fn serve(
    desk: Desk,
    settings: &Settings,
    listener: TcpListener,
    workers: Workers,
) -> Result<(), String> {
    let services = settings.services(&clock()).map_err(|error| one_line(&error))?;
    let stop = until_told();
    let working = (workers == Workers::One)
        .then(|| tokio::spawn(office::Worker::new(desk.clone(), services.clone()).run(stop.clone())));
    let app = app(desk.clone(), settings, services)?;
    let mut told = stop.clone();
    let serving = axum::serve(listener, router(app).into_make_service_with_connect_info::<SocketAddr>());
    let stopped = async move {
        let _ = told.wait_for(|told| *told).await;
    };
    serving.with_graceful_shutdown(stopped).await.map_err(|error| format!("the hall stopped: {error}"))?;
    if let Some(working) = working {
        let _ = working.await;
    }
    desk.database().close().await;
    Ok(())
}

fn app(desk: Desk, settings: &Settings, services: office::Services) -> Result<Shared, String> {
    let mut app = App::new(desk, settings.config());
    app.real_name = Some(settings.real_name.client().map_err(|error| one_line(&error))?);
    app.services = Some(services);
    app.migrations = office::MIGRATIONS;
    app.metrics = PrometheusBuilder::new().install_recorder().ok();
    Ok(Arc::new(app))
}

/// Becomes true at Ctrl-C or when the system asks to end.
pub(super) fn until_told() -> watch::Receiver<bool> {
    let (tell, told) = watch::channel(false);
    tokio::spawn(async move {
        let interrupted = tokio::signal::ctrl_c();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            if let Ok(mut terminated) = signal(SignalKind::terminate()) {
                tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            } else {
                let _ = interrupted.await;
            }
        }
        #[cfg(not(unix))]
        let _ = interrupted.await;
        let _ = tell.send(true);
    });
    told
}
