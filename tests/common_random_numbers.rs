//! Same traveller, two policies: what a traveller is and needs is a function of its own name and number. Another law for
//! some, one more stage or one more lane moves no draw of anybody else, and so two policies can be compared in pairs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::collections::BTreeMap;

use common::{Run, plan_of};
use kordon::crossing::Happened;
use kordon::study::replicate::{Control, replicate};

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

/// When each traveller appeared and how long each of its services took, by the names of stages.
type Needs = BTreeMap<(u32, String), u64>;

fn needs(text: &str) -> Needs {
    let run = Run::of(text);
    let mut index = BTreeMap::new();
    let mut since = BTreeMap::new();
    let mut needs = Needs::new();
    for r in &run.records {
        match r.what {
            Happened::Appeared { index: k, .. } => {
                index.insert(r.traveller, k);
                needs.insert((k, "appears".into()), r.at);
            }
            Happened::Starts { .. } => _ = since.insert(r.traveller, r.at),
            Happened::Done { booth } => {
                let station = run.plan.stations.iter().find(|s| s.booths.contains(&booth)).unwrap();
                needs.insert((index[&r.traveller], station.name.clone()), r.at - since[&r.traveller]);
            }
            _ => {}
        }
    }
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
    let (same, differ) = compare(&needs(&base()), &needs(&text(STAGES, other, "")));
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
    let (same, differ) = compare(&needs(&base()), &needs(&more));
    assert!(differ == 0 && same > 4000, "{differ} differ, {same} are the same");
}

#[test]
fn one_more_lane_moves_no_draw() {
    let lanes = "lanes.aeo = { for = \"aeo\", booths = 1, length = \"unlimited\" }\nlanes.all = { booths = 4, length = \"unlimited\" }\nservice = { gamma = \"10 min\", cv = 0.8 }";
    let (same, differ) = compare(&needs(&base()), &needs(&text(STAGES, lanes, "")));
    assert!(differ == 0 && same > 4000, "{differ} differ, {same} are the same");
}

/// The variance of a difference between independent runs over that between paired ones, and the correlation.
fn pairing(one: &str, other: &str) -> (f64, f64) {
    let values = |text: &str| {
        let study = replicate(&plan_of(text), 1, 200, Control::quiet()).unwrap();
        study.values(study.named("UA>PL truck wait mean").unwrap()).collect::<Vec<f64>>()
    };
    let (a, b) = (values(one), values(other));
    let n = a.len() as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (ma, mb) = (mean(&a), mean(&b));
    let moment = |x: &[f64], mx: f64, y: &[f64], my: f64| {
        x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>() / (n - 1.0)
    };
    let (va, vb, cov) = (moment(&a, ma, &a, ma), moment(&b, mb, &b, mb), moment(&a, ma, &b, mb));
    ((va + vb) / (va + vb - 2.0 * cov), cov / (va * vb).sqrt())
}

#[test]
fn one_booth_more_pairs() {
    let five = text(STAGES, "booths = 5\nservice = { gamma = \"10 min\", cv = 0.8 }", "");
    let (ratio, correlation) = pairing(&base(), &five);
    println!(
        "one booth more: correlation {correlation:.3}, variance of the difference {ratio:.1} times smaller"
    );
    assert!(correlation > 0.5 && ratio > 1.5, "correlation {correlation}, ratio {ratio}");
}

#[test]
fn the_other_sides_stops_removed_pair() {
    let stop = "[[event]]\nwhat = \"stop\"\nagency = \"PL customs\"\nfrom = \"40 h\"\nlasts = \"1 h\"\nrule = \"stop\"\n";
    let (ratio, correlation) = pairing(&text(STAGES, CUSTOMS, stop), &base());
    println!(
        "stops removed: correlation {correlation:.3}, variance of the difference {ratio:.1} times smaller"
    );
    assert!(correlation > 0.8 && ratio > 5.0, "correlation {correlation}, ratio {ratio}");
}
