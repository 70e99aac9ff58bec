//! Losses: how much of a resource is missing now, its integral, and who has seen how much of it.

use super::{Base, Colour, Ledger};
use crate::kernel::time::Tick;

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

    pub(super) fn reset(&mut self) {
        (self.rate, self.acc, self.since) = (0, 0, 0);
    }

    pub(super) fn until(&self, now: Tick) -> u64 {
        self.acc + self.rate * (now - self.since)
    }
}

impl Ledger {
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

    /// The queue behind `watch` was admitted from, or became non-empty: what is lost counts from here.
    #[inline]
    pub fn seen(&mut self, watch: u32, now: Tick) {
        if self.lost && watch != u32::MAX && self.watch_at[watch as usize] != now {
            self.look(watch, now);
        }
    }

    fn look(&mut self, watch: u32, now: Tick) {
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

    /// `base + ΔΛ` into the scratch weights.
    pub(super) fn weigh(&mut self, at: usize, now: Tick, base: Base, watch: u32) {
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
}
