//! Rounds what is shown: counts to multiples, and whatever follows from them is worked out again from the rounded counts, so
//! that nothing lets the exact ones be worked back.

use std::collections::BTreeMap;

use super::groups::to_nearest;
use crate::cell::Trials;
use crate::inference::{normal, pair, share};
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
    for c in &mut document.comparisons {
        let side = |group: &Group| trials.get(&(c.metric.clone(), c.axes.clone(), group.clone())).copied();
        let known = c.undefined.is_none() && c.method == "miettinen-nurminen" && !c.reference.group.is_empty();
        match (side(&c.group), side(&c.reference.group)) {
            (Some(focal), Some(reference)) if known => compare(c, focal, reference, z),
            _ => [&mut c.value, &mut c.low, &mut c.high].into_iter().for_each(shorten),
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
            Some((value, low, high)) if row.value.is_some() && row.strata.is_empty() && row.evidence != "sequential" => {
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

/// The ratio or the difference of two rounded shares, and its interval.
fn compare(c: &mut Comparison, focal: Trials, reference: Trials, z: f64) {
    let rate = |trials: Trials| trials.hits as f64 / trials.of as f64;
    let (value, limits) = match c.contrast.as_str() {
        "ratio" if reference.hits > 0 => (rate(focal) / rate(reference), pair::score_ratio(focal, reference, z)),
        "difference" => (rate(focal) - rate(reference), pair::score_difference(focal, reference, z)),
        _ => return,
    };
    c.value = Some(short(value));
    c.low = limits.map(|limits| short(limits.low));
    c.high = limits.map(|limits| limits.high).filter(|high| high.is_finite()).map(short);
}
