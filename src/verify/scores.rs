//! Numbers that do not follow from counts, held against the other numbers they must agree with.

use std::collections::BTreeMap;

use super::asked::in_part;
use super::counts::{is_counted, named};
use super::figures::RESULT;
use super::tally::Tallies;
use crate::cell::Trials;
use crate::inference::{normal, share};
use crate::result::number::{limit, twelve_digits};
use crate::result::{Comparison, Document, Group, Measurement};

/// The measurements by what they are of.
fn measured(document: &Document) -> BTreeMap<(&str, &[String], &Group), &Measurement> {
    document.measurements.iter().map(|m| ((m.metric.as_str(), m.axes.as_slice(), &m.group), m)).collect()
}

/// Comparisons of scores follow from the two numbers they compare, and the shares of reliability curves from their bins.
pub fn hold(document: &Document, apart: f64, tallies: &mut Tallies) {
    let is_outcome = |metric: &str| document.policy.outcome(metric).is_some();
    let left = |of_outcome| {
        let mut metrics = document.measurements.iter().map(|m| m.metric.as_str());
        metrics.any(|metric| !is_counted(metric) && is_outcome(metric) == of_outcome)
    };
    if left(false) {
        tallies.left("figures of scores", "scores are not stored: name the data with --data");
    }
    if left(true) {
        tallies.left("figures of outcomes", "the values of outcomes are not stored: name the data with --data");
    }
    if document.campaign.is_some() {
        tallies.left(
            "the campaign",
            "the arms of a campaign are not counted again from a result: name the data with --data",
        );
    }
    comparisons(document, apart, tallies);
    curves(document, apart, tallies);
    checks(document, tallies);
}

fn comparisons(document: &Document, apart: f64, tallies: &mut Tallies) {
    let apart = apart.max(1e-10);
    let measured = measured(document);
    let value =
        |metric: &str, axes: &[String], group: &Group| measured.get(&(metric, axes, group)).and_then(|m| m.value);
    for (place, found) in document.comparisons.iter().enumerate() {
        // Against all others the number of the others is not stored.
        if is_counted(&found.metric) || found.reference.group.is_empty() || in_part(document, &found.axes) {
            continue;
        }
        let own = value(&found.metric, &found.axes, &found.group);
        let Some((own, other)) = own.zip(value(&found.metric, &found.axes, &found.reference.group)) else { continue };
        let again = if found.contrast == "ratio" { own / other } else { own - other };
        let agrees = match found.value {
            Some(stored) => {
                (stored - twelve_digits(again)).abs() <= apart * own.abs().max(other.abs()).max(stored.abs())
            }
            // A ratio to nothing has no number, nor has one of amounts below 0.
            None => other == 0.0 || document.policy.outcome(&found.metric).is_some_and(|_| own.min(other) < 0.0),
        };
        tallies.hold("comparisons", agrees, RESULT, format!("comparisons[{place}].value"), || {
            format!("{} of {} does not follow from the two numbers", found.contrast, named(&found.axes, &found.group))
        });
    }
}

/// Rows with a label in a bin: the share and its Wilson interval.
fn curves(document: &Document, apart: f64, tallies: &mut Tallies) {
    if document.policy.unit.is_some() || document.policy.weight.is_some() {
        return;
    }
    let z = normal::critical(document.policy.level);
    let apart = apart.max(1e-11);
    let near = |a: f64, b: Option<f64>| b.is_some_and(|b| (a - b).abs() <= apart * a.abs().max(b.abs()));
    for (i, curve) in document.curves.iter().enumerate() {
        let rows: u64 = curve.bins.iter().map(|bin| bin.rows).fold(0, u64::saturating_add);
        tallies.hold(
            "curves",
            curve.bins.is_empty() || rows == curve.rows,
            RESULT,
            format!("curves[{i}].rows"),
            || "the rows of the bins do not add up".to_owned(),
        );
        for (j, bin) in curve.bins.iter().enumerate() {
            let hits = (bin.observed * bin.rows as f64).round().max(0.0) as u64;
            let trials = Trials { hits: hits.min(bin.rows), of: bin.rows };
            let limits = share::wilson(trials, z);
            let agrees = near(bin.observed, trials.share())
                && near(bin.observed_low, limits.and_then(|l| limit(l.low)))
                && near(bin.observed_high, limits.and_then(|l| limit(l.high)));
            tallies.hold("curves", agrees, RESULT, format!("curves[{i}].bins[{j}].observed"), || {
                format!("no whole number of {} rows gives this share with these limits", bin.rows)
            });
        }
    }
}

/// The number of a check row is that of the comparison, or of the measurement, it judges.
fn checks(document: &Document, tallies: &mut Tallies) {
    let measured = measured(document);
    let key = |c: &'_ Comparison| (c.metric.clone(), c.contrast.clone(), c.axes.clone(), c.group.clone());
    let compared: BTreeMap<_, &Comparison> = document.comparisons.iter().map(|c| (key(c), c)).collect();
    for (place, row) in document.checks.iter().enumerate() {
        if row.is_worsening() || !row.strata.is_empty() || row.evidence == "sequential" {
            continue;
        }
        let stored = match row.contrast.as_str() {
            "value" => {
                measured.get(&(row.metric.as_str(), row.axes.as_slice(), &row.group)).map(|m| (m.value, m.low, m.high))
            }
            "ratio" | "difference" => {
                let key = (row.metric.clone(), row.contrast.clone(), row.axes.clone(), row.group.clone());
                compared.get(&key).map(|c| (c.value, c.low, c.high))
            }
            _ => None,
        };
        let Some(stored) = stored else { continue };
        tallies.hold(
            "check rows",
            stored == (row.value, row.low, row.high),
            RESULT,
            format!("checks[{place}].value"),
            || format!("check {}, {}: it is not the number that was measured", row.id, named(&row.axes, &row.group)),
        );
    }
}
