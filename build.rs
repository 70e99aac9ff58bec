//! Puts the cases with exact answers into the program, so that `kordon validate` runs wherever it is installed.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("tests/oracles");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|e| e == "toml"));
    files.sort();
    let row = |file: &PathBuf| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        format!("    ({name:?}, include_str!({:?})),\n", file.display().to_string())
    };
    let rows: String = files.iter().map(row).collect();
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?).join("oracles.rs");
    fs::write(out, format!("&[\n{rows}]\n"))
}
