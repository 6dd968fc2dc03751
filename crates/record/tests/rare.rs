//! Rare characters in a name: printed in full, or refused by their code points, and never an empty box.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use record::{Body, Paper, Press, RenderError, Seal, bench};
use std::io::Read;
use std::path::{Path, PathBuf};

fn press(folder: Option<&Path>) -> Press {
    Press::new(Seal::demo("邯郸市社会保险事业管理中心"), folder.map(Path::to_owned)).unwrap()
}

fn named(name: &str) -> Paper {
    let mut paper = bench::entitlement(1, 2).unwrap();
    let Body::Entitlement(facts) = &mut paper.body else { panic!("an entitlement") };
    facts.holder.name = name.to_owned();
    paper
}

fn lacking(press: &Press, name: &str) -> Vec<char> {
    let refused = press.render(&named(name)).unwrap_err();
    assert_eq!(press.check_spelling(&named(name).body), Err(refused.clone()), "before a number is taken, too");
    let RenderError::RareCharacter { characters } = refused else { panic!("{refused}") };
    characters
}

/// Written out for eyes when `RECORD_SAMPLES` names a folder.
fn keep(name: &str, pdf: &[u8]) {
    if let Ok(folder) = std::env::var("RECORD_SAMPLES") {
        std::fs::write(PathBuf::from(folder).join(name), pdf).unwrap();
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Whether a copied name reads as it is printed: some font of the file maps a glyph to this character.
fn reads(pdf: &[u8], character: char) -> bool {
    let code: String = character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("{unit:04X}")).collect();
    let starts = pdf.windows(7).enumerate().filter(|(_, window)| window == b"stream\n").map(|(at, _)| at + 7);
    starts.into_iter().any(|at| {
        let mut open = Vec::new();
        // What is no compressed stream gives what it gives.
        let _ = flate2::read::ZlibDecoder::new(&pdf[at..]).read_to_end(&mut open);
        holds(&open, "beginbfchar") && holds(&open, &format!("<{code}>"))
    })
}

#[test]
fn a_rare_character_is_printed_right_or_refused_by_its_code_point() {
    let press = press(None);
    let rendered = press.render(&named("王𬱖㛃")).unwrap();
    keep("rare.pdf", &rendered.pdf);
    assert!(press.check_spelling(&named("王𬱖㛃").body).is_ok());
    assert!(reads(&rendered.pdf, '𬱖') && reads(&rendered.pdf, '㛃') && !reads(&rendered.pdf, '𠮷'));
    let refused = press.render(&named("王𠮷𠮷𪚥")).unwrap_err();
    assert_eq!(refused.to_string(), "no face has U+20BB7, U+2A6A5");
    assert_eq!(lacking(&press, "王𠮷𠮷𪚥"), ['𠮷', '𪚥']);
    // A variant's selector is no character of a face either: without it another shape would be printed.
    assert_eq!(lacking(&press, "葛\u{e0100}"), ['\u{e0100}']);
}

#[test]
fn a_face_laid_into_the_folder_prints_the_character() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("0.txt"), "no font").unwrap();
    std::fs::create_dir(folder.path().join("1")).unwrap();
    let press = press(Some(folder.path()));
    assert_eq!(lacking(&press, "王𠮷"), ['𠮷']);
    // The clerk adds the face while the hall runs.
    std::fs::write(folder.path().join("2.ttf"), face("Zhijian Test", '𠮷')).unwrap();
    let rendered = press.render(&named("王𠮷")).unwrap();
    keep("fallback.pdf", &rendered.pdf);
    assert!(holds(&rendered.pdf, "+ZhijianTest") && reads(&rendered.pdf, '𠮷'));
    assert!(press.check_spelling(&named("王𠮷").body).is_ok());
    // Another character stays refused until a second face has it; a name without any carries no such face.
    assert_eq!(lacking(&press, "王𠮷𪚥"), ['𪚥']);
    std::fs::write(folder.path().join("3.ttf"), face("Zhijian Second", '𪚥')).unwrap();
    let both = press.render(&named("王𠮷𪚥")).unwrap().pdf;
    assert!(reads(&both, '𠮷') && reads(&both, '𪚥') && holds(&both, "+ZhijianSecond"));
    assert!(!holds(&press.render(&named("王吉")).unwrap().pdf, "+ZhijianTest"));
}

#[test]
fn a_face_that_bears_the_name_of_an_embedded_one_is_still_found() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.ttf"), face("Noto Sans SC", '𠮷')).unwrap();
    std::fs::write(folder.path().join("b.ttf"), face("Noto Sans SC", '𪚥')).unwrap();
    let pdf = press(Some(folder.path())).render(&named("𠮷𪚥吉")).unwrap().pdf;
    assert!(reads(&pdf, '𠮷') && reads(&pdf, '𪚥') && reads(&pdf, '吉'));
}

#[test]
fn a_folder_that_is_not_there_refuses_as_none_does() {
    assert_eq!(lacking(&press(Some(Path::new("/absent/faces"))), "𠮷"), ['𠮷']);
}

/// A TrueType font of one character, built here so that no foreign font need lie in the tree: 土 over 口 in rectangles,
/// which is the shape of 𠮷 (and stands for any other character as well).
fn face(family: &str, character: char) -> Vec<u8> {
    let glyph = glyph(&[
        [250, 700, 750, 760],
        [470, 480, 530, 880],
        [100, 480, 900, 540],
        [200, 300, 800, 360],
        [200, 0, 800, 60],
        [200, 0, 260, 360],
        [740, 0, 800, 360],
    ]);
    let length = u32::try_from(glyph.len()).unwrap();
    // In place of a check sum: fonts of one name are told apart by it.
    let (high, low) =
        (u16::try_from(u32::from(character) >> 16).unwrap(), (u32::from(character) & 0xffff).try_into().unwrap());
    let tables: Vec<(&[u8; 4], Vec<u8>)> = vec![
        (b"cmap", cmap(character)),
        (b"glyf", glyph),
        (
            b"head",
            words(&[
                1, 0, 1, 0, high, low, 0x5f0f, 0x3cf5, 3, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 900, 880, 0, 8, 2, 1, 0,
            ]),
        ),
        (b"hhea", words(&[1, 0, 880, 65_416, 0, 1000, 0, 0, 900, 1, 0, 0, 0, 0, 0, 0, 0, 2])),
        (b"hmtx", words(&[1000, 0, 1000, 100])),
        (b"loca", [0, 0, length].iter().flat_map(|at: &u32| at.to_be_bytes()).collect()),
        (b"maxp", words(&[1, 0, 2, 28, 7, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])),
        (b"name", names(family)),
        (b"post", words(&[3, 0, 0, 0, 65_436, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    ];
    let mut font = words(&[1, 0, u16::try_from(tables.len()).unwrap(), 128, 3, 16]);
    let mut offset = 12 + 16 * tables.len();
    for (tag, table) in &tables {
        font.extend_from_slice(*tag);
        for number in [0, offset, table.len()] {
            font.extend(u32::try_from(number).unwrap().to_be_bytes());
        }
        offset += table.len().next_multiple_of(4);
    }
    for (_, mut table) in tables {
        table.resize(table.len().next_multiple_of(4), 0);
        font.append(&mut table);
    }
    font
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// Format 12, the only one for characters beyond the first 65,536: this one is glyph 1.
fn cmap(character: char) -> Vec<u8> {
    let mut table = words(&[0, 1, 3, 10, 0, 12, 12, 0]);
    let code = u32::from(character);
    [28, 0, 1, code, code, 1].iter().for_each(|number: &u32| table.extend(number.to_be_bytes()));
    table
}

/// A simple glyph of rectangles (left, bottom, right, top), every corner on the curve.
fn glyph(rectangles: &[[i16; 4]]) -> Vec<u8> {
    let count = i16::try_from(rectangles.len()).unwrap();
    let corners: Vec<(i16, i16)> = rectangles
        .iter()
        .flat_map(|&[left, low, right, high]| [(left, low), (left, high), (right, high), (right, low)])
        .collect();
    let mut numbers = vec![count, 100, 0, 900, 880];
    numbers.extend((1..=count).map(|contour| 4 * contour - 1));
    numbers.push(0);
    let mut table: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    table.extend(vec![1; corners.len()]);
    let steps = |places: Vec<i16>| -> Vec<u8> {
        let before = std::iter::once(0).chain(places.clone());
        places.iter().zip(before).flat_map(|(place, before)| (place - before).to_be_bytes()).collect()
    };
    table.extend(steps(corners.iter().map(|corner| corner.0).collect()));
    table.extend(steps(corners.iter().map(|corner| corner.1).collect()));
    table
}

/// Family, style and PostScript name, in UTF-16 for Windows.
fn names(family: &str) -> Vec<u8> {
    let entries = [(1, family.to_owned()), (2, "Regular".to_owned()), (6, family.replace(' ', ""))];
    let mut records = words(&[0, 3, 6 + 3 * 12]);
    let mut texts = Vec::new();
    for (name, text) in entries {
        let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let (length, offset) = (u16::try_from(text.len()).unwrap(), u16::try_from(texts.len()).unwrap());
        records.extend(words(&[3, 1, 0x409, name, length, offset]));
        texts.extend(text);
    }
    records.extend(texts);
    records
}
