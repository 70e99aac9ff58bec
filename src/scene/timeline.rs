//! The timeline: what happens when, found in a film; and how fast time goes there.

use crate::crossing::Plan;
use crate::kernel::time::{MINUTE, Tick};

use super::film::Film;
use super::lamps::LampState;

/// What a mark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// A side.
    Side(usize),
    /// A stage.
    Station(u16),
    /// An outage.
    Outage(u16),
    /// So many wait, of those who set out from this side.
    Number(usize, u32),
}

/// Kinds of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkKind {
    /// Booths or officers change, or a barrier.
    ShiftChange,
    /// Systems stop or slow down.
    Outage,
    /// Booths of a stage are held from ahead.
    SpillBack,
    /// More wait than ever before in the run.
    Threshold,
}

/// A stretch of the timeline; an instant where both ends are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// From ...
    pub at: Tick,
    /// ... to.
    pub until: Tick,
    /// What kind.
    pub kind: MarkKind,
    /// What about.
    pub about: About,
}

/// Where it is worth looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bookmark {
    /// When most wait.
    LongestQueue,
    /// When booths are held from ahead for the first time.
    FirstSpillBack,
    /// When the first outage begins.
    Outage,
    /// After the longest queue, when no more than a tenth of it waits.
    Recovery,
}

/// The timeline of a film, or of a window of it.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    /// Where it begins ...
    pub from: Tick,
    /// ... and ends.
    pub to: Tick,
    /// Marks, by time.
    pub marks: Vec<Mark>,
    /// Bookmarks, by time.
    pub bookmarks: Vec<(Tick, Bookmark)>,
    /// Every time at which somebody comes somewhere or leaves.
    pub events: Vec<Tick>,
    /// By [`PACE_EVERY`] from `from` on: how fast time goes where it slows down by itself, in per cent.
    pub pace: Vec<u8>,
}

/// How long a step of [`Timeline::pace`] is.
pub const PACE_EVERY: Tick = 5 * MINUTE;
/// A queue that changes by less than this share of the longest in ten minutes changes slowly.
const SLOW_CHANGE: f64 = 0.03;
/// Spill-backs that are less far apart are one.
const APART: Tick = 15 * MINUTE;
/// Shorter ones are not marked.
const SHORTEST: Tick = 5 * MINUTE;
/// Numbers that are worth a mark.
const NUMBERS: [u32; 12] = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

impl Timeline {
    /// The timeline of a film between two times.
    pub fn new(plan: &Plan, film: &Film, from: Tick, to: Tick) -> Self {
        let to = to.min(film.end).max(from);
        let mut timeline = Self { from, to, ..Self::default() };
        timeline.mark_shifts(plan);
        timeline.mark_outages(film);
        timeline.mark_spill_backs(plan, film);
        timeline.mark_numbers(film);
        timeline.marks.sort_by_key(|m| (m.at, m.kind));
        timeline.find_bookmarks(film);
        let times = film.stays.iter().flat_map(|s| [s.from, s.to]);
        timeline.events = times.filter(|t| (from..=to).contains(t)).collect();
        timeline.events.sort_unstable();
        timeline.events.dedup();
        timeline.pace = paces(film, from, to);
        timeline
    }

    fn mark(&mut self, at: Tick, until: Tick, kind: MarkKind, about: About) {
        if until >= self.from && at <= self.to {
            let (at, until) = (at.max(self.from), until.min(self.to));
            self.marks.push(Mark { at, until, kind, about });
        }
    }

    fn mark_shifts(&mut self, plan: &Plan) {
        let mut times: Vec<(Tick, usize)> = Vec::new();
        for station in &plan.stations {
            let levels = station.groups.iter().map(|g| &g.level);
            times.extend(levels.flat_map(|l| &l.changes).skip(1).map(|c| (c.0, station.side)));
        }
        for pool in &plan.pools {
            let side = plan.owners.get(pool.owner as usize).and_then(|o| o.side).unwrap_or(0);
            times.extend(pool.level.changes.iter().skip(1).map(|c| (c.0, side)));
        }
        times.retain(|t| t.0 > 0);
        times.sort_unstable();
        times.dedup();
        for (at, side) in times {
            self.mark(at, at, MarkKind::ShiftChange, About::Side(side));
        }
    }

    fn mark_outages(&mut self, film: &Film) {
        for &(outage, from, to) in &film.outages {
            self.mark(from, to, MarkKind::Outage, About::Outage(outage));
        }
    }

    fn mark_spill_backs(&mut self, plan: &Plan, film: &Film) {
        for (s, station) in plan.stations.iter().enumerate() {
            let mut held: Vec<(Tick, Tick)> = Vec::new();
            for booth in station.booths.clone() {
                let lamps = film.lamps.get(booth as usize).map_or(&[][..], Vec::as_slice);
                for (k, change) in lamps.iter().enumerate().filter(|(_, c)| c.1 == LampState::Held) {
                    held.push((change.0, lamps.get(k + 1).map_or(film.end, |c| c.0)));
                }
            }
            held.sort_unstable();
            let long = |stretch: &&(Tick, Tick)| stretch.1 - stretch.0 >= SHORTEST;
            for &(from, to) in merged(&held).iter().filter(long) {
                self.mark(from, to, MarkKind::SpillBack, About::Station(s as u16));
            }
        }
    }

    fn mark_numbers(&mut self, film: &Film) {
        for (side, changes) in film.hours.from.iter().enumerate() {
            for number in NUMBERS {
                if let Some(first) = changes.iter().find(|c| c.count >= number) {
                    self.mark(first.at, first.at, MarkKind::Threshold, About::Number(side, number));
                }
            }
        }
    }

    fn find_bookmarks(&mut self, film: &Film) {
        let waiting = |at: Tick| film.hours.count(0, at) + film.hours.count(1, at);
        let changes = film.hours.from.iter().flatten().map(|c| c.at);
        let mut times: Vec<Tick> = changes.filter(|t| (self.from..=self.to).contains(t)).collect();
        times.sort_unstable();
        times.dedup();
        let longest = times.iter().map(|&t| (waiting(t), std::cmp::Reverse(t))).max();
        if let Some((most, std::cmp::Reverse(at))) = longest.filter(|l| l.0 > 0) {
            self.bookmarks.push((at, Bookmark::LongestQueue));
            let over = times.iter().find(|&&t| t > at && waiting(t) * 10 <= most);
            self.bookmarks.extend(over.map(|&t| (t, Bookmark::Recovery)));
        }
        let first = |kind: MarkKind| self.marks.iter().find(|m| m.kind == kind).map(|m| m.at);
        let (spill, outage) = (first(MarkKind::SpillBack), first(MarkKind::Outage));
        self.bookmarks.extend(spill.map(|t| (t, Bookmark::FirstSpillBack)));
        self.bookmarks.extend(outage.map(|t| (t, Bookmark::Outage)));
        self.bookmarks.sort_by_key(|b| b.0);
    }

    /// How fast time goes at a time where it slows down by itself, in per cent.
    pub fn pace(&self, at: Tick) -> u8 {
        let step = at.saturating_sub(self.from) / PACE_EVERY;
        self.pace.get(step as usize).copied().unwrap_or(100)
    }

    /// The first event after a time.
    pub fn event_after(&self, at: Tick) -> Option<Tick> {
        self.events.get(self.events.partition_point(|&t| t <= at)).copied()
    }

    /// The last event before a time.
    pub fn event_before(&self, at: Tick) -> Option<Tick> {
        self.events.get(self.events.partition_point(|&t| t < at).checked_sub(1)?).copied()
    }

    /// The first mark or bookmark that begins after a time.
    pub fn mark_after(&self, at: Tick) -> Option<Tick> {
        self.stops().filter(|&t| t > at).min()
    }

    /// The last mark or bookmark that begins before a time.
    pub fn mark_before(&self, at: Tick) -> Option<Tick> {
        self.stops().filter(|&t| t < at).max()
    }

    fn stops(&self) -> impl Iterator<Item = Tick> + '_ {
        self.marks.iter().map(|m| m.at).chain(self.bookmarks.iter().map(|b| b.0))
    }
}

/// Stretches that are close to each other as one.
fn merged(sorted: &[(Tick, Tick)]) -> Vec<(Tick, Tick)> {
    let mut merged: Vec<(Tick, Tick)> = Vec::new();
    for &(from, to) in sorted {
        match merged.last_mut() {
            Some(last) if from <= last.1 + APART => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// Slow where the number that waits changes fast.
fn paces(film: &Film, from: Tick, to: Tick) -> Vec<u8> {
    let waiting = |at: Tick| f64::from(film.hours.count(0, at)) + f64::from(film.hours.count(1, at));
    let steps = (to - from).div_ceil(PACE_EVERY);
    let most = (0..steps).map(|k| waiting(from + k * PACE_EVERY)).fold(0.0, f64::max).max(20.0);
    let pace = |k: u64| {
        let at = from + k * PACE_EVERY;
        let change = (waiting(at + PACE_EVERY) - waiting(at.saturating_sub(PACE_EVERY))).abs();
        (SLOW_CHANGE * most / change.max(1e-9) * 100.0).clamp(15.0, 100.0).round() as u8
    };
    (0..steps).map(pace).collect()
}
