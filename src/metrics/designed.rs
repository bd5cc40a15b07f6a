//! Numbers of rows that are not alike: several of one person, weighted, or in a group in part only.
//!
//! A share is worth an effective number of independent rows; other numbers have the interval they would have if every
//! row stood for itself, widened by the square root of the design effect. Both use Student's t with the people less one.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

use super::metric::{Kind, Metric};
use crate::cell::design::{KINDS, Moments, ONE, Shared, kind};
use crate::cell::{Cell, Confusion, Decision, Design, Label};
use crate::inference::clustered::{self, Clusters};
use crate::inference::effective::Effective;
use crate::inference::linearised::{Linearised, Weight};
use crate::inference::proportion::Proportion;
use crate::inference::{normal, student, weighted};

/// Which kinds of rows a share counts, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub hits: u16,
    pub of: u16,
}

/// Two shares that are worth so many independent rows each, and the degrees of freedom of their contrast.
#[derive(Clone, Copy, Debug)]
pub struct EffectivePair {
    pub focal: Effective,
    pub reference: Effective,
    pub df: f64,
}

impl EffectivePair {
    pub fn reach(&self) -> Reach {
        Reach { factor: 1.0, df: self.df }
    }
}

/// By how much an interval is wider than if rows were alike, and the degrees of freedom.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    pub factor: f64,
    pub df: f64,
}

impl Reach {
    /// The critical value that takes the place of a normal one.
    pub fn widen(self, z: f64) -> f64 {
        if z <= 0.0 { z } else { self.factor * student::of_normal(z, self.df) }
    }

    /// The normal statistic that takes the place of one that took rows for alike.
    pub fn narrow(self, z: f64) -> f64 {
        normal::quantile(student::sf(-z / self.factor, self.df))
    }
}

impl Metric {
    /// Which kinds of rows a share counts: found by counting one row of each.
    pub fn counted(&self) -> Option<Counted> {
        let Kind::Share(trials) = &self.kind else { return None };
        let mut counted = Counted { hits: 0, of: 0 };
        for decision in 0..Decision::KINDS {
            for label in 0..Label::KINDS {
                let mut one = Cell::default();
                one.push(Decision::from_index(decision), Label::from_index(label), 1);
                let trials = trials(&one);
                let bit = 1 << kind(decision, label);
                counted.hits |= if trials.hits > 0 { bit } else { 0 };
                counted.of |= if trials.of > 0 { bit } else { 0 };
            }
        }
        Some(counted)
    }

    /// The share of a cell whose rows weigh differently, as whole numbers; none where rows weigh the same.
    pub(super) fn weighted_share(&self, cell: &Cell) -> Option<(u128, u128)> {
        let design = cell.design().filter(|design| design.is_weighted())?;
        let counted = self.counted()?;
        let moments = design.moments();
        Some((moments.total(counted.hits), moments.total(counted.of)))
    }

    /// The same as an exact fraction.
    pub(super) fn weighted_exactly(&self, cell: &Cell) -> Option<BigRational> {
        let (hits, of) = self.weighted_share(cell)?;
        (!of.is_zero()).then(|| BigRational::new(BigInt::from(hits), BigInt::from(of)))
    }

    /// The share as an effective number of rows. None where rows are alike, or where a single person leaves nothing to
    /// judge by.
    pub fn effective(&self, cell: &Cell) -> Option<Effective> {
        let (design, counted) = (cell.design()?, self.counted()?);
        least_effective(design, &linearised(design, counted)?)
    }

    /// Two shares as effective numbers of rows for a contrast of them; people with rows in both are allowed for.
    pub fn effective_pair(&self, focal: &Cell, reference: &Cell, ratio: bool) -> Option<EffectivePair> {
        let (mine, theirs, counted) = (focal.design()?, reference.design()?, self.counted()?);
        let shared = mine.shared(theirs);
        if !mine.counts_people() {
            let (one, zero) = (linearised(mine, counted)?, linearised(theirs, counted)?);
            let factor = shared.map_or(1.0, |shared| {
                let totals = [mine, theirs].map(|design| design.moments().total(counted.of) as f64);
                gain(&one, &zero, covariance(&one, &zero, &shared, totals, counted), ratio)
            });
            let both = times(least_effective(mine, &one)?, factor).zip(times(least_effective(theirs, &zero)?, factor));
            return both.map(|(focal, reference)| EffectivePair { focal, reference, df: f64::INFINITY });
        }
        let scale = scale(mine.moments(), counted.of).max(scale(theirs.moments(), counted.of));
        let (one, zero) = (clusters(mine.moments(), counted, scale), clusters(theirs.moments(), counted, scale));
        let shared = shared.map(|shared| of_both(&shared, counted, scale)).unwrap_or_default();
        let contrast = clustered::contrast(&one, &zero, &shared).ok()?;
        let both = if ratio { contrast.effective_for_ratio() } else { contrast.effective_for_difference() };
        both.map(|(focal, reference)| EffectivePair { focal, reference, df: contrast.df })
    }

    /// By how much the interval of a number that is no share is widened; none where rows are alike.
    pub fn reach(&self, cell: &Cell) -> Option<Reach> {
        let design = cell.design()?;
        let moments = design.moments();
        match &self.kind {
            // Outcomes stand with rows that are alike only.
            Kind::Share(_) | Kind::Part { .. } | Kind::Gauge { .. } => None,
            Kind::Composite(composite) => {
                let confusion = self.confusion(cell);
                let value = |counts: [f64; 4]| {
                    let [true_pos, false_pos, false_neg, true_neg] = counts.map(|count| count.round().max(0.0) as u64);
                    (composite.value)(&Confusion { true_pos, false_pos, false_neg, true_neg }).ok()
                };
                let factor = design_effect(moments, &confusion, value).unwrap_or(1.0).max(0.0).sqrt();
                let df = degrees(design, moments.people(JUDGED));
                Some(Reach { factor, df })
            }
            // What a person's rows say of a score is not kept row by row: at worst they all say the same.
            Kind::Figure(_) => reach_of_scores(cell, self.needs.label),
        }
    }

    /// The four counts: of weighted rows scaled so that they come to as many as there are rows.
    pub(super) fn confusion(&self, cell: &Cell) -> Confusion {
        let plain = cell.confusion();
        let Some(design) = cell.design().filter(|design| design.is_weighted()) else { return plain };
        let moments = design.moments();
        let sums = CORNERS.map(|kinds| moments.total(kinds) as f64);
        let all: f64 = sums.iter().sum();
        // A million times the rows, so that rounding to whole counts moves nothing that is printed.
        let scale = if all > 0.0 { 1e6 * kish(moments, JUDGED) / all } else { 0.0 };
        let [true_pos, false_pos, false_neg, true_neg] = sums.map(|sum| (sum * scale).round() as u64);
        Confusion { true_pos, false_pos, false_neg, true_neg }
    }

    /// The people of a denominator where people are counted, the effective rows where rows weigh differently.
    pub(super) fn independent(&self, cell: &Cell) -> Option<u64> {
        let design = cell.design()?;
        let moments = design.moments();
        let kinds = match &self.kind {
            Kind::Share(_) => self.counted()?.of,
            Kind::Composite(_) => JUDGED,
            Kind::Figure(_) => LABELLED,
            Kind::Part { .. } | Kind::Gauge { .. } => return None,
        };
        if design.counts_people() {
            return Some(moments.people(kinds));
        }
        Some((kish(moments, kinds) + 1e-9).floor() as u64)
    }

    /// The people of a denominator; none where every row stands for itself.
    pub fn people(&self, cell: &Cell) -> Option<u64> {
        cell.design().filter(|design| design.counts_people()).and_then(|_| self.independent(cell))
    }

    /// What a cell weighs in the number of everybody, where rows weigh differently.
    pub(super) fn weight_of_weighted(&self, cell: &Cell) -> Option<f64> {
        self.weighted_share(cell).map(|(_, of)| of as f64)
    }
}

const ALL: u16 = (1 << KINDS) - 1;
/// Bits of the kinds of rows of which these decisions and these labels are true.
const fn bits(decisions: [bool; Decision::KINDS], labels: [bool; Label::KINDS]) -> u16 {
    let (mut bits, mut kind) = (0, 0);
    while kind < KINDS {
        if decisions[kind / Label::KINDS] && labels[kind % Label::KINDS] {
            bits |= 1 << kind;
        }
        kind += 1;
    }
    bits
}

/// Decisions by index: the second bit says selected, the last is missing.
const SELECTED: [bool; Decision::KINDS] = [false, false, true, true, false];
const LEFT: [bool; Decision::KINDS] = [true, true, false, false, false];
const MADE: [bool; Decision::KINDS] = [true, true, true, true, false];
const NEGATIVE: [bool; Label::KINDS] = [true, false, false];
const POSITIVE: [bool; Label::KINDS] = [false, true, false];
const KNOWN: [bool; Label::KINDS] = [true, true, false];

const LABELLED: u16 = bits([true; Decision::KINDS], KNOWN);
const JUDGED: u16 = bits(MADE, KNOWN);
/// True and false positives, false and true negatives.
const CORNERS: [u16; 4] =
    [bits(SELECTED, POSITIVE), bits(SELECTED, NEGATIVE), bits(LEFT, POSITIVE), bits(LEFT, NEGATIVE)];

/// By how much wider an interval of scores is where people have several rows: as if all rows of a person said the same.
/// None where rows are alike.
pub fn reach_of_scores(cell: &Cell, labelled: bool) -> Option<Reach> {
    let design = cell.design()?;
    let moments = design.moments();
    let kinds = if labelled { LABELLED } else { ALL };
    let (rows, squares) = (moments.total(kinds) as f64, moments.product(kinds, kinds).approximate());
    let factor = if rows > 0.0 { (squares / rows).max(1.0).sqrt() } else { 1.0 };
    Some(Reach { factor, df: degrees(design, moments.people(kinds)) })
}

/// Degrees of freedom: the people less one; rows that stand for themselves have a known variance.
fn degrees(design: &Design, people: u64) -> f64 {
    if design.counts_people() { people.saturating_sub(1).max(1) as f64 } else { f64::INFINITY }
}

/// The share of a design with its linearised variance.
fn linearised(design: &Design, counted: Counted) -> Option<Linearised> {
    let moments = design.moments();
    if design.counts_people() {
        let of_people = clustered::share(&clusters(moments, counted, scale(moments, counted.of))).ok()?;
        return Some(of_people);
    }
    let misses = counted.of & !counted.hits;
    let weigh = |kinds: u16| Weight {
        sum: moments.total(kinds) as f64 / ONE as f64,
        squares: moments.product(kinds, kinds).approximate() / (ONE as f64 * ONE as f64),
    };
    weighted::share(moments.people(counted.of), weigh(counted.hits), weigh(misses)).ok()
}

/// The smaller of Kish's number of rows and the one that the spread of the weighted rows gives: weights that go with the
/// outcome cost more than Kish's number knows.
fn least_effective(design: &Design, share: &Linearised) -> Option<Effective> {
    if design.counts_people() {
        return share.effective();
    }
    let kish = share.kish_effective()?;
    let rows = share.rows;
    let by_spread = share.effective_rows() * if rows > 1.0 { rows / (rows - 1.0) } else { 1.0 };
    let factor = (by_spread / share.kish.max(1.0).min(rows)).min(1.0);
    times(kish, factor)
}

/// The same share of so many times the rows.
fn times(share: Effective, factor: f64) -> Option<Effective> {
    share.resized(share.of() * factor, share.df())
}

/// Sums of more than 2^40 are halved until they are less, so that the exact sums of people fit; weights lose nothing that
/// is printed, and counts are never so many.
fn scale(moments: &Moments, of: u16) -> u32 {
    (u128::BITS - moments.total(of).leading_zeros()).saturating_sub(40)
}

fn clusters(moments: &Moments, counted: Counted, scale: u32) -> Clusters {
    let sum = |kinds: u16| (moments.total(kinds) >> scale) as u64;
    let product = |these: u16, those: u16| moments.product(these, those).shifted(2 * scale);
    Clusters {
        clusters: moments.people(counted.of),
        hits: sum(counted.hits),
        rows: sum(counted.of),
        hits_squared: product(counted.hits, counted.hits),
        hits_rows: product(counted.hits, counted.of),
        rows_squared: product(counted.of, counted.of),
    }
}

fn of_both(shared: &Shared, counted: Counted, scale: u32) -> clustered::Shared {
    let product = |these: u16, those: u16| shared.product(these, those).shifted(2 * scale);
    clustered::Shared {
        clusters: shared.people(counted.of),
        hits_hits: product(counted.hits, counted.hits),
        hits_rows: product(counted.hits, counted.of),
        rows_hits: product(counted.of, counted.hits),
        rows_rows: product(counted.of, counted.of),
    }
}

/// The covariance of two shares whose rows are in both groups in part: `sum w1 w0 (x - p1)(x - p0) / (W1 W0)`.
fn covariance(one: &Linearised, zero: &Linearised, shared: &Shared, totals: [f64; 2], counted: Counted) -> f64 {
    let sum = |kinds: u16| shared.product(kinds, kinds).approximate();
    let (hits, misses) = (sum(counted.hits), sum(counted.of & !counted.hits));
    let [own, other] = totals;
    if own <= 0.0 || other <= 0.0 {
        return 0.0;
    }
    (hits * one.complement * zero.complement + misses * one.share * zero.share) / own / other
}

/// How many times more rows two independent groups would need to vary as little as two that share rows.
fn gain(one: &Linearised, zero: &Linearised, covariance: f64, ratio: bool) -> f64 {
    let (v1, v0) = (one.variance.unwrap_or(0.0), zero.variance.unwrap_or(0.0));
    let (apart, together) = if ratio && one.share > 0.0 && zero.share > 0.0 {
        let apart = v1 / one.share / one.share + v0 / zero.share / zero.share;
        (apart, apart - 2.0 * covariance / one.share / zero.share)
    } else {
        (v1 + v0, v1 + v0 - 2.0 * covariance)
    };
    let gain = apart / together;
    // Rows that go apart in both groups at once would need to be fewer; no more than tenfold is believed.
    if gain.is_finite() && gain > 0.0 { gain.min(10.0) } else { 1.0 }
}

/// Kish's effective number of rows of some kinds: `(sum w)^2 / sum w^2`.
fn kish(moments: &Moments, kinds: u16) -> f64 {
    let (sum, squares) = (moments.total(kinds) as f64, moments.product(kinds, kinds).approximate());
    if squares > 0.0 { sum / squares * sum } else { 0.0 }
}

/// The variance of a function of the four counts over people, as a multiple of that over independent rows.
///
/// By its gradient: `C/(C-1) sum_c (g . v_c)^2 / sum_i n_i g_i^2`, the counts of the gradient being those that the
/// function was given. The function does not change when all counts grow alike, so neither sum needs centring.
fn design_effect(moments: &Moments, counts: &Confusion, value: impl Fn([f64; 4]) -> Option<f64>) -> Option<f64> {
    let at = [counts.true_pos, counts.false_pos, counts.false_neg, counts.true_neg].map(|count| count as f64);
    let all: f64 = at.iter().sum();
    // Whole counts of a million times the rows: differences of a ten-thousandth are smooth and well above rounding.
    let large = at.map(|count| count * (1e12 / all.max(1.0)).max(1.0));
    let mut gradient = [0.0; 4];
    for (corner, slope) in gradient.iter_mut().enumerate() {
        let step = (large[corner] * 1e-4).max(1e4).round();
        let moved = |by: f64| {
            let mut counts = large;
            counts[corner] = (counts[corner] + by).max(0.0);
            value(counts)
        };
        let down = step.min(large[corner]);
        *slope = (moved(step)? - moved(-down)?) / (step + down);
    }
    let alike: f64 = (0..4).map(|corner| large[corner] * gradient[corner] * gradient[corner]).sum();
    let total: f64 = CORNERS.iter().map(|kinds| moments.total(*kinds) as f64).sum();
    let scale = large.iter().sum::<f64>() / total;
    let mut over_people = 0.0;
    for (i, these) in CORNERS.iter().enumerate() {
        for (j, those) in CORNERS.iter().enumerate() {
            over_people += gradient[i] * gradient[j] * moments.product(*these, *those).approximate();
        }
    }
    let people = moments.people(JUDGED) as f64;
    if people < 2.0 || alike <= 0.0 || all <= 0.0 {
        return None;
    }
    // Both variances for as many rows as the function's own counts have.
    let per_row = scale * scale * over_people * people / (people - 1.0) / alike;
    Some(per_row * all / large.iter().sum::<f64>())
}
