//! Workbooks: the first sheet that is not hidden. Every byte that is unpacked is counted against [`Limits`], whatever the
//! archive says of itself, so that a bomb costs no more than the limit; entities that a document declares are not followed.

mod part;

use crate::day::Epoch;
use crate::decimal::Decimal;
use crate::table::{Cell, Kind, Limits, Row, Rows, Table, Unreadable};
use part::{Parts, Piece, attribute};

/// A sheet of the workbook as its list names it.
struct Listed {
    relation: String,
    hidden: bool,
}

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Table, Unreadable> {
    let mut parts = Parts::open(bytes, limits)?;
    let (listed, epoch) = workbook(&mut parts)?;
    let first = listed.iter().find(|sheet| !sheet.hidden).or(listed.first()).ok_or(Unreadable::Empty)?;
    let path = target(&mut parts, &first.relation)?;
    let strings = shared_strings(&mut parts, limits)?;
    let rows = sheet(&mut parts, &path, &strings, limits)?;
    Ok(Table { kind: Kind::Xlsx, epoch, rows })
}

/// The sheets, and from which day the workbook counts.
fn workbook(parts: &mut Parts<'_>) -> Result<(Vec<Listed>, Epoch), Unreadable> {
    let (mut listed, mut epoch) = (Vec::new(), Epoch::Of1900);
    let found = parts.each("xl/workbook.xml", |piece| {
        if let Piece::Open(name, element) = piece {
            match name {
                "sheet" => {
                    let hidden = attribute(element, "state").is_some_and(|state| state != "visible");
                    listed.push(Listed { relation: attribute(element, "id").unwrap_or_default(), hidden });
                }
                "workbookPr" if attribute(element, "date1904").is_some_and(|flag| flag == "1" || flag == "true") => {
                    epoch = Epoch::Of1904;
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    if found { Ok((listed, epoch)) } else { Err(Unreadable::NotASheet) }
}

/// The path of the part to which a relation of the workbook leads.
fn target(parts: &mut Parts<'_>, relation: &str) -> Result<String, Unreadable> {
    let mut path = None;
    parts.each("xl/_rels/workbook.xml.rels", |piece| {
        if let Piece::Open("Relationship", element) = piece
            && attribute(element, "Id").as_deref() == Some(relation)
        {
            path = attribute(element, "Target");
        }
        Ok(())
    })?;
    let path = path.ok_or(Unreadable::Damaged)?;
    Ok(path.strip_prefix('/').map_or_else(|| format!("xl/{path}"), str::to_owned))
}

/// The texts that cells name by their number. How many may be used is bounded by the cells that may be read.
fn shared_strings(parts: &mut Parts<'_>, limits: &Limits) -> Result<Vec<String>, Unreadable> {
    let most = limits.rows_max.saturating_mul(limits.columns_max);
    let (mut strings, mut text) = (Vec::new(), Text::default());
    parts.each("xl/sharedStrings.xml", |piece| {
        text.follow(&piece, limits);
        if let Piece::Close("si") = piece {
            if strings.len() >= most {
                return Err(Unreadable::TooManyRows { most: limits.rows_max });
            }
            strings.push(text.taken());
        }
        Ok(())
    })?;
    Ok(strings)
}

/// The text inside of `t` elements, without the readings (`rPh`) that a Japanese Excel keeps beside them.
#[derive(Default)]
struct Text {
    inside: bool,
    reading: bool,
    text: String,
}

impl Text {
    fn follow(&mut self, piece: &Piece<'_>, limits: &Limits) {
        match piece {
            Piece::Open("t" | "v", _) => self.inside = true,
            Piece::Close("t" | "v") => self.inside = false,
            Piece::Open("rPh", _) => self.reading = true,
            Piece::Close("rPh") => self.reading = false,
            Piece::Text(more) if self.inside && !self.reading => {
                // One character beyond the limit is enough to refuse the cell by.
                let room = (limits.cell_chars_max + 1).saturating_sub(self.text.chars().count());
                self.text.extend(more.chars().take(room));
            }
            Piece::Open(..) | Piece::Close(_) | Piece::Text(_) => {}
        }
    }

    fn taken(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

/// Where in the sheet the reader stands.
#[derive(Default)]
struct Place {
    row: u32,
    column: usize,
    kind: String,
}

fn sheet(parts: &mut Parts<'_>, path: &str, strings: &[String], limits: &Limits) -> Result<Vec<Row>, Unreadable> {
    let mut rows = Rows::within(limits);
    let mut row = Row { number: 0, cells: Vec::new() };
    let (mut place, mut text) = (Place::default(), Text::default());
    let found = parts.each(path, |piece| {
        text.follow(&piece, limits);
        match piece {
            Piece::Open("row", element) => {
                let named = attribute(element, "r").and_then(|number| number.parse().ok());
                place = Place { row: named.unwrap_or(place.row.saturating_add(1)), ..Place::default() };
                row = Row { number: place.row, cells: Vec::new() };
            }
            Piece::Open("c", element) => {
                let named = attribute(element, "r").map(|name| column_of(&name, limits)).transpose()?;
                place.column = named.unwrap_or(place.column);
                place.kind = attribute(element, "t").unwrap_or_default();
                text.taken();
            }
            Piece::Close("c") => {
                rows.put(&mut row, place.column, cell(&place.kind, text.taken(), strings))?;
                place.column = place.column.saturating_add(1);
            }
            Piece::Close("row") => {
                let done = std::mem::replace(&mut row, Row { number: place.row, cells: Vec::new() });
                rows.take(done)?;
            }
            Piece::Open(..) | Piece::Close(_) | Piece::Text(_) => {}
        }
        Ok(())
    })?;
    if found { Ok(rows.all()) } else { Err(Unreadable::Damaged) }
}

/// `AB12` as 27. More than three letters are no column of any workbook.
fn column_of(name: &str, limits: &Limits) -> Result<usize, Unreadable> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic);
    let mut number = 0_usize;
    for (count, letter) in letters.enumerate() {
        if count >= 3 {
            return Err(Unreadable::TooManyColumns { most: limits.columns_max });
        }
        number = number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    number.checked_sub(1).ok_or(Unreadable::Damaged)
}

fn cell(kind: &str, text: String, strings: &[String]) -> Cell {
    match kind {
        "s" => match text.parse::<usize>().ok().and_then(|place| strings.get(place)) {
            Some(text) => Cell::Text(text.clone()),
            None => Cell::Empty,
        },
        "str" | "inlineStr" | "d" | "b" => Cell::Text(text),
        "e" => Cell::Wrong(text),
        _ if text.is_empty() => Cell::Empty,
        // What is long or has an exponent stays as it is written, so that lost digits are noticed.
        _ => match Decimal::parse(&text) {
            Some(number) if !text.contains(['e', 'E']) || number.whole.len() <= 15 => {
                Cell::Number(number.settled().plain())
            }
            Some(_) | None => Cell::Number(text),
        },
    }
}
