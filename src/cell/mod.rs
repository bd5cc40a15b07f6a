//! What evenhand remembers of a group: how many rows had which decision and which label.

pub mod design;
mod figures;
pub mod joint;
pub mod ledger;
pub mod measured;
pub mod scores;
pub mod wide;

use std::sync::Arc;

pub use crate::inference::trials::Trials;
pub use design::Design;
pub use joint::{Joint, Side};
pub use ledger::Ledger;
pub use scores::Scores;

/// The values of a measured outcome of a group; only durations have cases that are still open.
pub type Values = measured::Measured<measured::Cases>;

/// What the decision of one row was. Whether it was good for the person and whether it counts as a positive prediction
/// are two questions: a fraud flag is selected and unfavourable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Made { favourable: bool, selected: bool },
    Missing,
}

impl Decision {
    /// How many decisions there are, for tables indexed by [`Decision::index`].
    pub const KINDS: usize = 5;

    pub fn index(self) -> usize {
        match self {
            Decision::Made { favourable, selected } => usize::from(favourable) | usize::from(selected) << 1,
            Decision::Missing => 4,
        }
    }

    /// The decision of an index; any that no decision has is missing.
    pub fn from_index(index: usize) -> Self {
        match index {
            4.. => Decision::Missing,
            bits => Decision::Made { favourable: bits & 1 == 1, selected: bits & 2 == 2 },
        }
    }
}

/// What turned out for one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Negative,
    Positive,
    Missing,
}

impl Label {
    /// How many labels there are, for tables indexed by [`Label::index`].
    pub const KINDS: usize = 3;

    pub fn index(self) -> usize {
        self as usize
    }

    /// The label of an index; any that no label has is missing.
    pub fn from_index(index: usize) -> Self {
        match index {
            0 => Label::Negative,
            1 => Label::Positive,
            _ => Label::Missing,
        }
    }
}

/// The four counts of decisions against labels; rows that lack either are not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    pub true_pos: u64,
    pub false_pos: u64,
    pub false_neg: u64,
    pub true_neg: u64,
}

/// The counts of one group, and its scores where there are any. Merging cells equals reading their rows together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    counts: [[u64; Label::KINDS]; Decision::KINDS],
    scores: Option<Arc<Scores>>,
    /// The values of every outcome of the policy, in its order.
    outcomes: Vec<Arc<Values>>,
    design: Option<Design>,
}

impl Cell {
    /// Adds rows that had this decision and this label.
    pub fn push(&mut self, decision: Decision, label: Label, rows: u64) {
        self.counts[decision.index()][label.index()] += rows;
    }

    /// The rows of several groups together.
    pub fn together<'a>(parts: impl IntoIterator<Item = &'a Cell>) -> Cell {
        let parts: Vec<&Cell> = parts.into_iter().collect();
        let mut whole = Cell::counted(parts.iter().copied());
        let scores: Vec<&Arc<Scores>> = parts.iter().filter_map(|part| part.scores.as_ref()).collect();
        whole.scores = match scores.as_slice() {
            // What was found out about the scores of the only part stays known.
            [] | [_] => scores.first().map(|one| Arc::clone(one)),
            several => Some(Arc::new(Scores::together(several))),
        };
        let outcomes = parts.iter().map(|part| part.outcomes.len()).max().unwrap_or_default();
        whole.outcomes = (0..outcomes)
            .filter_map(|place| {
                let values: Vec<&Arc<Values>> = parts.iter().filter_map(|part| part.outcomes.get(place)).collect();
                match values.as_slice() {
                    [one] => Some(Arc::clone(one)),
                    several => {
                        Values::together(&several.iter().map(|one| one.as_ref()).collect::<Vec<_>>()).map(Arc::new)
                    }
                }
            })
            .collect();
        whole
    }

    /// The same without their scores and outcomes, which cost most to put together.
    pub fn counted<'a>(parts: impl IntoIterator<Item = &'a Cell>) -> Cell {
        let mut whole = Cell::default();
        let mut designs: Vec<&Design> = Vec::new();
        for part in parts {
            for (mine, theirs) in whole.counts.iter_mut().flatten().zip(part.counts.iter().flatten()) {
                *mine += theirs;
            }
            designs.extend(&part.design);
        }
        whole.design = Design::together(designs);
        whole
    }

    /// The rows of this cell that are not in `part`, which must be a part of it.
    pub fn without(&self, part: &Cell) -> Cell {
        let mut rest = self.clone();
        for (mine, theirs) in rest.counts.iter_mut().flatten().zip(part.counts.iter().flatten()) {
            *mine = mine.saturating_sub(*theirs);
        }
        if let (Some(mine), Some(theirs)) = (&self.scores, &part.scores) {
            rest.scores = Some(Arc::new(mine.without(theirs)));
        }
        for (mine, theirs) in rest.outcomes.iter_mut().zip(&part.outcomes) {
            *mine = Arc::new(mine.without(theirs));
        }
        if let (Some(mine), Some(theirs)) = (&self.design, &part.design) {
            rest.design = Some(mine.without(theirs));
        }
        rest
    }

    /// The scores of the rows that have one; none where no score is read.
    pub fn scores(&self) -> Option<&Scores> {
        self.scores.as_deref()
    }

    /// Whose the rows are and what they weigh; none where every row stands for itself and weighs the same.
    pub fn design(&self) -> Option<&Design> {
        self.design.as_ref()
    }

    /// Says whose the rows are and what they weigh.
    pub fn keep_design(&mut self, design: Design) {
        self.design = Some(design);
    }

    /// The values of one outcome, by its place in the policy; none where no such outcome is read.
    pub fn values(&self, outcome: usize) -> Option<&Values> {
        self.outcomes.get(outcome).map(Arc::as_ref)
    }

    pub fn outcomes(&self) -> impl Iterator<Item = &Values> {
        self.outcomes.iter().map(Arc::as_ref)
    }

    /// Gives the cell the values of every outcome, in the order of the policy.
    pub fn keep_outcomes(&mut self, outcomes: Vec<Values>) {
        self.outcomes = outcomes.into_iter().map(Arc::new).collect();
    }

    /// Gives the cell its scores.
    pub fn keep_scores(&mut self, scores: Scores) {
        self.scores = Some(Arc::new(scores));
    }

    /// The counts in a fixed order, decision by decision: what a hash or a stored table is made of.
    pub fn counts(&self) -> impl Iterator<Item = u64> + '_ {
        self.counts.iter().flatten().copied()
    }

    fn sum(&self, wanted: impl Fn(Decision, usize) -> bool) -> u64 {
        let mut total = 0;
        for (decision, labels) in self.counts.iter().enumerate() {
            for (label, rows) in labels.iter().enumerate() {
                if wanted(Decision::from_index(decision), label) {
                    total += rows;
                }
            }
        }
        total
    }

    pub fn rows(&self) -> u64 {
        self.sum(|_, _| true)
    }

    /// Rows whose decision is known.
    pub fn decided(&self) -> u64 {
        self.sum(|decision, _| decision != Decision::Missing)
    }

    /// Rows whose decision was good for the person.
    pub fn favourable(&self) -> u64 {
        self.sum(|decision, _| matches!(decision, Decision::Made { favourable: true, .. }))
    }

    /// Rows whose label is known.
    pub fn labelled(&self) -> u64 {
        self.sum(|_, label| label != Label::Missing as usize)
    }

    /// Rows whose label is positive, whatever the decision.
    pub fn positives(&self) -> u64 {
        self.sum(|_, label| label == Label::Positive as usize)
    }

    /// Rows that have both a decision and a label.
    pub fn decided_and_labelled(&self) -> u64 {
        self.sum(|decision, label| decision != Decision::Missing && label != Label::Missing as usize)
    }

    pub fn confusion(&self) -> Confusion {
        let count = |wanted: bool, label: Label| {
            self.sum(|decision, l| {
                l == label as usize && matches!(decision, Decision::Made { selected, .. } if selected == wanted)
            })
        };
        Confusion {
            true_pos: count(true, Label::Positive),
            false_pos: count(true, Label::Negative),
            false_neg: count(false, Label::Positive),
            true_neg: count(false, Label::Negative),
        }
    }
}
