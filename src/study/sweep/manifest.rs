//! What a sweep is, on disk: everything that its files are a function of, besides the units themselves.
//!
//! Some of it names the sweep: another scenario, seed, factor, design or number makes other units, and a folder that holds
//! one is not mixed with the other. The rest may change while it goes on: how many futures, how many replications, what
//! is an objective.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::design::{Design, Points};
use super::factors::Factor;
use super::journal::Identity;
use super::{SweepError, whole_file};
use crate::study::kpis::{Kpi, Subject, Unit};
use crate::study::precision::Rule;

/// Name of the file in a sweep's folder.
pub const MANIFEST: &str = "sweep.json";
/// Version of the folder's files.
pub const FORMAT: u32 = 1;

/// What a sweep is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the folder's files.
    pub format: u32,
    /// Version of the program.
    pub kordon: String,
    /// The study.
    pub study: About,
    /// The scenario.
    pub scenario: About,
    /// The sides, in the order of output.
    pub sides: [String; 2],
    /// Hash of the scenario's content, after `extends` and overrides.
    pub scenario_hash: String,
    /// Overrides of the scenario: path, value.
    pub set: Vec<(String, String)>,
    /// Seed of all draws.
    pub seed: u64,
    /// Replications of each point.
    pub often: Often,
    /// Which part of the sweep the folder holds; none: all of it.
    pub shard: Option<Shard>,
    /// How the points are chosen.
    pub design: Design,
    /// What is varied, levers first.
    pub factors: Vec<Factor>,
    /// The numbers of a unit.
    pub kpis: Vec<Number>,
    /// The headline, among them.
    pub headline: usize,
    /// What is to become small or large.
    pub objectives: Vec<Objective>,
    /// The scenario's inputs, with what they rest on.
    pub inputs: Vec<Register>,
}

/// Name, question and file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// In a line.
    pub name: String,
    /// The question.
    pub question: Option<String>,
    /// The file: the study's own name; the scenario's as the study names it.
    pub file: String,
}

/// Replications of each point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Often {
    /// So many.
    Fixed(u64),
    /// Until an interval is narrow enough.
    Until {
        /// Which number, among the sweep's.
        of: usize,
        /// Half-width over |mean|.
        relative: f64,
        /// Half-width that is narrow enough whatever the mean, in the number's unit.
        floor: f64,
        /// Most replications.
        cap: u64,
    },
}

/// Which part of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// From 1 to `of`.
    pub number: u64,
    /// So many parts.
    pub of: u64,
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Shard {
    /// Its part of `n` things in a row.
    pub fn part(self, n: u64) -> std::ops::Range<u64> {
        let bound = |k: u64| (u128::from(n) * u128::from(k) / u128::from(self.of)) as u64;
        bound(self.number - 1)..bound(self.number)
    }
}

/// A number of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// Its name: about, measure, stat.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// What is measured.
    pub measure: String,
    /// Which statistic of it.
    pub stat: String,
    /// Counted in.
    pub unit: Unit,
    /// Kind of thing it is about.
    pub kind: Kind,
}

/// Kinds of things that numbers are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A direction and class, or a group of it.
    Class,
    /// A direction.
    Direction,
    /// A stage.
    Stage,
    /// A road, a queue, a strip.
    Place,
    /// A pool of officers.
    Pool,
    /// The run as a whole.
    Run,
}

impl Number {
    pub(super) fn of(kpi: &Kpi) -> Self {
        let (about, measure, stat) = (kpi.about.clone(), kpi.measure.clone(), kpi.stat.to_owned());
        let kind = match kpi.subject {
            Subject::Cohort(_) => Kind::Class,
            Subject::Direction(_) => Kind::Direction,
            Subject::Station(_) => Kind::Stage,
            Subject::Spot(_) => Kind::Place,
            Subject::Pool(_) => Kind::Pool,
            Subject::Run => Kind::Run,
        };
        Self { name: kpi.name(), about, measure, stat, unit: kpi.unit, kind }
    }
}

/// A number that is to become small or large.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// Which, among the sweep's numbers.
    pub kpi: usize,
    /// Large, not small?
    pub maximise: bool,
    /// The smallest difference that matters, in the number's unit.
    pub matters: Option<f64>,
}

/// A line of the register of inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Register {
    /// Path.
    pub path: String,
    /// As written.
    pub text: String,
    /// The number, in `unit`.
    pub value: f64,
    /// Unit; empty for pure numbers.
    pub unit: String,
    /// Its range, in `unit`.
    pub range: Option<(f64, f64)>,
    /// What kind of evidence stands behind it.
    pub evidence: String,
    /// The source, in words.
    pub source: Option<String>,
    /// The side it describes; none for traffic and what is shared.
    pub side: Option<String>,
}

impl Manifest {
    /// What names the sweep.
    pub(super) fn identity(&self) -> Identity {
        let parts = serde_json::to_vec(&(
            (self.format, &self.kordon, &self.scenario_hash, self.seed),
            (self.design.seed_of_growth(), &self.factors, &self.kpis),
        ));
        *blake3::hash(&parts.unwrap_or_default()).as_bytes()
    }

    /// What names the sweep, as text.
    pub fn hash(&self) -> String {
        blake3::Hash::from_bytes(self.identity()).to_hex().to_string()
    }

    /// The points.
    ///
    /// # Errors
    /// When they are too many: how many.
    pub(super) fn points(&self) -> Result<Points, u128> {
        self.design.points(&self.factors, self.seed)
    }

    /// The number that decides how often a point is simulated.
    pub(super) fn watched(&self) -> usize {
        match self.often {
            Often::Fixed(_) => self.headline,
            Often::Until { of, .. } => of,
        }
    }

    pub(super) fn rule(&self) -> Option<Rule> {
        match self.often {
            Often::Fixed(_) => None,
            Often::Until { relative, floor, cap, .. } => Some(Rule { relative, floor, cap }),
        }
    }

    /// Reads a folder's.
    ///
    /// # Errors
    /// There is none; it is none; an older or newer program wrote it.
    pub fn read(folder: &Path) -> Result<Self, SweepError> {
        let path = folder.join(MANIFEST);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(SweepError::NoSweep(folder.to_owned()));
            }
            Err(error) => return Err(SweepError::cannot_read(&path, &error)),
        };
        // Version first: another one may have other fields.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
            kordon: String,
        }
        let version: Version = serde_json::from_str(&text).map_err(|_| SweepError::Foreign(path.clone()))?;
        if version.format != FORMAT || version.kordon != env!("CARGO_PKG_VERSION") {
            return Err(SweepError::OtherVersion { folder: folder.to_owned(), wrote: version.kordon });
        }
        serde_json::from_str(&text).map_err(|_| SweepError::Foreign(path))
    }

    /// Writes it into a folder, whole or not at all.
    ///
    /// # Errors
    /// When the system says no.
    pub(super) fn write(&self, folder: &Path) -> Result<(), SweepError> {
        let path = folder.join(MANIFEST);
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        whole_file(&path, text.as_bytes()).map_err(|error| SweepError::cannot_write(&path, &error))
    }

    /// May a sweep with this manifest go on as `now`? Otherwise: what is not the same.
    pub(super) fn continues_as(&self, now: &Self) -> Result<(), String> {
        let what = if self.scenario_hash != now.scenario_hash {
            let (old, new) = (&self.scenario_hash[..12], &now.scenario_hash[..12]);
            format!("the scenario is not the same (hash {old} then, {new} now)")
        } else if self.seed != now.seed {
            format!("the seed was {}, now it is {}", self.seed, now.seed)
        } else if let Some(name) = other_factor(&self.factors, &now.factors) {
            format!("`{name}` does not take the same values, or was not varied before")
        } else if self.design.seed_of_growth() != now.design.seed_of_growth() {
            "the design is not the same; `points` of sobol and saltelli, and `grown_to`, may grow".to_owned()
        } else if self.kpis != now.kpis {
            "other numbers were kept (`kpis`, `objective`, or `of`)".to_owned()
        } else if self.shard != now.shard {
            let told =
                |shard: Option<Shard>| shard.map_or("the whole sweep".to_owned(), |s| format!("shard {s}"));
            format!("it holds {}, this is {}", told(self.shard), told(now.shard))
        } else {
            return Ok(());
        };
        Err(what)
    }
}

fn other_factor<'a>(then: &'a [Factor], now: &'a [Factor]) -> Option<&'a str> {
    let pairs = then.iter().zip(now).find(|(a, b)| a != b).map(|(_, b)| b);
    let more = if then.len() > now.len() { then.get(now.len()) } else { now.get(then.len()) };
    pairs.or(more).map(|factor| factor.name.as_str())
}
