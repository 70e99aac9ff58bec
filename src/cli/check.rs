//! `kordon check`: is it a scenario, and what does it describe?

use super::args::Check;
use super::{Done, Failure, case, output};
use crate::report::describe::{describe, warnings};
use crate::study::Case;
use crate::study::capacity::{capacity, narrowest_over_ranges};

/// Draws behind "how often it is the narrowest".
const DRAWS: u64 = 200;

pub(super) fn check(args: &Check) -> Result<Done, Failure> {
    let case = case(&args.input.file, &args.input.sets.all())?;
    let over_ranges = narrowest_over_ranges(&case, case.scenario().run.seed, DRAWS);
    let capacity = capacity(&case.plan);
    let text = describe(&case, &capacity, over_ranges.as_ref(), output::width());
    output::result(&text, None)?;
    for warning in warnings(&case, &capacity) {
        output::say(&format!("warning: {warning}"));
    }
    Ok(Done::Well)
}

/// The warnings alone, before a run.
pub(super) fn warn(case: &Case) {
    for warning in warnings(case, &capacity(&case.plan)) {
        output::say(&format!("warning: {warning}"));
    }
}
