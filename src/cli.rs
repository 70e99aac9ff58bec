//! The commands.
//!
//! # Exit codes
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | done |
//! | 1 | a run could not go on, an audit or a case with an exact answer did not pass, or an output could not be written; `diff`: the two differ |
//! | 2 | the scenario or the command line is wrong; nothing was simulated |
//! | 75 | a sweep is not complete; the same command goes on |
//! | 130 | stopped by Ctrl-C; what is complete was printed |
//!
//! Results go to standard output and are the same bytes for any number of threads; progress, warnings, times and errors
//! go to standard error.

mod args;
mod attribute;
mod check;
mod compare;
mod diff;
mod fresh;
mod journey;
mod output;
mod replay;
mod run;
mod stop;
mod sweep;
mod trace;
mod validate;

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use crate::scenario::Diagnostics;
use crate::study::{Case, StudyError};
use args::{Args, Command};

/// Why a command ends without a result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The scenario is wrong.
    Scenario(Box<Diagnostics>),
    /// The command line asks for something that does not exist.
    Usage(String),
    /// The run could not go on.
    Study(StudyError),
    /// An output could not be written.
    Output(String),
}

impl From<StudyError> for Failure {
    fn from(error: StudyError) -> Self {
        Self::Study(error)
    }
}

impl From<Diagnostics> for Failure {
    fn from(errors: Diagnostics) -> Self {
        Self::Scenario(Box::new(errors))
    }
}

/// How a command ended that has a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// All is well.
    Well,
    /// Two runs are not the same.
    Differs,
    /// The audit, or a case with an exact answer, did not pass.
    NotPassed,
    /// Stopped by Ctrl-C.
    Stopped,
    /// A sweep is not complete.
    Unfinished,
}

/// Reads the command line, does what it says, and answers with the exit code.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let done = match args.command {
        Command::Run(run) => run::run(&run),
        Command::Check(check) => check::check(&check),
        Command::Compare(compare) => compare::compare(&compare),
        Command::Attribute(attribute) => attribute::attribute(&attribute),
        Command::Why(why) => journey::why(&why),
        Command::Picture(picture) => journey::picture(&picture),
        Command::Diff(diff) => diff::diff(&diff),
        Command::Trace(trace) => trace::trace(&trace),
        Command::Hash(hash) => trace::hash(&hash),
        Command::Validate(of) => validate::validate(&of),
        Command::Replay(replay) => replay::replay(&replay),
        Command::Sweep(args) => sweep::sweep(&args),
        Command::Status(args) => sweep::status(&args),
        Command::Merge(args) => sweep::merge(&args),
        Command::Schema(args) => fresh::schema_command(&args),
        Command::New(new) => fresh::new(&new),
    };
    match done {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::NotPassed | Done::Differs) => ExitCode::from(1),
        Ok(Done::Stopped) => ExitCode::from(130),
        Ok(Done::Unfinished) => ExitCode::from(75),
        Err(failure) => ExitCode::from(said(&failure)),
    }
}

/// Says what went wrong, and answers with the code.
fn said(failure: &Failure) -> u8 {
    match failure {
        Failure::Scenario(errors) => {
            let n = errors.errors();
            output::say(&errors.render(output::colour()));
            output::say(&format!(
                "{n} {} in the scenario; nothing was simulated",
                if n == 1 { "error" } else { "errors" }
            ));
            2
        }
        Failure::Usage(words) => {
            output::say(&format!("error: {words}"));
            2
        }
        Failure::Study(error @ (StudyError::NoSuchKpi { .. } | StudyError::NotComparable(_))) => {
            output::say(&format!("error: {error}"));
            2
        }
        Failure::Study(error) => {
            output::say(&format!("error: {error}"));
            1
        }
        Failure::Output(words) => {
            output::say(&format!("error: {words}"));
            1
        }
    }
}

/// Reads and compiles a scenario; its warnings go to standard error.
fn case(file: &Path, sets: &[(String, String)]) -> Result<Case, Failure> {
    let case = Case::load(file, sets)?;
    if !case.loaded.warnings.is_empty() {
        output::say(&case.loaded.warnings.render(output::colour()));
    }
    Ok(case)
}
