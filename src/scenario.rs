//! What a user writes: TOML → a validated [`Scenario`].
//!
//! # From a file to a scenario
//!
//! [`load`] reads a file and what it extends ([`source`] is the only place that opens files), lays the variant upon its
//! base key by key, applies `--set` overrides, and reads the merged tree. Every value keeps the file and the bytes it
//! stands in, so that an error underlines the words it is about, whichever file said them. [`load_str`] does the same
//! with a text, for tests and for the browser.
//!
//! # One declaration for each key
//!
//! The sections of the grammar are declared once, each in the room of its subject ([`run`], [`traffic`], [`post`],
//! [`stage`], …): name, type, default, and a sentence with unit and example. From this one declaration (the macro
//! `section!`) come the type that other floors see, the reader and the JSON Schema ([`schema`]) that editors complete
//! from. Keys that are not declared are errors.
//!
//! # All errors at once
//!
//! Reading never stops: what is wrong adds to [`Diagnostics`] and a stand-in takes its place, so that the rest is still
//! looked at. Checks of the whole file come last (words that nothing declares, travellers whom nobody serves) and keep
//! silent about what is already in error. Other floors add to the same list with the [`Span`]s they find in the scenario
//! or ask of [`Document::span`].
//!
//! # Numbers and what they rest on
//!
//! Each number is noted with its path, unit, range, source and the side it describes ([`Input`]). Its path is also how a
//! study puts another number in its place: [`Document::with`] reads the same document again, without files.
//!
//! # Studies
//!
//! A study file ([`study`]) names a scenario and what is varied in it; it is read by the same means, and has a schema of
//! its own.
//!
//! # Two clocks
//!
//! Times stay as written ([`When`]); [`Clock`] turns them into ticks, each side by its own zone.

mod actions;
mod check;
pub mod clock;
mod declare;
mod demand;
pub mod diagnostics;
mod document;
pub mod equeue;
pub mod events;
mod forms;
pub mod inputs;
pub mod law;
mod layout;
mod numbers;
pub mod officers;
pub mod output;
pub mod post;
mod quantity;
mod read;
mod roster;
pub mod run;
mod schema;
pub mod selector;
mod sets;
mod shares;
mod sides;
pub mod source;
pub mod stage;
pub mod study;
pub mod traffic;
mod tree;
pub mod when;
pub mod zone;

pub use clock::Clock;
pub use diagnostics::{Diagnostic, Diagnostics, Place, Severity, Span};
pub use document::{Document, Loaded, Setting, load, load_str};
pub use equeue::{
    AtGate, Calls, Cancellation, EQueue, IfCalled, Mode, ModeKind, OffTime, Papers, Postponement, Slots,
    Strikes, Turns, Unused, UnusedSlots,
};
pub use events::{Basis, Event, EventTimes, Intervention, Policy, Value};
pub use inputs::{Evidence, Input};
pub use law::{Law, LawKind};
pub use officers::{Handover, Officers, Shift, Work};
pub use output::{Expect, Output, Reference, Staffing};
pub use post::{Full, Gate, Post, Road, Room, Side, Size, Step, TimeZone};
pub use quantity::duration_of;
pub use run::Run;
pub use schema::schema;
pub use selector::Selector;
pub use stage::{
    Aside, BoothGroup, Check, Choose, Lane, Preempts, Queue, Refer, Service, Share, Stage, Then, Victim,
};
pub use study::{LoadedStudy, StudyFile, load_study, study_schema};
pub use traffic::{Balk, Counts, Demand, Mix, Peak, RateStep, Traffic};
pub use when::When;
pub use zone::{Strip, Zone};

use crate::kernel::time::Tick;
use actions::BeginTables;
use declare::section;
use demand::TrafficTables;
use forms::{Fixed, List, Named, OneOrMore, Ranged, Tables, Text, Word};
use numbers::{Duration, Heads};
use selector::Select;
use sides::{SideCodes, SideTables, Sources, Version};

section! {
    /// A whole scenario: one file is one complete crossing.
    pub struct Scenario {
        /// The version of the grammar; every file begins `kordon = 1`.
        kordon: u32 = need(Version),
        /// What is simulated, in a line.
        name: String = need(Text),
        /// The question it is to answer.
        question: Option<String> = may(Text),
        /// What is not in the model, in words, one per entry.
        limits: Vec<String> = or(OneOrMore<Text>, Vec::new()),
        /// The two sides as ISO codes, in the order every output lists them: `["UA", "PL"]`. Neither is "home".
        sides: [String; 2] = need(SideCodes),
        /// What `--until-precision`, `compare` and `sweep` look at: `"UA>PL truck wait mean"`.
        headline: Option<String> = may(Text),
        /// The smallest difference of the headline that matters, e.g. `"5 min"`.
        matters: Option<Tick> = may(Fixed<Duration>),
        /// Where numbers are from: a key and the source in words.
        sources: Vec<(String, String)> = or(Sources, Vec::new()),
        /// Which stretch of time is simulated, and how often.
        run: Run = need(Run),
        /// What already waits at the start: `"UA.equeue.loaded" = "325 trucks"`.
        begin: Vec<Begin> = or(BeginTables, Vec::new()),
        /// Words that stand for any of several: `trusted = ["aeo", "t1"]`.
        categories: Vec<(String, Vec<String>)> = or(Named<OneOrMore<Word>>, Vec::new()),
        /// Who comes: streams (`[traffic.<name>]`) and fleets (`[fleet.<name>]`).
        traffic: Vec<Traffic> = flat(TrafficTables),
        /// The two sides: tables named by their codes.
        side: [Side; 2] = flat(SideTables),
        /// What lies between the sides.
        zone: Zone = or(Zone, Zone { strips: Vec::new() }),
        /// Policies: `[policy.<name>]`.
        policy: Vec<Policy> = or(Tables<Policy>, Vec::new()),
        /// What happens: `[[event]]`.
        event: Vec<Event> = or(List<Event>, Vec::new()),
        /// What is changed while the run goes on: `[[intervention]]`.
        intervention: Vec<Intervention> = or(List<Intervention>, Vec::new()),
        /// Agreed levels, against which delays are attributed.
        reference: Reference = or(Reference, Reference::default()),
        /// What is recorded beside the summary.
        output: Output = or(Output, Output::default()),
        /// Known answers with which a run of this file is compared: `[[expect]]`.
        expect: Vec<Expect> = or(List<Expect>, Vec::new()),
        /// Every number of the file, filled by the reader.
        inputs: Vec<Input> = fill(Vec::new()),
    }
}

section! {
    /// What already waits at the start.
    pub struct Begin short "is" {
        /// Where: a queue (`UA.equeue.loaded`), a road (`UA.exit.road`) or a stage (`UA.exit.customs`).
        place: String = own_name(),
        /// How many, e.g. `"325 trucks"`.
        count("is"): u32 = need(Ranged<Heads>),
        /// Of whom. Default: of those who may wait there.
        of("for"): Option<Selector> = may(Select),
        /// Where it stands in the file.
        span: Span = here(),
    }
}
