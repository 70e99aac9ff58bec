//! A replay: one run as one page that opens anywhere, without a network and without installing anything.
//!
//! The page is made of `assets/replay/`: a frame, a style sheet and scripts, with the run as data. The scripts show what
//! [`scene`](crate::scene) says: the same tracks, stays, lamps, marks, speeds and keys; where a vehicle stands is
//! worked out there by the same rule as in [`Film`] (a test compares the two).

mod encode;
mod frame;

use base64::Engine as _;

use crate::kernel::time::Tick;
use crate::report::messages::Messages;
use crate::scene::{Film, Timeline};
use crate::study::Case;
use crate::trace::Trace;

/// What a page shows, and where this run stands among others.
#[derive(Debug, Clone, Copy)]
pub struct Replay<'a> {
    /// The scenario.
    pub case: &'a Case,
    /// The run.
    pub trace: &'a Trace,
    /// The run as a film.
    pub film: &'a Film,
    /// The times shown.
    pub timeline: &'a Timeline,
    /// Among how many; none when only this one was simulated.
    pub standing: Option<&'a Standing>,
}

/// Where a run stands among the replications of its scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Replications.
    pub runs: u64,
    /// The number they are compared by.
    pub headline: String,
    /// Its value in this run, in words.
    pub value: String,
    /// Share of them in which it is less, in whole per cent.
    pub worse_than: u32,
}

/// A page that is larger is too large for many mail servers, in bytes.
pub const LARGE: usize = 2_000_000;

/// The scripts, in the order in which they are read.
const SCRIPTS: [&str; 5] = [
    include_str!("../../assets/replay/film.js"),
    include_str!("../../assets/replay/playhead.js"),
    include_str!("../../assets/replay/plan.js"),
    include_str!("../../assets/replay/panels.js"),
    include_str!("../../assets/replay/page.js"),
];
const STYLE: &str = include_str!("../../assets/replay/page.css");
const FRAME: &str = include_str!("../../assets/replay/page.html");

/// The page.
pub fn page(replay: &Replay<'_>, messages: &Messages, language: &str) -> String {
    let (from, to) = (replay.timeline.from, replay.timeline.to);
    let encoded = encode::film(replay.film, from, to);
    let frame = frame::frame(replay, messages, encoded.travellers);
    // Nothing in a script element may look like its end.
    let json = frame.to_string().replace('<', "\\u003c");
    let data = base64::engine::general_purpose::STANDARD.encode(&encoded.bytes);
    let title = escape(&replay.case.plan.name);
    let mut page = String::with_capacity(data.len() + json.len() + 100_000);
    let parts = [
        ("@language@", language.to_owned()),
        ("@title@", title),
        ("@style@", STYLE.to_owned()),
        ("@frame@", json),
        ("@data@", data),
        ("@scripts@", SCRIPTS.concat()),
    ];
    let mut rest = FRAME;
    while let Some((at, hole, part)) =
        parts.iter().filter_map(|(hole, part)| rest.find(hole).map(|at| (at, hole, part))).min_by_key(|p| p.0)
    {
        page.push_str(&rest[..at]);
        page.push_str(part);
        rest = &rest[at + hole.len()..];
    }
    page.push_str(rest);
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Milliseconds, as scripts count.
fn milli(at: Tick) -> f64 {
    (at / 1_000) as f64
}
