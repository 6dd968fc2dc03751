//! A relation (参保关系): who is insured for what, by whom, from which fee month to which.

use crate::store;
use control::{Op, View};
use kernel::{EmployerId, Insurance, Month, PersonId, RelationId, Scheme};
use sea_orm::DbErr;

/// Who pays in a relation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Payer {
    /// An employer, with the person's own part withheld.
    Employer(EmployerId),
    /// The person alone, as a flexible worker (灵活就业人员).
    Oneself,
}

/// A relation, for one insurance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Relation {
    /// Its id: the same for all insurances that were taken up together.
    pub id: RelationId,
    /// Whose: the id under which it was entered, which may since lead to another.
    pub person: PersonId,
    /// For what.
    pub insurance: Insurance,
    /// By whose rules.
    pub scheme: Scheme,
    /// Who pays.
    pub payer: Payer,
    /// The first fee month.
    pub from: Month,
    /// The last fee month; none while it stands.
    pub until: Option<Month>,
}

impl Relation {
    /// Whether the month lies inside.
    pub fn covers(&self, month: Month) -> bool {
        self.from <= month && self.until.is_none_or(|until| month <= until)
    }
}

/// A relation to be entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewRelation {
    /// Whose.
    pub person: PersonId,
    /// For what.
    pub insurance: Insurance,
    /// By whose rules.
    pub scheme: Scheme,
    /// Who pays.
    pub payer: Payer,
    /// The first fee month.
    pub from: Month,
}

/// Why a relation was not entered or ended.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The same payer already insures this person for this, or did in that month.
    #[error("the same relation stands in {0} already")]
    Overlaps(Month),
    /// There is no open relation with this id.
    #[error("no such open relation")]
    NotFound,
    /// It would end before it began.
    #[error("the relation began in {0}")]
    BeforeItBegan(Month),
    /// The database failed.
    #[error("the relation could not be written")]
    Database(#[from] DbErr),
}

/// All relations of a person, with those of every id that leads to them, oldest first.
///
/// # Errors
/// The database's.
pub async fn relations(view: &View, person: PersonId) -> Result<Vec<Relation>, DbErr> {
    let ids = store::ids_of(view, person).await?;
    let mut relations = store::relations(view, &ids).await?;
    relations.sort_by_key(|relation| (relation.from, relation.id));
    Ok(relations)
}

/// Enters a relation, inside the act that decided it. The person's row is locked, so that two cannot enter the same at once.
///
/// # Errors
/// [`JoinError::Overlaps`] where the same payer's relation for the same insurance covers the first month or comes after it.
pub async fn join(op: &mut Op, new: NewRelation) -> Result<RelationId, JoinError> {
    store::lock_person(op, new.person).await?;
    let same = |relation: &&Relation| relation.insurance == new.insurance && relation.payer == new.payer;
    let standing = relations(op, new.person).await?;
    let last_taken = standing.iter().filter(same).map(|relation| relation.until.unwrap_or(relation.from.max(new.from)));
    if let Some(taken) = last_taken.filter(|taken| *taken >= new.from).max() {
        return Err(JoinError::Overlaps(taken));
    }
    store::insert_relation(op, &new).await?.ok_or(JoinError::Overlaps(new.from))
}

/// Ends a relation with a last fee month, for all insurances that were taken up together.
///
/// # Errors
/// [`JoinError`].
pub async fn leave(op: &mut Op, person: PersonId, relation: RelationId, last: Month) -> Result<(), JoinError> {
    let standing = relations(op, person).await?;
    let open =
        standing.iter().find(|known| known.id == relation && known.until.is_none()).ok_or(JoinError::NotFound)?;
    if last < open.from {
        return Err(JoinError::BeforeItBegan(open.from));
    }
    match store::end_row(op, (open.person, open.id), store::End::Last(last), None).await? {
        1 => Ok(()),
        _ => Err(JoinError::NotFound),
    }
}
