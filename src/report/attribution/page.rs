//! The page: what it is, what it rests on, what removing means, then every direction and class.

use super::blocks::Block;
use super::sentences::{
    agreed, bare_hours, both, hours_band, per_cent, per_cents, reference, sentence, together, travellers,
    verdict, would_separate,
};
use crate::report::WHAT_THIS_IS;
use crate::report::screen::{period, strip_words};
use crate::report::words::{NOTHING, count, hours, number};
use crate::study::attribute::causes::CAUSES;
use crate::study::attribute::worlds::Reference;
use crate::study::attribute::{Class, Compared, Row};
use crate::study::evidence::strips;
use crate::study::{Attribution, Case};

pub(super) fn page(case: &Case, found: &Attribution, detail: bool) -> Vec<Block> {
    let mut blocks = head(case, found);
    blocks.extend(removing(case, found));
    for (r, route) in case.plan.routes.iter().enumerate() {
        let of_route = |c: &&Class| case.plan.cohorts[c.base].route as usize == r;
        let classes: Vec<&Class> = found.classes.iter().filter(of_route).collect();
        if classes.is_empty() {
            blocks.push(Block::Heading(format!("{}: no traffic in this file", route.name)));
        }
        for class in classes {
            blocks.extend(of_class(case, found, class, detail));
        }
    }
    blocks.extend(runs(case, found));
    blocks
}

fn head(case: &Case, found: &Attribution) -> Vec<Block> {
    let scenario = case.scenario();
    let mut blocks = vec![Block::Title(format!("Who is waited for: {}", scenario.name))];
    let draws = match (found.inputs.len(), found.runs.draws.len()) {
        (0, _) => "; no input states a range, so nothing is drawn over one".to_owned(),
        (_, 0) => "; no draws over the ranges".to_owned(),
        (inputs, draws) => format!(" and {} draws of {inputs} inputs over their ranges", count(draws)),
    };
    blocks.push(Block::Text(format!(
        "{WHAT_THIS_IS} The same travellers in {} worlds: {} replications of {}{draws}; {} runs, seed {}.",
        count(found.worlds()),
        count(found.runs.replications.len()),
        period(case),
        count(found.runs_made()),
        found.settings.seed
    )));
    let limits = scenario.limits.iter().map(|limit| Block::Text(format!("Not in the model: {limit}")));
    blocks.extend(limits);
    blocks.push(Block::Heading("What the inputs rest on".to_owned()));
    let of = strips(scenario).into_iter().map(|s| (s.about.clone(), strip_words(&s).trim().to_owned()));
    blocks.push(Block::Facts(of.collect()));
    blocks
}

fn removing(case: &Case, found: &Attribution) -> Vec<Block> {
    let sides = &case.plan.sides;
    let fact = |(c, cause): (usize, &crate::study::attribute::causes::Cause)| {
        let rows = found.classes.iter().flat_map(|class| &class.compared[0].rows);
        let there = rows.filter(|row| row.cause == c).any(|row| row.in_file);
        let whose = match cause.side() {
            Some(_) => String::new(),
            None => format!(" ({})", cause.owner(case.scenario())),
        };
        let absent = if there { "" } else { "; nothing of it in this file" };
        (format!("{}{whose}", cause.name(sides)), format!("{}{absent}", cause.removed(sides)))
    };
    vec![
        Block::Heading("What removing means (the same words for both sides)".to_owned()),
        Block::Facts(CAUSES.iter().enumerate().map(fact).collect()),
    ]
}

fn of_class(case: &Case, found: &Attribution, class: &Class, detail: bool) -> Vec<Block> {
    let name = &case.plan.cohorts[class.base].name;
    let whole = &class.compared[0].whole;
    if whole.chance.mean <= 0.0 || !whole.chance.mean.is_finite() {
        return vec![Block::Heading(format!("{name}: nobody waited"))];
    }
    let mut blocks = vec![
        Block::Heading(format!("{name}: hours waited by {} in a replication", travellers(case, class.base))),
        Block::Facts(vec![
            ("with the assumed inputs over their ranges".to_owned(), hours_band(whole.assumptions)),
            ("by chance".to_owned(), hours_band(whole.chance.interval())),
            ("mean".to_owned(), bare_hours(whole.chance.mean)),
        ]),
    ];
    for compared in &class.compared {
        blocks.extend(one_reference(case, class, compared, detail));
    }
    blocks.push(Block::Heading(format!("{name}: what may be said")));
    let mut facts = vec![("Verdict".to_owned(), verdict(case, found, class))];
    facts.extend(
        would_separate(class, found.runs.draws.len())
            .map(|said| ("What would separate them".to_owned(), said)),
    );
    blocks.push(Block::Facts(facts));
    blocks.extend(sentence(case, class).map(Block::Text));
    blocks.push(Block::Text(both(case, &class.compared[0])));
    let rows = &class.compared[0].rows;
    blocks.extend(
        rows.iter().filter_map(|row| together(case, row)).map(|said| Block::Text(format!("{said}."))),
    );
    blocks
}

fn one_reference(case: &Case, class: &Class, compared: &Compared, detail: bool) -> Vec<Block> {
    let name = &case.plan.cohorts[class.base].name;
    let mut blocks = vec![Block::Heading(format!("{name}: {}", lower(reference(compared.reference))))];
    if compared.reference == Reference::Agreed {
        let facts = (0..2).map(|side| (case.plan.sides[side].clone(), agreed(case, class.base, side)));
        blocks.push(Block::Facts(facts.collect()));
    }
    let full = detail || compared.reference == Reference::NoWaiting;
    blocks.push(table(case, compared, full));
    let off = compared.inefficiency;
    let off =
        if off < 1e-9 { "exactly, but for rounding".to_owned() } else { format!("within {off:.1e} of them") };
    blocks.push(Block::Text(format!(
        "Checked in every run: shared out, and what none of them explains, sum to the hours waited {off}."
    )));
    blocks
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Three lines for a cause: over the ranges of the assumed inputs, by chance, mean. In short: the means, and the share over
/// the ranges.
fn table(case: &Case, compared: &Compared, full: bool) -> Block {
    let ledger = compared.reference == Reference::NoWaiting;
    let mut head: Vec<String> = vec![String::new()];
    if full {
        head.push(String::new());
    }
    let words = head.len();
    head.extend(
        ["hours less:|alone", "after all|others", "shared out", "share of|hours waited"].map(str::to_owned),
    );
    if ledger {
        head.push("ledger:|traced to".to_owned());
    }
    let mut rows = Vec::new();
    for row in &compared.rows {
        let name = if row.part.is_empty() {
            CAUSES[row.cause].name(&case.plan.sides)
        } else {
            format!("  {}", row.part)
        };
        rows.extend(if full { lines(name, row, ledger) } else { vec![short(name, row)] });
    }
    let rest = bare_hours(compared.rest.chance.mean);
    let share = per_cent(compared.rest.chance.mean / compared.whole.chance.mean);
    let mut last = vec!["what none of them explains".to_owned()];
    last.extend(full.then(|| "mean".to_owned()));
    last.extend([String::new(), String::new(), rest, share]);
    rows.push(last);
    Block::Table { head, words, rows }
}

fn traced(row: &Row) -> String {
    row.traced.map_or_else(|| NOTHING.to_owned(), per_cent)
}

fn lines(name: String, row: &Row, ledger: bool) -> Vec<Vec<String>> {
    let mean = |name: String| {
        let mut cells = vec![name, "mean".to_owned()];
        cells.extend(row.saved.iter().map(|n| bare_hours(n.chance.mean)));
        cells.push(per_cent(row.share.chance.mean));
        if ledger && row.part.is_empty() {
            cells.push(traced(row));
        }
        cells
    };
    if !row.in_file {
        return vec![mean(name)];
    }
    let band =
        |name: String, what: &str, of: &dyn Fn(&crate::study::attribute::Number) -> Option<(f64, f64)>| {
            let mut cells = vec![name, what.to_owned()];
            cells.extend(row.saved.iter().map(|n| hours_band(of(n))));
            cells.push(of(&row.share).map_or_else(|| NOTHING.to_owned(), per_cents));
            cells
        };
    vec![
        band(name, "ranges", &|n| n.assumptions),
        band(String::new(), "chance", &|n| n.chance.interval()),
        mean(String::new()),
    ]
}

fn short(name: String, row: &Row) -> Vec<String> {
    let mut cells = vec![name];
    cells.extend(row.saved.iter().map(|n| bare_hours(n.chance.mean)));
    let mean = per_cent(row.share.chance.mean);
    let over = row.share.assumptions.filter(|_| row.in_file);
    cells.push(over.map_or(mean, per_cents));
    cells
}

/// What was run, and what gave no result.
fn runs(case: &Case, found: &Attribution) -> Vec<Block> {
    let mut said = Vec::new();
    let failures = &found.runs.failures;
    said.push(if failures.is_empty() {
        "Every world of every replication and draw gave a result and passed its audit.".to_owned()
    } else {
        let first = &failures[0];
        format!(
            "{} of {} replications and draws gave no result and are left out, the first: {}: {}.",
            count(failures.len()),
            count(failures.len() + found.runs.replications.len() + found.runs.draws.len()),
            first.0,
            first.1
        )
    });
    if found.runs.interrupted {
        said.push("Stopped by Ctrl-C: what is here is complete, and less than was asked for.".to_owned());
    }
    if found.ran_short() > 0 {
        said.push(format!(
            "In {} of {} runs all the booths that were to be enough were taken at once: what those removals save is a lower bound.",
            count(found.ran_short()),
            count(found.runs_made())
        ));
    }
    let inside: u64 = found.runs.replications.iter().map(|f| f.inside).sum();
    if inside > 0 {
        let mean = inside as f64 / found.runs.replications.len() as f64;
        said.push(format!(
            "{} counted travellers are still inside when a run of the file as it stands ends, {} h after its start: their waits are lower bounds.",
            number(mean),
            number(crate::kernel::time::seconds(case.plan.until) / 3600.0)
        ));
    }
    said.push(format!(
        "Hours are of all who were counted, in one replication. They are re-runs of the same travellers; the ledger's column is of the run as it stands ({} waited in all classes).",
        hours(found.classes.iter().map(|c| c.compared[0].whole.chance.mean).filter(|m| m.is_finite()).sum())
    ));
    let mut blocks = vec![Block::Heading("What was run".to_owned())];
    blocks.extend(said.into_iter().map(Block::Text));
    blocks
}
