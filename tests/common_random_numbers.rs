//! Same traveller, two policies: what a traveller is and needs is a function of its own name and number. Another law for
//! some, one more stage or one more lane moves no draw of anybody else, and so two policies can be compared in pairs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::Run;
use kordon::crossing::Happened;
use kordon::study::compare::against;
use kordon::study::{self, Case, Control};

fn text(stages: &str, customs: &str, more: &str) -> String {
    format!(
        "kordon = 1\nname = \"crn\"\nsides = [\"UA\", \"PL\"]\n[run]\nstart = \"Mon 00:00\"\nlength = \"4 d\"\nwarmup = \"1 d\"\nreplications = 1\n\
         [traffic.t]\nclass = \"truck\"\nfrom = \"UA\"\narrives = {{ per_hour = 20 }}\nmix.who = {{ ordinary = \"92 %\", aeo = \"8 %\" }}\n\
         [UA.exit]\nstages = [{stages}]\nroom = \"unlimited\"\n\
         [UA.exit.guard]\nagency = \"UA guard\"\nbooths = 2\nservice = {{ gamma = \"4 min\", cv = 0.7 }}\n\
         [UA.exit.customs]\nagency = \"UA customs\"\n{customs}\n\
         [PL.entry]\nstages = [\"customs\"]\nroom = \"unlimited\"\n[PL.entry.customs]\nagency = \"PL customs\"\nbooths = 4\nservice = {{ gamma = \"9 min\", cv = 0.8 }}\n{more}"
    )
}

const STAGES: &str = "\"guard\", \"customs\"";
const CUSTOMS: &str = "booths = 4\nservice = { gamma = \"10 min\", cv = 0.8 }";

fn base() -> String {
    text(STAGES, CUSTOMS, "")
}

/// When each traveller appeared and what it needed itself at each place.
type Needs = BTreeMap<(u32, String), u64>;

fn needs(run: &Run) -> Needs {
    let mut index = BTreeMap::new();
    let mut left = BTreeSet::new();
    let mut needs = Needs::new();
    for r in &run.records {
        match r.what {
            Happened::Appeared { index: k, .. } => {
                index.insert(r.traveller, k);
                needs.insert((k, "appears".into()), r.at);
            }
            // Own need, whatever else a service lasted for.
            Happened::Booked { spot, what, ticks } if usize::from(what.0) < run.plan.owners.len() => {
                let place = run.plan.spots[spot as usize].name.clone();
                *needs.entry((index[&r.traveller], place)).or_default() += ticks;
            }
            Happened::Left(_) => _ = left.insert(index[&r.traveller]),
            _ => {}
        }
    }
    // Of whoever is inside at the end only a part was booked.
    needs.retain(|(k, _), _| left.contains(k));
    needs
}

/// Shares of what both have that is the same, and that is another.
fn compare(a: &Needs, b: &Needs) -> (usize, usize) {
    let common = a.iter().filter_map(|(key, need)| b.get(key).map(|other| need == other));
    let (same, other): (Vec<bool>, Vec<bool>) = common.partition(|same| *same);
    (same.len(), other.len())
}

#[test]
fn another_law_for_some_moves_no_draw_of_the_others() {
    let other = "booths = 4\nservice = [{ for = \"aeo\", gamma = \"3 min\", cv = 1.3 }, { gamma = \"10 min\", cv = 0.8 }]";
    let (same, differ) = compare(&needs(&Run::of(&base())), &needs(&Run::of(&text(STAGES, other, ""))));
    let all = same + differ;
    println!("{differ} of {all} needs and arrivals differ");
    // Only those of the 8 %, at the one stage (of three, and the arrival itself).
    assert!(differ > 0 && differ * 100 < all * 4, "{differ} of {all}");
}

#[test]
fn one_more_stage_moves_no_draw() {
    let more = text(
        "\"weighing\", \"guard\", \"customs\"",
        CUSTOMS,
        "[UA.exit.weighing]\nagency = \"UA roads\"\nbooths = 3\nservice = { gamma = \"2 min\", cv = 0.5 }\n",
    );
    let (same, differ) = compare(&needs(&Run::of(&base())), &needs(&Run::of(&more)));
    assert!(differ == 0 && same > 4000, "{differ} differ, {same} are the same");
}

#[test]
fn one_more_lane_moves_no_draw() {
    let lanes = "lanes.aeo = { for = \"aeo\", booths = 1, length = \"unlimited\" }\nlanes.all = { booths = 4, length = \"unlimited\" }\nservice = { gamma = \"10 min\", cv = 0.8 }";
    let (same, differ) = compare(&needs(&Run::of(&base())), &needs(&Run::of(&text(STAGES, lanes, ""))));
    assert!(differ == 0 && same > 4000, "{differ} differ, {same} are the same");
}

/// Three named changes of one base, as files that `kordon compare` reads.
const CHANGES: [&str; 3] = ["one-booth-more", "trusted-first", "no-stops-in-pl"];

fn pair_file(name: &str) -> Case {
    Case::load(Path::new(&format!("tests/pairs/{name}.toml")), &[])
        .unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// Under each of the changes every truck appears at the same tick and needs the same at every place, to the tick, though
/// hardly one is served when it was.
#[test]
fn three_named_changes_move_no_draw() {
    let run = |name: &str| Run::of_plan(pair_file(name).plan, 1, 0);
    let base = run("base");
    let starts = |run: &Run| run.starts().into_iter().collect::<BTreeSet<_>>();
    for name in CHANGES {
        let other = run(name);
        let (same, differ) = compare(&needs(&base), &needs(&other));
        let moved = starts(&base).difference(&starts(&other)).count();
        println!(
            "{name}: {same} arrivals and needs are the same, {differ} differ; {moved} services at another time"
        );
        assert!(differ == 0 && same > 10_000 && moved > 50, "{name}: {differ} differ, {moved} moved");
    }
}

/// What pairing achieves is measured; that it achieves something, and a lot at least once, is promised.
#[test]
fn three_named_changes_pair() {
    let cases: Vec<Case> = ["base"].iter().chain(&CHANGES).map(|name| pair_file(name)).collect();
    let studies = study::compare::compare(&cases, 1, 100, Control::quiet()).unwrap();
    let mut gained = vec![];
    for (case, study) in cases.iter().zip(&studies).skip(1) {
        let comparison = against((&cases[0], &studies[0]), (case, study)).unwrap();
        let changed: Vec<&str> = comparison.changed.iter().map(|c| c.path.as_str()).collect();
        println!("{}: {changed:?}", case.label);
        assert!(!changed.is_empty(), "{}: nothing is said to differ", case.label);
        for number in ["UA>PL truck wait mean", "UA>PL truck aeo wait mean"] {
            let pair = comparison.pairs.iter().find(|pair| pair.name == number).unwrap();
            println!(
                "{:<35} {number:<26} difference {:>7.1} ± {:.1} s, correlation {:.3}, variance {:.1} times smaller",
                case.label, pair.difference.mean, pair.difference.half, pair.correlation, pair.reduction
            );
            gained.push(pair.reduction);
        }
        let headline = &comparison.pairs[comparison.headline];
        assert!(headline.correlation > 0.5 && headline.reduction > 1.5, "{}: {headline:?}", case.label);
    }
    assert!(gained.iter().any(|times| *times >= 5.0), "{gained:?}");
}
