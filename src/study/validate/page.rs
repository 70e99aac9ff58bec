//! Rows of the list of known answers: which row a case belongs to, and which rows no crossing can express.

/// Rows that are left out, with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("S39", "a machine shop with spares and repair: no border holds stock"),
    (
        "T11",
        "inventory policies compared with common random numbers: no border holds stock (pairing is tested on policies of a crossing instead)",
    ),
    ("D4", "whose patience ends goes to another place to be served there: at a border one leaves"),
    ("D7, drawn anew", "the second draw is another by chance; D6 with `resample` shows the mechanism"),
    ("D12", "two levels of staffing that interrupt each other: the row does not give its inputs"),
    (
        "D13",
        "the row does not give its inputs (what it is about, work under way when a shift ends, is in D20)",
    ),
    (
        "D17, first of its two orders",
        "of those who may be interrupted the one who began last makes way; first come is another rule",
    ),
    ("D18", "a service that takes two booths at once: no border has one"),
    ("D19", "a strict limit of the queue for interrupted work: the row does not give its inputs"),
];

/// The row of the list that a case belongs to: `S16-mg1-erlang-2` to `S16`, `S01-mm1` to `S1`, `B4a-…` to `B4`.
pub fn row_of(case: &str) -> String {
    let letters: String = case.chars().take_while(char::is_ascii_alphabetic).collect();
    let digits: String = case.chars().skip(letters.len()).take_while(char::is_ascii_digit).collect();
    format!("{letters}{}", digits.trim_start_matches('0'))
}

/// Is a case from the public literature or another simulator's tests, and not of this repository?
pub fn is_published(case: &str) -> bool {
    case.starts_with(['S', 'B', 'T', 'D'])
}

#[cfg(test)]
mod tests {
    use super::row_of;

    #[test]
    fn rows_of_cases() {
        let of = ["S16-mg1-erlang-2", "S01-mm1", "B4a-two-sided-border", "T1-first-10"].map(row_of);
        assert_eq!(of, ["S16", "S1", "B4", "T1"]);
    }
}
