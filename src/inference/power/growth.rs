//! How many more rows would be enough?

/// Data beyond this many rows of a group are not worth waiting for.
const MOST: u64 = 1_000_000_000;

/// How far data must grow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// By which every group is multiplied; 1 where the data are enough.
    pub factor: f64,
    /// How many more rows that is of the group that was asked about.
    pub more: u64,
}

/// The smallest growth of a group of `rows`, by whole rows, that reaches the wanted power.
///
/// `power(factor)` is the power when everything has grown by that factor. Doubles the rows until it is enough, then
/// halves the step between. None for no rows, when no number of rows up to 10^9 is enough, or where the power is not
/// defined.
pub fn growth(rows: u64, wanted: f64, power: impl Fn(f64) -> Option<f64>) -> Option<Growth> {
    if rows == 0 {
        return None;
    }
    let factor = |n: u64| n as f64 / rows as f64;
    let enough = |n: u64| power(factor(n)).map(|power| power >= wanted);
    let (mut few, mut many) = (rows, rows);
    while !enough(many)? {
        if many >= MOST {
            return None;
        }
        few = many;
        many = many.saturating_mul(2).min(MOST);
    }
    while many - few > 1 {
        let between = few + (many - few) / 2;
        if enough(between)? { many = between } else { few = between }
    }
    Some(Growth { factor: factor(many), more: many - rows })
}
