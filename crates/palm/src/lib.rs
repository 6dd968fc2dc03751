//! The palm: from a picture to a code, from two codes to a distance, and the search of one among many.
//!
//! Purpose: an engine of our own that says how sure it is. A picture passes a gate, its region is found from the hand's
//! contour, lighting is taken out, six orientations are encoded as bits, and codes are compared by counting.
//! Invariants: no database, no network, no clock. A picture that is doubtful is refused by name and never guessed at.
//! Veins (near infrared) and prints (visible light) are two modalities, enrolled apart and never compared with each other.
//! A comparison is exact integers; floating point stays on the picture side.
//! Refuses: to decide who somebody is. One to one verifies; one to many only proposes.
#![allow(
    clippy::float_arithmetic,
    reason = "pictures are filtered in floating point; codes and distances are integers"
)]

pub mod bench;
mod capture;
mod code;
mod compare;
mod contour;
mod encode;
mod enrol;
pub mod evaluate;
mod explain;
pub mod gallery;
mod map;
mod normalise;
mod parameters;
mod picture;
pub mod protect;
mod refusal;
mod region;
pub mod search;
mod silhouette;
mod spectrum;
pub mod synth;
mod threshold;

pub use capture::Capture;

pub use code::{CELLS, Code, CodeError, Distance, Modality, Overlap, PLANES, Plane, SHIFT_MAX, SIDE, Shift, WORDS};
pub use compare::{Enrolled, Probe};
pub use enrol::{Candidate, EnrolError, Template, TemplateError, Verdict, enrol, identify, verify};
pub use explain::{Explained, Stage, explain};
pub use picture::Picture;
pub use refusal::Refusal;
pub use threshold::{Threshold, Thresholds, ThresholdsError};
