//! `kordon schema` and `kordon new`.

use std::path::Path;

use super::args::{Grammar, New, Schema};
use super::{Done, Failure, output};
use crate::scenario::{schema, study_schema};

/// The commented file that `kordon new` writes.
const START: &str = include_str!("fresh/start.toml");

pub(super) fn schema_command(args: &Schema) -> Result<Done, Failure> {
    let schema = match args.of {
        Grammar::Scenario => schema(),
        Grammar::Study => study_schema(),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|e| Failure::Output(e.to_string()))?;
    output::result(&(text + "\n"), None)?;
    Ok(Done::Well)
}

pub(super) fn new(args: &New) -> Result<Done, Failure> {
    let file = args.name.clone().unwrap_or_else(|| "crossing.toml".into());
    if file == Path::new("-") {
        output::result(START, None)?;
        return Ok(Done::Well);
    }
    let file = if file.extension().is_none() { file.with_extension("toml") } else { file };
    if file.exists() {
        return Err(Failure::Usage(format!("`{}` is already there; give another name", file.display())));
    }
    output::whole(&file, |to| to.write_all(START.as_bytes()))?;
    output::say(&format!("wrote {0}; next: kordon check {0}, then kordon run {0}", file.display()));
    Ok(Done::Well)
}
