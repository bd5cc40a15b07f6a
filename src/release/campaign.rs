//! What the audience may see of a campaign. Its arms cut every group finer than the counts that were looked at: an axis is shown
//! where no arm of any of its groups has a small count, and hidden as a whole else.

use std::collections::BTreeMap;
use std::mem::take;

use super::counts::to_nearest;
use super::round::{cut, short, three_digits};
use crate::cell::Trials;
use crate::inference::limits::Limits;
use crate::inference::uplift::lift;
use crate::inference::{mover, share};
use crate::result::*;

/// The reason of a number that is hidden.
const SUPPRESSED: &str = "suppressed";

/// Hides every axis on which an arm has a count from 1 to one less than `min_cell`, of rows or of an outcome; on which rows are
/// in neither arm, because what they are is the rest of what is shown; and what `shown` says is hidden already.
pub(super) fn mask(campaign: &mut Option<CampaignView>, min_cell: u64, shown: impl Fn(&[String]) -> bool) {
    let Some(view) = campaign else { return };
    let small = |count: u64| count > 0 && count < min_cell;
    let CampaignView {
        treatment: _,
        treated: _,
        control: _,
        assignment: _,
        planned_share: _,
        effect: _,
        arms,
        balance,
        lifts,
        equal_lift,
        ranked,
    } = view;
    let thin_arms = |size: &ArmSizes| {
        [size.treated, size.control].into_iter().flatten().any(small) || size.left_out.unwrap_or_default() > 0
    };
    let thin: Vec<Vec<String>> = arms.iter().filter(|size| thin_arms(size)).map(|size| size.axes.clone()).collect();
    let hidden = |axes: &[String]| !shown(axes) || thin.iter().any(|of| of == axes);
    let thin_value = |arm: &ArmValue| {
        let (rows, valued) = (arm.rows.unwrap_or_default(), arm.valued.unwrap_or_default());
        let no = arm.yes.map(|yes| valued.saturating_sub(yes));
        small(valued) || small(rows.saturating_sub(valued)) || [arm.yes, no].into_iter().flatten().any(small)
    };
    let thin_lifts: Vec<(String, Vec<String>)> = lifts
        .iter()
        .filter(|lift| thin_value(&lift.treated) || thin_value(&lift.control))
        .map(|lift| (lift.outcome.clone(), lift.axes.clone()))
        .collect();
    let no_lift = |outcome: &str, axes: &[String]| {
        hidden(axes) || thin_lifts.iter().any(|(name, of)| name == outcome && of == axes)
    };
    arms.iter_mut().filter(|size| hidden(&size.axes)).for_each(hide_sizes);
    balance.iter_mut().filter(|one| hidden(&one.axes)).for_each(hide_balance);
    lifts.iter_mut().filter(|one| no_lift(&one.outcome, &one.axes)).for_each(hide_lift);
    equal_lift.iter_mut().filter(|one| no_lift(&one.outcome, &one.axes)).for_each(hide_equal);
    // Scores cut groups finer still.
    ranked.clear();
}

// Only what is named stays: what is added to them is hidden until somebody decides.

fn hide_sizes(size: &mut ArmSizes) {
    *size = ArmSizes {
        axes: take(&mut size.axes),
        group: take(&mut size.group),
        undefined: hidden(),
        ..Default::default()
    };
}

fn hide_balance(one: &mut ArmBalance) {
    *one = ArmBalance { axes: take(&mut one.axes), groups: one.groups, undefined: hidden(), ..Default::default() };
}

fn hide_lift(one: &mut Lift) {
    *one = Lift {
        outcome: take(&mut one.outcome),
        axes: take(&mut one.axes),
        group: take(&mut one.group),
        method: take(&mut one.method),
        unit: one.unit.take(),
        undefined: hidden(),
        ..Default::default()
    };
}

fn hide_equal(one: &mut EqualLift) {
    *one = EqualLift {
        outcome: take(&mut one.outcome),
        axes: take(&mut one.axes),
        groups: one.groups,
        undefined: hidden(),
        ..Default::default()
    };
}

fn hidden() -> Option<String> {
    Some(SUPPRESSED.to_owned())
}

/// Takes out what is not for the public whatever it counts: tests, and numbers of scores.
pub(super) fn strip(campaign: &mut Option<CampaignView>) {
    let Some(view) = campaign else { return };
    view.arms.iter_mut().for_each(|size| size.p_value = None);
    view.balance.iter_mut().for_each(|one| (one.chi2, one.df, one.p_value) = (None, None, None));
    view.lifts.iter_mut().for_each(|one| one.p_value = None);
    for one in &mut view.equal_lift {
        (one.chi2, one.df, one.p_value, one.p_adjusted) = (None, None, None, None);
        (one.common, one.beyond_chance) = (None, None);
    }
    view.ranked.clear();
}

/// Rounds counts to multiples, works shares and their lifts out again from these, and cuts what rests on more to three decimals, numbers of an
/// outcome to three digits.
pub(super) fn round(campaign: &mut Option<CampaignView>, of: u64, z: f64) {
    let Some(view) = campaign else { return };
    let all = |arm: fn(&ArmSizes) -> Option<u64>, arms: &[ArmSizes]| {
        arms.iter().find(|size| size.axes.is_empty()).and_then(arm).map(|rows| to_nearest(rows, of))
    };
    let (treated, control) = (all(|size| size.treated, &view.arms), all(|size| size.control, &view.arms));
    for size in &mut view.arms {
        for count in [&mut size.treated, &mut size.control, &mut size.left_out] {
            *count = count.map(|rows| to_nearest(rows, of));
        }
        let (Some(own), Some(other)) = (size.treated, size.control) else { continue };
        let trials = Trials { hits: own, of: own + other };
        size.share = trials.share().map(short);
        let limits = share::wilson(trials, z);
        (size.low, size.high) = (limits.map(|l| short(l.low)), limits.map(|l| short(l.high)));
        let within =
            |rows: u64, all: Option<u64>| all.filter(|all| *all > 0).map(|all| short(rows as f64 / all as f64));
        if size.of_treated.is_some() {
            (size.of_treated, size.of_control) = (within(own, treated), within(other, control));
        }
        shorten([&mut size.p_value, &mut size.standardised_gap]);
    }
    for one in &mut view.balance {
        shorten([&mut one.chi2, &mut one.p_value]);
    }
    for one in &mut view.lifts {
        let arms = [&mut one.treated, &mut one.control].map(|arm| {
            arm.rows = arm.rows.map(|rows| to_nearest(rows, of));
            arm.valued = arm.valued.map(|rows| to_nearest(rows, of));
            arm.yes = arm.yes.map(|rows| to_nearest(rows, of)).zip(arm.valued).map(|(yes, all)| yes.min(all));
            let trials = arm.yes.zip(arm.valued).map(|(hits, of)| Trials { hits, of });
            arm.value = match trials {
                Some(trials) => trials.share().map(short),
                // The mean of an amount times its rows would tell the exact sum.
                None => arm.value.map(three_digits),
            };
            trials
        });
        if let [Some(own), Some(other)] = arms
            && let Ok(again) = lift::of_shares(own, other, z)
        {
            (one.lift, one.low, one.high) = (Some(again.value), Some(again.limits.low), Some(again.limits.high));
        }
        let by = cut_of(one);
        cut([&mut one.lift, &mut one.low, &mut one.high], by);
        shorten([&mut one.p_value]);
    }
    compare_again(&mut view.lifts);
    for one in &mut view.equal_lift {
        shorten([&mut one.chi2, &mut one.p_value, &mut one.p_adjusted, &mut one.beyond_chance]);
        // Of numbers it is one of the outcome, whose size nobody knows.
        cut([&mut one.common], three_digits);
    }
    // Cuts of scores would tell the exact counts.
    view.ranked.clear();
}

/// Differences of lifts from the rounded ones; where the reference is no group that is shown there is none.
fn compare_again(lifts: &mut [Lift]) {
    type Ends = (f64, Limits);
    let ends = |one: &Lift| -> Option<Ends> { Some((one.lift?, Limits { low: one.low?, high: one.high? })) };
    let key = |one: &Lift, group: &Group| (one.outcome.clone(), one.axes.clone(), group.clone());
    let known: BTreeMap<_, Option<Ends>> = lifts.iter().map(|one| (key(one, &one.group), ends(one))).collect();
    for one in lifts.iter_mut().filter(|one| one.difference.is_some()) {
        let reference = one.reference.as_ref().filter(|of| !of.group.is_empty()).map(|of| key(one, &of.group));
        let other = reference.and_then(|key| known.get(&key).copied().flatten());
        let again = ends(one).zip(other).map(|((v1, l1), (v0, l0))| (v1 - v0, mover::difference(v1, l1, v0, l0)));
        one.reference_lift = other.map(|(value, _)| value);
        let cut = cut_of(one);
        one.difference = again.map(|(value, _)| cut(value));
        one.difference_low = again.map(|(_, limits)| cut(limits.low));
        one.difference_high = again.map(|(_, limits)| cut(limits.high));
    }
}

/// How numbers of a lift are cut: of shares to three decimals, of numbers of an outcome to three digits.
fn cut_of(lift: &Lift) -> fn(f64) -> f64 {
    if lift.treated.yes.is_some() { short } else { three_digits }
}

fn shorten<const N: usize>(values: [&mut Option<f64>; N]) {
    cut(values, short);
}
