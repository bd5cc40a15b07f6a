//! How the estimates of two models on the same rows go together.

use std::collections::BTreeMap;

use super::influence::{Influence, Linear, matched};
use crate::cell::{Joint, Side};
use crate::metrics::{self, Metric};
use crate::policy::Policy;
use crate::result::{Comparison, Group, ReferenceView};
use crate::tally::Both;

/// The rows of every group by both decisions.
pub struct Pairing {
    overall: Joint,
    axes: Vec<AxisJoints>,
    /// Whom each group is compared with before and after, by metric, axes and group.
    references: [BTreeMap<Of, ReferenceView>; 2],
}

type Of = (String, Vec<String>, Group);

/// The groups of an axis.
pub struct AxisJoints {
    pub axes: Vec<String>,
    pub groups: Vec<GroupJoint>,
}

pub struct GroupJoint {
    pub group: Group,
    pub joint: Joint,
    /// The value of an attribute is missing: never part of a reference but everybody.
    pub missing: bool,
}

impl Pairing {
    pub fn new(policy: &Policy, both: &Both, before: &[Comparison], after: &[Comparison]) -> Pairing {
        let of = |row: &Comparison| (row.metric.clone(), row.axes.clone(), row.group.clone());
        let references = |rows: &[Comparison]| rows.iter().map(|row| (of(row), row.reference.clone())).collect();
        Pairing {
            overall: both.overall(),
            axes: axes(policy, both),
            references: [references(before), references(after)],
        }
    }

    /// The correlation of the estimates of a number before and after; of a ratio that of their logarithms.
    ///
    /// 1 where nothing that the number rests on changed. None where it is not known from counts, as for the AUC, or where
    /// a number is not defined.
    pub fn correlation(&self, metric: &str, contrast: &str, axes: &[String], group: &Group) -> Option<f64> {
        let metric = metrics::find(metric)?;
        let own = self.joint(axes, group)?;
        if contrast == "value" {
            return correlation_of_value(metric, own);
        }
        let of = (metric.id.to_owned(), axes.to_vec(), group.clone());
        let [was, is] = self.references.each_ref().map(|references| references.get(&of));
        let parts = [
            self.parts(metric, contrast, axes, group, was?, Side::Before)?,
            self.parts(metric, contrast, axes, group, is?, Side::After)?,
        ];
        correlate(&parts, &self.rows_apart(axes))
    }

    fn axis(&self, axes: &[String]) -> Option<&AxisJoints> {
        self.axes.iter().find(|axis| axis.axes == axes)
    }

    fn joint(&self, axes: &[String], group: &Group) -> Option<&Joint> {
        if axes.is_empty() {
            return Some(&self.overall);
        }
        self.axis(axes)?.groups.iter().find(|of| of.group == *group).map(|of| &of.joint)
    }

    /// The groups of an axis: no row is in two of them, and every row is in one.
    fn rows_apart(&self, axes: &[String]) -> Vec<&Joint> {
        self.axis(axes).map(|axis| axis.groups.iter().map(|of| &of.joint).collect()).unwrap_or_default()
    }

    /// What the rows of each group of the axis add to a contrast of one side.
    fn parts(
        &self,
        metric: &'static Metric,
        contrast: &str,
        axes: &[String],
        group: &Group,
        reference: &ReferenceView,
        side: Side,
    ) -> Option<Parts> {
        let axis = self.axis(axes)?;
        let is_reference = |of: &GroupJoint| match reference.kind.as_str() {
            "overall" => true,
            "rest" => !of.missing && of.group != *group,
            _ => of.group == reference.group,
        };
        let whom = Joint::together(axis.groups.iter().filter(|of| is_reference(of)).map(|of| &of.joint));
        let own = Linear::of(metric, self.joint(axes, group)?, side)?;
        let other = Linear::of(metric, &whom, side)?;
        let (up, down) = match contrast {
            "difference" => (1.0, -1.0),
            "ratio" if own.value > 0.0 && other.value > 0.0 => (1.0 / own.value, -1.0 / other.value),
            _ => return None,
        };
        let (own, other) = (own.influence.times(up), other.influence.times(down));
        let none = own.times(0.0);
        let of_group = |of: &GroupJoint| match (of.group == *group, is_reference(of)) {
            (true, true) => own.plus(other),
            (true, false) => own,
            (false, true) => other,
            (false, false) => none,
        };
        Some(Parts { side, of: axis.groups.iter().map(of_group).collect() })
    }
}

/// The groups of every axis of a policy.
pub fn axes(policy: &Policy, both: &Both) -> Vec<AxisJoints> {
    let cells = &both.after;
    let of_axis = |axis: &crate::policy::Axis| {
        let axes = policy.axis_attributes(axis);
        let groups = both.along(&axis.attributes).into_iter().map(|(key, joint)| {
            let levels = cells.level_names(&axis.attributes, &key).into_iter().map(str::to_owned);
            let missing = cells.is_missing(&axis.attributes, &key);
            GroupJoint { group: axes.iter().cloned().zip(levels).collect(), joint, missing }
        });
        AxisJoints { groups: groups.collect(), axes }
    };
    policy.axes.iter().map(of_axis).collect()
}

/// What the rows of each group add to a number of one side.
struct Parts {
    side: Side,
    of: Vec<Influence>,
}

fn correlation_of_value(metric: &Metric, joint: &Joint) -> Option<f64> {
    if metric.is_share()
        && let Some(matched) = matched(metric, joint)
    {
        // Newcombe's method 10 draws it towards 0, but rows that are all as they were leave no change at all.
        let unchanged = matched.first == 0 && matched.second == 0;
        return Some(if unchanged { 1.0 } else { matched.correlation() });
    }
    let parts = |side| Some(Parts { side, of: vec![Linear::of(metric, joint, side)?.influence] });
    correlate(&[parts(Side::Before)?, parts(Side::After)?], &[joint])
}

/// The covariance over the root of both variances; 0 where a side does not vary, unless nothing changed.
fn correlate([before, after]: &[Parts; 2], rows: &[&Joint]) -> Option<f64> {
    let sum = |one: &Parts, other: &Parts| -> f64 {
        let parts = one.of.iter().zip(&other.of).zip(rows);
        parts.map(|((a, b), joint)| a.product(one.side, *b, other.side, joint)).sum()
    };
    let (own, other, common) = (sum(before, before), sum(after, after), sum(before, after));
    if own == common && other == common {
        return Some(1.0);
    }
    let variance = own * other;
    Some(if variance > 0.0 { (common / variance.sqrt()).clamp(-1.0, 1.0) } else { 0.0 })
}
