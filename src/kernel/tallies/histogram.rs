//! A log-linear histogram of durations.

use crate::kernel::time::{NEVER, Tick};

/// Sub-buckets per power of two, as bits.
const SUB_BITS: u32 = 9;
const SUBS: u64 = 1 << SUB_BITS;
/// 48 bits of tick: exact below 2·512, then 512 buckets for each of the 38 remaining powers of two.
const BUCKETS: usize = (48 - SUB_BITS as usize + 1) * SUBS as usize;

/// Buckets that a search for a rank passes over at once.
const BLOCK: usize = 64;

/// A bucket is at most this share of its values wide (0.195 %).
pub const RELATIVE_WIDTH: f64 = 1.0 / SUBS as f64;

/// How often each duration was seen, to 0.2 %, over the whole range of [`Tick`].
///
/// Values below 1,024 ticks have a bucket each; above, every power of two has 512 buckets of equal width, so a quantile is off by at most
/// [`RELATIVE_WIDTH`] of itself, and by half of that when the values lie evenly. Count, sum, sum of squares, minimum and maximum are
/// exact integers.
///
/// # Observations that are not finished
///
/// Who is still inside when a run is cut off has waited *at least* so long. [`Histogram::record_at_least`] keeps those apart, and
/// [`Histogram::quantile_with_unresolved`] says whether they could move the answer. Leaving them out would make a policy look the
/// better the more travellers it
/// leaves standing.
///
/// Memory: 2 × 160 KiB of address space, of which only the pages of values that occur are ever touched. Nothing is allocated after
/// [`Histogram::new`].
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    resolved: Counts,
    unresolved: Counts,
}

#[derive(Debug, Clone)]
struct Counts {
    buckets: Box<[u64]>,
    count: u64,
    sum: u128,
    squares: u128,
    min: Tick,
    max: Tick,
}

/// An order statistic: the bucket it lies in, and its value by interpolation.
#[derive(Clone, Copy)]
struct Order {
    bucket: usize,
    value: f64,
}

#[inline]
fn bucket_of(value: Tick) -> usize {
    // `| SUBS` gives the first two groups, where a bucket is one tick, the same shift of 0.
    let shift = 63 - (value | SUBS).leading_zeros() - SUB_BITS;
    ((u64::from(shift) << SUB_BITS) + (value >> shift)) as usize
}

/// The least value of a bucket, and its width.
fn bounds_of(bucket: usize) -> (Tick, Tick) {
    let shift = (bucket as u64 >> SUB_BITS).saturating_sub(1);
    ((bucket as u64 - (shift << SUB_BITS)) << shift, 1 << shift)
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            buckets: vec![0; BUCKETS].into_boxed_slice(),
            count: 0,
            sum: 0,
            squares: 0,
            min: NEVER,
            max: 0,
        }
    }
}

impl Counts {
    #[inline]
    fn record(&mut self, value: Tick) {
        let value = value.min(NEVER);
        self.buckets[bucket_of(value)] += 1;
        self.count += 1;
        self.sum += u128::from(value);
        self.squares += u128::from(value) * u128::from(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    fn used(&self) -> std::ops::Range<usize> {
        if self.count == 0 { 0..0 } else { bucket_of(self.min)..bucket_of(self.max) + 1 }
    }

    fn merge(&mut self, other: &Self) {
        for bucket in other.used() {
            self.buckets[bucket] += other.buckets[bucket];
        }
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    fn reset(&mut self) {
        let used = self.used();
        self.buckets[used].fill(0);
        (self.count, self.sum, self.squares, self.min, self.max) = (0, 0, 0, NEVER, 0);
    }
}

impl Histogram {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finished observation. Values beyond [`NEVER`] count as [`NEVER`]. *O*(1).
    #[inline]
    pub fn record(&mut self, value: Tick) {
        self.resolved.record(value);
    }

    /// Adds an unfinished observation: known only to be `value` or more.
    #[inline]
    pub fn record_at_least(&mut self, value: Tick) {
        self.unresolved.record(value);
    }

    /// How many finished observations.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.resolved.count
    }

    /// How many unfinished observations.
    #[must_use]
    pub fn unresolved(&self) -> u64 {
        self.unresolved.count
    }

    /// Sum of the finished observations, exact.
    #[must_use]
    pub fn sum(&self) -> u128 {
        self.resolved.sum
    }

    /// Sum of the bounds of the unfinished observations, exact.
    #[must_use]
    pub fn sum_of_bounds(&self) -> u128 {
        self.unresolved.sum
    }

    /// Sum of the squares of the finished observations, exact.
    #[must_use]
    pub fn sum_of_squares(&self) -> u128 {
        self.resolved.squares
    }

    /// The least finished observation.
    #[must_use]
    pub fn min(&self) -> Option<Tick> {
        (self.resolved.count > 0).then_some(self.resolved.min)
    }

    /// The greatest finished observation.
    #[must_use]
    pub fn max(&self) -> Option<Tick> {
        (self.resolved.count > 0).then_some(self.resolved.max)
    }

    /// Mean of the finished observations, in ticks.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.resolved.count > 0).then(|| self.resolved.sum as f64 / self.resolved.count as f64)
    }

    /// Mean in ticks with the unfinished observations at their bounds: (a lower bound of) the mean of all, and whether it is only that.
    #[must_use]
    pub fn mean_with_unresolved(&self) -> Option<(f64, bool)> {
        let count = self.resolved.count + self.unresolved.count;
        let sum = self.resolved.sum + self.unresolved.sum;
        (count > 0).then(|| (sum as f64 / count as f64, self.unresolved.count > 0))
    }

    /// Sample variance (n − 1) of the finished observations, in ticks². The differences are taken in integers, so nothing cancels.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        let (n, sum) = (u128::from(self.resolved.count), self.resolved.sum);
        if n < 2 {
            return None;
        }
        // Σx² − (Σx)²/n with Σx = n·m + r, so that no product leaves 128 bits.
        let (m, r) = (sum / n, sum % n);
        let whole = self.resolved.squares - n * m * m - 2 * m * r;
        Some((whole as f64 - (r * r) as f64 / n as f64) / (n - 1) as f64)
    }

    /// The `q`-quantile of the finished observations (0 ≤ q ≤ 1; outside is taken as 0 or 1), `None` without any.
    ///
    /// Type 7 of R. Hyndman, Y. Fan (1996), as numpy and R have it: with h = (n − 1)·q, between the order statistics ⌊h⌋ and ⌊h⌋ + 1.
    /// An order statistic is found to its bucket, within which the observations are taken to lie evenly. *O*(buckets between
    /// minimum and quantile).
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<Tick> {
        let resolved = |rank| order(&[&self.resolved], 0, rank);
        interpolate(self.resolved.count, q, resolved).map(|(value, _)| value)
    }

    /// The `q`-quantile of *all* observations, finished or not, and whether it is only a lower bound.
    ///
    /// Unfinished observations stand at their bounds, which makes the quantile as small as it can be; were they all infinite it would
    /// be as large as it can be. When both lie in the same bucket the value is certain (`false`), otherwise the truth is that value or
    /// more (`true`), and whoever prints it writes ≥.
    ///
    /// `further` counts observations that were never recorded and of which nothing is known: they stand at 0. Usually 0.
    #[must_use]
    pub fn quantile_with_unresolved(&self, q: f64, further: u64) -> Option<(Tick, bool)> {
        if self.unresolved.count == 0 && further == 0 {
            return self.quantile(q).map(|value| (value, false));
        }
        let total = self.resolved.count + self.unresolved.count + further;
        let lowest = |rank| order(&[&self.resolved, &self.unresolved], further, rank);
        let (value, last) = interpolate(total, q, lowest)?;
        let certain = last.0 < self.resolved.count && order(&[&self.resolved], 0, last.0).bucket == last.1;
        Some((value, !certain))
    }

    /// Adds what another histogram has seen.
    pub fn merge(&mut self, other: &Self) {
        self.resolved.merge(&other.resolved);
        self.unresolved.merge(&other.unresolved);
    }

    /// Forgets everything. Only the range of buckets that was used is touched.
    pub fn reset(&mut self) {
        self.resolved.reset();
        self.unresolved.reset();
    }
}

/// The type-7 quantile, and the (rank, bucket) of the higher order statistic it rests on.
fn interpolate(count: u64, q: f64, order: impl Fn(u64) -> Order) -> Option<(Tick, (u64, usize))> {
    let last = count.checked_sub(1)?;
    let h = last as f64 * q.clamp(0.0, 1.0);
    // `as` sends a NaN to 0 and saturates.
    let rank = (h as u64).min(last);
    let below = order(rank);
    let fraction = h - rank as f64;
    if fraction > 0.0 && rank < last {
        let above = order(rank + 1);
        let value = below.value + fraction * (above.value - below.value);
        return Some(((value + 0.5) as Tick, (rank + 1, above.bucket)));
    }
    Some(((below.value + 0.5) as Tick, (rank, below.bucket)))
}

/// The order statistic of rank `rank` (from 0) of several counts taken together, after `zeros` observations of 0.
/// `rank` is below the number of observations.
fn order(parts: &[&Counts], zeros: u64, rank: u64) -> Order {
    let Some(rank) = rank.checked_sub(zeros) else { return Order { bucket: 0, value: 0.0 } };
    let count: u64 = parts.iter().map(|part| part.count).sum();
    let min = parts.iter().map(|part| part.min).min().unwrap_or(0);
    let max = parts.iter().map(|part| part.max).max().unwrap_or(0);
    // The ends are known exactly.
    if rank == 0 || rank + 1 >= count {
        let value = if rank == 0 { min } else { max };
        return Order { bucket: bucket_of(value), value: value as f64 };
    }
    let (mut next, end, mut before) = (bucket_of(min), bucket_of(max), 0);
    // Whole blocks first: the sum of a block is one sweep, and a replication asks for some hundred quantiles.
    while next + BLOCK <= end {
        let here: u64 = parts.iter().map(|part| part.buckets[next..next + BLOCK].iter().sum::<u64>()).sum();
        if rank < before + here {
            break;
        }
        before += here;
        next += BLOCK;
    }
    for bucket in next..end {
        let here: u64 = parts.iter().map(|part| part.buckets[bucket]).sum();
        if rank < before + here {
            return Order {
                bucket,
                value: within(bucket, rank - before, here).clamp(min as f64, max as f64),
            };
        }
        before += here;
    }
    let bucket = bucket_of(max);
    Order { bucket, value: within(bucket, rank - before, count - before).clamp(min as f64, max as f64) }
}

/// The value of the `nth` of `count` observations that lie evenly in a bucket.
fn within(bucket: usize, nth: u64, count: u64) -> f64 {
    let (least, width) = bounds_of(bucket);
    if width == 1 {
        return least as f64;
    }
    // A bucket of w ticks holds the values least ..= least + w − 1, centred on least + (w − 1)/2.
    least as f64 - 0.5 + width as f64 * (nth as f64 + 0.5) / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_tile_the_range() {
        let mut next = 0;
        for bucket in 0..BUCKETS {
            let (least, width) = bounds_of(bucket);
            assert_eq!(least, next);
            assert_eq!(bucket_of(least), bucket);
            assert_eq!(bucket_of(least + width - 1), bucket);
            assert!(width == 1 || (width as f64) <= RELATIVE_WIDTH * least as f64);
            next = least + width;
        }
        assert_eq!(next, NEVER + 1);
    }
}
