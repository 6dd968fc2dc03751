//! The faces that papers are set in: three embedded, and further ones of a folder for rare characters.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

/// Names are set in this face alone; it is whole, the bold ones are cut to what forms and seals say.
const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Bold.ttf");
const SERIF: &[u8] = include_bytes!("../../../assets/fonts/NotoSerifSC-Bold.ttf");

/// Fonts with the book by which typst finds them. The first is the whole regular one.
pub(crate) struct Faces {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    further: Vec<Further>,
    /// The code points of the whole regular face, in order: asked for each character of each paper.
    regular: Arc<[u32]>,
}

/// A face beyond the embedded ones. Its family is ours: a file may bear the family of an embedded face, or hold one of
/// several weights, and would then be passed over for another face that lacks the character.
struct Further {
    family: String,
    font: Font,
}

impl Faces {
    /// The three that are built in.
    pub(crate) fn embedded() -> Option<Faces> {
        let fonts: Vec<Font> =
            [REGULAR, BOLD, SERIF].into_iter().map(|data| Font::new(Bytes::new(data), 0)).collect::<Option<_>>()?;
        let regular = fonts.first()?.info().coverage.iter().collect();
        Some(Faces { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts, further: Vec::new(), regular })
    }

    /// These and the fonts of some files, in their order. What is no font is passed over.
    fn and_those_of<'a>(&self, paths: impl Iterator<Item = &'a Path>) -> Faces {
        let mut further = Vec::new();
        for path in paths {
            match std::fs::read(path) {
                Ok(data) => further.extend(Font::iter(Bytes::new(data))),
                Err(error) => tracing::warn!(path = %path.display(), %error, "a fallback font cannot be read"),
            }
        }
        let further: Vec<Further> = further
            .into_iter()
            .enumerate()
            .map(|(index, font)| Further { family: format!("fallback {index}"), font })
            .collect();
        let infos = self.fonts.iter().map(|font| font.info().clone());
        let renamed = further.iter().map(|it| FontInfo { family: it.family.clone(), ..it.font.info().clone() });
        Faces {
            book: LazyHash::new(FontBook::from_infos(infos.chain(renamed))),
            fonts: self.fonts.iter().cloned().chain(further.iter().map(|it| it.font.clone())).collect(),
            further,
            regular: Arc::clone(&self.regular),
        }
    }

    /// The characters of a text that the whole regular face lacks, each once.
    pub(crate) fn lacking(&self, text: &str) -> Vec<char> {
        let mut lacking = Vec::new();
        for character in text.chars().filter(|c| !c.is_ascii()) {
            if self.regular.binary_search(&u32::from(character)).is_err() && !lacking.contains(&character) {
                lacking.push(character);
            }
        }
        lacking
    }

    /// The families beyond the embedded ones that together have all these characters, or the characters that none has.
    pub(crate) fn families_for(&self, characters: &[char]) -> Result<Vec<&str>, Vec<char>> {
        let mut families = Vec::new();
        let mut nowhere = Vec::new();
        for character in characters {
            let has = |it: &&Further| it.font.info().coverage.contains(u32::from(*character));
            match self.further.iter().find(has) {
                Some(it) if families.contains(&it.family.as_str()) => {}
                Some(it) => families.push(it.family.as_str()),
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

/// A folder of further fonts. It is read when a name first needs one, and again once it has changed: a clerk lays a face
/// into it, and the next paper has the character.
pub(crate) struct FaceFolder {
    path: Option<PathBuf>,
    known: Mutex<Option<(Listing, Arc<Faces>)>>,
}

/// The files of a folder by name, with length and last change.
type Listing = Vec<(PathBuf, u64, Option<SystemTime>)>;

impl FaceFolder {
    pub(crate) fn new(path: Option<PathBuf>) -> FaceFolder {
        FaceFolder { path, known: Mutex::default() }
    }

    /// The embedded faces and those that lie in the folder now.
    pub(crate) fn with(&self, embedded: &Faces) -> Arc<Faces> {
        let listing = self.listing();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((before, faces)) if *before == listing => Arc::clone(faces),
            Some(_) | None => {
                let faces = Arc::new(embedded.and_those_of(listing.iter().map(|(path, _, _)| path.as_path())));
                *known = Some((listing, Arc::clone(&faces)));
                faces
            }
        }
    }

    fn listing(&self) -> Listing {
        let Some(path) = &self.path else { return Listing::new() };
        let entries = std::fs::read_dir(path).inspect_err(
            |error| tracing::warn!(path = %path.display(), %error, "the folder of fallback fonts cannot be read"),
        );
        let file = |path: PathBuf| {
            let known = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
            Some((path, known.len(), known.modified().ok()))
        };
        let mut listing: Listing =
            entries.into_iter().flatten().flatten().filter_map(|entry| file(entry.path())).collect();
        listing.sort();
        listing
    }
}
