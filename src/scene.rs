//! Where everything stands at time t: a picture made of numbers, without a window.
//!
//! * [`Layout`] is generated from any plan: roads, posts, stages, booths, strips, in metres. It depends on what is built,
//!   not on rosters, levels or rules, so that it stays where it is when a policy changes.
//! * [`Picture`] is everything drawn at a time: vehicles and persons where they stand, lamps of the booths, boards with
//!   the number who wait elsewhere. It is a function of (plan, layout, trace, time) and reuses its memory.
//! * [`svg()`] draws one picture of the crossing as a file that opens anywhere.
//!
//! # What a picture must not say
//!
//! Only those who are present are drawn; who waits elsewhere is a number on a board, never a crowd. Lengths of roads,
//! lanes and strips are true, buildings are not. The two sides have hues of equal weight; colour says whose time a wait
//! is traced to, never who is good. A queue longer than the road drawn ends in a bar with a count.

pub mod layout;
pub mod picture;

mod paint;
mod svg;
mod svg_parts;

pub use layout::Layout;
pub use picture::{Figure, Lamp, LampState, Picture, Tint};
pub use svg::svg;
