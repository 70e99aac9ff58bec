//! The JSON Schema is the one in `assets/`, and it accepts what the reader accepts.
//!
//! `KORDON_BLESS=1 cargo test --test scenario_schema` writes the file anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its file has failed")]

use std::path::{Path, PathBuf};

use kordon::scenario;
use serde_json::Value;

const SCHEMA: &str = "assets/scenario.schema.json";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Hashes of the ready scenarios, the one file here that describes no crossing.
const HASHES: &str = "golden.toml";

/// Every scenario of the repository that is meant to be read.
fn scenarios() -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut folders = vec![root().join("scenarios"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "bad" && name != "parts") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") && !path.ends_with(HASHES)
            {
                all.push(path);
            }
        }
    }
    all.sort();
    all
}

#[test]
fn the_file_is_what_the_types_say() {
    let mut now = serde_json::to_string_pretty(&scenario::schema()).unwrap();
    now.push('\n');
    let file = root().join(SCHEMA);
    if std::env::var_os("KORDON_BLESS").is_some() {
        std::fs::write(&file, &now).unwrap();
    }
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(before == now, "{SCHEMA} is not what the types say; write it anew with KORDON_BLESS=1");
}

#[test]
fn every_scenario_fits_the_schema_and_is_read() {
    let validator = jsonschema::draft7::new(&scenario::schema()).unwrap();
    let all = scenarios();
    assert!(all.len() >= 6, "where are the scenarios? {all:?}");
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let table: toml::Table = text.parse().unwrap();
        let value = serde_json::to_value(&table).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {}", path.display(), errors.join("\n"));
        if let Err(errors) = scenario::load(&path, &[]) {
            panic!("{errors}");
        }
    }
}

#[test]
fn what_may_be_set_while_running_is_marked() {
    let schema = scenario::schema();
    let live = |section: &str, key: &str| {
        let section = &schema["definitions"][section];
        let object = if section["anyOf"].is_array() { &section["anyOf"][0] } else { section };
        let value = &object["properties"][key];
        assert!(value.is_object(), "{section} has no {key}");
        value["x-live"] == Value::Bool(true)
    };
    assert!(live("Stage", "booths"));
    assert!(live("Lane", "booths"));
    assert!(live("Officers", "count"));
    assert!(live("Post", "room"));
    assert!(live("Strip", "each_way"));
    assert!(!live("Stage", "agency"));
}

#[test]
fn every_key_is_explained() {
    let schema = scenario::schema();
    for (name, section) in schema["definitions"].as_object().unwrap() {
        let object = if section["anyOf"].is_array() { &section["anyOf"][0] } else { section };
        // A quantity is explained as a whole.
        let keys = object["properties"].as_object().cloned().unwrap_or_default();
        assert!(!keys.is_empty() || section["description"].is_string(), "{name} is not explained");
        for (key, value) in &keys {
            let words = value["description"].as_str().unwrap_or_default();
            assert!(words.len() > 5, "{name}.{key} is not explained: {value}");
        }
    }
}
