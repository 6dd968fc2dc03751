//! Tells Rust code from its comments and strings, line by line, without understanding either.
//!
//! Enough for questions such as "does a comment say this" or "is that word code": it refuses to be a parser.

/// A source file in three layers of the same length: each byte stands in one of them and is a space in the others.
/// Line ends stand in all three.
pub(crate) struct Layers {
    /// Everything but comments and the inside of strings.
    pub(crate) code: String,
    /// Comments with their slashes.
    pub(crate) comments: String,
    /// The inside of string literals.
    pub(crate) strings: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    Code,
    Comment,
    Text,
}

/// Splits a source file into its layers.
pub(crate) fn split(source: &str) -> Layers {
    let mut lexer = Lexer { rest: source, layers: [String::new(), String::new(), String::new()] };
    while let Some(next) = lexer.rest.chars().next() {
        if lexer.rest.starts_with("//") {
            let end = lexer.rest.find('\n').unwrap_or(lexer.rest.len());
            lexer.take(end, Layer::Comment);
        } else if lexer.rest.starts_with("/*") {
            lexer.take(block_comment_length(lexer.rest), Layer::Comment);
        } else if next == '"' {
            lexer.take_string(1);
        } else if next.is_alphanumeric() || next == '_' {
            lexer.take_word();
        } else if next == '\'' {
            lexer.take(quote_length(lexer.rest), Layer::Code);
        } else {
            lexer.take(next.len_utf8(), Layer::Code);
        }
    }
    let [code, comments, strings] = lexer.layers;
    Layers { code, comments, strings }
}

struct Lexer<'a> {
    rest: &'a str,
    layers: [String; 3],
}

impl Lexer<'_> {
    fn take(&mut self, bytes: usize, layer: Layer) {
        let (taken, rest) = self.rest.split_at(bytes);
        for (own, text) in [Layer::Code, Layer::Comment, Layer::Text].into_iter().zip(&mut self.layers) {
            if own == layer {
                text.push_str(taken);
            } else {
                text.extend(taken.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            }
        }
        self.rest = rest;
    }

    /// A plain string: the rest begins with its opening quote after `prefix - 1` letters.
    fn take_string(&mut self, prefix: usize) {
        self.take(prefix, Layer::Code);
        let mut escaped = false;
        let inside = self.rest.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        self.take(inside.unwrap_or(self.rest.len()), Layer::Text);
        self.take(1.min(self.rest.len()), Layer::Code);
    }

    /// A name or number; `r"…"`, `b"…"`, `r#"…"#` and their kin begin like one.
    fn take_word(&mut self) {
        let length = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at(length);
        let hashes = after.len() - after.trim_start_matches('#').len();
        let opens = after[hashes..].starts_with('"');
        match word {
            "r" | "br" | "cr" if opens => self.take_raw_string(length + hashes + 1, hashes),
            "b" | "c" if opens && hashes == 0 => self.take_string(length + 1),
            _ => self.take(length, Layer::Code),
        }
    }

    fn take_raw_string(&mut self, prefix: usize, hashes: usize) {
        self.take(prefix, Layer::Code);
        let close = format!("\"{}", "#".repeat(hashes));
        let inside = self.rest.find(&close).unwrap_or(self.rest.len());
        self.take(inside, Layer::Text);
        self.take(close.len().min(self.rest.len()), Layer::Code);
    }
}

fn block_comment_length(text: &str) -> usize {
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// A character (`'x'`, `'\n'`, `'\''`) is taken whole, so that a quote in it opens no string; a lifetime is only its tick.
fn quote_length(text: &str) -> usize {
    let inside = &text[1..];
    if let Some(escaped) = inside.strip_prefix('\\') {
        let first = escaped.chars().next().map_or(0, char::len_utf8);
        return escaped[first..].find('\'').map_or(1, |end| 2 + first + end + 1);
    }
    let first = inside.chars().next().map_or(0, char::len_utf8);
    if inside[first..].starts_with('\'') { 1 + first + 1 } else { 1 }
}

/// The parts of `code` that are compiled only for tests: each `#[cfg(test)]` with the item in braces after it.
pub(crate) fn test_regions(code: &str) -> Vec<std::ops::Range<usize>> {
    let starts = code.match_indices("#[cfg(test)]").map(|(start, _)| start);
    starts.map(|start| start..start + item_length(&code[start..])).collect()
}

/// Up to the brace that closes the first one, or to a semicolon that comes before any (`[u8; 4]` has none of these).
pub(crate) fn item_length(code: &str) -> usize {
    let mut braces = 0_u32;
    let mut brackets = 0_u32;
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'{' => braces += 1,
            b'}' if braces <= 1 => return at + 1,
            b'}' => braces -= 1,
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets = brackets.saturating_sub(1),
            b';' if braces == 0 && brackets == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The line, counted from one, on which a byte of the text stands.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_stands_in_one_layer() {
        let layers =
            split("let a = \"in \\\" side\"; // why \"not\"\nlet c = '\"'; /* a /* b */ c */ r#\"raw \" too\"#;");
        let code: Vec<&str> = layers.code.lines().map(str::trim_end).collect();
        let (inside, note, raw) = (" ".repeat(10), " ".repeat(19), " ".repeat(9));
        assert_eq!(code, [format!("let a = \"{inside}\";"), format!("let c = '\"';{note}r#\"{raw}\"#;")]);
        let comments: Vec<&str> = layers.comments.lines().map(str::trim).collect();
        assert_eq!(comments, ["// why \"not\"", "/* a /* b */ c */"]);
        assert_eq!(layers.strings.split_whitespace().collect::<Vec<_>>(), ["in", "\\\"", "side", "raw", "\"", "too"]);
    }

    #[test]
    fn lifetimes_and_wide_characters_open_nothing() {
        let layers = split("fn f<'a>(x: &'a str) -> char { '中' } // 说明");
        assert_eq!(layers.code.trim_end(), "fn f<'a>(x: &'a str) -> char { '中' }");
        assert_eq!(layers.comments.trim(), "// 说明");
    }

    #[test]
    fn a_test_module_ends_at_its_own_brace() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { } }\nfn c() {}";
        assert_eq!(test_regions(code).first(), Some(&(10..code.len() - "\nfn c() {}".len())));
    }
}
