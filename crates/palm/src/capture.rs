//! One picture of one palm that passed the gate: what is encoded, shown and enrolled. It refuses by name; see [`Refusal`].
#![allow(clippy::as_conversions, reason = "counts of pixels become shares; all are far below 2^24")]

use crate::code::{Code, Modality};
use crate::compare::Probe;
use crate::encode::{Answers, Step};
use crate::parameters as set;
use crate::picture::Picture;
use crate::refusal::Refusal;
use crate::region::{self, Found, Pose, Skin};

/// A palm in a picture.
#[derive(Clone, Debug)]
pub struct Capture {
    pub(crate) picture: Picture,
    pub(crate) found: Found,
    pub(crate) skin: Skin,
    modality: Modality,
}

impl Capture {
    /// Unpacks a picture and takes the palm out of it.
    pub fn decode(bytes: &[u8], modality: Modality) -> Result<Self, Refusal> {
        Self::of(Picture::decode(bytes)?, modality)
    }

    /// Takes the palm out of a picture.
    pub fn of(picture: Picture, modality: Modality) -> Result<Self, Refusal> {
        let found = region::find(&picture)?;
        let skin = region::skin(&picture, &found, Pose::STRAIGHT);
        if detail(&skin) < set::DETAIL_MIN {
            return Err(Refusal::Blurred);
        }
        Ok(Self { picture, found, skin, modality })
    }

    /// The palm as bits, as it was held.
    pub fn code(&self) -> Code {
        Answers::of(&self.skin).code(self.modality, Step::default())
    }

    /// The palm in all poses in which it is compared. The pose as it was held comes first.
    pub fn probe(&self) -> Probe {
        let all = set::TURNS.iter().flat_map(|turn| set::SIZES.iter().map(move |size| (*turn, *size)));
        let encode = |(turn, size): (f32, f32)| {
            let pose = Pose { turn, scale: (size, size), moved: (0.0, 0.0) };
            Answers::of(&region::skin(&self.picture, &self.found, pose)).code(self.modality, Step::default())
        };
        Probe::new(self.code(), all.skip(1).map(encode).collect())
    }
}

/// How much fine grey there is in the skin: the mean step between a pixel and its neighbours, in grey levels.
pub(crate) fn detail(skin: &Skin) -> f32 {
    let smooth = skin.grey.blurred(1);
    let inner = skin.trust.blurred(2);
    let fine = skin.grey.with(&smooth, |grey, smooth| (grey - smooth).abs());
    let trusted = fine.with(&inner, |fine, inner| if inner > 0.999 { fine } else { 0.0 });
    let count = inner.values.iter().filter(|inner| **inner > 0.999).count();
    trusted.values.iter().sum::<f32>() / count.max(1) as f32
}
