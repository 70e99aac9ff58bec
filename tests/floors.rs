//! The floors of the house: imports go down only, and the lower floors know nothing of files, clocks or threads.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the sources fails")]

use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom. `main.rs` and `lib.rs` see all of them.
const FLOORS: [&str; 9] =
    ["kernel", "scenario", "crossing", "trace", "scene", "study", "report", "viewer", "cli"];
/// Floors that also build where there are no files, threads or wall clocks.
const PURE: [&str; 4] = ["kernel", "crossing", "trace", "scene"];
/// What those do not use.
const OUTSIDE: [&str; 5] = ["time", "fs", "thread", "env", "net"];

struct Source {
    path: PathBuf,
    floor: usize,
    /// The text without comments and strings.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![];
    collect(&root, &mut files);
    let source = |path: PathBuf| {
        let inside = path.strip_prefix(&root).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let name = first.trim_end_matches(".rs").to_owned();
        let floor = FLOORS.iter().position(|f| *f == name);
        assert!(
            floor.is_some() || name == "lib" || name == "main",
            "{name} is no floor of the house: {inside:?}"
        );
        let code = code_of(&fs::read_to_string(&path).unwrap());
        floor.map(|floor| Source { path: inside.to_owned(), floor, code })
    };
    files.into_iter().filter_map(source).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
}

/// The text without line comments, block comments, strings, and the module of tests at its end.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
    let mut code = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if c == '"' {
            string_end(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with("'\\\"'") {
            4
        } else {
            code.push(c);
            c.len_utf8()
        };
        rest = &rest[skipped..];
    }
    code
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (k, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return k + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The first names after every `prefix::`, those in braces included: `crate::{a, b::c}` gives a and b.
fn names_after(code: &str, prefix: &str) -> Vec<String> {
    let mut names = vec![];
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = code[at + prefix.len()..].trim_start();
        match rest.strip_prefix('{') {
            Some(list) => names.extend(list_of(list)),
            None => names.push(word(rest)),
        }
    }
    names
}

fn list_of(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut fresh) = (0, vec![], true);
    for (k, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && (c.is_alphanumeric() || c == '_') => {
                names.push(word(&list[k..]));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn imports_go_down_only() {
    let mut wrong = vec![];
    for source in sources() {
        for name in names_after(&source.code, "crate::") {
            let other = FLOORS.iter().position(|f| *f == name);
            if other.is_some_and(|other| other > source.floor) {
                wrong.push(format!("{}: crate::{name}", source.path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "an import goes up");
}

#[test]
fn the_lower_floors_know_no_files_clocks_or_threads() {
    let mut wrong = vec![];
    for source in sources().iter().filter(|s| PURE.contains(&FLOORS[s.floor])) {
        for name in names_after(&source.code, "std::") {
            if OUTSIDE.contains(&name.as_str()) {
                wrong.push(format!("{}: std::{name}", source.path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "a pure floor looks outside");
}

#[test]
fn scenarios_open_files_in_one_place() {
    let scenario = sources().into_iter().filter(|s| FLOORS[s.floor] == "scenario");
    let opens = scenario.filter(|s| names_after(&s.code, "std::").iter().any(|name| name == "fs"));
    let others: Vec<_> = opens.map(|s| s.path).filter(|path| !path.ends_with("source.rs")).collect();
    assert_eq!(others, Vec::<PathBuf>::new(), "only scenario/source.rs reads files");
}

#[test]
fn only_the_viewer_knows_bevy() {
    let others = sources().into_iter().filter(|s| FLOORS[s.floor] != "viewer");
    let wrong: Vec<_> = others.filter(|s| s.code.contains("bevy")).map(|s| s.path).collect();
    assert_eq!(wrong, Vec::<PathBuf>::new(), "bevy outside the viewer");
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    if let Some(at) = lib.find("pub mod viewer") {
        assert!(
            lib[..at].trim_end().ends_with("#[cfg(feature = \"viewer\")]"),
            "the viewer hides behind its feature"
        );
    }
}

#[test]
fn this_test_sees_what_it_looks_for() {
    let code = code_of(
        "use crate::{trace::Trace, kernel::time::{Tick, DAY}, scene};\n// use crate::cli\nlet s = \"crate::cli\"; use std::fs;\n\
         #[cfg(test)]\nmod tests { use crate::cli; }",
    );
    assert_eq!(names_after(&code, "crate::"), ["trace", "kernel", "scene"]);
    assert_eq!(names_after(&code, "std::"), ["fs"]);
    let floors: std::collections::BTreeSet<_> = sources().iter().map(|s| s.floor).collect();
    assert!(floors.len() >= 5, "{floors:?}");
}
