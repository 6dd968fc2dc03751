//! The press: facts in, PDF/A-2a out. Typst as a library, its world cut down to four templates, the data and two images.
//!
//! It refuses every other path, so a template can neither read the disk nor fetch a package. It has no clock: the day is
//! that of the facts, and the same facts give the same bytes. A character that no face has is an error and never an
//! empty box: it is looked for before, and PDF/A forbids it after.

use crate::faces::{FaceFolder, Faces};
use crate::view::{body_view, local, view};
use crate::{Body, Paper, Seal, qr};
use chrono::{Datelike, Timelike};
use comemo::{Constraint, Track, Tracked};
use kernel::Timestamp;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use typst::diag::{FileError, FileResult, SourceDiagnostic, SourceResult};
use typst::engine::{Engine, Route, Sink, Traced};
use typst::foundations::{Bytes, Content, Datetime, Duration, Smart, StyleChain, Target, TargetElem};
use typst::introspection::{EmptyIntrospector, Introspector};
use typst::syntax::{FileId, RootedPath, Source, Span, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::{LazyHash, Protected};
use typst::{Library, LibraryExt, World};
use typst_layout::{PagedDocument, PagedIntrospector};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// The version of the templates, stored with each paper. Raised with every change that alters what is printed.
pub const TEMPLATE_VERSION: i32 = 1;

/// Typst remembers what it has laid out. What this many papers did not ask for is forgotten: labels, years and the seal stay,
/// what only one person's paper says goes, and memory stays flat.
const PAPERS_REMEMBERED: usize = 4;

/// A paper is laid out again while its page numbers move. They hold still in the second pass; typst itself stops here too.
const PASSES_MAX: usize = 5;

/// A press with its faces, templates and seal. Made once and shared: rendering takes itself by reference.
pub struct Press {
    library: LazyHash<Library>,
    faces: Faces,
    fallback: FaceFolder,
    entitlement: Template,
    voucher: Template,
    demand: Template,
    employer_voucher: Template,
    sheet: Source,
    files: Files,
    seal: Seal,
    standards: PdfStandards,
}

/// A template, and on which pages things stood on the last paper that was set from it: where the next has as many pages, one
/// pass suffices. It is a guess that each pass checks, so it changes no byte.
struct Template {
    source: Source,
    places: Mutex<Option<Arc<PagedIntrospector>>>,
}

/// A rendered paper.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The file: PDF/A-2a, tagged.
    pub pdf: Vec<u8>,
    /// How many pages.
    pub pages: usize,
    /// How often it was laid out: once where the paper before had as many pages.
    pub passes: usize,
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
    /// read when a name first needs them and when the folder has changed since.
    ///
    /// # Errors
    /// [`PressError`] where what is built in is damaged.
    pub fn new(seal: Seal, fallback_folder: Option<PathBuf>) -> Result<Press, PressError> {
        let standards =
            PdfStandards::new(&[PdfStandard::A_2a]).map_err(|e| PressError::Setup(e.message().to_string()))?;
        let source = |path: &str, text: &str| Ok::<_, PressError>(Source::new(file_id(path)?, text.to_owned()));
        let template = |path: &str, text: &str| Ok(Template { source: source(path, text)?, places: Mutex::default() });
        Ok(Press {
            library: LazyHash::new(Library::default()),
            faces: Faces::embedded().ok_or(PressError::Faces)?,
            fallback: FaceFolder::new(fallback_folder),
            entitlement: template("/entitlement.typ", include_str!("../templates/entitlement.typ"))?,
            voucher: template("/voucher.typ", include_str!("../templates/voucher.typ"))?,
            demand: template("/demand.typ", include_str!("../templates/demand.typ"))?,
            employer_voucher: template("/employer_voucher.typ", include_str!("../templates/employer_voucher.typ"))?,
            sheet: source("/sheet.typ", include_str!("../templates/sheet.typ"))?,
            files: Files {
                sheet: file_id("/sheet.typ")?,
                data: file_id("/data.json")?,
                qr: file_id("/qr.svg")?,
                seal: file_id("/seal.svg")?,
            },
            seal,
            standards,
        })
    }

    /// Renders a paper: some 10 ms of one core, so not on a thread that serves requests.
    ///
    /// # Errors
    /// As [`RenderError`].
    pub fn render(&self, paper: &Paper) -> Result<Rendered, RenderError> {
        let seal = self.seal.description();
        let mut data = view(paper, &[], seal).to_string();
        let missing = self.faces.lacking(&data);
        let wider = (!missing.is_empty()).then(|| self.fallback.with(&self.faces));
        if let Some(wider) = &wider {
            data = view(paper, &families(wider, &missing)?, seal).to_string();
        }
        let sheet = Sheet {
            press: self,
            faces: wider.as_deref().unwrap_or(&self.faces),
            template: match paper.body {
                Body::Entitlement(_) => &self.entitlement,
                Body::Voucher(_) => &self.voucher,
                Body::Demand(_) => &self.demand,
                Body::EmployerVoucher(_) => &self.employer_voucher,
            },
            data: Bytes::from_string(data),
            qr: Bytes::from_string(qr::svg(&paper.heading.verify_url)?),
            seal: Bytes::from_string(self.seal.svg().to_owned()),
        };
        let rendered = sheet.set(paper);
        comemo::evict(PAPERS_REMEMBERED);
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
        families(&self.fallback.with(&self.faces), &missing).map(|_| ())
    }
}

/// The further families that have these characters.
fn families<'a>(faces: &'a Faces, characters: &[char]) -> Result<Vec<&'a str>, RenderError> {
    faces.families_for(characters).map_err(|characters| RenderError::RareCharacter { characters })
}

fn file_id(path: &str) -> Result<FileId, PressError> {
    let path = VirtualPath::new(path).map_err(|_| PressError::Setup(path.to_owned()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// One paper on the press: the world that its template sees.
struct Sheet<'a> {
    press: &'a Press,
    faces: &'a Faces,
    template: &'a Template,
    data: Bytes,
    qr: Bytes,
    seal: Bytes,
}

impl Sheet<'_> {
    fn set(&self, paper: &Paper) -> Result<Rendered, RenderError> {
        let document = self.content().and_then(|content| self.lay_out(&content));
        let (mut document, passes) = document.map_err(|errors| RenderError::Typeset(joined(&errors)))?;
        // Said here and not in the template: there it would be part of the style of all that the paper says, and no label
        // would be known from the paper before.
        let info = document.info_mut();
        info.title = Some(paper.heading.serial.kind.chinese().into());
        info.author = vec![paper.heading.agency.as_str().into()];
        info.keywords = vec![paper.heading.serial.to_string().into()];
        let options = PdfOptions {
            ident: Smart::Custom(paper.heading.serial.to_string()),
            creator: Smart::Custom(Some("Zhijian".to_owned())),
            timestamp: timestamp(paper.heading.issued_at),
            standards: self.press.standards.clone(),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| RenderError::Typeset(joined(&errors)))?;
        Ok(Rendered { pdf, pages: document.pages().len(), passes })
    }

    /// What the template makes of the data.
    fn content(&self) -> SourceResult<Content> {
        let (world, traced, mut sink) = (self.tracked(), Traced::default(), Sink::new());
        let route = Route::default();
        let module = typst_eval::eval(
            world,
            world.library(),
            traced.track(),
            sink.track_mut(),
            route.track(),
            &self.template.source,
        )?;
        Ok(module.content())
    }

    /// The content on pages, and in how many passes: as `typst::compile` lays it out, but begun from the places of the paper
    /// before.
    fn lay_out(&self, content: &Content) -> SourceResult<(PagedDocument, usize)> {
        let (world, traced) = (self.tracked(), Traced::default());
        let library = world.library();
        let (base, target) = (StyleChain::new(&library.styles), TargetElem::target.set(Target::Paged).wrap());
        let mut places = self.template.places.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for pass in 1..=PASSES_MAX {
            let known: &dyn Introspector = places.as_deref().map_or(&EmptyIntrospector, |places| places);
            let (constraint, mut sink) = (Constraint::new(), Sink::new());
            let mut engine = Engine {
                world,
                library,
                introspector: Protected::new(known.track_with(&constraint)),
                traced: traced.track(),
                sink: sink.track_mut(),
                route: Route::default(),
            };
            let document = typst_layout::layout_document(&mut engine, content, base.chain(&target))?;
            let found: &dyn Introspector = document.introspector().as_ref();
            let settled = constraint.validate(found);
            places = Some(Arc::clone(document.introspector()));
            if settled {
                return Ok((self.settled(document, sink)?, pass));
            }
        }
        Err([SourceDiagnostic::error(Span::detached(), "the pages of the paper do not settle")].into())
    }

    /// Keeps the places for the next paper, and tells what the last pass found to say.
    fn settled(&self, document: PagedDocument, mut sink: Sink) -> SourceResult<PagedDocument> {
        let delayed = sink.delayed();
        if !delayed.is_empty() {
            return Err(delayed);
        }
        for warning in sink.warnings() {
            tracing::warn!(message = %warning.message, "a template was set with a warning");
        }
        *self.template.places.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Arc::clone(document.introspector()));
        Ok(document)
    }

    fn tracked(&self) -> Tracked<'_, dyn World + '_> {
        let world: &dyn World = self;
        world.track()
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
        self.template.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.source.id() {
            Ok(self.template.source.clone())
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
