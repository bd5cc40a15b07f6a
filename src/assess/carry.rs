//! A group against all others and against everybody, in whom it has a part: what one contrast says of the other.

use super::contrast::Contrasted;

/// A contrast with the others → the contrast with everybody, of whom the group is the part `weight`.
pub fn carry(how: Contrasted, value: f64, weight: f64) -> f64 {
    match how {
        Contrasted::Difference => (1.0 - weight) * value,
        Contrasted::Ratio if value.is_infinite() => {
            if weight > 0.0 {
                1.0 / weight
            } else {
                f64::INFINITY
            }
        }
        Contrasted::Ratio => value / (weight * value + 1.0 - weight),
    }
}

/// The contrast with the others that belongs to a contrast with everybody; none when it is out of reach.
pub fn bring_back(how: Contrasted, bound: f64, weight: f64) -> Option<f64> {
    match how {
        Contrasted::Difference => (weight < 1.0).then(|| bound / (1.0 - weight)),
        Contrasted::Ratio => {
            let left = 1.0 - bound * weight;
            (left > 0.0).then(|| bound * (1.0 - weight) / left)
        }
    }
}
