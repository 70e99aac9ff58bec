//! Replications over threads, folded in their order.
//!
//! # How it goes
//!
//! Every thread owns one [`Simulation`], restarted for each of its replications, so that after the first nothing is
//! allocated inside a run. Threads take the next number from one counter. A finished replication waits in a small
//! buffer until all before it are folded; what a [`Study`] holds is therefore always replications 0 … k without a gap,
//! and everything that involves floating point happens on that ordered whole.
//!
//! # Stopping
//!
//! A raised stop flag ends the handing out of numbers. What was begun is finished, so nothing that was simulated is
//! thrown away.

pub(crate) mod fold;
mod series;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::kpis::Kpis;
use super::summary::Summary;
use super::tally::{Tally, Watcher};
use crate::crossing::observe::Blind;
use crate::crossing::{Plan, RunError, Simulation};
use crate::trace::Trace;
pub use fold::AuditFailure;
use fold::{Fold, Outcome};
pub use series::{Band, SERIES_AT_MOST, Series};

/// Why a study could not be finished.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// A replication could not go on.
    #[error("replication {replication}: {error}")]
    Run {
        /// Which.
        replication: u64,
        /// Why.
        error: RunError,
    },
    /// No threads could be started.
    #[error("the threads could not be started: {0}")]
    Threads(String),
    /// A KPI that this scenario does not have.
    #[error("no number is called `{name}`{}", .nearest.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    NoSuchKpi {
        /// As asked for.
        name: String,
        /// What there is.
        nearest: Option<String>,
    },
    /// Scenarios that cannot be compared.
    #[error("{0}")]
    NotComparable(String),
}

/// What surrounds a study: threads, a flag that stops it, somebody who wants to know how far it is.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Threads; 0 for as many as there are cores.
    pub threads: usize,
    /// Raised (by Ctrl-C) when no further replication is to begin.
    pub stop: &'a AtomicBool,
    /// Told after each replication: how many are done, of how many.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
}

impl std::fmt::Debug for Control<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control")
            .field("threads", &self.threads)
            .field("stop", self.stop)
            .finish_non_exhaustive()
    }
}

impl Control<'_> {
    /// All cores, never stopped, nobody told.
    pub fn quiet() -> Control<'static> {
        static NEVER_STOP: AtomicBool = AtomicBool::new(false);
        Control { threads: 0, stop: &NEVER_STOP, progress: &|_, _| () }
    }

    /// A pool of the threads asked for.
    pub(crate) fn pool(&self) -> Result<rayon::ThreadPool, StudyError> {
        let built = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build();
        built.map_err(|error| StudyError::Threads(error.to_string()))
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// How a study came to its end.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// All replications asked for were run.
    Complete,
    /// The flag was raised; the replications are an unbroken run from 0.
    Interrupted,
    /// The headline's interval is narrow enough.
    Precise(super::precision::Reached),
    /// It is not, and the greatest number of replications is reached.
    Cap(super::precision::Reached),
}

/// Replications 0 … n − 1 of a plan, and what they gave.
#[derive(Debug, Clone)]
pub struct Study {
    /// Master seed.
    pub seed: u64,
    /// Replications asked for.
    pub asked: u64,
    /// How it ended.
    pub ended: Ended,
    /// Which numbers there are.
    pub kpis: Kpis,
    /// Replication by replication, each with all numbers.
    values: Vec<f64>,
    /// Replications in which a number is only a lower bound, by number.
    pub lower: Vec<u64>,
    /// Hours booked: (base cohort, spot, what) → ticks, over all replications.
    pub ledger: Vec<u128>,
    /// Numbers at places and waits by time of appearance.
    pub series: Series,
    /// Identities checked.
    pub checks: u64,
    /// Those that did not hold.
    pub failures: Vec<AuditFailure>,
    /// Stage visits, over all replications.
    pub visits: u128,
    /// Events, over all replications.
    pub events: u128,
    /// What happened in replication 0, where the scenario asks for its visits or knows them.
    pub trace: Option<Trace>,
}

impl Study {
    /// Replications done.
    pub fn replications(&self) -> u64 {
        (self.values.len() / self.kpis.len()) as u64
    }

    /// The value of a number in each replication, in order; NaN where there was none.
    pub fn values(&self, kpi: usize) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().skip(kpi).step_by(self.kpis.len()).copied()
    }

    /// All numbers of one replication.
    pub fn row(&self, replication: u64) -> &[f64] {
        let at = replication as usize * self.kpis.len();
        &self.values[at..at + self.kpis.len()]
    }

    /// A number over the replications.
    pub fn summary(&self, kpi: usize) -> Summary {
        Summary::of(self.values(kpi))
    }

    /// A number by its name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn named(&self, name: &str) -> Result<usize, StudyError> {
        named(&self.kpis, name)
    }

    /// Was a number only a lower bound in some replication?
    pub fn is_lower_bound(&self, kpi: usize) -> bool {
        self.lower[kpi] > 0
    }

    /// Did every identity hold in every replication?
    pub fn audit_passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// Was it stopped before its end?
    pub fn interrupted(&self) -> bool {
        self.ended == Ended::Interrupted
    }

    /// Ticks booked for a base cohort at a spot for a what, over all replications.
    pub fn booked(&self, plan: &Plan, base: usize, spot: usize, what: usize) -> u128 {
        let whats = plan.owners.len() * crate::crossing::ledger::KINDS.len();
        self.ledger[(base * plan.spots.len() + spot) * whats + what]
    }
}

/// A number's index by its name.
pub(crate) fn named(kpis: &Kpis, name: &str) -> Result<usize, StudyError> {
    kpis.find(name).ok_or_else(|| StudyError::NoSuchKpi {
        name: name.to_owned(),
        nearest: kpis.nearest(name).map(str::to_owned),
    })
}

/// Runs replications 0 … `replications` − 1.
///
/// # Errors
/// When a replication cannot go on: the one with the lowest number, whatever the threads.
pub fn replicate(
    plan: &Plan,
    seed: u64,
    replications: u64,
    control: Control<'_>,
) -> Result<Study, StudyError> {
    let mut fold = Fold::new(plan, seed);
    let ended = run_to(plan, &mut fold, replications, control)?;
    fold.study(plan, replications, ended)
}

/// Runs replications until `until` are folded, on top of those that are.
pub(crate) fn run_to(
    plan: &Plan,
    fold: &mut Fold,
    until: u64,
    control: Control<'_>,
) -> Result<Ended, StudyError> {
    if plan.asked.watches() {
        run_watched::<Tally<'_>>(plan, fold, until, control)
    } else {
        run_watched::<Blind>(plan, fold, until, control)
    }
}

fn run_watched<'p, W: Watcher<'p>>(
    plan: &'p Plan,
    fold: &mut Fold,
    until: u64,
    control: Control<'_>,
) -> Result<Ended, StudyError> {
    let seed = fold.seed;
    let kpis = fold.kpis().clone();
    let next = AtomicU64::new(fold.done());
    let shared = Mutex::new(std::mem::take(fold));
    let failed: Mutex<Option<(u64, RunError)>> = Mutex::new(None);
    let give_up = AtomicBool::new(false);
    let work = |_: rayon::BroadcastContext<'_>| {
        let mut worker: Option<Simulation<'_, W>> = None;
        let mut outcome = Outcome::default();
        while !control.stopped() && !give_up.load(Ordering::Relaxed) {
            let replication = next.fetch_add(1, Ordering::Relaxed);
            if replication >= until {
                break;
            }
            match run_one(plan, &mut worker, seed, replication) {
                Ok(simulation) => {
                    let (books, watcher) = simulation.watched();
                    outcome.read(plan, &kpis, books);
                    watcher.read(books, kpis.asked().start, &mut outcome.row);
                    let mut fold = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    fold.add(replication, &mut outcome);
                    (control.progress)(fold.done(), until);
                }
                Err(error) => {
                    give_up.store(true, Ordering::Relaxed);
                    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                    if failed.as_ref().is_none_or(|(first, _)| replication < *first) {
                        *failed = Some((replication, error));
                    }
                }
            }
        }
    };
    control.pool()?.broadcast(work);
    *fold = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some((replication, error)) => Err(StudyError::Run { replication, error }),
        None if fold.done() < until => Ok(Ended::Interrupted),
        None => Ok(Ended::Complete),
    }
}

/// Runs one replication in a worker's memory, which is made at the first.
pub(crate) fn run_one<'w, 'p, W: Watcher<'p>>(
    plan: &'p Plan,
    worker: &'w mut Option<Simulation<'p, W>>,
    seed: u64,
    replication: u64,
) -> Result<&'w mut Simulation<'p, W>, RunError> {
    if let Some(simulation) = worker.as_mut() {
        simulation.watched().1.begin();
        simulation.restart(seed, replication);
    }
    let simulation = worker.get_or_insert_with(|| Simulation::new(plan, seed, replication, W::new(plan)));
    simulation.run()?;
    Ok(simulation)
}
