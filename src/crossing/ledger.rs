//! What each wait was for: two clocks.
//!
//! Everyone carries two clocks. Beside the real time, every traveller and every **token** (the right to one booth, one
//! place or some metres, one officer) carries the *undisturbed* time `z`: what it would show, in the same order of
//! service, had no booth-time been lost so far. Lost is booth-time that was closed, down, slowed, interrupted, handed
//! over, or idle although somebody waited (gate, call). What is lost is *lateness* (`t − z`), and lateness is handed on
//! from one traveller to the next, hours after everything has reopened; what remains of a wait is capacity, split by
//! whose it was. The rule and why it was chosen stand in `docs/ledger.md`.
//!
//! # Bookings
//!
//! Every tick between a traveller's appearance and its exit is booked once, on a [`What`]: own need, capacity, or a
//! colour of lateness (staffing, disruption, rule, papers), each with an owner. *Where* it stood is the spot the
//! booking names. Parts sum to the whole to the tick; every run's audit checks it for everybody.
//!
//! # Cost
//!
//! While nothing has been lost, an admission compares two clocks and copies the owners' make-up of the one it takes;
//! the colours are looked at only for somebody who is late or has waited for something lost.

mod admission;
mod calls;
mod losses;
mod tokens;

use super::plan::OwnerId;
use crate::kernel::time::Tick;
pub use admission::{Admission, apportion};
pub use losses::Loss;
pub use tokens::{Bench, Pieces};

/// What a stretch of time was for: a kind and an owner, packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct What(pub u16);

/// The six kinds of [`What`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
pub enum Kind {
    /// Own service and travel.
    Need = 0,
    /// Waited for another's service: with more of this owner's capacity it would be shorter.
    Capacity = 1,
    /// Booths or officers that the roster closed, and hand-overs.
    Staffing = 2,
    /// Outages, closures, breakdowns.
    Disruption = 3,
    /// Priority, gates, calls: an order or a rule.
    Rule = 4,
    /// Held for papers.
    Papers = 5,
}

/// Kinds in the order in which every output lists them.
pub const KINDS: [Kind; 6] =
    [Kind::Need, Kind::Capacity, Kind::Staffing, Kind::Disruption, Kind::Rule, Kind::Papers];

impl Kind {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Need => "own need",
            Self::Capacity => "capacity",
            Self::Staffing => "roster",
            Self::Disruption => "outage",
            Self::Rule => "rule",
            Self::Papers => "papers",
        }
    }
}

/// The undisturbed clock of a traveller or token, with the last stretch that moved it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// Undisturbed time.
    pub z: Tick,
    /// Owner of the last stretch.
    pub last_owner: OwnerId,
    /// Length of the last stretch.
    pub last: Tick,
}

/// What a traveller carries beside its make-up and its colours.
#[derive(Debug, Clone, Copy, Default)]
struct Carried {
    clock: Clock,
    /// Lateness: the sum of its colours.
    late_sum: Tick,
}

/// A colour of lateness: index into a traveller's `D`.
pub type Colour = u16;

/// The place that became free, and whose lateness made it late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Something reopened: the waiter's own lateness.
    Own,
    /// Somebody left this waiting point (see [`Ledger::left`]).
    Left(u32),
    /// This traveller made the wait end (the last passenger of a bus).
    Of(u32),
}

/// A booking: so many ticks at a spot for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// What for.
    pub what: What,
    /// How long, in ticks.
    pub ticks: Tick,
}

const NO_BLOCK: u32 = u32::MAX;
const NO_PLACE: u16 = u16::MAX;

/// Clocks, make-ups and lateness of everybody inside, and of every token.
#[derive(Debug)]
pub struct Ledger {
    owners: usize,
    colours: usize,
    carried: Vec<Carried>,
    made_of: Vec<Tick>,
    noted: Vec<Tick>,
    late: Vec<Tick>,
    blocks: Vec<Clock>,
    block_made_of: Vec<Tick>,
    free_blocks: Vec<u32>,
    benches: Vec<Bench>,
    pieces: Vec<Pieces>,
    left_made_of: Vec<Tick>,
    left_late: Vec<Tick>,
    left_late_sum: Vec<Tick>,
    losses: Vec<Loss>,
    lost: bool,
    /// The colours in which something may have been lost in this run, ascending; all others are 0 for everybody. The first
    /// is always among them: it takes what no weight claims.
    active: Vec<Colour>,
    /// Place of each colour in `active`.
    place: Vec<u16>,
    watches: Vec<std::ops::Range<u32>>,
    watch_loss: Vec<u32>,
    watch_seen: Vec<u64>,
    watch_before: Vec<u64>,
    watch_at: Vec<Tick>,
    weights: Vec<u64>,
    target: Vec<Tick>,
    /// Bookings of the call just made, for the caller to file.
    pub bookings: Vec<Booking>,
}

impl Ledger {
    /// A ledger for `owners` owners, `points` waiting points (places that are left and waited for).
    pub fn new(owners: usize, points: usize) -> Self {
        let colours = owners * 4;
        Self {
            owners,
            colours,
            carried: Vec::new(),
            made_of: Vec::new(),
            noted: Vec::new(),
            late: Vec::new(),
            blocks: Vec::new(),
            block_made_of: Vec::new(),
            free_blocks: Vec::new(),
            benches: Vec::new(),
            pieces: Vec::new(),
            left_made_of: vec![0; points * owners],
            left_late: vec![0; points * colours],
            left_late_sum: vec![0; points],
            losses: Vec::new(),
            lost: false,
            active: Vec::with_capacity(colours),
            place: vec![NO_PLACE; colours],
            watches: Vec::new(),
            watch_loss: Vec::new(),
            watch_seen: Vec::new(),
            watch_before: Vec::new(),
            watch_at: Vec::new(),
            weights: vec![0; colours.max(owners)],
            target: vec![0; colours],
            bookings: Vec::with_capacity(32),
        }
    }

    /// The [`What`] of a kind and an owner.
    #[inline]
    pub fn what(&self, kind: Kind, owner: OwnerId) -> What {
        What(kind as u16 * self.owners as u16 + owner)
    }

    /// The colour of a kind of lateness and an owner.
    pub fn colour(&self, kind: Kind, owner: OwnerId) -> Colour {
        (kind as u16 - Kind::Staffing as u16) * self.owners as u16 + owner
    }

    /// Number of distinct [`What`]s.
    pub fn whats(&self) -> usize {
        self.owners * 6
    }

    /// Back to the start of a run, keeping all memory.
    pub fn reset(&mut self, container_sizes: &[u64]) {
        self.free_blocks.clear();
        self.blocks.clear();
        self.block_made_of.clear();
        for bench in &mut self.benches {
            bench.reset();
        }
        for (pieces, &size) in self.pieces.iter_mut().zip(container_sizes) {
            pieces.reset(size);
        }
        self.active.clear();
        self.place.fill(NO_PLACE);
        self.left_late.fill(0);
        self.left_made_of.fill(0);
        self.left_late_sum.fill(0);
        for loss in &mut self.losses {
            loss.reset();
        }
        self.watch_seen.fill(0);
        self.watch_before.fill(0);
        self.watch_at.fill(0);
        self.lost = false;
    }

    /// Has anything been lost in this run so far?
    #[inline]
    pub fn anything_lost(&self) -> bool {
        self.lost
    }

    /// Lateness of traveller `i`, in ticks.
    #[inline]
    pub fn lateness(&self, i: u32) -> Tick {
        self.carried[i as usize].late_sum
    }

    /// The undisturbed clock of traveller `i`.
    #[inline]
    pub fn z(&self, i: u32) -> Tick {
        self.carried[i as usize].clock.z
    }

    /// Traveller `i` appears (rule 1).
    #[inline(always)]
    pub fn appear(&mut self, i: u32, now: Tick) {
        let at = i as usize;
        if self.carried.len() <= at {
            self.make_room(at + 1);
        }
        self.carried[at].clock = Clock { z: now, last_owner: 0, last: now };
        let made_of = &mut self.made_of[at * self.owners..(at + 1) * self.owners];
        made_of.fill(0);
        made_of[0] = now;
        self.set_on_time(at);
    }

    /// A part of traveller `of` (a passenger) starts with its clock and lateness.
    pub fn split(&mut self, i: u32, of: u32) {
        self.appear(i, 0);
        let (to, from) = (i as usize, of as usize);
        self.carried[to].clock = self.carried[from].clock;
        self.made_of.copy_within(from * self.owners..(from + 1) * self.owners, to * self.owners);
        self.late.copy_within(from * self.colours..(from + 1) * self.colours, to * self.colours);
        self.carried[to].late_sum = self.carried[from].late_sum;
    }

    #[cold]
    fn make_room(&mut self, travellers: usize) {
        self.carried.resize(travellers, Carried::default());
        self.made_of.resize(travellers * self.owners, 0);
        self.noted.resize(travellers * self.owners, 0);
        self.late.resize(travellers * self.colours, 0);
    }

    #[inline(always)]
    fn set_on_time(&mut self, at: usize) {
        if self.carried[at].late_sum != 0 {
            self.late[at * self.colours..(at + 1) * self.colours].fill(0);
            self.carried[at].late_sum = 0;
        }
    }

    /// Own need of `ticks` for `owner` has ended (rule 2); what is to be booked.
    #[inline(always)]
    #[must_use = "whoever ends a need files it"]
    pub fn need(&mut self, i: u32, owner: OwnerId, ticks: Tick) -> Booking {
        let booking = Booking { what: self.what(Kind::Need, owner), ticks };
        if ticks == 0 {
            return booking;
        }
        let at = i as usize;
        self.made_of[at * self.owners + owner as usize] += ticks;
        let clock = &mut self.carried[at].clock;
        clock.z += ticks;
        clock.last_owner = owner;
        clock.last = ticks;
        booking
    }

    /// Own need lasted `ticks` longer than needed, by these parts (scaled to fit); books and hands on (rule 2).
    pub fn delayed(&mut self, i: u32, ticks: Tick, parts: &[(Colour, Tick)]) {
        if ticks == 0 {
            return;
        }
        self.lose();
        for &(colour, _) in parts {
            self.activate(colour);
        }
        let at = i as usize;
        self.weights[..self.active.len()].fill(0);
        for &(colour, part) in parts {
            self.weights[self.place[colour as usize] as usize] += part;
        }
        apportion(ticks, &self.weights[..self.active.len()], &mut self.target);
        self.be_late(at, ticks);
    }

    /// Traveller `at` is so much later, by the shares that were apportioned; books them.
    fn be_late(&mut self, at: usize, ticks: Tick) {
        let shares = self.target.iter().zip(&self.active).filter(|part| *part.0 > 0);
        for (&ticks, &colour) in shares {
            self.late[at * self.colours + colour as usize] += ticks;
            self.bookings.push(Booking { what: What(2 * self.owners as u16 + colour), ticks });
        }
        self.carried[at].late_sum += ticks;
    }

    #[inline]
    fn book(&mut self, kind: Kind, owner: OwnerId, ticks: Tick) {
        if ticks > 0 {
            self.bookings.push(Booking { what: self.what(kind, owner), ticks });
        }
    }

    /// Traveller `i` starts to wait at a point: notes what its last release was made of (rule 6).
    #[inline(always)]
    pub fn note(&mut self, i: u32, point: u32) {
        let (to, from) = (i as usize * self.owners, point as usize * self.owners);
        self.noted[to..to + self.owners].copy_from_slice(&self.left_made_of[from..from + self.owners]);
    }

    /// Traveller `i` has left this waiting point: remembers its make-up and lateness (rule 4).
    #[inline(always)]
    pub fn left(&mut self, i: u32, point: u32) {
        let (from, to) = (i as usize, point as usize);
        self.left_made_of[to * self.owners..(to + 1) * self.owners]
            .copy_from_slice(&self.made_of[from * self.owners..(from + 1) * self.owners]);
        let late = self.carried[from].late_sum;
        if late != 0 {
            for &colour in &self.active {
                self.left_late[to * self.colours + colour as usize] =
                    self.late[from * self.colours + colour as usize];
            }
        }
        self.left_late_sum[to] = late;
    }

    /// Traveller `i` starts to wait for its own party: what it waits for is made of its own time so far.
    pub fn note_own(&mut self, i: u32) {
        let at = i as usize * self.owners..(i as usize + 1) * self.owners;
        self.noted[at.clone()].copy_from_slice(&self.made_of[at]);
    }

    /// Is `i` on time at `now`, as everybody is while nothing has been lost: `z = t`, and `ΣA = z`?
    ///
    /// # Errors
    /// As [`Ledger::check`].
    #[inline(always)]
    pub fn check_on_time(&self, i: u32, now: Tick) -> Result<(), String> {
        let at = i as usize;
        let Carried { clock, late_sum } = self.carried[at];
        let made_of: Tick = self.made_of[at * self.owners..(at + 1) * self.owners].iter().sum();
        if late_sum == 0 && clock.z == now && made_of == now && !cfg!(debug_assertions) {
            return Ok(());
        }
        self.check(i, now)
    }

    /// The invariants of a traveller's clocks at `now`: `z ≤ t`, `ΣD = t − z`, `ΣA = z`.
    ///
    /// # Errors
    /// Says which of them does not hold, and by how much.
    pub fn check(&self, i: u32, now: Tick) -> Result<(), String> {
        let at = i as usize;
        let z = self.carried[at].clock.z;
        let late: Tick = self.late[at * self.colours..(at + 1) * self.colours].iter().sum();
        let made_of: Tick = self.made_of[at * self.owners..(at + 1) * self.owners].iter().sum();
        if z > now {
            return Err(format!("the undisturbed clock {z} runs ahead of the real one {now}"));
        }
        if late != self.carried[at].late_sum || (self.carried[at].late_sum > 0 && late != now - z) {
            return Err(format!(
                "lateness {late} (kept sum {}) is not t − z = {}",
                self.carried[at].late_sum,
                now - z
            ));
        }
        if self.carried[at].late_sum == 0 && z != now {
            return Err(format!("on time, yet the undisturbed clock shows {z} at {now}"));
        }
        if made_of != z {
            return Err(format!("the make-up of the undisturbed clock sums to {made_of}, not to {z}"));
        }
        Ok(())
    }
}
