//! Colours: by what a wait is for, by class, by attribute, by the time waited.
//!
//! The sides have hues of the same lightness and chroma; what belongs to both or to nobody has none. Kinds of causes are
//! told apart by patterns, so that a picture can be read in grey and by those who see other colours. No red, no green.

use std::collections::BTreeMap;

use crate::crossing::Plan;
use crate::crossing::ledger::{KINDS, Kind, What};
use crate::kernel::time::{HOUR, MINUTE, Tick};
use crate::trace::split_what;

/// Whose time a wait is traced to.
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

/// What a wait is for, as it is drawn: whose, and which kind. A small number, to count with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cause(pub u8);

/// Number of causes, the two special ones included.
pub const CAUSES: usize = 22;

impl Cause {
    /// Does not wait.
    pub const OWN: Self = Self(0);
    /// Waits, and the run ended before it was booked what for.
    pub const UNKNOWN: Self = Self(21);

    /// Of a kind and an owner.
    pub fn new(tint: Tint, kind: Kind) -> Self {
        let whose = match tint {
            Tint::Side(side) => side.min(1) as u8,
            Tint::Shared => 2,
            Tint::Other => 3,
            Tint::Own => return Self::OWN,
        };
        if kind == Kind::Need { Self::OWN } else { Self(whose * 5 + kind as u8) }
    }

    /// Whose.
    pub fn tint(self) -> Tint {
        match self.0 {
            0 => Tint::Own,
            1..=5 => Tint::Side(0),
            6..=10 => Tint::Side(1),
            11..=15 => Tint::Shared,
            _ => Tint::Other,
        }
    }

    /// Which kind; none for the two special ones.
    pub fn kind(self) -> Option<Kind> {
        (self.0 >= 1 && self.0 <= 20).then(|| KINDS[usize::from((self.0 - 1) % 5) + 1])
    }

    /// How it is drawn.
    pub fn swatch(self) -> Swatch {
        let pattern = match self.kind() {
            Some(Kind::Staffing) => Pattern::Stripes,
            Some(Kind::Disruption) => Pattern::Cross,
            Some(Kind::Rule) => Pattern::Dots,
            Some(Kind::Papers) => Pattern::Lines,
            _ => Pattern::Solid,
        };
        let fill = match self.tint() {
            Tint::Own => OWN,
            Tint::Side(side) => SIDES[side.min(1)],
            Tint::Shared => SHARED,
            Tint::Other => OTHER,
        };
        Swatch { fill, pattern }
    }
}

/// What each [`What`] of a plan is drawn as.
#[derive(Debug, Clone, Default)]
pub struct Causes {
    of_what: Vec<Cause>,
}

impl Causes {
    pub(super) fn new(plan: &Plan) -> Self {
        let all = (plan.owners.len() * KINDS.len()) as u16;
        let cause = |what: u16| {
            let (kind, owner) = split_what(plan, What(what));
            let side = plan.owners.get(owner as usize).and_then(|o| o.side);
            let tint = match side {
                Some(side) => Tint::Side(side.min(1)),
                None if owner == plan.shared_owner => Tint::Shared,
                None => Tint::Other,
            };
            Cause::new(tint, kind)
        };
        Self { of_what: (0..all).map(cause).collect() }
    }

    /// What it is drawn as.
    #[inline]
    pub fn of(&self, what: What) -> Cause {
        self.of_what.get(usize::from(what.0)).copied().unwrap_or(Cause::UNKNOWN)
    }

    /// All, by the number of the [`What`].
    pub fn all(&self) -> &[Cause] {
        &self.of_what
    }
}

/// A colour: red, green, blue.
pub type Rgb = [u8; 3];

/// Hues of the two sides: the same lightness and chroma (OKLCH 0.60 0.13, hue 250 and 55), told apart by everybody.
pub const SIDES: [Rgb; 2] = [[0x3a, 0x84, 0xca], [0xba, 0x68, 0x26]];
/// What belongs to both.
pub const SHARED: Rgb = [0xf7, 0xf5, 0xef];
/// What belongs to neither.
pub const OTHER: Rgb = [0xc3, 0xbe, 0xb2];
/// Own need.
pub const OWN: Rgb = [0x5b, 0x64, 0x70];

/// Hues for classes and attributes (after Paul Tol's *muted*, without its red and greens).
const CLASSES: [Rgb; 8] = [
    [0x33, 0x22, 0x88],
    [0xdd, 0xcc, 0x77],
    [0x88, 0xcc, 0xee],
    [0xaa, 0x44, 0x99],
    [0x77, 0x77, 0x77],
    [0x6e, 0x55, 0x2c],
    [0xd9, 0xb6, 0xd3],
    [0x1f, 0x2a, 0x33],
];

/// From short to long: a scale of even lightness steps that everybody sees (after *cividis*).
const WAITS: [Rgb; 6] = [
    [0xfe, 0xe8, 0x38],
    [0xd3, 0xc1, 0x64],
    [0xa5, 0x9c, 0x74],
    [0x7c, 0x7b, 0x78],
    [0x57, 0x5d, 0x6d],
    [0x12, 0x35, 0x70],
];

/// Upper ends of the steps of the scale of waits; the last has none.
pub const WAIT_STEPS: [Tick; 5] = [15 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR, 24 * HOUR];

/// How a surface is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Swatch {
    /// Colour.
    pub fill: Rgb,
    /// Pattern on it.
    pub pattern: Pattern,
}

/// A pattern in ink on a fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Pattern {
    /// None.
    Solid = 0,
    /// Slanting stripes: roster.
    Stripes = 1,
    /// Crossed: outage.
    Cross = 2,
    /// Dots: rule.
    Dots = 3,
    /// Level lines: papers.
    Lines = 4,
}

/// What the colour of a vehicle says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ColourBy {
    /// What its wait is for, and whose.
    #[default]
    Cause,
    /// Its class.
    Class,
    /// The word it has of a group of attributes: index into [`Kinds::attributes`].
    Attribute(usize),
    /// How long it has waited so far, at all places.
    Waited,
}

/// What a legend's row stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A cause.
    Cause(Cause),
    /// A class or attribute.
    Word(String),
    /// None of the words of the group.
    NoWord,
    /// A wait up to so long; the last has no end.
    Waited(Option<Tick>),
}

/// A kind of traveller: a source and the words that its travellers drew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindOf {
    /// Source.
    pub source: u16,
    /// Words, as bits of [`Plan::words`].
    pub words: u128,
    /// Index into [`Kinds::classes`].
    pub class: u8,
    /// Its word of each group of attributes; one past the last for none.
    pub attributes: Vec<u8>,
    /// Side it sets out from.
    pub from: u8,
}

/// All kinds of travellers of a run.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    /// In the order in which the first of each appeared.
    pub all: Vec<KindOf>,
    /// Classes by name.
    pub classes: Vec<String>,
    /// Groups of attributes: words of which a traveller has at most one.
    pub attributes: Vec<Vec<String>>,
    bits: Vec<Vec<u128>>,
    numbers: BTreeMap<(u16, u128), u16>,
}

impl Kinds {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut kinds = Self::default();
        for source in &plan.sources {
            if !kinds.classes.contains(&source.class) {
                kinds.classes.push(source.class.clone());
            }
            for mix in &source.mixes {
                kinds.add_group(mix.words.iter().map(|w| w.1).collect());
            }
        }
        kinds.bits.retain(|group| group.len() > 1);
        let name = |bit: &u128| plan.words.get(bit.trailing_zeros() as usize).cloned().unwrap_or_default();
        kinds.attributes = kinds.bits.iter().map(|group| group.iter().map(name).collect()).collect();
        kinds
    }

    /// Mixes of several sources that have a word in common are one group.
    fn add_group(&mut self, words: Vec<u128>) {
        let common = |group: &&mut Vec<u128>| group.iter().any(|bit| words.contains(bit));
        match self.bits.iter_mut().find(common) {
            Some(group) => words.iter().filter(|w| **w != 0).for_each(|bit| {
                if !group.contains(bit) {
                    group.push(*bit);
                }
            }),
            None => self.bits.push(words.into_iter().filter(|w| *w != 0).collect()),
        }
    }

    pub(super) fn number(&mut self, plan: &Plan, source: u16, words: u128) -> u16 {
        if let Some(&number) = self.numbers.get(&(source, words)) {
            return number;
        }
        let number = self.all.len() as u16;
        let of = plan.sources.get(source as usize);
        let class = of.and_then(|s| self.classes.iter().position(|c| *c == s.class)).unwrap_or(0) as u8;
        let attribute =
            |group: &Vec<u128>| group.iter().position(|bit| words & bit != 0).unwrap_or(group.len()) as u8;
        let attributes = self.bits.iter().map(attribute).collect();
        let route = of.and_then(|s| plan.routes.get(s.route as usize));
        let from = route.map_or(0, |r| r.from) as u8;
        self.all.push(KindOf { source, words, class, attributes, from });
        self.numbers.insert((source, words), number);
        number
    }

    /// Words of a kind that are attributes, in order.
    pub fn words_of(&self, kind: u16) -> Vec<&str> {
        let Some(kind) = self.all.get(kind as usize) else { return Vec::new() };
        let pairs = kind.attributes.iter().zip(&self.attributes);
        pairs.filter_map(|(&at, group)| group.get(usize::from(at)).map(String::as_str)).collect()
    }

    /// The legend of a colouring: a row for each number that [`Figure::paint`](super::Figure::paint) can have.
    pub fn legend(&self, by: ColourBy) -> Vec<(Swatch, Meaning)> {
        let solid = |fill: Rgb| Swatch { fill, pattern: Pattern::Solid };
        let hue = |k: usize| solid(CLASSES[k % CLASSES.len()]);
        let words = |list: &[String]| -> Vec<(Swatch, Meaning)> {
            let named = list.iter().enumerate().map(|(k, word)| (hue(k), Meaning::Word(word.clone())));
            named.collect()
        };
        match by {
            ColourBy::Cause => {
                let cause = |k: u8| (Cause(k).swatch(), Meaning::Cause(Cause(k)));
                (0..CAUSES as u8).map(cause).collect()
            }
            ColourBy::Class => words(&self.classes),
            ColourBy::Attribute(group) => {
                let list = self.attributes.get(group).map_or(&[][..], Vec::as_slice);
                let mut rows = words(list);
                rows.push((solid(OTHER), Meaning::NoWord));
                rows
            }
            ColourBy::Waited => {
                let ends = WAIT_STEPS.into_iter().map(Some).chain([None]);
                ends.zip(WAITS).map(|(end, fill)| (solid(fill), Meaning::Waited(end))).collect()
            }
        }
    }
}

/// The step of the scale of waits.
#[inline]
pub fn wait_step(waited: Tick) -> u8 {
    WAIT_STEPS.iter().filter(|step| waited >= **step).count() as u8
}
