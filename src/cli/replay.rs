//! `kordon replay`: one run as a page.

use std::path::Path;

use super::args::{Replay, Tongue};
use super::journey::{moment, recorded};
use super::{Done, Failure, case, output, stop};
use crate::kernel::time::Tick;
use crate::report::messages::{Language, Messages};
use crate::report::replay::{self, LARGE, Standing};
use crate::report::{when, words};
use crate::scene::{Film, Timeline};
use crate::study::replicate::named;
use crate::study::{Case, Control, Study, replicate};

pub(super) fn replay(args: &Replay) -> Result<Done, Failure> {
    let case = case(&args.input.file, &args.input.sets.all())?;
    let (from, to) = window(args, &case)?;
    let seed = args.study.seed.unwrap_or(case.scenario().run.seed);
    let study = replications(args, &case, seed)?;
    let replication = args.replication.unwrap_or_else(|| middle(&case, &study));
    let trace = recorded(&case, seed, replication)?;
    if from >= trace.end() {
        let end = when::label(&case, trace.end());
        return Err(Failure::Usage(format!("this replication ends at {end}; --from must lie before")));
    }
    let film = Film::new(&case.plan, &trace);
    let timeline = Timeline::new(&case.plan, &film, from, to);
    let standing = standing(&case, &study, replication);
    let shown = replay::Replay {
        case: &case,
        trace: &trace,
        film: &film,
        timeline: &timeline,
        standing: standing.as_ref(),
    };
    let language = match args.language {
        Tongue::En => Language::English,
        Tongue::Uk => Language::Ukrainian,
    };
    let page = replay::page(&shown, &Messages::new(language), language.tag());
    let file = (args.out != Path::new("-")).then_some(args.out.as_path());
    output::result(&page, file)?;
    said(args, page.len(), replication);
    Ok(Done::Well)
}

/// What was written goes to whoever waits for it.
fn said(args: &Replay, size: usize, replication: u64) {
    let megabytes = words::number(size as f64 / 1e6);
    if size > LARGE {
        output::say(&format!(
            "warning: the page has {megabytes} MB, more than many mail servers take; --from and --to make it smaller"
        ));
    }
    if args.out != Path::new("-") && !args.study.quiet {
        output::say(&format!(
            "wrote {}: replication {replication}, {megabytes} MB; open it in a browser",
            args.out.display()
        ));
    }
}

/// The times shown.
fn window(args: &Replay, case: &Case) -> Result<(Tick, Tick), Failure> {
    let time = |option: &str, text: &Option<String>, otherwise: Tick| {
        text.as_ref().map_or(Ok(otherwise), |text| moment(option, text, case))
    };
    let from = time("--from", &args.from, 0)?;
    let to = match &args.to {
        None => case.plan.window,
        // "Sat 00:00" after "Fri 12:00" is the next one.
        Some(_) => time("--to", &args.to, 0)?,
    };
    if to <= from {
        let (from, to) = (when::label(case, from), when::label(case, to));
        return Err(Failure::Usage(format!("--to is {to}, which is not after --from, {from}")));
    }
    Ok((from, to))
}

/// All replications of the file, so that this one's place among them is known.
fn replications(args: &Replay, case: &Case, seed: u64) -> Result<Study, Failure> {
    let asked = args.study.replications.unwrap_or_else(|| u64::from(case.scenario().run.replications));
    let n = asked;
    let bar = stop::bar(args.study.quiet, "replications", n);
    let progress = |done: u64, _: u64| bar.set_position(done);
    let threads = usize::from(args.study.threads.unwrap_or(0));
    let study = replicate(&case.plan, seed, n, Control { threads, stop: stop::flag(), progress: &progress });
    bar.finish_and_clear();
    Ok(study?)
}

/// Values of the headline, as far as there are any: (value, replication), least first.
fn values(case: &Case, study: &Study) -> Option<(usize, Vec<(f64, u64)>)> {
    let kpi = named(&study.kpis, &case.headline()).ok()?;
    let all = study.values(kpi).zip(0..).filter(|(value, _)| value.is_finite());
    let mut all: Vec<(f64, u64)> = all.collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    (!all.is_empty()).then_some((kpi, all))
}

/// The replication in the middle, by the headline; the first where there is none.
fn middle(case: &Case, study: &Study) -> u64 {
    values(case, study).map_or(0, |(_, all)| all[(all.len() - 1) / 2].1)
}

/// Where a replication stands among them; none where it is not one of them.
fn standing(case: &Case, study: &Study, replication: u64) -> Option<Standing> {
    let (kpi, all) = values(case, study)?;
    let own = all.iter().find(|v| v.1 == replication)?.0;
    let less = all.iter().filter(|v| v.0 < own).count();
    (all.len() > 1).then(|| Standing {
        runs: all.len() as u64,
        headline: case.headline().replace('_', " "),
        value: words::value(own, study.kpis.list()[kpi].unit),
        worse_than: (less as f64 / all.len() as f64 * 100.0).round() as u32,
    })
}
