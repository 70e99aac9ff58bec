//! `kordon schema` and `kordon new`.

use std::path::Path;

use super::args::New;
use super::{Done, Failure, output};
use crate::scenario::schema;

/// The commented file that `kordon new` writes.
const START: &str = include_str!("fresh/start.toml");

fn schema_text() -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(&schema());
    text.map(|t| t + "\n").map_err(|e| Failure::Output(e.to_string()))
}

pub(super) fn schema_command() -> Result<Done, Failure> {
    output::result(&schema_text()?, None)?;
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
