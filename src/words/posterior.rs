//! What to believe about the ratios of an axis, where the policy asks for it.

use super::numbers::{apart, level, percent, short_decimal};
use super::page::{Block, Table};
use super::sentences::{group_name, reference_name};
use super::tables;
use crate::result::{Comparison, Document, Posterior};

/// The table of an axis, and what its numbers mean; none where no ratio has a posterior.
pub fn believed(document: &Document, axes: &[String], metric: &str) -> Vec<Block> {
    let of_axis = |c: &&Comparison| c.metric == metric && c.contrast == "ratio" && c.axes == axes;
    let posterior = |c: &'_ Comparison| c.details.as_ref().and_then(|details| details.posterior.clone());
    let found: Vec<(&Comparison, Posterior)> =
        document.comparisons.iter().filter(of_axis).filter_map(|c| Some((c, posterior(c)?))).collect();
    let Some((_, first)) = found.first() else { return Vec::new() };
    let side = |name: &str, limit: Option<f64>| limit.map(|limit| format!(">{name} {}", short_decimal(limit)));
    let (below, above) = (side("Below", first.min), side("Above", first.max));
    let range = format!("{} of belief", level(document.policy.level));
    let mut heads = vec!["Group", "Compared with"];
    heads.extend(below.as_deref());
    heads.push(">Within the limits");
    heads.extend(above.as_deref());
    heads.extend([">Middle", &range]);
    let caption = format!("How likely each ratio is to be beyond the limits, by {}", axes.join(" and "));
    let mut table = Table::new(caption, &heads);
    for (c, posterior) in &found {
        let mut row = vec![group_name(axes, &c.group), reference_name(axes, &c.reference)];
        row.extend(posterior.min.map(|_| probability(posterior.below)));
        row.push(probability(posterior.within));
        row.extend(posterior.max.map(|_| probability(posterior.above)));
        let shown = |ratio: f64| apart(ratio, &[posterior.min, posterior.max]);
        row.push(posterior.median.map_or_else(|| "–".to_owned(), shown));
        row.push(tables::interval(posterior.median, posterior.low, posterior.high, shown));
        table.rows.push(row);
    }
    let words = "These are degrees of belief after seeing the data, from a prior that favours no rate (Jeffreys). They decide nothing: the verdicts come from the intervals.";
    vec![Block::Table(table), Block::Paragraph(words.to_owned())]
}

/// A probability in percent; what is not quite impossible or certain does not look it.
fn probability(p: f64) -> String {
    if p < 0.001 {
        "<0.1%".to_owned()
    } else if p > 0.999 {
        ">99.9%".to_owned()
    } else {
        percent(p)
    }
}
