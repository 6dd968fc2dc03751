//! Small fields of numbers over a picture: blurred, sampled and measured. Nothing here knows of hands.
#![allow(clippy::as_conversions, reason = "places in a picture are whole and real by turns; all are far below 2^24")]

/// A field of real numbers, row after row.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Map {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<f32>,
}

impl Map {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, values: vec![0.0; width * height] }
    }

    /// Each value a function of two fields' values in its place.
    pub(crate) fn with(&self, other: &Self, function: impl Fn(f32, f32) -> f32) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(ours, theirs)| function(*ours, *theirs)).collect();
        Self { width: self.width, height: self.height, values }
    }

    /// Nearly a Gaussian blur: three means over windows of `2 * radius + 1`; beyond the edges is nothing.
    pub(crate) fn blurred(&self, radius: usize) -> Self {
        let mut map = self.clone();
        for _ in 0..6 {
            map = map.mean_along_rows(radius).transposed();
        }
        map
    }

    fn mean_along_rows(&self, radius: usize) -> Self {
        let share = 1.0 / (2 * radius + 1) as f32;
        let mut mean = Self::new(self.width, self.height);
        let rows = self.values.chunks_exact(self.width).zip(mean.values.chunks_exact_mut(self.width));
        for (row, out) in rows {
            let mut sum: f32 = row.iter().take(radius).sum();
            for (x, place) in out.iter_mut().enumerate() {
                sum += row.get(x + radius).copied().unwrap_or_default();
                *place = sum * share;
                sum -= x.checked_sub(radius).and_then(|gone| row.get(gone)).copied().unwrap_or_default();
            }
        }
        mean
    }

    pub(crate) fn transposed(&self) -> Self {
        let mut turned = Self::new(self.height, self.width);
        for (y, row) in self.values.chunks_exact(self.width).enumerate() {
            for (place, value) in turned.values.iter_mut().skip(y).step_by(self.height).zip(row) {
                *place = *value;
            }
        }
        turned
    }
}

/// A place in a picture in pixels; y runs down.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl Point {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }

    pub(crate) fn times(self, factor: f32) -> Self {
        Self { x: self.x * factor, y: self.y * factor }
    }

    pub(crate) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    pub(crate) fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// A quarter turn, from right to down.
    pub(crate) fn turned(self) -> Self {
        Self { x: -self.y, y: self.x }
    }
}
