//! What is removed: causes, and the parts into which the two sides' own causes may be divided.
//!
//! A cause is a player of the game that the [`shares`](super::shares) are taken of. Removing it is defined in words that
//! are the same for both sides, printed with every result, and done in one place: [`worlds`](super::worlds).

use crate::crossing::Plan;
use crate::scenario::Scenario;

/// A cause of waiting that a re-run can remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A side's posts, hours and outages.
    Side(usize),
    /// Order and admission: turns, slots, call-up lead, priority, gates.
    Rules,
    /// Missing, held, not integrated.
    Papers,
    /// Many at the same time.
    Peak,
    /// The bridge and the waiting areas.
    Room,
}

/// All causes in the order of every output.
pub const CAUSES: [Cause; 6] =
    [Cause::Side(0), Cause::Side(1), Cause::Rules, Cause::Papers, Cause::Peak, Cause::Room];

impl Cause {
    /// The side whose own cause it is.
    pub fn side(self) -> Option<usize> {
        match self {
            Self::Side(side) => Some(side),
            _ => None,
        }
    }

    /// As outputs call it.
    pub fn name(self, sides: &[String; 2]) -> String {
        match self {
            Self::Side(side) => format!("{}: posts, hours, outages", sides[side]),
            Self::Rules => "queue rules".to_owned(),
            Self::Papers => "papers".to_owned(),
            Self::Peak => "peak".to_owned(),
            Self::Room => "bridge, waiting areas".to_owned(),
        }
    }

    /// Whose it is.
    pub fn owner(self, scenario: &Scenario) -> String {
        match self {
            Self::Side(side) => scenario.sides[side].clone(),
            Self::Rules => {
                let sets = |s: &usize| super::worlds::has_rules(&scenario.side[*s]);
                let who: Vec<&str> = (0..2).filter(sets).map(|s| scenario.sides[s].as_str()).collect();
                if who.is_empty() { "nobody".to_owned() } else { format!("set by {}", who.join(" and ")) }
            }
            Self::Papers => "carrier and agencies".to_owned(),
            Self::Peak => "demand".to_owned(),
            Self::Room => "shared".to_owned(),
        }
    }

    /// What removing it means, where nobody waits for it any more.
    pub fn removed(self, sides: &[String; 2]) -> String {
        match self {
            Self::Side(side) => format!(
                "every {} stage open all the time, as many booths and officers as are needed, nothing breaks; own service times stay",
                sides[side]
            ),
            Self::Rules => "first come, first served; who booked sets out at once and takes its turn at the gate, so nobody holds a place while on the way or without coming; no priority, no gates".to_owned(),
            Self::Papers => "everybody ready on arrival".to_owned(),
            Self::Peak => "the same travellers in the same week, their starts spread evenly over the opening hours of the first post".to_owned(),
            Self::Room => "room without limit on the bridge, in the posts, on the roads before them, in the lanes".to_owned(),
        }
    }
}

/// How the two sides' own causes are divided. Both are, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Split {
    /// Not at all.
    #[default]
    No,
    /// Posts; hours and hand-overs; outages.
    Kinds,
    /// By agency.
    Agencies,
}

/// What of a side is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfSide {
    /// Whose.
    pub side: usize,
    /// Only this agency's; none: all of the side's.
    pub agency: Option<String>,
    /// Booths and officers: as many as are needed whenever the roster has any.
    pub posts: bool,
    /// Rosters, hand-overs, holidays: open all the time.
    pub hours: bool,
    /// Outages.
    pub outages: bool,
}

/// What is removed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// Something of a side.
    OfSide(OfSide),
    /// A cause that is never divided.
    Whole(Cause),
}

/// A part of a cause; the only one where the cause is not divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Index of its cause in [`CAUSES`].
    pub cause: usize,
    /// As outputs call it; empty for a whole cause.
    pub name: String,
    /// What is removed.
    pub removal: Removal,
}

/// Parts of a side at most: each doubles the worlds of its side.
pub const PARTS_AT_MOST: usize = 6;

/// The parts of all causes.
pub fn parts(plan: &Plan, split: Split) -> Vec<Part> {
    let of_cause = |(cause, &which): (usize, &Cause)| match which {
        Cause::Side(side) => of_side(plan, side, split)
            .into_iter()
            .map(|(name, removal)| Part { cause, name, removal: Removal::OfSide(removal) })
            .collect(),
        _ => vec![Part { cause, name: String::new(), removal: Removal::Whole(which) }],
    };
    CAUSES.iter().enumerate().flat_map(of_cause).collect::<Vec<_>>()
}

fn of_side(plan: &Plan, side: usize, split: Split) -> Vec<(String, OfSide)> {
    let all = OfSide { side, agency: None, posts: true, hours: true, outages: true };
    let none = OfSide { posts: false, hours: false, outages: false, ..all.clone() };
    match split {
        Split::No => vec![(String::new(), all)],
        Split::Kinds => vec![
            ("posts".to_owned(), OfSide { posts: true, ..none.clone() }),
            ("hours and hand-overs".to_owned(), OfSide { hours: true, ..none.clone() }),
            ("outages".to_owned(), OfSide { outages: true, ..none }),
        ],
        Split::Agencies => {
            let owners = plan.owners.iter().enumerate().filter(|(_, o)| o.side == Some(side));
            let works = |o: &usize| plan.stations.iter().any(|s| s.owners.contains(&(*o as u16)));
            let agencies = owners.filter(|(o, _)| works(o)).map(|(_, owner)| owner.name.clone());
            let one = |agency: String| (agency.clone(), OfSide { agency: Some(agency), ..all.clone() });
            agencies.map(one).collect()
        }
    }
}
