//! Whom consent covers, and how far those without it could move what was measured of the others.

use super::compare::compare_all;
use super::contrast::Contrasted;
use super::groups::{AxisGroups, GroupCell};
use super::measure::{measurable, measure_all};
use super::served;
use super::shares::{Estimated, estimate};
use super::unknown::{Row, apart, contrasted};
use crate::cell::{Cell, Trials};
use crate::inference::limits::Limits;
use crate::inference::{normal, partial};
use crate::metrics::{self, Metric};
use crate::policy::{Consent, Policy, outcome};
use crate::result::number::twelve_digits;
use crate::result::{
    Balance, ConsentAsked, ConsentView, Coverage, CoverageBy, Group, LedgerView, ReferenceView, Unknown,
};
use crate::tally::{Cells, Consented};

/// How many got what the decision gives: what everybody without consent could have got as well, or nobody.
const METRIC: &str = "selection-rate";
/// What follows the name of an outcome of yes and no in the id of how many have it.
const SHARE: &str = "share-yes";

/// All that a report says of consent; none where the policy does not ask for it.
pub fn cover(policy: &Policy, cells: &Cells, overall: &Cell, axes: &[AxisGroups]) -> Option<ConsentView> {
    let (asked, found) = (policy.consent.as_ref()?, cells.consent.as_ref()?);
    let several = policy.roles.unit.is_some();
    let counted = found.coverage.as_deref().map(|cells| {
        let of_coverage = policy.of_coverage();
        let everybody = cells.overall();
        let axes: Vec<AxisGroups> =
            of_coverage.axes.iter().map(|axis| AxisGroups::new(cells, &everybody, &of_coverage, axis)).collect();
        let coverage = by_group(&of_coverage, &everybody, &axes, several);
        (axes, coverage)
    });
    let groups = counted.as_ref().map(|(axes, _)| axes.as_slice());
    let coverage = counted.as_ref().map(|(_, coverage)| coverage.clone()).unwrap_or_default();
    // Weighted rows have no counts to share out, and where nothing is asked about decisions there is nothing to share.
    let counts = policy.roles.weight.is_none() && policy.roles.decision.is_asked();
    let ledger = found.ledger.as_ref().map(|read| LedgerView {
        path: read.path.clone(),
        format: read.format.to_owned(),
        sha256: read.sha256.clone(),
        rows: read.rows,
    });
    let ConsentAsked { purpose, record, column, given, at } = ConsentAsked::of(asked);
    let all = Trials { hits: overall.rows(), of: overall.rows() + found.rows_without };
    let estimated = estimate(all, normal::critical(policy.statistics.level.approximate()));
    let Estimated { share, low, high } = if several { estimated.bare() } else { estimated };
    Some(ConsentView {
        purpose,
        record,
        column,
        given,
        at,
        ledger,
        rows_with: Some(overall.rows()),
        rows_without: Some(found.rows_without),
        share,
        low,
        high,
        coverage_reason: asked.coverage.clone(),
        without_interval: several
            .then(|| "several rows are of one person, so they are no independent answers".to_owned()),
        by_answer: by_answer(policy, found, several),
        balance: if counts { balance(policy, overall, axes, &coverage) } else { Vec::new() },
        personal: asked.personal.clone(),
        compared: asked.compare.clone(),
        served: served::serve(policy, found, overall, axes, &coverage),
        bounds: if counts { bounds(policy, asked, axes, groups, found.rows_without) } else { Vec::new() },
        coverage,
    })
}

fn by_group(policy: &Policy, everybody: &Cell, axes: &[AxisGroups], several: bool) -> Vec<Coverage> {
    let compared = compare_all(policy, axes);
    let measured = measure_all(policy, everybody, axes);
    let row = |m: crate::result::Measurement| {
        let same = |c: &&crate::result::Comparison| {
            c.metric == METRIC && c.contrast == Contrasted::Ratio.id() && c.axes == m.axes && c.group == m.group
        };
        let ratio = compared.iter().find(same);
        let end = |value: Option<f64>| value.filter(|_| !several);
        let (ratio_low, ratio_high) = (ratio.and_then(|c| end(c.low)), ratio.and_then(|c| end(c.high)));
        Coverage {
            rows: m.denominator.unwrap_or_default(),
            with_consent: m.numerator.unwrap_or_default(),
            share: m.value,
            low: end(m.low),
            high: end(m.high),
            reference: ratio.map(|c| c.reference.clone()),
            ratio: ratio.and_then(|c| c.value),
            ratio_low,
            ratio_high,
            clear: ratio_high.is_some_and(|high| high < 1.0) || ratio_low.is_some_and(|low| low > 1.0),
            axes: m.axes,
            group: m.group,
        }
    };
    measured.into_iter().filter(|m| m.metric == METRIC && m.undefined.as_deref() != Some("absent")).map(row).collect()
}

fn by_answer(policy: &Policy, found: &Consented, several: bool) -> Vec<CoverageBy> {
    let z = normal::critical(policy.statistics.level.approximate());
    let mut rows = Vec::new();
    for (by, values) in [("method", &found.by_method), ("notice_version", &found.by_notice)] {
        for (value, [without, with]) in values {
            let trials = Trials { hits: *with, of: with + without };
            let estimated = estimate(trials, z);
            let Estimated { share, low, high } = if several { estimated.bare() } else { estimated };
            rows.push(CoverageBy {
                by: by.to_owned(),
                value: value.clone(),
                rows: trials.of,
                with_consent: trials.hits,
                share,
                low,
                high,
            });
        }
    }
    rows
}

/// For each group, who consented and what they got.
fn balance(policy: &Policy, overall: &Cell, axes: &[AxisGroups], coverage: &[Coverage]) -> Vec<Balance> {
    let right = measurable(policy).into_iter().find(|metric| metric.id == "accuracy");
    let personal = policy.consent.as_ref().and_then(|consent| consent.personal.as_ref());
    let personal = personal.and_then(|name| outcome::find_metric(&policy.outcomes, &format!("{name}.{SHARE}")));
    let row = |covered: &Coverage| {
        let cell = if covered.axes.is_empty() {
            Some(overall)
        } else {
            let axis = axes.iter().find(|axis| axis.axes == covered.axes);
            axis.and_then(|axis| axis.groups.iter().find(|group| group.group == covered.group)).map(|group| &group.cell)
        };
        let personal = personal.zip(cell).and_then(|(metric, cell)| metric.measure(cell).ok());
        let favourable = cell.and_then(|cell| Trials { hits: cell.favourable(), of: cell.decided() }.share());
        Balance {
            axes: covered.axes.clone(),
            group: covered.group.clone(),
            consented: covered.share,
            personal: personal.map(twelve_digits),
            favourable: favourable.map(twelve_digits),
            right: right.zip(cell).and_then(|(metric, cell)| metric.measure(cell).ok()),
            reached: covered.share.zip(favourable).map(|(consented, favourable)| twelve_digits(consented * favourable)),
        }
    };
    coverage.iter().map(row).collect()
}

/// What those without consent could do to the selection rate of each group, and to how it compares: nothing is known of
/// their decisions, and of their groups only where the policy asks.
fn bounds(
    policy: &Policy,
    asked: &Consent,
    axes: &[AxisGroups],
    counted: Option<&[AxisGroups]>,
    rows_without: u64,
) -> Vec<Unknown> {
    let Some(metric) = metrics::find(METRIC).filter(|_| rows_without > 0) else { return Vec::new() };
    let mut found = Vec::new();
    for axis in axes.iter().filter(|axis| !axis.in_part) {
        let counted = counted.and_then(|axes| axes.iter().find(|counted| counted.axes == axis.axes));
        for group in axis.judged().filter(|group| !group.absent) {
            let Some(own) = metric.trials(&group.cell) else { continue };
            let reference = apart(axis, group, metric, policy.statistics.min_group);
            let reference = reference.and_then(|(view, cell)| Some((view, metric.trials(&cell)?)));
            let of = Bounded { metric, axis, group, own, reference };
            match counted.filter(|_| asked.coverage.is_some()) {
                Some(counted) => found.extend(of.in_groups(counted)),
                None => found.extend(of.anywhere(rows_without)),
            }
        }
    }
    found
}

/// A group whose rate is bounded, and whom it is compared with.
struct Bounded<'a> {
    metric: &'static Metric,
    axis: &'a AxisGroups,
    group: &'a GroupCell,
    own: Trials,
    reference: Option<(ReferenceView, Trials)>,
}

impl Bounded<'_> {
    fn row(&self, kind: &'static str, rows: u64) -> Row<'_> {
        Row { kind, metric: self.metric, axis: self.axis, group: &self.group.group, rows }
    }

    /// It is known how many rows without consent each group has.
    fn in_groups(&self, counted: &AxisGroups) -> Vec<Unknown> {
        let kind = "no-consent-in-group";
        let without = |group: &Group| {
            let found = counted.groups.iter().find(|known| known.group == *group);
            found.and_then(|known| self.metric.trials(&known.cell)).map_or(0, |trials| trials.of - trials.hits)
        };
        let own = without(&self.group.group);
        let bounded = partial::absent::rate(self.own, own);
        let mut found = vec![self.row(kind, own).value(self.own.share(), bounded)];
        let Some((view, other)) = &self.reference else { return found };
        let others = if view.group.is_empty() {
            let rest = counted.judged().filter(|known| known.group != self.group.group);
            rest.map(|known| without(&known.group)).sum()
        } else {
            without(&view.group)
        };
        let Some((own_limits, limits)) = bounded.zip(partial::absent::rate(*other, others)) else { return found };
        let row = self.row(kind, own + others);
        found.extend(Contrasted::BOTH.map(|how| {
            let bounds = match how {
                Contrasted::Ratio => partial::ratio(own_limits, limits),
                Contrasted::Difference => Some(partial::difference(own_limits, limits)),
            };
            self.contrast(&row, how, bounds, view, *other)
        }));
        found
    }

    /// Whoever has no consent could belong to any group.
    fn anywhere(&self, rows: u64) -> Vec<Unknown> {
        let row = self.row("no-consent-anywhere", rows);
        let mut found = vec![row.value(self.own.share(), partial::absent::rate(self.own, rows))];
        let Some((view, other)) = &self.reference else { return found };
        found.extend(Contrasted::BOTH.map(|how| {
            let bounds = match how {
                Contrasted::Ratio => partial::absent::ratio_anywhere(self.own, *other, rows),
                Contrasted::Difference => partial::absent::difference_anywhere(self.own, *other, rows),
            };
            self.contrast(&row, how, bounds, view, *other)
        }));
        found
    }

    fn contrast(
        &self,
        row: &Row,
        how: Contrasted,
        bounds: Option<Limits>,
        view: &ReferenceView,
        other: Trials,
    ) -> Unknown {
        row.contrast(how, contrasted(self.own.share(), other.share(), how), bounds, view)
    }
}
