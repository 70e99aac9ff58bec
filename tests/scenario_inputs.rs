//! Every number of a file is in the register, with its unit, range, source and the side it describes.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its file has failed")]

use std::path::Path;

use kordon::scenario::{self, Demand, Evidence, Input, Loaded};

fn load(name: &str) -> Loaded {
    scenario::load(Path::new(&format!("scenarios/{name}.toml")), &[]).unwrap()
}

/// The first draft of Yahodyn: a file that does not change when the shipped one is fitted anew.
fn draft() -> Loaded {
    scenario::load(Path::new("tests/fixtures/yahodyn-draft.toml"), &[]).unwrap()
}

fn input<'a>(loaded: &'a Loaded, path: &str) -> &'a Input {
    let inputs = &loaded.scenario.inputs;
    inputs.iter().find(|input| input.path == path).unwrap_or_else(|| {
        let all: Vec<&str> = inputs.iter().map(|input| input.path.as_str()).collect();
        panic!("{path} is not among\n{}", all.join("\n"))
    })
}

#[test]
fn a_number_has_path_unit_range_source_and_side() {
    let loaded = draft();
    let mean = input(&loaded, "PL.entry.customs.service.mean");
    assert_eq!((mean.value, mean.unit, mean.range), (20.0, "min", Some((14.0, 28.0))));
    assert_eq!((mean.source, mean.about), (Evidence::Assumed, Some(1)));
    let begin = input(&loaded, "begin.\"UA.equeue.loaded\"");
    assert_eq!((begin.value, begin.unit, begin.source), (325.0, "trucks", Evidence::Published));
    assert!(begin.source_text.as_ref().unwrap().starts_with("R1: eCherha hourly"));
    let booked = input(&loaded, "traffic.out.books.per_week");
    assert_eq!((booked.value, booked.source, booked.about), (3600.0, Evidence::Fitted, None));
    let extra = input(&loaded, "traffic.out.peaks[0].extra");
    assert_eq!((extra.value, extra.range), (780.0, Some((400.0, 900.0))));
    let share = input(&loaded, "traffic.out.mix.load.loaded");
    assert_eq!((share.value, share.unit, share.source), (43.0, "%", Evidence::Published));
    assert_eq!(input(&loaded, "UA.officers.customs.count").about, Some(0));
    assert_eq!(input(&loaded, "PL.entry.scan.service.mode").value, 12.0);
    assert_eq!(input(&loaded, "UA.exit.customs.service.factor.trusted").value, 0.4);
    assert_eq!(input(&loaded, "zone.strips.bridge.each_way").about, None);
}

#[test]
fn a_source_on_a_table_covers_its_numbers_and_an_inner_one_wins() {
    let loaded = load("laredo-world-trade-bridge");
    let mean = input(&loaded, "US.entry.primary.service[fast].mean");
    assert_eq!((mean.value, mean.unit, mean.range), (35.0, "s", Some((25.0, 45.0))));
    assert_eq!(mean.source, Evidence::Published);
    assert_eq!(input(&loaded, "US.entry.primary.service[fast].cv").source, Evidence::Published);
    assert_eq!(input(&loaded, "US.entry.primary.service[missing].mean").source, Evidence::Assumed);
    assert_eq!(input(&loaded, "US.entry.nii.takes[truck].share").source, Evidence::Published);
    assert_eq!(input(&loaded, "US.entry.primary.lanes.standard.booths").source, Evidence::Published);
    let walkers = load("shehyni-on-foot");
    assert_eq!(input(&walkers, "UA.exit.hall.service.mean").source, Evidence::Fitted);
    assert_eq!(
        input(&walkers, "PL.entry.first_line.service[third_country].add.never.low").source,
        Evidence::Published
    );
    assert_eq!(input(&walkers, "traffic.walkers.arrives.hour").unit, "");
    let text = std::fs::read_to_string("scenarios/hello.toml").unwrap();
    let text = text.replace("booths = 4", "booths = { is = 4, source = \"measured: counted on 3 June\" }");
    let measured = scenario::load_str("hello", &text, &[]).unwrap();
    assert_eq!(input(&measured, "UA.exit.customs.booths").source, Evidence::Measured);
}

#[test]
fn structural_numbers_are_no_inputs() {
    for name in ["hello", "yahodyn-week", "krakivets-joint-control"] {
        let loaded = load(name);
        assert!(!loaded.scenario.inputs.iter().any(|input| input.path.starts_with("run.")), "{name}");
        assert!(!loaded.scenario.inputs.iter().any(|input| input.path == "kordon"), "{name}");
    }
    let paths: Vec<String> = load("hello").scenario.inputs.into_iter().map(|input| input.path).collect();
    assert_eq!(
        paths,
        ["traffic.out.arrives.per_hour", "UA.exit.customs.booths", "UA.exit.customs.service.mean"]
    );
}

#[test]
fn paths_are_unique_and_lead_to_their_values() {
    for name in ["yahodyn-week", "shehyni-on-foot", "laredo-world-trade-bridge", "krakivets-joint-control"] {
        let loaded = load(name);
        let mut paths: Vec<&str> = loaded.scenario.inputs.iter().map(|input| input.path.as_str()).collect();
        paths.sort_unstable();
        let number = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), number, "{name}");
    }
}

#[test]
fn every_input_can_be_put_back_as_it_is() {
    for name in ["yahodyn-week", "shehyni-on-foot", "laredo-world-trade-bridge", "krakivets-joint-control"] {
        let loaded = load(name);
        for input in &loaded.scenario.inputs {
            let again = loaded.document.with(&[(&input.path, input.value)]).unwrap_or_else(|e| panic!("{e}"));
            let other = again.inputs.iter().find(|other| other.path == input.path).unwrap();
            assert!((other.value - input.value).abs() < 1e-9, "{}", input.path);
            assert_eq!(other.unit, input.unit, "{}", input.path);
        }
    }
}

#[test]
fn other_numbers_without_reading_the_file_again() {
    let loaded = draft();
    let law = |scenario: &scenario::Scenario| {
        scenario.side[1].entry.as_ref().unwrap().stage[1].services[0].law.mean
    };
    assert_eq!(law(&loaded.scenario), 1200.0);
    let drawn = loaded
        .document
        .with(&[("PL.entry.customs.service.mean", 27.5), ("PL.entry.customs.booths", 7.0)])
        .unwrap();
    assert_eq!(law(&drawn), 1650.0);
    assert_eq!(drawn.side[1].entry.as_ref().unwrap().stage[1].lanes[0].booths[0].count, 7);
    // Of shares, those that are not given give way.
    let drawn = loaded.document.with(&[("traffic.out.mix.load.loaded", 71.5)]).unwrap();
    let words: Vec<f64> = drawn.traffic[0].mix[0].words.iter().map(|(_, share)| *share).collect();
    assert!((words[0] - 0.715).abs() < 1e-12 && (words[1] - 0.04).abs() < 1e-12, "{words:?}");
    // A range need not hold what is drawn; the unit's own limits still hold.
    let drawn = loaded.document.with(&[("PL.entry.customs.service.mean", 50.0)]).unwrap();
    assert_eq!(law(&drawn), 3000.0);
    assert!(loaded.document.with(&[("PL.entry.customs.service.mean", -1.0)]).is_err());
    let error = loaded.document.with(&[("PL.entry.customs.service.men", 1.0)]).unwrap_err();
    assert!(error.render(false).contains("did you mean `PL.entry.customs.service.mean`?"), "{error}");
    // A profile is varied as a whole: its mean is given.
    let walkers = load("shehyni-on-foot");
    let before = input(&walkers, "traffic.walkers.arrives.hour").value;
    let drawn = walkers.document.with(&[("traffic.walkers.arrives.hour", 2.0 * before)]).unwrap();
    let first = |demand: &Demand| match demand {
        Demand::Poisson { steps, .. } => steps[0].per_second,
        _ => panic!(),
    };
    assert!(
        (first(&drawn.traffic[0].demand) / first(&walkers.scenario.traffic[0].demand) - 2.0).abs() < 1e-12
    );
}
