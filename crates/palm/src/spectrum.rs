//! The Fourier transform of the filters' grid: radix two, whole rows at a time, so that the compiler uses vectors.
//!
//! The forward way leaves its places in bit-reversed order and transposed, and the way back takes them so. Nobody else
//! looks at them, and both sortings are saved.
#![allow(clippy::as_conversions, reason = "the side of the grid is a small whole number")]

use crate::map::Map;
use crate::parameters::GRID;
use std::f64::consts::TAU;
use std::sync::OnceLock;

/// A spectrum, or a field of pairs.
#[derive(Clone, Debug)]
pub(crate) struct Spectrum {
    pub(crate) real: Vec<f32>,
    pub(crate) imaginary: Vec<f32>,
}

/// The roots of one, cosine and sine, once around.
fn roots() -> &'static [(f32, f32)] {
    static ROOTS: OnceLock<Vec<(f32, f32)>> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let angle = |step: usize| TAU * step as f64 / GRID as f64;
        (0..GRID / 2).map(|step| (angle(step).cos() as f32, angle(step).sin() as f32)).collect()
    })
}

impl Spectrum {
    /// The spectrum of a real field.
    pub(crate) fn of(map: &Map) -> Self {
        let mut spectrum = Self { real: map.values.clone(), imaginary: vec![0.0; GRID * GRID] };
        spectrum.forward_columns();
        spectrum.transpose();
        spectrum.forward_columns();
        spectrum
    }

    /// Applies two filters whose spectra are real to a real field at once: their answers are the two parts of what returns.
    pub(crate) fn answers(&self, first: &[f32], second: &[f32]) -> (Map, Map) {
        let mut product = Self { real: Vec::with_capacity(GRID * GRID), imaginary: Vec::with_capacity(GRID * GRID) };
        for ((real, imaginary), (first, second)) in self.real.iter().zip(&self.imaginary).zip(first.iter().zip(second))
        {
            product.real.push(real * first - imaginary * second);
            product.imaginary.push(real * second + imaginary * first);
        }
        product.backward_columns();
        product.transpose();
        product.backward_columns();
        let map = |values| Map { width: GRID, height: GRID, values };
        (map(product.real), map(product.imaginary))
    }

    fn transpose(&mut self) {
        for plane in [&mut self.real, &mut self.imaginary] {
            for y in 0..GRID {
                for x in y + 1..GRID {
                    plane.swap(y * GRID + x, x * GRID + y);
                }
            }
        }
    }

    /// Decimation in frequency down each column.
    fn forward_columns(&mut self) {
        let mut length = GRID;
        while length > 1 {
            self.each_pair(length, |[a, b, c, d], (cosine, sine)| {
                let (real, imaginary) = (*a - *c, *b - *d);
                (*a, *b) = (*a + *c, *b + *d);
                (*c, *d) = (real * cosine + imaginary * sine, imaginary * cosine - real * sine);
            });
            length /= 2;
        }
    }

    /// Decimation in time down each column, with its share of the scale.
    fn backward_columns(&mut self) {
        let mut length = 2;
        while length <= GRID {
            self.each_pair(length, |[a, b, c, d], (cosine, sine)| {
                let (real, imaginary) = (*c * cosine - *d * sine, *d * cosine + *c * sine);
                (*c, *d) = (*a - real, *b - imaginary);
                (*a, *b) = (*a + real, *b + imaginary);
            });
            length *= 2;
        }
        let scale = 1.0 / GRID as f32;
        for value in self.real.iter_mut().chain(&mut self.imaginary) {
            *value *= scale;
        }
    }

    /// Goes through the butterflies of one stage: real and imaginary part of the upper place and of the lower, and the root.
    fn each_pair(&mut self, length: usize, butterfly: impl Fn([&mut f32; 4], (f32, f32))) {
        let half = length / 2 * GRID;
        let blocks = self.real.chunks_exact_mut(2 * half).zip(self.imaginary.chunks_exact_mut(2 * half));
        for (real, imaginary) in blocks {
            let (a, c) = real.split_at_mut(half);
            let (b, d) = imaginary.split_at_mut(half);
            let rows = a.chunks_exact_mut(GRID).zip(b.chunks_exact_mut(GRID));
            let lower = c.chunks_exact_mut(GRID).zip(d.chunks_exact_mut(GRID));
            let roots = roots().iter().step_by(GRID / length);
            for (((a, b), (c, d)), root) in rows.zip(lower).zip(roots) {
                for ((a, b), (c, d)) in a.iter_mut().zip(b).zip(c.iter_mut().zip(d)) {
                    butterfly([a, b, c, d], *root);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_filters_answer_as_the_sums_say() {
        let mut field = Map::new(GRID, GRID);
        let mut state = 1_u32;
        for value in &mut field.values {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *value = f32::from(u8::try_from(state >> 24).unwrap()) / 255.0 - 0.5;
        }
        let mut identity = Map::new(GRID, GRID);
        identity.values[0] = 1.0;
        // A cross that wraps around the corners: even, so that its spectrum is real.
        let mut cross = identity.clone();
        for place in [1, GRID - 1, GRID, GRID * (GRID - 1)] {
            cross.values[place] = 0.5;
        }
        let (same, crossed) = Spectrum::of(&field).answers(&Spectrum::of(&identity).real, &Spectrum::of(&cross).real);
        let value = |map: &Map, x: usize, y: usize| map.values[y % GRID * GRID + x % GRID];
        let at = |x: usize, y: usize| value(&field, x, y);
        for (y, x) in (0..GRID).flat_map(|y| (0..GRID).map(move |x| (y, x))) {
            let around = at(x + 1, y) + at(x + GRID - 1, y) + at(x, y + 1) + at(x, y + GRID - 1);
            assert!((value(&same, x, y) - at(x, y)).abs() < 1e-4);
            assert!((value(&crossed, x, y) - at(x, y) - around / 2.0).abs() < 1e-4);
        }
    }
}
