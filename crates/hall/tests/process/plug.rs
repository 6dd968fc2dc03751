//! The plug: it is pulled at a count of events that a seed has chosen, in the middle of whatever is under way.

use std::sync::{Mutex, PoisonError};
use testkit::program::Program;
use tokio::sync::watch;

/// The hall's plug. Events are requests about to be sent and answers just read, by any of the payers.
pub(crate) struct Plug {
    hall: Mutex<Option<(Program, u32)>>,
    open: watch::Sender<bool>,
}

impl Plug {
    pub(crate) fn new() -> Plug {
        Plug { hall: Mutex::default(), open: watch::Sender::new(false) }
    }

    /// Lets a hall that has just opened run for so many events.
    pub(crate) fn put_in(&self, hall: Program, events: u32) {
        *self.hall.lock().unwrap_or_else(PoisonError::into_inner) = Some((hall, events));
        self.open.send_replace(true);
    }

    /// Something happened. The last of the events kills the hall before it returns.
    pub(crate) fn event(&self) {
        let mut hall = self.hall.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, left)) = hall.as_mut() {
            *left -= 1;
            if *left == 0 {
                self.open.send_replace(false);
                drop(hall.take());
            }
        }
    }

    /// Kills the hall now, if it still runs.
    pub(crate) fn pull(&self) {
        self.open.send_replace(false);
        drop(self.hall.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Waits until the hall is open, or until it is not.
    pub(crate) async fn wait_until(&self, open: bool) {
        self.open.subscribe().wait_for(|now| *now == open).await.unwrap();
    }
}

/// Chances that are the same in every run: splitmix64.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of_seed(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number below the given one.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(bound)).unwrap()
    }

    pub(crate) fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[usize::try_from(self.below(u32::try_from(choices.len()).unwrap())).unwrap()]
    }
}
