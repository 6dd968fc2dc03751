//! Enrolment: three to five pictures of one hand that agree with each other. And the two questions asked of an enrolment:
//! is it this palm (one to one decides), and whose might it be (one to many only proposes).
//!
//! It refuses too few, too many, the same picture twice, and pictures that disagree, which is another hand or another pose.

use crate::capture::Capture;
use crate::code::{Code, CodeError, Distance, Modality};
use crate::compare::{Enrolled, Probe};
use crate::parameters as set;
use crate::threshold::{Threshold, Thresholds};

/// The codes of one enrolled palm. It holds no picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    codes: Vec<Code>,
}

/// Why pictures are not an enrolment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EnrolError {
    /// Fewer than three.
    #[error("{found} pictures are too few")]
    TooFew {
        /// How many there were.
        found: usize,
    },
    /// More than five.
    #[error("{found} pictures are too many")]
    TooMany {
        /// How many there were.
        found: usize,
    },
    /// Some are veins and some are prints.
    #[error("veins and prints are enrolled apart")]
    Mixed,
    /// Two that are one picture: nobody holds a hand twice alike.
    #[error("pictures {first} and {second} are the same")]
    Same {
        /// The place of the one, counted from one.
        first: usize,
        /// The place of the other.
        second: usize,
    },
    /// One that is too far from another.
    #[error("pictures {first} and {second} do not agree")]
    Disagree {
        /// The place of the one, counted from one.
        first: usize,
        /// The place of the other.
        second: usize,
    },
}

impl EnrolError {
    /// The stable name of the reason.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooFew { .. } => "too-few",
            Self::TooMany { .. } => "too-many",
            Self::Mixed => "mixed",
            Self::Same { .. } => "same-picture",
            Self::Disagree { .. } => "disagree",
        }
    }
}

/// Why bytes are not a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TemplateError {
    /// Not ours, or cut off.
    #[error("this is not a template of a palm")]
    NotATemplate,
    /// One of its codes is damaged.
    #[error("a code of the template is damaged")]
    Code(#[source] CodeError),
}

/// Makes an enrolment of captures in the order in which they were taken.
pub fn enrol(captures: &[Capture], thresholds: &Thresholds) -> Result<Template, EnrolError> {
    let found = captures.len();
    if found < set::PICTURES.0 {
        return Err(EnrolError::TooFew { found });
    }
    if found > set::PICTURES.1 {
        return Err(EnrolError::TooMany { found });
    }
    let probes: Vec<Probe> = captures.iter().map(Capture::probe).collect();
    agreeing(&probes, Distance(thresholds.agreement))
}

/// Makes an enrolment of what is already encoded.
fn agreeing(probes: &[Probe], agreement: Distance) -> Result<Template, EnrolError> {
    let codes: Vec<Code> = probes.iter().map(|probe| *probe.code()).collect();
    if codes.iter().zip(codes.iter().skip(1)).any(|(one, next)| one.modality() != next.modality()) {
        return Err(EnrolError::Mixed);
    }
    let enrolled: Vec<Enrolled> = codes.iter().map(Enrolled::new).collect();
    for (first, probe) in probes.iter().enumerate() {
        for (second, other) in enrolled.iter().enumerate().skip(first + 1) {
            let places = (first + 1, second + 1);
            let same = codes[first].nearest(&codes[second]).is_some_and(|(near, _)| near.0 < set::SAME_PICTURE);
            if same {
                return Err(EnrolError::Same { first: places.0, second: places.1 });
            }
            if probe.distance(other).is_none_or(|distance| distance > agreement) {
                return Err(EnrolError::Disagree { first: places.0, second: places.1 });
            }
        }
    }
    Ok(Template { codes })
}

impl Template {
    const MAGIC: &[u8] = b"PALM\x01";

    /// The codes, a picture each.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// Vein or print.
    pub fn modality(&self) -> Option<Modality> {
        self.codes.first().map(Code::modality)
    }

    /// The template as bytes: a word that names the format and its version, the number of codes, the codes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = u8::try_from(self.codes.len()).unwrap_or(u8::MAX);
        let codes = self.codes.iter().flat_map(Code::to_bytes);
        Self::MAGIC.iter().copied().chain([count]).chain(codes).collect()
    }

    /// Reads a template back. It refuses what it could not have written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TemplateError> {
        let rest = bytes.strip_prefix(Self::MAGIC).ok_or(TemplateError::NotATemplate)?;
        let (count, rest) = rest.split_first().ok_or(TemplateError::NotATemplate)?;
        let count = usize::from(*count);
        let counted = (set::PICTURES.0..=set::PICTURES.1).contains(&count) && rest.len() == count * Code::BYTES;
        if !counted {
            return Err(TemplateError::NotATemplate);
        }
        let codes: Result<Vec<Code>, CodeError> = rest.chunks_exact(Code::BYTES).map(Code::from_bytes).collect();
        let codes = codes.map_err(TemplateError::Code)?;
        let alike = codes.iter().zip(codes.iter().skip(1)).all(|(one, next)| one.modality() == next.modality());
        if alike { Ok(Self { codes }) } else { Err(TemplateError::NotATemplate) }
    }
}

/// What a comparison says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Whether the palm is taken for the enrolled one.
    pub accepted: bool,
    /// The distance to the nearest enrolled picture; nothing where the two cannot be compared.
    pub distance: Option<Distance>,
    /// At most one stranger in so many comes so near, by the file of thresholds: the strictest of its rates that holds.
    pub one_in: Option<u64>,
}

/// One to one: is this the enrolled palm? The threshold is for one comparison and the best of the enrolled pictures counts,
/// so it is chosen that many times stricter.
pub fn verify(probe: &Probe, template: &Template, thresholds: &Thresholds, one_in: u64) -> Verdict {
    let times = u64::try_from(template.codes.len()).unwrap_or(u64::MAX);
    let limit = thresholds.at(one_in.saturating_mul(times)).map(|Threshold { distance, .. }| Distance(distance));
    let enough = limit.unwrap_or(Distance(0));
    let mut nearest: Option<Distance> = None;
    for code in &template.codes {
        let found = probe.within(&Enrolled::new(code), enough);
        nearest = [nearest, found].into_iter().flatten().min();
        if nearest.is_some_and(|distance| distance <= enough) {
            break;
        }
    }
    let accepted = limit.is_some_and(|limit| nearest.is_some_and(|distance| distance <= limit));
    let one_in = nearest.and_then(|distance| thresholds.rate_of(distance)).map(|one_in| one_in / times.max(1));
    Verdict { accepted, distance: nearest, one_in }
}

/// Whose palm it might be. It is a proposal, to be confirmed one to one against a claimed identity, never a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate<Id> {
    /// Whose template it is.
    pub whose: Id,
    /// How near it is.
    pub distance: Distance,
}

/// One to many: the nearest of a handful of templates, such as the best of a gallery's search, the nearest first.
pub fn identify<Id: Copy>(probe: &Probe, among: &[(Id, Template)], most: usize) -> Vec<Candidate<Id>> {
    let nearest = |(whose, template): &(Id, Template)| {
        let distances = template.codes.iter().filter_map(|code| probe.distance(&Enrolled::new(code)));
        distances.min().map(|distance| Candidate { whose: *whose, distance })
    };
    let mut candidates: Vec<Candidate<Id>> = among.iter().filter_map(nearest).collect();
    candidates.sort_by_key(|candidate| candidate.distance);
    candidates.truncate(most);
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{PLANES, Plane, WORDS};

    /// A code whose bits look random, from a seed, with a tenth of them disturbed by another.
    fn some(seed: u64, pose: u64) -> Code {
        let noise = |seed: u64| {
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            move || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state
            }
        };
        let (mut skin, mut shake) = (noise(seed), noise(seed * 1000 + pose));
        let mut word = || skin() ^ (shake() & shake() & shake());
        let planes: [Plane; PLANES] = std::array::from_fn(|_| std::array::from_fn(|_| word()));
        Code::new(Modality::Vein, planes, std::array::from_fn(|_| word()), [u64::MAX; WORDS])
    }

    fn probe(seed: u64, pose: u64) -> Probe {
        Probe::of_code(some(seed, pose))
    }

    fn template(seed: u64) -> Template {
        let probes: Vec<Probe> = (1..=3).map(|pose| probe(seed, pose)).collect();
        agreeing(&probes, Distance(20_000)).unwrap()
    }

    #[test]
    fn refusals_have_their_names() {
        let thresholds = Thresholds::shipped().unwrap();
        assert_eq!(enrol(&[], &thresholds), Err(EnrolError::TooFew { found: 0 }));
        let limit = Distance(20_000);
        let same = agreeing(&[probe(1, 1), probe(1, 2), probe(1, 1)], limit);
        assert_eq!(same, Err(EnrolError::Same { first: 1, second: 3 }));
        let other = agreeing(&[probe(1, 1), probe(1, 2), probe(2, 3)], limit);
        assert_eq!(other, Err(EnrolError::Disagree { first: 1, second: 3 }));
        let vein = some(1, 1);
        let print = Code::new(Modality::Print, *vein.planes(), *vein.ridge(), *vein.mask());
        let mixed = agreeing(&[probe(1, 2), Probe::of_code(print), probe(1, 3)], limit);
        assert_eq!(mixed, Err(EnrolError::Mixed));
    }

    #[test]
    fn one_to_one_accepts_the_own_palm_and_no_other() {
        let thresholds = Thresholds::shipped().unwrap();
        let own = verify(&probe(1, 9), &template(1), &thresholds, 1_000);
        assert!(own.accepted && own.one_in >= Some(1_000), "{own:?}");
        let other = verify(&probe(2, 9), &template(1), &thresholds, 1_000);
        assert!(!other.accepted, "{other:?}");
        let asked_too_much = verify(&probe(1, 9), &template(1), &thresholds, u64::MAX);
        assert!(!asked_too_much.accepted);
    }

    #[test]
    fn one_to_many_proposes_the_nearest_first() {
        let among: Vec<(u8, Template)> = (1..=5).map(|who| (who, template(u64::from(who)))).collect();
        let found = identify(&probe(4, 9), &among, 2);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].whose, 4);
        assert!(found[0].distance < found[1].distance);
    }

    #[test]
    fn a_template_comes_back_as_it_went_and_damaged_ones_are_refused() {
        let template = template(3);
        let bytes = template.to_bytes();
        assert_eq!(Template::from_bytes(&bytes), Ok(template));
        for length in [0, 3, 5, 6, bytes.len() - 1] {
            assert_eq!(Template::from_bytes(&bytes[..length]), Err(TemplateError::NotATemplate));
        }
        let mut damaged = bytes.clone();
        damaged[6] = 77;
        assert_eq!(Template::from_bytes(&damaged), Err(TemplateError::Code(CodeError::Version { found: 77 })));
    }
}
