//! The clock: integer microseconds since the start of the run.
//!
//! # Why integers
//!
//! A sum of floating-point durations depends on the order of the additions, and two events that should coincide (a service that ends
//! with the shift) differ in the last bit. Integer ticks compare exactly, so ties are ties, and the parts of a traveller's time sum to
//! the whole without a tolerance.
//!
//! # Why 48 bits
//!
//! A [`Tick`] fits in 48 bits so that [`Calendar`](super::Calendar) can pack a tick and a slot into one word. That is 8.9 years;
//! [`MAX_RUN`] is what a scenario may ask for, and is checked where files are read. Beyond lies [`NEVER`].

/// An instant, in microseconds since the start of the run; also a duration in microseconds. Always at most [`NEVER`].
pub type Tick = u64;

/// One microsecond, the smallest difference there is.
pub const MICROSECOND: Tick = 1;
/// One millisecond in ticks.
pub const MILLISECOND: Tick = 1_000;
/// One second in ticks.
pub const SECOND: Tick = 1_000_000;
/// One minute in ticks.
pub const MINUTE: Tick = 60 * SECOND;
/// One hour in ticks.
pub const HOUR: Tick = 60 * MINUTE;
/// One day of 24 hours in ticks. Days of 23 or 25 hours belong to a side's own time zone, not to the clock.
pub const DAY: Tick = 24 * HOUR;
/// One week of seven days in ticks.
pub const WEEK: Tick = 7 * DAY;

/// Later than everything: what is scheduled here does not happen.
pub const NEVER: Tick = (1 << 48) - 1;

/// The longest run that may be asked for: 3,250 days, 8.9 years.
pub const MAX_RUN: Tick = 3_250 * DAY;

const TICKS_PER_SECOND: f64 = 1e6;
const LATEST: f64 = NEVER as f64;
const TWO_TO_52: f64 = (1_u64 << 52) as f64;

/// Seconds to ticks, rounded to the nearest microsecond (an exact half to the even one).
///
/// Never fails: negative values and NaN give 0, anything beyond [`NEVER`] gives [`NEVER`].
#[inline]
#[must_use]
pub fn ticks_from_seconds(seconds: f64) -> Tick {
    let micros = seconds * TICKS_PER_SECOND;
    // Written as comparisons, each is one instruction, and a NaN fails the first and becomes 0.
    let micros = if micros > 0.0 { micros } else { 0.0 };
    let micros = if micros < LATEST { micros } else { LATEST };
    // Next to 2⁵² a float has no room for fractions: the addition rounds, and the low bits are the integer. A cast would be exact
    // too, but checks
    // its range a second time, in the hottest line of the program.
    (micros + TWO_TO_52).to_bits() - TWO_TO_52.to_bits()
}

/// Ticks to seconds, for people and for laws. Exact up to 2⁵³ microseconds, hence for every [`Tick`], but for the final division.
#[inline]
#[must_use]
pub fn seconds(ticks: Tick) -> f64 {
    ticks as f64 / TICKS_PER_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_and_saturation() {
        assert_eq!(ticks_from_seconds(1.0), SECOND);
        assert_eq!(ticks_from_seconds(0.000_000_4), 0);
        assert_eq!(ticks_from_seconds(0.000_000_6), 1);
        assert_eq!(ticks_from_seconds(-3.0), 0);
        assert_eq!(ticks_from_seconds(f64::NAN), 0);
        assert_eq!(ticks_from_seconds(f64::NEG_INFINITY), 0);
        assert_eq!(ticks_from_seconds(f64::INFINITY), NEVER);
        assert_eq!(ticks_from_seconds(1e300), NEVER);
        assert_eq!(ticks_from_seconds(seconds(NEVER)), NEVER);
        assert_eq!(ticks_from_seconds(-0.0), 0);
        const { assert!(MAX_RUN < NEVER) };
    }

    #[test]
    fn there_and_back() {
        for ticks in [0, 1, 999_999, SECOND, 7 * DAY + 1, MAX_RUN] {
            assert_eq!(ticks_from_seconds(seconds(ticks)), ticks);
        }
    }
}
