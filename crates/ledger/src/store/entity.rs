//! The rows of the ledger's tables.
#![expect(unreachable_pub, reason = "SeaORM's derives ask for public items; the module is private")]

pub(crate) mod journal {
    //! `ledger_journal`.
    use kernel::{Date, Fund, JournalId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_journal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: JournalId,
        pub fund: Fund,
        pub on_day: Date,
        pub source_kind: String,
        pub source_id: Uuid,
        pub recorded_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod line {
    //! `ledger_line`.
    use crate::Side;
    use kernel::{Fen, JournalId, SubAccountId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_line")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub journal_id: JournalId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub account: String,
        pub side: Side,
        pub amount: Fen,
        pub sub_account: Option<SubAccountId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod seal {
    //! `ledger_seal`.
    use kernel::{JournalId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_seal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub at: Timestamp,
        pub covers: Vec<u8>,
        pub previous: Vec<u8>,
        pub hash: Vec<u8>,
        pub reach: JournalId,
    }

    impl From<Model> for control::chain::Seal {
        fn from(row: Model) -> Self {
            control::chain::Seal {
                number: row.number,
                at: row.at,
                covers: row.covers,
                previous: row.previous,
                hash: row.hash,
            }
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod balance {
    //! `ledger_balance`.
    use kernel::{Date, Fen, Fund};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_balance")]
    pub struct Model {
        // Part of the primary key; SeaORM is not told so, for it asks of keys that they can be counted.
        pub fund: Fund,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub on_day: Date,
        pub debit: Fen,
        pub credit: Fen,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
