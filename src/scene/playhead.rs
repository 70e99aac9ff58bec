//! The playhead: where one stands in a timeline, and how one moves.
//!
//! Buttons, keys and tests all say [`Command`]s; nothing else moves a playhead but time ([`Playhead::advance`]).

use crate::kernel::time::Tick;

use super::timeline::Timeline;

/// What can be asked of a playhead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Plays, or pauses.
    PlayPause,
    /// To the next time at which somebody comes somewhere or leaves.
    StepForward,
    /// To the last such time.
    StepBack,
    /// To the next mark or bookmark.
    NextMark,
    /// To the last one.
    PreviousMark,
    /// To the beginning.
    Start,
    /// To the end.
    End,
    /// One speed up.
    Faster,
    /// One speed down.
    Slower,
    /// At the speed of this number.
    Speed(usize),
    /// To a time.
    Jump(Tick),
    /// Round and round between two times; none: no more.
    Loop(Option<(Tick, Tick)>),
    /// Marks the beginning of a loop here, then its end, then takes it away.
    LoopHere,
    /// Slows down by itself where the queue changes fast, or no more.
    SlowByItself,
    /// Another replication. The playhead stays where it is; whoever shows it fetches the other week.
    AnotherWeek,
}

/// Times real time.
pub const SPEEDS: [u32; 8] = [1, 10, 60, 300, 900, 1_800, 3_600, 7_200];
/// The speed one begins with.
const FIRST_SPEED: usize = 5;

/// A key, by the name browsers have for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// `"ArrowRight"`, `" "`, `"["`, `"n"`.
    pub name: &'static str,
    /// With Shift?
    pub shift: bool,
}

const fn key(name: &'static str) -> Key {
    Key { name, shift: false }
}

const fn shift(name: &'static str) -> Key {
    Key { name, shift: true }
}

/// Which key says what.
pub const KEYS: [(Key, Command); 12] = [
    (key(" "), Command::PlayPause),
    (key("ArrowRight"), Command::StepForward),
    (key("ArrowLeft"), Command::StepBack),
    (shift("ArrowRight"), Command::NextMark),
    (shift("ArrowLeft"), Command::PreviousMark),
    (key("Home"), Command::Start),
    (key("End"), Command::End),
    (key("["), Command::Slower),
    (key("]"), Command::Faster),
    (key("l"), Command::LoopHere),
    (key("a"), Command::SlowByItself),
    (key("n"), Command::AnotherWeek),
];

impl Command {
    /// What a key says, if anything.
    pub fn of_key(name: &str, shift: bool) -> Option<Self> {
        let same = |key: &Key| key.name.eq_ignore_ascii_case(name) && key.shift == shift;
        KEYS.iter().find(|(key, _)| same(key)).map(|k| k.1)
    }

    /// Its name in tables of keys and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::PlayPause => "play-pause",
            Self::StepForward => "step-forward",
            Self::StepBack => "step-back",
            Self::NextMark => "next-mark",
            Self::PreviousMark => "previous-mark",
            Self::Start => "start",
            Self::End => "end",
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::Speed(_) => "speed",
            Self::Jump(_) => "jump",
            Self::Loop(_) => "loop",
            Self::LoopHere => "loop-here",
            Self::SlowByItself => "slow-by-itself",
            Self::AnotherWeek => "another-week",
        }
    }
}

/// Where one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Playhead {
    /// The time shown.
    pub at: Tick,
    /// Does time go on?
    pub playing: bool,
    /// Index into [`SPEEDS`].
    pub speed: usize,
    /// Round and round between these; the end is none while only the beginning is marked.
    pub looped: Option<(Tick, Option<Tick>)>,
    /// Slows down by itself where the queue changes fast?
    pub slows: bool,
}

impl Playhead {
    /// At a time of a timeline, paused.
    pub fn new(timeline: &Timeline, at: Tick) -> Self {
        let at = at.clamp(timeline.from, timeline.to);
        Self { at, playing: false, speed: FIRST_SPEED, looped: None, slows: true }
    }

    /// Does what is asked.
    pub fn apply(&mut self, command: Command, timeline: &Timeline) {
        match command {
            Command::PlayPause => {
                if !self.playing && self.at >= timeline.to {
                    self.at = timeline.from;
                }
                self.playing = !self.playing;
            }
            Command::StepForward => self.step(timeline.event_after(self.at)),
            Command::StepBack => self.step(timeline.event_before(self.at)),
            Command::NextMark => self.at = timeline.mark_after(self.at).unwrap_or(timeline.to),
            Command::PreviousMark => self.at = timeline.mark_before(self.at).unwrap_or(timeline.from),
            Command::Start => self.at = timeline.from,
            Command::End => self.at = timeline.to,
            Command::Faster => self.speed = (self.speed + 1).min(SPEEDS.len() - 1),
            Command::Slower => self.speed = self.speed.saturating_sub(1),
            Command::Speed(speed) => self.speed = speed.min(SPEEDS.len() - 1),
            Command::Jump(at) => self.at = at.clamp(timeline.from, timeline.to),
            Command::Loop(range) => {
                self.looped = range.filter(|r| r.0 < r.1).map(|(from, to)| (from, Some(to)));
            }
            Command::LoopHere => {
                self.looped = match self.looped {
                    None => Some((self.at, None)),
                    Some((from, None)) if self.at > from => Some((from, Some(self.at))),
                    Some(_) => None,
                }
            }
            Command::SlowByItself => self.slows = !self.slows,
            Command::AnotherWeek => {}
        }
    }

    /// A step stops what plays.
    fn step(&mut self, to: Option<Tick>) {
        self.playing = false;
        self.at = to.unwrap_or(self.at);
    }

    /// So many times real time, now.
    pub fn speed_now(&self, timeline: &Timeline) -> f64 {
        let pace = if self.slows { timeline.pace(self.at) } else { 100 };
        f64::from(SPEEDS[self.speed]) * f64::from(pace) / 100.0
    }

    /// So much real time has passed, in ticks.
    pub fn advance(&mut self, real: Tick, timeline: &Timeline) {
        if !self.playing {
            return;
        }
        let pace = if self.slows { Tick::from(timeline.pace(self.at)) } else { 100 };
        self.at += real.saturating_mul(Tick::from(SPEEDS[self.speed])).saturating_mul(pace) / 100;
        match self.looped {
            Some((from, Some(to))) if self.at >= to => self.at = from,
            _ if self.at >= timeline.to => (self.at, self.playing) = (timeline.to, false),
            _ => {}
        }
    }
}
