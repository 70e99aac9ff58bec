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

use crate::kernel::time::Tick;
use std::collections::VecDeque;

use super::plan::OwnerId;

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

/// A colour of lateness: index into a traveller's `D`.
pub type Colour = u16;

/// What a resource lost over time: booths closed, officers missing, a gate shut.
#[derive(Debug, Clone, Copy)]
pub struct Loss {
    /// Colour it is booked on.
    pub colour: Colour,
    /// Lost units now.
    rate: u64,
    /// Units that there are.
    of: u64,
    /// Lost unit-ticks up to `since`.
    acc: u64,
    since: Tick,
}

impl Loss {
    /// A loss on a resource of `of` units.
    pub fn new(colour: Colour, of: u32) -> Self {
        Self { colour, rate: 0, of: u64::from(of.max(1)), acc: 0, since: 0 }
    }

    fn until(&self, now: Tick) -> u64 {
        self.acc + self.rate * (now - self.since)
    }
}

/// Tokens of a bench of equal booths (or of a pool of officers), least clock first.
///
/// Of the free tokens one takes the latest that is not later than one's own clock, and only if there is none the least.
/// For the taker this is the same as the least; but whoever is on time leaves the early tokens to those who are late
/// (the other direction, say, that draws on the same officers), as the undisturbed world would.
///
/// When somebody on time takes a token that was free long before, the time in between is remembered as a *gap*: whoever
/// is so late that its clock still stands there (another queue into the same stage) was served in it, undisturbed.
#[derive(Debug, Default)]
pub struct Bench {
    fresh: u32,
    used: VecDeque<(Tick, u32)>,
    size: u32,
    /// Idle stretches, oldest first.
    gaps: VecDeque<Gap>,
    /// Own need of those who used the bench, a running mean.
    hold: Tick,
}

/// An idle stretch of a token on the undisturbed clock.
#[derive(Debug, Clone, Copy)]
struct Gap {
    from: Tick,
    until: Tick,
}

/// Gaps kept for each token of a bench.
const GAPS: usize = 4;

/// Tokens of a container: free pieces with the clock of whoever left them, least clock first.
#[derive(Debug, Default)]
pub struct Pieces {
    fresh: u64,
    used: VecDeque<(Tick, u64, u32)>,
}

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

/// An admission being put together: the latest of the tokens taken.
#[derive(Debug, Clone, Copy)]
pub struct Admission {
    clock: Clock,
    block: u32,
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

/// Clocks, make-ups and lateness of everybody inside, and of every token.
#[derive(Debug)]
pub struct Ledger {
    owners: usize,
    colours: usize,
    clock: Vec<Clock>,
    made_of: Vec<Tick>,
    noted: Vec<Tick>,
    late: Vec<Tick>,
    late_sum: Vec<Tick>,
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
            clock: Vec::new(),
            made_of: Vec::new(),
            noted: Vec::new(),
            late: Vec::new(),
            late_sum: Vec::new(),
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

    /// Adds a bench of `size` tokens that are free from the start; its index.
    pub fn add_bench(&mut self, size: u32) -> u32 {
        self.benches.push(Bench {
            fresh: size,
            used: VecDeque::with_capacity(size as usize + 1),
            size,
            gaps: VecDeque::with_capacity(GAPS * size as usize + 1),
            ..Bench::default()
        });
        self.benches.len() as u32 - 1
    }

    /// Adds a container's tokens; its index.
    pub fn add_pieces(&mut self, size: u64) -> u32 {
        self.pieces.push(Pieces { fresh: size, used: VecDeque::new() });
        self.pieces.len() as u32 - 1
    }

    /// Adds a loss; its index.
    pub fn add_loss(&mut self, colour: Colour, of: u32) -> u32 {
        self.losses.push(Loss::new(colour, of));
        self.losses.len() as u32 - 1
    }

    /// Adds a queue that looks at these losses; its index.
    pub fn add_watch(&mut self, losses: &[u32]) -> u32 {
        let from = self.watch_loss.len() as u32;
        self.watch_loss.extend_from_slice(losses);
        self.watch_seen.resize(self.watch_loss.len(), 0);
        self.watch_before.resize(self.watch_loss.len(), 0);
        self.watch_at.push(0);
        self.watches.push(from..self.watch_loss.len() as u32);
        self.watches.len() as u32 - 1
    }

    /// Back to the start of a run, keeping all memory.
    pub fn reset(&mut self, container_sizes: &[u64]) {
        self.free_blocks.clear();
        self.blocks.clear();
        self.block_made_of.clear();
        for bench in &mut self.benches {
            bench.fresh = bench.size;
            bench.used.clear();
            bench.gaps.clear();
            bench.hold = 0;
        }
        for (pieces, &size) in self.pieces.iter_mut().zip(container_sizes) {
            pieces.fresh = size;
            pieces.used.clear();
        }
        self.left_made_of.fill(0);
        self.left_late_sum.fill(0);
        for loss in &mut self.losses {
            loss.rate = 0;
            loss.acc = 0;
            loss.since = 0;
        }
        self.watch_seen.fill(0);
        self.watch_before.fill(0);
        self.watch_at.fill(0);
        self.lost = false;
    }

    /// Has anything been lost in this run so far?
    pub fn anything_lost(&self) -> bool {
        self.lost
    }

    /// Lateness of traveller `i`, in ticks.
    pub fn lateness(&self, i: u32) -> Tick {
        self.late_sum[i as usize]
    }

    /// The undisturbed clock of traveller `i`.
    pub fn z(&self, i: u32) -> Tick {
        self.clock[i as usize].z
    }

    /// Traveller `i` appears (rule 1).
    pub fn appear(&mut self, i: u32, now: Tick) {
        let at = i as usize;
        if self.clock.len() <= at {
            self.clock.resize(at + 1, Clock::default());
            self.made_of.resize((at + 1) * self.owners, 0);
            self.noted.resize((at + 1) * self.owners, 0);
            self.late.resize((at + 1) * self.colours, 0);
            self.late_sum.resize(at + 1, 0);
        }
        self.clock[at] = Clock { z: now, last_owner: 0, last: now };
        let made_of = &mut self.made_of[at * self.owners..(at + 1) * self.owners];
        made_of.fill(0);
        made_of[0] = now;
        self.set_on_time(at);
    }

    /// A part of traveller `of` (a passenger) starts with its clock and lateness.
    pub fn split(&mut self, i: u32, of: u32) {
        self.appear(i, 0);
        let (to, from) = (i as usize, of as usize);
        self.clock[to] = self.clock[from];
        self.made_of.copy_within(from * self.owners..(from + 1) * self.owners, to * self.owners);
        self.late.copy_within(from * self.colours..(from + 1) * self.colours, to * self.colours);
        self.late_sum[to] = self.late_sum[from];
    }

    fn set_on_time(&mut self, at: usize) {
        if self.late_sum[at] != 0 {
            self.late[at * self.colours..(at + 1) * self.colours].fill(0);
            self.late_sum[at] = 0;
        }
    }

    /// Own need of `ticks` for `owner` has ended (rule 2); books it.
    #[inline]
    pub fn need(&mut self, i: u32, owner: OwnerId, ticks: Tick) {
        if ticks == 0 {
            return;
        }
        let at = i as usize;
        self.made_of[at * self.owners + owner as usize] += ticks;
        let clock = &mut self.clock[at];
        clock.z += ticks;
        clock.last_owner = owner;
        clock.last = ticks;
        self.book(Kind::Need, owner, ticks);
    }

    /// Own need lasted `ticks` longer than needed, by these parts (scaled to fit); books and hands on (rule 2).
    pub fn delayed(&mut self, i: u32, ticks: Tick, parts: &[(Colour, Tick)]) {
        if ticks == 0 {
            return;
        }
        self.lost = true;
        let at = i as usize;
        self.weights[..self.colours].fill(0);
        for &(colour, part) in parts {
            self.weights[colour as usize] += part;
        }
        let mut shares = std::mem::take(&mut self.target);
        apportion(ticks, &self.weights[..self.colours], &mut shares);
        for (colour, &share) in shares.iter().enumerate() {
            if share > 0 {
                self.late[at * self.colours + colour] += share;
                self.bookings.push(Booking { what: What((2 * self.owners + colour) as u16), ticks: share });
            }
        }
        self.late_sum[at] += ticks;
        self.target = shares;
    }

    /// A stretch that traveller `i` chose to wait: its own need, and before the crossing, so that nobody who waits for it
    /// later has waited for that.
    pub fn chosen(&mut self, i: u32, owner: OwnerId, ticks: Tick) {
        self.made_of[i as usize * self.owners] += ticks;
        self.clock[i as usize].z += ticks;
        self.book(Kind::Need, owner, ticks);
    }

    /// A stretch in which traveller `i` held what others waited for, and did not use it: for itself its own need, for
    /// whoever takes it next lateness of this colour.
    pub fn wasted(&mut self, i: u32, owner: OwnerId, ticks: Tick, colour: Colour) {
        if ticks > 0 {
            self.lost = true;
            self.late[i as usize * self.colours + colour as usize] += ticks;
            self.late_sum[i as usize] += ticks;
            self.book(Kind::Need, owner, ticks);
        }
    }

    /// Lateness of traveller `i` that is handed on as another's: what it was booked for itself stays as it is.
    pub fn recolour(&mut self, i: u32, from: Colour, to: Colour) {
        let first = i as usize * self.colours;
        let ticks = std::mem::take(&mut self.late[first + from as usize]);
        self.late[first + to as usize] += ticks;
    }

    fn book(&mut self, kind: Kind, owner: OwnerId, ticks: Tick) {
        if ticks > 0 {
            self.bookings.push(Booking { what: self.what(kind, owner), ticks });
        }
    }

    /// Traveller `i` starts to wait at a point: notes what its last release was made of (rule 6).
    #[inline]
    pub fn note(&mut self, i: u32, point: u32) {
        let (to, from) = (i as usize * self.owners, point as usize * self.owners);
        self.noted[to..to + self.owners].copy_from_slice(&self.left_made_of[from..from + self.owners]);
    }

    /// Traveller `i` has left this waiting point: remembers its make-up and lateness (rule 4).
    #[inline]
    pub fn left(&mut self, i: u32, point: u32) {
        let (from, to) = (i as usize, point as usize);
        self.left_made_of[to * self.owners..(to + 1) * self.owners]
            .copy_from_slice(&self.made_of[from * self.owners..(from + 1) * self.owners]);
        let late = self.late_sum[from];
        if late != 0 {
            self.left_late[to * self.colours..(to + 1) * self.colours]
                .copy_from_slice(&self.late[from * self.colours..(from + 1) * self.colours]);
        }
        self.left_late_sum[to] = late;
    }

    fn take_block(&mut self, clock: Clock, from: usize) -> u32 {
        let block = self.free_blocks.pop().unwrap_or_else(|| {
            self.blocks.push(Clock::default());
            self.block_made_of.resize(self.blocks.len() * self.owners, 0);
            self.blocks.len() as u32 - 1
        });
        self.blocks[block as usize] = clock;
        let to = block as usize * self.owners;
        self.block_made_of[to..to + self.owners]
            .copy_from_slice(&self.made_of[from * self.owners..(from + 1) * self.owners]);
        block
    }

    /// Traveller `i` gives a booth's (or officer's) token back (rule 4).
    #[inline]
    pub fn give_back(&mut self, i: u32, bench: u32) {
        let clock = self.clock[i as usize];
        let block = self.take_block(clock, i as usize);
        let bench = &mut self.benches[bench as usize];
        bench.hold = (7 * bench.hold + clock.last) / 8;
        let used = &mut bench.used;
        let mut at = used.len();
        while at > 0 && used[at - 1].0 > clock.z {
            at -= 1;
        }
        used.insert(at, (clock.z, block));
    }

    /// Traveller `i` gives `size` of a container back (rule 4).
    #[inline]
    pub fn give_room_back(&mut self, i: u32, pieces: u32, size: u64) {
        let clock = self.clock[i as usize];
        let block = self.take_block(clock, i as usize);
        let used = &mut self.pieces[pieces as usize].used;
        let mut at = used.len();
        while at > 0 && used[at - 1].0 > clock.z {
            at -= 1;
        }
        used.insert(at, (clock.z, size, block));
    }

    /// A live change makes a container larger.
    pub fn grow_room(&mut self, pieces: u32, size: u64) {
        self.pieces[pieces as usize].fresh += size;
    }

    /// Starts an admission.
    #[inline]
    pub fn admit(&self) -> Admission {
        Admission { clock: Clock::default(), block: NO_BLOCK }
    }

    fn consider(&mut self, admission: &mut Admission, block: u32) {
        let clock = self.blocks[block as usize];
        if clock.z >= admission.clock.z || admission.block == NO_BLOCK {
            if admission.block != NO_BLOCK {
                self.free_blocks.push(admission.block);
            }
            *admission = Admission { clock, block };
        } else {
            self.free_blocks.push(block);
        }
    }

    /// The clock of the token that `i` would take from a bench; none if no token is free.
    pub fn least(&self, i: u32, bench: u32) -> Option<Tick> {
        let bench = &self.benches[bench as usize];
        match fitting(&bench.used, self.clock[i as usize].z, |t| t.0) {
            Some(at) => Some(bench.used[at].0),
            None if bench.fresh > 0 => Some(0),
            None => bench.used.front().map(|t| t.0),
        }
    }

    /// Traveller `i` takes a token from a bench; false if it takes none (no token is free, or a gap serves it).
    #[inline]
    pub fn take(&mut self, i: u32, admission: &mut Admission, bench: u32) -> bool {
        let z = self.clock[i as usize].z;
        let lost = self.lost;
        let from = &mut self.benches[bench as usize];
        let block = match fitting(&from.used, z, |t| t.0) {
            Some(at) => from.used.remove(at),
            None if from.fresh > 0 => {
                from.fresh -= 1;
                if lost {
                    from.remember_gap(0, z);
                }
                return true;
            }
            None if lost && from.use_gap(z) => return false,
            None => from.used.pop_front(),
        };
        let Some((free, block)) = block else { return false };
        if lost {
            from.remember_gap(free, z);
        }
        self.consider(admission, block);
        true
    }

    /// Traveller `i` takes `size` of a container.
    #[inline]
    pub fn take_room(&mut self, i: u32, admission: &mut Admission, pieces: u32, size: u64) {
        let z = self.clock[i as usize].z;
        let mut wanted = size;
        while wanted > 0 {
            let from = &mut self.pieces[pieces as usize];
            let at = match fitting(&from.used, z, |p| p.0) {
                Some(at) => at,
                None if from.fresh > 0 => {
                    let fresh = from.fresh.min(wanted);
                    from.fresh -= fresh;
                    wanted -= fresh;
                    continue;
                }
                None if from.used.is_empty() => return,
                None => 0,
            };
            let (_, piece, block) = from.used[at];
            if piece > wanted {
                from.used[at].1 = piece - wanted;
                let copy = self.copy_block(block);
                self.consider(admission, copy);
                return;
            }
            from.used.remove(at);
            wanted -= piece;
            self.consider(admission, block);
        }
    }

    fn copy_block(&mut self, block: u32) -> u32 {
        let clock = self.blocks[block as usize];
        let copy = self.free_blocks.pop().unwrap_or_else(|| {
            self.blocks.push(Clock::default());
            self.block_made_of.resize(self.blocks.len() * self.owners, 0);
            self.blocks.len() as u32 - 1
        });
        self.blocks[copy as usize] = clock;
        let (from, to) = (block as usize * self.owners, copy as usize * self.owners);
        self.block_made_of.copy_within(from..from + self.owners, to);
        copy
    }

    /// Also behind traveller `ahead` (a part of the same bus, or the one ahead that cannot be passed).
    pub fn behind(&mut self, admission: &mut Admission, ahead: u32) {
        let clock = self.clock[ahead as usize];
        if clock.z > admission.clock.z {
            let block = self.take_block(clock, ahead as usize);
            self.consider(admission, block);
        }
    }

    /// Of the parts of a bus, keeps the latest undisturbed clock: `kept` (or none) against that of `i`.
    pub fn keep_latest(&mut self, kept: u32, i: u32) -> u32 {
        let clock = self.clock[i as usize];
        if kept != NO_BLOCK && self.blocks[kept as usize].z >= clock.z {
            return kept;
        }
        if kept != NO_BLOCK {
            self.free_blocks.push(kept);
        }
        self.take_block(clock, i as usize)
    }

    /// Takes what [`Ledger::keep_latest`] kept.
    pub fn take_kept(&mut self, admission: &mut Admission, kept: u32) {
        if kept != NO_BLOCK {
            self.consider(admission, kept);
        }
    }

    /// Traveller `i` starts to wait for its own party: what it waits for is made of its own time so far.
    pub fn note_own(&mut self, i: u32) {
        let at = i as usize * self.owners..(i as usize + 1) * self.owners;
        self.noted[at.clone()].copy_from_slice(&self.made_of[at]);
    }

    /// The preemptor takes the token at the instant its victim would have reached undisturbed (rule 9).
    pub fn take_over(&mut self, admission: &mut Admission, victim: u32) {
        let clock = self.clock[victim as usize];
        let block = self.take_block(clock, victim as usize);
        self.consider(admission, block);
    }

    /// Ends an admission (rule 3) of traveller `i`, who waited `waited` until `now`.
    ///
    /// `home` is own travel still to come that would have overlapped the wait (a call-up): in the undisturbed world it
    /// sets out so early that it arrives when there is room. `bumped` is the part of the capacity that was another's
    /// priority (rule 5), booked on `rule_owner`. Bookings are left in [`Ledger::bookings`].
    #[expect(
        clippy::too_many_arguments,
        reason = "one admission is one act; a struct would only rename these"
    )]
    pub fn admitted(
        &mut self,
        i: u32,
        now: Tick,
        waited: Tick,
        admission: Admission,
        base: Base,
        watch: u32,
        home: Tick,
        bumped: Tick,
        rule_owner: OwnerId,
    ) -> Tick {
        let at = i as usize;
        let mine = self.clock[at].z;
        let theirs = admission.clock.z.saturating_sub(home);
        let z = mine.max(theirs);
        if waited == 0 && self.late_sum[at] == 0 {
            self.drop_admission(admission);
            self.seen(watch, now);
            return 0;
        }
        let undisturbed = z - mine;
        let capacity = waited.min(undisturbed);
        let excess = waited - capacity;
        let lateness = now.saturating_sub(z);
        let rule = bumped.min(capacity);
        self.book(Kind::Rule, rule_owner, rule);
        if capacity > rule {
            self.book_capacity(at, admission, capacity - rule);
        }
        if theirs > mine {
            self.follow(at, admission, home);
        }
        if excess > 0 {
            let whose = if admission.block == NO_BLOCK { rule_owner } else { admission.clock.last_owner };
            self.book_excess(at, now, excess, lateness, base, watch, whose);
        } else {
            self.absorb(at, lateness);
        }
        self.drop_admission(admission);
        self.seen(watch, now);
        rule
    }

    fn drop_admission(&mut self, admission: Admission) {
        if admission.block != NO_BLOCK {
            self.free_blocks.push(admission.block);
        }
    }

    /// The undisturbed clock follows the token's (rule 6): its time, its make-up, its last stretch.
    fn follow(&mut self, at: usize, admission: Admission, home: Tick) {
        let mut clock = admission.clock;
        let (from, to) = (admission.block as usize * self.owners, at * self.owners);
        self.made_of[to..to + self.owners].copy_from_slice(&self.block_made_of[from..from + self.owners]);
        if home > 0 {
            // It leaves home so early that it arrives at the token's time: until the call its clock shows that much less.
            clock.z -= home;
            take_from(&mut self.made_of[to..to + self.owners], clock.last_owner as usize, home);
        }
        self.clock[at] = clock;
    }

    /// Capacity goes first to the token's last stretch, the rest by what its clock was made of since I came (rule 6).
    fn book_capacity(&mut self, at: usize, admission: Admission, ticks: Tick) {
        if admission.block == NO_BLOCK {
            self.book(Kind::Capacity, 0, ticks);
            return;
        }
        let Clock { last_owner, last, .. } = admission.clock;
        let first = ticks.min(last);
        self.book(Kind::Capacity, last_owner, first);
        let rest = ticks - first;
        if rest == 0 {
            return;
        }
        let from = admission.block as usize * self.owners;
        for owner in 0..self.owners {
            let made = self.block_made_of[from + owner];
            self.weights[owner] = made.saturating_sub(self.noted[at * self.owners + owner]);
        }
        let own = &mut self.weights[last_owner as usize];
        *own = own.saturating_sub(last);
        self.weights[0] = 0;
        if self.weights[..self.owners].iter().all(|&w| w == 0) {
            self.book(Kind::Capacity, last_owner, rest);
            return;
        }
        let mut shares = std::mem::take(&mut self.target);
        apportion(rest, &self.weights[..self.owners], &mut shares);
        for (owner, &share) in shares.iter().enumerate().take(self.owners) {
            self.book(Kind::Capacity, owner as OwnerId, share);
        }
        self.target = shares;
    }

    /// More was waited than the undisturbed clock says: lateness of whoever made room, and what was lost here meanwhile.
    #[expect(clippy::too_many_arguments, reason = "one step of one admission")]
    fn book_excess(
        &mut self,
        at: usize,
        now: Tick,
        excess: Tick,
        lateness: Tick,
        base: Base,
        watch: u32,
        whose: OwnerId,
    ) {
        self.weigh(at, now, base, watch);
        let mine = at * self.colours..(at + 1) * self.colours;
        if self.weights[..self.colours].iter().all(|&w| w == 0) {
            // Only the order of several booths can do this: capacity, and the clock keeps the real time.
            let kept = lateness.min(self.late_sum[at]);
            let clock = &mut self.clock[at];
            let step = now - kept - clock.z;
            clock.z += step;
            self.made_of[at * self.owners + whose as usize] += step;
            self.book(Kind::Capacity, whose, excess);
            self.absorb(at, kept);
            return;
        }
        let mut target = std::mem::take(&mut self.target);
        apportion(lateness, &self.weights[..self.colours], &mut target);
        let mut grown = 0;
        for (weight, (new, old)) in self.weights.iter_mut().zip(target.iter().zip(&self.late[mine.clone()])) {
            *weight = new.saturating_sub(*old);
            grown += *weight;
        }
        if grown == 0 {
            self.weights[..self.colours].copy_from_slice(&target);
        }
        self.late[mine].copy_from_slice(&target);
        self.late_sum[at] = lateness;
        apportion(excess, &self.weights[..self.colours], &mut target);
        for (colour, &share) in target.iter().enumerate() {
            if share > 0 {
                self.bookings.push(Booking { what: What((2 * self.owners + colour) as u16), ticks: share });
            }
        }
        self.target = target;
    }

    /// `base + ΔΛ` into the scratch weights.
    fn weigh(&mut self, at: usize, now: Tick, base: Base, watch: u32) {
        self.weights[..self.colours].fill(0);
        match base {
            Base::Own => self.weights[..self.colours]
                .copy_from_slice(&self.late[at * self.colours..(at + 1) * self.colours]),
            Base::Left(point) if self.left_late_sum[point as usize] > 0 => {
                let from = point as usize * self.colours;
                self.weights[..self.colours].copy_from_slice(&self.left_late[from..from + self.colours]);
            }
            Base::Left(_) => {}
            Base::Of(other) => {
                let from = other as usize * self.colours;
                self.weights[..self.colours].copy_from_slice(&self.late[from..from + self.colours]);
            }
        }
        if watch == u32::MAX {
            return;
        }
        // Several who are admitted at the same tick have waited out the same loss.
        let same_tick = self.watch_at[watch as usize] == now;
        for slot in self.watches[watch as usize].clone() {
            let loss = &self.losses[self.watch_loss[slot as usize] as usize];
            let seen = if same_tick { &self.watch_before } else { &self.watch_seen };
            let lost = loss.until(now).saturating_sub(seen[slot as usize]);
            self.weights[loss.colour as usize] += lost / loss.of;
        }
    }

    /// A wait has absorbed lateness: it shrinks in proportion.
    fn absorb(&mut self, at: usize, lateness: Tick) {
        if self.late_sum[at] == lateness {
            return;
        }
        let mine = at * self.colours..(at + 1) * self.colours;
        self.weights[..self.colours].copy_from_slice(&self.late[mine.clone()]);
        let mut target = std::mem::take(&mut self.target);
        apportion(lateness, &self.weights[..self.colours], &mut target);
        self.late[mine].copy_from_slice(&target);
        self.target = target;
        self.late_sum[at] = lateness;
    }

    /// The queue behind `watch` was admitted from, or became non-empty: what is lost counts from here.
    #[inline]
    pub fn seen(&mut self, watch: u32, now: Tick) {
        if !self.lost || watch == u32::MAX || self.watch_at[watch as usize] == now {
            return;
        }
        self.watch_at[watch as usize] = now;
        for slot in self.watches[watch as usize].clone() {
            self.watch_before[slot as usize] = self.watch_seen[slot as usize];
            self.watch_seen[slot as usize] = self.losses[self.watch_loss[slot as usize] as usize].until(now);
        }
    }

    /// From now on `rate` units of this resource are lost.
    pub fn losing(&mut self, loss: u32, now: Tick, rate: u32) {
        let loss = &mut self.losses[loss as usize];
        loss.acc = loss.until(now);
        loss.since = now;
        loss.rate = u64::from(rate);
        self.lost |= rate > 0;
    }

    /// A wait that never ends in an admission (horizon, reneging; rule 8): booked as if admitted now.
    ///
    /// `point` is what it waited at; `last_z` the undisturbed clock of the last who was admitted from there.
    #[expect(clippy::too_many_arguments, reason = "one wait is one act")]
    pub fn unresolved(
        &mut self,
        i: u32,
        now: Tick,
        waited: Tick,
        last_z: Tick,
        point: Option<u32>,
        watch: u32,
        owner: OwnerId,
    ) {
        if waited == 0 {
            return;
        }
        let at = i as usize;
        let capacity = last_z.saturating_sub(self.clock[at].z).min(waited);
        let excess = waited - capacity;
        self.weigh(at, now, point.map_or(Base::Own, Base::Left), watch);
        let coloured = self.weights[..self.colours].iter().any(|&w| w > 0);
        let (capacity, excess) = if coloured { (capacity, excess) } else { (waited, 0) };
        let mut shares = std::mem::take(&mut self.target);
        if excess > 0 {
            self.late_sum[at] += excess;
            apportion(excess, &self.weights[..self.colours], &mut shares);
            for (colour, &share) in shares.iter().enumerate() {
                if share > 0 {
                    self.late[at * self.colours + colour] += share;
                    self.bookings
                        .push(Booking { what: What((2 * self.owners + colour) as u16), ticks: share });
                }
            }
        }
        self.weights[..self.owners].fill(0);
        if let Some(point) = point {
            for owner in 1..self.owners {
                let made = self.left_made_of[point as usize * self.owners + owner];
                self.weights[owner] = made.saturating_sub(self.noted[at * self.owners + owner]);
            }
        }
        if self.weights[..self.owners].iter().all(|&w| w == 0) {
            self.weights[owner as usize] = 1;
        }
        apportion(capacity, &self.weights[..self.owners], &mut shares);
        for (owner, &share) in shares.iter().enumerate().take(self.owners) {
            self.made_of[at * self.owners + owner] += share;
            self.book(Kind::Capacity, owner as OwnerId, share);
        }
        self.clock[at].z += capacity;
        self.target = shares;
    }

    /// The invariants of a traveller's clocks at `now`: `z ≤ t`, `ΣD = t − z`, `ΣA = z`.
    ///
    /// # Errors
    /// Says which of them does not hold, and by how much.
    pub fn check(&self, i: u32, now: Tick) -> Result<(), String> {
        let at = i as usize;
        let z = self.clock[at].z;
        let late: Tick = self.late[at * self.colours..(at + 1) * self.colours].iter().sum();
        let made_of: Tick = self.made_of[at * self.owners..(at + 1) * self.owners].iter().sum();
        if z > now {
            return Err(format!("the undisturbed clock {z} runs ahead of the real one {now}"));
        }
        if late != self.late_sum[at] || (self.late_sum[at] > 0 && late != now - z) {
            return Err(format!(
                "lateness {late} (kept sum {}) is not t − z = {}",
                self.late_sum[at],
                now - z
            ));
        }
        if self.late_sum[at] == 0 && z != now {
            return Err(format!("on time, yet the undisturbed clock shows {z} at {now}"));
        }
        if made_of != z {
            return Err(format!("the make-up of the undisturbed clock sums to {made_of}, not to {z}"));
        }
        Ok(())
    }
}

impl Bench {
    /// A token that was free from `from` is taken at `until`.
    fn remember_gap(&mut self, from: Tick, until: Tick) {
        if until <= from + self.hold {
            return;
        }
        if self.gaps.len() >= GAPS * self.size as usize {
            self.gaps.pop_front();
        }
        self.gaps.push_back(Gap { from, until });
    }

    /// Somebody whose clock shows `z` is served in a gap, if one is long enough; what follows of it remains.
    fn use_gap(&mut self, z: Tick) -> bool {
        let hold = self.hold.max(1);
        let found = self.gaps.iter().position(|gap| gap.from <= z && z + hold <= gap.until);
        let Some(at) = found else { return false };
        self.gaps[at].from = z + hold;
        true
    }
}

/// The latest entry of a row sorted by clock that is not later than `z`.
#[inline]
fn fitting<T>(row: &VecDeque<T>, z: Tick, clock: impl Fn(&T) -> Tick) -> Option<usize> {
    if row.back().is_some_and(|last| clock(last) <= z) {
        return Some(row.len() - 1);
    }
    row.partition_point(|entry| clock(entry) <= z).checked_sub(1)
}

/// Takes `ticks` away, first from `first`, then from the others.
fn take_from(parts: &mut [Tick], first: usize, ticks: Tick) {
    let mut rest = ticks;
    let own = parts[first].min(rest);
    parts[first] -= own;
    rest -= own;
    for part in parts {
        let own = (*part).min(rest);
        *part -= own;
        rest -= own;
    }
}

/// Splits `total` in proportion to `weights`, whole ticks, exactly: cumulated rounding, so that no part is ever off by
/// more than one and the sum is `total`. With no weight at all, everything goes to the first part.
pub fn apportion(total: Tick, weights: &[u64], shares: &mut [Tick]) {
    let sum: u128 = weights.iter().map(|&w| u128::from(w)).sum();
    shares[..weights.len()].fill(0);
    if sum == 0 {
        shares[0] = total;
        return;
    }
    let (mut cumulated, mut given) = (0u128, 0u64);
    for (share, &weight) in shares.iter_mut().zip(weights) {
        if weight == 0 {
            continue;
        }
        cumulated += u128::from(weight);
        let upto = if cumulated == sum { total } else { (u128::from(total) * cumulated / sum) as u64 };
        *share = upto - given;
        given = upto;
    }
}
