//! The page of the history of reviews: who decided what and when, what changed in between, and how each gap went.

use super::numbers::{count, counted, in_unit, round_in_unit, short_decimal};
use super::page::{Block, Mark, Page, Table};
use super::sentences::{group_name, number_of};
use super::tables::interval;
use crate::figures::figure::{Kind, Limits};
use crate::figures::{Dot, Drawing, Estimate, Figure, Scale, Track, Trends};
use crate::history::{CheckChanged, Entry, Line, Point, Trend};
use crate::metrics;
use crate::result::{Differing, Verdict};

/// Numbers that have a panel and a table; all are in the JSON.
const MOST: usize = 12;

/// The page of a history; `due_on` is the day on which the next review is due.
pub fn history(lines: &[Line], trends: &[Trend], due_on: Option<&str>) -> Page {
    let reviews: Vec<&Entry> = lines.iter().map(|line| &line.entry).filter(|entry| !entry.draft).collect();
    let mut blocks = vec![Block::Paragraph(opening(&reviews, lines, due_on))];
    if !lines.is_empty() {
        blocks.push(Block::Heading("Reviews: who decided what?".to_owned()));
        blocks.push(Block::Table(table(lines)));
        blocks.push(Block::List(lines.iter().map(|line| decision(&line.entry)).collect()));
    }
    let changed: Vec<String> = reviews.iter().flat_map(|entry| changes(entry)).collect();
    if !changed.is_empty() {
        blocks.push(Block::Heading("Changes: what is not as it was?".to_owned()));
        blocks.push(Block::List(changed));
    }
    if let Some(table) = actions(&reviews) {
        blocks.push(Block::Heading("Actions: what is to be done, and what was?".to_owned()));
        blocks.push(Block::Table(table));
    }
    if !trends.is_empty() {
        blocks.push(Block::Heading("Trend: do the gaps close?".to_owned()));
        blocks.extend(figure(lines, trends).map(Block::Figure));
        blocks.extend(trends.iter().take(MOST).map(|trend| Block::Table(of_trend(trend))));
        if trends.len() > MOST {
            let more = count((trends.len() - MOST) as u64);
            blocks.push(Block::Paragraph(format!("{more} more rows are in the JSON of the history.")));
        }
    }
    if let Some(last) = lines.last() {
        blocks.push(Block::Heading("Chain: has a line been changed?".to_owned()));
        blocks.push(Block::Paragraph(format!(
            "Every line holds the hash of the line before it, and all of them fit. A history that was written anew from its \
             start would fit as well, so keep the hash of the last line somewhere else: {}.",
            last.sha256
        )));
    }
    Page { title: "evenhand reviews".to_owned(), blocks }
}

fn opening(reviews: &[&Entry], lines: &[Line], due_on: Option<&str>) -> String {
    let drafts = lines.len() - reviews.len();
    let drafts = match drafts {
        0 => String::new(),
        n => format!(" Drafts, which nobody decided or signed and which are no reviews: {}.", count(n as u64)),
    };
    let Some((first, last)) = reviews.first().zip(reviews.last()) else {
        return format!("There is no review yet.{drafts}");
    };
    let system = last.about.system.as_ref().map(|system| format!(" of {system}")).unwrap_or_default();
    let due = due_on.map(|day| format!(" The next one is due on {day}.")).unwrap_or_default();
    let when =
        if reviews.len() == 1 { format!("on {}", last.day) } else { format!("from {} to {}", first.day, last.day) };
    format!("{}{system}, {when}.{due}{drafts}", counted(reviews.len() as u64, "review"))
}

fn mark(verdict: Verdict) -> String {
    let mark = Mark::of_run(verdict);
    format!("{} {}", mark.shape(), mark.word())
}

fn table(lines: &[Line]) -> Table {
    let heads = [
        "Review",
        "Day",
        "Verdict",
        "Model",
        ">Rows",
        ">Not met",
        ">Inconclusive",
        ">Met",
        ">Open actions",
        "Decision",
    ];
    let mut table = Table::new("Reviews", &heads);
    for Line { entry, .. } in lines {
        let rows = |verdict: Verdict| count(entry.checks.iter().filter(|row| row.verdict == verdict).count() as u64);
        let open = entry.actions.iter().filter(|action| action.status.word() == "open").count();
        let decision = entry.decision.clone().unwrap_or_else(|| "none".to_owned());
        table.rows.push(vec![
            entry.number.to_string(),
            entry.day.clone(),
            mark(entry.verdict),
            entry.about.model_version.clone().unwrap_or_else(|| "–".to_owned()),
            count(entry.data.rows_used),
            rows(Verdict::NotMet),
            rows(Verdict::Inconclusive),
            rows(Verdict::Met),
            count(open as u64),
            if entry.draft { format!("{decision} (draft)") } else { decision },
        ]);
    }
    table
}

/// What was decided, why, and by whom.
fn decision(entry: &Entry) -> String {
    let decided = match (&entry.decision, entry.draft) {
        (Some(decision), false) => decision.clone(),
        (Some(decision), true) => format!("draft, {decision}"),
        (None, _) => "draft, undecided".to_owned(),
    };
    let reason = entry.reason.as_ref().map(|reason| format!(". {}", reason.trim_end_matches('.'))).unwrap_or_default();
    let signed: Vec<String> = entry.signed.iter().map(|s| format!("{} ({})", s.name, s.role)).collect();
    let signed = if signed.is_empty() { "unsigned".to_owned() } else { format!("signed by {}", signed.join(", ")) };
    let mut words = format!("Review {} on {}: {decided}{reason}; {signed}.", entry.number, entry.day);
    if entry.findings_left > 0 {
        let findings = counted(entry.findings_left, "row");
        let have = if entry.findings_left == 1 { "is not met and has" } else { "are not met and have" };
        words.push_str(&format!(" {findings} {have} neither an action nor a waiver."));
    }
    for (what, outcome) in &entry.outcomes {
        words.push_str(&format!(" {what}: {outcome}."));
    }
    let read = [("override", entry.overrides_read), ("appeal", entry.appeals_read)];
    for (noun, number) in read.into_iter().filter_map(|(noun, number)| Some((noun, number?))) {
        words.push_str(&format!(" {} read.", counted(number, noun)));
    }
    if let Some(narrowed) = &entry.narrowed {
        words.push_str(&format!(" No longer tested, because: {}.", narrowed.trim_end_matches('.')));
    }
    for note in &entry.notes {
        words.push_str(&format!(" {}.", note.trim_end_matches('.')));
    }
    if !entry.triggers.is_empty() {
        words.push_str(&format!(" Calls for a review before it is due: {}.", entry.triggers.join("; ")));
    }
    words
}

/// What is not as it was at the review before.
fn changes(entry: &Entry) -> Vec<String> {
    let Some(changes) = &entry.changes else { return Vec::new() };
    let mut told: Vec<String> = changes.differences.iter().map(difference).collect();
    let statuses = ["new", "worsened", "improved", "resolved", "no-longer-tested", "redefined", "added"];
    for status in statuses {
        let rows: Vec<String> = changes.checks.iter().filter(|row| row.status == status).map(changed).collect();
        if !rows.is_empty() {
            told.push(format!("{}: {}", status.replace('-', " "), rows.join(", ")));
        }
    }
    if told.is_empty() {
        told.push("nothing".to_owned());
    }
    vec![format!("Review {} against review {}: {}.", entry.number, changes.since, told.join("; "))]
}

fn difference(difference: &Differing) -> String {
    let what = difference.what.as_str();
    let short = |text: &str| text.chars().take(12).collect::<String>();
    let shown = |text: &str| if what == "policy" { short(text) } else { text.to_owned() };
    match (&difference.before, &difference.after) {
        (Some(before), Some(after)) => format!("{what} from {} to {}", shown(before), shown(after)),
        (None, Some(after)) => format!("{what}: {}", shown(after)),
        (Some(before), None) => format!("{what} gone: {}", shown(before)),
        (None, None) => what.to_owned(),
    }
}

fn changed(row: &CheckChanged) -> String {
    let of = if row.group.is_empty() && !row.axes.is_empty() {
        row.axes.join(":")
    } else {
        group_name(&row.axes, &row.group)
    };
    let redefined = if row.redefined { " (it asks something else than before)" } else { "" };
    format!("{} of {of}{redefined}", row.id)
}

/// Every action as the last review that knew it left it.
fn actions(reviews: &[&Entry]) -> Option<Table> {
    let mut table = Table::new("Actions", &["Action", "Check", "What", "Owner", "Due", "Opened", "Status"]);
    let mut told: Vec<&str> = Vec::new();
    for entry in reviews.iter().rev() {
        for action in &entry.actions {
            if told.contains(&action.id.as_str()) {
                continue;
            }
            told.push(&action.id);
            let group = action.group.as_ref().map(|g| g.values().cloned().collect::<Vec<_>>().join(" / "));
            let status = match (&action.closed_on, &action.retest) {
                (Some(day), Some(run)) => {
                    let run: String = run.chars().take(12).collect();
                    format!("{} on {day}, retest {run}", action.status.word())
                }
                (Some(day), None) => format!("{} on {day}, waiver {}", action.status.word(), action.waivers.join(", ")),
                (None, _) => action.status.word().to_owned(),
            };
            table.rows.push(vec![
                action.id.clone(),
                group.map_or_else(|| action.check.clone(), |group| format!("{}, {group}", action.check)),
                action.what.clone(),
                action.owner.clone(),
                action.due.clone(),
                action.opened_on.clone(),
                status,
            ]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

fn title(trend: &Trend) -> String {
    let metric = metrics::find(&trend.metric).map_or(trend.metric.as_str(), |metric| metric.name);
    let of = if trend.group.is_empty() && !trend.axes.is_empty() {
        trend.axes.join(":")
    } else {
        group_name(&trend.axes, &trend.group)
    };
    format!("{}: {metric}, {}, {of}", trend.id, trend.contrast)
}

fn shown(trend: &Trend, point: &Point, value: f64) -> String {
    let bounds = [point.min, point.max];
    match point.unit.as_deref() {
        Some(unit) => in_unit(Some(unit), value, &bounds),
        None => number_of(&trend.metric, &trend.contrast, &bounds, value),
    }
}

fn limits(point: &Point) -> String {
    let side = |text: &Option<String>, value: Option<f64>| {
        text.as_ref().zip(value).map(|(text, value)| {
            if let Some(unit) = point.unit.as_deref() {
                return round_in_unit(Some(unit), value);
            }
            if text.contains('/') { format!("{} ({text})", short_decimal(value)) } else { text.clone() }
        })
    };
    match (side(&point.min_text, point.min), side(&point.max_text, point.max)) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "–".to_owned(),
    }
}

fn of_point(point: &Point) -> Mark {
    match point.verdict {
        Verdict::Inconclusive if point.reason.as_deref() == Some("too-few") => Mark::TooFew,
        verdict => Mark::of_run(verdict),
    }
}

fn of_trend(trend: &Trend) -> Table {
    let heads = ["Review", "Day", "Verdict", ">Value", "Interval", "Limits", ">Cases", "Model", "Follows on"];
    let mut table = Table::new(title(trend), &heads);
    for (i, point) in trend.points.iter().enumerate() {
        let value = |v: f64| shown(trend, point, v);
        let mark = of_point(point);
        table.rows.push(vec![
            point.number.to_string(),
            point.day.clone(),
            format!("{} {}", mark.shape(), mark.word()),
            point.value.map_or_else(|| "not defined".to_owned(), value),
            interval(point.value, point.low, point.high, value),
            limits(point),
            count(point.rows),
            point.model_version.clone().unwrap_or_else(|| "–".to_owned()),
            match (i, point.joined) {
                (0, _) => "–".to_owned(),
                (_, true) => "yes".to_owned(),
                (_, false) => "no: it asks something else".to_owned(),
            },
        ]);
    }
    table
}

/// The trends side by side; none before the second review, or where no number can be drawn.
fn figure(lines: &[Line], trends: &[Trend]) -> Option<Figure> {
    let panels: Vec<Track> = trends.iter().take(MOST).filter_map(panel).collect();
    let mut days: Vec<(f64, String)> = Vec::new();
    for point in trends.iter().flat_map(|trend| &trend.points) {
        if !days.iter().any(|(_, day)| *day == point.day) {
            days.push((point.at, point.day.clone()));
        }
    }
    days.sort_by(|a, b| a.0.total_cmp(&b.0));
    let reviews = lines.iter().filter(|line| !line.entry.draft).count();
    if panels.is_empty() || reviews < 2 {
        return None;
    }
    let broken = panels.iter().any(|panel| !panel.breaks.is_empty());
    let gap = if broken {
        " A dashed line stands where the question became another one; nothing is joined across it."
    } else {
        ""
    };
    let message = format!(
        "Each dot is a review with its interval; the shaded band is within the limits of the last review.{gap}"
    );
    let told: Vec<String> = trends.iter().take(MOST).map(in_words).collect();
    Some(Figure {
        title: "Gaps over the reviews".to_owned(),
        message,
        description: told.join(". "),
        drawing: Drawing::Trends(Trends { days, panels }),
    })
}

fn in_words(trend: &Trend) -> String {
    let point = |point: &Point| {
        let value = |v: f64| shown(trend, point, v);
        let number = point.value.map_or_else(|| "not defined".to_owned(), value);
        let ends = interval(point.value, point.low, point.high, value);
        format!("{} {number} ({ends}), {}", point.day, of_point(point).word())
    };
    format!("{}: {}", title(trend), trend.points.iter().map(point).collect::<Vec<_>>().join("; "))
}

fn panel(trend: &Trend) -> Option<Track> {
    let last = trend.points.last()?;
    let numbers: Vec<f64> = trend
        .points
        .iter()
        .flat_map(|p| [p.value, p.low, p.high])
        .chain([last.min, last.max])
        .flatten()
        .filter(|number| number.is_finite())
        .collect();
    let is_share = metrics::find(&trend.metric).is_some_and(|metric| !metric.did.is_empty());
    let within = |low: f64, high: f64| numbers.iter().all(|n| (low..=high).contains(n));
    let given = || numbers.iter().copied();
    let (scale, line) = match trend.contrast.as_str() {
        "ratio" | "worst-ratio" => (Scale::ratios(given()), Some((1.0, "1: no gap".to_owned()))),
        "difference" if within(-1.0, 1.0) => (Scale::differences(given()), Some((0.0, "0: no gap".to_owned()))),
        "spread" if within(0.0, 1.0) => (Scale::shares(given()), None),
        "value" if is_share => (Scale::shares(given()), None),
        "value" if within(0.0, 1.0) => (Scale::probabilities(), None),
        "value" if within(0.0, 100.0) => (Scale::ratios(given()), None),
        _ => return None,
    };
    let bound = |value: Option<f64>, text: &Option<String>| value.zip(text.clone());
    let limits = Limits { low: bound(last.min, &last.min_text), high: bound(last.max, &last.max_text) };
    let dot = |point: &Point| Dot {
        at: point.at,
        estimate: point.value.map(|value| Estimate { value, low: point.low, high: point.high }),
        kind: Kind::Judged(of_point(point)),
        joined: point.joined,
    };
    let breaks = trend.points.windows(2).filter(|pair| !pair[1].joined).map(|pair| (pair[0].at + pair[1].at) / 2.0);
    Some(Track {
        title: title(trend),
        scale,
        points: trend.points.iter().map(dot).collect(),
        line,
        limits: Some(limits),
        breaks: breaks.collect(),
    })
}
