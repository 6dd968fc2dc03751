//! Issuing a paper: a number is reserved, the paper is rendered and signed outside any transaction, the file is delivered.
//!
//! The number is printed on the paper and so must be known before; rendering takes 10 ms and more and so must not hold a
//! transaction open. A reservation that was never delivered is void. File and facts name a person, so both are sealed before
//! they reach the database. Refused: a name with characters that no face has (before a number is taken), another's
//! reservation, a file that does not carry the reserved number, a second file.

use crate::serial::VerifyCode;
use crate::sign::Signature;
use crate::store::{FACTS, PDF, file, issue};
use crate::{Body, Heading, HolderId, Kind, Paper, Press, RenderError, Serial, Signer, TEMPLATE_VERSION, store};
use chrono::Datelike;
use control::{Act, Action, Actor, Channel, Declined, Desk, Fault, FaultKind, KeyError, Keys, Op, Subject};
use kernel::{RecordId, Timestamp};
use sea_orm::DbErr;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Takes the next serial number for a paper.
#[derive(Clone, Debug)]
pub struct Reserve {
    /// Whose paper.
    pub holder: HolderId,
    /// Which kind.
    pub kind: Kind,
    /// What it is about, where it is about one thing: the bill of a voucher, the receipt of an employer's.
    pub about: Option<Uuid>,
}

/// A number that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reservation {
    /// The paper's id.
    pub id: RecordId,
    /// Its serial number.
    pub serial: Serial,
    /// Its verification code.
    pub verify_code: VerifyCode,
    /// When it was taken: the paper's time of issue.
    pub issued_at: Timestamp,
    /// By which channel.
    pub channel: Channel,
}

/// Stores a paper under its reservation: rendered, signed and sealed by [`Issuer::print`], which alone makes one, so that the
/// signature is of this file and nothing heavy happens inside the transaction.
#[derive(Clone)]
pub struct Deliver {
    id: RecordId,
    heading: Heading,
    facts: Vec<u8>,
    pdf: Vec<u8>,
    pages: usize,
    signature: Signature,
}

impl Deliver {
    /// How many bytes the sealed file has.
    pub fn bytes(&self) -> u64 {
        u64::try_from(self.pdf.len()).unwrap_or(u64::MAX)
    }
}

/// Why a number was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

/// Why a paper was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// There is no such reservation.
    #[error("there is no such reservation")]
    NoReservation,
    /// The paper carries another number, code or moment than was reserved.
    #[error("the paper does not carry what was reserved")]
    OtherPaper,
    /// Another file was delivered before.
    #[error("another file was delivered before")]
    Delivered,
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl Fault for ReserveError {
    fn code(&self) -> &'static str {
        match self {
            ReserveError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            ReserveError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            ReserveError::Database(error) => Some(error),
        }
    }
}

impl Fault for DeliverError {
    fn code(&self) -> &'static str {
        match self {
            DeliverError::NoReservation => "record_not_reserved",
            DeliverError::OtherPaper => "record_other_paper",
            DeliverError::Delivered => "record_delivered",
            DeliverError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            DeliverError::NoReservation => FaultKind::NotFound,
            DeliverError::Delivered => FaultKind::Conflict,
            DeliverError::OtherPaper | DeliverError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            DeliverError::Database(error) => Some(error),
            DeliverError::NoReservation | DeliverError::OtherPaper | DeliverError::Delivered => None,
        }
    }
}

impl Act for Reserve {
    const ACTION: Action = Action::IssueRecord;
    type Answer = Reservation;
    type Error = ReserveError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, ReserveError> {
        Ok(self.holder.subject())
    }

    async fn act(&self, op: &mut Op) -> Result<Reservation, ReserveError> {
        let year = op.today().year();
        let number = store::next_number(op, op.area(), self.kind, year).await?;
        let reservation = Reservation {
            id: op.new_id(),
            serial: Serial { kind: self.kind, area: op.area(), year, number },
            verify_code: VerifyCode::from_random(op.random()?),
            issued_at: op.at(),
            channel: op.actor().channel,
        };
        let row = issue::Model {
            id: reservation.id,
            serial: reservation.serial.to_string(),
            verify_code: reservation.verify_code.as_str().to_owned(),
            kind: self.kind,
            holder: self.holder.kind(),
            holder_id: self.holder.uuid(),
            about: self.about,
            channel: reservation.channel,
            issued_at: reservation.issued_at,
        };
        store::reserve(op, row).await?;
        Ok(reservation)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(json!({ "step": "reserve", "kind": self.kind, "about": self.about }))
    }
}

impl Act for Deliver {
    const ACTION: Action = Action::IssueRecord;
    type Answer = RecordId;
    type Error = DeliverError;

    async fn subject(&self, op: &mut Op) -> Result<Subject, DeliverError> {
        let reserved = store::reservation(op, self.id).await?.ok_or(DeliverError::NoReservation)?;
        Ok(reserved.holder_id().subject())
    }

    async fn act(&self, op: &mut Op) -> Result<RecordId, DeliverError> {
        let reserved = store::reservation(op, self.id).await?.ok_or(DeliverError::NoReservation)?;
        let same = self.heading.serial.to_string() == reserved.serial
            && self.heading.verify_code.as_str() == reserved.verify_code
            && self.heading.issued_at == reserved.issued_at;
        if !same {
            return Err(DeliverError::OtherPaper);
        }
        match store::sm3_of(op, self.id).await? {
            Some(known) if known == self.signature.sm3() => return Ok(self.id),
            Some(_) => return Err(DeliverError::Delivered),
            None => {}
        }
        let row = file::Model {
            id: self.id,
            template_version: TEMPLATE_VERSION,
            facts: self.facts.clone(),
            pages: i32::try_from(self.pages).unwrap_or(i32::MAX),
            sm3: self.signature.sm3().to_owned(),
            signature: self.signature.to_file(),
            pdf: self.pdf.clone(),
        };
        store::deliver(op, row).await?;
        Ok(self.id)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(json!({ "step": "deliver", "serial": self.heading.serial, "record": self.id }))
    }
}

/// What issuing needs beside the desk: the press, the signer, and what stands on every paper of the agency.
pub struct Issuer {
    /// The press.
    pub press: Press,
    /// The signer.
    pub signer: Signer,
    /// The agency's name, as on its seal.
    pub agency: String,
    /// The address before the verification code: `https://hall.example.cn/verify/`.
    pub verify_address: String,
}

/// Why a paper was not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// It cannot be rendered.
    #[error("the paper cannot be rendered")]
    Render(#[from] RenderError),
    /// It cannot be sealed for the database.
    #[error("the paper cannot be sealed")]
    Seal(#[from] KeyError),
    /// Its facts cannot be written down: the program is at fault.
    #[error("the facts cannot be written down")]
    Facts(#[from] serde_json::Error),
    /// No number was given.
    #[error("no serial number was given")]
    Reserve(#[source] Declined<ReserveError>),
    /// It was not stored.
    #[error("the paper was not stored")]
    Deliver(#[source] Declined<DeliverError>),
    /// The rendering thread ended early.
    #[error("the rendering ended early")]
    Broken,
}

impl IssueError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            IssueError::Render(error) => error.code(),
            IssueError::Seal(_) => "record_seal",
            IssueError::Facts(_) => "record_facts",
            IssueError::Reserve(declined) => declined.code(),
            IssueError::Deliver(declined) => declined.code(),
            IssueError::Broken => "broken",
        }
    }

    /// The kind of refusal.
    pub fn kind(&self) -> FaultKind {
        match self {
            IssueError::Render(RenderError::RareCharacter { .. }) => FaultKind::Conflict,
            IssueError::Render(RenderError::Qr(_) | RenderError::Typeset(_))
            | IssueError::Seal(_)
            | IssueError::Facts(_)
            | IssueError::Broken => FaultKind::Internal,
            IssueError::Reserve(declined) => declined.kind(),
            IssueError::Deliver(declined) => declined.kind(),
        }
    }
}

impl Issuer {
    /// Issues a paper: reserves, prints on a thread that serves nobody, delivers.
    ///
    /// # Errors
    /// As [`IssueError`]. Only a refusal before the reservation leaves no void number behind.
    pub async fn issue(
        self: &Arc<Self>,
        desk: &Desk,
        actor: &Actor,
        asked: Reserve,
        body: Body,
    ) -> Result<RecordId, IssueError> {
        self.press.check_spelling(&body)?;
        let reservation = desk.perform(actor, asked).await.map_err(IssueError::Reserve)?;
        let (issuer, keys) = (Arc::clone(self), desk.clone());
        let printing = tokio::task::spawn_blocking(move || issuer.print(keys.keys(), &reservation, body));
        let deliver = printing.await.map_err(|_| IssueError::Broken)??;
        desk.perform(actor, deliver).await.map_err(IssueError::Deliver)
    }

    /// Renders, signs and seals: some 15 ms of one core.
    ///
    /// # Errors
    /// As [`IssueError`].
    pub fn print(&self, keys: &Keys, reservation: &Reservation, body: Body) -> Result<Deliver, IssueError> {
        let id = reservation.id;
        let paper = Paper { heading: self.heading(reservation), body };
        let rendered = self.press.render(&paper)?;
        Ok(Deliver {
            id,
            signature: self.signer.sign(&rendered.pdf, reservation.issued_at),
            facts: keys.seal(FACTS, id.uuid(), &serde_json::to_string(&paper)?)?,
            pdf: keys.seal_bytes(PDF, id.uuid(), &rendered.pdf)?,
            pages: rendered.pages,
            heading: paper.heading,
        })
    }

    fn heading(&self, reservation: &Reservation) -> Heading {
        Heading {
            serial: reservation.serial,
            verify_code: reservation.verify_code,
            verify_url: format!("{}{}", self.verify_address, reservation.verify_code.as_str()),
            issued_at: reservation.issued_at,
            agency: self.agency.clone(),
            channel: reservation.channel,
        }
    }
}
