//! All groups at once: would they differ so much by chance alone?

use super::numbers::{count, p_value};
use super::page::{Block, Table};
use super::sentences::{lower_first, upper_first};
use super::tables::undefined;
use crate::metrics::{self, bundles};
use crate::result::{ChiSquared, Document, Omnibus};

/// The table of tests, what trends there are, and how both are read.
pub fn omnibus(document: &Document) -> Vec<Block> {
    if document.omnibus.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Table(table(document)), Block::Paragraph(reading(document))];
    let trends: Vec<String> = document.omnibus.iter().filter_map(trend).collect();
    if !trends.is_empty() {
        blocks.push(Block::List(trends));
    }
    blocks
}

/// A p-value as so many reviews of a thousand.
pub fn chance(p: f64) -> String {
    if p < 0.001 {
        return "fewer than 1 of 1,000 reviews".to_owned();
    }
    format!("{} of 1,000 reviews", count((1000.0 * p).round() as u64))
}

fn table(document: &Document) -> Table {
    let within = document.omnibus.iter().any(|o| o.within_strata.is_some());
    let mut heads = vec![
        "By",
        "What",
        ">Groups",
        "Chi-squared",
        ">p",
        "If all groups were alike, this or more would arise in",
        ">Strength, 0 to 1",
    ];
    let head = format!(">p within {}", document.policy.strata.join(" and "));
    if within {
        heads.push(&head);
    }
    let mut table = Table::new("Do the groups differ at all? All groups of an axis at once", &heads);
    for o in &document.omnibus {
        table.rows.push(row(o, name(o), o.pearson.as_ref(), o.permutation_p, within));
        if let Some(directional) = &o.directional {
            let words = format!("{}, gaps of one sign only", name(o));
            let mut row = row(o, words, Some(directional), None, within);
            row[6] = "–".to_owned();
            table.rows.push(row);
        }
    }
    table
}

fn row(o: &Omnibus, what: String, test: Option<&ChiSquared>, exchanged: Option<f64>, within: bool) -> Vec<String> {
    let dash = || "–".to_owned();
    let p = exchanged.or(test.map(|test| test.p_value));
    let statistic = |test: &ChiSquared| {
        let degrees = if test.df == 1 { "1 degree".to_owned() } else { format!("{} degrees", count(test.df)) };
        format!("{:.1} ({degrees})", test.chi2)
    };
    let mut row = vec![
        o.axes.join(" and "),
        what,
        count(o.groups),
        test.map_or_else(|| undefined(o.undefined.as_deref()), statistic),
        p.map_or_else(dash, |p| {
            format!("{}{}", p_value(p), if exchanged.is_some() { " (groups exchanged)" } else { "" })
        }),
        p.map_or_else(dash, chance),
        o.strength.map_or_else(dash, |v| format!("{v:.2}")),
    ];
    if within {
        row.push(o.within_strata.as_ref().map_or_else(dash, |test| p_value(test.p_value)));
    }
    row
}

fn name(o: &Omnibus) -> String {
    match metrics::find(&o.metric) {
        Some(metric) => metric.name.to_owned(),
        None => bundles::find(&o.metric).map_or(o.metric.clone(), |bundle| upper_first(&bundle.id.replace('-', " "))),
    }
}

fn reading(document: &Document) -> String {
    let mut words = "A small p says that the groups are not all alike; it says neither which differ nor by how much. With very many \
                     rows it is small for gaps that do not matter, so read the gaps beside it."
        .to_owned();
    if document.omnibus.iter().any(|o| o.metric == "equalized-odds") {
        words.push_str(
            " Equalized odds takes true and false positive rates together; predictive parity takes what turned out among those \
             selected and among those not. In the sum, gaps of opposite sign do not cancel; in the row for gaps of one sign they do.",
        );
    }
    if document.omnibus.iter().any(|o| o.permutation.is_some()) {
        words.push_str(
            " Where too few cases are expected, the p-value is from exchanging groups at random, because \
             chi-squared is a poor guide there.",
        );
    }
    if document.omnibus.iter().any(|o| o.design_effect.is_some()) {
        words.push_str(
            " People have several rows, so every chi-squared is divided by the mean design effect of the shares; the p-values \
             are approximate.",
        );
    }
    words
}

/// Whether a share rises or falls along groups that have an order.
fn trend(o: &Omnibus) -> Option<String> {
    let (trend, metric) = o.trend.as_ref().zip(metrics::find(&o.metric))?;
    let what = format!("The {} along the order of {}", lower_first(metric.name), o.axes.join(" and "));
    let way = if trend.z > 0.0 { "rises" } else { "falls" };
    Some(format!(
        "{what}: it {way} ({:.1} standard deviations; if there were no trend, as much or more would arise in {}).",
        trend.z.abs(),
        chance(trend.p_value)
    ))
}
