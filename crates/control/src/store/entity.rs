//! The rows of the desk's tables.
#![expect(unreachable_pub, reason = "SeaORM's derives ask for public items; the module is private")]

pub(crate) mod audit_line {
    //! `control_audit`.
    use crate::{Action, Channel, Outcome};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "control_audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub at: kernel::Timestamp,
        pub actor: String,
        pub actor_id: Option<Uuid>,
        pub channel: Channel,
        pub action: Action,
        pub subject: String,
        pub subject_id: Option<Uuid>,
        pub outcome: Outcome,
        pub reason: Option<String>,
        pub detail: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod audit_seal {
    //! `control_audit_seal`.
    use crate::chain::Seal;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "control_audit_seal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub at: kernel::Timestamp,
        pub covers: Vec<u8>,
        pub previous: Vec<u8>,
        pub hash: Vec<u8>,
    }

    impl From<Model> for Seal {
        fn from(row: Model) -> Seal {
            Seal { number: row.number, at: row.at, covers: row.covers, previous: row.previous, hash: row.hash }
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod job {
    //! `control_job`.
    use crate::job::JobId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "control_job")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: JobId,
        pub kind: String,
        pub payload: String,
        pub state: String,
        pub due: kernel::Timestamp,
        pub leased_till: kernel::Timestamp,
        pub attempts: i64,
        pub last_error: Option<String>,
        pub made_at: kernel::Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod work_item {
    //! `control_work_item`.
    use crate::WorkItemState;
    use kernel::{PersonId, StaffId, WorkItemId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "control_work_item")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: WorkItemId,
        pub kind: String,
        pub person_id: Option<PersonId>,
        pub detail: String,
        pub state: WorkItemState,
        pub opened_at: kernel::Timestamp,
        pub decision: Option<String>,
        pub handled_by: Option<StaffId>,
        pub handled_at: Option<kernel::Timestamp>,
        pub reviewed_by: Option<StaffId>,
        pub reviewed_at: Option<kernel::Timestamp>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

impl From<work_item::Model> for crate::WorkItem {
    fn from(row: work_item::Model) -> Self {
        crate::WorkItem {
            id: row.id,
            kind: row.kind,
            person: row.person_id,
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
            state: row.state,
            opened_at: row.opened_at,
            decision: row.decision,
            handled_by: row.handled_by,
        }
    }
}
