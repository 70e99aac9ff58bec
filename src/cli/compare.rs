//! `kordon compare`: the same travellers under several scenarios.

use super::args::{Compare, Format};
use super::{Done, Failure, case, output, stop};
use crate::report::paired::{self, Paired};
use crate::study::compare::{against, compare as simulate};
use crate::study::{Case, Comparison, Control, Study};

pub(super) fn compare(args: &Compare) -> Result<Done, Failure> {
    let sets = args.sets.all();
    let cases: Vec<Case> = args.files.iter().map(|file| case(file, &sets)).collect::<Result<_, _>>()?;
    let base = &cases[0];
    let stop = stop::flag();
    let run = &base.scenario().run;
    let seed = args.study.seed.unwrap_or(run.seed);
    let n = args.study.replications.unwrap_or_else(|| u64::from(run.replications));
    let bar = stop::bar(args.study.quiet, "replications", n);
    let progress = |done: u64, _| bar.set_position(done);
    let threads = usize::from(args.study.threads.unwrap_or(0));
    let studies = simulate(&cases, seed, n, Control { threads, stop, progress: &progress });
    bar.finish_and_clear();
    let studies = studies?;
    let comparisons: Vec<Comparison> = (1..cases.len())
        .map(|k| against((base, &studies[0]), (&cases[k], &studies[k])))
        .collect::<Result<_, _>>()?;
    let pairs: Vec<Paired<'_>> = cases[1..]
        .iter()
        .zip(&comparisons)
        .map(|(variant, comparison)| Paired { base, variant, comparison })
        .collect();
    output::result(&written(args.format, (base, &studies[0]), &pairs)?, args.out.as_deref())?;
    Ok(ending(&studies))
}

fn written(format: Format, base: (&Case, &Study), pairs: &[Paired<'_>]) -> Result<String, Failure> {
    Ok(match format {
        Format::Table => paired::screen(base, pairs, output::width()),
        Format::Json => paired::json(base, pairs).text(),
        Format::Csv => paired::csv(pairs).map_err(|e| Failure::Output(e.to_string()))?,
    })
}

fn ending(studies: &[Study]) -> Done {
    for study in studies {
        for failure in study.failures.iter().take(3) {
            output::say(&format!("audit not passed: replication {}: {}", failure.replication, failure.words));
        }
    }
    if studies.iter().any(|s| !s.audit_passed()) {
        Done::NotPassed
    } else if studies.iter().any(Study::interrupted) {
        Done::Stopped
    } else {
        Done::Well
    }
}
