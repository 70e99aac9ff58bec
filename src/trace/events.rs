//! The event log: one row for each wait, service, journey and hold, as process mining and Time Release Studies read it.
//!
//! The columns are described in `docs/event-log.md`. Rows are in order of appearance of the traveller, and of time.

use std::io::Write;

use crate::crossing::Plan;
use crate::crossing::plan::{ContainerId, NONE16, SpotId};
use crate::kernel::time::{Tick, seconds};

use super::Trace;
use super::visits::{Doing, Part};

/// The columns, in order.
pub const COLUMNS: [&str; 14] = [
    "case",
    "activity",
    "start",
    "end",
    "resource",
    "direction",
    "class",
    "place",
    "doing",
    "waits_for",
    "part_of",
    "start_s",
    "end_s",
    "outcome",
];

/// Writes the event log of a run as CSV. `label` says what a tick is called, for example `2025-06-11T14:20:00`.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(
    plan: &Plan,
    trace: &Trace,
    label: &dyn Fn(Tick) -> String,
    out: impl Write,
) -> Result<(), csv::Error> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS)?;
    let log = Log { plan, trace, label, resources: resources(plan) };
    for (traveller, _) in trace.travellers() {
        log.case(traveller, &mut csv)?;
    }
    csv.flush()?;
    Ok(())
}

struct Log<'a> {
    plan: &'a Plan,
    trace: &'a Trace,
    label: &'a dyn Fn(Tick) -> String,
    resources: Vec<String>,
}

impl Log<'_> {
    fn case<W: Write>(&self, traveller: u32, csv: &mut csv::Writer<W>) -> Result<(), csv::Error> {
        let Some(life) = self.trace.life(traveller) else { return Ok(()) };
        let source = self.plan.sources.get(life.source as usize);
        let direction =
            source.and_then(|s| self.plan.routes.get(s.route as usize)).map_or("", |r| r.name.as_str());
        let class = source.map_or("", |s| s.class.as_str());
        let case = traveller.to_string();
        let part_of = if life.is_whole() { String::new() } else { life.of.to_string() };
        let outcome = life.left.map_or("inside at the end", |(_, outcome)| outcome.word());
        for visit in self.trace.visits(self.plan, traveller) {
            let place = self.place(visit.spot);
            for part in &visit.parts {
                let activity = format!("{place} {}", part.doing.word());
                csv.write_record([
                    case.as_str(),
                    &activity,
                    &(self.label)(part.from),
                    &(self.label)(part.to),
                    self.resource(visit.spot, part),
                    direction,
                    class,
                    place,
                    part.doing.word(),
                    self.waits_for(part.doing),
                    &part_of,
                    &plain_seconds(part.from),
                    &plain_seconds(part.to),
                    outcome,
                ])?;
            }
        }
        Ok(())
    }

    /// A place is called by its path; a line belongs to the stage it stands before.
    fn place(&self, spot: SpotId) -> &str {
        let Some(spot) = self.plan.spots.get(spot as usize) else { return "" };
        self.plan.stations.get(spot.station as usize).map_or(&spot.name, |station| &station.name)
    }

    fn resource(&self, spot: SpotId, part: &Part) -> &str {
        match part.doing.booth() {
            Some(booth) => self.resources.get(booth as usize).map_or("", String::as_str),
            None if matches!(part.doing, Doing::Waits { .. }) => "",
            None => self.place(spot),
        }
    }

    fn waits_for(&self, doing: Doing) -> &str {
        match doing {
            Doing::Waits { by } | Doing::Held { by, .. } => self.container(by),
            _ => "",
        }
    }

    fn container(&self, container: ContainerId) -> &str {
        if container == NONE16 {
            return "";
        }
        self.plan.containers.get(container as usize).map_or("", |c| c.name.as_str())
    }
}

/// Seconds with six decimals at most, exact.
fn plain_seconds(ticks: Tick) -> String {
    format!("{}", seconds(ticks))
}

/// The name of every booth: `PL.entry.customs/3`.
fn resources(plan: &Plan) -> Vec<String> {
    let mut names = vec![String::new(); plan.booths as usize];
    for station in &plan.stations {
        for booth in station.booths.clone() {
            if let Some(name) = names.get_mut(booth as usize) {
                *name = format!("{}/{}", station.name, booth - station.booths.start + 1);
            }
        }
    }
    names
}
