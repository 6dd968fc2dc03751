//! A grey picture, read from PNG, JPEG or BMP within limits. It refuses everything else, what is cut off, and what is too
//! large before a pixel of it is unpacked.

use crate::refusal::Refusal;
use image::{ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// The most pixels that are unpacked; a telephone's camera has half of it.
const PIXELS_MAX: u64 = 40_000_000;
/// The shortest side in which veins can be seen.
const SIDE_MIN: u32 = 240;
/// The longest side that is worked on; more pixels show nothing more and are averaged away.
const SIDE_WORKED: u32 = 1024;

/// Grey values from 0, row after row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Picture {
    /// Takes grey values; nothing unless there are `width` times `height` of them.
    pub fn new(width: usize, height: usize, grey: Vec<u8>) -> Option<Self> {
        (width.checked_mul(height) == Some(grey.len()) && !grey.is_empty()).then_some(Self { width, height, grey })
    }

    /// Unpacks a picture.
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        let format = format(bytes).ok_or(Refusal::NotAPicture)?;
        let reader = || ImageReader::with_format(Cursor::new(bytes), format);
        let (width, height) = reader().into_dimensions().map_err(|_| Refusal::Truncated)?;
        if u64::from(width) * u64::from(height) > PIXELS_MAX {
            return Err(Refusal::TooLarge { width, height });
        }
        if width.min(height) < SIDE_MIN {
            return Err(Refusal::TooSmall { width, height });
        }
        if format == ImageFormat::Jpeg && !jpeg_ends(bytes) {
            return Err(Refusal::Truncated);
        }
        let mut reader = reader();
        let mut limits = Limits::default();
        limits.max_alloc = Some(PIXELS_MAX * 8);
        reader.limits(limits);
        let grey = reader.decode().map_err(|_| Refusal::Truncated)?.into_luma8();
        let (width, height) = (to_usize(width), to_usize(height));
        let picture = Self::new(width, height, grey.into_raw()).ok_or(Refusal::Truncated)?;
        let factor = width.max(height).div_ceil(to_usize(SIDE_WORKED));
        Ok(if factor > 1 { picture.reduced(factor) } else { picture })
    }

    /// Pixels across.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// The grey values, row after row.
    pub fn grey(&self) -> &[u8] {
        &self.grey
    }

    pub(crate) fn row(&self, y: usize) -> &[u8] {
        self.grey.get(y * self.width..(y + 1) * self.width).unwrap_or_default()
    }

    /// Each pixel the mean of `factor` by `factor`; what is left over at the right and below is dropped.
    pub(crate) fn reduced(&self, factor: usize) -> Self {
        let (width, height) = (self.width / factor, self.height / factor);
        let area = u32::try_from(factor * factor).unwrap_or(u32::MAX);
        let mut sums = vec![0_u32; width];
        let mut grey = Vec::with_capacity(width * height);
        for y in 0..height {
            sums.fill(area / 2);
            for row in (0..factor).map(|within| self.row(y * factor + within)) {
                for (sum, pixels) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += pixels.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
                }
            }
            grey.extend(sums.iter().map(|sum| u8::try_from(sum / area).unwrap_or(u8::MAX)));
        }
        Self { width, height, grey }
    }

    /// The picture as PNG.
    pub fn to_png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (width, height) = (u32::try_from(self.width), u32::try_from(self.height));
        if let (Ok(width), Ok(height)) = (width, height) {
            let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
            let written =
                image::ImageEncoder::write_image(encoder, &self.grey, width, height, image::ExtendedColorType::L8);
            assert!(written.is_ok(), "memory takes whatever is written to it");
        }
        bytes
    }
}

/// Only three formats are ever unpacked, whatever else the library was built with.
fn format(bytes: &[u8]) -> Option<ImageFormat> {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
    const JPEG: &[u8] = b"\xff\xd8\xff";
    const BMP: &[u8] = b"BM";
    [(PNG, ImageFormat::Png), (JPEG, ImageFormat::Jpeg), (BMP, ImageFormat::Bmp)]
        .into_iter()
        .find_map(|(magic, format)| bytes.starts_with(magic).then_some(format))
}

/// Whether the last scan of a JPEG comes to its end. The decoder would fill what is missing with grey. Neither marker can
/// stand within the data of a scan, and those of an embedded preview stand before the last scan.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let last = |marker: [u8; 2]| bytes.windows(2).rposition(|pair| pair == marker);
    last([0xff, 0xd9]) > last([0xff, 0xda])
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ExtendedColorType, ImageEncoder};

    fn slope(width: u32, height: u32) -> Vec<u8> {
        (0..height).flat_map(|y| (0..width).map(move |x| u8::try_from((x + y) % 251).unwrap_or(0))).collect()
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        encoder.write_image(&slope(width, height), width, height, ExtendedColorType::L8).unwrap();
        bytes
    }

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90);
        encoder.write_image(&slope(width, height), width, height, ExtendedColorType::L8).unwrap();
        bytes
    }

    #[test]
    fn the_three_formats_are_read() {
        let mut bmp = Vec::new();
        let encoder = image::codecs::bmp::BmpEncoder::new(&mut bmp);
        encoder.write_image(&slope(320, 240), 320, 240, ExtendedColorType::L8).unwrap();
        for bytes in [png(320, 240), jpeg(320, 240), bmp] {
            let picture = Picture::decode(&bytes).unwrap();
            assert_eq!((picture.width(), picture.height()), (320, 240));
        }
        let picture = Picture::decode(&png(320, 240)).unwrap();
        assert_eq!(Picture::decode(&picture.to_png()), Ok(picture));
    }

    #[test]
    fn what_is_no_picture_is_refused_by_name() {
        assert_eq!(Picture::decode(b""), Err(Refusal::NotAPicture));
        assert_eq!(Picture::decode(b"GIF89a whatever comes after"), Err(Refusal::NotAPicture));
        assert_eq!(Picture::decode(&png(100, 400)), Err(Refusal::TooSmall { width: 100, height: 400 }));
    }

    #[test]
    fn a_picture_that_stops_early_is_refused() {
        for bytes in [png(320, 240), jpeg(320, 240)] {
            for kept in [bytes.len() / 4, bytes.len() / 2, bytes.len() - 20] {
                assert_eq!(Picture::decode(&bytes[..kept]), Err(Refusal::Truncated), "{kept} of {}", bytes.len());
            }
        }
    }

    #[test]
    fn a_hundred_megapixels_are_refused_unread() {
        let mut bytes = png(320, 240);
        // The header claims 10,000 by 10,000; its checksum is made to fit.
        bytes[16..20].copy_from_slice(&10_000_u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&10_000_u32.to_be_bytes());
        let checksum = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(Picture::decode(&bytes), Err(Refusal::TooLarge { width: 10_000, height: 10_000 }));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }

    #[test]
    fn large_pictures_are_averaged_down() {
        let picture = Picture::decode(&png(2048, 1200)).unwrap();
        assert_eq!((picture.width(), picture.height()), (1024, 600));
        let even = Picture::new(2, 2, vec![10, 20, 30, 40]).unwrap();
        assert_eq!(even.reduced(2).grey(), &[25]);
    }
}
