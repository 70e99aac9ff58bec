//! The layout: where roads, posts, stages, booths and strips lie.
//!
//! Metres along x, from the first side's road (negative) over the zone (around 0) to the second side's road; rows of
//! [`ROW`] metres along y, downwards. One drives on the right: who leaves the first side does so in the lower half.
//! Lengths of roads, lanes with a length of their own, and strips are true as far as they are drawn; the depth of a booth
//! is not.

use crate::crossing::Plan;
use crate::crossing::plan::{ContainerId, NONE16, SpotId, SpotKind, StationId, Step, Target, Unit};

/// Height of a row, in metres.
pub const ROW: f64 = 4.0;
/// A road without an end is drawn this long, in metres; a footpath a tenth of it.
pub const ROAD: f64 = 2_000.0;
/// A waiting place without a length of its own is drawn this long, in vehicles.
const WAITING: f64 = 4.0;
/// A longer lane is drawn this long, in vehicles; who stands beyond is counted, as on the road.
const LONGEST: f64 = 12.0;
/// Where a party meets is drawn as long, in vehicles: one file of vehicles, the rest for persons.
const JOIN: f64 = 2.2;
/// Length that a person takes, in metres.
pub const PERSON: f64 = 1.2;

/// A stretch along x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Upstream end, where one comes in.
    pub from: f64,
    /// Downstream end.
    pub to: f64,
}

impl Stretch {
    /// Direction of travel: 1 or −1.
    pub fn heading(&self) -> f64 {
        if self.to >= self.from { 1.0 } else { -1.0 }
    }

    /// How long.
    pub fn length(&self) -> f64 {
        (self.to - self.from).abs()
    }

    /// The smaller end.
    pub fn left(&self) -> f64 {
        self.from.min(self.to)
    }

    /// Does it hold this point?
    pub fn holds(&self, x: f64) -> bool {
        x >= self.left() && x <= self.left() + self.length()
    }

    /// The point `metres` upstream of the downstream end.
    pub fn before_end(&self, metres: f64) -> f64 {
        self.to - self.heading() * metres
    }
}

/// A stage.
#[derive(Debug, Clone)]
pub struct StagePlace {
    /// Which.
    pub station: StationId,
    /// Where one waits for a booth.
    pub line: Stretch,
    /// Where the booths stand.
    pub booths: Stretch,
    /// Middle of the first booth's row.
    pub top: f64,
    /// Rows: one for each booth.
    pub rows: u32,
    /// Is it persons who are checked here, not vehicles?
    pub persons: bool,
    /// Is its line one file of true length (otherwise vehicles stand in rows where there is room)?
    pub single_file: bool,
    /// Is one only sent here?
    pub aside: bool,
    /// Are these the persons of a vehicle that keeps the room for them?
    pub apart: bool,
    /// Its place among stages that stand side by side, and how many those are.
    pub beside: (u32, u32),
}

impl StagePlace {
    /// Middle of all rows.
    pub fn middle(&self) -> f64 {
        self.top + f64::from(self.rows.saturating_sub(1)) * ROW / 2.0
    }
}

/// A strip of the zone, one way.
#[derive(Debug, Clone)]
pub struct StripPlace {
    /// Which strip.
    pub strip: u16,
    /// Its spot.
    pub spot: SpotId,
    /// Where.
    pub stretch: Stretch,
    /// Middle of its files.
    pub y: f64,
    /// Files beside each other.
    pub files: u32,
}

/// The approach road of a direction.
#[derive(Debug, Clone)]
pub struct RoadPlace {
    /// Its spot.
    pub spot: SpotId,
    /// Its container.
    pub container: ContainerId,
    /// Side on which it lies.
    pub side: usize,
    /// Where; the downstream end is the gate.
    pub stretch: Stretch,
    /// Middle of its row.
    pub y: f64,
    /// Does it go on beyond what is drawn?
    pub goes_on: bool,
}

/// One post: an exit or an entry control.
#[derive(Debug, Clone)]
pub struct PostPlace {
    /// "UA exit".
    pub name: String,
    /// Side.
    pub side: usize,
    /// Its room.
    pub room: ContainerId,
    /// From upstream to downstream.
    pub stretch: Stretch,
    /// Stages: a range of [`Layout::stages`].
    pub stages: std::ops::Range<usize>,
}

/// Where the two directions lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Upper edge.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Band {
    /// Its middle.
    pub fn middle(&self) -> f64 {
        f64::midpoint(self.top, self.bottom)
    }
}

/// Where one waits for the rest of a party.
#[derive(Debug, Clone)]
pub struct JoinPlace {
    /// Its spot.
    pub spot: SpotId,
    /// Where.
    pub stretch: Stretch,
    /// Middle of its first row.
    pub top: f64,
    /// Number of rows.
    pub rows: u32,
}

/// A plan laid out.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Half of the zone's length: it lies around x = 0.
    pub half_zone: f64,
    /// Bands of the two routes.
    pub bands: [Band; 2],
    /// Roads.
    pub roads: Vec<RoadPlace>,
    /// Posts.
    pub posts: Vec<PostPlace>,
    /// Stages.
    pub stages: Vec<StagePlace>,
    /// Strips.
    pub strips: Vec<StripPlace>,
    /// Places where parties meet.
    pub joins: Vec<JoinPlace>,
    /// Depth of the posts of each side, from the zone outwards.
    pub depth: [f64; 2],
    /// Length of a vehicle, in metres, where nobody says: the longest source.
    pub vehicle: f64,
    /// Length that a person takes where persons are drawn: larger than true where vehicles set the scale.
    pub person: f64,
    /// By spot: what stands there. See [`Layout::place`].
    places: Vec<Place>,
}

/// What is drawn at a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nothing: it is a number on a board.
    Board,
    /// A road: index into [`Layout::roads`].
    Road(usize),
    /// The line of a stage: index into [`Layout::stages`].
    Line(usize),
    /// The booths of a stage.
    Booths(usize),
    /// A strip: index into [`Layout::strips`].
    Strip(usize),
    /// A meeting place: index into [`Layout::joins`].
    Join(usize),
    /// A spot of no route: nobody is ever there.
    Nowhere,
}

/// The steps of a route that lie in one post: (side, entry?, steps with the room they need).
struct PostSteps<'p> {
    side: usize,
    entry: bool,
    steps: Vec<&'p Step>,
}

impl Layout {
    /// Lays out a plan.
    pub fn new(plan: &Plan) -> Self {
        let longest = plan.sources.iter().map(|s| s.length).max().unwrap_or(0) as f64 / 1000.0;
        let vehicle = if longest < PERSON { PERSON } else { longest };
        let mut layout = Self {
            half_zone: zone_length(plan, vehicle) / 2.0,
            bands: bands(plan),
            roads: Vec::new(),
            posts: Vec::new(),
            stages: Vec::new(),
            strips: Vec::new(),
            joins: Vec::new(),
            depth: [0.0; 2],
            vehicle,
            person: if vehicle > PERSON { vehicle / 3.0 } else { PERSON },
            places: vec![Place::Nowhere; plan.spots.len()],
        };
        layout.lay_posts(plan);
        layout.lay_strips(plan);
        layout.lay_roads(plan);
        for (spot, place) in plan.spots.iter().zip(&mut layout.places) {
            if matches!(spot.kind, SpotKind::VirtualQueue | SpotKind::OnTheWay) {
                *place = Place::Board;
            }
        }
        layout
    }

    /// What is drawn at a spot.
    pub fn place(&self, spot: SpotId) -> Place {
        self.places.get(spot as usize).copied().unwrap_or(Place::Nowhere)
    }

    /// From the first side's outermost post to the second's.
    pub fn posts_span(&self) -> (f64, f64) {
        (-self.half_zone - self.depth[0], self.half_zone + self.depth[1])
    }

    fn lay_posts(&mut self, plan: &Plan) {
        for (r, route) in plan.routes.iter().enumerate().take(2) {
            for post in posts_of(plan, route.from, &route.steps) {
                self.lay_post(plan, r, &post);
            }
        }
    }

    fn lay_post(&mut self, plan: &Plan, route: usize, post: &PostSteps) {
        let heading = if route == 0 { 1.0 } else { -1.0 };
        let depth: f64 = post.steps.iter().map(|step| self.depth_of(plan, step)).sum::<f64>() + GAP;
        // An exit control ends at the zone, an entry control begins there.
        let edge = heading * self.half_zone;
        let from = if post.entry { edge } else { -edge - heading * depth };
        let first = self.stages.len();
        let mut at = from + heading * GAP / 2.0;
        let mut room = NONE16;
        for step in &post.steps {
            let (Step::Stage { room: r, .. } | Step::Fork { room: r, .. }) = step else { continue };
            room = *r;
            at = self.lay_step(plan, route, step, at, heading);
        }
        let name = format!("{} {}", plan.sides[post.side], if post.entry { "entry" } else { "exit" });
        let stretch = Stretch { from, to: from + heading * depth };
        self.depth[post.side] = self.depth[post.side].max(depth);
        self.posts.push(PostPlace { name, side: post.side, room, stretch, stages: first..self.stages.len() });
    }

    fn stations_of(step: &Step) -> Vec<StationId> {
        match step {
            Step::Stage { station, .. } => vec![*station],
            Step::Fork { vehicle, persons, .. } => vehicle.iter().chain(persons).copied().collect(),
            _ => Vec::new(),
        }
    }

    fn depth_of(&self, plan: &Plan, step: &Step) -> f64 {
        let one = |s: StationId| self.line_length(plan, s).0 + self.booth_length(plan, s) + GAP;
        let longest = Self::stations_of(step).into_iter().map(one).fold(0.0, f64::max);
        longest + if matches!(step, Step::Fork { .. }) { JOIN * self.vehicle + GAP } else { 0.0 }
    }

    fn booth_length(&self, plan: &Plan, station: StationId) -> f64 {
        if self.for_persons(plan, station) { 2.0 * self.person } else { self.vehicle * 1.15 }
    }

    /// Are persons checked here, not vehicles?
    fn for_persons(&self, plan: &Plan, station: StationId) -> bool {
        let station = &plan.stations[station as usize];
        station.persons_apart || self.vehicle <= PERSON
    }

    /// Length of the line before a stage, and whether it is a single file of true length.
    fn line_length(&self, plan: &Plan, station: StationId) -> (f64, bool) {
        let persons = self.for_persons(plan, station);
        let unit = if persons { self.person } else { self.vehicle };
        let st = &plan.stations[station as usize];
        let own = st.lanes.iter().filter_map(|lane| plan.containers.get(lane.container as usize));
        let true_length =
            own.clone().filter(|c| c.unit == Unit::Millimetres && !c.unlimited()).map(|c| c.size).max();
        if let Some(length) = true_length {
            return ((length as f64 / 1000.0).clamp(unit, LONGEST * unit), true);
        }
        let places = own.filter(|c| !c.unlimited()).map(|c| c.size).max();
        let rows = f64::from((st.booths.len() as u32).max(1));
        match places {
            Some(places) => ((places as f64 / rows).ceil().clamp(1.0, 8.0) * unit, false),
            None if st.only_sent => (2.0 * unit, false),
            None => (WAITING * unit * self.files(persons), false),
        }
    }

    /// Persons take less room: their waiting places are drawn for more of them.
    fn files(&self, persons: bool) -> f64 {
        match persons {
            true if self.vehicle <= PERSON => 6.0,
            true => 3.0,
            false => 1.0,
        }
    }

    fn lay_step(&mut self, plan: &Plan, route: usize, step: &Step, at: f64, heading: f64) -> f64 {
        let stations = Self::stations_of(step);
        let rows: usize = stations.iter().map(|&s| plan.stations[s as usize].booths.len().max(1)).sum();
        let rows = rows + stations.len().saturating_sub(1);
        let mut top = self.bands[route].middle() - (rows as f64 - 1.0) * ROW / 2.0;
        let mut end = at;
        for (k, &station) in stations.iter().enumerate() {
            let (line, single_file) = self.line_length(plan, station);
            let st = &plan.stations[station as usize];
            let booths = at + heading * line;
            let out = booths + heading * self.booth_length(plan, station);
            let place = StagePlace {
                station,
                line: Stretch { from: at, to: booths },
                booths: Stretch { from: booths, to: out },
                top,
                rows: (st.booths.len() as u32).max(1),
                persons: self.for_persons(plan, station),
                single_file,
                aside: st.only_sent,
                apart: st.persons_apart,
                beside: (k as u32, stations.len() as u32),
            };
            self.places[st.line_spot as usize] = Place::Line(self.stages.len());
            self.places[st.booth_spot as usize] = Place::Booths(self.stages.len());
            self.stages.push(place);
            top += (st.booths.len().max(1) as f64 + 1.0) * ROW;
            end = if heading > 0.0 { end.max(out) } else { end.min(out) };
        }
        if let Step::Fork { spot, .. } = step {
            let from = end + heading * GAP;
            let stretch = Stretch { from, to: from + heading * JOIN * self.vehicle };
            let band = self.bands[route];
            let rows = ((band.bottom - band.top) / ROW).floor().max(1.0) as u32;
            self.places[*spot as usize] = Place::Join(self.joins.len());
            self.joins.push(JoinPlace { spot: *spot, stretch, top: band.top + ROW / 2.0, rows });
            end = stretch.to;
        }
        end + heading * GAP
    }

    fn lay_strips(&mut self, plan: &Plan) {
        for (r, route) in plan.routes.iter().enumerate().take(2) {
            for step in route.steps.iter().filter(|_| crossed(plan, r)) {
                let Step::Strip { strips } = step else { continue };
                let heading = if r == 0 { 1.0 } else { -1.0 };
                let stretch = Stretch { from: -heading * self.half_zone, to: heading * self.half_zone };
                let files = |s: u16| strip_files(&plan.strips[s as usize]);
                let band = self.bands[r];
                let all: u32 = strips.iter().map(|&s| files(s)).sum();
                // Between the strips there is room for their names.
                let rows = (band.bottom - band.top) / ROW;
                let apart = ((rows - f64::from(all)) / strips.len() as f64).clamp(1.0, 4.0);
                let mut at =
                    band.middle() - (f64::from(all) + apart * (strips.len() as f64 - 1.0)) * ROW / 2.0;
                for &s in strips {
                    let height = f64::from(files(s)) * ROW;
                    let spot = plan.strips[s as usize].spot;
                    self.places[spot as usize] = Place::Strip(self.strips.len());
                    self.strips.push(StripPlace {
                        strip: s,
                        spot,
                        stretch,
                        y: at + height / 2.0,
                        files: files(s),
                    });
                    at += height + apart * ROW;
                }
            }
        }
    }

    fn lay_roads(&mut self, plan: &Plan) {
        for (r, route) in plan.routes.iter().enumerate().take(2) {
            for step in route.steps.iter().filter(|_| plan.sources.iter().any(|s| s.route as usize == r)) {
                let Step::Road { container, spot } = step else { continue };
                let heading = if r == 0 { 1.0 } else { -1.0 };
                let gate = -heading * (self.half_zone + self.depth[route.from]);
                let place = &plan.containers[*container as usize];
                let length = match place.unit {
                    Unit::Millimetres => place.size as f64 / 1000.0,
                    Unit::Places | Unit::Persons => place.size as f64 * self.vehicle,
                };
                let longest = if self.vehicle > PERSON { ROAD } else { ROAD / 10.0 };
                let goes_on = place.unlimited() || length > longest;
                let length = if goes_on { longest } else { length.max(self.vehicle) };
                let stretch = Stretch { from: gate - heading * length, to: gate };
                self.places[*spot as usize] = Place::Road(self.roads.len());
                let (y, side) = (self.bands[r].middle(), route.from);
                self.roads.push(RoadPlace { spot: *spot, container: *container, side, stretch, y, goes_on });
            }
        }
    }
}

/// Room between stages, in metres.
const GAP: f64 = 8.0;

/// Does anybody use the zone in this direction: traffic of its own, or those who are sent back?
fn crossed(plan: &Plan, route: usize) -> bool {
    let here = |to: &Target| matches!(to, Target::Back { route: r, .. } if *r as usize == route);
    let sent = |station: &crate::crossing::plan::Station| {
        let then = station.checks.iter().flat_map(|c| &c.services).filter_map(|s| s.then.as_ref());
        station
            .sends
            .iter()
            .map(|s| &s.to)
            .chain(then)
            .chain(station.refused.as_ref().map(|r| &r.1))
            .any(here)
    };
    plan.sources.iter().any(|s| s.route as usize == route) || plan.stations.iter().any(sent)
}

/// The longest strip, true where it has metres, as long as its places otherwise.
fn zone_length(plan: &Plan, vehicle: f64) -> f64 {
    let length = |strip: &crate::crossing::plan::Strip| {
        let container = &plan.containers[strip.container as usize];
        match container.unit {
            _ if container.unlimited() => 10.0 * vehicle,
            Unit::Millimetres => container.size as f64 / 1000.0 / f64::from(strip.lanes.max(1)),
            Unit::Places => (container.size as f64 / f64::from(strip_files(strip))).ceil() * vehicle,
            Unit::Persons => container.size as f64 * PERSON / 4.0,
        }
    };
    let longest = plan.strips.iter().map(length).fold(0.0, f64::max);
    longest.clamp(4.0 * vehicle, 1_500.0)
}

/// Files beside each other on a strip: its lanes; of very many only some are drawn.
fn strip_files(strip: &crate::crossing::plan::Strip) -> u32 {
    strip.lanes.clamp(1, 8)
}

/// Heights of the two bands: each as high as its widest step.
fn bands(plan: &Plan) -> [Band; 2] {
    let rows = |r: usize| -> f64 {
        let steps = plan.routes.get(r).map_or(&[][..], |route| &route.steps);
        let rows = steps.iter().map(|step| {
            let stations = Layout::stations_of(step);
            let booths: usize =
                stations.iter().map(|&s| plan.stations[s as usize].booths.len().max(1) + 1).sum();
            let strips = if let Step::Strip { strips } = step { &strips[..] } else { &[] };
            let strips = strips.iter().map(|&s| strip_files(&plan.strips[s as usize]) as usize + 1).sum();
            booths.max(strips)
        });
        let used = crossed(plan, r) || steps.iter().any(|s| !Layout::stations_of(s).is_empty());
        if used { rows.max().unwrap_or(1).max(4) as f64 } else { 0.0 }
    };
    let (lower, upper) = (rows(0) * ROW, rows(1) * ROW);
    [Band { top: 2.0 * ROW, bottom: 2.0 * ROW + lower }, Band { top: -2.0 * ROW - upper, bottom: -2.0 * ROW }]
}

/// The steps of a route in the post on its own side, and in the post beyond the zone.
fn posts_of<'p>(plan: &Plan, from: usize, steps: &'p [Step]) -> Vec<PostSteps<'p>> {
    let mut posts = vec![
        PostSteps { side: from, entry: false, steps: Vec::new() },
        PostSteps { side: 1 - from, entry: true, steps: Vec::new() },
    ];
    for step in steps {
        if let Some(&station) = Layout::stations_of(step).first() {
            let entry = plan.stations[station as usize].post % 2 == 1;
            posts[usize::from(entry)].steps.push(step);
        }
    }
    posts.retain(|post| !post.steps.is_empty());
    posts
}
