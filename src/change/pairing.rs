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
    everybody: Joint,
    /// Those who take part in comparisons: no value of them is missing.
    candidates: Joint,
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
            return of_group(metric, own);
        }
        let of = (metric.id.to_owned(), axes.to_vec(), group.clone());
        let [was, is] = self.references.each_ref().map(|references| references.get(&of));
        let axis = self.axis(axes)?;
        let (was, is) = (axis.reference(group, own, was?)?, axis.reference(group, own, is?)?);
        correlation_of_contrast(metric, contrast, own, &was, &is)
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
}

impl AxisJoints {
    /// Whom a group is compared with.
    fn reference(&self, group: &Group, own: &Joint, reference: &ReferenceView) -> Option<Whom> {
        let group_of = |wanted: &Group| self.groups.iter().find(|of| of.group == *wanted);
        let (others, with_own) = match reference.kind.as_str() {
            "overall" => (self.everybody.without(own), true),
            "rest" => (self.candidates.without(own), false),
            _ => (group_of(&reference.group)?.joint.clone(), false),
        };
        // A group that lacks a value is compared with nobody.
        let compared = group_of(group).is_some_and(|of| !of.missing);
        compared.then(|| Whom { group: reference.group.clone(), others, with_own })
    }
}

/// Whom a group is compared with.
struct Whom {
    group: Group,
    /// Those of them who are not in the group.
    others: Joint,
    /// The group is one of them.
    with_own: bool,
}

/// What rows of the group and of its reference add to their contrast; of a ratio to its logarithm.
struct Contrast {
    own: Influence,
    other: Influence,
}

impl Contrast {
    fn of(metric: &Metric, contrast: &str, own: &Joint, whom: &Whom, side: Side) -> Option<Contrast> {
        let other = if whom.with_own {
            Linear::of(metric, &Joint::together([own, &whom.others]), side)?
        } else {
            Linear::of(metric, &whom.others, side)?
        };
        let own = Linear::of(metric, own, side)?;
        let (up, down) = match contrast {
            "difference" => (1.0, -1.0),
            "ratio" if own.value > 0.0 && other.value > 0.0 => (1.0 / own.value, -1.0 / other.value),
            _ => return None,
        };
        Some(Contrast { own: own.influence.times(up), other: other.influence.times(down) })
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
        let groups: Vec<GroupJoint> = groups.collect();
        let candidates = groups.iter().filter(|of| !of.missing).map(|of| &of.joint);
        AxisJoints {
            candidates: Joint::together(candidates),
            everybody: Joint::together(groups.iter().map(|of| &of.joint)),
            groups,
            axes,
        }
    };
    policy.axes.iter().map(of_axis).collect()
}

/// Rows that are in no other part, and what each adds to the number before and after.
struct Part<'a> {
    joint: &'a Joint,
    before: Influence,
    after: Influence,
}

/// The correlation of a contrast of two groups that share no row.
pub fn between_groups(metric: &Metric, contrast: &str, own: &Joint, other: &Joint) -> Option<f64> {
    let whom = Whom { group: Group::new(), others: other.clone(), with_own: false };
    correlation_of_contrast(metric, contrast, own, &whom, &whom)
}

fn correlation_of_contrast(metric: &Metric, contrast: &str, own: &Joint, was: &Whom, is: &Whom) -> Option<f64> {
    let contrast = |whom: &Whom, side| Contrast::of(metric, contrast, own, whom, side);
    let (before, after) = (contrast(was, Side::Before)?, contrast(is, Side::After)?);
    let none = before.own.times(0.0);
    let in_both = |whom: &Whom, of: &Contrast| if whom.with_own { of.own.plus(of.other) } else { of.own };
    let mut parts = vec![Part { joint: own, before: in_both(was, &before), after: in_both(is, &after) }];
    if was.group == is.group {
        parts.push(Part { joint: &was.others, before: before.other, after: after.other });
    } else {
        // The group with the highest rate is another now.
        parts.push(Part { joint: &was.others, before: before.other, after: none });
        parts.push(Part { joint: &is.others, before: none, after: after.other });
    }
    correlate(&parts)
}

/// The correlation of the number of one group: of a share of the same rows that of Newcombe's method 10.
pub fn of_group(metric: &Metric, joint: &Joint) -> Option<f64> {
    if metric.is_share()
        && let Some(matched) = matched(metric, joint)
    {
        // Newcombe's method 10 draws it towards 0, but rows that are all as they were leave no change at all.
        let unchanged = matched.first == 0 && matched.second == 0;
        return Some(if unchanged { 1.0 } else { matched.correlation() });
    }
    let influence = |side| Some(Linear::of(metric, joint, side)?.influence);
    correlate(&[Part { joint, before: influence(Side::Before)?, after: influence(Side::After)? }])
}

/// The covariance over the root of both variances; 0 where a side does not vary, unless nothing changed.
fn correlate(parts: &[Part]) -> Option<f64> {
    use Side::{After, Before};
    let sum = |of: fn(&Part) -> f64| parts.iter().map(of).sum::<f64>();
    let own = sum(|part| part.before.product(Before, part.before, Before, part.joint));
    let other = sum(|part| part.after.product(After, part.after, After, part.joint));
    let common = sum(|part| part.before.product(Before, part.after, After, part.joint));
    // Influences are 0 at a share of 0 or 1 whatever turned; only rows that are as they were leave no change.
    let same = own == common && other == common;
    if same && (own > 0.0 || parts.iter().all(|part| part.before.is_unchanged(part.joint))) {
        return Some(1.0);
    }
    let variance = own * other;
    Some(if variance > 0.0 { (common / variance.sqrt()).clamp(-1.0, 1.0) } else { 0.0 })
}
