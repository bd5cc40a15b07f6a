//! Groups held against their references, class by class and by the harm per case.

use super::groups::{Harms, why};
use super::sides::Sides;
use super::{Basis, Counted, Pair};
use crate::assess::details;
use crate::inference::classes::Classes;
use crate::inference::classes::harm::{by_weight, mean_harm};
use crate::inference::family::holm;
use crate::inference::limits::Limits;
use crate::inference::measured::welch;
use crate::inference::trials::Trials;
use crate::inference::{hypergeometric, normal, pair, two_by_two};
use crate::metrics::Undefined;
use crate::result::number::{limit, twelve_digits};
use crate::result::{ClassGap, ClassesGroup, HarmGap};

/// Rows that have to be expected in every cell for a test of many rows.
const LEAST_EXPECTED: f64 = 5.0;
/// Of all rows that were given a class.
const SHARE: &str = "share";
/// Of the rows whose right class it is.
const FOUND: &str = "true-positive-rate";

/// The rates of every class by one measure; none where they are not known.
fn rates(measure: &str, counted: &Counted) -> Option<Vec<Trials>> {
    if measure == SHARE {
        let of = counted.given.iter().sum();
        return Some(counted.given.iter().map(|hits| Trials { hits: *hits, of }).collect());
    }
    Some(counted.both.as_ref()?.against_rest().into_iter().map(|one| one.recall).collect())
}

/// The gaps of every class and of the harm per case.
pub(super) fn of(basis: &Basis, groups: &[ClassesGroup], pairs: &[Pair]) -> (Vec<ClassGap>, Vec<HarmGap>) {
    let sides = Sides::new(groups);
    (of_classes(basis, &sides, pairs), of_harm(basis, &sides, pairs))
}

/// The gaps of every measure, each measure a family of its own.
fn of_classes(basis: &Basis, sides: &Sides, pairs: &[Pair]) -> Vec<ClassGap> {
    let mut all = Vec::new();
    for measure in [SHARE, FOUND] {
        let mut family = Vec::new();
        for pair in pairs {
            let (own, other) = sides.of(pair);
            let Some((own, other)) = rates(measure, own).zip(rates(measure, &other)) else { continue };
            for (class, (own, other)) in basis.classes.iter().zip(own.into_iter().zip(other)) {
                family.push(gap(basis, measure, class, pair, own, other));
            }
        }
        let p: Vec<f64> = family.iter().map(|gap: &ClassGap| gap.p_value.unwrap_or(f64::NAN)).collect();
        for (gap, adjusted) in family.iter_mut().zip(holm(&p)) {
            (gap.p_adjusted, gap.shown) = decided(adjusted, basis.level);
        }
        all.extend(family);
    }
    all
}

/// The adjusted p-value, and whether it shows a difference.
fn decided(adjusted: f64, level: f64) -> (Option<f64>, bool) {
    if adjusted.is_nan() { (None, false) } else { (Some(twelve_digits(adjusted)), adjusted < 1.0 - level) }
}

/// The two-sided test that two rates are the same. Far out in the tails, where a family of many gaps decides, a test of many rows
/// finds what is chance where few are expected: there it is Fisher's.
fn equality(own: Trials, other: Trials) -> f64 {
    if two_by_two::smallest_expected(own, other) < LEAST_EXPECTED {
        return hypergeometric::fisher(own, other).two_sided;
    }
    details::equality(own, other).0
}

fn gap(basis: &Basis, measure: &str, class: &str, whom: &Pair, own: Trials, other: Trials) -> ClassGap {
    let too_few = own.of.min(other.of) < basis.min_group;
    let difference = own.share().zip(other.share()).map(|(a, b)| twelve_digits(a - b));
    let limits = pair::score_difference(own, other, basis.z());
    ClassGap {
        measure: measure.to_owned(),
        class: class.to_owned(),
        axes: whom.axes.clone(),
        group: whom.group.clone(),
        reference: whom.reference.clone(),
        value: own.share().map(twelve_digits),
        reference_value: other.share().map(twelve_digits),
        difference,
        low: limits.and_then(|limits| limit(limits.low)),
        high: limits.and_then(|limits| limit(limits.high)),
        p_value: (difference.is_some() && !too_few).then(|| twelve_digits(equality(own, other))),
        p_adjusted: None,
        shown: false,
        too_few,
        undefined: difference.is_none().then(|| Undefined::ZeroDenominator.id().to_owned()),
    }
}

/// The gaps of the harm per case; none where the right class is not known.
fn of_harm(basis: &Basis, sides: &Sides, pairs: &[Pair]) -> Vec<HarmGap> {
    let mut family: Vec<HarmGap> = Vec::new();
    for whom in pairs {
        let (own, other) = sides.of(whom);
        let Some((own, other)) = own.both.as_ref().zip(other.both.as_ref()) else { continue };
        let means = [own, other].map(|of| mean_harm(of, &basis.weights));
        let reason = means.iter().find_map(|mean| mean.as_ref().err().copied());
        let value = |of: usize| means[of].ok().map(|mean| mean.value);
        let (limits, p) = compared(basis, own, other);
        let too_few = own.rows().min(other.rows()) < basis.min_group || reason.is_none() && p.is_none();
        family.push(HarmGap {
            axes: whom.axes.clone(),
            group: whom.group.clone(),
            reference: whom.reference.clone(),
            value: value(0).map(twelve_digits),
            reference_value: value(1).map(twelve_digits),
            difference: value(0).zip(value(1)).map(|(a, b)| twelve_digits(a - b)),
            low: limits.and_then(|limits| limit(limits.low)),
            high: limits.and_then(|limits| limit(limits.high)),
            p_value: p.filter(|_| !too_few).map(twelve_digits),
            p_adjusted: None,
            shown: false,
            too_few,
            undefined: reason.map(why),
        });
    }
    let p: Vec<f64> = family.iter().map(|gap| gap.p_value.unwrap_or(f64::NAN)).collect();
    for (gap, adjusted) in family.iter_mut().zip(holm(&p)) {
        (gap.p_adjusted, gap.shown) = decided(adjusted, basis.level);
    }
    family
}

/// The interval of a difference of harms, and the test that there is none; neither where too few cases do harm.
fn compared(basis: &Basis, own: &Classes, other: &Classes) -> (Option<Limits>, Option<f64>) {
    match (Harms::of(basis, own), Harms::of(basis, other)) {
        (Some(Harms::Share { weight, wrong }), Some(Harms::Share { wrong: others, .. })) => {
            let limits = pair::score_difference(wrong, others, basis.z());
            let known = wrong.of > 0 && others.of > 0;
            let limits = limits.map(|ends| Limits { low: ends.low * weight, high: ends.high * weight });
            (limits, known.then(|| equality(wrong, others)))
        }
        (Some(Harms::Mean { sound, .. }), Some(Harms::Mean { sound: others, .. })) => {
            let [Ok(mean), Ok(of_others)] = [own, other].map(|of| mean_harm(of, &basis.weights)) else {
                return (None, None);
            };
            let limits = welch::difference(mean, of_others, basis.z()).ok().map(|found| found.limits);
            (limits.filter(|_| sound && others), same_harm(basis, own, other))
        }
        _ => (None, None),
    }
}

/// The test that two groups have one harm, with the variance of both together, which is not 0 where one side happens to have no
/// wrong class; none where of some weight fewer than five cases are expected on a side.
fn same_harm(basis: &Basis, own: &Classes, other: &Classes) -> Option<f64> {
    let mut both = own.clone();
    both.add(other);
    let [m1, m0, all] = [own, other, &both].map(|of| mean_harm(of, &basis.weights).ok());
    let (m1, m0, all) = (m1?, m0?, all?);
    let (n1, n0) = (own.rows() as f64, other.rows() as f64);
    let least = n1.min(n0) / (n1 + n0);
    let harms = by_weight(&both, &basis.weights).ok()?;
    let mut met = harms.into_iter().filter(|(weight, rows)| *weight > 0.0 && *rows > 0).peekable();
    met.peek()?;
    if met.any(|(_, rows)| rows as f64 * least < LEAST_EXPECTED) {
        return None;
    }
    let variance = all.variance.filter(|variance| *variance > 0.0)?;
    Some(normal::two_sided((m1.value - m0.value) / (variance * (1.0 / n1 + 1.0 / n0)).sqrt()))
}
