//! `kordon diff`, `trace` and `hash` as a user runs them: the first event that differs, in words, and exit codes as
//! `diff` has them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read its file has failed")]

use std::path::Path;

use assert_cmd::Command;

const BASE: &str = "tests/pairs/base.toml";
const HELLO: &str = "scenarios/hello.toml";

/// Exit code, standard output, standard error.
fn kordon(args: &[&str]) -> (i32, String, String) {
    let out = Command::cargo_bin("kordon").unwrap().args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

/// The trace of a scenario in a file of its own, with some words in it exchanged.
fn traced(folder: &Path, name: &str, args: &[&str], exchange: (&str, &str)) -> String {
    let (code, text, said) = kordon(&[&["trace", HELLO, "--length", "1 d"], args].concat());
    assert_eq!((code, said.as_str()), (0, ""));
    assert!(text.contains(exchange.0), "{} is not in the trace", exchange.0);
    let file = folder.join(name);
    std::fs::write(&file, text.replacen(exchange.0, exchange.1, 1)).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn the_same_is_identical_and_ends_with_0() {
    assert_eq!(
        kordon(&["diff", BASE, BASE]),
        (0, "identical: seed 1, replication 0\n".into(), String::new())
    );
    let (code, said, _) = kordon(&["diff", BASE, BASE, "--seed", "7", "--replication", "3"]);
    assert_eq!((code, said.as_str()), (0, "identical: seed 7, replication 3\n"));
}

#[test]
fn the_first_event_that_differs_is_shown_with_both_contexts() {
    let (code, said, _) = kordon(&["diff", BASE, "tests/pairs/no-stops-in-pl.toml"]);
    assert_eq!(code, 1);
    let first = said.split("then in tests/pairs/base.toml:\n").nth(1).unwrap().lines().next().unwrap();
    assert_eq!(first, "- Wed 10:00:00.000000  PL customs at a standstill: begins");
    assert!(
        said.contains("just before, in both:\n")
            && said.contains("then in tests/pairs/no-stops-in-pl.toml:\n")
    );
    assert!(said.contains("times on the clock of UA"), "{said}");

    // What a --set changes first; and of the two whose turn it is, what they did before.
    let (code, said, _) =
        kordon(&["diff", BASE, BASE, "--set", "UA.exit.customs.priority=aeo", "--context", "2"]);
    assert_eq!(code, 1);
    assert!(said.contains("earlier, of the same travellers:\n"), "{said}");
    assert!(said.contains(&format!("then in {BASE} with UA.exit.customs.priority=aeo:\n")), "{said}");
    let shown = said.lines().filter(|line| line.starts_with('-') || line.starts_with('+')).count();
    assert_eq!(shown, 6, "two after the first on either side: {said}");
}

#[test]
fn a_trace_is_compared_with_a_trace_or_with_a_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let plain = traced(folder.path(), "plain.trace", &[], ("", ""));
    let same = kordon(&["diff", &plain, HELLO, "--set", "run.length=1 d"]);
    assert_eq!((same.0, same.1.as_str()), (0, "identical: seed 1, replication 0\n"), "{}", same.2);

    let other = traced(
        folder.path(),
        "other.trace",
        &[],
        ("truck 9 (out 9)\tappears", "truck 9 (out 9)\tdisappears"),
    );
    let (code, said, _) = kordon(&["diff", &plain, &other]);
    assert_eq!(code, 1);
    assert!(
        said.contains("truck 9 (out 9): appears") && said.contains("truck 9 (out 9): disappears"),
        "{said}"
    );

    // A scenario is run with the seed and the replication of the trace it is held against.
    let third = traced(folder.path(), "third.trace", &["--seed", "5", "--replication", "3"], ("", ""));
    let said = kordon(&["diff", &third, HELLO, "--set", "run.length=1 d"]);
    assert_eq!((said.0, said.1.as_str()), (0, "identical: seed 5, replication 3\n"), "{}", said.2);
}

#[test]
fn trouble_ends_with_2_and_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let plain = traced(folder.path(), "plain.trace", &[], ("", ""));
    let third = traced(folder.path(), "third.trace", &["--replication", "3"], ("", ""));
    let broken = traced(folder.path(), "broken.trace", &[], ("\tappears", " appears"));
    let headless = traced(folder.path(), "headless.trace", &[], ("# seed", "# seeds"));
    for (args, words) in [
        (vec!["diff", &plain, &third], "other draws, nothing to compare"),
        (vec!["diff", &plain, HELLO, "--seed", "2"], "the trace is of seed 1: leave out --seed"),
        (vec!["diff", HELLO, &plain, "--set", "run.seed=2"], "is a trace: `--set run.seed` needs a scenario"),
        (vec!["diff", &plain, &broken], "has no event in line"),
        (vec!["diff", &plain, &headless], "does not say of which seed and replication it is"),
        (vec!["diff", HELLO, "no-such-file.toml"], "no-such-file.toml"),
        (vec!["diff", HELLO, HELLO, "--set", "run.max_events=10"], "more than 10 events"),
    ] {
        let (code, out, said) = kordon(&args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
}

/// What the command prints is the table that the golden file holds: the same hash from the program as from the library.
#[test]
fn hash_prints_what_the_golden_file_holds() {
    let (code, said, _) = kordon(&["hash", HELLO]);
    assert_eq!(code, 0);
    let golden = std::fs::read_to_string("tests/golden.toml").unwrap();
    let table = said.split_once('\n').unwrap().1.split_once("\n\n").unwrap().1;
    assert!(golden.contains(table), "{table}\nis not in\n{golden}");
    assert_ne!(kordon(&["hash", HELLO, "--replication", "1"]).1, said);
}
