//! Everything that is drawn at a time.

use crate::crossing::Happened;
use crate::crossing::ledger::Kind;
use crate::crossing::plan::{Lane, Lever, NONE, NONE16, Plan, Schedule, Station};
use crate::kernel::time::Tick;
use crate::trace::{Phase, Stand, State, Trace, split_what};

use super::layout::{Layout, PERSON, Place, ROW, RoadPlace, StagePlace, StripPlace};

/// Whose time a wait is traced to: the colour of whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tint {
    /// Does not wait: served, or under way.
    Own,
    /// Traced to an agency of this side.
    Side(usize),
    /// Traced to the zone that both share.
    Shared,
    /// Traced to the carrier or to nobody.
    Other,
}

/// One vehicle or person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Who.
    pub traveller: u32,
    /// Middle, metres.
    pub x: f64,
    /// Middle, metres.
    pub y: f64,
    /// Length of its body, metres.
    pub length: f64,
    /// Direction of travel along x: 1 or −1.
    pub heading: f64,
    /// Source, for its class.
    pub source: u16,
    /// A person, not a vehicle?
    pub person: bool,
    /// Where it stands.
    pub place: Place,
    /// Whose time it waits for.
    pub tint: Tint,
    /// Waits since, or does what it does since.
    pub since: Tick,
}

/// What a booth shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LampState {
    /// Serves.
    Serving,
    /// Open, and nobody there.
    Waiting,
    /// Done, and held from ahead.
    Held,
    /// Does not work: not on the roster, without an officer, or down.
    OffRoster,
}

/// A booth's lamp.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lamp {
    /// Booth.
    pub booth: u32,
    /// Index into [`Layout::stages`].
    pub stage: usize,
    /// Middle of the booth.
    pub x: f64,
    /// Middle of its row.
    pub y: f64,
    /// What it shows.
    pub state: LampState,
}

/// Those whom a place has no room to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beyond {
    /// Where.
    pub place: Place,
    /// How many are not drawn.
    pub count: u32,
    /// How many are there in all.
    pub all: u32,
    /// Length of the whole queue in metres.
    pub metres: f64,
}

/// Everything at a time. Reusable: [`Picture::draw`] keeps its memory.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// Vehicles and persons who are present.
    pub figures: Vec<Figure>,
    /// Lamps, one for each booth.
    pub lamps: Vec<Lamp>,
    /// Queues that are longer than what is drawn.
    pub beyond: Vec<Beyond>,
    /// Stages at which an outage is on: index into [`Layout::stages`].
    pub outages: Vec<usize>,
    order: Vec<Stand>,
    filled: Vec<f64>,
    shares: [f64; 4],
}

impl Picture {
    /// An empty picture.
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws a state of a trace.
    pub fn draw(&mut self, plan: &Plan, layout: &Layout, trace: &Trace, state: &State) {
        self.figures.clear();
        self.lamps.clear();
        self.beyond.clear();
        self.outages.clear();
        self.order.clear();
        self.order.extend(state.stands().iter().filter(|s| s.spot != NONE16));
        self.order.sort_unstable_by_key(|s| (s.spot, s.order));
        let order = std::mem::take(&mut self.order);
        for there in order.chunk_by(|a, b| a.spot == b.spot) {
            self.shares = [0.0; 4];
            let scene = Scene { plan, layout, trace, state, at: state.at() };
            match layout.place(there[0].spot) {
                Place::Road(k) => self.on_road(&scene, &layout.roads[k], Place::Road(k), there),
                Place::Line(k) => self.in_line(&scene, k, there),
                Place::Booths(k) => self.at_booths(&scene, k, there),
                Place::Strip(k) => self.on_strip(&scene, &layout.strips[k], Place::Strip(k), there),
                Place::Join(k) => self.at_join(&scene, k, there),
                Place::Board | Place::Nowhere => {}
            }
        }
        self.order = order;
        self.note_outages(plan, layout, state);
        self.light(plan, layout, state);
    }

    fn add(&mut self, scene: &Scene, stand: &Stand, place: Place, x: f64, y: f64, heading: f64) {
        let source = scene.source(stand.traveller);
        let tint = self.tint(scene, stand);
        self.figures.push(Figure {
            traveller: stand.traveller,
            x,
            y,
            length: scene.length(stand.traveller) * 0.88,
            heading,
            source,
            person: scene.is_person(stand.traveller),
            place,
            tint,
            since: stand.since,
        });
    }

    /// Nose to tail from the gate outwards.
    fn on_road(&mut self, scene: &Scene, road: &RoadPlace, place: Place, there: &[Stand]) {
        let room = road.stretch.length();
        let (mut metres, mut drawn) = (0.0, 0);
        for stand in there {
            let length = scene.length(stand.traveller);
            if metres + length <= room {
                let x = road.stretch.before_end(metres + length / 2.0);
                self.add(scene, stand, place, x, road.y, road.stretch.heading());
                drawn += 1;
            }
            metres += length;
        }
        self.note_beyond(place, there.len() as u32, drawn, metres);
    }

    fn note_beyond(&mut self, place: Place, all: u32, drawn: u32, metres: f64) {
        if all > drawn {
            self.beyond.push(Beyond { place, count: all - drawn, all, metres });
        }
    }

    fn in_line(&mut self, scene: &Scene, k: usize, there: &[Stand]) {
        let stage = &scene.layout.stages[k];
        let station = &scene.plan.stations[stage.station as usize];
        let mut filled = std::mem::take(&mut self.filled);
        filled.clear();
        filled.resize(station.booths.len().max(1), 0.0);
        let (mut drawn, mut metres) = (0, 0.0);
        for stand in there {
            let length = scene.drawn_length(stand.traveller).min(stage.line.length());
            metres += length;
            let file = scene.file(stage, stand);
            let spot = if stage.single_file {
                single_file(stage, file, &mut filled, length)
            } else {
                in_rows(stage, file, &mut filled, length)
            };
            if let Some((x, y)) = spot {
                self.add(scene, stand, Place::Line(k), x, y, stage.line.heading());
                drawn += 1;
            }
        }
        self.filled = filled;
        self.note_beyond(Place::Line(k), there.len() as u32, drawn, metres);
    }

    fn at_booths(&mut self, scene: &Scene, k: usize, there: &[Stand]) {
        let stage = &scene.layout.stages[k];
        let first = scene.plan.stations[stage.station as usize].booths.start;
        for stand in there.iter().filter(|s| s.booth != NONE) {
            let x = f64::midpoint(stage.booths.from, stage.booths.to);
            let y = stage.top + f64::from(stand.booth - first) * ROW;
            self.add(scene, stand, Place::Booths(k), x, y, stage.booths.heading());
        }
    }

    /// As far as its time on the strip, and not into the one ahead; one behind the other in every file.
    fn on_strip(&mut self, scene: &Scene, strip: &StripPlace, place: Place, there: &[Stand]) {
        let room = strip.stretch.length();
        let persons = there.iter().all(|s| scene.is_person(s.traveller));
        let files = if persons { 7 } else { strip.files.clamp(1, 8) };
        let mut noses = std::mem::take(&mut self.filled);
        let drawn = noses_on_strip(scene, there, files, room, &mut noses);
        let apart = if persons { ROW / 7.0 } else { ROW };
        for (k, (stand, nose)) in there.iter().zip(&noses).enumerate().take(drawn) {
            let file = file_of(k, files);
            let x = strip.stretch.before_end(room - nose + scene.drawn_length(stand.traveller) / 2.0);
            let y = strip.y + (file as f64 - f64::from(files - 1) / 2.0) * apart;
            self.add(scene, stand, place, x, y, strip.stretch.heading());
        }
        self.filled = noses;
        self.note_beyond(place, there.len() as u32, drawn as u32, 0.0);
    }

    /// Vehicles in one file, persons beside them.
    fn at_join(&mut self, scene: &Scene, k: usize, there: &[Stand]) {
        let join = &scene.layout.joins[k];
        let (vehicle, person) = (scene.layout.vehicle, scene.layout.person);
        let across = if vehicle > PERSON { (join.stretch.length() - vehicle) / person } else { 2.0 };
        let across = (across.floor() as u32).max(1);
        let (mut vehicles, mut persons, mut drawn) = (0, 0, 0);
        for stand in there {
            let (row, x) = if scene.is_person(stand.traveller) {
                let (row, column) = (persons / across, persons % across);
                persons += 1;
                (row, join.stretch.before_end((f64::from(column) + 0.5) * person))
            } else {
                vehicles += 1;
                (vehicles - 1, join.stretch.from + join.stretch.heading() * vehicle / 2.0)
            };
            if row < join.rows {
                self.add(
                    scene,
                    stand,
                    Place::Join(k),
                    x,
                    join.top + f64::from(row) * ROW,
                    join.stretch.heading(),
                );
                drawn += 1;
            }
        }
        self.note_beyond(Place::Join(k), there.len() as u32, drawn, 0.0);
    }

    /// The colour by shares carried along the queue, so that over a queue the drawn share of each is the booked one.
    fn tint(&mut self, scene: &Scene, stand: &Stand) -> Tint {
        let waits = match stand.phase {
            Phase::Served => scene.down(stand.booth),
            Phase::Stopped | Phase::Held => true,
            Phase::Here => scene.waits_here(stand),
        };
        if !waits {
            return Tint::Own;
        }
        let booked = scene.booked(stand);
        let sum: f64 = booked.iter().sum();
        if sum <= 0.0 {
            return Tint::Other;
        }
        for (share, ticks) in self.shares.iter_mut().zip(booked) {
            *share += ticks / sum;
        }
        let most =
            (0..4).max_by(|&a, &b| self.shares[a].total_cmp(&self.shares[b]).then(b.cmp(&a))).unwrap_or(3);
        self.shares[most] -= 1.0;
        match most {
            0 | 1 => Tint::Side(most),
            2 => Tint::Shared,
            _ => Tint::Other,
        }
    }

    fn light(&mut self, plan: &Plan, layout: &Layout, state: &State) {
        for (k, stage) in layout.stages.iter().enumerate() {
            let station = &plan.stations[stage.station as usize];
            let unstaffed = station.pools.iter().any(|&pool| officers_taken(plan, state, pool));
            for (row, booth) in station.booths.clone().enumerate() {
                let now = state.booth(booth);
                let serves = state.stand(now.traveller).map(|s| s.phase);
                let down = is_down(plan, state, stage.station, booth);
                let lamp = match serves {
                    Some(Phase::Served) if down => LampState::OffRoster,
                    Some(Phase::Served) => LampState::Serving,
                    Some(Phase::Stopped) => LampState::OffRoster,
                    Some(_) => LampState::Held,
                    None if !now.open || unstaffed || down => LampState::OffRoster,
                    None => LampState::Waiting,
                };
                let x = f64::midpoint(stage.booths.from, stage.booths.to);
                self.lamps.push(Lamp { booth, stage: k, x, y: stage.top + row as f64 * ROW, state: lamp });
            }
        }
    }

    fn note_outages(&mut self, plan: &Plan, layout: &Layout, state: &State) {
        let on = plan.outages.iter().enumerate().filter(|(o, _)| state.outage(*o as u16));
        for (_, outage) in on {
            for (k, stage) in layout.stages.iter().enumerate() {
                if outage.stations.contains(&stage.station) && !self.outages.contains(&k) {
                    self.outages.push(k);
                }
            }
        }
    }
}

fn file_of(k: usize, files: u32) -> usize {
    k * 5 % files as usize
}

/// How far the nose of each has come; how many of them fit.
fn noses_on_strip(scene: &Scene, there: &[Stand], files: u32, room: f64, noses: &mut Vec<f64>) -> usize {
    noses.clear();
    let (mut limits, mut taken) = ([room; 8], [0.0; 8]);
    for (k, stand) in there.iter().enumerate() {
        let (file, length) = (file_of(k, files), scene.drawn_length(stand.traveller));
        taken[file] += length;
        if taken[file] > room + 0.01 {
            break;
        }
        let nose = (scene.progress(stand) * room).min(limits[file]);
        limits[file] = nose - length;
        noses.push(nose);
    }
    // Who came at the same instant stand behind each other all the same.
    let mut behind = [0.0f64; 8];
    for k in (0..noses.len()).rev() {
        let file = file_of(k, files);
        behind[file] += scene.drawn_length(there[k].traveller);
        noses[k] = noses[k].max(behind[file]);
    }
    noses.len()
}

/// One file of true length from the booths backwards.
fn single_file(
    stage: &StagePlace,
    (first, rows): (u32, u32),
    filled: &mut [f64],
    length: f64,
) -> Option<(f64, f64)> {
    let filled = filled.get_mut(first as usize)?;
    if *filled + length > stage.line.length() + 0.01 {
        return None;
    }
    let x = stage.line.before_end(*filled + length / 2.0);
    *filled += length;
    Some((x, stage.top + (f64::from(first) + (f64::from(rows) - 1.0) / 2.0) * ROW))
}

/// Several beside each other, as many as the lane has booths, the first ones ahead; the file in the middle first.
fn in_rows(
    stage: &StagePlace,
    (first, rows): (u32, u32),
    counts: &mut [f64],
    length: f64,
) -> Option<(f64, f64)> {
    let count = counts.get_mut(first as usize)?;
    let (row, column) = (*count as u32 % rows, *count as u32 / rows);
    if (f64::from(column) + 1.0) * length > stage.line.length() + 0.01 {
        return None;
    }
    *count += 1.0;
    let step = f64::from(row.div_ceil(2)) * if row % 2 == 1 { -1.0 } else { 1.0 };
    let middle = ((f64::from(rows) - 1.0) / 2.0).floor() + if rows.is_multiple_of(2) { 1.0 } else { 0.0 };
    let x = stage.line.before_end((f64::from(column) + 0.5) * length);
    Some((x, stage.top + (f64::from(first) + middle + step) * ROW))
}

/// Are all officers of a pool at work?
fn officers_taken(plan: &Plan, state: &State, pool: u16) -> bool {
    let row = &plan.pools[pool as usize];
    let booths = row.stations.iter().flat_map(|&s| plan.stations[s as usize].booths.clone());
    let busy =
        booths.filter(|&b| state.stand(state.booth(b).traveller).is_some_and(|s| s.phase == Phase::Served));
    busy.count() as u32 >= officers_on_duty(plan, pool, state.at())
}

/// Does an outage stop everybody at this booth?
fn is_down(plan: &Plan, state: &State, station: u16, booth: u32) -> bool {
    plan.outages.iter().enumerate().any(|(o, outage)| {
        outage.speed <= 0.0
            && outage.serves.is_everyone()
            && outage.stations.contains(&station)
            && outage.booth.is_none_or(|b| b == booth)
            && state.outage(o as u16)
    })
}

/// Officers on duty: the roster, or the last live change after it.
pub fn officers_on_duty(plan: &Plan, pool: u16, at: Tick) -> u32 {
    let (since, level) = level_at(&plan.pools[pool as usize].level, at);
    let pulled = plan.interventions.iter().filter(|i| i.at <= at && i.at >= since);
    let pulled = pulled.filter_map(|i| match i.set {
        Lever::Officers { pool: p, count } if p == pool => Some(count),
        _ => None,
    });
    pulled.fold(level, |_, count| count)
}

fn level_at(schedule: &Schedule, at: Tick) -> (Tick, u32) {
    match schedule.changes.partition_point(|c| c.0 <= at) {
        0 => (0, 0),
        k => (schedule.changes[k - 1].0, schedule.changes[k - 1].1),
    }
}

/// Does a lane feed this booth?
fn feeds(station: &Station, lane: &Lane, booth: u32) -> bool {
    station.groups[lane.groups.clone()].iter().any(|g| (g.first..g.first + g.booths).contains(&booth))
}

/// What a drawing reads.
struct Scene<'a> {
    plan: &'a Plan,
    layout: &'a Layout,
    trace: &'a Trace,
    state: &'a State,
    at: Tick,
}

impl Scene<'_> {
    fn source(&self, traveller: u32) -> u16 {
        self.trace.life(traveller).map_or(0, |life| life.source)
    }

    fn length(&self, traveller: u32) -> f64 {
        let Some(life) = self.trace.life(traveller) else { return self.layout.vehicle };
        let source = self.plan.sources.get(life.source as usize);
        let length = source.map_or(0.0, |s| s.length as f64 / 1000.0);
        if life.is_whole() { length.max(PERSON) } else { PERSON }
    }

    /// Does work stand still at this booth, for an outage?
    fn down(&self, booth: u32) -> bool {
        let station = self.plan.stations.iter().position(|s| s.booths.contains(&booth));
        station.is_some_and(|s| is_down(self.plan, self.state, s as u16, booth))
    }

    fn is_person(&self, traveller: u32) -> bool {
        self.length(traveller) <= PERSON
    }

    /// Persons among vehicles are drawn larger than true.
    fn drawn_length(&self, traveller: u32) -> f64 {
        let length = self.length(traveller);
        if length <= PERSON { self.layout.person } else { length }
    }

    /// The file in which somebody stands: (its first row, how many rows it feeds). The booth that will serve it says
    /// which; where every booth has a line of its own, it is that booth's row.
    fn file(&self, stage: &StagePlace, stand: &Stand) -> (u32, u32) {
        let station = &self.plan.stations[stage.station as usize];
        let many = station.lanes.len() > 1 || station.lanes.iter().any(|lane| lane.lines.len() > 1);
        let booth = if many { self.trace.booth_ahead(stand.came) } else { None };
        let lane = station.lanes.iter().find(|lane| booth.is_none_or(|booth| feeds(station, lane, booth)));
        let Some(lane) = lane else { return (0, 1) };
        let groups = &station.groups[lane.groups.clone()];
        let first = groups.first().map_or(0, |g| g.first - station.booths.start);
        match booth {
            Some(booth) if lane.lines.len() > 1 => (booth - station.booths.start, 1),
            _ => (first, groups.iter().map(|g| g.booths).sum::<u32>().max(1)),
        }
    }

    /// How far on its strip: 0 to 1. The next that is told of somebody on a strip is its arrival at the end.
    fn progress(&self, stand: &Stand) -> f64 {
        match self.trace.next_of_same(stand.came) {
            Some((_, next)) if next.at > stand.since => {
                ((self.at - stand.since) as f64 / (next.at - stand.since) as f64).min(1.0)
            }
            _ => 1.0,
        }
    }

    /// Somebody who is neither served nor held: does it wait, or is it under way?
    fn waits_here(&self, stand: &Stand) -> bool {
        match self.layout.place(stand.spot) {
            Place::Strip(_) => self.progress(stand) >= 1.0,
            Place::Booths(_) => false,
            _ => true,
        }
    }

    /// What the visit's waiting is booked on: the two sides, the zone, others.
    fn booked(&self, stand: &Stand) -> [f64; 4] {
        let mut sums = [0.0; 4];
        let mut at = stand.came;
        while let Some((next, record)) = self.trace.next_of_same(at) {
            match record.what {
                Happened::Booked { what, ticks, .. } => {
                    let (kind, owner) = split_what(self.plan, what);
                    let side = self.plan.owners.get(owner as usize).and_then(|o| o.side);
                    let to = match side {
                        Some(side) => side.min(1),
                        None if owner == self.plan.shared_owner => 2,
                        None => 3,
                    };
                    sums[to] += if kind == Kind::Need { 0.0 } else { ticks as f64 };
                }
                Happened::At(_) | Happened::Left(_) => break,
                _ => {}
            }
            at = next;
        }
        sums
    }
}
