//! Every copied oracle row about clusters, weights and probable membership: a row without a runner, or a figure without
//! a check, fails.

use crate::support_oracles::{check, numbers};
use evenhand::inference::clustered::{self, Clusters, Contrast, Shared};
use evenhand::inference::limits::Limits;
use evenhand::inference::linearised::{Linearised, Weight};
use evenhand::inference::membership::{Cell, Membership, Proxied, joint};
use evenhand::inference::{normal, share, student, weighted};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn ends(limits: Limits) -> Value {
    json!([limits.low, limits.high])
}

/// The rows as clusters of groups a and b; b is the focal group.
///
/// The oracle corrects every variance by all 11 clusters, whether or not they have rows in the group, so that all of
/// them are declared as clusters of both groups.
fn clusters(i: &Value) -> (Clusters, Clusters, Shared) {
    let (x, cluster) = (numbers(&i["x"]), numbers(&i["cluster"]));
    let mut counts: BTreeMap<u64, [(u64, u64); 2]> = BTreeMap::new();
    for (row, group) in i["group"].as_array().expect("groups").iter().enumerate() {
        let cell = &mut counts.entry(cluster[row] as u64).or_default()[usize::from(group == "b")];
        *cell = (cell.0 + x[row] as u64, cell.1 + 1);
    }
    let (mut a, mut b, mut shared) = (Clusters::default(), Clusters::default(), Shared::default());
    for &[in_a, in_b] in counts.values() {
        a.add(in_a.0, in_a.1);
        b.add(in_b.0, in_b.1);
        shared.add(in_b, in_a);
    }
    let all = counts.len() as u64;
    (Clusters { clusters: all, ..a }, Clusters { clusters: all, ..b }, Shared { clusters: all, ..shared })
}

fn contrast(i: &Value) -> Contrast {
    let (a, b, shared) = clusters(i);
    clustered::contrast(&b, &a, &shared).expect("a contrast")
}

fn cluster_robust_proportions(i: &Value) -> Value {
    let c = contrast(i);
    let variance = |l: &Linearised| l.variance.expect("clusters");
    json!({
        "p": { "a": c.reference.share, "b": c.focal.share },
        "cov": [[variance(&c.reference), c.covariance], [c.covariance, variance(&c.focal)]],
        "var_diff": c.variance(), "var_log_ratio_b_over_a": c.log_ratio_variance(),
        "deff": { "a": c.reference.design_effect(), "b": c.focal.design_effect() },
        "n_eff": { "a": c.reference.effective_rows(), "b": c.focal.effective_rows() },
        "df": c.df,
    })
}

fn cluster_tests(i: &Value) -> Value {
    let c = contrast(i);
    let z = (c.focal.share - c.reference.share) / c.variance().sqrt();
    let reach = student::critical(0.95, c.df) * c.log_ratio_variance().expect("hits").sqrt();
    let (ratio, factor) = (c.focal.share / c.reference.share, libm::exp(reach));
    let wilson = |l: &Linearised| {
        let effective = l.effective().expect("clusters");
        ends(share::wilson(effective, normal::critical(0.95)).expect("rows"))
    };
    json!({
        "z_diff": z, "p_t": student::two_sided(z, c.df), "ratio_ci_log_t": [ratio / factor, ratio * factor],
        "wilson_neff_a": wilson(&c.reference), "wilson_neff_b": wilson(&c.focal),
    })
}

fn weighted_proportion(i: &Value) -> Value {
    let (x, w) = (numbers(&i["x"]), numbers(&i["w"]));
    let [mut hits, mut misses] = [Weight::default(); 2];
    for (&x, &w) in x.iter().zip(&w) {
        if x > 0.0 { hits.add(w) } else { misses.add(w) }
    }
    let l = weighted::share(x.len() as u64, hits, misses).expect("weights");
    let effective = l.kish_effective().expect("weights");
    json!({
        "p": l.share, "var_linearised": l.variance, "kish_n_eff": l.kish,
        "kish_deff": weighted::kish_design_effect(&l), "n_eff_from_variance": l.effective_rows(),
        "wilson_on_kish": ends(share::wilson(effective, normal::critical(0.95)).expect("rows")),
    })
}

fn proxy_membership(i: &Value) -> Value {
    let (probability, y, cell) = (numbers(&i["prob"]), numbers(&i["y"]), numbers(&i["cell"]));
    let [mut hits, mut misses] = [Proxied::default(); 2];
    let mut cells: BTreeMap<u64, Cell> = BTreeMap::new();
    for row in 0..y.len() {
        let (p, hit) = (probability[row], y[row] > 0.0);
        if hit {
            hits.add(p)
        } else {
            misses.add(p)
        }
        let cell = cells.entry(cell[row] as u64).or_insert(Cell { rows: 0, hits: 0, members: 0.0 });
        (cell.rows, cell.hits, cell.members) = (cell.rows + 1, cell.hits + u64::from(hit), cell.members + p);
    }
    let membership = Membership { hits, misses };
    let (members, others) = (membership.members().expect("members"), membership.others().expect("others"));
    let disparity = membership.disparity().expect("both");
    let bounds = joint(cells.into_values()).expect("cells");
    json!({
        "weighted": { "g": members.share, "not_g": others.share },
        "disparity_weighted": disparity.weighted, "disparity_linear": disparity.linear,
        "frechet_rate_g": ends(bounds.members().expect("members")),
        "frechet_disparity": ends(bounds.disparity().expect("both")),
        "effective_n_g": members.kish,
        // Not offered, because it discards the probabilities: by its definition.
        "threshold_0p5": { "g": mean(&probability, &y, |p| p > 0.5), "not_g": mean(&probability, &y, |p| p <= 0.5) },
    })
}

fn mean(probability: &[f64], y: &[f64], is_in: impl Fn(f64) -> bool) -> f64 {
    let chosen: Vec<f64> = probability.iter().zip(y).filter(|(p, _)| is_in(**p)).map(|(_, y)| *y).collect();
    chosen.iter().sum::<f64>() / chosen.len() as f64
}

fn run(function: &str, i: &Value) -> Option<Value> {
    Some(match function {
        "cluster_robust_proportions" => cluster_robust_proportions(i),
        "cluster_tests" => cluster_tests(i),
        "weighted_proportion" => weighted_proportion(i),
        "proxy_membership" => proxy_membership(i),
        _ => return None,
    })
}

#[test]
fn designs_agree_with_other_libraries() {
    let rows = include_str!("oracles/design.json");
    assert_eq!(rows.matches("\"id\":").count(), 4);
    check(rows, &[], run);
}
