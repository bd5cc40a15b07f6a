//! How large the arms of a campaign are, and whether they are alike in what was known before.

use super::{InArm, People};
use crate::assess::groups::AxisGroups;
use crate::assess::shares::estimate;
use crate::cell::Trials;
use crate::inference::normal;
use crate::inference::table::association;
use crate::inference::uplift::balance as arms;
use crate::metrics::Undefined;
use crate::policy::{Campaign, Policy};
use crate::result::number::twelve_digits;
use crate::result::{ArmBalance, ArmSizes, Group};
use crate::tally::campaign::Arm;

/// A sample ratio below this says that the assignment or its record went wrong (Fabijan et al. 2019).
const MISMATCH: f64 = 0.001;

/// Everybody, then every group.
pub(super) fn sizes(campaign: &Campaign, people: &People, in_arms: &[InArm; 3], policy: &Policy) -> Vec<ArmSizes> {
    let z = normal::critical(policy.statistics.level.approximate());
    let groups = people.groups().filter(|(_, group)| !group.absent).count();
    let size = |axes: &[String], group: &Group| {
        let [treated, control, neither] = Arm::ALL.map(|arm| in_arms[arm as usize].cell(axes, group).rows());
        let trials = Trials { hits: treated, of: treated + control };
        let estimated = estimate(trials, z);
        let planned = campaign.share.as_ref().map(|share| share.approximate());
        let test = planned.and_then(|share| arms::sample_ratio(&[treated, control], &[share, 1.0 - share]).ok());
        let least = if axes.is_empty() { MISMATCH } else { MISMATCH / groups.max(1) as f64 };
        let of = |rows: u64, arm: Arm| Trials { hits: rows, of: in_arms[arm as usize].overall.rows() };
        let (in_treated, in_control) = (of(treated, Arm::Treated), of(control, Arm::Control));
        let within = |trials: Trials| trials.share().filter(|_| !axes.is_empty()).map(twelve_digits);
        let gap = arms::of_shares(in_treated, in_control).ok().filter(|_| !axes.is_empty());
        ArmSizes {
            axes: axes.to_vec(),
            group: group.clone(),
            treated: Some(treated),
            control: Some(control),
            left_out: Some(neither),
            share: estimated.share,
            low: estimated.low,
            high: estimated.high,
            p_value: test.map(|test| twelve_digits(test.p)),
            mismatch: test.is_some_and(|test| test.p < least),
            of_treated: within(in_treated),
            of_control: within(in_control),
            standardised_gap: gap.map(twelve_digits),
            undefined: (trials.of == 0).then(|| Undefined::NoRows.id().to_owned()),
        }
    };
    let everybody = size(&[], &Group::new());
    let groups = people.groups().filter(|(_, group)| !group.absent);
    std::iter::once(everybody).chain(groups.map(|(axis, group)| size(&axis.axes, &group.group))).collect()
}

/// Whether the groups of each axis are treated equally often.
pub(super) fn balance(people: &People, sizes: &[ArmSizes]) -> Vec<ArmBalance> {
    let of_axis = |axis: &&AxisGroups| {
        let judged: Vec<&Group> = axis.judged().map(|group| &group.group).collect();
        let own = sizes.iter().filter(|size| size.axes == axis.axes && judged.contains(&&size.group));
        let table: Vec<[u64; 2]> =
            own.map(|size| [size.treated.unwrap_or_default(), size.control.unwrap_or_default()]).collect();
        let table: Vec<[u64; 2]> = table.into_iter().filter(|row| row[0] + row[1] > 0).collect();
        let test = association(&table).map(|found| found.pearson);
        ArmBalance {
            axes: axis.axes.clone(),
            groups: table.len() as u64,
            chi2: test.ok().map(|test| twelve_digits(test.chi2)),
            df: test.ok().map(|test| test.df),
            p_value: test.ok().map(|test| twelve_digits(test.p)),
            uneven: test.is_ok_and(|test| test.p < MISMATCH),
            undefined: test.is_err().then(|| Undefined::NoVariance.id().to_owned()),
        }
    };
    people.axes.iter().map(of_axis).collect()
}
