//! Notices of payment gateways. The raw body and the headers go to the gateway's own check; only what it verified reaches the
//! desk. A notice is answered 204 once it is settled, and with an error otherwise, so that the gateway sends it again.

use crate::app::Shared;
use crate::problem::Problem;
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use control::{Actor, Channel};
use office::Settle;
use payment::gateway::wechat_pay::Notice;

/// The addresses to which gateways send notices.
pub fn routes() -> Router<Shared> {
    Router::new().route("/notice/wechat-pay", post(wechat_pay)).route("/notice/wechat-pay/refund", post(wechat_pay))
}

async fn wechat_pay(State(app): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let Some(gateway) = app.services()?.gateways.wechat_pay.as_ref() else { return Err(Problem::not_found()) };
    let told = match gateway.verify_notice(&headers, &body, app.desk().now()) {
        Ok(told) => told,
        Err(error) => {
            tracing::warn!(%error, "a notice was refused");
            return Ok(failed(StatusCode::UNAUTHORIZED, "the notice was not accepted"));
        }
    };
    match told {
        Notice::Paid(money) => match app.desk().perform(&Actor::system(Channel::Gateway), Settle { money }).await {
            Ok(_) => Ok(StatusCode::NO_CONTENT.into_response()),
            Err(declined) => {
                tracing::error!(error = %declined, "a payment was not settled");
                Ok(failed(StatusCode::INTERNAL_SERVER_ERROR, "not settled"))
            }
        },
        // The job that asked for the refund asks after it too; that word came is only worth a line.
        Notice::Refund { number, .. } => {
            tracing::info!(number, "a refund ended");
            Ok(StatusCode::NO_CONTENT.into_response())
        }
    }
}

/// As the platform reads it.
fn failed(status: StatusCode, message: &str) -> Response {
    (status, Json(serde_json::json!({ "code": "FAIL", "message": message }))).into_response()
}
