//! Instants on the clock of the first side.

use crate::kernel::time::Tick;
use crate::scenario::When;
use crate::study::Case;

/// When a tick is, as the first side's clocks show it.
pub fn label(case: &Case, tick: Tick) -> String {
    case.clock.label(0, tick)
}

/// When a tick is, to the second, as programs read it: `2025-06-11T14:20:00`; in a generic week `Fri 14:20`.
pub fn exact(case: &Case, tick: Tick) -> String {
    match case.scenario().run.start {
        When::Date { .. } => case.clock.local(0, tick).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        _ => label(case, tick),
    }
}

/// When a tick is, to the tick: `2025-06-11 14:20:00.000000`; in a generic week `Fri 14:20:00.000000`.
pub fn to_the_tick(case: &Case, tick: Tick) -> String {
    let local = case.clock.local(0, tick);
    let day = match case.scenario().run.start {
        When::Date { .. } => "%Y-%m-%d %H:%M:%S%.6f",
        _ => "%a %H:%M:%S%.6f",
    };
    local.strftime(day).to_string()
}
