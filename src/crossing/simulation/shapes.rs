//! What is the same at every visit of a plan, decided once: what a station has at all, and where the travellers of a
//! source go on to. A visit reads a flag instead of walking lists that are empty in most crossings.

use super::state::Next;
use crate::crossing::observe::Outcome;
use crate::crossing::plan::{Check, NONE, NONE16, Plan, Source, Station, Step};

/// A station as its visits see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Takes everybody who comes by: no test, no share.
    pub takes_all: bool,
    /// The line, where there is only one and everybody may stand in it; otherwise none.
    pub only_line: u32,
    /// Whoever finds that line empty starts at once: its lane has neither room of its own nor a length to drive.
    pub direct: bool,
    /// One check, and whoever it serves needs one draw of one law.
    pub one_draw: bool,
    /// A service or a share may send somebody elsewhere than onward.
    pub sends: bool,
    /// Draws on pools of officers.
    pub pooled: bool,
    /// Somebody may preempt here.
    pub preempts: bool,
    /// Those in line may change to another.
    pub jockeys: bool,
    /// Has a lane with room of its own.
    pub spaced: bool,
    /// Its lines, over the plan: the first and one past the last.
    pub lines: (u32, u32),
    /// Stands in an entry post.
    pub entry: bool,
}

impl Shape {
    pub(super) fn of(station: &Station) -> Self {
        let only_line = only_line(station);
        Self {
            takes_all: !station.only_sent && station.takes.is_empty() && station.serves.is_everyone(),
            only_line,
            direct: only_line != NONE && station.lanes[0].container == NONE16 && station.lanes[0].drive == 0,
            one_draw: matches!(station.checks.as_slice(), [check] if one_draw(check)) && !station.per_person,
            sends: station.refused.is_some()
                || !station.sends.is_empty()
                || station.checks.iter().flat_map(|c| &c.services).any(|s| s.then.is_some()),
            pooled: !station.pools.is_empty(),
            preempts: station.preempts.is_some(),
            jockeys: station.jockey.is_some(),
            spaced: station.lanes.iter().any(|lane| lane.container != NONE16),
            lines: lines(station),
            entry: station.post % 2 == 1,
        }
    }

    /// The shapes of a plan's stations, in their order.
    pub(super) fn all(plan: &Plan) -> Vec<Self> {
        plan.stations.iter().map(Self::of).collect()
    }
}

/// The only line of a station that has one lane with one group of booths, all of which serve everybody.
fn only_line(station: &Station) -> u32 {
    let ([lane], [group]) = (station.lanes.as_slice(), station.groups.as_slice()) else { return NONE };
    let everybody = lane.serves.is_everyone() && group.serves.is_everyone();
    if everybody && lane.lines.len() == 1 { lane.lines.start } else { NONE }
}

fn lines(station: &Station) -> (u32, u32) {
    let (first, last) = (station.lanes.first(), station.lanes.last());
    (first.map_or(0, |lane| lane.lines.start), last.map_or(0, |lane| lane.lines.end))
}

fn one_draw(check: &Check) -> bool {
    let [service] = check.services.as_slice() else { return false };
    let plain = service.factor.is_empty() && service.add.is_empty() && service.per_person.is_none();
    plain && service.serves.is_everyone() && check.after.is_empty()
}

/// Where the travellers of a source go on to from each step, wherever that is the same for all of them.
#[derive(Debug)]
pub(super) struct Ways {
    /// By source, route and step; none where it depends on who they are or on a draw.
    next: Vec<Option<Next>>,
    routes: usize,
    steps: usize,
}

impl Ways {
    pub(super) fn new(plan: &Plan) -> Self {
        let routes = plan.routes.len();
        let steps = plan.routes.iter().map(|route| route.steps.len() + 1).max().unwrap_or(1);
        let mut next = Vec::with_capacity(plan.sources.len() * routes * steps);
        for source in &plan.sources {
            for route in 0..routes {
                next.extend((0..steps).map(|step| sure_way(plan, source, route as u16, step)));
            }
        }
        Self { next, routes, steps }
    }

    /// The first step from `step` on that takes the travellers of a source, if it is the same for all of them.
    #[inline]
    pub(super) fn sure(&self, source: u16, route: u16, step: u16) -> Option<Next> {
        self.next[(source as usize * self.routes + route as usize) * self.steps + step as usize]
    }
}

fn sure_way(plan: &Plan, source: &Source, route: u16, from: usize) -> Option<Next> {
    let maybe = source.mixes.iter().flat_map(|mix| &mix.words).fold(0, |bits, word| bits | word.1);
    let maybe = source.policies.iter().fold(maybe, |bits, policy| bits | policy.bit);
    let own = source.route == route;
    let last = if own { source.last_step } else { u16::MAX };
    let steps = &plan.routes[route as usize].steps;
    for (at, step) in steps.iter().enumerate().take(last as usize + 1).skip(from) {
        let taken = match step {
            Step::Call { .. } | Step::Road { .. } => false,
            Step::Stage { station, .. } => {
                let st = &plan.stations[*station as usize];
                let serves = !st.only_sent && st.serves.certain(source.words, maybe)?;
                if serves && !st.takes.is_empty() {
                    return None;
                }
                serves
            }
            Step::Fork { .. } => return None,
            Step::Strip { strips } => {
                let serves = |s: &u16| plan.strips[*s as usize].serves.certain(source.words, maybe);
                let tests: Option<Vec<bool>> = strips.iter().map(serves).collect();
                tests?.contains(&true)
            }
        };
        if taken {
            return Some(Next::Step(route, at as u16));
        }
    }
    Some(Next::Out(if own { Outcome::Crossed } else { Outcome::Refused }))
}
