//! What is refused by name before it costs memory.

use crate::csv;
use sheet::{Limits, Unreadable, read};
use std::io::Write;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const WORKBOOK: (&str, &str) =
    ("xl/workbook.xml", r#"<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>"#);
const RELATIONS: (&str, &str) = (
    "xl/_rels/workbook.xml.rels",
    r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#,
);
const SHEET: &str = "xl/worksheets/sheet1.xml";

/// An archive of these parts.
pub(crate) fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in parts {
        archive.start_file(*name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn refused(bytes: &[u8]) -> Unreadable {
    read(bytes, &Limits::default()).unwrap_err()
}

fn sheet_of(xml: &str) -> Vec<u8> {
    archive(&[WORKBOOK, RELATIONS, (SHEET, xml)])
}

#[test]
fn a_bomb_is_stopped_while_it_unpacks() {
    // 256 MiB of one letter in a file of a quarter of a megabyte.
    let letters = "a".repeat(1 << 20);
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in [WORKBOOK, RELATIONS] {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.start_file(SHEET, options).unwrap();
    archive.write_all(b"<worksheet><sheetData><row><c t=\"str\"><v>").unwrap();
    for _ in 0..256 {
        archive.write_all(letters.as_bytes()).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    assert_eq!(refused(&bytes), Unreadable::Bomb { most: 32 << 20 });
}

#[test]
fn entities_that_a_document_declares_are_not_followed() {
    let laughs = "<!DOCTYPE worksheet [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\
                  <worksheet><sheetData><row><c t=\"str\"><v>&b;1&amp;2&#20013;</v></c></row></sheetData></worksheet>";
    let table = read(&sheet_of(laughs), &Limits::default()).unwrap();
    assert_eq!(table.rows[0].cells[0].text(), " 1&2中");
}

#[test]
fn what_is_too_much_is_named() {
    let limits = Limits { rows_max: 3, columns_max: 4, bytes_max: 100, ..Limits::default() };
    let check = |text: &str, expected| assert_eq!(read(text.as_bytes(), &limits).unwrap_err(), expected, "{text}");
    check(&"a".repeat(101), Unreadable::TooLarge { most: 100 });
    check("1\n2\n3\n4\n", Unreadable::TooManyRows { most: 3 });
    check("1,2,3,4,5\n", Unreadable::TooManyColumns { most: 4 });
    check("", Unreadable::Empty);
    check(" \n\t\n", Unreadable::Empty);
    let long = format!("ok\n{}", "b".repeat(1_001));
    assert_eq!(refused(long.as_bytes()), Unreadable::CellTooLong { row: 2, most: 1_000 });
    assert_eq!(csv(&"1\n".repeat(20_000)).rows.len(), 20_000);
    let far = r#"<worksheet><sheetData><row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData></worksheet>"#;
    assert_eq!(refused(&sheet_of(far)), Unreadable::TooManyColumns { most: 60 });
    let low = far.replace("XFD1048576", "B1048576");
    assert_eq!(read(&sheet_of(&low), &Limits::default()).unwrap().rows[0].number, 1_048_576);
}

#[test]
fn a_file_of_two_hundred_megabytes_is_refused_by_its_length() {
    let bytes = vec![b'1'; 200 << 20];
    assert_eq!(refused(&bytes), Unreadable::TooLarge { most: 8 << 20 });
}

#[test]
fn what_is_no_spreadsheet_is_named() {
    assert_eq!(refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Unreadable::OldOrLocked);
    assert_eq!(refused(b"%PDF-1.7\n\x00\x01"), Unreadable::NotASheet);
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n\x00"), Unreadable::NotASheet);
    assert_eq!(refused(&archive(&[("word/document.xml", "<w/>")])), Unreadable::NotASheet);
    assert_eq!(refused(b"PK\x03\x04 torn"), Unreadable::Damaged);
    assert_eq!(refused(&archive(&[WORKBOOK, RELATIONS])), Unreadable::Damaged);
}

#[test]
fn mixed_encodings_are_named_with_their_line() {
    let (gb, _, _) = encoding_rs::GB18030.encode("李四,2\n");
    let mixed: Vec<u8> = "姓名,工资\n张三,1\n".bytes().chain(gb.iter().copied()).collect();
    assert_eq!(refused(&mixed), Unreadable::MixedEncodings { line: 3 });
    assert_eq!(refused(b"name,wage\n\xFFx,\xFF\n"), Unreadable::UnknownEncoding { line: 2 });
}
