//! One person's life as far as social insurance sees it: who they are, and month by month for whom they paid.

use crate::employer::EMPLOYER_SIZE;
use crate::{name, persona};
use kernel::{AreaCode, Date, IdNumber, Month, MonthRange, Sex};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// How somebody was insured for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// By the employer of this number.
    Employed {
        /// Which firm.
        employer: u32,
    },
    /// By themselves, paying a year's months in this month of the year (the half-year habit).
    Flexible {
        /// The month of the year in which they pay, 7 to 12.
        pays_in: u8,
    },
}

/// A stretch of months insured in one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spell {
    /// How.
    pub work: Work,
    /// When.
    pub months: MonthRange,
    /// The wage or chosen tier in percent of the average wage.
    pub percent: u16,
}

/// A person of the synthetic city.
#[derive(Clone, Debug)]
pub struct Life {
    /// The number within the city, from 0.
    pub index: u32,
    /// The name.
    pub name: String,
    /// A number in the unassigned county 130499.
    pub id_number: IdNumber,
    /// Man or woman.
    pub sex: Sex,
    /// The birthday.
    pub birth: Date,
    /// Whether the person ranks as management or technical staff (干部), which for women decides 55 or 50.
    pub cadre: bool,
    /// A phone in a block that nobody is given; the old often have none.
    pub phone: Option<String>,
    /// The stretches, in order, without overlap.
    pub spells: Vec<Spell>,
    /// The first month of the pension.
    pub retired_from: Option<Month>,
    /// From this month on the person has not paid for themselves.
    pub unpaid_from: Option<Month>,
}

/// Of a hundred people so many are retired and so many pay for themselves: 360,000 and 80,000 of 1.3 million.
const RETIRED_PERCENT: u32 = 28;
const FLEXIBLE_PERCENT: u32 = 6;

/// An id that depends on nothing but seed, kind and number; its time part lies in 2006, when the city began.
pub(crate) fn stable_id<T: From<Uuid>>(seed: u64, kind: u8, number: u32) -> T {
    let began_millis = 1_136_073_600_000;
    let mut rest = [0u8; 10];
    rest[0] = kind;
    rest[1..5].copy_from_slice(&number.to_be_bytes());
    rest[5..10].copy_from_slice(&seed.to_be_bytes()[3..8]);
    // Time grows with the number, so that rows of one person lie together and tables grow at their end.
    T::from(uuid::Builder::from_unix_timestamp_millis(began_millis + u64::from(number), &rest).into_uuid())
}

impl Life {
    /// The life of this number, lived within `history` (the last month is the last one settled).
    pub fn of(seed: u64, index: u32, people: u32, history: MonthRange) -> Life {
        match persona::life(index, history) {
            Some(life) => life,
            None => Life::drawn(seed, index, people, history),
        }
    }

    fn drawn(seed: u64, index: u32, people: u32, history: MonthRange) -> Life {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(u64::from(index));
        let lot = random.random_range(0..100u32);
        let sex = if random.random_range(0..100u32) < 48 { Sex::Female } else { Sex::Male };
        let cadre = sex == Sex::Female && random.random_range(0..100u32) < 40;
        let retirement_age = match (sex, cadre) {
            (Sex::Male, _) => 60,
            (Sex::Female, true) => 55,
            (Sex::Female, false) => 50,
        };
        let age = if lot < RETIRED_PERCENT {
            random.random_range(retirement_age + 1..=90)
        } else {
            random.random_range(20..retirement_age)
        };
        let birth = birthday(&mut random, history.last(), age);
        let retires = Month::of(birth).ok().and_then(|month| month.plus(retirement_age * 12).ok());
        let retired_from = retires.and_then(|month| month.plus(1).ok()).filter(|month| *month <= history.last());
        let flexible = (RETIRED_PERCENT..RETIRED_PERCENT + FLEXIBLE_PERCENT).contains(&lot);
        let firms = (people / EMPLOYER_SIZE).max(1);
        let spells = career(&mut random, birth, retires, history, Leaning { flexible, firms });
        Life {
            index,
            name: name::name(&mut random, sex),
            id_number: number_of(index, sex, birth),
            sex,
            birth,
            cadre,
            phone: (age < 75 || random.random_range(0..3u32) > 0).then(|| format!("160{:08}", index % 100_000_000)),
            spells,
            retired_from,
            unpaid_from: None,
        }
    }

    /// The stretch in which a month lies.
    pub fn spell_in(&self, month: Month) -> Option<&Spell> {
        self.spells.iter().find(|spell| spell.months.contains(month))
    }
}

struct Leaning {
    flexible: bool,
    firms: u32,
}

fn birthday(random: &mut impl Rng, last: Month, age: i32) -> Date {
    let months = age * 12 + random.random_range(0..12);
    let month = last.plus(-months).unwrap_or(last);
    let day = random.random_range(0..28u64);
    month.first_day().checked_add_days(chrono::Days::new(day)).unwrap_or_else(|| month.first_day())
}

/// A number that nobody bears. Order digits repeat after 499 people of one birthday, so a free one is derived from the index;
/// a city of millions may double a number, as real registers do, and the registry flags it.
pub(crate) fn number_of(index: u32, sex: Sex, birth: Date) -> IdNumber {
    let county = AreaCode::parse("130499").unwrap_or(AreaCode::HANDAN);
    let odd = u16::from(sex == Sex::Male);
    let pair = u16::try_from(index % 499).unwrap_or(0) + u16::from(odd == 0);
    let order = (pair * 2 + odd).clamp(1, 999);
    IdNumber::compose(&county, birth, order).unwrap_or_else(|_| fallback(&county))
}

fn fallback(county: &AreaCode) -> IdNumber {
    let day = Date::from_ymd_opt(1970, 1, 1).unwrap_or_default();
    // Composing a number of a fixed valid day cannot fail; the loop only spares a panic here.
    loop {
        if let Ok(number) = IdNumber::compose(county, day, 2) {
            return number;
        }
    }
}

/// Works from about twenty on until retirement, changes now and then, pauses now and then.
fn career(
    random: &mut impl Rng,
    birth: Date,
    retires: Option<Month>,
    history: MonthRange,
    leaning: Leaning,
) -> Vec<Spell> {
    let begins_at = random.random_range(18..26);
    let Ok(begins) = Month::of(birth).and_then(|month| month.plus(begins_at * 12)) else { return Vec::new() };
    let last = retires.map_or(history.last(), |month| month.min(history.last()));
    let mut next = begins.max(history.first());
    let mut percent: u16 = random.random_range(60..160);
    let mut spells = Vec::new();
    while next <= last {
        let length = random.random_range(18..120);
        let until = next.plus(length).unwrap_or(last).min(last);
        let Ok(months) = MonthRange::new(next, until) else { break };
        let recent = until.year() >= history.last().year() - 4;
        let by_oneself = leaning.flexible && (recent || random.random_range(0..3u32) == 0);
        let work = if by_oneself {
            Work::Flexible { pays_in: random.random_range(7..=12) }
        } else {
            Work::Employed { employer: random.random_range(0..leaning.firms) }
        };
        let chosen = if by_oneself { [60, 60, 60, 80, 100, 100, 150][random.random_range(0..7usize)] } else { percent };
        spells.push(Spell { work, months, percent: chosen });
        let pause = if random.random_range(0..10u32) < 4 { random.random_range(1..18) } else { 0 };
        next = until.plus(1 + pause).unwrap_or(last);
        if next > last || until == last {
            break;
        }
        percent = (percent + random.random_range(0..25u16)).min(320);
    }
    spells
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn history() -> MonthRange {
        MonthRange::new("2006-11".parse().unwrap(), "2026-10".parse().unwrap()).unwrap()
    }

    #[test]
    fn the_same_seed_lives_the_same_life() {
        let life = |seed| format!("{:?}", Life::of(seed, 42, 5000, history()));
        assert_eq!(life(7), life(7));
        assert_ne!(life(7), life(8));
    }

    #[test]
    fn stretches_follow_one_another_and_end_with_retirement() {
        for index in 0..2000 {
            let life = Life::of(1, index, 2000, history());
            for pair in life.spells.windows(2) {
                assert!(pair[0].months.last() < pair[1].months.first(), "{life:?}");
            }
            if let (Some(last), Some(retired)) = (life.spells.last(), life.retired_from) {
                assert!(last.months.last() < retired, "{life:?}");
            }
        }
    }

    #[test]
    fn the_shares_are_those_of_the_city() {
        let lives: Vec<Life> = (0..4000).map(|index| Life::of(1, index, 4000, history())).collect();
        let share = |count: usize| count * 100 / lives.len();
        let retired = share(lives.iter().filter(|life| life.retired_from.is_some()).count());
        assert!((25..=31).contains(&retired), "{retired} % retired");
        let numbers: HashSet<&str> = lives.iter().map(|life| life.id_number.reveal()).collect();
        assert!(numbers.len() * 1000 >= lives.len() * 999, "doubled numbers are rare");
        assert!(numbers.iter().all(|number| number.starts_with("130499")));
    }
}
