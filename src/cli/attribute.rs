//! `kordon attribute`: the same travellers with causes removed.

use std::time::Instant;

use super::args::{Attribute, Page, Split};
use super::{Done, Failure, case, output, stop};
use crate::report::attribution;
use crate::report::words::{count, number};
use crate::study::attribute::{DRAWS, REPLICATIONS, Settings, attribute as remove, causes};
use crate::study::{Attribution, Control};

pub(super) fn attribute(args: &Attribute) -> Result<Done, Failure> {
    let case = case(&args.input.file, &args.input.sets.all())?;
    super::check::warn(&case);
    let settings = Settings {
        seed: args.seed.unwrap_or(case.scenario().run.seed),
        replications: args.replications.unwrap_or(REPLICATIONS),
        draws: args.draws.unwrap_or(DRAWS),
        split: match args.split {
            None => causes::Split::No,
            Some(Split::Kinds) => causes::Split::Kinds,
            Some(Split::Agencies) => causes::Split::Agencies,
        },
    };
    let bar = stop::bar(args.quiet, "replications and draws", settings.replications + settings.draws);
    let progress = |done: u64, of: u64| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let began = Instant::now();
    let threads = usize::from(args.threads.unwrap_or(0));
    let found = remove(&case, settings, Control { threads, stop: stop::flag(), progress: &progress });
    bar.finish_and_clear();
    let found = found?;
    let text = match args.format {
        Page::Table => attribution::screen(&case, &found, output::width(), args.detail),
        Page::Md => attribution::markdown(&case, &found, args.detail),
        Page::Json => attribution::json(&case, &found).text(),
    };
    output::result(&text, args.out.as_deref())?;
    if !args.quiet && output::watched() {
        let seconds = began.elapsed().as_secs_f64();
        output::say(&format!("{} runs in {} s", count(found.runs_made()), number(seconds)));
    }
    Ok(ending(&found))
}

fn ending(found: &Attribution) -> Done {
    for (which, why) in found.runs.failures.iter().take(3) {
        output::say(&format!("warning: {which} gave no result: {why}"));
    }
    if found.runs.failures.iter().any(|(_, why)| why.contains("audit")) {
        Done::NotPassed
    } else if found.runs.interrupted {
        Done::Stopped
    } else {
        Done::Well
    }
}
