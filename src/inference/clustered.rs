//! Shares of rows that come in clusters, such as several rows of one customer.

use crate::inference::effective::{Effective, satterthwaite};
use crate::inference::linearised::{Linearised, Undefined};

/// What the clusters of one group add up to: cluster c has `n_c` rows, `x_c` of them hits.
///
/// Clusters without a row in the group are not counted. All sums are exact and add up across parts of the data, as long
/// as no cluster is split.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    pub clusters: u64,
    pub hits: u64,
    pub rows: u64,
    /// sum x_c^2
    pub hits_squared: u128,
    /// sum x_c n_c
    pub hits_rows: u128,
    /// sum n_c^2
    pub rows_squared: u128,
}

impl Clusters {
    /// Adds one cluster; one without rows changes nothing, hits beyond the rows count as the rows.
    pub fn add(&mut self, hits: u64, rows: u64) {
        if rows == 0 {
            return;
        }
        let hits = hits.min(rows);
        let (x, n) = (u128::from(hits), u128::from(rows));
        self.clusters = self.clusters.saturating_add(1);
        self.hits = self.hits.saturating_add(hits);
        self.rows = self.rows.saturating_add(rows);
        self.hits_squared = self.hits_squared.saturating_add(x * x);
        self.hits_rows = self.hits_rows.saturating_add(x * n);
        self.rows_squared = self.rows_squared.saturating_add(n * n);
    }

    /// C/(C-1), by which the variance of a sum of C clusters is corrected.
    fn correction(&self) -> f64 {
        self.clusters as f64 / (self.clusters - 1) as f64
    }
}

/// What the clusters with rows in both groups add up to: x1 hits of n1 focal, x0 of n0 reference rows each.
///
/// The default, all 0, says that no cluster has rows in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    pub clusters: u64,
    /// sum x1 x0
    pub hits_hits: u128,
    /// sum x1 n0
    pub hits_rows: u128,
    /// sum n1 x0
    pub rows_hits: u128,
    /// sum n1 n0
    pub rows_rows: u128,
}

impl Shared {
    /// Adds one cluster with its (hits, rows) in each group; one without rows in both changes nothing.
    pub fn add(&mut self, (x1, n1): (u64, u64), (x0, n0): (u64, u64)) {
        if n1 == 0 || n0 == 0 {
            return;
        }
        let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
        let (x1, x0) = (x1.min(n1), x0.min(n0));
        self.clusters = self.clusters.saturating_add(1);
        self.hits_hits = self.hits_hits.saturating_add(product(x1, x0));
        self.hits_rows = self.hits_rows.saturating_add(product(x1, n0));
        self.rows_hits = self.rows_hits.saturating_add(product(n1, x0));
        self.rows_rows = self.rows_rows.saturating_add(product(n1, n0));
    }
}

/// The share of hits among rows in clusters, with the variance that clusters, not rows, are independent.
///
/// `p = sum x_c / sum n_c`, `variance = C/(C-1) sum (x_c - p n_c)^2 / (sum n_c)^2`. The sum of squares is computed in
/// whole numbers, so that nothing cancels when clusters are alike. Judge it by
/// [`effective`](Linearised::effective), with C - 1 degrees of freedom. Sources: Liang and Zeger 1986; Rao and Scott
/// 1992 (effective counts).
///
/// # Errors
/// [`Undefined`] without rows, with a single cluster, or for sums that no clusters give or that are too large
/// (above about 5e12 rows in one cluster).
pub fn share(c: &Clusters) -> Result<Linearised, Undefined> {
    if c.rows == 0 {
        return Err(Undefined::NoRows);
    }
    if c.clusters < 2 {
        return Err(Undefined::OneCluster);
    }
    let ordered = c.hits_squared <= c.hits_rows && c.hits_rows <= c.rows_squared;
    if c.hits > c.rows || c.clusters > c.rows || !ordered || c.rows_squared < u128::from(c.rows) {
        return Err(Undefined::Inconsistent);
    }
    let moments = [c.hits_squared, c.hits_rows, c.hits_rows, c.rows_squared];
    let squares = residual_products([c.hits, c.rows], [c.hits, c.rows], moments).ok_or(Undefined::OutOfRange)?;
    let n = c.rows as f64;
    let kish = n / c.rows_squared as f64 * n;
    if squares < 0.0 || kish > c.clusters as f64 * (1.0 + 1e-9) {
        return Err(Undefined::Inconsistent);
    }
    Ok(Linearised {
        share: c.hits as f64 / n,
        complement: (c.rows - c.hits) as f64 / n,
        variance: Some(c.correction() * (squares / (n * n) / (n * n))),
        kish,
        rows: n,
        units: c.clusters,
    })
}

/// Two groups of rows in clusters, compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    pub focal: Linearised,
    pub reference: Linearised,
    /// The covariance of both shares; 0 when no cluster has rows in both groups.
    pub covariance: f64,
    /// The degrees of freedom: those of Welch and Satterthwaite, at most the number of all clusters less one.
    pub df: f64,
}

/// Compares the shares of two groups whose rows come in clusters, some of them perhaps in both groups.
///
/// Covariance: `sqrt(C1/(C1-1) C0/(C0-1)) sum (x1c - p1 n1c)(x0c - p0 n0c) / (n1 n0)`.
///
/// # Errors
/// As [`share`], of either group.
pub fn contrast(focal: &Clusters, reference: &Clusters, shared: &Shared) -> Result<Contrast, Undefined> {
    let (one, zero) = (share(focal)?, share(reference)?);
    if shared.clusters > focal.clusters.min(reference.clusters) {
        return Err(Undefined::Inconsistent);
    }
    let moments = [shared.hits_hits, shared.hits_rows, shared.rows_hits, shared.rows_rows];
    let products = residual_products([focal.hits, focal.rows], [reference.hits, reference.rows], moments)
        .ok_or(Undefined::OutOfRange)?;
    let squared = (one.rows * zero.rows) * (one.rows * zero.rows);
    let covariance = (focal.correction() * reference.correction()).sqrt() * (products / squared);
    let (v1, v0) = (one.variance.unwrap_or(0.0), zero.variance.unwrap_or(0.0));
    // No shares correlate by more than 1.
    if covariance.abs() > (v1 * v0).sqrt() * (1.0 + 1e-9) {
        return Err(Undefined::Inconsistent);
    }
    let all = (focal.clusters - shared.clusters).saturating_add(reference.clusters);
    let (df1, df0) = ((focal.clusters - 1) as f64, (reference.clusters - 1) as f64);
    let df = satterthwaite(v1, df1, v0, df0).min((all - 1) as f64);
    Ok(Contrast { focal: one, reference: zero, covariance, df })
}

impl Contrast {
    /// The variance of the difference of both shares: `v1 + v0 - 2 cov`.
    pub fn variance(&self) -> f64 {
        let [v1, v0] = self.variances();
        (v1 + v0 - 2.0 * self.covariance).max(0.0)
    }

    /// The variance of the logarithm of the ratio of both shares: `v1/p1^2 + v0/p0^2 - 2 cov/(p1 p0)`.
    ///
    /// None when either share is 0.
    pub fn log_ratio_variance(&self) -> Option<f64> {
        let ([v1, v0], [p1, p0]) = (self.variances(), [self.focal.share, self.reference.share]);
        (p1 > 0.0 && p0 > 0.0).then(|| (v1 / p1 / p1 + v0 / p0 / p0 - 2.0 * self.covariance / p1 / p0).max(0.0))
    }

    /// Both shares as effective rows for the limits and tests of their difference.
    ///
    /// With clusters in both groups the rows are multiplied by `(v1 + v0) / (v1 + v0 - 2 cov)`, so that two independent
    /// groups of that size would have the variance of the difference; no group gets more than its own rows.
    pub fn effective_for_difference(&self) -> Option<(Effective, Effective)> {
        let [v1, v0] = self.variances();
        self.resized(v1 + v0, self.variance())
    }

    /// The same for the limits and tests of the ratio, by the variance of its logarithm.
    pub fn effective_for_ratio(&self) -> Option<(Effective, Effective)> {
        let ([v1, v0], [p1, p0]) = (self.variances(), [self.focal.share, self.reference.share]);
        match self.log_ratio_variance() {
            Some(variance) => self.resized(v1 / p1 / p1 + v0 / p0 / p0, variance),
            // Without a hit the group's clusters do not vary, and its covariance is 0.
            None => self.resized(1.0, 1.0),
        }
    }

    fn variances(&self) -> [f64; 2] {
        [self.focal.variance, self.reference.variance].map(|v| v.unwrap_or(0.0))
    }

    fn resized(&self, apart: f64, together: f64) -> Option<(Effective, Effective)> {
        let factor = if apart == together { 1.0 } else { apart / together };
        let size = |l: &Linearised| {
            let of = (l.effective_rows() * factor).min(l.rows);
            l.effective()?.resized(of, self.df)
        };
        Some((size(&self.focal)?, size(&self.reference)?))
    }
}

/// `n1 n0 sum (x1c - p1 n1c)(x0c - p0 n0c)` over clusters c, exact before it is rounded.
///
/// From `[x1, n1]` and `[x0, n0]` in all and the sums over clusters of x1c x0c, x1c n0c, n1c x0c and n1c n0c. None where
/// whole numbers of 128 bits do not hold the sums.
fn residual_products([x1, n1]: [u64; 2], [x0, n0]: [u64; 2], moments: [u128; 4]) -> Option<f64> {
    let [xx, xn, nx, nn] = moments.map(|m| i128::try_from(m).ok());
    let residual = |of_x: i128, of_n: i128| of_x.checked_mul(n0.into())?.checked_sub(of_n.checked_mul(x0.into())?);
    let (x_residual, n_residual) = (residual(xx?, xn?)?, residual(nx?, nn?)?);
    (n1 < LARGEST).then(|| difference_of_products(n1, x_residual, x1, n_residual))
}

/// Sums of two products of such a number and 64 bits do not overflow.
const LARGEST: u64 = 1 << 62;

/// `a p - b q` without rounding but that of the result, for a and b below [`LARGEST`].
fn difference_of_products(a: u64, p: i128, b: u64, q: i128) -> f64 {
    let (high, low) = (|v: i128| v >> 64, |v: i128| v & i128::from(u64::MAX));
    let lower = i128::from(a) * low(p) - i128::from(b) * low(q);
    let upper = i128::from(a) * high(p) - i128::from(b) * high(q) + high(lower);
    if upper < 0 {
        return -difference_of_products(b, q, a, p);
    }
    upper as f64 * 18_446_744_073_709_551_616.0 + low(lower) as f64
}
