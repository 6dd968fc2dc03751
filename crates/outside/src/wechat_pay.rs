//! WeChat Pay APIv3 for one merchant, in public-key mode, with a cashier page on which a person confirms.
//!
//! Protocol (<https://pay.weixin.qq.com/doc/v3/merchant/4012154180>), as far as it is served here. Amounts are whole fen, JSON is UTF-8, times
//! are RFC 3339 with `+08:00`.
//!
//! # What a request carries
//! ```text
//! Authorization: WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AF",timestamp="1554208460",serial_no="MERCHANT-SERIAL",signature="BASE64"
//! Accept: application/json
//! Content-Type: application/json        (POST)
//! Wechatpay-Serial: PUB_KEY_ID_…        (which platform key the merchant holds; must be one of ours where given)
//! ```
//! `signature = base64(RSASSA-PKCS1-v1_5-SHA256(merchant key, METHOD "\n" PATH[?QUERY] "\n" TIMESTAMP "\n" NONCE "\n" BODY "\n"))`.
//! Five lines, each ended by a newline, the last too; BODY is the raw body, empty for GET (then the last line is a bare newline); PATH and
//! QUERY exactly as on the request line. Refused with 401 `SIGN_ERROR`: no or malformed header, other mchid or serial, a timestamp more than 300 s
//! from the platform's clock, a nonce seen before within that time, a signature that does not verify.
//!
//! # What an answer carries
//! ```text
//! Wechatpay-Timestamp: 1554209980
//! Wechatpay-Nonce: c5ac7061fccab6bf3e254dcf98995b8c
//! Wechatpay-Serial: PUB_KEY_ID_0119000000012026112300000000000001
//! Wechatpay-Signature: BASE64
//! Wechatpay-Signature-Type: WECHATPAY2-SHA256-RSA2048
//! Request-ID: …
//! ```
//! `BASE64 = RSASSA-PKCS1-v1_5-SHA256(platform key, TIMESTAMP "\n" NONCE "\n" BODY "\n")` over the raw body (empty for 204). Errors are signed too.
//! Only the bytes of a downloaded bill are not signed, as in reality: check them against `hash_value`. The platform's public key is PEM
//! SubjectPublicKeyInfo (`BEGIN PUBLIC KEY`); `ring` wants the PKCS#1 part inside it. The merchant gets it out of band, as from the merchant site: here
//! from [`Running::platform_keys`] or `GET /outside/keys` → `[{"serial","public_key_pem","current"}]`.
//!
//! Key rotation: [`Running::rotate_key`] or `POST /outside/rotate-key` adds a second pair; answers and notices are signed by the newest, older serials stay
//! announced. A serial that the merchant does not know must be refused by the merchant, never trusted.
//!
//! Errors: the HTTP status and `{"code":"PARAM_ERROR","message":"…","detail":{"field":"/amount/total"}}` (`detail` only for PARAM_ERROR).
//!
//! | status | codes |
//! |---|---|
//! | 400 | PARAM_ERROR, INVALID_REQUEST, APPID_MCHID_NOT_MATCH, MCH_NOT_EXISTS, ORDER_CLOSED, ORDER_PAID, NO_STATEMENT_EXIST |
//! | 401 | SIGN_ERROR |
//! | 403 | OUT_TRADE_NO_USED, NOT_ENOUGH, NO_AUTH |
//! | 404 | ORDER_NOT_EXIST (orders), RESOURCE_NOT_EXISTS (refunds, paths) |
//! | 429 | FREQUENCY_LIMITED |
//! | 500 | SYSTEM_ERROR |
//!
//! # Orders
//! `POST /v3/pay/transactions/{native|h5|jsapi}`
//! ```json
//! {"appid":"wx8888888888888888","mchid":"1900000001","description":"养老保险费 2026年","out_trade_no":"ZJ20261123000001",
//!  "time_expire":"2026-11-23T16:00:00+08:00","attach":"opaque","notify_url":"http://127.0.0.1:8080/notice/wechat-pay",
//!  "amount":{"total":78411,"currency":"CNY"},
//!  "scene_info":{"payer_client_ip":"127.0.0.1","h5_info":{"type":"Wap"}},
//!  "payer":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}}
//! ```
//! `description` 1 to 127 characters; `out_trade_no` 6 to 32 of `0-9 A-Z a-z _ - | *`; `amount.total` above 0, `currency` CNY (the default); `notify_url`
//! http(s) without a query, at most 255 characters; `time_expire` optional, after now; `attach` optional, at most 128 characters. `scene_info` is required for
//! h5 (type Wap, iOS or Android), `payer.openid` for jsapi. Answers:
//!
//! | kind | answer | valid |
//! |---|---|---|
//! | native | `{"code_url":"weixin://wxpay/bizpayurl?pr=TOKEN"}`: shown as a QR code | 2 h |
//! | h5 | `{"h5_url":"http://127.0.0.1:PORT/cashier?prepay_id=…"}`: append `&redirect_url=` and the percent-encoded return address | 5 min |
//! | jsapi | `{"prepay_id":"wx…"}` | 2 h |
//!
//! The same out_trade_no with the same parameters answers the same link again, with its time begun anew; with others 403 `OUT_TRADE_NO_USED`; paid 400
//! `ORDER_PAID`; closed 400 `ORDER_CLOSED`. Other mchid 400 `MCH_NOT_EXISTS`, other appid 400 `APPID_MCHID_NOT_MATCH`.
//!
//! `GET /v3/pay/transactions/out-trade-no/{out_trade_no}?mchid=…` and `GET /v3/pay/transactions/id/{transaction_id}?mchid=…` answer the transaction:
//! ```json
//! {"appid":"…","mchid":"…","out_trade_no":"…","transaction_id":"4200…","trade_type":"MWEB","trade_state":"SUCCESS","trade_state_desc":"支付成功",
//!  "bank_type":"OTHERS","attach":"opaque","success_time":"2026-11-23T14:20:00+08:00","payer":{"openid":"…"},
//!  "amount":{"total":78411,"payer_total":78411,"currency":"CNY","payer_currency":"CNY"}}
//! ```
//! trade_state: NOTPAY, SUCCESS, REFUND (something was refunded), CLOSED. trade_type: NATIVE, MWEB (h5), JSAPI. Until paid, `transaction_id`, `bank_type`,
//! `success_time` and `payer` are absent. An order past its `time_expire` cannot be paid but stays NOTPAY until it is closed.
//!
//! `POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close` `{"mchid":"…"}` → 204 (closed before: 204 again; paid: 400 `ORDER_PAID`).
//!
//! # Notices
//! `POST notify_url` with the four `Wechatpay-*` headers of an answer, signed in the same way over the raw body:
//! ```json
//! {"id":"EV-…","create_time":"…","resource_type":"encrypt-resource","event_type":"TRANSACTION.SUCCESS","summary":"支付成功",
//!  "resource":{"algorithm":"AEAD_AES_256_GCM","original_type":"transaction","associated_data":"transaction","nonce":"12 ASCII chars","ciphertext":"BASE64"}}
//! ```
//! `ciphertext` is AES-256-GCM with the tag as its last 16 bytes, under the 32 ASCII bytes of the APIv3 key, the nonce's 12 bytes, and
//! `associated_data` as additional data. The plain text is the transaction as a query answers it. Any 2xx answer is success; anything
//! else is repeated by the schedule in [`Config::notice_schedule`] with the same `id` and a new signature. Refunds: event_type `REFUND.SUCCESS`, `REFUND.ABNORMAL` or
//! `REFUND.CLOSED`, original_type and associated_data `refund`, to the refund's own `notify_url`, plain text
//! `{"mchid","out_trade_no","transaction_id","out_refund_no","refund_id","refund_status","success_time","user_received_account","amount":{"total","refund","payer_total","payer_refund"}}`.
//! The platform also probes: a notice whose signature starts with `WECHATPAY/SIGNTEST/` must fail verification.
//!
//! # Refunds
//! `POST /v3/refund/domestic/refunds`
//! `{"out_trade_no"|"transaction_id","out_refund_no","reason","notify_url","amount":{"refund":1,"total":78411,"currency":"CNY"}}` and
//! `GET /v3/refund/domestic/refunds/{out_refund_no}` answer:
//! ```json
//! {"refund_id":"5030…","out_refund_no":"…","transaction_id":"…","out_trade_no":"…","channel":"ORIGINAL","user_received_account":"支付用户零钱",
//!  "success_time":"…","create_time":"…","status":"PROCESSING","funds_account":"AVAILABLE",
//!  "amount":{"total":78411,"refund":1,"payer_total":78411,"payer_refund":1,"settlement_refund":1,"settlement_total":78411,"discount_refund":0,"currency":"CNY"}}
//! ```
//! `out_refund_no` 1 to 64 of `0-9 A-Z a-z _ - | * @`; `reason` at most 80 characters; `total` must be the order's; refunds of an order never exceed it (400 `INVALID_REQUEST`).
//! The first answer is PROCESSING; it is settled at once afterwards: SUCCESS, ABNORMAL or CLOSED. The same out_refund_no again answers its
//! present state, with other parameters 400 `INVALID_REQUEST`. An order that is not paid: 400 `INVALID_REQUEST`; unknown: 404 `RESOURCE_NOT_EXISTS`.
//!
//! # Bills
//! `GET /v3/bill/tradebill?bill_date=2026-11-22&bill_type=ALL&tar_type=GZIP` (bill_type ALL, SUCCESS or REFUND; tar_type optional) and
//! `GET /v3/bill/fundflowbill?bill_date=2026-11-22&account_type=BASIC&tar_type=GZIP` →
//! `{"hash_type":"SHA1","hash_value":"40 hex","download_url":"http://…/v3/billdownload/file?token=…"}`. The hash is of the plain text, unzipped. The download is a GET signed as
//! every request, path with its query; the link lives 30 s (else 404). Only whole past days, from 10:00 of the next day on, unless [`BillDay::Today`]; sooner, or a
//! day without business: 400 `NO_STATEMENT_EXIST`. UTF-8 with a byte order mark, lines ended by CRLF, a heading line, rows whose every cell begins with a back-tick,
//! then two lines: heading of totals and totals. Amounts in yuan with two decimals. Cells hold no comma (a comma in a description is shown as a space).
//! ```text
//! 交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注
//! `2026-11-22 14:20:00,`wx88…,`1900000001,`0,`,`4200…,`ZJ2026…,`oUpF…,`MWEB,`SUCCESS,`OTHERS,`CNY,`784.11,`0.00,`0,`0,`0.00,`0.00,`,`,`养老保险费,`opaque,`0.00000,`0.00%,`784.11,`0.00,`
//! 总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额
//! `1,`784.11,`0.00,`0.00,`0.00000,`784.11,`0.00
//! ```
//! A refund is a row of its own on the day it succeeded: 交易状态 REFUND, 应结订单金额 and 订单金额 0.00, the refund's columns filled, 退款类型 ORIGINAL, 退款状态 SUCCESS.
//! Fund flow: `记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号` (收支类型 收入 or 支出; 业务凭证号 is
//! out_trade_no or out_refund_no), totals `资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额`.
//!
//! # Cashier
//! `GET /cashier?prepay_id=…&redirect_url=…` (or `?pr=TOKEN` of a native link) shows merchant, description and amount, with a button to confirm and one to
//! cancel (`POST /cashier`, form `prepay_id`, `redirect_url`, `action` = `pay` or `cancel`). Confirming pays, sends the notice and answers 303 to `redirect_url`.
//!
//! # Controls, for demos and tests only (not signed)
//! `GET|POST /outside/faults` reads or replaces [`Faults`] (JSON, fields left out are healthy) · `POST /outside/pay` `{"out_trade_no","notice":"background"|"await"|"none"}` pays without a
//! browser → `{"transaction_id","statuses":[200]}` (statuses of the notices when awaited; 0 = no answer) · `POST /outside/resend` `{"out_trade_no"}` sends the notice again and
//! waits → `{"statuses":[…]}` · `POST /outside/settle-refund` `{"out_refund_no","status":"SUCCESS"|"ABNORMAL"|"CLOSED"}` · `GET /outside/deliveries` →
//! `[{"reference","event_type","status","at"}]` · `GET /outside/orders` · `GET /outside/keys` · `POST /outside/rotate-key`.

mod bill;
mod book;
mod cashier;
mod control;
mod faults;
mod guard;
mod keys;
mod notice;
mod order;
mod refund;
mod refusal;

pub use control::PlatformKey;
pub use faults::{Faults, RefundFault, SealFault};
pub use keys::MerchantKeyPair;
pub use notice::Delivery;

use crate::StartError;
use crate::clock::Clock;
use crate::courier::Courier;
use crate::door::Door;
use crate::server::{self, Serving};
use axum::Router;
use axum::routing::{get, post};
use book::Book;
use chrono::TimeDelta;
use keys::KeyRing;
use rsa::PublicKey;
use rsa::pkcs8::DecodePublicKey;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The merchant as the platform has registered it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Merchant {
    /// The merchant's number, digits.
    pub mchid: String,
    /// The public account or application.
    pub appid: String,
    /// What the cashier page calls the merchant.
    pub name: String,
    /// The serial of the merchant's certificate.
    pub serial: String,
    /// The merchant's public key, PEM SubjectPublicKeyInfo.
    pub public_key_pem: String,
    /// The APIv3 key: 32 ASCII characters.
    pub apiv3_key: String,
}

/// Which days have a bill.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BillDay {
    /// As in reality: whole past days, from 10:00 of the next day on.
    #[default]
    NextDay,
    /// Today's too, as far as it has gone.
    Today,
}

/// How the stand-in is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// The port on 127.0.0.1; 0 takes any.
    pub port: u16,
    /// Where keys and orders are kept, so that they survive a restart.
    pub folder: Option<PathBuf>,
    /// The platform's clock.
    pub clock: Clock,
    /// The one merchant that is served.
    pub merchant: Merchant,
    /// How long to wait before each repetition of a notice that was not taken.
    pub notice_schedule: Vec<Duration>,
    /// Which days have a bill.
    pub bill_day: BillDay,
}

impl Config {
    /// Any port, no folder, the wall's clock, 14 repetitions over two hours.
    pub fn new(merchant: Merchant) -> Config {
        let waits = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 600, 1200, 1800, 1800];
        Config {
            port: 0,
            folder: None,
            clock: Clock::wall(),
            merchant,
            notice_schedule: waits.map(Duration::from_secs).to_vec(),
            bill_day: BillDay::NextDay,
        }
    }
}

/// Everything that the handlers share.
#[derive(Debug)]
struct Platform {
    merchant: Merchant,
    merchant_key: PublicKey,
    clock: Clock,
    url: String,
    door: Door,
    courier: Courier,
    schedule: Vec<Duration>,
    bill_day: BillDay,
    keys: Mutex<KeyRing>,
    book: Mutex<Book>,
    bills: Mutex<Vec<bill::Download>>,
    faults: Mutex<Faults>,
    deliveries: Mutex<Vec<Delivery>>,
}

type Shared = Arc<Platform>;

impl Platform {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys(&self) -> MutexGuard<'_, KeyRing> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bills(&self) -> MutexGuard<'_, Vec<bill::Download>> {
        self.bills.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> Faults {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn deliveries(&self) -> MutexGuard<'_, Vec<Delivery>> {
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stand-in at work. Letting it go stops it.
#[derive(Debug)]
pub struct Running {
    serving: Serving,
    platform: Shared,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.serving.address()
    }

    /// `http://127.0.0.1:PORT`, without a slash at its end.
    pub fn url(&self) -> String {
        self.serving.url()
    }

    /// The platform's public keys, oldest first; the last one signs.
    pub fn platform_keys(&self) -> Vec<PlatformKey> {
        control::announced(&self.platform)
    }

    /// Adds a key pair, which signs from now on, and hands back its serial.
    ///
    /// # Errors
    /// [`StartError`] where the key cannot be made or kept.
    pub fn rotate_key(&self) -> Result<String, StartError> {
        self.platform.keys().rotate()
    }

    /// Replaces what goes wrong. `Faults::default()` is health.
    pub fn set_faults(&self, faults: Faults) {
        *self.platform.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// Every notice that was sent so far, and the status that came back.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.platform.deliveries().clone()
    }

    /// Lets requests under way end, gives up notices still to be repeated, then returns.
    pub async fn stop(mut self) {
        self.platform.courier.hush();
        self.serving.stop().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.platform.courier.hush();
    }
}

/// Starts the stand-in.
///
/// # Errors
/// [`StartError`] where port, folder or merchant are not usable.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let merchant_key = PublicKey::from_public_key_pem(&config.merchant.public_key_pem)
        .map_err(|error| StartError::Key(format!("the merchant's public key: {error}")))?;
    if config.merchant.apiv3_key.len() != 32 || !config.merchant.apiv3_key.is_ascii() {
        return Err(StartError::Config("the APIv3 key is 32 ASCII characters".to_owned()));
    }
    let keys = KeyRing::open(config.folder.clone())?;
    let book = Book::open(config.folder.as_deref())?;
    let listening = server::listen(config.port).await?;
    let platform = Arc::new(Platform {
        merchant: config.merchant,
        merchant_key,
        clock: config.clock,
        url: listening.url(),
        door: Door::new(TimeDelta::seconds(300)),
        courier: Courier::new()?,
        schedule: config.notice_schedule,
        bill_day: config.bill_day,
        keys: Mutex::new(keys),
        book: Mutex::new(book),
        bills: Mutex::default(),
        faults: Mutex::default(),
        deliveries: Mutex::default(),
    });
    let serving = listening.serve(router(&platform));
    Ok(Running { serving, platform })
}

fn router(platform: &Shared) -> Router {
    let api = Router::new()
        .route("/v3/pay/transactions/{kind}", post(order::place))
        .route("/v3/pay/transactions/out-trade-no/{out_trade_no}", get(order::query))
        .route("/v3/pay/transactions/id/{transaction_id}", get(order::query_by_transaction))
        .route("/v3/pay/transactions/out-trade-no/{out_trade_no}/close", post(order::close))
        .route("/v3/refund/domestic/refunds", post(refund::ask))
        .route("/v3/refund/domestic/refunds/{out_refund_no}", get(refund::query))
        .route("/v3/bill/tradebill", get(bill::trade))
        .route("/v3/bill/fundflowbill", get(bill::fund_flow))
        .route("/v3/billdownload/file", get(bill::download))
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::no_such_path)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(platform), guard::guard));
    Router::new()
        .route("/cashier", get(cashier::show).post(cashier::decide))
        .route("/outside/faults", get(control::faults).post(control::set_faults))
        .route("/outside/pay", post(control::pay))
        .route("/outside/resend", post(control::resend))
        .route("/outside/settle-refund", post(control::settle_refund))
        .route("/outside/deliveries", get(control::deliveries))
        .route("/outside/orders", get(control::orders))
        .route("/outside/keys", get(control::keys))
        .route("/outside/rotate-key", post(control::rotate_key))
        .merge(api)
        .with_state(Arc::clone(platform))
}
