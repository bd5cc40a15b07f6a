//! Two groups side by side: the usual statistics of a two by two table.

use crate::inference::saddle::deviance;
use crate::inference::share::over;
use crate::inference::trials::Trials;

/// `x1 n0 - x0 n1`, exact before it is rounded: the sign says which group has the higher rate.
pub fn cross_difference(focal: Trials, reference: Trials) -> f64 {
    let a = u128::from(focal.hits.min(focal.of)) * u128::from(reference.of);
    let b = u128::from(reference.hits.min(reference.of)) * u128::from(focal.of);
    if a >= b { (a - b) as f64 } else { -((b - a) as f64) }
}

/// How many standard deviations the focal rate lies above the reference rate, both being one rate by hypothesis.
///
/// `(p1 - p0) / sqrt(p(1-p)(1/n1 + 1/n0))` with the pooled p: the "standard deviations" of Hazelwood v. United States
/// (1977). None where a margin of the table is 0, because then nothing could have differed.
pub fn z_pooled(focal: Trials, reference: Trials) -> Option<f64> {
    let [x, f, n1, n0] = margins(focal, reference)?;
    Some(cross_difference(focal, reference) / ((x * f) * (n1 * n0)).sqrt() * (n1 + n0).sqrt())
}

/// Pearson's chi-squared of the table, without a continuity correction: the square of [`z_pooled`].
pub fn chi2_pearson(focal: Trials, reference: Trials) -> Option<f64> {
    z_pooled(focal, reference).map(|z| z * z)
}

/// Pearson's chi-squared times (N-1)/N, which holds its level in small tables (Campbell 2007).
pub fn chi2_n_minus_1(focal: Trials, reference: Trials) -> Option<f64> {
    let all = focal.of as f64 + reference.of as f64;
    chi2_pearson(focal, reference).map(|chi2| chi2 * ((all - 1.0) / all))
}

/// The likelihood-ratio statistic of the table: `2 sum O ln(O/E)`.
///
/// Summed as `O ln(O/E) + E - O`, which adds nothing in total and keeps the digits when groups are nearly equal. None
/// where a margin is 0.
pub fn g_statistic(focal: Trials, reference: Trials) -> Option<f64> {
    let [x, f, n1, n0] = margins(focal, reference)?;
    let all = n1 + n0;
    let group = |t: Trials| {
        let hits = t.hits.min(t.of);
        let n = t.of as f64 / all;
        deviance(hits as f64, x * n) + deviance((t.of - hits) as f64, f * n)
    };
    Some(2.0 * (group(focal) + group(reference)))
}

/// The odds of the focal group over the odds of the reference group.
///
/// `x1 (n0 - x0) / ((n1 - x1) x0)`; +inf over 0, None for 0/0.
pub fn odds_ratio(focal: Trials, reference: Trials) -> Option<f64> {
    let [a, b, c, d] = cells(focal, reference);
    quotient(a * d, b * c)
}

/// The odds ratio with half a case added to every cell, which exists for every table (Haldane 1956).
pub fn haldane_odds_ratio(focal: Trials, reference: Trials) -> f64 {
    let [a, b, c, d] = cells(focal, reference).map(|n| n + 0.5);
    (a / b) * (d / c)
}

/// The correlation between group and outcome: `z_pooled / sqrt N`, between -1 and 1. None where a margin is 0.
pub fn phi(focal: Trials, reference: Trials) -> Option<f64> {
    let [x, f, n1, n0] = margins(focal, reference)?;
    Some((cross_difference(focal, reference) / ((x * f) * (n1 * n0)).sqrt()).clamp(-1.0, 1.0))
}

/// Cohen's h: `2 asin sqrt p1 - 2 asin sqrt p0`, between -pi and pi. None when a group is empty.
///
/// By convention 0.2 is a small, 0.5 a medium, 0.8 a large effect (Cohen 1988).
pub fn cohen_h(focal: Trials, reference: Trials) -> Option<f64> {
    let angle = |t: Trials| {
        let hits = t.hits.min(t.of);
        // asin sqrt(x/n) as an angle of a right triangle, exact to the last digits at both ends.
        (t.of > 0).then(|| 2.0 * libm::atan2((hits as f64).sqrt(), ((t.of - hits) as f64).sqrt()))
    };
    Some(angle(focal)? - angle(reference)?)
}

/// The smallest count expected in any cell if the groups shared one rate; 0 without rows.
///
/// Below 5 the usual advice is an exact test.
pub fn smallest_expected(focal: Trials, reference: Trials) -> f64 {
    let [a, b, c, d] = cells(focal, reference);
    let (x, f) = (a + c, b + d);
    let all = x + f;
    if all == 0.0 {
        return 0.0;
    }
    x.min(f) / all * (a + b).min(c + d)
}

/// How many standard deviations a count lies above what a known rate `p` leads to expect.
///
/// `(x - n p) / sqrt(n p (1-p))`, as in Castaneda v. Partida (1977) and Hazelwood. None without trials or unless 0 < p
/// < 1.
pub fn one_sample_z(t: Trials, p: f64) -> Option<f64> {
    if t.of == 0 || !(p > 0.0 && p < 1.0) {
        return None;
    }
    let n = t.of as f64;
    Some(over(t.hits.min(t.of) as f64 - n * p, n * p * (1.0 - p)))
}

/// Hits and misses of the focal, then of the reference group.
fn cells(focal: Trials, reference: Trials) -> [f64; 4] {
    let split = |t: Trials| {
        let hits = t.hits.min(t.of);
        (hits as f64, (t.of - hits) as f64)
    };
    let ((a, b), (c, d)) = (split(focal), split(reference));
    [a, b, c, d]
}

/// All hits, all misses and both group sizes; None where one of them is 0.
fn margins(focal: Trials, reference: Trials) -> Option<[f64; 4]> {
    let [a, b, c, d] = cells(focal, reference);
    let margins = [a + c, b + d, a + b, c + d];
    margins.iter().all(|&n| n > 0.0).then_some(margins)
}

fn quotient(over: f64, under: f64) -> Option<f64> {
    (over > 0.0 || under > 0.0).then(|| over / under)
}
