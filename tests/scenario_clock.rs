//! Each side has its own clock: zones, summer time, holidays, rosters over midnight.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its file has failed")]

use jiff::civil::{date, datetime};
use kordon::scenario::{Clock, Handover, RateStep, Scenario, Shift, When, Work, load_str};

const MINUTE: u64 = 60_000_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

fn scenario(start: &str, sides: [&str; 2], zones: [&str; 2]) -> Result<Scenario, String> {
    let [a, b] = sides;
    let text = format!(
        r#"
kordon = 1
name = "clock"
sides = ["{a}", "{b}"]
[run]
start = "{start}"
length = "20 d"
[traffic.out]
class = "truck"
from = "{a}"
arrives = {{ per_day = 1 }}
[{a}]
time_zone = "{}"
[{a}.exit]
stages = ["customs"]
room = "unlimited"
[{a}.exit.customs]
agency = "{a} customs"
booths = 1
service = "1 min"
[{b}]
time_zone = "{}"
"#,
        zones[0], zones[1]
    );
    load_str("clock", &text, &[]).map(|loaded| loaded.scenario).map_err(|errors| errors.render(false))
}

fn clock(start: &str, sides: [&str; 2], zones: [&str; 2]) -> Clock {
    let scenario = scenario(start, sides, zones).unwrap();
    Clock::new(&scenario.run, &scenario.side).unwrap()
}

fn daily(from: u16, to: u16, level: Option<u32>) -> Shift {
    Shift { from: When::Daily { minute: from * 60 }, to: When::Daily { minute: to * 60 }, level }
}

#[test]
fn kyiv_is_an_hour_ahead_of_warsaw() {
    let clock = clock("2025-06-11 10:00", ["UA", "PL"], ["Europe/Kyiv", "Europe/Warsaw"]);
    assert_eq!(clock.local(0, 0), datetime(2025, 6, 11, 10, 0, 0, 0));
    assert_eq!(clock.local(1, 0), datetime(2025, 6, 11, 9, 0, 0, 0));
    assert_eq!(clock.label(1, 3 * HOUR), "2025-06-11 12:00");
    // The eleventh is a Wednesday; Friday 20:00 comes at 58 h in Kyiv and an hour later in Warsaw.
    let friday = When::Weekly { weekday: 4, minute: 20 * 60 };
    assert_eq!(clock.tick(0, &friday), Some(58 * HOUR));
    assert_eq!(clock.tick(1, &friday), Some(59 * HOUR));
    assert_eq!(clock.ticks(0, &friday, 10 * DAY), [58 * HOUR, 58 * HOUR + 7 * DAY]);
    assert_eq!(clock.tick(0, &When::Daily { minute: 9 * 60 }), Some(23 * HOUR));
    assert_eq!(clock.tick(0, &When::Date { date: datetime(2025, 6, 11, 9, 0, 0, 0) }), None);
    assert_eq!(clock.tick(1, &When::Date { date: datetime(2025, 6, 11, 9, 0, 0, 0) }), Some(0));
    assert_eq!(clock.tick(1, &When::Since(5)), Some(5));
}

#[test]
fn rosters_are_steps_and_holidays_close() {
    let clock = clock("2025-06-11 10:00", ["UA", "PL"], ["Europe/Kyiv", "Europe/Warsaw"]);
    assert_eq!(clock.expand(0, &[], 4, &[], DAY), [(0, 4)]);
    let lines = [daily(7, 21, None), daily(21, 7, Some(1))];
    assert_eq!(clock.expand(0, &lines, 2, &[], DAY), [(0, 2), (11 * HOUR, 1), (21 * HOUR, 2)]);
    // Outside every line nobody is there; the line over midnight that began the day before counts.
    assert_eq!(clock.expand(0, &[daily(20, 11, None)], 3, &[], DAY), [(0, 3), (HOUR, 0), (10 * HOUR, 3)]);
    // Corpus Christi, 19 June 2025: closed in Warsaw from midnight to midnight.
    let week = [Shift {
        from: When::Weekly { weekday: 0, minute: 0 },
        to: When::Weekly { weekday: 5, minute: 0 },
        level: None,
    }];
    let levels = clock.expand(1, &week, 5, &[date(2025, 6, 19)], 12 * DAY);
    let at = |day, hour| {
        (datetime(2025, 6, day, hour, 0, 0, 0).duration_since(datetime(2025, 6, 11, 9, 0, 0, 0)).as_hours()
            as u64)
            * HOUR
    };
    assert_eq!(
        levels,
        [
            (0, 5),
            (at(14, 0), 0),
            (at(16, 0), 5),
            (at(19, 0), 0),
            (at(20, 0), 5),
            (at(21, 0), 0),
            (at(23, 0), 5)
        ]
    );
    // Overlapping lines: the largest holds.
    let lines = [daily(8, 16, Some(2)), daily(12, 14, Some(5))];
    assert_eq!(
        clock.expand(0, &lines, 9, &[], 8 * HOUR),
        [(0, 2), (2 * HOUR, 5), (4 * HOUR, 2), (6 * HOUR, 0)]
    );
}

#[test]
fn matamoros_changes_its_clocks_with_texas_and_the_rest_of_mexico_does_not() {
    let near = clock("2024-03-09 00:00", ["MX", "US"], ["America/Matamoros", "America/Chicago"]);
    let far = clock("2024-03-09 00:00", ["MX", "US"], ["America/Monterrey", "America/Chicago"]);
    assert_eq!(near.local(0, 3 * DAY), near.local(1, 3 * DAY));
    assert_eq!(near.label(1, 3 * DAY), "2024-03-12 01:00");
    assert_eq!(far.label(0, 3 * DAY), "2024-03-12 00:00");
    assert_eq!(far.label(1, 3 * DAY), "2024-03-12 01:00");
    // On 10 March 02:00 became 03:00: the day has 23 hours, and an opening at 02:30 falls after the gap.
    let six = When::Daily { minute: 6 * 60 };
    assert_eq!(near.ticks(1, &six, 3 * DAY), [6 * HOUR, 29 * HOUR, 53 * HOUR]);
    assert_eq!(far.ticks(0, &six, 3 * DAY), [6 * HOUR, 30 * HOUR, 54 * HOUR]);
    let levels = near.expand(1, &[daily(6, 22, None)], 2, &[], 2 * DAY);
    assert_eq!(levels, [(0, 0), (6 * HOUR, 2), (22 * HOUR, 0), (29 * HOUR, 2), (45 * HOUR, 0)]);
    let closed = near.expand(1, &[], 2, &[date(2024, 3, 10)], 3 * DAY);
    assert_eq!(closed, [(0, 2), (24 * HOUR, 0), (47 * HOUR, 2)], "the holiday has 23 hours");
}

#[test]
fn in_autumn_a_day_has_25_hours() {
    let clock = clock("2025-10-25 00:00", ["UA", "PL"], ["Europe/Kyiv", "Europe/Warsaw"]);
    let midnight = When::Daily { minute: 0 };
    assert_eq!(clock.ticks(0, &midnight, 3 * DAY), [0, 24 * HOUR, 49 * HOUR]);
    // Rates follow the local week; the hour that comes twice has its rate twice as long.
    let steps: Vec<RateStep> =
        (0..168).map(|hour| RateStep { from: hour * HOUR, per_second: hour as f64 }).collect();
    let rates = clock.weekly_rates(0, &steps, 3 * DAY);
    assert_eq!((rates[0].from, rates[0].per_second), (0, 120.0));
    let three = rates.iter().position(|step| step.per_second == 147.0).unwrap();
    assert_eq!(rates[three].from, 27 * HOUR);
    assert_eq!(rates[three + 1].from, 29 * HOUR);
    assert!(rates.windows(2).all(|pair| pair[0].from < pair[1].from));
}

#[test]
fn changes_of_shift_are_windows() {
    let clock = clock("2025-06-11 07:10", ["UA", "PL"], ["Europe/Kyiv", "Europe/Warsaw"]);
    let handover = Handover { at: vec![7 * 60, 19 * 60], lasts: 30 * MINUTE, work: Work::Finish };
    let windows = clock.handover_windows(0, &handover, DAY);
    // The first began ten minutes before the start and reaches into the run.
    assert_eq!(windows[0], (0, 20 * MINUTE));
    assert_eq!(windows[1], (11 * HOUR + 50 * MINUTE, 12 * HOUR + 20 * MINUTE));
    assert_eq!(windows[2], (23 * HOUR + 50 * MINUTE, DAY));
    assert_eq!(windows.len(), 3);
}

#[test]
fn a_generic_week_has_offsets_and_no_zones() {
    let clock = clock("Mon 00:00", ["UA", "PL"], ["+03:00", "+02:00"]);
    assert_eq!(clock.label(0, 4 * DAY + 20 * HOUR), "Fri 20:00");
    assert_eq!(clock.label(1, 0), "Sun 23:00");
    assert_eq!(clock.tick(1, &When::Weekly { weekday: 0, minute: 0 }), Some(HOUR));
    let error = scenario("Mon 00:00", ["UA", "PL"], ["Europe/Kyiv", "+02:00"]).unwrap_err();
    assert!(error.contains("a generic week has no time zones") && error.contains("+02:00"), "{error}");
    let error = scenario("2025-06-11", ["UA", "PL"], ["Europe/Kyiw", "Europe/Warsaw"]).unwrap_err();
    assert!(error.contains("did you mean \"Europe/Kyiv\"?"), "{error}");
}
