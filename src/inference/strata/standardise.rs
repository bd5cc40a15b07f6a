//! Direct standardisation: the rates groups would have if all were spread over the strata alike.

use super::{Stratum, score};
use crate::inference::limits::Limits;
use crate::inference::trials::Trials;

/// The rate a group would have if its rows were spread over the strata as the standard population is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandardRate {
    /// `sum (W / sum W) p`, over the strata of the common support.
    pub value: f64,
    /// `sum (W / sum W)^2 p (1 - p) / n`; 0 where every rate is 0 or 1, which is no proof of certainty.
    pub variance: f64,
}

/// Standardised rates of groups, and how much of the standard population they speak of.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardised {
    /// In the order of the groups.
    pub rates: Vec<StandardRate>,
    /// The standard population's share in strata where one of the groups is absent; those strata are left out.
    pub outside: f64,
    /// Strata in which every group is present.
    pub strata: usize,
    /// The fewest rows of any group in any of these strata. Below about 5 a rate within a stratum says little, and the
    /// variances are too small.
    pub fewest: u64,
}

/// Standardises the rates of groups to one population over the strata in which every group is present.
///
/// `standard` gives the rows of the standard population in each stratum: everybody, say. Without it, it is the rows of
/// the groups themselves. A stratum's groups are told apart by their place. None without groups or without a stratum of
/// the standard population in which all are present. Source: Fleiss, Levin and Paik 2003, chapter 19.
pub fn standardise<S: AsRef<[Trials]>>(strata: &[S], standard: Option<&[u64]>) -> Option<Standardised> {
    let width = strata.iter().map(|s| s.as_ref().len()).max().unwrap_or(0);
    let own = |s: &S| s.as_ref().iter().map(|t| u128::from(t.of)).sum::<u128>();
    let of = |k: usize, s: &S| standard.map_or_else(|| own(s), |w| w.get(k).copied().unwrap_or(0).into());
    let all: u128 = strata.iter().enumerate().map(|(k, s)| of(k, s)).sum();
    let everybody = |s: &S| s.as_ref().len() == width && s.as_ref().iter().all(|t| t.of > 0);
    let inside: Vec<(u128, &[Trials])> = strata
        .iter()
        .enumerate()
        .filter(|(_, s)| everybody(s))
        .map(|(k, s)| (of(k, s), s.as_ref()))
        .filter(|&(rows, _)| rows > 0)
        .collect();
    let kept: u128 = inside.iter().map(|&(rows, _)| rows).sum();
    if width == 0 || kept == 0 {
        return None;
    }
    let rate = |g: usize| {
        let (mut value, mut variance) = (0.0, 0.0);
        for &(rows, groups) in &inside {
            let weight = rows as f64 / kept as f64;
            let (hits, n) = (groups[g].hits.min(groups[g].of), groups[g].of as f64);
            let (p, q) = (hits as f64 / n, (groups[g].of - hits) as f64 / n);
            value += weight * p;
            variance += weight * weight * (p * (q / n));
        }
        StandardRate { value: value.min(1.0), variance }
    };
    Some(Standardised {
        rates: (0..width).map(rate).collect(),
        outside: (all - kept) as f64 / all as f64,
        strata: inside.len(),
        fewest: inside.iter().flat_map(|(_, groups)| groups.iter().map(|t| t.of)).min().unwrap_or(0),
    })
}

/// Two groups' standardised rates and how they compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    pub focal: StandardRate,
    pub reference: StandardRate,
    /// Focal less reference.
    pub difference: f64,
    /// The sum of both variances.
    pub variance: f64,
    pub difference_limits: Limits,
    /// Focal over reference; +inf over 0, none for 0/0.
    pub ratio: Option<f64>,
    pub ratio_limits: Limits,
    /// As in [`Standardised`].
    pub outside: f64,
    pub strata: usize,
    pub fewest: u64,
}

/// Compares two groups' standardised rates, with limits at critical value `z`.
///
/// `standard` as in [`standardise`]. The limits are score limits with the standard population as weights
/// ([`score::ratio_limits`], [`score::difference_limits`]): they exist where a rate is 0 or 1 in every stratum, and
/// hold up in small strata, where limits from the variance would be too short. None as there.
pub fn contrast(strata: &[Stratum], standard: Option<&[u64]>, z: f64) -> Option<Contrast> {
    let groups: Vec<[Trials; 2]> = strata.iter().map(|s| [s.focal, s.reference]).collect();
    let found = standardise(&groups, standard)?;
    let [focal, reference] = found.rates.as_slice().try_into().ok()?;
    let rows = |(k, s): (usize, &Stratum)| {
        standard.map_or(s.focal.of as f64 + s.reference.of as f64, |w| w.get(k).copied().unwrap_or(0) as f64)
    };
    let weights: Vec<f64> = strata.iter().enumerate().map(rows).collect();
    let StandardRate { value: p1, variance: v1 } = focal;
    let StandardRate { value: p0, variance: v0 } = reference;
    let difference = p1 - p0;
    let ratio = (p1 > 0.0 || p0 > 0.0).then(|| p1 / p0);
    let ratio_limits = score::ratio_limits(strata, &weights, z).or(ratio.map(|r| Limits { low: r, high: r }));
    Some(Contrast {
        focal,
        reference,
        difference,
        variance: v1 + v0,
        difference_limits: score::difference_limits(strata, &weights, z)?.around(difference),
        ratio,
        ratio_limits: ratio.map_or(ratio_limits, |r| ratio_limits.map(|l| l.around(r)))?,
        outside: found.outside,
        strata: found.strata,
        fewest: found.fewest,
    })
}
