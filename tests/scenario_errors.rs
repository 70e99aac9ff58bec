//! What is wrong with a file is said all at once, with line, underlined words and what to do.
//!
//! Each `tests/bad/*.toml` is wrong in one way (or, `many`, in several); what a planner then reads stands beside it in
//! `*.txt`. `KORDON_BLESS=1 cargo test --test scenario_errors` writes those texts anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its file has failed")]

use std::path::{Path, PathBuf};

use kordon::crossing::compile;
use kordon::scenario::{self, Clock, Diagnostics, Severity};

fn bad() -> Vec<PathBuf> {
    // Relative, so that the texts name no machine.
    let mut all: Vec<PathBuf> = std::fs::read_dir("tests/bad")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    all.sort();
    all
}

fn errors_of(path: &Path) -> Diagnostics {
    let loaded = match scenario::load(path, &[]) {
        Err(errors) => return errors,
        Ok(loaded) => loaded,
    };
    // Some errors show only where two parts of a file are put together.
    let clock = Clock::new(&loaded.scenario.run, &loaded.scenario.side).unwrap();
    match compile(&loaded.scenario, &clock, loaded.document.diagnostics()) {
        Err(errors) => errors,
        Ok(_) => panic!("{} is meant to be wrong", path.display()),
    }
}

#[test]
fn each_bad_file_says_what_is_wrong_where_and_what_to_do() {
    let all = bad();
    assert!(all.len() >= 35, "{}", all.len());
    for path in all {
        let errors = errors_of(&path);
        for item in errors.iter().filter(|item| item.severity == Severity::Error) {
            let place = item.span.and_then(|span| errors.place(span));
            let place = place.unwrap_or_else(|| panic!("{}: no place: {item:?}", path.display()));
            assert!(place.line > 0 && place.column > 0);
            assert!(!item.help.is_empty(), "{}: no help: {item:?}", path.display());
        }
        let text = format!("{}\n", errors.render(false));
        assert!(
            text.contains("help:")
                && text.contains("^")
                && (text.contains(".toml:") || text.contains(".part:")),
            "{text}"
        );
        let beside = path.with_extension("txt");
        if std::env::var_os("KORDON_BLESS").is_some() {
            std::fs::write(&beside, &text).unwrap();
        }
        let before = std::fs::read_to_string(&beside).unwrap_or_default();
        assert!(before == text, "{} is not what is said now:\n{text}", beside.display());
    }
}

#[test]
fn many_errors_are_said_at_once_in_the_order_of_the_file() {
    let errors = errors_of(Path::new("tests/bad/many.toml"));
    assert!(errors.errors() >= 7, "{errors}");
    let lines: Vec<usize> =
        errors.iter().filter_map(|item| errors.place(item.span?)).map(|place| place.line).collect();
    assert!(lines.is_sorted(), "{lines:?}");
}

#[test]
fn the_nearest_name_is_offered() {
    for (file, near) in [
        ("unknown_key", "did you mean `booths`?"),
        ("unknown_section", "did you mean `traffic`?"),
        ("unknown_word", "did you mean `empty`?"),
        ("unknown_pool", "did you mean `customs`?"),
        ("begin_nowhere", "did you mean `customs`?"),
        ("set_nowhere", "did you mean `booths`?"),
        ("unknown_source", "did you mean `R1`?"),
    ] {
        let errors = errors_of(Path::new(&format!("tests/bad/{file}.toml")));
        assert!(errors.render(false).contains(near), "{file}:\n{errors}");
    }
}

#[test]
fn without_colour_there_is_no_escape_and_with_colour_there_is() {
    let errors = errors_of(Path::new("tests/bad/unknown_key.toml"));
    assert!(!errors.render(false).contains('\u{1b}'));
    assert!(errors.render(true).contains('\u{1b}'));
}

#[test]
fn a_file_that_is_none_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let huge = vec![b'#'; 9 * 1024 * 1024];
    for (path, said) in [
        (folder.path().join("missing.toml"), "does not exist"),
        (folder.path().to_path_buf(), "is a folder"),
        (write("empty.toml", b""), "is empty"),
        (write("comment.toml", b"# nothing yet\n"), "is empty"),
        (write("binary.toml", b"kordon\0 = 1"), "is binary"),
        (write("latin1.toml", b"name = \"caf\xe9\""), "is not UTF-8"),
        (write("huge.toml", &huge), "9437184 bytes; at most 8388608"),
    ] {
        let errors = errors_of(&path);
        assert_eq!(errors.errors(), 1);
        assert!(errors.render(false).contains(said), "{errors}");
    }
}

#[test]
fn an_override_to_nowhere_is_an_error_like_any_other() {
    let set = |path: &str, value: &str| {
        let sets = [(path.to_owned(), value.to_owned())];
        match scenario::load(Path::new("tests/fixtures/yahodyn-draft.toml"), &sets) {
            Err(errors) => errors.render(false),
            Ok(_) => String::new(),
        }
    };
    assert_eq!(set("PL.entry.customs.booths", "3"), "");
    assert_eq!(set("run.length", "2 d"), "");
    assert_eq!(set("PL.entry.customs.service.mean", "21 min"), "");
    assert_eq!(set("PL.entry.customs.booths_max", "12"), "");
    let errors = set("PL.entry.customs.boths", "3");
    assert!(errors.contains("did you mean `booths`?") && errors.contains("--set"), "{errors}");
    let errors = set("PL.entry.custom.booths", "3");
    assert!(errors.contains("did you mean `customs`?"), "{errors}");
    let errors = set("run.lenght", "2 d");
    assert!(errors.contains("did you mean `length`?"), "{errors}");
    let errors = set("rum.length", "2 d");
    assert!(errors.contains("did you mean `run`?"), "{errors}");
    let errors = set("run.length", "2");
    assert!(errors.contains("which unit?"), "{errors}");
    assert!(set("run..length", "2 d").contains("not a path"));
    assert!(set("", "2 d").contains("not a path"));
}

#[test]
fn later_floors_add_errors_that_point_at_the_file() {
    let loaded = scenario::load(Path::new("scenarios/hello.toml"), &[]).unwrap();
    let mut errors = loaded.document.diagnostics();
    let span = loaded.document.span("UA.exit.customs.booths").unwrap();
    errors.push(span, "too few booths", "these", "add one");
    let text = errors.render(false);
    assert!(text.contains("scenarios/hello.toml:23:10") && text.contains("too few booths"), "{text}");
}

#[test]
fn warnings_stop_nobody() {
    let loaded = scenario::load(Path::new("tests/fixtures/laredo-draft.toml"), &[]).unwrap();
    assert!(loaded.warnings.render(false).contains("warning: no stage of MX serves `truck empty`"));
}
