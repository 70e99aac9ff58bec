//! The books of a run: what happened, counted once on each side, and the audit that compares the sides.
//!
//! * *Area book*: for every spot the area under the number present, kept by arrivals at and departures from it.
//! * *Time book*: for every spot the time its visitors spent, added when each leaves, from its own clock.
//!
//! The two are kept by different code and must agree to the tick (Little's law as an identity). Tables read from here.

use super::ledger::What;
use super::observe::{OUTCOMES, Outcome};
use super::plan::{Plan, Source, Test};
use super::simulation::Stay;
use crate::kernel::tallies::{Area, Histogram};
use crate::kernel::time::{NEVER, Tick};

/// The spans of a stay, never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Span {
    /// Booking (or arrival, where there is no booking) → exit.
    BookingToExit,
    /// Arrival at the road or post → exit.
    ArrivalToExit,
    /// First stage entered → exit.
    FirstStageToExit,
    /// End of the queue → first booth (what CBP calls the wait).
    QueueToBooth,
    /// Everything that was not own need.
    Wait,
    /// Released by the first side, not yet admitted by the second.
    BetweenPosts,
}

/// All spans in the order of output.
pub const SPANS: [Span; 6] = [
    Span::BookingToExit,
    Span::ArrivalToExit,
    Span::FirstStageToExit,
    Span::QueueToBooth,
    Span::Wait,
    Span::BetweenPosts,
];

impl Span {
    /// The name used in paths and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::BookingToExit => "booking_to_exit",
            Self::ArrivalToExit => "arrival_to_exit",
            Self::FirstStageToExit => "first_stage_to_exit",
            Self::QueueToBooth => "queue_to_booth",
            Self::Wait => "wait",
            Self::BetweenPosts => "between_posts",
        }
    }

    /// In words, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::BookingToExit => "booking → exit",
            Self::ArrivalToExit => "arrival → exit",
            Self::FirstStageToExit => "first stage → exit",
            Self::QueueToBooth => "end of queue → first booth",
            Self::Wait => "waiting, all places",
            Self::BetweenPosts => "between the posts",
        }
    }
}

/// A spot's two books.
#[derive(Debug, Clone, Default)]
pub struct SpotBook {
    /// Area under the number present.
    pub number: Area,
    /// Time spent by those who left, ticks.
    pub time: u128,
    area_at_warmup: u128,
    /// ∫N dt inside the measured window.
    pub window_area: u128,
    /// Most ever present.
    pub most: i64,
}

/// A station's book.
#[derive(Debug, Clone)]
pub struct StationBook {
    /// Waits in line of the counted.
    pub wait: Histogram,
    /// Counted visits that waited.
    pub waited: u64,
    /// Sum of own needs of the counted, ticks.
    pub need: u128,
    /// Services of the counted.
    pub served: u64,
    /// Booths in service.
    pub busy: Area,
    /// Booths held from ahead.
    pub held: Area,
    /// Booths open by roster.
    pub open: Area,
    at_warmup: [u128; 3],
    /// Areas (busy, held, open) inside the measured window.
    pub window: [u128; 3],
    /// All services, counted or not.
    pub visits: u64,
}

/// A pool's book.
#[derive(Debug, Clone, Default)]
pub struct PoolBook {
    /// Officers at work.
    pub busy: Area,
    /// Officers on duty.
    pub duty: Area,
    at_warmup: [u128; 2],
    /// Areas (busy, on duty) inside the measured window.
    pub window: [u128; 2],
    /// Starts with more at work than on duty (never: property-tested).
    pub over: u64,
}

/// A cohort's book.
#[derive(Debug, Clone)]
pub struct CohortBook {
    /// One histogram per span.
    pub spans: Vec<Histogram>,
    /// Displayed waits minus experienced waits for the call, ticks, and how many.
    pub displayed_error: (i128, u64),
    /// Sum of displayed waits.
    pub displayed: u128,
    /// Sum of absolute errors.
    pub displayed_abs: u128,
    /// How many appeared.
    pub appeared: u64,
    /// How many left, by outcome.
    pub left: [u64; OUTCOMES.len()],
    /// Sum of undisturbed stays (arrival → exit on the undisturbed clock).
    pub undisturbed: u128,
}

/// The audit's findings: empty when everything agrees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// What does not agree, in words.
    pub failures: Vec<String>,
    /// How many identities were checked.
    pub checks: u32,
}

impl Audit {
    fn check(&mut self, holds: bool, words: impl FnOnce() -> String) {
        self.checks += 1;
        if !holds {
            self.failures.push(words());
        }
    }

    /// Did everything agree?
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// All books of a run.
#[derive(Debug)]
pub struct Books {
    /// By spot.
    pub spots: Vec<SpotBook>,
    /// By station.
    pub stations: Vec<StationBook>,
    /// By pool.
    pub pools: Vec<PoolBook>,
    /// By cohort of the plan.
    pub cohorts: Vec<CohortBook>,
    /// Hours booked: (base cohort, spot, what) → ticks.
    pub matrix: Vec<Tick>,
    /// Number at every spot at every mark of the series.
    pub series: Vec<u32>,
    /// Wait by time of appearance: (base cohort, mark) → (ticks, travellers).
    pub by_appearance: Vec<(u64, u32)>,
    /// Knots: when, and how many in it.
    pub knots: Vec<(Tick, u32)>,
    /// All who appeared, and all who left.
    pub flow: (u64, u64),
    /// Of the counted, refused entry at least once.
    pub refusals: u64,
    /// End of the run.
    pub end: Tick,
    /// End of the measured window: the plan's, or that of a run which ended before.
    pub window_end: Tick,
    /// Events.
    pub events: u64,
    /// Inside at the end: all, and counted.
    pub inside: (u32, u32),
    /// Ticks booked, and ticks stayed, over all who left.
    pub booked: (u128, u128),
    /// The audit; complete after the run.
    pub audit: Audit,
    ledger_fault: Option<String>,
    stay_fault: Option<String>,
    cohort_tests: Vec<Test>,
    cohorts_of_base: Vec<Vec<u16>>,
    whats: usize,
    owners: u16,
    spots_count: usize,
    bases: usize,
    marks: usize,
    every: Tick,
    warmup: Tick,
    window: Tick,
    next: Tick,
    mark: usize,
    warm: bool,
    measured: bool,
    closed: bool,
}

impl Books {
    /// Empty books for a plan whose ledger knows `whats` kinds of time.
    pub fn new(plan: &Plan, whats: usize) -> Self {
        let spots_count = plan.spots.len();
        let every = plan.series_every.max(1);
        let marks = (plan.until / every + 1) as usize;
        let bases = plan.bases();
        let cohort = || CohortBook {
            spans: SPANS.iter().map(|_| Histogram::new()).collect(),
            displayed_error: (0, 0),
            displayed: 0,
            displayed_abs: 0,
            appeared: 0,
            left: [0; OUTCOMES.len()],
            undisturbed: 0,
        };
        let station = || StationBook {
            wait: Histogram::new(),
            waited: 0,
            need: 0,
            served: 0,
            busy: Area::new(),
            held: Area::new(),
            open: Area::new(),
            at_warmup: [0; 3],
            window: [0; 3],
            visits: 0,
        };
        let mut books = Self {
            spots: vec![SpotBook::default(); spots_count],
            stations: plan.stations.iter().map(|_| station()).collect(),
            pools: vec![PoolBook::default(); plan.pools.len()],
            cohorts: plan.cohorts.iter().map(|_| cohort()).collect(),
            matrix: vec![0; bases * spots_count * whats],
            series: vec![0; marks * spots_count],
            by_appearance: vec![(0, 0); bases * marks],
            knots: Vec::new(),
            flow: (0, 0),
            refusals: 0,
            end: 0,
            window_end: 0,
            events: 0,
            inside: (0, 0),
            booked: (0, 0),
            audit: Audit::default(),
            ledger_fault: None,
            stay_fault: None,
            cohort_tests: plan.cohorts.iter().map(|c| c.serves.clone()).collect(),
            cohorts_of_base: plan.cohorts_of_bases(),
            whats,
            owners: (whats / 6) as u16,
            spots_count,
            bases,
            marks,
            every,
            warmup: plan.warmup,
            window: plan.window,
            next: 0,
            mark: 0,
            warm: false,
            measured: false,
            closed: false,
        };
        books.arm();
        books
    }

    /// Back to empty, keeping all memory.
    pub fn reset(&mut self) {
        self.spots.fill(SpotBook::default());
        for station in &mut self.stations {
            station.wait.reset();
            (station.waited, station.need, station.served, station.visits) = (0, 0, 0, 0);
            (station.busy, station.held, station.open) = (Area::new(), Area::new(), Area::new());
            (station.at_warmup, station.window) = ([0; 3], [0; 3]);
        }
        self.pools.fill(PoolBook::default());
        for cohort in &mut self.cohorts {
            for span in &mut cohort.spans {
                span.reset();
            }
            (cohort.displayed_error, cohort.displayed, cohort.displayed_abs) = ((0, 0), 0, 0);
            (cohort.appeared, cohort.left, cohort.undisturbed) = (0, [0; OUTCOMES.len()], 0);
        }
        self.matrix.fill(0);
        self.by_appearance.fill((0, 0));
        self.series.fill(0);
        self.knots.clear();
        (self.flow, self.refusals, self.end, self.events) = ((0, 0), 0, 0, 0);
        (self.inside, self.booked) = ((0, 0), (0, 0));
        self.audit.failures.clear();
        self.audit.checks = 0;
        (self.ledger_fault, self.stay_fault) = (None, None);
        (self.mark, self.warm, self.measured, self.closed) = (0, false, false, false);
        self.arm();
    }

    /// The next instant at which the books note something.
    #[inline]
    pub fn next_mark(&self) -> Tick {
        self.next
    }

    fn arm(&mut self) {
        let series = if self.mark < self.marks { self.mark as u64 * self.every } else { NEVER };
        let warm = if self.warm { NEVER } else { self.warmup };
        let measured = if self.measured { NEVER } else { self.window };
        self.next = series.min(warm).min(measured);
    }

    /// The clock goes to `to`: everything noted up to there is noted as it stands before the events of that instant.
    pub fn pass(&mut self, to: Tick) {
        while self.next <= to {
            let at = self.next;
            if self.mark < self.marks && at == self.mark as u64 * self.every {
                for (spot, book) in self.spots.iter().enumerate() {
                    self.series[self.mark * self.spots_count + spot] = book.number.level() as u32;
                }
                self.mark += 1;
            }
            if !self.warm && at >= self.warmup {
                self.warm = true;
                self.at_warmup(at);
            }
            if !self.measured && at >= self.window {
                self.measured = true;
                self.at_window(at);
            }
            self.arm();
        }
    }

    fn at_warmup(&mut self, at: Tick) {
        for spot in &mut self.spots {
            spot.area_at_warmup = spot.number.area_until(at);
        }
        for s in &mut self.stations {
            s.at_warmup = [s.busy.area_until(at), s.held.area_until(at), s.open.area_until(at)];
        }
        for p in &mut self.pools {
            p.at_warmup = [p.busy.area_until(at), p.duty.area_until(at)];
        }
    }

    fn at_window(&mut self, at: Tick) {
        self.window_end = at;
        for spot in &mut self.spots {
            spot.window_area = spot.number.area_until(at) - spot.area_at_warmup;
        }
        for s in &mut self.stations {
            let now = [s.busy.area_until(at), s.held.area_until(at), s.open.area_until(at)];
            s.window = std::array::from_fn(|k| now[k] - s.at_warmup[k]);
        }
        for p in &mut self.pools {
            let now = [p.busy.area_until(at), p.duty.area_until(at)];
            p.window = std::array::from_fn(|k| now[k] - p.at_warmup[k]);
        }
    }

    /// How many are at a spot.
    #[inline]
    pub fn number_at(&self, spot: u16) -> u32 {
        self.spots[spot as usize].number.level() as u32
    }

    /// Series: number at `spot` at mark `mark`.
    pub fn number_at_mark(&self, mark: usize, spot: usize) -> u32 {
        self.series[mark * self.spots_count + spot]
    }

    /// Marks of the series that have been passed.
    pub fn marks_passed(&self) -> usize {
        self.mark
    }

    /// Marks of the series.
    pub fn marks(&self) -> usize {
        self.marks
    }

    #[inline]
    pub(super) fn enter(&mut self, spot: u16, now: Tick, _persons: u32) {
        self.spots[spot as usize].number.change(now, 1);
    }

    #[inline]
    pub(super) fn leave(&mut self, spot: u16, now: Tick, since: Tick, _persons: u32) {
        let book = &mut self.spots[spot as usize];
        book.number.change(now, -1);
        book.time += u128::from(now - since);
    }

    /// Somebody is still at a spot when the run ends.
    pub(super) fn leave_at_end(&mut self, spot: u16, now: Tick, since: Tick) {
        self.spots[spot as usize].time += u128::from(now - since);
    }

    #[inline]
    pub(super) fn is_need(&self, what: What) -> bool {
        what.0 < self.owners
    }

    #[inline]
    pub(super) fn book(&mut self, base: u16, spot: u16, what: What, ticks: Tick) {
        let at = (base as usize * self.spots_count + spot as usize) * self.whats + what.0 as usize;
        self.matrix[at] += ticks;
    }

    /// Ticks booked for a base cohort at a spot for a what.
    pub fn booked_at(&self, base: usize, spot: usize, what: usize) -> Tick {
        self.matrix[(base * self.spots_count + spot) * self.whats + what]
    }

    #[inline(always)]
    pub(super) fn appear(&mut self, me: &mut Stay, source: &Source) {
        self.flow.0 += 1;
        me.base_cohort = source.base_cohort;
        // The last mark that has been passed: the one whose interval it appeared in.
        me.appeared_mark = self.mark.saturating_sub(1) as u32;
        if me.counted {
            for &c in &self.cohorts_of_base[me.base_cohort as usize] {
                if self.cohort_tests[c as usize].holds(me.words) {
                    self.cohorts[c as usize].appeared += 1;
                }
            }
        }
    }

    /// Somebody who stood there at the start is not counted after all.
    pub(super) fn not_counted(&mut self, me: &Stay) {
        for &c in &self.cohorts_of_base[me.base_cohort as usize] {
            if self.cohort_tests[c as usize].holds(me.words) {
                self.cohorts[c as usize].appeared -= 1;
            }
        }
    }

    pub(super) fn refused(&mut self, me: &Stay) {
        self.refusals += u64::from(me.counted);
    }

    /// Number of exits so far.
    pub fn exits(&self) -> u64 {
        self.flow.1
    }

    pub(super) fn exit(
        &mut self,
        me: &Stay,
        now: Tick,
        outcome: Outcome,
        z: Tick,
        ledger: Result<(), String>,
    ) {
        self.flow.1 += 1;
        let stay = now - me.appeared;
        self.booked.0 += u128::from(me.booked);
        self.booked.1 += u128::from(stay);
        if me.booked != stay && self.stay_fault.is_none() {
            self.stay_fault =
                Some(format!("traveller {} stayed {stay} ticks, booked are {}", me.serial, me.booked));
        }
        if let (Err(fault), None) = (ledger, &self.ledger_fault) {
            self.ledger_fault = Some(format!("traveller {}: {fault}", me.serial));
        }
        if !me.counted {
            return;
        }
        let ended = matches!(outcome, Outcome::Crossed | Outcome::Refused);
        let spans = spans_of(me, now);
        for &c in &self.cohorts_of_base[me.base_cohort as usize] {
            if !self.cohort_tests[c as usize].holds(me.words) {
                continue;
            }
            let cohort = &mut self.cohorts[c as usize];
            cohort.left[outcome as usize] += 1;
            if ended {
                cohort.record(&spans);
                cohort.undisturbed += u128::from(z.saturating_sub(me.appeared));
            }
            note_displayed(cohort, me);
        }
        if ended {
            let at =
                &mut self.by_appearance[me.base_cohort as usize * self.marks + me.appeared_mark as usize];
            at.0 += me.waited;
            at.1 += 1;
        }
    }

    /// Somebody counted is still inside: its spans so far are lower bounds.
    pub(super) fn still_inside(&mut self, me: &Stay, now: Tick) {
        let stay = now - me.appeared;
        if me.booked != stay && self.stay_fault.is_none() {
            self.stay_fault = Some(format!(
                "traveller {} is inside since {stay} ticks, booked are {}",
                me.serial, me.booked
            ));
        }
        if !me.counted {
            return;
        }
        for k in 0..self.cohorts_of_base[me.base_cohort as usize].len() {
            let c = self.cohorts_of_base[me.base_cohort as usize][k] as usize;
            if !self.cohort_tests[c].holds(me.words) {
                continue;
            }
            for (span, histogram) in SPANS.iter().zip(&mut self.cohorts[c].spans) {
                if let Some(ticks) = span_so_far(me, *span, now) {
                    histogram.record_at_least(ticks);
                }
            }
        }
    }

    #[inline(always)]
    pub(super) fn waited(&mut self, station: u16, ticks: Tick, counted: bool) {
        if counted {
            let book = &mut self.stations[station as usize];
            book.wait.record(ticks);
            book.waited += u64::from(ticks > 0);
        }
    }

    #[inline]
    pub(super) fn serving(&mut self, station: u16, now: Tick, delta: i64) {
        self.stations[station as usize].busy.change(now, delta);
    }

    #[inline(always)]
    pub(super) fn served(&mut self, station: u16, now: Tick, need: Tick, counted: bool) {
        let book = &mut self.stations[station as usize];
        book.visits += 1;
        book.busy.change(now, -1);
        book.held.change(now, 1);
        if counted {
            book.need += u128::from(need);
            book.served += 1;
        }
    }

    /// A service stopped before its end; the rest comes later.
    pub(super) fn stopped(&mut self, station: u16, now: Tick) {
        let book = &mut self.stations[station as usize];
        book.busy.change(now, -1);
        book.held.change(now, 1);
    }

    #[inline]
    pub(super) fn vacated(&mut self, station: u16, now: Tick) {
        self.stations[station as usize].held.change(now, -1);
    }

    pub(super) fn open_booths(&mut self, station: u16, now: Tick, delta: i64) {
        self.stations[station as usize].open.change(now, delta);
    }

    pub(super) fn officer(&mut self, pool: u16, now: Tick, delta: i64) {
        let book = &mut self.pools[pool as usize];
        book.busy.change(now, delta);
        if delta > 0 && book.busy.level() > book.duty.level() {
            book.over += 1;
        }
    }

    pub(super) fn on_duty(&mut self, pool: u16, now: Tick, delta: i64) {
        self.pools[pool as usize].duty.change(now, delta);
    }

    pub(super) fn knot(&mut self, now: Tick, members: u32) {
        self.knots.push((now, members));
    }

    /// Are the books closed?
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// Closes the books and audits them.
    pub(super) fn close(&mut self, now: Tick, events: u64, inside: u32, counted: u32) {
        self.pass(self.window.min(now));
        if !self.measured {
            self.measured = true;
            self.at_window(now);
        }
        (self.end, self.events, self.inside, self.closed) = (now, events, (inside, counted), true);
        self.audit(now);
    }

    fn audit(&mut self, now: Tick) {
        let mut audit = std::mem::take(&mut self.audit);
        let (came, left) = self.flow;
        audit.check(came == left + u64::from(self.inside.0), || {
            format!(
                "{came} appeared, {left} left, {} are inside: {} are missing",
                self.inside.0,
                i128::from(came) - i128::from(left) - i128::from(self.inside.0)
            )
        });
        for (s, spot) in self.spots.iter().enumerate() {
            let area = spot.number.area_until(now);
            audit.check(area == spot.time, || {
                format!(
                    "spot {s}: the area under the number is {area} ticks, the visitors spent {}",
                    spot.time
                )
            });
        }
        for (p, pool) in self.pools.iter().enumerate() {
            audit.check(pool.over == 0, || {
                format!("pool {p}: {} services began with more officers at work than on duty", pool.over)
            });
        }
        for fault in [&self.stay_fault, &self.ledger_fault] {
            audit.check(fault.is_none(), || fault.clone().unwrap_or_default());
        }
        self.audit = audit;
    }

    /// Number of base cohorts (direction × class).
    pub fn bases(&self) -> usize {
        self.bases
    }
}

#[inline]
fn note_displayed(cohort: &mut CohortBook, me: &Stay) {
    if me.displayed == Tick::MAX || me.arrived == Tick::MAX {
        return;
    }
    let experienced = me.arrived - me.appeared;
    cohort.displayed_error.0 += i128::from(me.displayed) - i128::from(experienced);
    cohort.displayed_error.1 += 1;
    cohort.displayed += u128::from(me.displayed);
    cohort.displayed_abs += u128::from(me.displayed.abs_diff(experienced));
}

impl CohortBook {
    /// Not inlined: among the registers of an exit, six histograms are spilled at every step.
    #[inline(never)]
    fn record(&mut self, spans: &[Tick; SPANS.len()]) {
        for (&ticks, histogram) in spans.iter().zip(&mut self.spans) {
            if ticks != Tick::MAX {
                histogram.record(ticks);
            }
        }
    }
}

/// All spans of a finished stay, [`Tick::MAX`] where one does not apply. Not inlined: once for all cohorts.
#[inline(never)]
fn spans_of(me: &Stay, now: Tick) -> [Tick; SPANS.len()] {
    SPANS.map(|span| span_of(me, span, now).unwrap_or(Tick::MAX))
}

/// A span of a finished stay; none where it does not apply.
#[inline]
fn span_of(me: &Stay, span: Span, now: Tick) -> Option<Tick> {
    let since = |from: Tick| (from != Tick::MAX).then(|| now - from);
    let between = |from: Tick, to: Tick| (from != Tick::MAX && to != Tick::MAX).then(|| to - from);
    match span {
        Span::BookingToExit => Some(now - me.appeared),
        Span::ArrivalToExit => since(me.arrived),
        Span::FirstStageToExit => since(me.entered),
        Span::QueueToBooth => between(me.arrived, me.first_service),
        Span::Wait => Some(me.waited),
        Span::BetweenPosts => between(me.released, if me.admitted == Tick::MAX { now } else { me.admitted }),
    }
}

/// What of a span is certain for somebody still inside: complete, or at least so long.
fn span_so_far(me: &Stay, span: Span, now: Tick) -> Option<Tick> {
    let upto = |from: Tick, to: Tick| {
        (from != Tick::MAX).then(|| if to == Tick::MAX { now - from } else { to - from })
    };
    match span {
        Span::QueueToBooth => upto(me.arrived, me.first_service),
        Span::BetweenPosts => upto(me.released, me.admitted),
        _ => span_of(me, span, now),
    }
}
