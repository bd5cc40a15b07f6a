//! Shares of groups with their intervals, in panels under each other on one scale: of stages, classes and budgets.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::numbers::{count, percent};
use super::pictures::{heads, levels, shown};
use super::sentences::group_name;
use super::tables::no_value;
use crate::figures::figure::{Heads, Kind};
use crate::figures::{Drawing, Estimate, Figure, Panel, Row, Scale};
use crate::result::{Document, Group, Mark};

/// Rows of a figure that fit on a page of paper, and groups of each panel where there are many panels.
pub(super) const MOST_ROWS: usize = 28;
const FEWEST_GROUPS: usize = 2;
/// Panels of a figure that stands for more.
pub(super) const MOST_PANELS: usize = 5;
/// What is told of groups that are all too small.
pub(super) const FEW: &str = "No group has enough rows to be told in a sentence.";

/// The shares of one stage, class or budget.
pub(super) struct Shares<'a> {
    /// Above the panel.
    pub title: String,
    pub everybody: Option<f64>,
    pub groups: Vec<Share<'a>>,
}

/// The share of a group.
pub(super) struct Share<'a> {
    pub group: &'a Group,
    /// Rows that it is a share of.
    pub rows: u64,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub undefined: Option<&'a str>,
}

/// What is said about the panels.
pub(super) struct Words {
    pub title: String,
    /// What is to be seen, as sentences.
    pub message: String,
    /// The panels that the message tells of: whom it names is drawn.
    pub told: Vec<usize>,
}

/// The ways of grouping that a section shows, in its order, without everybody.
pub(super) fn axes_of<'a>(of: impl Iterator<Item = &'a Vec<String>>) -> Vec<&'a [String]> {
    let mut found: Vec<&[String]> = Vec::new();
    for axes in of.filter(|axes| !axes.is_empty()) {
        if !found.contains(&axes.as_slice()) {
            found.push(axes);
        }
    }
    found
}

/// From whom to whom the shares go: `from 4.0% (shop south) to 12.0% (shop north); of everybody 8.0%`.
pub(super) fn span(document: &Document, axes: &[String], shares: &Shares) -> Option<String> {
    let span = from_to(axes, ends(document, shares)?);
    let everybody = shares.everybody.map(|value| format!("; of everybody {}", percent(value))).unwrap_or_default();
    Some(format!("{span}{everybody}"))
}

/// The lowest and the highest share of groups with enough rows.
fn ends<'a>(document: &Document, shares: &Shares<'a>) -> Option<Ends<'a>> {
    let enough = shares.groups.iter().filter(|one| one.rows >= document.policy.min_group);
    lowest_and_highest(enough.filter_map(|one| Some((one.value?, one.group))))
}

/// How far the highest share of a group lies above the lowest; below every other where there is none.
pub(super) fn reach(document: &Document, shares: &Shares) -> f64 {
    ends(document, shares).map_or(-1.0, |[(low, _), (high, _)]| high - low)
}

/// Two shares with their groups.
pub(super) type Ends<'a> = [(f64, &'a Group); 2];

/// The lowest and the highest; none where there is none.
pub(super) fn lowest_and_highest<'a>(valued: impl Iterator<Item = (f64, &'a Group)>) -> Option<Ends<'a>> {
    let mut valued: Vec<(f64, &Group)> = valued.collect();
    valued.sort_by(|a, b| a.0.total_cmp(&b.0));
    Some([*valued.first()?, *valued.last()?])
}

/// `from 4.0% (shop south) to 12.0% (shop north)`.
pub(super) fn from_to(axes: &[String], [low, high]: Ends) -> String {
    let end = |(value, group): (f64, &Group)| format!("{} ({})", percent(value), group_name(axes, group));
    match (low.1 == high.1, percent(low.0) == percent(high.0)) {
        (true, _) => end(low),
        // What is printed alike is told as one number.
        (false, true) => format!("{} in every group", percent(low.0)),
        (false, false) => format!("from {} to {}", end(low), end(high)),
    }
}

/// A panel for each of the parts; none where no share of them is defined.
pub(super) fn figure(document: &Document, axes: &[String], parts: &[Shares], words: Words) -> Option<Figure> {
    let most = (MOST_ROWS / parts.len().max(1)).max(FEWEST_GROUPS);
    // The same groups in every panel.
    let first = parts.first()?;
    let of_told = words.told.iter().filter_map(|place| ends(document, parts.get(*place)?)).flatten();
    let named: Vec<&Group> = of_told.map(|(_, group)| group).collect();
    let groups: Vec<(&Group, u64)> = first.groups.iter().map(|one| (one.group, one.rows)).collect();
    let (drawn, cut) = choose(&groups, &named, most);
    let of_part = |part: &Shares| -> Vec<Row> {
        part.groups.iter().filter(|one| drawn.contains(one.group)).map(|one| row(document, axes, one)).collect()
    };
    // Panels under each other have one scale, so that they can be compared.
    let numbers = |part: &Shares| {
        let of_groups = part.groups.iter().filter(|one| drawn.contains(one.group));
        of_groups.flat_map(|one| [one.value, one.high]).chain([part.everybody]).flatten().collect::<Vec<f64>>()
    };
    let scale = Scale::shares(parts.iter().flat_map(numbers));
    let mut panels: Vec<Panel> = Vec::new();
    let mut listed = Vec::new();
    for part in parts {
        let rows = of_part(part);
        listed.push(format!("{}: {}", part.title, told(&rows)));
        // What stands above the columns is told once.
        let heads = match panels.is_empty() {
            true => Heads { cases: "Rows".to_owned(), ..heads(document, axes, String::new(), "Share") },
            false => Heads::default(),
        };
        let line = part.everybody.map(|value| (value, format!("everybody {}", percent(value))));
        panels.push(Panel { title: part.title.clone(), heads, scale: scale.clone(), rows, line, limits: None });
    }
    let any = panels.iter().any(|panel| panel.rows.iter().any(|row| row.estimate.is_some()));
    let message = format!("{}{cut}", words.message);
    let description = format!("{message} {}.", listed.join(". "));
    any.then_some(Figure { title: words.title, message, description, drawing: Drawing::Panels(panels) })
}

/// At most so many groups: those that are named, then those with the most rows; and which these are, where they are not all.
pub(super) fn choose<'a>(
    groups: &[(&'a Group, u64)],
    named: &[&'a Group],
    most: usize,
) -> (BTreeSet<&'a Group>, String) {
    let mut chosen: Vec<&(&Group, u64)> = groups.iter().collect();
    chosen.sort_by_key(|(group, rows)| (!named.contains(group), Reverse(*rows)));
    let drawn = chosen.into_iter().take(most).map(|(group, _)| *group).collect();
    if groups.len() <= most {
        return (drawn, String::new());
    }
    let cut = format!(
        " Of {} groups, {most} are drawn: the lowest and the highest, then those with the most rows; the result has them all.",
        count(groups.len() as u64)
    );
    (drawn, cut)
}

fn row(document: &Document, axes: &[String], one: &Share) -> Row {
    let few = one.rows < document.policy.min_group;
    Row {
        label: levels(axes, one.group),
        estimate: one.value.map(|value| Estimate { value, low: one.low, high: one.high }),
        start: None,
        kind: if few { Kind::Judged(Mark::TooFew) } else { Kind::Plain },
        value: match one.value {
            Some(_) => shown(one.value, one.low, one.high, percent),
            None => no_value(one.undefined),
        },
        cases: count(one.rows),
        word: if few { Mark::TooFew.word().to_owned() } else { String::new() },
    }
}

/// Every row in words.
pub(super) fn told(rows: &[Row]) -> String {
    let row = |row: &Row| {
        let rows = if row.cases.is_empty() { String::new() } else { format!(", {} rows", row.cases) };
        let word = if row.word.is_empty() { String::new() } else { format!(", {}", row.word) };
        format!("{}: {}{rows}{word}", row.label, row.value)
    };
    rows.iter().map(row).collect::<Vec<_>>().join("; ")
}
