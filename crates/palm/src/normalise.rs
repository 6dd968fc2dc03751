//! Takes the light out of the skin: each pixel against the mean and the spread of its neighbourhood.
//!
//! Equalising histograms was tried and is worse: it makes noise out of quiet skin.

use crate::map::Map;
use crate::parameters as set;
use crate::region::Skin;

/// Grey in deviations from the local mean; zero where nothing is trusted.
pub(crate) fn normalise(skin: &Skin) -> Map {
    let trusted = skin.grey.with(&skin.trust, |grey, trust| grey * trust);
    let squares = trusted.with(&trusted, |ours, again| ours * again);
    let weight = skin.trust.blurred(set::LOCAL_RADIUS);
    let share = |sum: f32, weight: f32| if weight > 0.01 { sum / weight } else { 0.0 };
    let mean = trusted.blurred(set::LOCAL_RADIUS).with(&weight, share);
    let square = squares.blurred(set::LOCAL_RADIUS).with(&weight, share);
    let spread = square.with(&mean, |square, mean| ((square - mean * mean).max(0.0) + set::NOISE).sqrt());
    let away = skin.grey.with(&mean, |grey, mean| grey - mean).with(&spread, |away, spread| away / spread);
    let cut = |away: f32, trust: f32| away.clamp(-set::DEVIATION_MAX, set::DEVIATION_MAX) * trust;
    away.with(&skin.trust, cut)
}
