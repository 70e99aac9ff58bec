//! A film: everything that is needed to draw any instant of one run.
//!
//! # How vehicles move without jumps
//!
//! The model moves a vehicle from one place to the next in no time. On the film two things are spread over [`MOVE`]:
//!
//! * whoever comes to a track *drives* there from where it stood before, and
//! * the room of whoever left a track *closes*: it shrinks to nothing, and those behind move up.
//!
//! Where somebody stands is therefore the sum of the room of those ahead, the shrinking room of those who have just left
//! included: continuous in time, never backwards, in order and without overlap, whatever left from where. It is a
//! function of the time alone; no instant needs the one before.

use crate::crossing::Plan;
use crate::crossing::plan::NONE;
use crate::kernel::time::{SECOND, Tick};
use crate::trace::{Trace, waited};

use super::colour::{Cause, Causes, Kinds};
use super::hours::Hours;
use super::lamps::{LampChanges, LampState, lamps};
use super::layout::Layout;
use super::stays::{Part, Stay, Stays, length_of, stays, whole};
use super::tracks::{Manner, Track, Tracks};

/// How long a move from one place to the next takes on the film, and the closing of a gap.
pub const MOVE: Tick = 20 * SECOND;

/// One run, ready to be drawn at any time. See the head of [`scene`](super).
#[derive(Debug, Clone)]
pub struct Film {
    /// Where everything lies.
    pub layout: Layout,
    /// All tracks.
    pub tracks: Vec<Track>,
    /// All stays, by track and rank.
    pub stays: Vec<Stay>,
    /// What the waits were for: [`Stay::parts`] are ranges of it.
    pub parts: Vec<Part>,
    /// Kinds of travellers.
    pub kinds: Kinds,
    /// What each traveller is, by its number in the run.
    pub who: Vec<Who>,
    /// What a wait can be for.
    pub causes: Causes,
    /// Changes of the lamp of each booth.
    pub lamps: Vec<LampChanges>,
    /// When outages were on: (outage, from, to).
    pub outages: Vec<(u16, Tick, Tick)>,
    /// Stages that an outage concerns, by outage: indices into [`Layout::stages`].
    pub stages_of_outage: Vec<Vec<usize>>,
    /// How many wait, and what has been waited so far.
    pub hours: Hours,
    /// The end of the run.
    pub end: Tick,
    of_track: Vec<std::ops::Range<u32>>,
    spans: Vec<Span>,
    last: Vec<u32>,
}

/// What one traveller is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Who {
    /// Index into [`Kinds::all`].
    pub kind: u16,
    /// For a passenger the vehicle's number; [`NONE`] for a traveller of its own.
    pub of: u32,
    /// Persons.
    pub persons: u32,
    /// Length of its body, metres.
    pub length: f64,
    /// When it appeared.
    pub appeared: Tick,
    /// All that it waited.
    pub waited: Tick,
    /// Share of those of its direction and class who waited less, in per cent.
    pub rank: u8,
}

/// When a stay is, and what is known of its neighbours: both bounds grow along a track, so that those who are there at a
/// time are found by halving.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Tick,
    to: Tick,
    /// Nobody from here on came before this.
    earliest: Tick,
    /// Everybody up to here has left by then.
    latest: Tick,
}

impl Film {
    /// The film of a run.
    pub fn new(plan: &Plan, trace: &Trace) -> Self {
        let layout = Layout::new(plan);
        let tracks = Tracks::new(plan, &layout);
        let stages_of_outage = stages_of_outage(plan, &layout);
        let Stays { stays, parts, last } = stays(plan, &layout, trace, &tracks);
        let mut kinds = Kinds::new(plan);
        let who = who(plan, trace, &mut kinds);
        let mut film = Self {
            layout,
            tracks: tracks.all,
            stays,
            parts,
            kinds,
            who,
            causes: Causes::new(plan),
            lamps: lamps(plan, trace),
            outages: outages(trace),
            stages_of_outage,
            hours: Hours::default(),
            end: whole(trace.end()),
            of_track: Vec::new(),
            spans: Vec::new(),
            last,
        };
        film.sort();
        film.describe_stays();
        film.find_origins();
        film.hours = Hours::new(&film);
        film
    }

    /// By track and rank; what points to a stay by its number points there still.
    fn sort(&mut self) {
        let mut order: Vec<u32> = (0..self.stays.len() as u32).collect();
        order.sort_unstable_by_key(|&k| {
            let stay = &self.stays[k as usize];
            (stay.track, stay.order, stay.from)
        });
        let mut now = vec![0; order.len()];
        for (to, &from) in order.iter().enumerate() {
            now[from as usize] = to as u32;
        }
        let moved = |k: u32| now.get(k as usize).copied().unwrap_or(NONE);
        self.stays = order.iter().map(|&k| self.stays[k as usize].clone()).collect();
        self.stays.iter_mut().for_each(|stay| stay.before = moved(stay.before));
        self.last.iter_mut().for_each(|last| *last = moved(*last));
        let first = |track: u32| self.stays.partition_point(|s| s.track < track) as u32;
        self.of_track = (0..self.tracks.len() as u32).map(|t| first(t)..first(t + 1)).collect();
        self.spans = self
            .stays
            .iter()
            .map(|s| Span { from: s.from, to: s.to, earliest: s.from, latest: s.to })
            .collect();
        for range in &self.of_track {
            let spans = &mut self.spans[range.start as usize..range.end as usize];
            for k in 1..spans.len() {
                spans[k].latest = spans[k].latest.max(spans[k - 1].latest);
            }
            for k in (1..spans.len()).rev() {
                spans[k - 1].earliest = spans[k - 1].earliest.min(spans[k].earliest);
            }
        }
    }

    /// What a drawing wants to know of somebody stands with its stay.
    fn describe_stays(&mut self) {
        for stay in &mut self.stays {
            let who = &self.who[stay.traveller as usize];
            (stay.kind, stay.whole, stay.body) = (who.kind, who.of == NONE, who.length);
        }
    }

    /// Where everybody was when it left a track is where it comes from on the next.
    fn find_origins(&mut self) {
        for k in 0..self.stays.len() {
            let (track, to) = (self.stays[k].track, self.stays[k].to);
            if self.tracks[track as usize].manner != Manner::Unseen {
                let metres = self.metres(k as u32, to - 1);
                self.stays[k].left_at = (metres * 100.0).round() / 100.0;
            }
        }
        for k in 0..self.stays.len() {
            let stay = &self.stays[k];
            let before = self.stays.get(stay.before as usize).filter(|b| b.to == stay.from);
            self.stays[k].origin = before.and_then(|b| self.left_from(b));
        }
    }

    /// Where somebody was when a stay ended, if that is on the picture.
    fn left_from(&self, stay: &Stay) -> Option<(f64, f64)> {
        let track = &self.tracks[stay.track as usize];
        let seen = track.manner != Manner::Unseen && stay.left_at <= track.room;
        seen.then(|| (track.middle(stay.left_at, stay.length), track.y))
    }

    /// Metres from the end of its track to the nose of somebody during a stay.
    fn metres(&self, k: u32, at: Tick) -> f64 {
        let mut found = 0.0;
        self.along(self.stays[k as usize].track, at, |j, metres| {
            found = metres;
            j != k
        });
        found
    }

    /// Calls `each(stay, metres)` for everybody on a track, the first ahead: its number, and how far its nose is from the
    /// track's end. Stops when that says no.
    #[inline]
    pub fn along(&self, track: u32, at: Tick, mut each: impl FnMut(u32, f64) -> bool) {
        let Some(range) = self.of_track.get(track as usize) else { return };
        let along = &self.tracks[track as usize];
        let spans = &self.spans[range.start as usize..range.end as usize];
        let first = spans.partition_point(|s| s.latest + MOVE <= at);
        let here = spans[first..].iter().take_while(|s| s.earliest <= at).enumerate();
        let mut tail = 0.0;
        for (n, _) in here.filter(|(_, s)| s.from <= at && at < s.to + MOVE) {
            let k = range.start as usize + first + n;
            let stay = &self.stays[k];
            let nose = nose(along, stay, at, tail);
            if at < stay.to && !each(k as u32, nose) {
                return;
            }
            tail = nose + room_taken(stay, at);
        }
    }

    /// The stays on a track, by rank.
    pub fn of_track(&self, track: u32) -> &[Stay] {
        let range = self.of_track.get(track as usize).cloned().unwrap_or(0..0);
        &self.stays[range.start as usize..range.end as usize]
    }

    /// The middle of somebody during a stay, and whether it is on its way there: metres along and across.
    #[inline]
    pub fn at(&self, stay: &Stay, metres: f64, at: Tick) -> (f64, f64, bool) {
        let track = &self.tracks[stay.track as usize];
        let (x, y) = (track.middle(metres, stay.length), track.y);
        let Some((x0, y0)) = stay.origin else { return (x, y, false) };
        let takes = moves_for(track, stay);
        if at >= stay.from + takes {
            return (x, y, false);
        }
        let u = (at - stay.from) as f64 / takes as f64;
        (x0 + (x - x0) * u, y0 + (y - y0) * u, true)
    }

    /// The stays of a traveller, from the last to the first.
    pub fn journey(&self, traveller: u32) -> impl Iterator<Item = &Stay> + '_ {
        let mut at = self.last.get(traveller as usize).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let stay = self.stays.get(at as usize)?;
            at = stay.before;
            Some(stay)
        })
    }

    /// What a booth shows, and since when.
    #[inline]
    pub fn lamp(&self, booth: u32, at: Tick) -> (LampState, Tick) {
        let Some(changes) = self.lamps.get(booth as usize) else { return (LampState::OffRoster, 0) };
        match changes.partition_point(|c| c.0 <= at) {
            0 => (LampState::OffRoster, 0),
            k => (changes[k - 1].1, changes[k - 1].0),
        }
    }

    /// The side somebody set out from.
    #[inline]
    pub fn side_of(&self, stay: &Stay) -> usize {
        self.kinds.all.get(stay.kind as usize).map_or(0, |k| usize::from(k.from).min(1))
    }

    /// What a part of a wait was for.
    #[inline]
    pub fn cause(&self, part: &Part) -> Cause {
        self.causes.of(part.what)
    }
}

/// Where the nose of somebody is that has `tail` metres taken ahead of it.
#[inline]
fn nose(track: &Track, stay: &Stay, at: Tick, tail: f64) -> f64 {
    match track.manner {
        Manner::Queue => tail,
        Manner::Strip if at < stay.ready => {
            let left = (stay.ready - at) as f64 / (stay.ready - stay.from) as f64;
            tail.max(left * track.room)
        }
        Manner::Strip => tail,
        Manner::Slot | Manner::Unseen => 0.0,
    }
}

/// Room that somebody takes: all of its length; less and less after it left, more and more after it came back.
#[inline]
fn room_taken(stay: &Stay, at: Tick) -> f64 {
    if at >= stay.to {
        stay.length * (1.0 - (at - stay.to) as f64 / MOVE as f64)
    } else if stay.returns && at < stay.from + MOVE {
        stay.length * ((at - stay.from) as f64 / MOVE as f64)
    } else {
        stay.length
    }
}

/// How long somebody drives to its place on a track.
#[inline]
fn moves_for(track: &Track, stay: &Stay) -> Tick {
    let drives = if track.manner == Manner::Queue { stay.ready - stay.from } else { 0 };
    MOVE.min(stay.to - stay.from).max(drives).max(1)
}

/// Everybody, with its rank among those of its direction and class.
fn who(plan: &Plan, trace: &Trace, kinds: &mut Kinds) -> Vec<Who> {
    let count = trace.travellers().last().map_or(0, |(i, _)| i as usize + 1);
    let nobody = Who { kind: 0, of: NONE, persons: 0, length: 0.0, appeared: 0, waited: 0, rank: 0 };
    let mut who = vec![nobody; count];
    let mut groups: std::collections::BTreeMap<u16, Vec<(Tick, u32)>> = std::collections::BTreeMap::new();
    for (i, life) in trace.travellers() {
        let waited = waited(plan, trace, i).unwrap_or(0);
        who[i as usize] = Who {
            kind: kinds.number(plan, life.source, trace.words(i)),
            of: life.of,
            persons: trace.persons(i),
            length: length_of(plan, trace, i),
            appeared: life.appeared,
            waited,
            rank: 0,
        };
        if life.is_whole() {
            let base = plan.sources.get(life.source as usize).map_or(0, |s| s.base_cohort);
            groups.entry(base).or_default().push((waited, i));
        }
    }
    for group in groups.values_mut() {
        group.sort_unstable();
        for &(waited, i) in group.iter() {
            let less = group.partition_point(|g| g.0 < waited);
            who[i as usize].rank = (less * 100 / group.len()) as u8;
        }
    }
    who
}

fn stages_of_outage(plan: &Plan, layout: &Layout) -> Vec<Vec<usize>> {
    let stages = |stations: &[u16]| {
        let stages = layout.stages.iter().enumerate();
        stages.filter(|(_, s)| stations.contains(&s.station)).map(|(k, _)| k).collect()
    };
    plan.outages.iter().map(|outage| stages(&outage.stations)).collect()
}

/// When outages were on.
fn outages(trace: &Trace) -> Vec<(u16, Tick, Tick)> {
    let mut outages: Vec<(u16, Tick, Tick)> = Vec::new();
    for record in trace.records() {
        let crate::crossing::Happened::Outage { outage, begins } = record.what else { continue };
        let open = outages.iter_mut().rev().find(|o| o.0 == outage && o.2 == Tick::MAX);
        match open {
            Some(open) if !begins => open.2 = record.at,
            None if begins => outages.push((outage, record.at, Tick::MAX)),
            _ => {}
        }
    }
    outages
}
