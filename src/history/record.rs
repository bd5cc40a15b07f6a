//! A result and what people decided about it → the next line of the history, or the reason why there is none.

use std::collections::{BTreeMap, BTreeSet};

use super::action::{Action, Status};
use super::chain::{FIRST, Line, last_review};
use super::changes::{self, Changes};
use super::entry::{DataSeen, Entry, PolicySeen, ResultSeen, RowSeen, SCHEMA, Signature, WaiverSeen};
use crate::report::VERSION;
use crate::result::{Document, Group, Tool, Verdict, WaiverView};

/// A reason in fewer characters tells nobody why.
pub const SHORTEST_REASON: usize = 40;
/// A waiver that ends within so many days calls for a review.
pub const SOON: i64 = 60;

/// What can be decided about a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Decision {
    /// It goes on as it is
    Continue,
    /// It goes on under conditions, which the reason and the actions name
    Conditions,
    /// It stops until something is done
    Pause,
    /// It is taken out of use
    Retire,
}

impl Decision {
    pub const ALL: [Decision; 4] = [Decision::Continue, Decision::Conditions, Decision::Pause, Decision::Retire];

    pub fn id(self) -> &'static str {
        match self {
            Decision::Continue => "continue",
            Decision::Conditions => "conditions",
            Decision::Pause => "pause",
            Decision::Retire => "retire",
        }
    }

    pub fn find(id: &str) -> Option<Decision> {
        Decision::ALL.into_iter().find(|decision| decision.id() == id)
    }
}

/// An action to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAction {
    pub id: String,
    pub check: String,
    pub group: Option<Group>,
    pub what: String,
    pub owner: String,
    pub due: String,
}

/// What people say about a result.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The day of the review.
    pub day: String,
    /// Recorded although it is not decided and signed.
    pub draft: bool,
    pub decision: Option<Decision>,
    pub reason: Option<String>,
    pub signed: Vec<Signature>,
    /// The roles that must sign, each another person.
    pub roles: Vec<String>,
    pub open: Vec<NewAction>,
    pub close: Vec<String>,
    /// Why something is no longer tested.
    pub narrowed: Option<String>,
    pub outcomes: BTreeMap<String, String>,
    pub overrides_read: Option<u64>,
    pub appeals_read: Option<u64>,
    pub notes: Vec<String>,
    pub lock: Option<String>,
}

/// Why nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The request does not fit the result or the history.
    Usage(String),
    /// A decision or a signature is missing.
    Incomplete(Vec<String>),
    /// Something is tested no longer, and nobody says why.
    Narrowed(Vec<String>),
}

/// The next entry after these lines.
///
/// # Errors
/// See [`Refused`]; nothing is to be written then.
pub fn record(lines: &[Line], document: &Document, seen: ResultSeen, request: &Request) -> Result<Entry, Refused> {
    fits(lines, document, request)?;
    let last = last_review(lines);
    let mut entry = look(lines, document, seen, request);
    entry.actions = actions(lines, last, &entry, request)?;
    let has_action = |row: &RowSeen| entry.actions.iter().any(|a| a.status == Status::Open && a.is_about(row));
    let left = entry.checks.iter().filter(|row| row.verdict == Verdict::NotMet && row.waived_by.is_none());
    entry.findings_left = left.filter(|row| !has_action(row)).count() as u64;
    if let Some(before) = last.map(|line| &line.entry) {
        let gone = changes::narrowed(before, &entry);
        let said = request.narrowed.as_deref().is_some_and(is_reason);
        if !gone.is_empty() && !said && !request.draft {
            return Err(Refused::Narrowed(gone));
        }
        entry.changes = Some(changes::since(before, &entry));
    }
    entry.triggers = triggers(entry.changes.as_ref(), &document.waivers);
    let missing = missing(request);
    if !missing.is_empty() && !request.draft {
        return Err(Refused::Incomplete(missing));
    }
    Ok(entry)
}

/// The result can be the next one at all.
fn fits(lines: &[Line], document: &Document, request: &Request) -> Result<(), Refused> {
    let refuse = |why: String| Err(Refused::Usage(why));
    if document.run.exploratory {
        return refuse(
            "the result is exploratory: a flag overrode its policy. Audit again with the policy alone, and review that"
                .to_owned(),
        );
    }
    if document.privacy.is_some() {
        return refuse(
            "this result is the edition for readers outside, with counts hidden; review the whole one".to_owned(),
        );
    }
    let run = &document.run;
    if request.day < run.as_of {
        return refuse(format!("the review is on {}, before the day of the result, {}", request.day, run.as_of));
    }
    if let Some(line) = lines.iter().find(|line| !line.entry.draft && line.entry.result.run == run.id) {
        let (number, day) = (line.entry.number, &line.entry.day);
        return refuse(format!("this run is recorded already: review {number} on {day}"));
    }
    if let Some(last) = lines.last().filter(|last| request.day < last.entry.day) {
        return refuse(format!("the review is on {}, before the last line, {}", request.day, last.entry.day));
    }
    match last_review(lines) {
        Some(last) if run.as_of < last.entry.result.as_of => {
            let before = &last.entry.result.as_of;
            refuse(format!("the result is of {}, before that of the last review, {before}", run.as_of))
        }
        _ => Ok(()),
    }
}

/// What is seen of the result, before anything is said about it.
fn look(lines: &[Line], document: &Document, seen: ResultSeen, request: &Request) -> Entry {
    let mut periods: Vec<String> = Vec::new();
    for look in document.sequences.iter().flat_map(|sequence| &sequence.looks) {
        if !periods.contains(&look.period) {
            periods.push(look.period.clone());
        }
    }
    let waivers = document.waivers.iter().map(|waiver| WaiverSeen {
        id: waiver.id.clone(),
        check: waiver.check.clone(),
        group: waiver.group.clone(),
        owner: waiver.owner.clone(),
        expires: waiver.expires.clone(),
        status: waiver.status.clone(),
        covers: waiver.covers,
    });
    Entry {
        schema: SCHEMA.to_owned(),
        number: lines.len() as u64 + 1,
        day: request.day.clone(),
        previous: lines.last().map_or_else(|| FIRST.to_owned(), |line| line.sha256.clone()),
        draft: request.draft,
        tool: Tool { name: "evenhand".to_owned(), version: VERSION.to_owned() },
        result: seen,
        policy: PolicySeen {
            path: document.policy.path.clone(),
            sha256: document.policy.sha256.clone(),
            lock: request.lock.clone(),
        },
        about: document.about.clone(),
        data: DataSeen {
            rows_used: document.data.rows_used,
            sources: document.data.sources.iter().map(|source| source.sha256.clone()).collect(),
            periods,
            attributes: document.data.attributes.clone(),
        },
        verdict: document.verdict,
        exit_code: document.exit_code,
        checks: document.checks.iter().map(|row| RowSeen::of(document, row)).collect(),
        changes: None,
        narrowed: request.narrowed.clone(),
        actions: Vec::new(),
        findings_left: 0,
        waivers: waivers.collect(),
        triggers: Vec::new(),
        outcomes: request.outcomes.clone(),
        overrides_read: request.overrides_read,
        appeals_read: request.appeals_read,
        notes: request.notes.clone(),
        decision: request.decision.map(|decision| decision.id().to_owned()),
        reason: request.reason.clone(),
        signed: request.signed.clone(),
    }
}

/// The actions that were open, closed where that is asked and borne out, and those that are opened.
fn actions(lines: &[Line], last: Option<&Line>, entry: &Entry, request: &Request) -> Result<Vec<Action>, Refused> {
    let refuse = |why: String| Err(Refused::Usage(why));
    let before: &[Action] = last.map_or(&[], |line| &line.entry.actions);
    let mut actions: Vec<Action> = before.iter().filter(|action| action.status == Status::Open).cloned().collect();
    for id in &request.close {
        let Some(action) = actions.iter_mut().find(|action| action.id == *id) else {
            return refuse(format!("there is no open action `{id}` to close"));
        };
        let opened = lines.iter().find(|line| line.entry.number == action.opened).map(|line| &line.entry);
        *action = action.close(opened, entry).map_err(Refused::Usage)?;
    }
    let reviews = lines.iter().filter(|line| !line.entry.draft);
    let used: BTreeSet<&str> = reviews.flat_map(|l| &l.entry.actions).map(|action| action.id.as_str()).collect();
    for new in &request.open {
        if used.contains(new.id.as_str()) || actions.iter().any(|action| action.id == new.id) {
            return refuse(format!("there is an action `{}` already; an id is used once", new.id));
        }
        let action = Action {
            id: new.id.clone(),
            check: new.check.clone(),
            group: new.group.clone(),
            what: new.what.clone(),
            owner: new.owner.clone(),
            due: new.due.clone(),
            status: Status::Open,
            opened: entry.number,
            opened_on: entry.day.clone(),
            opened_run: entry.result.run.clone(),
            closed_on: None,
            retest: None,
            waivers: Vec::new(),
        };
        if !entry.checks.iter().any(|row| action.is_about(row)) {
            return refuse(format!(
                "action `{}`: the result has no row of check `{}` for that group",
                new.id, new.check
            ));
        }
        if new.due < entry.day {
            return refuse(format!("action `{}` is due on {}, before the review", new.id, new.due));
        }
        actions.push(action);
    }
    Ok(actions)
}

/// What a review lacks that counts.
fn missing(request: &Request) -> Vec<String> {
    let mut missing = Vec::new();
    if request.decision.is_none() {
        missing.push("a decision: continue, conditions, pause or retire".to_owned());
    }
    if !request.reason.as_deref().is_some_and(is_reason) {
        missing.push(format!("a reason of at least {SHORTEST_REASON} characters"));
    }
    let person = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut signed: BTreeMap<String, &str> = BTreeMap::new();
    for role in &request.roles {
        match request.signed.iter().find(|signature| signature.role == *role && !signature.name.trim().is_empty()) {
            None => missing.push(format!("the sign-off of the {role}")),
            Some(signature) => {
                if let Some(other) = signed.insert(person(&signature.name), role) {
                    let name = signature.name.trim();
                    missing.push(format!("another person as {role}: {name} signs as {other} already"));
                }
            }
        }
    }
    missing
}

/// Whether a reason is long enough to be one.
pub fn is_reason(text: &str) -> bool {
    text.trim().chars().count() >= SHORTEST_REASON
}

/// What calls for a review before the next one is due.
fn triggers(changes: Option<&Changes>, waivers: &[WaiverView]) -> Vec<String> {
    let mut found = Vec::new();
    for difference in changes.iter().flat_map(|changes| &changes.differences) {
        let (before, after) = (difference.before.as_deref(), difference.after.as_deref());
        let (old, new) = (before.unwrap_or("none"), after.unwrap_or("none"));
        match difference.what.as_str() {
            "model" => found.push(format!("the model changed: {old} to {new}")),
            share if share.starts_with("share of ") => {
                found.push(format!("the {share} moved by more than 5 points, {old} to {new}"));
            }
            "group" => found.push(match after {
                Some(group) => format!("a group is new: {group}"),
                None => format!("a group is gone: {old}"),
            }),
            _ => {}
        }
    }
    let ends_soon = |waiver: &&WaiverView| waiver.status == "active" && waiver.days_left <= SOON;
    for waiver in waivers.iter().filter(ends_soon) {
        found.push(format!("waiver `{}` ends on {}", waiver.id, waiver.expires));
    }
    found
}
