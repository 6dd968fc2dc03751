//! Each verdict once, with what to type instead where that can be said.

use crate::{csv, joining, only};
use kernel::{Fen, IdNumberError};
use sheet::{AmountFault, Column, DayFault, Export, Fault, Form, JudgedRow, Limits, Written, judge, read};
use std::collections::BTreeSet;

const GOOD: [&str; 6] = ["张三", "130499195708150019", "2017-07-01", "3000", "", ""];

/// A row that is good but for one cell.
fn row(place: usize, typed: &str) -> JudgedRow {
    let mut cells = GOOD.map(|text| format!("\"{text}\""));
    cells[place] = format!("\"{typed}\"");
    let text = format!("姓名,身份证号,入职日期,月工资,险种,手机\n{}\n", cells.join(","));
    joining(&text).rows.remove(0)
}

fn check(place: usize, typed: &str, column: Column, expected: Fault, instead: Option<&str>) -> &'static str {
    let verdicts = row(place, typed).outcome.unwrap_err();
    assert_eq!(verdicts.len(), 1, "{typed}: {verdicts:?}");
    assert_eq!((verdicts[0].column, verdicts[0].instead.as_deref()), (column, instead), "{typed}");
    assert_eq!(std::mem::discriminant(&verdicts[0].fault), std::mem::discriminant(&expected), "{typed}");
    assert_eq!(verdicts[0].fault.code(), expected.code(), "{typed}");
    expected.code()
}

#[test]
fn each_fault_has_its_verdict() {
    let id = |error| Fault::IdNumber(error);
    let day = chrono::NaiveDate::default();
    let mut seen = BTreeSet::from([
        check(0, "", Column::Name, Fault::Missing, None),
        check(0, "张三3", Column::Name, Fault::Name, None),
        check(1, "1304991957081500", Column::IdNumber, id(IdNumberError::Length), None),
        check(1, "13O499195708150019", Column::IdNumber, id(IdNumberError::Characters), Some("130499195708150019")),
        check(1, "990499195708150019", Column::IdNumber, id(IdNumberError::Province), None),
        check(1, "130499195713150019", Column::IdNumber, id(IdNumberError::Birthday), None),
        check(1, "130499195708150018", Column::IdNumber, id(IdNumberError::CheckDigit), None),
        check(1, "1.30499E+17", Column::IdNumber, Fault::DigitsLost, None),
        check(2, "soon", Column::From, Fault::Day(DayFault::NotADay), None),
        check(
            2,
            "03/04/2017",
            Column::From,
            Fault::Day(DayFault::Ambiguous(day, day)),
            Some("2017-03-04 / 2017-04-03"),
        ),
        check(2, "1017-07-01", Column::From, Fault::Day(DayFault::OutOfRange), None),
        check(3, "三千", Column::Wage, Fault::Amount(AmountFault::NotMoney), None),
        check(3, "3000.123", Column::Wage, Fault::Amount(AmountFault::TooFine), None),
        check(3, "-3000", Column::Wage, Fault::Amount(AmountFault::Negative), None),
        check(3, "99999999999999", Column::Wage, Fault::Amount(AmountFault::TooLarge), None),
        check(4, "公积金", Column::Insurances, Fault::Insurance, None),
        check(5, "0310123456", Column::Phone, Fault::Phone, None),
    ]);
    // The two that need more than one row of csv stand in tests of their own below.
    seen.extend([Fault::CellError.code(), Fault::Repeated { row: 0 }.code()]);
    assert_eq!(seen, BTreeSet::from(Fault::CODES));
}

#[test]
fn all_that_is_wrong_with_a_row_is_said_at_once() {
    let judged = joining("姓名,身份证号,入职日期,月工资\n,1,soon,much\n");
    let wrong: Vec<Column> =
        judged.rows[0].outcome.as_ref().unwrap_err().iter().map(|verdict| verdict.column).collect();
    assert_eq!(wrong, [Column::IdNumber, Column::Name, Column::From, Column::Wage]);
    assert_eq!(judged.rows[0].typed, ["", "1", "soon", "much"]);
    assert_eq!(judged.bad_count(), 1);
}

#[test]
fn a_number_twice_in_one_file_is_noticed() {
    let same = "姓名,身份证号,入职日期,月工资\n张三,130499195708150019,2017-07-01,3000\n张三,130499570815001,2017-07-01,3000.00\n";
    let judged = joining(same);
    assert_eq!((judged.good().count(), judged.bad_count()), (1, 1), "the second says nothing new");
    let differing = same.replace("3000.00", "5000");
    let judged = joining(&differing);
    assert_eq!(judged.bad_count(), 2, "which of the two is right nobody can tell");
    let faults: Vec<Fault> = judged.rows.iter().map(|row| row.outcome.as_ref().unwrap_err()[0].fault).collect();
    assert_eq!(faults, [Fault::Repeated { row: 3 }, Fault::Repeated { row: 2 }]);
}

#[test]
fn an_error_of_the_workbook_and_a_number_that_lost_its_end_are_named() {
    let export = Export {
        name: "x".to_owned(),
        header: ["姓名", "身份证号", "入职日期", "月工资"].map(str::to_owned).to_vec(),
        rows: vec![vec![
            Written::text("张三"),
            Written::Whole(130_499_195_708_150_000),
            Written::text("2017-07-01"),
            Written::Amount(Fen::from_yuan(3_000)),
        ]],
    };
    let judged = judge(&read(&export.xlsx(), &Limits::default()).unwrap(), &Form::JOINING).unwrap();
    assert_eq!(judged.rows[0].outcome.as_ref().unwrap_err()[0].fault, Fault::DigitsLost);
    let bytes = crate::limits::archive(&[
        ("xl/workbook.xml", r#"<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>"#),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        (
            "xl/worksheets/sheet1.xml",
            r##"<worksheet><sheetData><row><c t="str"><v>姓名</v></c><c t="str"><v>身份证号</v></c><c t="str"><v>入职日期</v></c><c t="str"><v>工资</v></c></row><row><c t="str"><v>张三</v></c><c t="str"><v>130499195708150019</v></c><c><v>42917</v></c><c t="e"><v>#N/A</v></c></row></sheetData></worksheet>"##,
        ),
    ]);
    let judged = judge(&read(&bytes, &Limits::default()).unwrap(), &Form::JOINING).unwrap();
    assert_eq!(judged.rows[0].outcome.as_ref().unwrap_err()[0].fault, Fault::CellError);
}

#[test]
fn a_missing_column_is_named() {
    let missing = judge(&csv("姓名,身份证号\n张三,130499195708150019\n"), &Form::JOINING).unwrap_err();
    assert_eq!(missing.missing, [Column::From, Column::Wage]);
    let leaving = csv("身份证号,日期,原因\n130499195708150019,2017-07-31,辞职\n");
    let entry = only(&judge(&leaving, &Form::LEAVING).unwrap());
    assert_eq!(entry.until.unwrap().to_string(), "2017-07-31");
}
