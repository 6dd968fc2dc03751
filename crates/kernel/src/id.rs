//! Ids: a UUIDv7 each, one type a noun, so that a bill can never stand where an order is asked for.

/// Declares id types. Each is a UUIDv7; it prints, parses and serialises as the usual 36 characters.
///
/// Crates that have a database and nouns of their own use [`sql_id!`](crate::sql_id).
#[macro_export]
macro_rules! id {
    ($( $(#[$meta:meta])* $Name:ident ),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(pub uuid::Uuid);

        impl $Name {
            /// The id as the plain UUID that the database stores.
            pub const fn uuid(self) -> $crate::uuid::Uuid { self.0 }
        }

        impl From<$crate::uuid::Uuid> for $Name {
            fn from(uuid: $crate::uuid::Uuid) -> Self { Self(uuid) }
        }

        impl ::core::fmt::Display for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::core::fmt::Debug for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                write!(f, "{}({})", stringify!($Name), self.0)
            }
        }

        impl ::core::str::FromStr for $Name {
            type Err = $crate::uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { $crate::uuid::Uuid::parse_str(text).map(Self) }
        }

        impl $crate::serde::Serialize for $Name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $Name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$crate::uuid::Uuid as $crate::serde::Deserialize>::deserialize(deserializer).map(Self)
            }
        }
    )+ };
}

/// Declares id types that are database values too. For crates with a database; they depend on `sea-orm` and `uuid`.
#[cfg(feature = "sql")]
#[macro_export]
macro_rules! sql_id {
    ($( $(#[$meta:meta])* $Name:ident ),+ $(,)?) => {
        $crate::id! { $( $(#[$meta])* #[derive(sea_orm::DeriveValueType)] $Name ),+ }
        $crate::id_as_key! { $( $Name ),+ }
    };
}

/// SeaORM asks this of every primary key, for engines that count their rows; ours never do.
#[cfg(feature = "sql")]
#[doc(hidden)]
#[macro_export]
macro_rules! id_as_key {
    ($( $Name:ident ),+) => { $(
        impl sea_orm::TryFromU64 for $Name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($Name)))
            }
        }
    )+ };
}

#[cfg(feature = "sql")]
id_as_key! {
    PersonId, EmployerId, RelationId, BillId, LineId, OrderId, JournalId, RecordId, StaffId, SubAccountId, WorkItemId,
    AgentId, DemandId
}

id! {
    /// A person of the registry, whatever documents they hold.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    PersonId,
    /// An insured employer (参保单位).
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    EmployerId,
    /// A relation (参保关系): who is insured for what, by whom, from when to when.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    RelationId,
    /// A bill (征集单) of contributions.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    BillId,
    /// A contribution line (缴费明细).
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    LineId,
    /// A payment order at a gateway.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    OrderId,
    /// A journal in the books of one fund.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    JournalId,
    /// An issued record or voucher.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    RecordId,
    /// A member of the agency's staff.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    StaffId,
    /// A sub-account of the books: opaque to the ledger, a person's account to others.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    SubAccountId,
    /// An agent of an employer (单位经办人): who signs in for it.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    AgentId,
    /// A demand note (征收通知单): what an employer owes for a month, all insurances.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    DemandId,
    /// A piece of work that needs a human.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
    WorkItemId,
}
