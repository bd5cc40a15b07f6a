//! What the field prints beside a comparison of two shares: standard deviations, exact tests, how many are missing.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};

use crate::cell::Trials;
use crate::exact::fraction;
use crate::inference::{chi_squared, hypergeometric, practical, two_by_two, unconditional};
use crate::result::number::twelve_digits;
use crate::result::{Details, Shortfall};

/// Details of a focal share; none when a denominator is zero. Tests are against `reference`, who shares no row with the
/// group; what it lacks is against `stated`, the reference as it is called: the two differ when that is everybody.
pub fn details(focal: Trials, reference: Trials, stated: Trials, ratio_bound: &BigRational) -> Option<Details> {
    if focal.of == 0 || reference.of == 0 {
        return None;
    }
    let fisher = hypergeometric::fisher(focal, reference);
    let finite = |value: Option<f64>| value.filter(|v| v.is_finite()).map(twelve_digits);
    Some(Details {
        z: finite(two_by_two::z_pooled(focal, reference)),
        chi2: finite(two_by_two::chi2_n_minus_1(focal, reference)),
        fisher_p: twelve_digits(fisher.two_sided),
        fisher_mid_p: twelve_digits(fisher.mid_two_sided),
        odds_ratio: finite(two_by_two::odds_ratio(focal, reference)),
        shortfall: Shortfall {
            pooled: twelve_digits(practical::shortfall_pooled(focal, reference).unwrap_or(0.0)),
            parity: twelve_digits(practical::shortfall_parity(focal, stated).unwrap_or(0.0)),
            to_bound: to_bound(focal, stated, ratio_bound),
        },
        one_person_reversal: practical::one_person_reversal(focal, reference),
        boschloo_p: None,
        barnard_p: None,
        posterior: None,
    })
}

/// Exact tests go through every table that there could be, at two thousand rates: of more cases than this, both groups
/// together, that takes longer than a test is worth to which large-sample ones come close.
const MOST_CASES: u64 = 200;
/// Above this p-value of Fisher's test the others, which find somewhat more, would call nothing a difference either.
const DOUBTFUL: f64 = 0.2;

/// Boschloo's and Barnard's two-sided p-values, where numbers are small, an expected count being below 5, so that large-sample
/// tests are not to be trusted, and where Fisher's p-value leaves it open whether there is a difference.
pub fn of_small_numbers(focal: Trials, reference: Trials, fisher_p: f64) -> Option<(f64, f64)> {
    let small = focal.of.saturating_add(reference.of) <= MOST_CASES
        && fisher_p <= DOUBTFUL
        && two_by_two::smallest_expected(focal, reference) < 5.0;
    let tests = small.then(|| unconditional::boschloo(focal, reference).zip(unconditional::barnard(focal, reference)));
    tests.flatten().map(|(boschloo, barnard)| (twelve_digits(boschloo.two_sided), twelve_digits(barnard.two_sided)))
}

/// Whole cases that the group lacks to reach the bound: the ceiling of bound · n · p0 − x, by exact arithmetic.
fn to_bound(focal: Trials, reference: Trials, bound: &BigRational) -> u64 {
    let Some(rate) = fraction(reference.hits, reference.of) else { return 0 };
    let whole = |n: u64| BigRational::from_integer(BigInt::from(n));
    let lacking = bound * whole(focal.of) * rate - whole(focal.hits);
    if lacking.is_negative() { 0 } else { lacking.ceil().to_integer().to_u64().unwrap_or(u64::MAX) }
}

/// The two-sided test of equality: N−1 chi-squared while every expected count is at least 1, else Fisher's mid-P.
pub fn equality(focal: Trials, reference: Trials) -> (f64, &'static str) {
    if two_by_two::smallest_expected(focal, reference) >= 1.0
        && let Some(chi2) = two_by_two::chi2_n_minus_1(focal, reference)
    {
        return (chi_squared::sf(chi2, 1.0), "n-1-chi-squared");
    }
    (hypergeometric::fisher(focal, reference).mid_two_sided, "fisher-mid-p")
}

/// The test that belongs to an interval without a test of its own: both one-sided p-values, doubled.
pub fn equality_by_interval(p_below: f64, p_above: f64) -> f64 {
    (2.0 * p_below.min(p_above)).min(1.0)
}
