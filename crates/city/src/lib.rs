//! A synthetic city: people with life courses, employers, years of contributions; for the demo, tests, training and load.
//!
//! Purpose: everything can be tried on a whole city at once, and nobody real is in it. Every identity number lies in the
//! unassigned county code 130499 and every phone in a block that no operator gives out.
//!
//! Invariants: the same seed, size and day live the same city. Money goes through the same formulas, tables and books as real
//! money: `books verify` holds on a city as on an agency. Bulk loaders stand beside the verbs only where verbs would be too slow.

mod chunk;
mod employer;
mod life;
mod load;
mod name;
mod persona;
mod rates;
mod year;

pub use employer::{EMPLOYER_SIZE, Firm};
pub use life::{Life, Spell, Work};
pub use load::{CityError, Filled, Lived, Plan, Progress, fill, live, open_books};
pub use persona::{PASSWORD, Persona, person_id, personas};
pub use year::{Transfer, YearError, YearLived, live_year};
