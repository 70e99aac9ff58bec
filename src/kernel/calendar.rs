//! The pending events of one run: a winner tree over slots.
//!
//! # Slots, not travellers
//!
//! Whatever can have *at most one* pending event (a booth, an arrival source, the next shift change, the earliest entry of a
//! [`Timers`](super::Timers)) owns a slot for the whole run. The set of pending events then has a fixed size, and the tournament
//! between slots is a complete tree in which four play each match: the lowest groups of four hold the slots' keys, each entry above holds
//! the smallest key of a group below, and the smallest of the root group is the next event. Rescheduling a slot replays the matches on
//! one path, *O*(log slots), with no branch that depends on who wins. A binary heap moves 24-byte entries along an unpredictable path
//! instead; `benches/kernel.rs` sets the two side by side. (Four rather than two: half the levels, stores and bounds to check, and a
//! group is half a cache line.)
//!
//! # The key and the tie rule
//!
//! A key is one word: 48 bits of tick, then 16 bits of slot. Comparing keys compares ticks, and *at equal ticks the lower slot goes
//! first*. That is the whole tie rule; it is deterministic, independent of the order in which things were scheduled, and means
//! something because slots are numbered in the order of their ranks (see [`kernel`](super)).

use super::time::{NEVER, Tick};

/// The number of a slot, 0 ≤ slot < [`Calendar::slots`] ≤ [`MAX_SLOTS`].
pub type Slot = u32;

/// The most slots a calendar can have: what 16 bits can name.
pub const MAX_SLOTS: usize = 1 << SLOT_BITS;

const SLOT_BITS: u32 = 16;

/// How many children play each match.
const ARITY: usize = 4;

/// A fixed set of slots, each with at most one pending instant, and the earliest of them at hand.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// A complete tree of groups of four, root first, level by level: entry k of group g is the winner of group 4g + 1 + k, and in the
    /// groups of the lowest level it is a slot's key.
    groups: Box<[[u64; ARITY]]>,
    /// The winner of group 0: the next event.
    first: u64,
    /// The first group of the lowest level.
    lowest: usize,
    slots: usize,
}

#[inline]
fn key(slot: usize, at: Tick) -> u64 {
    at.min(NEVER) << SLOT_BITS | slot as u64
}

impl Calendar {
    /// A calendar of `slots` slots with nothing pending. Allocates once: 11 bytes per slot at the next power of four.
    ///
    /// # Panics
    ///
    /// When `slots` exceeds [`MAX_SLOTS`]. The number of slots follows from the compiled plan, which is refused earlier when too large.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        assert!(slots <= MAX_SLOTS, "a calendar has at most {MAX_SLOTS} slots, {slots} were asked for");
        let (mut lowest, mut width) = (0, 1);
        while width * ARITY < slots {
            lowest += width;
            width *= ARITY;
        }
        let groups = vec![[0; ARITY]; lowest + width].into_boxed_slice();
        let mut calendar = Self { groups, first: 0, lowest, slots };
        calendar.reset();
        calendar
    }

    /// How many slots there are.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Clears every slot. *O*(slots), no allocation.
    pub fn reset(&mut self) {
        let leaves = self.groups[self.lowest..].iter_mut().flatten();
        for (slot, leaf) in leaves.enumerate() {
            *leaf = key(slot, NEVER);
        }
        for group in (1..self.groups.len()).rev() {
            let winner = least(self.groups[group]);
            self.groups[(group - 1) / ARITY][(group - 1) % ARITY] = winner;
        }
        self.first = least(self.groups[0]);
    }

    /// Schedules `slot` at `at`, replacing what it had pending. An instant of [`NEVER`] or later clears the slot.
    ///
    /// *O*(log slots), always the whole path: leaving it as soon as an entry keeps its winner saves matches and costs a branch that
    /// cannot be foretold. With a second, later event in each hold that was 15 % slower at 128 slots, and it gained nothing elsewhere.
    ///
    /// # Panics
    ///
    /// When there is no such slot: a mistake in the program, never in a scenario.
    #[inline]
    pub fn set(&mut self, slot: Slot, at: Tick) {
        let slot = slot as usize;
        assert!(slot < self.slots, "no such slot");
        let (mut group, mut place) = (self.lowest + slot / ARITY, slot % ARITY);
        let mut winner = key(slot, at);
        loop {
            let four = &mut self.groups[group];
            // The three others do not depend on the match below, so the processor has their winner ready when ours arrives.
            let others = four[place ^ 1].min(four[place ^ 2].min(four[place ^ 3]));
            four[place] = winner;
            winner = winner.min(others);
            if group == 0 {
                break;
            }
            (group, place) = ((group - 1) / ARITY, (group - 1) % ARITY);
        }
        self.first = winner;
    }

    /// Leaves `slot` with nothing pending. Same cost and panics as [`Calendar::set`].
    #[inline]
    pub fn clear(&mut self, slot: Slot) {
        self.set(slot, NEVER);
    }

    /// When `slot` is due; [`NEVER`] when nothing is pending.
    ///
    /// # Panics
    ///
    /// When there is no such slot.
    #[inline]
    #[must_use]
    pub fn at(&self, slot: Slot) -> Tick {
        let slot = slot as usize;
        assert!(slot < self.slots, "no such slot");
        self.groups[self.lowest + slot / ARITY][slot % ARITY] >> SLOT_BITS
    }

    /// The earliest pending event, which stays pending: the caller reschedules or clears the slot. Ties go to the lowest slot.
    /// `None` when nothing is pending. *O*(1).
    #[inline]
    #[must_use]
    pub fn next(&self) -> Option<(Tick, Slot)> {
        let at = self.first >> SLOT_BITS;
        (at < NEVER).then_some((at, (self.first & 0xffff) as Slot))
    }
}

#[inline]
fn least(four: [u64; ARITY]) -> u64 {
    four[0].min(four[1]).min(four[2].min(four[3]))
}
