//! Demand against capacity by arithmetic alone: means, shares and rosters of the plan, nothing simulated.
//!
//! For every place that can be short (a stage's booths, a pool of officers, finite room) the **load** is the work that
//! the traffic of the measured window brings, over what the place can do in it. A load of one or more means that the
//! queue grows as long as the traffic lasts. The place with the greatest load on a direction's way is its *narrowest*,
//! and what the direction can bring through per day is its demand over that load.
//!
//! Three kinds of place:
//!
//! * **booths**: mean service of everybody who comes, against the booths open on average. Booths that serve only some
//!   are looked at in every combination: the work that *only* these booths may do, over these booths.
//! * **officers**: the work of all stages that draw on the pool, in both directions, against the officers on duty.
//! * **room**: the number that would be inside it if nobody waited (the time inside, by Little's law), against its size.
//!   Room that a virtual queue calls into is held from the call on, so the way to the post counts too.
//!
//! What arithmetic on means cannot see: queues from randomness and peaks, blocking, hand-overs inside the window's mean.

mod estimate;
mod flow;
mod kinds;
mod ranges;

use crate::crossing::Plan;
use crate::crossing::plan::Schedule;
use crate::kernel::time::{Tick, seconds};
pub use estimate::{Estimate, estimate};
use flow::{Flow, Work};
pub use kinds::stations_of;
pub use ranges::{Narrowest, narrowest_over_ranges};

/// What kind of place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// Booths of a stage.
    Booths,
    /// Officers of a pool.
    Officers,
    /// Room of a post, a lane or a strip.
    Room,
    /// Room of a post that a virtual queue calls into.
    CallUp,
}

/// A place that can be short.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its path.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// The side it belongs to; none for the zone.
    pub side: Option<usize>,
    /// Work over capacity.
    pub load: f64,
    /// The stage's index, for booths.
    pub station: Option<usize>,
}

/// A stage on a direction's way.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Index of the station.
    pub station: usize,
    /// Visits per traveller of the direction that appears.
    pub visits: f64,
    /// Mean service of a visit, seconds.
    pub service: f64,
    /// Booths open on average.
    pub booths: f64,
    /// Work over capacity.
    pub load: f64,
}

/// One direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Direction {
    /// Index of the route.
    pub route: usize,
    /// Travellers that appear per second, on average over the window.
    pub demand: f64,
    /// The busiest hour of the window: travellers per second in it, and when it begins.
    pub peak: (f64, Tick),
    /// Stages on the way, in order.
    pub stages: Vec<Stage>,
    /// Places on the way, greatest load first.
    pub places: Vec<Place>,
}

impl Direction {
    /// The narrowest place.
    pub fn narrowest(&self) -> Option<&Place> {
        self.places.first()
    }

    /// Travellers per second that a side's places can bring through; none if the side has no place on the way.
    pub fn clears(&self, side: usize) -> Option<f64> {
        let load = self.places.iter().find(|p| p.side == Some(side)).map(|p| p.load)?;
        (load > 0.0).then(|| self.demand / load)
    }

    /// Travellers per second by which the queue grows, if it does.
    pub fn grows(&self) -> Option<f64> {
        let load = self.narrowest()?.load;
        (load >= 1.0).then(|| self.demand * (1.0 - 1.0 / load))
    }
}

/// A scenario's demand against its capacity.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// Directions that have traffic, in order.
    pub directions: Vec<Direction>,
    /// Room that can fill, whether or not it is short: (name, what is held when it is full).
    pub blocks: Vec<(String, Vec<String>)>,
    /// Is there finite room between the two sides?
    pub zone_can_fill: bool,
    visits: f64,
    inside: f64,
}

/// The arithmetic of a plan.
pub fn capacity(plan: &Plan) -> Capacity {
    let flow = Flow::of(plan);
    let pools = pool_loads(plan, &flow);
    let rooms = room_loads(plan, &flow);
    let routes = 0..plan.routes.len();
    let directions = routes.filter_map(|route| direction(plan, &flow, &pools, &rooms, route)).collect();
    let (blocks, zone_can_fill) = kinds::blocking(plan);
    let visits = flow.works.iter().flatten().map(|w| w.visits).sum();
    Capacity { directions, blocks, zone_can_fill, visits, inside: flow.inside }
}

/// Mean level of a schedule over the measured window.
pub(crate) fn mean_level(schedule: &Schedule, most: u32, plan: &Plan) -> f64 {
    let (from, to) = (plan.warmup, plan.window);
    let ends = schedule.changes.iter().skip(1).map(|c| c.0).chain([Tick::MAX]);
    let area: f64 = schedule
        .changes
        .iter()
        .zip(ends)
        .map(|(&(start, level, _), end)| {
            let inside = end.min(to).saturating_sub(start.max(from));
            inside as f64 * f64::from(level.min(most))
        })
        .sum();
    area / (to.saturating_sub(from).max(1)) as f64
}

/// Booth-seconds per second that the traffic of the window brings to each group of booths, by station. Where several
/// groups may serve somebody, in proportion to their booths.
pub(crate) fn work_by_group(plan: &Plan) -> Vec<Vec<f64>> {
    let flow = Flow::of(plan);
    let of_station = |(station, works): (&crate::crossing::plan::Station, &Vec<Work>)| {
        let mut groups = vec![0.0; station.groups.len()];
        for work in works {
            let lane = station.lanes.iter().find(|lane| lane.serves.holds(work.words));
            let serves = |g: &usize| station.groups[*g].serves.holds(work.words);
            let eligible: Vec<usize> = lane.map_or(vec![], |l| l.groups.clone().filter(serves).collect());
            let booths: f64 = eligible.iter().map(|&g| f64::from(station.groups[g].booths.max(1))).sum();
            for g in eligible {
                groups[g] += work.seconds * f64::from(station.groups[g].booths.max(1)) / booths;
            }
        }
        groups
    };
    plan.stations.iter().zip(&flow.works).map(of_station).collect()
}

fn pool_loads(plan: &Plan, flow: &Flow) -> Vec<f64> {
    let load = |pool: &crate::crossing::plan::Pool| {
        let work: f64 = pool.stations.iter().flat_map(|&s| &flow.works[s as usize]).map(|w| w.seconds).sum();
        over(work, mean_level(&pool.level, u32::MAX, plan))
    };
    plan.pools.iter().map(load).collect()
}

fn room_loads(plan: &Plan, flow: &Flow) -> Vec<f64> {
    let load = |(c, container): (usize, &crate::crossing::plan::Container)| {
        if container.unlimited() { 0.0 } else { over(flow.held[c], container.size as f64) }
    };
    plan.containers.iter().enumerate().map(load).collect()
}

fn over(work: f64, capacity: f64) -> f64 {
    if work <= 0.0 { 0.0 } else { work / capacity.max(1e-12) }
}

fn direction(plan: &Plan, flow: &Flow, pools: &[f64], rooms: &[f64], route: usize) -> Option<Direction> {
    let demand = flow.demand[route];
    if demand <= 0.0 {
        return None;
    }
    let stations = stations_of(plan, route);
    let stages: Vec<Stage> = stations.iter().map(|&s| stage(plan, flow, demand, s)).collect();
    let mut places: Vec<Place> = stages.iter().map(|s| of_booths(plan, s)).collect();
    places.extend(of_officers(plan, &stations, pools));
    places.extend(of_room(plan, route, rooms));
    places.retain(|p| p.load > 0.0);
    places.sort_by(|a, b| b.load.total_cmp(&a.load));
    Some(Direction { route, demand, peak: flow.peak[route], stages, places })
}

fn stage(plan: &Plan, flow: &Flow, demand: f64, s: usize) -> Stage {
    let works = &flow.works[s];
    let visits: f64 = works.iter().map(|w| w.visits).sum();
    let work: f64 = works.iter().map(|w| w.seconds).sum();
    let booths = booths(plan, s);
    Stage {
        station: s,
        visits: visits / demand,
        service: if visits > 0.0 { work / visits } else { 0.0 },
        booths: booths.iter().sum(),
        load: booth_load(plan, s, works, &booths),
    }
}

fn booths(plan: &Plan, s: usize) -> Vec<f64> {
    plan.stations[s].groups.iter().map(|g| mean_level(&g.level, g.booths, plan)).collect()
}

/// The greatest, over all sets of groups, of the work that only this set may do over its booths.
fn booth_load(plan: &Plan, s: usize, works: &[Work], booths: &[f64]) -> f64 {
    let groups = booths.len().min(12);
    let eligible: Vec<u32> = works.iter().map(|w| kinds::eligible(&plan.stations[s], w.words)).collect();
    let load = |set: u32| {
        let only = works.iter().zip(&eligible).filter(|(_, e)| **e != 0 && **e & !set == 0);
        let work: f64 = only.map(|(w, _)| w.seconds).sum();
        let open: f64 = (0..groups).filter(|g| set & (1 << g) != 0).map(|g| booths[g]).sum();
        over(work, open)
    };
    (1..1_u32 << groups).map(load).fold(0.0, f64::max)
}

fn of_booths(plan: &Plan, stage: &Stage) -> Place {
    let station = &plan.stations[stage.station];
    Place {
        name: station.name.clone(),
        kind: PlaceKind::Booths,
        side: Some(station.side),
        load: stage.load,
        station: Some(stage.station),
    }
}

fn of_officers(plan: &Plan, stations: &[usize], loads: &[f64]) -> Vec<Place> {
    let on_the_way =
        |pool: &crate::crossing::plan::Pool| pool.stations.iter().any(|&s| stations.contains(&(s as usize)));
    let pools = plan.pools.iter().zip(loads).filter(|(pool, _)| on_the_way(pool));
    pools
        .map(|(pool, &load)| Place {
            name: pool.name.clone(),
            kind: PlaceKind::Officers,
            side: plan.owners[pool.owner as usize].side,
            load,
            station: None,
        })
        .collect()
}

fn of_room(plan: &Plan, route: usize, loads: &[f64]) -> Vec<Place> {
    let mut containers: Vec<u16> =
        plan.routes[route].steps.iter().flat_map(|s| kinds::containers_of(plan, s)).collect();
    containers.sort_unstable();
    containers.dedup();
    let place = |c: u16| {
        let container = &plan.containers[c as usize];
        let called = !container.called_by.is_empty();
        Place {
            name: container.name.clone(),
            kind: if called { PlaceKind::CallUp } else { PlaceKind::Room },
            side: kinds::side_of(plan, &container.name),
            load: loads[c as usize],
            station: None,
        }
    };
    containers.into_iter().map(place).collect()
}

/// The measured window, in seconds.
pub(crate) fn window(plan: &Plan) -> f64 {
    seconds(plan.window.saturating_sub(plan.warmup).max(1))
}
