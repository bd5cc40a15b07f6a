//! Groups against their references by all values of an outcome: who tends to have more, how far apart the values lie, and
//! whether a few rows carry the mean.

use super::contrast::Contrasted;
use super::groups::{AxisGroups, GroupCell};
use crate::cell::{Cell, Values};
use crate::cores;
use crate::inference::limits::Limits;
use crate::inference::measured::{self, distance, mean, standardised, superiority, tail};
use crate::inference::normal;
use crate::inference::table::association;
use crate::inference::table::information::total_variation;
use crate::metrics::Undefined;
use crate::metrics::outcome::{OutcomeKind, presence_of};
use crate::policy::{Outcome, Policy};
use crate::result::number::{limit, outward, twelve_digits};
use crate::result::{Group, OutcomeComparison, OutcomeTail, Ranked, ReferenceView};

/// Values look alike where the whole interval of the probability of having more lies between these: beyond them even a small
/// gap begins. Source: Vargha and Delaney 2000.
const ALIKE: Limits = Limits { low: 0.44, high: 0.56 };
/// Having a value clearly differs where the whole interval of the ratio of its shares lies beyond one of these.
const CLEARLY: Limits = Limits { low: 0.8, high: 1.25 };

/// Every judged group against whom it is compared with, outcome by outcome.
pub fn compare_outcomes(policy: &Policy, axes: &[AxisGroups]) -> Vec<OutcomeComparison> {
    let level = policy.statistics.level.approximate();
    let of_outcome = |(place, outcome): (usize, &Outcome)| {
        let groups = whole(axes).flat_map(|axis| axis.judged().map(move |group| (axis, group)));
        let compared = groups.filter(|(_, group)| !group.absent).filter_map(|(axis, group)| {
            let (view, reference) = axis.standing_reference(group)?;
            Compared { policy, outcome, place, axis, level }.compare(group, view, reference)
        });
        compared.collect::<Vec<_>>()
    };
    // How long an open case will last is not known, so its values are not held against others.
    let known = policy.outcomes.iter().enumerate().filter(|(_, outcome)| !outcome.has_open());
    cores::each(known.collect::<Vec<_>>(), of_outcome).into_iter().flatten().collect()
}

/// How much a few rows carry the means of amounts and durations; everybody first.
pub fn weigh_tails(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) -> Vec<OutcomeTail> {
    let heavy_tailed =
        |outcome: &&Outcome| matches!(outcome.kind, OutcomeKind::Amount | OutcomeKind::Duration) && !outcome.has_open();
    let mut found = Vec::new();
    for (place, outcome) in policy.outcomes.iter().enumerate().filter(|(_, outcome)| heavy_tailed(outcome)) {
        let groups = whole(axes)
            .flat_map(|axis| axis.groups.iter().map(|group| (axis.axes.clone(), group.group.clone(), &group.cell)));
        let all = std::iter::once((Vec::new(), Group::new(), overall)).chain(groups);
        found.extend(all.filter_map(|(axes, group, cell)| weigh(outcome, axes, group, cell.values(place)?)));
    }
    found
}

/// The axes whose groups are known row by row.
fn whole(axes: &[AxisGroups]) -> impl Iterator<Item = &AxisGroups> {
    axes.iter().filter(|axis| !axis.in_part)
}

fn weigh(outcome: &Outcome, axes: Vec<String>, group: Group, values: &Values) -> Option<OutcomeTail> {
    let tail = tail::tail(values.spans()).ok()?;
    Some(OutcomeTail {
        outcome: outcome.name.clone(),
        axes,
        group,
        rows: tail.rows,
        mean: twelve_digits(tail.mean),
        trimmed_mean: twelve_digits(tail.trimmed),
        top_share: tail.top_share.map(twelve_digits),
        skewness: twelve_digits(tail.skewness),
        rows_for_mean: twelve_digits(tail.needed),
        heavy: tail.is_heavy(),
    })
}

struct Compared<'a> {
    policy: &'a Policy,
    outcome: &'a Outcome,
    place: usize,
    axis: &'a AxisGroups,
    level: f64,
}

impl Compared<'_> {
    fn compare(&self, group: &GroupCell, reference: ReferenceView, other: &Cell) -> Option<OutcomeComparison> {
        let z = normal::critical(self.level);
        let (own, others) = (group.cell.values(self.place)?, other.values(self.place)?);
        if self.outcome.kind == OutcomeKind::Category {
            return Some(self.compare_categories(group, reference, own, others));
        }
        let (a, b) = own.beside(others);
        let binned = !(own.is_exact() && others.is_exact());
        let more = superiority::superiority(&a, &b);
        let has_more = ranked(more.map(|more| {
            // Values kept in bins leave the probability open by so much.
            let limits = superiority::limits(more, z);
            let (below, above) = (more.value - more.bounds.low, more.bounds.high - more.value);
            (more.value, Limits { low: (limits.low - below).max(0.0), high: (limits.high + above).min(1.0) })
        }));
        let means = mean::mean(own.spans()).and_then(|own| Ok((own, mean::mean(others.spans())?)));
        let gap = means.and_then(|(own, other)| standardised::gap(own, other, z));
        let (apart, shift) = (distance::largest_gap(&a, &b).ok(), distance::wasserstein(&a, &b).ok());
        Some(OutcomeComparison {
            outcome: self.outcome.name.clone(),
            axes: self.axis.axes.clone(),
            group: group.group.clone(),
            reference,
            standardised_gap: ranked(gap.map(|gap| (gap.hedges_g, gap.limits))),
            unheard: self.unheard(&has_more, &group.cell, other),
            has_more,
            p_value: more.and_then(superiority::brunner_munzel).ok().map(|test| twelve_digits(test.p)),
            distance: apart.map(|apart| twelve_digits(apart.distance.value)),
            distance_bounds: apart.filter(|_| binned).map(|apart| outward(apart.distance.bounds)),
            transport: shift.map(|shift| twelve_digits(shift.value)),
            transport_bounds: shift.filter(|_| binned).map(|shift| outward(shift.bounds)),
            unit: self.outcome.unit().map(str::to_owned),
        })
    }

    /// How differently two groups are spread over categories, which have no order.
    fn compare_categories(
        &self,
        group: &GroupCell,
        reference: ReferenceView,
        own: &Values,
        others: &Values,
    ) -> OutcomeComparison {
        let count = |values: &Values| -> Vec<u64> {
            let at_least: Vec<u64> =
                (0..=self.outcome.categories.len()).map(|place| values.at_least(place as f64)).collect();
            at_least.windows(2).map(|pair| pair[0].saturating_sub(pair[1])).collect()
        };
        let counts = [count(own), count(others)];
        let test = association(&counts).ok().filter(|test| !test.is_sparse());
        let none =
            || Ranked { value: None, low: None, high: None, undefined: Some(Undefined::NoOrder.id().to_owned()) };
        OutcomeComparison {
            outcome: self.outcome.name.clone(),
            axes: self.axis.axes.clone(),
            group: group.group.clone(),
            reference,
            standardised_gap: none(),
            has_more: none(),
            p_value: test.map(|test| twelve_digits(test.pearson.p)),
            distance: total_variation(&counts[0], &counts[1]).map(twelve_digits),
            distance_bounds: None,
            transport: None,
            transport_bounds: None,
            unheard: None,
            unit: None,
        }
    }

    /// Who has a value clearly less often although the values look alike.
    fn unheard(&self, has_more: &Ranked, own: &Cell, other: &Cell) -> Option<String> {
        let alike = has_more.low? >= ALIKE.low && has_more.high? <= ALIKE.high;
        let answered = presence_of(self.outcome.role(self.place))?;
        let pair = self.axis.pair(answered, own, other);
        let few = pair.denominator() < self.policy.statistics.min_group;
        let ratio = pair.limits(Contrasted::Ratio, normal::critical(self.level)).filter(|_| alike && !few)?;
        match ratio {
            Limits { high, .. } if high < CLEARLY.low => Some("group".to_owned()),
            Limits { low, .. } if low > CLEARLY.high => Some("reference".to_owned()),
            _ => None,
        }
    }
}

fn ranked(found: Result<(f64, Limits), measured::Undefined>) -> Ranked {
    match found {
        Ok((value, limits)) => Ranked {
            value: Some(twelve_digits(value)),
            low: limit(limits.low),
            high: limit(limits.high),
            undefined: None,
        },
        Err(why) => {
            Ranked { value: None, low: None, high: None, undefined: Some(Undefined::from(why).id().to_owned()) }
        }
    }
}
