//! Issuing a paper: a number is reserved, the paper is rendered and signed outside any transaction, the file is delivered.
//!
//! The number is printed on the paper and so must be known before; rendering takes 10 ms and more and so must not hold a
//! transaction open. A reservation that was never delivered is void. Refused: a name with characters that no face has
//! (before a number is taken), another's reservation, a file that does not carry the reserved number, a second file.

use crate::serial::VerifyCode;
use crate::sign::Signature;
use crate::store::{FACTS, file, issue};
use crate::{Body, Heading, Kind, Paper, Press, RenderError, Rendered, Serial, Signer, TEMPLATE_VERSION, store};
use chrono::Datelike;
use control::{Act, Action, Actor, Channel, Declined, Desk, Fault, FaultKind, Op, Subject};
use kernel::{PersonId, RecordId, Timestamp};
use sea_orm::DbErr;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Takes the next serial number for a paper of a person.
#[derive(Clone, Debug)]
pub struct Reserve {
    /// Whose paper.
    pub person: PersonId,
    /// Which kind.
    pub kind: Kind,
    /// What it is about, where it is about one thing: the bill of a voucher.
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

/// Stores a rendered and signed paper under its reservation.
#[derive(Clone)]
pub struct Deliver {
    /// The reservation's id.
    pub id: RecordId,
    /// The facts that were printed.
    pub paper: Paper,
    /// The file.
    pub rendered: Rendered,
    /// Its signature.
    pub signature: Signature,
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
    /// The signature is of another file.
    #[error("the signature is of another file")]
    OtherFile,
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
            DeliverError::OtherFile => "record_other_file",
            DeliverError::Delivered => "record_delivered",
            DeliverError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            DeliverError::NoReservation => FaultKind::NotFound,
            DeliverError::Delivered => FaultKind::Conflict,
            DeliverError::OtherPaper | DeliverError::OtherFile | DeliverError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            DeliverError::Database(error) => Some(error),
            DeliverError::NoReservation
            | DeliverError::OtherPaper
            | DeliverError::OtherFile
            | DeliverError::Delivered => None,
        }
    }
}

impl Act for Reserve {
    const ACTION: Action = Action::IssueRecord;
    type Answer = Reservation;
    type Error = ReserveError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, ReserveError> {
        Ok(Subject::Person(self.person))
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
            person_id: self.person,
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
        Ok(Subject::Person(reserved.person_id))
    }

    async fn act(&self, op: &mut Op) -> Result<RecordId, DeliverError> {
        let reserved = store::reservation(op, self.id).await?.ok_or(DeliverError::NoReservation)?;
        let heading = &self.paper.heading;
        let same = heading.serial.to_string() == reserved.serial
            && heading.verify_code.as_str() == reserved.verify_code
            && heading.issued_at == reserved.issued_at;
        if !same {
            return Err(DeliverError::OtherPaper);
        }
        let sm3 = crate::sign::sm3_hex(&self.rendered.pdf);
        if sm3 != self.signature.sm3() {
            return Err(DeliverError::OtherFile);
        }
        match store::sm3_of(op, self.id).await? {
            Some(known) if known == sm3 => return Ok(self.id),
            Some(_) => return Err(DeliverError::Delivered),
            None => {}
        }
        let facts = serde_json::to_string(&self.paper).map_err(|e| DbErr::Custom(format!("facts: {e}")))?;
        let row = file::Model {
            id: self.id,
            template_version: TEMPLATE_VERSION,
            facts: op.keys().seal(FACTS, self.id.uuid(), &facts).map_err(DbErr::from)?,
            pages: i32::try_from(self.rendered.pages).unwrap_or(i32::MAX),
            sm3,
            signature: self.signature.to_file(),
            pdf: self.rendered.pdf.clone(),
        };
        store::deliver(op, row).await?;
        Ok(self.id)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(json!({ "step": "deliver", "serial": self.paper.heading.serial, "record": self.id }))
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
            IssueError::Reserve(declined) => declined.code(),
            IssueError::Deliver(declined) => declined.code(),
            IssueError::Broken => "broken",
        }
    }

    /// The kind of refusal.
    pub fn kind(&self) -> FaultKind {
        match self {
            IssueError::Render(RenderError::RareCharacter { .. }) => FaultKind::Conflict,
            IssueError::Render(RenderError::Qr(_) | RenderError::Typeset(_)) | IssueError::Broken => {
                FaultKind::Internal
            }
            IssueError::Reserve(declined) => declined.kind(),
            IssueError::Deliver(declined) => declined.kind(),
        }
    }
}

impl Issuer {
    /// Issues a paper: reserves, renders and signs on a thread of its own, delivers.
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
        let paper = self.paper(&reservation, body);
        let issuer = Arc::clone(self);
        let rendering = tokio::task::spawn_blocking(move || issuer.print(reservation.id, paper));
        let deliver = rendering.await.map_err(|_| IssueError::Broken)??;
        desk.perform(actor, deliver).await.map_err(IssueError::Deliver)
    }

    /// The paper that a reservation and a body make.
    pub fn paper(&self, reservation: &Reservation, body: Body) -> Paper {
        let heading = Heading {
            serial: reservation.serial,
            verify_code: reservation.verify_code,
            verify_url: format!("{}{}", self.verify_address, reservation.verify_code.as_str()),
            issued_at: reservation.issued_at,
            agency: self.agency.clone(),
            channel: reservation.channel,
        };
        Paper { heading, body }
    }

    /// Renders and signs: work for a thread that serves nobody.
    ///
    /// # Errors
    /// As [`RenderError`].
    pub fn print(&self, id: RecordId, paper: Paper) -> Result<Deliver, RenderError> {
        let rendered = self.press.render(&paper)?;
        let signature = self.signer.sign(&rendered.pdf, paper.heading.issued_at);
        Ok(Deliver { id, paper, rendered, signature })
    }
}
