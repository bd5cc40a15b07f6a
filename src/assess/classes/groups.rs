//! The figures of one group from its counts.

use super::{Basis, Counted};
use crate::assess::shares::{Estimated, estimate};
use crate::cell::design::MOST_ROWS;
use crate::inference::classes::Classes;
use crate::inference::classes::confusion::{Macro, OneAgainstRest};
use crate::inference::classes::harm::{by_weight, mean_harm};
use crate::inference::limits::Limits;
use crate::inference::measured::mean::limits;
use crate::inference::measured::undefined::Undefined as Unmeasured;
use crate::inference::share;
use crate::inference::trials::Trials;
use crate::metrics::Undefined;
use crate::result::number::{limit, twelve_digits};
use crate::result::{
    ClassGiven, ClassMean, ClassRate, ClassRates, ClassesGroup, ClassesRight, Group, HarmPerCase, HarmView,
};

/// Why a figure of classes does not exist, as reports name it.
pub(super) fn why(reason: Unmeasured) -> String {
    let reason = match reason {
        Unmeasured::NoRows => Undefined::NoRows,
        Unmeasured::TooFew { .. } => Undefined::NoInterval,
        other => other.into(),
    };
    reason.id().to_owned()
}

pub(super) fn told(basis: &Basis, axes: &[String], group: &Group, counted: &Counted) -> ClassesGroup {
    let rows = counted.given.iter().sum();
    let given = basis.classes.iter().zip(&counted.given).map(|(class, own)| {
        let rate = rate(Trials { hits: *own, of: rows }, basis.z());
        ClassGiven { class: class.clone(), rows: *own, share: rate.value, low: rate.low, high: rate.high }
    });
    ClassesGroup {
        axes: axes.to_vec(),
        group: group.clone(),
        rows,
        given: given.collect(),
        right: counted.both.as_ref().map(|both| right(basis, both)),
    }
}

fn right(basis: &Basis, both: &Classes) -> ClassesRight {
    let z = basis.z();
    let of_class = |(class, one): (&String, OneAgainstRest)| ClassRates {
        class: class.clone(),
        true_positive_rate: rate(one.recall, z),
        false_positive_rate: rate(one.false_alarms, z),
        precision: rate(one.precision, z),
    };
    let (kappa, matthews) = (both.kappa(), both.matthews());
    ClassesRight {
        rows: both.rows(),
        table: both.counts().to_vec(),
        classes: basis.classes.iter().zip(both.against_rest()).map(of_class).collect(),
        accuracy: rate(both.right(), z),
        macro_recall: mean(both.macro_recall()),
        macro_precision: mean(both.macro_precision()),
        macro_f1: mean(both.macro_f1()),
        kappa: kappa.ok().map(twelve_digits),
        kappa_undefined: kappa.err().map(why),
        matthews: matthews.ok().map(twelve_digits),
        matthews_undefined: matthews.err().map(why),
        harm: harm(basis, both),
    }
}

/// A share with its limits, or why there is none.
fn rate(trials: Trials, z: f64) -> ClassRate {
    let Estimated { share, low, high } = estimate(trials, z);
    ClassRate {
        hits: trials.hits,
        of: trials.of,
        value: share,
        low,
        high,
        undefined: share.is_none().then(|| Undefined::ZeroDenominator.id().to_owned()),
    }
}

fn mean(of: Result<Macro, Unmeasured>) -> ClassMean {
    match of {
        Ok(found) => ClassMean { value: Some(twelve_digits(found.value)), classes: found.classes, undefined: None },
        Err(reason) => ClassMean { value: None, classes: 0, undefined: Some(why(reason)) },
    }
}

fn harm(basis: &Basis, both: &Classes) -> HarmPerCase {
    match mean_harm(both, &basis.weights) {
        Ok(found) => {
            let value = twelve_digits(found.value);
            let limits = match Harms::of(basis, both) {
                Some(Harms::Share { weight, wrong }) => share::wilson(wrong, basis.z())
                    .map(|ends| Limits { low: ends.low * weight, high: ends.high * weight }.around(value)),
                Some(Harms::Mean { sound: true, heaviest }) => limits(found, basis.z()).ok().map(|ends| {
                    // No case has less than nothing, nor more than the heaviest.
                    Limits { low: ends.low.max(0.0), high: ends.high.min(heaviest) }.around(value)
                }),
                _ => None,
            };
            HarmPerCase {
                value: Some(value),
                low: limits.as_ref().and_then(|limits| limit(limits.low)),
                high: limits.as_ref().and_then(|limits| limit(limits.high)),
                undefined: None,
            }
        }
        Err(reason) => HarmPerCase { value: None, low: None, high: None, undefined: Some(why(reason)) },
    }
}

/// Cases of each weight without which the interval of a mean is too narrow: a rare heavy harm may not have been met.
pub(super) const CASES: u64 = 10;

/// What kind of number the harm per case is.
pub(super) enum Harms {
    /// All that do harm do the same: a share, times its weight.
    Share { weight: f64, wrong: Trials },
    /// Harms of several weights; `sound` where each has cases enough for an interval.
    Mean { sound: bool, heaviest: f64 },
}

impl Harms {
    /// None where nothing does harm.
    pub(super) fn of(basis: &Basis, both: &Classes) -> Option<Harms> {
        let harms = by_weight(both, &basis.weights).ok()?;
        let harmful: Vec<(f64, u64)> = harms.into_iter().filter(|(weight, _)| *weight > 0.0).collect();
        match harmful.as_slice() {
            [] => None,
            [(weight, hits)] => Some(Harms::Share { weight: *weight, wrong: Trials { hits: *hits, of: both.rows() } }),
            [.., (heaviest, _)] => {
                Some(Harms::Mean { sound: harmful.iter().all(|(_, rows)| *rows >= CASES), heaviest: *heaviest })
            }
        }
    }
}

/// The counts that a view holds of a group.
pub fn counts_of(one: &ClassesGroup) -> Counted {
    // No run counts more rows; a file that was tampered with can hold any number.
    let known = |rows: &u64| (*rows).min(MOST_ROWS);
    let table = |right: &ClassesRight| right.table.iter().map(|row| row.iter().map(known).collect()).collect();
    let both = one.right.as_ref().and_then(|right| Classes::new(table(right)).ok());
    Counted { given: one.given.iter().map(|given| known(&given.rows)).collect(), both }
}

/// Adds the rows of another group.
pub(super) fn add(sum: &mut Counted, other: Counted) {
    if sum.given.len() < other.given.len() {
        sum.given.resize(other.given.len(), 0);
    }
    sum.given.iter_mut().zip(&other.given).for_each(|(sum, rows)| *sum = sum.saturating_add(*rows));
    match (&mut sum.both, other.both) {
        (Some(sum), Some(other)) => sum.add(&other),
        (none, other) => *none = other,
    }
}

/// The harm of every class (columns) for cases of every class (rows): 1 where it is wrong and nothing else is said.
pub fn weights(classes: &[String], harm: &[HarmView]) -> Vec<Vec<f64>> {
    let fits = |listed: &[String], class: &String| listed.is_empty() || listed.contains(class);
    let weight = |right: &String, chosen: &String| {
        if right == chosen {
            return 0.0;
        }
        let last = harm.iter().rev().find(|harm| fits(&harm.right, right) && fits(&harm.chosen, chosen));
        last.map_or(1.0, |harm| harm.weight)
    };
    classes.iter().map(|right| classes.iter().map(|chosen| weight(right, chosen)).collect()).collect()
}
