//! Every quantity carries its unit; what has none, a wrong one or an absurd value is refused with what to write.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its file has failed")]

use kordon::scenario::{self, Demand, LawKind, Scenario, Size};

const SECOND: u64 = 1_000_000;

fn text(travel: &str, service: &str, room: &str, arrives: &str) -> String {
    format!(
        r#"
kordon = 1
name = "units"
sides = ["UA", "PL"]
[run]
start = "Mon 00:00"
length = "1 d"
[traffic.out]
class = "truck"
from = "UA"
arrives = {arrives}
[UA.exit]
stages = ["customs"]
room = {room}
[UA.exit.customs]
agency = "UA customs"
booths = 2
service = {service}
[zone]
strips.bridge = {{ each_way = "20 trucks", travel = {travel} }}
"#
    )
}

fn read(travel: &str, service: &str, room: &str, arrives: &str) -> Result<Scenario, String> {
    scenario::load_str("units", &text(travel, service, room, arrives), &[])
        .map(|loaded| loaded.scenario)
        .map_err(|errors| errors.render(false))
}

fn length(text: &str) -> Result<u64, String> {
    let sets = [("run.length".to_owned(), format!("\"{text}\""))];
    let file = self::text("\"5 min\"", "\"4 min\"", "\"60 trucks\"", "{ per_day = 100 }");
    scenario::load_str("units", &file, &sets)
        .map(|loaded| loaded.scenario.run.length)
        .map_err(|errors| errors.render(false))
}

fn service(text: &str) -> Result<scenario::Law, String> {
    read("\"5 min\"", text, "\"60 trucks\"", "{ per_day = 100 }")
        .map(|s| s.side[0].exit.as_ref().unwrap().stage[0].services[0].law.clone())
}

fn room(text: &str) -> Result<Size, String> {
    read("\"5 min\"", "\"4 min\"", text, "{ per_day = 100 }")
        .map(|s| s.side[0].exit.as_ref().unwrap().room.size)
}

fn arrives(text: &str) -> Result<Demand, String> {
    read("\"5 min\"", "\"4 min\"", "\"60 trucks\"", text).map(|s| s.traffic[0].demand.clone())
}

#[test]
fn durations() {
    for (text, ticks) in [
        ("4 min", 240 * SECOND),
        ("4min", 240 * SECOND),
        ("1 h 30 min", 5400 * SECOND),
        ("100 s", 100 * SECOND),
        ("1.5 s", 1_500_000),
        ("250 ms", 250_000),
        ("2 d", 172_800 * SECOND),
        ("1 week", 604_800 * SECOND),
    ] {
        assert_eq!(length(text), Ok(ticks), "{text}");
    }
    for (text, said) in [
        ("4", "which unit?"),
        ("4 metres", "not a unit"),
        ("-4 min", "must not be negative"),
        ("1,5 min", "comma"),
        ("min", "begins with no number"),
        ("4 min 3", "which unit?"),
        ("9 000 d", "which unit?"),
        ("4000 d", "8.9 years"),
        ("", "an empty text"),
    ] {
        let error = length(text).unwrap_err();
        let empty = text.is_empty() && error.contains("not a duration");
        assert!(empty || error.contains(said), "{text}: {error}");
    }
}

#[test]
fn laws() {
    let law = service("{ lognormal = \"4 min\", cv = 0.5, range = \"3 .. 6 min\" }").unwrap();
    assert_eq!((law.kind, law.mean, law.cv), (LawKind::Lognormal, 240.0, 0.5));
    let law = service("\"4 min\"").unwrap();
    assert_eq!((law.kind, law.mean, law.cv), (LawKind::Deterministic, 240.0, 0.0));
    let law = service("{ erlang = \"5 min\", k = 4 }").unwrap();
    assert_eq!((law.kind, law.mean, law.cv), (LawKind::Erlang { k: 4 }, 300.0, 0.5));
    let law = service("{ triangular = [\"30 min\", \"2 h\", \"6 h\"] }").unwrap();
    assert_eq!(law.kind, LawKind::Triangular { low: 1800.0, mode: 7200.0, high: 21600.0 });
    assert_eq!(law.mean, 10_200.0);
    let law = service("{ uniform = [\"30 s\", \"120 s\"] }").unwrap();
    assert_eq!(law.mean, 75.0);
    assert!((law.cv - 90.0 / 12.0_f64.sqrt() / 75.0).abs() < 1e-12);
    let law = service("{ empirical = [\"1 min\", \"3 min\"] }").unwrap();
    assert_eq!((law.mean, law.cv), (120.0, 0.5));
    for kind in ["gamma", "weibull", "hyperexponential"] {
        assert!(service(&format!("{{ {kind} = \"5 min\", cv = 1.5 }}")).is_ok(), "{kind}");
    }
    for (text, said) in [
        ("{ lognormal = \"4 min\" }", "lacks `cv`"),
        ("{ exponential = \"4 min\", cv = 0.5 }", "has no `cv`"),
        ("{ hyperexponential = \"4 min\", cv = 0.5 }", "from 1 to 20"),
        ("{ lognormal = \"0 s\", cv = 0.5 }", "a mean of 0"),
        ("{ triangular = [\"2 h\", \"1 h\", \"6 h\"] }", "must ascend"),
        ("{ uniform = [\"2 h\"] }", "needs 2 durations"),
        ("{ empirical = [] }", "from 1 to 100 000"),
        ("{ cv = 0.5 }", "says not how long"),
        ("{ lognormal = \"4 min\", cv = nan }", "out of range"),
        ("{ lognormal = \"4 min\", cv = inf }", "out of range"),
        ("{ lognormal = \"4 min\", cv = 0.5, range = \"5 .. 6 min\" }", "lies outside"),
        ("{ lognormal = \"4 min\", cv = 0.5, range = \"6 .. 3 min\" }", "an empty range"),
        ("{ lognormal = \"4 min\", cv = 0.5, range = \"3 to 6 min\" }", "low .. high"),
        ("{ normal = \"4 min\" }", "unknown key `normal`"),
        ("[]", "lacks `service`"),
    ] {
        match service(text) {
            Err(error) => assert!(error.contains(said), "{text}: {error}"),
            Ok(_) if text == "[]" => panic!("a stage without service was accepted"),
            Ok(law) => panic!("{text}: {law:?}"),
        }
    }
}

#[test]
fn sizes() {
    assert_eq!(room("\"60 trucks\""), Ok(Size::Places(60)));
    assert_eq!(room("\"1 truck\""), Ok(Size::Places(1)));
    assert_eq!(room("\"300 persons\""), Ok(Size::Persons(300)));
    assert_eq!(room("\"0.9 km\""), Ok(Size::Metres(900.0)));
    assert_eq!(room("\"unlimited\""), Ok(Size::Unlimited));
    assert_eq!(
        room("{ is = \"60 trucks\", range = \"40 .. 90 trucks\", shelter = \"roof\" }"),
        Ok(Size::Places(60))
    );
    assert!(room("60").unwrap_err().contains("which unit?"));
    assert!(room("\"60 lorries\"").unwrap_err().contains("not a unit"));
    assert!(room("\"1.5 trucks\"").unwrap_err().contains("whole number"));
}

#[test]
fn rates() {
    let Ok(Demand::Poisson { steps, period: None, .. }) = arrives("{ per_hour = 12 }") else { panic!() };
    assert_eq!(steps[0].per_second, 12.0 / 3600.0);
    // Weights keep the mean: 24 h of the day's rate are the day's number.
    let hours = "[0, 0, 0, 0, 0, 0, 1, 3, 7, 8, 8, 8, 8, 8, 8, 8, 7, 7, 6, 5, 4, 3, 1, 0]";
    let Ok(Demand::Poisson { steps, period: Some(week), local: true, .. }) =
        arrives(&format!("{{ per_day = 7000, hour = {hours} }}"))
    else {
        panic!()
    };
    let mut number = 0.0;
    for (index, step) in steps.iter().enumerate() {
        let until = steps.get(index + 1).map_or(week, |next| next.from);
        number += step.per_second * (until - step.from) as f64 / 1e6;
    }
    assert!((number - 49_000.0).abs() < 1e-6, "{number}");
    let steps =
        "{ steps = [{ until = \"55 min\", per_minute = 0.1 }, { until = \"58 min\", per_minute = 10 }] }";
    let Ok(Demand::Poisson { steps, period: None, .. }) = arrives(steps) else { panic!() };
    assert_eq!(steps.iter().map(|step| step.from / SECOND).collect::<Vec<_>>(), [0, 3300, 3480]);
    assert_eq!(steps[2].per_second, 0.0);
    let exact = "{ at = [\"4 min\", \"3 min\", \"3 min\"] }";
    assert_eq!(arrives(exact), Ok(Demand::At(vec![180 * SECOND, 180 * SECOND, 240 * SECOND])));
    let every = Demand::Every { every: 420 * SECOND, first: 420 * SECOND, count: None };
    assert_eq!(arrives("{ every = \"7 min\" }"), Ok(every));
    for (text, said) in [
        ("{ per_day = 1e9 }", "absurd"),
        ("{ per_day = -1 }", "must not be negative"),
        ("{ per_day = 4, per_hour = 3 }", "has two rates"),
        ("{ per_day = 4, every = \"3 min\" }", "a rate and `every`"),
        ("{}", "nobody would come"),
        ("{ hour = [1, 2] }", "24 numbers"),
        ("{ every = \"0 s\" }", "a distance of 0"),
        ("{ gaps = [{ from = \"08:00\", gap = \"5 min\" }] }", "begin at 00:00"),
        ("{ table = \"counts.csv\", column = \"n\", every = \"1 h\" }", "cannot be read here"),
    ] {
        let error = arrives(text).unwrap_err();
        assert!(error.contains(said), "{text}: {error}");
    }
}
