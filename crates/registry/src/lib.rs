//! Persons, employers, who is insured for what, by whom, since when.
//!
//! Purpose: one file a person for a whole life, whatever documents they hold and whatever was typed twice. Other crates ask
//! here who somebody is and how they are insured; the verbs here change it, each with its before, after and reason.
//!
//! Law: 社会保险法 (2010) art. 57, 58, 10 (registration; the flexible worker registers themselves); 社会保险经办条例 art. 9 to
//! 13; 劳社部发〔1999〕8号 (birth by the identity card and the earliest file); GB 11643-1999 (identity number).
//!
//! Invariants: a person is a surrogate id and a personal number, never an identity number. No second *active* person with one
//! identity number without a decision of two officers. An id that was ever given resolves for ever. Numbers, phones and
//! addresses are sealed and found by index. Nothing is overwritten without a change row that keeps what stood there.
//!
//! Tables owned: `registry_*` (person, category, document, contact, change, merge, status, counter; employer with its code,
//! kind, class, legal person, contact and change; insured, self_check, inspection).

pub mod bulk;
mod change;
mod employer;
pub mod flexible;
pub mod inspection;
mod insured;
mod merge;
mod person;
mod register;
mod relation;
pub mod requirement;
pub mod retirement;
pub mod roster;
mod search;
mod status;
mod store;

pub use change::{Change, ChangeData, ChangeError, Field, history, set_phone};
pub use employer::{
    ChangeEmployer, ChangeEmployerError, Contact, Employer, EmployerChange, EmployerCodeKind, EmployerField,
    EmployerKind, EnterEmployerError, LegalPerson, NewEmployer, Particular, RegisterEmployer, RegisterEmployerError,
    Registered, employer, employer_by_code, employer_contact, employer_history, employers_of_codes, enter_employer,
    find_employers, legal_person,
};
pub use inspection::inspection_state;
pub use insured::{InsuredStaff, employers_after, insured_at, insured_between, insured_person};
pub use kernel::InsuranceSet;
pub use merge::{MergeError, MergePersons, UnmergePersons};
pub use person::{
    Category, ContactKind, DocumentKind, NameError, Person, Source, address, find_by_id_number, find_by_phone,
    id_number, ids, name, person, phone, resolve,
};
pub use register::{AskAboutDoubledNumber, DOUBLED_NUMBER, EnterError, NewPerson, RegisterPerson, TWO_PERSONS, enter};
pub use relation::{JoinError, NewRelation, Payer, Relation, join, leave, relations};
pub use requirement::{KeptSelfCheck, SelfCheck, keep_self_check, requirements, self_checks};
pub use search::{Found, Search, SearchError, search};
pub use status::{NewStatus, Status, StatusKind, statuses, write_status};
pub use store::{MIGRATIONS, SEALED};
