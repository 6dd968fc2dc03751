//! SendSms: the door, the checks of the business, and the text that reaches the handset.

use super::inbox::{self, Message};
use super::parameters::{self, Parameters};
use super::{Provider, Shared, report};
use crate::clock;
use crate::seal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::time::Duration;
use uuid::Uuid;

/// Why a call is refused.
enum Refusal {
    /// At the door: a status of its own.
    Door(StatusCode, &'static str, String),
    /// By the business: 200 and a code.
    Business(&'static str, &'static str),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let request_id = request_id();
        match self {
            Refusal::Door(status, code, message) => {
                let body = json!({"Code": code, "Message": message, "RequestId": request_id, "HostId": "dysmsapi.aliyuncs.com"});
                (status, Json(body)).into_response()
            }
            Refusal::Business(code, message) => {
                Json(json!({"Code": code, "Message": message, "RequestId": request_id})).into_response()
            }
        }
    }
}

fn request_id() -> String {
    Uuid::from_bytes(rand::random()).to_string().to_uppercase()
}

fn door(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::Door(status, code, message.into())
}

fn field<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Refusal> {
    let value = parameters.get(name).map(String::as_str).filter(|value| !value.is_empty());
    value.ok_or_else(|| {
        door(StatusCode::BAD_REQUEST, "MissingParameter", format!("{name} is mandatory for this action."))
    })
}

pub(super) async fn send(
    State(provider): State<Shared>,
    method: Method,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let mut parameters = Parameters::new();
    parameters::read(&mut parameters, query.unwrap_or_default().as_bytes());
    parameters::read(&mut parameters, &body);
    let delay = provider.faults().delay_ms;
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let taken = admit(&provider, method.as_str(), &parameters).and_then(|()| take(&provider, &parameters));
    match taken {
        Err(refusal) => refusal.into_response(),
        Ok(biz_id) => {
            Json(json!({"Code": "OK", "Message": "OK", "RequestId": request_id(), "BizId": biz_id})).into_response()
        }
    }
}

fn admit(provider: &Provider, method: &str, parameters: &Parameters) -> Result<(), Refusal> {
    let bad = |code, message: &str| door(StatusCode::BAD_REQUEST, code, message);
    if provider.faults().unavailable {
        return Err(door(
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            "The request has failed due to a temporary failure of the server.",
        ));
    }
    if field(parameters, "Action")? != "SendSms" {
        return Err(door(StatusCode::NOT_FOUND, "InvalidAction.NotFound", "Specified api is not found."));
    }
    if field(parameters, "Version")? != "2017-05-25" {
        return Err(bad("InvalidVersion", "Specified parameter Version is not valid."));
    }
    if field(parameters, "AccessKeyId")? != provider.account.access_key_id {
        return Err(door(StatusCode::NOT_FOUND, "InvalidAccessKeyId.NotFound", "Specified access key is not found."));
    }
    let said = field(parameters, "Timestamp")?;
    let at = clock::parse(said).filter(|_| said.ends_with('Z'));
    let at = at.ok_or_else(|| bad("InvalidTimeStamp.Format", "Specified time stamp is not well formatted."))?;
    let now = provider.clock.now();
    provider
        .door
        .in_time(now, at)
        .map_err(|_| bad("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."))?;
    let is_plain =
        field(parameters, "SignatureMethod")? == "HMAC-SHA1" && field(parameters, "SignatureVersion")? == "1.0";
    let secret = format!("{}&", provider.account.access_key_secret);
    let expected = seal::hmac_sha1(&secret, parameters::to_sign(method, parameters).as_bytes());
    if !is_plain || field(parameters, "Signature")? != expected {
        return Err(bad("SignatureDoesNotMatch", "Specified signature is not matched with our calculation."));
    }
    let nonce = field(parameters, "SignatureNonce")?;
    provider.door.once(now, nonce).map_err(|_| bad("SignatureNonceUsed", "Specified signature nonce was used already."))
}

/// Checks as the business does, keeps a message for each phone and answers the BizId.
fn take(provider: &Shared, parameters: &Parameters) -> Result<String, Refusal> {
    let phones: Vec<&str> = field(parameters, "PhoneNumbers")?.split(',').collect();
    if phones.len() > 1000 || !phones.iter().all(|phone| is_mobile(phone)) {
        return Err(Refusal::Business("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号"));
    }
    let sign_name = field(parameters, "SignName")?;
    if !provider.account.sign_names.iter().any(|known| known == sign_name) {
        return Err(Refusal::Business("isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法"));
    }
    let code = field(parameters, "TemplateCode")?;
    let template = provider.account.templates.get(code);
    let template = template.ok_or(Refusal::Business("isv.SMS_TEMPLATE_ILLEGAL", "短信模板不合法"))?;
    let param = parameters.get("TemplateParam").map_or("{}", String::as_str);
    let param: Map<String, Value> =
        serde_json::from_str(param).map_err(|_| Refusal::Business("isv.INVALID_JSON_PARAM", "模板参数不是JSON"))?;
    let text = format!("【{sign_name}】{}", fill(template, &param)?);
    let faults = provider.faults();
    if faults.limited {
        return Err(Refusal::Business("isv.BUSINESS_LIMIT_CONTROL", "触发天级流控"));
    }
    let biz_id = format!("{}^0", seal::digits(18));
    for phone in phones {
        let message = Message {
            phone: phone.to_owned(),
            sign_name: sign_name.to_owned(),
            template_code: code.to_owned(),
            text: text.clone(),
            param: param.clone(),
            out_id: parameters.get("OutId").cloned(),
            biz_id: biz_id.clone(),
            at: provider.clock.now(),
        };
        report::tell(provider, &message, faults.lost);
        if !faults.lost {
            inbox::keep(provider, message);
        }
    }
    Ok(biz_id)
}

/// 11 digits from 1.
fn is_mobile(phone: &str) -> bool {
    phone.len() == 11 && phone.starts_with('1') && phone.bytes().all(|byte| byte.is_ascii_digit())
}

/// Puts the parameters into the template; every variable must be there.
fn fill(template: &str, param: &Map<String, Value>) -> Result<String, Refusal> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        let missing = Refusal::Business("isv.TEMPLATE_MISSING_PARAMETERS", "模板缺少变量");
        let value = param.get(name).ok_or(missing)?;
        text.push_str(before);
        text.push_str(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        rest = tail;
    }
    Ok(text + rest)
}
