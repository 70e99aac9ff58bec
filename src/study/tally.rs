//! Collects, while a run goes on, what `[output]` asks for beside the summary.
//!
//! A [`Tally`] is an observer: a batch that asks for nothing runs [`Blind`] and pays nothing. It sees the records of one
//! run and pushes the numbers in the order in which [`asked`](super::kpis::asked) names them. A number at a moment is
//! the number before the events of that moment.

use super::kpis::asked::{Places, counted, stretches};
use super::kpis::extract::{Row, ratio};
use crate::crossing::ledger::What;
use crate::crossing::observe::Blind;
use crate::crossing::plan::{NONE, NONE16, Plan, SpotKind};
use crate::crossing::{Books, Happened, Observer, Outcome, Record};
use crate::kernel::tallies::Welford;
use crate::kernel::time::Tick;

/// An observer that a worker uses for one replication after the other.
pub(crate) trait Watcher<'p>: Observer {
    /// One for runs of this plan.
    fn new(plan: &'p Plan) -> Self;
    /// Forgets the replication before.
    fn begin(&mut self);
    /// Puts what was seen of a finished run into a row, from place `at` on.
    fn read(&mut self, books: &Books, at: usize, row: &mut Row);
}

impl Watcher<'_> for Blind {
    fn new(_: &Plan) -> Self {
        Self
    }
    fn begin(&mut self) {}
    fn read(&mut self, _: &Books, _: usize, _: &mut Row) {}
}

/// Who somebody is, and what has become of them so far.
#[derive(Debug, Clone, Copy)]
struct Life {
    spot: u16,
    base: u16,
    /// Among the counted of its direction and class: its number, from 0; [`NONE`] for everybody else.
    order: u32,
    appeared: Tick,
    spot_since: Tick,
    waited: Tick,
    /// Waited in the line from which it came to the booth.
    in_line: Tick,
    /// The station at whose booth it is done, and since when.
    done: Option<(u16, Tick)>,
    was_held: bool,
    /// A traveller of its own, no passenger.
    whole: bool,
}

const NOBODY: Life = Life {
    spot: NONE16,
    base: NONE16,
    order: NONE,
    appeared: 0,
    spot_since: 0,
    waited: 0,
    in_line: 0,
    done: None,
    was_held: false,
    whole: false,
};

/// A level over time inside the window: the time at each value up to a most, and above.
#[derive(Debug, Clone, Default)]
struct Level {
    now: u32,
    since: Tick,
    times: Vec<Tick>,
}

impl Level {
    fn new(most: u32) -> Self {
        Self { now: 0, since: 0, times: vec![0; most as usize + 2] }
    }

    fn clear(&mut self) {
        (self.now, self.since) = (0, 0);
        self.times.fill(0);
    }

    /// Time passes at the present value; what lies outside of the window does not count.
    fn pass(&mut self, to: Tick, (from, until): (Tick, Tick)) {
        let inside = to.min(until).saturating_sub(self.since.max(from));
        let last = self.times.len() - 1;
        self.times[(self.now as usize).min(last)] += inside;
        self.since = to;
    }

    fn change(&mut self, at: Tick, window: (Tick, Tick), by: i32) {
        self.pass(at, window);
        self.now = self.now.saturating_add_signed(by);
    }
}

/// How many of those who got through, and of how many it is true.
#[derive(Debug, Clone, Copy, Default)]
struct Shares {
    of: u64,
    waited: u64,
    held: u64,
}

/// The observer of what `[output]` asks for.
#[derive(Debug)]
pub(crate) struct Tally<'p> {
    plan: &'p Plan,
    places: Places,
    window: (Tick, Tick),
    station_of_booth: Vec<u16>,
    owners: u16,
    lives: Vec<Life>,
    standing: u64,
    to_stand: u64,
    counted: u64,
    levels: Vec<Level>,
    number_at: Vec<u32>,
    moments: usize,
    counts: Vec<u32>,
    stretches: usize,
    appeared: Vec<u32>,
    /// By base cohort: the first counted, with wait and stay; the stay is [`Tick::MAX`] until it is known.
    first: Vec<Vec<(Tick, Tick)>>,
    /// By station: waits of the first services.
    first_served: Vec<Vec<Tick>>,
    most: usize,
    by_base: Vec<Shares>,
    by_station: Vec<Shares>,
    held: Vec<Level>,
}

impl<'p> Watcher<'p> for Tally<'p> {
    fn new(plan: &'p Plan) -> Self {
        let places = Places::of(plan);
        let most = plan.asked.number_up_to.unwrap_or(0);
        let stretches = stretches(&plan.asked).count();
        let booths = plan.stations.iter().enumerate();
        let to_stand = plan.standing.iter().map(|s| u64::from(s.count)).sum();
        Self {
            window: (plan.warmup, plan.window),
            station_of_booth: booths.flat_map(|(s, st)| st.booths.clone().map(move |_| s as u16)).collect(),
            owners: plan.owners.len() as u16,
            lives: Vec::new(),
            standing: to_stand,
            to_stand,
            counted: 0,
            levels: vec![Level::new(most); places.list.len()],
            number_at: vec![0; plan.asked.number_at.len() * places.list.len()],
            moments: 0,
            counts: vec![0; counted(plan).len() * stretches],
            stretches,
            appeared: vec![0; plan.bases()],
            first: vec![Vec::new(); plan.bases()],
            first_served: vec![Vec::new(); plan.stations.len()],
            most: plan.asked.first.iter().max().map_or(0, |&n| n as usize),
            by_base: vec![Shares::default(); plan.bases()],
            by_station: vec![Shares::default(); plan.stations.len()],
            held: vec![Level::new(0); plan.stations.len()],
            places,
            plan,
        }
    }

    fn begin(&mut self) {
        self.lives.clear();
        (self.standing, self.counted, self.moments) = (self.to_stand, 0, 0);
        self.levels.iter_mut().for_each(Level::clear);
        self.held.iter_mut().for_each(Level::clear);
        self.number_at.fill(0);
        self.counts.fill(0);
        self.appeared.fill(0);
        self.first.iter_mut().for_each(Vec::clear);
        self.first_served.iter_mut().for_each(Vec::clear);
        self.by_base.fill(Shares::default());
        self.by_station.fill(Shares::default());
    }

    fn read(&mut self, books: &Books, at: usize, row: &mut Row) {
        let end = books.window_end;
        self.window.1 = end;
        self.note_moments(books.end.max(end));
        for level in self.levels.iter_mut().chain(&mut self.held) {
            level.pass(end.max(level.since), self.window);
        }
        self.window.1 = self.plan.window;
        row.values.truncate(at);
        row.lower.truncate(at);
        self.push(end, row);
    }
}

impl Observer for Tally<'_> {
    const WATCHES: bool = true;

    fn record(&mut self, record: Record) {
        let Record { at, traveller, what } = record;
        if self.moments < self.plan.asked.number_at.len() && self.plan.asked.number_at[self.moments] <= at {
            self.note_moments(at);
        }
        match what {
            Happened::Appeared { source, of, .. } => self.appeared(at, traveller, source, of == u32::MAX),
            Happened::At(spot) => self.moved(at, traveller, spot),
            Happened::Starts { booth } => self.started(at, traveller, booth),
            Happened::Done { booth } => self.done(at, traveller, booth),
            Happened::Booked { what, ticks, .. } => self.booked(traveller, what, ticks),
            Happened::Left(outcome) => self.left(at, traveller, outcome),
            _ => {}
        }
    }
}

impl Tally<'_> {
    /// Notes the numbers present at all moments up to `upto`.
    fn note_moments(&mut self, upto: Tick) {
        let places = self.levels.len();
        let asked = &self.plan.asked.number_at;
        while asked.get(self.moments).is_some_and(|&moment| moment <= upto) {
            for (place, level) in self.levels.iter().enumerate() {
                self.number_at[self.moments * places + place] = level.now;
            }
            self.moments += 1;
        }
    }

    fn count(&mut self, row: usize, at: Tick) {
        let bounds = &self.plan.asked.counts;
        let after = bounds.partition_point(|&bound| bound <= at);
        if after > 0 && after < bounds.len() {
            self.counts[row * self.stretches + after - 1] += 1;
        }
    }

    /// Base cohorts have two rows of counts each, stations one behind them.
    fn row_of_station(&self, station: u16) -> usize {
        self.plan.bases() * 2 + station as usize
    }

    fn appeared(&mut self, at: Tick, traveller: u32, source: u16, whole: bool) {
        let index = traveller as usize;
        if self.lives.len() <= index {
            self.lives.resize(index + 1, NOBODY);
        }
        let base = self.plan.sources[source as usize].base_cohort;
        self.lives[index] = Life { base, appeared: at, spot_since: at, whole, ..NOBODY };
        if !whole {
            return;
        }
        if self.standing > 0 {
            // Who stands there at the start appears before everybody else, and is not counted.
            self.standing -= 1;
            return;
        }
        self.count(base as usize * 2, at);
        let (from, until) = self.window;
        if at >= from && at < until && self.counted < self.plan.counted_at_most {
            self.counted += 1;
            self.lives[index].order = self.appeared[base as usize];
            self.appeared[base as usize] += 1;
            if self.first[base as usize].len() < self.most {
                self.first[base as usize].push((0, Tick::MAX));
            }
        }
    }

    fn shift(&mut self, at: Tick, spot: u16, by: i32) {
        if spot == NONE16 {
            return;
        }
        for place in self.places.of_spot[spot as usize] {
            if place != NONE16 {
                self.levels[place as usize].change(at, self.window, by);
            }
        }
    }

    fn moved(&mut self, at: Tick, traveller: u32, spot: u16) {
        self.goes_on(at, traveller);
        let before = self.lives[traveller as usize].spot;
        self.shift(at, before, -1);
        self.shift(at, spot, 1);
        let life = &mut self.lives[traveller as usize];
        let from_line = self.plan.spots.get(before as usize).is_some_and(|s| s.kind == SpotKind::Line);
        life.in_line = if from_line { at - life.spot_since } else { 0 };
        (life.spot, life.spot_since) = (spot, at);
    }

    fn started(&mut self, at: Tick, traveller: u32, booth: u32) {
        self.goes_on(at, traveller);
        let (station, life) =
            (self.station_of_booth[booth as usize] as usize, &self.lives[traveller as usize]);
        if (life.order != NONE || !life.whole) && self.first_served[station].len() < self.most {
            self.first_served[station].push(life.in_line);
        }
    }

    fn done(&mut self, at: Tick, traveller: u32, booth: u32) {
        let station = self.station_of_booth[booth as usize];
        self.count(self.row_of_station(station), at);
        self.held[station as usize].change(at, self.window, 1);
        let life = &mut self.lives[traveller as usize];
        life.done = Some((station, at));
        if life.order != NONE {
            self.by_station[station as usize].of += 1;
        }
    }

    /// Whoever was done at a booth, and perhaps held there, goes on.
    fn goes_on(&mut self, at: Tick, traveller: u32) {
        let life = &mut self.lives[traveller as usize];
        let Some((station, since)) = life.done.take() else { return };
        self.held[station as usize].change(at, self.window, -1);
        if at > since {
            life.was_held = true;
            self.by_station[station as usize].held += u64::from(life.order != NONE);
        }
    }

    fn booked(&mut self, traveller: u32, what: What, ticks: Tick) {
        if what.0 >= self.owners {
            self.lives[traveller as usize].waited += ticks;
        }
    }

    fn left(&mut self, at: Tick, traveller: u32, outcome: Outcome) {
        self.goes_on(at, traveller);
        let life = self.lives[traveller as usize];
        self.shift(at, life.spot, -1);
        self.lives[traveller as usize].spot = NONE16;
        if !life.whole {
            return;
        }
        self.count(life.base as usize * 2 + 1, at);
        let crossed = matches!(outcome, Outcome::Crossed | Outcome::Refused);
        if life.order == NONE {
            return;
        }
        let stay = if crossed { at - life.appeared } else { GAVE_UP };
        if let Some(first) = self.first[life.base as usize].get_mut(life.order as usize) {
            *first = (life.waited, stay);
        }
        if crossed {
            let shares = &mut self.by_base[life.base as usize];
            shares.of += 1;
            shares.waited += u64::from(life.waited > 0);
            shares.held += u64::from(life.was_held);
        }
    }

    /// The numbers, in the order in which they are named.
    fn push(&self, end: Tick, row: &mut Row) {
        let asked = &self.plan.asked;
        let places = self.levels.len();
        let window = end.saturating_sub(self.plan.warmup) as f64;
        for place in 0..places {
            for moment in 0..asked.number_at.len() {
                let known = moment < self.moments;
                let number = f64::from(self.number_at[moment * places + place]);
                row.push(if known { number } else { f64::NAN });
            }
        }
        if asked.number_up_to.is_some() {
            for time in self.levels.iter().flat_map(|level| &level.times) {
                row.push(ratio(*time as f64, window));
            }
        }
        self.push_counts(row);
        for first in &self.first {
            for &n in &asked.first {
                let (wait, stay) = first_mean(first, n as usize);
                row.push(wait);
                row.push(stay);
            }
        }
        for waits in &self.first_served {
            for &n in &asked.first {
                let n = n as usize;
                row.push(if waits.len() < n { f64::NAN } else { mean_seconds(waits[..n].iter().copied()) });
            }
        }
        if asked.shares {
            for shares in &self.by_base {
                row.push(ratio(shares.waited as f64, shares.of as f64));
                row.push(ratio(shares.held as f64, shares.of as f64));
            }
            for (shares, held) in self.by_station.iter().zip(&self.held) {
                row.push(ratio(shares.held as f64, shares.of as f64));
                row.push(ratio(held.times[1] as f64, window));
            }
        }
    }

    fn push_counts(&self, row: &mut Row) {
        if self.stretches == 0 {
            return;
        }
        for counts in self.counts.chunks(self.stretches) {
            counts.iter().for_each(|&n| row.push(f64::from(n)));
            if self.plan.asked.even_counts {
                let measured = stretches(&self.plan.asked).zip(counts);
                let measured = measured.filter(|((from, _), _)| *from >= self.plan.warmup);
                let over: Welford = measured.map(|(_, &n)| f64::from(n)).collect();
                row.push(over.mean());
                row.push(over.standard_deviation().powi(2));
            }
        }
    }
}

/// The stay of somebody who left without having crossed.
const GAVE_UP: Tick = Tick::MAX - 1;

/// Mean wait and stay of the first `n` who appeared, over those of them who crossed or were refused; no value while
/// one of them is inside.
fn first_mean(first: &[(Tick, Tick)], n: usize) -> (f64, f64) {
    let complete = first.len() >= n && first[..n].iter().all(|f| f.1 != Tick::MAX);
    if !complete {
        return (f64::NAN, f64::NAN);
    }
    let through = || first[..n].iter().filter(|f| f.1 != GAVE_UP);
    (mean_seconds(through().map(|f| f.0)), mean_seconds(through().map(|f| f.1)))
}

fn mean_seconds(ticks: impl Iterator<Item = Tick>) -> f64 {
    let (sum, n) = ticks.fold((0u128, 0u64), |(sum, n), t| (sum + u128::from(t), n + 1));
    ratio(sum as f64 / 1e6, n as f64)
}
