//! The figures of classes, computed again from the counts that the result holds.

use super::counts::named;
use super::people::held;
use super::tally::Tallies;
use crate::assess::classes::again;
use crate::result::{ClassGap, ClassesSpread, Document, HarmGap};

/// Holds every group, every spread and every gap.
pub fn hold(document: &Document, apart: f64, tallies: &mut Tallies) {
    let Some(view) = &document.classes else { return };
    let found = again(view, document.policy.level, document.policy.min_group);
    // What tests say was decided before anything was hidden or rounded.
    let whole = document.privacy.is_none();
    for (place, (stored, again)) in view.groups.iter().zip(&found.groups).enumerate() {
        let label = named(&stored.axes, &stored.group);
        held("groups by class", &format!("classes.groups[{place}]"), &label, stored, again, apart, tallies);
    }
    for (place, (stored, again)) in view.spreads.iter().zip(&found.spreads).enumerate() {
        let pearson = stored.pearson.as_ref().and(again.pearson.clone());
        let again = ClassesSpread { pearson, ..again.clone() };
        let label = stored.axes.join(" and ");
        held("spreads of classes", &format!("classes.spreads[{place}]"), &label, stored, &again, apart, tallies);
    }
    if (view.gaps.len(), view.harm_gaps.len()) != (found.gaps.len(), found.harm_gaps.len()) {
        let why = "a gap of some class or group is missing, or there is one too many".to_owned();
        tallies.wrong("gaps between classes", super::figures::RESULT, "classes.gaps".to_owned(), why);
        return;
    }
    for (place, (stored, again)) in view.gaps.iter().zip(&found.gaps).enumerate() {
        let kept = if whole { again.clone() } else { as_decided(again, stored) };
        let label = format!("{}, {}", named(&stored.axes, &stored.group), stored.class);
        held("gaps between classes", &format!("classes.gaps[{place}]"), &label, stored, &kept, apart, tallies);
    }
    for (place, (stored, again)) in view.harm_gaps.iter().zip(&found.harm_gaps).enumerate() {
        let kept = match whole {
            true => again.clone(),
            false => HarmGap {
                p_value: stored.p_value,
                p_adjusted: stored.p_adjusted,
                shown: stored.shown,
                too_few: stored.too_few,
                ..again.clone()
            },
        };
        let label = named(&stored.axes, &stored.group);
        held("gaps of harm", &format!("classes.harm_gaps[{place}]"), &label, stored, &kept, apart, tallies);
    }
}

fn as_decided(again: &ClassGap, stored: &ClassGap) -> ClassGap {
    ClassGap {
        p_value: stored.p_value,
        p_adjusted: stored.p_adjusted,
        shown: stored.shown,
        too_few: stored.too_few,
        ..again.clone()
    }
}
