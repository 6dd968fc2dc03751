//! Every refusal of the calculator once, every way in which a parameter does not load, and reading outside its dates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use kernel::{AreaCode, Date, Fen, Insurance};
use policy::benefit::{injury, injury_death, survivor, unemployment};
use policy::calc::{self, Expect, Explain, Options};
use policy::contribution::employee;
use policy::transfer::{amount, place};
use policy::{Collector, FormulaError, Leaf, Level, NoPolicy, Payer, Policy, ShowError};
use serde_json::Value;

const OPTIONS: Options = Options { explain: Explain::Nothing, expect: Expect::Ignored };

fn refused(question: &str) -> (String, Option<String>, String) {
    let (answer, _) = calc::answer(question.as_bytes(), OPTIONS);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["ok"], Value::Bool(false), "{question}");
    let text = |key: &str| answer["error"][key].as_str().map(str::to_owned);
    (text("code").unwrap(), text("field"), text("message").unwrap())
}

fn each_is_refused(table: &[(String, &str, Option<&str>)]) {
    for (question, code, field) in table {
        let (found, at, message) = refused(question);
        assert_eq!((found.as_str(), at.as_deref()), (*code, *field), "{question}: {message}");
        assert!(message.len() > 10, "{question}: {message}");
    }
}

fn flexible(rest: &str) -> String {
    format!(r#"{{"id":"a","calc":"contribution.flexible","area":"130400",{rest}}}"#)
}

fn employee(rest: &str) -> String {
    format!(r#"{{"id":"a","calc":"contribution.employee","area":"130400","month":"2024-03",{rest}}}"#)
}

fn surcharge(rest: &str) -> String {
    format!(r#"{{"id":"a","calc":"surcharge",{rest}}}"#)
}

#[test]
fn a_line_or_a_field_of_the_wrong_form_has_its_code() {
    each_is_refused(&[
        (String::new(), "not_json", None),
        ("{".to_owned(), "not_json", None),
        ("[1]".to_owned(), "not_an_object", None),
        (r#"{"id":"a"}"#.to_owned(), "missing_field", Some("calc")),
        (r#"{"id":"a","calc":7}"#.to_owned(), "wrong_type", Some("calc")),
        (r#"{"id":"a","calc":"horoscope"}"#.to_owned(), "unknown_calc", Some("calc")),
        (flexible(r#""month":"2024-03","percent":60,"colour":"red""#), "unknown_field", Some("colour")),
        (flexible(r#""percent":60"#), "missing_field", Some("month")),
        (flexible(r#""month":"2024-03""#), "missing_field", Some("percent")),
        (flexible(r#""month":"2024-03","percent":60,"base":"4000.00""#), "conflicting_fields", Some("base")),
        (flexible(r#""month":202403,"percent":60"#), "wrong_type", Some("month")),
        (flexible(r#""month":"2024-13","percent":60"#), "bad_month", Some("month")),
        (flexible(r#""month":"2024-03","percent":1e300"#), "bad_number", Some("percent")),
        (flexible(r#""month":"2024-03","percent":"1/2""#), "bad_number", Some("percent")),
        (flexible(r#""month":"2024-03","percent":[60]"#), "wrong_type", Some("percent")),
        (employee(r#""wage":3000"#), "wrong_type", Some("wage")),
        (employee(r#""wage":"3,000""#), "bad_amount", Some("wage")),
        (employee(r#""wage":"1.00","injury_factor":100"#), "missing_field", Some("injury_class")),
        (employee(r#""wage":"1.00","injury_class":"6""#), "wrong_type", Some("injury_class")),
        (surcharge(r#""principal":"1","due":"2017-02-29","paid":"2017-09-15""#), "bad_date", Some("due")),
        (surcharge(r#""principal":"1","due":"2017-7-31","paid":"2017-09-15""#), "bad_date", Some("due")),
        (r#"{"calc":"identity","id_number":130499195708150019}"#.to_owned(), "wrong_type", Some("id_number")),
        (r#"{"calc":"identity"}"#.to_owned(), "missing_field", Some("id_number")),
        (r#"{"calc":"credit_code","code":"x"}"#.to_owned(), "unknown_field", Some("code")),
        (flexible(r#""month":"2024-03","percent":60"#).replace("130400", "1304"), "bad_area", Some("area")),
    ]);
}

#[test]
fn a_value_out_of_range_or_of_its_time_has_its_code() {
    let days = r#""due":"2017-07-31","paid":"2017-09-15""#;
    let medical = |month: &str, option: &str| {
        format!(r#"{{"calc":"contribution.medical_flexible","area":"130400","month":"{month}","option":"{option}"}}"#)
    };
    each_is_refused(&[
        (flexible(r#""month":"2200-01","percent":60"#), "out_of_range", Some("month")),
        (flexible(r#""month":"2007-12","percent":60"#), "not_in_force", Some("month")),
        (flexible(r#""month":"2027-01","percent":60"#), "not_in_force", Some("month")),
        (flexible(r#""month":"2024-03","percent":59"#), "out_of_range", Some("percent")),
        (flexible(r#""month":"2024-03","percent":300.5"#), "out_of_range", Some("percent")),
        (flexible(r#""month":"2024-03","percent":-60"#), "out_of_range", Some("percent")),
        (flexible(r#""month":"2024-03","base":"3920.54""#), "out_of_range", Some("base")),
        (flexible(r#""month":"2024-03","base":"19602.76""#), "out_of_range", Some("base")),
        (employee(r#""wage":"-1""#), "negative_amount", Some("wage")),
        (employee(r#""wage":"10000000000000000.00""#), "amount_too_large", Some("wage")),
        (employee(r#""wage":"1.00","injury_class":9"#), "out_of_range", Some("injury_class")),
        (employee(r#""wage":"1.00","injury_class":0"#), "out_of_range", Some("injury_class")),
        (employee(r#""wage":"1.00","injury_class":-1"#), "out_of_range", Some("injury_class")),
        (employee(r#""wage":"1.00","injury_class":6,"injury_factor":110"#), "out_of_range", Some("injury_factor")),
        (employee(r#""wage":"1.00","injury_class":1,"injury_factor":50"#), "out_of_range", Some("injury_factor")),
        (surcharge(&format!(r#""principal":"-1",{days}"#)), "negative_amount", Some("principal")),
        (surcharge(r#""principal":"1","due":"1899-12-31","paid":"2017-09-15""#), "out_of_range", Some("due")),
        (surcharge(r#""principal":"1","due":"1998-12-31","paid":"2017-09-15""#), "not_in_force", Some("due")),
        (medical("2017-07", "gold"), "unknown_option", Some("option")),
        (medical("2018-01", "pooled_only"), "not_in_force", Some("month")),
        (flexible(r#""month":"2024-03","percent":60"#).replace("130400", "110000"), "unknown_area", Some("area")),
    ]);
}

#[test]
fn benefits_and_transfers_refuse_what_cannot_be() {
    let months = |paid: &str, carried: &str| {
        format!(r#"{{"calc":"unemployment.months","paid_months":{paid},"carried_months":{carried}}}"#)
    };
    let injury = |month: &str, grade: &str, wage: &str| {
        format!(r#"{{"calc":"injury.benefit","area":"130400","month":"{month}","grade":{grade},"own_wage":"{wage}"}}"#)
    };
    let survivor =
        |month: &str, rest: &str| format!(r#"{{"calc":"survivor","area":"130400","death_month":"{month}",{rest}}}"#);
    let place = |rest: &str| format!(r#"{{"calc":"transfer.place",{rest}}}"#);
    let amount = |rest: &str| format!(r#"{{"calc":"transfer.amount",{rest}}}"#);
    let years = vec!["\"1.00\""; 101].join(",");
    each_is_refused(&[
        (months("-1", "0"), "out_of_range", Some("paid_months")),
        (months("1201", "0"), "out_of_range", Some("paid_months")),
        (months("12", "-1"), "out_of_range", Some("carried_months")),
        (months("12", "25"), "out_of_range", Some("carried_months")),
        (months("12.5", "0"), "wrong_type", Some("paid_months")),
        (months("12", "null"), "wrong_type", Some("carried_months")),
        (injury("2023-06", "0", "1.00"), "out_of_range", Some("grade")),
        (injury("2023-06", "11", "1.00"), "out_of_range", Some("grade")),
        (injury("2023-06", "-3", "1.00"), "out_of_range", Some("grade")),
        (injury("2003-12", "3", "1.00"), "not_in_force", Some("month")),
        (injury("2023-06", "3", "-1.00"), "negative_amount", Some("own_wage")),
        (injury("2023-06", "3", "1000000000000000000"), "amount_too_large", Some("own_wage")),
        (survivor("2021-08", r#""paid_months":60,"drawn_months":null"#), "not_in_force", Some("death_month")),
        (survivor("2024-06", r#""paid_months":60"#), "missing_field", Some("drawn_months")),
        (survivor("2024-06", r#""paid_months":-1,"drawn_months":null"#), "out_of_range", Some("paid_months")),
        (survivor("2024-06", r#""paid_months":60,"drawn_months":-1"#), "out_of_range", Some("drawn_months")),
        (survivor("2024-06", r#""paid_months":60,"drawn_months":"3""#), "wrong_type", Some("drawn_months")),
        (place(r#""household":"HD""#), "missing_field", Some("relations")),
        (place(r#""household":"HD","relations":[]"#), "out_of_range", Some("relations")),
        (place(r#""household":"HD","relations":["BJ"]"#), "wrong_type", Some("relations")),
        (place(r#""household":"HD","relations":[{"area":"BJ"}]"#), "missing_field", Some("months")),
        (place(r#""household":"HD","relations":[{"area":"BJ","months":-1}]"#), "out_of_range", Some("relations")),
        (place(r#""household":" ","relations":[{"area":"BJ","months":1}]"#), "missing_field", Some("household")),
        (amount(r#""yearly_bases":"1.00","account":"1.00""#), "wrong_type", Some("yearly_bases")),
        (amount(r#""yearly_bases":[1],"account":"1.00""#), "wrong_type", Some("yearly_bases")),
        (amount(r#""yearly_bases":["-1.00"],"account":"1.00""#), "negative_amount", Some("yearly_bases")),
        (amount(r#""yearly_bases":["x"],"account":"1.00""#), "bad_amount", Some("yearly_bases")),
        (amount(r#""yearly_bases":[],"account":"-1.00""#), "negative_amount", Some("account")),
        (amount(&format!(r#""yearly_bases":[{years}],"account":"1.00""#)), "out_of_range", Some("yearly_bases")),
    ]);
}

#[test]
fn benefit_formulas_refuse_by_themselves_what_no_question_can_carry() {
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let month = |text: &str| text.parse().unwrap();
    let out_of_range = |error: FormulaError, expected: &str| {
        assert!(matches!(&error, FormulaError::OutOfRange { fact, .. } if *fact == expected), "{error:?}");
    };
    let minus = Fen::new(-1);
    let facts = injury::Facts { month: month("2023-06"), grade: 1, own_wage: minus };
    out_of_range(injury::assess(policy, facts).unwrap_err(), "own_wage");
    let none = injury_death::allowances(policy, month("2023-06"), Fen::ZERO, &[]).unwrap_err();
    out_of_range(none, "dependants");
    let many = [injury_death::Dependant::Relative; 51];
    out_of_range(injury_death::allowances(policy, month("2023-06"), Fen::ZERO, &many).unwrap_err(), "dependants");
    assert!(matches!(injury_death::lump_sums(policy, month("2027-01")), Err(FormulaError::NotInForce(_))));
    assert!(matches!(
        injury::nursing(policy, month("2027-01"), injury::Nursing::Part),
        Err(FormulaError::NotInForce(_))
    ));
    assert_eq!(injury::top_up(Fen::new(i64::MIN), Fen::new(i64::MAX)), Err(FormulaError::TooLarge));
    let facts = survivor::Facts {
        death_month: month("2024-06"),
        paid_months: 1,
        drawn_months: None,
        own_contributions: Some(minus),
    };
    out_of_range(survivor::assess(policy, facts).unwrap_err(), "own_contributions");
    let tier = unemployment::WageTier::Middle;
    out_of_range(unemployment::amount(policy, month("2023-06"), tier, -1).unwrap_err(), "months");
    assert!(matches!(unemployment::amount(policy, month("2022-06"), tier, 1), Err(FormulaError::NotInForce(_))));
    let day = "2017-07-01".parse().unwrap();
    out_of_range(place::kind_at_new_place(policy, day, kernel::Sex::Male, -1).unwrap_err(), "age_months");
    for (bases, account, fact) in [(vec![minus], Fen::ZERO, "yearly_bases"), (vec![], minus, "account")] {
        let facts = amount::Facts { on: day, yearly_bases: &bases, account };
        out_of_range(amount::assess(policy, facts).unwrap_err(), fact);
    }
    let huge = [Fen::new(i64::MAX); 100];
    let facts = amount::Facts { on: day, yearly_bases: &huge, account: Fen::ZERO };
    assert_eq!(amount::assess(policy, facts), Err(FormulaError::TooLarge));
}

#[test]
fn a_refusal_says_what_to_put_instead() {
    let (_, _, message) = refused(r#"{"calc":"contribution.flexible","area":"130400","month":"2027-01","percent":60}"#);
    assert_eq!(
        message,
        "base/average_annual is not in force on 2027-01-01: it is known from 2008-01-01 to 2026-12-31, put month within that"
    );
}

#[test]
fn a_line_that_is_too_long_or_not_text_does_not_stop_the_stream() {
    let mut input = vec![b'x'; (1 << 20) + 5];
    input.extend_from_slice(b"\n\xff\xfe\n{\"id\":1,\"calc\":\"credit_code\",\"credit_code\":\"\"}");
    let mut output = Vec::new();
    let summary = calc::run(input.as_slice(), &mut output, OPTIONS).unwrap();
    let lines: Vec<Value> = output
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let codes: Vec<&Value> = lines.iter().map(|line| &line["error"]["code"]).collect();
    assert_eq!(codes, [&Value::from("line_too_long"), &Value::from("not_json"), &Value::Null]);
    assert_eq!((lines[2]["id"].as_i64(), summary.refused, summary.answered), (Some(1), 2, 1));
}

#[test]
fn a_leaf_without_unit_citation_or_order_does_not_load() {
    let whole = "title = \"甲\"\ntitle_en = \"a\"\nunit = \"ratio\"\n\n[[value]]\nfrom = \"2006-01-01\"\nto = \"2010-12-31\"\nvalue = \"0.08\"\ncite = { document = \"d\", article = \"a\", status = \"recalled\", tag = \"K\" }\n";
    let parse = |text: &str| Leaf::parse("a/b", Level::National, text);
    assert!(parse(whole).is_ok());
    let second = "\n[[value]]\nfrom = \"2010-12-31\"\nvalue = \"0.09\"\ncite = { document = \"d\", article = \"a\", status = \"recalled\", tag = \"K\" }\n";
    let table = [
        (whole.replace("unit = \"ratio\"\n", ""), "a/b: missing field `unit`"),
        (whole.replace("unit = \"ratio\"", "unit = \"cowries\""), "a/b: \"cowries\" is not a Unit"),
        (whole.replace("cite = {", "site = {"), "a/b: unknown field `site`"),
        (whole.replace("document = \"d\", ", ""), "a/b: missing field `document`"),
        (whole.replace("document = \"d\"", "document = \" \""), "a/b: document is empty"),
        (whole.replace("status = \"recalled\"", "status = \"sure\""), "a/b: \"sure\" is not a Status"),
        (whole.replace("2006-01-01", "2006-02-30"), "a/b: 2006-02-30 is not a day"),
        (whole.replace("\"0.08\"", "\"8 %\""), "a/b: the value from 2006-01-01 is not of the unit ratio"),
        (whole.replace("\"0.08\"", "\"-0.08\""), "a/b: the value from 2006-01-01 is not of the unit ratio"),
        (whole.replace("\"0.08\"", "0.08"), "a/b: data did not match any variant of untagged enum ValueText"),
        (format!("{whole}{second}"), "a/b: the row from 2010-12-31 does not follow the one before it"),
        (whole.replace("2010-12-31", "2005-12-31"), "a/b: the row from 2006-01-01 does not follow the one before it"),
    ];
    for (text, expected) in table {
        let fault = parse(&text).unwrap_err().to_string();
        assert!(fault.starts_with(expected), "expected {expected}, found {fault}");
    }
}

#[test]
fn reading_outside_the_dates_names_parameter_and_day() {
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let day = |text: &str| text.parse::<Date>().unwrap();
    let read = |on: &str| {
        policy.medical.employer.on(day(on)).map(|read| read.value.in_percent()).map_err(|absent| absent.to_string())
    };
    assert_eq!(read("2015-06-30"), Err("medical/employer is not in force on 2015-06-30".to_owned()));
    assert_eq!(read("2015-07-01"), Ok("8%".to_owned()));
    assert_eq!(read("2017-12-31"), Ok("8%".to_owned()));
    assert_eq!(read("2018-01-01"), Err("medical/employer is not in force on 2018-01-01".to_owned()));
    let elsewhere = Policy::of(AreaCode::parse("130100").unwrap()).unwrap();
    assert_eq!(elsewhere.medical.employer.on(day("2018-01-01")).unwrap().value.in_percent(), "6%");
    assert!(elsewhere.medical.flexible_with_account.on(day("2017-01-01")).is_err());
}

#[test]
fn figures_beyond_64_bits_and_negative_ones_are_refused_by_the_formula_itself() {
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let assess = |fen: i64| {
        let (due, paid) = ("2012-01-01".parse().unwrap(), "2199-12-31".parse().unwrap());
        policy::surcharge::assess(policy, policy::surcharge::Facts { principal: Fen::new(fen), due, paid })
    };
    assert_eq!(assess(i64::MAX), Err(FormulaError::TooLarge));
    assert!(matches!(assess(-1), Err(FormulaError::OutOfRange { fact: "principal", .. })));
    let facts = employee::Facts::new("2024-03".parse().unwrap(), Fen::new(-1));
    assert!(matches!(employee::assess(policy, facts), Err(FormulaError::OutOfRange { fact: "wage", .. })));
}

#[test]
fn who_collects_is_a_dated_parameter() {
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let of = |payer, insurance, on: &str| {
        policy.collection.of(payer, insurance).map(|dated| *dated.on(on.parse().unwrap()).unwrap().value)
    };
    assert_eq!(of(Payer::Employer, Insurance::Pension, "2017-07-01"), Some(Collector::Agency));
    assert_eq!(of(Payer::Employer, Insurance::Pension, "2024-07-01"), Some(Collector::TaxOffice));
    assert_eq!(of(Payer::FlexibleWorker, Insurance::Pension, "2024-07-01"), Some(Collector::Agency));
    assert_eq!(of(Payer::FlexibleWorker, Insurance::Injury, "2024-07-01"), None);
}

#[test]
fn there_is_no_policy_for_another_province_and_no_reading_that_the_sources_do_not_give() {
    let beijing = AreaCode::parse("110000").unwrap();
    assert_eq!(Policy::of(beijing), Err(NoPolicy::UnknownArea(beijing)));
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    assert!(policy.read_otherwise("pension/employee").is_err());
    assert!(policy.read_otherwise("pension/nothing").is_err());
    assert_ne!(policy.read_otherwise("medical/employer").unwrap().hash(), policy.hash());
}

#[test]
fn the_book_loads_and_says_what_is_not_confirmed() {
    let report = policy::check();
    assert_eq!(report.faults, []);
    assert!(report.leaves >= 45, "{}", report.leaves);
    let open = |name: &str, from: &str| {
        report.unconfirmed.iter().any(|row| row.name == name && row.from == from.parse::<Date>().unwrap())
    };
    assert!(open("base/floor", "2019-05-01") && open("medical/employer", "2015-07-01"));
    assert!(!open("surcharge/daily_rate", "2011-07-01"));
    assert!(report.to_string().ends_with("rows not confirmed\n"));
}

#[test]
fn showing_a_value_gives_its_source_or_says_why_not() {
    let show = |name: &str, on: &str| policy::show(name, on.parse().unwrap(), AreaCode::HANDAN);
    let text = show("medical/employer", "2017-07-01").unwrap();
    for part in ["medical/employer = 8%", "邯郸市社保网上缴费已实现", "uncertain", "or 6%", "2015-07-01 to 2017-12-31"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(matches!(show("medical/employer", "2018-01-01"), Err(ShowError::NotInForce { .. })));
    let unknown = show("medical/nothing", "2018-01-01").unwrap_err().to_string();
    assert!(unknown.contains("medical/employer") && !unknown.contains("pension/employer"), "{unknown}");
    let elsewhere = policy::show("base/floor", "2018-01-01".parse().unwrap(), AreaCode::parse("110000").unwrap());
    assert!(matches!(elsewhere, Err(ShowError::NoPolicy(_))));
}

fn year(rest: &str) -> String {
    let credits = r#""credits":["1.00","1.00","1.00","1.00","1.00","1.00","1.00","1.00","1.00","1.00","1.00","1.00"]"#;
    format!(r#"{{"calc":"account.year",{credits},{rest}}}"#)
}

fn index(bases: &str) -> String {
    format!(r#"{{"calc":"index","area":"130400","bases":{bases}}}"#)
}

fn birth(category: &str, birth: &str) -> String {
    format!(r#"{{"calc":"retirement.date","category":"{category}","birth":"{birth}"}}"#)
}

/// A good question of a pension with one field put otherwise; nothing leaves it out.
fn pension(field: &str, value: Option<Value>) -> String {
    let good = r#"{"calc":"pension","area":"130400","retire_month":"2024-06","index":"1.0500","months":420,"deemed_months":96,"deemed_index":"1.0500","balance":"120000.00","age":{"years":60,"months":0}}"#;
    let mut question: Value = serde_json::from_str(good).unwrap();
    match value {
        Some(value) => question[field] = value,
        None => drop(question.as_object_mut().unwrap().remove(field)),
    }
    question.to_string()
}

#[test]
fn a_year_of_the_account_that_cannot_be_has_its_code() {
    let most = r#""year":2024,"method":"monthly","opening":"9999999999999.00""#;
    each_is_refused(&[
        (year(r#""year":2024,"method":"monthly""#), "missing_field", Some("opening")),
        (year(r#""year":"2024","method":"monthly","opening":"1.00""#), "wrong_type", Some("year")),
        (year(r#""year":1899,"method":"monthly","opening":"1.00""#), "out_of_range", Some("year")),
        (year(r#""year":2004,"method":"monthly","opening":"1.00""#), "not_in_force", Some("year")),
        (year(r#""year":2016,"method":"half_rate","opening":"1.00""#), "not_in_force", Some("year")),
        (year(r#""year":2024,"method":"daily","opening":"1.00""#), "unknown_option", Some("method")),
        (year(r#""year":2024,"method":"monthly","opening":"-1.00""#), "negative_amount", Some("opening")),
        (
            year(r#""year":2024,"method":"monthly","opening":"1000000000000000000""#),
            "amount_too_large",
            Some("opening"),
        ),
        (year(r#""year":2024,"method":"monthly","opening":"1.00","rate":0.03"#), "wrong_type", Some("rate")),
        (year(r#""year":2024,"method":"monthly","opening":"1.00","rate":"3%""#), "bad_number", Some("rate")),
        (year(r#""year":2024,"method":"monthly","opening":"1.00","rate":"1.01""#), "out_of_range", Some("rate")),
        (year(r#""year":2024,"method":"monthly","opening":"1.00","rate":"-0.01""#), "out_of_range", Some("rate")),
        (year(r#""year":2024,"method":"monthly","opening":"1.00","colour":1"#), "unknown_field", Some("colour")),
        (year(most).replace(r#"["1.00","#, "["), "out_of_range", Some("credits")),
        (year(most).replace(r#"["1.00","#, "[1,"), "wrong_type", Some("credits")),
        (year(most).replace(r#"["1.00","#, r#"["-1.00","#), "negative_amount", Some("credits")),
    ]);
}

#[test]
fn an_index_or_a_birth_that_cannot_be_has_its_code() {
    each_is_refused(&[
        (index("[]"), "out_of_range", Some("bases")),
        (index("7"), "wrong_type", Some("bases")),
        (index("[7]"), "wrong_type", Some("bases")),
        (index(r#"[{"month":"2024-03"}]"#), "missing_field", Some("base")),
        (index(r#"[{"month":"2024-03","base":"1.00","colour":1}]"#), "unknown_field", Some("colour")),
        (index(r#"[{"month":"2024-13","base":"1.00"}]"#), "bad_month", Some("month")),
        (index(r#"[{"month":"2007-12","base":"1.00"}]"#), "not_in_force", Some("month")),
        (index(r#"[{"month":"2027-01","base":"1.00"}]"#), "not_in_force", Some("month")),
        (index(r#"[{"month":"2024-03","base":"-1.00"}]"#), "negative_amount", Some("base")),
        (
            index(r#"[{"month":"2024-03","base":"1.00"},{"month":"2024-03","base":"2.00"}]"#),
            "out_of_range",
            Some("bases"),
        ),
        (birth("M61", "1970-01"), "unknown_option", Some("category")),
        (birth("M60", "1970-13"), "bad_month", Some("birth")),
        (birth("M60", "1970-02-30"), "bad_date", Some("birth")),
        (birth("M60", "1899-01"), "out_of_range", Some("birth")),
        (birth("M60", "2180-01"), "out_of_range", Some("birth")),
        (birth("M60", "1900-01"), "not_in_force", Some("birth")),
    ]);
}

#[test]
fn a_pension_that_cannot_be_has_its_code() {
    let put = |field: &str, value: Value| pension(field, Some(value));
    let age = |years: i64, months: i64| serde_json::json!({ "years": years, "months": months });
    for field in ["area", "retire_month", "index", "months", "deemed_months", "deemed_index", "balance", "age"] {
        let (code, at, _) = refused(&pension(field, None));
        assert_eq!((code.as_str(), at.as_deref()), ("missing_field", Some(field)));
    }
    each_is_refused(&[
        (put("retire_month", "2016-12".into()), "not_in_force", Some("retire_month")),
        (put("retire_month", "2024-06-01".into()), "bad_month", Some("retire_month")),
        (put("index", 1.05.into()), "wrong_type", Some("index")),
        (put("index", "1,05".into()), "bad_number", Some("index")),
        (put("index", "-0.1".into()), "out_of_range", Some("index")),
        (put("index", "3.0001".into()), "out_of_range", Some("index")),
        (put("deemed_index", "3.0001".into()), "out_of_range", Some("deemed_index")),
        (put("months", (-1).into()), "out_of_range", Some("months")),
        (put("months", 721.into()), "out_of_range", Some("months")),
        (put("months", 1_000_000_000_000_000_000i64.into()), "out_of_range", Some("months")),
        (put("months", 3.5.into()), "wrong_type", Some("months")),
        (put("deemed_months", 421.into()), "out_of_range", Some("deemed_months")),
        (put("deemed_months", (-1).into()), "out_of_range", Some("deemed_months")),
        (put("balance", "-0.01".into()), "negative_amount", Some("balance")),
        (put("balance", "1000000000000000000".into()), "amount_too_large", Some("balance")),
        (put("age", 60.into()), "wrong_type", Some("age")),
        (put("age", age(39, 11)), "out_of_range", Some("age")),
        (put("age", age(60, 12)), "out_of_range", Some("age")),
        (put("age", age(i64::MAX, 0)), "out_of_range", Some("age")),
        (put("age", serde_json::json!({ "years": 60 })), "missing_field", Some("months")),
        (put("divisor", "rounded".into()), "unknown_option", Some("divisor")),
        (put("calc_base", "-1.00".into()), "negative_amount", Some("calc_base")),
        (put("colour", "red".into()), "unknown_field", Some("colour")),
        (put("area", "110000".into()), "unknown_area", Some("area")),
    ]);
}

#[test]
fn formulas_of_the_pension_refuse_overflow_and_what_no_calculation_asks() {
    use policy::{account, certification, inspection, pension, retirement, surcharge::allocation};
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let out_of_range = |refused: Result<(), FormulaError>, wanted: &str| match refused {
        Err(FormulaError::OutOfRange { fact, allowed }) => assert_eq!((fact, allowed.is_empty()), (wanted, false)),
        other => panic!("{wanted}: {other:?}"),
    };
    let month = |text: &str| text.parse::<kernel::Month>().unwrap();
    let day = |text: &str| text.parse::<Date>().unwrap();
    let full = account::year::Facts::of(2024, Fen::new(i64::MAX), [Fen::ZERO; 12]);
    assert_eq!(account::year::assess(policy, full).map(|_| ()), Err(FormulaError::TooLarge));
    let full = account::year::Facts::of(2024, Fen::ZERO, [Fen::new(i64::MAX); 12]);
    assert_eq!(account::year::assess(policy, full).map(|_| ()), Err(FormulaError::TooLarge));
    let negative = account::year::Facts::of(2024, Fen::new(-1), [Fen::ZERO; 12]);
    out_of_range(account::year::assess(policy, negative).map(|_| ()), "opening");
    let through = account::year::Through::Month(13);
    let beyond = account::year::Facts { through, ..account::year::Facts::of(2024, Fen::ZERO, [Fen::ZERO; 12]) };
    out_of_range(account::year::assess(policy, beyond).map(|_| ()), "through");
    let backwards = account::life::Facts { opening: Fen::ZERO, years: &[], first: 2025, through: month("2024-12") };
    out_of_range(account::life::assess(policy, backwards).map(|_| ()), "years");
    let huge = [pension::index::MonthBase { month: month("2024-03"), base: Fen::new(i64::MAX) }];
    assert!(pension::index::assess(policy, &huge, None).is_ok(), "a huge base is exact, not refused here");
    out_of_range(retirement::entitlement(policy, month("2024-03"), -1).map(|_| ()), "months");
    let wish = retirement::chosen(policy, retirement::Category::Men, month("1976-09"), month("2036-08"));
    out_of_range(wish.map(|_| ()), "retire_month");
    let choice = retirement::choice(policy, retirement::Category::Men, month("1957-08"));
    assert!(matches!(choice, Err(FormulaError::NotInForce(_))), "before 2025 there was no choice");
    let special = retirement::assess(policy, retirement::Category::MenSpecial, month("1975-01"));
    assert!(matches!(special, Err(FormulaError::NotInForce(_))), "not known after 2024");
    let early = certification::next(policy, month("1950-03"), day("2012-05-01"));
    assert!(matches!(early, Err(FormulaError::NotInForce(_))));
    let monthly = Fen::new(-1);
    let (suspended_from, passed, cut_off) = (month("2018-04"), day("2018-06-20"), day("2018-06-25"));
    let pass = certification::LatePass { suspended_from, passed, cut_off, monthly };
    out_of_range(certification::resume(pass).map(|_| ()), "monthly");
    let sooner = certification::LatePass { passed: day("2018-03-31"), monthly: Fen::ZERO, ..pass };
    out_of_range(certification::resume(sooner).map(|_| ()), "passed");
    let debt = allocation::Debt {
        month: month("2017-05"),
        worker: Fen::ZERO,
        unit: Fen::ZERO,
        surcharge: Fen::ZERO,
        since: day("2017-05-31"),
    };
    out_of_range(allocation::allocate(policy, &[debt], Fen::new(-1), passed).map(|_| ()), "payment");
    out_of_range(allocation::allocate(policy, &[debt, debt], Fen::ZERO, passed).map(|_| ()), "debts");
    let unit = inspection::UnitKind::Enterprise;
    assert!(matches!(inspection::duty(policy, unit, 1998), Err(FormulaError::NotInForce(_))));
}
