//! A change in a sentence, in Chinese and in English.

use super::Change;
use crate::debt::{Act, Cell, Situation, Verdict};
use crate::parameter::{MonthDay, Unit, Value};
use crate::reform::Reform;
use kernel::{Date, Fen, Insurance, Rate};

/// A text in both languages.
struct Both {
    zh: String,
    en: String,
}

fn both(zh: impl Into<String>, en: impl Into<String>) -> Both {
    Both { zh: zh.into(), en: en.into() }
}

/// `2019年5月1日`.
fn chinese_day(day: Date) -> String {
    day.format("%Y年%-m月%-d日").to_string()
}

pub(super) fn chinese(change: &Change) -> String {
    let Change { title, audience, since, old, new, .. } = change;
    let (since, who) = (chinese_day(*since), audience.zh);
    let said = |value: &Value| value_of(change, value).zh;
    let more = step(change).map(|step| format!("，{}", step.zh)).unwrap_or_default();
    match (old, new) {
        (Some(old), Some(new)) => format!("【{who}】{title}：{since}起由“{}”改为“{}”{more}。", said(old), said(new)),
        (None, Some(new)) => format!("【{who}】{title}：此前没有或不详，{since}起为“{}”。", said(new)),
        (Some(old), None) => format!("【{who}】{title}：原为“{}”，{since}起没有或不详。", said(old)),
        (None, None) => format!("【{who}】{title}"),
    }
}

pub(super) fn english(change: &Change) -> String {
    let Change { title_en: title, audience, since, old, new, .. } = change;
    let who = audience.en;
    let said = |value: &Value| value_of(change, value).en;
    let more = step(change).map(|step| format!(", {}", step.en)).unwrap_or_default();
    match (old, new) {
        (Some(old), Some(new)) => {
            format!("For {who}: {title}: since {since} “{}” instead of “{}”{more}.", said(new), said(old))
        }
        (None, Some(new)) => format!("For {who}: {title}: none or not known before, since {since} “{}”.", said(new)),
        (Some(old), None) => format!("For {who}: {title}: it was “{}”, none or not known since {since}.", said(old)),
        (None, None) => format!("For {who}: {title}"),
    }
}

/// How far the new value lies from the old one, where both are one number.
fn step(change: &Change) -> Option<Both> {
    let (up, amount) = match (change.old.as_ref()?, change.new.as_ref()?) {
        (Value::Ratio(old), Value::Ratio(new)) => (new > old, points(*old.min(new), *old.max(new))?),
        (Value::Money(old), Value::Money(new)) => {
            let apart = old.max(new).checked_sub(*old.min(new)).ok()?;
            (new > old, both(format!("{}元", apart.grouped()), format!("{} yuan", apart.grouped())))
        }
        (Value::Count(old), Value::Count(new)) => (new > old, counted(old.abs_diff(*new), change.unit)),
        (
            Value::Ratio(_)
            | Value::Ratios(_)
            | Value::Money(_)
            | Value::Count(_)
            | Value::Counts(_)
            | Value::MonthDay(_)
            | Value::Word(_),
            _,
        ) => return None,
    };
    let (zh, en) = if up { ("提高", "more") } else { ("降低", "less") };
    Some(both(format!("{zh}{}", amount.zh), format!("{} {en}", amount.en)))
}

/// Percentage points between two rates.
fn points(lower: Rate, higher: Rate) -> Option<Both> {
    let apart = higher.plus(lower.times(Rate::new(-1, 1).ok()?).ok()?).ok()?;
    let text = apart.times(Rate::new(100, 1).ok()?).ok()?.to_string();
    let unit = if text == "1" { "percentage point" } else { "percentage points" };
    Some(both(format!("{text}个百分点"), format!("{text} {unit}")))
}

fn counted(count: impl Into<i128>, unit: Unit) -> Both {
    let count = count.into();
    let plural = if count == 1 { "" } else { "s" };
    match unit {
        Unit::Months | Unit::MonthsList => both(format!("{count}个月"), format!("{count} month{plural}")),
        Unit::Days => both(format!("{count}日"), format!("{count} day{plural}")),
        Unit::WorkingDays => both(format!("{count}个工作日"), format!("{count} working day{plural}")),
        Unit::Times => both(format!("{count}倍"), format!("{count} time{plural}")),
        Unit::Percent | Unit::Percents => both(format!("{count}%"), format!("{count}%")),
        Unit::Ratio | Unit::Ratios | Unit::YuanMonth | Unit::YuanYear | Unit::MonthDay | Unit::Text => {
            both(count.to_string(), count.to_string())
        }
    }
}

fn money(amount: Fen, unit: Unit) -> Both {
    let (zh, en) = if unit == Unit::YuanYear { ("元/年", "yuan a year") } else { ("元/月", "yuan a month") };
    both(format!("{}{zh}", amount.grouped()), format!("{} {en}", amount.grouped()))
}

/// A value as people read it.
fn value_of(change: &Change, value: &Value) -> Both {
    let listed = |items: Vec<Both>| {
        let (zh, en): (Vec<String>, Vec<String>) = items.into_iter().map(|item| (item.zh, item.en)).unzip();
        both(zh.join("、"), en.join(", "))
    };
    match value {
        Value::Ratio(rate) => both(rate.in_percent(), rate.in_percent()),
        Value::Ratios(rates) => listed(rates.iter().map(|rate| both(rate.in_percent(), rate.in_percent())).collect()),
        Value::Money(amount) => money(*amount, change.unit),
        Value::Count(count) => counted(*count, change.unit),
        Value::Counts(counts) => listed(counts.iter().map(|count| counted(*count, change.unit)).collect()),
        Value::MonthDay(MonthDay { month, day }) => both(format!("{month}月{day}日"), format!("{month:02}-{day:02}")),
        Value::Word(word) => worded(change.reform(), word),
    }
}

/// The options of the switches, by their words.
const WORDS: &[(&str, &str, &str)] = &[
    ("agency", "社保经办机构", "the agency"),
    ("tax_office", "税务机关", "the tax office"),
    ("fen", "取整到分", "to the fen"),
    ("yuan", "取整到元", "to the yuan"),
    ("none", "不以本金为限", "no cap"),
    ("principal", "以本金为限", "capped at the principal"),
    ("tiers", "只可选所列档次", "only the tiers listed"),
    ("range", "范围内任选", "anything within the range"),
    ("records_only", "只转记录", "records only"),
    ("money", "资金同转", "the money as well"),
    ("jiao", "见分进角", "up to the jiao"),
    ("monthly", "月积数法", "month product"),
    ("annual", "年度计算法", "annual method"),
    ("half_rate", "当年记账按半率", "half the rate for the year's credits"),
    ("average_wage", "全省平均工资", "the average wage of the province"),
    ("own_average", "停工前一年本人平均工资", "the own average of the year before"),
    ("sum_of_bases", "个人基数之和", "the sum of bases"),
    ("payroll", "工资总额", "the payroll"),
    ("receipt_month", "自到账当月", "from the month of receipt"),
    ("fee_month", "自费款所属月", "from the fee month"),
    ("not_yet", "尚未建立", "not yet"),
    ("kept", "已建立", "kept"),
    ("average", "等于平均缴费工资指数", "as the average index"),
    ("interpolated", "按月插值", "interpolated by months of age"),
    ("whole", "按整岁", "by whole years of age"),
    ("F55", "五十五岁一类", "as women in posts of 55"),
    ("month_first", "先旧月，逐月抵清", "month by month, oldest first"),
    ("principal_first", "先抵全部本金", "all principal first"),
    ("surcharge", "加收滞纳金", "a surcharge"),
    ("no_surcharge", "不加收滞纳金", "no surcharge"),
    ("month_end", "当月最后一日", "the last day of the month"),
    ("calendar_year", "自然年度内", "within the calendar year"),
    ("half_year_of_birth", "按出生半年", "in the half year of birth"),
    ("twelve_months", "自上次通过起十二个月", "twelve months from the last pass"),
    ("required", "须先比对并联系", "comparison and contact first"),
    ("not_required", "不要求", "not required"),
    ("yearly", "每年", "each year"),
    ("transition", "过渡期", "transition"),
    ("ended", "已停止", "ended"),
];

/// A word in its language: the rule of a reform, a verdict of the table of debts, or one of the options of a switch.
fn worded(reform: Option<Reform>, word: &str) -> Both {
    if let (Some(reform), Ok(rule)) = (reform, word.parse()) {
        let words = reform.words(rule);
        return both(words.zh, words.en);
    }
    if let Ok(verdict) = word.parse::<Verdict>() {
        let label = verdict.label();
        return both(label.zh, label.en);
    }
    let known = WORDS.iter().find(|(option, _, _)| *option == word);
    let (zh, en) = known.map_or((word, word), |(_, zh, en)| (*zh, *en));
    both(zh, en)
}

/// The title of a cell: whose debt of which insurance, for which act.
pub(super) fn of_cell(cell: &Cell) -> (String, String) {
    let act = match cell.act {
        Act::Enrol => ("新增参保", "enrolment of new staff"),
        Act::Retire => ("退休", "retirement"),
        Act::TransferOut => ("转出养老保险关系", "transfer of the pension relation"),
        Act::ClaimUnemployment => ("申领失业保险金", "claim of unemployment benefit"),
    };
    let insurance = match cell.insurance {
        Insurance::Pension => ("养老", "pension"),
        Insurance::Medical => ("医疗", "medical"),
        Insurance::Unemployment => ("失业", "unemployment"),
        Insurance::Injury => ("工伤", "work injury"),
        Insurance::Maternity => ("生育", "maternity"),
    };
    let situation = match cell.situation {
        Situation::OwnMonths => ("本人月份", "for the person's own months"),
        Situation::OtherMonths => ("他人月份", "for others' months"),
        Situation::OwnMonthsBankrupt => ("破产单位本人月份", "for the person's own months, employer bankrupt"),
        Situation::OtherMonthsBankrupt => ("破产单位他人月份", "for others' months, employer bankrupt"),
    };
    (
        format!("{}欠费（{}）对{}", insurance.0, situation.0, act.0),
        format!("{} arrears ({}) and {}", insurance.1, situation.1, act.1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;
    use kernel::AreaCode;

    #[test]
    fn every_option_of_every_switch_is_said_in_both_languages() {
        for leaf in Policy::of(AreaCode::HANDAN).unwrap().leaves() {
            let reform = leaf.heading.name.strip_prefix("reform/").and_then(|name| name.parse().ok());
            for row in &leaf.rows {
                if let Value::Word(word) = &row.value {
                    let said = worded(reform, word);
                    assert_ne!(said.zh, *word, "{}", leaf.heading.name);
                }
            }
        }
    }
}
