//! Checks of the file as a whole: words that nobody declares, travellers whom nobody serves, clocks that are missing.

use super::diagnostics::suggestion;
use super::post::{Post, Side, TimeZone};
use super::read::Reader;
use super::selector::Selector;
use super::stage::Stage;
use super::traffic::Traffic;
use super::when::When;
use super::{Scenario, Span};

/// Adds what is wrong with the file as a whole.
pub(crate) fn check(scenario: &Scenario, cx: &mut Reader<'_>) {
    words(scenario, cx);
    clocks(scenario, cx);
    for traffic in &scenario.traffic {
        if !cx.diags.has_error_at(traffic.span) {
            stream(scenario, traffic, cx);
        }
    }
    zone(scenario, cx);
}

// ---- words

/// Every word of every selector must be declared, and mean one thing.
fn words(scenario: &Scenario, cx: &mut Reader<'_>) {
    let declared = declared(scenario);
    let mut known: Vec<&str> = declared.iter().map(|(word, _)| word.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    categories(scenario, &known, cx);
    let selectors = std::mem::take(&mut cx.selectors);
    for selector in &selectors {
        for (word, _) in selector.any.iter().flatten() {
            word_of(word, selector.span, &declared, &known, cx);
        }
    }
    cx.selectors = selectors;
}

/// Every word that selectors may use, and what declares it.
fn declared(scenario: &Scenario) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for traffic in &scenario.traffic {
        out.push((traffic.class.clone(), "class".to_owned()));
        for mix in &traffic.mix {
            out.extend(mix.words.iter().map(|(word, _)| (word.clone(), format!("mix.{}", mix.attribute))));
        }
    }
    out.extend(scenario.categories.iter().map(|(word, _)| (word.clone(), "categories".to_owned())));
    let [a, b] = &scenario.sides;
    out.push((format!("{a}>{b}"), "direction".to_owned()));
    out.push((format!("{b}>{a}"), "direction".to_owned()));
    out
}

fn word_of(word: &str, span: Span, declared: &[(String, String)], known: &[&str], cx: &mut Reader<'_>) {
    let mut by: Vec<&str> = declared.iter().filter(|(w, _)| w == word).map(|(_, by)| by.as_str()).collect();
    by.sort_unstable();
    by.dedup();
    match by.as_slice() {
        [] => {
            let help =
                format!("{}; words are declared by `class`, `mix` and [categories]", suggestion(word, known));
            cx.diags.push(span, format!("nobody is `{word}`"), "a word that nothing declares", help);
        }
        [_] => {}
        [first, second, ..] => {
            let title = format!("`{word}` has two meanings");
            let label = format!("declared by {first} and by {second}");
            cx.diags.push(span, title, label, "rename one of them, e.g. `no_program` for `none`");
        }
    }
}

fn categories(scenario: &Scenario, known: &[&str], cx: &mut Reader<'_>) {
    let Some(table) = cx.root.get("categories") else { return };
    let names: Vec<&str> = scenario.categories.iter().map(|(name, _)| name.as_str()).collect();
    for entry in table.entries() {
        let inner = entry.node.elements().iter().chain(std::iter::once(&entry.node));
        for node in inner.filter(|node| node.text().is_some()) {
            let word = node.text().unwrap_or_default().trim();
            if names.contains(&word) {
                let help = "list the words themselves";
                cx.diags.push(
                    node.span,
                    format!("`{word}` is a category itself"),
                    "a word belongs here",
                    help,
                );
            } else if !known.contains(&word) {
                let help = suggestion(word, known);
                cx.diags.push(node.span, format!("nobody is `{word}`"), "a word that nothing declares", help);
            }
        }
    }
}

// ---- clocks

/// A dated run needs the clock of each side; a generic week knows only fixed offsets.
fn clocks(scenario: &Scenario, cx: &mut Reader<'_>) {
    let dated = matches!(scenario.run.start, When::Date { .. });
    for side in &scenario.side {
        let Some(table) = cx.root.get(&side.code) else { continue };
        match (table.entry("time_zone"), dated) {
            (None, true) => {
                let title = format!("`{}` lacks `time_zone`", side.code);
                let help = "add e.g. time_zone = \"Europe/Kyiv\"; the run starts on a date";
                cx.diags.push(side.span, title, "`time_zone` belongs here", help);
            }
            (Some(entry), false) if matches!(side.time_zone, TimeZone::Iana(_)) => {
                let title = format!("`{}.time_zone`: a generic week has no time zones", side.code);
                let help = "write an offset as \"+02:00\", or start the run on a date";
                cx.diags.push(entry.node.span, title, "summer or winter time?", help);
            }
            _ => {}
        }
        if let (Some(closed), false) = (table.entry("closed"), dated) {
            let title = format!("`{}.closed`: a generic week has no dates", side.code);
            cx.diags.push(closed.node.span, title, "which week?", "start the run on a date");
        }
    }
}

// ---- who is served

/// A stream must find what it needs: a virtual queue, stages, lanes, laws.
fn stream(scenario: &Scenario, traffic: &Traffic, cx: &mut Reader<'_>) {
    let from = &scenario.side[traffic.from];
    let to = &scenario.side[1 - traffic.from];
    if traffic.books {
        booking(scenario, traffic, from, cx);
    }
    if from.exit.is_none() && to.entry.is_none() {
        let title = format!("`traffic.{}` passes no post", traffic.name);
        let help = format!("add [{}.exit] or [{}.entry] with its stages", from.code, to.code);
        cx.diags.push(traffic.span, title, "nobody would be checked", help);
    }
    let posts = [(from, from.exit.as_ref()), (to, to.entry.as_ref())];
    let posts: Vec<(&Side, &Post)> =
        posts.into_iter().filter_map(|(side, post)| Some((side, post?))).collect();
    if posts.iter().any(|(_, post)| post.stage.is_empty() || cx.diags.has_error_at(post.span)) {
        return;
    }
    served(scenario, traffic, &posts, cx);
    for stage in posts.iter().flat_map(|(_, post)| &post.stage).filter(|stage| !stage.lanes.is_empty()) {
        taken(scenario, traffic, stage, cx);
    }
}

fn booking(scenario: &Scenario, traffic: &Traffic, from: &Side, cx: &mut Reader<'_>) {
    let Some(equeue) = &from.equeue else {
        let title = format!("`traffic.{}` books, but [{}] has no equeue", traffic.name, from.code);
        let help =
            format!("add [{}.equeue] with its queues, or write `arrives` instead of `books`", from.code);
        cx.diags.push(traffic.span, title, "booked where?", help);
        return;
    };
    let queues: Vec<&Selector> = equeue.queues.iter().map(|(_, selector)| selector).collect();
    if let Some(who) = uncovered(scenario, traffic, &queues)
        && !cx.diags.has_error_at(equeue.span)
    {
        let title = format!("no queue of [{}.equeue] takes {who}", from.code);
        let help = "add a queue, or widen one: the first that fits is taken";
        cx.diags.push(equeue.span, title, format!("`traffic.{}` books", traffic.name), help);
    }
    for (name, turns) in &equeue.turns {
        let selectors: Vec<&Selector> = turns.weights.iter().map(|(selector, _)| selector).collect();
        let queue = equeue.queues.iter().find(|(queue, _)| queue == name).map(|(_, selector)| selector);
        if let (Some(who), Some(_)) = (uncovered_of(scenario, traffic, &selectors, queue), queue)
            && !cx.diags.has_error_at(turns.span)
        {
            let title = format!("no turn of `{}.equeue.turns.{name}` calls {who}", from.code);
            let help = "add a turn for them; the last one is for the ordinary, e.g. \"truck\" = 5";
            cx.diags.push(turns.span, title, format!("`traffic.{}` books", traffic.name), help);
        }
    }
}

/// Whom no stage serves: on one side a warning, on both an error.
fn served(scenario: &Scenario, traffic: &Traffic, posts: &[(&Side, &Post)], cx: &mut Reader<'_>) {
    let missed = |posts: &[(&Side, &Post)]| {
        let stages = posts.iter().flat_map(|(_, post)| &post.stage);
        let serves: Option<Vec<&Selector>> = stages.map(|stage| stage.serves.as_ref()).collect();
        serves.and_then(|serves| uncovered(scenario, traffic, &serves))
    };
    let label = format!("`traffic.{}` passes here", traffic.name);
    let help = "widen `serves` of a stage; whom a stage does not serve passes it without time";
    if let (Some(who), Some((_, post))) = (missed(posts), posts.first()) {
        cx.diags.push(post.span, format!("no stage of either side serves {who}"), label, help);
        return;
    }
    for (side, post) in posts {
        if let Some(who) = missed(&[(*side, *post)]) {
            let title = format!("no stage of {} serves {who}: they pass this post without time", side.code);
            cx.diags.warn(post.span, title, label.clone(), help);
        }
    }
}

/// Whom no lane or law of a stage takes.
fn taken(scenario: &Scenario, traffic: &Traffic, stage: &Stage, cx: &mut Reader<'_>) {
    if cx.diags.has_error_at(stage.span) {
        return;
    }
    let mut groups: Vec<(&str, Option<Vec<&Selector>>)> = Vec::new();
    groups.push(("lane", stage.lanes.iter().map(|lane| lane.serves.as_ref()).collect()));
    if !stage.services.is_empty() {
        groups.push(("service", stage.services.iter().map(|service| service.of.as_ref()).collect()));
    }
    for check in &stage.checks {
        groups.push(("service", check.service.iter().map(|service| service.of.as_ref()).collect()));
    }
    for (what, selectors) in groups {
        let Some(selectors) = selectors else { continue };
        if let Some(who) = uncovered_of(scenario, traffic, &selectors, stage.serves.as_ref()) {
            let title = format!("no {what} of stage `{}` takes {who}", stage.name);
            let help =
                format!("add one for them, or one without `for`; or narrow `serves` of `{}`", stage.name);
            cx.diags.push(stage.span, title, format!("`traffic.{}` comes here", traffic.name), help);
        }
    }
}

fn uncovered(scenario: &Scenario, traffic: &Traffic, selectors: &[&Selector]) -> Option<String> {
    uncovered_of(scenario, traffic, selectors, None)
}

/// Combinations of words beyond this are not tried one by one.
const MOST: usize = 20_000;

/// A kind of traveller of a stream whom none of the selectors fits (of those whom `among` fits).
fn uncovered_of(
    scenario: &Scenario,
    traffic: &Traffic,
    selectors: &[&Selector],
    among: Option<&Selector>,
) -> Option<String> {
    // Only attributes that some selector speaks of can matter.
    let spoken = |word: &str| {
        selectors.iter().copied().chain(among).flat_map(|selector| selector.any.iter().flatten()).any(
            |(w, _)| {
                w == word
                    || scenario
                        .categories
                        .iter()
                        .any(|(name, words)| name == w && words.iter().any(|c| c == word))
            },
        )
    };
    let mixes: Vec<Vec<Option<&str>>> = traffic
        .mix
        .iter()
        .filter(|mix| mix.words.iter().any(|(word, _)| spoken(word)))
        .map(|mix| {
            let words =
                mix.words.iter().filter(|(_, share)| *share > 0.0).map(|(word, _)| Some(word.as_str()));
            words.chain(mix.given.as_ref().map(|_| None)).collect()
        })
        .collect();
    let total: usize = mixes.iter().map(Vec::len).product();
    if total > MOST {
        return None;
    }
    (0..total).find_map(|mut number| {
        let mut who = vec![traffic.class.as_str()];
        for words in &mixes {
            who.extend(words[number % words.len()]);
            number /= words.len();
        }
        let holds = |selector: &Selector| fits(scenario, traffic, selector, &who);
        let missed = among.is_none_or(holds) && !selectors.iter().any(|selector| holds(selector));
        missed.then(|| format!("`{}`", who.join(" ")))
    })
}

/// Whether a selector fits a traveller of these words.
fn fits(scenario: &Scenario, traffic: &Traffic, selector: &Selector, who: &[&str]) -> bool {
    let [a, b] = &scenario.sides;
    let direction = if traffic.from == 0 { format!("{a}>{b}") } else { format!("{b}>{a}") };
    let is = |word: &str| {
        who.contains(&word)
            || word == direction
            || scenario
                .categories
                .iter()
                .any(|(name, words)| name == word && words.iter().any(|word| who.contains(&word.as_str())))
    };
    selector.any.iter().any(|words| words.iter().all(|(word, holds)| is(word) == *holds))
}

// ---- the zone

/// A warning where nothing between the sides can ever fill.
fn zone(scenario: &Scenario, cx: &mut Reader<'_>) {
    let crosses = |from: usize| {
        scenario.side[from].exit.is_some()
            && scenario.side[1 - from].entry.is_some()
            && scenario.traffic.iter().any(|traffic| traffic.from == from)
    };
    let endless = scenario.zone.strips.iter().all(|strip| strip.size == super::Size::Unlimited);
    if !(crosses(0) || crosses(1)) || !endless || cx.diags.errors() > 0 {
        return;
    }
    let span = cx.root.entry("zone").map_or_else(
        || cx.root.entries().first().map(|entry| entry.at).unwrap_or_default(),
        |entry| entry.at,
    );
    cx.diags.warn(
        span,
        "nothing between the sides can ever fill",
        "no strip with an end",
        "without one, a jam of one side never reaches the other; say how much the bridge or road holds",
    );
}
