//! The lifts of a campaign as sentences and as numbers with their sign.

use super::ASSOCIATION;
use crate::result::{ArmValue, CampaignView, Document, EqualLift, Lift};
use crate::words::numbers::{count, in_unit, p_value, percent, points, spelled as in_words};
use crate::words::outcomes::spaced;
use crate::words::privacy::HIDDEN;
use crate::words::sentences::{group_name, reference_name, upper_first};
use crate::words::tables::interval;

/// An arm in a table: `14.2% of 2,901`.
pub(super) fn arm(lift: &Lift, arm: &ArmValue) -> String {
    if lift.undefined.as_deref() == Some("suppressed") {
        return HIDDEN.to_owned();
    }
    let value = arm.value.map_or_else(|| "–".to_owned(), |v| level_of(lift, v));
    format!("{value} of {}", count(arm.valued.unwrap_or_default()))
}

/// A share or a mean in the unit of the outcome.
fn level_of(lift: &Lift, value: f64) -> String {
    if is_share(lift) { percent(value) } else { in_unit(lift.unit.as_deref(), value, &[]) }
}

pub(super) fn is_share(lift: &Lift) -> bool {
    lift.method == "miettinen-nurminen"
}

/// A change with its sign: `+4.1 pp`, `-0.35 EUR`.
pub(super) fn shift(lift: &Lift, value: f64) -> String {
    let words = match is_share(lift) {
        true => format!("{} pp", points(value, &[])),
        false => in_unit(lift.unit.as_deref(), value, &[]),
    };
    let some = words.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if some && value > 0.0 { format!("+{words}") } else { words }
}

/// A change as it is read in a sentence: `+4.1 percentage points`.
fn spelled(lift: &Lift, value: f64) -> String {
    in_words(&shift(lift, value))
}

/// A change beside another whose unit was told: `+4.1`.
fn bare(lift: &Lift, value: f64) -> String {
    let words = shift(lift, value);
    words.strip_suffix(" pp").map(str::to_owned).unwrap_or(words)
}

/// The lift over all.
pub(super) fn overall_sentence(view: &CampaignView, lift: &Lift) -> String {
    let name = spaced(&lift.outcome);
    let value = |arm: &ArmValue| arm.value.map_or_else(|| "–".to_owned(), |v| level_of(lift, v));
    let (contacted, others) = (value(&lift.treated), value(&lift.control));
    let what = if is_share(lift) { format!("{name} was yes for") } else { format!("the average {name} was") };
    let (of, rest) = if is_share(lift) {
        ("of those contacted", "of the others")
    } else {
        ("for those contacted", "for the others")
    };
    let ends = interval(lift.lift, lift.low, lift.high, |v| bare(lift, v));
    let moved = lift.lift.map(|v| spelled(lift, v)).unwrap_or_default();
    let counts = format!("{what} {contacted} {of} and {others} {rest}");
    if view.effect {
        format!("Contacting changed {name} by {moved} ({ends}): {counts}.")
    } else {
        format!("{ASSOCIATION}{counts}, a difference of {moved} ({ends}).")
    }
}

/// Of how many the outcome is known, where it is not of all.
pub(super) fn without_value(lift: &Lift) -> Option<String> {
    let known = |arm: &ArmValue| arm.valued.zip(arm.rows);
    let ((valued, contacted), (others_valued, others)) = known(&lift.treated).zip(known(&lift.control))?;
    (valued < contacted || others_valued < others).then(|| {
        format!(
            "{} is known of {} of {} contacted and of {} of {} others; who has no value is in no number here, and where the two \
             differ in that, they differ in more than the campaign.",
            upper_first(&spaced(&lift.outcome)),
            count(valued),
            count(contacted),
            count(others_valued),
            count(others)
        )
    })
}

/// A group for which contacting did less, or more, or harm.
pub(super) fn finding(view: &CampaignView, lift: &Lift) -> String {
    let (group, name) = (group_name(&lift.axes, &lift.group), spaced(&lift.outcome));
    let own = lift.lift.map(|v| spelled(lift, v)).unwrap_or_default();
    let ends = interval(lift.lift, lift.low, lift.high, |v| bare(lift, v));
    if lift.finding.as_deref() == Some("harmed") {
        return if view.effect {
            format!("Contacting made it worse for {group}: {name} changed by {own} ({ends}).")
        } else {
            format!("{ASSOCIATION}{name} is worse for {group} where contacted, by {own} ({ends}).")
        };
    }
    let reference = lift.reference.as_ref().map(|of| reference_name(&lift.axes, of)).unwrap_or_default();
    // Where the reference is all others and counts are rounded, only which way it goes is told.
    let Some((other, gap)) = lift.reference_lift.zip(lift.difference) else {
        return match (view.effect, lift.finding.as_deref()) {
            (true, Some("less")) => format!("Contacting did less for {group} than for {reference} in {name}."),
            (true, Some("more")) => format!("Contacting did more for {group} than for {reference} in {name}."),
            (true, _) => format!("Contacting did not do the same for {group} and {reference} in {name}."),
            (false, _) => format!(
                "{ASSOCIATION}contacted and not contacted do not differ alike in {name} for {group} and for {reference}."
            ),
        };
    };
    let (other, gap) = (bare(lift, other), bare(lift, gap));
    let ends = interval(lift.difference, lift.difference_low, lift.difference_high, |v| bare(lift, v));
    let numbers = format!("by {own} for {group} and by {other} for {reference}; the gap is {gap} ({ends})");
    match (view.effect, lift.finding.as_deref()) {
        (true, Some("less")) => {
            format!("Contacting did less for {group} than for {reference}: it changed {name} {numbers}.")
        }
        (true, Some("more")) => {
            format!("Contacting did more for {group} than for {reference}: it changed {name} {numbers}.")
        }
        (true, _) => {
            format!("Contacting did not do the same for {group} and {reference}: it changed {name} {numbers}.")
        }
        (false, _) => {
            format!("{ASSOCIATION}contacted and not contacted differ in {name} {numbers}.")
        }
    }
}

/// Whether all groups have one lift.
pub(super) fn equal_sentence(document: &Document, view: &CampaignView, equal: &EqualLift) -> Option<String> {
    if equal.undefined.is_some() || equal.groups < 2 {
        return None;
    }
    let (name, axes) = (spaced(&equal.outcome), equal.axes.join(" and "));
    let allowing = if document.policy.adjust == "none" { "" } else { ", allowing for all such tests" };
    let p = equal.p_adjusted.map(|p| format!(" (p {}{allowing})", p_value(p))).unwrap_or_default();
    let left = match equal.left_out {
        0 => String::new(),
        1 => " One group has too few rows for this test.".to_owned(),
        n => format!(" {n} groups have too few rows for this test."),
    };
    let said = match (view.effect, equal.differs) {
        (true, true) => format!("Contacting did not change {name} alike for all groups of {axes}{p}."),
        (true, false) => format!(
            "It is not shown that contacting changed {name} unequally for the groups of {axes}{p}; that is no proof that it did \
             the same for all."
        ),
        (false, true) => {
            format!("{ASSOCIATION}the difference in {name} is not the same for all groups of {axes}{p}.")
        }
        (false, false) => format!(
            "{ASSOCIATION}it is not shown that the difference in {name} is unequal for the groups of {axes}{p}; that is no proof \
             that it is the same for all."
        ),
    };
    Some(format!("{said}{left}"))
}
