//! The noun: an order, by which somebody may pay an amount for a purpose until a moment; all its transitions in one function.

use crate::{ReceiptId, store};
use control::{Act, Action, Fault, FaultKind, Op, Subject, View};
use kernel::{BillId, DemandId, EmployerId, Fen, Fund, OrderId, PersonId, Timestamp};
use sea_orm::DbErr;
use uuid::Uuid;

/// What an order is for. Stored as a kind and an id; what it means is known above.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// A bill of contributions.
    Contribution(BillId),
    /// An employer's demand note. Any amount pays a part of it, and what is too much is the purpose's to hold.
    Demand(DemandId),
}

/// Who pays an order. Which of the two follows from its purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Payer {
    /// A person.
    Person(PersonId),
    /// An employer.
    Employer(EmployerId),
}

impl Payer {
    /// The id alone.
    pub const fn id(self) -> Uuid {
        match self {
            Payer::Person(person) => person.uuid(),
            Payer::Employer(employer) => employer.uuid(),
        }
    }
}

impl Purpose {
    /// The stable word.
    pub const fn kind(self) -> &'static str {
        match self {
            Purpose::Contribution(_) => "contribution",
            Purpose::Demand(_) => "demand",
        }
    }

    /// The id of what is paid.
    pub const fn id(self) -> Uuid {
        match self {
            Purpose::Contribution(bill) => bill.uuid(),
            Purpose::Demand(demand) => demand.uuid(),
        }
    }

    /// Whether money of another amount than the order's pays it as well.
    pub(crate) const fn takes_any_amount(self) -> bool {
        match self {
            Purpose::Contribution(_) => false,
            Purpose::Demand(_) => true,
        }
    }

    /// Whoever pays for this purpose, by the id alone.
    pub(crate) const fn payer(self, id: Uuid) -> Payer {
        match self {
            Purpose::Contribution(_) => Payer::Person(PersonId(id)),
            Purpose::Demand(_) => Payer::Employer(EmployerId(id)),
        }
    }

    pub(crate) fn of(kind: &str, id: Uuid) -> Result<Purpose, DbErr> {
        match kind {
            "contribution" => Ok(Purpose::Contribution(BillId(id))),
            "demand" => Ok(Purpose::Demand(DemandId(id))),
            other => Err(DbErr::Type(format!("{other:?} is no purpose of an order"))),
        }
    }
}

/// Where an order stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It may be paid.
    Open,
    /// It was paid by this receipt.
    Paid {
        /// The one receipt that counts.
        receipt: ReceiptId,
    },
    /// It was given up or ran out unpaid.
    Closed,
}

impl State {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Paid { .. } => "paid",
            State::Closed => "closed",
        }
    }
}

/// What may happen to an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Money of the right amount came for it.
    Money(ReceiptId),
    /// Nobody will pay it any more.
    Close,
}

/// The event cannot happen in this state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the order is {}", .0.word())]
pub struct NotPossible(pub State);

/// All transitions of an order. Money that comes after closing pays it all the same, for it has come; what it is worth is for
/// the purpose to say. Money for a paid order is no transition: it is a duplicate.
///
/// # Errors
/// [`NotPossible`].
pub const fn next(state: State, event: Event) -> Result<State, NotPossible> {
    match (state, event) {
        (State::Open | State::Closed, Event::Money(receipt)) => Ok(State::Paid { receipt }),
        (State::Open | State::Closed, Event::Close) => Ok(State::Closed),
        (State::Paid { .. }, Event::Money(_) | Event::Close) => Err(NotPossible(state)),
    }
}

/// An order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Its number, for people and gateways.
    pub number: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Who asked to pay.
    pub payer: Payer,
    /// The fund that receives.
    pub fund: Fund,
    /// How much, above nothing.
    pub amount: Fen,
    /// What the payer reads at the gateway.
    pub description: String,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when it may be paid.
    pub expires_at: Timestamp,
}

/// An order to be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewOrder {
    /// What it is for.
    pub purpose: Purpose,
    /// Who asks to pay.
    pub payer: Payer,
    /// The fund that receives.
    pub fund: Fund,
    /// How much; the database refuses what is not above nothing.
    pub amount: Fen,
    /// What the payer reads at the gateway: 1 to 60 characters, no personal data.
    pub description: String,
    /// For how many minutes it may be paid.
    pub valid_minutes: i64,
}

/// Opens an order: one statement. Whoever asks twice (the same form again) has found their first order before.
///
/// # Errors
/// The database's.
pub async fn open(op: &mut Op, new: NewOrder) -> Result<Order, DbErr> {
    let NewOrder { purpose, payer, fund, amount, description, valid_minutes } = new;
    let order = Order {
        id: op.new_id(),
        number: new_number(op)?,
        purpose,
        payer,
        fund,
        amount,
        description,
        state: State::Open,
        opened_at: op.at(),
        expires_at: op.at() + chrono::TimeDelta::minutes(valid_minutes),
    };
    store::insert_order(op, &order).await?;
    Ok(order)
}

/// `ZJ`, the day, twelve of 32 letters and digits: no two alike, and none that can be misread.
fn new_number(op: &Op) -> Result<String, DbErr> {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random = op.random::<12>()?;
    let signs = random.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)]));
    Ok(format!("ZJ{}{}", op.today().format("%y%m%d"), signs.collect::<String>()))
}

/// One order.
///
/// # Errors
/// The database's.
pub async fn order(view: &View, id: OrderId) -> Result<Option<Order>, DbErr> {
    store::order(view, id).await
}

/// The order with this number.
///
/// # Errors
/// The database's.
pub async fn order_by_number(view: &View, number: &str) -> Result<Option<Order>, DbErr> {
    store::order_by_number(view, number).await
}

/// All orders for a purpose, oldest first.
///
/// # Errors
/// The database's.
pub async fn orders_of(view: &View, purpose: Purpose) -> Result<Vec<Order>, DbErr> {
    store::orders_of(view, purpose).await
}

/// Open orders whose time is over, oldest first. Before one is closed, its attempts are ended at the gateway.
///
/// # Errors
/// The database's.
pub async fn expired(view: &View, limit: u64) -> Result<Vec<Order>, DbErr> {
    store::expired_orders(view, limit).await
}

/// Closes an unpaid order as part of another act; answers the state that it then has.
///
/// # Errors
/// The database's.
pub async fn close(op: &mut Op, id: OrderId) -> Result<Option<State>, DbErr> {
    let Some(order) = store::lock_order(op, id).await? else { return Ok(None) };
    let Ok(closed) = next(order.state, Event::Close) else { return Ok(Some(order.state)) };
    store::move_order(op, id, order.state, closed).await?;
    Ok(Some(closed))
}

/// Closes an order that nobody paid. Closed before: nothing happens.
pub struct CloseOrder {
    /// Which.
    pub order: OrderId,
}

/// Why an order was not closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// There is none with this id.
    #[error("no such order")]
    NotFound,
    /// It is paid.
    #[error("the order is paid")]
    Paid,
    /// The database failed.
    #[error("the order could not be closed")]
    Database(#[from] DbErr),
}

impl Fault for CloseError {
    fn code(&self) -> &'static str {
        match self {
            CloseError::NotFound => "order_not_found",
            CloseError::Paid => "order_paid",
            CloseError::Database(_) => "database",
        }
    }
    fn kind(&self) -> FaultKind {
        match self {
            CloseError::NotFound => FaultKind::NotFound,
            CloseError::Paid => FaultKind::Conflict,
            CloseError::Database(_) => FaultKind::Internal,
        }
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            CloseError::Database(error) => Some(error),
            CloseError::NotFound | CloseError::Paid => None,
        }
    }
}

impl Act for CloseOrder {
    const ACTION: Action = Action::CloseOrder;
    type Answer = ();
    type Error = CloseError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, CloseError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), CloseError> {
        match close(op, self.order).await? {
            None => Err(CloseError::NotFound),
            Some(State::Paid { .. }) => Err(CloseError::Paid),
            Some(State::Open | State::Closed) => Ok(()),
        }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "order": self.order }))
    }
}
