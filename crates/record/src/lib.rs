//! Papers that a bank, a housing office or a neighbourhood accepts: entitlement record and payment voucher.

pub mod bench;
mod capital;
mod faces;
mod facts;
mod press;
/// QR codes.
pub mod qr;
mod seal;
mod serial;
mod view;

pub use capital::capital;
pub use facts::{
    AccountYear, Body, Entitlement, Heading, Holder, InsuranceSummary, Paper, Standing, Voucher, VoucherLine, YearPaid,
};
pub use press::{Press, PressError, RenderError, Rendered, TEMPLATE_VERSION};
pub use seal::{Seal, SealError};
pub use serial::{Kind, NotACode, NotASerial, PrintChannel, Serial, VerifyCode};
