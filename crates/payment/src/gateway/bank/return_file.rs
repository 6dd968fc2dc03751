//! The bank's return file: a header, details, a trailer. Count, totals and hash stand in it twice over and are checked first;
//! a file that does not add up is refused whole.

use crate::gateway::{GatewayKind, http::parse_rfc3339};
use crate::{DailyRow, PayerAccount, RowKind, Verified};
use kernel::{Date, Fen, Timestamp};
use ring::digest::{SHA256, digest};

/// A file that has stood its checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReturnFile {
    /// The day that it tells of.
    pub date: Date,
    /// Its details.
    pub rows: Vec<ReturnRow>,
}

/// A detail of a return file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReturnRow {
    /// A credit to us, or a payout.
    pub kind: RowKind,
    /// The number of the note or payout.
    pub number: String,
    /// The account on the other side.
    pub other: PayerAccount,
    /// How much.
    pub amount: Fen,
    /// The bank's serial number, unique for ever.
    pub serial: String,
    /// When.
    pub at: Timestamp,
    /// The bank's code: `0000` is done.
    pub code: String,
}

/// Why a return file is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileError {
    /// A line has another form.
    #[error("line {0} of the return file has another form")]
    Form(usize),
    /// Count or totals are not those of the details.
    #[error("the return file says {said}, its details {found}")]
    Totals {
        /// By header or trailer.
        said: String,
        /// By the details.
        found: String,
    },
    /// The hash is another: the file was cut off or changed.
    #[error("the return file's hash is another")]
    Hash,
}

impl ReturnFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn parse(bytes: &[u8]) -> Result<ReturnFile, FileError> {
        let text = std::str::from_utf8(bytes).map_err(|_| FileError::Form(1))?;
        let body_end = text.trim_end_matches('\n').rfind('\n').ok_or(FileError::Form(1))? + 1;
        let (body, trailer) = text.split_at(body_end);
        let lines: Vec<&str> = body.lines().collect();
        let (header, details) = lines.split_first().ok_or(FileError::Form(1))?;
        let ["H", "ZJRET1", "UTF-8", _batch, date, head @ ..] = &cells(header)[..] else {
            return Err(FileError::Form(1));
        };
        let date = date.parse().map_err(|_| FileError::Form(1))?;
        let rows: Vec<ReturnRow> =
            details.iter().enumerate().map(|(index, line)| row(index + 1, line)).collect::<Result<_, _>>()?;
        let ["T", tail @ .., hash] = &cells(trailer.trim_end())[..] else {
            return Err(FileError::Form(lines.len() + 1));
        };
        if hex::encode(digest(&SHA256, body.as_bytes())) != *hash {
            return Err(FileError::Hash);
        }
        let found = totals(&rows);
        for said in [head, tail] {
            if said != found {
                return Err(FileError::Totals { said: said.join("|"), found: found.join("|") });
            }
        }
        Ok(ReturnFile { date, rows })
    }
}

fn cells(line: &str) -> Vec<&str> {
    line.split('|').collect()
}

fn row(sequence: usize, line: &str) -> Result<ReturnRow, FileError> {
    let form = || FileError::Form(sequence + 1);
    let ["D", number_in_file, kind, number, account, name, amount, serial, at, code, _remark] = &cells(line)[..] else {
        return Err(form());
    };
    let kind = match *kind {
        "C" => RowKind::Payment,
        "P" => RowKind::Refund,
        _ => return Err(form()),
    };
    let amount: Fen = amount.parse().map_err(|_| form())?;
    if *number_in_file != sequence.to_string() || amount <= Fen::ZERO || serial.is_empty() {
        return Err(form());
    }
    Ok(ReturnRow {
        kind,
        number: (*number).to_owned(),
        other: PayerAccount { account: (*account).to_owned(), name: (*name).to_owned() },
        amount,
        serial: (*serial).to_owned(),
        at: parse_rfc3339(at).map_err(|_| form())?,
        code: (*code).to_owned(),
    })
}

/// Count, total of credits, total of payouts that were done.
fn totals(rows: &[ReturnRow]) -> [String; 3] {
    let credits = rows.iter().filter(|row| row.kind == RowKind::Payment);
    let payouts = rows.iter().filter(|row| row.kind == RowKind::Refund && row.code == "0000");
    let sum = |amount: Fen| amount.to_string();
    [rows.len().to_string(), sum(credits.map(|row| row.amount).sum()), sum(payouts.map(|row| row.amount).sum())]
}

impl ReturnRow {
    pub(crate) fn verified(self, merchant: &str) -> Verified {
        Verified {
            gateway: GatewayKind::Bank,
            merchant: merchant.to_owned(),
            number: self.number,
            transaction_id: self.serial,
            amount: self.amount,
            paid_at: self.at,
            notice_id: None,
            payer: Some(self.other),
        }
    }

    pub(crate) fn daily(self) -> DailyRow {
        let reference = match self.kind {
            RowKind::Payment => self.serial,
            RowKind::Refund => self.number.clone(),
        };
        DailyRow { kind: self.kind, reference, number: self.number, amount: self.amount, at: self.at }
    }
}
