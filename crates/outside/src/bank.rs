//! A bank's front-end server: collection notes paid by transfer, payouts, and return files that say what happened.
//!
//! There is no one national form; this is a bank of our own invention in the common shape. Amounts are strings in yuan with two decimals (`"784.11"`), JSON is
//! UTF-8, times are RFC 3339 with `+08:00`. The bank never calls back: what was paid is learnt from the return file (or by asking for a note).
//!
//! # What a request carries
//! ```text
//! X-Bank-Client: ZHIJIAN
//! X-Bank-Timestamp: 1795443600                 unix seconds, at most 300 s from the bank's clock
//! X-Bank-Nonce: 16 to 64 of 0-9 A-Z a-z _ -    never twice
//! X-Bank-Signature: HEX
//! ```
//! `HEX = lower-case hex of HMAC-SHA256(shared key, METHOD "\n" PATH[?QUERY] "\n" TIMESTAMP "\n" NONCE "\n" BODY "\n")`; the key is the bytes of the configured text,
//! BODY the raw body, empty for GET. Answers (errors and files too) carry `X-Bank-Timestamp` and `X-Bank-Signature` = hex of
//! `HMAC-SHA256(shared key, TIMESTAMP "\n" BODY "\n")`.
//!
//! Errors: the status and `{"code":"…","message":"…"}`: 401 `BAD_SIGNATURE`; 400 `BAD_REQUEST`; 404 `NOTE_UNKNOWN`, `PAYOUT_UNKNOWN`, `FILE_UNKNOWN`; 409
//! `NOTE_NUMBER_USED` (same number, other content), `NOTE_PAID`, `NOTE_CANCELLED`, `PAYOUT_NUMBER_USED`; 503 `UNAVAILABLE`.
//!
//! # Collection notes (收款单)
//! `POST /transfer-notes`
//! `{"note_number":"SK20261123000001","payee_account":"1304990000000000001","payee_name":"…","amount":"784.11","purpose":"养老保险费","expires_at":"2026-11-24T16:00:00+08:00"}`
//! → 200 the note. `note_number` 6 to 32 of `0-9 A-Z a-z -`; amount above 0; `payee_account` 8 to 32 digits; `payee_name` and `purpose` 1 to 60 characters without `|`;
//! `expires_at` after now. The same again answers the same. `GET /transfer-notes/{note_number}` → the note; `POST /transfer-notes/{note_number}/cancel` (empty body) → the note,
//! cancelled (again: the same; paid: 409 `NOTE_PAID`). The note:
//! ```json
//! {"note_number":"SK20261123000001","state":"waiting","payee_account":"…","payee_name":"…","amount":"784.11","purpose":"…","expires_at":"…",
//!  "pay_url":"http://127.0.0.1:PORT/pay/SK20261123000001"}
//! ```
//! state: `waiting`, `paid` (then with `"paid_amount"`, `"bank_serial"`, `"paid_at"`), `expired`, `cancelled`.
//!
//! The person pays at `GET /pay/{note_number}?return_url=…` (the bank's page: account number, account name, confirm), which answers 303 to `return_url` where one was given.
//!
//! # Payouts
//! `POST /payouts` `{"payout_number","account","name","amount","purpose"}` → `{"payout_number","state":"accepted"}`; the same again answers the same. The result stands in the next
//! return file. `GET /payouts/{payout_number}` → `{"payout_number","state":"accepted"|"returned","code":"0000"}` (`code` only once returned).
//!
//! # Return files
//! `GET /return-files?date=2026-11-23` → `{"files":[{"name":"RET-ZHIJIAN-20261123-001.txt","batch":"20261123001","count":2,"sha256":"hex of the whole file"}]}`, in order. Listing a
//! date first cuts a batch of all that happened on that date (time of +08:00) and stands in no file yet; a file once cut never changes. A date
//! without business lists nothing. `GET /return-files/{name}` → the file, `text/plain; charset=utf-8`, lines ended by LF, cells parted by `|` (never inside a cell):
//! ```text
//! H|ZJRET1|UTF-8|20261123001|2026-11-23|2|784.11|100.00
//! D|1|C|SK20261123000001|6222000000000000001|张三|784.11|B202611230000000001|2026-11-23T14:20:00+08:00|0000|养老保险费
//! D|2|P|PO20261123000001|6222000000000000002|李四|100.00|B202611230000000002|2026-11-23T15:00:00+08:00|0000|退费
//! T|2|784.11|100.00|SHA256
//! ```
//! Header: mark, form, encoding, batch, date, number of details, total of credits, total of payouts. Detail: mark, sequence from 1, kind (C credit, P payout), note or
//! payout number, account and name of the other side, amount, bank serial number (unique for ever), time, code, remark. Trailer: mark, count, total of credits, total
//! of **successful** payouts as in the header, and the lower-case hex SHA-256 of every byte before the trailer line. Codes: 0000 done, 1001 no such account, 1002 name does not
//! match, 1003 account closed, 9999 unknown (ask again, never pay twice). A payout that failed stands in the file with its code and does not count in the total.
//!
//! # Controls, for demos and tests only (not signed)
//! `GET|POST /outside/faults` reads or replaces [`Faults`] · `POST /outside/pay` `{"note_number","payer_account","payer_name","amount"?}` transfers without a browser, also a wrong
//! amount or to a note that the bank does not know → `{"bank_serial"}` · `GET /outside/transfers` → every movement so far · `POST /outside/cut` `{"date"}` cuts a batch now → `{"name":…|null}`.

mod book;
mod control;
mod guard;
mod note;
mod page;
mod payout;
mod return_file;

pub use return_file::Faults;

use crate::StartError;
use crate::clock::Clock;
use crate::door::Door;
use crate::server::{self, Serving};
use axum::Router;
use axum::routing::{get, post};
use book::Book;
use chrono::TimeDelta;
use kernel::{Date, Fen};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The client as the bank knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Client {
    /// The client's name in headers and file names: upper-case letters and digits.
    pub id: String,
    /// The shared key.
    pub key: String,
}

/// How the stand-in is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// The port on 127.0.0.1; 0 takes any.
    pub port: u16,
    /// Where notes, transfers and files are kept, so that they survive a restart.
    pub folder: Option<PathBuf>,
    /// The bank's clock.
    pub clock: Clock,
    /// The one client that is served.
    pub client: Client,
}

impl Config {
    /// Any port, no folder, the wall's clock.
    pub fn new(client: Client) -> Config {
        Config { port: 0, folder: None, clock: Clock::wall(), client }
    }
}

#[derive(Debug)]
struct Bank {
    client: Client,
    clock: Clock,
    url: String,
    door: Door,
    book: Mutex<Book>,
    faults: Mutex<Faults>,
}

type Shared = Arc<Bank>;

impl Bank {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> Faults {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A transfer into the client's account, as a person makes it at any bank.
#[derive(Clone, Debug, Deserialize)]
pub struct Transfer {
    /// What the person wrote as note number.
    pub note_number: String,
    /// The person's account.
    pub payer_account: String,
    /// The person's name at the bank.
    pub payer_name: String,
    /// The note's amount where it is left out; required for a note that the bank does not know.
    pub amount: Option<Fen>,
}

/// The stand-in at work. Letting it go stops it.
#[derive(Debug)]
pub struct Running {
    serving: Serving,
    bank: Shared,
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

    /// Replaces what goes wrong. `Faults::default()` is health.
    pub fn set_faults(&self, faults: Faults) {
        *self.bank.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// Cuts a batch of what happened on the date and stands in no file yet; answers the file's name.
    pub fn cut(&self, date: Date) -> Option<String> {
        return_file::cut(&self.bank, date)
    }

    /// Takes a transfer, as `POST /outside/pay` does, and answers its serial number; nothing where the bank refuses it.
    pub fn transfer(&self, transfer: Transfer) -> Option<String> {
        control::transfer(&self.bank, transfer).ok()
    }

    /// Lets requests under way end, then returns.
    pub async fn stop(mut self) {
        self.serving.stop().await;
    }
}

/// Starts the stand-in.
///
/// # Errors
/// [`StartError`] where port, folder or client are not usable.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    if config.client.id.is_empty() || !config.client.id.bytes().all(is_name) {
        return Err(StartError::Config("the bank's client id is upper-case letters and digits".to_owned()));
    }
    let book = Book::open(config.folder.as_deref())?;
    let listening = server::listen(config.port).await?;
    let bank = Arc::new(Bank {
        client: config.client,
        clock: config.clock,
        url: listening.url(),
        door: Door::new(TimeDelta::seconds(300)),
        book: Mutex::new(book),
        faults: Mutex::default(),
    });
    let serving = listening.serve(router(&bank));
    Ok(Running { serving, bank })
}

fn router(bank: &Shared) -> Router {
    let api = Router::new()
        .route("/transfer-notes", post(note::register))
        .route("/transfer-notes/{note_number}", get(note::query))
        .route("/transfer-notes/{note_number}/cancel", post(note::cancel))
        .route("/payouts", post(payout::ask))
        .route("/payouts/{payout_number}", get(payout::query))
        .route("/return-files", get(return_file::list))
        .route("/return-files/{name}", get(return_file::download))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(bank), guard::guard));
    Router::new()
        .route("/pay/{note_number}", get(page::show).post(page::pay))
        .route("/outside/faults", get(control::faults).post(control::set_faults))
        .route("/outside/pay", post(control::pay))
        .route("/outside/transfers", get(control::transfers))
        .route("/outside/cut", post(control::cut))
        .merge(api)
        .with_state(Arc::clone(bank))
}
