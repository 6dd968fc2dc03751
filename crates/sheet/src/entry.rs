//! A row that reads: its values checked by their types; and of one that does not, what is wrong and what to type instead.

use crate::amount::AmountFault;
use crate::column::Column;
use crate::day::{DayFault, Epoch};
use crate::plain::{half_width, without_blanks};
use crate::table::Cell;
use crate::{amount, day};
use kernel::{Date, Fen, IdNumber, IdNumberError, Insurance};

/// A row that reads. What the kind of file needs is there; the rest may be missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The identity number, upgraded to 18 characters where 15 were typed.
    pub id_number: IdNumber,
    /// The name.
    pub name: Option<String>,
    /// From which day.
    pub from: Option<Date>,
    /// Until which day.
    pub until: Option<Date>,
    /// The monthly wage.
    pub wage: Option<Fen>,
    /// Which insurances; none where the column is missing or empty: all that the law asks for.
    pub insurances: Option<Vec<Insurance>>,
    /// A mobile number of the mainland.
    pub phone: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// What is wrong with a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing stands where something must.
    Missing,
    /// Excel shows an error in it.
    CellError,
    /// No identity number.
    IdNumber(IdNumberError),
    /// An identity number kept as a number, which loses all digits after the fifteenth.
    DigitsLost,
    /// The same identity number stands in another row.
    Repeated {
        /// In which.
        row: u32,
    },
    /// Digits or signs in a name, or more than fifty letters.
    Name,
    /// No day.
    Day(DayFault),
    /// No amount.
    Amount(AmountFault),
    /// A word that names no insurance.
    Insurance,
    /// Not eleven digits beginning with 1.
    Phone,
}

impl Fault {
    /// The stable code, in snake case.
    pub const fn code(self) -> &'static str {
        match self {
            Fault::Missing => "cell_missing",
            Fault::CellError => "cell_error",
            Fault::IdNumber(IdNumberError::Length) => "cell_id_length",
            Fault::IdNumber(IdNumberError::Characters) => "cell_id_characters",
            Fault::IdNumber(IdNumberError::Province) => "cell_id_province",
            Fault::IdNumber(IdNumberError::Birthday) => "cell_id_birthday",
            Fault::IdNumber(IdNumberError::CheckDigit) => "cell_id_check_digit",
            Fault::DigitsLost => "cell_id_digits_lost",
            Fault::Repeated { .. } => "cell_id_repeated",
            Fault::Name => "cell_name",
            Fault::Day(DayFault::NotADay) => "cell_day",
            Fault::Day(DayFault::Ambiguous(..)) => "cell_day_ambiguous",
            Fault::Day(DayFault::OutOfRange) => "cell_day_out_of_range",
            Fault::Amount(AmountFault::NotMoney) => "cell_amount",
            Fault::Amount(AmountFault::TooFine) => "cell_amount_too_fine",
            Fault::Amount(AmountFault::Negative) => "cell_amount_negative",
            Fault::Amount(AmountFault::TooLarge) => "cell_amount_too_large",
            Fault::Insurance => "cell_insurance",
            Fault::Phone => "cell_phone",
        }
    }

    /// Every code, for whoever must have a text for each.
    pub const CODES: [&'static str; 19] = [
        "cell_missing",
        "cell_error",
        "cell_id_length",
        "cell_id_characters",
        "cell_id_province",
        "cell_id_birthday",
        "cell_id_check_digit",
        "cell_id_digits_lost",
        "cell_id_repeated",
        "cell_name",
        "cell_day",
        "cell_day_ambiguous",
        "cell_day_out_of_range",
        "cell_amount",
        "cell_amount_too_fine",
        "cell_amount_negative",
        "cell_amount_too_large",
        "cell_insurance",
        "cell_phone",
    ];
}

/// What is wrong with a row, by column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// In which column.
    pub column: Column,
    /// What was typed there.
    pub typed: String,
    /// What is wrong.
    pub fault: Fault,
    /// What was probably meant, where that can be said without guessing at a person's data.
    pub instead: Option<String>,
}

/// The cells of a row by their columns.
pub(crate) struct Cells<'a> {
    pub(crate) of: &'a dyn Fn(Column) -> &'a Cell,
    pub(crate) needed: &'a [Column],
    pub(crate) epoch: Epoch,
}

impl Cells<'_> {
    /// The value of a column; nothing where nothing is typed, a verdict where it is needed or does not read.
    fn read<T>(
        &self,
        column: Column,
        verdicts: &mut Vec<Verdict>,
        value: impl Fn(&Cell) -> Result<T, (Fault, Option<String>)>,
    ) -> Option<T> {
        let cell = (self.of)(column);
        let outcome = if matches!(cell, Cell::Wrong(_)) {
            Err((Fault::CellError, None))
        } else if !cell.is_blank() {
            value(cell).map(Some)
        } else if self.needed.contains(&column) {
            Err((Fault::Missing, None))
        } else {
            Ok(None)
        };
        outcome.unwrap_or_else(|(fault, instead)| {
            verdicts.push(Verdict { column, typed: cell.text().to_owned(), fault, instead });
            None
        })
    }

    /// The row's entry, or everything that is wrong with it.
    pub(crate) fn entry(&self) -> Result<Entry, Vec<Verdict>> {
        let mut wrong = Vec::new();
        let plain = |fault: Fault| (fault, None);
        let dated = |cell: &Cell| day::day(cell, self.epoch).map_err(|fault| (Fault::Day(fault), day_instead(fault)));
        let number = self.read(Column::IdNumber, &mut wrong, id_number);
        let name = self.read(Column::Name, &mut wrong, |cell| name(cell).map_err(plain));
        let from = self.read(Column::From, &mut wrong, dated);
        let until = self.read(Column::Until, &mut wrong, dated);
        let wage = self.read(Column::Wage, &mut wrong, money);
        let insurances = self.read(Column::Insurances, &mut wrong, |cell| insurances(cell).map_err(plain));
        let phone = self.read(Column::Phone, &mut wrong, |cell| phone(cell).map_err(plain));
        let reason = self.read(Column::Reason, &mut wrong, |cell| Ok(half_width(cell.text())));
        match number {
            Some(id_number) if wrong.is_empty() => {
                Ok(Entry { id_number, name, from, until, wage, insurances, phone, reason })
            }
            Some(_) | None => Err(wrong),
        }
    }
}

/// An identity number. As a number of the workbook it is only believed where nothing can have been lost.
fn id_number(cell: &Cell) -> Result<IdNumber, (Fault, Option<String>)> {
    let text: String = without_blanks(cell.text()).chars().filter(|c| !matches!(c, '-' | '\'' | '"' | '`')).collect();
    let lost =
        text.contains(['e', 'E', '+']) || (matches!(cell, Cell::Number(_)) && text.len() > 15 && text.ends_with("000"));
    if lost {
        return Err((Fault::DigitsLost, None));
    }
    IdNumber::parse(&text).map_err(|error| (Fault::IdNumber(error), mistaken_letters(&text)))
}

/// Letters that look like digits, put right; only where the check digit proves it.
fn mistaken_letters(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .map(|c| match c {
            'O' | 'o' | 'Q' | '〇' => '0',
            'l' | 'I' | 'i' | '|' => '1',
            'Z' | 'z' => '2',
            'S' | 's' => '5',
            'B' => '8',
            '×' | '*' => 'X',
            other => other,
        })
        .collect();
    let mended = IdNumber::parse(&digits).ok()?;
    (digits != text).then(|| mended.reveal().to_owned())
}

/// Both days that it may be, the one with the month first before the other.
fn day_instead(fault: DayFault) -> Option<String> {
    match fault {
        DayFault::Ambiguous(one, two) => Some(format!("{one} / {two}")),
        DayFault::NotADay | DayFault::OutOfRange => None,
    }
}

fn money(cell: &Cell) -> Result<Fen, (Fault, Option<String>)> {
    amount::amount(cell).map_err(|fault| (Fault::Amount(fault), None))
}

/// Letters of a name, its blanks settled: none between Chinese ones, one between others.
pub(crate) fn name(cell: &Cell) -> Result<String, Fault> {
    let plain = half_width(cell.text());
    let words: Vec<&str> = plain.split_whitespace().collect();
    let chinese = plain.chars().any(|c| ('\u{3400}'..='\u{9FFF}').contains(&c));
    let name = if chinese { words.concat() } else { words.join(" ") };
    let letters = |c: char| c.is_alphabetic() || matches!(c, '·' | '•' | '.' | '-' | '\'' | ' ');
    if name.chars().all(letters) && name.chars().any(char::is_alphabetic) && name.chars().count() <= 50 {
        Ok(name)
    } else {
        Err(Fault::Name)
    }
}

/// `养老、失业、工伤`, `pension, injury`, `五险` or `全部`.
pub(crate) fn insurances(cell: &Cell) -> Result<Vec<Insurance>, Fault> {
    let plain = half_width(cell.text()).to_lowercase();
    if matches!(plain.as_str(), "五险" | "全部" | "全险" | "all" | "all five") {
        return Ok(Insurance::ALL.to_vec());
    }
    let words = plain.split([',', '，', '、', ';', '；', '/', '+', ' ']).map(str::trim).filter(|word| !word.is_empty());
    let mut named: Vec<Insurance> = words.map(insurance).collect::<Option<_>>().ok_or(Fault::Insurance)?;
    named.sort_unstable();
    named.dedup();
    if named.is_empty() { Err(Fault::Insurance) } else { Ok(named) }
}

fn insurance(word: &str) -> Option<Insurance> {
    let word = word.trim_start_matches(['仅', '只']).trim_end_matches("保险").trim_end_matches('险');
    match word {
        "养老" | "基本养老" | "pension" => Some(Insurance::Pension),
        "医疗" | "医" | "medical" => Some(Insurance::Medical),
        "失业" | "unemployment" => Some(Insurance::Unemployment),
        "工伤" | "injury" => Some(Insurance::Injury),
        "生育" | "maternity" => Some(Insurance::Maternity),
        _ => None,
    }
}

/// A mobile number of the mainland.
pub(crate) fn phone(cell: &Cell) -> Result<String, Fault> {
    let digits: String = without_blanks(cell.text()).chars().filter(|c| *c != '-').collect();
    let digits = digits.strip_prefix("+86").unwrap_or(&digits);
    let fits = digits.len() == 11 && digits.starts_with('1') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(digits.to_owned()) } else { Err(Fault::Phone) }
}
