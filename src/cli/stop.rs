//! Ctrl-C, and how far it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;
use crate::report::words::{count, duration};

/// Raised by the first Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

/// The first Ctrl-C lets what was begun come to its end; the second ends the program at once.
pub(super) fn flag() -> &'static AtomicBool {
    let set = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    if let Err(error) = set {
        output::say(&format!("warning: Ctrl-C will end the program at once ({error})"));
    }
    &STOP
}

/// How far something long is: a bar for who is watching, a line every ten seconds for a log, nothing if quiet.
pub(super) struct Progress {
    bar: ProgressBar,
    lines: Option<Mutex<Lines>>,
    what: &'static str,
}

struct Lines {
    from: u64,
    began: Instant,
    said: Instant,
}

/// Seconds between lines of a log.
const EVERY: Duration = Duration::from_secs(10);

impl Progress {
    /// `from` of them are done already.
    pub(super) fn new(quiet: bool, what: &'static str, from: u64) -> Self {
        let bar = bar(quiet, what, from);
        bar.set_position(from);
        bar.reset_eta();
        let now = Instant::now();
        let lines = (!quiet && !output::watched()).then(|| Mutex::new(Lines { from, began: now, said: now }));
        Self { bar, lines, what }
    }

    /// So many are done, of so many that are known of.
    pub(super) fn at(&self, done: u64, of: u64) {
        self.bar.set_length(of);
        self.bar.set_position(done);
        let Some(lines) = &self.lines else { return };
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.said.elapsed() >= EVERY {
            lines.said = Instant::now();
            let here = done.saturating_sub(lines.from).max(1) as f64;
            let left = lines.began.elapsed().as_secs_f64() * of.saturating_sub(done) as f64 / here;
            let (done, of, what) = (count(done), count(of), self.what);
            output::say(&format!("{done} of {of} {what}, {} to go", duration(left)));
        }
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A bar on standard error, if somebody is watching.
pub(super) fn bar(quiet: bool, what: &'static str, length: u64) -> ProgressBar {
    if quiet || !output::watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(8));
    let style = ProgressStyle::with_template("{msg} {bar:40} {human_pos} of {human_len}, {eta} to go");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}
