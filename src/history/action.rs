//! Actions: what a review asks somebody to do about a finding, and how that comes to an end.

use serde::{Deserialize, Serialize};

use super::entry::{Entry, RowSeen};
use crate::result::{Group, Verdict};

/// Something to be done about a check row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    pub id: String,
    /// The check, and the group of it; without one every row of the check.
    pub check: String,
    pub group: Option<Group>,
    pub what: String,
    pub owner: String,
    /// The last day.
    pub due: String,
    pub status: Status,
    /// The line, the day and the run that opened it.
    pub opened: u64,
    pub opened_on: String,
    pub opened_run: String,
    pub closed_on: Option<String>,
    /// The run in which every row was met.
    pub retest: Option<String>,
    /// The waivers that let its rows through.
    pub waivers: Vec<String>,
}

/// What has become of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Open,
    /// A retest was met.
    Fixed,
    /// A waiver lets the finding through.
    Accepted,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Fixed => "fixed",
            Status::Accepted => "accepted",
        }
    }
}

impl Action {
    pub fn is_overdue(&self, day: &str) -> bool {
        self.status == Status::Open && self.due.as_str() < day
    }

    /// Whether a row is what the action is about.
    pub fn is_about(&self, row: &RowSeen) -> bool {
        row.id == self.check && self.group.as_ref().is_none_or(|group| *group == row.group)
    }

    /// The action closed by what a later review found.
    ///
    /// # Errors
    /// Why it stays open: nothing was retested, the question is another one, or a row is neither met nor waived.
    pub fn close(&self, opened: Option<&Entry>, now: &Entry) -> Result<Action, String> {
        let id = &self.id;
        if self.opened_run == now.result.run {
            return Err(format!("action `{id}` was opened on this very result; it closes with a later one"));
        }
        let rows: Vec<&RowSeen> = now.checks.iter().filter(|row| self.is_about(row)).collect();
        if rows.is_empty() {
            return Err(format!("action `{id}` cannot close: the result has no row of check `{}` for it", self.check));
        }
        // Under the same id a check may ask something else now, another contrast or metric included.
        let asks_another = |row: &RowSeen| {
            let same = |then: &&RowSeen| then.id == row.id && then.axes == row.axes && then.group == row.group;
            let mut then = opened.iter().flat_map(|entry| &entry.checks).filter(same).peekable();
            then.peek().is_some() && !then.any(|then| then.asks_the_same(row))
        };
        let mut waivers = Vec::new();
        for row in rows {
            let group: Vec<&str> = row.group.values().map(String::as_str).collect();
            let group = if group.is_empty() { "everybody".to_owned() } else { group.join(" / ") };
            if let Some(waiver) = &row.waived_by {
                if !waivers.contains(waiver) {
                    waivers.push(waiver.clone());
                }
            } else if row.verdict != Verdict::Met {
                let verdict = row.verdict.id().replace('_', " ");
                return Err(format!(
                    "action `{id}` cannot close: check `{}`, {group}, is {verdict} in this result. It closes when a retest \
                     is met, or with a waiver in the policy",
                    self.check
                ));
            } else if asks_another(row) {
                return Err(format!(
                    "action `{id}` cannot close: check `{}`, {group}, asks something else than when the action was opened \
                     (its limits, its reference or what is counted). Retest it as it was, or write a waiver",
                    self.check
                ));
            }
        }
        let status = if waivers.is_empty() { Status::Fixed } else { Status::Accepted };
        let retest = (status == Status::Fixed).then(|| now.result.run.clone());
        Ok(Action { status, retest, waivers, closed_on: Some(now.day.clone()), ..self.clone() })
    }
}
