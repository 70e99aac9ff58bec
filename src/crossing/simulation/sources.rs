//! Who appears: arrivals, bookings, fleets, and who stands there at the start.

use super::state::{Doing, Next, Traveller};
use super::{Observer, Simulation};
use crate::crossing::ledger::Base;
use crate::crossing::observe::Outcome;
use crate::crossing::plan::{Balk, Demand, NONE, Source, Step, Test};
use crate::kernel::arrivals::ArrivalCursor;
use crate::kernel::random::{RunKey, SourceKey, TravellerKey, name_key};
use crate::kernel::time::NEVER;

const ARRIVES: u64 = name_key("arrives");
const BATCH: u64 = name_key("batch");
const PARTY: u64 = name_key("party");
const PATIENCE: u64 = name_key("patience");
const AWAY: u64 = name_key("away");
const BALKS: u64 = name_key("balks");
/// Attempts to find somebody of the right kind for a queue that stands at the start.
const TRIES: u64 = 10_000;

/// A source at run time.
#[derive(Debug, Clone)]
pub(super) struct SourceRun {
    key: SourceKey,
    cursor: ArrivalCursor,
    arrivals: u64,
    travellers: u64,
    stood: u64,
}

impl SourceRun {
    /// Nobody has come yet.
    pub(super) fn new(run: RunKey, source: &Source) -> Self {
        let key = run.source(source.key);
        Self { key, cursor: ArrivalCursor::default(), arrivals: 0, travellers: 0, stood: 0 }
    }
}

impl Source {
    /// Do its vehicles return?
    pub(crate) fn is_fleet(&self) -> bool {
        matches!(self.demand, Demand::Fleet { .. })
    }
}

impl<O: Observer> Simulation<'_, O> {
    pub(super) fn begin_sources(&mut self) {
        for s in 0..self.plan.sources.len() {
            if let Demand::Fleet { size, .. } = self.plan.sources[s].demand {
                for k in 0..size {
                    self.fleet_member(s, k);
                }
            } else {
                self.next_arrival(s);
            }
        }
    }

    /// Arms the source's slot for its next arrival.
    #[inline(always)]
    fn next_arrival(&mut self, s: usize) {
        let source = &self.plan.sources[s];
        let run = &mut self.sources[s];
        let k = run.arrivals;
        let at = match &source.demand {
            Demand::Arrivals(process) => {
                let key = run.key.traveller(k);
                process.next(&mut run.cursor, &mut key.draw(ARRIVES, 0))
            }
            Demand::Fleet { .. } => None,
        };
        run.arrivals += 1;
        let limit = if self.plan.arrivals_stop { self.plan.window } else { NEVER };
        match at {
            Some(at) if at < limit && run.travellers < source.limit => self.calendar.set(source.slot, at),
            _ => self.calendar.clear(source.slot),
        }
    }

    /// An arrival: one traveller, or a batch of them.
    #[inline(always)]
    pub(super) fn source_fires(&mut self, s: usize) {
        let source = &self.plan.sources[s];
        let arrival = self.sources[s].arrivals - 1;
        let batch = match source.batch.as_slice() {
            [(n, _)] => *n,
            batch => {
                let key = self.key.traveller(source.key, arrival);
                pick(batch, key.draw(BATCH, 0).unit())
            }
        };
        for _ in 0..batch {
            if self.sources[s].travellers < source.limit {
                let i = self.appear(s);
                self.cause = Base::Own;
                self.enter_model(i);
            }
        }
        self.next_arrival(s);
    }

    /// A new traveller of a source, with everything that it is; not yet anywhere.
    #[inline(always)]
    fn appear(&mut self, s: usize) -> u32 {
        let run = &mut self.sources[s];
        let index = run.travellers;
        run.travellers += 1;
        let key = run.key.traveller(index);
        let i = self.new_traveller(key);
        self.travellers[i as usize].index = index as u32;
        self.describe(i, s, key);
        self.begin_stay(i);
        i
    }

    /// Attributes: pure functions of the traveller's own key.
    #[inline(always)]
    fn describe(&mut self, i: u32, s: usize, key: TravellerKey) {
        let source = &self.plan.sources[s];
        let mut words = source.words;
        for mix in &source.mixes {
            if mix.given.holds(words) {
                let draw = key.draw(mix.purpose, 0).unit();
                let last = mix.words.len() - 1;
                let found = mix.words.iter().take(last).find(|w| draw < w.0).unwrap_or(&mix.words[last]);
                words |= found.1;
            }
        }
        for policy in &source.policies {
            let on = self.now >= policy.from && self.now < policy.until && policy.serves.holds(words);
            if on && key.draw(policy.purpose, 0).unit() < policy.compliance {
                words |= policy.bit;
            }
        }
        let me = &mut self.travellers[i as usize];
        me.words = words;
        me.source = s as u16;
        (me.own_route, me.last_step) = (source.route, source.last_step);
        me.length = source.length;
        me.persons = match source.party.as_slice() {
            [(n, _)] => *n,
            party => pick(party, key.draw(PARTY, 0).unit()),
        };
    }

    /// The stay begins now: clocks, cohort, books.
    #[inline(always)]
    fn begin_stay(&mut self, i: u32) {
        let now = self.now;
        self.ledger.appear(i, now);
        self.inside += 1;
        let me = &mut self.travellers[i as usize];
        let source = &self.plan.sources[me.source as usize];
        (me.route, me.step) = (source.route, source.first_step);
        me.appeared = now;
        me.counted = now >= self.plan.warmup && now < self.plan.window && self.to_count > 0;
        self.counted_inside += u32::from(me.counted);
        self.to_count -= u64::from(me.counted);
        self.books.appear(me, source);
        self.tell_appeared(i, NONE);
    }

    /// The first place of a stay: a booking, the road, or a stage in the middle.
    #[inline(always)]
    fn enter_model(&mut self, i: u32) {
        let me = &self.travellers[i as usize];
        let (route, step) = (me.route, me.step);
        match self.step_of(route, step) {
            Step::Call { queues } => self.book_a_place(i, queues),
            Step::Road { container, spot } => self.come_to_the_road(i, *container, *spot),
            _ => self.come_to_a_stage(i, route, step),
        }
    }

    #[inline(always)]
    pub(super) fn come_to_the_road(&mut self, i: u32, container: u16, spot: u16) {
        let source = &self.plan.sources[self.travellers[i as usize].source as usize];
        if !source.balks.is_empty() && self.turns_round(i, source, spot) {
            self.exit(i, Outcome::Balked);
            return;
        }
        // Whoever could go straight on needs no place on the road.
        let me = &mut self.travellers[i as usize];
        me.arrived = self.now;
        let (route, step) = (me.route, me.step);
        if source.patience.is_some() {
            self.arm_own_patience(i);
        }
        if self.rooms[container as usize].endless {
            self.arrive_on_road(i, container, spot);
            return;
        }
        self.travellers[i as usize].next = self.onward(i, route, step + 1);
        if self.plan.containers[container as usize].unlimited() || self.fits(i, container) {
            let mut admission = self.ledger.admit();
            self.take_space(i, container, &mut admission);
            self.ledger.admitted(i, self.now, 0, admission, Base::Own, u32::MAX, 0, 0, 0);
            self.file(i, spot);
            self.travellers[i as usize].next = Next::Step(route, step);
            self.arrive_on_road(i, container, spot);
        } else if self.way_is_free(i) {
            self.at_spot(i, spot);
            self.try_go(i);
        } else {
            self.patience.cancel(i);
            self.arm_patience();
            self.exit(i, Outcome::TurnedAway);
        }
    }

    /// Does `i` turn round at the sight of the queue?
    fn turns_round(&self, i: u32, source: &Source, road: u16) -> bool {
        let seen = |balk: &Balk| match balk.spots.as_slice() {
            [] => self.number_at(road),
            spots => spots.iter().map(|&spot| self.number_at(spot)).sum(),
        };
        let me = &self.travellers[i as usize];
        let exceeded = source.balks.iter().rev().find(|balk| seen(balk) > balk.above);
        exceeded.is_some_and(|balk| me.key.draw(BALKS, me.loops).unit() < balk.share)
    }

    fn come_to_a_stage(&mut self, i: u32, route: u16, step: u16) {
        self.travellers[i as usize].arrived = self.now;
        self.arm_own_patience(i);
        let next = self.onward(i, route, step);
        self.travellers[i as usize].next = next;
        if let Next::Step(_, at) = next
            && let Step::Stage { station, .. } = self.step_of(route, at)
        {
            let spot = self.plan.stations[*station as usize].line_spot;
            self.at_spot(i, spot);
        }
        self.try_go(i);
    }

    fn arm_own_patience(&mut self, i: u32) {
        let me = &self.travellers[i as usize];
        if let Some(law) = &self.plan.sources[me.source as usize].patience {
            let after = law.ticks(&mut me.key.draw(PATIENCE, me.loops));
            self.patience.push(i, self.now + after);
            self.arm_patience();
        }
    }

    /// Who stands where at the start.
    pub(super) fn begin_standing(&mut self) {
        for k in 0..self.plan.standing.len() {
            let standing = &self.plan.standing[k];
            for _ in 0..standing.count {
                let i = self.appear_who(standing.source as usize, &standing.serves);
                let me = &mut self.travellers[i as usize];
                me.standing = true;
                me.step = standing.step;
                if me.counted {
                    me.counted = false;
                    self.counted_inside -= 1;
                    self.to_count += 1;
                    self.books.not_counted(me);
                }
                self.enter_model(i);
                self.settle();
            }
        }
    }

    /// The next traveller of a source who passes a test: others of the same source are passed over and never appear.
    fn appear_who(&mut self, s: usize, test: &Test) -> u32 {
        let key = name_key("standing") ^ self.plan.sources[s].key;
        let number = self.sources[s].stood;
        self.sources[s].stood += 1;
        for attempt in 0..TRIES {
            let index = number * TRIES + attempt;
            let key = self.key.traveller(key, index);
            let i = self.new_traveller(key);
            self.describe(i, s, key);
            if test.holds(self.travellers[i as usize].words) || attempt == TRIES - 1 {
                self.travellers[i as usize].index = index as u32;
                self.begin_stay(i);
                return i;
            }
            self.free.push(i);
        }
        NONE
    }

    fn fleet_member(&mut self, s: usize, k: u32) {
        let key = self.key.traveller(self.plan.sources[s].key, u64::from(k));
        let i = self.new_traveller(key);
        self.travellers[i as usize].index = k;
        self.describe(i, s, key);
        self.goes_away(i, s as u16);
    }

    /// A vehicle of a fleet is away until its next crossing.
    pub(super) fn goes_away(&mut self, i: u32, source: u16) {
        if let Demand::Fleet { away, .. } = &self.plan.sources[source as usize].demand {
            let me = &self.travellers[i as usize];
            let after = away.ticks(&mut me.key.draw(AWAY, me.loops));
            let (key, words, index, loops, persons, length) =
                (me.key, me.words, me.index, me.loops, me.persons, me.length);
            let own_way = (me.own_route, me.last_step);
            let mut fresh = Traveller::new(key);
            fresh.serial = self.serial;
            self.serial += 1;
            (fresh.words, fresh.index, fresh.loops) = (words, index, loops + 64);
            (fresh.persons, fresh.length, fresh.source) = (persons, length, source);
            (fresh.own_route, fresh.last_step) = own_way;
            fresh.doing = Doing::Away;
            self.travellers[i as usize] = fresh;
            self.set_timer(i, after);
        }
    }

    /// A vehicle of a fleet is back.
    pub(super) fn comes_again(&mut self, i: u32) {
        if self.plan.arrivals_stop && self.now >= self.plan.window {
            return;
        }
        if let Some(until) = self.banned_until(i) {
            self.travellers[i as usize].doing = Doing::Away;
            self.set_timer(i, until - self.now);
            return;
        }
        self.begin_stay(i);
        self.cause = Base::Own;
        self.enter_model(i);
    }
}

/// One of several values with cumulated shares.
fn pick(values: &[(u32, f64)], draw: f64) -> u32 {
    values.iter().find(|v| draw < v.1).or(values.last()).map_or(1, |v| v.0)
}
