//! What changed between two days, in plain words, with old value, new value and source; and the table of debts as text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use kernel::{AreaCode, Date};
use policy::{Change, DifferenceError, ShowError, difference};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn changes(from: &str, to: &str) -> Vec<Change> {
    difference(day(from), day(to), AreaCode::HANDAN).unwrap().changes
}

fn change(changes: &[Change], name: &str) -> Change {
    changes.iter().find(|change| change.name == name).unwrap_or_else(|| panic!("{name} did not change")).clone()
}

#[test]
fn a_rate_that_fell_is_said_in_both_languages_with_its_source() {
    let changed = change(&changes("2019-04-30", "2019-05-01"), "pension/employer");
    assert_eq!(
        changed.chinese(),
        format!("【用人单位】{}：2019年5月1日起由“20%”改为“16%”，降低4个百分点。", changed.title)
    );
    assert_eq!(
        changed.english(),
        format!(
            "For employers: {}: since 2019-05-01 “16%” instead of “20%”, 4 percentage points less.",
            changed.title_en
        )
    );
    assert_eq!(changed.citation.document, "国办发〔2019〕13号");
}

#[test]
fn a_limit_that_rose_says_by_how_much() {
    let changed = change(&changes("2025-12-31", "2026-01-01"), "base/floor");
    assert!(changed.chinese().contains("由“4,007.00元/月”改为“4,076.00元/月”，提高69.00元"), "{}", changed.chinese());
    assert!(changed.english().contains("69.00 yuan more"), "{}", changed.english());
}

#[test]
fn a_figure_that_ends_or_begins_is_named_as_such() {
    let ended = change(&changes("2017-12-31", "2018-01-01"), "medical/employer");
    assert_eq!((ended.since, ended.new.is_none()), (day("2018-01-01"), true));
    assert!(ended.chinese().contains("原为“8%”，2018年1月1日起没有或不详"), "{}", ended.chinese());
    assert!(ended.english().contains("none or not known since 2018-01-01"), "{}", ended.english());
    let begun = change(&changes("2021-08-31", "2021-09-01"), "survivor/funeral_months");
    assert!(begun.chinese().contains("此前没有或不详，2021年9月1日起为“2个月”"), "{}", begun.chinese());
    assert!(begun.english().contains("since 2021-09-01 “2 months”"), "{}", begun.english());
}

#[test]
fn the_reforms_are_told_as_old_rule_and_new_rule_and_turn_the_cells_of_the_table() {
    let all = changes("2015-06-30", "2015-07-01");
    assert_eq!(all.iter().filter(|change| change.name.starts_with("reform/") && change.old.is_some()).count(), 10);
    let enrol = change(&all, "reform/enrolment_in_arrears");
    assert!(enrol.chinese().contains("由“欠费单位不得新增参保人员”改为“欠费单位随时可以新增参保，只提示欠费”"));
    assert!(enrol.english().contains("instead of “an employer in arrears may not enrol new staff”"));
    let injury = change(&all, "tables/debt_blocks#retire/injury/own_months");
    assert!(
        injury.chinese().contains("工伤欠费（本人月份）对退休") && injury.chinese().contains("改为“此项欠费不影响”")
    );
    assert!(!all.iter().any(|change| change.name == "tables/debt_blocks#retire/pension/own_months"));
    let cells = all.iter().filter(|change| change.name.starts_with("tables/")).count();
    assert_eq!(cells, 20 + 4 + 4 + 4 + 5, "enrol, retire injury, retire bankrupt others, transfer injury, bundle");
}

#[test]
fn the_same_day_changes_nothing_and_days_in_the_wrong_order_or_another_province_are_refused() {
    assert_eq!(changes("2020-01-01", "2020-01-01"), []);
    let backwards = difference(day("2020-01-02"), day("2020-01-01"), AreaCode::HANDAN);
    assert!(matches!(backwards, Err(DifferenceError::Backwards { .. })));
    let beijing = AreaCode::parse("110000").unwrap();
    assert!(matches!(difference(day("2020-01-01"), day("2020-01-02"), beijing), Err(DifferenceError::NoPolicy(_))));
}

#[test]
fn the_difference_is_that_of_the_area() {
    let elsewhere = AreaCode::parse("130100").unwrap();
    let names = |area| {
        let found = difference(day("2015-06-30"), day("2015-07-01"), area).unwrap();
        found.changes.into_iter().map(|change| change.name).collect::<Vec<_>>()
    };
    assert!(names(AreaCode::HANDAN).iter().any(|name| name.starts_with("reform/")));
    assert!(!names(elsewhere).iter().any(|name| name.starts_with("reform/") || name.starts_with("tables/")));
}

#[test]
fn the_whole_text_holds_a_block_a_change_and_their_number() {
    let found = difference(day("2019-04-30"), day("2019-05-01"), AreaCode::HANDAN).unwrap();
    let text = found.to_string();
    assert!(text.contains("pension/employer  [national]\n  【用人单位】"), "{text}");
    assert!(text.ends_with(&format!("130400: {} changes from 2019-04-30 to 2019-05-01\n", found.changes.len())));
    assert!(!text.contains("None") && !text.contains("Some("), "{text}");
}

#[test]
fn the_table_of_debts_reads_as_a_table() {
    let text = policy::debts(day("2017-07-01"), AreaCode::HANDAN).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "哪项欠费影响哪件业务 (Which debt blocks which act), 2017-07-01");
    let retire = lines.iter().position(|line| line.starts_with("retire")).unwrap();
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines[retire + 1]), ["pension", "blocks", "blocks", "blocks", "free"]);
    assert_eq!(words(lines[retire + 4]), ["injury", "free", "free", "free", "free"]);
    let elsewhere = policy::debts(day("2017-07-01"), AreaCode::parse("130100").unwrap());
    assert!(matches!(elsewhere, Err(ShowError::NotInForce { .. })));
    assert!(matches!(policy::debts(day("1998-01-01"), AreaCode::HANDAN), Err(ShowError::NotInForce { .. })));
}
