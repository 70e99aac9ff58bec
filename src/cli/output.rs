//! Where words go: results to standard output or a file, everything else to standard error.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::Failure;

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
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::Output(format!("`{}` cannot be written: {error}; nothing was left there", file.display()))
    };
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if file.is_dir() {
        return Err(cannot(&"it is a folder"));
    }
    let temporary = tempfile::Builder::new().prefix(".kordon-").permissions_of_files().tempfile_in(folder);
    let mut temporary = temporary.map_err(|e| cannot(&reason(&e)))?;
    let mut to = io::BufWriter::new(temporary.as_file_mut());
    write(&mut to).and_then(|()| to.flush()).map_err(|e| cannot(&reason(&e)))?;
    drop(to);
    temporary.as_file().sync_all().map_err(|e| cannot(&reason(&e)))?;
    temporary.persist(file).map_err(|e| cannot(&reason(&e.error)))?;
    Ok(())
}

/// The system's words, without the name of a temporary file.
fn reason(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code).to_string(),
        None => error.kind().to_string(),
    }
}

/// Files that anybody may read, as if they had been created plainly.
trait Permissions {
    fn permissions_of_files(&mut self) -> &mut Self;
}

impl Permissions for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_of_files(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        self.permissions(std::fs::Permissions::from_mode(0o666))
    }
    #[cfg(not(unix))]
    fn permissions_of_files(&mut self) -> &mut Self {
        self
    }
}
