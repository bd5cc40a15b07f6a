//! What people say of a result: a review file and flags → a request to record it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::audit;
use crate::error::Error;
use crate::history::{Decision, NewAction, Request, Signature};
use crate::result::{Group, levels_of};

/// The four measures that a review looks at beside the numbers of groups.
const OUTCOMES: [&str; 4] = ["satisfaction", "sales", "cost", "breaches"];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    decision: Option<String>,
    reason: Option<String>,
    narrowed: Option<String>,
    close: Vec<String>,
    notes: Vec<String>,
    overrides_read: Option<u64>,
    appeals_read: Option<u64>,
    sign: BTreeMap<String, String>,
    outcomes: BTreeMap<String, String>,
    action: Vec<WrittenAction>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAction {
    id: String,
    check: String,
    group: Option<Group>,
    what: String,
    owner: String,
    /// A day, or a text that is one.
    due: toml::Value,
    /// `open`, or `closed` for one that was open before.
    status: Option<String>,
}

/// The request of a review file, or an empty one.
///
/// # Errors
/// The file cannot be read, or says something that no review says.
pub fn request(path: Option<&Path>, day: String) -> Result<Request, Error> {
    let mut request = Request { day, ..Request::default() };
    let Some(path) = path else { return Ok(request) };
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| Error::usage(format!("{shown} cannot be read: {e}")))?;
    let written: Written = toml::from_str(&text)
        .map_err(|e| Error::usage(format!("{shown} is no review file: {}", e.to_string().trim())))?;
    if let Some(decision) = &written.decision {
        let names: Vec<&str> = Decision::ALL.iter().map(|decision| decision.id()).collect();
        let found = Decision::find(decision);
        request.decision = Some(found.ok_or_else(|| {
            Error::usage(format!("{shown}: `decision` is one of {}, not `{decision}`", names.join(", ")))
        })?);
    }
    if let Some(what) = written.outcomes.keys().find(|what| !OUTCOMES.contains(&what.as_str())) {
        return Err(Error::usage(format!("{shown}: `outcomes` are {}, not `{what}`", OUTCOMES.join(", "))));
    }
    request.reason = written.reason;
    request.narrowed = written.narrowed;
    request.close = written.close;
    request.notes = written.notes;
    request.overrides_read = written.overrides_read;
    request.appeals_read = written.appeals_read;
    request.outcomes = written.outcomes;
    request.signed = written.sign.into_iter().map(|(role, name)| Signature { role, name }).collect();
    for action in written.action {
        match action.status.as_deref() {
            Some("closed") => request.close.push(action.id),
            None | Some("open") => {
                let due = action.due.as_str().map_or_else(|| action.due.to_string(), str::to_owned);
                let due = date(&due, &action.id)?;
                let WrittenAction { id, check, group, what, owner, .. } = action;
                request.open.push(NewAction { id, check, group, what, owner, due });
            }
            Some(other) => {
                let id = &action.id;
                return Err(Error::usage(format!("{shown}: action `{id}` is open or closed, not `{other}`")));
            }
        }
    }
    Ok(request)
}

/// `role=name`.
pub fn signature(text: &str) -> Result<Signature, Error> {
    match text.split_once('=') {
        Some((role, name)) if !role.trim().is_empty() && !name.trim().is_empty() => {
            Ok(Signature { role: role.trim().to_owned(), name: name.trim().to_owned() })
        }
        _ => Err(Error::usage(format!("--sign takes ROLE=NAME, such as reviewer='Ana Ruiz', not `{text}`"))),
    }
}

/// `id; check attribute=group,…; what; owner; due`.
pub fn action(text: &str) -> Result<NewAction, Error> {
    let parts: Vec<&str> = text.split(';').map(str::trim).collect();
    let [id, of, what, owner, due] = parts.as_slice() else {
        return Err(Error::usage(format!(
            "--action takes five parts, 'ID; CHECK ATTRIBUTE=GROUP; WHAT; OWNER; DUE', not `{text}`"
        )));
    };
    let (check, levels) = of.split_once(' ').unwrap_or((of, ""));
    let mut group = Group::new();
    for level in levels.split(',').filter(|level| !level.trim().is_empty()) {
        let Some((attribute, level)) = level.split_once('=') else {
            return Err(Error::usage(format!("--action names a group as ATTRIBUTE=GROUP, not `{level}`")));
        };
        group.insert(attribute.trim().to_owned(), level.trim().to_owned());
    }
    Ok(NewAction {
        id: (*id).to_owned(),
        check: check.to_owned(),
        group: (!group.is_empty()).then_some(group),
        what: (*what).to_owned(),
        owner: (*owner).to_owned(),
        due: date(due, id)?,
    })
}

fn date(text: &str, id: &str) -> Result<String, Error> {
    audit::as_of(Some(text))
        .map_err(|_| Error::usage(format!("action `{id}`: `due` is a day such as 2026-12-31, not `{text}`")))
}

/// A row for a message: the check and its group.
pub fn named(id: &str, axes: &[String], group: &Group) -> String {
    let levels = levels_of(axes, group);
    if levels.is_empty() { id.to_owned() } else { format!("{id}, {levels}") }
}
