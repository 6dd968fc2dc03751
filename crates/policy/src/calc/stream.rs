//! The stream: a line in, a line out, memory bounded by the longest line allowed.

use super::refusal::Refusal;
use super::{Options, Verdict, answer, respond};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, Read, Write};

/// The longest question.
const LINE_BYTES_MAX: usize = 1 << 20;

/// What became of all lines.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Answered and not compared.
    pub answered: u64,
    /// Refused and not compared.
    pub refused: u64,
    /// Compared and as expected.
    pub right: u64,
    /// Compared and different.
    pub wrong: u64,
    /// Calculations of the interface that this version does not have yet, with how often each was asked for.
    pub not_implemented: BTreeMap<&'static str, u64>,
}

impl Summary {
    fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Answered => self.answered += 1,
            Verdict::Refused => self.refused += 1,
            Verdict::Right => self.right += 1,
            Verdict::Wrong => self.wrong += 1,
            Verdict::NotImplemented(kind) => *self.not_implemented.entry(kind).or_default() += 1,
        }
    }
}

/// One line for standard error.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { answered, refused, right, wrong, not_implemented } = self;
        write!(f, "{right} right, {wrong} wrong, {answered} answered without comparison, {refused} refused")?;
        if !not_implemented.is_empty() {
            let kinds: Vec<String> = not_implemented.iter().map(|(kind, count)| format!("{kind} ({count})")).collect();
            write!(f, ", {} not implemented: {}", not_implemented.values().sum::<u64>(), kinds.join(", "))?;
        }
        Ok(())
    }
}

/// Answers every line of the input, in order, until it ends.
///
/// # Errors
/// Only where the input cannot be read or the output cannot be written.
pub fn run(mut input: impl BufRead, mut output: impl Write, options: Options) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let mut line = Vec::new();
    while let Some(length) = next_line(&mut input, &mut line)? {
        let (text, verdict) = match length {
            Length::Whole => answer(&line, options),
            Length::TooLong => {
                let message = format!("the line is too long: put at most {LINE_BYTES_MAX} bytes");
                respond(serde_json::Value::Null, Err(Refusal::new("line_too_long", None, message)), None)
            }
        };
        output.write_all(text.as_bytes())?;
        output.write_all(b"\n")?;
        summary.count(verdict);
    }
    output.flush()?;
    Ok(summary)
}

enum Length {
    Whole,
    TooLong,
}

/// Reads the next line without its end; the rest of one that is too long is skipped. Nothing at the end of the input.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<Length>> {
    line.clear();
    let limit = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX) + 1;
    if input.by_ref().take(limit).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > LINE_BYTES_MAX {
        skip_line(input)?;
        return Ok(Some(Length::TooLong));
    }
    Ok(Some(Length::Whole))
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let (used, ended) = {
            let bytes = input.fill_buf()?;
            match bytes.iter().position(|byte| *byte == b'\n') {
                Some(end) => (end + 1, true),
                None => (bytes.len(), bytes.is_empty()),
            }
        };
        input.consume(used);
        if ended {
            return Ok(());
        }
    }
}
