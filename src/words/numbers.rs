//! Numbers as people read them. Rounding happens here and nowhere before.

/// A count with its thousands apart: 12,345.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun: 1 case, 2 cases.
pub fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{} {noun}s", count(n)) }
}

/// A count to its first two digits, because more would be pretended.
pub fn about(n: u64) -> u64 {
    let mut step: u64 = 1;
    while n / step >= 100 {
        step *= 10;
    }
    (n.saturating_add(step / 2)) / step * step
}

/// A chance in whole percent; what is not quite impossible or certain does not look it.
pub fn chance(p: f64) -> String {
    let percent = 100.0 * p;
    if percent < 1.0 {
        "under 1%".to_owned()
    } else if percent > 99.0 {
        "over 99%".to_owned()
    } else {
        format!("{percent:.0}%")
    }
}

/// A number with as many decimals as it takes, from two to six, to tell it from limits that it is not equal to.
pub fn apart(value: f64, limits: &[Option<f64>]) -> String {
    for decimals in 2..6 {
        let shown = format!("{value:.decimals$}");
        let clash = limits.iter().flatten().any(|limit| *limit != value && same(&shown, *limit));
        if !clash {
            return without_minus_zero(shown);
        }
    }
    without_minus_zero(format!("{value:.6}"))
}

/// A number in the unit of an outcome: `12.40 EUR`, `4 min 05 s`; told apart from limits.
pub fn in_unit(unit: Option<&str>, value: f64, limits: &[Option<f64>]) -> String {
    match unit {
        None => apart(value, limits),
        Some("s") => duration(value, limits),
        Some(unit) => format!("{} {unit}", apart(value, limits)),
    }
}

/// A round number in the unit of an outcome, as at an axis or of a limit: `10 min` and not `10 min 00 s`.
pub fn round_in_unit(unit: Option<&str>, value: f64) -> String {
    let whole = |of: f64| value >= IN_SECONDS && value % of == 0.0;
    match unit {
        Some("s") if whole(3600.0) => format!("{} h", value / 3600.0),
        Some("s") if whole(60.0) => format!("{} min", value / 60.0),
        Some("s") => format!("{} s", short_decimal(value)),
        Some(unit) => format!("{} {unit}", short_decimal(value)),
        None => short_decimal(value),
    }
}

/// Under two minutes, in seconds.
const IN_SECONDS: f64 = 120.0;
/// Under two hours, in minutes and seconds; then in hours and minutes.
const IN_MINUTES: f64 = 7200.0;

/// Seconds as people say them: `8.4 s`, `88 s`, `4 min 05 s`, `2 h 10 min`; finer where a limit would look the same.
fn duration(seconds: f64, limits: &[Option<f64>]) -> String {
    let shown = duration_shown(seconds, None);
    let clash = |shown: &str, decimals| {
        let looks = |limit: &f64| *limit != seconds && duration_shown(*limit, decimals) == shown;
        limits.iter().flatten().any(looks)
    };
    if !clash(&shown, None) {
        return shown;
    }
    let finer = (0..6).map(|decimals| (decimals, duration_shown(seconds, Some(decimals))));
    let found = finer.into_iter().find(|(decimals, shown)| !clash(shown, Some(*decimals)));
    found.map_or(shown, |(_, shown)| shown)
}

/// With so many decimals of a second; none: as few as it takes.
fn duration_shown(seconds: f64, decimals: Option<usize>) -> String {
    let size = seconds.abs();
    let sign = if seconds < 0.0 { "-" } else { "" };
    // What rounds up to the next step is told in it.
    let whole = size.round();
    let text = if whole < IN_SECONDS {
        let few = usize::from((size * 10.0).round() < 100.0);
        format!("{size:.0$} s", decimals.unwrap_or(few))
    } else if whole < IN_MINUTES || decimals.is_some() {
        let decimals = decimals.unwrap_or(0);
        let unit = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
        let size = (size * unit).round() / unit;
        let (hours, rest) = ((size / 3600.0).floor(), size % 3600.0);
        let width = if decimals > 0 { decimals + 3 } else { 2 };
        let (minutes, rest) = ((rest / 60.0).floor(), rest % 60.0);
        if whole < IN_MINUTES {
            format!("{:.0} min {rest:0width$.decimals$} s", hours * 60.0 + minutes)
        } else {
            format!("{hours:.0} h {minutes:02.0} min {rest:0width$.decimals$} s")
        }
    } else {
        let minutes = (size / 60.0).round();
        format!("{:.0} h {:02.0} min", (minutes / 60.0).floor(), minutes % 60.0)
    };
    without_minus_zero(format!("{sign}{text}"))
}

/// A number as it is read in a sentence: `88 seconds`, `12.0 percentage points`.
pub fn spelled(shown: &str) -> String {
    match (shown.strip_suffix(" pp"), shown.strip_suffix(" s")) {
        (Some(points), _) => format!("{points} percentage points"),
        (_, Some("1")) => "1 second".to_owned(),
        (_, Some(seconds)) if !seconds.contains(' ') => format!("{seconds} seconds"),
        _ => shown.to_owned(),
    }
}

fn same(shown: &str, limit: f64) -> bool {
    shown.parse::<f64>().is_ok_and(|number| (number - limit).abs() < 1e-12)
}

fn without_minus_zero(shown: String) -> String {
    match shown.strip_prefix('-') {
        Some(rest) if !rest.chars().any(|c| ('1'..='9').contains(&c)) => rest.to_owned(),
        _ => shown,
    }
}

/// A share in percent, with one decimal.
pub fn percent(share: f64) -> String {
    format!("{}%", without_minus_zero(format!("{:.1}", 100.0 * share)))
}

/// A difference of shares in percentage points, told apart from limits.
pub fn points(difference: f64, limits: &[Option<f64>]) -> String {
    let scaled: Vec<Option<f64>> = limits.iter().map(|limit| limit.map(|l| 100.0 * l)).collect();
    for decimals in 1..5 {
        let shown = format!("{:.decimals$}", 100.0 * difference);
        let clash =
            scaled.iter().flatten().any(|limit| (100.0 * difference - limit).abs() > 1e-12 && same(&shown, *limit));
        if !clash {
            return without_minus_zero(shown);
        }
    }
    without_minus_zero(format!("{:.5}", 100.0 * difference))
}

/// Percentage points with their sign; what is rounded to nothing has none.
pub fn signed_points(difference: f64) -> String {
    with_sign(difference, format!("{} pp", points(difference, &[])))
}

/// A number as it is shown, with a plus before it where it is above 0 and does not look like 0.
pub fn with_sign(value: f64, shown: String) -> String {
    if value > 0.0 && shown.chars().any(|c| ('1'..='9').contains(&c)) { format!("+{shown}") } else { shown }
}

/// A p-value as it is usual: 0.034, or below 0.001.
pub fn p_value(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

/// A level as percent: 95%.
pub fn level(level: f64) -> String {
    let shown = format!("{:.4}", 100.0 * level);
    format!("{}%", shown.trim_end_matches('0').trim_end_matches('.'))
}

/// A number without zeros at its end: 10, 2.5.
pub fn short_decimal(value: f64) -> String {
    let shown = format!("{value:.4}");
    without_minus_zero(shown.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// A limit as written in the policy, with its decimal beside a fraction: `4/5 (0.8)`.
pub fn limit(text: &str, value: f64) -> String {
    if text.contains('/') { format!("{} ({text})", short_decimal(value)) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_beside_a_limit_is_not_printed_as_the_limit() {
        assert_eq!(apart(0.7996, &[Some(0.8)]), "0.7996");
        assert_eq!(apart(0.8, &[Some(0.8)]), "0.80");
        assert_eq!(apart(0.612, &[Some(0.8), None]), "0.61");
        assert_eq!(points(0.0999, &[Some(0.1)]), "9.99");
        assert_eq!(points(-0.0, &[]), "0.0");
    }

    #[test]
    fn durations_are_told_as_people_say_them() {
        let told = |seconds| in_unit(Some("s"), seconds, &[]);
        assert_eq!([0.0, 8.44, 9.97, 88.2, 119.4].map(told), ["0.0 s", "8.4 s", "10 s", "88 s", "119 s"]);
        assert_eq!([119.6, 245.0, 3599.7].map(told), ["2 min 00 s", "4 min 05 s", "60 min 00 s"]);
        assert_eq!([7199.6, 7800.0, -90_000.0].map(told), ["2 h 00 min", "2 h 10 min", "-25 h 00 min"]);
        let beside = |seconds, limit| in_unit(Some("s"), seconds, &[Some(limit)]);
        assert_eq!(beside(29.6, 30.0), "29.6 s");
        assert_eq!(beside(299.6, 300.0), "4 min 59.6 s");
        assert_eq!(beside(7801.0, 7800.0), "2 h 10 min 01 s");
        assert_eq!(beside(300.0, 300.0), "5 min 00 s");
        assert_eq!(in_unit(Some("EUR"), 12.4, &[]), "12.40 EUR");
        assert_eq!(in_unit(None, 3.512, &[]), "3.51");
        let round = |value| round_in_unit(Some("s"), value);
        assert_eq!([2.5, 60.0, 90.0, 600.0, 3600.0].map(round), ["2.5 s", "60 s", "90 s", "10 min", "1 h"]);
        assert_eq!(round_in_unit(Some("EUR"), 12.5), "12.5 EUR");
        assert_eq!(
            ["88 s", "4 min 05 s", "12.0 pp"].map(spelled),
            ["88 seconds", "4 min 05 s", "12.0 percentage points"]
        );
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(999), "999");
        assert_eq!(counted(1, "case"), "1 case");
        assert_eq!([0, 7, 99, 100, 847, 1_250, 994_999].map(about), [0, 7, 99, 100, 850, 1_300, 990_000]);
        assert_eq!([0.0, 0.012, 0.364, 1.0].map(chance), ["under 1%", "1%", "36%", "over 99%"]);
        assert_eq!(percent(0.12345), "12.3%");
        assert_eq!(limit("4/5", 0.8), "0.8 (4/5)");
        assert_eq!(level(0.975), "97.5%");
    }
}
