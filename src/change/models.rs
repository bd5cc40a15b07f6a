//! An earlier model on the same rows: its numbers beside those of this one, and what changed.

use super::flips::flips_all;
use super::pairing::Pairing;
use super::side::{Key, Samples, Side};
use super::{of_sides, worsening};
use crate::assess::{AxisGroups, compare, measure, prepare, strata};
use crate::cores;
use crate::judge::rows;
use crate::policy::Policy;
use crate::result::{Adjusted, BaselineView, Change, CheckRow, Comparison, Flips, Measurement};
use crate::tally::{Both, Cells, Previous};

/// The rows that two models decided, and where the earlier decisions come from.
pub struct SameRows {
    pub both: Both,
    pub previous: Previous,
    pub view: BaselineView,
}

impl SameRows {
    /// What the rows are compared with; `kind` is `columns` or `joined`.
    pub fn view(kind: &str, both: &Both) -> BaselineView {
        BaselineView {
            kind: kind.to_owned(),
            path: None,
            sha256: None,
            run_id: None,
            as_of: None,
            model_version: None,
            rows: both.overall().rows(),
            rows_only_before: both.rows_only_before,
            rows_only_after: both.rows_only_after,
        }
    }
}

/// The numbers of one model.
#[derive(Clone, Debug)]
struct Numbers {
    measurements: Vec<Measurement>,
    comparisons: Vec<Comparison>,
    adjusted: Vec<Adjusted>,
    checks: Vec<CheckRow>,
}

impl Numbers {
    fn of(policy: &Policy, cells: &Cells) -> Numbers {
        let overall = cells.overall();
        let axes = cores::each(&policy.axes, |axis| AxisGroups::new(cells, &overall, policy, axis));
        prepare::prepare(policy, &overall, &axes);
        Numbers {
            measurements: measure::measure_all(policy, &overall, &axes),
            comparisons: compare::compare_all(policy, &axes),
            adjusted: strata::adjust_all(policy, &axes),
            checks: rows::judge_all(policy, &overall, &axes, &[]),
        }
    }

    fn copy(side: &Side) -> Numbers {
        Numbers {
            measurements: side.measurements.to_vec(),
            comparisons: side.comparisons.to_vec(),
            adjusted: side.adjusted.to_vec(),
            checks: side.checks.to_vec(),
        }
    }
}

/// Two models on the same rows.
pub struct Models {
    before: Numbers,
    after: Numbers,
    pairing: Pairing,
    flips: Vec<Flips>,
    view: BaselineView,
    level: f64,
    selected_is: &'static str,
}

impl Models {
    /// Measures and judges the earlier model, and this one where it decided rows that the earlier did not: `now` are its
    /// numbers over all rows.
    pub fn new(policy: &Policy, same: SameRows, now: &Side) -> Models {
        let SameRows { both, previous, view } = same;
        let mut before = Numbers::of(&previous.policy(policy), &both.before);
        let mut after = if both.is_everything { Numbers::copy(now) } else { Numbers::of(policy, &both.after) };
        // Evidence over time is that of this model alone.
        for side in [&mut before, &mut after] {
            side.checks.retain(|row| row.evidence != "sequential");
        }
        Models {
            pairing: Pairing::new(policy, &both, &before.comparisons, &after.comparisons),
            flips: flips_all(policy, &both),
            before,
            after,
            view,
            level: policy.statistics.level.approximate(),
            selected_is: policy.selection().name(),
        }
    }

    fn side<'a>(&'a self, numbers: &'a Numbers, checks: &'a [CheckRow]) -> Side<'a> {
        Side {
            measurements: &numbers.measurements,
            comparisons: &numbers.comparisons,
            adjusted: &numbers.adjusted,
            checks,
            level: self.level,
            selected_is: self.selected_is,
            // Outcomes are not kept by what both models decided.
            outcomes: &[],
        }
    }

    fn correlation(&self, key: &Key) -> Option<f64> {
        self.pairing.correlation(key.metric, key.contrast, key.axes, key.group)
    }

    /// The rows of checks of this run, with those on how much worse a number has got.
    pub fn judge(&self, policy: &Policy, now: &Side) -> Vec<CheckRow> {
        let before = self.side(&self.before, &self.before.checks);
        let after = self.side(&self.after, now.checks);
        worsening::judge(policy, Some(&before), &after, Samples::Paired(&|key| self.correlation(key)))
    }

    /// What changed; the rows of checks are those of this run on the rows that both decided.
    pub fn change(&self) -> Change {
        let correlation = |key: &Key| self.correlation(key);
        let samples = Samples::Paired(&correlation);
        let (before, after) =
            (self.side(&self.before, &self.before.checks), self.side(&self.after, &self.after.checks));
        let change = of_sides(&before, &after, samples, self.view.clone());
        Change { flips: self.flips.clone(), ..change }
    }
}
