//! The numbers of one finished replication, read off its books.

use super::{Kpis, RUN_STATS, SPAN_STATS, STATION_STATS};
use crate::crossing::plan::{NONE16, Plan, SpotId, Step};
use crate::crossing::{Books, SPANS};
use crate::kernel::tallies::Histogram;
use crate::kernel::time::{HOUR, Tick, seconds};

/// Quantiles asked of every histogram.
const QUANTILES: [f64; 3] = [0.5, 0.9, 0.95];

/// The numbers of a replication. `lower` marks those that are only lower bounds, since somebody is still inside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) values: Vec<f64>,
    pub(crate) lower: Vec<bool>,
}

impl Row {
    /// A number that is known.
    pub(crate) fn push(&mut self, value: f64) {
        self.values.push(value);
        self.lower.push(false);
    }

    fn push_bound(&mut self, (value, bound): (f64, bool)) {
        self.values.push(value);
        self.lower.push(bound);
    }
}

pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { f64::NAN }
}

/// Ticks summed, in seconds.
pub(crate) fn seconds_of(ticks: u128) -> f64 {
    ticks as f64 / 1e6
}

impl Kpis {
    /// Appends the numbers of a finished run to an empty row.
    pub(crate) fn extract(&self, plan: &Plan, books: &Books, row: &mut Row) {
        row.values.clear();
        row.lower.clear();
        for c in 0..plan.cohorts.len() {
            cohort(books, c, row);
        }
        for base in 0..plan.bases() {
            ledger(plan, books, base, row);
        }
        // The window's areas are taken at its two ends exactly, even when the last event lies before its end.
        let window = books.window_end.saturating_sub(plan.warmup);
        for route in 0..plan.routes.len() {
            let area: u128 = spots_of_route(plan, route).map(|s| books.spots[s as usize].window_area).sum();
            row.push(ratio(area as f64, window as f64));
        }
        for s in 0..plan.stations.len() {
            station(plan, books, s, window, row);
        }
        for &(s, _) in &self.spots {
            row.push(ratio(books.spots[s].window_area as f64, window as f64));
            row.push(books.spots[s].number.max() as f64);
        }
        for pool in &books.pools {
            let [busy, duty] = pool.window;
            row.push(ratio(busy as f64, duty as f64));
            row.push(duty as f64 / HOUR as f64);
        }
        run(books, window, row);
        debug_assert_eq!(row.values.len(), self.asked().start);
        // What only a watched run knows has no value here.
        row.values.resize(self.len(), f64::NAN);
        row.lower.resize(self.len(), false);
    }
}

fn span(histogram: &Histogram, row: &mut Row) {
    let (n, late) = (histogram.count() + histogram.unresolved(), histogram.unresolved() > 0);
    row.push(n as f64);
    row.push_bound(histogram.mean_with_unresolved().map_or((f64::NAN, false), |(m, b)| (m / 1e6, b)));
    quantiles(histogram, row);
    let max = histogram.quantile_with_unresolved(1.0, 0);
    row.push_bound(max.map_or((f64::NAN, false), |(ticks, _)| (seconds(ticks), late)));
}

fn quantiles(histogram: &Histogram, row: &mut Row) {
    for q in QUANTILES {
        let found = histogram.quantile_with_unresolved(q, 0);
        row.push_bound(found.map_or((f64::NAN, false), |(ticks, bound)| (seconds(ticks), bound)));
    }
}

fn cohort(books: &Books, c: usize, row: &mut Row) {
    let book = &books.cohorts[c];
    for (k, histogram) in book.spans.iter().enumerate() {
        debug_assert!(k < SPANS.len() && SPAN_STATS.len() == 6);
        span(histogram, row);
    }
    let appeared = book.appeared as f64;
    row.push(appeared);
    let left: u64 = book.left.iter().sum();
    for count in book.left.iter().copied().chain([book.appeared.saturating_sub(left)]) {
        row.push(count as f64);
        row.push(ratio(count as f64, appeared));
    }
    let (error, shown) = (book.displayed_error.0 as f64 / 1e6, book.displayed_error.1 as f64);
    row.push(ratio(seconds_of(book.displayed), shown));
    row.push(if shown > 0.0 { error / shown } else { f64::NAN });
    row.push(ratio(seconds_of(book.displayed_abs), shown));
    row.push(ratio(seconds_of(book.undisturbed), book.spans[0].count() as f64));
}

fn ledger(plan: &Plan, books: &Books, base: usize, row: &mut Row) {
    let whats = plan.owners.len() * crate::crossing::ledger::KINDS.len();
    for what in 0..whats {
        let ticks: u128 = (0..plan.spots.len()).map(|s| u128::from(books.booked_at(base, s, what))).sum();
        row.push(seconds_of(ticks));
    }
}

fn station(plan: &Plan, books: &Books, s: usize, window: Tick, row: &mut Row) {
    let (book, station) = (&books.stations[s], &plan.stations[s]);
    let area = |spot: SpotId| if spot == NONE16 { 0 } else { books.spots[spot as usize].window_area };
    let most = |spot: SpotId| if spot == NONE16 { 0 } else { books.spots[spot as usize].number.max() };
    let start = row.values.len();
    let waits = book.wait.count();
    row.push(waits as f64);
    row.push(book.wait.mean().map_or(f64::NAN, |ticks| ticks / 1e6));
    quantiles(&book.wait, row);
    row.push(book.wait.max().map_or(f64::NAN, seconds));
    row.push(ratio(book.waited as f64, waits as f64));
    row.push(ratio(area(station.line_spot) as f64, window as f64));
    row.push(most(station.line_spot) as f64);
    row.push(ratio((area(station.line_spot) + area(station.booth_spot)) as f64, window as f64));
    let [busy, held, open] = book.window.map(|area| area as f64);
    row.push(ratio(busy, open));
    row.push(ratio(held, open));
    row.push(ratio(seconds_of(book.need), book.served as f64));
    row.push(book.served as f64);
    row.push(ratio(book.visits as f64 * HOUR as f64, books.end as f64));
    row.push(ratio(open, window as f64));
    debug_assert_eq!(row.values.len() - start, STATION_STATS.len());
}

fn run(books: &Books, window: Tick, row: &mut Row) {
    let start = row.values.len();
    let area: u128 = books.spots.iter().map(|s| s.window_area).sum();
    row.push(ratio(area as f64, window as f64));
    row.push(books.refusals as f64);
    row.push(books.knots.first().map_or(f64::NAN, |&(at, _)| seconds(at)));
    row.push(books.knots.len() as f64);
    row.push(f64::from(books.inside.1));
    row.push(seconds(books.end));
    row.push(books.events as f64);
    row.push(visits(books) as f64);
    debug_assert_eq!(row.values.len() - start, RUN_STATS.len());
}

/// Stage visits of a run.
pub(crate) fn visits(books: &Books) -> u64 {
    books.stations.iter().map(|s| s.visits).sum()
}

/// The spots that only travellers of one direction use.
pub(crate) fn spots_of_route(plan: &Plan, route: usize) -> impl Iterator<Item = SpotId> + '_ {
    let from = plan.routes[route].from as u16;
    let posts = [from * 2, (1 - from) * 2 + 1];
    let stations = plan.stations.iter().filter(move |s| posts.contains(&s.post));
    let at_stations = stations.flat_map(|s| [s.line_spot, s.booth_spot]);
    let steps = plan.routes[route].steps.iter().flat_map(|step| spots_of_step(plan, step));
    at_stations.chain(steps).filter(|&s| s != NONE16)
}

fn spots_of_step(plan: &Plan, step: &Step) -> Vec<SpotId> {
    match step {
        Step::Call { queues } => {
            let queues = queues.iter().map(|&q| &plan.queues[q as usize]);
            queues.flat_map(|q| [q.spot, q.way_spot]).collect()
        }
        Step::Road { spot, .. } | Step::Fork { spot, .. } => vec![*spot],
        Step::Stage { .. } => Vec::new(),
        Step::Strip { strips } => strips.iter().map(|&s| plan.strips[s as usize].spot).collect(),
    }
}
