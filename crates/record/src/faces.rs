//! The faces that papers are set in: three embedded, and further ones of a folder for rare characters.

use std::path::Path;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// Names are set in this face alone; it is whole, the bold ones are cut to what forms and seals say.
const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Bold.ttf");
const SERIF: &[u8] = include_bytes!("../../../assets/fonts/NotoSerifSC-Bold.ttf");

/// Fonts with the book by which typst finds them. The first is the whole regular one.
pub(crate) struct Faces {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Faces {
    /// The three that are built in.
    pub(crate) fn embedded() -> Option<Faces> {
        let fonts =
            [REGULAR, BOLD, SERIF].into_iter().map(|data| Font::new(Bytes::new(data), 0)).collect::<Option<_>>()?;
        Some(Faces::of(fonts))
    }

    fn of(fonts: Vec<Font>) -> Faces {
        Faces { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }

    /// These and the fonts of a folder, in the order of their file names. What is no font is passed over.
    pub(crate) fn and_those_of(&self, folder: Option<&Path>) -> Faces {
        let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
        let mut paths: Vec<_> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let mut fonts = self.fonts.clone();
        for path in paths {
            match std::fs::read(&path) {
                Ok(data) => fonts.extend(Font::iter(Bytes::new(data))),
                Err(error) => tracing::warn!(path = %path.display(), %error, "a fallback font cannot be read"),
            }
        }
        Faces::of(fonts)
    }

    /// The characters of a text that the whole regular face lacks, each once.
    pub(crate) fn lacking(&self, text: &str) -> Vec<char> {
        let mut lacking = Vec::new();
        for character in text.chars().filter(|c| !c.is_ascii()) {
            if !self.fonts.first().is_some_and(|font| has(font, character)) && !lacking.contains(&character) {
                lacking.push(character);
            }
        }
        lacking
    }

    /// The families beyond the embedded ones that together have all these characters, or the characters that none has.
    pub(crate) fn families_for(&self, characters: &[char]) -> Result<Vec<String>, Vec<char>> {
        let mut families: Vec<String> = Vec::new();
        let mut nowhere = Vec::new();
        for character in characters {
            match self.fonts.iter().skip(3).find(|font| has(font, *character)) {
                Some(font) if families.contains(&font.info().family.to_string()) => {}
                Some(font) => families.push(font.info().family.to_string()),
                None => nowhere.push(*character),
            }
        }
        if nowhere.is_empty() { Ok(families) } else { Err(nowhere) }
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(crate) fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }
}

/// Whether a face maps the character to a glyph.
fn has(font: &Font, character: char) -> bool {
    font.info().coverage.contains(u32::from(character))
}
