//! The gap between the extremes of an axis, with both named.

use super::contrast::Contrasted;
use super::groups::{AxisGroups, GroupCell};
use super::measure::comparable;
use crate::policy::Policy;
use crate::result::{Extreme, Spread};

/// All spreads of a run.
pub fn spread_all(policy: &Policy, axes: &[AxisGroups]) -> Vec<Spread> {
    let mut found = Vec::new();
    for metric in comparable(policy) {
        for axis in axes.iter().filter(|axis| axis.measures(metric)) {
            let mut defined: Vec<(f64, &GroupCell)> = Vec::new();
            let mut complete = true;
            for group in axis.judged() {
                match metric.measure(&group.cell) {
                    Ok(value) => defined.push((value, group)),
                    Err(_) => complete = false,
                }
            }
            // Of equal values the first is named as the lowest and the last as the highest.
            let lowest = defined.iter().min_by(|a, b| a.0.total_cmp(&b.0));
            let highest = defined.iter().max_by(|a, b| a.0.total_cmp(&b.0));
            let ends = lowest.zip(highest);
            let extreme = |(value, group): &(f64, &GroupCell)| Extreme { group: group.group.clone(), value: *value };
            let pair = |low: &(f64, &GroupCell), high: &(f64, &GroupCell)| axis.pair(metric, &low.1.cell, &high.1.cell);
            found.push(Spread {
                metric: metric.id.to_owned(),
                axes: axis.axes.clone(),
                difference: ends.and_then(|(low, high)| pair(high, low).estimate(Contrasted::Difference).ok()),
                ratio: ends
                    .filter(|_| !metric.can_be_negative())
                    .and_then(|(low, high)| pair(low, high).estimate(Contrasted::Ratio).ok()),
                lowest: lowest.map(extreme),
                highest: highest.map(extreme),
                complete,
            });
        }
    }
    found
}
