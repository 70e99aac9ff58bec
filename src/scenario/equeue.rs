//! `[<side>.equeue]`: the virtual queue in which one waits elsewhere until called.

mod check;
mod rules;
mod turns;

pub(crate) use rules::RulePath;
pub use rules::{
    AtGate, Cancellation, IfCalled, Mode, ModeKind, OffTime, Papers, Postponement, Slots, Strikes,
    UnusedSlots,
};
pub use turns::{Turns, Unused};

use check::check;

use super::declare::section;
use super::forms::{Named, OneOrMore};
use super::law::{Law, LawForm};
use super::layout::PostPath;
use super::numbers::{Duration, HowMany, Percent};
use super::selector::{Select, Selector};
use super::{Span, Tick};

section! {
    /// A virtual queue: whoever books waits elsewhere until called to the gate.
    pub struct EQueue then check {
        /// The queues and whom they hold; the first that fits. `queues = { loaded = "loaded", empty = "empty" }`.
        queues: Vec<(String, Selector)> = need(Named<Select>),
        /// Who is called before everybody else of every queue of this side, e.g. `"defence"`. Default: nobody.
        first: Option<Selector> = may(Select),
        /// Who is called when, by the queue's name: `turns.loaded = { "perishable trusted" = 1, "perishable" = 1,
        /// "trusted" = 1, "truck" = 5 }`; of the kinds the first that fits. Default: in order of booking.
        turns: Vec<(String, Turns)> = or(Named<Turns>, Vec::new()),
        /// Who puts off a call. Default: nobody.
        postponement: Option<Postponement> = may(Postponement),
        /// What becomes of vehicles of a fleet that miss calls. Default: nothing.
        strikes: Option<Strikes> = may(Strikes),
        /// Bookings that are given up before they are called; the first that fits: `[{ for = "empty", share = "40 %",
        /// after = { exponential = "20 h" } }]`. Default: none.
        cancellations: Vec<Cancellation> = or(OneOrMore<Cancellation>, Vec::new()),
        /// Papers without which nobody is let in, by name: `papers.customs = { missing = "15 %", ready_after = "6 h" }`.
        /// Default: everybody is ready.
        papers: Vec<(String, Papers)> = or(Named<Papers>, Vec::new()),
        /// Places at the gate reserved for a stretch of time: `slots = { for = "trusted", per_hour = 4 }`. Default: none.
        slots: Option<Slots> = may(Slots),
        /// When the service works otherwise: `[{ mode = "paused", from = "Fri 20:00", until = "Sat 06:00" }]`.
        modes: Vec<Mode> = or(OneOrMore<Mode>, Vec::new()),
        /// How and when one is called.
        calls: Calls = or(Calls, Calls::default()),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// How and when one is called.
    pub struct Calls {
        /// The post for whose room one is called, e.g. `"UA.exit"`: while places promised and taken are fewer than
        /// its room. Default: called at once.
        while_room_in: Option<String> = may(PostPath),
        /// How many more may be called than there is room. A number; default 0.
        ahead: u32 = or(HowMany, 0),
        /// How many of each queue may be called and not yet through that post, by the queue's name:
        /// `places = { loaded = "60 trucks" }`. Default: as many as there is room.
        places: Vec<(String, u32)> = or(Named<HowMany>, Vec::new()),
        /// The way from where one waits to the gate: a law. Default: no time.
        travel: Option<Law> = may(LawForm),
        /// The share that does not come, e.g. `"5 %"`. Default `"0 %"`.
        no_show: f64 = or(Percent, 0.0),
        /// Whoever has not come by then loses the call, e.g. `"400 min"`. Default: no limit.
        show_up_within: Option<Tick> = may(Duration),
        /// The time per vehicle behind the displayed wait, e.g. `"4 min"`. Default `"0 s"`: from the last calls.
        headway: Tick = or(Duration, 0),
    }
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            while_room_in: None,
            ahead: 0,
            places: Vec::new(),
            travel: None,
            no_show: 0.0,
            show_up_within: None,
            headway: 0,
        }
    }
}
