//! One run of a crossing: the event loop.
//!
//! The rooms of this floor each hold one kind of act, in the field's words:
//! `sources` (who appears), `calls` (the virtual queue), `moves` (from one place to the next), `lines` (who is served
//! next), `booths` (service), `shifts` (rosters, pools, live changes), `outages`, `gates`, `buses` (vehicle and
//! persons), `knots` (deadlock), `books` (what the audit and the tables read).
//!
//! # How an event becomes its consequences
//!
//! An event changes one thing and leaves *tasks* on an agenda: this booth is free, there is room in that container.
//! `Simulation::settle` works through the agenda in order until nothing more can move at this tick. So a spill-back
//! over five stages is a row of small steps, not a recursion, and the order is the same on every machine.

mod booths;
mod buses;
mod calls;
mod gates;
mod knots;
mod lines;
mod moves;
mod outages;
mod shapes;
mod shifts;
mod sources;
pub(super) mod state;

use super::books::Books;
use super::ledger::{Base, Booking, Kind, Ledger};
use super::observe::{Happened, Observer, Outcome, Record};
use super::plan::{NONE, NONE16, Plan, Step};
use crate::kernel::calendar::{Calendar, Slot};
use crate::kernel::random::{RunKey, TravellerKey};
use crate::kernel::time::{NEVER, Tick};
use crate::kernel::timers::Timers;
pub(super) use lines::LISTS;
pub(super) use state::Traveller as Stay;
use state::{Booth, BoothState, GateRun, Line, Next, Room, Task, Traveller, Waits, Work};

/// Events at one tick after which a run is given up as a loop without time.
const EVENTS_WITHOUT_TIME: u32 = 1 << 20;

/// Why a run could not go on. The scenario is at fault, and the words say where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The clock stands still.
    #[error(
        "the clock stands still at {at}: more than a million events at one instant, the last of them at {place}; \
         a loop there takes no time (look for `then` or `refer` back to a stage whose service takes 0)"
    )]
    Loop {
        /// Clock, in words.
        at: String,
        /// Where.
        place: String,
    },
    /// Too many inside.
    #[error(
        "{inside} travellers are inside at {at}, the limit is {limit}: raise `run.max_inside`, or look at demand against capacity"
    )]
    TooManyInside {
        /// How many.
        inside: u32,
        /// Limit.
        limit: u32,
        /// Clock, in words.
        at: String,
    },
    /// Too many events.
    #[error("more than {limit} events: raise `run.max_events`, or simulate a shorter length")]
    TooManyEvents {
        /// Limit.
        limit: u64,
    },
}

/// A run in progress. Reusable: [`Simulation::restart`] begins another replication in the same memory.
#[derive(Debug)]
pub struct Simulation<'p, O: Observer> {
    plan: &'p Plan,
    shapes: Vec<shapes::Shape>,
    ways: shapes::Ways,
    key: RunKey,
    now: Tick,
    calendar: Calendar,
    moves: Timers,
    patience: Timers,
    late_room: std::collections::BinaryHeap<std::cmp::Reverse<(Tick, u64, u16, u64)>>,
    travellers: Vec<Traveller>,
    free: Vec<u32>,
    booths: Vec<Booth>,
    work: Vec<Work>,
    booth_of_work: Vec<(u32, u32)>,
    lines: Vec<Line>,
    idle: Vec<u64>,
    rooms: Vec<Room>,
    gates: Vec<GateRun>,
    gate_slots: Vec<(u32, u16)>,
    group_level: Vec<u32>,
    group_first: Vec<usize>,
    group_loss: Vec<u32>,
    pools: Vec<shifts::PoolRun>,
    cursors: Vec<usize>,
    shift_slots: Vec<shifts::ShiftSlot>,
    outages: outages::Outages,
    station_open_loss: Vec<u32>,
    queues: Vec<calls::Waiting>,
    call_alarms: calls::Alarms,
    bookings: Vec<calls::Booking>,
    records: calls::Records,
    slot_books: Vec<calls::SlotBook>,
    sources: Vec<sources::SourceRun>,
    agenda: Vec<Task>,
    cause: Base,
    ledger: Ledger,
    sizes: Vec<u64>,
    books: Books,
    observer: O,
    seq: u64,
    serial: u32,
    stall: u32,
    events: u64,
    inside: u32,
    counted_inside: u32,
    /// How many more are to be counted.
    to_count: u64,
    next_intervention: usize,
    /// The slot of the check that has just ended: still in the calendar, since its booth most often begins the next.
    fired: Slot,
    may_knot: bool,
    knotted: Vec<u32>,
    stuck_rooms: Vec<bool>,
    ended: bool,
    #[cfg(test)]
    pub(crate) forget_exit: Option<u64>,
}

impl<'p, O: Observer> Simulation<'p, O> {
    /// A run of `plan`, ready to begin replication `replication` of `seed`.
    pub fn new(plan: &'p Plan, seed: u64, replication: u64, observer: O) -> Self {
        let points = plan.stations.len() + plan.containers.len() + plan.pools.len();
        let ledger = Ledger::new(plan.owners.len(), points);
        let (lines, booths, group_first) = Self::build_stations(plan);
        let mut simulation = Self {
            plan,
            shapes: shapes::Shape::all(plan),
            ways: shapes::Ways::new(plan),
            key: RunKey::new(seed, replication),
            now: 0,
            calendar: Calendar::new(plan.slots.count as usize),
            moves: Timers::with_capacity(1024),
            patience: Timers::with_capacity(64),
            late_room: std::collections::BinaryHeap::new(),
            travellers: Vec::new(),
            free: Vec::new(),
            work: vec![Work::NONE; Self::count_work(plan)],
            booth_of_work: Vec::new(),
            idle: vec![0; booths.len().div_ceil(64)],
            booths,
            lines,
            rooms: Self::build_rooms(plan),
            gates: Vec::new(),
            gate_slots: Vec::new(),
            group_level: vec![0; plan.stations.iter().map(|s| s.groups.len()).sum()],
            group_first,
            group_loss: Vec::new(),
            pools: Vec::new(),
            cursors: Vec::new(),
            shift_slots: Vec::new(),
            outages: outages::Outages::new(plan),
            station_open_loss: Vec::new(),
            queues: plan.queues.iter().map(calls::Waiting::new).collect(),
            call_alarms: calls::Alarms::new(),
            bookings: Vec::new(),
            records: calls::Records::new(plan),
            slot_books: calls::SlotBook::all(plan),
            sources: Self::fresh_sources(plan, RunKey::new(seed, replication)).collect(),
            agenda: Vec::with_capacity(256),
            cause: Base::Own,
            sizes: plan.containers.iter().map(|c| c.size).collect(),
            books: Books::new(plan, ledger.whats()),
            ledger,
            observer,
            seq: 0,
            serial: 0,
            stall: 0,
            events: 0,
            inside: 0,
            counted_inside: 0,
            to_count: plan.counted_at_most,
            next_intervention: 0,
            fired: NONE,
            may_knot: knots::possible(plan),
            knotted: Vec::new(),
            stuck_rooms: vec![false; plan.containers.len()],
            ended: false,
            #[cfg(test)]
            forget_exit: None,
        };
        simulation.list_work();
        simulation.build_tokens();
        simulation.build_places();
        simulation.build_gates();
        simulation.build_shifts();
        simulation.begin();
        simulation
    }

    /// Begins another replication in the same memory.
    pub fn restart(&mut self, seed: u64, replication: u64) {
        self.key = RunKey::new(seed, replication);
        self.now = 0;
        self.calendar.reset();
        self.moves.clear();
        self.patience.clear();
        self.late_room.clear();
        self.call_alarms.clear();
        self.bookings.clear();
        self.records.reset();
        self.slot_books.iter_mut().for_each(calls::SlotBook::reset);
        self.travellers.clear();
        self.free.clear();
        self.agenda.clear();
        self.cause = Base::Own;
        self.ledger.reset(&self.sizes);
        self.books.reset();
        (self.seq, self.serial, self.stall, self.events) = (0, 0, 0, 0);
        (self.inside, self.counted_inside, self.next_intervention) = (0, 0, 0);
        self.fired = NONE;
        self.to_count = self.plan.counted_at_most;
        self.knotted.clear();
        self.ended = false;
        self.reset_stations();
        self.reset_rooms();
        self.reset_gates();
        for queue in &mut self.queues {
            queue.reset();
        }
        self.sources.clear();
        self.sources.extend(Self::fresh_sources(self.plan, self.key));
        self.begin();
    }

    fn fresh_sources(plan: &Plan, key: RunKey) -> impl Iterator<Item = sources::SourceRun> + '_ {
        plan.sources.iter().map(move |source| sources::SourceRun::new(key, source))
    }

    fn begin(&mut self) {
        self.begin_shifts();
        self.begin_outages();
        self.begin_gates();
        self.begin_modes();
        self.begin_slots();
        self.begin_standing();
        self.begin_sources();
        if let Some(first) = self.plan.interventions.first() {
            self.calendar.set(0, first.at);
        }
        self.settle();
    }

    /// Runs to the end: everybody who is counted is out, or the plan's `until` is reached.
    ///
    /// # Errors
    /// When the clock stands still or a limit of the scenario is passed.
    pub fn run(&mut self) -> Result<(), RunError> {
        self.run_until(self.plan.until)?;
        self.finish();
        Ok(())
    }

    /// Runs all events up to and including `until`.
    ///
    /// # Errors
    /// When the clock stands still or a limit of the scenario is passed.
    pub fn run_until(&mut self, until: Tick) -> Result<(), RunError> {
        let until = until.min(self.plan.until);
        while !self.ended {
            let Some((at, slot)) = self.calendar.next() else {
                break;
            };
            if at > until {
                break;
            }
            self.advance_to(at)?;
            if self.ended {
                break;
            }
            self.happen(slot);
            self.settle();
            if self.fired != NONE {
                self.calendar.clear(self.fired);
                self.fired = NONE;
            }
        }
        if !self.ended && until < NEVER {
            self.books.pass(until);
            self.now = self.now.max(until);
        }
        Ok(())
    }

    /// The clock moves to `at`.
    #[inline(always)]
    fn advance_to(&mut self, at: Tick) -> Result<(), RunError> {
        if at == self.now {
            self.stall += 1;
            if self.stall > EVENTS_WITHOUT_TIME {
                return Err(RunError::Loop { at: self.clock_words(), place: self.busiest_place() });
            }
        } else {
            self.stall = 0;
            if at >= self.books.next_mark() {
                self.books.pass(at);
            }
            if at >= self.plan.window && self.counted_inside == 0 {
                self.ended = true;
                return Ok(());
            }
            self.now = at;
        }
        self.events += 1;
        if self.events > self.plan.max_events {
            return Err(RunError::TooManyEvents { limit: self.plan.max_events });
        }
        if self.inside > self.plan.max_inside {
            let (inside, limit) = (self.inside, self.plan.max_inside);
            return Err(RunError::TooManyInside { inside, limit, at: self.clock_words() });
        }
        Ok(())
    }

    /// One event: the slot says what it is (see "Tie rule" in [`super::plan`]).
    #[inline(always)]
    fn happen(&mut self, slot: u32) {
        let slots = self.plan.slots;
        if slot >= slots.services && slot < slots.moves {
            self.check_ends(slot);
        } else if slot >= slots.sources && slot < slots.patience {
            self.source_fires((slot - slots.sources) as usize);
        } else if slot == slots.moves {
            self.timer_fires();
        } else if slot == slots.moves + 1 {
            self.room_is_free_late();
        } else if slot == slots.patience {
            self.patience_ends();
        } else if slot == 0 {
            self.intervene();
        } else if slot == slots.calls {
            self.alarm_rings();
        } else {
            self.shift_changes(slot);
        }
    }

    /// Works through the agenda.
    #[inline(always)]
    fn settle(&mut self) {
        let mut next = 0;
        while let Some(&task) = self.agenda.get(next) {
            next += 1;
            match task {
                Task::Booth(booth, reopened) => self.booth_is_free(booth, reopened),
                Task::Room(container, reopened) => self.room_is_free(container, reopened),
                Task::Pool(pool, reopened) => self.officer_is_free(pool, reopened),
                Task::Head(container) => self.head_may_go(container),
                Task::Calls(container) => self.call_next(container),
            }
        }
        self.agenda.clear();
        self.cause = Base::Own;
    }

    /// The run is over: what is unresolved is booked, the books are closed.
    fn finish(&mut self) {
        if !self.books.closed() {
            self.book_unresolved();
            let (now, events) = (self.now, self.events);
            self.books.close(now, events, self.inside, self.counted_inside);
        }
    }

    /// What the run found (complete after [`Simulation::run`]).
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// The clock, in ticks since the start.
    pub fn now(&self) -> Tick {
        self.now
    }

    /// Travellers inside now.
    pub fn inside(&self) -> u32 {
        self.inside
    }

    /// How many are at a spot now.
    pub fn number_at(&self, spot: u16) -> u32 {
        self.books.number_at(spot)
    }

    /// The observer.
    pub fn observer(&self) -> &O {
        &self.observer
    }

    /// What the run found, and who watched it: to read what was seen, or to begin anew before [`Simulation::restart`].
    pub fn watched(&mut self) -> (&Books, &mut O) {
        (&self.books, &mut self.observer)
    }

    /// Gives the observer back.
    pub fn into_observer(self) -> O {
        self.observer
    }

    fn clock_words(&self) -> String {
        let minutes = self.now / crate::kernel::time::MINUTE;
        format!("{} d {:02}:{:02} after the start", minutes / 1440, minutes / 60 % 24, minutes % 60)
    }

    fn busiest_place(&self) -> String {
        let busiest = (0..self.plan.spots.len()).max_by_key(|&s| self.books.number_at(s as u16));
        busiest.map_or_else(String::new, |spot| self.plan.spots[spot].name.clone())
    }

    #[inline]
    fn tell(&mut self, i: u32, what: Happened) {
        if O::WATCHES {
            let traveller = if i == NONE { u32::MAX } else { self.travellers[i as usize].serial };
            self.observer.record(Record { at: self.now, traveller, what });
        }
    }

    /// Tells who appears, and what it is.
    fn tell_appeared(&mut self, i: u32, of: u32) {
        if O::WATCHES {
            let me = &self.travellers[i as usize];
            let (serial, words, persons) = (me.serial, me.words, if of == NONE { me.persons } else { 1 });
            let what = Happened::Appeared { source: me.source, index: me.index, of };
            self.tell(i, what);
            self.observer.describe(serial, words, persons);
        }
    }

    /// Tells which line `i` is in.
    #[inline]
    fn tell_line(&mut self, i: u32, line: u32) {
        if O::WATCHES {
            self.observer.joins(self.travellers[i as usize].serial, line);
        }
    }

    /// Files what the ledger has booked for `i` at `spot`.
    #[inline]
    fn file(&mut self, i: u32, spot: u16) {
        for k in 0..self.ledger.bookings.len() {
            self.file_one(i, spot, self.ledger.bookings[k]);
        }
        self.ledger.bookings.clear();
    }

    #[inline(always)]
    fn file_one(&mut self, i: u32, spot: u16, Booking { what, ticks }: Booking) {
        let me = &mut self.travellers[i as usize];
        me.booked += ticks;
        if !self.books.is_need(what) {
            me.waited += ticks;
        }
        if me.counted && me.parent == NONE {
            self.books.book(me.base_cohort, spot, what, ticks);
        }
        if O::WATCHES {
            let what = Happened::Booked { spot, what, ticks };
            self.observer.record(Record { at: self.now, traveller: me.serial, what });
        }
    }

    /// Own need that `i` had at `spot` has ended.
    #[inline(always)]
    fn file_need(&mut self, i: u32, spot: u16, owner: u16, ticks: Tick) {
        if ticks > 0 {
            let booking = self.ledger.need(i, owner, ticks);
            self.file_one(i, spot, booking);
        }
    }

    /// Moves `i` to a spot: both books (the area under the number, and the time spent) change here and only here.
    #[inline(always)]
    fn at_spot(&mut self, i: u32, spot: u16) {
        let me = &mut self.travellers[i as usize];
        if me.spot == spot {
            return;
        }
        if me.spot != NONE16 {
            self.books.leave(me.spot, self.now, me.spot_since, me.persons);
        }
        me.spot = spot;
        me.spot_since = self.now;
        if spot != NONE16 {
            self.books.enter(spot, self.now, me.persons);
            self.tell(i, Happened::At(spot));
        }
    }

    #[inline(always)]
    fn new_traveller(&mut self, key: TravellerKey) -> u32 {
        let fresh = Traveller::new(key);
        let i = if let Some(i) = self.free.pop() {
            self.travellers[i as usize] = fresh;
            i
        } else {
            self.travellers.push(fresh);
            self.travellers.len() as u32 - 1
        };
        self.travellers[i as usize].serial = self.serial;
        self.serial += 1;
        i
    }

    /// Is this a traveller of its own (true) or a passenger of one (false)?
    fn is_whole(&self, i: u32) -> bool {
        self.travellers[i as usize].parent == NONE
    }

    fn book_unresolved(&mut self) {
        for i in 0..self.travellers.len() as u32 {
            let me = &self.travellers[i as usize];
            if me.spot == NONE16 {
                continue;
            }
            let spot = me.spot;
            let open = self.now - me.appeared - me.booked;
            let own = if let Waits::Call(queue) = me.waits { self.book_own_part(i, queue) } else { 0 };
            self.book_open(i, open - own);
            self.file(i, spot);
            let me = &self.travellers[i as usize];
            self.books.leave_at_end(spot, self.now, me.spot_since);
            if me.parent == NONE {
                self.books.still_inside(me, self.now);
            }
        }
    }

    /// Books `open` ticks of `i` that no admission has resolved.
    fn book_open(&mut self, i: u32, open: Tick) {
        let me = &self.travellers[i as usize];
        let owner = self.owner_of_spot(me.spot);
        let (point, watch, last_z) = match me.waits {
            Waits::Room(c) => self.waits_at_room(c),
            Waits::Booth => {
                let line = &self.lines[me.line as usize];
                (Some(u32::from(line.station)), line.watch, line.last_z)
            }
            Waits::Call(queue) if self.plan.queues[queue as usize].room != NONE16 => {
                self.waits_at_room(self.plan.queues[queue as usize].room)
            }
            Waits::Call(_) | Waits::Behind | Waits::Others => (None, u32::MAX, 0),
            Waits::No => {
                let what = self.ledger.what(Kind::Need, owner);
                if open > 0 {
                    self.ledger.bookings.push(Booking { what, ticks: open });
                }
                return;
            }
        };
        self.ledger.unresolved(i, self.now, open, last_z, point, watch, owner);
    }

    /// What a wait for room is booked with: the point, its losses, and how far its undisturbed clock has come.
    fn waits_at_room(&self, container: u16) -> (Option<u32>, u32, Tick) {
        let room = &self.rooms[container as usize];
        (Some(room.point), room.watch, room.last_z)
    }

    fn owner_of_spot(&self, spot: u16) -> u16 {
        let spot = &self.plan.spots[spot as usize];
        if spot.station == NONE16 {
            self.plan.carrier_owner
        } else {
            self.plan.stations[spot.station as usize].owner
        }
    }

    /// A traveller leaves the model.
    fn exit(&mut self, i: u32, outcome: Outcome) {
        self.at_spot(i, NONE16);
        self.tell(i, Happened::Left(outcome));
        let whole = self.is_whole(i);
        if whole {
            #[cfg(test)]
            if self.forget_exit == Some(self.books.exits()) {
                self.forget_exit = None;
                self.inside -= 1;
                self.free.push(i);
                return;
            }
            self.inside -= 1;
            let lost = self.ledger.anything_lost();
            let checked = match (lost, cfg!(debug_assertions)) {
                (false, _) => self.ledger.check_on_time(i, self.now),
                (true, true) => self.ledger.check(i, self.now),
                (true, false) => Ok(()),
            };
            let me = &self.travellers[i as usize];
            if me.counted {
                self.counted_inside -= 1;
                self.ended |= self.to_count == 0 && self.counted_inside == 0;
            }
            self.books.exit(me, self.now, outcome, self.ledger.z(i), checked);
        }
        if whole && outcome == Outcome::Crossed {
            self.clears_its_record(i);
        }
        let (fleet, source) = (
            whole.then(|| self.plan.sources[self.travellers[i as usize].source as usize].is_fleet()),
            self.travellers[i as usize].source,
        );
        if fleet == Some(true) {
            self.goes_away(i, source);
        } else {
            self.free.push(i);
        }
    }

    #[inline(always)]
    fn step_of(&self, route: u16, step: u16) -> &'p Step {
        &self.plan.routes[route as usize].steps[step as usize]
    }

    fn out_of_service(&self, booth: u32) -> bool {
        self.booths[booth as usize].state == BoothState::Idle
    }

    #[inline(always)]
    fn next_seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    fn target_of(next: super::plan::Target) -> (Next, bool) {
        use super::plan::Target;
        match next {
            Target::Step { route, step } => (Next::Step(route, step), true),
            Target::Out => (Next::Out(Outcome::Crossed), false),
            Target::Refused => (Next::Out(Outcome::Refused), false),
            Target::Back { route, step } => (Next::Step(route, step), false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Simulation;
    use crate::crossing::{Blind, compile};
    use crate::scenario::{Clock, load_str};

    const HELLO: &str = include_str!("../../scenarios/hello.toml");

    /// Runs `hello` once, forgetting the n-th exit if asked; what the audit has to say.
    fn audit(forget: Option<u64>) -> Vec<String> {
        let loaded = load_str("hello.toml", HELLO, &[]).expect("hello is a valid scenario");
        let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).expect("hello has a clock");
        let plan = compile(&loaded.scenario, &clock, loaded.document.diagnostics()).expect("hello compiles");
        let mut simulation = Simulation::new(&plan, 1, 0, Blind);
        simulation.forget_exit = forget;
        simulation.run().expect("hello runs");
        simulation.books().audit.failures.clone()
    }

    #[test]
    fn the_audit_notices_a_single_exit_that_is_not_counted() {
        assert_eq!(audit(None), Vec::<String>::new());
        let failures = audit(Some(1000));
        assert!(failures[0].contains("1 are missing"), "{failures:?}");
    }
}
