//! Every number that both sides have: before, after, the change and its interval.

use super::shift::{self, Estimate, Harm};
use super::side::{Number, Samples, Side, index};
use crate::metrics::Undefined;
use crate::result::number::twelve_digits;
use crate::result::{NumberChange, ReferenceView, lower_is_worse, unit_of};

/// The changes of all numbers that both sides have, in the order of the side after.
pub fn change_all(before: &Side, after: &Side, samples: Samples) -> Vec<NumberChange> {
    let then = index(before.numbers());
    let pairs = after.numbers().filter_map(|now| Some((*then.get(&now.key)?, now)));
    pairs.map(|(then, now)| change(before, after, &then, &now, samples)).collect()
}

fn change(before: &Side, after: &Side, then: &Number, now: &Number, samples: Samples) -> NumberChange {
    let key = now.key;
    let value = |number: &Number| number.estimate.ok().map(|estimate| estimate.value);
    let mut row = NumberChange {
        metric: key.metric.to_owned(),
        contrast: key.contrast.to_owned(),
        unit: unit_of(key.metric, key.contrast, after.outcomes).map(str::to_owned),
        axes: key.axes.to_vec(),
        group: key.group.clone(),
        reference: now.reference.cloned(),
        before: value(then),
        after: value(now),
        change: None,
        low: None,
        high: None,
        clear: false,
        worsening: None,
        worsening_low: None,
        worsening_high: None,
        method: "none".to_owned(),
        undefined: None,
        worsening_undefined: None,
    };
    let (then, now) = match comparable(then, now) {
        Ok(pair) => pair,
        Err(reason) => {
            row.undefined = Some(reason);
            return row;
        }
    };
    let correlation = samples.correlation(&key);
    let same_level = before.level == after.level;
    let change = shift::change(then, now, correlation);
    row.change = Some(twelve_digits(change.value));
    let limited = change.only_if(same_level);
    (row.low, row.high) = limited.ends();
    row.clear = limited.limits.is_some_and(|limits| limits.low > 0.0 || limits.high < 0.0);
    if change.limits.is_none() {
        row.undefined = Some(Undefined::NoInterval.id().to_owned());
    } else if !same_level {
        row.undefined = Some(Undefined::OtherLevel.id().to_owned());
    } else {
        row.method = samples.method(&key).to_owned();
    }
    match harm(key.metric, key.contrast, after) {
        Some(harm) => {
            let worse = shift::worsening(harm, then, now, correlation);
            row.worsening = Some(twelve_digits(worse.value));
            (row.worsening_low, row.worsening_high) = worse.only_if(same_level).ends();
        }
        None => row.worsening_undefined = Some(Undefined::TakesNoSide.id().to_owned()),
    }
    row
}

/// How a number of a metric is bad; none where the metric takes no side.
pub fn harm(metric: &str, contrast: &str, side: &Side) -> Option<Harm> {
    Harm::of(contrast, lower_is_worse(metric, side.selected_is, side.outcomes))
}

/// Both estimates where they are of the same thing, or why they are not held against each other.
pub fn comparable(then: &Number, now: &Number) -> Result<(Estimate, Estimate), String> {
    let after = now.estimate.map_err(str::to_owned)?;
    let before = then.estimate.map_err(|_| Undefined::NotInBaseline.id().to_owned())?;
    if !same_reference(then.reference, now.reference) {
        return Err(Undefined::OtherReference.id().to_owned());
    }
    Ok((before, after))
}

/// Whether two groups are held against the same one. The group with the highest rate is the same question whoever has it.
pub(super) fn same_reference(then: Option<&ReferenceView>, now: Option<&ReferenceView>) -> bool {
    match (then, now) {
        (Some(then), Some(now)) if then.kind == "highest-rate" => now.kind == then.kind,
        (Some(then), Some(now)) if then.group.is_empty() || now.group.is_empty() => then == now,
        // However it was chosen.
        (Some(then), Some(now)) => now.kind != "highest-rate" && then.group == now.group,
        (then, now) => then == now,
    }
}
