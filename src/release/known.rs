//! What other tables count of the columns that people and funnels are counted by.
//!
//! Two counts that are shown beside each other tell their difference. Where one counts rows by the values of a column, and the
//! other rows by the same value of that column and something more (that the row came so far, or has another decision too), their
//! difference is a count of rows as well. So each count of a table of its own is held against every count that another table
//! shows of the same group, wherever all that the other asks of a row is asked by this one too.

use std::collections::BTreeMap;

use super::counts::counts;
use super::eyes::Eyes;
use super::groups::Key;
use crate::change::human::pairs_of;
use crate::metrics::outcome::{OutcomeKind, template};
use crate::result::{ArmValue, Document, Group, HumanStep, HumanView, OutcomeView};

/// What is asked of a row: that a column has one of some values, or another value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub column: String,
    pub values: Vec<String>,
    pub has: bool,
}

impl Asked {
    pub fn new(column: &str, values: &[String]) -> Asked {
        Asked { column: column.to_owned(), values: values.to_vec(), has: true }
    }

    pub fn not(&self) -> Asked {
        Asked { has: !self.has, ..self.clone() }
    }

    /// Whether rows of which the other is asked may be some of those of which this is: of the same column, and not of the same values
    /// the opposite. Other values may be among these or not; which they are is not known well enough to tell.
    fn may_hold(&self, other: &Asked) -> bool {
        self.column == other.column && (self.has == other.has || self.values != other.values)
    }
}

/// A count that a table shows, and all that it asks of a row.
#[derive(Clone, Debug)]
struct Told {
    asked: Vec<Asked>,
    rows: u64,
}

/// The counts that are shown of everybody and of every group of a single attribute.
#[derive(Clone, Debug)]
pub(super) struct Known {
    decision: Asked,
    told: BTreeMap<Key, Vec<Told>>,
    /// Outcomes whose numbers are no counts: what a mean tells of a column cannot be held against a count.
    measured: Vec<OutcomeView>,
}

impl Known {
    /// What the measurements show, and the arms of a campaign.
    pub fn of(document: &Document, eyes: &Eyes) -> Known {
        let policy = &document.policy;
        // Where nothing is asked about decisions no column has this name, and no count of a decision is shown.
        let column = policy.decision.as_deref().unwrap_or_default();
        let decision = Asked::new(column, &policy.favourable);
        let mut known = Known { decision: decision.clone(), told: BTreeMap::new(), measured: Vec::new() };
        let selected = Asked::new(column, &policy.selected);
        let label = policy.label.as_ref().map(|label| Asked::new(label, &policy.positive));
        for ((axes, group), c) in counts(document) {
            let shown = |metric: &str| eyes.group(metric, &axes, &group);
            let mut add = |asked: &[&Asked], rows: u64| known.add(&axes, &group, asked, rows);
            if policy.decision.is_none() {
                if shown("selection-rate") {
                    add(&[], c.decided());
                }
                continue;
            }
            if shown("selection-rate") {
                add(&[], c.decided());
                add(&[&decision], c.favourable);
                add(&[&decision.not()], c.unfavourable);
            }
            let Some(label) = label.as_ref().filter(|_| shown("true-positive-rate")) else { continue };
            let (rejected, negative) = (selected.not(), label.not());
            let four = [c.true_pos, c.false_pos, c.false_neg, c.true_neg];
            let [true_pos, false_pos, false_neg, true_neg] = four;
            let asked = [[&selected, label], [&selected, &negative], [&rejected, label], [&rejected, &negative]];
            asked.iter().zip(four).for_each(|(asked, rows)| add(asked, rows));
            add(&[], c.judged());
            add(&[&selected], true_pos.saturating_add(false_pos));
            add(&[&rejected], false_neg.saturating_add(true_neg));
            add(&[label], true_pos.saturating_add(false_neg));
            add(&[&negative], false_pos.saturating_add(true_neg));
        }
        for m in document.measurements.iter().filter(|m| eyes.group(&m.metric, &m.axes, &m.group)) {
            let Some((hits, all)) = m.numerator.zip(m.denominator) else { continue };
            let rest = all.saturating_sub(hits);
            let mut add = |asked: &[&Asked], rows: u64| known.add(&m.axes, &m.group, asked, rows);
            match (policy.outcome(&m.metric), &label) {
                (Some(outcome), _) => {
                    let presence = m.metric.split_once('.').and_then(|(_, id)| template(id));
                    if presence.is_some_and(|of| of.is_presence()) {
                        add(&[], hits);
                    } else if is_yes_no(outcome) {
                        let yes = Asked::new(&outcome.column, &outcome.yes);
                        add(&[&yes], hits);
                        add(&[&yes.not()], rest);
                    }
                    add(&[], all);
                }
                (None, Some(label)) if m.metric == "base-rate" => {
                    add(&[label], hits);
                    add(&[&label.not()], rest);
                    add(&[], all);
                }
                _ => {}
            }
        }
        known.measured = policy.outcomes.iter().filter(|outcome| !is_yes_no(outcome)).cloned().collect();
        known.add_arms(document);
        known
    }

    fn add(&mut self, axes: &[String], group: &Group, asked: &[&Asked], rows: u64) {
        if axes.len() < 2 {
            let asked = asked.iter().map(|one| (*one).clone()).collect();
            self.told.entry((axes.to_vec(), group.clone())).or_default().push(Told { asked, rows });
        }
    }

    fn add_arms(&mut self, document: &Document) {
        let Some(campaign) = &document.campaign else { return };
        let treated = Asked::new(&campaign.treatment, &campaign.treated);
        let control = match campaign.control.as_slice() {
            [] => treated.not(),
            values => Asked::new(&campaign.treatment, values),
        };
        for arms in &campaign.arms {
            for (arm, rows) in [(&treated, arms.treated), (&control, arms.control)] {
                rows.into_iter().for_each(|rows| self.add(&arms.axes, &arms.group, &[arm], rows));
            }
        }
        for lift in &campaign.lifts {
            let outcome = document.policy.outcomes.iter().find(|outcome| outcome.name == lift.outcome);
            let Some(outcome) = outcome.filter(|outcome| is_yes_no(outcome)) else { continue };
            let yes = Asked::new(&outcome.column, &outcome.yes);
            for (arm, of) in [(&treated, &lift.treated), (&control, &lift.control)] {
                let ArmValue { rows: _, valued: Some(valued), yes: Some(hits), value: _ } = of else { continue };
                self.add(&lift.axes, &lift.group, &[arm], *valued);
                self.add(&lift.axes, &lift.group, &[arm, &yes], *hits);
                self.add(&lift.axes, &lift.group, &[arm, &yes.not()], valued.saturating_sub(*hits));
            }
        }
    }

    /// Adds the pairs of people that are shown.
    pub fn add_steps(&mut self, human: Option<&HumanView>) {
        let Some(human) = human else { return };
        let model = Asked::new(&human.model_decision, &human.favourable);
        for step in &human.steps {
            for (asked, rows) in self.counts_of(&model, step) {
                self.add(&step.axes, &step.group, &asked.iter().collect::<Vec<_>>(), rows);
            }
        }
    }

    /// Every count of the pairs of a group, given what the model's decision asks of a row.
    pub fn counts_of(&self, model: &Asked, step: &HumanStep) -> Vec<(Vec<Asked>, u64)> {
        let pairs = pairs_of(step);
        let ([yes, no], [said, refused]) = ([self.decision.clone(), self.decision.not()], [model.clone(), model.not()]);
        let four = [
            (vec![said.clone(), yes.clone()], pairs.both),
            (vec![refused.clone(), yes.clone()], pairs.first),
            (vec![said.clone(), no.clone()], pairs.second),
            (vec![refused.clone(), no.clone()], pairs.neither),
        ];
        let sums = [
            (Vec::new(), step.rows),
            (vec![said], step.favourable_before),
            (vec![refused], step.rows.saturating_sub(step.favourable_before)),
            (vec![yes], step.favourable_after),
            (vec![no], step.rows.saturating_sub(step.favourable_after)),
        ];
        four.into_iter().chain(sums).collect()
    }

    /// Whether the outcomes of a group are shown at all.
    pub fn has(&self, axes: &[String], group: &Group) -> bool {
        self.told.contains_key(&(axes.to_vec(), group.clone()))
    }

    /// Whether a count that asks so much differs by a small count from one that another table shows and that asks no more.
    pub fn tells(&self, axes: &[String], group: &Group, asked: &[Asked], rows: u64, min_cell: u64) -> bool {
        let asks_no_more = |told: &Told| told.asked.iter().all(|one| asked.iter().any(|own| one.may_hold(own)));
        let told = self.told.get(&(axes.to_vec(), group.clone()));
        told.into_iter().flatten().filter(|told| asks_no_more(told)).any(|told| {
            let apart = told.rows.abs_diff(rows);
            apart > 0 && apart < min_cell
        })
    }

    /// Whether numbers that are no counts are shown of a column.
    pub fn measures(&self, column: &str) -> bool {
        self.measured.iter().any(|outcome| {
            let times = outcome.column.split_once(" to ").is_some_and(|(from, to)| from == column || to == column);
            let others = outcome.ended.as_ref().map(|ended| &ended.column).into_iter().chain(&outcome.prediction);
            outcome.column == column || times || others.into_iter().any(|other| other == column)
        })
    }
}

fn is_yes_no(outcome: &OutcomeView) -> bool {
    OutcomeKind::find(&outcome.kind) == Some(OutcomeKind::YesNo)
}
