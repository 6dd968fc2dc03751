//! The stream: a line in, a line out, in order, memory bounded by the longest line allowed.

use super::refusal::Refusal;
use super::{Options, Verdict, answer_into, refuse};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, Write};
use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// The longest question.
const LINE_BYTES_MAX: usize = 1 << 20;
/// The most that is read at once.
const READ_BYTES_MAX: usize = 1 << 20;
/// What a thread takes at once: enough that taking it costs nothing, and little enough that all end together.
const PIECE_BYTES: usize = 1 << 14;

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

    fn add(&mut self, other: &Summary) {
        let Summary { answered, refused, right, wrong, not_implemented } = other;
        self.answered += answered;
        self.refused += refused;
        self.right += right;
        self.wrong += wrong;
        for (kind, count) in not_implemented {
            *self.not_implemented.entry(kind).or_default() += count;
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

/// Answers every line of the input, in order, until it ends. What has come is answered and written before more is waited
/// for, so that whoever asks one question at a time is answered at once; of much input all cores take a part.
///
/// # Errors
/// Only where the input cannot be read or the output cannot be written.
pub fn run(mut input: impl BufRead, mut output: impl Write, options: Options) -> io::Result<Summary> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let (mut summary, mut held, mut chunk) = (Summary::default(), Vec::new(), vec![0; READ_BYTES_MAX]);
    loop {
        let length = match input.read(&mut chunk) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let unfinished = held.len();
        held.extend_from_slice(chunk.get(..length).unwrap_or_default());
        let whole = match held.iter().skip(unfinished).rposition(|byte| *byte == b'\n') {
            Some(end) => unfinished + end + 1,
            None if length == 0 => held.len(),
            None => 0,
        };
        let mut pieces = Piece::cut(held.get(..whole).unwrap_or_default());
        answer_all(&mut pieces, options, threads);
        for piece in &pieces {
            output.write_all(&piece.answers)?;
            summary.add(&piece.summary);
        }
        output.flush()?;
        if length == 0 {
            return Ok(summary);
        }
        held.drain(..whole);
        // Of a line that is too long no more is held than shows that it is.
        held.truncate(LINE_BYTES_MAX + 1);
    }
}

/// Some whole lines, and the answers to them once they are there.
struct Piece<'a> {
    lines: &'a [u8],
    answers: Vec<u8>,
    summary: Summary,
}

impl<'a> Piece<'a> {
    /// Cuts lines into pieces of about the same length.
    fn cut(mut lines: &'a [u8]) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        while !lines.is_empty() {
            let enough = PIECE_BYTES.min(lines.len());
            let end = enough + next_line(&lines[enough - 1..]).len() - 1;
            let (piece, rest) = lines.split_at(end);
            pieces.push(Piece { lines: piece, answers: Vec::with_capacity(piece.len()), summary: Summary::default() });
            lines = rest;
        }
        pieces
    }

    fn answer(&mut self, options: Options) {
        let mut rest = self.lines;
        while !rest.is_empty() {
            let (line, after) = rest.split_at(next_line(rest).len());
            rest = after;
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let verdict = if line.len() > LINE_BYTES_MAX {
                let message = format!("the line is too long: put at most {LINE_BYTES_MAX} bytes");
                refuse(&mut self.answers, Refusal::new("line_too_long", None, message))
            } else {
                answer_into(&mut self.answers, line, options)
            };
            self.answers.push(b'\n');
            self.summary.count(verdict);
        }
    }
}

/// The bytes up to the end of the line, that end with them; all of them where it has none.
fn next_line(mut bytes: &[u8]) -> &[u8] {
    let all = bytes;
    // Bytes in memory are always there to be read.
    let length = bytes.skip_until(b'\n').unwrap_or(all.len());
    &all[..length]
}

/// Answers all pieces. Where no thread is to be had, this one does the work of all.
fn answer_all(pieces: &mut [Piece<'_>], options: Options, threads: usize) {
    let others = threads.min(pieces.len()).saturating_sub(1);
    let queue = Mutex::new(pieces.iter_mut());
    let next = || queue.lock().ok()?.next();
    let work = || {
        while let Some(piece) = next() {
            piece.answer(options);
        }
    };
    thread::scope(|scope| {
        for _ in 0..others {
            drop(thread::Builder::new().spawn_scoped(scope, work));
        }
        work();
    });
}
