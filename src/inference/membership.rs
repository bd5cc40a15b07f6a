//! Groups known only by a probability for each row, as from surname and address (BISG).
//!
//! The weighted share is off by `-E[Cov(member, hit | proxy)] / P(member)` (Chen et al. 2019), which no amount of rows
//! reduces: it must never be shown without the bounds below or that sentence.

use crate::inference::limits::Limits;
use crate::inference::linearised::{Linearised, Undefined, Weight, weighted_rows};
use crate::inference::scores::sum::Sum;

/// Rows with one outcome: their number, the sum of their probabilities of membership and of the squares of those.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Proxied {
    pub rows: u64,
    pub sum: f64,
    pub squares: f64,
}

impl Proxied {
    /// Adds one row.
    pub fn add(&mut self, probability: f64) {
        self.rows = self.rows.saturating_add(1);
        self.sum += probability;
        self.squares += probability * probability;
    }

    fn members(self) -> Weight {
        Weight { sum: self.sum, squares: self.squares }
    }

    fn others(self) -> Weight {
        let n = self.rows as f64;
        let sum = (n - self.sum).max(0.0);
        // Where nearly everybody is a member the squares cancel; they stay between those of equal weights and of one.
        let least = if n > 0.0 { sum / n * sum } else { 0.0 };
        let most = sum.min(sum * sum).max(least);
        Weight { sum, squares: (n - 2.0 * self.sum + self.squares).max(least).min(most) }
    }

    fn is_possible(self) -> bool {
        let n = self.rows as f64;
        let room = 1.0 + 1e-9;
        let ordered = 0.0 <= self.squares && self.squares <= self.sum * room && self.sum <= n * room;
        ordered && self.sum * self.sum <= n * self.squares * room
    }
}

/// The rows of everybody, hits and misses apart, with their probabilities of belonging to one group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Membership {
    pub hits: Proxied,
    pub misses: Proxied,
}

/// What must be true of members and others with the same probability for the truth to lie between two estimates.
///
/// It is about the covariance of outcome and membership given the probability, and about that of outcome and
/// probability given membership. Nothing in the data tells whether it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// Neither covariance is negative on average.
    NeitherNegative,
    /// Neither covariance is positive on average.
    NeitherPositive,
}

/// The disparity from probabilities in two ways, and where the truth lies if the [`Assumption`] holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disparity {
    /// The difference of the weighted shares.
    pub weighted: f64,
    /// The slope of the outcome on the probability.
    pub linear: f64,
    /// From one of them to the other.
    pub between: Limits,
    /// The assumption under which the true disparity is between them.
    pub assumption: Assumption,
}

impl Membership {
    /// The share of hits among members: every row counts with its probability of being one.
    ///
    /// `sum p y / sum p`, linearised variance `sum p^2 (y - share)^2 / (sum p)^2`, effective rows `(sum p)^2 / sum p^2`.
    /// The variance knows nothing of the bias the module names. Source: Chen, Kallus, Mao, Svacha and Udell 2019.
    ///
    /// # Errors
    /// [`Undefined`] without rows, without any probability of membership, or for sums no probabilities give.
    pub fn members(&self) -> Result<Linearised, Undefined> {
        self.weighted(Proxied::members)
    }

    /// The share of hits among all others: every row counts with its probability of not being a member.
    ///
    /// # Errors
    /// As [`members`](Membership::members).
    pub fn others(&self) -> Result<Linearised, Undefined> {
        self.weighted(Proxied::others)
    }

    fn weighted(&self, weight: impl Fn(Proxied) -> Weight) -> Result<Linearised, Undefined> {
        if !(self.hits.is_possible() && self.misses.is_possible()) {
            return Err(Undefined::Inconsistent);
        }
        let rows = self.hits.rows.saturating_add(self.misses.rows);
        weighted_rows(rows, weight(self.hits), weight(self.misses), 1.0)
    }

    /// The linearised variance of the difference of the weighted shares of members and others.
    ///
    /// Both are made of the same rows, so the covariance `sum p(1-p)(y - p1)(y - p0) / (sum p sum (1-p))` counts. None
    /// where either share is undefined, or with a single row.
    pub fn weighted_variance(&self) -> Option<f64> {
        let (one, zero) = (self.members().ok()?, self.others().ok()?);
        let both = |o: Proxied| (o.sum - o.squares).max(0.0);
        let products = both(self.hits) * one.complement * zero.complement + both(self.misses) * one.share * zero.share;
        let members = self.hits.sum + self.misses.sum;
        let covariance = products / members / (one.rows - members);
        // The residuals of a row enter with opposite signs: what one share gains in it, the other loses.
        Some((one.variance? + zero.variance? - 2.0 * covariance).max(0.0))
    }

    /// The disparity between members and others, estimated from below and from above.
    ///
    /// `weighted` is the difference of the weighted shares, `linear = Cov(p, y) / Var(p)`, and `weighted = linear Var(p)
    /// / (mean p (1 - mean p))`: the weighted one is always nearer to 0. None where a weighted share is undefined or
    /// all probabilities are equal. Source: Elzayn et al. 2024.
    pub fn disparity(&self) -> Option<Disparity> {
        let (one, zero) = (self.members().ok()?, self.others().ok()?);
        let n = one.rows;
        let members = self.hits.sum + self.misses.sum;
        let (mean, rest) = (members / n, (n - members) / n);
        let spread = (self.hits.squares + self.misses.squares) / n - mean * mean;
        // Less spread than this is rounding.
        if spread <= 1e-12 * mean {
            return None;
        }
        let weighted = one.share - zero.share;
        let linear = weighted * (mean * rest / spread).max(1.0);
        let between = Limits { low: weighted.min(linear), high: weighted.max(linear) };
        let assumption = if linear >= weighted { Assumption::NeitherNegative } else { Assumption::NeitherPositive };
        Some(Disparity { weighted, linear, between, assumption })
    }
}

/// The rows of one cell of the proxy, such as a surname in a district.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    pub rows: u64,
    pub hits: u64,
    /// The expected number of members: the sum of the probabilities.
    pub members: f64,
}

/// How many rows can be members and hits at once, over all cells of the proxy.
///
/// Certain if the probabilities are right: no assumption ties membership to outcome within a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joint {
    /// The least and the greatest number of hits among members.
    pub hits: Limits,
    all_hits: f64,
    members: f64,
    others: f64,
}

/// Bounds what members and others can have received, cell by cell of the proxy.
///
/// `max(0, m + x - n) <= hits among members <= min(m, x)` for m members and x hits of n rows, summed over cells:
/// Frechet and Hoeffding's bounds. Finer cells give narrower bounds. Source: Kallus, Mao and Zhou 2022.
///
/// # Errors
/// [`Undefined`] without rows, or for more hits or members than rows.
pub fn joint(cells: impl IntoIterator<Item = Cell>) -> Result<Joint, Undefined> {
    let [mut low, mut high, mut members, mut others] = [Sum::default(); 4];
    let mut hits = 0.0;
    for cell in cells {
        let (n, x, m) = (cell.rows as f64, cell.hits as f64, cell.members);
        if cell.hits > cell.rows || !(0.0..=n * (1.0 + 1e-9)).contains(&m) {
            return Err(Undefined::Inconsistent);
        }
        let m = m.min(n);
        low.add((m - (cell.rows - cell.hits) as f64).max(0.0));
        high.add(m.min(x));
        members.add(m);
        others.add(n - m);
        hits += x;
    }
    let (members, others) = (members.value(), others.value());
    if members + others <= 0.0 {
        return Err(Undefined::NoRows);
    }
    let (low, high) = (low.value(), high.value());
    Ok(Joint { hits: Limits { low, high: high.max(low) }, all_hits: hits, members, others })
}

impl Joint {
    /// The share of hits among members. None without members.
    pub fn members(&self) -> Option<Limits> {
        self.bounded(|hits| share(hits, self.members))
    }

    /// The share of hits among others. None without others.
    pub fn others(&self) -> Option<Limits> {
        self.bounded(|hits| share(self.all_hits - hits, self.others)).map(|l| Limits { low: l.high, high: l.low })
    }

    /// The share among members minus the share among others: a hit that is not a member's is another's.
    ///
    /// None without members or without others.
    pub fn disparity(&self) -> Option<Limits> {
        self.bounded(|hits| Some(share(hits, self.members)? - share(self.all_hits - hits, self.others)?))
    }

    fn bounded(&self, quantity: impl Fn(f64) -> Option<f64>) -> Option<Limits> {
        Some(Limits { low: quantity(self.hits.low)?, high: quantity(self.hits.high)? })
    }
}

fn share(hits: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| (hits / of).clamp(0.0, 1.0))
}
