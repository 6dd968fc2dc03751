//! What a sensor makes of the light: dark corners, noise, whole grey levels, and the traces of compression.
#![allow(clippy::as_conversions, reason = "grey levels are whole and real by turns")]

use super::pose::Pose;
use super::{Chance, HEIGHT, WIDTH};

/// Grey as the sensor gives it and a file keeps it.
pub(super) fn expose(light: &mut [f32], chance: &mut Chance) -> Vec<u8> {
    let (gain, noise) = (1.0 + chance.about(0.04), chance.between(0.8, 1.8));
    for (pixel, x, y) in Pose::pixels() {
        let (u, v) = ((x - 384.0) / 384.0, (y - 288.0) / 288.0);
        let vignette = 1.0 - 0.10 * (u * u + v * v);
        light[pixel] = light[pixel] * gain * vignette + chance.about(noise);
    }
    compress(light, 3.0 + chance.between(0.0, 3.0));
    light.iter().map(|grey| grey.round().clamp(0.0, 255.0) as u8).collect()
}

/// Squares of eight by eight, turned into waves, of which the fine ones are kept roughly: as JPEG does.
fn compress(light: &mut [f32], coarseness: f32) {
    let wave: [[f32; 8]; 8] = std::array::from_fn(|frequency| {
        std::array::from_fn(|place| {
            let angle = (2.0 * place as f32 + 1.0) * frequency as f32 * std::f32::consts::PI / 16.0;
            let weight = if frequency == 0 { 0.125_f32.sqrt() } else { 0.5 };
            weight * angle.cos()
        })
    });
    for (top, left) in (0..HEIGHT).step_by(8).flat_map(|top| (0..WIDTH).step_by(8).map(move |left| (top, left))) {
        let mut square: [[f32; 8]; 8] =
            std::array::from_fn(|row| std::array::from_fn(|column| light[(top + row) * WIDTH + left + column]));
        square = turned(&square, &wave);
        for (down, row) in square.iter_mut().enumerate() {
            for (across, value) in row.iter_mut().enumerate() {
                let step = coarseness * (1.0 + 0.5 * (down + across) as f32);
                *value = (*value / step).round() * step;
            }
        }
        let back: [[f32; 8]; 8] = std::array::from_fn(|place| std::array::from_fn(|frequency| wave[frequency][place]));
        square = turned(&square, &back);
        for (row, values) in square.iter().enumerate() {
            light[(top + row) * WIDTH + left..][..8].copy_from_slice(values);
        }
    }
}

/// `waves * square * waves` turned over.
fn turned(square: &[[f32; 8]; 8], waves: &[[f32; 8]; 8]) -> [[f32; 8]; 8] {
    let dot = |a: &[f32; 8], b: &dyn Fn(usize) -> f32| a.iter().enumerate().map(|(i, a)| a * b(i)).sum::<f32>();
    let half: [[f32; 8]; 8] =
        std::array::from_fn(|row| std::array::from_fn(|wave| dot(&waves[wave], &|i| square[row][i])));
    std::array::from_fn(|wave| std::array::from_fn(|column| dot(&waves[wave], &|i| half[i][column])))
}
