//! A form or a query as it was sent: names with values, a name perhaps several times. Nothing is believed yet.

/// What was sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// The last value of a name, without spaces around it; empty where it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// Whether a name was sent at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The place to go on to after signing in: a path of this hall, and nothing else.
    pub(crate) fn next(&self) -> &str {
        crate::session::next_of(Some(self.text("next")))
    }
}
