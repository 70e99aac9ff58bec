//! Known answers that the file itself states (`[[expect]]`), beside what was simulated.

use crate::report::Run;
use crate::report::screen::exact;
use crate::report::table::{Lean, Table};
use crate::report::words::NOTHING;
use crate::study::expected::{Answer, answers as of};

/// A row for each; nothing when the file states none.
pub(super) fn answers(run: &Run<'_>, width: usize) -> String {
    let all = of(run.case, run.study);
    if all.is_empty() {
        return String::new();
    }
    let head = ["  known answers", "known", "simulated", "apart by", "", "source"];
    let leans = [Lean::Left, Lean::Right, Lean::Right, Lean::Right, Lean::Left, Lean::Left];
    let mut table = Table::new(head.into_iter().zip(leans));
    for answer in all {
        let Some(kpi) = answer.kpi else {
            table.row([
                format!("    {}", answer.name),
                NOTHING.into(),
                NOTHING.into(),
                NOTHING.into(),
                "no such number".into(),
            ]);
            continue;
        };
        let unit = run.study.kpis.list()[kpi].unit;
        table.row([
            format!("    {}", answer.name),
            exact(answer.is, unit),
            exact(answer.summary.mean, unit),
            apart(&answer),
            if answer.agrees() { "agrees".into() } else { "differs".into() },
            answer.source.clone(),
        ]);
    }
    table.text(width)
}

fn apart(answer: &Answer) -> String {
    let errors = answer.standard_errors();
    if errors.is_finite() { format!("{errors:.1} se") } else { NOTHING.to_owned() }
}
