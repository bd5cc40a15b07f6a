//! Predictions of an amount held against what came, tenth by tenth: does a high prediction mean much, and a low one little, for
//! everyone?

use super::numbers::{count, counted, in_unit, short_decimal};
use super::outcomes::spaced;
use super::page::{Block, Table};
use super::sentences::{group_name, upper_first};
use super::tables::{interval, interval_head, no_value};
use crate::figures::reliability::{Bin, Curve, Reliability, Words};
use crate::figures::{Drawing, Estimate, Figure, Scale};
use crate::result::{Document, OutcomeCalibration, OutcomeView, Tenth};

/// Panels of a figure; of more groups those with most rows are shown.
const MOST: usize = 12;

/// How the figures and tables are read; none of an outcome without a prediction.
pub fn reading(document: &Document, outcome: &OutcomeView) -> Option<String> {
    document.outcome_calibration.iter().find(|one| one.outcome == outcome.name)?;
    Some(format!(
        "Predicted and what came: the cases of each group in tenths, from the lowest predictions to the highest. Where the {} that \
         came is on average what was predicted, predictions of that size can be taken at their word; where the interval leaves out what was \
         predicted, they are too high or too low. Each tenth is \
         looked at alone: among many, some are off by chance.",
        spaced(&outcome.name)
    ))
}

/// The figure and the table of an axis.
pub fn by_axis(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Vec<Block> {
    let of_axis: Vec<&OutcomeCalibration> =
        document.outcome_calibration.iter().filter(|one| one.outcome == outcome.name && one.axes == axes).collect();
    if of_axis.is_empty() {
        return Vec::new();
    }
    let drawn = curves(document, outcome, axes, &of_axis).map(Block::Figure);
    // The figure says it as well.
    let mut blocks = vec![drawn.unwrap_or_else(|| Block::Paragraph(furthest(document, outcome, &of_axis)))];
    blocks.push(Block::Table(table(document, outcome, axes, &of_axis)));
    blocks
}

/// The tenth whose prediction is furthest from what came, of those that are off.
fn furthest(document: &Document, outcome: &OutcomeView, of_axis: &[&OutcomeCalibration]) -> String {
    let shown = |value: f64| in_unit(outcome.unit.as_deref(), value, &[]);
    let told = || of_axis.iter().flat_map(|one| one.tenths.iter().map(move |tenth| (*one, tenth)));
    let asked = told().filter(|(_, tenth)| !tenth.few).count() as u64;
    if asked == 0 {
        let few = counted(document.policy.min_group, "case");
        return format!("No tenth has {few}, so whether predictions came true by their size cannot be told.");
    }
    let off: Vec<(&OutcomeCalibration, &Tenth)> = told().filter(|(_, tenth)| tenth.off.is_some()).collect();
    let far = |tenth: &Tenth| (tenth.predicted - tenth.actual).abs();
    let Some((one, tenth)) = off.iter().max_by(|a, b| far(a.1).total_cmp(&far(b.1))) else {
        return format!(
            "In none of the {} with enough cases is the prediction shown to be off; the intervals say by how much it could be.",
            counted(asked, "tenth")
        );
    };
    let side = tenth.off.as_deref().unwrap_or_default();
    format!(
        "In {} of {} with enough cases, each looked at alone, predictions are shown to be off. Furthest: {}, tenth {}: {} was \
         predicted on average and {} came ({}; {}), so the prediction is too {side}.",
        count(off.len() as u64),
        counted(asked, "tenth"),
        group_name(&one.axes, &one.group),
        tenth.tenth,
        shown(tenth.predicted),
        shown(tenth.actual),
        interval(Some(tenth.actual), tenth.low, tenth.high, shown),
        counted(tenth.rows, "case"),
    )
}

/// One panel for each group; none where an amount is below 0, which the axes do not have.
fn curves(
    document: &Document,
    outcome: &OutcomeView,
    axes: &[String],
    of_axis: &[&OutcomeCalibration],
) -> Option<Figure> {
    let unit = outcome.unit.as_deref();
    let all = of_axis.len();
    let mut drawn = of_axis.to_vec();
    drawn.sort_by_key(|one| std::cmp::Reverse(one.rows));
    let least = drawn.get(MOST - 1).map_or(0, |one| one.rows);
    let mut drawn: Vec<&OutcomeCalibration> = of_axis.iter().copied().filter(|one| one.rows >= least).collect();
    drawn.truncate(MOST);
    let everybody = document
        .outcome_calibration
        .iter()
        .find(|one| one.outcome == outcome.name && one.axes.is_empty() && !axes.is_empty())
        .map(|one| large(one).map(|tenth| (tenth.predicted, tenth.actual)).collect::<Vec<_>>())
        .unwrap_or_default();
    if drawn.iter().all(|one| large(one).next().is_none()) {
        return None;
    }
    let ends = drawn.iter().flat_map(|one| large(one)).flat_map(|of| [Some(of.predicted), Some(of.actual), of.high]);
    let behind = everybody.iter().flat_map(|(predicted, came)| [*predicted, *came]);
    let numbers: Vec<f64> = ends.flatten().chain(behind).collect();
    let scale = Scale::amounts(&numbers, false, short_decimal)?;
    let name = spaced(&outcome.name);
    let in_words = unit.map(|unit| format!(", {unit}")).unwrap_or_default();
    let few = counted(document.policy.min_group, "case");
    let panel = |one: &&OutcomeCalibration| {
        let levels: Vec<&str> = axes.iter().filter_map(|axis| one.group.get(axis).map(String::as_str)).collect();
        let bin =
            |of: &Tenth| Bin { across: of.predicted, up: Estimate { value: of.actual, low: of.low, high: of.high } };
        Curve {
            title: if axes.is_empty() { "everybody".to_owned() } else { levels.join(", ") },
            lines: vec![counted(one.rows, "case")],
            bins: large(one).map(bin).collect(),
            empty: format!("no tenth of the group has {few}"),
            counts: Vec::new(),
        }
    };
    let some = if all > drawn.len() {
        format!(" Of {all} groups, {} are drawn, those with most cases; the table has them all.", drawn.len())
    } else {
        String::new()
    };
    let message = format!("{}{some}", furthest(document, outcome, of_axis));
    let told = drawn.iter().map(|one| in_words_of(one, axes, unit)).collect::<Vec<_>>().join(" ");
    let drawing = Drawing::Reliability(Reliability {
        across: format!("Predicted on average{in_words}"),
        up: format!("Came on average{in_words}"),
        key: Words {
            dot: format!("about a tenth of the group, with its {}", interval_head(document)),
            everybody: if everybody.is_empty() { String::new() } else { "everybody".to_owned() },
            diagonal: "prediction is right".to_owned(),
            bars: String::new(),
        },
        everybody,
        curves: drawn.iter().map(panel).collect(),
        scale: Some(scale),
    });
    let by = if axes.is_empty() { "everybody".to_owned() } else { format!("by {}", axes.join(" and ")) };
    let title = format!("{}: predicted and what came, {by}", upper_first(&name));
    Some(Figure { title, description: format!("{message} {told}"), message, drawing })
}

/// Tenths with enough cases to be drawn.
fn large(one: &OutcomeCalibration) -> impl Iterator<Item = &Tenth> {
    one.tenths.iter().filter(|tenth| !tenth.few)
}

/// A panel in words.
fn in_words_of(one: &OutcomeCalibration, axes: &[String], unit: Option<&str>) -> String {
    let tenths: Vec<String> = large(one)
        .map(|of| format!("predicted {} came {}", in_unit(unit, of.predicted, &[]), in_unit(unit, of.actual, &[])))
        .collect();
    let tenths = if tenths.is_empty() { "too few cases".to_owned() } else { tenths.join(", ") };
    format!("{}: {}; {tenths}.", group_name(axes, &one.group), counted(one.rows, "case"))
}

fn table(document: &Document, outcome: &OutcomeView, axes: &[String], of_axis: &[&OutcomeCalibration]) -> Table {
    let unit = outcome.unit.as_deref();
    let shown = |value: f64| in_unit(unit, value, &[]);
    let by = if axes.is_empty() { "everybody".to_owned() } else { format!("by {}", axes.join(" and ")) };
    let caption =
        format!("{}: predicted and what came, by tenths of the predictions, {by}", upper_first(&spaced(&outcome.name)));
    let heads = ["Group", ">Tenth", ">Cases", ">Predicted", ">Came", &interval_head(document), "Prediction"];
    let mut table = Table::new(caption, &heads);
    for one in of_axis {
        let name = group_name(axes, &one.group);
        if one.tenths.is_empty() {
            let dash = || "–".to_owned();
            let why = no_value(one.undefined.as_deref());
            table.rows.push(vec![name, dash(), count(one.rows), dash(), dash(), dash(), why]);
            continue;
        }
        for of in &one.tenths {
            let said = match (of.few, &of.off) {
                (true, _) => "too few cases".to_owned(),
                (false, None) => "not shown to be off".to_owned(),
                (false, Some(side)) => format!("too {side}"),
            };
            table.rows.push(vec![
                name.clone(),
                of.tenth.to_string(),
                count(of.rows),
                shown(of.predicted),
                shown(of.actual),
                interval(Some(of.actual), of.low, of.high, shown),
                said,
            ]);
        }
    }
    table
}
