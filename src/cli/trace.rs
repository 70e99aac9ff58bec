//! `kordon trace` and `kordon hash`: everything that happens in one replication, in words and as one number.

use std::io::{self, Write};

use super::args::{Hash, Trace as Args};
use super::{Done, Failure, case, journey, output};
use crate::report::{hash, when};
use crate::study::Case;
use crate::trace::{FIRST_LINE, Trace, told};

pub(super) fn trace(args: &Args) -> Result<Done, Failure> {
    let case = case(&args.input.file, &args.input.sets.all())?;
    let seed = args.one.seed.unwrap_or(case.scenario().run.seed);
    let trace = journey::recorded(&case, seed, args.one.replication)?;
    output::written(args.out.as_deref(), |to| write(&case, &trace, to))?;
    Ok(Done::Well)
}

fn write(case: &Case, trace: &Trace, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "{FIRST_LINE}")?;
    writeln!(to, "# {}: {}", case.label, case.scenario().name)?;
    writeln!(to, "# seed {}, replication {}", trace.seed, trace.replication)?;
    writeln!(to, "# tick\tclock of {}\twho\twhat", case.plan.sides[0])?;
    let label = |tick| when::to_the_tick(case, tick);
    told(&case.plan, trace, &label).try_for_each(|event| writeln!(to, "{}", event.line()))
}

pub(super) fn hash(args: &Hash) -> Result<Done, Failure> {
    let mut text = hash::HEAD.to_owned();
    for file in &args.files {
        let case = case(file, &args.sets.all())?;
        let seed = args.one.seed.unwrap_or(case.scenario().run.seed);
        let trace = journey::recorded(&case, seed, args.one.replication)?;
        text.push_str(&hash::table(&case, &trace));
    }
    output::result(&text, None)?;
    Ok(Done::Well)
}
