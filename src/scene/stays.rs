//! Stays: who is on which track from when to when, made from the records of a run.
//!
//! One pass over the records. Stays of a traveller follow each other without a gap from its appearance until it leaves;
//! those that last less than a millisecond are left out, and what was booked for them goes to the next. Times are whole
//! milliseconds, so that a film written to a file is the same film.

use std::collections::BTreeMap;

use crate::crossing::Happened;
use crate::crossing::ledger::{Kind, What};
use crate::crossing::plan::{NONE, NONE16, Plan, SpotId, SpotKind};
use crate::kernel::time::Tick;
use crate::trace::{Trace, split_what};

use super::layout::{Layout, PERSON};
use super::tracks::{Manner, Tracks, station_of};

/// One stay on a track.
#[derive(Debug, Clone, PartialEq)]
pub struct Stay {
    /// Who.
    pub traveller: u32,
    /// Index into [`Film::tracks`](super::Film::tracks).
    pub track: u32,
    /// From ...
    pub from: Tick,
    /// ... to.
    pub to: Tick,
    /// Until then under way (crosses, drives up, comes after a call); from then on it waits, except at a booth.
    pub ready: Tick,
    /// What it is: index into [`Kinds::all`](super::Kinds::all).
    pub kind: u16,
    /// A traveller of its own, not a passenger of one?
    pub whole: bool,
    /// Its true length, in metres.
    pub body: f64,
    /// Room on the track that it takes, in metres.
    pub length: f64,
    /// What it waited here: all that was booked and was not its own need.
    pub waited: Tick,
    /// What it had waited before it came here.
    pub waited_before: Tick,
    /// What the wait here was for: a range of [`Film::parts`](super::Film::parts).
    pub parts: std::ops::Range<u32>,
    /// Where it was when it came, in metres along and across; none for somebody who appears here.
    pub origin: Option<(f64, f64)>,
    /// Metres from the track's end to its nose when it left, in whole centimetres.
    pub left_at: f64,
    /// The stay before this of the same traveller; [`NONE`] for the first.
    pub before: u32,
    /// The container it was last said to wait for; [`NONE16`] for none.
    pub waits_for: u16,
    /// Came back to the rank that it had before: those behind make room for it.
    pub returns: bool,
    /// Rank on the track: the smaller is ahead.
    pub(super) order: u32,
}

/// What somebody waited for: so many ticks of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What for.
    pub what: What,
    /// How long.
    pub ticks: Tick,
}

/// A millisecond.
const QUANTUM: Tick = 1_000;

/// The whole millisecond that a tick lies in.
pub(super) fn whole(at: Tick) -> Tick {
    at - at % QUANTUM
}

/// A stay that has not ended.
#[derive(Debug, Clone)]
struct Open {
    spot: SpotId,
    track: u32,
    from: Tick,
    /// When it was ready; none as long as it is under way.
    ready: Option<Tick>,
    order: u32,
    came: u32,
    stopped: bool,
    before: (SpotId, u32),
    returns: bool,
    waits_for: u16,
    waited_before: Tick,
    booked: Vec<Part>,
}

impl Open {
    fn book(&mut self, part: Part) {
        match self.booked.iter_mut().find(|p| p.what == part.what) {
            Some(booked) => booked.ticks += part.ticks,
            None if part.ticks > 0 => self.booked.push(part),
            None => {}
        }
    }
}

/// What one pass over the records makes.
pub(super) struct Stays {
    pub(super) stays: Vec<Stay>,
    pub(super) parts: Vec<Part>,
    /// By traveller: its last stay.
    pub(super) last: Vec<u32>,
}

struct Making<'a> {
    plan: &'a Plan,
    layout: &'a Layout,
    trace: &'a Trace,
    tracks: &'a Tracks,
    open: Vec<Option<Open>>,
    /// Metres taken on each track.
    taken: Vec<f64>,
    /// By first track of a choice: the track chosen last.
    turn: BTreeMap<u32, u32>,
    made: Stays,
}

/// The stays of a run, in the order in which they ended.
pub(super) fn stays(plan: &Plan, layout: &Layout, trace: &Trace, tracks: &Tracks) -> Stays {
    let travellers = trace.travellers().last().map_or(0, |(i, _)| i as usize + 1);
    let mut making = Making {
        plan,
        layout,
        trace,
        tracks,
        open: vec![None; travellers],
        taken: vec![0.0; tracks.all.len()],
        turn: BTreeMap::new(),
        made: Stays { stays: Vec::new(), parts: Vec::new(), last: vec![NONE; travellers] },
    };
    making.run();
    making.made
}

impl Making<'_> {
    fn run(&mut self) {
        let trace = self.trace;
        let mut lines = trace.lines_joined().iter().peekable();
        for (k, record) in trace.records().iter().enumerate() {
            while let Some(&&(_, who, line)) = lines.peek().filter(|l| l.0 as usize <= k) {
                lines.next();
                self.join(who, line, trace.records()[k.saturating_sub(1)].at, k as u32);
            }
            self.tell(k as u32, record.traveller, record.at, record.what);
        }
        for i in 0..self.open.len() {
            self.close(i as u32, trace.end());
        }
    }

    fn tell(&mut self, k: u32, i: u32, at: Tick, what: Happened) {
        if i == NONE {
            return;
        }
        match what {
            Happened::At(spot) => self.come(i, spot, at, k),
            Happened::Starts { booth } => self.start(i, booth, at, k),
            Happened::Left(_) => drop(self.close(i, at)),
            _ => {}
        }
        let Some(open) = self.open[i as usize].as_mut() else { return };
        if open.ready.is_none() && at > open.from && !matches!(what, Happened::At(_)) {
            open.ready = Some(at);
        }
        match what {
            Happened::Stops { .. } => open.stopped = true,
            Happened::GoesOn { .. } => open.stopped = false,
            Happened::Held { by } => open.waits_for = by,
            Happened::Booked { what, ticks, .. } if split_what(self.plan, what).0 != Kind::Need => {
                open.book(Part { what, ticks });
            }
            _ => {}
        }
    }

    fn come(&mut self, i: u32, spot: SpotId, at: Tick, k: u32) {
        let before = self.close(i, at);
        let kind = self.plan.spots.get(spot as usize).map(|s| s.kind);
        let line = kind == Some(SpotKind::Line);
        let drives = line && station_of(self.plan, spot).is_some_and(|s| s.lanes.iter().any(|l| l.drive > 0));
        let under_way = drives || matches!(kind, Some(SpotKind::Strip | SpotKind::OnTheWay));
        let (mut order, mut returns, mut seen, mut booked, mut waited) =
            (k, false, (NONE16, NONE), vec![], 0);
        if let Some(before) = before {
            seen = (before.spot, before.order);
            // Whoever is sent back to the head of its line stands where it stood.
            if before.stopped && before.before.0 == spot {
                (order, returns) = (before.before.1, true);
            }
            (booked, waited) = (before.booked, before.waited_before);
        }
        self.open[i as usize] = Some(Open {
            spot,
            track: NONE,
            from: at,
            ready: if under_way { None } else { Some(at) },
            order,
            came: k,
            stopped: false,
            before: seen,
            returns,
            waits_for: NONE16,
            waited_before: waited,
            booked,
        });
        if !matches!(kind, Some(SpotKind::Line | SpotKind::Booth)) {
            self.place(i, self.tracks.of_spot(spot));
        }
    }

    /// Puts somebody on the freest of these tracks.
    fn place(&mut self, i: u32, among: std::ops::Range<u32>) {
        let length = self.length(i, among.start);
        let Some(open) = self.open[i as usize].as_mut() else { return };
        let slot = self.tracks.all.get(among.start as usize).map(|t| t.manner) == Some(Manner::Slot);
        let track = if slot {
            among.clone().find(|&t| self.taken[t as usize] == 0.0).unwrap_or(among.end.saturating_sub(1))
        } else {
            let last = self.turn.get(&among.start).copied().unwrap_or(among.end.saturating_sub(1));
            let from_next = (last + 1..among.end).chain(among.start..=last.min(among.end.saturating_sub(1)));
            // Files that differ by a few centimetres are as long as each other.
            let rough = |t: u32| (self.taken[t as usize] * 10.0).round() as u64;
            from_next.min_by_key(|&t| rough(t)).unwrap_or(among.start)
        };
        self.turn.insert(among.start, track);
        open.track = track;
        self.taken[track as usize] += length;
    }

    /// A line is joined, or another than before.
    fn join(&mut self, i: u32, line: u32, at: Tick, k: u32) {
        let among = self.tracks.of_line(line);
        let Some(open) = self.open.get(i as usize).and_then(Option::as_ref) else { return };
        if among.is_empty() || among.contains(&open.track) || self.place_of(among.start) != open.spot {
            return;
        }
        if open.track != NONE && at > open.from {
            self.move_over(i, at, k);
        }
        self.place(i, among);
    }

    fn place_of(&self, track: u32) -> SpotId {
        self.tracks.all.get(track as usize).map_or(NONE16, |t| t.spot)
    }

    /// The stay ends here and goes on elsewhere at the same spot.
    fn move_over(&mut self, i: u32, at: Tick, k: u32) {
        let Some(mut open) = self.close(i, at) else { return };
        (open.track, open.from, open.ready, open.order) = (NONE, at, Some(at), k);
        (open.came, open.returns) = (k, false);
        self.open[i as usize] = Some(open);
    }

    fn start(&mut self, i: u32, booth: u32, at: Tick, k: u32) {
        let Some(track) = self.tracks.of_booth(booth) else { return };
        let Some(open) = self.open[i as usize].as_ref() else { return };
        if open.track == track || self.place_of(track) != open.spot {
            return;
        }
        if open.track != NONE {
            self.move_over(i, at, k);
        }
        let length = self.length(i, track);
        self.taken[track as usize] += length;
        if let Some(open) = self.open[i as usize].as_mut() {
            open.track = track;
        }
    }

    /// Ends the open stay and files it; what goes on to the next one comes back.
    fn close(&mut self, i: u32, at: Tick) -> Option<Open> {
        let known = self.open.get(i as usize)?.as_ref()?;
        if known.track == NONE {
            let among = self.tracks_by_default(known);
            self.place(i, among);
        }
        let mut open = self.open[i as usize].take()?;
        let track = &self.tracks.all[open.track as usize];
        let length = self.length(i, open.track);
        self.taken[open.track as usize] = (self.taken[open.track as usize] - length).max(0.0);
        let (from, to) = (whole(open.from), whole(at));
        if to == from {
            return Some(open);
        }
        let ready = match track.kind {
            SpotKind::OnTheWay => to,
            _ => whole(open.ready.unwrap_or(at)).clamp(from, to),
        };
        let first = self.made.parts.len() as u32;
        self.made.parts.append(&mut open.booked);
        let parts = first..self.made.parts.len() as u32;
        let waited = self.made.parts[first as usize..].iter().map(|p| p.ticks).sum();
        let before = std::mem::replace(&mut self.made.last[i as usize], self.made.stays.len() as u32);
        self.made.stays.push(Stay {
            traveller: i,
            track: open.track,
            from,
            to,
            ready,
            kind: 0,
            whole: true,
            body: length,
            length,
            waited,
            waited_before: open.waited_before,
            parts,
            origin: None,
            left_at: 0.0,
            before,
            waits_for: open.waits_for,
            returns: open.returns,
            order: open.order,
        });
        open.waited_before += waited;
        Some(open)
    }

    /// Nobody said which line: the one that leads to the booth that will serve it.
    fn tracks_by_default(&self, open: &Open) -> std::ops::Range<u32> {
        let spot = self.tracks.of_spot(open.spot);
        let line = self.plan.spots.get(open.spot as usize).is_some_and(|s| s.kind == SpotKind::Line);
        let Some(station) = station_of(self.plan, open.spot).filter(|_| line) else { return spot };
        let booth = self.trace.booth_ahead(open.came);
        let serves = |lane: &&crate::crossing::plan::Lane| {
            let groups = &station.groups[lane.groups.clone()];
            booth.is_some_and(|b| groups.iter().any(|g| (g.first..g.first + g.booths).contains(&b)))
        };
        let lane = station.lanes.iter().find(serves).or(station.lanes.first());
        lane.map_or(spot, |lane| self.tracks.of_line(lane.lines.start))
    }

    /// The room that somebody takes on a track: persons among vehicles are drawn larger than true, except on roads.
    fn length(&self, i: u32, track: u32) -> f64 {
        let road = self.tracks.all.get(track as usize).is_some_and(|t| t.kind == SpotKind::Road);
        let length = length_of(self.plan, self.trace, i);
        if length <= PERSON && !road { self.layout.person } else { length }
    }
}

/// The true length of somebody, in metres.
pub(super) fn length_of(plan: &Plan, trace: &Trace, traveller: u32) -> f64 {
    let Some(life) = trace.life(traveller).filter(|life| life.is_whole()) else { return PERSON };
    let source = plan.sources.get(life.source as usize);
    source.map_or(PERSON, |s| s.length as f64 / 1000.0).max(PERSON)
}
