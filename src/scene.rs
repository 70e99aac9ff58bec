//! Where everything stands at time t: a picture made of numbers, without a window.
//!
//! # For whoever draws
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use kordon::kernel::time::HOUR;
//! use kordon::scene::{ColourBy, Film, Look, Picture};
//! # let loaded = kordon::scenario::load(std::path::Path::new("scenarios/hello.toml"), &[]).map_err(|e| e.render(false))?;
//! # let clock = kordon::scenario::Clock::new(&loaded.scenario.run, &loaded.scenario.side)?;
//! # let plan = kordon::crossing::compile(&loaded.scenario, &clock, loaded.document.diagnostics()).map_err(|e| e.render(false))?;
//! let trace = kordon::trace::record(&plan, 1, 0)?;    // one run, with everything that happened
//! let film = Film::new(&plan, &trace);                // once for each run; owns what it needs
//! let mut picture = Picture::new();                   // kept from frame to frame: no allocation after the first
//! picture.draw(&film, 20 * HOUR, Look { colour: ColourBy::Waited });
//! for figure in &picture.figures {
//!     let _ = (figure.x, figure.y, figure.length, figure.heading, figure.paint);
//! }
//! # Ok(()) }
//! ```
//!
//! * [`Layout`] is generated from any plan: roads, posts, stages, booths, strips, in metres. It depends on what is built,
//!   not on rosters, levels or rules, so that it stays where it is when a policy changes.
//! * [`Film`] is one run ready to be drawn at any time: [tracks](Track), [stays](Stay) on them, what each stay was for,
//!   lamps, [kinds](Kinds) of travellers with their legends, [`Hours`] waited. Drawing a time needs no time before it:
//!   a seek is a drawing. [`Film::journey`] is one traveller's way.
//! * [`Picture`] is everything drawn at a time: [figures](Figure) where they stand, [lamps](Lamp) of the booths, those
//!   [beyond](Beyond) what is drawn, and who waits [where and what for](Standing), both directions, those elsewhere
//!   included. [`Look`] says what is asked of it.
//! * [`Timeline`] has what happens when: shift changes, outages, spill-backs, thresholds, bookmarks; [`Playhead`] is where
//!   one stands in it, and takes [`Command`]s from buttons, [keys](Key) and tests alike.
//! * [`svg()`] draws one picture of the crossing as a file that opens anywhere.
//!
//! # What a picture must not say
//!
//! Only those who are present are drawn; who waits elsewhere is a number on a board, never a crowd. Lengths of roads,
//! lanes and strips are true, buildings are not. The two sides have hues of equal weight; colour says whose time a wait
//! is traced to, never who is good. A queue longer than the road drawn ends in a bar with a count.

pub mod colour;
pub mod layout;

mod film;
mod hours;
mod lamps;
mod paint;
mod picture;
mod playhead;
mod stays;
mod svg;
mod svg_parts;
mod timeline;
mod tracks;

pub use colour::{CAUSES, Cause, ColourBy, Kinds, Meaning, Pattern, Swatch, Tint};
pub use film::{Film, MOVE, Who};
pub use hours::{Hours, Waiting};
pub use lamps::{LampChanges, LampState};
pub use layout::Layout;
pub use picture::{Beyond, Figure, Lamp, Look, Picture, Standing};
pub use playhead::{Command, KEYS, Key, Playhead, SPEEDS};
pub use stays::{Part, Stay};
pub use svg::svg;
pub use timeline::{About, Bookmark, Mark, MarkKind, PACE_EVERY, Timeline};
pub use tracks::{GROUNDS, Ground, Manner, Track};
