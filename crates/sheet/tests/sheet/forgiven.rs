//! What is forgiven on the way in: all of it is accepted, for it can mean only one thing.

use crate::{csv, joining, only, workbook};
use kernel::{Date, Fen, Insurance};
use sheet::{Column, Encoding, Export, Form, Kind, Limits, Written, judge, pasted, read};

const HEADER: &str = "姓名,身份证号,入职日期,月工资\n";

#[test]
fn a_wage_as_text_with_commas_or_in_full_width_is_the_same_wage() {
    for wage in ["3000", "\"3,000.00\"", "３０００", "¥3000", "3000元", "\"３，０００\""] {
        let entry = only(&joining(&format!("{HEADER}张三,130499195708150019,2017-07-01,{wage}\n")));
        assert_eq!(entry.wage, Some(Fen::from_yuan(3_000)), "{wage}");
    }
}

#[test]
fn fifteen_digits_are_upgraded_and_x_may_be_small() {
    let judged = joining(&format!("{HEADER}张三,130499570815001,2017-07-01,3000\n李四,13049919700101002x,2017-07,1\n"));
    let numbers: Vec<&str> = judged.good().map(|(_, entry)| entry.id_number.reveal()).collect();
    assert_eq!(numbers, ["130499195708150019", "13049919700101002X"]);
}

#[test]
fn columns_may_stand_in_any_order_under_a_title_with_a_total_at_the_foot() {
    let text = "某某有限公司 2017 年 7 月增员表,,,,\n部门,月缴费工资（元）,*身份证号码(必填),姓 名,参保日期\n\
                一车间,\"4,200\",130499195708150019,张 三,2017年7月1日\n合计,4200,,,\n";
    let judged = judge(&csv(text), &Form::JOINING).unwrap();
    let entry = only(&judged);
    assert_eq!((entry.name.as_deref(), entry.wage), (Some("张三"), Some(Fen::from_yuan(4_200))));
    assert_eq!(entry.from, Date::from_ymd_opt(2017, 7, 1));
    assert_eq!(judged.rows[0].number, 3);
    assert_eq!(judged.rows[0].typed[0], "一车间");
}

#[test]
fn english_headers_are_known() {
    let judged = joining(
        "Full name;ID number;Start date;Monthly wage;Insurances\nAn Li;130499195708150019;2017/7/3;3000.5;injury\n",
    );
    let entry = only(&judged);
    assert_eq!(entry.name.as_deref(), Some("An Li"));
    assert_eq!(entry.insurances, Some(vec![Insurance::Injury]));
}

#[test]
fn pasted_cells_need_no_header() {
    let text = "张三\t130499195708150019\t20170701\t3000\n李四\t13049919700101002X\t20170701\t3,500\n";
    let judged = judge(&pasted(text, &Limits::default()).unwrap(), &Form::JOINING).unwrap();
    assert_eq!(judged.good().count(), 2);
    assert_eq!(
        judged.columns.iter().map(|(column, _)| *column).collect::<Vec<_>>(),
        [Column::Name, Column::IdNumber, Column::From, Column::Wage]
    );
}

#[test]
fn gb18030_and_utf16_are_read() {
    let text = format!("{HEADER}张三,130499195708150019,2017-07-01,3000\n");
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let table = read(&gb, &Limits::default()).unwrap();
    assert_eq!(table.kind, Kind::Text(Encoding::Gb18030));
    assert_eq!(table.rows, csv(&text).rows);
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read(&utf16, &Limits::default()).unwrap().rows, csv(&text).rows);
    let marked: Vec<u8> = [0xEF, 0xBB, 0xBF].into_iter().chain(text.bytes()).collect();
    assert_eq!(read(&marked, &Limits::default()).unwrap().rows, csv(&text).rows);
}

#[test]
fn a_workbook_reads_as_its_csv_does() {
    let bytes =
        workbook(&["姓名", "身份证号", "入职日期", "月工资"], &[&["张三", "130499195708150019", "2017-07-01", "3000"]]);
    let table = read(&bytes, &Limits::default()).unwrap();
    assert_eq!(table.kind, Kind::Xlsx);
    let entry = only(&judge(&table, &Form::JOINING).unwrap());
    assert_eq!(entry.id_number.reveal(), "130499195708150019");
}

#[test]
fn numbers_and_days_of_a_workbook_are_read() {
    let export = Export {
        name: "x".to_owned(),
        header: ["姓名", "身份证号", "入职日期", "月工资", "备注"].map(str::to_owned).to_vec(),
        rows: vec![vec![
            Written::text("张三"),
            Written::Whole(130_499_570_815_001),
            Written::Day(Date::from_ymd_opt(2017, 7, 1).unwrap()),
            Written::Amount(Fen::new(300_010)),
            Written::text("=1+1"),
        ]],
    };
    let judged = judge(&read(&export.xlsx(), &Limits::default()).unwrap(), &Form::JOINING).unwrap();
    let entry = only(&judged);
    assert_eq!(entry.id_number.reveal(), "130499195708150019");
    assert_eq!((entry.from, entry.wage), (Date::from_ymd_opt(2017, 7, 1), Some(Fen::new(300_010))));
}
