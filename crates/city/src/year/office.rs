//! What officers decide: one handles, another reviews, and only then something moves.

use super::{Year, YearError, clerk, reviewer};
use contribution::back_pay::{BACK_PAYMENT, BACK_PAYMENT_LONG, TAKE};
use contribution::declare::WAGE_OUTLIER;
use contribution::tax::TAX_DETAIL_UNMATCHED;
use control::{Confirmed, HandleWorkItem, WorkItem, WorkItemState, work_items};
use kernel::Month;
use office::roster::CarryOutTwoEmployers;
use office::{COUNT, Carried, CarryOut, UNMATCHED_PAYMENT};
use payment::ReceiptId;
use registry::roster::two_employers::{ENROL_HERE, STAYS_THERE, TWO_EMPLOYERS};

/// More items than a month of the city brings.
const ITEMS_MAX: u64 = 20_000;

impl Year<'_> {
    /// Every open item that the year knows how to decide. Money that is held stays held.
    pub(super) async fn officers(&self, month: Month) -> Result<(), YearError> {
        for item in work_items(&self.desk.view(), WorkItemState::Open, ITEMS_MAX).await? {
            let decision = match item.kind.as_str() {
                WAGE_OUTLIER | TAX_DETAIL_UNMATCHED => "looked_at".to_owned(),
                BACK_PAYMENT | BACK_PAYMENT_LONG => TAKE.to_owned(),
                TWO_EMPLOYERS if month.month() % 2 == 0 => ENROL_HERE.to_owned(),
                TWO_EMPLOYERS => STAYS_THERE.to_owned(),
                UNMATCHED_PAYMENT => match self.note_of(&item).await? {
                    Some(number) => format!("{COUNT}{number}"),
                    None => continue,
                },
                _ => continue,
            };
            self.perform(&clerk(), HandleWorkItem { item: item.id, decision }).await?;
            self.carry_out(&item).await?;
        }
        Ok(())
    }

    async fn carry_out(&self, item: &WorkItem) -> Result<(), YearError> {
        let (item, is_contested, confirmed) = (item.id, item.kind == TWO_EMPLOYERS, Confirmed::Yes);
        if is_contested {
            self.perform(&reviewer(), CarryOutTwoEmployers { item, confirmed }).await?;
            self.count(|lived| lived.two_employers += 1);
            return Ok(());
        }
        let carried = self.perform(&reviewer(), CarryOut { item, confirmed }).await?;
        self.count(|lived| match carried {
            Carried::Counted(_) => lived.counted += 1,
            Carried::BackPayment(_) => lived.back_payments += 1,
            Carried::Returned | Carried::Refunding(_) | Carried::TwoMore(_) | Carried::Closed => {}
        });
        Ok(())
    }

    /// The demand note that money without an order names.
    async fn note_of(&self, item: &WorkItem) -> Result<Option<String>, YearError> {
        let Ok(receipt) = serde_json::from_value::<ReceiptId>(item.detail["receipt"].clone()) else { return Ok(None) };
        let receipt = payment::receipt(&self.desk.view(), receipt).await?;
        Ok(receipt.map(|receipt| receipt.number))
    }
}
