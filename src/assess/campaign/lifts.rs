//! How an outcome differs between the arms of a campaign, for everybody and every group.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::findings::{Harm, Told};
use super::{InArm, People, why_not};
use crate::assess::groups::{AxisGroups, GroupCell};
use crate::cell::{Cell, Trials, Values};
use crate::inference::measured::{self, mean};
use crate::inference::normal;
use crate::inference::uplift::lift;
use crate::metrics::outcome::{Better, OutcomeKind};
use crate::policy::{Outcome, Policy};
use crate::result::number::{limit, twelve_digits};
use crate::result::{ArmValue, EqualLift, Group, Lift, ReferenceView};
use crate::tally::campaign::Arm;

/// One outcome in both arms.
pub(super) struct Measured<'a> {
    pub(super) policy: &'a Policy,
    pub(super) outcome: &'a Outcome,
    /// Its place in the cells of an arm.
    pub(super) place: usize,
    pub(super) arms: &'a [InArm; 3],
}

const BOTH: [Arm; 2] = [Arm::Treated, Arm::Control];

/// The groups of an axis whose lifts are known, and all of them together, made when first compared with.
struct Beside<'a> {
    axis: &'a AxisGroups,
    known: BTreeMap<&'a Group, &'a (Lift, Found)>,
    whole: OnceCell<[Cell; 2]>,
}

/// The lift of a group with what comparisons need.
type Found = Result<lift::Lift, measured::Undefined>;

impl Measured<'_> {
    fn z(&self) -> f64 {
        normal::critical(self.policy.statistics.level.approximate())
    }

    /// Everybody, then every group; and the tests of every axis.
    pub(super) fn lifts(&self, people: &People) -> (Vec<Told>, Vec<EqualLift>) {
        let (everybody, found) = self.lift(&[], &Group::new());
        let mut lifts = vec![self.told(everybody, &found)];
        let mut tests = Vec::new();
        for axis in &people.axes {
            let present: Vec<&GroupCell> = axis.groups.iter().filter(|group| !group.absent).collect();
            let measured: Vec<(Lift, Found)> =
                present.iter().map(|group| self.lift(&axis.axes, &group.group)).collect();
            tests.push(self.equal_lift(&axis.axes, &present, &measured));
            // An axis may have thousands of groups: nothing is put together twice.
            let known: BTreeMap<&Group, &(Lift, Found)> = measured.iter().map(|one| (&one.0.group, one)).collect();
            let beside = Beside { axis, known, whole: OnceCell::new() };
            for (group, (own, found)) in present.iter().zip(&measured) {
                lifts.push(match group.missing {
                    true => Told { lift: own.clone(), harm: None, stands_out: None },
                    false => self.against(&beside, group, own.clone(), found),
                });
            }
        }
        (lifts, tests)
    }

    fn lift(&self, axes: &[String], group: &Group) -> (Lift, Found) {
        let cells = BOTH.map(|arm| self.cell(arm, axes, group));
        let [treated, control] = cells.map(|cell| self.arm(cell));
        let found = self.lift_of(cells[0], cells[1]);
        let least = self.policy.statistics.min_group;
        let few = [&treated, &control].iter().any(|arm| arm.valued.unwrap_or_default() < least);
        let shares = self.outcome.kind == OutcomeKind::YesNo;
        let view = Lift {
            outcome: self.outcome.name.clone(),
            axes: axes.to_vec(),
            group: group.clone(),
            treated,
            control,
            lift: found.ok().map(|lift| twelve_digits(lift.value)),
            low: found.ok().and_then(|lift| limit(lift.limits.low)),
            high: found.ok().and_then(|lift| limit(lift.limits.high)),
            method: if shares { "miettinen-nurminen" } else { "welch" }.to_owned(),
            few,
            unit: if shares { None } else { self.outcome.unit().map(str::to_owned) },
            undefined: found.err().map(|why| why_not(why).to_owned()),
            ..Lift::default()
        };
        (view, found)
    }

    fn arm(&self, cell: &Cell) -> ArmValue {
        let values = cell.values(self.place);
        let trials = values.map(yes).filter(|_| self.outcome.kind == OutcomeKind::YesNo);
        let value = match trials {
            Some(trials) => trials.share(),
            None => values.and_then(|values| mean::mean(values.spans()).ok()).map(|mean| mean.value),
        };
        ArmValue {
            rows: Some(cell.rows()),
            valued: Some(values.map_or(0, Values::rows)),
            yes: trials.map(|trials| trials.hits),
            value: value.map(twelve_digits),
        }
    }

    fn lift_of(&self, treated: &Cell, control: &Cell) -> Found {
        let none = measured::Undefined::NoRows;
        let (own, other) = (treated.values(self.place).ok_or(none)?, control.values(self.place).ok_or(none)?);
        match self.outcome.kind {
            OutcomeKind::YesNo => lift::of_shares(yes(own), yes(other), self.z()),
            _ => lift::of_means(mean::mean(own.spans())?, mean::mean(other.spans())?, self.z()),
        }
    }

    fn equal_lift(&self, axes: &[String], groups: &[&GroupCell], measured: &[(Lift, Found)]) -> EqualLift {
        let judged = groups.iter().zip(measured).filter(|(group, _)| !group.missing).map(|(_, found)| found);
        let (mut able, mut left_out) = (Vec::new(), 0);
        for (view, found) in judged {
            match found {
                Ok(lift) if !view.few => able.push(*lift),
                _ => left_out += 1,
            }
        }
        let found = lift::equal_lift(&able);
        let test = found.ok().map(|found| found.test);
        EqualLift {
            outcome: self.outcome.name.clone(),
            axes: axes.to_vec(),
            groups: able.len() as u64,
            left_out,
            chi2: test.map(|test| twelve_digits(test.chi2)),
            df: test.map(|test| test.df),
            p_value: test.map(|test| twelve_digits(test.p)),
            common: found.ok().map(|found| twelve_digits(found.common)),
            beyond_chance: found.ok().map(|found| twelve_digits(found.beyond_chance)),
            p_adjusted: None,
            differs: false,
            undefined: found.err().map(|why| why_not(why).to_owned()),
        }
    }

    /// The same lift held against that of the reference.
    fn against(&self, beside: &Beside, group: &GroupCell, own: Lift, found: &Found) -> Told {
        let Some((view, few, other)) = self.reference(beside, group) else { return self.told(own, found) };
        let few = own.few || few;
        let difference = found.and_then(|own| lift::difference(own, other?, self.z())).ok();
        let apart = difference.filter(|found| !few && (found.limits.low > 0.0 || found.limits.high < 0.0));
        let own = Lift {
            reference: Some(view),
            reference_lift: other.ok().map(|lift| twelve_digits(lift.value)),
            difference: difference.map(|found| twelve_digits(found.value)),
            difference_low: difference.and_then(|found| limit(found.limits.low)),
            difference_high: difference.and_then(|found| limit(found.limits.high)),
            p_value: difference.map(|found| twelve_digits(found.p)),
            ..own
        };
        Told { stands_out: apart.map(|found| self.side(found.value)), ..self.told(own, found) }
    }

    fn side(&self, difference: f64) -> &'static str {
        match (self.outcome.better, difference < 0.0) {
            (Better::More, true) | (Better::Less, false) => "less",
            (Better::More, false) | (Better::Less, true) => "more",
            (Better::Neither, _) => "differs",
        }
    }

    /// The lift of whom a group is compared with, and whether an arm of it has too few rows: where that is no named group, of
    /// all others.
    fn reference(&self, beside: &Beside, group: &GroupCell) -> Option<(ReferenceView, bool, Found)> {
        let (view, _) = beside.axis.standing_reference(group)?;
        if !view.group.is_empty() {
            let (lift, found) = beside.known.get(&view.group)?;
            return Some((view, lift.few, *found));
        }
        let axes = &beside.axis.axes;
        let whole = beside.whole.get_or_init(|| {
            let judged = || beside.axis.judged().filter(|other| !other.absent);
            BOTH.map(|arm| Cell::together(judged().map(|of| self.cell(arm, axes, &of.group))))
        });
        let [treated, control] = [0, 1].map(|at| whole[at].without(self.cell(BOTH[at], axes, &group.group)));
        let least = self.policy.statistics.min_group;
        let few = [&treated, &control].iter().any(|cell| cell.values(self.place).map_or(0, Values::rows) < least);
        Some((view, few, self.lift_of(&treated, &control)))
    }

    fn cell(&self, arm: Arm, axes: &[String], group: &Group) -> &Cell {
        self.arms[arm as usize].cell(axes, group)
    }

    /// The same with how sure it is that the campaign made it better or worse for people, where the outcome takes sides.
    fn told(&self, own: Lift, found: &Found) -> Told {
        let lift = found.ok().filter(|lift| !own.few && lift.variance > 0.0 && self.outcome.better != Better::Neither);
        let harm = lift.map(|lift| Harm {
            p: normal::two_sided(lift.value / lift.variance.sqrt()),
            worse: match self.outcome.better {
                Better::Less => lift.limits.low > 0.0,
                _ => lift.limits.high < 0.0,
            },
        });
        Told { lift: own, harm, stands_out: None }
    }
}

/// Rows that are yes, of those that have a value.
fn yes(values: &Values) -> Trials {
    let hits = values.spans().iter().filter(|span| span.low > 0.5).map(|span| span.rows).sum();
    Trials { hits, of: values.rows() }
}
