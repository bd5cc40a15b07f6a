//! What could a check row have seen, and how many more cases would it take to tell?
//!
//! Questions of one row looked at alone, about large samples. Only where hits are counted out of trials: of other numbers
//! the rates are not enough.

use super::evidence::Bounds;
use crate::assess::carry::{bring_back, carry};
use crate::assess::{Against, Contrasted};
use crate::cell::Cell;
use crate::exact::Exact;
use crate::inference::limits::Limits;
use crate::inference::measure::Measure;
use crate::inference::power::claim::{self, Claim};
use crate::inference::power::growth::growth;
use crate::inference::power::{Rates, Sizes, share};
use crate::inference::proportion::Proportion;
use crate::inference::{normal, student};
use crate::metrics::{self, Metric};
use crate::policy::types::Adjust;
use crate::policy::{Policy, outcome};
use crate::result::number::twelve_digits;
use crate::result::{CheckRow, Family, Verdict};

/// What a check row of shares rests on, as far as its power goes.
#[derive(Clone, Copy, Debug)]
pub struct Basis {
    question: Question,
    /// The limits of the check, as limits of what is asked about; infinite where there is none.
    within: Limits,
    /// The error of one side.
    side: f64,
    /// Degrees of freedom of Student's t; infinite where rows are alike.
    df: f64,
}

#[derive(Clone, Copy, Debug)]
enum Question {
    /// Two groups that share no row. Where the check is against everybody, the part that the group has in everybody.
    Pair { how: Contrasted, sizes: Sizes, rates: Rates, part: Option<f64> },
    /// One group of so many rows.
    Share { rows: f64, rate: f64 },
}

/// The error of one side of an interval at this level.
fn side(level: f64) -> f64 {
    (1.0 - level) / 2.0
}

fn infinite(bounds: Bounds) -> Limits {
    let end = |bound: Option<&Exact>, none: f64| bound.map_or(none, Exact::approximate);
    Limits { low: end(bounds.min, f64::NEG_INFINITY), high: end(bounds.max, f64::INFINITY) }
}

impl Basis {
    /// The basis of a group against its reference; none for numbers that are no shares.
    ///
    /// Against everybody the limits are carried back to the comparison with all others. Against the highest rate the pair
    /// with the group that has it stands for all, at the error that each pair is given.
    pub fn of_contrast(against: &Against, how: Contrasted, level: f64, bounds: Bounds) -> Option<Basis> {
        let pair = against.pair();
        let (sizes, rates, df) = if pair.is_designed() {
            let effective = pair.effective(how)?;
            let (focal, reference) = (effective.focal, effective.reference);
            (sizes(focal, reference), rates(focal, reference), effective.df)
        } else {
            let (focal, reference) = (pair.metric.trials(&pair.focal)?, pair.metric.trials(&pair.reference)?);
            (sizes(focal, reference), rates(focal, reference), f64::INFINITY)
        };
        let (pairs, part) = match against {
            Against::One(_) => (1, None),
            Against::Overall { weight, .. } => (1, Some(*weight)),
            Against::Highest { rivals, .. } => (rivals.len().max(1), None),
        };
        // A bound that no contrast with everybody can reach lies above all of them.
        let brought = |bound: f64| match part {
            Some(part) if bound.is_finite() => bring_back(how, bound, part).unwrap_or(f64::INFINITY),
            _ => bound,
        };
        let within = infinite(bounds);
        Some(Basis {
            question: Question::Pair { how, sizes, rates, part },
            within: Limits { low: brought(within.low), high: brought(within.high) },
            side: side(level) / pairs as f64,
            df,
        })
    }

    /// The basis of one group held against limits; none for numbers that are no shares.
    pub fn of_value(metric: &Metric, cell: &Cell, level: f64, bounds: Bounds) -> Option<Basis> {
        let (rows, rate, df) = if cell.design().is_some() {
            let effective = metric.effective(cell)?;
            (effective.of(), effective.rate(), effective.df())
        } else {
            let trials = metric.trials(cell)?;
            (Proportion::of(trials), trials.share()?, f64::INFINITY)
        };
        let question = Question::Share { rows, rate };
        Some(Basis { question, within: infinite(bounds), side: side(level), df })
    }

    /// How many standard errors prove something, when the p-value is multiplied by `price` and there are `factor` times
    /// the rows.
    fn critical(&self, price: f64, factor: f64) -> f64 {
        student::of_normal(-normal::quantile(self.side / price), self.df * factor)
    }

    /// The value nearest to the limit that would have been found to be beyond it with this power, on the side on which
    /// the group is worse off; where there is no limit on that side, on the other.
    fn smallest_detectable(&self, lower_is_worse: bool, power: f64) -> Option<f64> {
        let Limits { low, high } = self.within;
        let z = self.critical(1.0, 1.0);
        let is_below = if lower_is_worse { low.is_finite() } else { !high.is_finite() };
        let bound = if is_below { low } else { high };
        match self.question {
            _ if !bound.is_finite() => None,
            Question::Share { rows, .. } if is_below => share::provable_below(bound, rows, z, power),
            Question::Share { rows, .. } => share::provable_above(bound, rows, z, power),
            Question::Pair { how, sizes, rates, part } => {
                let nearest = if is_below { claim::provable_below } else { claim::provable_above };
                let found = nearest(measure(how), bound, sizes, rates.reference, z, power)?;
                let value = contrast(how, found)?;
                Some(part.map_or(value, |part| carry(how, value, part)))
            }
        }
    }

    /// The chance that a group with exactly the rate of its reference would have been shown to be within the limits.
    fn power_at_parity(&self) -> Option<f64> {
        let Question::Pair { how, sizes, rates, .. } = self.question else { return None };
        let alike = Rates { focal: rates.reference, reference: rates.reference };
        claim::power(Claim { measure: measure(how), within: self.within }, sizes, alike, self.critical(1.0, 1.0))
    }

    /// How many more than `rows` it takes, everything growing in proportion, to decide with this power what the estimate
    /// leans to, if the estimate is the truth.
    fn rows_needed(&self, rows: u64, leaning: Verdict, price: f64, power: f64) -> Option<u64> {
        let (claimed, price) = match leaning {
            Verdict::Met => (self.within, 1.0),
            _ => (self.beyond()?, price),
        };
        let z = |factor: f64| self.critical(price, factor);
        let grown = match self.question {
            Question::Share { rows: of, rate } => {
                growth(rows, power, |factor| share::power(claimed, of * factor, rate, z(factor)))
            }
            Question::Pair { how, sizes, rates, .. } => {
                let claim = Claim { measure: measure(how), within: claimed };
                growth(rows, power, |factor| claim::power(claim, sizes.scaled(factor), rates, z(factor)))
            }
        };
        // The row is not decided, so it takes at least one more.
        grown.map(|grown| grown.more.max(1))
    }

    /// What lies beyond the limit that the estimate is beyond.
    fn beyond(&self) -> Option<Limits> {
        let value = match self.question {
            Question::Share { rate, .. } => rate,
            Question::Pair { how, rates, .. } => contrast(how, rates)?,
        };
        let Limits { low, high } = self.within;
        if value < low {
            Some(Limits { low: f64::NEG_INFINITY, high: low })
        } else {
            (value > high).then_some(Limits { low: high, high: f64::INFINITY })
        }
    }
}

/// Writes into every row that an interval judged what it could have seen; `bases` stand in the order of the rows.
pub fn tell(policy: &Policy, rows: &mut [CheckRow], bases: &[Option<Basis>]) {
    let power = policy.statistics.power.approximate();
    let judged = rows.iter().filter(|row| row.family() == Family::Interval);
    let mut family: Vec<f64> = judged.filter_map(|row| row.p_value).collect();
    family.sort_by(f64::total_cmp);
    let selection = policy.selection().name();
    for (row, basis) in rows.iter_mut().zip(bases) {
        let (Some(basis), Some(p)) = (basis, row.p_value) else { continue };
        let metric = outcome::find_metric(&policy.outcomes, &row.metric).or_else(|| metrics::find(&row.metric));
        let lower_is_worse = metric.and_then(|metric| metric.worse.is_lower(selection)).unwrap_or(true);
        row.smallest_detectable = basis.smallest_detectable(lower_is_worse, power).map(twelve_digits);
        row.power_at_parity = basis.power_at_parity().map(twelve_digits);
        let undecided = row.verdict == Verdict::Inconclusive;
        if let Some(leaning) = row.leaning.filter(|_| undecided) {
            let price = price(policy.statistics.adjust, &family, p);
            row.rows_needed = basis.rows_needed(row.rows, leaning, price, power);
        }
    }
}

/// By what the adjustment multiplies a p-value of the family, which is in rising order. When everything grows, the order of the p-values beyond a
/// limit stays about as it is, and so does the price.
fn price(adjust: Adjust, family: &[f64], p: f64) -> f64 {
    let members = family.len() as f64;
    match adjust {
        Adjust::None => 1.0,
        Adjust::Holm => members - family.partition_point(|other| *other < p) as f64,
        Adjust::Bh => members / family.partition_point(|other| *other <= p).max(1) as f64,
    }
}

fn measure(how: Contrasted) -> Measure {
    match how {
        Contrasted::Ratio => Measure::Ratio,
        Contrasted::Difference => Measure::Difference,
    }
}

fn contrast(how: Contrasted, rates: Rates) -> Option<f64> {
    match how {
        Contrasted::Ratio => rates.ratio(),
        Contrasted::Difference => Some(rates.difference()),
    }
}

fn sizes<P: Proportion>(focal: P, reference: P) -> Sizes {
    Sizes { focal: focal.of(), reference: reference.of() }
}

fn rates<P: Proportion>(focal: P, reference: P) -> Rates {
    Rates { focal: focal.rate(), reference: reference.rate() }
}
