//! What a station of the plan has at all: decided once, so that a visit reads a flag instead of walking lists that are
//! empty in most crossings.

use crate::crossing::plan::{Check, NONE, NONE16, Plan, Station};

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

fn one_draw(check: &Check) -> bool {
    let [service] = check.services.as_slice() else { return false };
    let plain = service.factor.is_empty() && service.add.is_empty() && service.per_person.is_none();
    plain && service.serves.is_everyone() && check.after.is_empty()
}
