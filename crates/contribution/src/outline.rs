//! The months of a person at a glance: which count, who paid them, which are missing, and what the account holds. For pages that
//! are asked for all day long: the engine sums, a row a year comes over, and the lines stay where they are. What it says is
//! what [`crate::history()`] and [`crate::account::statement`] say.

use crate::{entries, store};
use control::View;
use kernel::{Fen, Month, PersonId};
use sea_orm::DbErr;

/// Months of one year.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MonthSet(u16);

impl MonthSet {
    /// From a number in which bit 1 stands for January and bit 12 for December; other bits are left out.
    pub(crate) fn of_bits(bits: i64) -> MonthSet {
        MonthSet(u16::try_from(bits & 0x1ffe).unwrap_or(0))
    }

    /// Whether a month, 1 to 12, is in it.
    pub fn contains(self, month: i32) -> bool {
        (1..=12).contains(&month) && self.0 >> month & 1 == 1
    }

    /// How many there are.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The months, 1 to 12, in order.
    pub fn iter(self) -> impl Iterator<Item = i32> {
        (1..=12).filter(move |month| self.contains(*month))
    }
}

/// A year of the outline: its months that count for the pension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct YearOutline {
    /// The year.
    pub year: i32,
    /// Months in which an employer paid.
    pub employer: MonthSet,
    /// Months in which the person paid alone.
    pub oneself: MonthSet,
}

/// All years that have lines, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outline {
    /// The years.
    pub years: Vec<YearOutline>,
}

impl Outline {
    /// How many months count for the pension.
    pub fn months(&self) -> i32 {
        let count = |year: &YearOutline| year.employer.count() + year.oneself.count();
        i32::try_from(self.years.iter().map(count).sum::<u32>()).unwrap_or(i32::MAX)
    }

    /// Months between the first that counts and a last one that do not count, in order.
    pub fn gaps(&self, until: Month) -> Vec<Month> {
        let counts = |month: &Month| self.of(month.year()).is_some_and(|year| year.counts(month.month()));
        let first = self.years.iter().find_map(|year| {
            let month = (1..=12).find(|month| year.counts(*month))?;
            Month::new(year.year, month).ok()
        });
        let Some(first) = first else { return Vec::new() };
        let all = (0..=until.since(first)).filter_map(|offset| first.plus(offset).ok());
        all.filter(|month| !counts(month)).collect()
    }

    /// Adds what stands under another entry of the same person. A month that an employer paid is the employer's.
    fn join(&mut self, years: Vec<YearOutline>) {
        for new in years {
            match self.years.binary_search_by_key(&new.year, |known| known.year) {
                Err(index) => self.years.insert(index, new),
                Ok(index) => {
                    if let Some(known) = self.years.get_mut(index) {
                        known.employer.0 |= new.employer.0;
                        known.oneself.0 = (known.oneself.0 | new.oneself.0) & !known.employer.0;
                    }
                }
            }
        }
    }

    /// A year, where it has lines.
    pub fn of(&self, year: i32) -> Option<&YearOutline> {
        self.years.binary_search_by_key(&year, |known| known.year).ok().and_then(|index| self.years.get(index))
    }
}

impl YearOutline {
    fn counts(&self, month: i32) -> bool {
        self.employer.contains(month) || self.oneself.contains(month)
    }
}

/// What the personal account holds today.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Balance {
    /// All principal, interest and what was moved.
    pub balance: Fen,
    /// The principal credited since the beginning of this year.
    pub credited: Fen,
}

/// The months of a person at a glance.
///
/// # Errors
/// The database's.
pub async fn outline(view: &View, person: PersonId) -> Result<Outline, DbErr> {
    let mut outline = Outline::default();
    for entry in entries(view, person).await? {
        outline.join(store::outline::years(view, entry).await?);
    }
    Ok(outline)
}

/// How many months of a person count for the pension.
///
/// # Errors
/// The database's.
pub async fn months_counted(view: &View, person: PersonId) -> Result<i32, DbErr> {
    match entries(view, person).await?.as_slice() {
        [alone] => store::outline::months_counted(view, *alone).await,
        // A month that two entries have counts once.
        _ => Ok(outline(view, person).await?.months()),
    }
}

/// What the personal account of a person holds today; nothing where there is none.
///
/// # Errors
/// The database's.
pub async fn balance(view: &View, person: PersonId) -> Result<Option<Balance>, DbErr> {
    let this_year = Month::of(view.today()).map_err(|error| DbErr::Custom(error.to_string()))?.year();
    let mut sum: Option<Balance> = None;
    for entry in entries(view, person).await? {
        if let Some(Balance { balance, credited }) = store::outline::balance(view, entry, this_year).await? {
            let known = sum.get_or_insert_default();
            known.balance += balance;
            known.credited += credited;
        }
    }
    Ok(sum)
}
