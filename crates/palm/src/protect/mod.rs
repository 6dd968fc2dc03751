//! Stored palms that mean nothing without a key: scrambled where they are searched, sealed where they are kept whole.
//!
//! What is searched is permuted over all its places and turned over bit by bit. The asking palm is displaced first and then
//! scrambled in the same way, so every distance is exactly what it would be in the open, and no speed is lost. The whole code
//! is sealed with SM4-GCM, bound to its entry. Both come from one secret of a number; another number makes another gallery
//! that cannot be linked to this one, and `rekey` goes from one to the next. The secrets lie in a file of their own, never in
//! the gallery's folder. What this is not: whoever has the secret and the gallery has the palms.

mod keys;
mod propose;
mod rekey;

pub use keys::{Key, KeyError, Keys};
pub use propose::{Proposal, propose};
pub use rekey::rekey;

#[cfg(test)]
mod tests;
