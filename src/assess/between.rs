//! Groups against their references by the score itself: ranking across groups, distance, equal calibration.

use super::groups::{AxisGroups, GroupCell};
use crate::cell::Scores;
use crate::cores;
use crate::inference::limits::Limits;
use crate::inference::normal;
use crate::inference::scores::atoms::{self, Atom};
use crate::inference::scores::between::{equal_calibration, equal_mass_strata};
use crate::inference::scores::{auc, distance, groups};
use crate::metrics::Undefined;
use crate::policy::Policy;
use crate::result::number::{limit, outward, twelve_digits};
use crate::result::{EqualCalibrationView, Ranked, ReferenceView, ScoreComparison};

/// Common bins of the test of equal calibration.
const BINS: u32 = 10;

/// Every judged group against whom it is compared with; nothing without score and label.
pub fn compare_scores(policy: &Policy, axes: &[AxisGroups]) -> Vec<ScoreComparison> {
    // These tests take every row for a person of its own.
    let alike = policy.roles.unit.is_none() && policy.roles.weight.is_none();
    if policy.roles.score.is_none() || policy.roles.label.is_none() || !alike {
        return Vec::new();
    }
    let z = normal::critical(policy.statistics.level.approximate());
    let groups =
        axes.iter().filter(|axis| !axis.in_part).flat_map(|axis| axis.judged().map(move |group| (axis, group)));
    let present: Vec<_> = groups.filter(|(_, group)| !group.absent).collect();
    let compared = cores::each(present, |(axis, group)| {
        let (view, reference) = axis.standing_reference(group)?;
        Some(compare(axis, group, view, group.cell.scores()?, reference.scores()?, z))
    });
    compared.into_iter().flatten().collect()
}

fn compare(
    axis: &AxisGroups,
    group: &GroupCell,
    reference: ReferenceView,
    own: &Scores,
    other: &Scores,
    z: f64,
) -> ScoreComparison {
    let (a, b) = own.beside(other);
    let binned = !(own.is_exact() && other.is_exact());
    let both = distance::of_groups(a, b);
    let ranked = |atoms: Vec<Atom>| rank(&atoms, binned, z);
    let apart = distance::kolmogorov_smirnov_bounds(&both).filter(|_| binned);
    ScoreComparison {
        axes: axis.axes.clone(),
        group: group.group.clone(),
        reference,
        background_positive_group_negative: ranked(groups::bpsn(a, b)),
        background_negative_group_positive: ranked(groups::bnsp(a, b)),
        positives_above: ranked(groups::positive_gap(a, b)),
        negatives_above: ranked(groups::negative_gap(a, b)),
        distance: distance::kolmogorov_smirnov(&both),
        distance_bounds: apart.map(outward),
        transport: distance::wasserstein(&both).map(twelve_digits),
        equal_calibration: equal_calibration(&equal_mass_strata(a, b, BINS)).map(|test| EqualCalibrationView {
            mean_difference: twelve_digits(test.mean_difference),
            range: twelve_digits(test.range),
            cmh: twelve_digits(test.cmh),
            p_cmh: twelve_digits(test.p_cmh),
            p_range: twelve_digits(test.p_range),
            excluded: test.excluded,
        }),
    }
}

/// How often the positives score higher than the negatives; of scores in bins with what they leave open.
fn rank(atoms: &[Atom], binned: bool, z: f64) -> Ranked {
    let Some(found) = auc::auc(atoms) else {
        let reason = if atoms::totals(atoms).rows() == 0 { Undefined::NoRows } else { Undefined::OneClass };
        return Ranked { value: None, low: None, high: None, undefined: Some(reason.id().to_owned()) };
    };
    let limits = auc::limits(found, z);
    let open = auc::bounds(atoms).filter(|_| binned).unwrap_or(Limits { low: found.value, high: found.value });
    Ranked {
        value: Some(found.value),
        low: limit((limits.low - (found.value - open.low)).max(0.0)),
        high: limit((limits.high + (open.high - found.value)).min(1.0)),
        undefined: None,
    }
}
