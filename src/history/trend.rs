//! Each gap over the reviews: a point for every review that measured it, in stretches within which it was the same question.

use std::collections::BTreeMap;

use serde::Serialize;

use super::chain::Line;
use super::due::days_between;
use super::entry::RowSeen;
use crate::exact::Exact;
use crate::result::RowKey;
use crate::result::{Group, ReferenceView, Verdict};

/// A check row over the reviews.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trend {
    pub id: String,
    pub metric: String,
    pub contrast: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub points: Vec<Point>,
}

/// What one review found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    pub number: u64,
    pub day: String,
    /// Where the day stands between that of the first review, 0, and that of the last, 1.
    pub at: f64,
    /// What its numbers are in; absent of ratios, shares and numbers without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The limits as written, and as numbers.
    pub min_text: Option<String>,
    pub max_text: Option<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub verdict: Verdict,
    pub reason: Option<String>,
    pub reference: Option<ReferenceView>,
    pub rows: u64,
    pub model_version: Option<String>,
    /// The number means what it meant in the point before; a line may join them.
    pub joined: bool,
}

/// The trends of every row, the worst at the last review first; drafts are left out.
pub fn trends(lines: &[Line]) -> Vec<Trend> {
    let place = places(lines);
    let mut found: BTreeMap<RowKey, Vec<(&Line, &RowSeen)>> = BTreeMap::new();
    let mut order: Vec<RowKey> = Vec::new();
    for line in lines.iter().filter(|line| !line.entry.draft) {
        for row in &line.entry.checks {
            let points = found.entry(row.key()).or_insert_with(|| {
                order.push(row.key());
                Vec::new()
            });
            points.push((line, row));
        }
    }
    let mut trends: Vec<Trend> = order.iter().filter_map(|key| Some(trend(found.get(key)?, &place))).collect();
    let last = |trend: &Trend| trend.points.last().map_or(Verdict::NotApplicable, |point| point.verdict);
    let weight = |verdict: Verdict| match verdict {
        Verdict::NotMet => 0,
        Verdict::Inconclusive => 1,
        Verdict::Met => 2,
        Verdict::NotApplicable => 3,
    };
    trends.sort_by_key(|trend| weight(last(trend)));
    trends
}

/// The places of days from the first review to the last; a single day stands in the middle.
pub fn places(lines: &[Line]) -> impl Fn(&str) -> f64 {
    let mut reviews = lines.iter().filter(|line| !line.entry.draft);
    let first = reviews.next().map(|line| line.entry.day.clone()).unwrap_or_default();
    let last = reviews.next_back().map_or_else(|| first.clone(), |line| line.entry.day.clone());
    move |day| match (days_between(&first, day), days_between(&first, &last)) {
        (Some(here), Some(all)) if all > 0 => here as f64 / all as f64,
        _ => 0.5,
    }
}

fn trend(points: &[(&Line, &RowSeen)], place: &impl Fn(&str) -> f64) -> Trend {
    let first = points[0].1;
    let bound = |text: &Option<String>| text.as_deref().and_then(Exact::parse).map(|exact| exact.approximate());
    let mut told = Vec::new();
    for (i, (line, row)) in points.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| points[i]);
        let joined = before.is_some_and(|(_, then)| then.definition == row.definition);
        told.push(Point {
            number: line.entry.number,
            day: line.entry.day.clone(),
            at: place(&line.entry.day),
            unit: row.unit.clone(),
            value: row.value,
            low: row.low,
            high: row.high,
            min: bound(&row.min),
            max: bound(&row.max),
            min_text: row.min.clone(),
            max_text: row.max.clone(),
            verdict: row.verdict,
            reason: row.reason.clone(),
            reference: row.reference.clone(),
            rows: row.rows,
            model_version: line.entry.about.model_version.clone(),
            joined,
        });
    }
    Trend {
        id: first.id.clone(),
        metric: first.metric.clone(),
        contrast: first.contrast.clone(),
        axes: first.axes.clone(),
        group: first.group.clone(),
        points: told,
    }
}
