//! What is not as it was at the review before: model, policy, data, groups, and every check row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry::{Entry, RowSeen};
use crate::change::differences::SHARE_MOVED;
use crate::result::{Differing, Group, RowKey, Verdict};

/// What changed since the review before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// The number of the line that is compared with.
    pub since: u64,
    /// `system`, `model`, `policy`, `evenhand`, `periods`, `data`, `group`, or `share of` a group.
    pub differences: Vec<Differing>,
    /// Rows whose verdict changed, rows that are new and rows that are gone.
    pub checks: Vec<CheckChanged>,
}

/// A check row before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckChanged {
    pub id: String,
    pub metric: String,
    pub contrast: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub before: Option<Verdict>,
    pub after: Option<Verdict>,
    /// `new`, `worsened`, `improved`, `resolved`, `added`, `no-longer-tested`, or `redefined` with the same verdict.
    pub status: String,
    /// The number is another one, or its limits are.
    pub redefined: bool,
}

/// What changed from one review to the next.
pub fn since(before: &Entry, after: &Entry) -> Changes {
    Changes { since: before.number, differences: differences(before, after), checks: checks(before, after) }
}

fn differences(before: &Entry, after: &Entry) -> Vec<Differing> {
    let mut found = Vec::new();
    let mut add = |what: &str, before: Option<String>, after: Option<String>| {
        if before != after {
            found.push(Differing { what: what.to_owned(), before, after });
        }
    };
    add("system", before.about.system.clone(), after.about.system.clone());
    add("model", before.about.model_version.clone(), after.about.model_version.clone());
    add("policy", Some(before.policy.sha256.clone()), Some(after.policy.sha256.clone()));
    add("evenhand", Some(before.tool.version.clone()), Some(after.tool.version.clone()));
    let periods =
        |entry: &Entry| entry.data.periods.first().zip(entry.data.periods.last()).map(|(a, b)| format!("{a} to {b}"));
    add("periods", periods(before), periods(after));
    let data = |entry: &Entry| Some(entry.data.sources.join(" ")).filter(|sources| !sources.is_empty());
    if data(before) == data(after) {
        add("data", None, Some("the same files as before".to_owned()));
    }
    let (old, new) = (shares(before), shares(after));
    for ((attribute, level), share) in &old {
        match new.get(&(attribute, level)) {
            None => add("group", Some(format!("{attribute} {level}")), None),
            Some(now) if (now - share).abs() > SHARE_MOVED => {
                let words = |share: f64| Some(format!("{:.1}%", 100.0 * share));
                add(&format!("share of {attribute} {level}"), words(*share), words(*now));
            }
            Some(_) => {}
        }
    }
    for (attribute, level) in new.keys().filter(|key| !old.contains_key(*key)) {
        add("group", None, Some(format!("{attribute} {level}")));
    }
    found
}

/// The share of every group that has rows.
fn shares(entry: &Entry) -> BTreeMap<(&str, &str), f64> {
    let groups = entry.data.attributes.iter().flat_map(|a| a.groups.iter().map(move |g| (a, g)));
    groups.filter(|(_, g)| g.rows > 0).map(|(a, g)| ((a.name.as_str(), g.group.as_str()), g.share)).collect()
}

fn checks(before: &Entry, after: &Entry) -> Vec<CheckChanged> {
    let old: BTreeMap<RowKey, &RowSeen> = before.checks.iter().map(|row| (row.key(), row)).collect();
    let new: BTreeMap<RowKey, &RowSeen> = after.checks.iter().map(|row| (row.key(), row)).collect();
    let mut found = Vec::new();
    let mut add = |row: &RowSeen, before: Option<&RowSeen>, after: Option<&RowSeen>, status: &str| {
        found.push(CheckChanged {
            id: row.id.clone(),
            metric: row.metric.clone(),
            contrast: row.contrast.clone(),
            axes: row.axes.clone(),
            group: row.group.clone(),
            before: before.map(|row| row.verdict),
            after: after.map(|row| row.verdict),
            status: status.to_owned(),
            redefined: before.zip(after).is_some_and(|(before, after)| !before.asks_the_same(after)),
        });
    };
    for row in &after.checks {
        let was = old.get(&row.key()).copied();
        if let Some(status) = status(was.map(|row| row.verdict), row.verdict) {
            add(row, was, Some(row), status);
        } else if was.is_some_and(|was| !was.asks_the_same(row)) {
            add(row, was, Some(row), "redefined");
        }
    }
    for row in before.checks.iter().filter(|row| !new.contains_key(&row.key())) {
        add(row, Some(row), None, "no-longer-tested");
    }
    found
}

/// What became of a row; none when it is as it was.
fn status(before: Option<Verdict>, after: Verdict) -> Option<&'static str> {
    use Verdict::{Inconclusive, Met, NotApplicable, NotMet};
    match (before, after) {
        (Some(before), after) if before == after => None,
        (None | Some(NotApplicable), NotMet) => Some("new"),
        (None | Some(NotApplicable), _) => Some("added"),
        (Some(_), NotApplicable) => Some("no-longer-tested"),
        (Some(_), NotMet) => Some("new"),
        (Some(NotMet), Met) => Some("resolved"),
        (Some(NotMet), _) | (Some(Inconclusive), _) => Some("improved"),
        (Some(Met), _) => Some("worsened"),
    }
}

/// What was looked at before and is not any more: attributes, groups, checks and what they were asked of. A row that is gone
/// because another group has become the reference is not among them.
pub fn narrowed(before: &Entry, after: &Entry) -> Vec<String> {
    let mut gone = Vec::new();
    let kept = |name: &str| after.data.attributes.iter().any(|attribute| attribute.name == name);
    for attribute in before.data.attributes.iter().filter(|attribute| !kept(&attribute.name)) {
        gone.push(format!("the attribute {}", attribute.name));
    }
    let now = shares(after);
    for (attribute, level) in shares(before).keys().filter(|key| kept(key.0) && !now.contains_key(*key)) {
        gone.push(format!("the group {attribute} {level}"));
    }
    let asked = |row: &RowSeen| (row.id.clone(), row.metric.clone(), row.axes.clone());
    let asked_now: Vec<_> = after.checks.iter().map(asked).collect();
    let mut told = Vec::new();
    for row in &before.checks {
        let asked = asked(row);
        if !asked_now.contains(&asked) && !told.contains(&asked) {
            let of = if row.axes.is_empty() { "everybody".to_owned() } else { row.axes.join(":") };
            gone.push(format!("the check {} ({}) of {of}", row.id, row.metric));
            told.push(asked);
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Inconclusive, Met, NotApplicable, NotMet};

    #[test]
    fn what_became_of_a_row() {
        assert_eq!(status(Some(Met), NotMet), Some("new"));
        assert_eq!(status(None, NotMet), Some("new"));
        assert_eq!(status(Some(Met), Inconclusive), Some("worsened"));
        assert_eq!(status(Some(Inconclusive), Met), Some("improved"));
        assert_eq!(status(Some(NotMet), Inconclusive), Some("improved"));
        assert_eq!(status(Some(NotMet), Met), Some("resolved"));
        assert_eq!(status(Some(NotMet), NotApplicable), Some("no-longer-tested"));
        assert_eq!(status(None, Met), Some("added"));
        assert_eq!(status(None, NotApplicable), Some("added"));
        for same in Verdict::ALL {
            assert_eq!(status(Some(same), same), None);
        }
    }
}
