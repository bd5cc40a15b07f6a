//! What people changed after a model, as its audience may see it.
//!
//! The pairs of a group are a table of their own: how many were turned each way may be small where all counts that
//! [`super::groups`] knows are large. An axis is shown whole or not at all, and sets of attributes are never shown: every
//! count that is shown is 0 or at least `min_cell`, and so is what it leaves of any sum that is shown.

use super::counts::to_nearest;
use super::groups::Groups;
use super::known::{Asked, Known};
use crate::change::human::{Sums, gap_again, pairs_of, step};
use crate::inference::paired::proportions::Matched;
use crate::result::{HumanGap, HumanStep, HumanView};

/// Takes out every axis that has a small count, or from which one could be worked out, given the counts that are shown elsewhere.
pub(super) fn mask(human: &mut Option<HumanView>, known: &Known, groups: &Groups, min_cell: u64) {
    let Some(HumanView { model_decision, favourable, rows_without_model, rows_without_decision, steps, gaps, hidden }) =
        human
    else {
        return;
    };
    (*rows_without_model, *rows_without_decision) = (None, None);
    let model = Asked::new(model_decision, favourable);
    let small = |count: u64| count > 0 && count < min_cell;
    // Who has no decision of the model is the difference of two counts, one of which is shown beside the decisions.
    let tells = |step: &HumanStep| {
        let mut counts = known.counts_of(&model, step).into_iter();
        let near = |asked: &[Asked], rows| known.tells(&step.axes, &step.group, asked, rows, min_cell);
        !known.has(&step.axes, &step.group) || counts.any(|(asked, rows)| small(rows) || near(&asked, rows))
    };
    let measured = known.measures(model_decision);
    let (kept, taken) = groups.whole_axes(steps.iter().map(|step| &step.axes), |of| {
        measured || steps.iter().filter(|step| step.axes == of).any(tells)
    });
    let everybody = kept.iter().any(Vec::is_empty);
    steps.retain(|step| kept.contains(&step.axes));
    let of_everybody = |gap: &HumanGap| {
        gap.reference.as_ref().is_some_and(|reference| ["rest", "overall"].contains(&reference.kind.as_str()))
    };
    gaps.retain(|gap| kept.contains(&gap.axes) && (everybody || !of_everybody(gap)));
    *hidden = taken;
}

/// Takes out what is not for the public whatever it counts.
pub(super) fn strip(human: &mut Option<HumanView>) {
    if let Some(human) = human {
        (human.rows_without_model, human.rows_without_decision) = (None, None);
        human.steps.iter_mut().for_each(|step| step.p_value = None);
    }
}

/// Works everything out again from rounded counts. Intervals of gaps rest on the exact ones, and are left out; what they say
/// stays.
pub(super) fn round(human: &mut Option<HumanView>, of: u64, z: f64) {
    let Some(human) = human else { return };
    (human.rows_without_model, human.rows_without_decision) = (None, None);
    for one in &mut human.steps {
        let exact = pairs_of(one);
        let [both, first, second, neither] =
            [exact.both, exact.first, exact.second, exact.neither].map(|count| to_nearest(count, of));
        let direction = std::mem::take(&mut one.direction);
        let rounded = step(&one.axes, &one.group, Matched { both, first, second, neither }, z);
        *one = HumanStep { direction, p_value: None, ..rounded };
    }
    let sums = Sums::of(&human.steps);
    for gap in &mut human.gaps {
        let again = Some(gap_again(gap, &sums)).filter(|_| gap.change.is_some());
        gap.before = again.and_then(|again| again.before);
        gap.after = again.and_then(|again| again.after);
        gap.change = again.and_then(|again| again.change);
        (gap.low, gap.high, gap.widening, gap.widening_low, gap.widening_high) = (None, None, None, None, None);
        gap.method = "none".to_owned();
    }
}
