//! Stored counts → cells: the four counts of decisions against labels of every group, from the shares that a result holds.

use std::collections::BTreeMap;

use crate::cell::{Cell, Decision, Label};
use crate::metrics::{self, Kind};
use crate::result::{Document, Group, Measurement, levels_of};

/// The measurements of one group by metric, each with its place in the document.
pub type OfGroup<'a> = BTreeMap<&'a str, (usize, &'a Measurement)>;

/// The measurements of every group.
pub struct Stored<'a> {
    of: BTreeMap<(&'a [String], &'a Group), OfGroup<'a>>,
    /// Rows that are not counted by `of_whom`, by group: those without a decision.
    uncounted: BTreeMap<(&'a [String], &'a Group), u64>,
    /// The metric whose denominator counts the people of a group.
    of_whom: String,
    has_decision: bool,
    has_label: bool,
}

/// A count that contradicts another one of the same group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    pub at: String,
    pub why: String,
}

/// Whether a metric follows from the four counts: scores and measured outcomes do not.
pub fn is_counted(metric: &str) -> bool {
    metrics::find(metric).is_some_and(|metric| !matches!(metric.kind, Kind::Figure(_)) && !metric.needs.outcome)
}

impl<'a> Stored<'a> {
    pub fn new(document: &'a Document) -> Stored<'a> {
        let mut of: BTreeMap<_, OfGroup> = BTreeMap::new();
        for (place, found) in document.measurements.iter().enumerate() {
            let key = (found.axes.as_slice(), &found.group);
            of.entry(key).or_default().insert(found.metric.as_str(), (place, found));
        }
        let of_whom = document.policy.of_whom();
        let uncounted = document.data.left_out.iter().filter(|left| left.metric == of_whom);
        Stored {
            of,
            uncounted: uncounted.map(|left| ((left.axes.as_slice(), &left.group), left.rows)).collect(),
            of_whom,
            has_decision: document.policy.decision.is_some(),
            has_label: document.policy.label.is_some(),
        }
    }

    /// The measurements of a group.
    pub fn of<'s>(&'s self, axes: &'s [String], group: &'s Group) -> Option<&'s OfGroup<'a>> {
        self.of.get(&(axes, group))
    }

    /// The cell of a group. Which favourable decisions were selected is not stored, and no number of the result rests on
    /// it; any way of laying them out gives the same.
    ///
    /// # Errors
    /// A count is not there, or contradicts another one.
    pub fn cell(&self, axes: &[String], group: &Group) -> Result<Cell, Contradiction> {
        let missing = |metric: &str| Contradiction {
            at: "measurements".to_owned(),
            why: format!("there are no counts of {metric} for {}", named(axes, group)),
        };
        let found = self.of(axes, group).ok_or_else(|| missing(&self.of_whom))?;
        let trials = |metric: &str| -> Result<(usize, u64, u64), Contradiction> {
            let (place, of) = found.get(metric).ok_or_else(|| missing(metric))?;
            let (hits, rows) = of.numerator.zip(of.denominator).ok_or_else(|| missing(metric))?;
            let contradiction = || Contradiction {
                at: format!("measurements[{place}].numerator"),
                why: format!("{hits} of {rows} {metric} of {} is no share", named(axes, group)),
            };
            if hits > rows { Err(contradiction()) } else { Ok((*place, hits, rows)) }
        };
        let (place, hits, counted) = trials(&self.of_whom)?;
        let uncounted = self.uncounted.get(&(axes, group)).copied().unwrap_or_default();
        let less = |place: usize, from: u64, part: u64, words: &str| {
            from.checked_sub(part).ok_or_else(|| Contradiction {
                at: format!("measurements[{place}].denominator"),
                why: format!("{words} of {} contradict each other: {part} of {from}", named(axes, group)),
            })
        };
        let mut cell = Cell::default();
        if !self.has_decision {
            let all = counted.saturating_add(uncounted);
            let (labelled, positive) = if self.has_label {
                let (base, positive, labelled) = trials("base-rate")?;
                less(base, all, labelled, "labels")?;
                (labelled, positive)
            } else {
                (0, 0)
            };
            for (label, rows) in
                [(Label::Positive, positive), (Label::Negative, labelled - positive), (Label::Missing, all - labelled)]
            {
                cell.push(Decision::Missing, label, rows);
            }
            return Ok(cell);
        }
        let (favourable, decided, undecided) = (hits, counted, uncounted);
        let mut kinds = vec![(Some(true), Label::Missing, decided)];
        let mut without = vec![(Label::Missing, undecided)];
        if self.has_label {
            let (positive, true_pos, positives) = trials("true-positive-rate")?;
            let (negative, false_pos, negatives) = trials("false-positive-rate")?;
            let (base, labelled_positive, labelled) = trials("base-rate")?;
            let both = positives.saturating_add(negatives);
            let left = less(base, labelled_positive, positives, "positive labels")?;
            let labelled_negative = less(base, labelled, labelled_positive, "labels")?;
            let left_negative = less(negative, labelled_negative, negatives, "negative labels")?;
            kinds = vec![
                (Some(true), Label::Positive, true_pos),
                (Some(true), Label::Negative, false_pos),
                (None, Label::Missing, less(place, decided, both, "decisions and labels")?),
                (Some(false), Label::Positive, less(positive, positives, true_pos, "positive labels")?),
                (Some(false), Label::Negative, less(negative, negatives, false_pos, "negative labels")?),
            ];
            let unknown = less(base, undecided, left.saturating_add(left_negative), "rows without a decision")?;
            without = vec![(Label::Positive, left), (Label::Negative, left_negative), (Label::Missing, unknown)];
        }
        let mut to_give = favourable;
        for (selected, label, rows) in kinds {
            let good = rows.min(to_give);
            to_give -= good;
            for (favourable, rows) in [(true, good), (false, rows - good)] {
                cell.push(Decision::Made { favourable, selected: selected.unwrap_or(favourable) }, label, rows);
            }
        }
        without.into_iter().for_each(|(label, rows)| cell.push(Decision::Missing, label, rows));
        Ok(cell)
    }
}

/// A group for a message.
pub fn named(axes: &[String], group: &Group) -> String {
    let levels = levels_of(axes, group);
    if levels.is_empty() { "everybody".to_owned() } else { levels }
}
