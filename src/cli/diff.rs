//! `kordon diff`: the first event at which two runs differ.
//!
//! A run is a scenario, simulated here, or what `kordon trace` wrote, by this version of the program or by another.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::args::Diff;
use super::{Done, Failure, case, journey, output};
use crate::report::when;
use crate::study::Case;
use crate::trace::{FIRST_LINE, Told, Trace, first_difference, told};

/// As `diff` answers: 0 the same, 1 not the same, 2 trouble of any kind.
pub(super) fn diff(args: &Diff) -> Result<Done, Failure> {
    compared(args).map_err(|failure| match failure {
        Failure::Study(error) => Failure::Usage(error.to_string()),
        Failure::Output(words) => Failure::Usage(words),
        Failure::Scenario(_) | Failure::Usage(_) => failure,
    })
}

fn compared(args: &Diff) -> Result<Done, Failure> {
    let (a, b) = (Side::open(&args.a, &[])?, Side::open(&args.b, &args.set)?);
    let (seed, replication) = which(args, &a, &b)?;
    let (a, b) = (a.run(seed, replication)?, b.run(seed, replication)?);
    let names = names(args);
    let context = args.context as usize;
    let Some(difference) = first_difference(a.told()?, b.told()?, context) else {
        output::result(&format!("identical: seed {seed}, replication {replication}\n"), None)?;
        return Ok(Done::Well);
    };
    let clocks = match (&a, &b) {
        (Run::Simulated(case, _), _) | (_, Run::Simulated(case, _)) => {
            format!(", times on the clock of {}", case.plan.sides[0])
        }
        _ => String::new(),
    };
    let words = difference.between(&names.0, &names.1);
    output::result(&format!("seed {seed}, replication {replication}{clocks}\n{words}"), None)?;
    Ok(Done::Differs)
}

/// What the two are called: by their files, the second with what was set in it.
fn names(args: &Diff) -> (String, String) {
    let sets: String = args.set.iter().map(|(path, value)| format!(" with {path}={value}")).collect();
    (args.a.display().to_string(), format!("{}{sets}", args.b.display()))
}

/// One of the two, before it is run.
enum Side<'a> {
    Scenario(Box<Case>),
    Trace { file: &'a Path, seed: u64, replication: u64 },
}

/// One of the two, ready to be told.
enum Run<'a> {
    Simulated(Box<Case>, Box<Trace>),
    Read(&'a Path),
}

impl<'a> Side<'a> {
    fn open(file: &'a Path, sets: &[(String, String)]) -> Result<Self, Failure> {
        if !is_trace(file) {
            return Ok(Self::Scenario(Box::new(case(file, sets)?)));
        }
        if let Some((path, _)) = sets.first() {
            return Err(usage(file, &format!("is a trace: `--set {path}` needs a scenario")));
        }
        let (seed, replication) = run_of(file)?;
        Ok(Self::Trace { file, seed, replication })
    }

    /// Seed and replication, as far as this side says which.
    fn said(&self) -> Option<(u64, u64)> {
        match self {
            Self::Scenario(_) => None,
            Self::Trace { seed, replication, .. } => Some((*seed, *replication)),
        }
    }

    fn run(self, seed: u64, replication: u64) -> Result<Run<'a>, Failure> {
        match self {
            Self::Scenario(case) => {
                let trace = journey::recorded(&case, seed, replication)?;
                Ok(Run::Simulated(case, Box::new(trace)))
            }
            Self::Trace { file, .. } => Ok(Run::Read(file)),
        }
    }
}

impl Run<'_> {
    fn told(&self) -> Result<Vec<Told>, Failure> {
        match self {
            Self::Simulated(case, trace) => {
                Ok(told(&case.plan, trace, &|tick| when::to_the_tick(case, tick)).collect())
            }
            Self::Read(file) => read(file),
        }
    }
}

/// The seed and the replication of both: those of a trace, else as asked for, else the first scenario's own.
fn which(args: &Diff, a: &Side<'_>, b: &Side<'_>) -> Result<(u64, u64), Failure> {
    let said = match (a.said(), b.said()) {
        (Some(one), Some(other)) if one != other => {
            return Err(Failure::Usage(format!(
                "`{}` is replication {} of seed {}, `{}` is replication {} of seed {}: other draws, nothing to compare",
                args.a.display(),
                one.1,
                one.0,
                args.b.display(),
                other.1,
                other.0
            )));
        }
        (one, other) => one.or(other),
    };
    let seed = match a {
        Side::Scenario(case) => case.scenario().run.seed,
        Side::Trace { seed, .. } => *seed,
    };
    let asked = (args.one.seed.unwrap_or(said.map_or(seed, |s| s.0)), args.one.replication);
    match said {
        None => Ok(asked),
        Some(said) if args.one.seed.is_none_or(|seed| seed == said.0) => Ok(said),
        Some((seed, _)) => Err(Failure::Usage(format!("the trace is of seed {seed}: leave out --seed"))),
    }
}

fn usage(file: &Path, words: &str) -> Failure {
    Failure::Usage(format!("`{}` {words}", file.display()))
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    usage(file, &format!("cannot be read: {error}"))
}

/// Does it begin as a trace does? What cannot be read is left to whoever reads scenarios, and is said there.
fn is_trace(file: &Path) -> bool {
    let mut head = vec![0; FIRST_LINE.len()];
    File::open(file).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == FIRST_LINE.as_bytes()
}

/// Seed and replication, as the head of a trace says.
fn run_of(file: &Path) -> Result<(u64, u64), Failure> {
    let from = BufReader::new(File::open(file).map_err(|error| unreadable(file, &error))?);
    let head = from.lines().map_while(Result::ok).take_while(|line| line.starts_with('#'));
    let said = head.filter_map(|line| {
        let (seed, replication) = line.strip_prefix("# seed ")?.split_once(", replication ")?;
        Some((seed.parse().ok()?, replication.parse().ok()?))
    });
    said.last().ok_or_else(|| usage(file, "does not say of which seed and replication it is"))
}

fn read(file: &Path) -> Result<Vec<Told>, Failure> {
    let from = BufReader::new(File::open(file).map_err(|error| unreadable(file, &error))?);
    let mut events = Vec::new();
    for (k, line) in from.lines().enumerate() {
        let line = line.map_err(|error| unreadable(file, &error))?;
        if line.starts_with('#') {
            continue;
        }
        match Told::parse(&line) {
            Some(event) => events.push(event),
            None => return Err(usage(file, &format!("has no event in line {}: {line}", k + 1))),
        }
    }
    Ok(events)
}
