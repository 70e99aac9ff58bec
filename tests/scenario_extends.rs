//! A variant says only what differs: tables merge key by key, everything else replaces, and each value knows its file.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its file has failed")]

use std::path::{Path, PathBuf};

use kordon::scenario::{self, Demand, LawKind, Scenario};

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, impl Fn(&str) -> PathBuf + use<>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let path = folder.path().to_path_buf();
    (folder, move |name: &str| path.join(name))
}

fn good() -> String {
    std::fs::read_to_string("tests/bad/good.part").unwrap()
}

fn load(path: &Path) -> Scenario {
    scenario::load(path, &[]).unwrap().scenario
}

#[test]
fn tables_merge_and_quantities_replace_over_several_levels() {
    let (_keep, at) = folder(&[
        ("base.toml", &good()),
        (
            "middle.toml",
            "extends = \"base.toml\"\n[PL.entry.customs]\nbooths = 12\nservice = { exponential = \"5 min\" }",
        ),
        ("top.toml", "extends = \"middle.toml\"\nname = \"top\"\n[PL.entry]\nroom = { is = \"90 trucks\" }"),
    ]);
    let base = load(&at("base.toml"));
    let top = load(&at("top.toml"));
    assert_eq!(top.name, "top");
    let (old, new) = (base.side[1].entry.as_ref().unwrap(), top.side[1].entry.as_ref().unwrap());
    assert_eq!(old.stage[0].lanes[0].booths[0].count, 9);
    assert_eq!(new.stage[0].lanes[0].booths[0].count, 12);
    assert_eq!(new.stage[0].agencies, old.stage[0].agencies);
    // Had the law been merged key by key, `cv` would have stayed and been an error.
    assert_eq!(new.stage[0].services[0].law.kind, LawKind::Exponential);
    assert_eq!(base.side[0].time_zone, top.side[0].time_zone);
}

#[test]
fn an_error_points_into_the_file_that_said_it() {
    let (_keep, at) = folder(&[
        ("base.toml", &good().replace("booths = 9", "booths = \"nine\"")),
        ("top.toml", "extends = \"base.toml\"\n[run]\nlength = \"7\""),
    ]);
    let errors = scenario::load(&at("top.toml"), &[]).unwrap_err().render(false);
    assert!(errors.contains("base.toml:47:10"), "{errors}");
    assert!(errors.contains("top.toml:3:10"), "{errors}");
}

#[test]
fn a_circle_is_an_error() {
    let errors = scenario::load(Path::new("tests/bad/circle.toml"), &[]).unwrap_err().render(false);
    assert!(errors.contains("circle.toml → circle_b.part → circle.toml"), "{errors}");
}

#[test]
fn bases_are_relative_and_exist() {
    let (_keep, at) = folder(&[
        ("absolute.toml", "extends = \"/etc/passwd\""),
        ("missing.toml", "extends = \"none.toml\""),
        ("number.toml", "extends = 3"),
    ]);
    for (file, said) in [
        ("absolute.toml", "not a relative path"),
        ("missing.toml", "does not exist"),
        ("number.toml", "names no file"),
    ] {
        let errors = scenario::load(&at(file), &[]).unwrap_err().render(false);
        assert!(errors.contains(said), "{errors}");
    }
    let errors = scenario::load_str("text", "extends = \"base.toml\"", &[]).unwrap_err().render(false);
    assert!(errors.contains("`extends` needs a file"), "{errors}");
}

#[test]
fn the_hash_is_of_the_content() {
    let (_keep, at) = folder(&[
        ("base.toml", &good()),
        ("comments.toml", &good().replace("[run]", "# a comment\n\n[run]   # another")),
        ("same.toml", "extends = \"base.toml\"\n[PL.entry.customs]\nbooths = 9"),
        ("other.toml", "extends = \"base.toml\"\n[PL.entry.customs]\nbooths = 10"),
    ]);
    let hash = |name: &str| scenario::load(&at(name), &[]).unwrap().hash;
    assert_eq!(hash("base.toml"), hash("comments.toml"));
    assert_eq!(hash("base.toml"), hash("same.toml"));
    assert_ne!(hash("base.toml"), hash("other.toml"));
    let sets = [("PL.entry.customs.booths".to_owned(), "10".to_owned())];
    assert_eq!(scenario::load(&at("base.toml"), &sets).unwrap().hash, hash("other.toml"));
    assert_eq!(hash("base.toml").len(), 64);
}

#[test]
fn joint_control_extends_the_cars() {
    let cars = load(Path::new("scenarios/krakivets-cars.toml"));
    let joint = load(Path::new("scenarios/krakivets-joint-control.toml"));
    assert_eq!(cars.traffic.len(), joint.traffic.len());
    let stage =
        joint.side[1].entry.as_ref().unwrap().stage.iter().find(|stage| stage.name == "one_stop").unwrap();
    assert_eq!(stage.checks.len(), 4);
    assert_eq!(stage.checks[0].officers.as_deref(), Some("UA.joint_team"));
    assert_eq!(joint.policy[0].stops, ["PL.entry.one_stop"]);
    assert_eq!(joint.policy[0].compliance, 0.85);
}

#[test]
fn counts_come_from_a_table_beside_the_file() {
    let counts = good().replace(
        "arrives = { per_day = 480 }",
        "arrives = { table = \"counts.csv\", column = \"trucks\", every = \"1 h\", exact = true }",
    );
    let (_keep, at) = folder(&[
        ("a.toml", &counts),
        ("b.toml", &counts.replace("\"trucks\", every", "\"truks\", every")),
        ("c.toml", &counts.replace("counts.csv", "none.csv")),
        ("counts.csv", "hour,trucks\n0,3\n1,4.5\n"),
    ]);
    let hour = 3_600_000_000;
    let expected = Demand::Counts(vec![(0, hour, 3.0, true), (hour, 2 * hour, 4.5, true)]);
    assert_eq!(load(&at("a.toml")).traffic[0].demand, expected);
    let errors = scenario::load(&at("b.toml"), &[]).unwrap_err().render(false);
    assert!(errors.contains("did you mean `trucks`?"), "{errors}");
    let errors = scenario::load(&at("c.toml"), &[]).unwrap_err();
    assert!(errors.errors() == 1 && errors.render(false).contains("does not exist"), "{errors}");
}
