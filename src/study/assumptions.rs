//! The band by assumptions: inputs that state a range, drawn over it.
//!
//! Each draw puts a value for every ranged input (uniform over its range, independent of the others, from a stream of
//! its own), reads and compiles the scenario again, and simulates one replication. The band is the 5 % to 95 % of what
//! came out. It says what would have come out if the numbers nobody has measured were others within the ranges that
//! the file itself admits. It is *not* a confidence interval: no sample stands behind it, and more draws do not
//! narrow it.
//!
//! A draw that makes no scenario (a range that contradicts another number) is counted and reported.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use super::case::Case;
use super::kpis::Kpis;
use super::kpis::extract::Row;
use super::replicate::{Control, StudyError};
use super::summary::quantile;
use crate::crossing::observe::Blind;
use crate::crossing::{Plan, RunError, Simulation};
use crate::kernel::random::{RunKey, name_key};
use crate::scenario::Input;

/// Fewest and most draws.
pub const DRAWS: (u64, u64) = (50, 400);

const PURPOSE: u64 = name_key("an input over its range");

/// What came out of the draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumed {
    /// Draws asked for.
    pub draws: u64,
    /// Paths of the inputs that were drawn.
    pub inputs: Vec<String>,
    /// Draws that made no scenario, with the first complaint.
    pub refused: Vec<(u64, String)>,
    /// Draws whose run could not go on.
    pub broken: Vec<(u64, String)>,
    /// Draws whose audit did not pass.
    pub failures: Vec<(u64, String)>,
    /// Was it stopped before the last draw?
    pub interrupted: bool,
    /// Draw by draw, all numbers; draws without a result are left out.
    rows: Vec<Vec<f64>>,
}

impl Assumed {
    /// Draws that gave a result.
    pub fn used(&self) -> usize {
        self.rows.len()
    }

    /// 5 % and 95 % of a number over the draws; none without two values.
    pub fn band(&self, kpi: usize) -> Option<(f64, f64)> {
        let mut values: Vec<f64> = self.rows.iter().map(|row| row[kpi]).filter(|v| v.is_finite()).collect();
        (values.len() > 1).then(|| (quantile(&mut values, 0.05), quantile(&mut values, 0.95)))
    }

    /// The value of a number in each draw that gave a result.
    pub fn values(&self, kpi: usize) -> impl Iterator<Item = f64> + '_ {
        self.rows.iter().map(move |row| row[kpi])
    }
}

/// The values of draw number `draw` for the ranged inputs among `inputs`.
pub fn drawn(inputs: &[Input], seed: u64, draw: u64) -> Vec<(&str, f64)> {
    let key = RunKey::new(seed, draw);
    let value = |input: &Input, (low, high): (f64, f64)| {
        let unit = key.shock(name_key(&input.path) ^ PURPOSE, 0).unit();
        low + unit * (high - low)
    };
    inputs.iter().filter_map(|i| i.range.map(|range| (i.path.as_str(), value(i, range)))).collect()
}

/// What became of a draw.
enum Fate {
    Row(Vec<f64>, Option<String>),
    Refused(String),
    Broken(RunError),
}

/// Draws the ranged inputs and simulates one replication for each draw. `None` when no input states a range.
///
/// # Errors
/// When no threads can be started.
pub fn assumed(
    case: &Case,
    seed: u64,
    draws: u64,
    control: Control<'_>,
) -> Result<Option<Assumed>, StudyError> {
    let inputs = &case.scenario().inputs;
    let paths: Vec<String> = inputs.iter().filter(|i| i.range.is_some()).map(|i| i.path.clone()).collect();
    if paths.is_empty() {
        return Ok(None);
    }
    let kpis = Kpis::of(&case.plan);
    let next = AtomicU64::new(0);
    let fates: Mutex<Vec<(u64, Fate)>> = Mutex::new(Vec::new());
    control.pool()?.broadcast(|_| {
        while !control.stopped() {
            let draw = next.fetch_add(1, Ordering::Relaxed);
            if draw >= draws {
                break;
            }
            let fate = one(case, &kpis, seed, draw);
            let mut fates = fates.lock().unwrap_or_else(PoisonError::into_inner);
            fates.push((draw, fate));
            (control.progress)(fates.len() as u64, draws);
        }
    });
    let mut fates = fates.into_inner().unwrap_or_else(PoisonError::into_inner);
    fates.sort_by_key(|(draw, _)| *draw);
    Ok(Some(gather(draws, paths, fates)))
}

fn gather(draws: u64, inputs: Vec<String>, fates: Vec<(u64, Fate)>) -> Assumed {
    let interrupted = (fates.len() as u64) < draws;
    let (refused, broken, failures, rows) = (vec![], vec![], vec![], vec![]);
    let mut all = Assumed { draws, inputs, refused, broken, failures, interrupted, rows };
    for (draw, fate) in fates {
        match fate {
            Fate::Row(row, failure) => {
                all.rows.push(row);
                all.failures.extend(failure.map(|words| (draw, words)));
            }
            Fate::Refused(words) => all.refused.push((draw, words)),
            Fate::Broken(error) => all.broken.push((draw, error.to_string())),
        }
    }
    all
}

fn one(case: &Case, kpis: &Kpis, seed: u64, draw: u64) -> Fate {
    let values = drawn(&case.scenario().inputs, seed, draw);
    let plan = match case.with(&values) {
        Ok(plan) => plan,
        Err(errors) => {
            let first = errors.iter().next().map(|d| d.title.clone());
            return Fate::Refused(first.unwrap_or_default());
        }
    };
    match simulate(&plan, kpis, seed, draw) {
        Ok((row, failure)) => Fate::Row(row, failure),
        Err(error) => Fate::Broken(error),
    }
}

/// One replication; its numbers stand where `kpis` has them.
fn simulate(plan: &Plan, kpis: &Kpis, seed: u64, draw: u64) -> Result<(Vec<f64>, Option<String>), RunError> {
    let mut simulation = Simulation::new(plan, seed, draw, Blind);
    simulation.run()?;
    let own = Kpis::of(plan);
    let mut row = Row::default();
    own.extract(plan, simulation.books(), &mut row);
    let failure = simulation.books().audit.failures.first().cloned();
    let places = own.places(kpis.names());
    let values =
        places.into_iter().map(|at| at.and_then(|at| row.values.get(at).copied()).unwrap_or(f64::NAN));
    Ok((values.collect(), failure))
}
