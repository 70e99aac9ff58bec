//! Does a stage meet a formula's assumptions? Strictly: where in doubt, no.

use super::System;
use crate::crossing::plan::{Demand, Group, NONE16, Plan, Source, Station, Step};
use crate::kernel::arrivals::Arrivals;
use crate::kernel::laws::Law;
use crate::kernel::time::{HOUR, Tick};

/// The stage as a queueing system, if it is one.
pub(super) fn system(plan: &Plan, s: usize) -> Option<System> {
    let station = &plan.stations[s];
    if !plan.interventions.is_empty() || !plan.standing.is_empty() || plan.arrivals_stop {
        return None;
    }
    if plan.outages.iter().any(|o| o.stations.iter().any(|&x| x as usize == s)) {
        return None;
    }
    let law = service(station)?;
    let booths = booths(plan, station)?;
    let rate = rate(plan, s)?;
    let exponential = matches!(law, Law::Exponential(_));
    Some(System { rate, service: law.mean(), scv: law.scv(), exponential, booths })
}

/// One law for everybody.
fn service(station: &Station) -> Option<&Law> {
    let [check] = station.checks.as_slice() else { return None };
    let [service] = check.services.as_slice() else { return None };
    let plain = service.factor.is_empty()
        && service.add.is_empty()
        && service.per_person.is_none()
        && service.then.is_none()
        && service.serves.is_everyone();
    let straight = station.sends.is_empty()
        && station.refused.is_none()
        && station.priority.is_empty()
        && station.preempts.is_none()
        && station.gate.is_none()
        && !station.only_sent
        && !station.per_person
        && !station.persons_apart
        && station.serves.is_everyone()
        && station.takes.is_empty();
    (plain && straight).then_some(&service.law)
}

/// Equal booths in one line, never closed, never short of officers.
fn booths(plan: &Plan, station: &Station) -> Option<u32> {
    let [lane] = station.lanes.as_slice() else { return None };
    let [group] = station.groups.as_slice() else { return None };
    let Group { serves, level, .. } = group;
    let one_line =
        lane.lines.len() == 1 && lane.container == NONE16 && lane.drive == 0 && lane.open.is_none();
    let open = level.changes.first()?.1;
    let steady = level.changes.iter().all(|c| c.1 == open);
    let officers = station.pools.iter().all(|&p| {
        let pool = &plan.pools[p as usize];
        pool.stations.len() == 1 && pool.level.changes.iter().all(|c| c.1 >= open)
    });
    let everyone = lane.serves.is_everyone() && serves.is_everyone();
    (one_line && steady && officers && everyone && open > 0).then_some(open)
}

/// Arrivals per second, if they are Poisson: the stage is the first that its traffic meets, with room without limit
/// on the whole way.
fn rate(plan: &Plan, s: usize) -> Option<f64> {
    let mut rate = 0.0;
    let mut found = false;
    for source in &plan.sources {
        let steps = &plan.routes[source.route as usize].steps[source.first_step as usize..];
        let passes = |step: &Step| matches!(step, Step::Stage { station, .. } if *station as usize == s);
        if !steps.iter().any(passes) {
            continue;
        }
        let first = steps
            .iter()
            .find(|step| matches!(step, Step::Stage { .. } | Step::Fork { .. } | Step::Call { .. }));
        if !first.is_some_and(passes) || !steps.iter().all(|step| roomy(plan, step)) {
            return None;
        }
        rate += constant(source, plan.until)?;
        found = true;
    }
    found.then_some(rate)
}

/// A plain Poisson stream of constant rate, per second.
fn constant(source: &Source, until: Tick) -> Option<f64> {
    let plain = source.balks.is_empty() && source.patience.is_none() && source.limit == u64::MAX;
    let single = source.batch.iter().all(|&(n, _)| n == 1);
    let Demand::Arrivals(Arrivals::Poisson(profile)) = &source.demand else { return None };
    let hours = (until / HOUR).clamp(1, 24 * 14);
    let in_hour = |h: Tick| profile.mean_count(h * HOUR, (h + 1) * HOUR);
    let rate = in_hour(0);
    let same = (0..hours).all(|h| (in_hour(h) - rate).abs() <= 1e-9 * rate.max(1e-9));
    (plain && single && same).then_some(rate / 3600.0)
}

/// Nothing on this step can ever fill, close or hold back.
fn roomy(plan: &Plan, step: &Step) -> bool {
    let free = |c: u16| {
        c == NONE16 || {
            let c = &plan.containers[c as usize];
            c.unlimited() && c.open.is_none() && c.gate.is_none()
        }
    };
    match step {
        Step::Call { .. } | Step::Fork { .. } => false,
        Step::Road { container, .. } => free(*container),
        Step::Stage { station, room } => {
            free(*room) && plan.stations[*station as usize].lanes.iter().all(|lane| free(lane.container))
        }
        Step::Strip { strips } => strips.iter().all(|&s| free(plan.strips[s as usize].container)),
    }
}
