//! Exact tests of two groups that do not hold the number of hits fixed: Barnard's and Boschloo's.

use crate::inference::peak;
use crate::inference::trials::Trials;
use std::cmp::Ordering;
use std::f64::consts::FRAC_PI_2;

/// Beyond this many possible tables the large-sample tests are as good, and these too slow.
const MOST_TABLES: u64 = 100_000;

/// Into how many steps the range of the common rate is divided before the best places are refined.
const STEPS: u32 = 2000;

/// How many of the highest places on the grid are refined.
const REFINED: usize = 6;

/// Counts this much less likely than the likeliest do not change a p-value that is not itself as small.
const NEGLIGIBLE: f64 = 1e-40;

/// Fisher's p-values count as equal within this relative distance: rounding, not order.
const TIE: f64 = 1.0 + 1e-10;

/// The p-values of an exact test that two groups share one rate, whatever that rate is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unconditional {
    /// Tables as extreme as the observed one or more so, in the direction of fewer focal hits.
    pub less: f64,
    /// The same in the direction of more focal hits.
    pub greater: f64,
    /// Twice the smaller of the two, at most 1.
    pub two_sided: f64,
}

/// Barnard's test: tables are ordered by the pooled z statistic, compared exactly.
///
/// The largest probability, over every common rate, of tables at least as extreme as the observed one. The largest is
/// sought on 2001 rates evenly spaced in `asin sqrt p`, where a group's spread is the same everywhere, and refined at
/// the six highest peaks. None when a group is empty or when there are more than 10^5 tables, `(n1 + 1)(n0 + 1)`. 1
/// where nobody or everybody was hit. Source: Barnard 1945.
pub fn barnard(focal: Trials, reference: Trials) -> Option<Unconditional> {
    let (focal, reference) = (within(focal), within(reference));
    let tables = tables(focal, reference)?;
    let side = |focal: Trials, reference: Trials| {
        let observed = Pooled::of(focal.hits, reference.hits, focal.of, reference.of);
        cutoffs(focal.of, reference.of, |x1, x0| {
            Pooled::of(x1, x0, focal.of, reference.of).compare(observed) != Ordering::Greater
        })
    };
    Some(tables.p_values(&side(focal, reference), &side(reference, focal)))
}

/// Boschloo's test: tables are ordered by the one-sided p-value of Fisher's exact test.
///
/// Never larger than that p-value. Otherwise as [`barnard`]. Source: Boschloo 1970.
pub fn boschloo(focal: Trials, reference: Trials) -> Option<Unconditional> {
    let (focal, reference) = (within(focal), within(reference));
    let tables = tables(focal, reference)?;
    let side = |focal: Trials, reference: Trials| {
        let p = fisher_less(focal.of, reference.of);
        let width = reference.of + 1;
        let at = |x1: u64, x0: u64| p[(x1 * width + x0) as usize];
        let observed = at(focal.hits, reference.hits) * TIE;
        cutoffs(focal.of, reference.of, |x1, x0| at(x1, x0) <= observed)
    };
    Some(tables.p_values(&side(focal, reference), &side(reference, focal)))
}

fn within(t: Trials) -> Trials {
    Trials { hits: t.hits.min(t.of), of: t.of }
}

fn tables(focal: Trials, reference: Trials) -> Option<Tables> {
    let few = focal.of.saturating_add(1).saturating_mul(reference.of.saturating_add(1)) <= MOST_TABLES;
    (focal.of > 0 && reference.of > 0 && few)
        .then(|| Tables { focal: Odds::of(focal.of), reference: Odds::of(reference.of) })
}

/// The pooled z statistic as the fraction `gap^2 / spread` with a sign: its order without rounding.
#[derive(Clone, Copy)]
struct Pooled {
    gap: i128,
    spread: i128,
}

impl Pooled {
    fn of(x1: u64, x0: u64, n1: u64, n0: u64) -> Pooled {
        let [x1, x0, n1, n0] = [x1, x0, n1, n0].map(i128::from);
        Pooled { gap: x1 * n0 - x0 * n1, spread: (x1 + x0) * (n1 + n0 - x1 - x0) }
    }

    /// With at most 10^5 tables no product exceeds 10^21. A table of hits or misses only has no gap and counts as 0.
    fn compare(self, other: Pooled) -> Ordering {
        let square = |p: Pooled| p.gap * p.gap.abs();
        (square(self) * other.spread.max(1)).cmp(&(square(other) * self.spread.max(1)))
    }
}

/// The lower tail of Fisher's test for every table, row by row of focal hits.
fn fisher_less(n1: u64, n0: u64) -> Vec<f64> {
    let width = n0 + 1;
    let mut p = vec![0.0; ((n1 + 1) * width) as usize];
    let mut weights = Vec::new();
    for hits in 0..=n1 + n0 {
        let (lowest, highest) = (hits.saturating_sub(n0), hits.min(n1));
        // w(k+1)/w(k), from a weight that no sum can push out of range: the tables are few.
        let rise = |k: u64| {
            let [k1, left, more, free] = [n1 - k, hits - k, k + 1, n0 + k + 1 - hits].map(|n| n as f64);
            k1 * left / (more * free)
        };
        let mode = ((n1 + 1) * (hits + 1) / (n1 + n0 + 2)).clamp(lowest, highest);
        weights.clear();
        weights.resize((highest - lowest + 1) as usize, 1.0);
        for k in mode..highest {
            weights[(k + 1 - lowest) as usize] = weights[(k - lowest) as usize] * rise(k);
        }
        for k in (lowest..mode).rev() {
            weights[(k - lowest) as usize] = weights[(k + 1 - lowest) as usize] / rise(k);
        }
        let total: f64 = weights.iter().sum();
        let mut below = 0.0;
        for k in lowest..=highest {
            below += weights[(k - lowest) as usize];
            p[(k * width + hits - k) as usize] = (below / total).min(1.0);
        }
    }
    p
}

/// For every number of focal hits the smallest number of reference hits that is extreme; n0 + 1 where none is.
///
/// Both orders are convex in Barnard's sense: more reference hits, or fewer focal ones, never make a table less extreme.
fn cutoffs(n1: u64, n0: u64, extreme: impl Fn(u64, u64) -> bool) -> Vec<usize> {
    let mut cutoff = 0;
    let next = |x1: u64| {
        while cutoff <= n0 && !extreme(x1, cutoff) {
            cutoff += 1;
        }
        cutoff as usize
    };
    (0..=n1).map(next).collect()
}

/// The probabilities of all tables of two groups at a common rate.
struct Tables {
    focal: Odds,
    reference: Odds,
}

impl Tables {
    /// `less` are cutoffs by focal hits, `greater` by reference hits.
    fn p_values(&self, less: &[usize], greater: &[usize]) -> Unconditional {
        let [mut least, mut most] = self.highest(less, greater, NEGLIGIBLE);
        // What was left out of every sum may be all there is of a very small one.
        if least.min(most) < NEGLIGIBLE / f64::EPSILON {
            [least, most] = self.highest(less, greater, f64::MIN_POSITIVE);
        }
        Unconditional { less: least, greater: most, two_sided: (2.0 * least.min(most)).min(1.0) }
    }

    /// The largest probability over all rates on both sides, without counts whose probability relative to the likeliest
    /// is below `cutoff`.
    fn highest(&self, less: &[usize], greater: &[usize], cutoff: f64) -> [f64; 2] {
        let at = |step: f64| {
            let [p, q] = rate(step);
            (self.focal.probabilities(p, q, cutoff), self.reference.probabilities(p, q, cutoff))
        };
        let (mut lower, mut upper) = (Vec::new(), Vec::new());
        for step in 0..=STEPS {
            let (focal, reference) = at(f64::from(step));
            lower.push(extreme(&focal, &reference, less));
            upper.push(extreme(&reference, &focal, greater));
        }
        let less = refined(&lower, |step| {
            let (focal, reference) = at(step);
            extreme(&focal, &reference, less)
        });
        let greater = refined(&upper, |step| {
            let (focal, reference) = at(step);
            extreme(&reference, &focal, greater)
        });
        [less, greater]
    }
}

/// The rate at a place of the grid, and its complement.
fn rate(step: f64) -> [f64; 2] {
    let theta = step / f64::from(STEPS) * FRAC_PI_2;
    let (s, c) = (libm::sin(theta), libm::cos(theta));
    [s * s, c * c]
}

/// The probability of the tables from the cutoffs on: a sum over the first group of the tails of the second.
fn extreme(first: &Span, second: &Span, cutoffs: &[usize]) -> f64 {
    let mut total = 0.0;
    let mut tail = 0.0;
    let mut from = second.from + second.at.len();
    // From the largest cutoff down, so that tails grow by addition.
    for (k, probability) in first.at.iter().enumerate().rev() {
        let cutoff = cutoffs[first.from + k].max(second.from);
        while from > cutoff {
            from -= 1;
            tail += second.at[from - second.from];
        }
        total += probability * tail;
    }
    total.min(1.0)
}

/// The largest value, from the grid and from a search around its highest peaks.
fn refined(grid: &[f64], value: impl Fn(f64) -> f64) -> f64 {
    let last = grid.len() - 1;
    let at = |i: usize| grid[i];
    let mut peaks: Vec<usize> =
        (0..=last).filter(|&i| (i == 0 || at(i) >= at(i - 1)) && (i == last || at(i) >= at(i + 1))).collect();
    peaks.sort_by(|&i, &j| at(j).total_cmp(&at(i)));
    let best = peaks.first().map_or(0.0, |&i| at(i));
    peaks.iter().take(REFINED).fold(best, |best, &i| {
        let (low, high) = (i.saturating_sub(1), (i + 1).min(last));
        // Where the peak lies within 10^-8 of a step its height has every digit.
        best.max(peak::highest(&value, low as f64, high as f64, 40).height)
    })
}

/// The ratios of neighbouring binomial probabilities, apart from the odds: `(n - k)/(k + 1)`, and their inverses.
struct Odds {
    up: Vec<f64>,
    down: Vec<f64>,
}

/// The probabilities of the counts from `from` on; the others are too small to count.
struct Span {
    from: usize,
    at: Vec<f64>,
}

impl Odds {
    fn of(n: u64) -> Odds {
        let up: Vec<f64> = (0..n).map(|k| (n - k) as f64 / (k + 1) as f64).collect();
        let down = up.iter().map(|ratio| 1.0 / ratio).collect();
        Odds { up, down }
    }

    /// The binomial probabilities at rate p = 1 - q, walked outward from the mode down to `cutoff` of it.
    fn probabilities(&self, p: f64, q: f64, cutoff: f64) -> Span {
        let n = self.up.len();
        let mode = (((n + 1) as f64 * p) as usize).min(n);
        let (odds, against) = (p / q, q / p);
        let mut at = Vec::new();
        let mut w = 1.0;
        for k in (0..mode).rev() {
            w *= self.down[k] * against;
            if w < cutoff {
                break;
            }
            at.push(w);
        }
        let from = mode - at.len();
        at.reverse();
        at.push(1.0);
        w = 1.0;
        for ratio in &self.up[mode..] {
            w *= ratio * odds;
            if w < cutoff {
                break;
            }
            at.push(w);
        }
        let total: f64 = at.iter().sum();
        at.iter_mut().for_each(|w| *w /= total);
        Span { from, at }
    }
}
