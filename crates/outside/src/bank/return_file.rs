//! Return files: cut, listed, downloaded, and what can go wrong in one.

use super::book::{Direction, Movement, ReturnFile};
use super::guard::Refusal;
use super::{Bank, Shared};
use crate::clock::{parse_date, rfc3339};
use crate::seal;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{Date, Fen};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What can go wrong at the bank. Those of the file count when it is cut.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every signed call is answered 503.
    pub unavailable: bool,
    /// Note numbers whose line stands twice (count and totals too).
    pub double: Vec<String>,
    /// Note or payout numbers whose line is missing (count and totals too). It will stand in no later file.
    pub omit: Vec<String>,
    /// The trailer's digest is wrong.
    pub bad_digest: bool,
    /// The header's and trailer's count is one too high.
    pub bad_count: bool,
    /// The file ends after its first detail line.
    pub cut_short: bool,
    /// The code with which payouts end: 0000, 1001, 1002, 1003, 9999.
    pub payout_code: String,
}

impl Default for Faults {
    fn default() -> Faults {
        Faults {
            unavailable: false,
            double: Vec::new(),
            omit: Vec::new(),
            bad_digest: false,
            bad_count: false,
            cut_short: false,
            payout_code: "0000".to_owned(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    date: String,
}

/// Cuts a batch of the date's open movements; answers the file's name, or nothing where there are none.
pub(super) fn cut(bank: &Bank, date: Date) -> Option<String> {
    let faults = bank.faults();
    let mut book = bank.book();
    let movements = book.uncut(date);
    if movements.is_empty() {
        return None;
    }
    let number = book.files_of(date).count() + 1;
    let day = date.format("%Y%m%d");
    let (batch, name) = (format!("{day}{number:03}"), format!("RET-{}-{day}-{number:03}.txt", bank.client.id));
    let shown: Vec<&Movement> = movements
        .iter()
        .filter(|movement| !faults.omit.contains(&movement.number))
        .flat_map(|movement| {
            std::iter::repeat_n(movement, if faults.double.contains(&movement.number) { 2 } else { 1 })
        })
        .collect();
    let text = text(&batch, date, &shown, &faults);
    let file = ReturnFile { name: name.clone(), batch, date, count: shown.len(), text };
    book.cut(file, movements);
    Some(name)
}

fn text(batch: &str, date: Date, shown: &[&Movement], faults: &Faults) -> String {
    let total = |direction| -> Fen {
        let done = shown.iter().filter(|movement| movement.direction == direction && movement.code == "0000");
        done.map(|movement| movement.amount).sum()
    };
    let (credits, payouts) = (total(Direction::Credit), total(Direction::Payout));
    let count = shown.len() + usize::from(faults.bad_count);
    let mut text = format!("H|ZJRET1|UTF-8|{batch}|{date}|{count}|{credits}|{payouts}\n");
    for (index, movement) in shown.iter().enumerate() {
        text.push_str(&detail(index + 1, movement));
        if faults.cut_short {
            return text;
        }
    }
    let digest = seal::sha256(if faults.bad_digest { b"another text" } else { text.as_bytes() });
    text + &format!("T|{count}|{credits}|{payouts}|{digest}\n")
}

fn detail(sequence: usize, movement: &Movement) -> String {
    let kind = match movement.direction {
        Direction::Credit => "C",
        Direction::Payout => "P",
    };
    let Movement { number, account, name, amount, serial, code, remark, .. } = movement;
    let at = rfc3339(movement.at);
    format!("D|{sequence}|{kind}|{number}|{account}|{name}|{amount}|{serial}|{at}|{code}|{remark}\n")
}

pub(super) async fn list(State(bank): State<Shared>, Query(asked): Query<Asked>) -> Result<Json<Value>, Refusal> {
    let date = parse_date(&asked.date).ok_or_else(|| Refusal::bad("日期格式应为yyyy-mm-dd"))?;
    cut(&bank, date);
    let book = bank.book();
    let told = |file: &ReturnFile| json!({"name": file.name, "batch": file.batch, "count": file.count, "sha256": file.digest()});
    let files: Vec<Value> = book.files_of(date).map(told).collect();
    Ok(Json(json!({"files": files})))
}

pub(super) async fn download(State(bank): State<Shared>, Path(name): Path<String>) -> Result<Response, Refusal> {
    let book = bank.book();
    let file = book.file(&name).ok_or_else(|| Refusal::unknown("FILE_UNKNOWN"))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], file.text.clone()).into_response())
}
