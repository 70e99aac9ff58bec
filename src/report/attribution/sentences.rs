//! The sentences of an attribution. Only here does a re-run attribute, in the words that may be used for it: *would*, in
//! the model, in this period, compared with a named reference, with the evidence at the end.

use crate::report::screen::period;
use crate::report::words::{NOTHING, count, hours, number};
use crate::study::attribute::causes::CAUSES;
use crate::study::attribute::verdict::{AGREE, BOTH, Observation, Observed, SURE, Verdict};
use crate::study::attribute::worlds::{Reference, level_of};
use crate::study::attribute::{Class, Compared, Number, Row};
use crate::study::capacity::capacity;
use crate::study::evidence::strips;
use crate::study::{Attribution, Case};

/// A whole per cent, also below 0; never a decimal.
pub(super) fn per_cent(share: f64) -> String {
    let whole = (share * 100.0).round();
    match share {
        _ if !share.is_finite() => NOTHING.to_owned(),
        _ if whole == 0.0 && share != 0.0 => "under 1 %".to_owned(),
        _ => format!("{} %", number(whole)),
    }
}

/// `3 % to 40 %`, whatever the signs.
pub(super) fn per_cents((low, high): (f64, f64)) -> String {
    let (low, high) = (per_cent(low), per_cent(high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// Hours out of seconds, as a bare number of at most three digits that mean something.
pub(super) fn bare_hours(seconds: f64) -> String {
    let hours = seconds / 3600.0;
    let step = match hours.abs() {
        size if size >= 1e6 => 10_000.0,
        size if size >= 1e5 => 1_000.0,
        size if size >= 1e4 => 100.0,
        size if size >= 1e3 => 10.0,
        size if size >= 100.0 => 1.0,
        size if size >= 10.0 => 0.1,
        _ => 0.01,
    };
    number((hours / step).round() * step)
}

pub(super) fn hours_band(band: Option<(f64, f64)>) -> String {
    band.map_or_else(
        || NOTHING.to_owned(),
        |(low, high)| {
            let (low, high) = (bare_hours(low), bare_hours(high));
            if low == high { low } else { format!("{low} to {high}") }
        },
    )
}

/// How much less, in words that bear any sign.
fn less((low, high): (f64, f64)) -> String {
    let whole = |share: f64| (share * 100.0).round();
    let (low, high) = (whole(low), whole(high));
    match (low, high) {
        _ if low == high && low < 0.0 => format!("{} % more", number(-low)),
        _ if low == high => format!("{} % less", number(low)),
        _ if high < 0.0 => format!("{} to {} % more", number(-high), number(-low)),
        _ if low < 0.0 => format!("{} % more to {} % less", number(-low), number(high)),
        _ => format!("{} to {} % less", number(low), number(high)),
    }
}

/// The band that stands first: over the ranges, or by chance where nothing states a range.
pub(super) fn widest(number: &Number) -> Option<(f64, f64)> {
    number.assumptions.or_else(|| number.chance.interval())
}

/// `trucks leaving UA`.
pub(super) fn travellers(case: &Case, class: usize) -> String {
    let plan = &case.plan;
    let cohort = &plan.cohorts[class];
    let word = cohort.name.rsplit(' ').next().unwrap_or(&cohort.name);
    let many = if word.ends_with('s') { format!("{word}es") } else { format!("{word}s") };
    format!("{many} leaving {}", plan.sides[plan.routes[cohort.route as usize].from])
}

fn evidence(case: &Case) -> String {
    let of: Vec<String> = strips(case.scenario())
        .iter()
        .filter(|strip| strip.side.is_some())
        .map(|strip| format!("{} of {} inputs about {}", strip.assumed(), strip.total(), strip.about))
        .collect();
    format!("({} are assumed)", of.join(" and "))
}

fn whole_rows(compared: &Compared) -> Vec<&Row> {
    compared.rows.iter().filter(|row| row.part.is_empty()).collect()
}

/// The one sentence: both sides, both bands' widest, what the data separate, what it rests on.
pub(super) fn sentence(case: &Case, class: &Class) -> Option<String> {
    let sides = &case.plan.sides;
    let rows = whole_rows(&class.compared[0]);
    let of = |side: usize| {
        let row = rows.iter().find(|row| CAUSES[row.cause].side() == Some(side))?;
        widest(&row.share_alone).map(less)
    };
    let (first, second) = (of(0)?, of(1)?);
    let end = match class.grounds.verdict {
        Verdict::NobodyWaited => return None,
        Verdict::Side(side) => {
            format!("{} holds the larger share in at least {} of the draws", sides[side], per_cent(SURE))
        }
        Verdict::NeitherSide => format!(
            "more than half of the hours are shared out to {} in at least {} of the draws",
            neither(case, class),
            per_cent(SURE)
        ),
        Verdict::Shared => "neither side's share dominates".to_owned(),
        Verdict::NotSeparated => "the data at hand do not separate the two".to_owned(),
    };
    Some(format!(
        "In the model, {} in the {} would have waited {first} if none had waited for {} posts, and {second} if none had waited for {} posts; {end} {}.",
        travellers(case, class.base),
        period(case),
        sides[0],
        sides[1],
        evidence(case)
    ))
}

/// The verdict in its fixed words, and what it rests on.
pub(super) fn verdict(case: &Case, found: &Attribution, class: &Class) -> String {
    let sides = &case.plan.sides;
    let grounds = &class.grounds;
    let of = if found.runs.draws.is_empty() {
        format!("{} replications (no draws over ranges)", count(found.runs.replications.len()))
    } else {
        format!("{} draws over the ranges", count(found.runs.draws.len()))
    };
    let larger = format!(
        "of {of} the larger share is {}'s in {} and {}'s in {}",
        sides[0],
        per_cent(grounds.larger[0]),
        sides[1],
        per_cent(grounds.larger[1])
    );
    let split = |of_second: f64| {
        if of_second.is_finite() {
            let second = (of_second * 100.0).round();
            format!("{} : {}", number(100.0 - second), number(second))
        } else {
            NOTHING.to_owned()
        }
    };
    let agree = format!(
        "between {} and {} the ledger divides {}, the re-run {}",
        sides[0],
        sides[1],
        split(grounds.ledger),
        split(grounds.rerun)
    );
    let said = match grounds.verdict {
        Verdict::NobodyWaited => return "Nobody waited.".to_owned(),
        Verdict::Side(side) => format!("{}.", sides[side]),
        Verdict::NeitherSide => format!(
            "Neither side: more than half of the hours are shared out to {} in at least {} of the draws.",
            neither(case, class),
            per_cent(SURE)
        ),
        Verdict::Shared => {
            format!(
                "Shared: removing either side's own causes alone removes over {}, neither dominates.",
                per_cent(BOTH)
            )
        }
        Verdict::NotSeparated => "Not separated.".to_owned(),
    };
    let apart = (grounds.ledger - grounds.rerun).abs() > AGREE;
    let apart =
        if apart { format!(" (more than {} points apart)", (AGREE * 100.0).round()) } else { String::new() };
    format!("{said} {}; {agree}{apart} {}.", capital(&larger), evidence(case))
}

/// Causes of neither side that hold a tenth of the hours or more; the greatest where none does.
fn neither(case: &Case, class: &Class) -> String {
    let mut rows = whole_rows(&class.compared[0]);
    rows.retain(|row| CAUSES[row.cause].side().is_none());
    rows.sort_by(|a, b| b.share.chance.mean.total_cmp(&a.share.chance.mean));
    let large = rows.iter().filter(|row| row.share.chance.mean >= 0.1).count().max(1);
    let names = rows.iter().take(large).map(|row| CAUSES[row.cause].name(&case.plan.sides));
    names.collect::<Vec<_>>().join("; ")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What would separate, an observation at a time.
pub(super) fn would_separate(class: &Class, drawn: usize) -> Option<String> {
    if !matches!(class.grounds.verdict, Verdict::NotSeparated | Verdict::Shared) {
        return None;
    }
    if class.separating.is_empty() {
        return Some(if drawn == 0 {
            "no draws over ranges were made: where no input states a range, state one for what nobody has measured".to_owned()
        } else {
            "no ranged input moves the difference between the sides".to_owned()
        });
    }
    Some(class.separating.iter().map(observation).collect::<Vec<_>>().join("; "))
}

fn observation(of: &Observation) -> String {
    let n = of.number.map_or_else(String::new, count);
    let said = match of.what {
        Observed::Timed => format!("{n} timed at `{}`", of.input),
        Observed::Seen => format!("{n} looked at for `{}`", of.input),
        Observed::Counted => format!("{n} counted for `{}`", of.input),
        Observed::LookedUp => format!("`{}` looked up", of.input),
    };
    let (low, high) = (number(of.range.0), number(of.range.1));
    let halve = if of.number.is_some() { ", which would halve its range of " } else { ", its range " };
    format!("{said}{halve}{low} to {high} {} (total effect {})", of.unit, per_cent(of.total_effect))
}

/// What holds of both sides together.
pub(super) fn both(case: &Case, compared: &Compared) -> String {
    let sides = &case.plan.sides;
    let rows = whole_rows(compared);
    let sum: f64 =
        rows.iter().filter(|r| CAUSES[r.cause].side().is_some()).map(|r| r.saved[0].chance.mean).sum();
    format!(
        "Shares add up by construction; savings do not: with {}'s and {}'s own causes both removed waiting would fall by {}, not by {}, the sum of either alone.",
        sides[0],
        sides[1],
        hours(compared.both_sides.chance.mean),
        hours(sum)
    )
}

/// A cause that acts only with another.
pub(super) fn together(case: &Case, row: &Row) -> Option<String> {
    let sides = &case.plan.sides;
    let other = CAUSES[row.with?].name(sides);
    let name = CAUSES[row.cause].name(sides);
    let (alone, after) = (row.saved[0].chance.mean, row.saved[1].chance.mean);
    Some(if after > alone {
        format!("{}: acts only together with {other}", capital(&name))
    } else {
        format!("{}: most of what it saves alone, others save as well, first {other}", capital(&name))
    })
}

/// The agreed level of a side on the way of a class, in words.
pub(super) fn agreed(case: &Case, class: usize, side: usize) -> String {
    let plan = &case.plan;
    let route = plan.cohorts[class].route as usize;
    let directions = capacity(plan).directions;
    let direction = directions.iter().find(|d| d.route == route);
    let level = direction.and_then(|d| level_of(case.scenario(), d, side));
    let Some(level) = level else {
        return "no level is agreed and the other side's is not limited: as in the file, nothing breaks"
            .to_owned();
    };
    let stated = case.scenario().reference.agreed.iter().any(|(s, _)| *s == side);
    let whose = if stated {
        "agreed".to_owned()
    } else {
        format!("none agreed: what {} can clear, parity", plan.sides[1 - side])
    };
    format!(
        "at every {} stage, in every hour, at least the booths and officers that {} a day take ({whose}); nothing breaks; own service times stay",
        plan.sides[side],
        number((level * 86_400.0).round())
    )
}

/// What a table is compared with.
pub(super) fn reference(reference: Reference) -> &'static str {
    match reference {
        Reference::NoWaiting => "Compared with no waiting there",
        Reference::Agreed => "Compared with the agreed level",
    }
}
