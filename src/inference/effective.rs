//! A share that is worth so many independent rows: what weights or clusters leave of the rows counted.

use crate::inference::proportion::Proportion;

/// A share of `hits` out of `of` effective rows, its variance known from `df` degrees of freedom.
///
/// The rows are as many independent, equally weighted ones as would give the share the same variance; the limits and
/// tests of counted shares ([`share`](crate::inference::share), [`pair`](crate::inference::pair)) take it in their
/// place, with Student's t at `df` degrees of freedom ([`student::critical`](crate::inference::student::critical),
/// [`student::sf`](crate::inference::student::sf)) for the normal distribution. +inf degrees are the normal itself.
/// Source: Korn and Graubard 1998.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effective {
    pub(super) hits: f64,
    pub(super) misses: f64,
    pub(super) of: f64,
    df: f64,
}

impl Effective {
    /// The share `p` of `of` effective rows; None unless p is in [0, 1], `of` between 1e-9 and 1e20, and df positive.
    pub fn new(p: f64, of: f64, df: f64) -> Option<Effective> {
        Effective::with(p, 1.0 - p, of, df)
    }

    /// The same as [`Effective::new`] for a caller that knows `q = 1 - p` more exactly than the subtraction does.
    pub(super) fn with(p: f64, q: f64, of: f64, df: f64) -> Option<Effective> {
        let share = (0.0..=1.0).contains(&p) && (0.0..=1.0).contains(&q);
        let valid = share && ROWS.contains(&of) && df > 0.0;
        valid.then_some(Effective { hits: p * of, misses: q * of, of, df })
    }

    /// The degrees of freedom from which the variance is known; +inf where it is a function of the share alone.
    pub fn df(self) -> f64 {
        self.df
    }

    /// The same share of another number of rows, known from other degrees of freedom; None as for [`Effective::new`].
    pub fn resized(self, of: f64, df: f64) -> Option<Effective> {
        Effective::with(self.rate(), self.misses / self.of, of, df)
    }
}

/// Products of such numbers of rows stay numbers; real ones lie far within.
const ROWS: std::ops::RangeInclusive<f64> = 1e-9..=1e20;

/// The degrees of freedom of a contrast of two independent shares (Welch 1947; Satterthwaite 1946).
///
/// `(v1 + v0)^2 / (v1^2/df1 + v0^2/df0)` with `v = (x + 1/2)(n - x + 1/2) / ((n + 1)^2 n)`, which is about `p(1-p)/n`
/// and does not vanish where nobody or everybody is a hit: such a group keeps its weight. Between the smaller of both
/// and their sum; +inf when both are.
pub fn welch(focal: Effective, reference: Effective) -> f64 {
    let variance = |e: Effective| (e.hits + 0.5) / (e.of + 1.0) * ((e.misses + 0.5) / (e.of + 1.0)) / e.of;
    satterthwaite(variance(focal), focal.df, variance(reference), reference.df)
}

/// `(v1 + v0)^2 / (v1^2/df1 + v0^2/df0)`, between the smaller of the degrees and their sum; the smaller without any
/// variance.
pub(super) fn satterthwaite(v1: f64, df1: f64, v0: f64, df0: f64) -> f64 {
    let (smaller, sum) = (df1.min(df0), df1 + df0);
    let share = v1 / (v1 + v0);
    if share.is_nan() {
        return smaller;
    }
    (1.0 / (share * share / df1 + (1.0 - share) * (1.0 - share) / df0)).clamp(smaller, sum)
}
