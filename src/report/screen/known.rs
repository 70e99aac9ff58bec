//! Known answers that the file itself states (`[[expect]]`), beside what was simulated.

use crate::kernel::time::Tick;
use crate::report::Run;
use crate::report::screen::exact;
use crate::report::table::{Lean, Table};
use crate::report::words::NOTHING;
use crate::study::expected::{Answer, Known, answers as of};

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
        let name = format!("    {}", answer.name);
        let agrees = if answer.agrees() { "agrees" } else { "differs" };
        let (known, simulated) = match &answer.known {
            Known::Number { is, unit, simulated } => (exact(*is, *unit), exact(simulated.mean, *unit)),
            Known::Times { are, simulated } => (several(are), several(simulated)),
            Known::Nothing => {
                let nothing = || NOTHING.to_owned();
                table.row([name, nothing(), nothing(), nothing(), "no such number".into()]);
                continue;
            }
        };
        table.row([name, known, simulated, apart(&answer), agrees.into(), answer.source.clone()]);
    }
    table.text(width)
}

/// `7 times`; which they are is in the JSON.
fn several(times: &[Tick]) -> String {
    format!("{} {}", times.len(), if times.len() == 1 { "time" } else { "times" })
}

fn apart(answer: &Answer) -> String {
    let errors = answer.standard_errors().abs();
    if errors.is_finite() { format!("{errors:.1} se") } else { NOTHING.to_owned() }
}
