//! Words for what a trace holds in numbers.

use crate::crossing::Plan;
use crate::crossing::ledger::{KINDS, Kind, What};
use crate::crossing::plan::OwnerId;
use crate::kernel::time::{DAY, HOUR, MINUTE, SECOND, Tick};

use super::Trace;

/// Kind and owner of what time was for.
pub fn split_what(plan: &Plan, what: What) -> (Kind, OwnerId) {
    let owners = plan.owners.len().max(1);
    let kind = KINDS.get(usize::from(what.0) / owners).copied().unwrap_or(Kind::Need);
    (kind, (usize::from(what.0) % owners) as OwnerId)
}

/// "capacity of PL customs".
pub fn what_words(plan: &Plan, what: What) -> String {
    let (kind, owner) = split_what(plan, what);
    match plan.owners.get(owner as usize) {
        Some(owner) => format!("{} of {}", kind.word(), owner.name),
        None => kind.word().to_owned(),
    }
}

/// "truck 1041": its class, and its number in the run.
pub fn traveller_name(plan: &Plan, trace: &Trace, traveller: u32) -> String {
    let life = trace.life(traveller);
    let source = life.and_then(|life| plan.sources.get(life.source as usize));
    let class = source.map_or("traveller", |source| source.class.as_str());
    match life {
        Some(life) if !life.is_whole() => format!("passenger {traveller} of {class} {}", life.of),
        _ => format!("{class} {traveller}"),
    }
}

/// "booth 3 of UA.exit.customs"; the only booth of a stage has no number.
pub fn booth_name(plan: &Plan, booth: u32) -> String {
    match plan.stations.iter().find(|s| s.booths.contains(&booth)) {
        Some(station) if station.booths.len() == 1 => format!("the booth of {}", station.name),
        Some(station) => format!("booth {} of {}", booth - station.booths.start + 1, station.name),
        None => format!("booth {booth}"),
    }
}

/// A duration for people: "3 h 10 min", "45 s", "2 d 4 h".
pub fn duration(ticks: Tick) -> String {
    let two = |big: Tick, unit: &str, small: Tick, below: &str| {
        if small == 0 { format!("{big} {unit}") } else { format!("{big} {unit} {small} {below}") }
    };
    if ticks >= 2 * DAY {
        let hours = (ticks + HOUR / 2) / HOUR;
        two(hours / 24, "d", hours % 24, "h")
    } else if ticks >= HOUR {
        let minutes = (ticks + MINUTE / 2) / MINUTE;
        two(minutes / 60, "h", minutes % 60, "min")
    } else if ticks >= 10 * MINUTE {
        format!("{} min", (ticks + MINUTE / 2) / MINUTE)
    } else {
        let seconds = (ticks + SECOND / 2) / SECOND;
        if seconds < 60 { format!("{seconds} s") } else { two(seconds / 60, "min", seconds % 60, "s") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let cases = [
            (0, "0 s"),
            (SECOND, "1 s"),
            (MINUTE, "1 min"),
            (90 * SECOND, "1 min 30 s"),
            (12 * MINUTE + 40 * SECOND, "13 min"),
            (HOUR, "1 h"),
            (3 * HOUR + 10 * MINUTE, "3 h 10 min"),
            (30 * HOUR, "30 h"),
            (52 * HOUR, "2 d 4 h"),
        ];
        for (ticks, words) in cases {
            assert_eq!(duration(ticks), words);
        }
    }
}
