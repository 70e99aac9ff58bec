//! The worked examples of the ledger, to the tick (minutes here), through the loader and engine that a user runs.

mod common;

use common::{Run, m};

/// One stage on each side; `home`, `zone` and `far` are the bodies of their tables.
fn crossing(traffic: &str, home: &str, rest: &str) -> Run {
    Run::of(&format!(
        "kordon = 1\nname = \"example\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\nreplications = 1\n\
         [traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\n{traffic}\n\
         [UA.exit]\nstages = [\"home\"]\nroom = \"unlimited\"\n[UA.exit.home]\nagency = \"UA home\"\n{home}\n{rest}\n"
    ))
}

fn at(minutes: &[u64]) -> String {
    let list: Vec<String> = minutes.iter().map(|t| format!("\"{t} min\"")).collect();
    format!("arrives = {{ at = [{}] }}", list.join(", "))
}

const CLOSED_8_38: &str =
    "open = [{ from = \"Mon 00:00\", to = \"Mon 00:08\" }, { from = \"Mon 00:38\", to = \"Mon 20:00\" }]";

#[test]
fn example_1_a_queue_remembers_the_closing() {
    let run = crossing(
        &at(&[0, 10, 20, 30, 40, 50, 60]),
        &format!("booths = 1\nservice = \"4 min\"\n{CLOSED_8_38}"),
        "",
    );
    assert_eq!(run.waits(), m(&[0, 28, 22, 16, 10, 4, 0]));
    assert_eq!(run.traced("UA home", "roster"), m(&[0, 28, 22, 16, 10, 4, 0]));
    assert_eq!(run.traced("UA home", "capacity"), m(&[0; 7]));
}

#[test]
fn example_2_an_outage_inside_a_service() {
    let down = "[[event]]\nwhat = \"down\"\nagency = \"UA home\"\nfrom = \"8 min\"\nlasts = \"10 min\"\nrule = \"stop\"";
    let run = crossing(&at(&[0, 2, 4, 30]), "booths = 1\nservice = \"6 min\"", down);
    assert_eq!(run.traced("UA home", "capacity"), m(&[0, 4, 8, 0]));
    assert_eq!(run.traced("UA home", "outage"), m(&[0, 10, 10, 0]));
    assert_eq!(run.traced("UA home", "own need"), m(&[6, 6, 6, 6]));
}

#[test]
fn example_3_a_booth_that_is_not_staffed_today() {
    let roster = "booths = 2\nservice = \"10 min\"\nopen = [{ from = \"Mon 00:00\", to = \"Tue 00:00\", booths = 1 }, { from = \"Tue 00:00\", to = \"Mon 00:00\", booths = 2 }]";
    let run = crossing(&at(&[0, 2, 4, 40]), roster, "");
    assert_eq!(run.traced("UA home", "roster"), m(&[0, 8, 10, 0]));
    assert_eq!(run.traced("UA home", "capacity"), m(&[0, 0, 6, 0]));
}

/// A bridge of one place and one booth beyond it, which is closed until minute 20.
const BRIDGE_AND_FAR: &str = "[zone]\nstrips.bridge = { each_way = \"1 truck\" }\n\
    [PL.entry]\nstages = [\"far\"]\nroom = \"unlimited\"\n\
    [PL.entry.far]\nagency = \"PL far\"\nbooths = 1\nlength = \"0 trucks\"\nservice = \"5 min\"\nopen = [{ from = \"Mon 00:20\", to = \"Mon 20:00\" }]";

#[test]
fn example_4_a_bridge_hands_the_closing_back() {
    let run =
        crossing(&at(&[0, 1, 2]), "booths = 1\nlength = \"unlimited\"\nservice = \"2 min\"", BRIDGE_AND_FAR);
    assert_eq!(run.exits(), m(&[25, 30, 35]));
    assert_eq!(run.traced("PL far", "roster"), m(&[18, 18, 18]));
    assert_eq!(run.traced("UA home", "capacity"), m(&[0, 1, 2]));
    assert_eq!(run.traced("PL far", "capacity"), m(&[0, 3, 6]));
    assert_eq!(run.traced_at(1, "zone", "PL far", "roster"), 2 * common::MINUTE);
    assert_eq!(run.traced_at(2, "UA.exit.home line", "PL far", "roster"), 16 * common::MINUTE);
}

#[test]
fn example_4b_with_gaps_all_of_it_is_the_closing() {
    let run =
        crossing(&at(&[0, 8, 16]), "booths = 1\nlength = \"unlimited\"\nservice = \"2 min\"", BRIDGE_AND_FAR);
    assert_eq!(run.traced("PL far", "roster"), m(&[18, 15, 12]));
}

#[test]
fn example_5_the_virtual_queue_waits_for_the_closing_once() {
    let text = "kordon = 1\nname = \"example\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\nreplications = 1\n\
         [traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\nbooks = { at = [\"0 min\", \"0 min\", \"0 min\", \"0 min\"] }\n\
         [UA.equeue]\nqueues = { all = \"truck\" }\ncalls = { while_room_in = \"UA.exit\" }\n\
         [UA.exit]\nstages = [\"home\"]\nroom = \"2 trucks\"\n\
         [UA.exit.home]\nagency = \"UA home\"\nbooths = 1\nservice = \"10 min\"\nopen = [{ from = \"Mon 00:30\", to = \"Mon 20:00\" }]\n";
    let run = Run::of(text);
    assert_eq!(run.waits(), m(&[30, 40, 50, 60]));
    assert_eq!(run.traced("UA home", "roster"), m(&[30, 30, 30, 30]));
    assert_eq!(run.traced("UA home", "capacity"), m(&[0, 10, 20, 30]));
    assert_eq!(run.traced_at(2, "UA.equeue.all", "UA home", "roster"), 30 * common::MINUTE);
    assert_eq!(run.traced_at(3, "UA.exit.home line", "UA home", "roster"), 0);
}

#[test]
fn example_6_priority_is_a_rule_for_whom_it_overtakes() {
    let mix = "mix.kind = { low = \"100 %\" }";
    let text = format!(
        "kordon = 1\nname = \"example\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\nreplications = 1\n\
         [traffic.low]\nclass = \"truck\"\nfrom = \"UA\"\n{}\n{mix}\n\
         [traffic.high]\nclass = \"truck\"\nfrom = \"UA\"\n{}\nmix.kind = {{ high = \"100 %\" }}\n\
         [UA.exit]\nstages = [\"home\"]\nroom = \"unlimited\"\n\
         [UA.exit.home]\nagency = \"UA home\"\nbooths = 1\npriority = \"high\"\n\
         service = [{{ for = \"high\", deterministic = \"4 min\" }}, {{ for = \"low\", deterministic = \"5 min\" }}]\n",
        at(&[0, 1, 3]),
        at(&[2])
    );
    let run = Run::of(&text);
    // In order of appearance: L1, L2, H, L3.
    assert_eq!(run.waits(), m(&[0, 8, 3, 11]));
    assert_eq!(run.traced("UA home", "capacity"), m(&[0, 4, 3, 11]));
    assert_eq!(run.traced("UA home", "rule"), m(&[0, 4, 0, 0]));
}

#[test]
fn example_7_the_right_to_a_closed_booth() {
    let text = "kordon = 1\nname = \"example\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\nreplications = 1\n\
         [traffic.plain]\nclass = \"truck\"\nfrom = \"UA\"\narrives = { at = [\"0 min\", \"3 min\"] }\nmix.who = { ordinary = \"100 %\" }\n\
         [traffic.trusted]\nclass = \"truck\"\nfrom = \"UA\"\narrives = { at = [\"2 min\"] }\nmix.who = { aeo = \"100 %\" }\n\
         [UA.exit]\nstages = [\"home\"]\nroom = \"unlimited\"\n\
         [UA.exit.home]\nagency = \"UA home\"\nservice = \"10 min\"\n\
         booths.aeo = { for = \"aeo\", count = 1, open = [{ from = \"Tue 00:00\", to = \"Mon 00:00\" }] }\nbooths.all = { count = 1 }\n";
    let run = Run::of(text);
    assert_eq!(run.waits(), m(&[0, 8, 17]));
    assert_eq!(run.traced("UA home", "roster"), m(&[0, 8, 10]));
    assert_eq!(run.traced("UA home", "capacity"), m(&[0, 0, 7]));
}

#[test]
fn example_8_a_bus_waits_for_its_last_passenger() {
    let text = "kordon = 1\nname = \"example\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\nreplications = 1\n\
         [traffic.t]\nclass = \"bus\"\nfrom = \"UA\"\nparty = 2\narrives = { at = [\"0 min\"] }\n\
         [UA.exit]\nstages = [[\"hall\", \"vehicle\"]]\nroom = \"unlimited\"\n\
         [UA.exit.vehicle]\nagency = \"UA vehicle\"\nbooths = 1\nservice = \"5 min\"\n\
         [UA.exit.hall]\nagency = \"UA hall\"\nper = \"person\"\nbooths = 1\nservice = \"3 min\"\nopen = [{ from = \"Mon 00:10\", to = \"Mon 20:00\" }]\n";
    let run = Run::of(text);
    assert_eq!(run.exits(), m(&[16]));
    assert_eq!(run.traced("UA hall", "roster"), m(&[10]));
    assert_eq!(run.traced("UA hall", "capacity"), m(&[1]));
    assert_eq!(run.traced("UA vehicle", "own need"), m(&[5]));
    let passengers = run.passengers("UA hall", "roster");
    assert_eq!(passengers, m(&[10, 10]));
    assert_eq!(run.passengers("UA hall", "capacity"), m(&[0, 3]));
}

#[test]
fn example_9_slack_belongs_to_who_is_waited_for() {
    let text = "kordon = 1\nname = \"example\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\nreplications = 1\n\
         [traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\nbooks = { at = [\"0 min\", \"0 min\", \"0 min\", \"0 min\", \"0 min\"] }\n\
         [UA.equeue]\nqueues = { all = \"truck\" }\ncalls = { while_room_in = \"UA.exit\" }\n\
         [UA.exit]\nstages = [\"home\"]\nroom = \"2 trucks\"\n\
         [UA.exit.home]\nagency = \"UA home\"\nbooths = 1\nservice = \"1 min\"\n\
         [zone]\nstrips.bridge = { each_way = \"1 truck\" }\n\
         [PL.entry]\nstages = [\"far\"]\nroom = \"unlimited\"\n\
         [PL.entry.far]\nagency = \"PL far\"\nbooths = 1\nlength = \"0 trucks\"\nservice = \"10 min\"\n";
    let run = Run::of(text);
    assert_eq!(run.traced_at(3, "UA.exit.home line", "PL far", "capacity"), 9 * common::MINUTE);
    assert_eq!(run.traced_at(4, "UA.equeue.all", "UA home", "capacity"), common::MINUTE);
    assert_eq!(run.traced_at(4, "UA.equeue.all", "PL far", "capacity"), 10 * common::MINUTE);
}

#[test]
fn example_10_two_stops_in_a_row() {
    let text = "kordon = 1\nname = \"example\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\nreplications = 1\n\
         [traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = { at = [\"0 min\", \"0 min\", \"0 min\"] }\n\
         [UA.exit]\nstages = [\"home\"]\nroom = \"unlimited\"\n\
         [UA.exit.home]\nagency = \"UA home\"\nbooths = 1\nservice = \"4 min\"\nopen = [{ from = \"Mon 00:10\", to = \"Mon 20:00\" }]\n\
         [zone]\nstrips.bridge = { each_way = \"1 truck\" }\n\
         [PL.entry]\nstages = [\"far\"]\nroom = \"unlimited\"\n\
         [PL.entry.far]\nagency = \"PL far\"\nbooths = 1\nlength = \"0 trucks\"\nservice = \"4 min\"\nopen = [{ from = \"Mon 00:00\", to = \"Mon 00:14\" }, { from = \"Mon 00:30\", to = \"Mon 20:00\" }]\n";
    let run = Run::of(text);
    let home: u64 = run.traced("UA home", "roster").iter().sum();
    let far: u64 = run.traced("PL far", "roster").iter().sum();
    assert_eq!(run.traced("UA home", "roster")[0], 10 * common::MINUTE);
    assert_eq!(run.traced("PL far", "roster")[0], 16 * common::MINUTE);
    assert_eq!(home + far, 78 * common::MINUTE);
}

#[test]
fn the_way_over_a_strip_is_not_the_need_at_the_next_booth() {
    let text = "kordon = 1\nname = \"example\"\nsides = [\"UA\", \"PL\"]\n\
         [run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\nreplications = 1\n\
         [traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = { at = [\"0 min\"] }\n\
         [zone]\nstrips.bridge = { each_way = \"1 truck\", travel = \"4 min\" }\n\
         [PL.entry]\nstages = [\"far\"]\nroom = \"unlimited\"\n\
         [PL.entry.far]\nagency = \"PL far\"\nbooths = 1\nservice = \"1 min\"\n";
    let run = Run::of(text);
    assert_eq!(run.exits(), m(&[5]));
    assert_eq!(run.traced("PL far", "own need"), m(&[1]));
    assert_eq!(run.traced("shared zone", "own need"), m(&[4]));
}
