//! What others may ask about papers: the list of a person, the file, and the public page of a verification code.
//!
//! Refused: the file of a paper that is not the person's. The public page shows masked facts only.

use crate::store::{FACTS, PDF};
use crate::{
    Body, DemandNote, EmployerVoucher, Entitlement, HolderId, Kind, Paper, Standing, VerifyCode, Voucher, store,
};
use control::View;
use kernel::{Date, Fen, Insurance, RecordId, Timestamp};
use sea_orm::DbErr;
use uuid::Uuid;

/// A paper in a person's list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its id.
    pub id: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// Its serial number.
    pub serial: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// What it is about: the bill of a voucher, the receipt of an employer's.
    pub about: Option<Uuid>,
}

/// A paper's file with its signature.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordFile {
    /// `QY-130400-2026-00000123.pdf`; the signature's name has `.sig` after it.
    pub name: String,
    /// The file.
    pub pdf: Vec<u8>,
    /// The bytes of `FILE.sig`.
    pub signature: String,
}

/// What the public page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicFacts {
    /// The kind of paper.
    pub kind: Kind,
    /// Its serial number.
    pub serial: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// By whom.
    pub agency: String,
    /// The name: a person's masked (`王*英`), an employer's whole.
    pub name: String,
    /// The identity number, masked; an employer's unified credit code.
    pub id_number: String,
    /// SM3 of the file, to compare with a copy in hand.
    pub sm3: String,
    /// What it states, in brief.
    pub stated: PublicBody,
}

/// What a paper states, in brief.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PublicBody {
    /// Each insurance, how it stands and its months paid.
    Entitlement(Vec<(Insurance, Standing, u32)>),
    /// What was paid, and when.
    Voucher {
        /// The sum.
        total: Fen,
        /// The moment.
        paid_at: Timestamp,
    },
    /// What an employer owed, and until when in time.
    Demand {
        /// The sum, with the surcharge up to the day of issue.
        total: Fen,
        /// The last day in time.
        due: Date,
    },
}

const LIST_MAX: u64 = 200;

/// The papers delivered to a holder, the newest first, at most 200.
///
/// # Errors
/// The database's.
pub async fn list(view: &View, holder: impl Into<HolderId>) -> Result<Vec<Listed>, DbErr> {
    Ok(store::delivered(view, holder.into(), LIST_MAX).await?.into_iter().map(listed).collect())
}

/// The paper of a kind delivered about one thing, so that a voucher is issued once and then found again.
///
/// # Errors
/// The database's.
pub async fn about(view: &View, kind: Kind, about: Uuid) -> Result<Option<Listed>, DbErr> {
    Ok(store::delivered_about(view, kind, about).await?.map(listed))
}

fn listed(row: store::issue::Model) -> Listed {
    Listed { id: row.id, kind: row.kind, serial: row.serial, issued_at: row.issued_at, about: row.about }
}

/// Whose paper this is, so that the desk can refuse others and write the refusal down; none where there is no such number.
///
/// # Errors
/// The database's.
pub async fn owner(view: &View, id: RecordId) -> Result<Option<HolderId>, DbErr> {
    Ok(store::reservation(view, id).await?.map(|row| row.holder_id()))
}

/// The file of a holder's paper; none where it is void or somebody else's. The view comes from a look at this holder.
///
/// # Errors
/// The database's, also where the file does not open with this area's keys.
pub async fn file(view: &View, holder: impl Into<HolderId>, id: RecordId) -> Result<Option<RecordFile>, DbErr> {
    let holder = holder.into();
    let reserved = store::reservation(view, id).await?.filter(|row| row.holder_id() == holder);
    let Some(reserved) = reserved else { return Ok(None) };
    let Some(row) = store::file(view, id).await? else { return Ok(None) };
    let pdf = view.keys().open_bytes(PDF, id.uuid(), &row.pdf)?;
    Ok(Some(RecordFile { name: format!("{}.pdf", reserved.serial), pdf, signature: row.signature }))
}

/// The masked facts behind a verification code; none where no delivered paper has it.
///
/// # Errors
/// The database's, also where the facts do not open with this area's keys.
pub async fn verified(view: &View, code: VerifyCode) -> Result<Option<PublicFacts>, DbErr> {
    let Some(row) = store::issue_by_code(view, code).await? else { return Ok(None) };
    let Some((sealed, sm3)) = store::sealed_facts(view, row.id).await? else { return Ok(None) };
    let facts = view.keys().open(FACTS, row.id.uuid(), &sealed)?;
    let paper: Paper = serde_json::from_str(&facts).map_err(|e| DbErr::Custom(format!("facts of a paper: {e}")))?;
    let (name, id_number) = match &paper.body {
        Body::Entitlement(Entitlement { holder, .. }) | Body::Voucher(Voucher { holder, .. }) => {
            (masked(&holder.name), holder.id_number.clone())
        }
        Body::Demand(DemandNote { unit, .. }) | Body::EmployerVoucher(EmployerVoucher { unit, .. }) => {
            (unit.name.clone(), unit.credit_code.clone())
        }
    };
    Ok(Some(PublicFacts {
        kind: row.kind,
        serial: row.serial,
        issued_at: row.issued_at,
        name,
        id_number,
        sm3,
        stated: stated(&paper.body),
        agency: paper.heading.agency,
    }))
}

fn stated(body: &Body) -> PublicBody {
    match body {
        Body::Entitlement(facts) => PublicBody::Entitlement(
            facts.insurances.iter().map(|it| (it.insurance, it.standing, it.total_months)).collect(),
        ),
        Body::Voucher(facts) => PublicBody::Voucher { total: facts.total(), paid_at: facts.paid_at },
        Body::Demand(facts) => PublicBody::Demand { total: facts.total(), due: facts.due },
        Body::EmployerVoucher(facts) => PublicBody::Voucher { total: facts.total(), paid_at: facts.paid_at },
    }
}

/// The first character, and of three or more the last.
fn masked(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    match characters.as_slice() {
        [] => String::new(),
        [first] | [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len())),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_masked() {
        for (name, shown) in [("", ""), ("王", "王*"), ("王英", "王*"), ("王秀英", "王*英"), ("欧阳秀英", "欧**英")]
        {
            assert_eq!(super::masked(name), shown);
        }
    }
}
