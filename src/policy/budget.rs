//! A budget: money for so many, and who gets it by score.

use num_traits::{One, ToPrimitive};

use crate::exact::Exact;

/// How many rows with the highest scores there is money for, one or several numbers, and what becomes of a tie.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Shares of the rows with a score (up to 1), or numbers of rows (above 1).
    pub top: Vec<Exact>,
    pub ties: Ties,
}

/// What becomes of rows with the same score of which only some fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// None of them is reached, so that at most as many are as there is money for.
    Out,
    /// All of them are reached, so that at least as many are.
    In,
}

impl Ties {
    pub const NAMES: &[&str] = &["out", "in"];

    pub fn name(self) -> &'static str {
        match self {
            Ties::Out => "out",
            Ties::In => "in",
        }
    }
}

/// Whether an entry of `top` is a share of the rows, not a number of them.
pub fn is_share(top: &Exact) -> bool {
    top.value <= One::one()
}

/// For how many of so many rows there is money: a share is rounded down to whole rows.
pub fn rows_asked(top: &Exact, rows: u64) -> u64 {
    let asked = if is_share(top) { &top.value * num_bigint::BigInt::from(rows) } else { top.value.clone() };
    // A number that u64 cannot hold is more than anybody has rows.
    asked.floor().to_integer().to_u64().unwrap_or(u64::MAX)
}
