//! Errors and warnings that point at the words they are about.
//!
//! A [`Diagnostics`] holds the [`Sources`] it points into, so that any floor above can add an error of its own with a
//! [`Span`] it kept from the scenario, and render all of them together. At most [`MOST`] are kept; the rest are counted.

use std::fmt;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::source::Sources;

/// More errors than this are counted, not kept: nobody reads them, and a file from a stranger may have millions.
pub const MOST: usize = 200;

/// A stretch of a file: small, copied freely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Span {
    /// Number of the file among the [`Sources`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Whether the two share a byte, or one is an empty stretch inside the other.
    #[must_use]
    pub fn touches(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.end && other.start <= self.end
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// It can be run; the planner should know.
    Warning,
}

/// One error or warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What it points at; `None` for a file that could not be read at all.
    pub span: Option<Span>,
    /// What is wrong, in a line.
    pub title: String,
    /// What is said under the underlined words.
    pub label: String,
    /// What to do.
    pub help: String,
}

/// Where a diagnostic points, in terms an editor understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Errors and warnings, with the texts they point into.
#[derive(Clone, Default)]
pub struct Diagnostics {
    sources: Arc<Sources>,
    items: Vec<Diagnostic>,
    more: usize,
}

impl Diagnostics {
    /// None yet, about these texts.
    #[must_use]
    pub fn new(sources: Arc<Sources>) -> Self {
        Self { sources, items: Vec::new(), more: 0 }
    }

    /// Adds an error. `label` stands under the underlined words, `help` says what to do; either may be empty.
    pub fn push(
        &mut self,
        span: Span,
        title: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Severity::Error, Some(span), title.into(), label.into(), help.into());
    }

    /// Adds a warning.
    pub fn warn(
        &mut self,
        span: Span,
        title: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Severity::Warning, Some(span), title.into(), label.into(), help.into());
    }

    /// Adds an error about a whole file.
    pub fn push_about_file(&mut self, title: impl Into<String>, help: impl Into<String>) {
        self.add(Severity::Error, None, title.into(), String::new(), help.into());
    }

    fn add(&mut self, severity: Severity, span: Option<Span>, title: String, label: String, help: String) {
        let item = Diagnostic { severity, span, title, label, help };
        if self.items.len() >= MOST {
            self.more += usize::from(severity == Severity::Error);
        } else if !self.items.contains(&item) {
            self.items.push(item);
        }
    }

    /// Everything, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.items.iter()
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many errors, those that were only counted included.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.items.iter().filter(|d| d.severity == Severity::Error).count() + self.more
    }

    /// Whether an error already points into this stretch: a follow-up complaint would only confuse.
    #[must_use]
    pub fn has_error_at(&self, span: Span) -> bool {
        self.items
            .iter()
            .any(|d| d.severity == Severity::Error && d.span.is_some_and(|other| other.touches(span)))
    }

    /// Adds what another list holds, about the same texts.
    pub fn append(&mut self, other: Self) {
        if self.sources.is_empty() {
            self.sources = other.sources;
        }
        for item in other.items {
            self.add(item.severity, item.span, item.title, item.label, item.help);
        }
        self.more += other.more;
    }

    /// Splits off the warnings: (errors, warnings).
    #[must_use]
    pub fn split(mut self) -> (Self, Self) {
        let (errors, warnings) = self.items.into_iter().partition(|d| d.severity == Severity::Error);
        let warnings = Self { sources: Arc::clone(&self.sources), items: warnings, more: 0 };
        self.items = errors;
        (self, warnings)
    }

    /// Puts them in the order of the files, errors before warnings of the same place.
    pub fn sort(&mut self) {
        self.items.sort_by_key(|d| (d.span, d.severity == Severity::Warning));
    }

    /// File, line and column of a stretch.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<Place> {
        self.sources.place(span)
    }

    /// The text of a stretch.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.sources.slice(span)
    }

    /// Everything as a person reads it: each with file, line, column, the words underlined, and what to do.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut out: Vec<String> = self.items.iter().map(|item| self.render_one(item, &renderer)).collect();
        if self.more > 0 {
            out.push(format!("... and {} more errors", self.more));
        }
        out.join("\n\n")
    }

    fn render_one(&self, item: &Diagnostic, renderer: &Renderer) -> String {
        let level = match item.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(item.title.as_str());
        let mut group = match item.span.and_then(|span| self.sources.excerpt(span)) {
            None => Group::with_title(title),
            Some(excerpt) if excerpt.text.is_empty() => title.element(Origin::path(excerpt.name).line(1)),
            Some(excerpt) => title.element(
                Snippet::source(excerpt.text)
                    .path(excerpt.name)
                    .line_start(excerpt.line)
                    .fold(true)
                    .annotation(AnnotationKind::Primary.span(excerpt.range).label(item.label.as_str())),
            ),
        };
        if !item.help.is_empty() {
            group = group.element(Level::HELP.message(item.help.as_str()));
        }
        renderer.render(&[group])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// The word among `known` that looks most like `word`, if any is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: String = word.chars().take(64).collect::<String>().to_lowercase();
    let length = word.chars().count();
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= 80)
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= (length.max(candidate.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean …?" where a known word is near, else the list of what is known.
#[must_use]
pub fn suggestion(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => format!("known here: {}", listing(known)),
    }
}

/// A list for people, cut where it gets long.
#[must_use]
pub fn listing(words: &[&str]) -> String {
    const SHOWN: usize = 40;
    let mut text = words.iter().take(SHOWN).map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
    if words.len() > SHOWN {
        text.push_str(", ...");
    }
    text
}
