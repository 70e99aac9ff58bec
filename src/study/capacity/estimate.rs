//! How large a run will be: events and numbers inside, before anything is simulated.

use super::{Capacity, window};
use crate::crossing::Plan;
use crate::kernel::time::seconds;

/// Events that a visit to a stage takes, about: a move, a service, a place that is freed.
const EVENTS_PER_VISIT: f64 = 3.0;

/// The size of a replication.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Travellers who appear.
    pub travellers: f64,
    /// Events.
    pub events: f64,
    /// Most inside at once.
    pub inside: f64,
}

/// Estimates the size of a replication of a plan.
pub fn estimate(plan: &Plan, capacity: &Capacity) -> Estimate {
    let length = if plan.arrivals_stop { window(plan) } else { seconds(plan.until) };
    let demand: f64 = capacity.directions.iter().map(|d| d.demand).sum();
    let standing: f64 = plan.standing.iter().map(|s| f64::from(s.count)).sum();
    let grows: f64 = capacity.directions.iter().filter_map(super::Direction::grows).sum();
    let travellers = demand * length + standing;
    Estimate {
        travellers,
        events: travellers + capacity.visits * length * EVENTS_PER_VISIT,
        inside: capacity.inside + standing + grows * length,
    }
}
