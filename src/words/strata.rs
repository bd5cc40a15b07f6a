//! The section of strata: is the gap there among people who are alike?

use super::numbers::{apart, count, counted, p_value, percent, points, signed_points};
use super::omnibus::chance;
use super::page::{Block, Table};
use super::sentences::{did, group_name, reference_name};
use super::tables::{compared, interval, interval_head, undefined};
use crate::metrics::{self, Metric};
use crate::result::{Adjusted, Document, Estimate, Group, StratumView};

/// Sentences of one table; the others are in it.
const TOLD: usize = 5;

/// Groups of one table that are shown stratum by stratum.
const SHOWN: usize = 3;

/// Reversals told at the top of a report.
const AT_THE_TOP: usize = 2;

/// The sentences and tables; none where there is nothing to tell.
pub fn strata(document: &Document) -> Vec<Block> {
    let Some(first) = document.adjusted.first() else { return Vec::new() };
    let mut blocks = vec![Block::Paragraph(reading(document))];
    let mut told = (&first.metric, &first.axes);
    let mut rows: Vec<&Adjusted> = Vec::new();
    for adjusted in &document.adjusted {
        if told != (&adjusted.metric, &adjusted.axes) {
            blocks.extend(of_axis(document, &rows));
            told = (&adjusted.metric, &adjusted.axes);
            rows.clear();
        }
        rows.push(adjusted);
    }
    blocks.extend(of_axis(document, &rows));
    blocks
}

/// What turns round within strata is told at the top: it is what a reader of the crude number would get wrong.
pub fn reversals(document: &Document) -> Vec<Block> {
    let rows = document.adjusted.iter().filter(|a| a.reversed && a.metric == "selection-rate");
    rows.filter_map(|a| turned(document, a)).take(AT_THE_TOP).map(Block::Paragraph).collect()
}

fn reading(document: &Document) -> String {
    let strata = document.policy.strata.join(" and ");
    let mut words = format!(
        "Here people are held only against people of the same {strata}. A gap that is still there is not explained by {strata}; \
         one that goes away comes from who is in which {strata}. Whether {strata} may rightly tell people apart is not for these \
         numbers to say. With everybody's mixture means: as if both groups were spread over {strata} as everybody is."
    );
    if document.adjusted.iter().any(|a| a.reference.kind == "highest-rate") {
        words.push_str(
            " The group with the highest rate of all rows is the reference within strata too, as if it had been named.",
        );
    }
    if document.adjusted.iter().any(|a| a.design_effect.is_some()) {
        words.push_str(
            " People have several rows, so intervals are wider by the square root of the design effect of the crude gap; they \
             are approximate.",
        );
    }
    words
}

/// The groups of one axis by one metric.
fn of_axis(document: &Document, rows: &[&Adjusted]) -> Vec<Block> {
    let Some((first, metric)) = rows.first().and_then(|first| Some((first, metrics::find(&first.metric)?))) else {
        return Vec::new();
    };
    let mut by_importance: Vec<&Adjusted> = rows.iter().copied().filter(|a| a.undefined.is_none()).collect();
    by_importance.sort_by(|a, b| {
        let key = |a: &Adjusted| (!a.reversed, !a.strata_differ);
        let p = |a: &Adjusted| a.association.as_ref().map_or(1.0, |test| test.p_value);
        key(a).cmp(&key(b)).then(p(a).total_cmp(&p(b)))
    });
    let mut blocks = Vec::new();
    let sentences: Vec<String> = by_importance.iter().take(TOLD).map(|a| sentence(document, metric, a)).collect();
    if !sentences.is_empty() {
        blocks.push(Block::List(sentences));
    }
    blocks.push(Block::Table(table(document, metric, rows, first)));
    let each = by_importance.iter().filter(|a| !a.by_stratum.is_empty()).take(SHOWN);
    blocks.extend(each.map(|a| Block::Table(by_stratum(document, metric, a))));
    blocks
}

/// One comparison in words: within strata first, then without regard to them.
fn sentence(document: &Document, metric: &Metric, a: &Adjusted) -> String {
    let strata = named(a);
    let (group, reference) = (group_name(&a.axes, &a.group), reference_name(&a.axes, &a.reference));
    let did = did(document, metric);
    let crude = crude(a);
    if a.strata_differ {
        let p = a.homogeneity.as_ref().map_or(1.0, |test| test.p_value);
        let turned: String = turned(document, a).into_iter().chain(left_out(a)).map(|end| format!(" {end}")).collect();
        return format!(
            "Without regard to {strata}, {group} {did} {crude} as {reference}. Within {strata} it is not the same everywhere: \
             {}. Differences this large between strata would arise by chance in {}, so no one number is given for all of \
             them here; it is in the table.{turned}",
            range(a),
            chance(p)
        );
    }
    let within = match (&a.ratio, &a.difference) {
        (Some(ratio), _) => format!("{} as {reference} ({}; {})", times(ratio.value), ends(ratio, shown), cases(a)),
        (None, Some(gap)) => {
            let way = if gap.value < 0.0 { "less" } else { "more" };
            let size = points(gap.value.abs(), &[]);
            format!(
                "{size} percentage points {way} often than {reference} ({}; {})",
                ends(gap, signed_points),
                cases(a)
            )
        }
        (None, None) => String::new(),
    };
    let end = turned(document, a).or_else(|| conclusion(document, a));
    let end: String = end.into_iter().chain(left_out(a)).map(|end| format!(" {end}")).collect();
    format!("Looked at within each {strata}, {group} {did} {within}; without regard to {strata} {crude}.{end}")
}

/// The plain sentence of a reversal; none where nothing turns round, or what does may be chance.
fn turned(document: &Document, a: &Adjusted) -> Option<String> {
    let metric = metrics::find(&a.metric).filter(|_| a.reversed && crude_is_shown(document, a))?;
    let crude_is_lower = a.crude_difference? < 0.0;
    let is_shown = within_is_shown(a);
    let (with, against) =
        if crude_is_lower { (a.strata_lower, a.strata_higher) } else { (a.strata_higher, a.strata_lower) };
    // A mean of strata that mostly point the crude way, and differs from equality by next to nothing, turns nothing round.
    if !is_shown && against <= with {
        return None;
    }
    let (crude, within) = if crude_is_lower { ("less often", "more often") } else { ("more often", "less often") };
    let within = if is_shown { within.to_owned() } else { format!("if anything {within}") };
    let (group, reference) = (group_name(&a.axes, &a.group), reference_name(&a.axes, &a.reference));
    Some(format!(
        "The gap turns round: taken all together {group} {} {crude} than {reference}, among people of the same {} {within} ({}).",
        did(document, metric),
        named(a),
        ways(a)
    ))
}

/// Whether the interval that is told leaves equality out.
fn within_is_shown(a: &Adjusted) -> bool {
    let leaves_out = |e: &Estimate, equal: f64| e.low.is_some_and(|l| l > equal) || e.high.is_some_and(|h| h < equal);
    match &a.ratio {
        Some(ratio) => leaves_out(ratio, 1.0),
        None => a.difference.as_ref().is_some_and(|difference| leaves_out(difference, 0.0)),
    }
}

fn crude_is_shown(document: &Document, a: &Adjusted) -> bool {
    let crude = compared(document, &a.metric, "difference", &a.axes, &a.group);
    crude.and_then(|c| c.p_value).is_some_and(|p| p < 1.0 - document.policy.level)
}

/// `higher in 4 of 6 strata, lower in 2`.
fn ways(a: &Adjusted) -> String {
    let mut parts = vec![format!("higher in {} of {} strata", a.strata_higher, a.strata_used)];
    parts.push(format!("lower in {}", a.strata_lower));
    if a.strata_equal > 0 {
        parts.push(format!("equal in {}", a.strata_equal));
    }
    parts.join(", ")
}

/// What follows for the crude gap, where the intervals let it be said.
fn conclusion(document: &Document, a: &Adjusted) -> Option<String> {
    let (strata, crude) = (named(a), a.crude_difference?);
    let within = a.difference.as_ref()?.value;
    Some(if within_is_shown(a) {
        format!("Among people of the same {strata} the gap is there.")
    } else if crude_is_shown(document, a) && within.abs() < 0.5 * crude.abs() {
        format!("Most of the crude gap comes from who is in which {strata}; among people of the same none is shown.")
    } else {
        format!("Among people of the same {strata} the data cannot tell whether there is a gap.")
    })
}

/// The cases that compare nobody with anybody.
fn left_out(a: &Adjusted) -> Option<String> {
    let strata = named(a);
    let parts: Vec<String> = [
        (a.rows_without_stratum, format!("whose {strata} is not known")),
        (a.rows_alone, "in strata that only one of the two groups has".to_owned()),
    ]
    .into_iter()
    .filter(|(rows, _)| *rows > 0)
    .map(|(rows, whose)| format!("{} {whose}", counted(rows, "case")))
    .collect();
    (!parts.is_empty()).then(|| format!("Left out within strata: {}.", parts.join(" and ")))
}

/// The lowest and the highest ratio of any stratum, of those that have one.
fn range(a: &Adjusted) -> String {
    let mut told: Vec<(&StratumView, &Estimate)> =
        a.by_stratum.iter().filter_map(|s| s.ratio.as_ref().map(|ratio| (s, ratio))).collect();
    told.sort_by(|x, y| x.1.value.total_cmp(&y.1.value));
    match told.as_slice() {
        [first, .., last] => {
            let end = |(s, ratio): &(&StratumView, &Estimate)| {
                format!("{} times ({}; {})", shown(ratio.value), stratum_name(a, &s.stratum), ends(ratio, shown))
            };
            format!("from {} to {}", end(first), end(last))
        }
        _ => ways(a),
    }
}

fn named(a: &Adjusted) -> String {
    a.strata.join(" and ")
}

fn stratum_name(a: &Adjusted, stratum: &Group) -> String {
    group_name(&a.strata, stratum)
}

fn shown(ratio: f64) -> String {
    apart(ratio, &[Some(0.8), Some(1.25)])
}

fn times(ratio: f64) -> String {
    format!("{} times as often", shown(ratio))
}

fn crude(a: &Adjusted) -> String {
    match (a.crude_ratio, a.crude_difference) {
        (Some(ratio), _) => times(ratio),
        (None, Some(difference)) => format!("{} as often", signed_points(difference)),
        (None, None) => "not defined".to_owned(),
    }
}

fn ends(estimate: &Estimate, shown: impl Fn(f64) -> String) -> String {
    interval(Some(estimate.value), estimate.low, estimate.high, shown)
}

fn cases(a: &Adjusted) -> String {
    counted(a.rows, "case")
}

fn with_ends(estimate: Option<&Estimate>, shown: impl Fn(f64) -> String + Copy) -> String {
    estimate.map_or_else(|| "–".to_owned(), |e| format!("{} ({})", shown(e.value), ends(e, shown)))
}

/// Crude, within strata and standardised, side by side.
fn table(document: &Document, metric: &Metric, rows: &[&Adjusted], first: &Adjusted) -> Table {
    let strata = named(first);
    let heads = [
        "Group".to_owned(),
        "Compared with".to_owned(),
        ">Cases".to_owned(),
        "Ratio without regard to strata".to_owned(),
        format!("Ratio within {strata}"),
        "Ratio with everybody's mixture".to_owned(),
        "Difference within".to_owned(),
        ">p of a gap within".to_owned(),
        ">p of the same odds ratio in all".to_owned(),
        "Strata with both".to_owned(),
        ">Cases left out".to_owned(),
    ];
    let caption = format!(
        "{} by {}, crude and within {strata}, with {}s",
        metric.name,
        first.axes.join(" and "),
        interval_head(document)
    );
    let mut table = Table::new(caption, &heads.iter().map(String::as_str).collect::<Vec<_>>());
    let dash = || "–".to_owned();
    for a in rows {
        let group = group_name(&a.axes, &a.group);
        let reference = reference_name(&a.axes, &a.reference);
        if a.undefined.is_some() {
            let mut row = vec![group, reference, count(a.rows), crude_cell(document, a)];
            row.push(undefined(a.undefined.as_deref()));
            row.extend((0..4).map(|_| dash()));
            row.extend([count(a.strata_used), count(a.rows_alone + a.rows_without_stratum)]);
            table.rows.push(row);
            continue;
        }
        let p = |test: &Option<crate::result::ChiSquared>| test.as_ref().map_or_else(dash, |t| p_value(t.p_value));
        table.rows.push(vec![
            group,
            reference,
            count(a.rows),
            crude_cell(document, a),
            match &a.ratio {
                Some(ratio) => with_ends(Some(ratio), shown),
                None => undefined(a.ratio_undefined.as_deref()),
            },
            with_ends(a.standardised.as_ref().and_then(|s| s.ratio.as_ref()), shown),
            with_ends(a.difference.as_ref(), signed_points),
            p(&a.association),
            p(&a.homogeneity),
            format!("{} ({} lower, {} higher)", a.strata_used, a.strata_lower, a.strata_higher),
            count(a.rows_alone + a.rows_without_stratum),
        ]);
    }
    table
}

/// The crude ratio with its interval, where that was against the same reference.
fn crude_cell(document: &Document, a: &Adjusted) -> String {
    let Some(value) = a.crude_ratio else { return "–".to_owned() };
    let same = compared(document, &a.metric, "ratio", &a.axes, &a.group).filter(|c| c.reference == a.reference);
    match same {
        Some(c) => format!("{} ({})", shown(value), interval(c.value, c.low, c.high, shown)),
        None => shown(value),
    }
}

/// One group and its reference in every stratum.
fn by_stratum(document: &Document, metric: &Metric, a: &Adjusted) -> Table {
    let (group, reference) = (group_name(&a.axes, &a.group), reference_name(&a.axes, &a.reference));
    let caption = format!("{} of {group} and of {reference} in every {}", metric.name, named(a));
    let interval = interval_head(document);
    let mut table = Table::new(caption, &["Stratum", &group, &reference, ">Ratio", &interval]);
    let rate = |hits: u64, of: u64| {
        if of == 0 {
            "nobody".to_owned()
        } else {
            format!("{} ({} of {})", percent(hits as f64 / of as f64), count(hits), count(of))
        }
    };
    for s in &a.by_stratum {
        table.rows.push(vec![
            stratum_name(a, &s.stratum),
            rate(s.numerator, s.denominator),
            rate(s.reference_numerator, s.reference_denominator),
            s.ratio.as_ref().map_or_else(|| "–".to_owned(), |r| shown(r.value)),
            s.ratio.as_ref().map_or_else(|| "–".to_owned(), |r| ends(r, shown)),
        ]);
    }
    table
}
