//! The time-weighted area under a level.

use crate::kernel::time::{Tick, seconds};

/// ∫ level dt of a level that changes in whole steps, in level · microseconds, exact.
///
/// Levels are numbers of something (waiting, busy, metres taken) and never negative; a level driven below 0 is a mistake that debug
/// builds stop at, and counts as 0 otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    area: u128,
    level: i64,
    most: i64,
    since: Tick,
}

impl Area {
    /// Level 0 at tick 0.
    #[must_use]
    pub const fn new() -> Self {
        Self { area: 0, level: 0, most: 0, since: 0 }
    }

    /// Changes the level by `delta` at `now`, which is not earlier than the last change.
    #[inline]
    pub fn change(&mut self, now: Tick, delta: i64) {
        self.advance(now);
        self.level += delta;
        debug_assert!(self.level >= 0, "a level below 0");
        self.most = self.most.max(self.level);
    }

    /// Sets the level at `now`.
    #[inline]
    pub fn set(&mut self, now: Tick, level: i64) {
        self.change(now, level - self.level);
    }

    #[inline]
    fn advance(&mut self, now: Tick) {
        self.area = self.area_until(now);
        self.since = now.max(self.since);
    }

    /// The area from tick 0 to `now`. An area over a window is the difference of two of these; a `now` before the last change gives the
    /// area up to that change.
    #[inline]
    #[must_use]
    pub fn area_until(&self, now: Tick) -> u128 {
        let elapsed = now.saturating_sub(self.since);
        self.area + u128::from(elapsed) * u128::from(self.level.max(0).unsigned_abs())
    }

    /// The level now.
    #[inline]
    #[must_use]
    pub fn level(&self) -> i64 {
        self.level
    }

    /// The highest level so far, for however short a time. After [`Area::forget_max`], since then.
    #[inline]
    #[must_use]
    pub fn max(&self) -> i64 {
        self.most
    }

    /// Starts the maximum anew from the present level, when a measured window begins.
    pub fn forget_max(&mut self) {
        self.most = self.level;
    }

    /// The mean level from `from` to `to`, given the area at `from`; 0 for an empty span.
    #[must_use]
    pub fn mean_since(&self, from: Tick, area_at_from: u128, to: Tick) -> f64 {
        if to <= from {
            return 0.0;
        }
        let area = self.area_until(to).saturating_sub(area_at_from);
        area as f64 / 1e6 / seconds(to - from)
    }

    /// Level 0 at tick 0 again.
    pub fn reset(&mut self) {
        *self = Self::new();
    }
}
