//! The same rows twice: what an earlier model and this one decided of them and how they scored them.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::ledger::units;
use super::{Decision, Label};
use crate::inference::paired::mcnemar::Turned;
use crate::inference::paired::shift::Shift;

/// Places of the whole numbers in which scores are multiplied: sums of 10^12 products fit into 128 bits.
const PLACES: i32 = 40;

/// The rows of a group by both decisions and label, and the sums of both scores. Merging equals reading rows together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joint {
    /// By the decision before, the decision now and the label.
    counts: [[[u64; Label::KINDS]; Decision::KINDS]; Decision::KINDS],
    moments: [Moments; Label::KINDS],
}

/// Sums over rows that have both scores. They are whole numbers, so that the order of rows cannot show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    pub rows: u64,
    /// Score now less score before, in units of 2^-85, of which every score from 2^-33 on is a whole number.
    shift: i128,
    /// Scores, their squares and their products, in units of 2^-40 and 2^-80.
    before: u128,
    after: u128,
    before_squares: u128,
    after_squares: u128,
    products: u128,
}

/// The side of a row: as the earlier model had it, or as this one has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

impl Moments {
    /// Adds so many rows that have these scores.
    pub fn push(&mut self, before: f64, after: f64, rows: u64) {
        let fixed = |score: f64| (score * libm::ldexp(1.0, PLACES)).round() as u64;
        let times = u128::from(rows);
        let (s, t) = (u128::from(fixed(before)), u128::from(fixed(after)));
        self.rows += rows;
        self.shift += (units(after) as i128 - units(before) as i128) * i128::from(rows);
        self.before += s * times;
        self.after += t * times;
        self.before_squares += s * s * times;
        self.after_squares += t * t * times;
        self.products += s * t * times;
    }

    pub fn add(&mut self, other: &Moments) {
        self.rows += other.rows;
        self.shift += other.shift;
        self.before += other.before;
        self.after += other.after;
        self.before_squares += other.before_squares;
        self.after_squares += other.after_squares;
        self.products += other.products;
    }

    /// The sums of the rows that are not in `part`, which must be a part of these.
    fn without(&self, part: &Moments) -> Moments {
        Moments {
            rows: self.rows.saturating_sub(part.rows),
            shift: self.shift - part.shift,
            before: self.before.saturating_sub(part.before),
            after: self.after.saturating_sub(part.after),
            before_squares: self.before_squares.saturating_sub(part.before_squares),
            after_squares: self.after_squares.saturating_sub(part.after_squares),
            products: self.products.saturating_sub(part.products),
        }
    }

    /// The mean score of a side; none without rows.
    pub fn mean(&self, side: Side) -> Option<f64> {
        let sum = match side {
            Side::Before => self.before,
            Side::After => self.after,
        };
        (self.rows > 0).then(|| libm::ldexp(sum as f64, -PLACES) / self.rows as f64)
    }

    /// The mean of the product of two scores of a row, each taken from its side's mean; none without rows.
    pub fn covariance(&self, one: Side, other: Side) -> Option<f64> {
        if self.rows == 0 {
            return None;
        }
        let sum = |side| BigInt::from(if side == Side::Before { self.before } else { self.after });
        let products = match (one, other) {
            (Side::Before, Side::Before) => self.before_squares,
            (Side::After, Side::After) => self.after_squares,
            _ => self.products,
        };
        // Exact before it is rounded: two large numbers that nearly cancel.
        let spread = BigInt::from(self.rows) * BigInt::from(products) - sum(one) * sum(other);
        let rows = self.rows as f64;
        Some(libm::ldexp(spread.to_f64()?, -2 * PLACES) / rows / rows)
    }

    /// Whether every row has the score it had: the sum of the squares of the changes is 0.
    pub fn is_unchanged(&self) -> bool {
        self.before_squares == self.products && self.after_squares == self.products
    }

    /// How far the scores moved; none without rows.
    pub fn shift(&self) -> Option<Shift> {
        let value = libm::ldexp(self.shift as f64, -85) / self.rows as f64;
        let squares = (self.before_squares + self.after_squares).saturating_sub(2 * self.products);
        let sum = self.after as i128 - self.before as i128;
        Shift::of_sums(self.rows, value, sum, squares, libm::ldexp(1.0, -PLACES))
    }
}

impl Joint {
    /// Adds rows that had these decisions and this label.
    pub fn push(&mut self, before: Decision, after: Decision, label: Label, rows: u64) {
        self.counts[before.index()][after.index()][label.index()] += rows;
    }

    /// Adds the sums of both scores of rows that have this label.
    pub fn push_scores(&mut self, label: Label, moments: &Moments) {
        self.moments[label.index()].add(moments);
    }

    pub fn add(&mut self, other: &Joint) {
        let theirs = other.counts.iter().flatten().flatten();
        self.counts.iter_mut().flatten().flatten().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        self.moments.iter_mut().zip(&other.moments).for_each(|(mine, theirs)| mine.add(theirs));
    }

    /// Several groups together.
    pub fn together<'a>(parts: impl IntoIterator<Item = &'a Joint>) -> Joint {
        let mut whole = Joint::default();
        parts.into_iter().for_each(|part| whole.add(part));
        whole
    }

    /// The rows that are not in `part`, which must be a part of these.
    pub fn without(&self, part: &Joint) -> Joint {
        let mut rest = self.clone();
        let theirs = part.counts.iter().flatten().flatten();
        rest.counts.iter_mut().flatten().flatten().zip(theirs).for_each(|(mine, theirs)| {
            *mine = mine.saturating_sub(*theirs);
        });
        rest.moments = std::array::from_fn(|label| self.moments[label].without(&part.moments[label]));
        rest
    }

    /// Every combination that has rows: decision before, decision now, label, rows.
    pub fn entries(&self) -> impl Iterator<Item = (Decision, Decision, Label, u64)> + '_ {
        self.counts.iter().enumerate().flat_map(|(before, of)| {
            of.iter().enumerate().flat_map(move |(after, labels)| {
                let known = labels.iter().enumerate().filter(|(_, rows)| **rows > 0);
                let (before, after) = (Decision::from_index(before), Decision::from_index(after));
                known.map(move |(label, rows)| (before, after, Label::from_index(label), *rows))
            })
        })
    }

    pub fn rows(&self) -> u64 {
        self.entries().map(|(.., rows)| rows).sum()
    }

    /// The sums of both scores of the rows with these labels.
    pub fn moments(&self, of: impl Fn(Label) -> bool) -> Moments {
        let mut sums = Moments::default();
        for (label, moments) in self.moments.iter().enumerate() {
            if of(Label::from_index(label)) {
                sums.add(moments);
            }
        }
        sums
    }

    /// Rows that turned from no to yes and back, as `is` says of a decision and the label; rows of which it says nothing
    /// on either side are in neither.
    pub fn turned(&self, is: impl Fn(Decision, Label) -> Option<bool>) -> Turned {
        let mut turned = Turned::default();
        for (before, after, label, rows) in self.entries() {
            match (is(before, label), is(after, label)) {
                (Some(false), Some(true)) => turned.forth += rows,
                (Some(true), Some(false)) => turned.back += rows,
                _ => {}
            }
        }
        turned
    }
}
