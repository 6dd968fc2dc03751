//! Named words: an enum whose every variant has one stable spelling in the database, in JSON and in the audit.

/// A spelling that names no variant.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{word:?} is not a {kind}")]
pub struct UnknownWord {
    /// The type that was asked for.
    pub kind: &'static str,
    /// What was found instead.
    pub word: String,
}

/// Declares an enum with one stable spelling a variant: `as_str`, `ALL`, `Display`, `FromStr` and serde by that spelling.
///
/// A crate with a database adds `#[derive(sea_orm::DeriveValueType)] #[sea_orm(value_type = "String")]` above the enum.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis enum $Name:ident { $( $(#[$vmeta:meta])* $Variant:ident = $word:literal ),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        $vis enum $Name { $( $(#[$vmeta])* $Variant ),+ }

        #[allow(dead_code, reason = "not every word is used in each of these ways")]
        impl $Name {
            /// Every variant, in the order of declaration.
            $vis const ALL: &'static [$Name] = &[$( $Name::$Variant ),+];

            /// The stable spelling.
            $vis const fn as_str(self) -> &'static str {
                match self { $( $Name::$Variant => $word ),+ }
            }
        }

        impl ::core::fmt::Display for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::str::FromStr for $Name {
            type Err = $crate::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $( $word => Ok($Name::$Variant), )+
                    _ => Err($crate::UnknownWord { kind: stringify!($Name), word: word.to_owned() }),
                }
            }
        }

        impl $crate::serde::Serialize for $Name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $Name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <::std::borrow::Cow<'de, str> as $crate::serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err($crate::serde::de::Error::custom)
            }
        }
    };
}
