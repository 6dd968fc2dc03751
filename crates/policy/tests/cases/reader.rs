//! Reads a formula as a person with an exact calculator would.

use super::exact::Number;
use chrono::NaiveDate;
use kernel::Month;
use std::cmp::Ordering;

/// What a formula may speak of.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Number(Number),
    Month(Month),
    Day(NaiveDate),
}

impl Value {
    pub(crate) fn number(self) -> Number {
        match self {
            Value::Number(number) => number,
            Value::Month(_) | Value::Day(_) => panic!("a number was wanted, not {self:?}"),
        }
    }

    pub(crate) fn order(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Month(one), Value::Month(other)) => one.cmp(other),
            (Value::Day(one), Value::Day(other)) => one.cmp(other),
            (one, other) => one.clone().number().order(&other.clone().number()),
        }
    }
}

/// The largest whole number that is not above; of small numbers, as months are counted in.
pub(crate) fn floor(number: &Number) -> i64 {
    let (mut low, mut high) = (-100_000i64, 100_000i64);
    while low < high {
        let middle = (low + high + 1).div_euclid(2);
        if Number::whole(middle).order(number) == Ordering::Greater { high = middle - 1 } else { low = middle }
    }
    low
}

/// Small whole numbers, as months are counted in.
pub(crate) fn small(number: &Number) -> i64 {
    let floor = floor(number);
    assert_eq!(Number::whole(floor).order(number), Ordering::Equal, "{number:?} is no whole number");
    floor
}

pub(crate) struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    pub(crate) fn takes(&mut self, sign: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(sign);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    pub(crate) fn must(&mut self, sign: &str) {
        assert!(self.takes(sign), "{sign} expected before {}", self.rest);
    }

    pub(crate) fn sum(&mut self) -> Value {
        let mut sum = self.product();
        loop {
            let minus = if self.takes("+ ") {
                false
            } else if self.takes("- ") {
                true
            } else {
                return sum;
            };
            let next = self.product();
            sum = match (sum, next, minus) {
                (Value::Month(month), Value::Number(count), _) => {
                    let count = small(&count);
                    Value::Month(month.plus(i32::try_from(if minus { -count } else { count }).unwrap()).unwrap())
                }
                (Value::Month(one), Value::Month(other), true) => Value::Number(Number::whole(one.since(other).into())),
                (Value::Day(one), Value::Day(other), true) => Value::Number(Number::whole((one - other).num_days())),
                (one, other, minus) => {
                    let other = other.number();
                    Value::Number(one.number().plus(&if minus { other.minus() } else { other }))
                }
            };
        }
    }

    pub(crate) fn product(&mut self) -> Value {
        let mut product = self.one();
        loop {
            if self.takes("×") {
                product = Value::Number(product.number().times(&self.one().number()));
            } else if self.takes("÷") {
                product = Value::Number(product.number().over(&self.one().number()));
            } else {
                return product;
            }
        }
    }

    pub(crate) fn one(&mut self) -> Value {
        for (name, wanted) in [("min(", Ordering::Less), ("max(", Ordering::Greater)] {
            if self.takes(name) {
                let mut best = self.sum();
                while self.takes(",") {
                    let next = self.sum();
                    if next.order(&best) == wanted {
                        best = next;
                    }
                }
                self.must(")");
                return best;
            }
        }
        if self.takes("⌊") {
            let inside = self.sum().number();
            self.must("⌋");
            return Value::Number(Number::whole(floor(&inside)));
        }
        if self.takes("(") {
            let inside = self.sum();
            self.must(")");
            return inside;
        }
        self.figure()
    }

    pub(crate) fn figure(&mut self) -> Value {
        let text = self.rest.trim_start();
        let of_figure = |sign: char| sign.is_ascii_digit() || sign == '.' || sign == '-' || sign == '/';
        let end = text.find(|sign| !of_figure(sign)).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.rest = rest;
        match word.matches('-').count() {
            1 => return Value::Month(word.parse().unwrap_or_else(|_| panic!("{word} in {text} is no month"))),
            2 => return Value::Day(word.parse().unwrap_or_else(|_| panic!("{word} in {text} is no day"))),
            _ => {}
        }
        let number = decimal(word);
        Value::Number(if self.takes("%") { number.times(&Number::new(1, 100)) } else { number })
    }
}

pub(crate) fn decimal(text: &str) -> Number {
    if let Some((above, below)) = text.split_once('/') {
        return decimal(above).over(&decimal(below));
    }
    let (units, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits: u128 = format!("{units}{decimals}").parse().unwrap_or_else(|_| panic!("{text:?} is no number"));
    Number::new(digits, 10u128.pow(u32::try_from(decimals.len()).unwrap()))
}

pub(crate) fn read(formula: &str) -> Value {
    let mut reader = Reader { rest: formula };
    let value = reader.sum();
    assert_eq!(reader.rest.trim(), "", "{formula}");
    value
}
