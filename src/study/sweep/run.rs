//! Simulating what is missing, over threads.
//!
//! Threads take stretches of replications of one point from one counter; each compiles the point's plan for itself and
//! runs the stretch in one [`Simulation`], so that nothing is shared but the counter and the journal. Whoever is done with
//! a unit adds it at once. When all stretches are done it is asked again what is missing; with a fixed number of
//! replications that is nothing, with a precision the next rounds of the points that are not precise yet.
//!
//! [`Simulation`]: crate::crossing::Simulation

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::journal::{Fate, Journal, Unit};
use super::manifest::{MANIFEST, Manifest};
use super::prepare::Sweep;
use super::standing::{Block, Standing, standing};
use super::{JOURNAL, SweepError, UNFINISHED};
use crate::crossing::observe::Blind;
use crate::crossing::{Plan, RunError, Simulation};
use crate::scenario::Diagnostics;
use crate::study::kpis::Kpis;
use crate::study::kpis::extract::Row;
use crate::study::replicate::{Control, run_one};
use crate::study::tally::{Tally, Watcher};

/// Replications that a thread takes at once, at most: enough to be worth a plan.
const AT_ONCE: u32 = 64;

/// How a sweep came to rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Going {
    /// How far it is.
    pub standing: Standing,
    /// Was it stopped before its end?
    pub interrupted: bool,
}

/// Opens the folder of a sweep, and makes it if there is none.
///
/// # Errors
/// Another process is at work there; the folder holds something else, or a sweep that is not this one; the system says no.
pub fn open(sweep: &Sweep, folder: &Path) -> Result<Journal, SweepError> {
    open_for(&sweep.manifest, folder)
}

pub(super) fn open_for(manifest: &Manifest, folder: &Path) -> Result<Journal, SweepError> {
    std::fs::create_dir_all(folder).map_err(|error| SweepError::cannot_write(folder, &error))?;
    let before = match Manifest::read(folder) {
        Ok(before) => {
            let changed = |what| SweepError::Changed { folder: folder.to_owned(), what };
            before.continues_as(manifest).map_err(changed)?;
            Some(before)
        }
        Err(SweepError::NoSweep(_)) => {
            nobody_elses(folder)?;
            None
        }
        Err(error) => return Err(error),
    };
    let journal = Journal::write(folder, &manifest.identity(), manifest.watched())?;
    remove_unfinished(folder);
    if before.as_ref() != Some(manifest) {
        manifest.write(folder)?;
    }
    Ok(journal)
}

/// Refuses a folder that holds files of something else.
fn nobody_elses(folder: &Path) -> Result<(), SweepError> {
    let entries = std::fs::read_dir(folder).map_err(|error| SweepError::cannot_read(folder, &error))?;
    for entry in entries.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        if file != JOURNAL && file != MANIFEST && !file.starts_with(UNFINISHED) {
            return Err(SweepError::Strangers { folder: folder.to_owned(), file });
        }
    }
    Ok(())
}

/// Files that somebody who was killed had not finished.
fn remove_unfinished(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Simulates what is missing, until nothing is or the flag is raised. `control.progress` is told how many units are done,
/// of how many that are known to be asked for.
///
/// # Errors
/// When the journal cannot be written, or no threads can be started.
pub fn run(sweep: &Sweep, journal: &mut Journal, control: Control<'_>) -> Result<Going, SweepError> {
    loop {
        let standing = standing(&sweep.manifest, sweep.points(), journal);
        let interrupted = !standing.complete() && control.stopped();
        (control.progress)(standing.done, standing.asked);
        if standing.complete() || interrupted {
            journal.sync()?;
            return Ok(Going { standing, interrupted });
        }
        simulate(sweep, journal, &standing, control)?;
    }
}

fn simulate(
    sweep: &Sweep,
    journal: &mut Journal,
    standing: &Standing,
    control: Control<'_>,
) -> Result<(), SweepError> {
    let pool = control.pool()?;
    let stretches = stretches(&standing.missing, pool.current_num_threads());
    let (next, done) = (AtomicUsize::new(0), AtomicU64::new(standing.done));
    let broken: AtomicBool = AtomicBool::new(false);
    let shared = Mutex::new((journal, None));
    let add = |unit: &Unit| {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = shared.0.add(unit) {
            broken.store(true, Ordering::Relaxed);
            shared.1.get_or_insert(error);
            return;
        }
        (control.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, standing.asked);
    };
    let go_on = || !control.stopped() && !broken.load(Ordering::Relaxed);
    let names: Vec<String> = sweep.manifest.kpis.iter().map(|kpi| kpi.name.clone()).collect();
    pool.broadcast(|_| {
        let mut worker = Worker { sweep, names: &names, row: Row::default(), unit: Unit::default() };
        while go_on() {
            let Some(block) = stretches.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            worker.simulate(block, &go_on, &add);
        }
    });
    let (_, error) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    error.map_or(Ok(()), Err)
}

/// Cuts blocks into what a thread takes at once: little enough that all are busy to the end.
fn stretches(missing: &[Block], threads: usize) -> Vec<Block> {
    let units: u64 = missing.iter().map(|b| u64::from(b.replications.end - b.replications.start)).sum();
    let fair = units / (threads as u64 * 8);
    let size = fair.clamp(1, u64::from(AT_ONCE)) as u32;
    let cut = |block: &Block| {
        let Block { point, replications } = block.clone();
        let end = replications.end;
        replications
            .step_by(size as usize)
            .map(move |from| Block { point, replications: from..end.min(from + size) })
    };
    missing.iter().flat_map(cut).collect()
}

/// A thread's own memory.
struct Worker<'a> {
    sweep: &'a Sweep,
    names: &'a [String],
    row: Row,
    unit: Unit,
}

impl Worker<'_> {
    fn simulate(&mut self, block: &Block, go_on: &dyn Fn() -> bool, add: &dyn Fn(&Unit)) {
        let sweep = self.sweep;
        match plan(sweep, block.point) {
            Ok(plan) if plan.asked.watches() => self.replications::<Tally<'_>>(&plan, block, go_on, add),
            Ok(plan) => self.replications::<Blind>(&plan, block, go_on, add),
            Err(errors) => {
                let why = errors.iter().next().map(|d| d.title.clone()).unwrap_or_default();
                for replication in block.replications.clone().take_while(|_| go_on()) {
                    self.without(block.point, replication, Fate::NoScenario(why.clone()), add);
                }
            }
        }
    }

    fn replications<'p, W: Watcher<'p>>(
        &mut self,
        plan: &'p Plan,
        block: &Block,
        go_on: &dyn Fn() -> bool,
        add: &dyn Fn(&Unit),
    ) {
        let kpis = Kpis::of(plan);
        let places = kpis.places(self.names);
        let mut memory: Option<Simulation<'_, W>> = None;
        for replication in block.replications.clone() {
            if !go_on() {
                return;
            }
            match run_one(plan, &mut memory, self.sweep.manifest.seed, u64::from(replication)) {
                Ok(simulation) => {
                    let (books, watcher) = simulation.watched();
                    kpis.extract(plan, books, &mut self.row);
                    watcher.read(books, kpis.asked().start, &mut self.row);
                    let fate = books.audit.failures.first().cloned();
                    self.with(
                        block.point,
                        replication,
                        fate.map_or(Fate::Done, Fate::AuditNotPassed),
                        &places,
                        add,
                    );
                }
                Err(error) => {
                    self.without(block.point, replication, broken(&error), add);
                    memory = None;
                }
            }
        }
    }

    fn with(
        &mut self,
        point: u32,
        replication: u32,
        fate: Fate,
        places: &[Option<usize>],
        add: &dyn Fn(&Unit),
    ) {
        let Self { row, unit, .. } = self;
        (unit.point, unit.replication, unit.fate) = (point, replication, fate);
        unit.values.clear();
        unit.values.extend(places.iter().map(|at| at.map_or(f64::NAN, |at| row.values[at])));
        unit.lower.clear();
        unit.lower.extend(places.iter().map(|at| at.is_some_and(|at| row.lower[at])));
        add(unit);
    }

    fn without(&self, point: u32, replication: u32, fate: Fate, add: &dyn Fn(&Unit)) {
        add(&Unit { point, replication, fate, ..Unit::default() });
    }
}

fn broken(error: &RunError) -> Fate {
    Fate::Broken(error.to_string())
}

/// The plan of a point.
fn plan(sweep: &Sweep, point: u32) -> Result<Plan, Diagnostics> {
    let row = &sweep.points.rows[point as usize];
    let chosen = sweep.manifest.factors.iter().zip(row);
    let settings: Vec<_> = chosen.filter_map(|(f, c)| c.map(|c| f.settings(c))).flatten().collect();
    sweep.case.varied(&settings)
}
