//! How unequally the benefit of decisions is spread, and how much of it lies between groups: an index without a closed
//! interval, so that its limits come from drawing the counts again.

use super::groups::AxisGroups;
use crate::cell::Cell;
use crate::inference::entropy::{self, Benefits};
use crate::inference::resample::bootstrap::{self, Undefined};
use crate::inference::resample::stream::Streams;
use crate::policy::Policy;
use crate::result::Inequality;
use crate::result::number::{limit, twelve_digits};

/// The index of everybody and its part between the groups of each axis; nothing without labels, or where no draws are
/// asked for, or where rows are not alike.
pub fn spread_benefits(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) -> Vec<Inequality> {
    let draws = policy.statistics.replicates;
    if draws == 0 || policy.roles.label.is_none() || overall.design().is_some() {
        return Vec::new();
    }
    let total = |groups: &[Benefits]| entropy::squared(groups).map(|index| index.total);
    let between = |groups: &[Benefits]| entropy::squared(groups).map(|index| index.between);
    let mut found = vec![measure(policy, &[], &[overall], total)];
    for axis in axes.iter().filter(|axis| !axis.in_part) {
        let groups: Vec<&Cell> = axis.groups.iter().filter(|group| !group.absent).map(|group| &group.cell).collect();
        found.push(measure(policy, &axis.axes, &groups, between));
    }
    found
}

fn measure(
    policy: &Policy,
    axes: &[String],
    groups: &[&Cell],
    index: impl Fn(&[Benefits]) -> Option<f64>,
) -> Inequality {
    let counts: Vec<u64> = groups.iter().flat_map(|cell| benefits(cell)).collect();
    let of_counts = |counts: &[u64]| {
        let groups: Vec<Benefits> =
            counts.chunks_exact(3).map(|c| Benefits { under: c[0], even: c[1], over: c[2] }).collect();
        index(&groups)
    };
    let statistics = &policy.statistics;
    let streams = Streams::new(statistics.seed, &format!("generalized-entropy {}", axes.join(":")));
    let level = statistics.level.approximate();
    // Rows are drawn from everybody, so that the groups' sizes vary as well.
    let drawn = bootstrap::bca(&counts, &[counts.len()], of_counts, &streams, statistics.replicates, level);
    let reason = drawn.err().map(|reason| match reason {
        Undefined::Statistic | Undefined::Malformed => {
            "nobody benefits, or there is no row with a decision and a label"
        }
        Undefined::Replicates { .. } => "the index was undefined in more than 1 % of the draws",
        Undefined::Jackknife => "without a single row the index would be undefined",
        Undefined::NoVariation => "every draw gave the same index",
        Undefined::Beyond => "a limit lies beyond the draws; more of them are needed",
    });
    Inequality {
        axes: axes.to_vec(),
        value: of_counts(&counts).map(twelve_digits),
        low: drawn.ok().and_then(|drawn| limit(drawn.limits.low.max(0.0))),
        high: drawn.ok().and_then(|drawn| limit(drawn.limits.high)),
        method: "bca-bootstrap".to_owned(),
        draws: statistics.replicates,
        undefined_draws: drawn.map_or(0, |drawn| drawn.undefined),
        without_interval: reason.map(str::to_owned),
    }
}

/// Rows by benefit: missed, decided as it turned out, selected although it turned out otherwise.
fn benefits(cell: &Cell) -> [u64; 3] {
    let confusion = cell.confusion();
    [confusion.false_neg, confusion.true_pos + confusion.true_neg, confusion.false_pos]
}
