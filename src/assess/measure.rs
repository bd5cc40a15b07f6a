//! Every metric of every group, with its interval.

use super::groups::AxisGroups;
use crate::cell::Cell;
use crate::cores;
use crate::inference::normal;
use crate::inference::proportion::Proportion;
use crate::metrics::{self, Measured, Metric, Undefined};
use crate::policy::{Policy, outcome};
use crate::result::number::{limit, outward, twelve_digits};
use crate::result::{Group, LeftOut, Measurement};

/// The metrics that the columns of a policy allow.
pub fn measurable(policy: &Policy) -> Vec<&'static Metric> {
    // Scores are kept by the row, not by what it weighs.
    let has_decision = policy.roles.decision.is_asked();
    let has_label = policy.roles.label.is_some();
    let has_score = policy.roles.score.is_some() && policy.roles.weight.is_none();
    let allowed = |metric: &&Metric| {
        (has_decision || !metric.needs.decision)
            && (has_label || !metric.needs.label)
            && (has_score || !metric.needs.score)
    };
    metrics::all().filter(allowed).chain(outcome::metrics(&policy.outcomes)).collect()
}

/// The metrics that are held against each other.
pub fn comparable(policy: &Policy) -> impl Iterator<Item = &'static Metric> {
    measurable(policy).into_iter().filter(|metric| metric.has_interval())
}

/// Everybody first, then every group of every axis.
pub fn measure_all(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) -> Vec<Measurement> {
    let z = normal::critical(policy.statistics.level.approximate());
    let of_metric = |metric: &'static Metric| {
        let mut found = vec![measure(metric, &[], &Group::new(), overall, metric.measure(overall), z)];
        for axis in axes.iter().filter(|axis| axis.measures(metric)) {
            for group in &axis.groups {
                let value = if group.absent { Err(Undefined::Absent) } else { metric.measure(&group.cell) };
                found.push(measure(metric, &axis.axes, &group.group, &group.cell, value, z));
            }
        }
        found
    };
    cores::each(measurable(policy), of_metric).into_iter().flatten().collect()
}

fn measure(metric: &Metric, axes: &[String], group: &Group, cell: &Cell, value: Measured, z: f64) -> Measurement {
    let trials = metric.trials(cell);
    let limits = if value.is_ok() { metric.limits(cell, z) } else { None };
    let beside = if value.is_ok() { metric.beside(cell) } else { None };
    let bounds = if value.is_ok() { metric.bounds(cell) } else { None };
    let effective = metric.effective(cell).map(|effective| twelve_digits(effective.of()));
    Measurement {
        metric: metric.id.to_owned(),
        axes: axes.to_vec(),
        group: group.clone(),
        numerator: trials.map(|t| t.hits),
        denominator: trials.map(|t| t.of),
        value: value.ok(),
        low: limits.and_then(|l| limit(l.low)),
        high: limits.and_then(|l| limit(l.high)),
        method: metric.method_of(cell).to_owned(),
        undefined: value.err().map(|reason| reason.id().to_owned()),
        if_calibrated: beside.and_then(|b| b.if_calibrated).map(twelve_digits),
        p_value: beside.and_then(|b| b.p_value).map(twelve_digits),
        test: beside.and_then(|b| b.test).map(str::to_owned),
        bounds: bounds.map(outward),
        people: metric.people(cell),
        effective_rows: effective,
    }
}

/// Rows that a metric could not use, by group.
pub fn left_out(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) -> Vec<LeftOut> {
    let mut found = Vec::new();
    for metric in measurable(policy) {
        let everybody = (Vec::new(), Group::new(), overall);
        let groups = axes
            .iter()
            .filter(|axis| axis.measures(metric))
            .flat_map(|axis| axis.groups.iter().map(|g| (axis.axes.clone(), g.group.clone(), &g.cell)));
        for (axes, group, cell) in std::iter::once(everybody).chain(groups) {
            let rows = metric.left_out(cell);
            if rows > 0 {
                found.push(LeftOut { metric: metric.id.to_owned(), axes, group, rows });
            }
        }
    }
    found
}
