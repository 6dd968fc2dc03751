//! The city's employers.

use crate::name;
use kernel::{CreditCode, EmployerId};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// An employer has so many people on average; every person is given one by their index.
pub const EMPLOYER_SIZE: u32 = 30;

/// An employer of the synthetic city.
#[derive(Clone, Debug)]
pub struct Firm {
    /// Its id, the same in every city of one seed.
    pub id: EmployerId,
    /// Its unit number at the agency.
    pub unit_number: String,
    /// Its name, marked as fictitious.
    pub name: String,
    /// A credit code that fits in itself.
    pub credit_code: Option<CreditCode>,
    /// Its work injury class, 1 to 8.
    pub injury_class: u8,
}

impl Firm {
    /// The employer of this number.
    pub fn of(seed: u64, number: u32) -> Firm {
        let mut random = ChaCha8Rng::seed_from_u64(seed ^ 0x0f1c_7e55);
        random.set_stream(u64::from(number));
        Firm {
            id: Firm::of_id(seed, number),
            unit_number: format!("1304{number:06}"),
            name: name::firm(&mut random),
            credit_code: credit_code(number),
            injury_class: Firm::class_of(number),
        }
    }

    /// The id of the employer of this number.
    pub fn of_id(seed: u64, number: u32) -> EmployerId {
        crate::life::stable_id(seed, 2, number)
    }

    /// The work injury class of the employer of this number.
    pub fn class_of(number: u32) -> u8 {
        u8::try_from(number % 8 + 1).unwrap_or(1)
    }
}

/// The unified code over the organisation code of this number: its last character is found by trying.
fn credit_code(number: u32) -> Option<CreditCode> {
    let organisation = organisation_code(&format!("{:08}", 90_000_000 + number))?;
    "0123456789ABCDEFGHJKLMNPQRTUWXY"
        .chars()
        .find_map(|last| CreditCode::parse(&format!("91130499{organisation}{last}")).ok())
}

/// Eight characters and the check character of GB 11714-1997.
fn organisation_code(eight: &str) -> Option<String> {
    let weights = [3u32, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = eight.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10)?,
    };
    Some(format!("{eight}{check}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_firm_has_a_code_that_fits() {
        for number in 0..500 {
            assert!(Firm::of(1, number).credit_code.is_some(), "{number}");
        }
    }
}
