//! What we give back: nothing in it runs, and it comes back as it was.

use crate::workbook;
use kernel::{Date, Fen};
use sheet::{Cell, Export, Limits, Written, read};

const HOSTILE: [&str; 6] = ["=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"];

fn export(texts: &[&str]) -> Export {
    Export {
        name: "a/b".to_owned(),
        header: texts.iter().map(|text| (*text).to_owned()).collect(),
        rows: vec![texts.iter().map(|text| Written::text(*text)).collect()],
    }
}

#[test]
fn no_cell_of_csv_begins_with_what_a_program_runs() {
    let csv = export(&HOSTILE).csv();
    let text = String::from_utf8(csv).unwrap();
    let text = text.strip_prefix('\u{FEFF}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    for record in reader.records() {
        for field in &record.unwrap() {
            assert!(field.starts_with('\''), "{field:?}");
        }
    }
}

#[test]
fn texts_of_a_workbook_are_no_formulas() {
    let bytes = export(&HOSTILE).xlsx();
    let table = read(&bytes, &Limits::default()).unwrap();
    for cell in &table.rows[1].cells {
        assert!(matches!(cell, Cell::Text(_)), "{cell:?}");
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut xml).unwrap();
    assert!(!xml.contains("<f>"), "no formula is written");
    assert_eq!(xml.matches("s=\"3\" t=\"inlineStr\"").count(), HOSTILE.len(), "each is marked as quoted");
}

#[test]
fn amounts_and_days_are_numbers() {
    let export = Export {
        name: String::new(),
        header: vec!["应缴".to_owned(), "日期".to_owned()],
        rows: vec![vec![Written::Amount(Fen::new(-123_456)), Written::Day(Date::from_ymd_opt(2017, 7, 1).unwrap())]],
    };
    let table = read(&export.xlsx(), &Limits::default()).unwrap();
    assert_eq!(table.rows[1].cells, [Cell::Number("-1234.56".to_owned()), Cell::Number("42917".to_owned())]);
    assert!(String::from_utf8(export.csv()).unwrap().ends_with("\r\n-1234.56,2017-07-01\r\n"));
    assert_eq!(export.xlsx(), export.xlsx(), "the same rows give the same bytes");
}

#[test]
fn letters_that_xml_cannot_write_do_not_break_the_file() {
    let bytes = workbook(&["a<b>&\"'", "x"], &[&["\u{1}\u{FFFF}中<&>", "𠮷"]]);
    let table = read(&bytes, &Limits::default()).unwrap();
    assert_eq!(table.rows[0].cells[0].text(), "a<b>&\"'");
    assert_eq!(table.rows[1].cells[0].text(), "中<&>");
    assert_eq!(table.rows[1].cells[1].text(), "𠮷");
}
