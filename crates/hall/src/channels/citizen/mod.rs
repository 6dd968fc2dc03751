//! What somebody does with their own file: sign in, see their months, pay, hold papers, change data, see who looked.
//!
//! Every page asks the desk for the file ([`SignedIn::file`]), which checks the right and leaves a line that the person can
//! see. Refused: somebody else's bill, paper or message, which looks like one that does not exist.

mod account;
mod download;
mod draft;
mod flexible;
mod form;
mod history;
mod home;
mod me;
mod messages;
mod open_account;
mod pay;
mod records;
mod seen;
mod sign_in;
mod signed_in;

use crate::app::Shared;
use axum::Router;

pub(crate) use draft::Draft;
pub(crate) use form::Fields;
pub(crate) use pay::{cashier_of, new_key};
pub(crate) use records::download as download_file;
pub(crate) use signed_in::{Address, SignedIn, begin_session, see_other};

/// The pages of a person's own file.
pub fn routes() -> Router<Shared> {
    Router::new()
        .merge(sign_in::routes())
        .merge(open_account::routes())
        .merge(home::routes())
        .merge(pay::routes())
        .merge(history::routes())
        .merge(account::routes())
        .merge(records::routes())
        .merge(messages::routes())
        .merge(me::routes())
        .merge(flexible::routes())
        .merge(seen::routes())
        .merge(download::routes())
}
