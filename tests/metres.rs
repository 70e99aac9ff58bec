//! A lane of sixty metres holds two trucks and two cars, and not a third truck.

mod common;

use common::{Run, m};
use kordon::crossing::Happened;

#[test]
fn sixty_metres_hold_two_trucks_and_two_cars_not_a_third_truck() {
    let traffic = |name: &str, class: &str, at: &str| {
        format!("[traffic.{name}]\nclass = \"{class}\"\nfrom = \"UA\"\narrives = {{ at = [{at}] }}\n")
    };
    let run = Run::of(&format!(
        "kordon = 1\nname = \"metres\"\nsides = [\"UA\", \"PL\"]\n[run]\nstart = \"Mon 00:00\"\nlength = \"20 h\"\n{}{}\
         [UA.exit]\nstages = [\"customs\"]\nroom = \"unlimited\"\n\
         customs = {{ agency = \"UA customs\", booths = 1, length = \"60 m\", service = \"1 min\", \
         open = [{{ from = \"01:00\", to = \"24:00\" }}] }}\n",
        traffic("trucks", "truck", "\"1 min\", \"2 min\", \"5 min\""),
        traffic("cars", "car", "\"3 min\", \"4 min\""),
    ));
    let line = run.plan.spots.iter().position(|s| s.name == "UA.exit.customs line").map(|s| s as u16);
    let joined = run.records.iter().filter(|r| matches!(r.what, Happened::At(spot) if Some(spot) == line));
    let joined: Vec<u64> = joined.map(|r| r.at).collect();
    assert_eq!(joined[..4], m(&[1, 2, 3, 4]));
    assert_eq!(joined[4], 60 * common::MINUTE, "the third truck waits on the road until the lane moves");
}
