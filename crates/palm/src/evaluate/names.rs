//! Who is on which picture, read from the names of files: by a pattern that is given, or by one that is guessed.
//!
//! It refuses names in which no person and no number can be told apart, rather than to count strangers as one person.

use std::collections::{BTreeMap, BTreeSet};

/// One picture's place in the protocol.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Named {
    /// Who it is: every part of the name that is neither session nor number, such as `001-l`.
    pub person: String,
    /// The first number in `person`, by which people are chosen; nothing when there is none.
    pub ordinal: Option<u32>,
    /// On which date it was taken: only pictures of different sessions are compared.
    pub session: u32,
    /// Which one of them.
    pub number: u32,
}

/// Why names cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NamesError {
    /// A pattern needs to say where the person and the number stand.
    #[error("a pattern needs {{person}} and {{number}}; it may have {{session}} and *")]
    Pattern,
    /// A name that does not fit.
    #[error("{name} does not fit the pattern")]
    Unfit {
        /// The file.
        name: String,
    },
    /// The names do not show who is who.
    #[error("the names do not show who is on which picture; give a pattern such as {{person}}_*_{{number}}")]
    Unclear,
    /// Nobody has pictures of two sessions.
    #[error("nobody has pictures of two sessions")]
    OneSession,
}

/// Reads names (paths below the folder, without their endings). Where no part of the name is a session, the first half of
/// each person's numbers is the first session.
pub fn read(names: &[String], pattern: Option<&str>) -> Result<Vec<Named>, NamesError> {
    let read = match pattern {
        Some(pattern) => given(names, pattern)?,
        None => guessed(names)?,
    };
    let named = sessions(read);
    let mut seen: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for name in &named {
        seen.entry(&name.person).or_default().insert(name.session);
    }
    if seen.values().all(|sessions| sessions.len() < 2) {
        return Err(NamesError::OneSession);
    }
    Ok(named)
}

/// What a name says before sessions are settled.
struct Parts {
    person: String,
    session: Option<u32>,
    number: u32,
}

fn given(names: &[String], pattern: &str) -> Result<Vec<Parts>, NamesError> {
    let whole = pattern.contains("{person}") && pattern.contains("{number}");
    let pieces = if whole { pieces(pattern) } else { return Err(NamesError::Pattern) };
    names.iter().map(|name| fit(name, &pieces).ok_or_else(|| NamesError::Unfit { name: name.clone() })).collect()
}

/// A piece of a pattern: a text that stands there, or a field that ends where the next text begins.
enum Piece<'a> {
    Text(&'a str),
    Person,
    Session,
    Number,
    Any,
}

fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    const FIELDS: [&str; 4] = ["{person}", "{session}", "{number}", "*"];
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while !rest.is_empty() {
        let next = FIELDS.iter().filter_map(|field| Some((rest.find(field)?, *field))).min();
        let Some((at, field)) = next else {
            pieces.push(Piece::Text(rest));
            break;
        };
        if at > 0 {
            pieces.push(Piece::Text(&rest[..at]));
        }
        pieces.push(match field {
            "{person}" => Piece::Person,
            "{session}" => Piece::Session,
            "{number}" => Piece::Number,
            _ => Piece::Any,
        });
        rest = &rest[at + field.len()..];
    }
    pieces
}

fn fit(name: &str, pieces: &[Piece<'_>]) -> Option<Parts> {
    let mut rest = name;
    let (mut person, mut session, mut number) = (None, None, None);
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        if let Piece::Text(text) = piece {
            rest = rest.strip_prefix(text)?;
            continue;
        }
        let end = match pieces.peek() {
            Some(Piece::Text(text)) => rest.find(text)?,
            Some(Piece::Person | Piece::Session | Piece::Number | Piece::Any) => {
                rest.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(rest.len())
            }
            None => rest.len(),
        };
        let (field, left) = rest.split_at(end);
        rest = left;
        match piece {
            Piece::Person => person = Some(field.to_owned()),
            Piece::Session => session = Some(first_number(field)?),
            Piece::Number => number = Some(first_number(field)?),
            Piece::Any | Piece::Text(_) => {}
        }
    }
    (rest.is_empty()).then_some(Parts { person: person?, session, number: number? })
}

/// Guesses: names are cut where they are not letters or digits. A part that says `s1` or `session2` in every name is the
/// session; the last part that is not the same in all names is the picture; the other varying ones are the person, but for a
/// small bare number right before the picture, which is the session too.
fn guessed(names: &[String]) -> Result<Vec<Parts>, NamesError> {
    let rows: Vec<Vec<&str>> = names.iter().map(|name| words(name)).collect();
    let width = rows.first().map_or(0, Vec::len);
    if width < 2 || rows.iter().any(|row| row.len() != width) {
        return Err(NamesError::Unclear);
    }
    let column = |place: usize| rows.iter().map(move |row| row[place]);
    let said = (0..width).find(|place| column(*place).all(is_session));
    let varies = |place: &usize| column(*place).any(|word| word != rows[0][*place]);
    let varying: Vec<usize> = (0..width).filter(|place| Some(*place) != said).filter(varies).collect();
    let Some((number, person)) = varying.split_last() else { return Err(NamesError::Unclear) };
    let small = |place: &usize| column(*place).all(|word| word.len() == 1 && word.parse::<u32>().is_ok());
    let (session, person) = match person.split_last() {
        Some((last, person)) if said.is_none() && !person.is_empty() && small(last) => (Some(*last), person),
        _ => (said, person),
    };
    if person.is_empty() || column(*number).any(|word| first_number(word).is_none()) {
        return Err(NamesError::Unclear);
    }
    let parts = |row: &Vec<&str>| Parts {
        person: person.iter().map(|place| row[*place]).collect::<Vec<&str>>().join("-"),
        session: session.and_then(|place| first_number(row[place])),
        number: first_number(row[*number]).unwrap_or_default(),
    };
    Ok(rows.iter().map(parts).collect())
}

fn words(name: &str) -> Vec<&str> {
    name.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

fn is_session(word: &str) -> bool {
    let number = word.strip_prefix("session").or_else(|| word.strip_prefix(['s', 'S']));
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}

fn first_number(word: &str) -> Option<u32> {
    let start = word.find(|sign: char| sign.is_ascii_digit())?;
    let digits = &word[start..];
    let end = digits.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// Settles the sessions that no name says.
fn sessions(parts: Vec<Parts>) -> Vec<Named> {
    let mut numbers: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for part in &parts {
        numbers.entry(part.person.clone()).or_default().push(part.number);
    }
    numbers.values_mut().for_each(|numbers| numbers.sort_unstable());
    let half = |part: &Parts| -> u32 {
        let numbers = numbers.get(&part.person).map_or(&[][..], Vec::as_slice);
        let place = numbers.partition_point(|number| *number < part.number);
        if place < numbers.len().div_ceil(2) { 1 } else { 2 }
    };
    let named = parts.iter().map(|part| Named {
        person: part.person.clone(),
        ordinal: first_number(&part.person),
        session: part.session.unwrap_or_else(|| half(part)),
        number: part.number,
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], pattern: Option<&str>) -> Result<Vec<(String, u32, u32)>, NamesError> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Ok(read(&names, pattern)?.into_iter().map(|named| (named.person, named.session, named.number)).collect())
    }

    fn row(person: &str, session: u32, number: u32) -> (String, u32, u32) {
        (person.to_owned(), session, number)
    }

    #[test]
    fn numbers_alone_are_halved_into_sessions() {
        let names = ["001_l_940_01", "001_l_940_02", "002_l_940_01", "002_l_940_02"];
        let expected = vec![row("001", 1, 1), row("001", 2, 2), row("002", 1, 1), row("002", 2, 2)];
        assert_eq!(check(&names, None), Ok(expected));
    }

    #[test]
    fn sessions_and_folders_are_seen() {
        let names = ["p7/s1_03", "p7/s2_03", "p8/s1_04", "p8/s2_04"];
        let expected = vec![row("p7", 1, 3), row("p7", 2, 3), row("p8", 1, 4), row("p8", 2, 4)];
        assert_eq!(check(&names, None), Ok(expected));
    }

    #[test]
    fn a_small_number_before_the_picture_is_a_session() {
        let names = ["0001_1_1", "0001_2_1", "0002_1_1", "0002_2_2"];
        let expected = vec![row("0001", 1, 1), row("0001", 2, 1), row("0002", 1, 1), row("0002", 2, 2)];
        assert_eq!(check(&names, None), Ok(expected));
    }

    #[test]
    fn a_pattern_says_what_is_what() {
        let names = ["ab-12-x-2-9", "ab-12-y-1-8"];
        let expected = vec![row("12", 2, 9), row("12", 1, 8)];
        assert_eq!(check(&names, Some("ab-{person}-*-{session}-{number}")), Ok(expected));
    }

    #[test]
    fn what_cannot_be_told_is_refused_by_name() {
        assert_eq!(check(&["a_1", "a_2"], Some("{person}")), Err(NamesError::Pattern));
        let unfit = NamesError::Unfit { name: "b_2".to_owned() };
        assert_eq!(check(&["a_1", "b_2"], Some("a{person}_{number}")), Err(unfit));
        assert_eq!(check(&["hand", "palm"], None), Err(NamesError::Unclear));
        assert_eq!(check(&["1_s1_1", "2_s1_1", "1_s1_2"], None), Err(NamesError::OneSession));
    }
}
