//! Promises of the playhead: commands, keys, time that passes, marks and bookmarks found in a run.

mod common;
mod trace_scenarios;

use common::plan_of;
use kordon::kernel::time::{HOUR, MINUTE, SECOND};
use kordon::scene::{Bookmark, Command, Film, KEYS, MarkKind, Playhead, SPEEDS, Timeline};
use kordon::trace;
use trace_scenarios::WEEK;

fn filmed(text: &str) -> (kordon::crossing::Plan, Film) {
    let plan = plan_of(text);
    let trace = match trace::record(&plan, 7, 0) {
        Ok(trace) => trace,
        Err(error) => panic!("{error}"),
    };
    let film = Film::new(&plan, &trace);
    (plan, film)
}

fn timeline() -> (Film, Timeline) {
    let (plan, film) = filmed(WEEK);
    let timeline = Timeline::new(&plan, &film, 0, plan.window);
    (film, timeline)
}

#[test]
fn every_key_says_one_command() {
    assert_eq!(Command::of_key(" ", false), Some(Command::PlayPause));
    assert_eq!(Command::of_key("ArrowRight", false), Some(Command::StepForward));
    assert_eq!(Command::of_key("ArrowRight", true), Some(Command::NextMark));
    assert_eq!(Command::of_key("N", false), Some(Command::AnotherWeek));
    assert_eq!(Command::of_key("[", false), Some(Command::Slower));
    assert_eq!(Command::of_key("q", false), None);
    for (k, (key, command)) in KEYS.iter().enumerate() {
        let twice = KEYS.iter().skip(k + 1).any(|(other, c)| other == key || c.name() == command.name());
        assert!(!twice, "{key:?} or {command:?} twice");
    }
}

#[test]
fn commands_move_it_and_nothing_leads_out() {
    let (_, timeline) = timeline();
    let mut head = Playhead::new(&timeline, 5 * HOUR);
    head.apply(Command::StepForward, &timeline);
    let next = head.at;
    assert!(next > 5 * HOUR && timeline.events.contains(&next));
    head.apply(Command::StepBack, &timeline);
    assert!(head.at <= 5 * HOUR && timeline.events.contains(&head.at));
    head.apply(Command::Start, &timeline);
    head.apply(Command::PreviousMark, &timeline);
    assert_eq!(head.at, timeline.from);
    let mut stops = 0;
    while head.at < timeline.to {
        let before = head.at;
        head.apply(Command::NextMark, &timeline);
        assert!(head.at > before);
        stops += 1;
    }
    assert!(stops > 5, "{stops}");
    head.apply(Command::Jump(u64::MAX), &timeline);
    assert_eq!(head.at, timeline.to);
    for _ in 0..20 {
        head.apply(Command::Faster, &timeline);
    }
    assert_eq!(SPEEDS[head.speed], 7_200);
    for _ in 0..20 {
        head.apply(Command::Slower, &timeline);
    }
    assert_eq!(SPEEDS[head.speed], 1);
}

#[test]
fn time_passes_at_the_speed_and_stops_at_the_end() {
    let (_, timeline) = timeline();
    let mut head = Playhead::new(&timeline, HOUR);
    head.advance(SECOND, &timeline);
    assert_eq!(head.at, HOUR, "paused");
    head.apply(Command::SlowByItself, &timeline);
    head.apply(Command::Speed(2), &timeline);
    head.apply(Command::PlayPause, &timeline);
    head.advance(2 * SECOND, &timeline);
    assert_eq!(head.at, HOUR + 2 * MINUTE);
    head.apply(Command::Loop(Some((HOUR, HOUR + 3 * MINUTE))), &timeline);
    head.advance(2 * SECOND, &timeline);
    assert_eq!(head.at, HOUR, "round and round");
    head.apply(Command::Loop(None), &timeline);
    head.advance(timeline.to, &timeline);
    assert_eq!((head.at, head.playing), (timeline.to, false));
    head.apply(Command::PlayPause, &timeline);
    assert_eq!((head.at, head.playing), (timeline.from, true), "plays again from the beginning");
}

#[test]
fn it_slows_down_where_the_queue_changes_fast() {
    let (_, timeline) = timeline();
    let (least, most) = (timeline.pace.iter().min(), timeline.pace.iter().max());
    assert!(least < Some(&60) && most == Some(&100), "{least:?} {most:?}");
    let slow = timeline.pace.iter().position(|p| Some(p) == least).unwrap_or(0) as u64;
    let mut head = Playhead::new(&timeline, timeline.from + slow * kordon::scene::PACE_EVERY);
    let (from, full) = (head.at, f64::from(SPEEDS[head.speed]));
    assert!(head.speed_now(&timeline) < full);
    head.apply(Command::PlayPause, &timeline);
    head.advance(SECOND, &timeline);
    assert!(head.at - from < SECOND * full as u64);
}

#[test]
fn marks_and_bookmarks_are_what_happened() {
    let (film, timeline) = timeline();
    let at = |wanted: Bookmark| timeline.bookmarks.iter().find(|b| b.1 == wanted).map(|b| b.0);
    let waiting = |at| film.hours.count(0, at) + film.hours.count(1, at);
    let (Some(longest), Some(outage)) = (at(Bookmark::LongestQueue), at(Bookmark::Outage)) else {
        panic!("{:?}", timeline.bookmarks)
    };
    assert!((0..168).all(|hour| waiting(hour * HOUR) <= waiting(longest)));
    // Friday 13:00 on Poland's clock, one hour before Ukraine's, from Wednesday 10:00.
    assert_eq!(outage, 52 * HOUR);
    if let Some(over) = at(Bookmark::Recovery) {
        assert!(over > longest && waiting(over) * 10 <= waiting(longest));
    }
    let marks = |kind| timeline.marks.iter().filter(move |m| m.kind == kind);
    // UA hands over at 08:00 for half an hour, PL at 07:00 and 19:00 for an hour: six changes a day.
    assert_eq!(marks(MarkKind::ShiftChange).count(), 7 * 6);
    assert_eq!(marks(MarkKind::Outage).map(|m| m.until - m.at).collect::<Vec<_>>(), [3 * HOUR]);
    for mark in marks(MarkKind::SpillBack) {
        assert!(mark.until - mark.at >= 5 * MINUTE);
    }
    assert!(marks(MarkKind::SpillBack).count() > 0 && marks(MarkKind::Threshold).count() > 0);
}
