//! A roster of 5,000 is read and judged well under a second.

use kernel::{AreaCode, Date, IdNumber};
use sheet::{Export, Form, Limits, Written, judge, read};
use std::time::{Duration, Instant};

fn roster(rows: u16) -> Export {
    let area = AreaCode::parse("130499").unwrap();
    let row = |at: u16| {
        let birth = Date::from_ymd_opt(1960, 1, 1).unwrap() + chrono::TimeDelta::days(i64::from(at / 900));
        let number = IdNumber::compose(&area, birth, at % 900 + 1).unwrap();
        ["张三", number.reveal(), "2017-07-01", "3,456.78", "养老、失业、工伤"].map(Written::text).to_vec()
    };
    Export {
        name: "roster".to_owned(),
        header: ["姓名", "身份证号", "入职日期", "月工资", "险种"].map(str::to_owned).to_vec(),
        rows: (0..rows).map(row).collect(),
    }
}

#[test]
fn five_thousand_rows_are_judged_under_a_second() {
    let export = roster(5_000);
    for bytes in [export.xlsx(), export.csv()] {
        let begun = Instant::now();
        let judged = judge(&read(&bytes, &Limits::default()).unwrap(), &Form::JOINING).unwrap();
        let taken = begun.elapsed();
        assert_eq!(judged.good().count(), 5_000);
        println!("5,000 rows of {} bytes in {taken:?}", bytes.len());
        assert!(taken < Duration::from_secs(1), "{taken:?}");
    }
}
