//! A clerk searches the registry. What is found is masked: opening the file is a look of its own, with its line.

use crate::person::{is_phone, masked};
use crate::store;
use control::{Act, Action, Fault, FaultKind, Op, Subject, View};
use kernel::{IdNumber, PersonId};
use sea_orm::DbErr;

/// So many are shown at most; whoever needs more types more.
const FOUND_MAX: usize = 20;

/// Searches by identity number (15 or 18), personal number, phone or whole name.
pub struct Search {
    /// What was typed.
    pub text: String,
}

/// Somebody who was found, masked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The id to open the file with.
    pub id: PersonId,
    /// The personal number.
    pub personal_number: String,
    /// The name, all but its first character hidden.
    pub name_masked: String,
    /// The number of the valid document, masked.
    pub document_masked: String,
}

/// Why a search was refused.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Fewer than two characters would find everybody.
    #[error("at least two characters must be given")]
    TooShort,
    /// The database failed.
    #[error("the registry could not be searched")]
    Database(#[from] DbErr),
}

impl Fault for SearchError {
    fn code(&self) -> &'static str {
        match self {
            SearchError::TooShort => "search_too_short",
            SearchError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            SearchError::TooShort => FaultKind::Invalid("text"),
            SearchError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let SearchError::Database(error) = self { Some(error) } else { None }
    }
}

impl Act for Search {
    const ACTION: Action = Action::SearchRegistry;
    type Answer = Vec<Found>;
    type Error = SearchError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SearchError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Vec<Found>, SearchError> {
        search(op, &self.text).await
    }
}

/// The question behind [`Search`], for an act that has the right to ask it.
///
/// # Errors
/// [`SearchError`].
pub async fn search(view: &View, text: &str) -> Result<Vec<Found>, SearchError> {
    let text = text.trim();
    if text.chars().count() < 2 {
        return Err(SearchError::TooShort);
    }
    let ids = if let Ok(number) = IdNumber::parse(text) {
        store::persons_by_number(view, number.reveal()).await?
    } else if is_phone(text) {
        store::persons_by_phone(view, text).await?
    } else {
        store::persons_by_name_or_number(view, text).await?
    };
    let mut found = Vec::new();
    for id in ids.into_iter().take(FOUND_MAX) {
        let Some(row) = store::person(view, id).await? else { continue };
        let document = store::document(view, row.id).await?;
        found.push(Found {
            id: row.id,
            personal_number: row.personal_number,
            name_masked: masked_name(&row.name),
            document_masked: document.map(|(_, number)| masked(&number)).unwrap_or_default(),
        });
    }
    Ok(found)
}

fn masked_name(name: &str) -> String {
    name.chars().enumerate().map(|(place, c)| if place == 0 { c } else { '*' }).collect()
}
