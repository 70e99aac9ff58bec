//! The cases with exact answers, and the rule by which they pass.
//!
//! A case is a scenario file with `[[expect]]`: it is read, compiled and simulated like any other. All of
//! `tests/oracles/` are part of the program ([`CASES`]).
//!
//! # The rule
//!
//! One that a correct engine passes and a wrong one does not:
//!
//! * **With chance**: seed 1, at least 200 replications. The mean over replications must lie within 3.5 standard errors
//!   of the known answer *and* the standard error must be at most 1 % of it, since a noisy run proves nothing. A mean that
//!   lies outside is simulated once more, with ten times the replications and seed 2, and must then lie within 3. Both
//!   are shown. No other seed is ever used.
//! * **Without chance**: equal, to the tick.
//! * In either case the [audit](crate::crossing::books) of every replication must pass.

mod page;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::capacity::{capacity, estimate};
use super::case::Case;
use super::expected::{Answer, Known, WITHIN, answers};
use super::replicate::{Control, Study, StudyError, replicate};
use super::summary::Summary;
use crate::crossing::{Mechanism, Plan, mechanisms};
pub use page::{LEFT_OUT, is_published, row_of};

/// (name, text) of every case that is part of the program, in the order of their names.
pub const CASES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/oracles.rs"));

/// The seed of every case.
pub const SEED: u64 = 1;
/// The seed of the second look.
pub const SECOND_SEED: u64 = 2;
/// The second look has so many times the replications.
pub const MORE: u64 = 10;
/// Fewest replications where chance is involved.
pub const LEAST_REPLICATIONS: u64 = 200;
/// Greatest standard error, as a share of the known answer.
pub const LARGEST_ERROR: f64 = 0.01;
/// Standard errors within which the second mean must lie.
pub const WITHIN_AGAIN: f64 = 3.0;

/// Events, by estimate, up to which a case is quick.
const QUICK_EVENTS: f64 = 1e6;

/// What is to be said of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Equal to the known answer; no chance is involved.
    Exact,
    /// Within 3.5 standard errors, and precise enough.
    Agrees,
    /// Outside at first, within 3 standard errors with ten times the replications.
    AgreesAgain,
    /// Not the known answer.
    Differs,
    /// The standard error is larger than 1 % of the known answer: nothing is proven.
    TooNoisy,
    /// Fewer than 200 replications, or some of them without the number: nothing is proven.
    TooFew,
    /// Nothing is called so.
    NoSuchNumber,
}

impl Verdict {
    /// Does the value pass?
    pub fn passes(self) -> bool {
        matches!(self, Self::Exact | Self::Agrees | Self::AgreesAgain)
    }

    /// As outputs say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Exact => "equal",
            Self::Agrees => "agrees",
            Self::AgreesAgain => "agrees at the second look",
            Self::Differs => "DIFFERS",
            Self::TooNoisy => "PROVES NOTHING: standard error above 1 %",
            Self::TooFew => "PROVES NOTHING: too few replications",
            Self::NoSuchNumber => "NO SUCH NUMBER",
        }
    }
}

/// One value of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What is known and what was simulated.
    pub answer: Answer,
    /// What was simulated at the second look.
    pub again: Option<Summary>,
    /// What is to be said of it.
    pub verdict: Verdict,
}

/// What became of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Validated {
    /// Name of its file, without ending.
    pub case: String,
    /// What it is: the scenario's name.
    pub title: String,
    /// Replications of the first look.
    pub replications: u64,
    /// Its values.
    pub findings: Vec<Finding>,
    /// Why it could not be run, or what of its audit did not hold.
    pub faults: Vec<String>,
    /// What of a crossing it uses.
    pub mechanisms: Vec<Mechanism>,
}

impl Validated {
    /// Do all of its values pass, is there at least one, and did the audit?
    pub fn passes(&self) -> bool {
        self.faults.is_empty()
            && !self.findings.is_empty()
            && self.findings.iter().all(|f| f.verdict.passes())
    }
}

/// Does a case take a moment: at most about so many events in all?
pub fn is_quick(case: &Case) -> bool {
    let of_one = estimate(&case.plan, &capacity(&case.plan)).events;
    of_one * f64::from(case.scenario().run.replications) <= QUICK_EVENTS
}

/// The mechanisms that a plan uses, and those of them that no case with an exact answer uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// What it uses.
    pub used: Vec<Mechanism>,
    /// What of it has no exact case.
    pub without: Vec<Mechanism>,
}

/// What of a plan has a case with an exact answer.
pub fn coverage(plan: &Plan) -> Coverage {
    let used = mechanisms(plan);
    let without = used.iter().copied().filter(|m| !covered().contains(m)).collect();
    Coverage { used, without }
}

/// What the cases of the program use; read off their plans once.
fn covered() -> &'static BTreeSet<Mechanism> {
    static COVERED: OnceLock<BTreeSet<Mechanism>> = OnceLock::new();
    let of = |(name, text): &(&str, &str)| {
        Case::of_text(name, text).map_or_else(|_| vec![], |c| mechanisms(&c.plan))
    };
    COVERED.get_or_init(|| CASES.iter().flat_map(of).collect())
}

/// Simulates a case and holds its values against what is known.
///
/// # Errors
/// Only when no threads can be started; a run that cannot go on is a fault of the case.
pub fn validate(name: &str, case: &Case, control: Control<'_>) -> Result<Validated, StudyError> {
    let scenario = case.scenario();
    let mut validated = Validated {
        case: name.to_owned(),
        title: scenario.name.clone(),
        replications: scenario.run.replications.into(),
        findings: Vec::new(),
        faults: Vec::new(),
        mechanisms: mechanisms(&case.plan),
    };
    let looked = look(case, control, &mut validated);
    match looked {
        Err(error @ StudyError::Run { .. }) => validated.faults.push(error.to_string()),
        other => other?,
    }
    Ok(validated)
}

fn look(case: &Case, control: Control<'_>, validated: &mut Validated) -> Result<(), StudyError> {
    let replications = validated.replications;
    let study = replicate(&case.plan, SEED, replications, control)?;
    audited(&study, validated);
    for answer in answers(case, &study) {
        let verdict = first_look(&answer, replications);
        validated.findings.push(Finding { answer, again: None, verdict });
    }
    if !validated.findings.iter().any(|f| f.verdict == Verdict::Differs && f.answer.varies()) {
        return Ok(());
    }
    let study = replicate(&case.plan, SECOND_SEED, replications * MORE, control)?;
    audited(&study, validated);
    for (finding, again) in validated.findings.iter_mut().zip(answers(case, &study)) {
        if finding.verdict == Verdict::Differs && finding.answer.varies() {
            second_look(finding, &again);
        }
    }
    Ok(())
}

fn audited(study: &Study, validated: &mut Validated) {
    let faults = study.failures.iter().take(3);
    validated.faults.extend(faults.map(|f| format!("audit of replication {}: {}", f.replication, f.words)));
    if study.interrupted() {
        validated.faults.push("stopped before its end".to_owned());
    }
}

/// The standard error is small enough.
fn precise(is: f64, simulated: &Summary) -> bool {
    simulated.se <= LARGEST_ERROR * is.abs()
}

fn first_look(answer: &Answer, replications: u64) -> Verdict {
    let (is, simulated) = match &answer.known {
        Known::Nothing => return Verdict::NoSuchNumber,
        Known::Number { is, simulated, .. } if simulated.varies() => (*is, simulated),
        _ if answer.agrees() => return Verdict::Exact,
        _ => return Verdict::Differs,
    };
    if replications < LEAST_REPLICATIONS || simulated.without > 0 {
        Verdict::TooFew
    } else if !precise(is, simulated) {
        Verdict::TooNoisy
    } else if answer.standard_errors().abs() <= WITHIN {
        Verdict::Agrees
    } else {
        Verdict::Differs
    }
}

fn second_look(finding: &mut Finding, again: &Answer) {
    let Known::Number { is, simulated, .. } = &again.known else { return };
    finding.again = Some(*simulated);
    let holds =
        precise(*is, simulated) && simulated.without == 0 && again.standard_errors().abs() <= WITHIN_AGAIN;
    if holds {
        finding.verdict = Verdict::AgreesAgain;
    }
}
