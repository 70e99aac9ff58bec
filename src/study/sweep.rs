//! Sweeps: one scenario at many points, kept on disk as it goes.
//!
//! A study file says what is varied ([`factors`]) and which points are simulated ([`design`]); together with its scenario
//! it becomes a [`Sweep`]. The unit of work is a replication of a point. What is finished stands in the folder's
//! [`journal`]; how often each point is simulated is a function of what stands there (`standing`); so whoever is killed,
//! stopped or moved to another machine goes on where the journal ends.
//!
//! Every point has the same seed: replication *k* has the same travellers at all points.
//!
//! # Whose files
//!
//! A folder holds [`MANIFEST`] (what the sweep is) and [`JOURNAL`] (its units). Everything else in it is made from these
//! two once the last unit is there, and is the same bytes whatever happened on the way: threads, shards, kills.
//!
//! # What reads a finished sweep
//!
//! [`results()`] answers points × replications × numbers with the values of all factors, and refuses with a count where
//! units are missing or went wrong.

pub mod design;
pub mod factors;
pub mod journal;
pub mod manifest;
pub mod merge;
pub mod prepare;
pub mod results;
pub mod run;
pub mod standing;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::scenario::Diagnostics;
use crate::study::StudyError;
pub use factors::{Coordinate, Factor, Role, Told, Values};
pub use journal::{Fate, JOURNAL, Journal, Unit};
pub use manifest::{MANIFEST, Manifest, Number, Objective, Often, Shard};
pub use merge::{Merged, merge};
pub use prepare::Sweep;
pub use results::{Results, results};
pub use run::{Going, open, run};
pub use standing::{PointEnd, Standing, standing};

/// Why a sweep, or what is made of it, does not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// The study is wrong.
    #[error("{0}")]
    Study(Box<Diagnostics>),
    /// The system does not let it write.
    #[error("`{}` cannot be written: {why}; what is there is kept, and the same command goes on once it can be", path.display())]
    Write {
        /// Which file or folder.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
    /// The system does not let it read.
    #[error("`{}` cannot be read: {why}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
    /// Another process writes there.
    #[error("another kordon is at work in `{}`: wait until it is done, or name another folder", .0.display())]
    InUse(PathBuf),
    /// No sweep is there.
    #[error("`{}` holds no sweep: it has no {MANIFEST}", .0.display())]
    NoSweep(PathBuf),
    /// Something else is there.
    #[error("`{}` is not of this sweep: name another folder for it", .0.display())]
    Foreign(PathBuf),
    /// Files that are no sweep's are there.
    #[error("`{}` holds files of something else (`{file}`): name a new or an empty folder", folder.display())]
    Strangers {
        /// Which folder.
        folder: PathBuf,
        /// One of them.
        file: String,
    },
    /// An older journal.
    #[error("`{}` was written by another version of the format: use the program that wrote it, or another folder", .0.display())]
    Older(PathBuf),
    /// Another program.
    #[error(
        "`{}` was written by kordon {wrote}, this is {}: another version may simulate other numbers; use that one, or another folder",
        folder.display(), env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// Which folder.
        folder: PathBuf,
        /// Version that wrote it.
        wrote: String,
    },
    /// The study or its scenario has changed.
    #[error("`{}` holds another sweep: {what}; name another folder, or undo the change", folder.display())]
    Changed {
        /// Which folder.
        folder: PathBuf,
        /// What is not the same.
        what: String,
    },
    /// A record is not what it was.
    #[error("`{}`: replication {replication} of point {point} is not there or is damaged; run the sweep again", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Point.
        point: u32,
        /// Replication.
        replication: u32,
    },
    /// Units are missing.
    #[error("{missing} of {of} units are missing; {how}")]
    Missing {
        /// How many.
        missing: u64,
        /// Of how many.
        of: u64,
        /// What to do.
        how: String,
    },
    /// Units went wrong.
    #[error(
        "{failed} of {of} units have no result; the first: replication {replication} of point {point}: {why}"
    )]
    Failed {
        /// How many.
        failed: u64,
        /// Of how many.
        of: u64,
        /// Point of the first.
        point: u32,
        /// Its replication.
        replication: u32,
        /// What became of it.
        why: String,
    },
    /// Folders that are not of one sweep.
    #[error("`{}` and `{}` are not of one sweep: {what}", first.display(), other.display())]
    NotOne {
        /// A folder.
        first: PathBuf,
        /// Another.
        other: PathBuf,
        /// What is not the same.
        what: String,
    },
    /// A number that the sweep does not have.
    #[error("the sweep has no number `{name}`{}", .nearest.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    NoSuchKpi {
        /// As asked for.
        name: String,
        /// What there is.
        nearest: Option<String>,
    },
    /// Threads that could not be started.
    #[error(transparent)]
    Threads(#[from] StudyError),
}

impl SweepError {
    /// A file that cannot be written, in the system's words.
    pub fn cannot_write(path: &Path, error: &io::Error) -> Self {
        Self::Write { path: path.to_owned(), why: words(error) }
    }

    pub(super) fn cannot_read(path: &Path, error: &io::Error) -> Self {
        Self::Read { path: path.to_owned(), why: words(error) }
    }
}

/// The system's words, without names of temporary files.
fn words(error: &io::Error) -> String {
    error
        .raw_os_error()
        .map_or_else(|| error.to_string(), |code| io::Error::from_raw_os_error(code).to_string())
}

/// How names of files begin that are not finished yet.
pub const UNFINISHED: &str = ".kordon-";

/// A file without its name yet, readable by whom plain files are.
///
/// # Errors
/// When the system says no.
pub fn unfinished_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Writes a file as a whole or not at all.
fn whole_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = unfinished_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
