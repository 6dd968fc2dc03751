//! The rows of the payment tables.
#![expect(unreachable_pub, reason = "SeaORM's derives ask for public items; the module is private")]

pub(crate) mod order {
    //! `payment_order`.
    use crate::{Purpose, ReceiptId, State};
    use kernel::{Fen, Fund, OrderId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "payment_order")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: OrderId,
        pub number: String,
        pub purpose_kind: String,
        pub purpose_id: Uuid,
        pub payer_id: Uuid,
        pub fund: Fund,
        pub amount: Fen,
        pub description: String,
        pub state: String,
        pub receipt_id: Option<ReceiptId>,
        pub opened_at: Timestamp,
        pub expires_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl TryFrom<Model> for crate::Order {
        type Error = DbErr;
        fn try_from(row: Model) -> Result<Self, DbErr> {
            let state = match (row.state.as_str(), row.receipt_id) {
                ("open", None) => State::Open,
                ("closed", None) => State::Closed,
                ("paid", Some(receipt)) => State::Paid { receipt },
                (other, _) => return Err(DbErr::Type(format!("order {} cannot be {other:?}", row.id))),
            };
            let purpose = Purpose::of(&row.purpose_kind, row.purpose_id)?;
            Ok(crate::Order {
                id: row.id,
                number: row.number,
                purpose,
                payer: purpose.payer(row.payer_id),
                fund: row.fund,
                amount: row.amount,
                description: row.description,
                state,
                opened_at: row.opened_at,
                expires_at: row.expires_at,
            })
        }
    }
}

pub(crate) mod receipt {
    //! `payment_receipt`.
    use crate::{GatewayKind, Mismatch, ReceiptId, Standing};
    use kernel::{Fen, JournalId, OrderId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "payment_receipt")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ReceiptId,
        pub gateway: GatewayKind,
        pub merchant: String,
        pub transaction_id: String,
        pub number: String,
        pub order_id: Option<OrderId>,
        pub amount: Fen,
        pub paid_at: Timestamp,
        pub standing: Standing,
        pub mismatch: Option<Mismatch>,
        pub journal_id: Option<JournalId>,
        pub payer: Option<Vec<u8>>,
        pub notice_id: Option<String>,
        pub recorded_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl From<Model> for crate::Receipt {
        fn from(row: Model) -> Self {
            crate::Receipt {
                id: row.id,
                gateway: row.gateway,
                transaction_id: row.transaction_id,
                number: row.number,
                order: row.order_id,
                amount: row.amount,
                paid_at: row.paid_at,
                standing: row.standing,
                mismatch: row.mismatch,
                journal: row.journal_id,
            }
        }
    }
}

pub(crate) mod refund {
    //! `payment_refund`.
    use crate::{ReceiptId, RefundId, RefundState};
    use kernel::{Fen, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "payment_refund")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RefundId,
        pub receipt_id: ReceiptId,
        pub number: String,
        pub amount: Fen,
        pub reason: String,
        pub state: RefundState,
        pub asked_at: Timestamp,
        pub done_at: Option<Timestamp>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub(crate) fn of(self, receipt: crate::Receipt) -> crate::Refund {
            crate::Refund {
                id: self.id,
                receipt,
                number: self.number,
                amount: self.amount,
                reason: self.reason,
                state: self.state,
                asked_at: self.asked_at,
                done_at: self.done_at,
            }
        }
    }
}
