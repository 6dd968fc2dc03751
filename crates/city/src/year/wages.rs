//! What employers declare: in time with some rises and outliers, a month late, or again because it was wrong; and months that they
//! had left out.

use super::{Lot, Year, YearError};
use contribution::back_pay::BackMonth;
use contribution::declare::{Prefilled, Wage, prefill};
use contribution::{BackPay, BackPayKind, Declare, Declared, Period};
use control::Declined;
use kernel::{Fen, Insurance, Month};
use rand::RngExt;

/// So many of a thousand employers forget a month.
const FORGETFUL: u32 = 80;

impl Year<'_> {
    /// The month's declarations, and the last month's of half of those who had forgotten it.
    pub(super) async fn declarations(&self, month: Month) -> Result<(), YearError> {
        self.each(async |number| {
            if let Ok(last) = month.plus(-1)
                && last.year() == month.year()
                && self.forgot(number, last)
                && number % 2 == 0
            {
                self.declare("late", number, last, Vec::new()).await?;
                self.count(|lived| lived.corrected += 1);
            }
            if self.forgot(number, month) {
                return Ok(());
            }
            let staff = prefill(&self.desk.view(), self.employer(number), month).await?;
            let wages = self.changes(number, month, &staff);
            let declared = self.declare("wages", number, month, wages).await?;
            let outliers = u64::try_from(declared.outliers.len()).unwrap_or_default();
            self.count(|lived| (lived.declared, lived.outliers) = (lived.declared + 1, lived.outliers + outliers));
            Ok(())
        })
        .await
        .map(|_| ())
    }

    fn forgot(&self, number: u32, month: Month) -> bool {
        self.lot(number, month, Lot::Wages) < FORGETFUL
    }

    /// Some earn more, and one in three hundred so much more that it is asked about.
    fn changes(&self, number: u32, month: Month, staff: &[Prefilled]) -> Vec<Wage> {
        let mut random = self.random(number, month, Lot::Wages);
        let mut wages = Vec::new();
        for one in staff {
            let lot = random.random_range(0..1000u32);
            let Some(before) = one.wage.filter(|wage| !wage.is_zero()) else { continue };
            let (wage, reason) = match lot {
                0..30 => (Fen::new(before.fen() + before.fen() / 12), None),
                30..34 => (Fen::new(before.fen() * 2), Some("年终奖计入".to_owned())),
                _ => continue,
            };
            wages.push(Wage { person: one.person, wage, reason });
        }
        wages
    }

    async fn declare(&self, verb: &str, number: u32, month: Month, wages: Vec<Wage>) -> Result<Declared, YearError> {
        let (key, employer) = (self.key(verb, number, month)?, self.employer(number));
        let act = Declare { key, employer, period: Period::Month(month), wages };
        self.perform(&self.agent(number), act).await
    }

    /// One in twenty employers puts a wage of last month right, half of them downwards.
    pub(super) async fn corrections(&self, month: Month) -> Result<(), YearError> {
        let Some(last) = month.plus(-1).ok().filter(|last| last.year() == month.year()) else { return Ok(()) };
        self.each(async |number| {
            if self.lot(number, month, Lot::Correction) >= 50 || self.forgot(number, last) {
                return Ok(());
            }
            let staff = prefill(&self.desk.view(), self.employer(number), last).await?;
            let Some((person, before)) = staff.iter().find_map(|one| one.wage.map(|wage| (one.person, wage))) else {
                return Ok(());
            };
            let by = before.fen() / 10;
            let wage = Fen::new(if number % 2 == 0 { before.fen() + by } else { before.fen() - by });
            if wage <= Fen::ZERO {
                return Ok(());
            }
            let wage = Wage { person, wage, reason: Some("更正".to_owned()) };
            self.declare("right", number, last, vec![wage]).await?;
            self.count(|lived| lived.corrected += 1);
            Ok(())
        })
        .await
        .map(|_| ())
    }

    /// Some employers own up to two months that they had left out of somebody who joined this year.
    pub(super) async fn back_payments(&self, month: Month) -> Result<(), YearError> {
        let january = Month::new(month.year(), 1)?;
        self.each(async |number| {
            if !(50..90).contains(&self.lot(number, month, Lot::Correction)) {
                return Ok(());
            }
            let (view, employer) = (self.desk.view(), self.employer(number));
            for insured in registry::insured_at(&view, employer, month).await? {
                let relations = registry::relations(&view, insured.person).await?;
                let Some(from) = relations.iter().map(|relation| relation.from).min() else { continue };
                if from <= january {
                    continue;
                }
                let wage = Fen::from_yuan(3600);
                let months = [from.plus(-2)?, from.plus(-1)?].map(|month| BackMonth { month, wage });
                let act = BackPay {
                    key: self.key("back-pay", number, month)?,
                    employer,
                    person: insured.person,
                    months: months.to_vec(),
                    insurances: vec![Insurance::Pension, Insurance::Unemployment],
                    kind: BackPayKind::Omitted,
                    proof: "工资表".to_owned(),
                };
                match self.desk.perform(&self.agent(number), act).await {
                    Ok(_) => return Ok(()),
                    // Paid back in an earlier month.
                    Err(Declined::Refused(error)) if control::Fault::code(&error) == "back_pay_already_assessed" => {}
                    Err(declined) => return Err(super::declined_by("back_pay", &declined)),
                }
            }
            Ok(())
        })
        .await
        .map(|_| ())
    }
}
