//! The months in which the tax office collects: employers declare and pay there, and its detail comes here, with the errors that
//! such files have.

use super::{Year, YearError};
use crate::employer::Firm;
use contribution::declare::prefill;
use contribution::{ImportTaxDetail, TaxRow};
use control::{Actor, Channel, Role};
use kernel::{Fen, Insurance, Month, StaffId};
use policy::contribution::employee;
use policy::contribution::injury::Rating;
use policy::{Collector, Payer, Policy};
use uuid::Uuid;

/// A code that nobody has.
const NO_SUCH_CODE: &str = "91130499MA0NONE00X";

impl Year<'_> {
    pub(super) fn agency_collects(&self, month: Month) -> Result<bool, YearError> {
        let collection = &Policy::of(self.plan.area)?.collection;
        let collector = collection.of(Payer::Employer, Insurance::Pension).map(|dated| dated.on(month.first_day()));
        Ok(collector.transpose().map_err(policy::FormulaError::from)?.is_none_or(|it| *it.value == Collector::Agency))
    }

    /// A file an employer; every tenth comes twice, under another name.
    pub(super) async fn tax_detail(&self, month: Month) -> Result<(), YearError> {
        let accountant = Actor::staff(StaffId(Uuid::from_u128(0x0163)), &[Role::Accountant], Channel::CommandLine);
        self.each(async |number| {
            let rows = self.file(number, month).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for verb in ["tax", "tax-again"].into_iter().take(if number % 10 == 0 { 2 } else { 1 }) {
                let key = self.key(verb, number, month)?;
                let imported = self.perform(&accountant, ImportTaxDetail { key, rows: rows.clone() }).await?;
                let of = |count: usize| u64::try_from(count).unwrap_or_default();
                self.count(|lived| {
                    lived.tax_credited += of(imported.credited);
                    lived.tax_repeated += of(imported.repeated);
                    lived.tax_unmatched += of(imported.unmatched.len());
                });
            }
            Ok(())
        })
        .await
        .map(|_| ())
    }

    /// What an employer declared and paid at the tax office: a row a person and insurance.
    async fn file(&self, number: u32, month: Month) -> Result<Vec<TaxRow>, YearError> {
        let (view, policy) = (self.desk.view(), Policy::of(self.plan.area)?);
        let firm = Firm::of(self.plan.seed, number);
        let Some(code) = firm.credit_code else { return Ok(Vec::new()) };
        let mut rows = Vec::new();
        for one in prefill(&view, firm.id, month).await? {
            let (Some(wage), Some(known)) = (one.wage, registry::id_number(&view, one.person).await?) else { continue };
            let rating = Some(Rating::of_class(firm.injury_class));
            let facts = employee::Facts { rating, ..employee::Facts::new(month, wage) };
            let assessed = employee::assess(policy, facts)?;
            for part in assessed.parts.iter().filter(|part| one.insurances.has(part.insurance)) {
                let is_lost = rows.len() % 97 == 96;
                rows.push(TaxRow {
                    voucher: format!("T{number:06}{}", month.number()),
                    credit_code: if is_lost { NO_SUCH_CODE } else { code.as_str() }.to_owned(),
                    id_number: known.reveal().to_owned(),
                    month,
                    insurance: part.insurance,
                    base: assessed.base,
                    worker: part.employee.unwrap_or(Fen::ZERO),
                    unit: part.employer,
                    received_on: self.today(),
                });
            }
        }
        Ok(rows)
    }
}
