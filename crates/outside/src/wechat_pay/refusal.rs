//! The platform's errors: a status, a code and a sentence.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a call is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<&'static str>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status, code, message: message.into(), field: None }
    }

    /// A parameter is missing or malformed; `field` is a JSON pointer or the name of a query parameter.
    pub(super) fn param(field: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { field: Some(field), ..Refusal::new(StatusCode::BAD_REQUEST, "PARAM_ERROR", message) }
    }

    pub(super) fn bad_request(code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn signature(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::UNAUTHORIZED, "SIGN_ERROR", message)
    }

    pub(super) fn forbidden(code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(super) fn no_order() -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, "ORDER_NOT_EXIST", "订单不存在")
    }

    pub(super) fn no_resource(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, "RESOURCE_NOT_EXISTS", message)
    }

    pub(super) fn unavailable() -> Refusal {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR", "系统异常，请稍后重试")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = match self.field {
            Some(field) => json!({"code": self.code, "message": self.message, "detail": {"field": field}}),
            None => json!({"code": self.code, "message": self.message}),
        };
        (self.status, Json(body)).into_response()
    }
}

/// What is not served here.
pub(super) async fn no_such_path() -> Refusal {
    Refusal::no_resource("请求的资源不存在")
}
