//! Evidence that adds up over periods.

use super::carry::{bring_back, carry};
use super::contrast::{Contrasted, contrast_shares};
use super::earlier::Earlier;
use super::groups::{AxisGroups, GroupCell};
use super::periods::{Counted, Periods, sum};
use crate::cell::Trials;
use crate::exact::Exact;
use crate::inference::limits::Limits;
use crate::inference::measure::Measure;
use crate::inference::sequence::band::{Band, Side};
use crate::inference::sequence::{Period, limits};
use crate::metrics::{Metric, Undefined};
use crate::policy::checks::StrataUse;
use crate::policy::{Check, Contrast, Policy, Reference};
use crate::result::number::{limit, twelve_digits};
use crate::result::{Look, ReferenceView, Sequence, Verdict};
use crate::tally::Cells;

/// The checks on which evidence adds up: the ratio or the difference of two shares, not held within strata. With each
/// goes a metric and the place of an axis.
pub fn followed(policy: &Policy) -> impl Iterator<Item = (&Check, &'static Metric, usize)> {
    let two = |check: &&Check| matches!(check.contrast, Contrast::Ratio | Contrast::Difference);
    let checks = policy.checks.iter().filter(two).filter(|check| check.strata == StrataUse::Ignore);
    checks.flat_map(|check| {
        let shares = check.metrics.iter().copied().filter(|metric| metric.is_share());
        shares.flat_map(move |metric| check.across.iter().flatten().map(move |axis| (check, metric, *axis)))
    })
}

/// The sequence of every row of a check of two shares; none where there are no periods.
pub fn follow_all(
    policy: &Policy,
    cells: &Cells,
    axes: &[AxisGroups],
    earlier: &[Earlier],
    as_of: &str,
) -> Vec<Sequence> {
    let Some(periods) = Periods::new(policy, cells, earlier, as_of) else { return Vec::new() };
    let alike = policy.roles.unit.is_none() && policy.roles.weight.is_none();
    let mut found = Vec::new();
    for (check, metric, place) in followed(policy) {
        let axis = &axes[place];
        let independent = alike && !axis.in_part && earlier.iter().all(|stored| stored.is_independent(&axis.axes));
        let counted = periods.count(metric, &policy.axes[place]);
        for group in axis.judged() {
            let Some(chosen) = axis.reference_of(group, metric, policy.statistics.min_group) else { continue };
            let undefined = match chosen.against {
                _ if group.absent => Some(Undefined::Absent),
                _ if !independent => Some(Undefined::RowsNotIndependent),
                _ if axis.reference == Reference::HighestRate => Some(Undefined::ReferenceChosenByData),
                against => against.err(),
            };
            let row = Row { policy, check, metric, axis, group, reference: chosen.view };
            found.push(match undefined {
                Some(reason) => row.blank(Some(reason)),
                None => {
                    let other = row.others(&counted);
                    row.follow(&periods.names, &counted.group(&group.group), &other)
                }
            });
        }
    }
    found
}

/// The same sequence again from the counts of its looks; none where it belongs to no check of the policy, or adds nothing up.
pub fn follow_again(policy: &Policy, axes: &[AxisGroups], stored: &Sequence) -> Option<Sequence> {
    let (check, metric, place) = followed(policy).find(|(check, metric, place)| {
        check.id == stored.id && metric.id == stored.metric && axes[*place].axes == stored.axes
    })?;
    let axis = &axes[place];
    let group = axis.judged().find(|group| group.group == stored.group)?;
    if stored.looks.is_empty() {
        return None;
    }
    let names: Vec<String> = stored.looks.iter().map(|look| look.period.clone()).collect();
    let own: Vec<Trials> = stored.looks.iter().map(|look| Trials { hits: look.hits, of: look.of }).collect();
    let of_reference = |look: &Look| Trials { hits: look.reference_hits, of: look.reference_of };
    let other: Vec<Trials> = stored.looks.iter().map(of_reference).collect();
    let row = Row { policy, check, metric, axis, group, reference: stored.reference.clone() };
    Some(row.follow(&names, &own, &other))
}

/// A group of a check, and whom it is compared with.
struct Row<'a> {
    policy: &'a Policy,
    check: &'a Check,
    metric: &'static Metric,
    axis: &'a AxisGroups,
    group: &'a GroupCell,
    reference: ReferenceView,
}

impl Row<'_> {
    fn how(&self) -> Contrasted {
        if self.check.contrast == Contrast::Ratio { Contrasted::Ratio } else { Contrasted::Difference }
    }

    /// Half of what the level leaves is the error of one side.
    fn side(&self) -> f64 {
        (1.0 - self.policy.statistics.level.approximate()) / 2.0
    }

    /// The counts of whom the group is compared with; of everybody those of all others.
    fn others(&self, counted: &Counted) -> Vec<Trials> {
        match &self.axis.reference {
            Reference::Overall => counted.others(&self.group.group),
            Reference::Rest => counted.rest(&self.group.group),
            _ => counted.group(&self.reference.group),
        }
    }

    fn follow(self, names: &[String], own: &[Trials], other: &[Trials]) -> Sequence {
        let (how, side) = (self.how(), self.side());
        let measure = if how == Contrasted::Ratio { Measure::Ratio } else { Measure::Difference };
        let overall = self.axis.reference == Reference::Overall;
        let periods: Vec<Period> =
            own.iter().zip(other).map(|(focal, reference)| Period { focal: *focal, reference: *reference }).collect();
        let bound = |exact: &Option<Exact>, period: &Period| {
            let bound = exact.as_ref()?.approximate();
            // A bound on the number against everybody is one on the number against the others, as large as they are.
            if overall { bring_back(how, bound, weight(period.focal, period.reference)) } else { Some(bound) }
        };
        let mut band = Band::new(measure);
        let mut looks = Vec::new();
        for (place, period) in periods.iter().enumerate() {
            band.observe(*period, bound(&self.check.min, period), bound(&self.check.max, period));
            let so_far = |of: &[Trials]| sum(&of[..=place]).of;
            let reference_of = so_far(other).saturating_add(if overall { so_far(own) } else { 0 });
            let enough = so_far(own).min(reference_of) >= self.policy.statistics.min_group;
            let verdict = match () {
                () if enough && band.beyond().refutes(side) => Verdict::NotMet,
                // A claim that all is well must hold now; it is not enough that it held once.
                () if enough && band.within().log_e() >= -libm::log(side) => Verdict::Met,
                () => Verdict::Inconclusive,
            };
            looks.push(Look {
                period: names[place].clone(),
                hits: period.focal.hits,
                of: period.focal.of,
                reference_hits: period.reference.hits,
                reference_of: period.reference.of,
                log_e_beyond: twelve_digits(band.beyond().log_e()),
                log_e_within: twelve_digits(band.within().log_e()),
                verdict,
            });
        }
        let mut sequence = Sequence { looks, ..self.blank(None) };
        let (focal, others) = (sum(own), sum(other));
        if focal.of == 0 || others.of == 0 {
            sequence.undefined = Some(Undefined::ZeroDenominator.id().to_owned());
            return sequence;
        }
        sequence.log_e_beyond = Some(twelve_digits(band.beyond().log_e()));
        sequence.log_e_within = Some(twelve_digits(band.within().log_e()));
        sequence.anytime_p_beyond = Some(twelve_digits(band.beyond().p_value()));
        sequence.anytime_p_within = Some(twelve_digits(band.within().p_value()));
        sequence.side = band.side().map(|side| if side == Side::Below { "below" } else { "above" }.to_owned());
        let reference = sequence.reference_counts();
        if how == Contrasted::Difference || reference.hits > 0 {
            let value = contrast_shares(focal, reference, how);
            sequence.value = Some(value);
            if let Some(found) = limits::each_side(measure, &periods, side) {
                let weight = weight(focal, others);
                let end = |end: f64| if overall { carry(how, end, weight) } else { end };
                let ends = Limits { low: end(found.low), high: end(found.high) }.around(value);
                sequence.low = limit(ends.low);
                sequence.high = limit(ends.high);
            }
        }
        sequence
    }

    /// A sequence of which nothing is known yet.
    fn blank(self, undefined: Option<Undefined>) -> Sequence {
        let bound = |exact: &Option<Exact>| exact.as_ref().map(Exact::approximate);
        Sequence {
            id: self.check.id.clone(),
            metric: self.metric.id.to_owned(),
            contrast: self.check.contrast.id().to_owned(),
            axes: self.axis.axes.clone(),
            group: self.group.group.clone(),
            min: bound(&self.check.min),
            max: bound(&self.check.max),
            log_e_needed: twelve_digits(-libm::log(self.side())),
            reference: self.reference,
            looks: Vec::new(),
            value: None,
            low: None,
            high: None,
            log_e_beyond: None,
            log_e_within: None,
            anytime_p_beyond: None,
            anytime_p_within: None,
            side: None,
            undefined: undefined.map(|reason| reason.id().to_owned()),
        }
    }
}

/// The share of a group in itself and the others.
fn weight(focal: Trials, others: Trials) -> f64 {
    let all = focal.of.saturating_add(others.of);
    if all == 0 { 1.0 } else { focal.of as f64 / all as f64 }
}
