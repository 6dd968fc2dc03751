//! Columns in memory: what is known of the employees, and the figures of their month.

use kernel::Fen;

/// What is known of a month's employees, a row a person. The three columns are equally long; what one has beyond the
/// shortest is not looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Employees<'a> {
    /// The wage that counts, or the base that was declared.
    pub wages: &'a [Fen],
    /// The employer's class of work injury insurance; 0 where it is not rated, so that the injury line is missing.
    pub classes: &'a [u8],
    /// The employer's floating factor in percent: 100 for a new one.
    pub factors: &'a [u8],
}

impl<'a> Employees<'a> {
    /// How many persons.
    pub fn count(self) -> usize {
        self.wages.len().min(self.classes.len()).min(self.factors.len())
    }

    /// So many persons from a place on; fewer where there are not so many.
    #[must_use]
    pub fn part(self, from: usize, count: usize) -> Employees<'a> {
        let from = from.min(self.count());
        let to = from.saturating_add(count).min(self.count());
        let Employees { wages, classes, factors } = self;
        Employees { wages: &wages[from..to], classes: &classes[from..to], factors: &factors[from..to] }
    }
}

macro_rules! figures {
    ($( $(#[$meta:meta])* $figure:ident, )+) => {
        /// Something for each figure of an employee's month.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct Figures<T> { $( $(#[$meta])* pub $figure: T, )+ }

        impl<T> Figures<T> {
            /// The same of each.
            pub fn map<U>(self, mut of: impl FnMut(T) -> U) -> Figures<U> {
                Figures { $( $figure: of(self.$figure), )+ }
            }

            /// Each with that of another.
            pub fn with<U, V>(self, other: Figures<U>, mut of: impl FnMut(T, U) -> V) -> Figures<V> {
                Figures { $( $figure: of(self.$figure, other.$figure), )+ }
            }

            /// Each by reference.
            pub fn each(&self) -> Figures<&T> {
                Figures { $( $figure: &self.$figure, )+ }
            }

            /// Each to be changed.
            pub fn each_mut(&mut self) -> Figures<&mut T> {
                Figures { $( $figure: &mut self.$figure, )+ }
            }
        }
    };
}

figures! {
    /// The base, the same for all insurances.
    base,
    /// Pension, of the employer.
    pension_employer,
    /// Pension, of the worker.
    pension_employee,
    /// What of the pension goes to the personal account.
    pension_account,
    /// Medical, of the employer.
    medical_employer,
    /// Medical, of the worker.
    medical_employee,
    /// Unemployment, of the employer.
    unemployment_employer,
    /// Unemployment, of the worker.
    unemployment_employee,
    /// Work injury, of the employer.
    injury_employer,
    /// Maternity, of the employer.
    maternity_employer,
    /// All parts of the employer.
    employer,
    /// All parts of the worker.
    employee,
}

/// The figures of a month in fen, a column a figure, a row a person. 32 bits hold them: [`super::Rules::of`] has proven
/// it. A line of an insurance that is missing is 0.
pub type Columns = Figures<Vec<u32>>;

/// Sums of so many figures below [`super::FIGURE_LIMIT`] fit in 32 bits.
const NARROW_SUMS: usize = 64;
const LANES: usize = 32;

impl Figures<Vec<u32>> {
    /// Columns for so many persons, all 0.
    pub fn for_persons(count: usize) -> Columns {
        Figures::<()>::default().map(|()| vec![0; count])
    }

    /// How many persons.
    pub fn count(&self) -> usize {
        self.base.len()
    }

    /// The figures of one person; nothing where there is no such row.
    pub fn person(&self, row: usize) -> Option<Figures<Fen>> {
        (row < self.count()).then(|| self.each().map(|column| Fen::new(i64::from(column[row]))))
    }

    /// Each column added up.
    pub fn sums(&self) -> Figures<Fen> {
        self.each().map(|column| sum(column))
    }
}

/// Lanes of 32 bits take up to [`NARROW_SUMS`] figures each before they are widened.
fn sum(column: &[u32]) -> Fen {
    let (rows, rest) = column.as_chunks::<LANES>();
    let mut total: i64 = rest.iter().map(|figure| i64::from(*figure)).sum();
    for rows in rows.chunks(NARROW_SUMS) {
        let mut lanes = [0u32; LANES];
        for row in rows {
            for (lane, figure) in lanes.iter_mut().zip(row) {
                *lane = lane.wrapping_add(*figure);
            }
        }
        total += lanes.iter().map(|lane| i64::from(*lane)).sum::<i64>();
    }
    Fen::new(total)
}
