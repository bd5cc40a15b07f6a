//! The difference of two shares of the same rows.

use crate::inference::limits::Limits;
use crate::inference::mover::correlated_difference;
use crate::inference::share::wilson;
use crate::inference::trials::Trials;

/// Rows by whether they are hits before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    pub both: u64,
    /// Hits of the first side alone.
    pub first: u64,
    /// Hits of the second side alone.
    pub second: u64,
    pub neither: u64,
}

impl Matched {
    pub fn rows(self) -> u64 {
        self.both.saturating_add(self.first).saturating_add(self.second).saturating_add(self.neither)
    }

    /// The share of the first side less that of the second; none without rows.
    pub fn difference(self) -> Option<f64> {
        let rows = self.rows();
        (rows > 0).then(|| (self.first as f64 - self.second as f64) / rows as f64)
    }

    /// The correlation of the two sides that Newcombe's method takes: phi, drawn towards 0 by half a row where it is
    /// positive, and 0 where a side does not vary.
    pub fn correlation(self) -> f64 {
        let [a, b, c, d] = [self.both, self.first, self.second, self.neither].map(|n| n as f64);
        let margins = ((a + b) * (c + d)).sqrt() * ((a + c) * (b + d)).sqrt();
        if margins == 0.0 {
            return 0.0;
        }
        let cross = a * d - b * c;
        let cross = if cross > 0.0 { (cross - 0.5 * (a + b + c + d)).max(0.0) } else { cross };
        (cross / margins).clamp(-1.0, 1.0)
    }

    /// Newcombe's method 10: the Wilson limits of both shares, joined with their correlation.
    ///
    /// None without rows. Source: Newcombe 1998.
    pub fn newcombe(self, z: f64) -> Option<Limits> {
        let of = self.rows();
        let share = |only: u64| {
            let trials = Trials { hits: self.both.saturating_add(only), of };
            Some((trials.share()?, wilson(trials, z)?))
        };
        let ((first, l1), (second, l0)) = (share(self.first)?, share(self.second)?);
        Some(correlated_difference(first, l1, second, l0, self.correlation()))
    }

    /// Bonett and Price's limits: the Wald interval with one row added to either direction.
    ///
    /// None without rows; never beyond -1 and 1. Source: Bonett and Price 2012.
    pub fn bonett_price(self, z: f64) -> Option<Limits> {
        let rows = self.rows();
        let difference = self.difference()?;
        let of = rows as f64 + 2.0;
        let (p, q) = ((self.first as f64 + 1.0) / of, (self.second as f64 + 1.0) / of);
        let reach = z.max(0.0) * ((p + q - (p - q) * (p - q)) / of).sqrt();
        Some(Limits { low: (p - q - reach).max(-1.0), high: (p - q + reach).min(1.0) }.around(difference))
    }

    /// How many rows turned at all.
    pub fn turned(self) -> Trials {
        Trials { hits: self.first.saturating_add(self.second), of: self.rows() }
    }
}
