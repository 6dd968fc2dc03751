//! The press: facts in, PDF/A-2a out. Typst as a library, its world cut down to two templates, the data and two images.
//!
//! It refuses every other path, so a template can neither read the disk nor fetch a package. It has no clock: the day is
//! that of the facts, and the same facts give the same bytes. A character that no face has is an error and never an
//! empty box: it is looked for before, and PDF/A forbids it after.

use crate::faces::Faces;
use crate::view::{body_view, local, view};
use crate::{Body, Paper, Seal, qr};
use chrono::{Datelike, Timelike};
use kernel::Timestamp;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// The version of the templates, stored with each paper. Raised with every change that alters what is printed.
pub const TEMPLATE_VERSION: i32 = 1;

/// Typst remembers what it has laid out, and people share little of it: after so many papers all that the last ones did
/// not use is forgotten. Measured: as fast as remembering longer, in 64 MiB and not 166.
const FORGET_EVERY: u64 = 4;

/// A press with its faces, templates and seal. Made once and shared: rendering takes itself by reference.
pub struct Press {
    library: LazyHash<Library>,
    faces: Faces,
    fallback_folder: Option<PathBuf>,
    with_fallback: OnceLock<Faces>,
    entitlement: Source,
    voucher: Source,
    sheet: Source,
    files: Files,
    seal: Seal,
    standards: PdfStandards,
    rendered: AtomicU64,
}

/// A rendered paper.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The file: PDF/A-2a, tagged.
    pub pdf: Vec<u8>,
    /// How many pages.
    pub pages: usize,
}

impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rendered({} pages, {} bytes)", self.pages, self.pdf.len())
    }
}

/// Why there is no press.
#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// An embedded face is damaged: the build is at fault.
    #[error("the embedded faces cannot be read")]
    Faces,
    /// A path of the press is wrong: the build is at fault.
    #[error("the press cannot be set up: {0}")]
    Setup(String),
}

/// Why a paper was not rendered.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RenderError {
    /// No face has these characters, so the paper would misspell a name. The person is asked to come to a counter.
    #[error("no face has {}", code_points(.characters))]
    RareCharacter {
        /// The characters, each once, in the order in which they stand.
        characters: Vec<char>,
    },
    /// The verification address does not fit into a QR code.
    #[error("the verification address is refused")]
    Qr(#[from] qr::QrError),
    /// Typst refused: a template is at fault.
    #[error("the paper cannot be set: {0}")]
    Typeset(String),
}

impl RenderError {
    /// The stable name by which texts for people are found.
    pub const fn code(&self) -> &'static str {
        match self {
            RenderError::RareCharacter { .. } => "record_rare_character",
            RenderError::Qr(_) => "record_qr",
            RenderError::Typeset(_) => "record_typeset",
        }
    }
}

fn code_points(characters: &[char]) -> String {
    characters.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect::<Vec<_>>().join(", ")
}

/// The five paths that exist.
#[derive(Clone, Copy)]
struct Files {
    sheet: FileId,
    data: FileId,
    qr: FileId,
    seal: FileId,
}

impl Press {
    /// A press that prints this seal. `fallback_folder` may hold further fonts (Han beyond the common sets), which are
    /// read when a name first needs them.
    ///
    /// # Errors
    /// [`PressError`] where what is built in is damaged.
    pub fn new(seal: Seal, fallback_folder: Option<PathBuf>) -> Result<Press, PressError> {
        let standards =
            PdfStandards::new(&[PdfStandard::A_2a]).map_err(|e| PressError::Setup(e.message().to_string()))?;
        let source = |path: &str, text: &str| Ok::<_, PressError>(Source::new(file_id(path)?, text.to_owned()));
        Ok(Press {
            library: LazyHash::new(Library::default()),
            faces: Faces::embedded().ok_or(PressError::Faces)?,
            fallback_folder,
            with_fallback: OnceLock::new(),
            entitlement: source("/entitlement.typ", include_str!("../templates/entitlement.typ"))?,
            voucher: source("/voucher.typ", include_str!("../templates/voucher.typ"))?,
            sheet: source("/sheet.typ", include_str!("../templates/sheet.typ"))?,
            files: Files {
                sheet: file_id("/sheet.typ")?,
                data: file_id("/data.json")?,
                qr: file_id("/qr.svg")?,
                seal: file_id("/seal.svg")?,
            },
            seal,
            standards,
            rendered: AtomicU64::new(0),
        })
    }

    /// Renders a paper: some 10 ms of one core, so not on a thread that serves requests.
    ///
    /// # Errors
    /// As [`RenderError`].
    pub fn render(&self, paper: &Paper) -> Result<Rendered, RenderError> {
        let plain = view(paper, &[], self.seal.description()).to_string();
        let missing = self.faces.lacking(&plain);
        let (faces, data) = if missing.is_empty() {
            (&self.faces, plain)
        } else {
            let faces = self.with_fallback();
            let families =
                faces.families_for(&missing).map_err(|characters| RenderError::RareCharacter { characters })?;
            (faces, view(paper, &families, self.seal.description()).to_string())
        };
        let sheet = Sheet {
            press: self,
            faces,
            main: match paper.body {
                Body::Entitlement(_) => &self.entitlement,
                Body::Voucher(_) => &self.voucher,
            },
            data: Bytes::from_string(data),
            qr: Bytes::from_string(qr::svg(&paper.heading.verify_url)?),
            seal: Bytes::from_string(self.seal.svg().to_owned()),
        };
        let rendered = sheet.set(paper);
        if self.rendered.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            comemo::evict(0);
        }
        rendered
    }

    /// Whether every character of these facts can be printed; to be asked before a number is taken.
    ///
    /// # Errors
    /// [`RenderError::RareCharacter`].
    pub fn check_spelling(&self, body: &Body) -> Result<(), RenderError> {
        let missing = self.faces.lacking(&body_view(body).to_string());
        if missing.is_empty() {
            return Ok(());
        }
        let families = self.with_fallback().families_for(&missing);
        families.map(|_| ()).map_err(|characters| RenderError::RareCharacter { characters })
    }

    fn with_fallback(&self) -> &Faces {
        self.with_fallback.get_or_init(|| self.faces.and_those_of(self.fallback_folder.as_deref()))
    }
}

fn file_id(path: &str) -> Result<FileId, PressError> {
    let path = VirtualPath::new(path).map_err(|_| PressError::Setup(path.to_owned()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// One paper on the press: the world that its template sees.
struct Sheet<'a> {
    press: &'a Press,
    faces: &'a Faces,
    main: &'a Source,
    data: Bytes,
    qr: Bytes,
    seal: Bytes,
}

impl Sheet<'_> {
    fn set(&self, paper: &Paper) -> Result<Rendered, RenderError> {
        let typeset = typst::compile::<PagedDocument>(self);
        for warning in &typeset.warnings {
            tracing::warn!(message = %warning.message, "a template was set with a warning");
        }
        let document = typeset.output.map_err(|errors| RenderError::Typeset(joined(&errors)))?;
        let options = PdfOptions {
            ident: Smart::Custom(paper.heading.serial.to_string()),
            creator: Smart::Custom(Some("Zhijian".to_owned())),
            timestamp: timestamp(paper.heading.issued_at),
            standards: self.press.standards.clone(),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| RenderError::Typeset(joined(&errors)))?;
        Ok(Rendered { pdf, pages: document.pages().len() })
    }
}

fn joined(errors: &[SourceDiagnostic]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// The creation day of the file is that of the facts: there is no clock here.
fn timestamp(at: Timestamp) -> Option<typst_pdf::Timestamp> {
    let local = local(at);
    let small = |number: u32| u8::try_from(number).ok();
    let moment = Datetime::from_ymd_hms(
        local.year(),
        small(local.month())?,
        small(local.day())?,
        small(local.hour())?,
        small(local.minute())?,
        small(local.second())?,
    )?;
    typst_pdf::Timestamp::new_local(moment, 8 * 60)
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.faces.book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            Ok(self.main.clone())
        } else if id == self.press.files.sheet {
            Ok(self.press.sheet.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let files = self.press.files;
        [(files.data, &self.data), (files.qr, &self.qr), (files.seal, &self.seal)]
            .into_iter()
            .find_map(|(known, bytes)| (known == id).then(|| bytes.clone()))
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
