//! What a run hashes to, as `kordon hash` prints it and `tests/golden.toml` keeps it.

use crate::study::Case;
use crate::trace::Trace;

/// What the tables are.
pub const HEAD: &str = "\
# `kordon hash`: the same hash, the same run. The days add up: the first that is not the same is the one on which two
# runs part.
";

/// One table of TOML: how often, how much, and the hashes of the whole and of each day.
///
/// The days are cumulative and shortened: the first that is not the same is the day on which two runs part.
pub fn table(case: &Case, trace: &Trace) -> String {
    let hashes = trace.hashes();
    let days: Vec<String> = hashes.days.iter().map(|day| format!("\"{}\"", &day.to_hex()[..8])).collect();
    let rows: Vec<String> = days.chunks(8).map(|row| format!("  {},\n", row.join(", "))).collect();
    let label = case.label.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "\n[\"{label}\"]\nseed = {}\nreplication = {}\nevents = {}\nhash = \"{}\"\ndays = [\n{}]\n",
        trace.seed,
        trace.replication,
        trace.records().len(),
        hashes.whole.to_hex(),
        rows.concat()
    )
}
