//! The figures of a funnel: which share of each group reached every stage, and which part of a gap arises at each.

use super::numbers::{level, points, with_sign};
use super::pictures::shown;
use super::sentences::{group_name, reference_name, upper_first};
use super::share_panels::{self, FEW, MOST_ROWS, Share, Shares, Words, span};
use super::tables::interval;
use crate::figures::figure::{Heads, Kind};
use crate::figures::{Drawing, Estimate, Figure, Panel, Row, Scale, Start};
use crate::result::{Document, FunnelGap, FunnelView, Mark};

/// Gaps that are drawn: those that are shown first, then the widest.
const MOST_GAPS: usize = 3;

/// The ways of grouping that are shown.
pub(super) fn axes_of(view: &FunnelView) -> Vec<&[String]> {
    share_panels::axes_of(view.groups.iter().map(|one| &one.axes))
}

/// Of all rows of every group, the share that reached each stage, stage after stage.
pub(super) fn stages(document: &Document, view: &FunnelView, axes: &[String]) -> Option<Figure> {
    let everybody = view.groups.iter().find(|one| one.axes.is_empty());
    let at = |place: usize| {
        let of_group = view.groups.iter().filter(|one| one.axes == axes).filter_map(|one| {
            let stage = one.stages.get(place)?;
            Some(Share {
                group: &one.group,
                rows: one.rows,
                value: stage.of_all,
                low: stage.of_all_low,
                high: stage.of_all_high,
                undefined: None,
            })
        });
        Shares {
            title: view.stages[place].name.clone(),
            everybody: everybody.and_then(|one| one.stages.get(place)?.of_all),
            groups: of_group.collect(),
        }
    };
    let parts: Vec<Shares> = (0..view.stages.len()).map(at).collect();
    let last = parts.last()?;
    let told = span(document, axes, last).map(|span| format!("Of all rows, came to \"{}\": {span}.", last.title));
    let message = told.unwrap_or_else(|| FEW.to_owned());
    let title = format!("Share of all rows that reached each stage, by {}", axes.join(" and "));
    share_panels::figure(document, axes, &parts, Words { title, message, told: vec![parts.len() - 1] })
}

/// The parts of the widest gaps at the end, a bar for each stage: they add up.
pub(super) fn parts(document: &Document, view: &FunnelView, axes: &[String]) -> Option<Figure> {
    let mut gaps: Vec<&FunnelGap> =
        view.gaps.iter().filter(|gap| gap.axes == axes && gap.difference.is_some() && !gap.parts.is_empty()).collect();
    let clear = |gap: &FunnelGap| ["more", "fewer"].contains(&gap.direction.as_str());
    let size = |gap: &FunnelGap| gap.difference.unwrap_or(0.0).abs();
    let later = |gap: &FunnelGap| (gap.too_few, !clear(gap));
    gaps.sort_by(|a, b| later(a).cmp(&later(b)).then(size(b).total_cmp(&size(a))));
    let all = gaps.len();
    let most = (MOST_ROWS / (view.stages.len() + 1)).clamp(1, MOST_GAPS);
    gaps.truncate(most);
    let widest = *gaps.first()?;
    let numbers = |gap: &&FunnelGap| {
        let of_parts = gap.parts.iter().flat_map(|part| [Some(part.difference), part.low, part.high]);
        of_parts.chain([gap.difference, gap.low, gap.high]).flatten().collect::<Vec<f64>>()
    };
    let scale = Scale::differences(gaps.iter().flat_map(numbers));
    let mut panels: Vec<Panel> = Vec::new();
    let mut listed = Vec::new();
    for gap in &gaps {
        let rows = rows(gap);
        let by = gap.difference.map_or_else(String::new, signed);
        let title = format!("{by} percentage points at the end: {}", compared(gap));
        listed.push(format!("{title}: {}", share_panels::told(&rows)));
        let heads = match panels.is_empty() {
            true => heads(document),
            false => Heads::default(),
        };
        let line = Some((0.0, "no gap".to_owned()));
        panels.push(Panel { title, heads, scale: scale.clone(), rows, line, limits: None });
    }
    let made: Vec<String> =
        widest.parts.iter().map(|part| format!("{} at \"{}\"", signed(part.difference), part.stage)).collect();
    let cut = if all > gaps.len() {
        format!(" Of {all} gaps, {} are drawn: those that are shown first, then the widest.", gaps.len())
    } else {
        String::new()
    };
    let ends = interval(widest.difference, widest.low, widest.high, signed);
    let message = format!(
        "{}: {} percentage points at the end ({ends}), made up of {}.{cut}",
        upper_first(&compared(widest)),
        widest.difference.map_or_else(String::new, signed),
        made.join(", ")
    );
    let description = format!("{message} In percentage points. {}.", listed.join(". "));
    let title = format!("Where the gap at the end arises, in percentage points, by {}", axes.join(" and "));
    Some(Figure { title, message, description, drawing: Drawing::Panels(panels) })
}

fn heads(document: &Document) -> Heads {
    Heads {
        group: "Stage".to_owned(),
        axis: "Percentage points".to_owned(),
        value: format!("Part ({} interval)", level(document.policy.level)),
        cases: String::new(),
        verdict: String::new(),
    }
}

/// `channel web compared with channel app`.
fn compared(gap: &FunnelGap) -> String {
    format!("{} compared with {}", group_name(&gap.axes, &gap.group), reference_name(&gap.axes, &gap.reference))
}

/// A row for each stage, and one for all of them together.
fn rows(gap: &FunnelGap) -> Vec<Row> {
    let few = gap.too_few;
    let row = |label: &str, value: Option<f64>, low: Option<f64>, high: Option<f64>| Row {
        label: label.to_owned(),
        estimate: value.map(|value| Estimate { value, low, high }),
        start: Some(Start::Bar(0.0)),
        kind: if few { Kind::Judged(Mark::TooFew) } else { Kind::Plain },
        value: shown(value, low, high, signed),
        cases: String::new(),
        word: if few { Mark::TooFew.word().to_owned() } else { String::new() },
    };
    let stages = gap.parts.iter().map(|part| row(&part.stage, Some(part.difference), part.low, part.high));
    stages.chain([row("all stages together", gap.difference, gap.low, gap.high)]).collect()
}

/// Percentage points with their sign, whose unit is told beside.
fn signed(value: f64) -> String {
    with_sign(value, points(value, &[]))
}
