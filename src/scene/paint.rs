//! Paper, pens and the projection from metres to the page.

use std::fmt::Write as _;

use super::colour::Tint;
use super::layout::{Layout, PERSON, ROW};

/// Width of the page.
pub(super) const WIDTH: f64 = 1600.0;
/// Margin at both ends.
const MARGIN: f64 = 48.0;
/// Room that a road gets.
const ROAD_WIDTH: f64 = 300.0;

/// Hues of the two sides: the same lightness and chroma (OKLCH 0.60 0.13, hue 250 and 55), told apart by everybody.
pub(super) const SIDES: [&str; 2] = ["#3a84ca", "#ba6826"];
/// The same hues as ground.
pub(super) const GROUNDS: [&str; 2] = ["#e6f0fb", "#faece2"];
/// The same hues as ink.
pub(super) const INKS: [&str; 2] = ["#214f7c", "#723e14"];
/// Ink of everything that belongs to no side.
pub(super) const INK: &str = "#2a2f36";
/// Quiet ink.
pub(super) const QUIET: &str = "#626a73";

/// The class of a tint in the style sheet.
pub(super) fn class_of(tint: Tint) -> &'static str {
    match tint {
        Tint::Own => "own",
        Tint::Side(0) => "s0",
        Tint::Side(_) => "s1",
        Tint::Shared => "zone",
        Tint::Other => "other",
    }
}

/// The style sheet of every picture.
pub(super) fn style() -> String {
    format!(
        "text{{font-family:'DejaVu Sans','Segoe UI',Helvetica,Arial,sans-serif;fill:{INK}}}\
         .q{{fill:{QUIET}}}.b{{font-weight:bold}}.m{{text-anchor:middle}}.e{{text-anchor:end}}\
         .own{{fill:#5b6470}}.s0{{fill:{}}}.s1{{fill:{}}}\
         .zone{{fill:#fff;stroke:{INK};stroke-width:.9}}.other{{fill:#c3beb2;stroke:#7d786c;stroke-width:.6}}\
         .road{{fill:#dedbd3}}.line{{fill:#fff;fill-opacity:.65}}.booth{{fill:#fff;stroke:#9aa0a6;stroke-width:.9}}\
         .off{{fill:#ece9e2;stroke:#b9b5aa;stroke-width:.8;stroke-dasharray:2.5 2}}\
         .lamp{{fill:{INK}}}.ring{{fill:none;stroke:{INK};stroke-width:1.4}}.pill{{fill:{INK}}}.pt{{fill:#fff}}",
        SIDES[0], SIDES[1]
    )
}

/// The page being written.
pub(super) struct Page {
    out: String,
}

impl Page {
    pub(super) fn new(out: String) -> Self {
        Self { out }
    }

    pub(super) fn into_text(self) -> String {
        self.out
    }

    pub(super) fn raw(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    pub(super) fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64, more: &str) {
        let _ = writeln!(
            self.out,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"{more}/>"
        );
    }

    pub(super) fn circle(&mut self, class: &str, x: f64, y: f64, r: f64) {
        let _ = writeln!(self.out, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r:.1}\"/>");
    }

    pub(super) fn text(&mut self, class: &str, x: f64, y: f64, size: f64, text: &str) {
        let text = escape(text);
        let _ = writeln!(
            self.out,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\">{text}</text>"
        );
    }

    pub(super) fn path(&mut self, d: &str, more: &str) {
        let _ = writeln!(self.out, "<path d=\"{d}\" {more}/>");
    }

    /// A dark pill with a word in it, its middle at (x, y).
    pub(super) fn pill(&mut self, x: f64, y: f64, text: &str) {
        let width = text_width(text, 10.0) + 10.0;
        self.rect("pill", x - width / 2.0, y - 7.5, width, 15.0, " rx=\"7.5\"");
        self.text("pt m b", x, y + 3.6, 10.0, text);
    }
}

/// Width of a text, about.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.61
}

/// What XML needs.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// From metres to the page. Posts and zone share one scale; the roads have their own.
pub(super) struct Projection {
    posts: (f64, f64),
    left: f64,
    /// Pixels per metre in the posts.
    pub(super) scale: f64,
    /// Pixels per metre on the roads.
    pub(super) road_scale: f64,
    /// Height of a row.
    pub(super) row: f64,
    /// Where the first row of each route's band begins on the page.
    tops: [f64; 2],
    bands: [super::layout::Band; 2],
    /// Lower end of the picture.
    pub(super) bottom: f64,
}

/// Room above a band for its names.
pub(super) const ABOVE: f64 = 62.0;
/// Room below a band for its numbers.
pub(super) const BELOW: f64 = 54.0;

impl Projection {
    /// A projection whose picture begins at height `top`.
    pub(super) fn new(layout: &Layout, top: f64) -> Self {
        let posts = layout.posts_span();
        let with_road = |side: usize| layout.roads.iter().any(|road| road.side == side);
        let end = |side: usize| MARGIN + if with_road(side) { ROAD_WIDTH } else { 0.0 };
        let room = WIDTH - end(0) - end(1);
        let largest = if layout.vehicle <= PERSON { 7.0 / PERSON } else { 26.0 / layout.vehicle };
        let scale = (room / (posts.1 - posts.0)).min(largest);
        let spare = room - scale * (posts.1 - posts.0);
        let left = end(0) + spare / 2.0;
        let longest = layout.roads.iter().map(|r| r.stretch.length()).fold(1.0, f64::max);
        let road_room = (ROAD_WIDTH + spare / 2.0).min(480.0);
        let road_scale = (road_room / longest).min(scale);
        let rows = |r: usize| (layout.bands[r].bottom - layout.bands[r].top) / ROW;
        let row = (470.0 / (rows(0) + rows(1)).max(1.0)).clamp(8.0, 19.0);
        let upper = top + ABOVE;
        let other = if rows(1) > 0.0 { rows(1) * row + BELOW + ABOVE } else { 0.0 };
        let lower = upper + other;
        let bottom = lower + rows(0) * row + BELOW;
        Self { posts, left, scale, road_scale, row, tops: [lower, upper], bands: layout.bands, bottom }
    }

    /// Metres along the crossing to the page.
    pub(super) fn x(&self, metres: f64) -> f64 {
        let (from, to) = self.posts;
        let right = self.left + (to - from) * self.scale;
        if metres < from {
            self.left - (from - metres) * self.road_scale
        } else if metres > to {
            right + (metres - to) * self.road_scale
        } else {
            self.left + (metres - from) * self.scale
        }
    }

    /// Metres across to the page.
    pub(super) fn y(&self, metres: f64) -> f64 {
        let route = usize::from(metres < 0.0);
        self.tops[route] + (metres - self.bands[route].top) / ROW * self.row
    }

    /// Upper and lower end of a band on the page.
    pub(super) fn band(&self, route: usize) -> (f64, f64) {
        (self.y(self.bands[route].top), self.y(self.bands[route].bottom))
    }

    /// How high a vehicle is drawn.
    pub(super) fn body(&self) -> f64 {
        (self.row * 0.62).min(10.0)
    }
}
