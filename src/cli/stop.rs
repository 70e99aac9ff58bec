//! Ctrl-C, and how far it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;

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
