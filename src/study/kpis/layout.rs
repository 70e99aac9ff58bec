//! Which KPIs a plan has, and in which order.

use std::collections::HashSet;

use super::{Kpi, Kpis, RUN_STATS, SPAN_STATS, STATION_STATS, Subject, Unit};
use crate::crossing::ledger::KINDS;
use crate::crossing::observe::OUTCOMES;
use crate::crossing::plan::SpotKind;
use crate::crossing::{Plan, SPANS};

/// Words of the outcomes as they stand in names.
pub(super) const OUTCOME_NAMES: [&str; OUTCOMES.len() + 1] = [
    "crossed",
    "refused",
    "turned_away",
    "balked",
    "gave_up",
    "no_show",
    "cancelled",
    "sent_away",
    "still_inside",
];

/// A list under construction.
pub(super) struct Builder {
    list: Vec<Kpi>,
    taken: HashSet<String>,
}

impl Builder {
    pub(super) fn add(
        &mut self,
        about: &str,
        measure: &str,
        stat: &'static str,
        unit: Unit,
        subject: Subject,
    ) {
        let mut kpi = Kpi { about: about.to_owned(), measure: measure.to_owned(), stat, unit, subject };
        let mut copy = 2;
        while !self.taken.insert(kpi.name()) {
            kpi.about = format!("{about} ({copy})");
            copy += 1;
        }
        self.list.push(kpi);
    }
}

pub(super) fn layout(plan: &Plan) -> Kpis {
    let mut b = Builder { list: Vec::new(), taken: HashSet::new() };
    let cohorts =
        plan.cohorts.iter().enumerate().map(|(c, cohort)| add_cohort(&mut b, c, &cohort.name)).collect();
    let ledger = (0..plan.bases()).map(|base| add_ledger(&mut b, plan, base)).collect();
    let directions = plan.routes.iter().enumerate().map(|(r, route)| {
        b.add(&route.name, "number", "mean", Unit::Count, Subject::Direction(r));
        b.list.len() - 1
    });
    let directions = directions.collect();
    let stations = plan.stations.iter().enumerate().map(|(s, station)| {
        for &(measure, stat, unit) in STATION_STATS {
            b.add(&station.name, measure, stat, unit, Subject::Station(s));
        }
        b.list.len() - STATION_STATS.len()
    });
    let stations = stations.collect();
    let spots = (0..plan.spots.len()).filter_map(|s| add_spot(&mut b, plan, s)).collect();
    let pools = plan.pools.iter().enumerate().map(|(p, pool)| {
        b.add(&pool.name, "utilisation", "", Unit::Share, Subject::Pool(p));
        b.add(&pool.name, "officer_hours", "", Unit::Hours, Subject::Pool(p));
        b.list.len() - 2
    });
    let pools = pools.collect();
    let run = b.list.len();
    for &(measure, stat, unit) in RUN_STATS {
        b.add("", measure, stat, unit, Subject::Run);
    }
    let asked = b.list.len();
    super::asked::layout(&mut b, plan);
    let names = b.list.iter().map(Kpi::name).collect();
    Kpis { list: b.list, names, cohorts, ledger, directions, stations, spots, pools, run, asked }
}

fn add_cohort(b: &mut Builder, c: usize, name: &str) -> usize {
    let (start, subject) = (b.list.len(), Subject::Cohort(c));
    for span in SPANS {
        for stat in SPAN_STATS {
            let unit = if stat == "n" { Unit::Count } else { Unit::Seconds };
            b.add(name, span.name(), stat, unit, subject);
        }
    }
    b.add(name, "appeared", "", Unit::Count, subject);
    for word in OUTCOME_NAMES {
        b.add(name, word, "", Unit::Count, subject);
        b.add(name, word, "share", Unit::Share, subject);
    }
    b.add(name, "displayed_wait", "mean", Unit::Seconds, subject);
    b.add(name, "displayed_wait_error", "mean", Unit::Seconds, subject);
    b.add(name, "displayed_wait_error", "absolute_mean", Unit::Seconds, subject);
    b.add(name, "undisturbed", "mean", Unit::Seconds, subject);
    start
}

fn add_ledger(b: &mut Builder, plan: &Plan, base: usize) -> usize {
    let start = b.list.len();
    for kind in KINDS {
        for owner in &plan.owners {
            let measure = format!("traced_to {} {}", owner.name, kind.word().replace(' ', "_"));
            b.add(&plan.cohorts[base].name, &measure, "", Unit::Seconds, Subject::Cohort(base));
        }
    }
    start
}

/// Lines and booths are told with their stage.
fn add_spot(b: &mut Builder, plan: &Plan, s: usize) -> Option<(usize, usize)> {
    let spot = &plan.spots[s];
    if matches!(spot.kind, SpotKind::Line | SpotKind::Booth) {
        return None;
    }
    b.add(&spot.name, "number", "mean", Unit::Count, Subject::Spot(s));
    b.add(&spot.name, "number", "max", Unit::Count, Subject::Spot(s));
    Some((s, b.list.len() - 2))
}
