//! What the keys of a virtual queue need of each other.

use super::{EQueue, IfCalled, Mode, ModeKind, OffTime, Papers, Slots, Unused};
use crate::scenario::Span;
use crate::scenario::diagnostics::suggestion;
use crate::scenario::read::Reader;
use crate::scenario::tree::Node;

/// Adds what is wrong with a virtual queue as a whole.
pub(super) fn check(queue: &mut EQueue, node: &Node, cx: &mut Reader<'_>) {
    check_calls(queue, node, cx);
    what_needs_room(queue, node, cx);
    check_turns(queue, node, cx);
    check_bookings(queue, node, cx);
    for (name, papers) in &queue.papers {
        check_papers(name, papers, at(node, &["papers", name]), cx);
    }
    if let Some(slots) = &queue.slots {
        check_slots(slots, cx);
    }
    for mode in &queue.modes {
        check_mode(mode, queue, cx);
    }
}

fn check_calls(queue: &EQueue, node: &Node, cx: &mut Reader<'_>) {
    let calls = &queue.calls;
    let help =
        "say when the place of one who does not come is given to another, e.g. show_up_within = \"400 min\"";
    if calls.no_show > 0.0 && calls.show_up_within.is_none() {
        cx.error(at(node, &["calls", "no_show"]), "no-shows need `show_up_within`", "for how long?", help);
    }
    let away = queue.cancellations.iter().any(|c| c.if_called == IfCalled::StaysAway);
    if away && calls.show_up_within.is_none() {
        let help = format!("{help}; or if_called = \"comes\"");
        let what = "speculative bookings need `calls.show_up_within`";
        cx.error(at(node, &["cancellations"]), what, "for how long?", &help);
    }
    for (name, _) in &calls.places {
        is_a_queue(name, at(node, &["calls", "places", name]), queue, cx);
    }
}

/// Who is called in which order, or when, matters only where calls wait for room.
fn what_needs_room(queue: &EQueue, node: &Node, cx: &mut Reader<'_>) {
    if queue.calls.while_room_in.is_some() {
        return;
    }
    let rules: [(&[&str], bool); 8] = [
        (&["calls", "places"], !queue.calls.places.is_empty()),
        (&["first"], queue.first.is_some()),
        (&["turns"], !queue.turns.is_empty()),
        (&["postponement"], queue.postponement.is_some()),
        (&["cancellations"], !queue.cancellations.is_empty()),
        (&["papers"], !queue.papers.is_empty()),
        (&["slots"], queue.slots.is_some()),
        (&["modes"], !queue.modes.is_empty()),
    ];
    for (key, _) in rules.into_iter().filter(|(_, given)| *given) {
        let help = "name the post whose places are given out, e.g. calls.while_room_in = \"UA.exit\"";
        cx.error(at(node, key), "everybody is called at once", "needs `calls.while_room_in`", help);
    }
}

fn check_turns(queue: &EQueue, node: &Node, cx: &mut Reader<'_>) {
    for (name, turns) in &queue.turns {
        is_a_queue(name, turns.span, queue, cx);
        if turns.unused == Unused::Lost && queue.calls.headway == 0 {
            let help =
                "say what a turn is worth, e.g. calls.headway = \"4 min\": so long its place stays empty";
            let span = at(node, &["turns", name, "unused"]);
            cx.error(span, "turns are lost, but for how long?", "needs `calls.headway`", help);
        }
    }
}

fn check_bookings(queue: &EQueue, node: &Node, cx: &mut Reader<'_>) {
    let fleets = cx.root.get("fleet").is_some_and(|fleet| !fleet.entries().is_empty());
    if queue.strikes.is_some() && !fleets {
        let help = "write vehicles that come back as [fleet.<name>], or remove `strikes`";
        cx.error(at(node, &["strikes"]), "strikes are counted, but nobody comes back", "needs a fleet", help);
    }
    if queue.postponement.as_ref().is_some_and(|p| p.by.contains(&0)) {
        let (span, help) = (at(node, &["postponement", "by"]), "write e.g. by = [\"4 h\", \"6 h\"]");
        cx.error(span, "postponed by no time", "it would be called again at once", help);
    }
}

fn check_papers(name: &str, papers: &Papers, span: Span, cx: &mut Reader<'_>) {
    let side = papers.agency.as_deref().and_then(|agency| agency.split(' ').next());
    if side.is_some_and(|side| !cx.sides.iter().any(|code| code == side)) {
        let help = "an agency's first word is its side, e.g. \"UA customs\"";
        cx.error(span, &format!("`papers.{name}`: whose agency?"), "no side of this border", help);
    }
}

fn check_slots(slots: &Slots, cx: &mut Reader<'_>) {
    if slots.window == 0 || slots.places() == 0 {
        let help = "write more an hour, or a longer window, e.g. { per_hour = 4, window = \"1 h\" }";
        cx.error(slots.span, "a window without a place", "nobody could reserve a slot", help);
    }
    let off = |time: &Option<OffTime>| time.as_ref().map_or(0.0, |time| time.share);
    if off(&slots.early) + off(&slots.late) > 1.0 {
        cx.error(
            slots.span,
            "more than all come early or late",
            "the two shares sum to more than 100 %",
            "lower one of them",
        );
    }
}

fn check_mode(mode: &Mode, queue: &EQueue, cx: &mut Reader<'_>) {
    for name in &mode.queues {
        is_a_queue(name, mode.span, queue, cx);
    }
    for (given, kind, key) in [
        (mode.jumping > 0.0, ModeKind::Unenforced, "jumping"),
        (mode.compliance > 0.0, ModeKind::Decaying, "compliance"),
    ] {
        if given && mode.mode != kind {
            let help = format!("remove it, or write mode = \"{}\"", kind.word());
            cx.error(
                mode.span,
                &format!("`{key}` means nothing while \"{}\"", mode.mode.word()),
                "not of this mode",
                &help,
            );
        }
    }
}

/// Where a value stands, or the nearest table around it.
fn at(node: &Node, path: &[&str]) -> Span {
    path.iter()
        .try_fold(node, |node, key| node.get(key).ok_or(node))
        .map_or_else(|near| near.span, |node| node.span)
}

fn is_a_queue(name: &str, span: Span, queue: &EQueue, cx: &mut Reader<'_>) {
    let known: Vec<&str> = queue.queues.iter().map(|(name, _)| name.as_str()).collect();
    if !known.contains(&name) {
        let help = suggestion(name, &known);
        cx.error(span, &format!("`{name}` is not a queue"), "not a name in `queues`", &help);
    }
}
