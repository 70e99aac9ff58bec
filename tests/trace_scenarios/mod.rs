//! Scenarios for the tests of trace and scene: trucks both ways with a virtual queue, and buses with their passengers.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use super::common;

/// Trucks both ways, a virtual queue, hand-overs, a bridge that fills, metres of lane, a second line, an outage.
pub(crate) const WEEK: &str = r#"
kordon = 1
name = "A week of trucks, for tests"
sides = ["UA", "PL"]
[run]
start = "2025-06-11 10:00"
length = "7 d"
follow = "7 d"
replications = 1
[begin]
"UA.equeue.loaded" = "150 trucks"
[traffic.out]
class = "truck"
from = "UA"
books = { per_week = 3600 }
length = "16 m"
mix.load = { loaded = "60 %", empty = "40 %" }
[traffic.in]
class = "truck"
from = "PL"
arrives = { per_day = 480 }
length = "16 m"
mix.load = { loaded = "70 %", empty = "30 %" }
[UA]
time_zone = "Europe/Kyiv"
officers.customs = { count = 11, handover = { at = ["08:00"], lasts = "30 min", work = "finish" } }
[UA.equeue]
queues = { loaded = "loaded", empty = "empty" }
calls = { while_room_in = "UA.exit", show_up_within = "400 min", no_show = "5 %", travel = { triangular = ["30 min", "1 h", "2 h"] } }
[UA.exit]
stages = ["border_guard", "customs"]
room = "60 trucks"
border_guard = { agency = "UA border guard", booths = 4, length = "120 m", service = { lognormal = "3 min", cv = 0.6 } }
customs = { agency = "UA customs", booths = 8, officers = "customs", service = { lognormal = "10 min", cv = 0.8 } }
[UA.entry]
stages = ["customs"]
room = "40 trucks"
customs = { agency = "UA customs", booths = 6, officers = "customs", service = { lognormal = "9 min", cv = 0.8 } }
[zone]
strips.bridge = { for = "truck", each_way = "20 trucks", travel = "5 min" }
[PL]
time_zone = "Europe/Warsaw"
officers.customs = { count = 11, handover = { at = ["07:00", "19:00"], lasts = "1 h", work = "hand over" } }
[PL.entry]
stages = ["border_guard", "customs"]
room = "30 trucks"
[PL.entry.border_guard]
agency = "PL border guard"
booths = 4
service = { lognormal = "3 min", cv = 0.6 }
refer = { to = "second_line", share = "3 %" }
second_line = { rooms = 2, lasts = { lognormal = "25 min", cv = 0.8 }, refused = "20 %", then = "back to UA" }
[PL.entry.customs]
agency = "PL customs"
booths = 9
officers = "customs"
service = { lognormal = "20 min", cv = 0.9 }
[PL.exit]
stages = ["customs"]
room = "40 trucks"
customs = { agency = "PL customs", booths = 5, officers = "customs", service = { lognormal = "10 min", cv = 0.8 } }
[[event]]
what = "PL customs systems down"
agency = "PL customs"
from = "2025-06-13 13:00"
lasts = "3 h"
rule = "stop"
"#;

/// Buses whose passengers are checked beside them, and pedestrians at the same booths.
pub(crate) const BUSES: &str = r#"
kordon = 1
name = "Buses, for tests"
sides = ["UA", "PL"]
[run]
start = "Mon 06:00"
length = "1 d"
follow = "1 d"
replications = 1
[traffic.buses]
class = "bus"
from = "UA"
arrives = { per_hour = 2 }
party = { 20 = "50 %", 40 = "50 %" }
length = "13 m"
[traffic.walkers]
class = "pedestrian"
from = "UA"
arrives = { per_hour = 20 }
[UA.exit]
stages = ["lane", "walk"]
room = "unlimited"
walk = { agency = "UA border guard", booths = 1, serves = "pedestrian", per = "person", service = { lognormal = "70 s", cv = 0.5 } }
lane = { agency = "UA border guard", booths = 1, serves = "bus", service = { lognormal = "4 min", cv = 0.5 } }
[zone]
strips.road = { for = "bus", each_way = "300 m", travel = "2 min" }
strips.path = { for = "pedestrian", each_way = "100 persons", travel = "6 min" }
[PL.entry]
stages = [["vehicle", "hall"]]
room = "10 places"
vehicle = { agency = "PL customs", booths = 1, serves = "bus", service = { lognormal = "6 min", cv = 0.5 } }
hall = { agency = "PL border guard", booths = 3, per = "person", service = { lognormal = "50 s", cv = 0.6 } }
"#;

#[test]
fn the_scenarios_of_these_tests_compile() {
    for text in [WEEK, BUSES] {
        assert!(!common::plan_of(text).spots.is_empty());
    }
}
