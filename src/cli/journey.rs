//! `kordon why` and `kordon picture`: one replication, told or drawn.

use std::path::Path;

use super::args::{Picture, Why};
use super::{Done, Failure, case, output};
use crate::kernel::time::Tick;
use crate::report::when;
use crate::scenario::When;
use crate::study::{Case, StudyError};
use crate::trace::{self, Life, Trace};

/// One replication, recorded.
pub(super) fn recorded(case: &Case, seed: u64, replication: u64) -> Result<Trace, Failure> {
    trace::record(&case.plan, seed, replication)
        .map_err(|error| Failure::Study(StudyError::Run { replication, error }))
}

pub(super) fn why(args: &Why) -> Result<Done, Failure> {
    let case = case(&args.input.file, &args.input.sets.all())?;
    let seed = args.one.seed.unwrap_or(case.scenario().run.seed);
    let trace = recorded(&case, seed, args.one.replication)?;
    let whom = whom(args, &case, &trace)?;
    let text = trace::why(&case.plan, &trace, &|tick| when::label(&case, tick), whom);
    output::result(&text, None)?;
    Ok(Done::Well)
}

pub(super) fn picture(args: &Picture) -> Result<Done, Failure> {
    let case = case(&args.input.file, &args.input.sets.all())?;
    let at = moment("--at", &args.at, &case)?;
    let seed = args.one.seed.unwrap_or(case.scenario().run.seed);
    let trace = recorded(&case, seed, args.one.replication)?;
    if at > trace.end() {
        let end = when::label(&case, trace.end());
        return Err(Failure::Usage(format!("this replication ends at {end}, before {}", args.at)));
    }
    let text = crate::scene::svg(&case.plan, &trace, at, &|tick| when::label(&case, tick));
    let file = (args.out != Path::new("-")).then_some(args.out.as_path());
    output::result(&text, file)?;
    Ok(Done::Well)
}

/// A moment as people write it, on the clock of the first side.
pub(super) fn moment(option: &str, text: &str, case: &Case) -> Result<Tick, Failure> {
    let wrong = |words: String| Failure::Usage(format!("{option} {text}: {words}"));
    let when = When::parse(text).map_err(wrong)?;
    let tick = case.clock.tick(0, &when);
    tick.ok_or_else(|| wrong("that is before the start of the run".to_owned()))
}

fn whom(args: &Why, case: &Case, trace: &Trace) -> Result<u32, Failure> {
    if let Some(number) = args.whom.traveller {
        let last = trace.travellers().last().map_or(0, |(i, _)| i);
        return match trace.life(number) {
            Some(_) => Ok(number),
            None => Err(Failure::Usage(format!(
                "no traveller has the number {number}; numbers go from 0 to {last}"
            ))),
        };
    }
    let sources = sources_of(args.of.as_deref(), case)?;
    let serves = |life: &Life| {
        let counted = life.appeared >= case.plan.warmup && life.appeared < case.plan.window;
        counted && sources.contains(&life.source)
    };
    let found = if args.whom.longest {
        trace::longest(&case.plan, trace, &serves)
    } else {
        trace::median(&case.plan, trace, &serves)
    };
    found.ok_or_else(|| Failure::Usage("nobody who was counted has left in this replication".to_owned()))
}

/// The sources whose travellers belong to a direction and class.
fn sources_of(cohort: Option<&str>, case: &Case) -> Result<Vec<u16>, Failure> {
    let plan = &case.plan;
    let all = || 0..plan.sources.len() as u16;
    let Some(name) = cohort else { return Ok(all().collect()) };
    let bases: Vec<&str> = plan.cohorts[..plan.bases()].iter().map(|c| c.name.as_str()).collect();
    match bases.iter().position(|base| *base == name) {
        Some(base) => Ok(all().filter(|&s| plan.sources[s as usize].base_cohort as usize == base).collect()),
        None => Err(Failure::Usage(format!("no cohort is called `{name}`; there are: {}", bases.join(", ")))),
    }
}
