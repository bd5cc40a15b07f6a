//! The figures of what changed: the change of every row of a check with its interval.

use std::collections::BTreeMap;

use super::change::{ends, is_share, shift, shown};
use super::numbers::{count, level};
use super::sentences::group_name;
use crate::figures::figure::{Heads, Kind};
use crate::figures::{Drawing, Estimate, Figure, Panel, Row, Scale};
use crate::metrics;
use crate::result::{Change, CheckChange, Mark};

/// Rows of a figure; of more those that changed most are drawn.
const MOST: usize = 20;
/// Figures of one report.
const FIGURES: usize = 6;

/// A figure for each check and metric that has changes with an interval.
pub fn forests(change: &Change, confidence: f64) -> Vec<Figure> {
    let drawn = |row: &&CheckChange| row.change.is_some() && (row.low.is_some() || row.high.is_some());
    let mut order: Vec<(&str, &str)> = Vec::new();
    let mut rows: BTreeMap<(&str, &str), Vec<&CheckChange>> = BTreeMap::new();
    for row in change.checks.iter().filter(drawn) {
        let of = (row.id.as_str(), row.metric.as_str());
        if !rows.contains_key(&of) {
            order.push(of);
        }
        rows.entry(of).or_default().push(row);
    }
    let figures = order.into_iter().filter_map(|of| forest(rows.remove(&of)?, confidence));
    figures.take(FIGURES).collect()
}

fn forest(mut rows: Vec<&CheckChange>, confidence: f64) -> Option<Figure> {
    let all = rows.len();
    let size = |row: &CheckChange| row.change.unwrap_or(0.0).abs();
    if all > MOST {
        rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
        rows.truncate(MOST);
    }
    let largest = *rows.iter().max_by(|a, b| size(a).total_cmp(&size(b)))?;
    let (id, contrast) = (&largest.id, &largest.contrast);
    let metric = metrics::find(&largest.metric).map_or(largest.metric.as_str(), |metric| metric.name);
    let numbers = rows.iter().flat_map(|row| [row.change, row.low, row.high]).flatten();
    let in_points = is_share(&largest.metric) && contrast != "ratio" && contrast != "worst-ratio";
    let scale = if in_points { Scale::differences(numbers) } else { Scale::changes(numbers) };
    let unit = match &largest.unit {
        Some(unit) => format!(", in {unit}"),
        None if in_points => ", in percentage points".to_owned(),
        None => String::new(),
    };
    let said = if all > MOST {
        format!(" Of {} rows, the {MOST} that changed most are drawn; the result has them all.", count(all as u64))
    } else {
        String::new()
    };
    let message = format!("The largest change: {}.{said}", told(largest));
    let description = format!("{message} {}.", rows.iter().map(|row| told(row)).collect::<Vec<_>>().join("; "));
    let heads = Heads {
        group: "Group".to_owned(),
        axis: format!("Change with its {} interval{unit}", level(confidence)),
        value: "Before and after".to_owned(),
        cases: String::new(),
        verdict: "What".to_owned(),
    };
    let rows = rows.into_iter().map(drawn).collect();
    let panel =
        Panel { title: String::new(), heads, scale, rows, line: Some((0.0, "no change".to_owned())), limits: None };
    Some(Figure {
        title: format!("Change of each row of {id}: {metric}, {contrast}"),
        message,
        description,
        drawing: Drawing::Panels(vec![panel]),
    })
}

fn drawn(row: &CheckChange) -> Row {
    let number = |v: Option<f64>| {
        v.map_or_else(|| "–".to_owned(), |v| shown(row.unit.as_deref(), &row.metric, &row.contrast, v))
    };
    Row {
        label: name(row),
        estimate: row.change.map(|value| Estimate { value, low: row.low, high: row.high }),
        start: None,
        kind: row.after.map_or(Kind::Plain, |verdict| Kind::Judged(Mark::of_run(verdict))),
        value: format!("{} to {}", number(row.value_before), number(row.value_after)),
        cases: String::new(),
        word: row.status.replace('-', " "),
    }
}

fn name(row: &CheckChange) -> String {
    if row.group.is_empty() && !row.axes.is_empty() { row.axes.join(", ") } else { group_name(&row.axes, &row.group) }
}

/// `age 25-39 from 0.97 to 0.70 (change -0.28, -0.32 to -0.23), new`.
fn told(row: &CheckChange) -> String {
    let number = |v: Option<f64>| {
        v.map_or_else(|| "–".to_owned(), |v| shown(row.unit.as_deref(), &row.metric, &row.contrast, v))
    };
    let moved = |v: f64| shift(row.unit.as_deref(), &row.metric, &row.contrast, v);
    format!(
        "{} from {} to {} (change {}, {}), {}",
        name(row),
        number(row.value_before),
        number(row.value_after),
        row.change.map_or_else(|| "–".to_owned(), moved),
        ends(row.low, row.high, moved),
        row.status.replace('-', " ")
    )
}
