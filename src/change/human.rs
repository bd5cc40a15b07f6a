//! What people changed after a model, by group, and whether that made each gap wider or narrower.
//!
//! A row that a person decided after the model is a pair: the model's decision before, the final one after. Of a group with n
//! pairs let m and h be the shares of favourable decisions by the model and in the end, a the pairs that the person turned to
//! favourable and b those that were turned away from it. Then h - m = (a - b) / n, and what both decisions share cancels: the
//! covariance of the two shares is (both / n - m h) / n, so that Var(h - m) = (a + b - (a - b)^2 / n) / n^2. The gap of group
//! g to its reference r is G = s_g - s_r before and after, and the difference of gaps
//!
//! `D = (h_g - h_r) - (m_g - m_r) = (h_g - m_g) - (h_r - m_r)`
//!
//! is the group's own change less the reference's. Rows of g and r are different rows, so the two changes are independent; within
//! a group they are pairs. The limits are those of [`super::shift::change`]: both gaps have the policy's interval, and MOVER
//! joins them with the correlation that the paired counts give ([`super::pairing`]). With symmetric limits it is D plus or
//! minus z times the root of the sum of both variances above. Of a ratio the correlation is that of the logarithms.
//!
//! A gap is wider when it is farther from equality: |G after| - |G before| above 0, of a ratio 1 - min(R, 1/R); its interval is
//! that of [`super::shift::worsening`], and it alone decides. Where the reference is the group with the highest rate, r may be another
//! group before than after; the result names both. Sources: Newcombe 1998; Zou 2007; Zou and Donner 2008.

use crate::assess::shares::{Estimated, estimate};
use std::collections::BTreeMap;

use super::numbers::change_all;
use super::pairing::{Pairing, axes};
use super::shift::{self, Estimate, Harm};
use super::side::{Key, Samples, Side};
use crate::assess::earlier::is_missing;
use crate::assess::{AxisGroups, compare, measure};
use crate::cell::{Decision, Joint, Label};
use crate::cores;
use crate::inference::limits::Limits;
use crate::inference::normal;
use crate::inference::paired::mcnemar::Turned;
use crate::inference::paired::proportions::Matched;
use crate::inference::trials::Trials;
use crate::policy::Policy;
use crate::result::number::{limit, twelve_digits};
use crate::result::{Comparison, Group, HumanGap, HumanStep, HumanView, Measurement, NumberChange, ReferenceView};
use crate::tally::{Both, Cells, Previous};

/// Who got the favourable decision.
const METRIC: &str = "selection-rate";

/// What people changed, and what that did to each gap.
pub fn follow(policy: &Policy, both: &Both) -> Option<HumanView> {
    let previous = Previous::of_human(policy)?;
    let before = Rates::of(&previous.policy(policy), &both.before);
    let after = Rates::of(&previous.now_alone(policy), &both.after);
    let pairing = Pairing::new(policy, both, &before.comparisons, &after.comparisons);
    let correlation = |key: &Key| pairing.correlation(key.metric, key.contrast, key.axes, key.group);
    let changes = change_all(&before.side(policy), &after.side(policy), Samples::Paired(&correlation));
    let z = normal::critical(policy.statistics.level.approximate());
    let mut steps = vec![step(&[], &Group::new(), matched(&both.overall()), z)];
    for axis in axes(policy, both) {
        steps.extend(axis.groups.iter().map(|of| step(&axis.axes, &of.group, matched(&of.joint), z)));
    }
    let asked = policy.human.as_ref()?;
    let contrasts = changes.iter().filter(|row| row.contrast != "value");
    let (sums, references) = (Sums::of(&steps), before.references());
    let reference =
        |row: &NumberChange| references.get(&(row.contrast.as_str(), row.axes.as_slice(), &row.group)).copied();
    let gaps = contrasts.map(|row| gap(row, reference(row), &sums, policy.statistics.min_group)).collect();
    Some(HumanView {
        model_decision: asked.model_decision.clone(),
        favourable: asked.favourable.texts().to_vec(),
        rows_without_model: Some(both.rows_only_after),
        rows_without_decision: Some(both.rows_only_before),
        steps,
        gaps,
        hidden: Vec::new(),
    })
}

/// The selection rates of one of the two decisions.
struct Rates {
    measurements: Vec<Measurement>,
    comparisons: Vec<Comparison>,
}

impl Rates {
    fn of(policy: &Policy, cells: &Cells) -> Rates {
        let mut alone = policy.clone();
        alone.strata.clear();
        alone.period = None;
        alone.checks.clear();
        alone.statistics.posterior = false;
        let overall = cells.overall();
        let axes = cores::each(&alone.axes, |axis| AxisGroups::new(cells, &overall, &alone, axis));
        let mut measurements = measure::measure_all(&alone, &overall, &axes);
        let mut comparisons = compare::compare_all(&alone, &axes);
        measurements.retain(|m| m.metric == METRIC);
        comparisons.retain(|c| c.metric == METRIC);
        Rates { measurements, comparisons }
    }

    /// Whom each gap is held against.
    fn references(&self) -> BTreeMap<(&str, &[String], &Group), &ReferenceView> {
        self.comparisons.iter().map(|c| ((c.contrast.as_str(), c.axes.as_slice(), &c.group), &c.reference)).collect()
    }

    fn side(&self, policy: &Policy) -> Side<'_> {
        Side {
            measurements: &self.measurements,
            comparisons: &self.comparisons,
            adjusted: &[],
            checks: &[],
            level: policy.statistics.level.approximate(),
            selected_is: policy.selection().name(),
            outcomes: &[],
        }
    }
}

/// The rows of a group by both decisions; the final one is the first.
fn matched(joint: &Joint) -> Matched {
    let favourable = |decision: Decision, _: Label| match decision {
        Decision::Made { favourable, .. } => Some(favourable),
        Decision::Missing => None,
    };
    let Turned { forth, back } = joint.turned(favourable);
    let both = joint.entries().filter(|(before, after, label, _)| {
        favourable(*before, *label) == Some(true) && favourable(*after, *label) == Some(true)
    });
    let both: u64 = both.map(|(.., rows)| rows).sum();
    Matched { both, first: forth, second: back, neither: joint.rows().saturating_sub(both + forth + back) }
}

/// How often people changed what the model said, and which way, from the pairs of a group.
pub fn step(axes: &[String], group: &Group, pairs: Matched, z: f64) -> HumanStep {
    let turned = pairs.turned();
    let Estimated { share, low, high } = estimate(turned, z);
    let rate = |hits: u64| Trials { hits, of: pairs.rows() }.share().map(twelve_digits);
    let change = pairs.newcombe(z);
    let direction = match change {
        _ if turned.hits == 0 => "none",
        Some(Limits { low, .. }) if low > 0.0 => "to-favourable",
        Some(Limits { high, .. }) if high < 0.0 => "from-favourable",
        _ => "cannot-tell",
    };
    HumanStep {
        axes: axes.to_vec(),
        group: group.clone(),
        rows: pairs.rows(),
        favourable_before: pairs.both.saturating_add(pairs.second),
        favourable_after: pairs.both.saturating_add(pairs.first),
        to_favourable: pairs.first,
        from_favourable: pairs.second,
        changed: turned.hits,
        rate_before: rate(pairs.both.saturating_add(pairs.second)),
        rate_after: rate(pairs.both.saturating_add(pairs.first)),
        share,
        low,
        high,
        change: pairs.difference().map(twelve_digits),
        change_low: change.and_then(|limits| limit(limits.low)),
        change_high: change.and_then(|limits| limit(limits.high)),
        direction: direction.to_owned(),
        p_value: Some(twelve_digits(Turned { forth: pairs.first, back: pairs.second }.mid_p())),
    }
}

/// The four counts of a step.
pub fn pairs_of(step: &HumanStep) -> Matched {
    let both = step.favourable_after.saturating_sub(step.to_favourable);
    let all = both.saturating_add(step.to_favourable).saturating_add(step.from_favourable);
    Matched { both, first: step.to_favourable, second: step.from_favourable, neither: step.rows.saturating_sub(all) }
}

fn gap(row: &NumberChange, reference_before: Option<&ReferenceView>, sums: &Sums, min_group: u64) -> HumanGap {
    let mut gap = HumanGap {
        axes: row.axes.clone(),
        group: row.group.clone(),
        reference: row.reference.clone(),
        reference_before: reference_before.filter(|before| Some(*before) != row.reference.as_ref()).cloned(),
        contrast: row.contrast.clone(),
        before: row.before,
        after: row.after,
        change: row.change,
        low: row.low,
        high: row.high,
        widening: row.worsening,
        widening_low: row.worsening_low,
        widening_high: row.worsening_high,
        method: row.method.clone(),
        effect: String::new(),
        undefined: row.undefined.clone(),
    };
    effect(&gap, sums, min_group).clone_into(&mut gap.effect);
    gap
}

/// What became of a gap, from the interval of its widening and the steps of both sides.
pub fn effect(gap: &HumanGap, sums: &Sums, min_group: u64) -> &'static str {
    let Sides { own, before, after } = sums.sides(gap);
    let sides = [own, before, after];
    match gap.widening {
        None => "undefined",
        Some(_) if sides.iter().any(|side| side.rows < min_group) => "too-few",
        Some(_) if sides.iter().all(|side| side.changed == 0) => "unchanged",
        Some(_) if gap.widening_low.is_some_and(|low| low > 0.0) => "widens",
        Some(_) if gap.widening_high.is_some_and(|high| high < 0.0) => "narrows",
        Some(_) => "cannot-tell",
    }
}

/// The numbers of a gap that the counts of the steps give by themselves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapAgain {
    pub before: Option<f64>,
    pub after: Option<f64>,
    pub change: Option<f64>,
    pub widening: Option<f64>,
}

/// A gap from the counts of all groups of its axis, and of everybody where it is held against them.
pub fn gap_again(gap: &HumanGap, sums: &Sums) -> GapAgain {
    let Sides { own, before, after } = sums.sides(gap);
    let contrast = |own: Option<f64>, other: Option<f64>| match gap.contrast.as_str() {
        "ratio" => own.zip(other.filter(|other| *other > 0.0)).map(|(own, other)| own / other),
        _ => own.zip(other).map(|(own, other)| own - other),
    };
    let before = contrast(own.rate(own.before), before.rate(before.before));
    let after = contrast(own.rate(own.after), after.rate(after.after));
    let estimate = |value: f64| Estimate { value, limits: None };
    let both = before.zip(after);
    let widening = both.zip(Harm::of(&gap.contrast, None)).map(|((before, after), harm)| {
        twelve_digits(shift::worsening(harm, estimate(before), estimate(after), 0.0).value)
    });
    GapAgain {
        before: before.map(twelve_digits),
        after: after.map(twelve_digits),
        change: both.map(|(before, after)| twelve_digits(after - before)),
        widening,
    }
}

/// The rows of some steps together.
#[derive(Clone, Copy, Debug, Default)]
struct Together {
    rows: u64,
    before: u64,
    after: u64,
    changed: u64,
}

impl Together {
    fn add(&mut self, step: &HumanStep) {
        self.rows = self.rows.saturating_add(step.rows);
        self.before = self.before.saturating_add(step.favourable_before);
        self.after = self.after.saturating_add(step.favourable_after);
        self.changed = self.changed.saturating_add(step.changed);
    }

    fn without(self, own: Together) -> Together {
        Together {
            rows: self.rows.saturating_sub(own.rows),
            before: self.before.saturating_sub(own.before),
            after: self.after.saturating_sub(own.after),
            changed: self.changed.saturating_sub(own.changed),
        }
    }

    fn rate(&self, hits: u64) -> Option<f64> {
        (self.rows > 0).then(|| hits as f64 / self.rows as f64)
    }
}

/// A group, and whom it is held against by the model and in the end.
struct Sides {
    own: Together,
    before: Together,
    after: Together,
}

/// The counts of steps by their groups, and of all groups of an axis that have every level.
pub struct Sums<'a> {
    groups: BTreeMap<(&'a [String], &'a Group), Together>,
    axes: BTreeMap<&'a [String], Together>,
}

impl<'a> Sums<'a> {
    pub fn of(steps: &'a [HumanStep]) -> Sums<'a> {
        let mut sums = Sums { groups: BTreeMap::new(), axes: BTreeMap::new() };
        for step in steps {
            sums.groups.entry((step.axes.as_slice(), &step.group)).or_default().add(step);
            // Those without a level take no part.
            if !is_missing(&step.group) {
                sums.axes.entry(step.axes.as_slice()).or_default().add(step);
            }
        }
        sums
    }

    fn group(&self, axes: &[String], group: &Group) -> Together {
        self.groups.get(&(axes, group)).copied().unwrap_or_default()
    }

    fn axis(&self, axes: &[String]) -> Together {
        self.axes.get(axes).copied().unwrap_or_default()
    }

    fn sides(&self, gap: &HumanGap) -> Sides {
        let own = self.group(&gap.axes, &gap.group);
        let against = |reference: &ReferenceView| match reference.kind.as_str() {
            "overall" => self.axis(&[]),
            "rest" => self.axis(&gap.axes).without(own),
            _ => self.group(&gap.axes, &reference.group),
        };
        let after = gap.reference.as_ref().map(against).unwrap_or_default();
        Sides { own, before: gap.reference_before.as_ref().map_or(after, against), after }
    }
}
