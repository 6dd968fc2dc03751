//! Arbitrary bytes before the decoder and the parsers: refused, never a panic.

use palm::{Capture, Code, Modality, Picture, Template, TemplateError};
use proptest::prelude::*;

/// A small picture in each format, to be damaged.
fn pictures() -> [Vec<u8>; 2] {
    let grey: Vec<u8> = (0..320_u32 * 240).map(|place| u8::try_from(place * 7 % 251).unwrap()).collect();
    let png = Picture::new(320, 240, grey.clone()).unwrap().to_png();
    let mut jpeg = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new(&mut jpeg);
    image::ImageEncoder::write_image(encoder, &grey, 320, 240, image::ExtendedColorType::L8).unwrap();
    [png, jpeg]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_is_refused_or_read(mut bytes in proptest::collection::vec(any::<u8>(), 0..2_000), magic in 0..4_usize) {
        let start: &[u8] = [&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff", b"BM", b""][magic];
        bytes.splice(0..0, start.iter().copied());
        let _ = Capture::decode(&bytes, Modality::Vein);
        prop_assert!(Code::from_bytes(&bytes).is_err());
        prop_assert_eq!(Template::from_bytes(&bytes), Err(TemplateError::NotATemplate));
    }

    #[test]
    fn a_damaged_picture_is_refused_or_read(format in 0..2_usize, damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = pictures()[format].clone();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = Capture::decode(&bytes, Modality::Vein);
    }

    #[test]
    fn a_code_of_any_bits_comes_back(words in proptest::collection::vec(any::<u64>(), 128), print in any::<bool>()) {
        let plane = |place: usize| -> palm::Plane { std::array::from_fn(|word| words[place * 16 + word]) };
        let modality = if print { Modality::Print } else { Modality::Vein };
        let code = Code::new(modality, std::array::from_fn(plane), plane(6), plane(7));
        prop_assert_eq!(Code::from_bytes(&code.to_bytes()), Ok(code));
    }

    #[test]
    fn a_damaged_template_is_refused_or_read(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let code = Code::new(Modality::Vein, [[7; 16]; 6], [5; 16], [u64::MAX; 16]);
        let mut bytes = b"PALM\x01\x03".to_vec();
        bytes.extend((0..3).flat_map(|_| code.to_bytes()));
        prop_assert!(Template::from_bytes(&bytes).is_ok());
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(template) = Template::from_bytes(&bytes) {
            prop_assert_eq!(template.to_bytes(), bytes);
        }
    }
}
