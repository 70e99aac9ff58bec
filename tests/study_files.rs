//! Study files: what is wrong is said all at once, with line, underlined words and what to do; the schema is the one in
//! `assets/`.
//!
//! `KORDON_BLESS=1 cargo test --test study_files` writes the texts beside `tests/bad/studies/*.toml` and the schema anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its file has failed")]

use std::path::{Path, PathBuf};

use kordon::scenario::study_schema;
use kordon::study::sweep::Sweep;

const SCHEMA: &str = "assets/study.schema.json";

fn studies(folder: &str) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    all.sort();
    all
}

fn blessed(file: &Path, now: &str) -> bool {
    if std::env::var_os("KORDON_BLESS").is_some() {
        std::fs::write(file, now).unwrap();
    }
    std::fs::read_to_string(file).unwrap_or_default() == now
}

#[test]
fn each_bad_study_says_what_is_wrong_where_and_what_to_do() {
    let all = studies("tests/bad/studies");
    assert!(all.len() >= 20, "{}", all.len());
    for path in all {
        let Err(errors) = Sweep::load(&path, &[], None) else {
            panic!("{} is meant to be wrong", path.display())
        };
        for item in errors.iter() {
            let place = item.span.and_then(|span| errors.place(span));
            assert!(place.is_some(), "{}: no place: {item:?}", path.display());
            assert!(!item.help.is_empty(), "{}: no help: {item:?}", path.display());
        }
        let text = format!("{}\n", errors.render(false));
        assert!(text.contains("help:") && text.contains('^') && text.contains(".toml:"), "{text}");
        let beside = path.with_extension("txt");
        assert!(blessed(&beside, &text), "{} is not what is said now:\n{text}", beside.display());
    }
}

#[test]
fn the_nearest_name_is_offered() {
    for (file, near) in [
        ("unknown_key", "did you mean `values`?"),
        ("unknown_path", "did you mean `booths`?"),
        ("unknown_design", "did you mean \"full factorial\"?"),
        ("unknown_kpi", "did you mean `UA>PL truck wait mean`?"),
        ("many", "did you mean `lever`?"),
    ] {
        let errors =
            Sweep::load(Path::new(&format!("tests/bad/studies/{file}.toml")), &[], None).unwrap_err();
        assert!(errors.render(false).contains(near), "{file}:\n{errors}");
    }
}

#[test]
fn the_schema_is_what_the_types_say_and_every_key_is_explained() {
    let schema = study_schema();
    let now = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    assert!(
        blessed(Path::new(SCHEMA), &now),
        "{SCHEMA} is not what the types say; write it anew with KORDON_BLESS=1"
    );
    for (name, section) in schema["definitions"].as_object().unwrap() {
        let object = if section["anyOf"].is_array() { &section["anyOf"][0] } else { section };
        for (key, value) in object["properties"].as_object().into_iter().flatten() {
            let words = value["description"].as_str().unwrap_or_default();
            assert!(words.len() > 5 || name.starts_with("a_"), "{name}.{key} is not explained: {value}");
        }
    }
}

#[test]
fn every_ready_study_fits_the_schema_and_is_read() {
    let validator = jsonschema::draft7::new(&study_schema()).unwrap();
    let all = studies("studies");
    assert!(!all.is_empty());
    for path in all {
        let table: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let value = serde_json::to_value(&table).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {}", path.display(), errors.join("\n"));
        if let Err(errors) = Sweep::load(&path, &[], None) {
            panic!("{errors}");
        }
    }
}
