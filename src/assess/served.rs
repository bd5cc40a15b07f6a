//! Do people who said no get a worse service, or just a less personal one? What they got beside those who said yes.

use super::contrast::{Contrasted, Pair};
use super::groups::AxisGroups;
use crate::cell::Cell;
use crate::inference::limits::Limits;
use crate::inference::normal;
use crate::metrics::Metric;
use crate::metrics::metric::Worse;
use crate::metrics::outcome::template;
use crate::policy::outcome::metrics;
use crate::policy::{Outcome, Policy};
use crate::result::number::{limit, twelve_digits};
use crate::result::{Coverage, Served};
use crate::tally::Consented;

/// Everybody and every group that coverage has, for each outcome that was read of people without consent; nothing where none was.
pub fn serve(
    policy: &Policy,
    found: &Consented,
    overall: &Cell,
    axes: &[AxisGroups],
    coverage: &[Coverage],
) -> Vec<Served> {
    let Some(cells) = &found.refusals else { return Vec::new() };
    let of = policy.of_refusals();
    let everybody = cells.overall();
    let refused: Vec<AxisGroups> = of.axes.iter().map(|axis| AxisGroups::new(cells, &everybody, &of, axis)).collect();
    let mut rows = Vec::new();
    for (own, (place, outcome)) in policy.compared_outcomes().enumerate() {
        // The metric knows the place that the outcome has among those that were read of people without consent.
        let drawn = |metric: &&Metric| {
            let template = metric.id.split_once('.').and_then(|(_, id)| template(id));
            metric.outcome == Some(own) && template.is_some_and(|template| template.drawn.contains(&outcome.kind))
        };
        let Some(metric) = metrics(&of.outcomes).find(drawn) else { continue };
        let one = Beside { policy, outcome, metric, own };
        for covered in coverage {
            let [yes, no] = [(overall, axes), (&everybody, refused.as_slice())]
                .map(|(all, axes)| if covered.axes.is_empty() { Some(all) } else { cell_of(axes, covered) });
            let with = yes.and_then(|cell| Some((cell, cell.values(place)?))).map(|(cell, values)| {
                // The values at the place where the metric looks for them.
                let mut cell = cell.clone();
                cell.keep_outcomes((0..=own).map(|_| values.clone()).collect());
                cell
            });
            rows.extend(one.hold(covered, with.as_ref(), no));
        }
    }
    rows
}

fn cell_of<'a>(axes: &'a [AxisGroups], covered: &Coverage) -> Option<&'a Cell> {
    let axis = axes.iter().find(|axis| axis.axes == covered.axes)?;
    axis.groups.iter().find(|group| group.group == covered.group).map(|group| &group.cell)
}

struct Beside<'a> {
    policy: &'a Policy,
    outcome: &'a Outcome,
    metric: &'static Metric,
    /// The place of the outcome among those that were read of people without consent.
    own: usize,
}

impl Beside<'_> {
    /// None where neither has a value.
    fn hold(&self, covered: &Coverage, with: Option<&Cell>, without: Option<&Cell>) -> Option<Served> {
        let rows = |cell: Option<&Cell>| cell.and_then(|cell| cell.values(self.own)).map_or(0, |values| values.rows());
        let (rows_with, rows_without) = (rows(with), rows(without));
        if rows_with + rows_without == 0 {
            return None;
        }
        let measured = |cell: Option<&Cell>| cell.and_then(|cell| self.metric.measure(cell).ok()).map(twelve_digits);
        let pair = with.zip(without).map(|(with, without)| Pair::new(self.metric, without, with));
        let z = normal::critical(self.policy.statistics.level.approximate());
        let how = Contrasted::Difference;
        let limits = pair.as_ref().and_then(|pair| pair.limits(how, z));
        let large = rows_with.min(rows_without) >= self.policy.statistics.min_group;
        Some(Served {
            outcome: self.outcome.name.clone(),
            metric: self.metric.id.to_owned(),
            unit: self.outcome.unit().filter(|_| !self.metric.is_share()).map(str::to_owned),
            axes: covered.axes.clone(),
            group: covered.group.clone(),
            rows_with,
            rows_without,
            with_consent: measured(with),
            without_consent: measured(without),
            difference: pair.as_ref().and_then(|pair| pair.estimate(how).ok()).map(twelve_digits),
            low: limits.and_then(|limits| limit(limits.low)),
            high: limits.and_then(|limits| limit(limits.high)),
            finding: limits.filter(|_| large).and_then(|limits| self.finding(limits)).map(str::to_owned),
        })
    }

    fn finding(&self, limits: Limits) -> Option<&'static str> {
        let more = match limits {
            Limits { low, .. } if low > 0.0 => true,
            Limits { high, .. } if high < 0.0 => false,
            _ => return None,
        };
        let personal = self.policy.consent.as_ref().and_then(|consent| consent.personal.as_ref());
        Some(match (personal == Some(&self.outcome.name), self.metric.worse) {
            (true, _) if more => "more-personal",
            (true, _) => "less-personal",
            (false, Worse::Lower) => {
                if more {
                    "better"
                } else {
                    "worse"
                }
            }
            (false, Worse::Higher) => {
                if more {
                    "worse"
                } else {
                    "better"
                }
            }
            (false, _) => "differs",
        })
    }
}
