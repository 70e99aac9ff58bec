//! The rules by which a virtual queue calls, as compiled.
//!
//! Whoever waits in a queue belongs to one *class* of it. Class 0 is called before everybody else; the others follow the
//! queue's cycle of turns, and without turns there is but one of them, called in order of booking.

use super::plan::{OwnerId, Test};
use crate::kernel::Draw;
use crate::kernel::laws::Law;
use crate::kernel::time::Tick;

/// The class that is called before everybody else.
pub const AHEAD_OF_ALL: u8 = 0;

/// How a virtual queue calls.
#[derive(Debug, Clone)]
pub struct CallRules {
    /// Who is called before everybody else.
    pub first: Test,
    /// A cycle of turns; none: in order of booking.
    pub turns: Option<Turns>,
    /// Who puts off a call.
    pub postponement: Option<Postponement>,
    /// What becomes of vehicles that miss calls.
    pub strikes: Option<Strikes>,
    /// Bookings that are given up before they are called; the first that fits.
    pub cancellations: Vec<Cancellation>,
    /// Papers without which nobody is let in.
    pub papers: Vec<Papers>,
    /// Places at the gate reserved for a stretch of time.
    pub slots: Option<Slots>,
    /// In which mode the service works from when on, the first from 0; empty: as ordered, always.
    pub modes: Vec<(Tick, Mode)>,
}

/// A cycle of turns.
#[derive(Debug, Clone)]
pub struct Turns {
    /// Under whom the cycle is in force; everybody else is of the last class.
    pub holds_for: Test,
    /// Who has turns: the classes from 1 on, the first that fits.
    pub classes: Vec<Test>,
    /// The class of each turn of a round.
    pub cycle: Vec<u8>,
    /// A turn for which nobody waits is lost; else the next turn is taken.
    pub lost: bool,
    /// The last class's turns go to the earliest booking of all classes.
    pub falls_back: bool,
}

/// Who puts off a call.
#[derive(Debug, Clone)]
pub struct Postponement {
    /// Who may do so only once; everybody else as often as it likes.
    pub holds_for: Test,
    /// Share that would rather come later when its turn comes.
    pub share: f64,
    /// By how long, each as likely.
    pub by: Vec<Tick>,
    /// A vehicle that returns may do so once in this time.
    pub once_in: Tick,
    /// Key of the draws.
    pub purpose: u64,
}

/// What becomes of vehicles that miss calls.
#[derive(Debug, Clone)]
pub struct Strikes {
    /// Whose missed calls are counted.
    pub holds_for: Test,
    /// After how many in a row ...
    pub after: u32,
    /// ... it cannot book for so long.
    pub ban: Tick,
}

/// A kind of booking that may be given up before it is called.
#[derive(Debug, Clone)]
pub struct Cancellation {
    /// Whose.
    pub serves: Test,
    /// Share of them.
    pub share: f64,
    /// How long after the booking.
    pub after: Law,
    /// Whoever is called before that does not come.
    pub stays_away: bool,
    /// Key of the draws.
    pub purpose: u64,
}

/// Papers without which nobody is let in.
#[derive(Debug, Clone)]
pub struct Papers {
    /// Who needs them.
    pub serves: Test,
    /// Share that lacks them at booking.
    pub missing: f64,
    /// When they are there, since the booking.
    pub ready_after: Law,
    /// Of whom the queue sees whether they are there: the others are found out at the gate.
    pub seen: Test,
    /// At the gate: held until they are there, or sent away.
    pub held: bool,
    /// Who is late with them.
    pub owner: OwnerId,
    /// Key of the draws.
    pub purpose: u64,
}

/// Places at the gate reserved for a stretch of time.
#[derive(Debug, Clone)]
pub struct Slots {
    /// Who may reserve one.
    pub serves: Test,
    /// Length of a window; the first begins with the run.
    pub window: Tick,
    /// A slot begins at the earliest so long after the booking.
    pub lead: Tick,
    /// Places kept free in a window.
    pub places: u32,
    /// Reservations given out for a window: more, where it is overbooked.
    pub given_out: u32,
    /// Places that nobody has reserved are kept free, too.
    pub lost: bool,
    /// Share that comes before its window, and how long before.
    pub early: (f64, Law),
    /// Share that comes after its window, and how long after.
    pub late: (f64, Law),
    /// Which book of slots; one for each side.
    pub book: u16,
    /// Key of the draws.
    pub purpose: u64,
}

impl Slots {
    /// When somebody with the window from `start` comes to the gate: in it, anywhere, or before, or after.
    pub fn arrival(&self, start: Tick, draw: &mut Draw) -> Tick {
        let which = draw.unit();
        if which < self.early.0 {
            start.saturating_sub(self.early.1.ticks(draw))
        } else if which < self.early.0 + self.late.0 {
            start + self.window + self.late.1.ticks(draw)
        } else {
            start + (draw.unit() * self.window as f64) as Tick
        }
    }
}

/// How the service works for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mode {
    /// Is anybody called?
    pub calls: bool,
    /// What becomes of those who want to book.
    pub booking: Booking,
    /// Are missed calls and postponements counted?
    pub enforced: bool,
    /// Share that is let in ahead of all.
    pub jumping: f64,
    /// Has it broken down? (Whose time the wait is: an outage, not a rule.)
    pub broken: bool,
}

/// What becomes of those who want to book.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Booking {
    /// They book.
    Open,
    /// They book when it is possible again.
    Waits,
    /// They drive up and wait on the road.
    None,
    /// So many still book: all at `from`, the share `least` at `until`, a straight line in between.
    Fading {
        /// Beginning.
        from: Tick,
        /// End.
        until: Tick,
        /// Share at the end.
        least: f64,
    },
}

impl Mode {
    /// As it is meant to work.
    pub const ORDINARY: Self =
        Self { calls: true, booking: Booking::Open, enforced: true, jumping: 0.0, broken: false };
}

impl Booking {
    /// The share of those who want to book that drives up instead.
    pub fn drives_up(self, now: Tick) -> f64 {
        match self {
            Self::Open | Self::Waits => 0.0,
            Self::None => 1.0,
            Self::Fading { from, until, least } => {
                let passed = now.saturating_sub(from) as f64 / until.saturating_sub(from).max(1) as f64;
                (1.0 - least) * passed.min(1.0)
            }
        }
    }
}

impl CallRules {
    /// Does a booking have a state of its own beyond its place in the queue?
    pub fn personal(&self) -> bool {
        self.postponement.is_some() || !self.cancellations.is_empty() || !self.papers.is_empty()
    }

    /// The share of the bookings of those whom `words` describe that is given up.
    pub fn given_up(&self, words: u128) -> f64 {
        self.cancellations.iter().find(|entry| entry.serves.holds(words)).map_or(0.0, |entry| entry.share)
    }

    /// May somebody be passed over who lacks papers?
    pub fn sees_papers(&self) -> bool {
        self.papers.iter().any(|papers| !papers.seen.is_nobody())
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        1 + self.turns.as_ref().map_or(1, |turns| turns.classes.len())
    }

    /// The class of a booking by whoever `words` describe.
    pub fn class_of(&self, words: u128) -> u8 {
        if self.first.holds(words) {
            return AHEAD_OF_ALL;
        }
        let Some(turns) = &self.turns else { return 1 };
        let last = turns.classes.len();
        if !turns.holds_for.holds(words) {
            return last as u8;
        }
        1 + turns.classes.iter().position(|class| class.holds(words)).unwrap_or(last - 1) as u8
    }

    /// Can a later booking be called before an earlier one?
    pub fn may_overtake(&self) -> bool {
        self.turns.is_some() || self.slots.is_some() || !self.first.is_nobody()
    }
}

impl Turns {
    /// The class whose turns belong to the earliest booking of all, if it falls back.
    pub fn ordinary(&self) -> Option<u8> {
        self.falls_back.then_some(self.classes.len() as u8)
    }
}
