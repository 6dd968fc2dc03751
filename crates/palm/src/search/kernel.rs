//! Which instructions of the processor count the bits. All answer the same integers; the best that is there is taken at run
//! time, so that one program serves every machine.
#![expect(unsafe_code, reason = "functions for one kind of processor, called after asking whether it is that kind")]

use super::pair::{self, Parts};
use super::plan::Plan;
use super::sieve::{Asked, Nearest, add_up, sieve};
use super::{Block, Slice};
use crate::Code;

/// A way to count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kernel {
    /// AVX-512 with VPOPCNTDQ.
    Avx512,
    /// AVX2.
    Avx2,
    /// Words of 64 bits and POPCNT.
    Popcnt,
    /// NEON of 64-bit ARM.
    Neon,
    /// Words of 64 bits and nothing else.
    Portable,
}

impl Kernel {
    /// All of them, the fastest first.
    pub const ALL: [Self; 5] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Popcnt, Self::Portable];

    /// The fastest that this machine has.
    pub fn best() -> Self {
        Self::ALL.into_iter().find(|kernel| kernel.present()).unwrap_or(Self::Portable)
    }

    /// Its name on the command line and in figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Popcnt => "popcnt",
            Self::Neon => "neon",
            Self::Portable => "portable",
        }
    }

    /// The kernel of a name, if this machine has it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kernel| kernel.name() == name && kernel.present())
    }

    /// Whether this machine has it.
    pub fn present(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512vpopcntdq")
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("popcnt"),
            #[cfg(target_arch = "x86_64")]
            Self::Popcnt => std::is_x86_feature_detected!("popcnt"),
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx512 | Self::Avx2 | Self::Popcnt => false,
            Self::Neon => cfg!(target_arch = "aarch64"),
            Self::Portable => true,
        }
    }

    /// # Panics
    /// When this machine does not have the kernel: an instruction that it lacks must never run.
    fn assert_present(self) {
        assert!(self.present(), "this machine has no {}", self.name());
    }

    pub(super) fn sieve(self, asked: Asked<'_>, plan: &Plan, found: &mut Nearest) {
        self.assert_present();
        match self {
            // SAFETY: the processor was asked for the feature just above, here and in the arms below.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { x86::sieve_avx512(asked, plan, found) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Self::Avx2 => unsafe { x86::sieve_avx2(asked, plan, found) },
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx512 | Self::Avx2 => sieve::<[u64; 8]>(asked, plan, found),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => sieve::<super::neon::Four>(asked, plan, found),
            #[cfg(not(target_arch = "aarch64"))]
            Self::Neon => portable(asked, plan, found),
            Self::Popcnt | Self::Portable => portable(asked, plan, found),
        }
    }

    /// Adds listed slices up, eight at a time, and does nothing else: the arithmetic that a search cannot avoid.
    pub(crate) fn add_up(self, block: &Block, list: &[u16]) -> Slice {
        self.assert_present();
        match self {
            // SAFETY: the processor was asked for the feature just above, here and in the arm below.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { x86::add_up_avx512(block, list) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Self::Avx2 => unsafe { x86::add_up_avx2(block, list) },
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx512 | Self::Avx2 => add_up::<[u64; 8]>(block, list),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => add_up::<super::neon::Four>(block, list),
            #[cfg(not(target_arch = "aarch64"))]
            Self::Neon => add_up::<[u64; 8]>(block, list),
            Self::Popcnt | Self::Portable => add_up::<[u64; 8]>(block, list),
        }
    }

    /// Counts where two codes differ, laid cell on cell: planes, ridge and common cells.
    pub fn parts(self, ours: &Code, theirs: &Code) -> Parts {
        self.assert_present();
        match self {
            // SAFETY: the processor was asked for the feature just above, here and in the arms below.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { x86::parts_avx512(ours, theirs) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Self::Avx2 | Self::Popcnt => unsafe { x86::parts_popcnt(ours, theirs) },
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx512 | Self::Avx2 | Self::Popcnt => pair::parts(ours, theirs),
            Self::Neon | Self::Portable => pair::parts(ours, theirs),
        }
    }
}

fn portable(asked: Asked<'_>, plan: &Plan, found: &mut Nearest) {
    sieve::<[u64; 8]>(asked, plan, found);
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    //! The same functions, translated for one kind of processor each.
    use super::*;
    use crate::search::x86::{Pair, Wide};

    #[target_feature(enable = "avx512f,avx512vpopcntdq,popcnt")]
    pub(super) fn sieve_avx512(asked: Asked<'_>, plan: &Plan, found: &mut Nearest) {
        sieve::<Wide>(asked, plan, found);
    }

    #[target_feature(enable = "avx2,popcnt")]
    pub(super) fn sieve_avx2(asked: Asked<'_>, plan: &Plan, found: &mut Nearest) {
        sieve::<Pair>(asked, plan, found);
    }

    #[target_feature(enable = "avx512f,avx512vpopcntdq,popcnt")]
    pub(super) fn add_up_avx512(block: &Block, list: &[u16]) -> Slice {
        add_up::<Wide>(block, list)
    }

    #[target_feature(enable = "avx2,popcnt")]
    pub(super) fn add_up_avx2(block: &Block, list: &[u16]) -> Slice {
        add_up::<Pair>(block, list)
    }

    #[target_feature(enable = "avx512f,avx512vpopcntdq,popcnt")]
    pub(super) fn parts_avx512(ours: &Code, theirs: &Code) -> Parts {
        pair::parts(ours, theirs)
    }

    #[target_feature(enable = "popcnt")]
    pub(super) fn parts_popcnt(ours: &Code, theirs: &Code) -> Parts {
        pair::parts(ours, theirs)
    }
}
