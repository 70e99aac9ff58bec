//! What changes while a run goes on: travellers, booths, lines, rooms.

use crate::crossing::ledger::Colour;
use crate::crossing::observe::Outcome;
use crate::crossing::plan::{NONE, NONE16};
use crate::kernel::random::TravellerKey;
use crate::kernel::time::Tick;

/// Where somebody goes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crossing) enum Next {
    /// A step of a route.
    Step(u16, u16),
    /// Leaves the model.
    Out(Outcome),
    /// A passenger is done and waits for its vehicle.
    Joined,
}

/// What a traveller's timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crossing) enum Doing {
    /// Nothing timed.
    Nothing,
    /// Crosses a strip.
    Crosses,
    /// Drives up a lane.
    DrivesUp,
    /// On the way after a call.
    Comes,
    /// Was called and will not come.
    StaysAway,
    /// Would give up its booking when this time comes.
    Cancels,
    /// Has put off its call.
    Postpones,
    /// Is held at the gate for papers.
    IsHeld,
    /// Has a slot, and sets out for it when this time comes.
    HasSlot,
    /// On the way to its slot, or too early at the gate.
    ComesToSlot,
    /// On the way to its slot, and will not come.
    MissesSlot,
    /// On the way to the road without having been called.
    DrivesToRoad,
    /// Away between two crossings (fleet).
    Away,
}

/// What a traveller waits for right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crossing) enum Waits {
    /// Does not wait.
    No,
    /// In a virtual queue.
    Call(u16),
    /// For room in a container.
    Room(u16),
    /// In a line for a booth.
    Booth,
    /// Behind another on a strip that cannot be passed.
    Behind,
    /// For the rest of its party (bus).
    Others,
}

#[derive(Debug, Clone)]
pub(in crate::crossing) struct Traveller {
    pub key: TravellerKey,
    pub words: u128,
    pub appeared: Tick,
    pub arrived: Tick,
    pub entered: Tick,
    pub first_service: Tick,
    pub released: Tick,
    pub admitted: Tick,
    pub spot_since: Tick,
    pub wait_since: Tick,
    pub booked: Tick,
    pub waited: Tick,
    pub bump: Tick,
    pub work_left: Tick,
    pub displayed: Tick,
    pub seq: u64,
    pub next: Next,
    pub waits: Waits,
    pub doing: Doing,
    pub serial: u32,
    pub index: u32,
    pub source: u16,
    pub route: u16,
    pub step: u16,
    pub spot: u16,
    pub strip: u16,
    pub lane: u16,
    pub line: u32,
    pub queue: u8,
    pub booth: u32,
    pub list_prev: u32,
    pub list_next: u32,
    pub order_prev: u32,
    pub order_next: u32,
    pub room: u16,
    pub lane_room: u16,
    pub way: u16,
    pub persons: u32,
    pub length: u64,
    pub parent: u32,
    pub parts: u32,
    pub part_block: u32,
    pub loops: u32,
    pub person: u32,
    pub counted: bool,
    pub standing: bool,
    pub called_ahead: bool,
    /// Virtual queue whose place it holds; none.
    pub called_from: u16,
    pub bumped: bool,
    pub base_cohort: u16,
    /// The mark of the series after which it appeared.
    pub appeared_mark: u32,
    /// The route of its source, and the step after which it leaves.
    pub own_route: u16,
    pub last_step: u16,
}

impl Traveller {
    pub(in crate::crossing) fn new(key: TravellerKey) -> Self {
        Self {
            key,
            words: 0,
            appeared: 0,
            arrived: Tick::MAX,
            entered: Tick::MAX,
            first_service: Tick::MAX,
            released: Tick::MAX,
            admitted: Tick::MAX,
            spot_since: 0,
            wait_since: 0,
            booked: 0,
            waited: 0,
            bump: 0,
            work_left: 0,
            displayed: Tick::MAX,
            seq: 0,
            next: Next::Out(Outcome::Crossed),
            waits: Waits::No,
            doing: Doing::Nothing,
            serial: 0,
            index: 0,
            source: 0,
            route: 0,
            step: 0,
            spot: NONE16,
            strip: NONE16,
            lane: NONE16,
            line: NONE,
            queue: 0,
            booth: NONE,
            list_prev: NONE,
            list_next: NONE,
            order_prev: NONE,
            order_next: NONE,
            room: NONE16,
            lane_room: NONE16,
            way: NONE16,
            persons: 1,
            length: 0,
            parent: NONE,
            parts: 0,
            part_block: NONE,
            loops: 0,
            person: 0,
            counted: false,
            standing: false,
            called_ahead: false,
            called_from: NONE16,
            bumped: false,
            base_cohort: NONE16,
            appeared_mark: 0,
            own_route: 0,
            last_step: NONE16,
        }
    }
}

/// A first-in-first-out list through the travellers' `list` links.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    pub head: u32,
    pub tail: u32,
    pub len: u32,
}

impl List {
    pub(super) const EMPTY: Self = Self { head: NONE, tail: NONE, len: 0 };

    pub(super) fn push_back(&mut self, all: &mut [Traveller], i: u32) {
        all[i as usize].list_prev = self.tail;
        all[i as usize].list_next = NONE;
        if self.tail == NONE {
            self.head = i;
        } else {
            all[self.tail as usize].list_next = i;
        }
        self.tail = i;
        self.len += 1;
    }

    pub(super) fn push_front(&mut self, all: &mut [Traveller], i: u32) {
        all[i as usize].list_prev = NONE;
        all[i as usize].list_next = self.head;
        if self.head == NONE {
            self.tail = i;
        } else {
            all[self.head as usize].list_prev = i;
        }
        self.head = i;
        self.len += 1;
    }

    /// Behind everybody with a lower number in the order of appearance.
    pub(super) fn insert_in_order(&mut self, all: &mut [Traveller], i: u32) {
        let mut ahead = self.tail;
        while ahead != NONE && all[ahead as usize].seq > all[i as usize].seq {
            ahead = all[ahead as usize].list_prev;
        }
        if ahead == self.tail {
            self.push_back(all, i);
        } else if ahead == NONE {
            self.push_front(all, i);
        } else {
            let behind = all[ahead as usize].list_next;
            (all[i as usize].list_prev, all[i as usize].list_next) = (ahead, behind);
            all[ahead as usize].list_next = i;
            all[behind as usize].list_prev = i;
            self.len += 1;
        }
    }

    pub(super) fn remove(&mut self, all: &mut [Traveller], i: u32) {
        let (prev, next) = (all[i as usize].list_prev, all[i as usize].list_next);
        if prev == NONE {
            self.head = next;
        } else {
            all[prev as usize].list_next = next;
        }
        if next == NONE {
            self.tail = prev;
        } else {
            all[next as usize].list_prev = prev;
        }
        self.len -= 1;
    }
}

/// What a booth does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BoothState {
    Idle,
    Serving,
    /// Served, and held from ahead.
    Holding,
}

/// One check at one booth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    pub left: Tick,
    pub since: Tick,
    pub speed: f64,
    pub running: bool,
    pub done: bool,
    pub need: Tick,
}

impl Work {
    pub(super) const NONE: Self = Self { left: 0, since: 0, speed: 1.0, running: false, done: true, need: 0 };
}

#[derive(Debug, Clone)]
pub(super) struct Booth {
    pub station: u16,
    pub group: u16,
    pub line: u32,
    pub lane: u16,
    pub traveller: u32,
    pub state: BoothState,
    pub open: bool,
    pub overtime: bool,
    /// Bench whose token the traveller holds; none when it holds none.
    pub bench: u32,
    /// Works without a token of a pool? (bit per pool of the station)
    pub no_officer_token: u8,
    /// Calendar slot of its first check, and that check's place among all work.
    pub slot: u32,
    pub work: u32,
    pub started: Tick,
    pub need: Tick,
    /// Reasons why work stands still: closed, no officer, outages.
    pub held_closed: bool,
    pub held_pool: bool,
    /// Broken down by itself.
    pub down: bool,
    pub lost: Vec<(Colour, Tick)>,
}

/// Lines: who waits for a set of booths.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub station: u16,
    pub lane: u16,
    /// Booths it feeds (over the plan).
    pub booths: std::ops::Range<u32>,
    pub queues: Vec<Queue>,
    /// A bit for each queue in which somebody stands.
    pub nonempty: u64,
    pub waiting: u32,
    pub busy: u32,
    pub watch: u32,
    pub last_z: Tick,
    pub gate: u16,
    /// Is anybody being overtaken just now?
    pub overtaking: bool,
}

/// One list of a line: those of one priority level who have the same rights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Queue {
    pub list: List,
    /// Rights: the station's groups of booths that may serve them, as bits.
    pub mask: u32,
    /// Priority level, 0 first.
    pub level: u32,
    /// Who is being overtaken (rule 5 of the ledger), and since when.
    pub overtaken: u32,
    pub since: Tick,
    /// What is counted against those who stand here.
    pub bump_sum: Tick,
}

impl Queue {
    pub(super) fn new(level: u32, mask: u32) -> Self {
        Self { list: List::EMPTY, mask, level, overtaken: NONE, since: 0, bump_sum: 0 }
    }
}

/// A container at run time.
#[derive(Debug, Clone)]
pub(super) struct Room {
    pub size: u64,
    pub used: u64,
    pub waiters: List,
    pub open: bool,
    pub gate: u16,
    pub point: u32,
    pub watch: u32,
    pub last_z: Tick,
    pub closed_loss: u32,
    pub call_loss: u32,
    pub outage_loss: u32,
    pub called_out: u32,
    pub called_ahead: u32,
    /// Places that a lost turn or a slot keeps empty.
    pub kept_empty: u32,
    /// Occupants in order of entry, where one cannot pass.
    pub order_head: u32,
    pub order_tail: u32,
    /// There is room at any time and for anybody, and nobody ever waits for it or in its order.
    pub endless: bool,
}

/// A gate at run time.
#[derive(Debug, Clone)]
pub(super) struct GateRun {
    pub credit: u32,
    pub cursor: usize,
    pub container: u16,
    pub line: u32,
    pub loss: u32,
}

/// Something that became free.
#[derive(Debug, Clone, Copy)]
pub(super) enum Task {
    /// A booth may start the next; true: because it (re)opened.
    Booth(u32, bool),
    /// Room in a container; true: because it opened.
    Room(u16, bool),
    /// An officer of a pool.
    Pool(u16, bool),
    /// The head of a strip that cannot be passed.
    Head(u16),
    /// Calls against a room.
    Calls(u16),
}
