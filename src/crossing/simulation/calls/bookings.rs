//! What belongs to one booking beyond its place in the queue: papers that are missing, a postponement, a cancellation;
//! and what the service remembers of a vehicle that returns.
//!
//! Kept beside the travellers, and only in crossings whose virtual queues have such rules.

use super::super::state::{Doing, Task, Traveller, Waits};
use super::super::{Observer, Simulation};
use super::alarms::Alarm;
use super::slots::NO_SLOT;
use super::turns::Waiting;
use crate::crossing::calling::{CallRules, Papers};
use crate::crossing::ledger::Kind;
use crate::crossing::observe::Outcome;
use crate::crossing::plan::{Demand, NONE, NONE16, OwnerId, Plan};
use crate::kernel::time::Tick;

/// The state of one booking.
#[derive(Debug, Clone, Copy)]
pub(in crate::crossing::simulation) struct Booking {
    /// When the last of the papers that the queue sees is there.
    pub(super) ready_at: Tick,
    /// Whose papers those are.
    owner: OwnerId,
    /// Its turn came, and it was passed over, since then.
    pub(super) passed_since: Tick,
    /// Part of the wait that it chose itself.
    chosen: Tick,
    postponed: u32,
    /// Its queue.
    pub(super) queue: u16,
    /// The window of its slot, if it has one.
    pub(super) slot: u32,
}

impl Booking {
    const NEW: Self = Self {
        ready_at: 0,
        owner: 0,
        passed_since: Tick::MAX,
        chosen: 0,
        postponed: 0,
        queue: NONE16,
        slot: NO_SLOT,
    };
}

/// What the service remembers of a vehicle of a fleet.
#[derive(Debug, Clone, Copy)]
struct Record {
    /// Calls missed in a row.
    missed: u32,
    banned_until: Tick,
    postponed_at: Option<Tick>,
}

impl Record {
    const CLEAN: Self = Self { missed: 0, banned_until: 0, postponed_at: None };
}

/// The records of all vehicles that return; empty where no rule looks at them.
#[derive(Debug)]
pub(in crate::crossing::simulation) struct Records {
    /// The first of each source.
    first: Vec<usize>,
    all: Vec<Record>,
}

impl Records {
    pub(in crate::crossing::simulation) fn new(plan: &Plan) -> Self {
        let looked_at = |rules: &CallRules| rules.strikes.is_some() || rules.postponement.is_some();
        let mut records = Self { first: vec![], all: vec![] };
        if plan.queues.iter().any(|queue| looked_at(&queue.rules)) {
            for source in &plan.sources {
                records.first.push(records.all.len());
                if let Demand::Fleet { size, .. } = source.demand {
                    records.all.resize(records.all.len() + size as usize, Record::CLEAN);
                }
            }
        }
        records
    }

    pub(in crate::crossing::simulation) fn reset(&mut self) {
        self.all.fill(Record::CLEAN);
    }

    fn of(&mut self, me: &Traveller, plan: &Plan) -> Option<&mut Record> {
        let source = me.source as usize;
        if self.all.is_empty() || me.standing || !plan.sources[source].is_fleet() {
            return None;
        }
        self.all.get_mut(self.first[source] + me.index as usize)
    }
}

impl<O: Observer> Simulation<'_, O> {
    /// `i` has booked: what is special about its booking is drawn.
    pub(super) fn begin_booking(&mut self, i: u32, queue: u16) {
        let plan = &self.plan.queues[queue as usize];
        if !plan.rules.personal() {
            return;
        }
        let (ready_at, owner) = self.papers_seen_from(i, queue);
        let me = &self.travellers[i as usize];
        let cancels = plan.rules.cancellations.iter().find(|entry| entry.serves.holds(me.words));
        let after = cancels.and_then(|entry| {
            let mut draw = me.key.draw(entry.purpose, me.loops);
            (draw.unit() < entry.share).then(|| entry.after.ticks(&mut draw))
        });
        let booking = self.new_booking(i, queue);
        (booking.ready_at, booking.owner) = (ready_at, owner);
        if ready_at > self.now {
            self.set_alarm(ready_at, Alarm::MayCall { room: plan.room });
        }
        if let Some(after) = after {
            self.travellers[i as usize].doing = Doing::Cancels;
            self.set_timer(i, after);
        }
    }

    pub(super) fn new_booking(&mut self, i: u32, queue: u16) -> &mut Booking {
        if self.bookings.len() < self.travellers.len() {
            self.bookings.resize(self.travellers.len(), Booking::NEW);
        }
        let booking = &mut self.bookings[i as usize];
        *booking = Booking { queue, ..Booking::NEW };
        booking
    }

    /// When the last of the papers of `i` that the queue sees is there, and whose it is.
    pub(super) fn papers_seen_from(&self, i: u32, queue: u16) -> (Tick, OwnerId) {
        let me = &self.travellers[i as usize];
        let papers = self.plan.queues[queue as usize].rules.papers.iter();
        let seen = papers.filter(|papers| papers.seen.holds(me.words));
        let last = seen.filter_map(|papers| Some((missing_until(papers, me)?, papers.owner)));
        last.max_by_key(|&(ready, _)| ready).unwrap_or((0, 0))
    }

    /// A booking is given up before it was called.
    pub(in crate::crossing::simulation) fn cancels(&mut self, i: u32) {
        let Waits::Call(queue) = self.travellers[i as usize].waits else { return };
        let plan = &self.plan.queues[queue as usize];
        self.queues[queue as usize].give_up(&mut self.travellers, i);
        let me = &mut self.travellers[i as usize];
        me.waits = Waits::No;
        // Nobody stood anywhere for it: the time of a booking that was never used is the carrier's own.
        let (stay, spot) = (self.now - me.appeared - me.booked, me.spot);
        self.file_need(i, spot, self.plan.carrier_owner, stay);
        self.call_loss(plan.room);
        self.agenda.push(Task::Calls(plan.room));
        self.exit(i, Outcome::Cancelled);
    }

    /// `i` is called: it no longer cancels. Would it have, and does it therefore stay away?
    pub(super) fn was_speculative(&mut self, i: u32, queue: u16) -> bool {
        let rules = &self.plan.queues[queue as usize].rules;
        if rules.cancellations.is_empty() || self.travellers[i as usize].doing != Doing::Cancels {
            return false;
        }
        self.moves.cancel(i);
        self.arm_moves();
        let words = self.travellers[i as usize].words;
        rules
            .cancellations
            .iter()
            .find(|entry| entry.serves.holds(words))
            .is_some_and(|entry| entry.stays_away)
    }

    /// It is the turn of `i`: would it rather come later, and may it? Then it is passed by until the time it chose.
    pub(super) fn postpones(&mut self, i: u32, queue: u16) -> bool {
        let plan = &self.plan.queues[queue as usize];
        let Some(rule) = &plan.rules.postponement else { return false };
        let me = &self.travellers[i as usize];
        let (enforced, now) =
            (self.queues[queue as usize].mode.enforced && rule.holds_for.holds(me.words), self.now);
        let booking = &self.bookings[i as usize];
        let record = self.records.of(me, self.plan);
        let recently = record.as_ref().and_then(|r| r.postponed_at).is_some_and(|at| now < at + rule.once_in);
        if enforced && (booking.postponed > 0 || recently) {
            return false;
        }
        let mut draw = me.key.draw(rule.purpose, me.loops + booking.postponed);
        if draw.unit() >= rule.share {
            return false;
        }
        let by = rule.by[draw.below(rule.by.len() as u64) as usize];
        if let Some(record) = record {
            record.postponed_at = Some(now);
        }
        let booking = &mut self.bookings[i as usize];
        booking.postponed += 1;
        booking.chosen += by;
        self.queues[queue as usize].give_up(&mut self.travellers, i);
        self.moves.cancel(i);
        self.travellers[i as usize].doing = Doing::Postpones;
        self.set_timer(i, by);
        self.call_loss(plan.room);
        true
    }

    /// The time that `i` chose has passed: it may be called again, by its old place in the order of booking.
    pub(in crate::crossing::simulation) fn may_come_now(&mut self, i: u32) {
        let Waits::Call(queue) = self.travellers[i as usize].waits else { return };
        let room = self.plan.queues[queue as usize].room;
        let class = self.travellers[i as usize].queue;
        self.queues[queue as usize].join(&mut self.travellers, i, class);
        self.call_loss(room);
        self.agenda.push(Task::Calls(room));
    }

    /// Books what of the wait of `i` was its own choice (own need) or went to missing papers; how much that was.
    pub(in crate::crossing::simulation) fn book_own_part(&mut self, i: u32, queue: u16) -> Tick {
        if !self.plan.queues[queue as usize].rules.personal() {
            return 0;
        }
        let Some(booking) = self.bookings.get(i as usize).copied() else { return 0 };
        let to_come = if self.travellers[i as usize].doing == Doing::Postpones {
            self.moves.at(i).map_or(0, |at| at.saturating_sub(self.now))
        } else {
            0
        };
        let chosen = booking.chosen - to_come;
        let passed = booking.ready_at.min(self.now).saturating_sub(booking.passed_since);
        self.ledger.chosen(i, self.plan.carrier_owner, chosen);
        let papers = self.ledger.colour(Kind::Papers, booking.owner);
        self.ledger.delayed(i, passed, &[(papers, passed)]);
        self.bookings[i as usize] = Booking::NEW;
        chosen + passed
    }

    /// Papers that `i` lacks at the gate: until when, whose, and whether one waits for them there.
    pub(super) fn lacks_at_the_gate(&self, i: u32, queue: u16) -> Option<(Tick, OwnerId, bool)> {
        let me = &self.travellers[i as usize];
        let found = self.plan.queues[queue as usize].rules.papers.iter();
        let lacking = found.filter(|papers| !papers.seen.holds(me.words)).filter_map(|papers| {
            let until = missing_until(papers, me).filter(|until| *until > self.now)?;
            Some((until, papers.owner, papers.held))
        });
        // One that sends away settles it; else the last to be there.
        lacking.max_by_key(|&(until, _, held)| (!held, until))
    }

    /// `i` is held at the gate until its papers are there.
    pub(super) fn hold_at_the_gate(&mut self, i: u32, until: Tick) {
        let me = &mut self.travellers[i as usize];
        me.doing = Doing::IsHeld;
        me.work_left = until - self.now;
        let after = me.work_left;
        self.set_timer(i, after);
    }

    /// The papers of `i` are there: what it stood at the gate for.
    pub(in crate::crossing::simulation) fn papers_are_there(&mut self, i: u32) {
        let queue = self.travellers[i as usize].called_from;
        let me = &self.travellers[i as usize];
        let (held, spot) = (me.work_left, me.spot);
        let mut papers = self.plan.queues[queue as usize].rules.papers.iter();
        let late = |p: &&Papers| !p.seen.holds(me.words) && missing_until(p, me) == Some(self.now);
        let owner = papers.find(late).map_or(self.plan.carrier_owner, |papers| papers.owner);
        self.travellers[i as usize].work_left = 0;
        let papers = self.ledger.colour(Kind::Papers, owner);
        self.ledger.delayed(i, held, &[(papers, held)]);
        self.file(i, spot);
        // For whoever waits for its place it is the queue's rule that lost it: the queue called without looking.
        let rule = self.ledger.colour(Kind::Rule, self.plan.queues[queue as usize].owner);
        self.ledger.recolour(i, papers, rule);
        self.comes_in(i);
    }

    /// Sent away from the gate: its place is given back, and it leaves.
    pub(super) fn is_sent_away(&mut self, i: u32) {
        self.give_call_back(i);
        self.exit(i, Outcome::SentAway);
    }

    /// `i` was called and did not come: a strike, where they are counted.
    pub(super) fn misses_its_call(&mut self, i: u32) {
        let me = &self.travellers[i as usize];
        let queue = me.called_from as usize;
        let Some(rule) = self.plan.queues[queue].rules.strikes.as_ref() else { return };
        let counted = self.queues[queue].mode.enforced && rule.holds_for.holds(me.words);
        let Some(record) = self.records.of(me, self.plan).filter(|_| counted) else { return };
        record.missed += 1;
        if record.missed >= rule.after {
            (record.missed, record.banned_until) = (0, self.now + rule.ban);
        }
    }

    /// `i` has crossed: calls missed before are no longer missed in a row.
    pub(in crate::crossing::simulation) fn clears_its_record(&mut self, i: u32) {
        if let Some(record) = self.records.of(&self.travellers[i as usize], self.plan) {
            record.missed = 0;
        }
    }

    /// Until when `i` may not book, if it may not now.
    pub(in crate::crossing::simulation) fn banned_until(&mut self, i: u32) -> Option<Tick> {
        let until = self.records.of(&self.travellers[i as usize], self.plan)?.banned_until;
        (until > self.now).then_some(until)
    }
}

/// When papers are there that were missing at booking; none: they were there.
fn missing_until(papers: &Papers, me: &Traveller) -> Option<Tick> {
    if !papers.serves.holds(me.words) {
        return None;
    }
    let mut draw = me.key.draw(papers.purpose, me.loops);
    (draw.unit() < papers.missing).then(|| me.appeared + papers.ready_after.ticks(&mut draw))
}

impl Waiting {
    /// The turn of whoever still lacks papers has come, ahead of the first that has them: they are passed over.
    pub(super) fn pass_over(&self, all: &[Traveller], bookings: &mut [Booking], now: Tick) {
        for list in self.lists() {
            let mut i = list.head;
            while i != NONE && bookings[i as usize].ready_at > now {
                let since = &mut bookings[i as usize].passed_since;
                *since = (*since).min(now);
                i = all[i as usize].list_next;
            }
        }
    }
}
