//! The pending events of one run: a winner tree over slots.
//!
//! # Slots, not travellers
//!
//! Whatever can have *at most one* pending event (a booth, an arrival source, the next shift change, the earliest entry of a
//! [`Timers`](super::Timers)) owns a slot for the whole run. The set of pending events then has a fixed size, and the tournament
//! between slots is a complete binary tree: leaves hold keys, each inner node holds the smaller of its two children, the root is the
//! next event. Rescheduling a slot replays the matches on one path, *O*(log slots), with no branch that depends on who wins.
//! A binary heap moves 24-byte entries along an unpredictable path instead, and is about four times slower at 128 slots.
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

/// A fixed set of slots, each with at most one pending instant, and the earliest of them at hand.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// `tree[1]` is the root, `tree[i]` the smaller of `tree[2i]` and `tree[2i + 1]`, `tree[leaves..]` the slots. `tree[0]` is unused.
    tree: Box<[u64]>,
    leaves: usize,
    slots: usize,
}

#[inline]
fn key(slot: usize, at: Tick) -> u64 {
    at.min(NEVER) << SLOT_BITS | slot as u64
}

impl Calendar {
    /// A calendar of `slots` slots with nothing pending. Allocates once, 16 bytes per slot at the next power of two.
    ///
    /// # Panics
    ///
    /// When `slots` exceeds [`MAX_SLOTS`]. The number of slots follows from the compiled plan, which is refused earlier when too large.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        assert!(slots <= MAX_SLOTS, "a calendar has at most {MAX_SLOTS} slots, {slots} were asked for");
        let leaves = slots.next_power_of_two().max(2);
        let mut calendar = Self { tree: vec![0; 2 * leaves].into_boxed_slice(), leaves, slots };
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
        let leaves = self.leaves;
        for (slot, leaf) in self.tree[leaves..].iter_mut().enumerate() {
            *leaf = key(slot, NEVER);
        }
        for node in (1..leaves).rev() {
            self.tree[node] = self.tree[2 * node].min(self.tree[2 * node + 1]);
        }
    }

    /// Schedules `slot` at `at`, replacing what it had pending. An instant of [`NEVER`] or later clears the slot.
    ///
    /// *O*(log slots), less when the slot wins few matches.
    ///
    /// # Panics
    ///
    /// When there is no such slot: a mistake in the program, never in a scenario.
    #[inline]
    pub fn set(&mut self, slot: Slot, at: Tick) {
        let slot = slot as usize;
        assert!(slot < self.slots, "no such slot");
        let mut node = self.leaves + slot;
        let mut winner = key(slot, at);
        self.tree[node] = winner;
        while node > 1 {
            winner = winner.min(self.tree[node ^ 1]);
            node >>= 1;
            // A parent that keeps its winner ends the replay: nothing above can change. (Keys name their slot, so equal means same.)
            if self.tree[node] == winner {
                return;
            }
            self.tree[node] = winner;
        }
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
        assert!((slot as usize) < self.slots, "no such slot");
        self.tree[self.leaves + slot as usize] >> SLOT_BITS
    }

    /// The earliest pending event, which stays pending: the caller reschedules or clears the slot. Ties go to the lowest slot.
    /// `None` when nothing is pending. *O*(1).
    #[inline]
    #[must_use]
    pub fn next(&self) -> Option<(Tick, Slot)> {
        let winner = self.tree[1];
        let at = winner >> SLOT_BITS;
        (at < NEVER).then_some((at, (winner & 0xffff) as Slot))
    }
}
