//! Several groups at once: do their means differ at all, do their ranks?

use crate::inference::beta;
use crate::inference::chi_squared;
use crate::inference::measured::mean::Mean;
use crate::inference::measured::span::Span;
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::scores::sum::sum;

/// A test whose statistic has an F distribution when the hypothesis holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FTest {
    pub f: f64,
    pub df1: f64,
    pub df2: f64,
    pub p: f64,
}

/// The probability that an F variable exceeds `f`: a tail of the beta distribution.
fn f_sf(f: f64, df1: f64, df2: f64) -> Result<f64, Undefined> {
    let (a, b) = (df1 * f, df2);
    beta::ibeta_with(0.5 * df2, 0.5 * df1, b / (a + b), a / (a + b)).map_err(|_| Undefined::Overflow)
}

fn needed(groups: &[Mean]) -> Result<Vec<(f64, f64, f64)>, Undefined> {
    if groups.len() < 2 {
        return Err(Undefined::OneGroup);
    }
    let of = |mean: &Mean| {
        let variance = mean.variance.ok_or(Undefined::TooFew { rows: mean.rows, needed: 2 })?;
        Ok((mean.rows as f64, mean.value, variance))
    };
    groups.iter().map(of).collect()
}

/// Do the groups have one mean, whatever their spreads?
///
/// With weights `w = n / s^2` and their mean M: `F = [sum w (m - M)^2 / (K-1)] / [1 + 2 (K-2) L / (K^2 - 1)]`, `L =
/// sum (1 - w/W)^2 / (n-1)`, on K - 1 and `(K^2 - 1) / (3 L)` degrees of freedom. Undefined for fewer than two groups,
/// with fewer than two rows in one, and where one does not vary. Source: Welch 1951.
pub fn welch(groups: &[Mean]) -> Result<FTest, Undefined> {
    let groups = needed(groups)?;
    if groups.iter().any(|(_, _, variance)| *variance <= 0.0) {
        return Err(Undefined::NoVariance);
    }
    let k = groups.len() as f64;
    let weights: Vec<f64> = groups.iter().map(|(n, _, variance)| n / variance).collect();
    let all = finite(sum(weights.iter().copied()))?;
    let centre = sum(weights.iter().zip(&groups).map(|(w, (_, mean, _))| w / all * mean));
    let between = sum(weights.iter().zip(&groups).map(|(w, (_, mean, _))| w * (mean - centre) * (mean - centre)));
    let unlike = sum(weights.iter().zip(&groups).map(|(w, (n, _, _))| (1.0 - w / all) * (1.0 - w / all) / (n - 1.0)));
    let f = finite(between / (k - 1.0) / (1.0 + 2.0 * (k - 2.0) / (k * k - 1.0) * unlike))?;
    let (df1, df2) = (k - 1.0, (k * k - 1.0) / (3.0 * unlike));
    Ok(FTest { f, df1, df2, p: f_sf(f, df1, df2)? })
}

/// The same where all groups have one spread: the classical analysis of variance.
///
/// Undefined for fewer than two groups, with fewer than two rows in one, and where none varies. Source: Fisher 1925.
pub fn classical(groups: &[Mean]) -> Result<FTest, Undefined> {
    let groups = needed(groups)?;
    let k = groups.len() as f64;
    let all = sum(groups.iter().map(|(n, ..)| *n));
    let centre = sum(groups.iter().map(|(n, mean, _)| n / all * mean));
    let between = sum(groups.iter().map(|(n, mean, _)| n * (mean - centre) * (mean - centre)));
    let within = sum(groups.iter().map(|(n, _, variance)| (n - 1.0) * variance));
    if within <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    let (df1, df2) = (k - 1.0, all - k);
    let f = finite(between / df1 / (within / df2))?;
    Ok(FTest { f, df1, df2, p: f_sf(f, df1, df2)? })
}

/// Do the groups have one distribution? Kruskal and Wallis' test, from the ranks of all values together.
///
/// `H = (N-1) sum n (r - (N+1)/2)^2 / sum (rank - (N+1)/2)^2` with r the mean rank of a group, ties sharing their mean rank:
/// chi-squared on K - 1 degrees of freedom. Groups must be at common values. Undefined for fewer than two groups with
/// rows, and where all values are one. Source: Kruskal and Wallis 1952.
pub fn kruskal(groups: &[&[Span]]) -> Result<chi_squared::Test, Undefined> {
    let groups: Vec<&[Span]> = groups.iter().copied().filter(|g| g.iter().any(|s| s.rows > 0)).collect();
    if groups.len() < 2 {
        return Err(if groups.is_empty() { Undefined::NoRows } else { Undefined::OneGroup });
    }
    let mut all: Vec<(f64, usize, u64)> =
        groups.iter().enumerate().flat_map(|(g, spans)| spans.iter().map(move |s| (s.low, g, s.rows))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows = all.iter().fold(0_u64, |n, (_, _, rows)| n.saturating_add(*rows)) as f64;
    let middle = 0.5 * (rows + 1.0);
    let (mut before, mut spread) = (0.0, Vec::new());
    let mut ranks = vec![(0.0, Vec::new()); groups.len()];
    for alike in all.chunk_by(|a, b| a.0 == b.0) {
        let tied: f64 = alike.iter().map(|(_, _, rows)| *rows as f64).sum();
        let far = before + 0.5 * (tied + 1.0) - middle;
        spread.push(tied * far * far);
        for (_, group, rows) in alike {
            ranks[*group].0 += *rows as f64;
            ranks[*group].1.push(*rows as f64 * far);
        }
        before += tied;
    }
    let spread = sum(spread);
    if spread <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    let between = sum(ranks.into_iter().map(|(n, far)| {
        let far = sum(far);
        far * (far / n)
    }));
    chi_squared::Test::new((rows - 1.0) * between / spread, groups.len() as u64 - 1).ok_or(Undefined::OneGroup)
}

/// The distances of a group's values from their median, whose means are compared by [`classical`] to compare spreads.
///
/// Undefined without rows. Source: Brown and Forsythe 1974.
pub fn distances_from(spans: &[Span], centre: f64) -> Result<Vec<Span>, Undefined> {
    if !centre.is_finite() {
        return Err(Undefined::OutOfRange);
    }
    let mut far: Vec<Span> = Vec::new();
    for s in spans.iter().filter(|s| s.rows > 0) {
        far.push(Span::of_value((s.mean() - centre).abs(), s.rows));
    }
    far.sort_by(|a, b| a.low.total_cmp(&b.low));
    let mut joined: Vec<Span> = Vec::with_capacity(far.len());
    for s in far {
        match joined.last_mut() {
            Some(last) if last.low == s.low => *last = Span::of_value(s.low, last.rows.saturating_add(s.rows)),
            _ => joined.push(s),
        }
    }
    if joined.is_empty() { Err(Undefined::NoRows) } else { Ok(joined) }
}
