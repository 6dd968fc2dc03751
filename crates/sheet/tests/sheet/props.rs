//! Any bytes, any cells.

use crate::limits::archive;
use proptest::prelude::*;
use sheet::{Export, Form, Limits, Written, judge, pasted, read};

/// Cells without blanks at their ends, which are not kept, and without letters that XML cannot write.
fn cell() -> impl Strategy<Value = String> {
    "[a-z0-9=+@,;\"'<>&\u{4E00}-\u{4E20}-]{1,12}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        if let Ok(table) = read(&bytes, &Limits::default()) {
            let _ = judge(&table, &Form::JOINING);
        }
    }

    #[test]
    fn no_text_panics(text in "[\\PC\t\n\",;]{0,400}") {
        if let Ok(table) = pasted(&text, &Limits::default()) {
            for form in [Form::JOINING, Form::LEAVING, Form::WAGES] {
                let _ = judge(&table, &form);
            }
        }
    }

    #[test]
    fn no_row_under_a_known_header_panics(cells in proptest::collection::vec("\\PC{0,24}", 4)) {
        let text = format!("姓名\t身份证号\t入职日期\t工资\n{}\n", cells.join("\t"));
        if let Ok(table) = pasted(&text, &Limits::default()) {
            let _ = judge(&table, &Form::JOINING);
        }
    }

    #[test]
    fn a_torn_workbook_is_named_and_does_not_panic(at in 0usize..3_000, byte in any::<u8>(), cut in 0usize..3_000) {
        let mut bytes = crate::workbook(&["姓名", "身份证号"], &[&["张三", "130499195708150019"]]);
        let length = bytes.len();
        bytes[at % length] = byte;
        let _ = read(&bytes, &Limits::default());
        let _ = read(&bytes[..cut.min(length)], &Limits::default());
    }

    #[test]
    fn no_xml_panics(xml in "[<>/a-z \"=&;crvst0-9]{0,200}") {
        let bytes = archive(&[
            ("xl/workbook.xml", "<w><sheet id=\"r\"/></w>"),
            ("xl/_rels/workbook.xml.rels", "<R><Relationship Id=\"r\" Target=\"s.xml\"/></R>"),
            ("xl/s.xml", &format!("<worksheet><sheetData><row>{xml}</row></sheetData></worksheet>")),
        ]);
        let _ = read(&bytes, &Limits::default());
    }

    #[test]
    fn what_is_written_comes_back(rows in proptest::collection::vec(proptest::collection::vec(cell(), 3), 1..8)) {
        let export = Export {
            name: "t".to_owned(),
            header: ["a", "b", "c"].map(str::to_owned).to_vec(),
            rows: rows.iter().map(|row| row.iter().map(Written::text).collect()).collect(),
        };
        for bytes in [export.xlsx(), export.csv()] {
            let table = read(&bytes, &Limits::default()).unwrap();
            let back: Vec<Vec<&str>> =
                table.rows.iter().skip(1).map(|row| row.cells.iter().map(|cell| cell.text()).collect()).collect();
            prop_assert_eq!(&back, &rows);
        }
    }
}
