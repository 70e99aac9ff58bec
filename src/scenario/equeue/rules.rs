//! What drivers and the service may do with a booking: postpone it, cancel it, miss it, come without papers; and in
//! which mode the service works.

use serde_json::Value;

use crate::scenario::declare::{section, words};
use crate::scenario::forms::{Flag, OneOrMore, Text};
use crate::scenario::law::{Law, LawForm};
use crate::scenario::numbers::{Between, Duration, Number, Percent};
use crate::scenario::read::{Form, Reader};
use crate::scenario::schema::{self, Defs};
use crate::scenario::selector::{Select, Selector};
use crate::scenario::sets;
use crate::scenario::tree::Node;
use crate::scenario::when::{Moment, Until, When};
use crate::scenario::{Span, Tick};

const HOUR: Tick = 3_600_000_000;
const DAY: Tick = 24 * HOUR;

section! {
    /// Who puts off a call: whoever does is passed by and called again when the time chosen has passed.
    pub struct Postponement {
        /// The share that would rather come later when its turn comes, e.g. `"10 %"`.
        share: f64 = need(Percent),
        /// By how long, each as likely. Default `["4 h", "6 h", "8 h", "10 h"]`.
        by: Vec<Tick> = or(OneOrMore<Duration>, vec![4 * HOUR, 6 * HOUR, 8 * HOUR, 10 * HOUR]),
        /// A vehicle may do so once in this time, and once for a booking. Default `"60 d"`.
        once_in: Tick = or(Duration, 60 * DAY),
    }
}

section! {
    /// What becomes of a vehicle that was called and did not come, time after time. Needs a fleet: only vehicles that
    /// return can be told from others.
    pub struct Strikes {
        /// After how many calls missed in a row. Default 2.
        after: u32 = or(Between<1, 100>, 2),
        /// So long it cannot book. Default `"14 d"`.
        ban: Tick = or(Duration, 14 * DAY),
    }
}

section! {
    /// Bookings that are given up before they are called.
    pub struct Cancellation {
        /// Of whom. Default: of everybody whom no entry before fits.
        of("for"): Option<Selector> = may(Select),
        /// The share of bookings, e.g. `"28 %"`.
        share: f64 = need(Percent),
        /// How long after the booking: a law.
        after: Law = need(LawForm),
        /// Whether whoever is called before that `"comes"`, or `"stays away"` (default: it was a speculative booking).
        if_called: IfCalled = or(IfCalled, IfCalled::StaysAway),
    }
}

words! {
    /// What somebody does who would have cancelled, and is called before.
    pub enum IfCalled {
        /// It was a speculative booking: the call is missed.
        StaysAway = "stays away",
        /// It comes.
        Comes = "comes",
    }
}

section! {
    /// Papers without which nobody is let in: a customs declaration, an SPS certificate, an exit permission.
    pub struct Papers {
        /// Who needs them. Default: everybody.
        of("for"): Option<Selector> = may(Select),
        /// The share that has not got them at booking, e.g. `"15 %"`.
        missing: f64 = need(Percent),
        /// When they are there, since the booking: a law.
        ready_after: Law = need(LawForm),
        /// Whether the queue sees it: then whoever lacks them is passed over and told why; else it is found at the gate.
        /// Default `false`.
        integrated: bool = or(Flag, false),
        /// What is done at the gate with somebody who lacks them. Default `"held"`.
        at_gate: AtGate = or(AtGate, AtGate::Held),
        /// The agency that is late with them, e.g. `"UA customs"`. Default: the carrier.
        agency: Option<String> = may(Text),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

words! {
    /// What is done at the gate with somebody who lacks papers.
    pub enum AtGate {
        /// It stands there, and keeps its place, until they are there.
        Held = "held",
        /// Its place is given to another, and it leaves.
        SentAway = "sent away",
    }
}

section! {
    /// Places at the gate reserved for a stretch of time, given out at booking.
    pub struct Slots {
        /// Who may reserve one, e.g. `"trusted"`; the others of the queue are called as always.
        of("for"): Selector = need(Select),
        /// How many an hour. A number.
        per_hour: f64 = need(Number),
        /// Length of a window, the first from the start of the run. Default `"1 h"`.
        window: Tick = or(Duration, HOUR),
        /// A slot begins at the earliest so long after the booking. Default `"0 s"`.
        lead: Tick = or(Duration, 0),
        /// Who comes before its window: `{ share = "20 %", by = "30 min" }`; it waits at the gate. Default: nobody.
        early: Option<OffTime> = may(OffTime),
        /// Who comes after its window, and then books like everybody else. Default: nobody.
        late: Option<OffTime> = may(OffTime),
        /// How many more are given out than there are places, e.g. `"10 %"`. Default `"0 %"`.
        overbooked: f64 = or(Percent, 0.0),
        /// What becomes of slots that nobody has reserved. Default `"released"`.
        unused: UnusedSlots = or(UnusedSlots, UnusedSlots::Released),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

impl Slots {
    /// Places of a window, rounded down.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, never negative")]
    pub fn places(&self) -> u32 {
        (self.per_hour * crate::kernel::time::seconds(self.window) / 3600.0 + 1e-9) as u32
    }
}

section! {
    /// Who does not come in its window.
    pub struct OffTime {
        /// The share, e.g. `"10 %"`.
        share: f64 = need(Percent),
        /// By how long: a law.
        by: Law = need(LawForm),
    }
}

words! {
    /// What becomes of slots that nobody has reserved.
    pub enum UnusedSlots {
        /// Their places are given to the calls of the queue.
        Released = "released",
        /// Their places stay empty while the window lasts.
        Lost = "lost",
    }
}

section! {
    /// A stretch of time in which the service works otherwise, or not at all.
    pub struct Mode {
        /// How: `"paused"`, `"read only"`, `"outage"`, `"off"`, `"rules unenforced"` or `"decaying"`.
        mode: ModeKind = need(ModeKind),
        /// Which queues, by name. Default: all.
        queues: Vec<String> = or(OneOrMore<Text>, Vec::new()),
        /// From when. Default: from the start.
        from: Option<When> = may(Moment),
        /// Until when. Default: to the end.
        until: Option<When> = may(Until),
        /// While rules are unenforced, the share that is let in ahead of all. Default `"0 %"`.
        jumping: f64 = or(Percent, 0.0),
        /// While it decays, the share that still books at its end; everybody does at its beginning. Default `"0 %"`.
        compliance: f64 = or(Percent, 0.0),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

words! {
    /// How the service works.
    pub enum ModeKind {
        /// Nobody is called; one can book.
        Paused = "paused",
        /// Nobody can book; those who have booked are called. Whoever wants to book does so when it is over.
        ReadOnly = "read only",
        /// Neither books nor is called; whoever wants to book does so when it is over.
        Outage = "outage",
        /// There is no virtual queue: everybody drives up and waits on the road, those too who had booked.
        Off = "off",
        /// No strikes are counted, everybody may postpone at every call, and some are let in ahead of all.
        Unenforced = "rules unenforced",
        /// Fewer and fewer book: the others drive up and wait on the road.
        Decaying = "decaying",
    }
}

/// What a policy can put in force: the key of `[<side>.equeue]`, and whether the name of one of its tables follows.
const RULES: [(&str, bool); 6] = [
    ("first", false),
    ("turns", true),
    ("postponement", false),
    ("strikes", false),
    ("papers", true),
    ("slots", false),
];

/// `"UA.equeue.turns.loaded"`: a rule of a virtual queue, as policies name it.
#[derive(Debug)]
pub(crate) struct RulePath;

impl Form for RulePath {
    type Out = String;
    fn read<'d>(node: &'d Node, cx: &mut Reader<'d>) -> String {
        let path = Text::read(node, cx);
        if path.is_empty() {
            return path;
        }
        let parts: Vec<&str> = path.split('.').collect();
        let fits = match parts[..] {
            [side, "equeue", key] => is_side(side, cx) && RULES.contains(&(key, false)),
            [side, "equeue", key, _] => is_side(side, cx) && RULES.contains(&(key, true)),
            _ => false,
        };
        if !fits {
            let rule = |(key, named)| format!("UA.equeue.{key}{}", if named { ".<name>" } else { "" });
            let help = format!("rules are: {}", RULES.map(rule).join(", "));
            cx.error(node.span, &format!("`{path}` is not a rule"), "no rule of a virtual queue", &help);
        } else if let Err((label, help)) = sets::find(cx.root, &path) {
            cx.error(node.span, &format!("`{path}` leads nowhere"), &label, &help);
        }
        path
    }
    fn stand_in() -> String {
        String::new()
    }
    fn schema(_: &mut Defs) -> Value {
        schema::text()
    }
}

fn is_side(code: &str, cx: &Reader<'_>) -> bool {
    cx.sides.iter().any(|side| side == code)
}
