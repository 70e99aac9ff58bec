//! Timers of single travellers: an indexed heap with true cancellation.
//!
//! # Why a second structure
//!
//! Patience, a hold, the drive after a call: any number of travellers can have one, so they cannot be slots of the
//! [`Calendar`](super::Calendar). One [`Timers`] per rank of the tie rule holds them; its earliest entry is copied into one slot of the
//! calendar whenever it changes.
//!
//! # Why an index
//!
//! Most patience timers are cancelled: the traveller is served. A heap that cannot cancel keeps the dead entries, grows with the length
//! of the run and must ask of each entry whether it is still meant. Here a position per id finds the entry, and removing it is one sift.
//! Four children per node halve the depth, and all four keys share one cache line.
//!
//! # Ties
//!
//! At equal ticks the timer that was pushed first fires first. Pushing an id that is already pending moves it, and counts as a new push.

use super::time::{NEVER, Tick};

const ARITY: usize = 4;
const ABSENT: u32 = u32::MAX;

/// Pending timers, at most one per id, ordered by (tick, order of pushing).
///
/// Memory: 16 bytes per pending timer and 4 bytes per id up to the largest ever pushed. Nothing is allocated once the previous
/// maximum is reached.
#[derive(Debug, Clone, Default)]
pub struct Timers {
    /// 48 bits tick, 48 bits sequence, 32 bits id: one comparison orders by tick, then by insertion.
    heap: Vec<u128>,
    /// `position[id]` is the id's place in `heap`, or `ABSENT`.
    position: Vec<u32>,
    sequence: u64,
}

#[inline]
fn pack(at: Tick, sequence: u64, id: u32) -> u128 {
    u128::from(at.min(NEVER)) << 80 | u128::from(sequence) << 32 | u128::from(id)
}

#[inline]
fn id_of(entry: u128) -> u32 {
    entry as u32
}

#[inline]
fn tick_of(entry: u128) -> Tick {
    (entry >> 80) as Tick
}

impl Timers {
    /// No timers, with room for `n` pending ones whose ids are below `n`.
    #[must_use]
    pub fn with_capacity(n: usize) -> Self {
        Self { heap: Vec::with_capacity(n), position: vec![ABSENT; n], sequence: 0 }
    }

    /// How many timers are pending.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether no timer is pending.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// Whether `id` has a timer.
    #[inline]
    #[must_use]
    pub fn contains(&self, id: u32) -> bool {
        self.place(id).is_some()
    }

    /// When the timer of `id` is due.
    #[inline]
    #[must_use]
    pub fn at(&self, id: u32) -> Option<Tick> {
        self.place(id).map(|place| tick_of(self.heap[place]))
    }

    /// Sets the timer of `id`; one that was pending is moved and goes behind those already due at the same tick. *O*(log pending).
    ///
    /// A timer at [`NEVER`] is kept and is the last to come; the calendar's slot for it stays clear.
    #[inline]
    pub fn push(&mut self, id: u32, at: Tick) {
        let entry = pack(at, self.sequence, id);
        // 48 bits of sequence: 8.9 years at a push per microsecond.
        self.sequence += 1;
        if let Some(place) = self.place(id) {
            self.replace(place, entry);
        } else {
            let index = id as usize;
            if index >= self.position.len() {
                self.position.resize(index + 1, ABSENT);
            }
            self.heap.push(entry);
            self.sift_up(self.heap.len() - 1, entry);
        }
    }

    /// Removes the timer of `id`; whether there was one. *O*(log pending).
    #[inline]
    pub fn cancel(&mut self, id: u32) -> bool {
        let Some(place) = self.place(id) else { return false };
        self.remove(place);
        true
    }

    /// The earliest timer: when, and whose. *O*(1).
    #[inline]
    #[must_use]
    pub fn peek(&self) -> Option<(Tick, u32)> {
        self.heap.first().map(|&entry| (tick_of(entry), id_of(entry)))
    }

    /// Takes the earliest timer. *O*(log pending).
    #[inline]
    pub fn pop(&mut self) -> Option<(Tick, u32)> {
        let first = self.peek()?;
        self.remove(0);
        Some(first)
    }

    /// Forgets every timer and starts the sequence anew. *O*(pending): only used positions are touched, memory is kept.
    pub fn clear(&mut self) {
        for &entry in &self.heap {
            self.position[id_of(entry) as usize] = ABSENT;
        }
        self.heap.clear();
        self.sequence = 0;
    }

    #[inline]
    fn place(&self, id: u32) -> Option<usize> {
        match self.position.get(id as usize) {
            Some(&place) if place != ABSENT => Some(place as usize),
            _ => None,
        }
    }

    #[inline]
    fn put(&mut self, place: usize, entry: u128) {
        self.heap[place] = entry;
        self.position[id_of(entry) as usize] = place as u32;
    }

    fn remove(&mut self, place: usize) {
        self.position[id_of(self.heap[place]) as usize] = ABSENT;
        if let Some(last) = self.heap.pop()
            && place < self.heap.len()
        {
            self.replace(place, last);
        }
    }

    /// Puts `entry` where another stood and restores the order, upwards or downwards.
    fn replace(&mut self, place: usize, entry: u128) {
        if place > 0 && entry < self.heap[(place - 1) / ARITY] {
            self.sift_up(place, entry);
        } else {
            self.sift_down(place, entry);
        }
    }

    fn sift_up(&mut self, mut place: usize, entry: u128) {
        while place > 0 {
            let parent = (place - 1) / ARITY;
            let above = self.heap[parent];
            if above <= entry {
                break;
            }
            self.put(place, above);
            place = parent;
        }
        self.put(place, entry);
    }

    fn sift_down(&mut self, mut place: usize, entry: u128) {
        while let Some((child, least)) = self.least_child(place) {
            if entry <= least {
                break;
            }
            self.put(place, least);
            place = child;
        }
        self.put(place, entry);
    }

    #[inline]
    fn least_child(&self, place: usize) -> Option<(usize, u128)> {
        let first = ARITY * place + 1;
        let children = self.heap.get(first..self.heap.len().min(first + ARITY))?;
        let mut best = (first, *children.first()?);
        for (offset, &entry) in children.iter().enumerate().skip(1) {
            if entry < best.1 {
                best = (first + offset, entry);
            }
        }
        Some(best)
    }
}
