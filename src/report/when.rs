//! Instants on the clock of the first side.

use crate::kernel::time::Tick;
use crate::study::Case;

/// When a tick is, as the first side's clocks show it.
pub fn label(case: &Case, tick: Tick) -> String {
    case.clock.label(0, tick)
}
