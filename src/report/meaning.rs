//! What each number is, in a line: the text of dictionaries. The long form is `docs/output.md`.

/// What a measure of a class, stage, place or run is, with its statistic.
pub fn meaning(measure: &str, stat: &str) -> String {
    let what = match measure {
        "booking_to_exit" => "from the booking (from the arrival where nobody books) to the exit",
        "arrival_to_exit" => "from the arrival at the road or post to the exit",
        "first_stage_to_exit" => "from entering the first post to the exit",
        "queue_to_booth" => "from the end of the queue to the first booth",
        "wait" => "time that was not own need: of a class in all places, of a stage in its line",
        "between_posts" => "from release by the first side to admission by the second",
        "appeared" => "appeared in the measured window",
        "crossed" => "left across the border",
        "refused" => "were refused entry",
        "turned_away" => "were turned away",
        "balked" => "turned round at the sight of the queue",
        "gave_up" => "gave up waiting",
        "no_show" => "never came after the call",
        "still_inside" => "were still inside when the run ended",
        "displayed_wait" => "wait that the virtual queue displayed at booking",
        "displayed_wait_error" => "displayed less experienced wait",
        "undisturbed" => "stay on the undisturbed clock of the ledger",
        "number" => "travellers there",
        "waited" => "visits that waited at all",
        "queue" => "number in line",
        "utilisation" => "time in service over time open; of officers, at work over on duty",
        "held" => "booth-time done but held from ahead, over booth-time open",
        "service" => "own need per service",
        "served" => "services of the counted",
        "throughput" => "services per hour of the run",
        "open" => "booths open",
        "officer_hours" => "officer-hours on duty in the window",
        "refusals" => "refusals of entry",
        "deadlock" => "when the first knot was found, since the start",
        "deadlocks" => "knots found",
        "end" => "clock at the end of the run",
        "events" => "events of the run",
        "visits" => "stage visits of the run",
        _ => return of_ledger(measure),
    };
    let stat = match stat {
        "" => return what.to_owned(),
        "n" => "number of them",
        "mean" => "mean",
        "absolute_mean" => "mean of its size",
        "p50" => "half of them have less",
        "p90" => "90 % have less",
        "p95" => "95 % have less",
        "max" => "the greatest",
        "share" => "share, 0 to 1",
        other => other,
    };
    format!("{what}: {stat}")
}

/// `traced_to PL customs capacity`.
fn of_ledger(measure: &str) -> String {
    match measure.strip_prefix("traced_to ").and_then(|rest| rest.rsplit_once(' ')) {
        Some((owner, kind)) => {
            format!("time of all who were counted, traced to {owner}: {}", kind.replace('_', " "))
        }
        None => measure.replace('_', " "),
    }
}
