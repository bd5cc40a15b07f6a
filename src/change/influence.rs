//! What every row contributes to a number: how the estimates of two models on the same rows go together.
//!
//! A share `A/B` has the influence `(a - r b) / B` of each row; other numbers are linear near their estimate. The covariance
//! of two estimates is the sum over rows of the products of their influences, and rows are known by their kinds: both
//! decisions and the label, or the sums of both scores. Source: Hampel 1974.

use crate::cell::{Cell, Confusion, Decision, Joint, Label, Side};
use crate::inference::paired::proportions::Matched;
use crate::metrics::Metric;
use crate::metrics::metric::{Composite, Kind};

/// One part in so many is small enough to be linear.
const FINE: u64 = 10_000;

/// What rows add to an estimate.
#[derive(Clone, Copy, Debug)]
pub enum Influence {
    /// By decision and label.
    Kinds([[f64; Label::KINDS]; Decision::KINDS]),
    /// `slope * score + level` for the rows with these labels.
    Scores { of: fn(Label) -> bool, slope: f64, level: f64 },
}

/// An estimate with what rows add to it.
#[derive(Clone, Copy, Debug)]
pub struct Linear {
    pub value: f64,
    pub influence: Influence,
}

impl Linear {
    /// The metric of one side of a group; none where it is undefined, or no sum over rows that are kept.
    pub fn of(metric: &Metric, joint: &Joint, side: Side) -> Option<Linear> {
        match &metric.kind {
            Kind::Share(_) => share(metric, joint, side),
            Kind::Composite(of) => composite(of, joint, side),
            Kind::Figure(_) => mean_score(metric, joint, side),
            // Outcomes are not kept by what both models decided.
            Kind::Part { .. } | Kind::Gauge { .. } => None,
        }
    }
}

impl Influence {
    /// The same, so many times.
    pub fn times(self, factor: f64) -> Influence {
        match self {
            Influence::Kinds(kinds) => Influence::Kinds(kinds.map(|labels| labels.map(|of| of * factor))),
            Influence::Scores { of, slope, level } => {
                Influence::Scores { of, slope: slope * factor, level: level * factor }
            }
        }
    }

    /// What a row adds that counts in both; both are of one metric.
    pub fn plus(self, other: Influence) -> Influence {
        match (self, other) {
            (Influence::Kinds(mut mine), Influence::Kinds(theirs)) => {
                let theirs = theirs.iter().flatten();
                mine.iter_mut().flatten().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
                Influence::Kinds(mine)
            }
            (Influence::Scores { of, slope, level }, Influence::Scores { slope: more, level: higher, .. }) => {
                Influence::Scores { of, slope: slope + more, level: level + higher }
            }
            (mine, _) => mine,
        }
    }

    /// Whether every row is as it was, as far as such an influence sees.
    pub fn is_unchanged(self, joint: &Joint) -> bool {
        match self {
            Influence::Kinds(_) => joint.entries().all(|(before, after, ..)| before == after),
            Influence::Scores { of, .. } => joint.moments(of).is_unchanged(),
        }
    }

    /// The sum over the rows of a group of the products of two influences, each with its side.
    pub fn product(self, own: Side, other: Influence, theirs: Side, joint: &Joint) -> f64 {
        let decision = |side, before, after| decided(side, before, after).index();
        match (self, other) {
            (Influence::Kinds(mine), Influence::Kinds(yours)) => joint
                .entries()
                .map(|(before, after, label, rows)| {
                    let (d, e) = (decision(own, before, after), decision(theirs, before, after));
                    rows as f64 * mine[d][label.index()] * yours[e][label.index()]
                })
                .sum(),
            (Influence::Scores { of, slope, level }, Influence::Scores { slope: slant, level: height, .. }) => {
                let moments = joint.moments(of);
                let known = moments.covariance(own, theirs).zip(moments.mean(own)).zip(moments.mean(theirs));
                let Some(((covariance, mine), yours)) = known else { return 0.0 };
                let means = (slope * mine + level) * (slant * yours + height);
                moments.rows as f64 * (slope * slant * covariance + means)
            }
            _ => 0.0,
        }
    }
}

fn decided(side: Side, before: Decision, after: Decision) -> Decision {
    match side {
        Side::Before => before,
        Side::After => after,
    }
}

/// Hit and trial of a row of each kind: what the metric makes of a cell with this row alone.
fn of_one_row(metric: &Metric, decision: usize, label: usize) -> (u64, u64) {
    let mut cell = Cell::default();
    cell.push(Decision::from_index(decision), Label::from_index(label), 1);
    metric.trials(&cell).map_or((0, 0), |trials| (trials.hits, trials.of))
}

fn share(metric: &Metric, joint: &Joint, side: Side) -> Option<Linear> {
    let kinds: [[(u64, u64); Label::KINDS]; Decision::KINDS] =
        std::array::from_fn(|decision| std::array::from_fn(|label| of_one_row(metric, decision, label)));
    let (mut hits, mut of) = (0, 0);
    for (before, after, label, rows) in joint.entries() {
        let (hit, trial) = kinds[decided(side, before, after).index()][label.index()];
        hits += hit * rows;
        of += trial * rows;
    }
    if of == 0 {
        return None;
    }
    let value = hits as f64 / of as f64;
    let influence = kinds.map(|labels| labels.map(|(hit, trial)| (hit as f64 - value * trial as f64) / of as f64));
    Some(Linear { value, influence: Influence::Kinds(influence) })
}

/// The rows of a group by whether they are hits after and before; none where the denominator depends on the decision, so
/// that the two sides are shares of different rows.
pub fn matched(metric: &Metric, joint: &Joint) -> Option<Matched> {
    let mut matched = Matched::default();
    for (before, after, label, rows) in joint.entries() {
        let (was, trial) = of_one_row(metric, before.index(), label.index());
        let (is, now) = of_one_row(metric, after.index(), label.index());
        if trial != now {
            return None;
        }
        match (trial, is, was) {
            (0, ..) => {}
            (_, 1, 1) => matched.both += rows,
            (_, 1, _) => matched.first += rows,
            (_, _, 1) => matched.second += rows,
            _ => matched.neither += rows,
        }
    }
    (matched.rows() > 0).then_some(matched)
}

/// By what the number changes per row of each kind, seen by adding a ten-thousandth of the rows of the kind.
///
/// The table is blown up first, so that a ten-thousandth is at least one row; a function of shares does not notice.
fn composite(composite: &Composite, joint: &Joint, side: Side) -> Option<Linear> {
    let mut cell = Cell::default();
    for (before, after, label, rows) in joint.entries() {
        cell.push(decided(side, before, after), label, rows);
    }
    let counts = as_list(cell.confusion());
    let value = (composite.value)(&from_list(counts)).ok()?;
    let rarest = counts.into_iter().filter(|rows| *rows > 0).min()?;
    let times = FINE.div_ceil(rarest);
    let large = counts.map(|rows| rows * times);
    let base = (composite.value)(&from_list(large)).ok()?;
    let mut of_count = [0.0; 4];
    for (place, of) in of_count.iter_mut().enumerate().filter(|(place, _)| large[*place] > 0) {
        let step = large[place] / FINE;
        let mut more = large;
        more[place] += step;
        *of = ((composite.value)(&from_list(more)).ok()? - base) / step as f64 * times as f64;
    }
    let of_kind = |decision: usize, label: usize| {
        let mut one = Cell::default();
        one.push(Decision::from_index(decision), Label::from_index(label), 1);
        let counts = as_list(one.confusion());
        counts.iter().position(|rows| *rows == 1).map_or(0.0, |place| of_count[place])
    };
    let influence = std::array::from_fn(|decision| std::array::from_fn(|label| of_kind(decision, label)));
    Some(Linear { value, influence: Influence::Kinds(influence) })
}

fn as_list(c: Confusion) -> [u64; 4] {
    [c.true_pos, c.false_pos, c.false_neg, c.true_neg]
}

fn from_list([true_pos, false_pos, false_neg, true_neg]: [u64; 4]) -> Confusion {
    Confusion { true_pos, false_pos, false_neg, true_neg }
}

fn mean_score(metric: &Metric, joint: &Joint, side: Side) -> Option<Linear> {
    let of: fn(Label) -> bool = match metric.id {
        "mean-score" => |_| true,
        "mean-score-positives" => |label| label == Label::Positive,
        "mean-score-negatives" => |label| label == Label::Negative,
        _ => return None,
    };
    let moments = joint.moments(of);
    let value = moments.mean(side)?;
    let rows = moments.rows as f64;
    Some(Linear { value, influence: Influence::Scores { of, slope: 1.0 / rows, level: -value / rows } })
}
