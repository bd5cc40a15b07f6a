//! A share whose variance comes from the spread of its units: rows with weights, or clusters of rows.

use crate::inference::effective::Effective;

/// The reason why a share from weights, clusters or probable memberships does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// There is no row to compute from.
    NoRows,
    /// All rows belong to one cluster, so that nothing says how clusters differ.
    OneCluster,
    /// The weights sum to 0.
    NoWeight,
    /// Some weight is negative.
    NegativeWeight,
    /// No rows could have given these sums.
    Inconsistent,
    /// The sums are too large or too small to compute with.
    OutOfRange,
}

/// A share with its linearised variance.
///
/// `p = sum t_u / sum w_u` over units u with total t and weight w; variance `correction * sum (t_u - p w_u)^2 / (sum
/// w)^2`. One core for weighted rows (each a unit), clusters and probable members.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linearised {
    pub share: f64,
    /// 1 - share, with digits of its own.
    pub complement: f64,
    /// None with a single unit.
    pub variance: Option<f64>,
    /// Kish's effective number of units: `(sum w)^2 / sum w^2`, between 1 and the number of units.
    pub kish: f64,
    /// The rows counted, weights aside.
    pub rows: f64,
    /// The clusters; the rows where each is a unit of its own.
    pub units: u64,
}

impl Linearised {
    /// How many times larger the variance is than that of as many independent, equally weighted rows.
    ///
    /// `variance / (p(1-p)/n)`. None where that has no variance (p of 0 or 1), or with a single unit.
    pub fn design_effect(&self) -> Option<f64> {
        let simple = self.share * self.complement / self.rows;
        self.variance.filter(|_| simple > 0.0).map(|variance| variance / simple)
    }

    /// The number of independent rows that would give the share the same variance: `p(1-p) / variance`.
    ///
    /// [`kish`](Linearised::kish) where p is 0 or 1 or the variance 0, because then the units show no spread to judge
    /// by. Never below 1 nor above the rows counted.
    pub fn effective_rows(&self) -> f64 {
        let spread = self.share * self.complement;
        let rows = match self.variance {
            Some(variance) if spread > 0.0 && variance > 0.0 => spread / variance,
            _ => self.kish,
        };
        // Not clamp: rows below 1 would be an error of the caller, not a reason to panic.
        rows.max(1.0).min(self.rows)
    }

    /// The share as [`effective_rows`](Linearised::effective_rows), its variance known from the units less one.
    ///
    /// What clusters are judged by. None with a single unit.
    pub fn effective(&self) -> Option<Effective> {
        let df = self.units.saturating_sub(1) as f64;
        Effective::with(self.share, self.complement, self.effective_rows(), df)
    }

    /// The share as Kish's effective number of rows.
    ///
    /// What weights are judged by: with equal weights it is the counted share itself. The variance is taken to be a
    /// function of the share, so the degrees of freedom are +inf.
    pub fn kish_effective(&self) -> Option<Effective> {
        Effective::with(self.share, self.complement, self.kish.max(1.0).min(self.rows), f64::INFINITY)
    }
}

/// The weights of some rows: their sum and the sum of their squares.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weight {
    pub sum: f64,
    pub squares: f64,
}

impl Weight {
    /// Adds one row.
    pub fn add(&mut self, weight: f64) {
        self.sum += weight;
        self.squares += weight * weight;
    }

    fn is_number(self) -> bool {
        self.sum.is_finite() && self.squares.is_finite()
    }
}

/// The share of weighted rows from the weights of the hits and of the misses, each row a unit.
///
/// Hits and misses apart, not hits and all, so that the variance `correction * (q^2 sum w^2 over hits + p^2 sum w^2 over
/// misses) / (sum w)^2` never cancels. The variance is None for a single row.
pub(super) fn weighted_rows(rows: u64, hits: Weight, misses: Weight, correction: f64) -> Result<Linearised, Undefined> {
    if rows == 0 {
        return Err(Undefined::NoRows);
    }
    if !(hits.is_number() && misses.is_number()) {
        return Err(Undefined::OutOfRange);
    }
    if hits.sum < 0.0 || misses.sum < 0.0 {
        return Err(Undefined::NegativeWeight);
    }
    let (sum, squares) = (hits.sum + misses.sum, hits.squares + misses.squares);
    if sum == 0.0 {
        return if squares == 0.0 { Err(Undefined::NoWeight) } else { Err(Undefined::NegativeWeight) };
    }
    let kish = sum / squares * sum;
    if !kish.is_finite() || squares < f64::MIN_POSITIVE {
        return Err(Undefined::OutOfRange);
    }
    // Weights of both signs sum to less than their squares allow; more rows than there are exceed them.
    if kish < 1.0 - ROUNDING {
        return Err(Undefined::NegativeWeight);
    }
    if kish > rows as f64 * (1.0 + ROUNDING) || hits.squares < 0.0 || misses.squares < 0.0 {
        return Err(Undefined::Inconsistent);
    }
    let (p, q) = (hits.sum / sum, misses.sum / sum);
    let spread = q * q * (hits.squares / sum) + p * p * (misses.squares / sum);
    Ok(Linearised {
        share: p,
        complement: q,
        variance: (rows > 1).then_some(correction * (spread / sum)),
        kish,
        rows: rows as f64,
        units: rows,
    })
}

/// How far sums of weights may be off from rounding, relatively.
const ROUNDING: f64 = 1e-6;
