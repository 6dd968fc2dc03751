//! A line of JSON as it stands, borrowed from the line: nothing is copied, sorted or looked up that is not asked for.
//! What is no JSON is refused in the words of `serde_json`, whose reader this is.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Fields<'a>),
}

/// The fields of an object in the order of the line. Of those with one name the last counts.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

/// The object of a line, without the fields that any question may carry.
#[derive(PartialEq, Debug)]
pub(crate) struct Asked<'a> {
    /// Given back as it is.
    pub(crate) id: Json<'a>,
    /// Which calculation.
    pub(crate) calc: Option<Json<'a>>,
    /// What the answer is to be compared with, where that is read.
    pub(crate) expect: Option<Value>,
    /// All others.
    pub(crate) fields: Fields<'a>,
}

/// What is made of the `expect` of a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Expected {
    Dropped,
    Read,
}

/// The object of a line; nothing where it is JSON of another kind.
///
/// # Errors
/// Where it is no JSON.
pub(crate) fn read(line: &str, expected: Expected) -> Result<Option<Asked<'_>>, serde_json::Error> {
    if !line.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{') {
        return serde_json::from_str(line).map(|_: Json<'_>| None);
    }
    let mut reader = serde_json::Deserializer::from_str(line);
    let asked = Line(expected).deserialize(&mut reader)?;
    reader.end()?;
    Ok(Some(asked))
}

impl<'a> Fields<'a> {
    /// Room for as many fields as most questions have.
    fn new() -> Fields<'a> {
        Fields(Vec::with_capacity(8))
    }

    /// The value of a field.
    pub(crate) fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().rev().find_map(|(field, value)| (field == name).then_some(value))
    }

    /// The names, one perhaps more than once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_ref())
    }
}

struct Line(Expected);

impl<'de> DeserializeSeed<'de> for Line {
    type Value = Asked<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Asked<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Line {
    type Value = Asked<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Asked<'de>, A::Error> {
        let mut asked = Asked { id: Json::Null, calc: None, expect: None, fields: Fields::new() };
        while let Some(Name(name)) = map.next_key()? {
            match name.as_ref() {
                "id" => asked.id = map.next_value()?,
                "calc" => asked.calc = Some(map.next_value()?),
                "expect" => match self.0 {
                    Expected::Read => asked.expect = Some(map.next_value()?),
                    Expected::Dropped => drop(map.next_value::<Json<'de>>()?),
                },
                _ => {
                    let value = map.next_value()?;
                    asked.fields.0.push((name, value));
                }
            }
        }
        Ok(asked)
    }
}

/// A name, borrowed where it is written without escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name<'de>, D::Error> {
        deserializer.deserialize_str(Words).map(Name)
    }
}

struct Words;

impl<'de> Visitor<'de> for Words {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json<'de>, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Json<'de>, E> {
        Words.visit_borrowed_str(text).map(Json::Text)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json<'de>, E> {
        Words.visit_str(text).map(Json::Text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut fields = Fields::new();
        while let Some(Name(name)) = map.next_key()? {
            let value = map.next_value()?;
            fields.0.push((name, value));
        }
        Ok(Json::Object(fields))
    }
}

/// As `serde_json` writes a value that it has read: the fields of objects in order of name.
impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(truth) => serializer.serialize_bool(*truth),
            Json::Number(number) => number.serialize(serializer),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items),
            Json::Object(Fields(fields)) => {
                let sorted: BTreeMap<&str, &Json<'_>> =
                    fields.iter().map(|(name, value)| (name.as_ref(), value)).collect();
                serializer.collect_map(sorted)
            }
        }
    }
}
