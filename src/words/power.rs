//! The section of power: what could this review have seen, and what would it need?

use super::cases::Cases;
use super::numbers::{about, chance, count, short_decimal};
use super::outcomes::Telling;
use super::page::{Block, Table};
use super::sentences::{group_name, limits, lower_first, number, reference_name, upper_first};
use super::tables::{check_names, mark, subject};
use crate::metrics;
use crate::result::{CheckRow, Document, Verdict};

/// Rows told as sentences; all are in the table.
const TOLD: usize = 3;

/// The sentences and the table; none where no check judges shares by an interval.
pub fn power(document: &Document) -> Vec<Block> {
    let rows: Vec<&CheckRow> = document.checks.iter().filter(|row| is_told(row)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let lead = format!(
        "A review finds only what its numbers are large enough to show. What is told here is told for a chance of {} (`power`): \
         in that share of reviews like this one, a gap that wide would have been shown to be beyond its limit. Each row is looked \
         at alone; where many are judged together, a gap has to be wider still (`evenhand explain smallest_detectable` says how).",
        percent_of(document.policy.power)
    );
    let mut told = rows.clone();
    told.sort_by(|a, b| {
        let parity = |row: &CheckRow| row.power_at_parity.unwrap_or(1.0);
        importance(a).cmp(&importance(b)).then_with(|| parity(a).total_cmp(&parity(b)))
    });
    told.truncate(TOLD);
    let sentences = told.iter().map(|row| sentence(document, row)).collect();
    vec![Block::Paragraph(lead), Block::List(sentences), Block::Table(table(document, &rows))]
}

/// Whether the row was judged by an interval of shares, so that its power is known.
fn is_told(row: &CheckRow) -> bool {
    let of_value = row.contrast == "value" && (row.smallest_detectable.is_some() || row.rows_needed.is_some());
    row.p_value.is_some() && (of_value || row.power_at_parity.is_some())
}

/// What cannot be told yet comes first, then what was not shown to be beyond.
fn importance(row: &CheckRow) -> u8 {
    match (row.verdict, row.leaning) {
        (Verdict::Inconclusive, Some(Verdict::NotMet)) => 0,
        (Verdict::Inconclusive, _) => 1,
        (Verdict::Met, _) => 2,
        _ => 3,
    }
}

/// "With 137 people of sex Female, this review could only be counted on to show …"
fn sentence(document: &Document, row: &CheckRow) -> String {
    let group = group_name(&row.axes, &row.group);
    let cases = Cases::of(document, &row.axes);
    let group = (!row.axes.is_empty()).then_some(group.as_str());
    let with = format!("With {}", cases.of_group(row.rows, group));
    let mut words = match row.smallest_detectable {
        Some(value) => format!("{with}, this review could only be counted on to show {}.", gap(document, row, value)),
        None => format!("{with}, this review could not be counted on to show any gap, however wide."),
    };
    if let Some(parity) = row.power_at_parity {
        let within = match row.contrast.as_str() {
            "ratio" => "the ratio",
            _ => "the difference",
        };
        let chance = chance(parity);
        words.push_str(&format!(
            " Had both rates been exactly the same, it would have shown {within} to be within the limits with a chance of {chance}."
        ));
    }
    if let Some(needed) = row.rows_needed {
        let others = if row.reference.is_some() { ", and of the others in proportion," } else { "" };
        let more = upper_first(&cases.more(needed));
        words.push_str(&format!(" {more}{others} would tell, if the estimate is right."));
    } else if is_open(row) {
        words.push_str(" The estimate lies so near to the limit that no number of cases would tell.");
    }
    words
}

/// Whether more cases could decide the row.
fn is_open(row: &CheckRow) -> bool {
    row.verdict == Verdict::Inconclusive && row.leaning.is_some()
}

/// The smallest gap: `a selection rate 0.55 times that of sex Male, or lower`.
fn gap(document: &Document, row: &CheckRow, value: f64) -> String {
    let name = match Telling::of(document, &row.metric) {
        Some(telling) => telling.bare_noun(),
        None => lower_first(metrics::find(&row.metric).map_or(row.metric.as_str(), |metric| metric.name)),
    };
    let reference = row.reference.as_ref().map(|r| reference_name(&row.axes, r)).unwrap_or_default();
    let side = if is_below(row, value) { "lower" } else { "higher" };
    match row.contrast.as_str() {
        "ratio" => format!("a {name} {} times that of {reference}, or {side}", number(row, value)),
        "difference" => {
            let points = number(row, value.abs()).replace(" pp", " percentage points");
            format!("a {name} {points} {side} than that of {reference}, or more")
        }
        _ => format!("a {name} of {}, or {side}", number(row, value)),
    }
}

fn is_below(row: &CheckRow, value: f64) -> bool {
    row.min.is_some_and(|min| value < min)
}

fn table(document: &Document, rows: &[&CheckRow]) -> Table {
    let most = Cases::of_most(document);
    let (cases, needed) = (format!(">{}", most.head()), format!(">More {} that would tell", most.noun()));
    let surely = format!("Shown with a chance of {}", percent_of(document.policy.power));
    let heads = [
        "Verdict",
        "Check",
        "Group",
        "Compared with",
        &cases,
        "Limits",
        &surely,
        ">Chance to be shown within, if exactly alike",
        &needed,
    ];
    let mut table = Table::new("What each check could have seen", &heads);
    let name = check_names(document);
    for row in rows {
        let dash = || "–".to_owned();
        let nearest = |value: f64| {
            let side = if is_below(row, value) { "or lower" } else { "or higher" };
            format!("{} {side}", number(row, value))
        };
        table.rows.push(vec![
            mark(row),
            name(row),
            subject(row),
            row.reference.as_ref().map_or_else(dash, |r| reference_name(&row.axes, r)),
            Cases::of(document, &row.axes).in_column(most, row.rows),
            limits(row),
            row.smallest_detectable.map_or_else(|| "no gap".to_owned(), nearest),
            row.power_at_parity.map_or_else(dash, chance),
            match row.rows_needed {
                Some(needed) => format!("about {}", count(about(needed))),
                None if is_open(row) => "no number".to_owned(),
                None => dash(),
            },
        ]);
    }
    table
}

/// A power as it is written: 80%.
fn percent_of(power: f64) -> String {
    format!("{}%", short_decimal(100.0 * power))
}
