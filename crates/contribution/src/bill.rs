//! A bill (征集单) of contributions: what one person owes for chosen months, and where it stands.

use crate::{LineKind, Tier};
use kernel::{BillId, Date, Fen, JournalId, LineId, Month, OrderId, PersonId, RelationId, Timestamp};
use policy::Collector;
use serde::Serialize;

kernel::words! {
    /// What a bill is for.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum BillKind {
        /// Months on their own limits.
        Normal = "normal",
        /// 预缴: months on last year's limits, for this year's are not published.
        Prepayment = "prepayment",
        /// 补差: the difference of prepaid months, without surcharge.
        Supplement = "supplement",
    }
}

impl BillKind {
    /// The kind of the lines that such a bill leads to.
    pub const fn line(self) -> LineKind {
        match self {
            BillKind::Normal => LineKind::Normal,
            BillKind::Prepayment => LineKind::Prepayment,
            BillKind::Supplement => LineKind::Supplement,
        }
    }
}

/// Where a bill stands. What exists only in one state lives only in that variant; the table's checks say the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum State {
    /// Nobody has begun to pay it.
    Issued,
    /// An order is open at a gateway.
    Paying {
        /// The order.
        order: OrderId,
    },
    /// The money has come and is in the books.
    Paid {
        /// The order by which it was paid.
        order: OrderId,
        /// Where it stands in the books.
        journal: JournalId,
        /// The business day.
        on: Date,
    },
    /// Given up.
    Void,
}

/// What may happen to a bill.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// An order was opened to pay it.
    Ordered(OrderId),
    /// Money came and was posted.
    Received {
        /// The order by which it came.
        order: OrderId,
        /// Where it stands in the books.
        journal: JournalId,
        /// The business day.
        on: Date,
    },
    /// It was given up.
    GivenUp,
}

/// Why an event cannot happen to a bill.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TransitionError {
    /// It is paid, and stays so.
    #[error("the bill is paid")]
    Paid,
    /// It was given up.
    #[error("the bill was given up")]
    Void,
}

impl State {
    /// The word of the state in the database and in the audit.
    pub const fn as_str(&self) -> &'static str {
        match self {
            State::Issued => "issued",
            State::Paying { .. } => "paying",
            State::Paid { .. } => "paid",
            State::Void => "void",
        }
    }

    /// All transitions. Money that comes for a bill that was given up counts all the same: the person has paid.
    ///
    /// # Errors
    /// [`TransitionError`] where the event cannot happen in this state.
    pub const fn after(&self, event: Event) -> Result<State, TransitionError> {
        match (self, event) {
            (State::Issued | State::Paying { .. }, Event::Ordered(order)) => Ok(State::Paying { order }),
            (State::Issued | State::Paying { .. } | State::Void, Event::Received { order, journal, on }) => {
                Ok(State::Paid { order, journal, on })
            }
            (State::Issued | State::Paying { .. }, Event::GivenUp) => Ok(State::Void),
            (State::Void, Event::Ordered(_) | Event::GivenUp) => Err(TransitionError::Void),
            (State::Paid { .. }, Event::Ordered(_) | Event::Received { .. } | Event::GivenUp) => {
                Err(TransitionError::Paid)
            }
        }
    }
}

/// A month of a bill. In a supplement every amount is the difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct BilledMonth {
    /// The fee month.
    pub month: Month,
    /// The line that it will be.
    pub line: LineId,
    /// The relation under which it is paid.
    pub relation: RelationId,
    /// 缴费基数.
    pub base: Fen,
    /// What is to be paid.
    pub total: Fen,
    /// Of which to the personal account.
    pub account: Fen,
}

impl BilledMonth {
    /// What goes to the pooled fund: the remainder.
    pub fn pooled(&self) -> Fen {
        self.total - self.account
    }
}

/// A bill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Bill {
    /// Its id.
    pub id: BillId,
    /// Who owes it.
    pub person: PersonId,
    /// What it is for.
    pub kind: BillKind,
    /// The year of its months.
    pub year: i32,
    /// The tier that was chosen.
    pub tier: Option<Tier>,
    /// What is to be paid: the sum of the months.
    pub total: Fen,
    /// Of which to the personal account.
    pub account: Fen,
    /// Who collects it, by the policy of its day.
    #[serde(serialize_with = "in_words")]
    pub collector: Collector,
    /// The parameters it was computed from.
    pub policy_hash: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Its months, in order.
    pub months: Vec<BilledMonth>,
}

impl Bill {
    /// What goes to the pooled fund: the remainder.
    pub fn pooled(&self) -> Fen {
        self.total - self.account
    }
}

fn in_words<S: serde::Serializer>(collector: &Collector, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(collector.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Month;
    use uuid::Uuid;

    #[test]
    fn every_transition_has_its_answer() {
        let (order, journal) = (OrderId(Uuid::from_u128(1)), JournalId(Uuid::from_u128(2)));
        let on = Month::new(2026, 11).unwrap().first_day();
        let (paying, paid) = (State::Paying { order }, State::Paid { order, journal, on });
        let received = Event::Received { order, journal, on };
        let table = [
            (State::Issued, Event::Ordered(order), Ok(paying)),
            (State::Issued, received, Ok(paid)),
            (State::Issued, Event::GivenUp, Ok(State::Void)),
            (paying, Event::Ordered(order), Ok(paying)),
            (paying, received, Ok(paid)),
            (paying, Event::GivenUp, Ok(State::Void)),
            (paid, Event::Ordered(order), Err(TransitionError::Paid)),
            (paid, received, Err(TransitionError::Paid)),
            (paid, Event::GivenUp, Err(TransitionError::Paid)),
            (State::Void, Event::Ordered(order), Err(TransitionError::Void)),
            (State::Void, received, Ok(paid)),
            (State::Void, Event::GivenUp, Err(TransitionError::Void)),
        ];
        for (state, event, after) in table {
            assert_eq!(state.after(event), after, "{state:?} {event:?}");
        }
    }
}
