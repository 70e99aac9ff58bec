//! Durations, numbers, shares and intervals as people say them.

use crate::study::Unit;

/// What stands where there is no number.
pub const NOTHING: &str = "–";

/// A duration: `0.4 s`, `45 s`, `4 min 10 s`, `25 min`, `2 h 10 min`, `3 d 4 h`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return NOTHING.to_owned();
    }
    if seconds < 0.0 {
        return format!("−{}", duration(-seconds));
    }
    let whole = seconds.round() as u64;
    match whole {
        _ if seconds == 0.0 => "0 s".to_owned(),
        _ if seconds < 9.95 => format!("{seconds:.1} s"),
        0..60 => format!("{whole} s"),
        60..600 => two(whole, 60, "min", 1, "s"),
        _ if seconds < 3_570.0 => format!("{} min", (seconds / 60.0).round()),
        _ if whole.is_multiple_of(86_400) => format!("{} d", whole / 86_400),
        _ if seconds < 172_800.0 => two((seconds / 60.0).round() as u64, 60, "h", 1, "min"),
        _ => two((seconds / 3600.0).round() as u64, 24, "d", 1, "h"),
    }
}

fn two(amount: u64, per: u64, large: &str, _step: u64, small: &str) -> String {
    match (amount / per, amount % per) {
        (big, 0) => format!("{big} {large}"),
        (big, rest) => format!("{big} {large} {rest} {small}"),
    }
}

/// A number with at most three digits that mean something: `0.0312`, `4.44`, `29,900`.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    // A sum of nothing is −0.
    let value = if value == 0.0 { 0.0 } else { value };
    let size = value.abs();
    let decimals = match size {
        _ if (size - size.round()).abs() < 1e-9 => 0,
        _ if size >= 99.95 => 0,
        _ if size >= 9.995 => 1,
        _ if size >= 0.9995 => 2,
        _ => 3,
    };
    grouped(&format!("{value:.decimals$}"))
}

/// A whole number with its thousands apart.
pub fn count(value: impl std::fmt::Display) -> String {
    grouped(&value.to_string())
}

fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("−", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut text = String::from(sign);
    for (k, digit) in whole.chars().enumerate() {
        if k > 0 && (whole.len() - k).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A share in whole per cents; `under 1 %` is not nothing.
pub fn percent(share: f64) -> String {
    match share {
        _ if !share.is_finite() => NOTHING.to_owned(),
        _ if share > 0.0 && share < 0.005 => "under 1 %".to_owned(),
        _ => format!("{} %", (share * 100.0).round()),
    }
}

/// Shares in whole per cents that still sum to 100 (largest remainders).
pub fn percents(parts: &[f64]) -> Vec<u32> {
    let sum: f64 = parts.iter().sum();
    if sum.is_nan() || sum <= 0.0 {
        return vec![0; parts.len()];
    }
    let exact: Vec<f64> = parts.iter().map(|p| p / sum * 100.0).collect();
    let mut whole: Vec<u32> = exact.iter().map(|p| p.floor() as u32).collect();
    let short = 100_u32.saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()).then(a.cmp(&b)));
    for &k in order.iter().take(short as usize) {
        whole[k] += 1;
    }
    whole
}

/// A value in its unit.
pub fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Seconds => duration(value),
        Unit::Share => percent(value),
        Unit::Count => number(value),
        Unit::PerHour => format!("{} an hour", number(value)),
        Unit::Hours => format!("{} h", number(value)),
    }
}

/// `low to high`.
pub fn interval(low: f64, high: f64, unit: Unit) -> String {
    let (low, high) = (value(low, unit), value(high, unit));
    if low == high { low } else { format!("{low} to {high}") }
}

/// Hours out of seconds, grouped: `29,900 h`.
pub fn hours(seconds: f64) -> String {
    let hours = seconds / 3600.0;
    if hours > 0.0 && hours < 0.05 { "under 0.1 h".to_owned() } else { format!("{} h", number(hours)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [
            (0.0, "0 s"),
            (0.44, "0.4 s"),
            (45.2, "45 s"),
            (59.6, "1 min"),
            (250.0, "4 min 10 s"),
            (600.0, "10 min"),
            (3_599.0, "1 h"),
            (7_800.0, "2 h 10 min"),
            (176_400.0, "2 d 1 h"),
            (-90.0, "−1 min 30 s"),
            (f64::NAN, "–"),
        ];
        for (seconds, is) in cases {
            assert_eq!(duration(seconds), is);
        }
    }

    #[test]
    fn numbers_and_shares() {
        assert_eq!(number(29_900.4), "29,900");
        assert_eq!(number(0.668_73), "0.669");
        assert_eq!(number(4.0), "4");
        assert_eq!(number(-1234.0), "−1,234");
        assert_eq!(percent(0.001), "under 1 %");
        assert_eq!(percents(&[1.0, 1.0, 1.0]), [34, 33, 33]);
    }
}
