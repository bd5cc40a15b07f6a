//! The figures of people after a model: the rates before and after, and whether each gap became wider.

use std::collections::BTreeSet;

use super::human::effect_word;
use super::numbers::{count, level, percent, points, with_sign};
use super::pictures::{levels, shown};
use super::share_panels::{self, Ends, FEW, axes_of, choose, from_to, lowest_and_highest};
use crate::figures::figure::{Heads, Kind};
use crate::figures::{Drawing, Estimate, Figure, Panel, Row, Scale, Start};
use crate::result::{Document, Group, HumanGap, HumanStep, HumanView, Mark};

/// Rows of each of two panels.
const MOST: usize = 15;

/// A figure for each way of grouping.
pub(super) fn before_and_after(document: &Document, view: &HumanView) -> Vec<Figure> {
    let axes = axes_of(view.steps.iter().map(|step| &step.axes));
    axes.into_iter().filter_map(|axes| figure(document, view, axes)).collect()
}

fn figure(document: &Document, view: &HumanView, axes: &[String]) -> Option<Figure> {
    let of_axis: Vec<&HumanStep> = view.steps.iter().filter(|step| step.axes == axes).collect();
    let ends = [ends(document, &of_axis, |step| step.rate_before), ends(document, &of_axis, |step| step.rate_after)];
    let named: Vec<&Group> = ends.iter().flatten().flatten().map(|(_, group)| *group).collect();
    let groups: Vec<(&Group, u64)> = of_axis.iter().map(|step| (&step.group, step.rows)).collect();
    let (drawn, cut) = choose(&groups, &named, MOST);
    let steps = of_axis.iter().copied().filter(|step| drawn.contains(&step.group));
    let everybody = view.steps.iter().find(|step| step.axes.is_empty());
    let with_everybody: Vec<&HumanStep> = everybody.into_iter().chain(steps).collect();
    let rates = rates(document, axes, &with_everybody);
    let mut description = share_panels::told(&rates.rows);
    let mut panels = vec![rates];
    if let Some(gaps) = gaps(document, view, axes, &drawn) {
        description.push_str(&format!(". {}: {}", gaps.title, share_panels::told(&gaps.rows)));
        panels.push(gaps);
    }
    let told = match ends {
        [Some(before), Some(after)] => {
            format!("By the model {}; in the end {}.", from_to(axes, before), from_to(axes, after))
        }
        _ => FEW.to_owned(),
    };
    let message = format!("{told}{cut}");
    let any = panels.iter().any(|panel| panel.rows.iter().any(|row| row.estimate.is_some()));
    let title = format!("Share with the favourable decision, before and after people, by {}", axes.join(" and "));
    let description = format!("{message} {description}.");
    any.then_some(Figure { title, message, description, drawing: Drawing::Panels(panels) })
}

/// The lowest and the highest rate of groups with enough rows.
fn ends<'a>(
    document: &Document,
    steps: &[&'a HumanStep],
    rate: impl Fn(&HumanStep) -> Option<f64>,
) -> Option<Ends<'a>> {
    let enough = steps.iter().filter(|step| step.rows >= document.policy.min_group);
    lowest_and_highest(enough.filter_map(|step| Some((rate(step)?, &step.group))))
}

/// Both rates of everybody and of every group: a stroke leads from the model's to the last.
fn rates(document: &Document, axes: &[String], steps: &[&HumanStep]) -> Panel {
    let row = |step: &&HumanStep| {
        let few = step.rows < document.policy.min_group;
        let rate = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
        Row {
            label: if step.axes.is_empty() { "everybody".to_owned() } else { levels(axes, &step.group) },
            estimate: step.rate_after.map(|value| Estimate { value, low: None, high: None }),
            start: step.rate_before.map(Start::Before),
            kind: if few { Kind::Judged(Mark::TooFew) } else { Kind::Plain },
            value: format!("{} to {}", rate(step.rate_before), rate(step.rate_after)),
            cases: count(step.rows),
            word: if few { Mark::TooFew.word().to_owned() } else { String::new() },
        }
    };
    let rows: Vec<Row> = steps.iter().map(row).collect();
    let numbers = steps.iter().flat_map(|step| [step.rate_before, step.rate_after]).flatten();
    let heads = Heads {
        group: axes.join(", "),
        axis: "| by the model, \u{25A0} in the end".to_owned(),
        value: "By the model, in the end".to_owned(),
        cases: "Rows".to_owned(),
        verdict: String::new(),
    };
    Panel { title: String::new(), heads, scale: Scale::shares(numbers), rows, line: None, limits: None }
}

/// How much farther from equality each gap is in the end; none where no change of a gap has an interval to be told.
fn gaps(document: &Document, view: &HumanView, axes: &[String], drawn: &BTreeSet<&Group>) -> Option<Panel> {
    let of_axis = |gap: &&HumanGap| gap.contrast == "difference" && gap.axes == axes && drawn.contains(&gap.group);
    let gaps: Vec<&HumanGap> = view.gaps.iter().filter(of_axis).collect();
    if gaps.iter().all(|gap| gap.widening.is_none()) {
        return None;
    }
    let signed = |value: f64| with_sign(value, points(value, &[]));
    let row = |gap: &&HumanGap| Row {
        label: levels(axes, &gap.group),
        estimate: gap.widening.map(|value| Estimate { value, low: gap.widening_low, high: gap.widening_high }),
        start: None,
        kind: if gap.effect == "too-few" { Kind::Judged(Mark::TooFew) } else { Kind::Plain },
        value: shown(gap.widening, gap.widening_low, gap.widening_high, signed),
        cases: String::new(),
        word: effect_word(&gap.effect).to_owned(),
    };
    let numbers = gaps.iter().flat_map(|gap| [gap.widening, gap.widening_low, gap.widening_high]).flatten();
    let heads = Heads {
        group: axes.join(", "),
        axis: "Percentage points farther from equality".to_owned(),
        value: format!("Wider by ({} interval)", level(document.policy.level)),
        cases: String::new(),
        verdict: "The gap is".to_owned(),
    };
    Some(Panel {
        title: "How much wider people made the gap to the reference".to_owned(),
        heads,
        scale: Scale::differences(numbers),
        rows: gaps.iter().map(row).collect(),
        line: Some((0.0, "as by the model".to_owned())),
        limits: None,
    })
}
