//! Constant gaps that depend on the time of day.

use super::{ArrivalCursor, ArrivalError};
use crate::kernel::time::{NEVER, Tick};

/// After an arrival the next follows after the gap in force *at the time at which the gap starts*: "every half hour in the morning,
/// every quarter over lunch". A gap that started is not shortened when the next step begins; where that is not meant, a
/// [`Profile`](super::Profile) is.
///
/// The first arrival comes one gap after tick 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CyclicGaps {
    /// (start within the period, gap), ascending, the first at 0.
    steps: Box<[(Tick, Tick)]>,
    period: Tick,
    phase: Tick,
}

impl CyclicGaps {
    /// From steps (start within the period, gap), all in ticks.
    ///
    /// # Errors
    ///
    /// No step; a first step not at 0; steps not ascending or beyond the period; a gap of 0; a period of 0 or beyond [`NEVER`].
    pub fn from_steps(steps: Vec<(Tick, Tick)>, period: Tick) -> Result<Self, ArrivalError> {
        if period == 0 || period >= NEVER {
            return Err(ArrivalError::Period { is: period });
        }
        let &(first, _) = steps.first().ok_or(ArrivalError::Empty)?;
        if first != 0 {
            return Err(ArrivalError::FirstStep { at: first });
        }
        if let Some(&(at, _)) = steps.iter().find(|step| step.1 == 0) {
            return Err(ArrivalError::Gap { at });
        }
        let out_of_order = steps.windows(2).find(|pair| pair[1].0 <= pair[0].0 || pair[1].0 >= period);
        if let Some(&[_, (at, _)]) = out_of_order {
            return Err(ArrivalError::Order { at });
        }
        Ok(Self { steps: steps.into_boxed_slice(), period, phase: 0 })
    }

    /// The same gaps as seen by a clock whose tick 0 is this process's `phase`.
    #[must_use]
    pub fn starting_at(self, phase: Tick) -> Self {
        let phase = (self.phase + phase % self.period) % self.period;
        Self { phase, ..self }
    }

    /// The gap that starts at `at`.
    #[must_use]
    pub fn gap_at(&self, at: Tick) -> Tick {
        let time = (at % self.period + self.phase) % self.period;
        let after = self.steps.partition_point(|step| step.0 <= time);
        self.steps[after.saturating_sub(1)].1
    }

    #[inline]
    pub(super) fn next(&self, cursor: &mut ArrivalCursor) -> Option<Tick> {
        cursor.base = cursor.base.saturating_add(self.gap_at(cursor.base));
        (cursor.base < NEVER).then_some(cursor.base)
    }
}
