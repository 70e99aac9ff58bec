//! The numbers of a run as one tidy table: a row for each number, the same columns for all.

use super::Run;

/// The columns, in order. Durations are in seconds; `unit` says of each row what its numbers are counted in.
pub const COLUMNS: [&str; 13] = [
    "about",
    "measure",
    "stat",
    "unit",
    "assumptions_low",
    "assumptions_high",
    "chance_low",
    "chance_high",
    "mean",
    "se",
    "replications",
    "replications_without",
    "replications_at_least",
];

/// A run as CSV.
///
/// # Errors
/// Never for a table in memory; the writer's own error otherwise.
pub fn run(run: &Run<'_>) -> Result<String, csv::Error> {
    let mut to = csv::Writer::from_writer(Vec::new());
    to.write_record(COLUMNS)?;
    for (k, kpi) in run.study.kpis.list().iter().enumerate() {
        let summary = run.study.summary(k);
        let interval = summary.interval();
        let band = run.assumed.and_then(|a| a.band(k));
        to.write_record([
            kpi.about.clone(),
            kpi.measure.clone(),
            kpi.stat.to_owned(),
            kpi.unit.word().to_owned(),
            cell(band.map(|b| b.0)),
            cell(band.map(|b| b.1)),
            cell(interval.map(|i| i.0)),
            cell(interval.map(|i| i.1)),
            cell(Some(summary.mean)),
            cell(Some(summary.se)),
            summary.n.to_string(),
            summary.without.to_string(),
            run.study.lower[k].to_string(),
        ])?;
    }
    let bytes = to.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

fn cell(value: Option<f64>) -> String {
    value.filter(|v| v.is_finite()).map(|v| v.to_string()).unwrap_or_default()
}
