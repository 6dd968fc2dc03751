//! The rows of this crate's tables.
#![expect(unreachable_pub, reason = "SeaORM's derives ask for public items; the module is private")]

pub(crate) mod line {
    //! `contribution_line`.
    use crate::{LineKind, PaidBy};
    use kernel::{BillId, Fen, LineId, Month, PersonId, RelationId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "contribution_line")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub fee_month: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LineId,
        pub relation_id: RelationId,
        pub payer: PaidBy,
        pub kind: LineKind,
        pub settlement: Month,
        pub credited: Month,
        pub bill_id: Option<BillId>,
        pub receipt_id: Option<payment::ReceiptId>,
        pub policy: i64,
        pub pension_base: Option<Fen>,
        pub pension_employer: Option<Fen>,
        pub pension_personal: Option<Fen>,
        pub pension_account: Option<Fen>,
        pub medical_base: Option<Fen>,
        pub medical_employer: Option<Fen>,
        pub medical_personal: Option<Fen>,
        pub unemployment_base: Option<Fen>,
        pub unemployment_employer: Option<Fen>,
        pub unemployment_personal: Option<Fen>,
        pub injury_base: Option<Fen>,
        pub injury_employer: Option<Fen>,
        pub maternity_base: Option<Fen>,
        pub maternity_employer: Option<Fen>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod bill {
    //! `contribution_bill`.
    use crate::BillKind;
    use kernel::{BillId, Date, Fen, JournalId, OrderId, PersonId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "contribution_bill")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BillId,
        pub person_id: PersonId,
        pub kind: BillKind,
        pub year: i32,
        pub percent: Option<i32>,
        pub total: Fen,
        pub account: Fen,
        pub collector: String,
        pub policy_hash: String,
        pub issued_at: Timestamp,
        pub state: String,
        pub order_id: Option<OrderId>,
        pub journal_id: Option<JournalId>,
        pub paid_on: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod bill_month {
    //! `contribution_bill_month`.
    use kernel::{BillId, Fen, LineId, RelationId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "contribution_bill_month")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub bill_id: BillId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub fee_month: i32,
        pub line_id: LineId,
        pub relation_id: RelationId,
        pub base: Fen,
        pub total: Fen,
        pub account: Fen,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod refundable {
    //! `contribution_refundable`.
    use crate::{RefundReason, RefundState, RefundableId};
    use kernel::{BillId, Fen, JournalId, Month, PersonId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "contribution_refundable")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RefundableId,
        pub person_id: PersonId,
        pub bill_id: BillId,
        pub fee_month: Month,
        pub receipt_id: Option<payment::ReceiptId>,
        pub reason: RefundReason,
        pub amount: Fen,
        pub held_at: Timestamp,
        pub state: RefundState,
        pub journal_id: Option<JournalId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod account_entry {
    //! `contribution_account_entry`.
    use crate::{EntryKind, Method};
    use kernel::{Fen, PersonId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "contribution_account_entry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub year: i32,
        pub kind: EntryKind,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub amount: Fen,
        pub method: Option<Method>,
        pub policy: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
