//! `[run]`: which stretch of time is simulated, how often, and what bounds it.

use super::declare::section;
use super::forms::{Fixed, Flag};
use super::numbers::{Between, Duration, Seed};
use super::read::Reader;
use super::tree::Node;
use super::when::{Start, When};
use super::{Span, Tick};

section! {
    /// Which stretch of time is simulated, and how often.
    pub struct Run then finish {
        /// When the run starts: a date and time in the first side's time zone (`"2025-06-11 10:00"`), or a
        /// weekday and time of a generic week (`"Mon 00:00"`; time zones must then be fixed offsets).
        start: When = need(Fixed<Start>),
        /// How long travellers are counted: whoever books or arrives within it belongs to the cohort.
        /// A duration, e.g. `"7 d"`; longer than `warmup`.
        length: Tick = need(Fixed<Duration>),
        /// How long the cohort is followed after `length` until everyone is out. A duration; default: as long as
        /// `length`. Who is not out then is reported, never dropped.
        follow: Tick = or(Fixed<Duration>, FOLLOW_AS_LONG_AS_LENGTH),
        /// Whoever appears before this is simulated but not counted. A duration; default `"0 s"`.
        warmup: Tick = or(Fixed<Duration>, 0),
        /// Only the first so many who appear after `warmup` are counted; the run ends when the last of them is out. A
        /// number; default: everybody who appears within `length`.
        travellers: Option<u32> = may(Fixed<Between<1, 1_000_000_000>>),
        /// How many independent replications. A number from 1 to 10 000 000; default 100.
        replications: u32 = or(Fixed<Between<1, 10_000_000>>, 100),
        /// The seed of all random draws. A number from 0 to 9223372036854775807; default 1.
        seed: u64 = or(Fixed<Seed>, 1),
        /// A replication with more travellers inside than this stops with an error. A number; default 1 000 000.
        max_inside: u32 = or(Fixed<Between<1, 4_000_000_000>>, 1_000_000),
        /// A replication with more events than this stops with an error. A number; default 2 000 000 000.
        max_events: u64 = or(Fixed<Seed>, 2_000_000_000),
        /// `true`: no traveller appears after `length`, so that the crossing drains. Default `false`: traffic goes on
        /// while the cohort is followed, as it does on a real road.
        drains("arrivals_stop"): bool = or(Flag, false),
        /// Where `[run]` stands in the file.
        span: Span = here(),
    }
}

/// Until the length is known.
const FOLLOW_AS_LONG_AS_LENGTH: Tick = Tick::MAX;

/// The clock of the simulation has that many ticks: 8.9 years.
pub const LONGEST: Tick = 1 << 48;

fn finish(run: &mut Run, node: &Node, cx: &mut Reader<'_>) {
    if run.follow == FOLLOW_AS_LONG_AS_LENGTH {
        run.follow = run.length;
    }
    cx.horizon = run.length.saturating_add(run.follow);
    let Some(length) = node.get("length").filter(|length| !cx.diags.has_error_at(length.span)) else {
        return;
    };
    if run.length <= run.warmup {
        let help = "write a longer `length`, or a shorter `warmup`";
        let at = node.get("warmup").map_or(length.span, |warmup| warmup.span);
        cx.error(at, "`length` is not longer than `warmup`", "nobody would be counted", help);
    }
    if cx.horizon >= LONGEST {
        let help = "`length` and `follow` together must stay below 8.9 years (2^48 microseconds)";
        cx.error(length.span, "the run is too long", "longer than the clock", help);
    }
}
