//! Slots: a place at the gate reserved for a stretch of time, given out at booking.
//!
//! A window that begins keeps places of the post free for those who have reserved them: what comes free in the post goes
//! to them first. Whoever comes in its window takes a place that is kept, or the next; at the end of the window what is
//! left is anybody's. Whoever comes too early waits for its window, whoever comes too late books like everybody else.

use super::super::state::{Doing, List, Task, Waits};
use super::super::{Observer, Simulation};
use super::alarms::Alarm;
use crate::crossing::calling::Slots;
use crate::crossing::ledger::{Base, Kind};
use crate::crossing::observe::Outcome;
use crate::crossing::plan::Plan;
use crate::kernel::time::Tick;

/// No slot reserved.
pub(super) const NO_SLOT: u32 = u32::MAX;

/// The slots of one virtual queue's side at run time.
#[derive(Debug)]
pub(in crate::crossing::simulation) struct SlotBook {
    /// Queue whose room and rules it has.
    queue: u16,
    /// Reserved in each window of the run.
    given: Vec<u32>,
    /// The window that is under way.
    now: usize,
    /// Places kept free for it.
    kept: u32,
    /// Places it is still to get.
    owed: u32,
    /// Those at the gate in their window, for whom no place is free yet.
    at_gate: List,
}

impl SlotBook {
    /// One for each side whose queue gives out slots.
    pub(in crate::crossing::simulation) fn all(plan: &Plan) -> Vec<Self> {
        let mut books: Vec<Self> = vec![];
        for (q, queue) in plan.queues.iter().enumerate() {
            if let Some(slots) = queue.rules.slots.as_ref().filter(|slots| slots.book as usize == books.len())
            {
                let windows = (plan.until / slots.window + 2) as usize;
                let given = vec![0; windows];
                books.push(Self { queue: q as u16, given, now: 0, kept: 0, owed: 0, at_gate: List::EMPTY });
            }
        }
        books
    }

    pub(in crate::crossing::simulation) fn reset(&mut self) {
        self.given.fill(0);
        (self.now, self.kept, self.owed, self.at_gate) = (0, 0, 0, List::EMPTY);
    }
}

impl<O: Observer> Simulation<'_, O> {
    fn slots_of(&self, queue: u16) -> Option<&Slots> {
        self.plan.queues[queue as usize].rules.slots.as_ref()
    }

    pub(in crate::crossing::simulation) fn begin_slots(&mut self) {
        for b in 0..self.slot_books.len() {
            self.begin_window(b as u16, 0);
        }
    }

    /// `i`, who wants to book, reserves the first slot there is, if it may have one.
    pub(super) fn reserves_a_slot(&mut self, i: u32, queue: u16) -> bool {
        let plan = &self.plan.queues[queue as usize];
        let Some(slots) = &plan.rules.slots else { return false };
        if !slots.serves.holds(self.travellers[i as usize].words) {
            return false;
        }
        let ready = self.papers_seen_from(i, queue).0;
        let first = (self.now + slots.lead).max(ready).div_ceil(slots.window) as usize;
        let book = &mut self.slot_books[slots.book as usize];
        let free = |&w: &usize| book.given[w] < slots.given_out;
        let Some(window) = (first..book.given.len()).find(free) else { return false };
        book.given[window] += 1;
        book.owed += u32::from(window == book.now && !slots.lost);
        let start = window as Tick * slots.window;
        let me = &mut self.travellers[i as usize];
        me.displayed = start - self.now;
        let travel = plan.travel.ticks(&mut me.key.draw(plan.purposes.0, me.loops));
        let arrival = slots.arrival(start, &mut me.key.draw(slots.purpose, me.loops));
        me.work_left = travel;
        me.doing = Doing::HasSlot;
        let after = arrival.saturating_sub(travel).max(self.now) - self.now;
        self.ledger.note(i, self.rooms[plan.room as usize].point);
        self.new_booking(i, queue);
        self.bookings[i as usize].slot = window as u32;
        self.set_timer(i, after);
        true
    }

    /// It is time to set out for the slot.
    pub(in crate::crossing::simulation) fn sets_out_for_its_slot(&mut self, i: u32) {
        let queue = self.bookings[i as usize].queue;
        let plan = &self.plan.queues[queue as usize];
        self.book_wait_for_slot(i, queue);
        self.at_spot(i, plan.way_spot);
        let me = &mut self.travellers[i as usize];
        me.waits = Waits::No;
        let stays_away = me.key.draw(plan.purposes.1, me.loops).unit() < plan.no_show;
        me.doing = if stays_away { Doing::MissesSlot } else { Doing::ComesToSlot };
        let after = me.work_left;
        self.set_timer(i, after);
    }

    /// The wait for a slot: as much as the calls of others had to wait, too, is capacity; the rest is the slot's rule.
    fn book_wait_for_slot(&mut self, i: u32, queue: u16) {
        let plan = &self.plan.queues[queue as usize];
        let waited = self.now - self.travellers[i as usize].wait_since;
        let (point, watch, last_z) = self.waits_at_room(plan.room);
        let capacity = last_z.saturating_sub(self.ledger.z(i)).min(waited);
        self.ledger.unresolved(i, self.now, capacity, last_z, point, watch, plan.owner);
        let rule = self.ledger.colour(Kind::Rule, plan.owner);
        self.ledger.delayed(i, waited - capacity, &[(rule, waited - capacity)]);
        self.file(i, plan.spot);
    }

    /// `i` is at the gate: in its window, before it, or after it.
    pub(in crate::crossing::simulation) fn comes_for_its_slot(&mut self, i: u32) {
        let queue = self.bookings[i as usize].queue;
        let me = &mut self.travellers[i as usize];
        let (way, spot) = (std::mem::take(&mut me.work_left), me.spot);
        me.arrived = me.arrived.min(self.now);
        // The way, or what one waits who came too early: both are its own.
        self.file_need(i, spot, self.plan.carrier_owner, way);
        let Some(slots) = self.slots_of(queue) else { return };
        let (book, length) = (slots.book, slots.window);
        let window = self.bookings[i as usize].slot as usize;
        let start = window as Tick * length;
        if self.now < start {
            let me = &mut self.travellers[i as usize];
            (me.doing, me.work_left) = (Doing::ComesToSlot, start - self.now);
            let after = me.work_left;
            self.set_timer(i, after);
        } else if self.now < start + length {
            let me = &mut self.travellers[i as usize];
            (me.waits, me.wait_since) = (Waits::Call(queue), self.now);
            let room = self.plan.queues[queue as usize].room;
            self.ledger.note(i, self.rooms[room as usize].point);
            self.slot_books[book as usize].at_gate.push_back(&mut self.travellers, i);
            self.keep_places(book);
        } else {
            self.bookings[i as usize].slot = NO_SLOT;
            self.at_spot(i, self.plan.queues[queue as usize].spot);
            let seq = self.next_seq();
            let me = &mut self.travellers[i as usize];
            (me.waits, me.wait_since, me.seq) = (Waits::Call(queue), self.now, seq);
            self.joins(i, queue);
        }
    }

    /// `i` never comes to its slot; at the end of the way it would have had it leaves the model.
    pub(in crate::crossing::simulation) fn never_comes_to_its_slot(&mut self, i: u32) {
        let me = &mut self.travellers[i as usize];
        let (way, spot) = (std::mem::take(&mut me.work_left), me.spot);
        self.file_need(i, spot, self.plan.carrier_owner, way);
        self.exit(i, Outcome::NoShow);
    }

    /// A window begins: what was kept for the one before is anybody's.
    pub(super) fn begin_window(&mut self, book: u16, window: u32) {
        let queue = self.slot_books[book as usize].queue;
        let Some(slots) = self.slots_of(queue) else { return };
        let (next, places, lost) = ((Tick::from(window) + 1) * slots.window, slots.places, slots.lost);
        let room = self.plan.queues[queue as usize].room;
        let row = &mut self.slot_books[book as usize];
        row.now = window as usize;
        let kept = std::mem::take(&mut row.kept);
        let wanted = if lost { places } else { row.given[window as usize].min(places) };
        row.owed = wanted + row.at_gate.len;
        self.rooms[room as usize].used -= u64::from(kept);
        self.rooms[room as usize].kept_empty -= kept;
        if (window as usize + 1) < self.slot_books[book as usize].given.len() {
            self.set_alarm(next, Alarm::WindowBegins { book, window: window + 1 });
        }
        self.keep_places(book);
        self.agenda.push(Task::Room(room, true));
    }

    /// Places that are free are kept for the window as long as it is owed any, and given to those at the gate.
    pub(in crate::crossing::simulation) fn keep_places(&mut self, book: u16) {
        let room = self.plan.queues[self.slot_books[book as usize].queue as usize].room;
        loop {
            let row = &mut self.slot_books[book as usize];
            let state = &mut self.rooms[room as usize];
            if row.owed > 0 && state.used < state.size {
                (row.owed, row.kept) = (row.owed - 1, row.kept + 1);
                (state.used, state.kept_empty) = (state.used + 1, state.kept_empty + 1);
            } else if row.kept > 0 && row.at_gate.len > 0 {
                let i = row.at_gate.head;
                row.at_gate.remove(&mut self.travellers, i);
                row.kept -= 1;
                (state.used, state.kept_empty) = (state.used - 1, state.kept_empty - 1);
                self.takes_its_place(i);
            } else if row.at_gate.len > 0 && row.owed == 0 {
                // More have come than there are places for the window: the others wait for the next to come free.
                row.owed = 1;
                if self.rooms[room as usize].used >= self.rooms[room as usize].size {
                    break;
                }
            } else {
                break;
            }
        }
        self.call_loss(room);
    }

    /// The slot books of a room want places before anybody else is let in.
    pub(in crate::crossing::simulation) fn keep_places_of(&mut self, room: u16) {
        for book in 0..self.slot_books.len() as u16 {
            let queue = self.slot_books[book as usize].queue;
            if self.plan.queues[queue as usize].room == room {
                self.keep_places(book);
            }
        }
    }

    /// `i` has come for its slot and has a place.
    fn takes_its_place(&mut self, i: u32) {
        let queue = self.bookings[i as usize].queue;
        let plan = &self.plan.queues[queue as usize];
        let me = &mut self.travellers[i as usize];
        (me.called_from, me.room, me.waits) = (queue, plan.room, Waits::No);
        let waited = self.now - me.wait_since;
        let seq = me.seq;
        let row = &mut self.queues[queue as usize];
        row.called += 1;
        row.overtaken_by(&mut self.travellers, seq, self.now);
        let mut admission = self.ledger.admit();
        self.take_place(i, queue, &mut admission);
        self.take_promised(i, plan.room, &mut admission);
        let (watch, point) = (self.rooms[plan.room as usize].watch, self.rooms[plan.room as usize].point);
        let base = if waited == 0 { Base::Own } else { Base::Left(point) };
        self.ledger.admitted(i, self.now, waited, admission, base, watch, 0, 0, plan.owner);
        self.file(i, plan.way_spot);
        self.rooms[plan.room as usize].last_z = self.ledger.z(i);
        self.rooms[plan.room as usize].called_out += 1;
        self.enters_the_gate(i, queue);
    }
}
