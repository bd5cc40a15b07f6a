//! Every group against its reference, as ratio and as difference.

use std::sync::Arc;

use num_rational::BigRational;

use super::contrast::{Against, Contrasted};
use super::details;
use super::groups::AxisGroups;
use super::measure::comparable;
use super::posterior;
use crate::cores;
use crate::metrics::{Metric, Undefined};
use crate::policy::{Contrast, Policy};
use crate::result::number::{limit, twelve_digits};
use crate::result::{Comparison, Details, Group, ReferenceView};

/// All comparisons of a run.
pub fn compare_all(policy: &Policy, axes: &[AxisGroups]) -> Vec<Comparison> {
    let level = policy.statistics.level.approximate();
    let mut sides = Vec::new();
    for metric in comparable(policy) {
        let asked = Arc::new(Asked::new(policy, metric));
        let measured = axes.iter().filter(|axis| axis.measures(metric));
        let groups = measured.flat_map(|axis| axis.judged().map(move |group| (axis, group)));
        sides.extend(groups.map(|(axis, group)| (metric, Arc::clone(&asked), axis, group)));
    }
    let compared = cores::each(sides, |(metric, asked, axis, group)| {
        let Some(chosen) = axis.reference_of(group, metric, policy.statistics.min_group) else { return Vec::new() };
        let against = if group.absent { Err(Undefined::Absent) } else { chosen.against };
        let tests = against.as_ref().ok().map(|against| Tests::new(against, &asked));
        let ways = Contrasted::BOTH.into_iter().filter(|how| *how != Contrasted::Ratio || !metric.can_be_negative());
        ways.map(|how| {
            let row = Row { metric, how, axes: &axis.axes, group: &group.group, reference: &chosen.view };
            row.compare(&against, tests.as_ref(), level)
        })
        .collect()
    });
    compared.into_iter().flatten().collect()
}

/// What is asked about the shares of a metric.
struct Asked {
    /// The ratio up to which cases are said to be lacking.
    bound: BigRational,
    /// The limits and the level of the posterior, where the policy wants one.
    posterior: Option<([Option<f64>; 2], f64)>,
    /// From how many cases on exact tests are made; none where no check judges the metric.
    exact_from: Option<u64>,
}

impl Asked {
    fn new(policy: &Policy, metric: &'static Metric) -> Asked {
        let statistics = &policy.statistics;
        let is_judged = policy.checks.iter().any(|check| check.metrics.contains(&metric));
        Asked {
            bound: ratio_bound(policy, metric),
            posterior: statistics
                .posterior
                .then(|| (posterior::ratio_limits(policy, metric), statistics.level.approximate())),
            exact_from: is_judged.then_some(statistics.min_group),
        }
    }
}

/// The lower ratio limit of the first check of this metric that has one, else four fifths.
fn ratio_bound(policy: &Policy, metric: &'static Metric) -> BigRational {
    let check = policy.checks.iter().find(|c| c.contrast == Contrast::Ratio && c.metrics.contains(&metric));
    let bound = check.and_then(|check| check.min.as_ref()).map(|min| min.value.clone());
    bound.unwrap_or_else(|| BigRational::new(4.into(), 5.into()))
}

/// What does not depend on how the two numbers are held against each other.
struct Tests {
    details: Option<Details>,
    p_value: f64,
    test: &'static str,
}

impl Tests {
    fn new(against: &Against, asked: &Asked) -> Tests {
        let pair = against.pair();
        // Tests of counts take every row for a person of its own.
        let alike = !pair.is_designed();
        let trials = pair.metric.trials(&pair.focal).zip(pair.metric.trials(&pair.reference)).filter(|_| alike);
        let stated = pair.metric.trials(against.reference());
        let (p_value, test) = match trials {
            Some((focal, reference)) => details::equality(focal, reference),
            None => {
                let how = Contrasted::Difference;
                (details::equality_by_interval(pair.p_below(how, 0.0), pair.p_above(how, 0.0)), pair.method(how))
            }
        };
        // The reference was chosen by the data: as many tests as there were candidates.
        let chances = if let Against::Highest { rivals, .. } = against { rivals.len().max(1) } else { 1 };
        let mut details = trials
            .zip(stated)
            .and_then(|((focal, apart), stated)| details::details(focal, apart, stated, &asked.bound));
        if let (Some(details), Some((focal, apart))) = (&mut details, trials) {
            let judged = asked.exact_from.is_some_and(|least| focal.of.min(apart.of) >= least);
            (details.boschloo_p, details.barnard_p) =
                judged.then(|| details::of_small_numbers(focal, apart, details.fisher_p)).flatten().unzip();
            details.posterior = asked.posterior.and_then(|(limits, level)| posterior::ratio(against, limits, level));
        }
        Tests { details, p_value: twelve_digits((p_value * chances as f64).min(1.0)), test }
    }
}

struct Row<'a> {
    metric: &'static Metric,
    how: Contrasted,
    axes: &'a [String],
    group: &'a Group,
    reference: &'a ReferenceView,
}

impl Row<'_> {
    fn compare(&self, against: &Result<Against, Undefined>, tests: Option<&Tests>, level: f64) -> Comparison {
        let mut row = Comparison {
            metric: self.metric.id.to_owned(),
            contrast: self.how.id().to_owned(),
            axes: self.axes.to_vec(),
            group: self.group.clone(),
            reference: self.reference.clone(),
            value: None,
            low: None,
            high: None,
            method: "none".to_owned(),
            p_value: None,
            test: None,
            undefined: None,
            details: tests.and_then(|tests| tests.details.clone()),
        };
        let against = match against {
            Ok(against) => against,
            Err(reason) => {
                row.undefined = Some(reason.id().to_owned());
                return row;
            }
        };
        row.method = against.method(self.how).to_owned();
        match against.estimate(self.how) {
            Err(reason) => row.undefined = Some(reason.id().to_owned()),
            Ok(value) => {
                row.value = Some(value);
                if let Some(limits) = against.limits(self.how, level) {
                    row.low = limit(limits.low);
                    row.high = limit(limits.high);
                }
                row.p_value = tests.map(|tests| tests.p_value);
                row.test = tests.map(|tests| tests.test.to_owned());
            }
        }
        row
    }
}
