//! Tracks: the lines along which vehicles stand one behind the other.
//!
//! Every place of the layout has its tracks: a road one, a line one for each file, a strip one for each lane, a booth and
//! a meeting place one slot for each row. What is not drawn (a virtual queue, the way after a call) has a track, too, so
//! that everybody is on exactly one at any time.

use crate::crossing::plan::{Lane, NONE, NONE16, Plan, SpotId, SpotKind, Station};

use super::layout::{Layout, Place, ROW, StagePlace};

/// How those on a track stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Nose to tail from the downstream end.
    Queue,
    /// Under way along it, then nose to tail from its end.
    Strip,
    /// One, at its middle.
    Slot,
    /// Somewhere else, or where there is no room to draw: counted.
    Unseen,
}

/// A part of the crossing, as the bar *where they stand* has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Ground {
    /// Somewhere else, with a booking.
    Elsewhere = 0,
    /// On the road before the first post.
    Road = 1,
    /// In the first side's post.
    Exit = 2,
    /// Between the posts.
    Zone = 3,
    /// In the second side's post.
    Entry = 4,
}

/// All grounds, in the order in which one passes them.
pub const GROUNDS: [Ground; 5] = [Ground::Elsewhere, Ground::Road, Ground::Exit, Ground::Zone, Ground::Entry];

/// A track.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// The place it belongs to.
    pub place: Place,
    /// The spot whose time is spent on it.
    pub spot: SpotId,
    /// How one stands on it.
    pub manner: Manner,
    /// The booth that it is; [`NONE`] where it is none.
    pub booth: u32,
    /// Side on whose ground it lies; none in the zone.
    pub side: Option<usize>,
    /// What kind of spot it is.
    pub kind: SpotKind,
    /// Its downstream end along x, in metres; of a slot the middle.
    pub end: f64,
    /// Across, in metres.
    pub y: f64,
    /// Direction of travel: 1 or −1.
    pub heading: f64,
    /// How many metres of it are drawn.
    pub room: f64,
}

impl Track {
    /// The middle of somebody of this length whose nose is so many metres before the end.
    pub fn middle(&self, metres: f64, length: f64) -> f64 {
        match self.manner {
            Manner::Slot => self.end,
            _ => self.end - self.heading * (metres + length / 2.0),
        }
    }

    /// Which part of the crossing it is, for whoever set out from side `from`.
    pub fn ground(&self, from: usize) -> Ground {
        match self.kind {
            SpotKind::VirtualQueue | SpotKind::OnTheWay => Ground::Elsewhere,
            SpotKind::Road => Ground::Road,
            SpotKind::Strip => Ground::Zone,
            SpotKind::Line | SpotKind::Booth | SpotKind::Join if self.side == Some(from) => Ground::Exit,
            SpotKind::Line | SpotKind::Booth | SpotKind::Join => Ground::Entry,
        }
    }
}

/// All tracks of a plan, and who finds which.
#[derive(Debug, Clone, Default)]
pub(super) struct Tracks {
    pub(super) all: Vec<Track>,
    /// By spot: tracks of roads, strips, meeting places and what is not drawn.
    of_spot: Vec<std::ops::Range<u32>>,
    /// By line of the plan: tracks to choose from.
    of_line: Vec<std::ops::Range<u32>>,
    /// By booth of the plan.
    of_booth: Vec<u32>,
}

impl Tracks {
    pub(super) fn new(plan: &Plan, layout: &Layout) -> Self {
        let mut tracks = Self {
            all: Vec::new(),
            of_spot: vec![0..0; plan.spots.len()],
            of_line: vec![0..0; plan.lines as usize],
            of_booth: vec![0; plan.booths as usize],
        };
        for k in 0..plan.spots.len() {
            tracks.lay(plan, layout, k as SpotId);
        }
        tracks
    }

    pub(super) fn of_spot(&self, spot: SpotId) -> std::ops::Range<u32> {
        self.of_spot.get(spot as usize).cloned().unwrap_or(0..0)
    }

    /// Tracks of a line of the plan; those of its spot where the line is unknown.
    pub(super) fn of_line(&self, line: u32) -> std::ops::Range<u32> {
        self.of_line.get(line as usize).cloned().unwrap_or(0..0)
    }

    pub(super) fn of_booth(&self, booth: u32) -> Option<u32> {
        self.of_booth.get(booth as usize).copied()
    }

    fn lay(&mut self, plan: &Plan, layout: &Layout, spot: SpotId) {
        let first = self.all.len() as u32;
        match layout.place(spot) {
            Place::Road(k) => {
                let road = &layout.roads[k];
                let (end, room, heading) = (road.stretch.to, road.stretch.length(), road.stretch.heading());
                self.push(plan, layout, spot, Manner::Queue, (end, road.y, heading, room));
            }
            Place::Strip(k) => {
                let strip = &layout.strips[k];
                let (end, room, heading) =
                    (strip.stretch.to, strip.stretch.length(), strip.stretch.heading());
                let (files, apart) = files_of_strip(plan, layout, strip.files);
                for file in 0..files {
                    let y = strip.y + (f64::from(file) - f64::from(files - 1) / 2.0) * apart;
                    self.push(plan, layout, spot, Manner::Strip, (end, y, heading, room));
                }
            }
            Place::Join(k) => {
                let join = &layout.joins[k];
                let heading = join.stretch.heading();
                let middle = join.stretch.from + heading * layout.vehicle / 2.0;
                for row in 0..join.rows {
                    let y = join.top + f64::from(row) * ROW;
                    self.push(plan, layout, spot, Manner::Slot, (middle, y, heading, layout.vehicle));
                }
                self.push(plan, layout, spot, Manner::Unseen, (middle, join.top, heading, 0.0));
            }
            Place::Line(k) => self.lay_line(plan, layout, spot, &layout.stages[k]),
            Place::Booths(k) => self.lay_booths(plan, layout, spot, &layout.stages[k]),
            Place::Board | Place::Nowhere => {
                self.push(plan, layout, spot, Manner::Unseen, (0.0, 0.0, 1.0, 0.0));
            }
        }
        if self.all.len() as u32 == first {
            self.push(plan, layout, spot, Manner::Unseen, (0.0, 0.0, 1.0, 0.0));
        }
        self.of_spot[spot as usize] = first..self.all.len() as u32;
    }

    fn push(
        &mut self,
        plan: &Plan,
        layout: &Layout,
        spot: SpotId,
        manner: Manner,
        (end, y, heading, room): (f64, f64, f64, f64),
    ) {
        let at = &plan.spots[spot as usize];
        let (place, side, kind) = (layout.place(spot), at.side, at.kind);
        self.all.push(Track { place, spot, manner, booth: NONE, side, kind, end, y, heading, room });
    }

    /// A line of true length is one file; where there is room vehicles stand in as many files as the lane has booths.
    fn lay_line(&mut self, plan: &Plan, layout: &Layout, spot: SpotId, stage: &StagePlace) {
        let station = &plan.stations[stage.station as usize];
        for lane in &station.lanes {
            let (first, rows) = rows_of(station, lane);
            let from = self.all.len() as u32;
            let many = lane.lines.len() > 1 || !stage.single_file;
            let files = if many { rows } else { 1 };
            for file in 0..files {
                let row =
                    if many { f64::from(first + file) } else { f64::from(first) + f64::from(rows - 1) / 2.0 };
                let at = (stage.line.to, stage.top + row * ROW, stage.line.heading(), stage.line.length());
                self.push(plan, layout, spot, Manner::Queue, at);
            }
            for (k, line) in lane.lines.clone().enumerate() {
                let own = from + k as u32..from + k as u32 + 1;
                self.of_line[line as usize] = if lane.lines.len() > 1 { own } else { from..from + files };
            }
        }
    }

    fn lay_booths(&mut self, plan: &Plan, layout: &Layout, spot: SpotId, stage: &StagePlace) {
        let station = &plan.stations[stage.station as usize];
        let middle = f64::midpoint(stage.booths.from, stage.booths.to);
        for (row, booth) in station.booths.clone().enumerate() {
            self.of_booth[booth as usize] = self.all.len() as u32;
            let at = (middle, stage.top + row as f64 * ROW, stage.booths.heading(), stage.booths.length());
            self.push(plan, layout, spot, Manner::Slot, at);
            self.all.iter_mut().next_back().into_iter().for_each(|track| track.booth = booth);
        }
    }
}

/// The first row of a lane, and how many rows it feeds.
fn rows_of(station: &Station, lane: &Lane) -> (u32, u32) {
    let groups = &station.groups[lane.groups.clone()];
    let first = groups.first().map_or(0, |g| g.first - station.booths.start);
    (first, groups.iter().map(|g| g.booths).sum::<u32>().max(1))
}

/// Persons walk in as many files as fit beside each other.
fn files_of_strip(plan: &Plan, layout: &Layout, files: u32) -> (u32, f64) {
    let on_foot = layout.vehicle <= super::layout::PERSON && !plan.sources.is_empty();
    if on_foot { (7, ROW / 7.0) } else { (files.max(1), ROW) }
}

/// The station of a line's or booth's spot.
pub(super) fn station_of(plan: &Plan, spot: SpotId) -> Option<&Station> {
    let station = plan.spots.get(spot as usize)?.station;
    (station != NONE16).then(|| &plan.stations[station as usize])
}
