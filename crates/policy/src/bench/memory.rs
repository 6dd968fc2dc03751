//! What the memory gives: a copy and a triad over as many bytes as the work moves.

use super::{BenchError, together};
use std::hint::black_box;
use std::time::Duration;

/// Three arrays a thread.
pub(super) struct Stream {
    from: Vec<u32>,
    and: Vec<u32>,
    to: Vec<u32>,
}

impl Stream {
    /// Arrays that a triad reads and writes so many bytes of.
    pub(super) fn of_bytes(bytes: u64) -> Stream {
        let words = usize::try_from(bytes / 12).unwrap_or(0).max(1);
        Stream { from: vec![1; words], and: vec![2; words], to: vec![3; words] }
    }

    /// How many bytes a copy moves: read and written, as for the work itself.
    pub(super) fn bytes_of_copy(&self) -> u64 {
        u64::try_from(self.to.len()).unwrap_or(0) * 8
    }

    /// How many bytes a triad moves.
    pub(super) fn bytes_of_triad(&self) -> u64 {
        u64::try_from(self.to.len()).unwrap_or(0) * 12
    }
}

/// One array copied onto another, on all threads.
pub(super) fn copy(streams: &mut [Stream]) -> Result<Duration, BenchError> {
    together(streams, |stream| {
        stream.to.copy_from_slice(black_box(&stream.from));
        black_box(&mut stream.to);
        Ok(())
    })
}

/// `to = from + 3 and`, on all threads.
pub(super) fn triad(streams: &mut [Stream]) -> Result<Duration, BenchError> {
    together(streams, |stream| {
        for ((to, from), and) in stream.to.iter_mut().zip(black_box(&stream.from)).zip(&stream.and) {
            *to = and.wrapping_mul(3).wrapping_add(*from);
        }
        black_box(&mut stream.to);
        Ok(())
    })
}
