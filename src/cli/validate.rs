//! `kordon validate`: the cases with exact answers.

use std::path::Path;
use std::time::Instant;

use super::args::{Validate, ValidateFormat};
use super::{Done, Failure, output, stop};
use crate::report::validation::{Timed, json, page, table};
use crate::study::validate::{CASES, is_quick};
use crate::study::{Case, Control, validate as validated};

pub(super) fn validate(args: &Validate) -> Result<Done, Failure> {
    let cases = chosen(args)?;
    if cases.is_empty() {
        return Err(Failure::Usage(format!("no case begins with `{}`", args.only.join("`, `"))));
    }
    let stop = stop::flag();
    let bar = stop::bar(args.quiet, "cases", cases.len() as u64);
    let threads = usize::from(args.threads.unwrap_or(0));
    let control = Control { threads, stop, progress: &|_, _| () };
    let mut done: Vec<Timed> = Vec::new();
    for (name, case) in &cases {
        if control.stopped() {
            break;
        }
        let began = Instant::now();
        let of = validated(name, case, control)?;
        done.push(Timed { of, took: began.elapsed().as_secs_f64() });
        bar.inc(1);
    }
    bar.finish_and_clear();
    let text = match args.format {
        ValidateFormat::Table => table(&done),
        ValidateFormat::Json => json(&done).text(),
    };
    output::result(&text, None)?;
    if control.stopped() {
        return Ok(Done::Stopped);
    }
    if let Some(file) = &args.write {
        output::whole(file, |to| to.write_all(page(&done).as_bytes()))?;
    }
    Ok(if done.iter().all(|case| case.of.passes()) { Done::Well } else { Done::NotPassed })
}

/// The cases that are asked for, read and compiled, in the order of their names.
fn chosen(args: &Validate) -> Result<Vec<(String, Case)>, Failure> {
    let name_of = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut cases = Vec::new();
    for file in &args.files {
        cases.push((name_of(file), Case::load(file, &[])?));
    }
    let of_the_program = if args.files.is_empty() { CASES } else { &[] };
    for (name, text) in of_the_program {
        cases.push(((*name).to_owned(), Case::of_text(name, text)?));
    }
    let wanted = |name: &str| args.only.is_empty() || args.only.iter().any(|prefix| name.starts_with(prefix));
    cases.retain(|(name, case)| wanted(name) && (!args.quick || is_quick(case)));
    Ok(cases)
}
