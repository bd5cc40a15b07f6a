//! How unequally benefits are spread: generalised entropy, within and between groups.
//!
//! The benefit of a row is its decision less its label plus 1: 0 for a false negative, 1 for a right decision, 2 for a
//! false positive. Source: Speicher et al. 2018.

use crate::inference::saddle::deviance;

/// Rows by benefit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Benefits {
    /// False negatives: benefit 0.
    pub under: u64,
    /// Right decisions: benefit 1.
    pub even: u64,
    /// False positives: benefit 2.
    pub over: u64,
}

/// An index of inequality and its parts, which sum to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inequality {
    pub total: f64,
    /// The part that is left when every row has the mean benefit of its group.
    pub between: f64,
    /// The part inside the groups, each weighted as its index demands.
    pub within: f64,
}

impl Benefits {
    fn sum(self, other: Benefits) -> Benefits {
        Benefits {
            under: self.under.saturating_add(other.under),
            even: self.even.saturating_add(other.even),
            over: self.over.saturating_add(other.over),
        }
    }

    fn rows(self) -> f64 {
        self.under as f64 + self.even as f64 + self.over as f64
    }

    fn total(self) -> f64 {
        self.even as f64 + 2.0 * self.over as f64
    }

    /// The mean benefit; none when nobody benefits.
    fn mean(self) -> Option<f64> {
        (self.total() > 0.0).then(|| self.total() / self.rows())
    }

    /// `sum (b - mean)^2 / (2 N mean^2)`, as a sum over pairs of rows, which does not cancel.
    fn squared(self) -> Option<f64> {
        let [u, e, o] = [self.under, self.even, self.over].map(|n| n as f64 / self.total());
        self.mean().map(|_| 0.5 * (u * e + 4.0 * u * o + e * o))
    }

    /// `sum (b / mean) ln(b / mean) / N`.
    fn theil(self) -> Option<f64> {
        let mean = self.mean()?;
        let counted = [(self.under, 0.0), (self.even, 1.0), (self.over, 2.0)];
        Some(counted.iter().map(|&(n, b)| n as f64 * deviance(b, mean)).sum::<f64>() / self.total())
    }
}

/// Half the squared coefficient of variation of the benefits: generalised entropy of order 2.
///
/// `[sum (b / mean)^2 / N - 1] / 2`; the coefficient of variation itself is `sqrt(2 total)`. Within: the groups' own
/// index, weighted `(n_g / N)(mean_g / mean)^2`. None without rows or when nobody benefits.
pub fn squared(groups: &[Benefits]) -> Option<Inequality> {
    let all = pooled(groups);
    let mean = all.mean()?;
    let share = |g: &Benefits| g.rows() / all.rows();
    let relative = |g: &Benefits| g.mean().unwrap_or(0.0) / mean;
    let part = |g: &Benefits| share(g) * (relative(g) * relative(g)) * g.squared().unwrap_or(0.0);
    let apart = |g: &Benefits| 0.5 * share(g) * ((relative(g) - 1.0) * (relative(g) - 1.0));
    Some(Inequality { total: all.squared()?, between: sum(groups, apart), within: sum(groups, part) })
}

/// Theil's index of the benefits: generalised entropy of order 1.
///
/// `sum (b / mean) ln(b / mean) / N` with `0 ln 0 = 0`. Within: the groups' own index, weighted by their share of all
/// benefits. None without rows or when nobody benefits.
pub fn theil(groups: &[Benefits]) -> Option<Inequality> {
    let all = pooled(groups);
    let mean = all.mean()?;
    let part = |g: &Benefits| g.total() / all.total() * g.theil().unwrap_or(0.0);
    let apart = |g: &Benefits| g.rows() / all.rows() * deviance(g.mean().unwrap_or(0.0) / mean, 1.0);
    Some(Inequality { total: all.theil()?, between: sum(groups, apart), within: sum(groups, part) })
}

/// The mean logarithmic deviation of the groups' mean benefits: generalised entropy of order 0, between groups.
///
/// `-sum (n_g / N) ln(mean_g / mean)`. Between groups only: a single row without benefit makes the total infinite. None
/// without rows, or when nobody of some group benefits.
pub fn log_deviation_between(groups: &[Benefits]) -> Option<f64> {
    let all = pooled(groups);
    let mean = all.mean()?;
    let present = groups.iter().filter(|g| g.rows() > 0.0);
    present.map(|g| Some(g.rows() / all.rows() * deviance(1.0, g.mean()? / mean))).sum()
}

fn pooled(groups: &[Benefits]) -> Benefits {
    groups.iter().fold(Benefits::default(), |all, &g| all.sum(g))
}

/// Over the groups that have rows.
fn sum(groups: &[Benefits], of: impl Fn(&Benefits) -> f64) -> f64 {
    groups.iter().filter(|g| g.rows() > 0.0).map(of).sum()
}
