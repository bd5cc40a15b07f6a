//! Classes as their audience may see them.
//!
//! The table of a group, by the right class and the one that was chosen, is shown whole or not at all, and so is everything that is
//! worked out from it: single rates of classes would tell single counts. The shares of the classes are shown where their own counts
//! may be. An axis is shown for all its groups or for none, and sets of attributes never are.

use super::counts::to_nearest;
use super::groups::Groups;
use super::table::Shown;
use crate::assess::classes::{again, counts_of};
use crate::policy::value::Values;
use crate::result::{ClassesGroup, ClassesRight, ClassesView, Document, Group, Measurement};

/// Takes out every axis that has a small count, or from which one could be worked out.
pub(super) fn mask(document: &mut Document, groups: &Groups, min_cell: u64) {
    let Some(mut view) = document.classes.take() else { return };
    hide(&mut view, document, groups, min_cell);
    document.classes = Some(view);
}

fn hide(view: &mut ClassesView, document: &Document, groups: &Groups, min_cell: u64) {
    let ClassesView {
        chosen,
        right,
        classes: names,
        harm: _,
        rows_without_chosen,
        rows_without_right,
        groups: counted,
        spreads,
        gaps,
        harm_gaps,
        hidden,
        hidden_right,
    } = view;
    (*rows_without_chosen, *rows_without_right) = (None, None);
    let columns = Columns::new(chosen, right.as_deref(), names, document);
    let small = |count: u64| count > 0 && count < min_cell;
    let mut axes: Vec<Vec<String>> = Vec::new();
    for one in counted.iter() {
        if !axes.contains(&one.axes) {
            axes.push(one.axes.clone());
        }
    }
    let own = |of: &Vec<String>| counted.iter().filter(|one| one.axes == *of).collect::<Vec<_>>();
    let shown = |of: &Vec<String>| {
        let whole = if of.is_empty() {
            groups.shows(Shown::Everything, &[], &Group::new())
        } else {
            groups.shows_axis(Shown::Everything, of)
        };
        let known = |one: &&ClassesGroup| columns.of_shares(one).is_some_and(|counts| !counts.into_iter().any(small));
        of.len() < 2 && whole && !columns.elsewhere && own(of).iter().all(known)
    };
    let (mut kept, mut taken): (Vec<Vec<String>>, Vec<Vec<String>>) = axes.into_iter().partition(shown);
    let known = |one: &&ClassesGroup| match &one.right {
        Some(right) => columns.of_table(one, right).is_some_and(|counts| !counts.into_iter().any(small)),
        None => true,
    };
    let mut shares_only: Vec<Vec<String>> = kept.iter().filter(|of| !own(of).iter().all(known)).cloned().collect();
    if columns.labelled {
        // How many are of a class is told with the label: beside the shares, and where everybody's table has no rows, single counts
        // of a table that is hidden are differences of what is shown.
        kept.retain(|of| !shares_only.contains(of));
        taken.append(&mut shares_only);
    }
    counted.retain(|one| kept.contains(&one.axes));
    for one in counted.iter_mut().filter(|one| shares_only.contains(&one.axes)) {
        one.right = None;
    }
    let whole = |of: &Vec<String>| kept.contains(of) && !shares_only.contains(of);
    spreads.retain(|spread| kept.contains(&spread.axes));
    gaps.retain(|gap| kept.contains(&gap.axes) && (gap.measure == "share" || whole(&gap.axes)));
    harm_gaps.retain(|gap| whole(&gap.axes));
    if !taken.is_empty() || !shares_only.is_empty() {
        // A correction for the number of gaps tells of what was found elsewhere.
        gaps.iter_mut().for_each(|gap| gap.p_adjusted = None);
        harm_gaps.iter_mut().for_each(|gap| gap.p_adjusted = None);
    }
    (*hidden, *hidden_right) = (taken, shares_only);
}

/// How the columns of the classes stand to those of which other counts are shown.
struct Columns<'a> {
    measurements: &'a [Measurement],
    /// Another section shows counts that these could be held against.
    elsewhere: bool,
    /// The chosen class is the decision, and the right one the label.
    decided: bool,
    labelled: bool,
    /// Nothing is asked about decisions.
    undecided: bool,
    /// The metric whose denominator counts the people of a group.
    of_whom: String,
    /// Which classes are favourable, selected and positive.
    favourable: Vec<bool>,
    selected: Vec<bool>,
    positive: Vec<bool>,
}

impl<'a> Columns<'a> {
    fn new(chosen: &str, right: Option<&str>, names: &[String], document: &'a Document) -> Columns<'a> {
        let policy = &document.policy;
        // These count other rows of the same people: beside them the rows that have a class tell of the few that have none.
        let others = !policy.outcomes.is_empty()
            || document.campaign.is_some()
            || document.human.is_some()
            || document.funnel.is_some();
        let label = policy.label.as_deref();
        let crossed = (right.is_some() && right == policy.decision.as_deref()) || label == Some(chosen);
        let which = |texts: &[String]| {
            let values = Values::new(texts.to_vec());
            names.iter().map(|name| values.contains(name)).collect()
        };
        Columns {
            measurements: &document.measurements,
            elsewhere: crossed || others,
            decided: policy.decision.as_deref() == Some(chosen) && policy.threshold.is_none(),
            labelled: right.is_some() && right == label,
            undecided: policy.decision.is_none(),
            of_whom: policy.of_whom(),
            favourable: which(&policy.favourable),
            selected: which(&policy.selected),
            positive: which(&policy.positive),
        }
    }

    /// A numerator and a denominator that are shown of a group.
    fn shown(&self, metric: &str, one: &ClassesGroup) -> Option<(u64, u64)> {
        let own = |m: &&Measurement| m.metric == metric && m.axes == one.axes && m.group == one.group;
        self.measurements.iter().find(own).and_then(|m| m.numerator.zip(m.denominator))
    }

    /// Every count that shares of the classes tell, and how far they lie from what is shown beside them; none where that is not known.
    fn of_shares(&self, one: &ClassesGroup) -> Option<Vec<u64>> {
        let (favourable, decided) = self.shown(&self.of_whom, one)?;
        let given = counts_of(one).given;
        let mut counts = vec![one.rows, one.rows.abs_diff(decided)];
        counts.extend(given.iter().map(|rows| one.rows.saturating_sub(*rows)));
        if self.decided {
            let own = sum(&given, &self.favourable);
            counts.extend([
                own.abs_diff(favourable),
                one.rows.saturating_sub(own).abs_diff(decided.saturating_sub(favourable)),
            ]);
        }
        counts.extend(given);
        Some(counts)
    }

    /// The same of the table by both classes.
    fn of_table(&self, one: &ClassesGroup, right: &ClassesRight) -> Option<Vec<u64>> {
        let counted = counts_of(one);
        let table = counted.both?;
        let mut counts: Vec<u64> = table.counts().iter().flatten().copied().collect();
        counts.push(one.rows.saturating_sub(right.rows));
        let (_, decided) = self.shown(&self.of_whom, one)?;
        counts.push(right.rows.abs_diff(decided));
        // Of each class, the rows whose right one is not known.
        counts.extend(counted.given.iter().zip(table.given()).map(|(all, known)| all.saturating_sub(known)));
        if let (Some((hits, positive)), Some((alarms, negative))) =
            (self.shown("true-positive-rate", one), self.shown("false-positive-rate", one))
        {
            counts.push(right.rows.abs_diff(positive.saturating_add(negative)));
            if self.labelled {
                let own = sum(&table.truth(), &self.positive);
                counts.extend([own.abs_diff(positive), right.rows.saturating_sub(own).abs_diff(negative)]);
            }
            if self.labelled && self.decided {
                let of = |positive: bool| -> u64 {
                    let rows = table.counts().iter().zip(&self.positive).filter(|(_, is)| **is == positive);
                    rows.map(|(row, _)| sum(row, &self.selected)).sum()
                };
                let (own_hits, own_alarms) = (of(true), of(false));
                counts.extend([own_hits.abs_diff(hits), own_alarms.abs_diff(alarms)]);
                let misses = sum(&table.truth(), &self.positive).saturating_sub(own_hits);
                counts.push(misses.abs_diff(positive.saturating_sub(hits)));
            }
        } else if let (Some((hits, labelled)), true) = (self.shown("base-rate", one), self.undecided) {
            counts.push(right.rows.abs_diff(labelled));
            if self.labelled {
                let own = sum(&table.truth(), &self.positive);
                counts.extend([
                    own.abs_diff(hits),
                    right.rows.saturating_sub(own).abs_diff(labelled.saturating_sub(hits)),
                ]);
            }
        } else if self.labelled {
            return None;
        }
        Some(counts)
    }
}

/// The counts of some classes together.
fn sum(counts: &[u64], which: &[bool]) -> u64 {
    counts.iter().zip(which).filter(|(_, is)| **is).map(|(count, _)| *count).sum()
}

/// Takes out what is not for the public whatever it counts.
pub(super) fn strip(classes: &mut Option<ClassesView>) {
    let Some(classes) = classes else { return };
    (classes.rows_without_chosen, classes.rows_without_right) = (None, None);
    for spread in &mut classes.spreads {
        spread.pearson = None;
    }
    for gap in &mut classes.gaps {
        (gap.p_value, gap.p_adjusted) = (None, None);
    }
    for gap in &mut classes.harm_gaps {
        (gap.p_value, gap.p_adjusted) = (None, None);
    }
}

/// Works everything out again from rounded counts. What tests showed was decided before; they rest on the exact counts, and are left
/// out.
pub(super) fn round(classes: &mut Option<ClassesView>, of: u64, level: f64, min_group: u64) {
    let Some(view) = classes else { return };
    (view.rows_without_chosen, view.rows_without_right) = (None, None);
    for one in &mut view.groups {
        one.given.iter_mut().for_each(|given| given.rows = to_nearest(given.rows, of));
        if let Some(right) = &mut one.right {
            right.table.iter_mut().flatten().for_each(|rows| *rows = to_nearest(*rows, of));
        }
    }
    let mut rounded = again(view, level, min_group);
    for (new, old) in rounded.gaps.iter_mut().zip(&view.gaps) {
        (new.shown, new.too_few, new.p_value, new.p_adjusted) = (old.shown, old.too_few, None, None);
    }
    for (new, old) in rounded.harm_gaps.iter_mut().zip(&view.harm_gaps) {
        (new.shown, new.too_few, new.p_value, new.p_adjusted) = (old.shown, old.too_few, None, None);
    }
    for new in &mut rounded.spreads {
        new.pearson = None;
    }
    *classes = Some(rounded);
}
