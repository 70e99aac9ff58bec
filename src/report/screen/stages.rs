//! Where the time goes: stage by stage, in the order of the way.

use crate::report::Run;
use crate::report::table::{Lean, Table};
use crate::report::words::{duration, number, percent};
use crate::study::capacity::stations_of;
use crate::study::kpis::StationStat;

/// A table for each direction.
pub(super) fn by_direction(run: &Run<'_>, width: usize) -> String {
    let plan = &run.case.plan;
    let mut text = String::from("Where the time goes, stage by stage\n");
    for r in 0..plan.routes.len() {
        text.push_str(&direction(run, r, width));
    }
    text + &pools(run, width)
}

fn direction(run: &Run<'_>, route: usize, width: usize) -> String {
    let (plan, study) = (&run.case.plan, run.study);
    let name = &plan.routes[route].name;
    let traffic = plan.cohorts.iter().any(|c| c.route as usize == route);
    if !traffic {
        return format!("  {name}: no traffic in this file\n");
    }
    let head = [
        (format!("  {name}"), Lean::Left),
        ("visits".into(), Lean::Right),
        ("waited".into(), Lean::Right),
        ("wait mean".into(), Lean::Right),
        ("p95".into(), Lean::Right),
        ("in line".into(), Lean::Right),
        ("service".into(), Lean::Right),
        ("booths open".into(), Lean::Right),
        ("serving".into(), Lean::Right),
        ("held".into(), Lean::Right),
    ];
    let mut table = Table::new(head);
    for s in stations_of(plan, route) {
        let mean = |stat| study.summary(study.kpis.station(s, stat)).mean;
        table.row([
            format!("    {}", plan.stations[s].name),
            number(mean(StationStat::Served).round()),
            percent(mean(StationStat::WaitedShare)),
            duration(mean(StationStat::WaitMean)),
            duration(mean(StationStat::WaitP95)),
            number(mean(StationStat::QueueMean)),
            duration(mean(StationStat::ServiceMean)),
            number(mean(StationStat::OpenMean)),
            percent(mean(StationStat::Utilisation)),
            percent(mean(StationStat::HeldShare)),
        ]);
    }
    table.text(width)
}

fn pools(run: &Run<'_>, width: usize) -> String {
    let (plan, study) = (&run.case.plan, run.study);
    if plan.pools.is_empty() {
        return String::new();
    }
    let head = [("  officers", Lean::Left), ("at work", Lean::Right), ("officer-hours on duty", Lean::Right)];
    let mut table = Table::new(head);
    for (p, pool) in plan.pools.iter().enumerate() {
        let at = study.kpis.pool(p);
        let (busy, hours) = (study.summary(at).mean, study.summary(at + 1).mean);
        table.row([format!("    {}", pool.name), percent(busy), number(hours)]);
    }
    table.text(width)
}
