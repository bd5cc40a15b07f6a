//! Rows of a check that judges the number within strata instead of the crude one.

use super::rows::{Judge, Judged, Number, undefined};
use crate::assess::alike::{self, Alike};
use crate::assess::{AxisGroups, Contrasted};
use crate::diagnostic::Diagnostic;
use crate::metrics::Undefined;
use crate::policy::checks::StrataUse;
use crate::policy::{Check, Contrast, Policy};
use crate::result::{Adjusted, CheckRow};

/// The rows of one axis; none where the axis is made of the strata themselves.
pub(super) fn judge(judge: &Judge, axis: &AxisGroups, how: Contrasted, rows: &mut Vec<Judged>) {
    let Some(within) = &axis.within else { return };
    for group in axis.judged() {
        let chosen = alike::against(axis, within, group, judge.metric, judge.policy.statistics.min_group);
        let Some((view, alike)) = chosen else { continue };
        let (number, cases) = match &alike {
            Ok(alike) => number(judge, alike, how),
            Err(reason) => (undefined(*reason), 0),
        };
        let (row, basis) = judge.row(&axis.axes, &group.group, Some(view), number, cases);
        rows.push((CheckRow { strata: within.names.clone(), ..row }, basis));
    }
}

/// What the row rests on, and the cases of the group in strata that it shares with its reference.
fn number(judge: &Judge, alike: &Alike, how: Contrasted) -> (Number, u64) {
    let estimate = alike.estimate(how);
    let (own, theirs) = alike.denominators();
    if estimate == Err(Undefined::NoCommonStratum) {
        return (undefined(Undefined::NoCommonStratum), 0);
    }
    let limits = alike.limits(how, crate::inference::normal::critical(judge.level));
    let number = Number {
        estimate,
        exact: None,
        limits,
        finding: limits.map(|limits| judge.bounds().hold_interval(limits)),
        p_value: judge.bounds().p_value(|b| alike.p_below(how, b), |b| alike.p_above(how, b)),
        denominator: own.min(theirs),
        incomplete: None,
        alone: false,
        basis: None,
    };
    (number, own)
}

/// A number within strata that is not the same in all of them, and is judged all the same.
pub fn diagnose(policy: &Policy, adjusted: &[Adjusted], rows: &[CheckRow]) -> Vec<Diagnostic> {
    let judges = |check: &&Check| {
        check.strata == StrataUse::Adjust && matches!(check.contrast, Contrast::Ratio | Contrast::Difference)
    };
    let mut found = Vec::new();
    for check in policy.checks.iter().filter(judges) {
        for row in rows.iter().filter(|row| row.id == check.id && row.value.is_some()) {
            let same = |a: &&Adjusted| a.metric == row.metric && a.axes == row.axes && a.group == row.group;
            let Some(of) = adjusted.iter().find(same) else { continue };
            let Some(test) = of.homogeneity.as_ref().filter(|_| of.strata_differ) else { continue };
            let levels: Vec<&str> =
                row.axes.iter().filter_map(|axis| row.group.get(axis).map(String::as_str)).collect();
            let message = format!(
                "check `{}`: how {} `{}` compares is not the same in every {} (p = {:.3}); one number for all of them \
                 hides that, so look at each",
                check.id,
                row.axes.join(":"),
                levels.join("`, `"),
                of.strata.join(" and "),
                test.p_value
            );
            found.push(Diagnostic::new("strata-differ", message));
        }
    }
    found
}
