//! The command line. Its help fits a screen; what needs more words has them in `docs/`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::study::sweep::Shard;

/// Simulates a land border crossing and says what each wait was for.
#[derive(Debug, Parser)]
#[command(name = "kordon", version, about, max_term_width = 100, disable_help_subcommand = true)]
#[command(
    after_help = "Start with `kordon new`, or `kordon run scenarios/hello.toml`. No command opens a network connection.\nExit codes: 0 done, 1 run or audit or output not in order, 2 wrong input, 75 sweep not complete,\n130 stopped by Ctrl-C."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate a scenario and print what came out
    Run(Run),
    /// Validate a scenario and describe the crossing in words
    Check(Check),
    /// Simulate the same travellers under several scenarios
    Compare(Compare),
    /// Re-run with causes removed: who is waited for, and how sure that is
    Attribute(Attribute),
    /// Vary levers and uncertainties over many points; goes on where it was stopped
    Sweep(Sweep),
    /// Say how far a sweep is
    Status(Status),
    /// Put the shards of a sweep into one folder
    Merge(Merge),
    /// Tell one traveller's journey in words
    Why(Why),
    /// Draw the crossing at one moment as SVG
    Picture(Picture),
    /// Show the first event at which two runs differ
    Diff(Diff),
    /// Print everything that happens in one replication, in words
    Trace(Trace),
    /// Print the hash of one replication: the same hash, the same run
    Hash(Hash),
    /// Run the cases with exact answers and say which pass
    Validate(Validate),
    /// Write one run as a page that plays in any browser
    Replay(Replay),
    /// Print the JSON Schema of scenario files, or of study files
    Schema(Schema),
    /// Write a commented scenario to start from
    New(New),
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
    Csv,
}

/// The scenario and what is changed in it.
#[derive(Debug, ClapArgs)]
pub(super) struct Input {
    /// Scenario file
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) sets: Sets,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Sets {
    /// Put another value at a path, e.g. PL.entry.customs.booths=11 (again for more)
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = assignment)]
    pub(super) set: Vec<(String, String)>,
    /// Count travellers over another length, e.g. "2 d"
    #[arg(long, value_name = "DURATION")]
    pub(super) length: Option<String>,
}

impl Sets {
    /// All overrides.
    pub(super) fn all(&self) -> Vec<(String, String)> {
        let length = self.length.iter().map(|d| ("run.length".to_owned(), d.clone()));
        self.set.iter().cloned().chain(length).collect()
    }
}

/// How often, with which draws, on how many cores.
#[derive(Debug, ClapArgs)]
pub(super) struct Study {
    /// Seed of all draws [file: run.seed]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=i64::MAX as u64))]
    pub(super) seed: Option<u64>,
    /// Replications [file: run.replications]
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub(super) replications: Option<u64>,
    /// Threads [all cores]; they change no digit
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// No progress bar, no times
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// Which replication, where it is a single one.
#[derive(Debug, ClapArgs)]
pub(super) struct One {
    /// In which replication
    #[arg(long, value_name = "K", default_value_t = 0, hide_default_value = true)]
    pub(super) replication: u64,
    /// Seed of all draws [file: run.seed]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=i64::MAX as u64))]
    pub(super) seed: Option<u64>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) study: Study,
    /// Replications until the headline is so precise, e.g. 2%; -n is then the cap [10000]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(super) until_precision: Option<f64>,
    /// Draws of the inputs over their ranges; 0: none [as replications, 50 to 400]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=100_000))]
    pub(super) draws: Option<u64>,
    /// table (for people), json (fields in docs/output.md) or csv
    #[arg(long, value_enum, default_value = "table", hide_default_value = true, hide_possible_values = true)]
    pub(super) format: Format,
    /// Write the result to a file instead
    #[arg(long, short, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Event log of replication 0: case, activity, start, end, resource
    #[arg(long, value_name = "FILE")]
    pub(super) events: Option<PathBuf>,
    /// A row for every attribute too; in JSON, every replication's values
    #[arg(long)]
    pub(super) detail: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) input: Input,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Compare {
    /// Scenario files; the first is what the others are compared with
    #[arg(required = true, num_args = 2..)]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) sets: Sets,
    #[command(flatten)]
    pub(super) study: Study,
    /// table (for people), json (fields in docs/output.md) or csv
    #[arg(long, value_enum, default_value = "table", hide_default_value = true, hide_possible_values = true)]
    pub(super) format: Format,
    /// Write the result to a file instead
    #[arg(long, short, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Sweep {
    /// Study file
    pub(super) file: PathBuf,
    /// Folder of the sweep: made, or gone on with
    #[arg(long, short, value_name = "FOLDER")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) sets: Sets,
    /// Only part I of N, e.g. 2/8; `kordon merge` puts them together
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub(super) shard: Option<Shard>,
    /// Threads [all cores]; they change no digit
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// No progress, neither bar nor lines
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Status {
    /// Folder of the sweep
    pub(super) folder: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Merge {
    /// Folders of the shards
    #[arg(required = true)]
    pub(super) folders: Vec<PathBuf>,
    /// Folder of the whole: made, or gone on with
    #[arg(long, short, value_name = "FOLDER")]
    pub(super) out: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Schema {
    /// Of which files
    #[arg(value_enum, default_value = "scenario")]
    pub(super) of: Grammar,
}

/// What files may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Grammar {
    Scenario,
    Study,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Attribute {
    #[command(flatten)]
    pub(super) input: Input,
    /// Seed of all draws [file: run.seed]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=i64::MAX as u64))]
    pub(super) seed: Option<u64>,
    /// Replications, each in all worlds [20]
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(super) replications: Option<u64>,
    /// Draws of the inputs over their ranges, each in all worlds; 0: none [30]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=100_000))]
    pub(super) draws: Option<u64>,
    /// Divide both sides' own causes: kinds (posts; hours and hand-overs; outages) or agencies
    #[arg(long, value_enum, value_name = "HOW", hide_possible_values = true)]
    pub(super) split: Option<Split>,
    /// Threads [all cores]; they change no digit
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// No progress bar, no times
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// table (for people), md (Markdown) or json (fields in docs/output.md)
    #[arg(long, value_enum, default_value = "table", hide_default_value = true, hide_possible_values = true)]
    pub(super) format: Page,
    /// Write the result to a file instead
    #[arg(long, short, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Bands of every number at the agreed level too
    #[arg(long)]
    pub(super) detail: bool,
}

/// How the sides' own causes are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Split {
    Kinds,
    Agencies,
}

/// How a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Page {
    Table,
    Md,
    Json,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Why {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) whom: Whom,
    /// Only those of a cohort, e.g. "UA>PL truck" (with --longest or --median)
    #[arg(long, value_name = "COHORT")]
    pub(super) of: Option<String>,
    #[command(flatten)]
    pub(super) one: One,
}

#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
pub(super) struct Whom {
    /// By its number in the run
    #[arg(long, value_name = "N")]
    pub(super) traveller: Option<u32>,
    /// Whoever waited longest
    #[arg(long)]
    pub(super) longest: bool,
    /// Whoever waited as long as half of them
    #[arg(long)]
    pub(super) median: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Picture {
    #[command(flatten)]
    pub(super) input: Input,
    /// When: "90 min" since the start, "Fri 20:00", "2025-06-13 20:00" (clock of the first side)
    #[arg(long, value_name = "TIME")]
    pub(super) at: String,
    /// File to write ["-" prints it]
    #[arg(long, short, value_name = "FILE")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) one: One,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Diff {
    /// A scenario file, or what `kordon trace` wrote
    pub(super) a: PathBuf,
    /// Another, or the same file with --set
    pub(super) b: PathBuf,
    /// Put another value at a path of B, e.g. PL.entry.customs.booths=11 (again for more)
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    pub(super) set: Vec<(String, String)>,
    #[command(flatten)]
    pub(super) one: One,
    /// Events that are shown before and after [4]
    #[arg(long, value_name = "N", default_value_t = 4, hide_default_value = true)]
    pub(super) context: u16,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Trace {
    #[command(flatten)]
    pub(super) input: Input,
    /// Write it to a file instead
    #[arg(long, short, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) one: One,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Hash {
    /// Scenario files
    #[arg(required = true, num_args = 1..)]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) sets: Sets,
    #[command(flatten)]
    pub(super) one: One,
}

/// How the answers of the suite are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ValidateFormat {
    Table,
    Json,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Validate {
    /// Scenario files with [[expect]] of your own, instead of the cases that are part of the program
    pub(super) files: Vec<PathBuf>,
    /// Only cases that take a moment
    #[arg(long)]
    pub(super) quick: bool,
    /// Only cases whose names begin so, e.g. S16 or B4,D20
    #[arg(long, value_name = "PREFIX", value_delimiter = ',')]
    pub(super) only: Vec<String>,
    /// table (for people) or json (fields in docs/output.md)
    #[arg(long, value_enum, default_value = "table", hide_default_value = true, hide_possible_values = true)]
    pub(super) format: ValidateFormat,
    /// Also write the page docs/validation.md to this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["quick", "only", "files"])]
    pub(super) write: Option<PathBuf>,
    /// Threads [all cores]; they change no digit
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// No progress bar
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Replay {
    #[command(flatten)]
    pub(super) input: Input,
    /// File to write
    #[arg(long, short, value_name = "FILE.html")]
    pub(super) out: PathBuf,
    /// Show it from this time on [the start]: "2 d", "Fri 12:00", "2025-06-13 12:00" (clock of the first side)
    #[arg(long, value_name = "TIME")]
    pub(super) from: Option<String>,
    /// ... until this time [the end of the measured length]
    #[arg(long, value_name = "TIME")]
    pub(super) to: Option<String>,
    /// Which replication [the one in the middle, by the headline]
    #[arg(long, value_name = "K")]
    pub(super) replication: Option<u64>,
    /// Language of the page
    #[arg(long, value_enum, default_value = "en", hide_default_value = true)]
    pub(super) language: Tongue,
    #[command(flatten)]
    pub(super) study: Study,
}

/// Languages of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Tongue {
    /// English
    En,
    /// Ukrainian
    Uk,
}

#[derive(Debug, ClapArgs)]
pub(super) struct New {
    /// Name of the file [crossing.toml]; "-" prints it
    pub(super) name: Option<PathBuf>,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (path, value) = text.split_once('=').ok_or("write PATH=VALUE, e.g. PL.entry.customs.booths=11")?;
    let (path, value) = (path.trim(), value.trim());
    if path.is_empty() || value.is_empty() {
        return Err("write PATH=VALUE, e.g. PL.entry.customs.booths=11".to_owned());
    }
    Ok((path.to_owned(), value.to_owned()))
}

fn shard(text: &str) -> Result<Shard, String> {
    let help = "write I/N, e.g. 2/8: the second of eight parts";
    let (number, of) = text.split_once('/').ok_or(help)?;
    let whole = |text: &str| text.trim().parse::<u64>().map_err(|_| help.to_owned());
    let shard = Shard { number: whole(number)?, of: whole(of)? };
    let fits = (1..=1_000_000).contains(&shard.of) && (1..=shard.of).contains(&shard.number);
    if fits { Ok(shard) } else { Err(format!("parts go from 1/N to N/N; {help}")) }
}

fn share(text: &str) -> Result<f64, String> {
    let (digits, per) = text.trim().strip_suffix('%').map_or((text.trim(), 1.0), |rest| (rest.trim(), 100.0));
    let share = digits.parse::<f64>().map_err(|_| "write a share, e.g. 2%")? / per;
    if share > 0.0 && share < 1.0 { Ok(share) } else { Err("a share lies between 0 and 100 %".to_owned()) }
}
