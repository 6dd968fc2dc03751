//! Demand notes and the money for them: each employer has its habit, and some of the money goes astray.

use super::{Lot, Transfer, Year, YearError};
use contribution::demand::Arrears;
use contribution::{Demand, IssueDemand};
use control::{Declined, Fault};
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{Fen, Month};
use office::{PayDemand, Settle, Settled};
use payment::{GatewayKind, StartAttempt, StartDemandAttempt, Verified};

/// How an employer pays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    Whole,
    Half,
    /// Only every third month, with what has become late since.
    Quarterly,
    Never,
}

fn habit(number: u32, month: Month) -> Habit {
    match number % 20 {
        0..14 => Habit::Whole,
        14..16 => Habit::Half,
        16..19 if month.month() % 3 == 0 => Habit::Whole,
        16..19 => Habit::Quarterly,
        _ => Habit::Never,
    }
}

impl Year<'_> {
    /// Notes are issued, orders opened and taken to the bank, money comes, and what it is for is found.
    pub(super) async fn payments<R>(&self, month: Month, report: &R) -> Result<(), YearError>
    where
        R: AsyncFn(Vec<Transfer>) -> Result<Vec<Verified>, String>,
    {
        let transfers = self.each(async |number| self.pays(number, month).await).await?;
        let transfers: Vec<Transfer> = transfers.into_iter().flatten().collect();
        let money = report(transfers).await.map_err(YearError::Bank)?;
        let system = self.system();
        let settled = stream::iter(money).map(|money| self.perform(&system, Settle { money })).buffer_unordered(16);
        for settled in settled.try_collect::<Vec<Settled>>().await? {
            self.count(|lived| match settled {
                Settled::Unmatched(_) => lived.unmatched += 1,
                Settled::Duplicate => lived.held += 1,
                Settled::Received { over, .. } if over > Fen::ZERO => lived.held += 1,
                Settled::Received { .. } | Settled::Counted { .. } | Settled::Repeated => {}
            });
        }
        Ok(())
    }

    /// An employer's money of a month.
    async fn pays(&self, number: u32, month: Month) -> Result<Vec<Transfer>, YearError> {
        let Some(demand) = self.demand(number, month).await? else { return Ok(Vec::new()) };
        let provisional = demand.claims.iter().any(|claim| claim.kind == contribution::ClaimKind::Provisional);
        self.count(|lived| {
            lived.demands += 1;
            lived.provisional += u64::from(provisional);
        });
        let habit = habit(number, month);
        let amount = match habit {
            Habit::Whole => demand.total,
            Habit::Half => Fen::new((demand.total.fen() / 2).max(1)),
            Habit::Quarterly | Habit::Never => return Ok(Vec::new()),
        };
        let (agent, key) = (self.agent(number), self.key("pay", number, month)?);
        let order = self.perform(&agent, PayDemand { key, demand: demand.id, amount: Some(amount) }).await?;
        let start = StartAttempt { order: order.id, gateway: GatewayKind::Bank };
        let attempt = self.perform(&agent, StartDemandAttempt(start)).await?;
        self.count(|lived| match habit {
            Habit::Half => lived.paid_in_part += 1,
            Habit::Whole | Habit::Quarterly | Habit::Never => lived.paid += 1,
        });
        Ok(match self.lot(number, month, Lot::Money) {
            // The accountant copies the note's number in place of the order's.
            0..15 => vec![Transfer { number: demand.number, amount }],
            // Two of the accountants pay.
            15..20 => vec![Transfer { number: attempt.number, amount }; 2],
            _ => vec![Transfer { number: attempt.number, amount }],
        })
    }

    async fn demand(&self, number: u32, month: Month) -> Result<Option<Demand>, YearError> {
        let (key, employer) = (self.key("demand", number, month)?, self.employer(number));
        let act = IssueDemand { key, employer, month, insurances: None, arrears: Arrears::Included };
        match self.desk.perform(&self.agent(number), act).await {
            Ok(demand) => Ok(Some(demand)),
            Err(Declined::Refused(error))
                if matches!(error.code(), "demand_nothing_due" | "demand_tax_office_collects") =>
            {
                Ok(None)
            }
            Err(declined) => Err(super::declined_by("demand", &declined)),
        }
    }
}
