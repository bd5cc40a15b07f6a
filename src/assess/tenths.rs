//! Do predicted amounts of every size come true? The rows of each group in tenths by what was predicted of them.

use super::groups::AxisGroups;
use crate::cell::Cell;
use crate::inference::limits::Limits;
use crate::inference::measured::error::{Decile, calibration};
use crate::inference::normal;
use crate::metrics::Undefined;
use crate::policy::outcome::predictions;
use crate::policy::{Outcome, Policy};
use crate::result::number::{limit, twelve_digits};
use crate::result::{Group, OutcomeCalibration, Tenth};

const PARTS: u32 = 10;

/// Everybody first, then every group of every axis, for each outcome with a prediction.
///
/// The rows of a group are cut by the predictions of that group: so each tenth of it rests on about as many rows as any
/// other, and a group of which little is predicted is not left with one tenth that says something and nine that say nothing.
pub fn calibrate(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) -> Vec<OutcomeCalibration> {
    let z = normal::critical(policy.statistics.level.approximate());
    let mut found = Vec::new();
    for (place, outcome) in predictions(&policy.outcomes) {
        let of = |axes: &[String], group: &Group, cell: &Cell| {
            let of = OutcomeCalibration { axes: axes.to_vec(), group: group.clone(), ..empty(outcome) };
            cut(of, cell, place, policy.statistics.min_group, z)
        };
        found.extend(of(&[], &Group::new(), overall));
        for axis in axes.iter().filter(|axis| !axis.in_part) {
            let groups = axis.groups.iter().filter(|group| !group.absent);
            found.extend(groups.filter_map(|group| of(&axis.axes, &group.group, &group.cell)));
        }
    }
    found
}

fn empty(outcome: &Outcome) -> OutcomeCalibration {
    OutcomeCalibration {
        outcome: outcome.name.clone(),
        unit: outcome.unit().map(str::to_owned),
        axes: Vec::new(),
        group: Group::new(),
        rows: 0,
        tenths: Vec::new(),
        undefined: None,
    }
}

/// None where cells do not keep predictions.
fn cut(of: OutcomeCalibration, cell: &Cell, place: usize, min_group: u64, z: f64) -> Option<OutcomeCalibration> {
    let values = cell.values(place).filter(|values| values.rows() + values.missing() > 0)?;
    let rows = values.rows();
    Some(match calibration(&values.predicted(), PARTS, z) {
        Ok(parts) => {
            let tenths = parts.into_iter().map(|part| tenth(part, min_group)).collect();
            OutcomeCalibration { rows, tenths, ..of }
        }
        Err(why) => OutcomeCalibration { rows, undefined: Some(Undefined::from(why).id().to_owned()), ..of },
    })
}

fn tenth(Decile { index, rows, predicted, actual, error: _, limits }: Decile, min_group: u64) -> Tenth {
    // Limits of the mean error say, seen from the mean prediction, how far the mean of what came can be from it.
    let came = limits.map(|error| Limits { low: predicted - error.high, high: predicted - error.low });
    let few = rows < min_group;
    let side = match limits {
        Some(Limits { low, .. }) if low > 0.0 => Some("high"),
        Some(Limits { high, .. }) if high < 0.0 => Some("low"),
        _ => None,
    };
    Tenth {
        tenth: index + 1,
        rows,
        predicted: twelve_digits(predicted),
        actual: twelve_digits(actual),
        low: came.and_then(|came| limit(came.low)),
        high: came.and_then(|came| limit(came.high)),
        few,
        off: side.filter(|_| !few).map(str::to_owned),
    }
}
