//! The ordered whole: outcomes wait until all before them are in.

use std::collections::BTreeMap;

use super::series::{Marks, Series};
use super::{Ended, Study, StudyError};
use crate::crossing::{Books, Plan};
use crate::kernel::time::Tick;
use crate::study::kpis::Kpis;
use crate::study::kpis::extract::{Row, visits};
use crate::trace::record;

/// An identity that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFailure {
    /// In which replication.
    pub replication: u64,
    /// What does not agree.
    pub words: String,
}

/// What one replication contributes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) row: Row,
    ledger: Vec<Tick>,
    marks: Marks,
    checks: u32,
    failures: Vec<String>,
    visits: u64,
    events: u64,
}

impl Outcome {
    /// Reads the books of a finished run, into memory that is used again.
    pub(crate) fn read(&mut self, plan: &Plan, kpis: &Kpis, books: &Books) {
        kpis.extract(plan, books, &mut self.row);
        self.ledger.clone_from(&books.matrix);
        self.marks.read(plan, books);
        self.checks = books.audit.checks;
        self.failures.clone_from(&books.audit.failures);
        self.visits = visits(books);
        self.events = books.events;
    }
}

/// A study that grows.
#[derive(Debug, Default)]
pub(crate) struct Fold {
    pub(crate) seed: u64,
    kpis: Kpis,
    waiting: BTreeMap<u64, Outcome>,
    done: u64,
    values: Vec<f64>,
    lower: Vec<u64>,
    ledger: Vec<u128>,
    series: Series,
    checks: u64,
    failures: Vec<AuditFailure>,
    visits: u128,
    events: u128,
}

impl Fold {
    pub(crate) fn new(plan: &Plan, seed: u64) -> Self {
        let kpis = Kpis::of(plan);
        let lower = vec![0; kpis.len()];
        Self { seed, kpis, lower, ..Self::default() }
    }

    pub(crate) fn kpis(&self) -> &Kpis {
        &self.kpis
    }

    /// Replications folded: the unbroken run.
    pub(crate) fn done(&self) -> u64 {
        self.done
    }

    pub(crate) fn values(&self, kpi: usize) -> impl Iterator<Item = f64> + '_ {
        let step = self.kpis.len();
        self.values.iter().skip(kpi).step_by(step).copied()
    }

    /// Takes an outcome; folds it if all before it are in, or keeps it until they are.
    pub(crate) fn add(&mut self, replication: u64, outcome: &mut Outcome) {
        if replication != self.done {
            self.waiting.insert(replication, std::mem::take(outcome));
            return;
        }
        self.fold(outcome);
        while let Some(next) = self.waiting.remove(&self.done) {
            self.fold(&next);
        }
    }

    fn fold(&mut self, outcome: &Outcome) {
        self.values.extend_from_slice(&outcome.row.values);
        for (sum, lower) in self.lower.iter_mut().zip(&outcome.row.lower) {
            *sum += u64::from(*lower);
        }
        self.ledger.resize(outcome.ledger.len(), 0);
        for (sum, ticks) in self.ledger.iter_mut().zip(&outcome.ledger) {
            *sum += u128::from(*ticks);
        }
        self.series.add(&outcome.marks);
        self.checks += u64::from(outcome.checks);
        let replication = self.done;
        let failures = outcome.failures.iter().cloned();
        self.failures.extend(failures.map(|words| AuditFailure { replication, words }));
        self.visits += u128::from(outcome.visits);
        self.events += u128::from(outcome.events);
        self.done += 1;
    }

    /// The whole, with the trace of replication 0 where the scenario wants it.
    pub(crate) fn study(self, plan: &Plan, asked: u64, ended: Ended) -> Result<Study, StudyError> {
        let recorded =
            || record(plan, self.seed, 0).map_err(|error| StudyError::Run { replication: 0, error });
        let trace = if plan.asked.trace { Some(recorded()?) } else { None };
        let mut failures = self.failures;
        for failure in &mut failures {
            failure.words = name_places(plan, &failure.words);
        }
        Ok(Study {
            seed: self.seed,
            asked,
            ended,
            kpis: self.kpis,
            values: self.values,
            lower: self.lower,
            ledger: self.ledger,
            series: self.series,
            checks: self.checks,
            failures,
            visits: self.visits,
            events: self.events,
            trace,
        })
    }
}

/// The books know places by number; people know them by name.
fn name_places(plan: &Plan, words: &str) -> String {
    let named = |kind: &str, names: &mut dyn Iterator<Item = &str>| {
        let rest = words.strip_prefix(kind)?;
        let (number, rest) = rest.split_once(':')?;
        let name = names.nth(number.parse().ok()?)?;
        Some(format!("{kind}{name}:{rest}"))
    };
    named("spot ", &mut plan.spots.iter().map(|s| s.name.as_str()))
        .or_else(|| named("pool ", &mut plan.pools.iter().map(|p| p.name.as_str())))
        .unwrap_or_else(|| words.to_owned())
}
