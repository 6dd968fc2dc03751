//! The parts of the archive, read piece by piece while their bytes are counted.

use crate::table::{Limits, Unreadable};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::cell::Cell;
use std::io::{BufReader, Cursor, Error, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// More parts than this no workbook of a roster has; each costs memory before anything is read.
const PARTS_MAX: u16 = 2_000;
/// The end of an archive: 22 bytes and a remark of at most 65,535.
const END_BYTES_MAX: usize = 22 + 65_535;

/// An archive and how many bytes may still be unpacked.
pub(super) struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: Cell<u64>,
    most: u64,
}

/// What the reader meets: local names without their prefix.
pub(super) enum Piece<'a> {
    Open(&'a str, &'a BytesStart<'a>),
    Close(&'a str),
    Text(&'a str),
}

/// A reader that counts.
struct Counted<'a, R> {
    inner: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.get().checked_sub(u64::try_from(read).unwrap_or(u64::MAX));
        self.left.set(left.unwrap_or(0));
        left.map(|_| read).ok_or_else(|| Error::other("more than may be unpacked"))
    }
}

impl<'a> Parts<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Parts<'a>, Unreadable> {
        if listed(bytes).is_none_or(|parts| parts > PARTS_MAX) {
            return Err(Unreadable::Damaged);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
        Ok(Parts { archive, left: Cell::new(limits.unpacked_bytes_max), most: limits.unpacked_bytes_max })
    }

    /// Hands each piece of a part on; false where there is no such part.
    pub(super) fn each(
        &mut self,
        path: &str,
        mut on: impl FnMut(Piece<'_>) -> Result<(), Unreadable>,
    ) -> Result<bool, Unreadable> {
        let file = match self.archive.by_name(path) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(false),
            Err(_) => return Err(Unreadable::Damaged),
        };
        let mut reader = Reader::from_reader(BufReader::new(Counted { inner: file, left: &self.left }));
        reader.config_mut().expand_empty_elements = true;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let Ok(event) = reader.read_event_into(&mut buffer) else {
                let spent = self.left.get() == 0;
                return Err(if spent { Unreadable::Bomb { most: self.most } } else { Unreadable::Damaged });
            };
            match event {
                Event::Start(element) => on(Piece::Open(element.local_name().into_inner(), &element))?,
                Event::End(element) => on(Piece::Close(element.local_name().into_inner()))?,
                Event::Text(text) => on(Piece::Text(&text))?,
                Event::CData(text) => on(Piece::Text(&text))?,
                Event::GeneralRef(reference) => {
                    on(Piece::Text(named(&reference).encode_utf8(&mut [0; 4])))?;
                }
                Event::Eof => return Ok(true),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }
}

/// How many parts the archive lists.
fn listed(bytes: &[u8]) -> Option<u16> {
    let tail = bytes.get(bytes.len().saturating_sub(END_BYTES_MAX)..)?;
    let end = tail.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let count = tail.get(end + 10..end + 12)?;
    Some(u16::from_le_bytes(count.try_into().ok()?))
}

/// The character of `&amp;` or `&#20013;`; a blank for what the document itself declares.
fn named(reference: &BytesRef<'_>) -> char {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c;
    }
    match &**reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => ' ',
    }
}

/// The value of an attribute by its local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let found =
        attributes.with_checks(false).flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(String::from)
}
