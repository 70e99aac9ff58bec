//! Whatever stands in a file, reading it answers or complains; it never panics, and never takes long.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its file has failed")]

use bolero::check;
use kordon::scenario::{load_str, schema};

fn seeds() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for folder in ["scenarios", "tests/bad"] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "toml" || extension == "part") {
                all.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    all.sort();
    all
}

fn read(text: &str) {
    if let Err(errors) = load_str("fuzz", text, &[]) {
        assert!(errors.errors() > 0);
        assert!(!errors.render(false).is_empty());
    }
}

#[test]
fn any_bytes() {
    check!().with_iterations(2_000).with_max_len(400).for_each(|bytes: &[u8]| {
        read(&String::from_utf8_lossy(bytes));
    });
}

/// Cuts, repeats, exchanges and spoils parts of files that are nearly right.
#[test]
fn mutated_files() {
    let seeds = seeds();
    let spoils = [
        "",
        "-1",
        "nan",
        "inf",
        "\"\"",
        "[]",
        "{}",
        "true",
        "9999999999999999999",
        "\"not\"",
        "\"é\"",
        "1979-05-27",
        "\"1e999 min\"",
        "\"4 min\"",
        "[[]]",
        "{ is = 1 }",
        "\n",
        "]",
        "\u{7f}",
    ];
    check!().with_iterations(3_000).with_type::<(u8, u16, u16, u8, u8)>().for_each(
        |(seed, a, b, how, spoil)| {
            let text = &seeds[usize::from(*seed) % seeds.len()];
            let chars: Vec<char> = text.chars().collect();
            let (a, b) = (usize::from(*a) % (chars.len() + 1), usize::from(*b) % (chars.len() + 1));
            let (from, to) = (a.min(b), a.max(b).min(a.min(b) + 40));
            let part = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
            let spoil = spoils[usize::from(*spoil) % spoils.len()];
            let mutated = match how % 3 {
                0 => format!("{}{spoil}{}", part(0..from), part(to..chars.len())),
                1 => format!("{}{}{}", part(0..to), part(from..to), part(to..chars.len())),
                _ => spoil_value(text, from, spoil),
            };
            read(&mutated);
        },
    );
}

/// Puts something else in the place of one value, so that the file mostly stays TOML.
fn spoil_value(text: &str, number: usize, spoil: &str) -> String {
    let values: Vec<(usize, &str)> = text.match_indices(" = ").collect();
    let Some((at, _)) = values.get(number % values.len().max(1)) else { return text.to_owned() };
    let rest = &text[at + 3..];
    let end = rest.find([',', '\n', '}', ']']).unwrap_or(rest.len());
    format!("{}{spoil}{}", &text[..at + 3], &rest[end..])
}

#[test]
fn any_override() {
    let hello = std::fs::read_to_string("scenarios/hello.toml").unwrap();
    check!().with_iterations(2_000).with_max_len(60).with_type::<(String, String)>().for_each(
        |(path, value)| {
            let _ = load_str("fuzz", &hello, &[(path.clone(), value.clone())]);
        },
    );
    for path in [
        "UA",
        "UA.exit",
        "UA.exit.stages",
        "UA.exit.customs.booths",
        "traffic.out",
        "run.start",
        "sides",
        "zone",
    ] {
        for value in ["", "3", "nan", "[]", "{}", "text", "[[1]]", "{a=1}", "2025-01-01", "\"", "not"] {
            let _ = load_str("fuzz", &hello, &[(path.to_owned(), value.to_owned())]);
        }
    }
}

#[test]
fn deep_and_wide_files_end() {
    read(&format!("a = {}", "[".repeat(100_000)));
    read(&format!("{} = 1", vec!["a"; 50_000].join(".")));
    read(&(0..50_000).map(|n| format!("key{n} = {n}\n")).collect::<String>());
    read(&format!("kordon = 1\nsides = [\"UA\", \"PL\"]\n[UA.exit]\n{}", "x".repeat(1_000_000)));
    let mixes: String =
        (0..40).map(|n| format!("mix.a{n} = {{ b{n} = \"50 %\", c{n} = \"50 %\" }}\n")).collect();
    let serves: Vec<String> = (0..40).map(|n| format!("\"b{n}\"")).collect();
    let hello = std::fs::read_to_string("scenarios/hello.toml").unwrap();
    let text = hello
        .replace("from = \"UA\"", &format!("from = \"UA\"\n{mixes}"))
        .replace("booths = 4", &format!("booths = 4\nserves = [{}]", serves.join(", ")));
    assert!(text.len() > hello.len());
    read(&text);
    assert!(schema().is_object());
}
