//! Threshold sweeps: what other thresholds of the score would do to each group and its reference.

use super::contrast::{Contrasted, contrast_shares};
use super::groups::AxisGroups;
use crate::cell::{Cell, Scores, Trials};
use crate::cores;
use crate::inference::effective::Effective;
use crate::inference::limits::Limits;
use crate::inference::{normal, pair, student};
use crate::metrics::designed::{Reach, reach_of_scores};
use crate::policy::Policy;
use crate::result::number::limit;
use crate::result::{Group, ReferenceView, Sweep, SweepPoint};

/// While there are at most so many distinct scores, each is a threshold; else every fiftieth from 0.02 to 0.98 is.
const MOST_POINTS: usize = 49;

/// Every judged group of the single attributes against whom it is compared with; nothing without a score, or where nothing is asked about decisions: then nobody said on which side of a threshold it is good to be.
pub fn sweep_all(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) -> Vec<Sweep> {
    // Scores are kept by the row, not by what it weighs.
    let scores = overall.scores().filter(|_| policy.roles.weight.is_none() && policy.roles.decision.is_asked());
    let Some(scores) = scores else { return Vec::new() };
    let thresholds = thresholds(policy, scores);
    let single = axes.iter().filter(|axis| axis.axes.len() == 1);
    let groups: Vec<_> = single.flat_map(|axis| axis.judged().map(move |group| (axis, group))).collect();
    let swept = cores::each(groups, |(axis, group)| {
        let (view, reference) = axis.standing_reference(group).filter(|_| !group.absent)?;
        let (own, other) = (group.cell.scores()?, reference.scores()?);
        // Where people have several rows, at worst all of them have the same score.
        let alike = reach_of_scores(&group.cell, false).zip(reach_of_scores(reference, false));
        let sides = Sides { own, other, alike, policy };
        (own.rows() > 0 && other.rows() > 0).then(|| sides.sweep(&axis.axes, &group.group, view, &thresholds))
    });
    swept.into_iter().flatten().collect()
}

/// The thresholds looked at, rising, the one in use among them.
fn thresholds(policy: &Policy, scores: &Scores) -> Vec<f64> {
    let fiftieths = || (1..50).map(|k| f64::from(2 * k) / 100.0).collect();
    let mut found = scores.distinct(MOST_POINTS).unwrap_or_else(fiftieths);
    found.extend(policy.roles.threshold.as_ref().map(|threshold| threshold.approximate()));
    found.sort_by(f64::total_cmp);
    found.dedup();
    found
}

struct Sides<'a> {
    own: &'a Scores,
    other: &'a Scores,
    /// By how much less the rows of either side tell, where people have several.
    alike: Option<(Reach, Reach)>,
    policy: &'a Policy,
}

impl Sides<'_> {
    fn sweep(&self, axes: &[String], group: &Group, reference: ReferenceView, thresholds: &[f64]) -> Sweep {
        Sweep {
            axes: axes.to_vec(),
            group: group.clone(),
            reference,
            current: self.policy.roles.threshold.as_ref().map(|threshold| threshold.approximate()),
            current_text: self.policy.roles.threshold.as_ref().map(|threshold| threshold.text.clone()),
            points: thresholds.iter().map(|threshold| self.point(*threshold)).collect(),
        }
    }

    fn point(&self, threshold: f64) -> SweepPoint {
        let (own, other) = (self.own.at_least(threshold), self.other.at_least(threshold));
        let (own_rows, other_rows) = (self.own.rows(), self.other.rows());
        let (favours_above, selects_above) = self.policy.above();
        let (focal, reference) = (side(favours_above, own, own_rows), side(favours_above, other, other_rows));
        let z = normal::critical(self.policy.statistics.level.approximate());
        let least = self.policy.statistics.min_group;
        // At the ends of the scale hardly anybody is left: a ratio of a handful is chance.
        let large = own_rows.min(other_rows) >= least && focal.hits + reference.hits >= least;
        let defined = large && focal.of > 0 && reference.hits > 0;
        let ratio = defined.then(|| contrast_shares(focal, reference, Contrasted::Ratio));
        let limits = ratio.and_then(|_| self.limits(focal, reference, z));
        let (own_above, other_above) = (self.own.labels_at_least(threshold), self.other.labels_at_least(threshold));
        let (own_all, other_all) = (self.own.totals(), self.other.totals());
        let gap = |own: u64, own_of: u64, other: u64, other_of: u64| {
            self.gap(side(selects_above, own, own_of), side(selects_above, other, other_of))
        };
        SweepPoint {
            threshold,
            selected: (own + other) as f64 / (own_rows + other_rows) as f64,
            ratio,
            low: limits.and_then(|l| limit(l.low)),
            high: limits.and_then(|l| limit(l.high)),
            true_positive_rate_difference: gap(
                own_above.positives,
                own_all.positives,
                other_above.positives,
                other_all.positives,
            ),
            false_positive_rate_difference: gap(
                own_above.negatives,
                own_all.negatives,
                other_above.negatives,
                other_all.negatives,
            ),
        }
    }

    fn limits(&self, focal: Trials, reference: Trials, z: f64) -> Option<Limits> {
        let Some((own, other)) = self.alike else { return pair::score_ratio(focal, reference, z) };
        let worth = |side: Trials, reach: Reach| {
            let rows = side.of as f64 / (reach.factor * reach.factor);
            Effective::new(side.share()?, rows, reach.df)
        };
        pair::score_ratio(worth(focal, own)?, worth(reference, other)?, student::of_normal(z, own.df.min(other.df)))
    }

    /// The difference of two rates, where both rest on enough rows.
    fn gap(&self, focal: Trials, reference: Trials) -> Option<f64> {
        let large = focal.of.min(reference.of) >= self.policy.statistics.min_group.max(1);
        large.then(|| contrast_shares(focal, reference, Contrasted::Difference))
    }
}

/// Those at or above the threshold, or those below it, of so many.
fn side(of_above: bool, above: u64, of: u64) -> Trials {
    Trials { hits: if of_above { above } else { of - above }, of }
}
