//! Limits of a statistic that has no formula for them, from drawing the rows again.

use crate::inference::limits::Limits;
use crate::inference::normal;
use crate::inference::quantile::quantile;
use crate::inference::resample::binomial::multinomial;
use crate::inference::resample::stream::Streams;
use crate::inference::scores::sum::Sum;

/// The number of replicates unless another is asked for.
pub const REPLICATES: u64 = 2000;

/// A statistic with its bootstrap limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    pub estimate: f64,
    pub limits: Limits,
    /// How far, in standard deviations, the estimate lies from the middle of the replicates.
    pub bias: f64,
    /// How fast the standard error changes with the statistic.
    pub acceleration: f64,
    /// Replicates in which the statistic was defined.
    pub defined: u64,
    /// Replicates in which it was not; at most 1 %.
    pub undefined: u64,
}

/// The reason why there are no bootstrap limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// The sizes of the groups do not add up to the number of cells, or level or replicates make no sense.
    Malformed,
    /// The statistic is undefined for the data themselves.
    Statistic,
    /// The statistic was undefined in this many of so many replicates: more than 1 %.
    Replicates { undefined: u64, of: u64 },
    /// Without one of the rows the statistic would be undefined.
    Jackknife,
    /// Every replicate gave the same value: the data do not vary enough for drawing them again to say anything.
    NoVariation,
    /// A limit lies beyond the replicates drawn.
    Beyond,
}

/// The bias-corrected and accelerated bootstrap limits of a statistic of cell counts.
///
/// `groups` holds the number of cells of each group, in the order of `counts`; each group's rows are drawn again from
/// its own cells, which is what drawing rows amounts to, at a cost that rows do not add to. Limits: the replicates'
/// quantiles (type 7) at `Phi(z0 + (z0 + z) / (1 - a (z0 + z)))` for z at either end of `level`. `z0 = Phi^-1` of the
/// part of the replicates below the estimate, ties counted half. The acceleration a is exact: with `l = (n_g - 1)
/// (mean_g - theta_(-c))` for the statistic without one row of cell c, `a = sum n_c (l/n_g)^3 / (6 (sum n_c
/// (l/n_g)^2)^1.5)`; for one group that is the jackknife of Efron. A value that is not finite counts as undefined.
/// Limits of a largest or smallest over groups are not to be had this way where groups are nearly equal. Sources: Efron
/// 1987; Davison and Hinkley 1997, section 5.3.2 (groups).
///
/// # Errors
/// [`Undefined`] instead of limits that could not be trusted.
pub fn bca(
    counts: &[u64],
    groups: &[usize],
    statistic: impl Fn(&[u64]) -> Option<f64>,
    streams: &Streams,
    replicates: u64,
    level: f64,
) -> Result<Bootstrap, Undefined> {
    let cells = groups.iter().try_fold(0, |sum: usize, &size| sum.checked_add(size));
    let z = normal::critical(level);
    if cells != Some(counts.len()) || replicates == 0 || !z.is_finite() {
        return Err(Undefined::Malformed);
    }
    let statistic = |counts: &[u64]| statistic(counts).filter(|value| value.is_finite());
    let estimate = statistic(counts).ok_or(Undefined::Statistic)?;
    let sorted = draw(counts, groups, &statistic, streams, replicates);
    let defined = sorted.len() as u64;
    let undefined = replicates - defined;
    if u128::from(undefined) * 100 > u128::from(replicates) {
        return Err(Undefined::Replicates { undefined, of: replicates });
    }
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
        return Err(Undefined::Replicates { undefined, of: replicates });
    };
    if first == last {
        return Err(Undefined::NoVariation);
    }
    let below = sorted.partition_point(|&value| value < estimate);
    let ties = sorted.partition_point(|&value| value <= estimate) - below;
    let bias = normal::quantile((below as f64 + 0.5 * ties as f64) / defined as f64);
    let acceleration = acceleration(counts, groups, &statistic).ok_or(Undefined::Jackknife)?;
    // The quantile at the lower end, and the part above the quantile at the upper end: each is a tail.
    let tail = |bias: f64, acceleration: f64| {
        let shifted = bias - z;
        let stretch = 1.0 - acceleration * shifted;
        let tail = normal::cdf(bias + shifted / stretch);
        // Fewer replicates than one lie beyond such a point.
        (stretch > 0.0 && tail * (defined + 1) as f64 >= 1.0).then_some(tail)
    };
    let (low, high) = (tail(bias, acceleration), tail(-bias, -acceleration));
    let limits = low
        .zip(high)
        .and_then(|(low, high)| Some(Limits { low: quantile(&sorted, low)?, high: quantile(&sorted, 1.0 - high)? }));
    let limits = limits.ok_or(Undefined::Beyond)?;
    Ok(Bootstrap { estimate, limits, bias, acceleration, defined, undefined })
}

/// The statistic in every replicate that defines it, in ascending order.
fn draw(
    counts: &[u64],
    groups: &[usize],
    statistic: &impl Fn(&[u64]) -> Option<f64>,
    streams: &Streams,
    replicates: u64,
) -> Vec<f64> {
    let sizes: Vec<u64> = cells_of(counts, groups).map(total).collect();
    let mut drawn = vec![0; counts.len()];
    let mut values: Vec<f64> = (0..replicates)
        .filter_map(|number| {
            let mut stream = streams.replicate(number);
            let mut rest = drawn.as_mut_slice();
            for (cells, &size) in cells_of(counts, groups).zip(&sizes) {
                let (group, later) = std::mem::take(&mut rest).split_at_mut(cells.len());
                multinomial(&mut stream, size, cells, group);
                rest = later;
            }
            statistic(&drawn)
        })
        .collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// None where the statistic is undefined without one of the rows; 0 where no row changes it.
fn acceleration(counts: &[u64], groups: &[usize], statistic: &impl Fn(&[u64]) -> Option<f64>) -> Option<f64> {
    let mut without = counts.to_vec();
    let [mut cubes, mut squares] = [Sum::default(); 2];
    let mut start = 0;
    for cells in cells_of(counts, groups) {
        let n = total(cells) as f64;
        let filled: Vec<usize> = (0..cells.len()).filter(|&c| n > 1.0 && cells[c] > 0).collect();
        let mut values = Vec::with_capacity(filled.len());
        for &c in &filled {
            without[start + c] -= 1;
            values.push(statistic(&without)?);
            without[start + c] += 1;
        }
        let mut mean = Sum::default();
        filled.iter().zip(&values).for_each(|(&c, value)| mean.add(cells[c] as f64 / n * value));
        for (&c, value) in filled.iter().zip(&values) {
            let pull = (n - 1.0) / n * (mean.value() - value);
            cubes.add(cells[c] as f64 * (pull * pull * pull));
            squares.add(cells[c] as f64 * (pull * pull));
        }
        start += cells.len();
    }
    let squares = squares.value();
    Some(if squares > 0.0 { cubes.value() / (6.0 * squares * squares.sqrt()) } else { 0.0 })
}

/// The cells of each group.
fn cells_of<'a>(counts: &'a [u64], groups: &'a [usize]) -> impl Iterator<Item = &'a [u64]> {
    let mut rest = counts;
    groups.iter().map(move |&size| {
        let (cells, later) = rest.split_at(size.min(rest.len()));
        rest = later;
        cells
    })
}

fn total(cells: &[u64]) -> u64 {
    cells.iter().fold(0, |sum, &count| sum.saturating_add(count))
}
