//! The rate of a Poisson process over time, and its exact inversion.

use super::{ArrivalCursor, ArrivalError};
use crate::kernel::laws::standard_exponential;
use crate::kernel::random::Draw;
use crate::kernel::time::{NEVER, Tick, seconds};

const PER_TICK: f64 = 1e-6;

/// A piecewise-constant rate, over a period that repeats or over all time.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    segments: Box<[Segment]>,
    period: Option<Tick>,
    /// Expected arrivals in one period, or in all when there is none.
    per_period: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Segment {
    start: Tick,
    length: Tick,
    /// Arrivals per tick.
    rate: f64,
}

impl Segment {
    fn end(&self) -> Tick {
        self.start + self.length
    }

    /// Expected arrivals in the first `into` ticks.
    fn mass(&self, into: Tick) -> f64 {
        into as f64 * self.rate
    }
}

impl Profile {
    /// From steps (start in ticks, rate *per second* from there to the next step). With a period the steps repeat; without, the last
    /// rate holds for ever: end with a rate of 0 for a process that ends.
    ///
    /// # Errors
    ///
    /// No step; a first step not at 0; steps not ascending or beyond the period; a rate that is negative or not finite; a period of 0 or
    /// beyond [`NEVER`].
    pub fn from_steps(steps: Vec<(Tick, f64)>, period: Option<Tick>) -> Result<Self, ArrivalError> {
        if let Some(is) = period.filter(|&is| is == 0 || is >= NEVER) {
            return Err(ArrivalError::Period { is });
        }
        check_steps(&steps, period.unwrap_or(NEVER))?;
        Ok(Self::build(&steps, period))
    }

    /// The same rate, in arrivals per second, for ever.
    ///
    /// # Errors
    ///
    /// A rate that is negative or not finite.
    pub fn constant(rate: f64) -> Result<Self, ArrivalError> {
        Self::from_steps(vec![(0, rate)], None)
    }

    fn build(steps: &[(Tick, f64)], period: Option<Tick>) -> Self {
        let ends = steps.iter().skip(1).map(|step| step.0).chain([period.unwrap_or(NEVER)]);
        let segments: Box<[_]> = steps
            .iter()
            .zip(ends)
            .map(|(&(start, rate), end)| Segment { start, length: end - start, rate: rate * PER_TICK })
            .collect();
        let per_period = segments.iter().map(|segment| segment.mass(segment.length)).sum();
        Self { segments, period, per_period }
    }

    /// With `extra` more arrivals expected from `from` to `to`, spread evenly: a peak. In a periodic profile the peak returns every
    /// period, and may run over its end.
    ///
    /// # Errors
    ///
    /// An empty peak or one longer than the period; a number that is negative or not finite.
    pub fn with_extra(self, from: Tick, to: Tick, extra: f64) -> Result<Self, ArrivalError> {
        let longest = self.period.unwrap_or(NEVER);
        if to <= from || to - from > longest || (self.period.is_none() && to > NEVER) {
            return Err(ArrivalError::Pulse { from, to });
        }
        if !extra.is_finite() || extra < 0.0 {
            return Err(ArrivalError::Rate { at: from, is: extra });
        }
        let rate = extra / seconds(to - from);
        let (from, to) = (from % longest, from % longest + (to - from));
        if to <= longest {
            return Ok(self.raised(from, to, rate));
        }
        Ok(self.raised(from, longest, rate).raised(0, to - longest, rate))
    }

    /// With `rate` per second more from `from` to `to`, both within the period.
    fn raised(self, from: Tick, to: Tick, rate: f64) -> Self {
        let mut starts: Vec<_> = self.segments.iter().map(|segment| segment.start).collect();
        starts.extend([from, to]);
        starts.retain(|&start| start < self.period.unwrap_or(NEVER));
        starts.sort_unstable();
        starts.dedup();
        let raised = |at| self.rate_at(at) + if (from..to).contains(&at) { rate } else { 0.0 };
        let steps: Vec<_> = starts.into_iter().map(|start| (start, raised(start))).collect();
        Self::build(&steps, self.period)
    }

    /// This profile as seen by a clock whose tick 0 is this profile's `phase`: for a run that starts in the middle of the week.
    #[must_use]
    pub fn starting_at(self, phase: Tick) -> Self {
        let phase = self.period.map_or(phase.min(NEVER - 1), |period| phase % period);
        let mut starts: Vec<_> = match self.period {
            Some(period) => self.segments.iter().map(|s| (s.start + period - phase) % period).collect(),
            None => self.segments.iter().filter_map(|s| s.start.checked_sub(phase)).collect(),
        };
        starts.push(0);
        starts.sort_unstable();
        starts.dedup();
        let steps: Vec<_> = starts.into_iter().map(|start| (start, self.rate_at(start + phase))).collect();
        Self::build(&steps, self.period)
    }

    /// Other steps (start in ticks, rate per second; the first at 0) until `from`, this profile from there to `until`, and
    /// nobody afterwards. With as many expected before `from` as here, the k-th arrival is the same traveller.
    ///
    /// # Errors
    ///
    /// Steps that make no profile: see [`Profile::from_steps`].
    pub fn with_other_steps(
        &self,
        mut steps: Vec<(Tick, f64)>,
        from: Tick,
        until: Tick,
    ) -> Result<Self, ArrivalError> {
        let period = self.period.unwrap_or(NEVER);
        let periods = (0..).map(|k: Tick| k.saturating_mul(period)).take_while(|&start| start < until);
        let starts = periods.flat_map(|p| self.segments.iter().map(move |s| p.saturating_add(s.start)));
        let later = starts.filter(|&start| start > from && start < until);
        steps.extend([from].into_iter().chain(later).filter(|&s| s < until).map(|s| (s, self.rate_at(s))));
        steps.push((until.max(from), 0.0));
        Self::from_steps(steps, None)
    }

    /// The rate at `at`, per second.
    #[must_use]
    pub fn rate_at(&self, at: Tick) -> f64 {
        let at = self.period.map_or(at, |period| at % period);
        let after = self.segments.partition_point(|segment| segment.start <= at);
        self.segments[after.saturating_sub(1)].rate / PER_TICK
    }

    /// Is the rate the same at all times?
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.segments.windows(2).all(|pair| pair[0].rate == pair[1].rate)
    }

    /// The period after which the rate repeats, if it does.
    #[must_use]
    pub fn period(&self) -> Option<Tick> {
        self.period
    }

    /// The expected number of arrivals from `from` to `to`: Λ(to) − Λ(from); 0 when `to` is not later.
    #[must_use]
    pub fn mean_count(&self, from: Tick, to: Tick) -> f64 {
        (self.cumulated(to) - self.cumulated(from)).max(0.0)
    }

    /// Λ(at): the expected number of arrivals before `at`.
    #[must_use]
    pub fn cumulated(&self, at: Tick) -> f64 {
        let (periods, at) = self.period.map_or((0, at.min(NEVER)), |period| (at / period, at % period));
        let upto = self.segments.iter().take_while(|segment| segment.start < at);
        let within: f64 = upto.map(|segment| segment.mass(at.min(segment.end()) - segment.start)).sum();
        periods as f64 * self.per_period + within
    }

    /// The next arrival: the cursor moves on until Λ has grown by an exponential draw of mean 1.
    #[inline]
    pub(super) fn next(&self, cursor: &mut ArrivalCursor, draw: &mut Draw) -> Option<Tick> {
        let mut need = self.without_whole_periods(standard_exponential(draw), cursor);
        while cursor.base < NEVER {
            let segment = &self.segments[cursor.step];
            let left = ((segment.length - cursor.into) as f64 - cursor.fraction) * segment.rate;
            if need < left {
                advance(segment, need, cursor);
                let at = cursor.base + segment.start + cursor.into;
                return if at < NEVER { Some(at) } else { cursor.exhausted() };
            }
            need -= left;
            self.enter_next(cursor);
        }
        None
    }

    /// Jumps over as many periods as `need` fills, so that a rare source does not walk through each of them.
    #[inline]
    fn without_whole_periods(&self, need: f64, cursor: &mut ArrivalCursor) -> f64 {
        let Some(period) = self.period.filter(|_| need >= self.per_period) else { return need };
        // Dividing by 0 gives infinity, which the cast saturates: nobody ever comes.
        let periods = (need / self.per_period) as u64;
        cursor.base = cursor.base.saturating_add(period.saturating_mul(periods));
        (need - periods as f64 * self.per_period).max(0.0)
    }

    /// To the start of the next segment, of the next period, or to the end of time.
    #[inline]
    fn enter_next(&self, cursor: &mut ArrivalCursor) {
        (cursor.into, cursor.fraction) = (0, 0.0);
        cursor.step += 1;
        if cursor.step == self.segments.len() {
            cursor.step = 0;
            cursor.base = self.period.map_or(NEVER, |period| cursor.base.saturating_add(period));
        }
    }
}

/// Moves the cursor by `need` expected arrivals within a segment that has more than that left.
#[inline]
fn advance(segment: &Segment, need: f64, cursor: &mut ArrivalCursor) {
    let ahead = cursor.fraction + need / segment.rate;
    let ticks = ahead as u64;
    cursor.into += ticks;
    cursor.fraction = ahead - ticks as f64;
    if cursor.into >= segment.length {
        // Rounding at the very edge: the arrival still belongs to this segment.
        (cursor.into, cursor.fraction) = (segment.length - 1, 1.0 - f64::EPSILON);
    }
}

fn check_steps(steps: &[(Tick, f64)], end: Tick) -> Result<(), ArrivalError> {
    let &(first, _) = steps.first().ok_or(ArrivalError::Empty)?;
    if first != 0 {
        return Err(ArrivalError::FirstStep { at: first });
    }
    for &(at, is) in steps {
        if !is.is_finite() || is < 0.0 {
            return Err(ArrivalError::Rate { at, is });
        }
    }
    let starts = steps.iter().skip(1).map(|step| step.0);
    let mut before = 0;
    for at in starts {
        if at <= before || at >= end {
            return Err(ArrivalError::Order { at });
        }
        before = at;
    }
    Ok(())
}
