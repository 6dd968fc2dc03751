//! Papers that a bank, a housing office or a neighbourhood accepts: entitlement record and payment voucher.
//!
//! Beside them an employer's demand note and the voucher of each of its payments.
//!
//! Purpose: facts in, PDF/A-2a out, with a serial number, a QR code to the public page, the visible seal and an SM2
//! signature that anyone checks offline. This crate knows neither contributions nor bills: who asks for a paper brings its
//! facts.
//!
//! Law: 社会保险个人权益记录管理办法 (order 14 of the ministry, 2011); a voucher is a payment record of the agency, the tax
//! certificate is the tax office's.
//!
//! Invariants: the same facts give the same bytes. A character that no face has is an error, never an empty box. A paper is
//! never changed or deleted; a serial number is given once. Nothing is rendered inside a transaction: [`Issuer::issue`]
//! reserves a number, renders and signs on a thread of its own, then delivers; a reservation without a file is void.
//! The public page gives masked facts only.
//!
//! Tables owned: `record_*` (counters, issues, files).

pub mod bench;
mod capital;
mod certificate;
mod faces;
mod facts;
mod find;
mod holder;
mod issue;
mod press;
pub mod qr;
mod seal;
mod serial;
mod sign;
mod store;
mod view;

pub use capital::capital;
pub use certificate::CertificateError;
pub use facts::{
    AccountYear, Body, DemandNote, EmployerLine, EmployerVoucher, Entitlement, Heading, Holder, InsuranceSummary,
    Paper, Standing, Unit, Voucher, VoucherLine, YearPaid,
};
pub use find::{Listed, PublicBody, PublicFacts, RecordFile, about, file, list, owner, verified};
pub use holder::{HolderId, HolderKind};
pub use issue::{Deliver, DeliverError, IssueError, Issuer, Reservation, Reserve, ReserveError};
pub use press::{Press, PressError, RenderError, Rendered, TEMPLATE_VERSION};
pub use seal::{Seal, SealError};
pub use serial::{Kind, NotACode, NotASerial, Serial, VerifyCode};
pub use sign::{AUTHORITY_FILE, Signature, Signer, SignerError, USER_ID, Verified, VerifyError, verify};
pub use store::{MIGRATIONS, SEALED};
