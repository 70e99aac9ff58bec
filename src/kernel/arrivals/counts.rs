//! Given numbers of arrivals in given stretches: a table of counts.

use super::{ArrivalCursor, ArrivalError};
use crate::kernel::random::Draw;
use crate::kernel::time::{NEVER, Tick};

/// Exactly so many arrivals in each stretch, each at a uniformly random place in it: what a table of hourly counts says, and no more.
///
/// They are produced in ascending order without being stored: when m are left in what remains of a stretch, the next is the least of m
/// uniform places, at a share 1 − u^(1/m) of what remains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    stretches: Box<[Stretch]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    from: Tick,
    length: Tick,
    count: u64,
}

impl Counts {
    /// From rows (from, to, number), times in ticks. Stretches may leave time between them, in which nobody comes.
    ///
    /// # Errors
    ///
    /// An empty stretch, or stretches that overlap or are not ascending.
    pub fn from_rows(rows: &[(Tick, Tick, u64)]) -> Result<Self, ArrivalError> {
        let mut free = 0;
        let mut stretches = Vec::with_capacity(rows.len());
        for &(from, to, count) in rows {
            if from < free || to <= from || to > NEVER {
                return Err(ArrivalError::Order { at: from });
            }
            free = to;
            stretches.push(Stretch { from, length: to - from, count });
        }
        Ok(Self { stretches: stretches.into_boxed_slice() })
    }

    /// The expected number from `from` to `to`: whole stretches in full, others by the share that lies inside.
    #[must_use]
    pub fn mean_count(&self, from: Tick, to: Tick) -> f64 {
        let inside = |stretch: &Stretch| {
            let end = to.min(stretch.from + stretch.length);
            let overlap = end.saturating_sub(from.max(stretch.from));
            stretch.count as f64 * overlap as f64 / stretch.length as f64
        };
        self.stretches.iter().map(inside).sum()
    }

    #[inline]
    pub(super) fn next(&self, cursor: &mut ArrivalCursor, draw: &mut Draw) -> Option<Tick> {
        while let Some(stretch) = self.stretches.get(cursor.step) {
            let left = stretch.count - cursor.done;
            if left == 0 {
                *cursor = ArrivalCursor { step: cursor.step + 1, ..ArrivalCursor::default() };
                continue;
            }
            cursor.done += 1;
            advance(stretch, left, cursor, draw);
            return Some(stretch.from + cursor.into);
        }
        cursor.exhausted()
    }
}

#[inline]
fn advance(stretch: &Stretch, left: u64, cursor: &mut ArrivalCursor, draw: &mut Draw) {
    let remaining = (stretch.length - cursor.into) as f64 - cursor.fraction;
    let share = -libm::expm1(libm::log(draw.open_unit()) / left as f64);
    let ahead = cursor.fraction + remaining * share;
    let ticks = ahead as u64;
    cursor.into += ticks;
    cursor.fraction = ahead - ticks as f64;
    if cursor.into >= stretch.length {
        (cursor.into, cursor.fraction) = (stretch.length - 1, 1.0 - f64::EPSILON);
    }
}
