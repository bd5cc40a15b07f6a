//! The tables of classes: what each group was given, each class against the rest, and the gaps.

use super::measure;
use crate::result::{ClassGap, ClassRate, ClassesView, Document};
use crate::words::numbers::{apart, count, p_value, percent, points};
use crate::words::page::Table;
use crate::words::sentences::{group_name, reference_name};
use crate::words::tables::{interval, interval_head};

/// Rows of a table; `result.json` has them all.
const ROWS: usize = 90;

/// A table that says so where it has not everything.
fn table(caption: &str, all: usize, heads: &[&str]) -> Table {
    let caption = if all > ROWS { format!("{caption} ({ROWS} of {all} lines)") } else { caption.to_owned() };
    Table::new(caption, heads)
}

pub(super) fn dash() -> String {
    "–".to_owned()
}

fn share_of(value: Option<f64>) -> String {
    value.map_or_else(dash, percent)
}

pub(super) fn shares(document: &Document, view: &ClassesView) -> Table {
    let head = interval_head(document);
    let all = view.groups.iter().map(|one| one.given.len()).sum();
    let mut table = table(
        "Where the cases of each group were sent",
        all,
        &["Group", "Class", ">Sent there", ">Of", ">Share", &head],
    );
    let rows = view.groups.iter().flat_map(|one| one.given.iter().map(move |given| (one, given)));
    for (one, given) in rows.take(ROWS) {
        table.rows.push(vec![
            group_name(&one.axes, &one.group),
            given.class.clone(),
            count(given.rows),
            count(one.rows),
            share_of(given.share),
            interval(given.share, given.low, given.high, percent),
        ]);
    }
    table
}

pub(super) fn rates(document: &Document, view: &ClassesView) -> Table {
    let head = interval_head(document);
    let heads = [
        "Group",
        "Class",
        ">Belonged there",
        ">Of these sent there",
        &head,
        ">Of the others sent there",
        &head,
        ">Right, of those sent there",
        &head,
    ];
    let rows = || {
        let known = view.groups.iter().filter_map(|one| Some((one, one.right.as_ref()?)));
        known.flat_map(|(one, right)| right.classes.iter().map(move |class| (one, class)))
    };
    let mut table = table("Each class against the rest", rows().count(), &heads);
    let told = |rate: &ClassRate| [share_of(rate.value), interval(rate.value, rate.low, rate.high, percent)];
    for (one, class) in rows().take(ROWS) {
        let mut cells =
            vec![group_name(&one.axes, &one.group), class.class.clone(), count(class.true_positive_rate.of)];
        cells.extend(told(&class.true_positive_rate));
        cells.extend(told(&class.false_positive_rate));
        cells.extend(told(&class.precision));
        table.rows.push(cells);
    }
    table
}

pub(super) fn overall(document: &Document, view: &ClassesView) -> Table {
    let head = interval_head(document);
    let heads = [
        "Group",
        ">Cases with a right class",
        ">Right",
        &head,
        ">Found, mean of the classes",
        ">Of classes",
        ">Precision, mean",
        ">F1, mean",
        ">Kappa",
        ">Harm per case",
        &head,
    ];
    let rows = || view.groups.iter().filter_map(|one| Some((one, one.right.as_ref()?)));
    let mut table = table("All classes together", rows().count(), &heads);
    let number = |value: Option<f64>| value.map_or_else(|| "not defined".to_owned(), |value| apart(value, &[]));
    for (one, right) in rows().take(ROWS) {
        let (accuracy, harm) = (&right.accuracy, &right.harm);
        table.rows.push(vec![
            group_name(&one.axes, &one.group),
            count(right.rows),
            share_of(accuracy.value),
            interval(accuracy.value, accuracy.low, accuracy.high, percent),
            share_of(right.macro_recall.value),
            count(right.macro_recall.classes),
            share_of(right.macro_precision.value),
            number(right.macro_f1.value),
            number(right.kappa),
            number(harm.value),
            interval(harm.value, harm.low, harm.high, |value| apart(value, &[])),
        ]);
    }
    table
}

pub(super) fn gaps(document: &Document, view: &ClassesView) -> Table {
    let head = interval_head(document);
    let p_values = view.gaps.iter().any(|gap| gap.p_adjusted.is_some());
    let heads = [
        "Group",
        "Compared with",
        "Class",
        "Of the cases",
        ">Sent there",
        ">Of the reference",
        ">Difference",
        &head,
        "Shown",
        ">p adjusted",
    ];
    let shown = if p_values { &heads[..] } else { &heads[..heads.len() - 1] };
    let mut table = table("Gaps by class, those that are shown first", view.gaps.len(), shown);
    let signed = |value: f64| format!("{} pp", points(value, &[]));
    let mut rows: Vec<&ClassGap> = view.gaps.iter().collect();
    let size = |gap: &ClassGap| gap.difference.unwrap_or(0.0).abs();
    rows.sort_by(|a, b| {
        let untold = |gap: &ClassGap| gap.too_few || gap.undefined.is_some();
        let rank = |gap: &ClassGap| (!gap.shown, untold(gap), gap.measure != measure(view));
        rank(a).cmp(&rank(b)).then(size(b).total_cmp(&size(a)))
    });
    for gap in rows.into_iter().take(ROWS) {
        let mut cells = vec![
            group_name(&gap.axes, &gap.group),
            reference_name(&gap.axes, &gap.reference),
            gap.class.clone(),
            if gap.measure == "share" { "all" } else { "that belonged there" }.to_owned(),
            share_of(gap.value),
            share_of(gap.reference_value),
            gap.difference.map_or_else(dash, signed),
            interval(gap.difference, gap.low, gap.high, signed),
            verdict(gap.shown, gap.too_few, gap.undefined.as_deref()),
        ];
        cells.extend(p_values.then(|| gap.p_adjusted.map_or_else(dash, p_value)));
        table.rows.push(cells);
    }
    table
}

fn verdict(shown: bool, too_few: bool, undefined: Option<&str>) -> String {
    match (undefined, too_few, shown) {
        (Some(_), ..) => "not defined",
        (None, true, _) => "too few",
        (None, _, true) => "yes",
        (None, ..) => "cannot tell",
    }
    .to_owned()
}

pub(super) fn harm_gaps(document: &Document, view: &ClassesView) -> Table {
    let head = interval_head(document);
    let p_values = view.harm_gaps.iter().any(|gap| gap.p_adjusted.is_some());
    let heads =
        ["Group", "Compared with", ">Harm per case", ">Of the reference", ">Difference", &head, "Shown", ">p adjusted"];
    let shown = if p_values { &heads[..] } else { &heads[..heads.len() - 1] };
    let mut table = table("Harm per case", view.harm_gaps.len(), shown);
    let number = |value: Option<f64>| value.map_or_else(dash, |value| apart(value, &[]));
    for gap in view.harm_gaps.iter().take(ROWS) {
        let mut cells = vec![
            group_name(&gap.axes, &gap.group),
            reference_name(&gap.axes, &gap.reference),
            number(gap.value),
            number(gap.reference_value),
            number(gap.difference),
            interval(gap.difference, gap.low, gap.high, |value| apart(value, &[])),
            verdict(gap.shown, gap.too_few, gap.undefined.as_deref()),
        ];
        cells.extend(p_values.then(|| gap.p_adjusted.map_or_else(dash, p_value)));
        table.rows.push(cells);
    }
    table
}

pub(super) fn spreads(view: &ClassesView) -> Table {
    let tested = view.spreads.iter().any(|spread| spread.pearson.is_some());
    let heads = ["By", ">Strength, 0 to 1", ">Farthest apart", "Between", ">Jensen-Shannon", "Chi-squared", ">p"];
    let shown = if tested { &heads[..] } else { &heads[..heads.len() - 2] };
    let mut table = table("Does the class depend on the group?", view.spreads.len(), shown);
    for spread in view.spreads.iter().take(ROWS) {
        let between: Vec<String> = spread.between.iter().map(|group| group_name(&spread.axes, group)).collect();
        let mut cells = vec![
            spread.axes.join(" and "),
            spread.strength.map_or_else(dash, |strength| format!("{strength:.2}")),
            share_of(spread.total_variation),
            if between.is_empty() { "not defined".to_owned() } else { between.join(" and ") },
            spread.jensen_shannon.map_or_else(dash, |value| format!("{value:.4}")),
        ];
        if tested {
            let sparse = if spread.sparse { ", few expected" } else { "" };
            cells.push(spread.pearson.as_ref().map_or_else(dash, |test| {
                let degrees = if test.df == 1 { "1 degree".to_owned() } else { format!("{} degrees", count(test.df)) };
                format!("{:.1} ({degrees}{sparse})", test.chi2)
            }));
            cells.push(spread.pearson.as_ref().map_or_else(dash, |test| p_value(test.p_value)));
        }
        table.rows.push(cells);
    }
    table
}
