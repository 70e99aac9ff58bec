//! `[<side>]`, `[<side>.exit]`, `[<side>.entry]`: a side and its posts.

use super::declare::{section, words};
use super::equeue::EQueue;
use super::forms::{Live, OneOrMore, Ranged, Shelter, Tables};
use super::layout::{StageList, StageTables};
use super::numbers::{Duration, Extent, HowMany};
use super::officers::{Handover, Officers};
use super::roster::Slots;
use super::sides::ZoneForm;
use super::stage::Stage;
use super::when::Day;
use super::{Span, Tick};

section! {
    /// One side of the border: its clock, its officers, its posts.
    pub struct Side {
        /// The side's ISO code.
        code: String = own_name(),
        /// Its clock: an IANA name (`"Europe/Kyiv"`) or a fixed offset (`"+02:00"`). Default UTC; required where the
        /// run starts on a date.
        time_zone: TimeZone = or(ZoneForm, TimeZone::Offset(0)),
        /// Holidays, on which every roster of this side is closed: `["2025-06-19"]`.
        closed: Vec<jiff::civil::Date> = or(OneOrMore<Day>, Vec::new()),
        /// The change of shift of every stage of this side that draws on no pool of officers.
        handover: Option<Handover> = may(Handover),
        /// Pools of officers: `officers.customs = { count = 11 }`.
        officers: Vec<Officers> = or(Tables<Officers>, Vec::new()),
        /// The virtual queue before its exit.
        equeue: Option<EQueue> = may(EQueue),
        /// The post where one leaves this side.
        exit: Option<Post> = may(Post),
        /// The post where one enters this side.
        entry: Option<Post> = may(Post),
        /// Where it stands in the file.
        span: Span = here(),
    }
}

section! {
    /// A post: the stages of one direction, in their order, and the room they share.
    pub struct Post {
        /// Where it stands in the file.
        span: Span = here(),
        /// The stages in their order; an inner list stands side by side: `["border_guard", ["customs", "sps"]]`.
        stages: Vec<Step> = need(StageList),
        /// How many are inside at once: `"60 trucks"`, `"900 m"`, `"300 persons"` or `"unlimited"`. Required.
        room: Room = need(Live<Room>),
        /// The approach road before it. Default: unlimited.
        road: Road = or(Road, Road::default()),
        /// Its stages: tables named as in `stages`.
        stage: Vec<Stage> = flat(StageTables),
        /// Admission to the post.
        gate: Option<Gate> = may(Gate),
    }
}

/// A step of a post: one stage, or several side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// One stage, by name.
    One(String),
    /// Several stages at the same time.
    SideBySide(Vec<String>),
}

section! {
    /// Room of a post.
    pub struct Room short "is" {
        /// How many are inside at once: `"60 trucks"`, `"900 m"`, `"300 persons"` or `"unlimited"`.
        size("is"): Size = need(Ranged<Extent>),
        /// `"indoors"`, `"roof"` or `"none"`. Default: not said.
        shelter: Option<String> = may(Shelter),
    }
}

/// How much fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Size {
    /// No limit.
    Unlimited,
    /// Vehicles or parties: `"60 trucks"`, `"20 places"`.
    Places(u32),
    /// Persons: `"300 persons"`; a party of four takes four.
    Persons(u32),
    /// Metres of road: `"900 m"`.
    Metres(f64),
}

section! {
    /// The approach road before a post.
    pub struct Road short "length" {
        /// How much fits: `"3 trucks"`, `"2 km"` or `"unlimited"`. Default unlimited.
        length: Size = or(Ranged<Extent>, Size::Unlimited),
        /// What happens to whom no room is left: `"turn away"` (default).
        full: Full = or(Full, Full::TurnAway),
        /// `"indoors"`, `"roof"` or `"none"`. Default: not said.
        shelter: Option<String> = may(Shelter),
    }
}

impl Default for Road {
    fn default() -> Self {
        Self { length: Size::Unlimited, full: Full::TurnAway, shelter: None }
    }
}

words! {
    /// What happens to whom a full road has no room for.
    pub enum Full {
        /// They are lost to this crossing, and counted.
        TurnAway = "turn away",
    }
}

section! {
    /// Admission in groups: before a post's room, or before a stage's booths.
    pub struct Gate {
        /// Opens when that many wait, and lets them in together. A number; default 1.
        group: u32 = or(HowMany, 1),
        /// Opens when that many places beyond are free, and lets in as many as fit. A number.
        when_free: Option<u32> = may(HowMany),
        /// Opens for fewer than `group` when the first has waited this long, e.g. `"30 s"`.
        wait_at_most: Option<Tick> = may(Duration),
        /// Opens at given times: `[{ at = "1 h", lets = 3 }]` or `{ every = "30 min", lets = 5, first = "0 min" }`.
        slots: Vec<(Tick, u32)> = or(Slots, Vec::new()),
    }
}

/// A side's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeZone {
    /// A name of the IANA data base, e.g. `Europe/Kyiv`.
    Iana(String),
    /// Seconds east of UTC.
    Offset(i32),
}
