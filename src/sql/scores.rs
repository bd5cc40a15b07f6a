//! Scores in a statement: read exactly, kept one by one while a cell and label have few, in narrow bands once they are many.
//!
//! A band never lies across an edge of the bins that [`crate::inference::scores::grid`] has: bands are as narrow as these
//! bins or narrower, so that whoever reads the result puts each into its bin, and the sums of their scores are exact.

use super::columns::{SCORE, SCORE_SUMS, SCORE_TO};
use super::inputs::Inputs;
use super::stage::{Stage, case};
use super::values::literal;
use crate::cell::ledger::MOST_EXACT;
use crate::cell::scores::EXACT_PARTS;

/// Below this distance from 0 or 1 there is one bin: 2^-33.
const NARROWEST: f64 = 1.0 / 8_589_934_592.0;
/// Whether a score is at least the threshold.
const ABOVE: &str = "above";
/// Bits of the parts of a score after the first, which has 22; together 85.
const PART: u32 = 21;

/// The score of a row: that of a column of single precision is what six decimals say, or the threshold where it rounds to it.
pub(super) fn point(inputs: &Inputs) -> Option<String> {
    let score = inputs.score.as_ref()?;
    let number = score.number();
    let mut whens = vec![(inputs.is_missing(score), "NULL".to_owned())];
    if let (Some(flag), Some((single, _))) = (score.single(inputs.form), inputs.form.single) {
        let mut of_single = Vec::new();
        if let Some(threshold) = threshold(inputs) {
            let rounded = literal(inputs.form, f64::from(threshold as f32));
            of_single.push((format!("{number} = {rounded}"), literal(inputs.form, threshold)));
        }
        // Added to 2^52 a number keeps its whole part alone.
        let places = format!("(({number} * 1000000 + 4503599627370496) - 4503599627370496) / 1000000");
        of_single.push((format!("CAST({places} AS {single}) = CAST({number} AS {single})"), places));
        whens.push((flag, case(&of_single, Some(&number))));
    }
    Some(case(&whens, Some(&number)))
}

pub(super) fn threshold(inputs: &Inputs) -> Option<f64> {
    inputs.policy.roles.threshold.as_ref().map(|threshold| threshold.approximate())
}

/// The stages that follow `from` where there are scores; `keys` are the columns by which rows are told apart.
pub(super) fn stages(inputs: &Inputs, from: &str, keys: &[String], sums: &[(String, String)]) -> Vec<Stage> {
    let whole = inputs.form.whole;
    let mut counted = Stage::new("counted", "every distinct score with its rows", from);
    keys.iter().for_each(|key| counted.keep(key));
    counted.keep("point");
    counted.add(&format!("CAST(SUM(n) AS {whole})"), "total");
    sums.iter().for_each(|(of_row, name)| counted.add(&format!("SUM({of_row})"), &format!("{name}_total")));
    counted.after.push(format!("GROUP BY {}, point", keys.join(", ")));

    let mut sized =
        Stage::new("sized", "how many scores a cell and label have, and how wide a band is there", "counted");
    sized.keep("counted.*");
    sized.add(&format!("COUNT(point) OVER (PARTITION BY {})", keys.join(", ")), "score_kinds");
    sized.add("CASE WHEN point < 0.5 THEN point ELSE 1 - point END", "distance");
    sized.add("point * 8796093022208 - FLOOR(point * 8796093022208)", "point_rest");

    let mut scaled = Stage::new("scaled", "bands in 1 of so many parts: 64 or more for each power of two", "sized");
    scaled.keep("sized.*");
    let widths: Vec<(String, String)> = (0..8)
        .map(|step| {
            let power = 5 + 4 * step;
            let from = literal(inputs.form, 1.0 / (1_u64 << power) as f64);
            (format!("distance >= {from}"), (1_u64 << (power + 6)).to_string())
        })
        .collect();
    scaled.add(&case(&widths, None), "parts");

    let mut banded = Stage::new("banded", "the score itself, or the lower end of its band", "scaled");
    keys.iter().for_each(|key| banded.keep(key));
    banded.keep("point");
    banded.keep("total");
    sums.iter().for_each(|(_, name)| banded.keep(&format!("{name}_total")));
    let whens = vec![
        (format!("score_kinds <= {MOST_EXACT} OR point IN (0, 1)"), "point".to_owned()),
        ("parts IS NULL AND point < 0.5".to_owned(), literal(inputs.form, NARROWEST / 2.0)),
        ("parts IS NULL AND point > 0.5".to_owned(), literal(inputs.form, 1.0 - NARROWEST / 2.0)),
        ("point < 0.5".to_owned(), "FLOOR(point * parts) / parts".to_owned()),
    ];
    banded.add(&case(&whens, Some("1 - CEIL((1 - point) * parts) / parts")), "band");
    for parts in EXACT_PARTS {
        banded.add(&part_of(parts), &part_name(parts));
    }
    if let Some(threshold) = threshold(inputs) {
        let threshold = literal(inputs.form, threshold);
        banded.add(&format!("CASE WHEN point >= {threshold} THEN 1 ELSE 0 END"), ABOVE);
    }
    // Every part is whole and below 2^22, so that sums of 10^12 rows fit and are the same in whatever order.
    let (first, two) = (1_u64 << 22, 1_u64 << PART);
    let both = first << PART;
    let parts = [
        format!("FLOOR(point * {first})"),
        format!("FLOOR(point * {both}) - {two} * FLOOR(point * {first})"),
        format!("FLOOR(point_rest * {two})"),
        format!("FLOOR(point_rest * {}) - {two} * FLOOR(point_rest * {two})", two << PART),
    ];
    for (part, name) in parts.iter().zip(SCORE_SUMS) {
        banded.add(&format!("CAST({part} AS {whole})"), &format!("{name}_part"));
    }
    vec![counted, sized, scaled, banded]
}

/// Between which two equal parts of 0 to 1 a score lies. The product may be rounded across an edge; the quotient is the edge.
fn part_of(parts: u32) -> String {
    let near = format!("FLOOR(point * {parts})");
    let whens = [
        (format!("({near} + 1) / {parts} <= point"), format!("{near} + 1")),
        (format!("{near} / {parts} > point"), format!("{near} - 1")),
    ];
    case(&whens, Some(&near))
}

fn part_name(parts: u32) -> String {
    format!("part_of_{parts}")
}

/// The columns by which scores are put together.
pub(super) fn keys(inputs: &Inputs) -> Vec<String> {
    let edges = EXACT_PARTS.into_iter().map(part_name).chain(threshold(inputs).map(|_| ABOVE.to_owned()));
    std::iter::once("band".to_owned()).chain(edges).collect()
}

/// Between which scores a line of the result lies.
pub(super) const ENDS: [(&str, &str); 2] = [("MIN(point)", SCORE), ("MAX(point)", SCORE_TO)];

/// The sums of the scores of a line.
pub(super) fn sums(inputs: &Inputs) -> impl Iterator<Item = (String, &'static str)> {
    let whole = inputs.form.whole;
    SCORE_SUMS.into_iter().map(move |name| (format!("CAST(COALESCE(SUM({name}_part * total), 0) AS {whole})"), name))
}
