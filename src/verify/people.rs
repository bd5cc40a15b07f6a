//! What people changed and how far rows came, computed again from the counts that the result holds.

use serde::Serialize;

use super::counts::named;
use super::differ::differ;
use super::figures::RESULT;
use super::tally::Tallies;
use crate::assess::budget::{self, Terms};
use crate::assess::funnel::{self, as_decided, counts_of, reached};
use crate::change::human::{self, Sums, effect, pairs_of, step};
use crate::inference::normal;
use crate::policy::types::RatioInterval;
use crate::result::{Document, HumanGap, HumanStep, HumanView};

/// Gaps come from shares in another order of steps than these; as much may be between them.
const LAST_DIGITS: f64 = 1e-11;

/// Holds every step and gap of people, and every group and gap of a funnel.
pub fn hold(document: &Document, apart: f64, tallies: &mut Tallies) {
    let z = normal::critical(document.policy.level);
    let rounded = document.privacy.as_ref().is_some_and(|privacy| privacy.round > 1);
    for (place, stored) in document.human.iter().flat_map(|human| &human.steps).enumerate() {
        let again = step(&stored.axes, &stored.group, pairs_of(stored), z);
        // Which way people turned rows was decided before counts were rounded.
        let direction = if rounded { stored.direction.clone() } else { again.direction.clone() };
        let p_value = stored.p_value.and(again.p_value);
        let again = HumanStep { direction, p_value, ..again };
        let label = named(&stored.axes, &stored.group);
        held("what people changed", &format!("human.steps[{place}]"), &label, stored, &again, apart, tallies);
    }
    if let Some(human) = &document.human {
        gaps(human, (!rounded).then_some(document.policy.min_group), apart, tallies);
    }
    budgets(document, apart, tallies);
    let Some(funnel) = &document.funnel else { return };
    let names: Vec<String> = funnel.stages.iter().map(|stage| stage.name.clone()).collect();
    for (place, stored) in funnel.groups.iter().enumerate() {
        let again = reached(&stored.axes, &stored.group, &counts_of(stored), &names, z);
        let label = named(&stored.axes, &stored.group);
        held("stages of the funnel", &format!("funnel.groups[{place}]"), &label, stored, &again, apart, tallies);
    }
    for (place, stored) in funnel.gaps.iter().enumerate() {
        let again = funnel::gap_again(stored, &funnel.groups, &names, z);
        // What the exact intervals show was decided before counts were rounded.
        let again = if rounded { as_decided(again, stored) } else { again };
        let label = named(&stored.axes, &stored.group);
        held("gaps of the funnel", &format!("funnel.gaps[{place}]"), &label, stored, &again, apart, tallies);
    }
}

/// What the counts of every budget give, and that the groups of every axis add up to everybody.
fn budgets(document: &Document, apart: f64, tallies: &mut Tallies) {
    for (place, stored) in document.budgets.iter().enumerate() {
        let scas = stored.gaps.iter().any(|gap| gap.method.starts_with("scas"));
        let ratio = if scas { RatioInterval::Scas } else { RatioInterval::MiettinenNurminen };
        let terms = Terms { level: document.policy.level, min_group: document.policy.min_group, ratio };
        let (at, label) = (format!("budgets[{place}]"), format!("the budget {}", stored.top));
        held("budgets", &at, &label, stored, &budget::again(stored, terms), apart, tallies);
        let mut axes: Vec<&Vec<String>> = stored.groups.iter().map(|one| &one.axes).collect();
        axes.dedup();
        for axes in axes {
            let of = stored.groups.iter().filter(|one| one.axes == *axes);
            let sums = of.fold((0_u64, 0_u64), |(rows, reached), one| {
                (rows.saturating_add(one.rows), reached.saturating_add(one.reached))
            });
            tallies.hold("budgets", sums == (stored.rows, stored.reached), RESULT, format!("{at}.groups"), || {
                format!("{label}: the groups of {} do not add up to everybody", axes.join(" and "))
            });
        }
    }
}

/// Gaps before people looked and in the end: what the counts give of them, and the effect that their intervals show. With
/// `min_group` where counts are exact; of rounded ones the effect was decided before.
fn gaps(human: &HumanView, min_group: Option<u64>, apart: f64, tallies: &mut Tallies) {
    let sums = Sums::of(&human.steps);
    let least = LAST_DIGITS.max(apart);
    // What is not told has its reason beside it, which counts do not tell.
    let again = |stored: Option<f64>, again: Option<f64>, untold: bool| match (stored, again) {
        (None, _) if untold => None,
        (Some(a), Some(b)) if (a - b).abs() <= least * a.abs().max(1.0) => stored,
        _ => again,
    };
    for (place, stored) in human.gaps.iter().enumerate() {
        let found = human::gap_again(stored, &sums);
        let untold = stored.undefined.is_some();
        let rounded = min_group.is_none();
        let effect = min_group.map_or(stored.effect.as_str(), |least| effect(stored, &sums, least));
        let again = HumanGap {
            before: again(stored.before, found.before, untold),
            after: again(stored.after, found.after, untold),
            change: again(stored.change, found.change, untold),
            widening: again(stored.widening, found.widening, untold || rounded),
            effect: effect.to_owned(),
            ..stored.clone()
        };
        let label = named(&stored.axes, &stored.group);
        held("gaps that people changed", &format!("human.gaps[{place}]"), &label, stored, &again, apart, tallies);
    }
}

pub(super) fn held<T: Serialize>(
    what: &'static str,
    at: &str,
    label: &str,
    stored: &T,
    again: &T,
    apart: f64,
    tallies: &mut Tallies,
) {
    let differences = differ(at, stored, again, apart);
    if differences.is_empty() {
        tallies.agree(what, 1);
    }
    for found in differences {
        let why = format!("{label}: {} is stored, and the counts give {}", found.stored, found.again);
        tallies.wrong(what, RESULT, found.at, why);
    }
}
