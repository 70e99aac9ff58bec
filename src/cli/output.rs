//! Where words go: results to standard output or a file, everything else to standard error.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::Failure;
use crate::study::sweep::unfinished_in;

/// Width of text that is not for a terminal.
const WIDTH: usize = 120;

/// A line (or several) on standard error. If even that cannot be written there is nobody to tell.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", text.trim_end());
}

/// May standard error be coloured?
pub(super) fn colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Is somebody watching standard error?
pub(super) fn watched() -> bool {
    io::stderr().is_terminal()
}

/// Columns for a table on standard output.
pub(super) fn width() -> usize {
    let window = terminal_size::terminal_size_of(io::stdout()).map(|(w, _)| usize::from(w.0));
    window.unwrap_or(WIDTH).clamp(60, 160)
}

/// Writes a result to standard output, or to a file if one is named.
pub(super) fn result(text: &str, file: Option<&Path>) -> Result<(), Failure> {
    written(file, |to| to.write_all(text.as_bytes()))
}

/// The same for what is too long to be held as one text.
///
/// A reader that has seen enough (`kordon run … | head`) is no error.
pub(super) fn written(
    file: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    if let Some(file) = file {
        return whole(file, write);
    }
    let mut to = io::BufWriter::new(io::stdout().lock());
    match write(&mut to).and_then(|()| to.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::Output(format!("standard output cannot be written: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Writes a file as a whole or not at all: into a temporary file beside it, then by its name.
pub(super) fn whole(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    if file.is_dir() {
        return Err(cannot(file, &"it is a folder"));
    }
    let pending = Pending::new(file).map_err(|e| cannot(file, &reason(&e)))?;
    let mut to = io::BufWriter::new(pending.temporary.as_file());
    write(&mut to).and_then(|()| to.flush()).map_err(|e| cannot(file, &reason(&e)))?;
    drop(to);
    pending.publish()
}

fn cannot(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Output(format!("`{}` cannot be written: {error}; nothing was left there", file.display()))
}

/// A file that has not its name yet: it gets it when it is whole, or is removed.
pub(super) struct Pending {
    temporary: tempfile::NamedTempFile,
    file: PathBuf,
}

impl Pending {
    pub(super) fn new(file: &Path) -> io::Result<Self> {
        let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Self { temporary: unfinished_in(folder)?, file: file.to_owned() })
    }

    /// Where its bytes go.
    pub(super) fn writer(&self) -> io::Result<File> {
        self.temporary.as_file().try_clone()
    }

    /// Gives the file its name.
    pub(super) fn publish(self) -> Result<(), Failure> {
        self.temporary.as_file().sync_all().map_err(|e| cannot(&self.file, &reason(&e)))?;
        self.temporary.persist(&self.file).map_err(|e| cannot(&self.file, &reason(&e.error)))?;
        Ok(())
    }
}

/// The system's words, without the name of a temporary file.
fn reason(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code).to_string(),
        None => error.kind().to_string(),
    }
}
