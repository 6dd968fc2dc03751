//! `books verify`: every balance, the chains, the derived summaries and the personal accounts, recomputed and compared.
//!
//! It stops at the first difference and names both sides. Law: 财会〔2017〕28号; order 765 art. 36 to 38.

use contribution::verify as contribution_check;
use control::{View, audit};
use sea_orm::DbErr;
use serde::Serialize;
use std::fmt;

/// What was checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Journals, seals, balances.
    pub books: ledger::Verified,
    /// Contribution lines, summaries, accounts.
    pub contributions: contribution_check::Verified,
    /// Audit lines, seals.
    pub audit: Audit,
}

/// The figures of the audit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Audit {
    /// Lines.
    pub lines: u64,
    /// Lines under a seal.
    pub sealed: u64,
    /// Seals in the chain.
    pub seals: u64,
}

/// The first difference found.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Difference {
    /// In the books themselves.
    #[error("books: {0}")]
    Books(ledger::Difference),
    /// Between contributions and their summaries, or between them and the books.
    #[error("contributions: {0}")]
    Contributions(contribution_check::Difference),
    /// In the audit.
    #[error("audit: {0}")]
    Audit(control::chain::Broken),
}

/// Hears what is being checked.
pub type Progress<'a> = &'a (dyn Fn(&'static str) + Sync);

/// Checks everything.
///
/// # Errors
/// The database's; differences are an answer, not an error.
pub async fn verify(view: &View, progress: Progress<'_>) -> Result<Result<Report, Difference>, DbErr> {
    progress("books");
    let books = match ledger::verify(view).await? {
        Ok(found) => found,
        Err(difference) => return Ok(Err(Difference::Books(difference))),
    };
    progress("contributions");
    let contributions = match contribution_check::verify(view).await? {
        Ok(found) => found,
        Err(difference) => return Ok(Err(Difference::Contributions(difference))),
    };
    progress("audit");
    let audit = match audit::verify(view).await? {
        Ok(found) => Audit { lines: found.lines, sealed: found.sealed, seals: found.seals },
        Err(broken) => return Ok(Err(Difference::Audit(broken))),
    };
    Ok(Ok(Report { books, contributions, audit }))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { books, contributions, audit } = self;
        writeln!(
            f,
            "books          {} journals, {} lines, turnover {}",
            books.journals,
            books.lines,
            books.turnover.grouped()
        )?;
        writeln!(
            f,
            "               {} sealed in {} seals, {} balances recomputed",
            books.sealed, books.seals, books.balances
        )?;
        write!(f, "{contributions}")?;
        writeln!(f, "audit          {} lines, {} sealed in {} seals", audit.lines, audit.sealed, audit.seals)?;
        writeln!(f, "unexplained    0.00")
    }
}
