//! How the kernel's own types stand in the OpenAPI document: money and months are texts, words are closed lists.

use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Array, ArrayBuilder, Ref, RefOr, Schema};

/// A component of the document, by its name.
fn of_name(name: &str) -> RefOr<Schema> {
    Ref::from_schema_name(name).into()
}

fn list_of(name: &str) -> Array {
    ArrayBuilder::new().items(of_name(name)).build()
}

/// An amount in yuan.
pub(super) fn yuan() -> RefOr<Schema> {
    of_name("Yuan")
}

/// Several amounts in yuan.
pub(super) fn yuans() -> Array {
    list_of("Yuan")
}

/// A month.
pub(super) fn month() -> RefOr<Schema> {
    of_name("Month")
}

/// Several months.
pub(super) fn months() -> Array {
    list_of("Month")
}

/// A moment, RFC 3339 in UTC.
pub(super) fn moment() -> Object {
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build()
}

/// A list of steps, as [`policy::calc::StepText`] writes them.
pub(super) fn steps() -> Array {
    list_of("Step")
}

/// A text of one format, with an example.
fn text(pattern: &str, example: &str, description: &str) -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).examples([example]);
    text.description(Some(description)).build().into()
}

/// One of a closed list of words.
fn word(words: impl IntoIterator<Item = &'static str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// The schema of an enum of words, from its own list.
macro_rules! words {
    ($( $name:ident: $Type:ty ),+ $(,)?) => { $(
        pub(super) fn $name() -> Object {
            word(<$Type>::ALL.iter().map(|word| word.as_str()))
        }
    )+ };
}

words! {
    insurance: kernel::Insurance,
    unit: policy::Unit,
    level: policy::Level,
    status: policy::Status,
    gateway: payment::GatewayKind,
    record_kind: record::Kind,
}

/// The components that are ours and no Rust type of the interface.
pub(super) fn components() -> Vec<(String, RefOr<Schema>)> {
    let yuan = text(
        r"^-?\d+\.\d{2}$",
        "330.00",
        "An amount in yuan with two decimals. A text, so that no reader makes a float of it.",
    );
    let month = text(r"^\d{4}-(0[1-9]|1[0-2])$", "2026-07", "A month, YYYY-MM.");
    let named = [("Yuan", yuan), ("Month", month), ("Step", step()), ("Problem", problem())];
    named.into_iter().map(|(name, schema)| (name.to_owned(), RefOr::T(schema))).collect()
}

fn plain(description: &str) -> Object {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).build()
}

fn step() -> Schema {
    let source = ObjectBuilder::new()
        .property("parameter", plain("The name in the book of parameters, see /policy."))
        .property("title", plain("In Chinese."))
        .property("title_en", plain("In English."))
        .property("from", ObjectBuilder::new().schema_type(Type::String).format(Some(date())))
        .property("document", plain("The document of the law."))
        .property("article", plain("The article in it."))
        .property("status", status());
    ObjectBuilder::new()
        .description(Some("One step of a computation, with the legal source of each parameter used."))
        .property("key", plain("Stable."))
        .property("label", plain("In Chinese."))
        .property("label_en", plain("In English."))
        .property("formula", plain("With the numbers put in."))
        .property("value", plain("The value."))
        .property("rounding", plain("How a fraction was settled, where there was one."))
        .property("sources", ArrayBuilder::new().items(source))
        .build()
        .into()
}

fn date() -> SchemaFormat {
    SchemaFormat::KnownFormat(KnownFormat::Date)
}

fn problem() -> Schema {
    let status = ObjectBuilder::new().schema_type(Type::Integer).build();
    let mut problem = ObjectBuilder::new()
        .description(Some("A refusal, as RFC 9457 writes it. Act on `code`; title and detail are for people."))
        .property("type", plain("The address of a page about this kind of refusal."))
        .property("title", plain("What happened, in the language of Accept-Language."))
        .property("status", status)
        .property("code", plain("Stable, in snake case."))
        .property("detail", plain("Why, in a sentence."))
        .property("field", plain("The field that must be mended, where it is one."))
        .property("pointer", plain("Where in the body it stands (RFC 6901)."))
        .property("reason", plain("What the reader said, in English, for whoever writes the program."))
        .property("instance", plain("The number of this request, to be named when you call."));
    for required in ["type", "title", "status", "code", "detail", "instance"] {
        problem = problem.required(required);
    }
    problem.build().into()
}
