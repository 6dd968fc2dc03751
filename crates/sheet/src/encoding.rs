//! UTF-8 or GB18030: which one, and at which line a file is both.

use crate::table::Unreadable;
use encoding_rs::{Encoding as Table, GB18030, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// How text was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8, with or without a mark in front.
    Utf8,
    /// GB18030, as a Chinese Excel saves csv.
    Gb18030,
    /// UTF-16, as Excel saves "Unicode text".
    Utf16,
}

/// The text of the bytes.
pub(crate) fn decode(bytes: &[u8]) -> Result<(Encoding, Cow<'_, str>), Unreadable> {
    if let Some((table, mark)) = Table::for_bom(bytes)
        && (table == UTF_16LE || table == UTF_16BE)
    {
        let rest = bytes.get(mark..).unwrap_or_default();
        let text = table.decode_without_bom_handling_and_without_replacement(rest);
        return Ok((Encoding::Utf16, text.ok_or(Unreadable::UnknownEncoding { line: 1 })?));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)) {
        return Err(Unreadable::NotASheet);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Encoding::Utf8, Cow::Borrowed(text)));
    }
    if let Some(line) = mixed(bytes) {
        return Err(Unreadable::MixedEncodings { line });
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((Encoding::Gb18030, text)),
        None => Err(Unreadable::UnknownEncoding { line: first_line(bytes, not_gb18030).unwrap_or(1) }),
    }
}

/// The first line that is not UTF-8, where another is UTF-8 with Chinese in it: put together from two files.
fn mixed(bytes: &[u8]) -> Option<u32> {
    let chinese = |line: &[u8]| {
        std::str::from_utf8(line).is_ok_and(|text| text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)))
    };
    let other = first_line(bytes, |line| std::str::from_utf8(line).is_err())?;
    bytes.split(|byte| *byte == b'\n').any(chinese).then_some(other)
}

fn not_gb18030(line: &[u8]) -> bool {
    GB18030.decode_without_bom_handling_and_without_replacement(line).is_none()
}

fn first_line(bytes: &[u8], wrong: impl Fn(&[u8]) -> bool) -> Option<u32> {
    let place = bytes.split(|byte| *byte == b'\n').position(wrong)?;
    u32::try_from(place + 1).ok()
}
