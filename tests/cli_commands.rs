//! The commands as a user runs them: exit codes, messages, what goes where.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read its file has failed")]

use assert_cmd::Command;

fn kordon(args: &[&str]) -> std::process::Output {
    Command::cargo_bin("kordon").unwrap().args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const HELLO: &str = "scenarios/hello.toml";

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn run_prints_tables_and_nothing_on_standard_error() {
    let out = kordon(&["run", HELLO, "-n", "10"]);
    assert_eq!(out.status.code(), Some(0));
    assert_eq!(text(&out.stderr), "");
    let said = text(&out.stdout);
    for words in [
        "Model result, not a forecast.",
        "10 replications of 10 d",
        "Erlang C",
        "traced to UA",
        "traced to PL",
        "all hold",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn threads_change_no_byte_of_any_format() {
    for format in ["table", "json", "csv"] {
        let run = |threads: &str| {
            let args = [
                "run",
                "scenarios/krakivets-cars.toml",
                "-n",
                "6",
                "--length",
                "1 d",
                "--format",
                format,
                "--threads",
                threads,
            ];
            kordon(&args).stdout
        };
        let one = run("1");
        assert!(!one.is_empty());
        assert_eq!(text(&one), text(&run("3")), "{format}");
    }
}

#[test]
fn json_says_its_units_and_holds_every_number() {
    let out = kordon(&["run", HELLO, "-n", "5", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(json["run"]["replications"], 5);
    let wait = &json["kpis"]["UA>PL truck wait mean"];
    assert!(wait["mean_s"].as_f64().unwrap() > 60.0 && wait["se_s"].is_number(), "{wait}");
    assert_eq!(json["audit"]["passed"], true);
    assert_eq!(json["theory"][0]["stage"], "UA.exit.customs");
    assert!(json["series"]["number_at"]["UA.exit.customs line"]["mean"].as_array().unwrap().len() > 100);
}

#[test]
fn a_stopped_reader_is_no_error() {
    use std::io::Read;
    let kordon = assert_cmd::cargo::cargo_bin("kordon");
    let mut child = std::process::Command::new(kordon)
        .args(["run", HELLO, "-n", "3", "--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    drop(child.stdout.take());
    let out = child.wait_with_output().unwrap();
    assert_eq!((out.status.code(), text(&out.stderr).as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("kordon"));
    let out = command.args(["run", HELLO, "-n", "2"]).stdout(full).output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("standard output cannot be written"), "{}", text(&out.stderr));
}

#[test]
fn files_are_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events.csv");
    let result = folder.path().join("result.json");
    let args = ["run", HELLO, "-n", "2", "--length", "1 d", "--format", "json"];
    let out = kordon(
        &[&args[..], &["--events", events.to_str().unwrap(), "--out", result.to_str().unwrap()]].concat(),
    );
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert_eq!(text(&out.stdout), "");
    assert!(std::fs::read_to_string(&events).unwrap().starts_with("case,activity,start,end,resource"));
    assert!(std::fs::read_to_string(&result).unwrap().starts_with('{'));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");

    let nowhere = folder.path().join("no/such/folder/x.csv");
    let out = kordon(&[&args[..], &["--events", nowhere.to_str().unwrap()]].concat());
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("cannot be written"), "{}", text(&out.stderr));
}

#[test]
fn wrong_input_is_two_with_a_message_and_nothing_simulated() {
    let bad: &[(&[&str], &str)] = &[
        (&["run", "no-such-file.toml"], "no-such-file.toml"),
        (&["run", "scenarios"], "scenarios"),
        (&["run", HELLO, "--set", "UA.exit.customs.boths=3"], "booths"),
        (&["run", HELLO, "--set", "UA.exit.customs.booths"], "PATH=VALUE"),
        (&["run", HELLO, "--seed", "99999999999999999999"], "seed"),
        (&["run", HELLO, "-n", "0"], "replications"),
        (&["run", HELLO, "--until-precision", "120%"], "between 0 and 100 %"),
        (&["run", HELLO, "--set", "headline=UA>PL truck wait men"], "did you mean"),
        (&["run"], "FILE"),
        (&["why", HELLO], "--longest"),
        (&["why", HELLO, "--traveller", "4000000"], "no traveller has the number"),
        (&["compare", HELLO], "FILES"),
        (&["compare", HELLO, "scenarios/krakivets-cars.toml"], "stretch of time"),
        (&["frobnicate"], "frobnicate"),
    ];
    for (args, words) in bad {
        let out = kordon(args);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{args:?}\n{said}");
        assert!(said.contains(words), "{args:?} should say {words}\n{said}");
        assert_eq!(text(&out.stdout), "", "{args:?}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn a_run_that_cannot_go_on_is_one_and_says_where() {
    let out = kordon(&["run", HELLO, "-n", "4", "--set", "run.max_inside=3"]);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stderr));
    let said = text(&out.stderr);
    assert!(said.contains("replication 0") && said.contains("run.max_inside"), "{said}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_prints_what_is_complete() {
    let kordon = assert_cmd::cargo::cargo_bin("kordon");
    let mut child = std::process::Command::new(kordon)
        .args(["run", HELLO, "-n", "1000000", "--threads", "2"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let out = {
        let _ = child.stdin.take();
        child.wait_with_output().unwrap()
    };
    assert_eq!(out.status.code(), Some(130), "{}", text(&out.stderr));
    let said = text(&out.stdout);
    assert!(said.contains("Stopped by Ctrl-C: these are replications 0 to "), "{said}");
    assert!(said.contains("all hold"), "{said}");
}

#[test]
fn check_describes_in_words() {
    let out = kordon(&["check", "scenarios/yahodyn-week.toml"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let said = text(&out.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "eQueue (3 queues, turns 1:1:1:5)",
        "UA can clear",
        "PL can clear",
        "narrowest:",
        "of 200 draws",
        "Numbers describing UA",
        "Numbers describing PL",
        "Officers: UA.officers.customs 11 for 14 booths",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn demand_above_capacity_says_how_fast_the_queue_grows() {
    let out = kordon(&["check", HELLO, "--set", "traffic.out.arrives.per_hour=20"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(text(&out.stderr).contains("the queue grows by 96 a day"), "{}", text(&out.stderr));
}

#[test]
fn a_new_file_checks_runs_and_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let name = path.to_str().unwrap();
    assert_eq!(kordon(&["new", name]).status.code(), Some(0));
    assert_eq!(kordon(&["new", name]).status.code(), Some(2));
    let out = kordon(&["check", name]);
    assert_eq!((out.status.code(), text(&out.stderr).as_str()), (Some(0), ""));
    let out = kordon(&["run", name, "-n", "2", "--draws", "3"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
}

#[test]
fn schema_is_json_and_help_fits_a_screen() {
    let schema: serde_json::Value = serde_json::from_slice(&kordon(&["schema"]).stdout).unwrap();
    assert!(schema["$schema"].is_string());
    for args in [vec!["-h"], vec!["run", "-h"], vec!["compare", "-h"], vec!["why", "-h"]] {
        let help = text(&kordon(&args).stdout);
        assert!(help.lines().count() <= 40, "{args:?} {}\n{help}", help.lines().count());
    }
}

#[test]
fn why_tells_a_journey() {
    for whom in [&["--longest"][..], &["--median"], &["--traveller", "5"]] {
        let out = kordon(&[&["why", HELLO, "--set", "run.length=1 d"], whom].concat());
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        assert!(text(&out.stdout).contains("UA.exit.customs"), "{}", text(&out.stdout));
    }
}

#[test]
fn a_picture_is_an_svg_of_a_moment_within_the_run() {
    let at = |time: &str| {
        kordon(&["picture", "scenarios/krakivets-cars.toml", "--length", "1 d", "--at", time, "--out", "-"])
    };
    for time in ["90 min", "2026-07-06 12:00"] {
        let out = at(time);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        assert!(text(&out.stdout).starts_with("<svg") || text(&out.stdout).starts_with("<?xml"));
    }
    for time in ["400 d", "yesterday", "2020-01-01 00:00"] {
        assert_eq!(at(time).status.code(), Some(2), "{time}");
    }
}

#[test]
fn known_answers_stand_beside_the_simulated() {
    let hello = std::fs::read_to_string(HELLO).unwrap();
    let expect = |name: &str, is: &str| {
        format!("{hello}\n[[expect]]\nvalue = \"{name}\"\nis = \"{is}\"\nsource = \"S7\"\n")
    };
    let run = |text: &str| {
        let file = file(text);
        kordon(&["run", file.path().to_str().unwrap(), "-n", "200", "--set", "run.warmup=1 d"])
    };
    let out = run(&expect("UA.exit.customs wait mean", "458.49 s"));
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(text(&out.stdout).contains("agrees"), "{}", text(&out.stdout));
    assert!(text(&run(&expect("UA.exit.customs wait mean", "9 min")).stdout).contains("differs"));
    assert_eq!(run(&expect("UA.exit.customs wat mean", "9 min")).status.code(), Some(2));
}

#[test]
fn attribute_is_the_same_on_any_thread() {
    for format in ["table", "md", "json"] {
        let args =
            ["attribute", "scenarios/shehyni-on-foot.toml", "-n", "3", "--draws", "3", "--format", format];
        let of = |threads: &str| kordon(&[&args[..], &["--threads", threads]].concat());
        let (one, three) = (of("1"), of("3"));
        assert_eq!(one.status.code(), Some(0), "{}", text(&one.stderr));
        assert!(one.stdout == three.stdout, "{format}");
    }
}

/// The wording rules of `docs/reading.md`: words that judge, and words that promise.
#[test]
fn no_output_judges_or_promises() {
    let banned = [
        "blame",
        "fault",
        "guilt",
        "culprit",
        "responsible",
        "fails",
        "inefficient",
        "bottleneck",
        "because",
        "caused",
        "predict",
        "confidence interval",
    ];
    let wide =
        file(&std::fs::read_to_string("scenarios/hello.toml").unwrap().replace("booths = 4", "booths = 5"));
    let outputs: &[&[&str]] = &[
        &["run", HELLO, "-n", "3", "--detail"],
        &["run", "scenarios/krakivets-joint-control.toml", "-n", "3", "--draws", "4"],
        &["run", "scenarios/shehyni-on-foot.toml", "-n", "3", "--format", "json", "--draws", "4"],
        &["run", HELLO, "-n", "30", "--until-precision", "1%"],
        &["check", "scenarios/yahodyn-week.toml"],
        &["compare", HELLO, wide.path().to_str().unwrap(), "-n", "5"],
        &["attribute", HELLO, "-n", "2"],
        &["attribute", "scenarios/shehyni-on-foot.toml", "-n", "2", "--draws", "3", "--detail"],
        &["attribute", "scenarios/shehyni-on-foot.toml", "-n", "2", "--draws", "2", "--format", "json"],
        &["attribute", HELLO, "-n", "2", "--format", "md", "--set", "reference={ PL = \"300 trucks/day\" }"],
        &[
            "attribute",
            "scenarios/krakivets-joint-control.toml",
            "-n",
            "1",
            "--draws",
            "2",
            "--length",
            "4 h",
        ],
        &[
            "attribute",
            "scenarios/krakivets-cars.toml",
            "-n",
            "1",
            "--draws",
            "0",
            "--length",
            "3 h",
            "--split",
            "kinds",
        ],
        &["attribute", "-h"],
        &["why", HELLO, "--longest"],
        &["new", "-"],
        &["-h"],
        &["run", "-h"],
        &["compare", "-h"],
    ];
    for args in outputs {
        let out = kordon(args);
        let said = (text(&out.stdout) + &text(&out.stderr)).to_lowercase();
        for word in banned {
            let found = said.split(|c: char| !c.is_alphanumeric() && c != ' ').any(|part| {
                part.split(' ').any(|w| w == word) || (word.contains(' ') && part.contains(word))
            });
            assert!(!found, "{args:?} says `{word}`");
        }
        let forecasts = said.matches("forecast").count();
        assert_eq!(forecasts, said.matches("not a forecast").count(), "{args:?}");
    }
}

/// A case of one's own: right, then wrong by a microsecond.
#[test]
fn validate_says_whether_answers_hold_by_its_exit_code() {
    let text = std::fs::read_to_string("tests/oracles/D01-patience.toml").unwrap();
    let right = file(&text);
    let out = kordon(&["validate", "--quiet", right.path().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", text_of(&out));
    assert!(text_of(&out).contains("1 of 1 cases pass with 3 values"), "{}", text_of(&out));
    let wrong = file(&text.replacen("\"18 min\"", "\"1080000001 us\"", 1));
    let out = kordon(&["validate", "--quiet", "--format", "json", wrong.path().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((&json["not_passed"], &json["cases"][0]["values"][0]["passes"]), (&1.into(), &false.into()));
    let out = kordon(&["validate", "--only", "Z99"]);
    assert_eq!(out.status.code(), Some(2));
}

fn text_of(out: &std::process::Output) -> String {
    text(&out.stdout)
}
