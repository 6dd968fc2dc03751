//! The agency's own side: sign-in of staff, searching a person, looking at a file for a named purpose, codes for those without
//! a phone, work items by two officers, and the books.
//!
//! Roles decide what is there: what the matrix of `control` does not give looks like an address that does not exist.

mod books;
mod employers;
mod items;
mod person;
mod sign_in;

use crate::app::Shared;
use crate::problem::Problem;
use crate::session::StaffIn;
use axum::Router;
use control::{Action, Subject};

/// The pages of the staff.
pub fn routes() -> Router<Shared> {
    Router::new()
        .merge(sign_in::routes())
        .merge(person::routes())
        .merge(employers::routes())
        .merge(items::routes())
        .merge(books::routes())
}

/// Whether this member of staff may do this for the agency.
fn may(staff: &StaffIn, action: Action) -> bool {
    control::allowed(&staff.actor, action, Subject::Agency)
}

/// Whoever may do none of these finds nothing here.
fn only(staff: &StaffIn, actions: &[Action]) -> Result<(), Problem> {
    if actions.iter().any(|action| may(staff, *action)) { Ok(()) } else { Err(Problem::not_found()) }
}
