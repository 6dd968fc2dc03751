//! The noun: a journal that balances. There is no way to make another.

use crate::chart::chart;
use crate::{Code, account};
use kernel::{Date, Fen, Fund, SubAccountId};
use uuid::Uuid;

kernel::words! {
    /// A side of an account.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Side {
        /// 借.
        Debit = "debit",
        /// 贷.
        Credit = "credit",
    }
}

/// One line of a journal: an account, a side, an amount above nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    pub(crate) account: Code,
    pub(crate) side: Side,
    pub(crate) amount: Fen,
    pub(crate) sub_account: Option<SubAccountId>,
}

impl Line {
    /// 借.
    pub const fn debit(account: Code, amount: Fen) -> Line {
        Line { account, side: Side::Debit, amount, sub_account: None }
    }

    /// 贷.
    pub const fn credit(account: Code, amount: Fen) -> Line {
        Line { account, side: Side::Credit, amount, sub_account: None }
    }

    /// The same line, kept for a sub-account.
    #[must_use]
    pub const fn of(self, sub_account: SubAccountId) -> Line {
        Line { sub_account: Some(sub_account), ..self }
    }

    /// The account.
    pub const fn account(&self) -> Code {
        self.account
    }

    /// The side.
    pub const fn side(&self) -> Side {
        self.side
    }

    /// The amount, above nothing.
    pub const fn amount(&self) -> Fen {
        self.amount
    }
}

/// The event behind a journal, which is posted to a fund once: its kind, as in `receipt`, and its id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Source {
    /// What kind of event.
    pub kind: &'static str,
    /// Which one.
    pub id: Uuid,
}

/// Lines of one fund whose debits and credits are equal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Journal {
    pub(crate) fund: Fund,
    pub(crate) on: Date,
    pub(crate) source: Source,
    pub(crate) lines: Vec<Line>,
}

/// Why lines are no journal.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum JournalError {
    /// There is no line, or more than [`LINES_MAX`].
    #[error("a journal has between 2 and {LINES_MAX} lines, not {0}")]
    LineCount(usize),
    /// An amount is nothing or less: the other side is the way to say less.
    #[error("line {line} has the amount {amount}; amounts are above nothing")]
    NotPositive {
        /// The line, from one.
        line: usize,
        /// What it has.
        amount: Fen,
    },
    /// The chart has no such account.
    #[error("the chart has no account {0}")]
    UnknownAccount(Code),
    /// The account is a heading: its sub-accounts take the postings.
    #[error("account {0} is a heading; post to its sub-accounts")]
    Heading(Code),
    /// The account is not in this fund's chart, so the line belongs to another fund.
    #[error("account {account} is not in the chart of {fund}")]
    OtherFund {
        /// The account.
        account: Code,
        /// The journal's fund.
        fund: Fund,
    },
    /// Debits and credits differ.
    #[error("debits of {debit} do not balance credits of {credit}")]
    Unbalanced {
        /// All debits.
        debit: Fen,
        /// All credits.
        credit: Fen,
    },
    /// The amounts add up to more than can be counted.
    #[error("the amounts are too large to add up")]
    TooLarge,
}

/// One journal has at most so many lines; a batch beyond is several journals.
pub const LINES_MAX: usize = 1000;

impl Journal {
    /// A journal of one fund on a business day for one event.
    ///
    /// # Errors
    /// [`JournalError`], the first reason in the order of its variants.
    pub fn balanced(fund: Fund, on: Date, source: Source, lines: Vec<Line>) -> Result<Journal, JournalError> {
        if !(2..=LINES_MAX).contains(&lines.len()) {
            return Err(JournalError::LineCount(lines.len()));
        }
        for (index, line) in lines.iter().enumerate() {
            if line.amount <= Fen::ZERO {
                return Err(JournalError::NotPositive { line: index + 1, amount: line.amount });
            }
            check_account(line.account, fund)?;
        }
        let (debit, credit) = (sum(&lines, Side::Debit)?, sum(&lines, Side::Credit)?);
        if debit != credit {
            return Err(JournalError::Unbalanced { debit, credit });
        }
        Ok(Journal { fund, on, source, lines })
    }

    /// The journal that takes this one back: each line on its other side, on a day and for an event of its own.
    #[must_use]
    pub fn reversed(&self, on: Date, source: Source) -> Journal {
        let other = |side| match side {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        };
        let lines = self.lines.iter().map(|line| Line { side: other(line.side), ..*line }).collect();
        Journal { fund: self.fund, on, source, lines }
    }

    /// Its fund.
    pub const fn fund(&self) -> Fund {
        self.fund
    }

    /// Its business day.
    pub const fn on(&self) -> Date {
        self.on
    }

    /// Its lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

fn check_account(code: account::Code, fund: Fund) -> Result<(), JournalError> {
    let account = chart().find(code.as_str()).ok_or(JournalError::UnknownAccount(code))?;
    if !account.takes_postings {
        return Err(JournalError::Heading(code));
    }
    if !account.is_in(fund) {
        return Err(JournalError::OtherFund { account: code, fund });
    }
    Ok(())
}

pub(crate) fn sum(lines: &[Line], side: Side) -> Result<Fen, JournalError> {
    let of_side = lines.iter().filter(|line| line.side == side);
    of_side.map(|line| line.amount).try_fold(Fen::ZERO, Fen::checked_add).map_err(|_| JournalError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{CONTRIBUTION_FLEXIBLE_ACCOUNT, CONTRIBUTION_FLEXIBLE_POOLED, GATEWAY_IN_TRANSIT};

    fn made(fund: Fund, lines: Vec<Line>) -> Result<Journal, JournalError> {
        let source = Source { kind: "test", id: Uuid::from_u128(1) };
        Journal::balanced(fund, Date::from_ymd_opt(2026, 11, 23).unwrap(), source, lines)
    }

    #[test]
    fn each_refusal_once_in_the_order_of_precedence() {
        let fen = Fen::new;
        let pair = |debit: Code, amount, credit, other| vec![Line::debit(debit, amount), Line::credit(credit, other)];
        let flexible = CONTRIBUTION_FLEXIBLE_POOLED;
        let cases = [
            (Fund::EnterprisePension, vec![], JournalError::LineCount(0)),
            (Fund::EnterprisePension, vec![Line::debit(GATEWAY_IN_TRANSIT, fen(1))], JournalError::LineCount(1)),
            (
                Fund::EnterprisePension,
                pair(GATEWAY_IN_TRANSIT, fen(0), flexible, fen(0)),
                JournalError::NotPositive { line: 1, amount: fen(0) },
            ),
            (
                Fund::EnterprisePension,
                pair(GATEWAY_IN_TRANSIT, fen(5), flexible, fen(-5)),
                JournalError::NotPositive { line: 2, amount: fen(-5) },
            ),
            (
                Fund::EnterprisePension,
                pair(Code("9999"), fen(5), flexible, fen(5)),
                JournalError::UnknownAccount(Code("9999")),
            ),
            (
                Fund::EnterprisePension,
                pair(Code("1002"), fen(5), flexible, fen(5)),
                JournalError::Heading(Code("1002")),
            ),
            (
                Fund::Injury,
                pair(GATEWAY_IN_TRANSIT, fen(5), flexible, fen(5)),
                JournalError::OtherFund { account: flexible, fund: Fund::Injury },
            ),
            (
                Fund::EnterprisePension,
                pair(GATEWAY_IN_TRANSIT, fen(5), flexible, fen(4)),
                JournalError::Unbalanced { debit: fen(5), credit: fen(4) },
            ),
            (
                Fund::EnterprisePension,
                vec![Line::debit(GATEWAY_IN_TRANSIT, fen(i64::MAX)), Line::debit(GATEWAY_IN_TRANSIT, fen(1))],
                JournalError::TooLarge,
            ),
        ];
        for (fund, lines, refusal) in cases {
            assert_eq!(made(fund, lines), Err(refusal));
        }
    }

    #[test]
    fn a_reversal_takes_back_every_line() {
        let parts = [Fen::new(700), Fen::new(300)];
        let lines = vec![
            Line::debit(GATEWAY_IN_TRANSIT, parts[0] + parts[1]),
            Line::credit(CONTRIBUTION_FLEXIBLE_POOLED, parts[0]),
            Line::credit(CONTRIBUTION_FLEXIBLE_ACCOUNT, parts[1]).of(SubAccountId(Uuid::from_u128(7))),
        ];
        let journal = made(Fund::EnterprisePension, lines).unwrap();
        let back = journal.reversed(journal.on(), Source { kind: "reversal", id: Uuid::from_u128(2) });
        assert_eq!(sum(back.lines(), Side::Debit), sum(journal.lines(), Side::Credit));
        for (line, other) in journal.lines().iter().zip(back.lines()) {
            assert_ne!(line.side, other.side);
            assert_eq!((line.account, line.amount, line.sub_account), (other.account, other.amount, other.sub_account));
        }
    }
}
