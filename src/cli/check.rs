//! `kordon check`.

use super::args::Check;
use super::{Done, Failure, case};
use crate::study::Case;

pub(super) fn check(args: &Check) -> Result<Done, Failure> {
    case(&args.input.file, &args.input.sets.all())?;
    Ok(Done::Well)
}

pub(super) fn warn(_case: &Case) {}
