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

fn same(shown: &str, limit: f64) -> bool {
    shown.parse::<f64>().is_ok_and(|number| (number - limit).abs() < 1e-12)
}

fn without_minus_zero(shown: String) -> String {
    match shown.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_owned(),
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
