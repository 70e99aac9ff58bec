//! `kordon run`.

use std::path::Path;
use std::time::{Duration, Instant};

use super::args::{Format, Run};
use super::{Done, Failure, case, output, stop};
use crate::report::words::{count, number};
use crate::report::{self, csv, json, screen};
use crate::study::assumptions::DRAWS;
use crate::study::expected::check_names;
use crate::study::precision::CAP;
use crate::study::replicate::named;
use crate::study::{Assumed, Case, Control, Kpis, Precision, Study, assumed, replicate, until_precision};

pub(super) fn run(args: &Run) -> Result<Done, Failure> {
    let case = case(&args.input.file, &args.input.sets.all())?;
    let kpis = Kpis::of(&case.plan);
    let headline = named(&kpis, &case.headline())?;
    check_names(&case, &kpis)?;
    super::check::warn(&case);
    let stop = stop::flag();
    let seed = args.study.seed.unwrap_or(case.scenario().run.seed);
    let began = Instant::now();
    let study = replications(args, &case, seed, stop)?;
    let simulated = began.elapsed();
    let assumed = draws(args, &case, seed, study.replications(), stop)?;
    let run = report::Run { case: &case, study: &study, assumed: assumed.as_ref(), headline };
    let text = written(args, &run)?;
    output::result(&text, args.out.as_deref())?;
    if let Some(file) = &args.events {
        events(&case, seed, file)?;
    }
    times(args.study.quiet, &study, simulated, began.elapsed());
    Ok(ending(&study, assumed.as_ref()))
}

fn replications(
    args: &Run,
    case: &Case,
    seed: u64,
    stop: &std::sync::atomic::AtomicBool,
) -> Result<Study, Failure> {
    let asked = args.study.replications;
    let threads = usize::from(args.study.threads.unwrap_or(0));
    let n = asked.unwrap_or_else(|| u64::from(case.scenario().run.replications));
    let length = if args.until_precision.is_some() { asked.unwrap_or(CAP) } else { n };
    let bar = stop::bar(args.study.quiet, "replications", length);
    let progress = |done: u64, until: u64| {
        bar.set_length(until);
        bar.set_position(done);
    };
    let control = Control { threads, stop, progress: &progress };
    let study = match args.until_precision {
        None => replicate(&case.plan, seed, n, control),
        Some(relative) => {
            let absolute = case.matters().map(|m| m / 10.0);
            let precision =
                Precision { headline: case.headline(), relative, absolute, cap: asked.unwrap_or(CAP) };
            until_precision(&case.plan, seed, &precision, control)
        }
    };
    bar.finish_and_clear();
    Ok(study?)
}

fn draws(
    args: &Run,
    case: &Case,
    seed: u64,
    replications: u64,
    stop: &std::sync::atomic::AtomicBool,
) -> Result<Option<Assumed>, Failure> {
    let draws = args.draws.unwrap_or_else(|| replications.clamp(DRAWS.0, DRAWS.1));
    if draws == 0 {
        return Ok(None);
    }
    let bar = stop::bar(args.study.quiet, "draws of inputs", draws);
    let progress = |done: u64, _| bar.set_position(done);
    let threads = usize::from(args.study.threads.unwrap_or(0));
    let assumed = assumed(case, seed, draws, Control { threads, stop, progress: &progress });
    bar.finish_and_clear();
    Ok(assumed?)
}

fn written(args: &Run, run: &report::Run<'_>) -> Result<String, Failure> {
    Ok(match args.format {
        Format::Table => screen::run(run, output::width(), args.detail),
        Format::Json => json::run(run, args.detail).text(),
        Format::Csv => csv::run(run).map_err(|e| Failure::Output(e.to_string()))?,
    })
}

fn events(case: &Case, seed: u64, file: &Path) -> Result<(), Failure> {
    let trace = super::journey::recorded(case, seed, 0)?;
    let label = |tick| report::when::exact(case, tick);
    output::whole(file, |to| {
        crate::trace::events::write(&case.plan, &trace, &label, to).map_err(std::io::Error::other)
    })
}

/// Times are of this machine and this moment: they go to whoever is watching, never into a result.
fn times(quiet: bool, study: &Study, simulated: Duration, all: Duration) {
    if quiet || !output::watched() {
        return;
    }
    let seconds = simulated.as_secs_f64().max(1e-9);
    output::say(&format!(
        "{} replications, {} stage visits in {} s: {} million a second; {} s in all",
        count(study.replications()),
        count(study.visits),
        number(seconds),
        number(study.visits as f64 / seconds / 1e6),
        number(all.as_secs_f64())
    ));
}

fn ending(study: &Study, assumed: Option<&Assumed>) -> Done {
    let draws_audited = assumed.is_none_or(|a| a.failures.is_empty());
    if !study.audit_passed() || !draws_audited {
        Done::NotPassed
    } else if study.interrupted() || assumed.is_some_and(|a| a.interrupted) {
        Done::Stopped
    } else {
        Done::Well
    }
}
