//! The runs behind an attribution: every replication, and every draw of the inputs, in all worlds.
//!
//! One loop, not two nested ones. A *replication* runs all worlds of the file as it stands; over the replications one
//! sees chance. A *draw* puts a value for every ranged input and runs all worlds of that file once; over the draws one
//! sees the assumptions. Either is one unit of work, a function of (file, seed, number): threads take the next from one
//! counter, and the results are sorted by number before anything is summed.
//!
//! A unit one of whose worlds makes no crossing, cannot go on or does not pass its audit gives no result; it is counted
//! with the first reason.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::causes::{CAUSES, Part, Removal};
use super::shares::{Saved, Unions};
use super::worlds::{Base, Reference};
use crate::crossing::ledger::KINDS;
use crate::crossing::observe::Blind;
use crate::crossing::{Books, Plan, Simulation};
use crate::kernel::time::{SECOND, Tick};
use crate::scenario::Diagnostics;
use crate::study::assumptions::drawn;
use crate::study::case::Case;
use crate::study::replicate::{Control, StudyError};

const PER_SECOND: f64 = SECOND as f64;

/// Which worlds there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    /// Parts of all causes; a world is a set of removed ones.
    pub parts: Vec<Part>,
    /// Which parts belong together.
    pub unions: Unions,
    /// The references that are computed.
    pub references: Vec<Reference>,
}

impl Game {
    /// Of these parts; the agreed level where no side is divided.
    pub fn new(parts: Vec<Part>) -> Self {
        let unions = Unions::new(&parts.iter().map(|p| p.cause).collect::<Vec<_>>());
        let divided = parts.len() > CAUSES.len();
        let references =
            if divided { vec![Reference::NoWaiting] } else { vec![Reference::NoWaiting, Reference::Agreed] };
        Self { parts, unions, references }
    }

    fn removed(&self, set: u32) -> Vec<&Removal> {
        let of = self.parts.iter().enumerate();
        of.filter(|(p, _)| set & (1 << p) != 0).map(|(_, part)| &part.removal).collect()
    }

    /// Parts whose removal changes something.
    fn active(&self, base: &Base<'_>, reference: Reference) -> u32 {
        let of = self.parts.iter().enumerate();
        of.filter(|(_, part)| base.changes(&part.removal, reference)).map(|(p, _)| 1_u32 << p).sum()
    }

    /// Does a set remove anything of a side's own?
    fn of_sides(&self, set: u32) -> bool {
        self.removed(set).iter().any(|r| matches!(r, Removal::OfSide(_)))
    }

    /// The world in which a set is removed: sets that come to the same are one.
    fn world(&self, active: &BTreeMap<Reference, u32>, reference: Reference, set: u32) -> (Reference, u32) {
        let set = set & active[&reference];
        (if self.of_sides(set) { reference } else { Reference::NoWaiting }, set)
    }
}

/// The distinct worlds of a base.
struct Worlds<'a> {
    base: Base<'a>,
    active: BTreeMap<Reference, u32>,
    plans: BTreeMap<(Reference, u32), Plan>,
}

impl<'a> Worlds<'a> {
    fn new(game: &Game, base: Base<'a>, sets: &[u32]) -> Result<Self, Diagnostics> {
        let active: BTreeMap<Reference, u32> =
            game.references.iter().map(|&r| (r, game.active(&base, r))).collect();
        let mut plans = BTreeMap::new();
        for &reference in &game.references {
            for &set in sets {
                let world = game.world(&active, reference, set);
                if let std::collections::btree_map::Entry::Vacant(place) = plans.entry(world) {
                    place.insert(base.world(&game.removed(world.1), world.0)?);
                }
            }
        }
        Ok(Self { base, active, plans })
    }
}

/// What one unit of work found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Ticks waited by those counted, by (reference, set of removed parts) and class of travellers.
    waited: BTreeMap<(Reference, u32), Vec<Tick>>,
    active: BTreeMap<Reference, u32>,
    /// Nothing removed: ticks by class, kind and owner.
    pub ledger: Vec<Vec<Tick>>,
    /// Counted travellers who were still inside when the run of the file as it stands ended.
    pub inside: u64,
    /// Runs.
    pub runs: u64,
    /// Runs in which "as many as are needed" were all taken at once.
    pub short: u64,
}

impl Found {
    /// Seconds waited by a class where a set of parts is removed.
    pub fn waited(&self, game: &Game, reference: Reference, set: u32, class: usize) -> f64 {
        self.ticks(game, reference, set, class) / PER_SECOND
    }

    /// Ticks as whole numbers: their sums are exact.
    fn ticks(&self, game: &Game, reference: Reference, set: u32, class: usize) -> f64 {
        let world = game.world(&self.active, reference, set);
        self.waited.get(&world).map_or(f64::NAN, |of| of[class] as f64)
    }

    /// Does removing a cause change anything?
    pub fn changes(&self, game: &Game, reference: Reference, cause: usize) -> bool {
        self.active[&reference] & game.unions.of[cause] != 0
    }

    /// What each cause saves a class.
    pub fn saved(&self, game: &Game, reference: Reference, class: usize) -> Vec<Saved> {
        let saved = game.unions.saved(&|set| self.ticks(game, reference, set, class));
        saved.into_iter().map(|saved| saved.over(PER_SECOND)).collect()
    }

    /// What each part of a cause saves a class.
    pub fn saved_by_parts(&self, game: &Game, cause: usize, class: usize) -> Vec<Saved> {
        let ticks = |set| self.ticks(game, Reference::NoWaiting, set, class);
        let saved = game.unions.saved_by_parts(cause, &ticks);
        saved.into_iter().map(|saved| saved.over(PER_SECOND)).collect()
    }
}

/// All units of an attribution.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Runs {
    /// Of the file as it stands, in the order of their numbers.
    pub replications: Vec<Found>,
    /// With the inputs drawn over their ranges, by number of the draw.
    pub draws: Vec<(u64, Found)>,
    /// Units without a result: which, and why.
    pub failures: Vec<(String, String)>,
    /// Was it stopped before the last unit?
    pub interrupted: bool,
}

impl Runs {
    /// Of every unit that gave a result.
    pub fn all(&self) -> impl Iterator<Item = &Found> {
        self.replications.iter().chain(self.draws.iter().map(|(_, found)| found))
    }
}

/// Runs all worlds `replications` times, and with `draws` draws of the inputs.
///
/// # Errors
/// When no threads can be started.
pub fn run(
    case: &Case,
    game: &Game,
    seed: u64,
    (replications, draws): (u64, u64),
    control: Control<'_>,
) -> Result<Runs, StudyError> {
    let sets = game.unions.sets();
    let fixed = Worlds::of(case, game, &sets, &[]);
    let total = replications + draws;
    let one = |unit: u64| {
        if unit < replications {
            return match &fixed {
                Ok(worlds) => simulate(worlds, game, seed, unit),
                Err(error) => Err(error.clone()),
            };
        }
        let draw = unit - replications;
        let values = drawn(&case.scenario().inputs, seed, draw);
        simulate(&Worlds::of(case, game, &sets, &values)?, game, seed, draw)
    };
    let done = in_parallel(total, control, &one)?;
    let mut runs = Runs { interrupted: (done.len() as u64) < total, ..Runs::default() };
    for (unit, found) in done {
        match found {
            Ok(found) if unit < replications => runs.replications.push(found),
            Ok(found) => runs.draws.push((unit - replications, found)),
            Err(why) if unit < replications => runs.failures.push((format!("replication {unit}"), why)),
            Err(why) => runs.failures.push((format!("draw {}", unit - replications), why)),
        }
    }
    Ok(runs)
}

/// A function of the numbers 0 … n − 1 over threads, sorted by number; fewer when it was stopped.
pub(super) fn in_parallel<T: Send>(
    n: u64,
    control: Control<'_>,
    one: &(dyn Fn(u64) -> T + Sync),
) -> Result<Vec<(u64, T)>, StudyError> {
    let next = AtomicU64::new(0);
    let done = Mutex::new(Vec::new());
    control.pool()?.broadcast(|_| {
        while !control.stopped() {
            let unit = next.fetch_add(1, Ordering::Relaxed);
            if unit >= n {
                break;
            }
            let found = one(unit);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((unit, found));
            (control.progress)(done.len() as u64, n);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(unit, _)| *unit);
    Ok(done)
}

impl<'a> Worlds<'a> {
    /// The worlds of a case with other numbers in place of some inputs.
    fn of(case: &'a Case, game: &Game, sets: &[u32], values: &[(&str, f64)]) -> Result<Self, String> {
        let base = base(case, values)?;
        Self::new(game, base, sets).map_err(|errors| first(&errors))
    }
}

/// A case with other numbers in place of some inputs.
pub(super) fn base<'a>(case: &'a Case, values: &[(&str, f64)]) -> Result<Base<'a>, String> {
    let document = &case.loaded.document;
    let scenario = if values.is_empty() {
        case.scenario().clone()
    } else {
        document.with(values).map_err(|errors| first(&errors))?
    };
    Base::new(scenario, &case.clock, document.diagnostics()).map_err(|errors| first(&errors))
}

fn first(errors: &Diagnostics) -> String {
    errors.iter().next().map(|d| d.title.clone()).unwrap_or_default()
}

fn simulate(worlds: &Worlds<'_>, game: &Game, seed: u64, replication: u64) -> Result<Found, String> {
    let mut found = Found {
        waited: BTreeMap::new(),
        active: worlds.active.clone(),
        ledger: Vec::new(),
        inside: 0,
        runs: 0,
        short: 0,
    };
    for (&(reference, set), plan) in &worlds.plans {
        let mut note = |books: &Books| {
            found.waited.insert((reference, set), waited(plan, books));
            found.runs += 1;
            let short =
                reference == Reference::NoWaiting && worlds.base.ran_short(plan, books, &game.removed(set));
            found.short += u64::from(short);
            if set == 0 {
                found.ledger = ledger(plan, books);
                found.inside = u64::from(books.inside.1);
            }
        };
        run_one(plan, seed, replication, &mut note)?;
    }
    Ok(found)
}

/// One run; what is wanted is read off its books.
pub(super) fn run_one(
    plan: &Plan,
    seed: u64,
    replication: u64,
    read: &mut dyn FnMut(&Books),
) -> Result<(), String> {
    let mut simulation = Simulation::new(plan, seed, replication, Blind);
    simulation.run().map_err(|error| error.to_string())?;
    let books = simulation.books();
    if let Some(words) = books.audit.failures.first() {
        return Err(format!("the audit did not pass: {words}"));
    }
    read(books);
    Ok(())
}

/// Ticks by kind and owner of a class, over all places.
fn ledger(plan: &Plan, books: &Books) -> Vec<Vec<Tick>> {
    let cell =
        |class: usize, what: usize| (0..plan.spots.len()).map(|s| books.booked_at(class, s, what)).sum();
    let whats = KINDS.len() * plan.owners.len();
    (0..plan.bases()).map(|class| (0..whats).map(|what| cell(class, what)).collect()).collect()
}

/// Ticks waited by class: everything that is not own need.
pub(super) fn waited(plan: &Plan, books: &Books) -> Vec<Tick> {
    // Own need is the first kind.
    ledger(plan, books).iter().map(|row| row[plan.owners.len()..].iter().sum()).collect()
}
