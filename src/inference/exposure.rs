//! Who is seen in a ranked list? The attention that groups get when higher places are seen more.
//!
//! One list is one observation: how sure its figures are is a question of many lists, not of many places.

use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::scores::sum::{Sum, sum};

/// The attention that the place `rank`, counted from 1, gets: `1 / log2(1 + rank)`.
pub fn attention(rank: usize) -> f64 {
    1.0 / libm::log2(1.0 + rank as f64)
}

/// What a group gets of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    pub members: u64,
    /// The group's share of all attention.
    pub share: f64,
    /// The attention of a member on average; None of a group without members in the list.
    pub mean: Option<f64>,
}

/// The attention that each of `groups` groups gets in a list of the groups of its members, best place first.
///
/// Undefined without members and where a member belongs to no group. Source: Singh and Joachims 2018.
pub fn exposure(list: &[usize], groups: usize) -> Result<Vec<Exposure>, Undefined> {
    check(list, groups)?;
    let mut of = vec![(0_u64, Sum::default()); groups];
    for (place, group) in list.iter().enumerate() {
        of[*group].0 += 1;
        of[*group].1.add(attention(place + 1));
    }
    let all = sum(of.iter().map(|(_, attention)| attention.value()));
    let exposure = |(members, attention): (u64, Sum)| Exposure {
        members,
        share: attention.value() / all,
        mean: (members > 0).then(|| attention.value() / members as f64),
    };
    Ok(of.into_iter().map(exposure).collect())
}

/// The smallest mean attention of a group over the largest: 1 when members of all groups are seen alike.
///
/// Undefined for fewer than two groups with members.
pub fn exposure_ratio(exposures: &[Exposure]) -> Result<f64, Undefined> {
    let means: Vec<f64> = exposures.iter().filter_map(|of| of.mean).collect();
    if means.len() < 2 {
        return Err(if means.is_empty() { Undefined::NoRows } else { Undefined::OneGroup });
    }
    let (low, high) = means.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), m| (low.min(*m), high.max(*m)));
    Ok(low / high)
}

/// How much attention would have to move to other groups to meet the target: `sum |share - target| / 2`.
///
/// Undefined unless there is one target for each group. Source: Sapiezynski et al. 2019.
pub fn off_target(exposures: &[Exposure], target: &[f64]) -> Result<f64, Undefined> {
    if exposures.len() != target.len() {
        return Err(Undefined::Inconsistent);
    }
    finite(0.5 * sum(exposures.iter().zip(target).map(|(of, target)| (of.share - target).abs())))
}

/// The logarithm of a group's share among the first `k` places over its target.
///
/// `ln((n / k) / q)`; with `smoothed` one member more in each of the K groups, `ln(((n + 1) / (k + K)) / q)`, which exists
/// where a group has nobody there. Undefined without places, for a target that is not above 0, and, unless smoothed,
/// where the group has nobody among the first. Source: Geyik, Ambler and Kenthapadi 2019.
pub fn skew(list: &[usize], target: &[f64], k: usize, group: usize, smoothed: bool) -> Result<f64, Undefined> {
    check(list, target.len())?;
    let first = &list[..k.min(list.len())];
    let wanted = *target.get(group).ok_or(Undefined::Inconsistent)?;
    if first.is_empty() {
        return Err(Undefined::NoRows);
    }
    if wanted.is_nan() || wanted <= 0.0 {
        return Err(Undefined::NotPositive);
    }
    let members = first.iter().filter(|of| **of == group).count() as f64;
    let (places, groups) = (first.len() as f64, target.len() as f64);
    let share = if smoothed { (members + 1.0) / (places + groups) } else { members / places };
    if share <= 0.0 { Err(Undefined::NoRows) } else { Ok(libm::log(share / wanted)) }
}

/// How far the shares of the groups among the first places are from the target, averaged over all lengths of the list.
///
/// `sum_i KL(shares of the first i || target) / log2(i + 1) / sum_i 1 / log2(i + 1)`. It is not 0 even for a list that keeps to the
/// target as well as can be: it is to be read beside what chance gives. Undefined without members and where a group with
/// members has no target. Source: Geyik, Ambler and Kenthapadi 2019.
pub fn divergence(list: &[usize], target: &[f64]) -> Result<f64, Undefined> {
    check(list, target.len())?;
    if list.iter().any(|group| target[*group].is_nan() || target[*group] <= 0.0) {
        return Err(Undefined::NotPositive);
    }
    let mut members = vec![0_u64; target.len()];
    let (mut total, mut weights) = (Sum::default(), Sum::default());
    for (place, group) in list.iter().enumerate() {
        members[*group] += 1;
        let n = (place + 1) as f64;
        let part = |(count, target): (&u64, &f64)| {
            let share = *count as f64 / n;
            if *count == 0 { 0.0 } else { share * libm::log(share / target) }
        };
        let far = sum(members.iter().zip(target).map(part));
        let weight = attention(place + 1);
        total.add(far.max(0.0) * weight);
        weights.add(weight);
    }
    finite(total.value() / weights.value())
}

/// How good the order of a list is: attention times relevance over that of the best order, among the first `k` places.
///
/// Undefined without members, with a relevance below 0, and where nothing is relevant. Source: Jarvelin and Kekalainen
/// 2002, with linear gain.
pub fn discounted_gain(relevance: &[f64], k: usize) -> Result<f64, Undefined> {
    if relevance.is_empty() || k == 0 {
        return Err(Undefined::NoRows);
    }
    if !relevance.iter().all(|of| of.is_finite() && *of >= 0.0) {
        return Err(Undefined::Negative);
    }
    let gain = |list: &[f64]| sum(list.iter().take(k).enumerate().map(|(place, of)| of * attention(place + 1)));
    let mut best = relevance.to_vec();
    best.sort_by(|a, b| b.total_cmp(a));
    let most = gain(&best);
    if most <= 0.0 { Err(Undefined::NotPositive) } else { finite(gain(relevance) / most) }
}

fn check(list: &[usize], groups: usize) -> Result<(), Undefined> {
    if list.is_empty() {
        return Err(Undefined::NoRows);
    }
    if list.iter().all(|group| *group < groups) { Ok(()) } else { Err(Undefined::Inconsistent) }
}
