//! The figure of a campaign: the lift of every group with its interval.

use super::sentences::{is_share, shift};
use crate::figures::figure::{Heads, Kind};
use crate::figures::{Drawing, Estimate, Figure, Panel, Row, Scale};
use crate::result::{CampaignView, Document, Lift, Mark, OutcomeView};
use crate::words::numbers::{count, level};
use crate::words::outcomes::spaced;
use crate::words::pictures::{MOST, levels, shown};
use crate::words::sentences::upper_first;
use crate::words::tables::no_value;

/// The lifts of an axis, in the order of the groups; none where none is defined.
pub(super) fn forest(
    document: &Document,
    view: &CampaignView,
    outcome: &OutcomeView,
    axes: &[String],
    lifts: &[&Lift],
) -> Option<Figure> {
    let first = lifts.iter().find(|lift| lift.lift.is_some())?;
    let all = lifts.len();
    let drawn = &lifts[..all.min(MOST)];
    let numbers = drawn.iter().flat_map(|lift| [lift.lift, lift.low, lift.high]).flatten();
    let scale = if is_share(first) { Scale::differences(numbers) } else { Scale::changes(numbers) };
    let rows: Vec<Row> = drawn.iter().map(|lift| row(axes, lift)).collect();
    let (name, by) = (spaced(&outcome.name), axes.join(" and "));
    let what = if view.effect { "Change" } else { "Difference" };
    let unit = if is_share(first) { ", in percentage points" } else { "" };
    let confidence = level(document.policy.level);
    let heads = Heads {
        group: axes.join(", "),
        axis: format!("{what}{unit}"),
        value: format!("{what} ({confidence} interval)"),
        cases: "Rows".to_owned(),
        verdict: String::new(),
    };
    let ends = |at: fn(f64, f64) -> bool| {
        let valued = drawn.iter().filter_map(|lift| Some((*lift, lift.lift?)));
        valued.reduce(|best, next| if at(next.1, best.1) { next } else { best })
    };
    let told = |(lift, value): (&Lift, f64)| format!("{} ({})", shift(lift, value), levels(axes, &lift.group));
    let (low, high) = (ends(|a, b| a < b)?, ends(|a, b| a > b)?);
    let how = if view.effect { "What contacting changed" } else { "Association, not effect: the difference" };
    let cut = if all > MOST { format!(" Of {all} groups, the first {MOST} are drawn.") } else { String::new() };
    let message = format!("{how} in {name}: from {} to {}.{cut}", told(low), told(high));
    let listed: Vec<String> =
        rows.iter().map(|row| format!("{}: {}, {} rows", row.label, row.value, row.cases)).collect();
    let line = if view.effect { "no change" } else { "no difference" };
    let panel = Panel { title: String::new(), heads, scale, rows, line: Some((0.0, line.to_owned())), limits: None };
    let title = match view.effect {
        true => format!("{}: what contacting changed, by {by}", upper_first(&name)),
        false => format!("{}: contacted less not contacted, by {by} (association, not effect)", upper_first(&name)),
    };
    let description = format!("{message} {}.", listed.join("; "));
    Some(Figure { title, message, description, drawing: Drawing::Panels(vec![panel]) })
}

fn row(axes: &[String], lift: &Lift) -> Row {
    let rows = lift.treated.valued.zip(lift.control.valued).map(|(own, other)| own + other);
    Row {
        label: levels(axes, &lift.group),
        estimate: lift.lift.map(|value| Estimate { value, low: lift.low, high: lift.high }),
        start: None,
        kind: if lift.few { Kind::Judged(Mark::TooFew) } else { Kind::Plain },
        value: match lift.lift {
            Some(_) => shown(lift.lift, lift.low, lift.high, |v| shift(lift, v)),
            None => no_value(lift.undefined.as_deref()),
        },
        cases: rows.map(count).unwrap_or_default(),
        word: if lift.few { Mark::TooFew.word().to_owned() } else { String::new() },
    }
}
