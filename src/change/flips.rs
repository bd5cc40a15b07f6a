//! Decisions and scores of the same rows that turned, group by group.

use super::pairing::axes;
use crate::cell::{Decision, Joint, Label, Scores};
use crate::inference::normal;
use crate::inference::scores::distance;
use crate::policy::Policy;
use crate::result::number::{limit, twelve_digits};
use crate::result::{Correctness, Flips, Group, ScoreShift};
use crate::tally::Both;

/// Everybody first, then every group of every axis.
pub fn flips_all(policy: &Policy, both: &Both) -> Vec<Flips> {
    let z = normal::critical(policy.statistics.level.approximate());
    let scores = [both.before.overall(), both.after.overall()];
    let scores = scores.each_ref().map(|cell| cell.scores());
    let mut found = vec![flips(&[], &Group::new(), &both.overall(), scores, policy, z)];
    for (axis, declared) in axes(policy, both).iter().zip(&policy.axes) {
        let cells = [&both.before, &both.after].map(|cells| cells.along(&declared.attributes));
        // Both sides have the same rows, so the groups come in the same order.
        let sides = cells[0].values().zip(cells[1].values());
        for (of, (before, after)) in axis.groups.iter().zip(sides) {
            found.push(flips(&axis.axes, &of.group, &of.joint, [before.scores(), after.scores()], policy, z));
        }
    }
    found
}

/// Whether a decision selects; nothing where there is none.
pub fn is_selected(decision: Decision, _: Label) -> Option<bool> {
    match decision {
        Decision::Made { selected, .. } => Some(selected),
        Decision::Missing => None,
    }
}

/// Whether a decision is what turned out; nothing where either is missing.
pub fn is_right(decision: Decision, label: Label) -> Option<bool> {
    match (decision, label) {
        (_, Label::Missing) | (Decision::Missing, _) => None,
        (Decision::Made { selected, .. }, label) => Some(selected == (label == Label::Positive)),
    }
}

fn flips(
    axes: &[String],
    group: &Group,
    joint: &Joint,
    [before, after]: [Option<&Scores>; 2],
    policy: &Policy,
    z: f64,
) -> Flips {
    let selected = joint.turned(is_selected);
    let right = joint.turned(is_right);
    let correctness = policy.roles.label.is_some().then(|| Correctness {
        right_to_wrong: right.back,
        wrong_to_right: right.forth,
        p_value: twelve_digits(right.mid_p()),
    });
    let shift = joint.moments(|_| true).shift().zip(before.zip(after)).map(|(shift, (before, after))| {
        let limits = shift.limits(z);
        let (was, is) = before.everyone_beside(after);
        ScoreShift {
            mean: twelve_digits(shift.mean.value),
            low: limits.and_then(|limits| limit(limits.low)),
            high: limits.and_then(|limits| limit(limits.high)),
            distance: distance::kolmogorov_smirnov(&distance::of_groups(&is, &was)).map(twelve_digits),
        }
    });
    Flips {
        axes: axes.to_vec(),
        group: group.clone(),
        rows: joint.rows(),
        to_selected: selected.forth,
        from_selected: selected.back,
        p_value: twelve_digits(selected.mid_p()),
        correctness,
        score_shift: shift,
    }
}
