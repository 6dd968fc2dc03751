//! The platform's bill of a day: zipped CSV whose SHA-1 stands in a signed answer. Refused: another hash, other totals than its
//! rows have, a column that is missing.

use crate::gateway::GatewayError;
use crate::gateway::http::BILL_BYTES_MAX;
use crate::{DailyRow, RowKind};
use kernel::{Fen, Timestamp};
use serde::Deserialize;
use sha1::{Digest, Sha1};
use std::io::Read;

/// Where the bill lies, and its hash.
#[derive(Deserialize)]
pub(crate) struct Link {
    hash_type: String,
    hash_value: String,
    pub(crate) download_url: String,
}

fn unusable(why: impl Into<String>) -> GatewayError {
    GatewayError::Unusable(why.into())
}

pub(crate) fn read(zipped: &[u8], link: &Link) -> Result<Vec<DailyRow>, GatewayError> {
    let mut text = Vec::new();
    let limit = u64::try_from(BILL_BYTES_MAX).unwrap_or(u64::MAX);
    let mut unzipping = flate2::read::GzDecoder::new(zipped).take(limit + 1);
    unzipping.read_to_end(&mut text).map_err(|_| unusable("the bill does not unzip"))?;
    if text.len() > BILL_BYTES_MAX {
        return Err(unusable(format!("a bill of more than {BILL_BYTES_MAX} bytes")));
    }
    if link.hash_type != "SHA1" || hex::encode(Sha1::digest(&text)) != link.hash_value.to_lowercase() {
        return Err(unusable("the bill's hash is another"));
    }
    let text = String::from_utf8(text).map_err(|_| unusable("the bill is not UTF-8"))?;
    parse(text.trim_start_matches('\u{feff}'))
}

fn parse(text: &str) -> Result<Vec<DailyRow>, GatewayError> {
    let mut lines = text.lines();
    let columns = Columns::of(lines.next().unwrap_or_default())?;
    let mut rows = Vec::new();
    for line in lines.by_ref() {
        // Cells of rows begin with a back-tick, so the heading of the totals cannot be one.
        if !line.starts_with('`') {
            break;
        }
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_start_matches('`')).collect();
        rows.push(columns.row(&cells)?);
    }
    let totals: Vec<&str> =
        lines.next().unwrap_or_default().split(',').map(|cell| cell.trim_start_matches('`')).collect();
    check_totals(&rows, &totals)?;
    Ok(rows)
}

/// Where the columns that we read stand.
struct Columns {
    time: usize,
    transaction: usize,
    number: usize,
    state: usize,
    amount: usize,
    refund: usize,
    refunded: usize,
}

impl Columns {
    fn of(heading: &str) -> Result<Columns, GatewayError> {
        let names: Vec<&str> = heading.split(',').collect();
        let find = |name: &str| {
            names.iter().position(|found| *found == name).ok_or_else(|| unusable(format!("a bill without {name}")))
        };
        Ok(Columns {
            time: find("交易时间")?,
            transaction: find("微信订单号")?,
            number: find("商户订单号")?,
            state: find("交易状态")?,
            amount: find("订单金额")?,
            refund: find("商户退款单号")?,
            refunded: find("退款金额")?,
        })
    }

    fn row(&self, cells: &[&str]) -> Result<DailyRow, GatewayError> {
        let cell =
            |index: usize| cells.get(index).copied().ok_or_else(|| unusable("a row of a bill that is too short"));
        let money = |index: usize| {
            cell(index)?.parse::<Fen>().map_err(|_| unusable(format!("{:?} is no amount", cells.get(index))))
        };
        let (kind, reference, amount) = match cell(self.state)? {
            "SUCCESS" => (RowKind::Payment, cell(self.transaction)?, money(self.amount)?),
            "REFUND" => (RowKind::Refund, cell(self.refund)?, money(self.refunded)?),
            other => return Err(unusable(format!("a row of a bill that is {other:?}"))),
        };
        Ok(DailyRow {
            kind,
            reference: reference.to_owned(),
            number: cell(self.number)?.to_owned(),
            amount,
            at: local_time(cell(self.time)?)?,
        })
    }
}

/// `2026-11-22 14:20:00` in the agency's time.
fn local_time(text: &str) -> Result<Timestamp, GatewayError> {
    let parsed = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S");
    let local = parsed.map_err(|_| unusable(format!("{text:?} is no moment")))?;
    Ok(local.and_utc() - chrono::TimeDelta::hours(8))
}

/// Totals: 总交易单数, 订单总金额 and 退款总金额, with others between them that we do not need.
fn check_totals(rows: &[DailyRow], totals: &[&str]) -> Result<(), GatewayError> {
    let sum = |kind| rows.iter().filter(|row| row.kind == kind).map(|row| row.amount).sum::<Fen>().to_string();
    let ours = [rows.len().to_string(), sum(RowKind::Payment), sum(RowKind::Refund)];
    let theirs = [0, 5, 2].map(|index| totals.get(index).copied().unwrap_or_default());
    if ours.iter().zip(theirs).any(|(ours, theirs)| ours != theirs) {
        return Err(unusable(format!("the bill's totals {theirs:?} are not those of its rows {ours:?}")));
    }
    Ok(())
}
