//! The rows of the papers' tables.
#![expect(unreachable_pub, reason = "SeaORM's derives ask for public items; the module is private")]

pub(crate) mod issue {
    //! `record_issue`.
    use crate::{HolderId, HolderKind, Kind};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_issue")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: kernel::RecordId,
        pub serial: String,
        pub verify_code: String,
        pub kind: Kind,
        pub holder: HolderKind,
        pub holder_id: Uuid,
        pub about: Option<Uuid>,
        pub channel: control::Channel,
        pub issued_at: kernel::Timestamp,
    }

    impl Model {
        /// Whose it is.
        pub fn holder_id(&self) -> HolderId {
            HolderId::of(self.holder, self.holder_id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod file {
    //! `record_file`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_file")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: kernel::RecordId,
        pub template_version: i32,
        pub facts: Vec<u8>,
        pub pages: i32,
        pub sm3: String,
        pub signature: String,
        pub pdf: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
