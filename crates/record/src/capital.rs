//! Amounts in Chinese capitals (大写金额), which cannot be altered by a stroke of the pen.
//!
//! Law: the payment and settlement rules (支付结算办法, annex 1): 零 stands for a gap between digits, once however many
//! noughts it covers; 整 follows 元 and 角, never 分.

use kernel::Fen;

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
/// Units from the largest down: its value, its name, and below what a remainder leaves a gap.
const UNITS: [(u64, &str, u64); 5] =
    [(100_000_000, "亿", 10_000_000), (10_000, "万", 1_000), (1_000, "仟", 100), (100, "佰", 10), (10, "拾", 1)];

/// `784.11` yuan as `柒佰捌拾肆元壹角壹分`; nothing is `零元整`, a debt begins with `负`.
pub fn capital(amount: Fen) -> String {
    let magnitude = amount.fen().unsigned_abs();
    let (yuan, jiao, fen) = (magnitude / 100, magnitude / 10 % 10, magnitude % 10);
    let mut text = String::from(if amount.is_negative() { "负" } else { "" });
    if yuan > 0 {
        text.push_str(&spelled(yuan));
        text.push('元');
    }
    if jiao > 0 {
        text.push_str(digit(jiao));
        text.push('角');
    }
    match (yuan, jiao, fen) {
        (0, 0, 0) => text.push_str("零元整"),
        (_, _, 0) => text.push('整'),
        (1.., 0, _) => text.push_str(&format!("零{}分", digit(fen))),
        (_, _, _) => text.push_str(&format!("{}分", digit(fen))),
    }
    text
}

fn digit(value: u64) -> &'static str {
    usize::try_from(value).ok().and_then(|index| DIGITS.get(index)).copied().unwrap_or_default()
}

/// A whole number above nought: the digits before the largest unit that fits, the unit, and what remains.
fn spelled(number: u64) -> String {
    let Some((value, name, gap)) = UNITS.into_iter().find(|(value, _, _)| number >= *value) else {
        return digit(number).to_owned();
    };
    let rest = number % value;
    let head = spelled(number / value);
    match rest {
        0 => format!("{head}{name}"),
        _ if rest < gap => format!("{head}{name}零{}", spelled(rest)),
        _ => format!("{head}{name}{}", spelled(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_rules_are_right() {
        for (amount, words) in [
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
            ("107000.53", "壹拾万柒仟元伍角叁分"),
            ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
            ("325.04", "叁佰贰拾伍元零肆分"),
            ("784.11", "柒佰捌拾肆元壹角壹分"),
            ("330", "叁佰叁拾元整"),
            ("10", "壹拾元整"),
            ("0", "零元整"),
            ("0.05", "伍分"),
            ("0.5", "伍角整"),
            ("0.55", "伍角伍分"),
            ("100000000", "壹亿元整"),
            ("100000001", "壹亿零壹元整"),
            ("10010001.01", "壹仟零壹万零壹元零壹分"),
            ("2000000300.00", "贰拾亿零叁佰元整"),
            ("1200000000000", "壹万贰仟亿元整"),
            ("-12", "负壹拾贰元整"),
        ] {
            assert_eq!(capital(amount.parse().unwrap()), words, "{amount}");
        }
    }

    /// Reads capitals back by place value, knowing nothing of how they were written.
    fn read(text: &str) -> i64 {
        let (sign, text) = text.strip_prefix('负').map_or((1, text), |rest| (-1, rest));
        let (yuan, rest) = text.split_once('元').unwrap_or(("", text));
        let (mut whole, mut section, mut one) = (0i64, 0i64, 0i64);
        for c in yuan.chars() {
            match c {
                '拾' | '佰' | '仟' => {
                    section += one * [10, 100, 1000]["拾佰仟".chars().position(|unit| unit == c).unwrap()];
                    one = 0;
                }
                '万' => {
                    whole += (section + one) * 10_000;
                    (section, one) = (0, 0);
                }
                '亿' => {
                    whole = (whole + section + one) * 100_000_000;
                    (section, one) = (0, 0);
                }
                _ => one = DIGITS.iter().position(|digit| digit.starts_with(c)).unwrap().try_into().unwrap(),
            }
        }
        let mut fen = (whole + section + one) * 100;
        let mut last = 0;
        for c in rest.chars() {
            match c {
                '角' => fen += last * 10,
                '分' => fen += last,
                '整' => {}
                _ => last = DIGITS.iter().position(|digit| digit.starts_with(c)).unwrap().try_into().unwrap(),
            }
        }
        sign * fen
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(fen in prop_oneof![0i64..1_000_000, -Fen::LIMIT.fen()..=Fen::LIMIT.fen(), (0i64..10_000_000).prop_map(|yuan| yuan * 10_000)]) {
            let text = capital(Fen::new(fen));
            prop_assert_eq!(read(&text), fen, "{}", text);
            prop_assert!(!text.contains("零零") && !text.contains("零元零") && !text.ends_with("分整"), "{}", text);
        }
    }
}
