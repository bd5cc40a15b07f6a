//! Weights in a statement: whole numbers of 2^-40 in three parts, so that sums do not depend on the order of addition.

use super::columns::{SQUARES, WEIGHTS};
use super::inputs::Inputs;
use super::stage::Stage;

/// Bits of the second and the third part.
const PART: u64 = 1 << 20;

/// Adds the parts of the weight of a row to a stage; `masked` keeps faults out.
pub(super) fn add_parts(inputs: &Inputs, stage: &mut Stage, masked: impl Fn(&str) -> String) {
    let Some(weight) = &inputs.weight else { return };
    let w = weight.number();
    let whole = inputs.form.whole;
    let rest = format!("({w} * {PART} - FLOOR({w} * {PART})) * {PART}");
    // Half a unit is rounded up.
    let third = format!("FLOOR({rest}) + CASE WHEN {rest} - FLOOR({rest}) >= 0.5 THEN 1 ELSE 0 END");
    let parts = [format!("FLOOR({w})"), format!("FLOOR({w} * {PART}) - {PART} * FLOOR({w})"), third];
    for (place, part) in parts.iter().enumerate() {
        stage.add(&masked(&format!("CAST({part} AS {whole})")), &name(place));
    }
}

/// The column of a part.
fn name(place: usize) -> String {
    format!("w{}", place + 1)
}

/// What is added up of each row, and the column of the result.
pub(super) fn sums(inputs: &Inputs) -> Vec<(String, String)> {
    if inputs.weight.is_none() || inputs.unit.is_some() {
        return Vec::new();
    }
    let wide = inputs.form.wide;
    let parts =
        WEIGHTS.iter().enumerate().map(|(place, of)| (format!("CAST({} AS {wide})", name(place)), (*of).to_owned()));
    let products = SQUARES
        .iter()
        .map(|(of, one, other)| (format!("CAST({} * {} AS {wide})", name(*one), name(*other)), (*of).to_owned()));
    parts.chain(products).collect()
}

/// The weight of several rows of a person together, or of one, in units of 2^-40.
pub(super) fn quantity(inputs: &Inputs, of: impl Fn(&str) -> String) -> String {
    let wide = inputs.form.wide;
    let part = |place: usize| of(&format!("CAST({} AS {wide})", name(place)));
    format!("{} * {} + {} * {PART} + {}", part(0), PART * PART, part(1), part(2))
}
