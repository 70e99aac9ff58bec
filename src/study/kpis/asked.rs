//! The numbers that `[output]` asks for: which there are, in which order, and how moments stand in their names.
//!
//! [`Tally`](super::super::tally::Tally) pushes their values in the same order.

use super::extract::spots_of_route;
use super::layout::Builder;
use super::{Subject, Unit};
use crate::crossing::Plan;
use crate::crossing::plan::{Asked, NONE16, SpotKind};
use crate::kernel::time::{HOUR, MINUTE, Tick, seconds};
use crate::scenario::duration_of;

/// Where is counted who is present: each stage (line and booths), each other place, each direction, the whole.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// What each is called, and what it is; the whole has no name.
    pub(crate) list: Vec<(String, Subject)>,
    /// The places that each spot is part of.
    pub(crate) of_spot: Vec<[u16; 3]>,
}

impl Places {
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut list: Vec<(String, Subject)> =
            plan.stations.iter().enumerate().map(|(s, st)| (st.name.clone(), Subject::Station(s))).collect();
        let mut of_spot = vec![[NONE16; 3]; plan.spots.len()];
        for (s, spot) in plan.spots.iter().enumerate() {
            of_spot[s][0] = if matches!(spot.kind, SpotKind::Line | SpotKind::Booth) {
                spot.station
            } else {
                list.push((spot.name.clone(), Subject::Spot(s)));
                list.len() as u16 - 1
            };
        }
        for (r, route) in plan.routes.iter().enumerate() {
            list.push((route.name.clone(), Subject::Direction(r)));
            for spot in spots_of_route(plan, r) {
                of_spot[spot as usize][1] = list.len() as u16 - 1;
            }
        }
        list.push((String::new(), Subject::Run));
        for places in &mut of_spot {
            places[2] = list.len() as u16 - 1;
        }
        Self { list, of_spot }
    }
}

/// The stretches between bounds.
pub(crate) fn stretches(asked: &Asked) -> impl Iterator<Item = (Tick, Tick)> + '_ {
    asked.counts.windows(2).map(|pair| (pair[0], pair[1]))
}

pub(super) fn layout(b: &mut Builder, plan: &Plan) {
    let asked = &plan.asked;
    if !asked.watches() {
        return;
    }
    let places = Places::of(plan);
    for (name, subject) in &places.list {
        for &at in &asked.number_at {
            b.add(name, &format!("number_at {}", label(at)), "", Unit::Count, *subject);
        }
    }
    if let Some(most) = asked.number_up_to {
        for (name, subject) in &places.list {
            for k in 0..=most {
                b.add(name, &format!("number_is {k}"), "", Unit::Share, *subject);
            }
            b.add(name, &format!("number_above {most}"), "", Unit::Share, *subject);
        }
    }
    counts(b, plan);
    let bases = || plan.cohorts.iter().take(plan.bases()).enumerate();
    for (c, cohort) in bases() {
        for n in &asked.first {
            b.add(&cohort.name, &format!("wait first_{n}"), "", Unit::Seconds, Subject::Cohort(c));
            b.add(&cohort.name, &format!("booking_to_exit first_{n}"), "", Unit::Seconds, Subject::Cohort(c));
        }
    }
    for (s, station) in plan.stations.iter().enumerate() {
        for n in &asked.first {
            b.add(&station.name, &format!("wait first_{n}"), "", Unit::Seconds, Subject::Station(s));
        }
    }
    if asked.shares {
        for (c, cohort) in bases() {
            b.add(&cohort.name, "waited", "share", Unit::Share, Subject::Cohort(c));
            b.add(&cohort.name, "was_held", "share", Unit::Share, Subject::Cohort(c));
        }
        for (s, station) in plan.stations.iter().enumerate() {
            b.add(&station.name, "was_held", "share", Unit::Share, Subject::Station(s));
            b.add(&station.name, "any_held", "share", Unit::Share, Subject::Station(s));
        }
    }
}

/// What is counted by stretches: of each direction and class who appeared and who left, of each stage the services.
pub(crate) fn counted(plan: &Plan) -> Vec<(&str, &'static str, Subject)> {
    let bases = plan.cohorts.iter().take(plan.bases()).enumerate();
    let flow = bases.flat_map(|(c, cohort)| {
        ["appeared", "left"].map(|measure| (cohort.name.as_str(), measure, Subject::Cohort(c)))
    });
    let stations = plan.stations.iter().enumerate();
    flow.chain(stations.map(|(s, st)| (st.name.as_str(), "served", Subject::Station(s)))).collect()
}

fn counts(b: &mut Builder, plan: &Plan) {
    if plan.asked.counts.len() < 2 {
        return;
    }
    for (about, measure, subject) in counted(plan) {
        for (from, to) in stretches(&plan.asked) {
            let measure = format!("{measure} {}..{}", label(from), label(to));
            b.add(about, &measure, "", Unit::Count, subject);
        }
        if plan.asked.even_counts {
            for stat in ["mean", "variance"] {
                b.add(about, &format!("{measure}_per_interval"), stat, Unit::Count, subject);
            }
        }
    }
}

/// A moment as it stands in names: `2h`, `90min`, `1.5s`.
pub(crate) fn label(at: Tick) -> String {
    if at.is_multiple_of(HOUR) {
        format!("{}h", at / HOUR)
    } else if at.is_multiple_of(MINUTE) {
        format!("{}min", at / MINUTE)
    } else {
        format!("{}s", seconds(at))
    }
}

/// A name whose moments are written in any way, with moments as they stand in names.
pub(super) fn with_labels(name: &str) -> String {
    for measure in ["number_at", "appeared", "left", "served"] {
        let split = name.split_once(&format!(" {measure} ")).or_else(|| {
            let rest = name.strip_prefix(measure)?.strip_prefix(' ')?;
            Some(("", rest))
        });
        let Some((about, times)) = split else { continue };
        let labels: Option<Vec<String>> =
            times.split("..").map(|time| duration_of(time.trim()).map(label)).collect();
        if let Some(labels) = labels {
            return format!("{about} {measure} {}", labels.join("..")).trim_start().to_owned();
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::with_labels;

    #[test]
    fn moments_may_be_written_in_any_unit() {
        assert_eq!(with_labels("UA.exit.hall number_at 120 min"), "UA.exit.hall number_at 2h");
        assert_eq!(with_labels("number_at 90 s"), "number_at 90s");
        assert_eq!(with_labels("UA>PL truck appeared 0 h .. 3.2 h"), "UA>PL truck appeared 0h..192min");
        assert_eq!(with_labels("UA>PL truck appeared"), "UA>PL truck appeared");
    }
}
