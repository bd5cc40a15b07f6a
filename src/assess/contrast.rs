//! A number of one group held against that of another: estimate, interval at any level, and evidence against a bound.

use num_rational::BigRational;
use num_traits::Zero;

use super::carry::{bring_back, carry};
use crate::cell::{Cell, Design, Trials};
use crate::exact::twelve_digits;
use crate::inference::limits::Limits;
use crate::inference::{invert, mover, normal, pair, skew, student};
use crate::metrics::designed::EffectivePair;
use crate::metrics::metric::Contrasts;
use crate::metrics::{Kind, Measured, Metric, Undefined};
use crate::policy::types::RatioInterval;

/// Ratio or difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contrasted {
    Ratio,
    Difference,
}

impl Contrasted {
    pub const BOTH: [Contrasted; 2] = [Contrasted::Ratio, Contrasted::Difference];

    pub fn id(self) -> &'static str {
        match self {
            Contrasted::Ratio => "ratio",
            Contrasted::Difference => "difference",
        }
    }
}

/// Two groups that share no row.
#[derive(Clone, Debug)]
pub struct Pair {
    pub metric: &'static Metric,
    pub focal: Cell,
    pub reference: Cell,
    /// The interval and the test of the ratio of two counted shares.
    ratio: RatioInterval,
    /// The two share rows in a way that is not known.
    shared: bool,
}

impl Pair {
    pub fn new(metric: &'static Metric, focal: &Cell, reference: &Cell) -> Pair {
        let ratio = RatioInterval::MiettinenNurminen;
        Pair { metric, focal: focal.clone(), reference: reference.clone(), ratio, shared: false }
    }

    /// The same pair, its ratio judged by this interval; shares on effective rows and numbers that are no shares keep
    /// their own.
    pub fn with(self, ratio: RatioInterval) -> Pair {
        Pair { ratio, ..self }
    }

    /// The smaller of the two denominators.
    pub fn denominator(&self) -> u64 {
        self.metric.denominator(&self.focal).min(self.metric.denominator(&self.reference))
    }

    pub fn estimate(&self, how: Contrasted) -> Measured {
        contrast(self.metric, &self.focal, &self.reference, how)
    }

    pub fn exact(&self, how: Contrasted) -> Option<BigRational> {
        exact_contrast(self.metric, &self.focal, &self.reference, how)
    }

    /// The interval at a normal quantile: Miettinen–Nurminen score for shares, corrected for skewness where the policy asks
    /// for it, standard errors for fits, MOVER for others.
    /// What scores kept in bins leave open is added at either end; limits of values of outcomes leave room for it themselves.
    pub fn limits(&self, how: Contrasted, z: f64) -> Option<Limits> {
        if self.is_designed() && self.metric.is_share() {
            let pair = self.effective(how)?;
            let t = student::of_normal(z, pair.df);
            return match how {
                Contrasted::Ratio => pair::score_ratio(pair.focal, pair.reference, t),
                Contrasted::Difference => pair::score_difference(pair.focal, pair.reference, t),
            };
        }
        if let (Some(focal), Some(reference)) = (self.metric.trials(&self.focal), self.metric.trials(&self.reference)) {
            return match (how, self.ratio) {
                (Contrasted::Ratio, RatioInterval::MiettinenNurminen) => pair::score_ratio(focal, reference, z),
                (Contrasted::Ratio, RatioInterval::Scas) => skew::score_ratio(focal, reference, z),
                (Contrasted::Difference, _) => pair::score_difference(focal, reference, z),
            };
        }
        if let Some((own, bound)) = self.own_contrast().filter(|_| !self.shared) {
            if how == Contrasted::Ratio && self.estimate(how) == Err(Undefined::NotPositive) {
                return None;
            }
            let limits = if how == Contrasted::Ratio { own.ratio } else { own.difference };
            return limits(self.metric.values(&self.focal)?, self.metric.values(&self.reference)?, bound, z);
        }
        let (focal, reference) = (self.metric.measure(&self.focal).ok()?, self.metric.measure(&self.reference).ok()?);
        let slack = (self.metric.slack(&self.focal), self.metric.slack(&self.reference));
        if let (Contrasted::Difference, Some(own), Some(other)) =
            (how, self.metric.standard_error(&self.focal), self.metric.standard_error(&self.reference))
        {
            // However the two go together, their difference strays no further than both together.
            // Where rows are not alike each is as much wider as its own limits are.
            let wide = |cell: &Cell| self.metric.reach(cell).map_or(z, |reach| reach.widen(z)).max(0.0);
            let (own, other) = (wide(&self.focal) * own, wide(&self.reference) * other);
            let reach = if self.shared { own + other } else { libm::hypot(own, other) };
            let limits = Limits { low: focal - reference - reach, high: focal - reference + reach };
            return Some(widen(limits, how, (focal, reference), slack));
        }
        let focal_limits = self.metric.chance_limits(&self.focal, z)?;
        let reference_limits = self.metric.chance_limits(&self.reference, z)?;
        let limits = match how {
            Contrasted::Difference if self.shared => {
                Limits { low: focal_limits.low - reference_limits.high, high: focal_limits.high - reference_limits.low }
            }
            Contrasted::Ratio if self.shared => Limits {
                low: focal_limits.low.max(0.0) / reference_limits.high,
                high: if reference_limits.low > 0.0 { focal_limits.high / reference_limits.low } else { f64::INFINITY },
            },
            Contrasted::Ratio => mover::ratio(focal, focal_limits, reference, reference_limits),
            Contrasted::Difference => mover::difference(focal, focal_limits, reference, reference_limits),
        };
        Some(widen(limits, how, (focal, reference), slack))
    }

    /// How a figure of an outcome is contrasted, and the bound of the outcome.
    fn own_contrast(&self) -> Option<(&'static Contrasts, f64)> {
        let Kind::Gauge { gauge, bound } = self.metric.kind else { return None };
        gauge.contrast.as_ref().map(|own| (own, bound))
    }

    /// Whether rows are not alike: of people, weighted, or in a group in part.
    pub fn is_designed(&self) -> bool {
        self.focal.design().is_some() && self.reference.design().is_some()
    }

    /// Both shares as effective numbers of rows; none where rows are alike.
    pub fn effective(&self, how: Contrasted) -> Option<EffectivePair> {
        self.metric.effective_pair(&self.focal, &self.reference, how == Contrasted::Ratio)
    }

    /// One-sided p-value of the true contrast being below the bound: small is evidence that it is.
    pub fn p_below(&self, how: Contrasted, bound: f64) -> f64 {
        invert::p_below(self.score(how, bound), |z| self.limits(how, z), bound)
    }

    /// One-sided p-value of the true contrast being above the bound.
    pub fn p_above(&self, how: Contrasted, bound: f64) -> f64 {
        invert::p_above(self.score(how, bound), |z| self.limits(how, z), bound)
    }

    fn score(&self, how: Contrasted, bound: f64) -> Option<f64> {
        let designed = if self.is_designed() { Some(self.effective(how)?) } else { None };
        let (focal, reference) = (self.metric.trials(&self.focal)?, self.metric.trials(&self.reference)?);
        // No ratio is below zero and no difference of shares beyond one: the evidence is complete.
        match how {
            Contrasted::Ratio if bound <= 0.0 => Some(f64::INFINITY),
            Contrasted::Difference if bound <= -1.0 => Some(f64::INFINITY),
            Contrasted::Difference if bound >= 1.0 => Some(f64::NEG_INFINITY),
            Contrasted::Ratio => Some(match (designed, self.ratio) {
                (Some(pair), _) => pair.reach().narrow(pair::z_ratio(pair.focal, pair.reference, bound)),
                (None, RatioInterval::MiettinenNurminen) => pair::z_ratio(focal, reference, bound),
                (None, RatioInterval::Scas) => skew::z_ratio(focal, reference, bound),
            }),
            Contrasted::Difference => Some(match designed {
                Some(pair) => pair.reach().narrow(pair::z_difference(pair.focal, pair.reference, bound)),
                None => pair::z_difference(focal, reference, bound),
            }),
        }
    }

    pub fn method(&self, how: Contrasted) -> &'static str {
        if self.shared {
            "sum-of-reaches"
        } else if self.metric.is_share() {
            match (how, self.ratio) {
                _ if self.is_designed() => "miettinen-nurminen-effective",
                (Contrasted::Ratio, RatioInterval::Scas) => "scas",
                _ => "miettinen-nurminen",
            }
        } else if let Some((own, _)) = self.own_contrast() {
            if how == Contrasted::Ratio { own.ratio_method } else { own.difference_method }
        } else if self.metric.standard_error(&self.focal).is_some() {
            "standard-errors"
        } else {
            "mover"
        }
    }
}

/// Moves the limits of a contrast as far out as the scores kept in bins could move its two numbers.
fn widen(limits: Limits, how: Contrasted, values: (f64, f64), slack: ((f64, f64), (f64, f64))) -> Limits {
    let ((own_below, own_above), (other_below, other_above)) = slack;
    if (own_below, own_above, other_below, other_above) == (0.0, 0.0, 0.0, 0.0) {
        return limits;
    }
    match how {
        Contrasted::Difference => {
            Limits { low: limits.low - own_below - other_above, high: limits.high + own_above + other_below }
        }
        Contrasted::Ratio => {
            let (own, other) = values;
            let down = (1.0 - own_below / own).max(0.0) / (1.0 + other_above / other);
            let up = (1.0 + own_above / own) / (1.0 - other_below / other).max(0.0);
            let scaled = |limit: f64, by: f64| if by.is_nan() { limit } else { limit * by };
            Limits { low: scaled(limits.low, down), high: scaled(limits.high, up) }
        }
    }
}

/// A group against its reference.
#[derive(Clone, Debug)]
pub enum Against {
    /// A group that shares no row with it.
    One(Pair),
    /// Everybody. Group and overall share rows, so the interval is carried over from the comparison with the others.
    Overall { pair: Pair, overall: Cell, weight: f64 },
    /// The group with the highest rate, chosen by the data: the interval covers the smallest of all pairwise contrasts.
    Highest { pair: Pair, rivals: Vec<Pair> },
}

impl Against {
    /// A group against everybody, given the pair of the group and all others. Where the number of everybody is no weighted mean, group and everybody are taken as if
    /// they were independent: they go together, so the interval errs on the wide side. Figures of the score need not go
    /// together: of these the reaches of both are added.
    pub fn overall(pair: Pair, overall: &Cell) -> Against {
        let metric = pair.metric;
        match metric.weight(&pair.focal).zip(metric.weight(overall)) {
            Some((own, all)) => {
                let weight = if all == 0.0 { 1.0 } else { own / all };
                Against::Overall { pair, overall: overall.clone(), weight }
            }
            None => Against::One(Pair {
                shared: metric.needs.score || metric.needs.outcome,
                reference: overall.clone(),
                ..pair
            }),
        }
    }

    pub fn pair(&self) -> &Pair {
        match self {
            Against::One(pair) | Against::Overall { pair, .. } | Against::Highest { pair, .. } => pair,
        }
    }

    /// The cell of the reference itself.
    pub fn reference(&self) -> &Cell {
        match self {
            Against::Overall { overall, .. } => overall,
            Against::One(pair) | Against::Highest { pair, .. } => &pair.reference,
        }
    }

    /// The smallest denominator on either side.
    pub fn denominator(&self) -> u64 {
        let pair = self.pair();
        pair.metric.denominator(&pair.focal).min(pair.metric.denominator(self.reference()))
    }

    pub fn estimate(&self, how: Contrasted) -> Measured {
        contrast(self.pair().metric, &self.pair().focal, self.reference(), how)
    }

    pub fn exact(&self, how: Contrasted) -> Option<BigRational> {
        exact_contrast(self.pair().metric, &self.pair().focal, self.reference(), how)
    }

    pub fn limits(&self, how: Contrasted, level: f64) -> Option<Limits> {
        let limits = match self {
            Against::One(pair) => pair.limits(how, normal::critical(level)),
            Against::Overall { pair, weight, .. } => {
                let limits = pair.limits(how, normal::critical(level))?;
                Some(Limits { low: carry(how, limits.low, *weight), high: carry(how, limits.high, *weight) })
            }
            Against::Highest { pair, rivals } if rivals.is_empty() => pair.limits(how, normal::critical(level)),
            Against::Highest { rivals, .. } => {
                let z = normal::critical(1.0 - (1.0 - level) / rivals.len() as f64);
                let all: Option<Vec<Limits>> = rivals.iter().map(|rival| rival.limits(how, z)).collect();
                let least =
                    |pick: fn(&Limits) -> f64, all: &[Limits]| all.iter().map(pick).fold(f64::INFINITY, f64::min);
                all.map(|all| Limits { low: least(|l| l.low, &all), high: least(|l| l.high, &all) })
            }
        }?;
        // The estimate is inside by construction; rounding in the last digit must not put it outside.
        let estimate = self.estimate(how).ok()?;
        Some(limits.around(estimate))
    }

    pub fn p_below(&self, how: Contrasted, bound: f64) -> f64 {
        match self {
            Against::One(pair) => pair.p_below(how, bound),
            Against::Overall { pair, weight, .. } => match bring_back(how, bound, *weight) {
                Some(bound) => pair.p_below(how, bound),
                // No value of the others could reach the bound.
                None => 0.0,
            },
            Against::Highest { pair, rivals } if rivals.is_empty() => pair.p_below(how, bound),
            Against::Highest { rivals, .. } => {
                let least = rivals.iter().map(|rival| rival.p_below(how, bound)).fold(1.0, f64::min);
                (least * rivals.len() as f64).min(1.0)
            }
        }
    }

    pub fn p_above(&self, how: Contrasted, bound: f64) -> f64 {
        match self {
            Against::One(pair) => pair.p_above(how, bound),
            Against::Overall { pair, weight, .. } => match bring_back(how, bound, *weight) {
                Some(bound) => pair.p_above(how, bound),
                None => 1.0,
            },
            Against::Highest { pair, rivals } if rivals.is_empty() => pair.p_above(how, bound),
            Against::Highest { rivals, .. } => {
                let most = rivals.iter().map(|rival| rival.p_above(how, bound)).fold(0.0, f64::max);
                (most * rivals.len() as f64).min(1.0)
            }
        }
    }

    pub fn method(&self, how: Contrasted) -> &'static str {
        match (self, self.pair().method(how)) {
            (Against::One(_), method) => method,
            (_, "miettinen-nurminen-effective") => "miettinen-nurminen-effective",
            (Against::Overall { .. }, "miettinen-nurminen") => "miettinen-nurminen-from-rest",
            (Against::Overall { .. }, "scas") => "scas-from-rest",
            (Against::Overall { .. }, "standard-errors") => "standard-errors-from-rest",
            (Against::Overall { .. }, "welch") => "welch-from-rest",
            (Against::Overall { .. }, "delta-logarithm") => "delta-logarithm-from-rest",
            (Against::Overall { .. }, "yuen") => "yuen-from-rest",
            (Against::Overall { .. }, _) => "mover-from-rest",
            (Against::Highest { .. }, "miettinen-nurminen") => "miettinen-nurminen-smallest-of-pairs",
            (Against::Highest { .. }, "scas") => "scas-smallest-of-pairs",
            (Against::Highest { .. }, "standard-errors") => "standard-errors-smallest-of-pairs",
            (Against::Highest { .. }, "welch") => "welch-smallest-of-pairs",
            (Against::Highest { .. }, "delta-logarithm") => "delta-logarithm-smallest-of-pairs",
            (Against::Highest { .. }, "yuen") => "yuen-smallest-of-pairs",
            (Against::Highest { .. }, _) => "mover-smallest-of-pairs",
        }
    }
}

fn contrast(metric: &Metric, focal: &Cell, reference: &Cell, how: Contrasted) -> Measured {
    let (own, other) = (metric.measure(focal)?, metric.measure(reference)?);
    if how == Contrasted::Ratio && !(metric.has_ratio(focal, own) && metric.has_ratio(reference, other)) {
        return Err(Undefined::NotPositive);
    }
    if how == Contrasted::Ratio && other == 0.0 {
        return Err(if own == 0.0 { Undefined::BothZero } else { Undefined::Infinite });
    }
    let weighted = [focal, reference].iter().any(|cell| cell.design().is_some_and(Design::is_weighted));
    let Some((a, b)) = metric.trials(focal).zip(metric.trials(reference)).filter(|_| !weighted) else {
        let value = match how {
            Contrasted::Difference => own - other,
            Contrasted::Ratio => own / other,
        };
        // Of figures of the score the last digits are noise; composites are quotients of counts.
        return Ok(if metric.needs.score || metric.needs.outcome { twelve_digits(value) } else { value });
    };
    Ok(contrast_shares(a, b, how))
}

/// Two shares with something to divide by: the products are whole numbers, so that four fifths comes out as 0.8 and
/// 0.8 - 0.6 as 0.2.
pub(super) fn contrast_shares(focal: Trials, reference: Trials, how: Contrasted) -> f64 {
    let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
    let (over, under) = (product(focal.hits, reference.of), product(focal.of, reference.hits));
    match how {
        Contrasted::Ratio => over as f64 / under as f64,
        Contrasted::Difference => {
            let sign = if over < under { -1.0 } else { 1.0 };
            sign * over.abs_diff(under) as f64 / product(focal.of, reference.of) as f64
        }
    }
}

/// Two shares as a fraction; none without anything to divide by.
pub fn exact_shares(focal: Trials, reference: Trials, how: Contrasted) -> Option<BigRational> {
    let share = |t: Trials| (t.of > 0).then(|| BigRational::new(t.hits.into(), t.of.into()));
    exactly(share(focal)?, share(reference)?, how)
}

fn exact_contrast(metric: &Metric, focal: &Cell, reference: &Cell, how: Contrasted) -> Option<BigRational> {
    exactly(metric.measure_exactly(focal)?, metric.measure_exactly(reference)?, how)
}

fn exactly(own: BigRational, other: BigRational, how: Contrasted) -> Option<BigRational> {
    match how {
        Contrasted::Difference => Some(own - other),
        Contrasted::Ratio if other.is_zero() => None,
        Contrasted::Ratio => Some(own / other),
    }
}
