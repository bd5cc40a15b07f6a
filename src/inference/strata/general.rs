//! Many groups compared over strata in one test.

use crate::inference::chi_squared::Test;
use crate::inference::trials::Trials;
use crate::inference::two_by_two::cross_difference;

/// Tests that all groups have one rate within every stratum (Landis, Heyman and Koch 1978, general association).
///
/// `d' V^-1 d` with `d_g = sum (x_g - n_g X / N)` and V the covariance of d given all margins. Groups are told apart by
/// their place in the stratum: an absent group is a count of 0 or a shorter slice. Groups that are never compared with
/// each other, not even through others, cannot be: each set of connected groups gives its size less one to the degrees
/// of freedom, which are K - 1 when all are connected. Directional, like the test of two groups, whose square it is for
/// K = 2: gaps of opposite sign cancel. None when no stratum has two groups and both outcomes.
pub fn general_association<S: AsRef<[Trials]>>(strata: &[S]) -> Option<Test> {
    let width = strata.iter().map(|s| s.as_ref().len()).max().unwrap_or(0);
    let mut gaps = vec![0.0; width];
    let mut conductance = vec![vec![0.0; width]; width];
    let mut joined: Vec<usize> = (0..width).collect();
    for stratum in strata {
        let groups: Vec<(usize, Trials)> =
            stratum.as_ref().iter().copied().enumerate().filter(|(_, t)| t.of > 0).collect();
        let hits: u64 = groups.iter().map(|(_, t)| t.hits.min(t.of)).fold(0, u64::saturating_add);
        let rows: u64 = groups.iter().map(|(_, t)| t.of).fold(0, u64::saturating_add);
        if groups.len() < 2 || hits == 0 || hits == rows {
            continue;
        }
        let all = rows as f64;
        let scale = hits as f64 * ((rows - hits) as f64 / (all - 1.0));
        let pooled = Trials { hits, of: rows };
        for &(g, t) in &groups {
            gaps[g] += cross_difference(t, pooled) / all;
            unite(&mut joined, groups[0].0, g);
            for &(h, u) in groups.iter().filter(|&&(h, _)| h != g) {
                conductance[g][h] += scale * (t.of as f64 / all) * (u.of as f64 / all);
            }
        }
    }
    test_connected(&gaps, &conductance, &joined)
}

/// Tests gaps that sum to 0 within every set of connected groups and whose covariance is the Laplacian of these weights.
///
/// Each set gives its size less one to the degrees of freedom. None where nothing is connected.
pub(in crate::inference) fn test_connected(gaps: &[f64], weights: &[Vec<f64>], joined: &[usize]) -> Option<Test> {
    let (mut chi2, mut df) = (0.0, 0);
    for root in 0..gaps.len() {
        let members: Vec<usize> = (0..gaps.len()).filter(|&g| find(joined, g) == root).collect();
        if members.len() > 1 {
            chi2 += quadratic_form(&members, gaps, weights);
            df += members.len() as u64 - 1;
        }
    }
    Test::new(chi2, df)
}

/// `d' V^-1 d` over connected groups, one of them left out because the gaps sum to 0.
///
/// V is the Laplacian of a graph: what is taken off its diagonal stands beside it with the other sign. Eliminating
/// group after group, with every diagonal summed anew from the positive weights that remain, subtracts nothing, so
/// that no digit is lost however unequal the groups are (Grassmann, Taksar and Heyman 1985).
fn quadratic_form(members: &[usize], gaps: &[f64], conductance: &[Vec<f64>]) -> f64 {
    let mut d: Vec<f64> = members.iter().map(|&g| gaps[g]).collect();
    let mut weight: Vec<Vec<f64>> =
        members.iter().map(|&g| members.iter().map(|&h| conductance[g][h]).collect()).collect();
    let mut total = 0.0;
    for k in (1..members.len()).rev() {
        let pivot: f64 = weight[k][..k].iter().sum();
        if pivot <= 0.0 {
            continue;
        }
        total += d[k] * (d[k] / pivot);
        for g in 0..k {
            let share = weight[k][g] / pivot;
            d[g] += share * d[k];
            for h in (0..k).filter(|&h| h != g) {
                weight[g][h] += share * weight[k][h];
            }
        }
    }
    total
}

fn find(joined: &[usize], mut g: usize) -> usize {
    while joined[g] != g {
        g = joined[g];
    }
    g
}

pub(in crate::inference) fn unite(joined: &mut [usize], g: usize, h: usize) {
    let (a, b) = (find(joined, g), find(joined, h));
    joined[a.max(b)] = a.min(b);
}
