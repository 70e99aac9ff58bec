//! Files and their texts: the only place of this floor that opens a file.
//!
//! A scenario may name other files: the one it `extends`, and tables of counts. All are read here, before anything is
//! interpreted, with a limit on their size; the rest works on text, so that it also builds for the browser.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::diagnostics::{Place, Span};

/// Files larger than this are refused before they are parsed.
pub const LARGEST: u64 = 8 * 1024 * 1024;

/// The texts behind the spans.
#[derive(Debug, Default)]
pub struct Sources {
    texts: Vec<(String, String)>,
}

/// A few lines around a stretch, for showing.
pub(crate) struct Excerpt<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    /// Number of the first line of `text`.
    pub(crate) line: usize,
    /// The stretch within `text`.
    pub(crate) range: std::ops::Range<usize>,
}

impl Sources {
    /// Adds a text under a name; answers its number.
    pub(crate) fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u32 {
        self.texts.push((name.into(), text.into()));
        u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX)
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Name and text of a file.
    #[must_use]
    pub fn file(&self, number: u32) -> Option<(&str, &str)> {
        self.texts.get(number as usize).map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The text of a stretch; empty where there is none.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file)
            .and_then(|(_, text)| text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }

    /// File, line and column of a stretch.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<Place> {
        let (name, text) = self.file(span.file)?;
        let before = text.get(..floor_char(text, span.start as usize))?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Some(Place {
            file: name.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        })
    }

    /// The lines of a stretch, cut where they are very long.
    pub(crate) fn excerpt(&self, span: Span) -> Option<Excerpt<'_>> {
        const LONGEST: usize = 600;
        let (name, text) = self.file(span.file)?;
        let start = floor_char(text, span.start as usize);
        let end = floor_char(text, (span.end as usize).max(start).min(start + LONGEST));
        let from = text[..start].rfind('\n').map_or(0, |at| at + 1).max(start.saturating_sub(LONGEST));
        let to = text[end..].find('\n').map_or(text.len(), |at| end + at).min(end + LONGEST);
        let (from, to) = (floor_char(text, from), floor_char(text, to));
        let line = text[..from].matches('\n').count() + 1;
        let shown = &text[from..to];
        Some(Excerpt { name, text: shown, line, range: start - from..(end - from).min(shown.len()) })
    }
}

/// The nearest character boundary at or before `at`.
fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Why a file could not be read: what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) title: String,
    pub(crate) help: String,
}

fn unreadable(title: String, help: &str) -> Unreadable {
    Unreadable { title, help: help.to_owned() }
}

/// Reads a text file, or says why not.
pub(crate) fn read_text(path: &Path, what: &str) -> Result<String, Unreadable> {
    let name = path.display();
    let open = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            unreadable(format!("{what} `{name}` does not exist"), "check the name and the folder")
        }
        std::io::ErrorKind::PermissionDenied => {
            unreadable(format!("{what} `{name}` may not be read"), "ask for the right to read it")
        }
        _ => unreadable(format!("{what} `{name}` cannot be read: {error}"), ""),
    };
    let metadata = fs::metadata(path).map_err(open)?;
    if metadata.is_dir() {
        return Err(unreadable(format!("`{name}` is a folder, not {what}"), "name a file in it"));
    }
    if metadata.len() > LARGEST {
        return Err(too_large(&name.to_string(), metadata.len()));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(open)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(open)?;
    text_of(&name.to_string(), bytes)
}

fn too_large(name: &str, bytes: u64) -> Unreadable {
    unreadable(
        format!("`{name}` has {bytes} bytes; at most {LARGEST} (8 MB) are read"),
        "a scenario is a page or two; put long series into a CSV file and name it with `table`",
    )
}

/// The text of some bytes, or why they are none.
pub(crate) fn text_of(name: &str, bytes: Vec<u8>) -> Result<String, Unreadable> {
    if bytes.len() as u64 > LARGEST {
        return Err(too_large(name, bytes.len() as u64));
    }
    if bytes.contains(&0) {
        return Err(unreadable(format!("`{name}` is binary, not text"), "a scenario is a text file in TOML"));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        unreadable(format!("`{name}` is not UTF-8 (byte {at})"), "save it as UTF-8 in your editor")
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// A path named in a file, relative to that file. Absolute paths are refused: the scenario would work on one machine.
pub(crate) fn relative_to(file: &Path, named: &str) -> Result<PathBuf, Unreadable> {
    let named_path = Path::new(named);
    if named_path.is_absolute() || named.contains(':') || named.starts_with('~') {
        let title = format!("`{named}` is not a relative path");
        return Err(unreadable(title, "write it relative to this file, e.g. \"krakivets-cars.toml\""));
    }
    Ok(file.parent().unwrap_or(Path::new("")).join(named_path))
}

/// Texts of tables, by the place in a scenario that names them.
pub(crate) type Tables = Vec<(Span, String)>;

/// What tells two files apart, however they are named.
pub(crate) fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}
