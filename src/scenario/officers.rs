//! Officers: pools, rosters, hand-overs.

use super::declare::{section, words};
use super::forms::{Live, OneOrMore, Ranged};
use super::numbers::{Duration, HowMany};
use super::read::Reader;
use super::roster::{LevelKeys, Roster, is_never_open, most};
use super::sides::Agency;
use super::tree::Node;
use super::when::{Moment, TimeOfDay, When};
use super::{Span, Tick};

words! {
    /// What happens to work under way when an officer goes.
    pub enum Work {
        /// The officer finishes it first.
        Finish = "finish",
        /// It stops and is taken up again when an officer is there.
        Interrupt = "interrupt",
        /// The next officer takes it over.
        HandOver = "hand over",
    }
}

section! {
    /// A change of shift that costs time.
    pub struct Handover {
        /// Times of the local day at which it begins, e.g. `["07:00", "19:00"]`.
        at: Vec<u16> = need(OneOrMore<TimeOfDay>),
        /// How long nobody begins anything new, e.g. `"30 min"`.
        lasts: Tick = need(Ranged<Duration>),
        /// What happens to work under way: `"finish"` (default), `"interrupt"` or `"hand over"`.
        work: Work = or(Work, Work::Finish),
    }
}

section! {
    /// A pool of officers on whom stages draw.
    pub struct Officers short "count" then finish {
        /// The pool's name: the last part of `officers.<name>`.
        name: String = own_name(),
        /// Whose officers they are, e.g. `"UA customs"`. Default: the agencies of the stages that draw on them.
        agency: Option<String> = may(Agency),
        /// How many there are at most. A number, e.g. `11`.
        count: u32 = need(Live<Ranged<HowMany>>),
        /// The roster: when how many are there. Default: all, always.
        open: Vec<Shift> = or(Roster, Vec::new()),
        /// Their change of shift.
        handover: Option<Handover> = may(Handover),
        /// What happens to work under way when the roster drops: `"finish"` (default), `"interrupt"`, `"hand over"`.
        when_closed("work"): Work = or(Work, Work::Finish),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// A line of a roster.
    pub struct Shift {
        /// Beginning: `"08:00"` (each day), `"Mon 08:00"` (each week) or a date.
        from: When = need(Moment),
        /// End, in the same form; before `from` means over midnight (or over Sunday).
        to: When = need(Moment),
        /// How many booths or officers (`booths` or `count`). A number; default: all.
        level: Option<u32> = flat(LevelKeys),
    }
}

fn finish(pool: &mut Officers, _: &Node, cx: &mut Reader<'_>) {
    if cx.diags.has_error_at(pool.span) {
        return;
    }
    let path = cx.path();
    if pool.count == 0 || is_never_open(&pool.open) {
        let help = "remove the pool, or give it officers";
        cx.error(pool.span, "a pool without officers", "nobody is ever there", help);
    } else if most(&pool.open) > pool.count {
        let label = format!("its roster has {}, `count` is {}", most(&pool.open), pool.count);
        let help = format!("raise {path}.count, or lower the roster");
        cx.error(pool.span, "more officers on the roster than there are", &label, &help);
    }
}
