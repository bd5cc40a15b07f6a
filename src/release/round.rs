//! Rounds what is shown. Counts become multiples; rates, numbers of the four counts, their ratios and differences and the
//! intervals of all these are worked out again from the rounded counts, so that the exact ones cannot be worked back. What rests on
//! more than counts (scores, weights, people) is cut to three decimals, numbers of the values of an outcome to three digits.

use std::collections::BTreeMap;

use super::campaign;
use super::counts::to_nearest;
use super::mask::hide_consent;
use crate::assess::carry::carry;
use crate::assess::contrast::Contrasted;
use crate::assess::earlier::is_missing;
use crate::cell::{Confusion, Trials};
use crate::inference::limits::Limits;
use crate::inference::{mover, normal, pair, share};
use crate::metrics::{self, Kind};
use crate::result::*;

/// Three decimals; a number too large to have any is as it is.
pub(super) fn short(value: f64) -> f64 {
    let cut = (value * 1000.0).round() / 1000.0;
    if cut.is_finite() { cut } else { value }
}

/// Three digits: a middle value is that of one person, and an amount can have any size.
pub(super) fn three_digits(value: f64) -> f64 {
    let cut = format!("{value:.2e}").parse().unwrap_or(value);
    if f64::is_finite(cut) { cut } else { value }
}

/// How numbers of a metric are cut.
fn cut_of(metric: &str) -> fn(f64) -> f64 {
    if is_gauge(metric) { three_digits } else { short }
}

/// Whether it is a number of the values of an outcome, which no count tells.
fn is_gauge(metric: &str) -> bool {
    metrics::find(metric).is_some_and(|metric| matches!(metric.kind, Kind::Gauge { .. }))
}

fn shorten(value: &mut Option<f64>) {
    *value = value.map(short);
}

pub(super) fn cut<'a>(numbers: impl IntoIterator<Item = &'a mut Option<f64>>, by: fn(f64) -> f64) {
    numbers.into_iter().for_each(|number| *number = number.map(by));
}

type Of<'a> = (String, Vec<String>, Group);

pub fn round(document: &mut Document, of: u64) {
    let z = normal::critical(document.policy.level);
    // Exact shares and bounds would tell the exact counts.
    hide_consent(&mut document.consent);
    campaign::round(&mut document.campaign, of, z);
    super::human::round(&mut document.human, of, z);
    super::funnel::round(&mut document.funnel, of, z);
    super::classes::round(&mut document.classes, of, document.policy.level, document.policy.min_group);
    // A cut between two scores is as fine as a count can be.
    document.budgets.clear();
    let data = &mut document.data;
    data.rows_read = to_nearest(data.rows_read, of);
    data.rows_used = to_nearest(data.rows_used, of);
    for source in &mut data.sources {
        source.rows = to_nearest(source.rows, of);
        for held in &mut source.holds {
            held.rows = to_nearest(held.rows, of);
        }
    }
    for excluded in &mut data.excluded {
        excluded.rows = to_nearest(excluded.rows, of);
    }
    for left in &mut data.left_out {
        left.rows = to_nearest(left.rows, of);
    }
    for attribute in &mut data.attributes {
        attribute.missing_rows = to_nearest(attribute.missing_rows, of);
        for group in &mut attribute.groups {
            group.rows = to_nearest(group.rows, of);
            group.share = short(group.rows as f64 / data.rows_used.max(1) as f64);
        }
    }
    let mut trials: BTreeMap<Of, Trials> = BTreeMap::new();
    for m in &mut document.measurements {
        round_measurement(m, of, z);
        if let (Some(hits), Some(all)) = (m.numerator, m.denominator) {
            trials.insert((m.metric.clone(), m.axes.clone(), m.group.clone()), Trials { hits, of: all });
        }
    }
    for m in &mut document.measurements {
        let of = |metric: &str| trials.get(&(metric.to_owned(), m.axes.clone(), m.group.clone())).copied();
        if let (Some(positive), Some(negative)) = (of("true-positive-rate"), of("false-positive-rate")) {
            round_composite(m, positive, negative, z);
        }
    }
    let numbers: BTreeMap<Of, Measurement> = document
        .measurements
        .iter()
        .map(|m| ((m.metric.clone(), m.axes.clone(), m.group.clone()), m.clone()))
        .collect();
    for c in &mut document.comparisons {
        if c.undefined.is_none() {
            round_comparison(c, &trials, &numbers, z);
        }
        if let Some(p) = &mut c.p_value {
            *p = short(*p);
        }
        // Shortfalls, odds and exact tests are those of the exact counts.
        c.details = None;
    }
    for one in &mut document.outcome_comparisons {
        for ranked in [&mut one.standardised_gap, &mut one.has_more] {
            [&mut ranked.value, &mut ranked.low, &mut ranked.high].into_iter().for_each(shorten);
        }
        [&mut one.p_value, &mut one.distance].into_iter().for_each(shorten);
        cut([&mut one.transport], three_digits);
        (one.distance_bounds, one.transport_bounds) = (None, None);
    }
    for tail in &mut document.outcome_tails {
        tail.rows = to_nearest(tail.rows, of);
        for number in [&mut tail.mean, &mut tail.trimmed_mean] {
            *number = three_digits(*number);
        }
        for number in [&mut tail.skewness, &mut tail.rows_for_mean] {
            *number = short(*number);
        }
        shorten(&mut tail.top_share);
    }
    for one in &mut document.outcome_inequality {
        one.rows = to_nearest(one.rows, of);
        one.mean = three_digits(one.mean);
        [&mut one.gini.value, &mut one.gini.low, &mut one.gini.high].into_iter().for_each(shorten);
        shorten(&mut one.top_tenth.value);
        cut([&mut one.worst_tenth.value], three_digits);
        (one.top_tenth.bounds, one.worst_tenth.bounds) = (None, None);
    }
    for one in &mut document.outcome_calibration {
        one.rows = to_nearest(one.rows, of);
        for tenth in &mut one.tenths {
            tenth.rows = to_nearest(tenth.rows, of);
            (tenth.predicted, tenth.actual) = (three_digits(tenth.predicted), three_digits(tenth.actual));
            cut([&mut tenth.low, &mut tenth.high], three_digits);
        }
    }
    let values: BTreeMap<_, _> = document
        .measurements
        .iter()
        .map(|m| (("value".to_owned(), m.metric.clone(), m.axes.clone(), m.group.clone()), (m.value, m.low, m.high)))
        .chain(document.comparisons.iter().map(|c| {
            ((c.contrast.clone(), c.metric.clone(), c.axes.clone(), c.group.clone()), (c.value, c.low, c.high))
        }))
        .collect();
    for row in &mut document.checks {
        row.rows = to_nearest(row.rows, of);
        let key = (row.contrast.clone(), row.metric.clone(), row.axes.clone(), row.group.clone());
        match values.get(&key) {
            Some((value, low, high))
                if row.value.is_some() && row.strata.is_empty() && row.evidence != "sequential" =>
            {
                (row.value, row.low, row.high) = (*value, row.low.and(*low), row.high.and(*high));
            }
            _ => cut([&mut row.value, &mut row.low, &mut row.high], cut_of(&row.metric)),
        }
        for number in [&mut row.p_value, &mut row.p_adjusted, &mut row.smallest_detectable, &mut row.power_at_parity] {
            shorten(number);
        }
        row.rows_needed = row.rows_needed.map(|rows| to_nearest(rows, of));
    }
    for spread in &mut document.spreads {
        let value = |extreme: &Extreme| {
            let key = ("value".to_owned(), spread.metric.clone(), spread.axes.clone(), extreme.group.clone());
            values.get(&key).and_then(|found| found.0)
        };
        let ends = spread.lowest.as_ref().and_then(value).zip(spread.highest.as_ref().and_then(value));
        if let (Some((low, high)), Some(lowest), Some(highest)) = (ends, &mut spread.lowest, &mut spread.highest) {
            (lowest.value, highest.value) = (low, high);
            let cut = cut_of(&spread.metric);
            spread.difference = spread.difference.map(|_| cut(high - low));
            spread.ratio = spread.ratio.filter(|_| high > 0.0).map(|_| cut(low / high));
        }
    }
}

fn round_measurement(m: &mut Measurement, of: u64, z: f64) {
    m.numerator = m.numerator.map(|count| to_nearest(count, of));
    m.denominator = m.denominator.map(|count| to_nearest(count, of));
    m.people = m.people.map(|count| to_nearest(count, of));
    shorten(&mut m.effective_rows);
    cut([&mut m.value, &mut m.low, &mut m.high], cut_of(&m.metric));
    [&mut m.if_calibrated, &mut m.p_value].into_iter().for_each(shorten);
    let counted = m.numerator.zip(m.denominator).filter(|(_, all)| *all > 0 && m.undefined.is_none());
    let Some((hits, all)) = counted.filter(|_| m.method == "wilson") else { return };
    let trials = Trials { hits: hits.min(all), of: all };
    m.numerator = Some(trials.hits);
    m.value = Some(short(trials.hits as f64 / all as f64));
    if let Some(limits) = share::wilson(trials, z) {
        (m.low, m.high) = (Some(short(limits.low)), Some(short(limits.high)));
    }
}

/// A number of the four counts, from the rounded ones.
fn round_composite(m: &mut Measurement, positive: Trials, negative: Trials, z: f64) {
    let Some(Kind::Composite(composite)) = metrics::find(&m.metric).map(|metric| &metric.kind) else { return };
    if m.undefined.is_some() || m.method != composite.method {
        return;
    }
    let confusion = Confusion {
        true_pos: positive.hits,
        false_pos: negative.hits,
        false_neg: positive.of - positive.hits,
        true_neg: negative.of - negative.hits,
    };
    m.value = (composite.value)(&confusion).ok().map(short).or(m.value);
    if let Some(limits) = (composite.limits)(&confusion, z) {
        (m.low, m.high) = (Some(short(limits.low)), Some(short(limits.high)));
    }
}

fn round_comparison(c: &mut Comparison, trials: &BTreeMap<Of, Trials>, numbers: &BTreeMap<Of, Measurement>, z: f64) {
    let key = |axes: &[String], group: &Group| (c.metric.clone(), axes.to_vec(), group.clone());
    let how = if c.contrast == "ratio" { Contrasted::Ratio } else { Contrasted::Difference };
    let counted = ["miettinen-nurminen", "scas"].contains(&c.method.as_str());
    let focal = trials.get(&key(&c.axes, &c.group)).copied().filter(|_| counted);
    let everybody = trials.get(&key(&[], &Group::new())).copied();
    let found = match (focal, c.reference.kind.as_str()) {
        (Some(focal), "rest") => {
            // Those without a level take no part.
            let lacking = trials
                .iter()
                .filter(|((metric, axes, group), _)| *metric == c.metric && *axes == c.axes && is_missing(group));
            let others =
                lacking.fold(everybody.map(|all| less(all, focal)), |all, (_, some)| all.map(|all| less(all, *some)));
            others.and_then(|others| compare(how, focal, others, z))
        }
        (Some(focal), "overall") => everybody.and_then(|all| {
            let weight = focal.of as f64 / all.of.max(1) as f64;
            let (value, limits) = compare(how, focal, less(all, focal), z)?;
            let carried = |value: f64| carry(how, value, weight);
            Some((carried(value), limits.map(|l| Limits { low: carried(l.low), high: carried(l.high) })))
        }),
        (Some(focal), _) => {
            trials.get(&key(&c.axes, &c.reference.group)).and_then(|other| compare(how, focal, *other, z))
        }
        (None, _) if c.method == "mover" && !is_gauge(&c.metric) && !c.reference.group.is_empty() => {
            let side = |group: &Group| {
                let m = numbers.get(&key(&c.axes, group))?;
                Some((m.value?, Limits { low: m.low?, high: m.high? }))
            };
            side(&c.group).zip(side(&c.reference.group)).and_then(|((v1, l1), (v0, l0))| match how {
                Contrasted::Ratio if v0 > 0.0 => Some((v1 / v0, Some(mover::ratio(v1, l1, v0, l0)))),
                Contrasted::Ratio => None,
                Contrasted::Difference => Some((v1 - v0, Some(mover::difference(v1, l1, v0, l0)))),
            })
        }
        (None, _) => None,
    };
    match found {
        Some((value, limits)) => {
            c.value = Some(short(value));
            // A limit that the result withholds, or that there is none of, is not made up here.
            c.low = c.low.and(limits.map(|limits| short(limits.low)));
            c.high = c.high.and(limits.map(|limits| limits.high).filter(|high| high.is_finite()).map(short));
        }
        None => cut([&mut c.value, &mut c.low, &mut c.high], cut_of(&c.metric)),
    }
}

fn less(all: Trials, some: Trials) -> Trials {
    let of = all.of.saturating_sub(some.of);
    Trials { hits: all.hits.saturating_sub(some.hits).min(of), of }
}

/// The ratio or the difference of two rounded shares, and its interval.
fn compare(how: Contrasted, focal: Trials, reference: Trials, z: f64) -> Option<(f64, Option<Limits>)> {
    let rate = |trials: Trials| trials.hits as f64 / trials.of as f64;
    if focal.of == 0 || reference.of == 0 || (how == Contrasted::Ratio && reference.hits == 0) {
        return None;
    }
    Some(match how {
        Contrasted::Ratio => (rate(focal) / rate(reference), pair::score_ratio(focal, reference, z)),
        Contrasted::Difference => (rate(focal) - rate(reference), pair::score_difference(focal, reference, z)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_any_size_stays_a_number() {
        for value in [f64::MAX, f64::MIN, 1.8e305, 5e-324, 0.0] {
            assert!(short(value).is_finite() && three_digits(value).is_finite(), "{value}");
        }
        assert_eq!([12.3456, 0.000_123_46, -98_765.0, 0.0].map(three_digits), [12.3, 0.000_123, -98_800.0, 0.0]);
        assert_eq!([12.34567, -0.000_4].map(short), [12.346, 0.0]);
    }
}
