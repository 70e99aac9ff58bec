//! Everything that is drawn at a time.

use crate::crossing::plan::{NONE, SpotKind};
use crate::kernel::time::Tick;

use super::colour::{CAUSES, Cause, ColourBy, wait_step};
use super::film::Film;
use super::lamps::LampState;
use super::layout::{PERSON, Place};
use super::stays::Stay;
use super::tracks::{GROUNDS, Manner};

/// One vehicle or person.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Who.
    pub traveller: u32,
    /// Its stay: index into [`Film::stays`].
    pub stay: u32,
    /// Middle, metres.
    pub x: f64,
    /// Middle, metres.
    pub y: f64,
    /// Length of its body, metres.
    pub length: f64,
    /// Direction of travel along x: 1 or −1.
    pub heading: f64,
    /// A person, not a vehicle?
    pub person: bool,
    /// On its way to its place here?
    pub moves: bool,
    /// Where it stands.
    pub place: Place,
    /// What it waits for, as one colour: over all who are drawn, the share of each is what was booked. Who does not wait
    /// has [`Cause::OWN`]. Where there is room for more than one colour, [`Figure::parts`] say it exactly.
    pub cause: Cause,
    /// What its wait here was for: a range of [`Film::parts`]; empty for who does not wait.
    pub parts: std::ops::Range<u32>,
    /// Row of the legend of the colouring asked for.
    pub paint: u8,
}

/// A booth's lamp.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lamp {
    /// Booth.
    pub booth: u32,
    /// Index into [`Layout::stages`](super::Layout::stages).
    pub stage: usize,
    /// Middle of the booth.
    pub x: f64,
    /// Middle of its row.
    pub y: f64,
    /// What it shows.
    pub state: LampState,
    /// So since.
    pub since: Tick,
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
    /// Length of the longest file there, in metres.
    pub metres: f64,
}

/// How many of one direction wait: where they stand, and what for. Both sum to the same.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standing {
    /// By [`Ground`](super::Ground).
    pub grounds: [u32; GROUNDS.len()],
    /// By [`Cause`]: parts of travellers.
    pub causes: [f64; CAUSES],
}

impl Standing {
    /// How many wait.
    pub fn all(&self) -> u32 {
        self.grounds.iter().sum()
    }
}

/// What is asked of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// What the colour of a vehicle says.
    pub colour: ColourBy,
}

/// Everything at a time. Reusable: [`Picture::draw`] keeps its memory.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// Vehicles and persons who are present, those of a place together, the first ahead.
    pub figures: Vec<Figure>,
    /// Lamps, one for each booth.
    pub lamps: Vec<Lamp>,
    /// Places with more than is drawn.
    pub beyond: Vec<Beyond>,
    /// Stages at which an outage is on: index into [`Layout::stages`](super::Layout::stages).
    pub outages: Vec<usize>,
    /// By the side one sets out from: who waits, where and what for.
    pub standing: [Standing; 2],
    /// When.
    pub at: Tick,
    carried: [f64; CAUSES],
}

impl Picture {
    /// An empty picture.
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws a time of a film. Allocates only when there is more to draw than ever before.
    pub fn draw(&mut self, film: &Film, at: Tick, look: Look) {
        self.figures.clear();
        self.beyond.clear();
        self.standing = [Standing::default(); 2];
        self.carried = [0.0; CAUSES];
        self.at = at;
        self.light(film, at);
        for track in 0..film.tracks.len() as u32 {
            self.draw_track(film, track, at, look);
        }
        self.note_outages(film, at);
    }

    fn draw_track(&mut self, film: &Film, number: u32, at: Tick, look: Look) {
        let track = &film.tracks[number as usize];
        let (mut all, mut hidden, mut metres) = (0, 0, 0.0);
        film.along(number, at, |k, nose| {
            let stay = &film.stays[k as usize];
            let wait = Wait::of(film, stay, at);
            if wait != Wait::No && stay.whole {
                self.count(film, stay);
            }
            all += 1;
            metres = nose + stay.length;
            let seen = match track.manner {
                Manner::Queue => metres <= track.room + 0.01,
                Manner::Strip => nose <= track.room + stay.length,
                Manner::Slot => true,
                Manner::Unseen => false,
            };
            if seen {
                self.add(film, k, nose, wait, look);
            } else {
                hidden += 1;
            }
            true
        });
        if hidden > 0 && !matches!(track.place, Place::Board | Place::Nowhere) {
            self.note_beyond(track.place, all, hidden, metres);
        }
    }

    fn note_beyond(&mut self, place: Place, all: u32, count: u32, metres: f64) {
        match self.beyond.iter_mut().find(|b| b.place == place) {
            Some(b) => (b.count, b.all, b.metres) = (b.count + count, b.all + all, b.metres.max(metres)),
            None => self.beyond.push(Beyond { place, count, all, metres }),
        }
    }

    /// Counts who waits: where, and what for.
    fn count(&mut self, film: &Film, stay: &Stay) {
        let from = film.side_of(stay);
        let standing = &mut self.standing[from];
        standing.grounds[film.tracks[stay.track as usize].ground(from) as usize] += 1;
        shares(film, stay, |cause, share| standing.causes[usize::from(cause.0)] += share);
    }

    /// One colour for a wait: of its own causes the one of which most is left over from those before. So the numbers of
    /// each colour are the sums of the shares.
    fn tint(&mut self, film: &Film, stay: &Stay) -> Cause {
        let carried = &mut self.carried;
        let mut most = Cause::UNKNOWN;
        shares(film, stay, |cause, share| {
            let left = &mut carried[usize::from(cause.0)];
            *left += share;
            if most == Cause::UNKNOWN || carried[usize::from(cause.0)] > carried[usize::from(most.0)] {
                most = cause;
            }
        });
        carried[usize::from(most.0)] -= 1.0;
        most
    }

    fn add(&mut self, film: &Film, k: u32, nose: f64, wait: Wait, look: Look) {
        let stay = &film.stays[k as usize];
        let track = &film.tracks[stay.track as usize];
        let (x, y, moves) = film.at(stay, nose, self.at);
        let (mut cause, mut parts) = (Cause::OWN, 0..0);
        if wait != Wait::No {
            cause = self.tint(film, stay);
            parts = stay.parts.clone();
        }
        let paint = match look.colour {
            ColourBy::Cause => cause.0,
            ColourBy::Class => film.kinds.all[stay.kind as usize].class,
            ColourBy::Attribute(group) => {
                film.kinds.all[stay.kind as usize].attributes.get(group).copied().unwrap_or(0)
            }
            ColourBy::Waited => wait_step(stay.waited_before + wait.so_far(self.at).min(stay.waited)),
        };
        self.figures.push(Figure {
            traveller: stay.traveller,
            stay: k,
            x,
            y,
            length: stay.body * 0.88,
            heading: track.heading,
            person: stay.body <= PERSON,
            moves,
            place: track.place,
            cause,
            parts,
            paint,
        });
    }

    fn light(&mut self, film: &Film, at: Tick) {
        self.lamps.clear();
        for track in film.tracks.iter().filter(|t| t.booth != NONE) {
            let Place::Booths(stage) = track.place else { continue };
            let (state, since) = film.lamp(track.booth, at);
            let (booth, x, y) = (track.booth, track.end, track.y);
            self.lamps.push(Lamp { booth, stage, x, y, state, since });
        }
    }

    fn note_outages(&mut self, film: &Film, at: Tick) {
        self.outages.clear();
        for (outage, ..) in film.outages.iter().filter(|o| o.1 <= at && at < o.2) {
            for &stage in &film.stages_of_outage[*outage as usize] {
                if !self.outages.contains(&stage) {
                    self.outages.push(stage);
                }
            }
        }
    }
}

/// Does somebody wait, and since when?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    No,
    Since(Tick),
}

impl Wait {
    #[inline]
    fn of(film: &Film, stay: &Stay, at: Tick) -> Self {
        let track = &film.tracks[stay.track as usize];
        match track.kind {
            SpotKind::OnTheWay => Self::No,
            SpotKind::Booth => match film.lamp(track.booth, at) {
                (LampState::Serving, _) => Self::No,
                (_, since) => Self::Since(since.max(stay.from)),
            },
            _ if at < stay.ready => Self::No,
            _ => Self::Since(stay.ready),
        }
    }

    fn so_far(self, at: Tick) -> Tick {
        match self {
            Self::No => 0,
            Self::Since(since) => at - since,
        }
    }
}

/// Calls with each cause of a stay's wait and its share; what was never booked is unknown.
#[inline]
fn shares(film: &Film, stay: &Stay, mut each: impl FnMut(Cause, f64)) {
    if stay.waited == 0 {
        each(Cause::UNKNOWN, 1.0);
        return;
    }
    let all = stay.waited as f64;
    for part in &film.parts[stay.parts.start as usize..stay.parts.end as usize] {
        each(film.cause(part), part.ticks as f64 / all);
    }
}
