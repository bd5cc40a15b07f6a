//! The groups of an axis with their cells, and whom each is compared with.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use super::contrast::{Against, Pair};
use super::within::Within;
use crate::cell::design::{ONE, Sampling};
use crate::cell::{Cell, Decision, Design, Label};
use crate::metrics::{Metric, Undefined};
use crate::policy::types::{Probable, RatioInterval};
use crate::policy::value::MISSING;
use crate::policy::{Axis, Policy, Reference};
use crate::result::number::twelve_digits;
use crate::result::{Group, ReferenceView};
use crate::tally::Cells;
use crate::tally::sampled::Likely;

/// One group of an axis.
#[derive(Clone, Debug, Default)]
pub struct GroupCell {
    pub group: Group,
    /// Levels in the order of the axis, for sorting by name.
    pub levels: Vec<String>,
    pub cell: Cell,
    /// The value of an attribute is missing: measured, never judged, never a reference.
    pub missing: bool,
    /// Declared in the policy, and no row belongs to it.
    pub absent: bool,
    /// Everybody else on the axis, and everybody else at all: made when first compared with.
    rest: OnceLock<Cell>,
    others: OnceLock<Cell>,
}

/// All groups of an axis, in the order in which reports show them.
#[derive(Clone, Debug)]
pub struct AxisGroups {
    pub axes: Vec<String>,
    pub reference: Reference,
    pub groups: Vec<GroupCell>,
    pub overall: Cell,
    /// Membership is a probability: everybody is in every group in part.
    pub in_part: bool,
    /// How the ratio of two counted shares is judged.
    ratio: RatioInterval,
    /// The same groups within strata, where there are any.
    pub within: Option<Within>,
    /// The groups that take part in comparisons, together.
    whole: OnceLock<Cell>,
}

/// A group that somebody is compared with.
pub struct Chosen {
    pub view: ReferenceView,
    pub against: Result<Against, Undefined>,
}

impl GroupCell {
    /// A group whose counts are known from somewhere else than the data, such as a stored result.
    pub fn known(axes: &[String], group: &Group, cell: Cell, absent: bool) -> GroupCell {
        let levels: Vec<String> = axes.iter().filter_map(|axis| group.get(axis).cloned()).collect();
        let missing = levels.iter().any(|level| level == MISSING);
        GroupCell { group: group.clone(), levels, cell, missing, absent, ..GroupCell::default() }
    }
}

impl AxisGroups {
    /// The groups of an axis whose counts are known, in the order given.
    pub fn known(
        axes: Vec<String>,
        reference: Reference,
        groups: Vec<GroupCell>,
        overall: Cell,
        ratio: RatioInterval,
    ) -> AxisGroups {
        AxisGroups { axes, reference, groups, overall, in_part: false, ratio, within: None, whole: OnceLock::new() }
    }

    pub fn new(cells: &Cells, overall: &Cell, policy: &Policy, axis: &Axis) -> AxisGroups {
        let axes = policy.axis_attributes(axis);
        if let Some(place) = axis.probable {
            let (probable, likely) = (&policy.probable[place], &cells.likely[place]);
            return AxisGroups::in_part(probable, &axis.reference, likely, overall);
        }
        let mut groups: Vec<GroupCell> = Vec::new();
        for (key, cell) in cells.along(&axis.attributes) {
            let levels: Vec<String> =
                cells.level_names(&axis.attributes, &key).into_iter().map(str::to_owned).collect();
            let missing = cells.is_missing(&axis.attributes, &key);
            groups.push(GroupCell { group: name_group(&axes, &levels), levels, cell, missing, ..GroupCell::default() });
        }
        if let [attribute] = axis.attributes.as_slice() {
            let declared = &policy.attributes[*attribute].groups;
            let present: Vec<String> = groups.iter().map(|g| g.levels[0].clone()).collect();
            for level in declared.iter().filter(|level| !present.contains(level)) {
                let levels = vec![level.clone()];
                let group = name_group(&axes, &levels);
                groups.push(GroupCell { group, levels, absent: true, ..GroupCell::default() });
            }
            let rank = |g: &GroupCell| {
                let place = declared.iter().position(|level| *level == g.levels[0]);
                (g.missing, place.unwrap_or(declared.len()))
            };
            groups.sort_by_key(rank);
        }
        // Groups of an intersection that lack a value come after those that lack none.
        groups.sort_by_key(|g| g.missing);
        AxisGroups {
            within: Within::new(cells, policy, axis, &groups),
            axes,
            reference: axis.reference.clone(),
            groups,
            overall: overall.clone(),
            in_part: false,
            ratio: policy.statistics.ratio_interval,
            whole: OnceLock::new(),
        }
    }

    /// The groups of an attribute that is known as probabilities. Their counts are expected rows, rounded.
    fn in_part(probable: &Probable, reference: &Reference, likely: &Likely, overall: &Cell) -> AxisGroups {
        let sampling = Arc::new(Sampling::Parts(likely.parts.clone()));
        let axes = vec![probable.name.clone()];
        let group = |(place, (name, _)): (usize, &(String, String))| {
            let mut cell = Cell::default();
            for (kind, weighing) in likely.parts.groups[place].iter().enumerate() {
                let rows = (weighing.total + u128::from(ONE / 2)) >> ONE.trailing_zeros();
                let (decision, label) = (kind / Label::KINDS, kind % Label::KINDS);
                cell.push(Decision::from_index(decision), Label::from_index(label), rows as u64);
            }
            cell.keep_design(Design::new(Arc::clone(&sampling), [place as u32]));
            let levels = vec![name.clone()];
            GroupCell { group: name_group(&axes, &levels), levels, cell, ..GroupCell::default() }
        };
        let groups = probable.groups.iter().enumerate().map(group).collect();
        AxisGroups {
            reference: reference.clone(),
            axes,
            groups,
            overall: overall.clone(),
            in_part: true,
            // Counted shares do not occur.
            ratio: RatioInterval::MiettinenNurminen,
            within: None,
            whole: OnceLock::new(),
        }
    }

    /// Whether the metric can be measured for these groups: the scores and outcomes of rows in part are not kept.
    pub fn measures(&self, metric: &Metric) -> bool {
        !(self.in_part && (metric.needs.score || metric.needs.outcome))
    }

    /// The groups that can be judged.
    pub fn judged(&self) -> impl Iterator<Item = &GroupCell> {
        self.groups.iter().filter(|g| !g.missing)
    }

    /// A group of this axis against another, judged as the policy says.
    pub fn pair(&self, metric: &'static Metric, focal: &Cell, reference: &Cell) -> Pair {
        Pair::new(metric, focal, reference).with(self.ratio)
    }

    /// The groups that take part in comparisons: present and not missing.
    fn candidates(&self) -> impl Iterator<Item = &GroupCell> {
        self.judged().filter(|g| !g.absent)
    }

    /// Everybody else on the axis who takes part in comparisons.
    pub fn rest<'a>(&'a self, focal: &'a GroupCell) -> &'a Cell {
        let whole = || self.whole.get_or_init(|| Cell::together(self.candidates().map(|g| &g.cell)));
        focal.rest.get_or_init(|| whole().without(&focal.cell))
    }

    /// Whom a group is compared with whatever the metric: where that is everybody or chosen by a rate, all others. None
    /// when the group is itself the reference, or when there is nobody.
    pub fn standing_reference<'a>(&'a self, focal: &'a GroupCell) -> Option<(ReferenceView, &'a Cell)> {
        let named = match &self.reference {
            Reference::Largest => Some(self.largest()?),
            Reference::Group(wanted) => Some(self.groups.iter().find(|g| g.group == *wanted && !g.absent)?),
            Reference::Overall | Reference::Rest | Reference::HighestRate => None,
        };
        let (kind, group, cell) = match named {
            Some(group) if group.levels == focal.levels => return None,
            Some(group) => (self.reference.kind(), group.group.clone(), &group.cell),
            None => (Reference::Rest.kind(), Group::new(), self.rest(focal)),
        };
        (cell.rows() > 0).then(|| (ReferenceView { kind: kind.to_owned(), group }, cell))
    }

    pub(super) fn largest(&self) -> Option<&GroupCell> {
        self.candidates().max_by(|a, b| a.cell.rows().cmp(&b.cell.rows()).then_with(|| b.levels.cmp(&a.levels)))
    }

    /// Whom a group is compared with; none when the group is itself the reference.
    pub fn reference_of(&self, focal: &GroupCell, metric: &'static Metric, min_group: u64) -> Option<Chosen> {
        let kind = self.reference.kind().to_owned();
        let chosen =
            |group: Group, against| Some(Chosen { view: ReferenceView { kind: kind.clone(), group }, against });
        match &self.reference {
            Reference::Overall => {
                let others = focal.others.get_or_init(|| self.overall.without(&focal.cell));
                // Everybody is in the group itself: there is nobody to compare it with.
                let against = match metric.denominator(others) {
                    _ if others.rows() == 0 => Err(Undefined::NoRows),
                    0 if metric.weight(&focal.cell).is_some_and(|own| own > 0.0) => Err(Undefined::NoRows),
                    _ => Ok(Against::overall(self.pair(metric, &focal.cell, others), &self.overall)),
                };
                chosen(Group::new(), against)
            }
            Reference::Rest => chosen(Group::new(), Ok(Against::One(self.pair(metric, &focal.cell, self.rest(focal))))),
            Reference::Largest => self.against_one(focal, self.largest(), metric, &kind),
            Reference::Group(wanted) => {
                let named = self.groups.iter().find(|g| g.group == *wanted && !g.absent);
                match named {
                    None if focal.group == *wanted => None,
                    None => chosen(wanted.clone(), Err(Undefined::Absent)),
                    found => self.against_one(focal, found, metric, &kind),
                }
            }
            Reference::HighestRate => {
                let valued = |g: &&GroupCell| metric.measure(&g.cell).is_ok();
                let large = |g: &&GroupCell| metric.denominator(&g.cell) >= min_group;
                // Where every group is too small, the highest of them is the reference, and the row is too few.
                let any_large = self.candidates().filter(valued).any(|g| large(&g));
                let able = |g: &&GroupCell| valued(g) && (large(g) || !any_large);
                let highest = self.candidates().filter(able).max_by(|a, b| by_rate(metric, a, b));
                let Some(highest) = highest else { return chosen(Group::new(), Err(Undefined::ZeroDenominator)) };
                if highest.levels == focal.levels {
                    return None;
                }
                let rivals: Vec<Pair> = self
                    .candidates()
                    .filter(able)
                    .filter(|g| g.levels != focal.levels)
                    .map(|g| self.pair(metric, &focal.cell, &g.cell))
                    .collect();
                let pair = self.pair(metric, &focal.cell, &highest.cell);
                chosen(highest.group.clone(), Ok(Against::Highest { pair, rivals }))
            }
        }
    }

    fn against_one(
        &self,
        focal: &GroupCell,
        reference: Option<&GroupCell>,
        metric: &'static Metric,
        kind: &str,
    ) -> Option<Chosen> {
        let Some(reference) = reference else {
            let view = ReferenceView { kind: kind.to_owned(), group: Group::new() };
            return Some(Chosen { view, against: Err(Undefined::Absent) });
        };
        if reference.levels == focal.levels {
            return None;
        }
        let view = ReferenceView { kind: kind.to_owned(), group: reference.group.clone() };
        Some(Chosen { view, against: Ok(Against::One(self.pair(metric, &focal.cell, &reference.cell))) })
    }
}

/// The higher rate is the greater; ties go to more rows, then to the name that comes first.
fn by_rate(metric: &Metric, a: &GroupCell, b: &GroupCell) -> Ordering {
    let rate = match (metric.measure_exactly(&a.cell), metric.measure_exactly(&b.cell)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => {
            // Equal values come out apart in the last digits when their counts differ; that must not break a tie.
            let value = |g: &GroupCell| metric.measure(&g.cell).map_or(f64::NEG_INFINITY, twelve_digits);
            value(a).total_cmp(&value(b))
        }
    };
    rate.then_with(|| a.cell.rows().cmp(&b.cell.rows())).then_with(|| b.levels.cmp(&a.levels))
}

fn name_group(axes: &[String], levels: &[String]) -> Group {
    axes.iter().cloned().zip(levels.iter().cloned()).collect()
}
