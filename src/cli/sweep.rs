//! `kordon sweep`, `kordon status`, `kordon merge`: a study over many points, kept on disk as it goes.

use std::io::BufWriter;
use std::path::Path;

use super::args::{Merge, Status, Sweep as Args};
use super::output::Pending;
use super::{Done, Failure, output, stop};
use crate::report::sweep::{PARQUET, file_names, write};
use crate::report::words::count;
use crate::study::Control;
use crate::study::sweep::{
    Journal, Often, Results, Standing, Sweep, SweepError, merge as merge_folders, open, run,
};

pub(super) fn sweep(args: &Args) -> Result<Done, Failure> {
    let sweep = Sweep::load(&args.file, &args.sets.all(), args.shard)?;
    if !sweep.case.loaded.warnings.is_empty() {
        output::say(&sweep.case.loaded.warnings.render(output::colour()));
    }
    let mut journal = open(&sweep, &args.out)?;
    if journal.torn() > 0 && !journal.is_empty() {
        let bytes = count(journal.torn());
        output::say(&format!(
            "the last {bytes} bytes of the journal are no whole record; that work is done again"
        ));
    }
    let stop = stop::flag();
    let standing = crate::study::sweep::standing(&sweep.manifest, sweep.points(), &journal);
    if !standing.complete() {
        remove_tables(&args.out);
    }
    let progress = stop::Progress::new(args.quiet, "units", standing.done);
    let told = |done: u64, of: u64| progress.at(done, of);
    let control = Control { threads: usize::from(args.threads.unwrap_or(0)), stop, progress: &told };
    let going = run(&sweep, &mut journal, control);
    progress.end();
    let going = going?;
    if going.interrupted {
        let missing = going.standing.missing_units();
        output::say(&format!(
            "stopped; {} units are kept, at least {} are to do",
            count(journal.len()),
            count(missing)
        ));
        output::say(&format!("to go on: {}", again(args)));
        return Ok(Done::Unfinished);
    }
    finished(Results::over(&args.out, sweep.manifest, journal)?)
}

/// Writes the tables, and says what there is.
fn finished(mut results: Results) -> Result<Done, Failure> {
    let standing = results.standing();
    let mut text = summary(&results, &standing);
    if results.manifest.shard.is_some() {
        text.push_str("a shard is complete; `kordon merge` makes the tables of all shards\n");
    } else {
        tables(&mut results)?;
        let formats = if PARQUET { "csv, jsonl, parquet" } else { "csv, jsonl" };
        let folder = results.folder.display();
        text.push_str(&format!(
            "in {folder}: points, results, classes, stages ({formats}), inputs, dictionary, workbook.xlsx\n"
        ));
    }
    output::result(&text, None)?;
    Ok(if standing.failed > 0 { Done::NotPassed } else { Done::Well })
}

/// What was simulated, in lines.
fn summary(results: &Results, standing: &Standing) -> String {
    let manifest = &results.manifest;
    let (settings, futures) = (count(results.settings()), count(results.futures()));
    let points = count(results.points());
    let mut text = format!("{}\n", manifest.study.name);
    text.push_str(&match manifest.design.uncertainties {
        Some(_) => format!("{points} points: {settings} settings of the levers in {futures} futures"),
        None => format!("{points} points"),
    });
    text.push_str(&match &manifest.often {
        Often::Fixed(n) => format!(", {} replications each", count(*n)),
        Often::Until { of, relative, cap, .. } => {
            let (percent, name) = (relative * 100.0, &manifest.kpis[*of].name);
            format!(", until {name} is within {percent} % or {} replications", count(*cap))
        }
    });
    if let Some(shard) = manifest.shard {
        text.push_str(&format!("; shard {shard}"));
    }
    let (done, asked) = (count(standing.done), count(standing.asked));
    text.push_str(&format!("\n{done} of {asked} units done"));
    if standing.capped > 0 {
        let (capped, of) = (count(standing.capped), count(standing.points));
        text.push_str(&format!(
            "; {capped} of {of} points stopped at the cap and are less precise than asked"
        ));
    }
    if standing.failed > 0 {
        let failed = count(standing.failed);
        text.push_str(&format!("; {failed} have no result: `results` says why"));
    }
    text.push('\n');
    text
}

/// Writes all tables, each whole or not at all.
fn tables(results: &mut Results) -> Result<(), Failure> {
    let folder = results.folder.clone();
    let mut pending: Vec<Pending> = Vec::new();
    let mut open = |name: &str| {
        let file = Pending::new(&folder.join(name))?;
        let to = BufWriter::new(file.writer()?);
        pending.push(file);
        Ok(Box::new(to) as Box<dyn crate::report::files::Output>)
    };
    write(results, &mut open)?;
    for file in pending {
        file.publish()?;
    }
    if !PARQUET {
        for stale in file_names().iter().filter(|name| name.ends_with(".parquet")) {
            let _ = std::fs::remove_file(folder.join(stale));
        }
    }
    Ok(())
}

/// Tables of fewer units than are asked for now would be taken for the new ones.
fn remove_tables(folder: &Path) {
    for name in file_names() {
        let _ = std::fs::remove_file(folder.join(name));
    }
}

/// The command that goes on.
fn again(args: &Args) -> String {
    let mut words = vec!["kordon sweep".to_owned(), args.file.display().to_string()];
    words.extend(args.sets.all().into_iter().map(|(path, value)| format!("--set '{path}={value}'")));
    words.extend(args.shard.map(|shard| format!("--shard {shard}")));
    words.push(format!("--out {}", args.out.display()));
    words.join(" ")
}

pub(super) fn status(args: &Status) -> Result<Done, Failure> {
    let results = Results::open(&args.folder)?;
    let standing = results.standing();
    let mut text = summary(&results, &standing);
    let missing = standing.missing_units();
    let at_work = Journal::in_use(&args.folder);
    text.push_str(&match (at_work, standing.complete()) {
        (true, _) => format!("at work: {} units to do that are known of\n", count(missing)),
        (false, true) => "complete\n".to_owned(),
        (false, false) => {
            format!("not at work: {} units to do; the same `kordon sweep` goes on\n", count(missing))
        }
    });
    output::result(&text, None)?;
    Ok(if standing.complete() { Done::Well } else { Done::Unfinished })
}

pub(super) fn merge(args: &Merge) -> Result<Done, Failure> {
    let merged = merge_folders(&args.folders, &args.out)?;
    if merged.standing.complete() {
        return finished(merged.results);
    }
    remove_tables(&args.out);
    let missing = merged.standing.missing_units();
    output::say(&format!(
        "{} of {} units are missing; no tables were written",
        count(missing),
        count(merged.standing.asked)
    ));
    match &merged.missing_shards {
        Some(shards) => {
            let file = &merged.results.manifest.study.file;
            output::say(&format!("missing shards: {}", shards.range));
            output::say(&format!(
                "for each of them, I: kordon sweep {file} --shard I/{} --out FOLDER",
                shards.of
            ));
        }
        None => {
            for block in merged.standing.missing.iter().take(20) {
                let range = &block.replications;
                let (point, first, last) = (block.point, range.start, range.end - 1);
                output::say(&format!("missing: point {point}, replications {first} to {last}"));
            }
        }
    }
    Ok(Done::Unfinished)
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Study(errors) => Self::Scenario(errors),
            SweepError::Threads(error) => Self::Study(error),
            error @ (SweepError::Write { .. } | SweepError::Read { .. } | SweepError::Damaged { .. }) => {
                Self::Output(error.to_string())
            }
            error => Self::Usage(error.to_string()),
        }
    }
}
