//! Why a picture is refused. Each reason has a stable code, by which the halls find the words for people.

/// A named refusal. Whoever holds the hand can do something about each of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum Refusal {
    /// Not a PNG, JPEG or BMP.
    #[error("this is not a picture in PNG, JPEG or BMP")]
    NotAPicture,
    /// The picture ends before its end.
    #[error("the picture is cut off or damaged")]
    Truncated,
    /// More pixels than any sensor of ours gives.
    #[error("the picture of {width} by {height} pixels is too large")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Fewer pixels than veins need.
    #[error("the picture of {width} by {height} pixels is too small")]
    TooSmall {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Hardly any light.
    #[error("the picture is too dark")]
    TooDark,
    /// The palm is burnt out.
    #[error("the picture is over-exposed")]
    OverExposed,
    /// Nothing of a hand's size stands out from the background.
    #[error("no hand is in the picture")]
    NoHand,
    /// Two of a hand's size.
    #[error("two hands are in the picture")]
    TwoHands,
    /// The hand leaves the picture where its palm or its fingers should be.
    #[error("the hand is cut off by the edge of the picture")]
    CutOff,
    /// No three valleys between four open fingers.
    #[error("the fingers are closed")]
    Fist,
    /// The valleys do not lie as a hand's do; guessing at the region would compare the wrong skin.
    #[error("the region of the palm cannot be told for sure")]
    Unclear,
    /// Too little fine detail.
    #[error("the picture is blurred")]
    Blurred,
}

impl Refusal {
    /// The stable name of the reason.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAPicture => "not-a-picture",
            Self::Truncated => "truncated",
            Self::TooLarge { .. } => "too-large",
            Self::TooSmall { .. } => "too-small",
            Self::TooDark => "too-dark",
            Self::OverExposed => "over-exposed",
            Self::NoHand => "no-hand",
            Self::TwoHands => "two-hands",
            Self::CutOff => "cut-off",
            Self::Fist => "fist",
            Self::Unclear => "unclear",
            Self::Blurred => "blurred",
        }
    }
}
