//! Whose turn it is: the bookings of a queue by class, and the cycle in which the classes are called.

use std::collections::VecDeque;

use super::super::state::{List, Traveller};
use super::super::{Observer, Simulation};
use super::alarms::Alarm;
use super::bookings::Booking;
use crate::crossing::calling::{AHEAD_OF_ALL, CallRules, Mode, Turns};
use crate::crossing::plan::{NONE, VirtualQueue};
use crate::kernel::time::{MINUTE, Tick};

/// Calls that a rolling headway looks back on.
const LOOK_BACK: usize = 20;

/// No class of a queue.
const NO_CLASS: usize = usize::MAX;

/// A virtual queue at run time.
#[derive(Debug)]
pub(in crate::crossing::simulation) struct Waiting {
    /// The bookings of each class, in order of booking.
    classes: Vec<Class>,
    /// Bookings of all classes.
    pub(super) len: u32,
    calls: VecDeque<Tick>,
    /// Called, and not yet through the post.
    pub(super) called: u32,
    /// Bench of its places' tokens; none without a limit.
    pub(super) bench: u32,
    /// The turn of the cycle that is next.
    turn: usize,
    /// How the service works now.
    pub(super) mode: Mode,
    /// Those who want to book and cannot.
    pub(super) held: List,
}

/// What one sees who looks for the next booking.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub all: &'a [Traveller],
    pub bookings: &'a [Booking],
    pub now: Tick,
}

#[derive(Debug, Clone, Copy)]
struct Class {
    list: List,
    /// Rule 5 of the ledger: the last of those who were passed by at the last call, and since when.
    overtaken: (u32, Tick),
    /// Time that its waiting bookings have lost to later ones, and that none of them has been told yet.
    owed: Tick,
}

impl Class {
    const EMPTY: Self = Self { list: List::EMPTY, overtaken: (NONE, 0), owed: 0 };
}

impl Waiting {
    pub(in crate::crossing::simulation) fn new(plan: &VirtualQueue) -> Self {
        Self {
            classes: vec![Class::EMPTY; plan.rules.classes()],
            len: 0,
            calls: VecDeque::with_capacity(LOOK_BACK + 1),
            called: 0,
            bench: NONE,
            turn: 0,
            mode: Mode::ORDINARY,
            held: List::EMPTY,
        }
    }

    pub(in crate::crossing::simulation) fn reset(&mut self) {
        self.classes.fill(Class::EMPTY);
        self.calls.clear();
        (self.len, self.called, self.turn) = (0, 0, 0);
        (self.mode, self.held) = (Mode::ORDINARY, List::EMPTY);
    }

    /// Minutes per vehicle that the service reckons with.
    pub(super) fn headway(&self, fixed: Tick) -> Tick {
        if fixed > 0 {
            return fixed;
        }
        let (Some(first), Some(last)) = (self.calls.front(), self.calls.back()) else { return 0 };
        let gaps = self.calls.len() as u64 - 1;
        if gaps == 0 {
            return 0;
        }
        let gap = (last - first) / gaps;
        (gap + MINUTE / 2) / MINUTE * MINUTE
    }

    pub(super) fn note_call(&mut self, now: Tick) {
        self.calls.push_back(now);
        if self.calls.len() > LOOK_BACK {
            self.calls.pop_front();
        }
    }

    /// A booking joins its class, by its place in the order of booking.
    pub(super) fn join(&mut self, all: &mut [Traveller], i: u32, class: u8) {
        all[i as usize].queue = class;
        self.classes[class as usize].list.insert_in_order(all, i);
        self.len += 1;
    }

    pub(super) fn lists(&self) -> impl Iterator<Item = &List> {
        self.classes.iter().map(|class| &class.list)
    }

    /// Anybody who waits, the first classes first.
    pub(super) fn anybody(&self) -> Option<u32> {
        self.lists().map(|list| list.head).find(|&head| head != NONE)
    }

    /// `i` gives its place up without having been called; what it has lost to later ones goes to the one ahead.
    pub(super) fn give_up(&mut self, all: &mut [Traveller], i: u32) {
        let class = &mut self.classes[all[i as usize].queue as usize];
        let (lost, ahead) = (std::mem::take(&mut all[i as usize].bump), all[i as usize].list_prev);
        if ahead == NONE {
            class.owed -= lost.min(class.owed);
        } else {
            all[ahead as usize].bump += lost;
        }
        if class.overtaken.0 == i {
            class.overtaken.0 = ahead;
        }
        class.list.remove(all, i);
        self.len -= 1;
    }

    /// Who is called next, and the number of the earliest booking for which its queue stands: the queue with the
    /// earliest booking calls first, and whose turn it is there is the queue's own affair.
    pub(super) fn next(&self, view: View<'_>, rules: &CallRules) -> Option<(u64, u32)> {
        if !self.mode.calls {
            return None;
        }
        let ahead = self.first_of(AHEAD_OF_ALL, view, rules);
        if ahead != NONE {
            return Some((0, ahead));
        }
        let oldest = self.oldest(view, rules)?;
        let i = match &rules.turns {
            Some(turns) => self.whose_turn(turns, oldest, view, rules).map_or(oldest, |(_, i)| i),
            None => oldest,
        };
        Some((view.all[oldest as usize].seq, i))
    }

    /// The first of a class who may be called: whoever lacks papers that the queue sees is passed over.
    fn first_of(&self, class: u8, view: View<'_>, rules: &CallRules) -> u32 {
        let mut i = self.classes[class as usize].list.head;
        if rules.sees_papers() {
            while i != NONE && view.bookings[i as usize].ready_at > view.now {
                i = view.all[i as usize].list_next;
            }
        }
        i
    }

    fn oldest(&self, view: View<'_>, rules: &CallRules) -> Option<u32> {
        let firsts = (1..self.classes.len()).map(|class| self.first_of(class as u8, view, rules));
        firsts.filter(|&i| i != NONE).min_by_key(|&i| view.all[i as usize].seq)
    }

    /// How many turns are passed over until somebody waits for one, and who that is.
    fn whose_turn(
        &self,
        turns: &Turns,
        oldest: u32,
        view: View<'_>,
        rules: &CallRules,
    ) -> Option<(usize, u32)> {
        let round = turns.cycle.len();
        (0..round).find_map(|passed| {
            let class = turns.cycle[(self.turn + passed) % round];
            let of_all = turns.ordinary() == Some(class);
            let i = if of_all { oldest } else { self.first_of(class, view, rules) };
            (i != NONE).then_some((passed, i))
        })
    }

    /// The turn of `i` is used, with those that are passed over; whoever is called ahead of all uses none.
    pub(super) fn use_turn(&mut self, view: View<'_>, i: u32, rules: &CallRules) {
        if let (Some(turns), Some(oldest)) = (&rules.turns, self.oldest(view, rules))
            && view.all[i as usize].queue != AHEAD_OF_ALL
        {
            let passed = self.whose_turn(turns, oldest, view, rules).map_or(0, |(passed, _)| passed);
            self.turn = (self.turn + passed + 1) % turns.cycle.len();
        }
    }

    /// How many turns for which nobody waits come before that of `i`, if such turns are lost.
    fn unused(&self, view: View<'_>, i: u32, rules: &CallRules) -> usize {
        let Some(turns) = rules.turns.as_ref().filter(|turns| turns.lost) else { return 0 };
        if view.all[i as usize].queue == AHEAD_OF_ALL {
            return 0;
        }
        let oldest = self.oldest(view, rules);
        oldest.and_then(|oldest| self.whose_turn(turns, oldest, view, rules)).map_or(0, |(passed, _)| passed)
    }

    /// `i` is called out of its class; the time it has lost to later bookings.
    pub(super) fn take_out(&mut self, all: &mut [Traveller], i: u32, rules: &CallRules, now: Tick) -> Tick {
        let class = all[i as usize].queue as usize;
        let overtakes = rules.may_overtake() || self.mode.jumping > 0.0;
        if overtakes {
            self.count_overtaking(all, now);
        }
        self.classes[class].list.remove(all, i);
        self.len -= 1;
        if overtakes {
            self.note_overtaken(all, all[i as usize].seq, class, now);
        }
        let lost = std::mem::take(&mut all[i as usize].bump);
        let owed = &mut self.classes[class].owed;
        let told = *owed;
        *owed -= lost.min(*owed);
        told
    }

    /// Rule 5 of the ledger: the interval that now ends was spent on somebody who booked later.
    fn count_overtaking(&mut self, all: &mut [Traveller], now: Tick) {
        for class in &mut self.classes {
            let (who, since) = std::mem::replace(&mut class.overtaken, (NONE, 0));
            if who != NONE && class.list.len > 0 {
                all[who as usize].bump += now - since;
                class.owed += now - since;
            }
        }
    }

    /// A place went to somebody who booked with this number, by a slot.
    pub(super) fn overtaken_by(&mut self, all: &mut [Traveller], seq: u64, now: Tick) {
        self.count_overtaking(all, now);
        self.note_overtaken(all, seq, NO_CLASS, now);
    }

    /// Rule 5: remembers the last of those who booked before that number and still wait; not of the caller's own class,
    /// where one is passed by for one's papers only.
    fn note_overtaken(&mut self, all: &[Traveller], seq: u64, own: usize, now: Tick) {
        for (k, class) in self.classes.iter_mut().enumerate() {
            let mut who = if k == own { NONE } else { class.list.tail };
            while who != NONE && all[who as usize].seq > seq {
                who = all[who as usize].list_prev;
            }
            if who != NONE {
                class.overtaken = (who, now);
            }
        }
    }
}

impl<O: Observer> Simulation<'_, O> {
    /// What one sees who looks for the next booking.
    pub(super) fn view(&self) -> View<'_> {
        View { all: &self.travellers, bookings: &self.bookings, now: self.now }
    }

    /// Is the next turn of `queue` one for which nobody waits, and lost? Then its place stays empty for one headway.
    pub(super) fn turn_is_lost(&mut self, queue: u16, i: u32) -> bool {
        let plan = &self.plan.queues[queue as usize];
        if self.queues[queue as usize].unused(self.view(), i, &plan.rules) == 0 {
            return false;
        }
        let round = plan.rules.turns.as_ref().map_or(1, |turns| turns.cycle.len());
        let row = &mut self.queues[queue as usize];
        row.turn = (row.turn + 1) % round;
        row.called += 1;
        let size = self.size_of(i, plan.room);
        let room = &mut self.rooms[plan.room as usize];
        room.used += size;
        room.kept_empty += 1;
        self.call_loss(plan.room);
        self.set_alarm(self.now + plan.headway, Alarm::TurnIsOver { queue, size });
        true
    }

    /// The headway of a lost turn has passed.
    pub(super) fn turn_is_over(&mut self, queue: u16, size: u64) {
        let room = self.plan.queues[queue as usize].room;
        self.queues[queue as usize].called -= 1;
        self.rooms[room as usize].used -= size;
        self.rooms[room as usize].kept_empty -= 1;
        self.call_loss(room);
        self.agenda.push(super::Task::Room(room, true));
    }
}
