//! Moments as people write them: a date, a weekday, a time of day, or a time since the start.

use super::Tick;

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// `"2025-06-11 10:00"` or `"2025-06-11"` (then midnight), in the clock of the side it is about.
    Date {
        /// Date and time on the side's clock.
        date: jiff::civil::DateTime,
    },
    /// `"Fri 20:00"`: each week.
    Weekly {
        /// 0 = Monday … 6 = Sunday.
        weekday: u8,
        /// Minute of the day, 0..=1440.
        minute: u16,
    },
    /// `"08:00"`: each day.
    Daily {
        /// Minute of the day, 0..=1440.
        minute: u16,
    },
    /// `"90 min"`: since the start of the run.
    Since(
        /// Microseconds.
        Tick,
    ),
}
