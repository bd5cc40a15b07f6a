//! Who is reached when a budget goes to the highest scores: counted from the ledgers of scores, held against each reference.

use super::contrast::Contrasted;
use super::groups::{AxisGroups, GroupCell};
use super::shares::{Estimated, estimate};
use crate::cell::scores::Cut;
use crate::cell::{Cell, Decision, Label, Trials};
use crate::cores;
use crate::exact::Exact;
use crate::inference::normal;
use crate::metrics::{self, Metric, Undefined};
use crate::policy::budget::{Ties, is_share, rows_asked};
use crate::policy::types::RatioInterval;
use crate::policy::{Policy, Reference};
use crate::result::number::{limit, twelve_digits};
use crate::result::{BudgetGap, BudgetGroup, BudgetView, Group, ReferenceView};

/// The ratios beyond which a gap is told at the top: four fifths, and its other end.
const FAR: (f64, f64) = (0.8, 1.25);

/// Every budget of the policy; nothing where it has none.
pub fn spend_all(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) -> Vec<BudgetView> {
    let Some(budget) = &policy.budget else { return Vec::new() };
    let spend = |top: &Exact| spend(policy, top, budget.ties, overall, axes);
    budget.top.iter().map(spend).collect()
}

/// How groups are held against each other.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub level: f64,
    pub min_group: u64,
    pub ratio: RatioInterval,
}

impl Terms {
    fn of(policy: &Policy) -> Terms {
        let statistics = &policy.statistics;
        let level = statistics.level.approximate();
        Terms { level, min_group: statistics.min_group, ratio: statistics.ratio_interval }
    }
}

/// What follows from the counts of a budget that is stored.
pub fn again(view: &BudgetView, terms: Terms) -> BudgetView {
    let z = normal::critical(terms.level);
    let of = |one: &BudgetGroup| Trials { hits: one.reached, of: one.rows };
    let all = view.groups.first().map_or(Trials { hits: 0, of: 0 }, of);
    let mut axes: Vec<&Vec<String>> = view.gaps.iter().map(|gap| &gap.axes).collect();
    axes.dedup();
    let gaps = axes.into_iter().filter_map(|axes| {
        let reference = &view.gaps.iter().find(|gap| gap.axes == *axes)?.reference;
        let asked = match reference.kind.as_str() {
            "highest-rate" => Reference::HighestRate,
            "rest" => Reference::Rest,
            "overall" => Reference::Overall,
            _ => Reference::Group(reference.group.clone()),
        };
        let groups = view.groups.iter().filter(|one| one.axes == *axes);
        let known = groups.map(|one| GroupCell::known(axes, &one.group, cell_of(of(one)), false)).collect();
        let known = AxisGroups::known(axes.clone(), asked, known, cell_of(all), terms.ratio);
        Some(hold(&known, &reference.kind, terms))
    });
    BudgetView {
        rows: all.of,
        reached: all.hits,
        groups: view.groups.iter().map(|one| reached(&one.axes, &one.group, of(one), z)).collect(),
        gaps: gaps.flatten().collect(),
        ..view.clone()
    }
}

fn spend(policy: &Policy, top: &Exact, ties: Ties, overall: &Cell, axes: &[AxisGroups]) -> BudgetView {
    let rows = overall.scores().map_or(0, |scores| scores.rows());
    let asked = rows_asked(top, rows);
    // Of margins, one may keep in bins what another keeps exactly; groups add up only where all are cut between the same bins.
    let counted = axes.iter().filter(|axis| !axis.in_part).flat_map(|axis| &axis.groups);
    let by_bins = counted.filter_map(|group| group.cell.scores()).any(|scores| !scores.everyone_is_exact());
    let cut = overall.scores().map_or_else(Cut::default, |scores| scores.cut(asked, by_bins));
    let from = match ties {
        Ties::In if cut.tied > 0 => cut.tied_from,
        _ => cut.above_from,
    };
    // Every ledger is cut at the same score, so that groups add up.
    let of = |cell: &Cell| match cell.scores() {
        Some(scores) => Trials { hits: from.map_or(0, |from| scores.at_least(from)), of: scores.rows() },
        None => Trials { hits: 0, of: 0 },
    };
    let terms = Terms::of(policy);
    let z = normal::critical(terms.level);
    let all = of(overall);
    let mut groups = vec![reached(&[], &Group::new(), all, z)];
    let mut gaps = Vec::new();
    for axis in axes.iter().filter(|axis| !axis.in_part) {
        let known = as_reached(terms, axis, all, of);
        let there = known.groups.iter().filter(|group| !group.absent);
        groups.extend(there.map(|group| reached(&axis.axes, &group.group, trials(&group.cell), z)));
        gaps.extend(hold(&known, axis.reference.kind(), terms));
    }
    BudgetView {
        top: top.text.clone(),
        share: is_share(top).then(|| top.approximate()),
        ties: ties.name().to_owned(),
        rows,
        rows_without_score: overall.rows().saturating_sub(rows),
        asked,
        reached: all.hits,
        tied: cut.tied,
        tied_at: cut.tied_from.filter(|_| cut.tied > 0),
        from: from.filter(|_| all.hits > 0),
        exact: cut.exact,
        groups,
        gaps,
    }
}

/// The number by which groups are held against each other: the share that has the favourable decision, here to be reached.
fn selection_rate() -> Option<&'static Metric> {
    metrics::find("selection-rate")
}

/// A cell in which the rows that are reached have the favourable decision, and no other row with a score has.
fn cell_of(trials: Trials) -> Cell {
    let mut cell = Cell::default();
    let made = |yes| Decision::Made { favourable: yes, selected: yes };
    cell.push(made(true), Label::Missing, trials.hits);
    cell.push(made(false), Label::Missing, trials.of.saturating_sub(trials.hits));
    cell
}

fn trials(cell: &Cell) -> Trials {
    selection_rate().and_then(|metric| metric.trials(cell)).unwrap_or(Trials { hits: 0, of: 0 })
}

/// The groups of an axis by whether they are reached. The largest group is the one of all rows, as everywhere else in the report.
fn as_reached(terms: Terms, axis: &AxisGroups, all: Trials, of: impl Fn(&Cell) -> Trials) -> AxisGroups {
    let reference = match &axis.reference {
        Reference::Largest => axis.largest().map(|largest| Reference::Group(largest.group.clone())),
        _ => None,
    };
    let known = |group: &GroupCell| GroupCell::known(&axis.axes, &group.group, cell_of(of(&group.cell)), group.absent);
    AxisGroups::known(
        axis.axes.clone(),
        reference.unwrap_or_else(|| axis.reference.clone()),
        axis.groups.iter().map(known).collect(),
        cell_of(all),
        terms.ratio,
    )
}

/// How many of a group are reached.
fn reached(axes: &[String], group: &Group, trials: Trials, z: f64) -> BudgetGroup {
    let Estimated { share, low, high } = estimate(trials, z);
    BudgetGroup {
        axes: axes.to_vec(),
        group: group.clone(),
        rows: trials.of,
        reached: trials.hits,
        share,
        low,
        high,
        undefined: (trials.of == 0).then(|| Undefined::ZeroDenominator.id().to_owned()),
    }
}

/// Every group of an axis against its reference, as selection rates are compared.
fn hold(axis: &AxisGroups, kind: &str, terms: Terms) -> Vec<BudgetGap> {
    let Some(metric) = selection_rate() else { return Vec::new() };
    let Terms { level, min_group: least, .. } = terms;
    let groups: Vec<&GroupCell> = axis.judged().filter(|group| !group.absent).collect();
    let gap = |group: &GroupCell| {
        let chosen = axis.reference_of(group, metric, least)?;
        let mut gap = BudgetGap {
            axes: axis.axes.clone(),
            group: group.group.clone(),
            reference: ReferenceView { kind: kind.to_owned(), ..chosen.view },
            value: trials(&group.cell).share().map(twelve_digits),
            reference_value: None,
            ratio: None,
            low: None,
            high: None,
            method: "none".to_owned(),
            direction: "cannot-tell".to_owned(),
            far: false,
            too_few: true,
            undefined: None,
        };
        match chosen.against {
            Err(reason) => gap.undefined = Some(reason.id().to_owned()),
            Ok(against) => {
                gap.reference_value = trials(against.reference()).share().map(twelve_digits);
                gap.too_few = against.denominator() < least;
                gap.method = against.method(Contrasted::Ratio).to_owned();
                match against.estimate(Contrasted::Ratio) {
                    Err(reason) => gap.undefined = Some(reason.id().to_owned()),
                    Ok(value) => {
                        gap.ratio = Some(value);
                        let limits = against.limits(Contrasted::Ratio, level);
                        (gap.low, gap.high) = (limits.and_then(|l| limit(l.low)), limits.and_then(|l| limit(l.high)));
                    }
                }
            }
        }
        let below = |bound: f64| gap.high.is_some_and(|high| high < bound);
        let above = |bound: f64| gap.low.is_some_and(|low| low > bound);
        let direction = match () {
            () if gap.too_few => "too-few",
            () if below(1.0) => "fewer",
            () if above(1.0) => "more",
            () => "cannot-tell",
        };
        gap.far = !gap.too_few && (below(FAR.0) || above(FAR.1));
        gap.direction = direction.to_owned();
        Some(gap)
    };
    cores::each(groups, gap).into_iter().flatten().collect()
}
