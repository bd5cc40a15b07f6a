//! Rounds what is shown. Counts become multiples; rates, numbers of the four counts, their ratios and differences and the
//! intervals of all these are worked out again from the rounded counts, so that the exact ones cannot be worked back. What rests on
//! more than counts (scores, weights, people) is cut to three decimals.

use std::collections::BTreeMap;

use super::groups::{MISSING, to_nearest};
use crate::assess::carry::carry;
use crate::assess::contrast::Contrasted;
use crate::cell::{Confusion, Trials};
use crate::inference::limits::Limits;
use crate::inference::{mover, normal, pair, share};
use crate::metrics::{self, Kind};
use crate::result::*;

/// Three decimals.
fn short(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn shorten(value: &mut Option<f64>) {
    *value = value.map(short);
}

type Of<'a> = (String, Vec<String>, Group);

pub fn round(document: &mut Document, of: u64) {
    let z = normal::critical(document.policy.level);
    let data = &mut document.data;
    data.rows_read = to_nearest(data.rows_read, of);
    data.rows_used = to_nearest(data.rows_used, of);
    for source in &mut data.sources {
        source.rows = to_nearest(source.rows, of);
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
            _ => [&mut row.value, &mut row.low, &mut row.high].into_iter().for_each(shorten),
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
            spread.difference = spread.difference.map(|_| short(high - low));
            spread.ratio = spread.ratio.filter(|_| high > 0.0).map(|_| short(low / high));
        }
    }
}

fn round_measurement(m: &mut Measurement, of: u64, z: f64) {
    m.numerator = m.numerator.map(|count| to_nearest(count, of));
    m.denominator = m.denominator.map(|count| to_nearest(count, of));
    m.people = m.people.map(|count| to_nearest(count, of));
    shorten(&mut m.effective_rows);
    for number in [&mut m.value, &mut m.low, &mut m.high, &mut m.if_calibrated, &mut m.p_value] {
        shorten(number);
    }
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
            let lacking = trials.iter().filter(|((metric, axes, group), _)| {
                *metric == c.metric && *axes == c.axes && group.values().any(|level| level == MISSING)
            });
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
        (None, _) if c.method == "mover" && !c.reference.group.is_empty() => {
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
            c.low = limits.map(|limits| short(limits.low));
            c.high = limits.map(|limits| limits.high).filter(|high| high.is_finite()).map(short);
        }
        None => [&mut c.value, &mut c.low, &mut c.high].into_iter().for_each(shorten),
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
