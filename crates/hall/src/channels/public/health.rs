//! `/health/live`, `/health/ready` and `/metrics`, for the machinery around the hall.

use crate::app::Shared;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).route("/metrics", get(metrics))
}

async fn live() -> &'static str {
    "live\n"
}

/// What must hold before anybody is sent here.
#[derive(Serialize)]
struct Readiness {
    database: bool,
    migrations: bool,
    worker: bool,
}

async fn ready(State(app): State<Shared>) -> Response {
    let view = app.desk().view();
    let waiting = control::pending_migrations(&view, app.migrations).await;
    let worker = control::lease::is_held(&view, control::lease::WORKER).await;
    let readiness = Readiness {
        database: waiting.is_ok(),
        migrations: waiting.is_ok_and(|waiting| waiting.is_empty()),
        worker: worker.unwrap_or(false),
    };
    let all = readiness.database && readiness.migrations && readiness.worker;
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}

async fn metrics(State(app): State<Shared>) -> Result<Response, Problem> {
    let recorded = app.metrics.as_ref().ok_or_else(Problem::not_found)?;
    if let Ok((due, failed)) = control::job::counts(&app.desk().view()).await {
        ::metrics::gauge!("zhijian_jobs_waiting").set(f64::from(u32::try_from(due).unwrap_or(u32::MAX)));
        ::metrics::gauge!("zhijian_jobs_given_up").set(f64::from(u32::try_from(failed).unwrap_or(u32::MAX)));
    }
    recorded.run_upkeep();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], recorded.render()).into_response())
}
