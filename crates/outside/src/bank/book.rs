//! The bank's notes, transfers, payouts and files, and how each changes.

use super::guard::Refusal;
use crate::StartError;
use crate::clock::local;
use crate::journal::Journal;
use crate::seal;
use kernel::{Date, Fen, Timestamp, business_date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// What a collection note says: what must be the same when it is registered again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Terms {
    pub(super) note_number: String,
    pub(super) payee_account: String,
    pub(super) payee_name: String,
    pub(super) amount: Fen,
    pub(super) purpose: String,
    pub(super) expires_at: Timestamp,
}

/// A registered note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) terms: Terms,
    pub(super) is_cancelled: bool,
}

/// A payout as it was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Payout {
    pub(super) payout_number: String,
    pub(super) account: String,
    pub(super) name: String,
    pub(super) amount: Fen,
    pub(super) purpose: String,
}

/// Which way the money went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Direction {
    Credit,
    Payout,
}

/// One movement: a detail line of a return file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Movement {
    pub(super) direction: Direction,
    pub(super) number: String,
    pub(super) account: String,
    pub(super) name: String,
    pub(super) amount: Fen,
    pub(super) serial: String,
    pub(super) at: Timestamp,
    pub(super) code: String,
    pub(super) remark: String,
    /// The file in which it stands, once it was cut.
    pub(super) file: Option<String>,
}

/// A file once cut.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct ReturnFile {
    pub(super) name: String,
    pub(super) batch: String,
    pub(super) date: Date,
    pub(super) count: usize,
    pub(super) text: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Note(Note),
    Payout(Payout),
    Movement(Movement),
    File(ReturnFile),
}

/// Everything that the bank knows.
#[derive(Debug)]
pub(super) struct Book {
    notes: BTreeMap<String, Note>,
    payouts: BTreeMap<String, Payout>,
    movements: BTreeMap<String, Movement>,
    files: BTreeMap<String, ReturnFile>,
    journal: Journal,
}

impl Book {
    pub(super) fn open(folder: Option<&Path>) -> Result<Book, StartError> {
        let (journal, lines) = Journal::open(folder, "bank.jsonl")?;
        let mut book = Book {
            notes: BTreeMap::new(),
            payouts: BTreeMap::new(),
            movements: BTreeMap::new(),
            files: BTreeMap::new(),
            journal,
        };
        lines.into_iter().for_each(|line| book.take(line));
        Ok(book)
    }

    fn take(&mut self, line: Line) {
        match line {
            Line::Note(note) => drop(self.notes.insert(note.terms.note_number.clone(), note)),
            Line::Payout(payout) => drop(self.payouts.insert(payout.payout_number.clone(), payout)),
            Line::Movement(movement) => drop(self.movements.insert(movement.serial.clone(), movement)),
            Line::File(file) => drop(self.files.insert(file.name.clone(), file)),
        }
    }

    fn keep(&mut self, line: Line) {
        self.journal.append(&line);
        self.take(line);
    }

    pub(super) fn note(&self, number: &str) -> Option<&Note> {
        self.notes.get(number)
    }

    /// The first transfer that came for a note.
    pub(super) fn credit(&self, number: &str) -> Option<&Movement> {
        let of_note = |movement: &&Movement| movement.direction == Direction::Credit && movement.number == number;
        self.movements.values().find(of_note)
    }

    pub(super) fn movements(&self) -> impl Iterator<Item = &Movement> {
        self.movements.values()
    }

    pub(super) fn payout(&self, number: &str) -> Option<(&Payout, Option<&Movement>)> {
        let payout = self.payouts.get(number)?;
        let of_payout = |movement: &&Movement| movement.direction == Direction::Payout && movement.number == number;
        Some((payout, self.movements.values().find(of_payout)))
    }

    pub(super) fn file(&self, name: &str) -> Option<&ReturnFile> {
        self.files.get(name)
    }

    pub(super) fn files_of(&self, date: Date) -> impl Iterator<Item = &ReturnFile> {
        self.files.values().filter(move |file| file.date == date)
    }

    /// A new note, or the same one again.
    pub(super) fn register(&mut self, terms: Terms) -> Result<Note, Refusal> {
        match self.notes.get(&terms.note_number) {
            Some(known) if known.terms == terms => Ok(known.clone()),
            Some(_) => Err(Refusal::conflict("NOTE_NUMBER_USED", "收款单号已用于另一笔收款")),
            None => {
                let note = Note { terms, is_cancelled: false };
                self.keep(Line::Note(note.clone()));
                Ok(note)
            }
        }
    }

    pub(super) fn cancel(&mut self, number: &str) -> Result<Note, Refusal> {
        let known = self.notes.get(number).cloned().ok_or_else(|| Refusal::unknown("NOTE_UNKNOWN"))?;
        if self.credit(number).is_some() {
            return Err(Refusal::conflict("NOTE_PAID", "该收款单已付款"));
        }
        let note = Note { is_cancelled: true, ..known };
        self.keep(Line::Note(note.clone()));
        Ok(note)
    }

    /// A new payout, carried out at once with the given code; or the same one again.
    pub(super) fn pay_out(&mut self, payout: Payout, code: &str, now: Timestamp) -> Result<(), Refusal> {
        match self.payouts.get(&payout.payout_number) {
            Some(known) if *known == payout => Ok(()),
            Some(_) => Err(Refusal::conflict("PAYOUT_NUMBER_USED", "付款编号已用于另一笔付款")),
            None => {
                self.keep(Line::Payout(payout.clone()));
                let remark = payout.purpose.clone();
                self.moved(
                    Direction::Payout,
                    (payout.payout_number, payout.account, payout.name),
                    payout.amount,
                    code,
                    remark,
                    now,
                );
                Ok(())
            }
        }
    }

    /// Money moved. `other` is number, account and name of the other side.
    pub(super) fn moved(
        &mut self,
        direction: Direction,
        other: (String, String, String),
        amount: Fen,
        code: &str,
        remark: String,
        at: Timestamp,
    ) -> String {
        let serial = format!("B{}{:010}", local(at, "%Y%m%d"), self.movements.len() + 1);
        let (number, account, name) = other;
        let code = code.to_owned();
        let movement =
            Movement { direction, number, account, name, amount, serial: serial.clone(), at, code, remark, file: None };
        self.keep(Line::Movement(movement));
        serial
    }

    /// What happened on the date and stands in no file yet.
    pub(super) fn uncut(&self, date: Date) -> Vec<Movement> {
        let is_open = |movement: &&Movement| movement.file.is_none() && business_date(movement.at) == date;
        self.movements.values().filter(is_open).cloned().collect()
    }

    /// Keeps a file and marks what stands in it.
    pub(super) fn cut(&mut self, file: ReturnFile, movements: Vec<Movement>) {
        for movement in movements {
            self.keep(Line::Movement(Movement { file: Some(file.name.clone()), ..movement }));
        }
        self.keep(Line::File(file));
    }
}

impl ReturnFile {
    /// Lower-case hex SHA-256 of the whole file.
    pub(super) fn digest(&self) -> String {
        seal::sha256(self.text.as_bytes())
    }
}
