//! How much the group tells about the outcome, and how far two groups' outcomes are apart.

use super::{Table, Unvaried};
use crate::inference::saddle::deviance;

/// What knowing the group tells about the outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Information {
    /// Mutual information in nats: `sum p(g,o) ln(p(g,o) / (p(g) p(o)))`, which is the likelihood statistic over 2N.
    pub mutual: f64,
    /// Mutual information as a share of the entropy of the outcome: 0 to 1 (Theil 1970).
    pub theil_u: f64,
}

/// How much the group tells about the outcome, from a table of groups (rows) by outcomes (columns).
///
/// # Errors
/// [`Unvaried`] when there is one group or one outcome only.
pub fn information<R: AsRef<[u64]>>(rows: &[R]) -> Result<Information, Unvaried> {
    let table = Table::new(rows)?;
    let n = table.all as f64;
    let expected = |group: u128, outcome: u128| group as f64 * (outcome as f64 / n);
    let sum: f64 = table.cells().map(|(o, group, outcome)| deviance(o as f64, expected(group, outcome))).sum();
    let entropy: f64 = table.outcomes.iter().map(|&(_, count)| count as f64 / n).map(|p| -p * libm::log(p)).sum();
    let mutual = sum.max(0.0) / n;
    Ok(Information { mutual, theil_u: (mutual / entropy).min(1.0) })
}

/// The largest gap between two groups' probabilities of any set of outcomes: `sum |p - q| / 2`, between 0 and 1.
///
/// Differences are exact before they are rounded. Missing columns count 0; none when a group is empty.
pub fn total_variation(first: &[u64], second: &[u64]) -> Option<f64> {
    let (n, m) = (sum(first), sum(second));
    if n == 0 || m == 0 {
        return None;
    }
    let far = |(a, b): (u64, u64)| match (u128::from(a).checked_mul(m), u128::from(b).checked_mul(n)) {
        (Some(x), Some(y)) => x.abs_diff(y) as f64,
        _ => (a as f64 * m as f64 - b as f64 * n as f64).abs(),
    };
    let total: f64 = columns(first, second).map(far).sum();
    Some((0.5 * total / (n as f64 * m as f64)).min(1.0))
}

/// The Jensen-Shannon divergence of two groups' outcomes in nats: 0 when they agree, ln 2 when they share none.
///
/// `sum p ln(p / m) / 2 + sum q ln(q / m) / 2` with m the mean of both shares. None when a group is empty. Source: Lin
/// 1991.
pub fn jensen_shannon(first: &[u64], second: &[u64]) -> Option<f64> {
    let (n, m) = (sum(first), sum(second));
    if n == 0 || m == 0 {
        return None;
    }
    let part = |(a, b): (u64, u64)| {
        let (p, q) = (a as f64 / n as f64, b as f64 / m as f64);
        let mean = 0.5 * (p + q);
        deviance(p, mean) + deviance(q, mean)
    };
    Some(0.5 * columns(first, second).map(part).sum::<f64>())
}

fn sum(counts: &[u64]) -> u128 {
    counts.iter().map(|&n| u128::from(n)).sum()
}

fn columns<'a>(first: &'a [u64], second: &'a [u64]) -> impl Iterator<Item = (u64, u64)> + 'a {
    let at = |counts: &[u64], k: usize| counts.get(k).copied().unwrap_or(0);
    (0..first.len().max(second.len())).map(move |k| (at(first, k), at(second, k)))
}
