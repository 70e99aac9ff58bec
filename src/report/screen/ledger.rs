//! The ledger: where travellers waited, and what for. "Traced to", and never more than that.

use crate::crossing::Plan;
use crate::crossing::ledger::{KINDS, Kind};
use crate::report::Run;
use crate::report::screen::period;
use crate::report::table::{Lean, Table, wrapped};
use crate::report::words::{hours, number, percents};
use crate::study::evidence::strips;
use crate::study::{Case, Study};

/// Columns of a table of places; the smaller ones stand together.
const COLUMNS: usize = 6;

/// A block for each direction and class.
pub(super) fn by_direction(run: &Run<'_>, width: usize) -> String {
    let (case, study) = (run.case, run.study);
    let plan = &case.plan;
    let mut text = String::from(
        "What the waiting was for (the ledger; shares add up by construction, savings do not)\n",
    );
    for (r, route) in plan.routes.iter().enumerate() {
        let bases: Vec<usize> = (0..plan.bases()).filter(|&c| plan.cohorts[c].route as usize == r).collect();
        if bases.is_empty() {
            text.push_str(&format!("  {}: no traffic in this file\n", route.name));
        }
        for base in bases {
            text.push_str(&class(case, study, base, width));
        }
    }
    text
}

/// Who is waited for, and why: a column of the ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Column {
    owner: usize,
    kind: Kind,
}

fn class(case: &Case, study: &Study, base: usize, width: usize) -> String {
    let plan = &case.plan;
    let name = &plan.cohorts[base].name;
    let per = 1e6 * study.replications().max(1) as f64;
    let cell = |spot: usize, column: Column| {
        study.booked(plan, base, spot, column.kind as usize * plan.owners.len() + column.owner) as f64 / per
    };
    let columns = columns(plan);
    let column_sum = |c: Column| (0..plan.spots.len()).map(|s| cell(s, c)).sum::<f64>();
    let total: f64 = columns.iter().map(|&c| column_sum(c)).sum();
    if total <= 0.0 {
        return format!("  {name}: nobody waited\n");
    }
    let whole = format!("{name}: {} waited in a replication ({})", hours(total), period(case));
    let mut text = wrapped(&format!("  {whole}; shares are of these hours"), width, 4);
    text.push_str(&owners(case, &columns, &column_sum, width));
    text.push_str(&places(plan, &columns, &column_sum, &cell, width));
    text
}

/// Every reason to wait that there can be: by owner in the order of the sides, then by kind.
fn columns(plan: &Plan) -> Vec<Column> {
    let waits = || KINDS.into_iter().filter(|kind| *kind != Kind::Need);
    let mut owners: Vec<usize> = (0..plan.owners.len()).collect();
    owners.sort_by_key(|&o| (plan.owners[o].side.unwrap_or(2), o));
    owners.into_iter().flat_map(|owner| waits().map(move |kind| Column { owner, kind })).collect()
}

/// One line for each side, whatever it holds; further owners where they hold something.
fn owners(case: &Case, columns: &[Column], sum: &dyn Fn(Column) -> f64, width: usize) -> String {
    let plan = &case.plan;
    let mut groups: Vec<(String, String, f64)> = Vec::new();
    for strip in strips(case.scenario()) {
        if let Some(side) = strip.side {
            let of_side = columns.iter().filter(|c| plan.owners[c.owner].side == Some(side));
            let hours = of_side.map(|&c| sum(c)).sum();
            groups.push((strip.about.clone(), strip.bracket(), hours));
        }
    }
    for (o, owner) in plan.owners.iter().enumerate().filter(|(_, owner)| owner.side.is_none()) {
        let hours: f64 = columns.iter().filter(|c| c.owner == o).map(|&c| sum(c)).sum();
        if hours > 0.0 {
            groups.push((owner.name.clone(), String::new(), hours));
        }
    }
    let shares = percents(&groups.iter().map(|g| g.2).collect::<Vec<_>>());
    let mut table = Table::new([("", Lean::Left), ("", Lean::Right), ("", Lean::Right), ("", Lean::Left)]);
    for ((name, bracket, seconds), share) in groups.iter().zip(shares) {
        table.row([format!("    traced to {name}"), format!("{share} %"), hours(*seconds), bracket.clone()]);
    }
    table.text(width).trim_start_matches('\n').to_owned()
}

/// Where (rows) and what for (columns), in per cents of all hours waited.
fn places(
    plan: &Plan,
    columns: &[Column],
    sum: &dyn Fn(Column) -> f64,
    cell: &dyn Fn(usize, Column) -> f64,
    width: usize,
) -> String {
    let mut used: Vec<Column> = columns.iter().copied().filter(|&c| sum(c) > 0.0).collect();
    let mut largest = used.clone();
    largest.sort_by(|a, b| sum(*b).total_cmp(&sum(*a)));
    let fits = COLUMNS.min((width.saturating_sub(44)) / 15).max(2);
    largest.truncate(if used.len() > fits { fits - 1 } else { fits });
    let rest: Vec<Column> = used.iter().copied().filter(|c| !largest.contains(c)).collect();
    used.retain(|c| largest.contains(c));
    let total: f64 = columns.iter().map(|&c| sum(c)).sum();

    let mut head = vec![("    waited in, for".to_owned(), Lean::Left), ("all".to_owned(), Lean::Right)];
    head.extend(used.iter().map(|c| (title(plan, *c), Lean::Right)));
    if !rest.is_empty() {
        head.push((format!("{}\nothers", rest.len()), Lean::Right));
    }
    let mut table = Table::new(head);
    let mut elsewhere = 0.0;
    for (s, spot) in plan.spots.iter().enumerate() {
        let all: f64 = columns.iter().map(|&c| cell(s, c)).sum();
        if all <= 0.0 {
            continue;
        }
        if all < 0.005 * total {
            elsewhere += all;
            continue;
        }
        let share = |seconds: f64| whole_percent(seconds / total);
        let mut cells = vec![format!("    {}", place(spot)), share(all)];
        cells.extend(used.iter().map(|&c| share(cell(s, c))));
        if !rest.is_empty() {
            cells.push(share(rest.iter().map(|&c| cell(s, c)).sum()));
        }
        table.row(cells);
    }
    if elsewhere > 0.0 {
        table.row(["    elsewhere".to_owned(), whole_percent(elsewhere / total)]);
    }
    table.text(width)
}

fn title(plan: &Plan, column: Column) -> String {
    format!("{}\n{}", plan.owners[column.owner].name, column.kind.word())
}

fn whole_percent(share: f64) -> String {
    match share {
        _ if share <= 0.0 => "·".to_owned(),
        _ if share < 0.005 => "<1 %".to_owned(),
        _ => format!("{} %", number((share * 100.0).round())),
    }
}

/// A spot in words: a booth's spot is where one is held.
fn place(spot: &crate::crossing::plan::Spot) -> String {
    use crate::crossing::plan::SpotKind;
    match spot.kind {
        SpotKind::Booth => format!("{} booth", spot.name),
        _ => spot.name.clone(),
    }
}
