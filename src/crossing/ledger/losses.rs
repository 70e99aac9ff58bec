//! Losses: how much of a resource is missing now, its integral, and who has seen how much of it.

use super::{Base, Colour, Ledger, NO_PLACE};
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
    #[inline(always)]
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
        if rate > 0 {
            self.lose();
            self.activate(self.losses[loss as usize].colour);
        }
        let loss = &mut self.losses[loss as usize];
        loss.acc = loss.until(now);
        loss.since = now;
        loss.rate = u64::from(rate);
    }

    /// From now on something has been lost in this run.
    pub(super) fn lose(&mut self) {
        self.lost = true;
        self.activate(0);
    }

    /// From now on something may be booked on a colour.
    pub(super) fn activate(&mut self, colour: Colour) {
        if self.place[colour as usize] == NO_PLACE {
            let at = self.active.partition_point(|&c| c < colour);
            self.active.insert(at, colour);
            for (place, &colour) in self.active.iter().enumerate() {
                self.place[colour as usize] = place as u16;
            }
        }
    }

    /// `base + ΔΛ` into the scratch weights.
    pub(super) fn weigh(&mut self, at: usize, now: Tick, base: Base, watch: u32) {
        let late = match base {
            Base::Own => Some((&self.late, at)),
            Base::Left(point) => {
                (self.left_late_sum[point as usize] > 0).then_some((&self.left_late, point as usize))
            }
            Base::Of(other) => Some((&self.late, other as usize)),
        };
        if let Some((rows, row)) = late {
            let row = &rows[row * self.colours..(row + 1) * self.colours];
            for (weight, &colour) in self.weights.iter_mut().zip(&self.active) {
                *weight = row[colour as usize];
            }
        } else {
            self.weights[..self.active.len()].fill(0);
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
            let place = self.place[loss.colour as usize];
            if lost > 0 && place != NO_PLACE {
                self.weights[place as usize] += lost / loss.of;
            }
        }
    }
}
