//! The rows of the registry's tables.
#![expect(unreachable_pub, reason = "SeaORM's derives ask for public items; the module is private")]

pub(crate) mod person {
    //! `registry_person`.
    use kernel::{Date, PersonId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "registry_person")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PersonId,
        pub personal_number: String,
        pub name: String,
        pub bank_name: String,
        pub sex: String,
        pub birth_document: Date,
        pub birth_file: Option<Date>,
        pub birth_decided: Date,
        pub birth_reason: Option<String>,
        pub birth_decided_on: Option<Date>,
        pub area: String,
        pub source: String,
        pub merged_into: Option<PersonId>,
        pub recorded_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod category {
    //! `registry_category`.
    use crate::Category;
    use kernel::{Date, PersonId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "registry_category")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub from_day: Date,
        pub category: Category,
        pub reason: String,
        pub recorded_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod document {
    //! `registry_document`.
    use crate::DocumentKind;
    use kernel::{Date, PersonId, Timestamp, WorkItemId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "registry_document")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person_id: PersonId,
        pub kind: DocumentKind,
        pub number_sealed: Vec<u8>,
        pub number_index: Vec<u8>,
        pub from_day: Option<Date>,
        pub until_day: Option<Date>,
        pub source: String,
        pub decision: Option<WorkItemId>,
        pub recorded_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod contact {
    //! `registry_contact`.
    use crate::ContactKind;
    use kernel::{PersonId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "registry_contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person_id: PersonId,
        pub kind: ContactKind,
        pub value_sealed: Vec<u8>,
        pub value_index: Vec<u8>,
        pub from_at: Timestamp,
        pub until_at: Option<Timestamp>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod change {
    //! `registry_change`.
    use crate::Field;
    use kernel::{Date, PersonId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "registry_change")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person_id: PersonId,
        pub field: Field,
        pub before_sealed: Vec<u8>,
        pub after_sealed: Vec<u8>,
        pub from_day: Date,
        pub reason: String,
        pub actor: String,
        pub actor_id: Option<Uuid>,
        pub at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod merge {
    //! `registry_merge`.
    use kernel::{PersonId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "registry_merge")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub from_person: PersonId,
        pub into_person: PersonId,
        pub reason: String,
        pub merged_by: Option<Uuid>,
        pub merged_at: Timestamp,
        pub undone_by: Option<Uuid>,
        pub undone_at: Option<Timestamp>,
        pub undo_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod status {
    //! `registry_status`.
    use crate::StatusKind;
    use kernel::{Date, PersonId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "registry_status")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: StatusKind,
        pub from_day: Date,
        pub until_day: Option<Date>,
        pub source: String,
        pub recorded_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
