//! `[zone]`: what lies between the sides.

use super::Span;
use super::actions::{Passing, StripShared, StripSize};
use super::declare::section;
use super::forms::{Shelter, Tables};
use super::law::{Law, LawForm};
use super::numbers::Between;
use super::officers::Shift;
use super::post::Size;
use super::roster::Roster;
use super::selector::{Select, Selector};

section! {
    /// What lies between the sides; a full strip belongs to neither.
    pub struct Zone {
        /// Strips by name; the first that serves a traveller. `strips.bridge = { each_way = "20 trucks" }`.
        strips: Vec<Strip> = or(Tables<Strip>, Vec::new()),
    }
}

section! {
    /// A strip of road or path between the posts.
    pub struct Strip {
        /// The strip's name.
        name: String = own_name(),
        /// Who uses it. Default: everyone.
        serves("for"): Option<Selector> = may(Select),
        /// How much fits: `each_way = "20 trucks"`, `shared = "20 trucks"` (both directions together), or
        /// `length = "900 m"` (each way, times `lanes`).
        size: Size = flat(StripSize),
        /// Whether both directions share the places.
        shared: bool = flat(StripShared),
        /// How many lanes side by side, each way. A number; default 1.
        lanes: u32 = or(Between<1, 100>, 1),
        /// Whether one may pass another who cannot enter the post yet. Default: where there is more than one lane.
        passing: bool = flat(Passing),
        /// The way from end to end: a law. Default: no time.
        travel: Option<Law> = may(LawForm),
        /// When it is open. Default: always.
        open: Vec<Shift> = or(Roster, Vec::new()),
        /// `"indoors"`, `"roof"` or `"none"`. Default: not said.
        shelter: Option<String> = may(Shelter),
        /// Where it stands in the file.
        span: Span = here(),
    }
}
