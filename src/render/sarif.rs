//! SARIF 2.1.0 with errata 01: a result for each check row, at the line of the policy that asks for it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::text::plain;
use crate::metrics;
use crate::release::Release;
use crate::result::{CheckChange, CheckRow, Document, Gate, RowKey, Verdict, fingerprint};
use crate::words::sentences::limits;
use crate::words::{gate, headline};

/// What `explain sarif` says.
pub const SAYS: &str = "\
The check rows as results of SARIF 2.1.0 (errata 01), for systems that track findings from run to run. A result points at the line \
of the policy that asks for the check; without a policy file it has no such place.\n\n\
The kind is the verdict: pass, fail, review for inconclusive, notApplicable. The level is what the policy makes of a row that is not met: error, \
warning or note; a row that was beyond the limit before and is no worse is a note. Other kinds have the level none, as the standard asks. A \
waived row has a suppression with the reason and the last day. With a baseline every result says whether it is new, updated, unchanged \
or absent. Diagnostics are notifications of the invocation.\n\n\
The partial fingerprint evenhandCheck/v1 is the SHA-256 of `check|metric|axes|group`, with axes joined by `:` and the group as JSON with its keys in order, so that a finding is known \
again whatever its number. There are at most 25,000 results, which is what code scanning of GitHub takes, and a notification says how \
many are left out; what gates comes first.\n\n\
Code scanning of GitHub shows results of every kind as problems and does not look at suppressions. Upload what remains after\n\n  \
jq '.runs[].results |= map(select(.kind == \"fail\" and .suppressions == [] and .baselineState != \"absent\"))' result.sarif";

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Code scanning refuses a run with more results.
const MOST: usize = 25_000;

pub fn render(release: &Release, out: &mut dyn Write) -> io::Result<()> {
    let document = release.document();
    let shown = shown(document);
    let rules = Rules::of(&shown);
    let mut driver = json!({
        "name": document.tool.name,
        "version": document.tool.version,
        "semanticVersion": document.tool.version,
        "rules": rules.described(document),
    });
    let codes: Vec<&str> = codes(document);
    if !codes.is_empty() {
        driver["notifications"] = codes.iter().map(|code| json!({ "id": code })).collect();
    }
    let mut run = json!({
        "tool": { "driver": driver },
        "automationDetails": { "id": format!("evenhand/{}/", document.policy.path.as_deref().unwrap_or("flags")) },
        "invocations": [invocation(document, &codes, document.checks.len() - shown.len())],
        "columnKind": "unicodeCodePoints",
    });
    if let Some(guid) = guid(&document.run.id) {
        run["automationDetails"]["guid"] = guid.into();
    }
    if let Some(guid) = document.change.as_ref().and_then(|change| guid(change.baseline.run_id.as_deref()?)) {
        run["baselineGuid"] = guid.into();
    }
    if let Some(path) = &document.policy.path {
        run["artifacts"] = json!([{
            "location": { "uri": uri(path) },
            "roles": ["analysisTarget"],
            "hashes": { "sha-256": document.policy.sha256 },
        }]);
    }
    let changes = Changes::of(document);
    let mut results: Vec<Value> = shown.iter().map(|row| result(document, row, &rules, &changes)).collect();
    let room = MOST - results.len();
    results.extend(changes.absent().take(room).map(|change| absent(document, change)));
    run["results"] = results.into();
    run["properties"] = json!({
        "run": document.run.id,
        "asOf": document.run.as_of,
        "exploratory": document.run.exploratory,
        "policySha256": document.policy.sha256,
        "verdict": document.verdict.id(),
        "exitCode": document.exit_code,
        "statement": document.statement,
    });
    // Moved in: the macro would copy every result.
    let mut log = json!({ "$schema": SCHEMA, "version": "2.1.0" });
    log["runs"] = Value::Array(vec![run]);
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

/// The rows that become results, in the order of the document: all, or those that matter most.
fn shown(document: &Document) -> Vec<&CheckRow> {
    let mut places: Vec<usize> = (0..document.checks.len()).collect();
    places.sort_by_key(|place| document.checks[*place].gate());
    places.truncate(MOST);
    places.sort_unstable();
    places.into_iter().map(|place| &document.checks[place]).collect()
}

/// A rule is a check and one of its metrics.
struct Rules<'a> {
    of: BTreeMap<(&'a str, &'a str), usize>,
    first: Vec<&'a CheckRow>,
    metrics: BTreeMap<&'a str, usize>,
}

impl<'a> Rules<'a> {
    fn of(rows: &[&'a CheckRow]) -> Rules<'a> {
        let mut rules = Rules { of: BTreeMap::new(), first: Vec::new(), metrics: BTreeMap::new() };
        for row in rows {
            let next = rules.first.len();
            rules.of.entry((&row.id, &row.metric)).or_insert_with(|| {
                rules.first.push(row);
                *rules.metrics.entry(&row.id).or_default() += 1;
                next
            });
        }
        rules
    }

    /// The check; where it stands for several metrics, with the metric.
    fn id(&self, row: &CheckRow) -> String {
        match self.metrics.get(row.id.as_str()) {
            Some(several) if *several > 1 => format!("{}/{}", row.id, row.metric),
            _ => row.id.clone(),
        }
    }

    fn index(&self, row: &CheckRow) -> Option<usize> {
        self.of.get(&(row.id.as_str(), row.metric.as_str())).copied()
    }

    fn described(&self, document: &Document) -> Vec<Value> {
        self.first.iter().map(|row| self.describe(document, row)).collect()
    }

    fn describe(&self, document: &Document, row: &CheckRow) -> Value {
        let short = format!("{}, {}: {}", gate::metric_name(row), row.contrast, limits(row));
        let rationale = gate::check(document, row).and_then(|check| check.rationale.as_deref());
        let metric = metrics::find(&row.metric);
        let mut full = metric.map_or_else(|| format!("{}.", row.metric), |metric| metric.says.to_owned());
        if let Some(why) = rationale {
            full.push_str(&format!(" {}", why.trim_end()));
        }
        let help = metric.map(|metric| {
            format!(
                "{}\n\nFormula: {}\n\nWhen not to use it: {}\n\nMore: evenhand explain {}",
                metric.says, metric.formula, metric.not_for, metric.id
            )
        });
        let level = match row.on_fail.as_str() {
            "warn" => "warning",
            "report" => "note",
            _ => "error",
        };
        let mut rule = json!({
            "id": self.id(row),
            "shortDescription": message(&short),
            "fullDescription": message(&full),
            "defaultConfiguration": { "level": level },
            "properties": { "tags": ["group-gap", row.metric] },
        });
        if let Some(help) = help {
            rule["help"] = json!({ "text": help });
        }
        rule
    }
}

fn result(document: &Document, row: &CheckRow, rules: &Rules, changes: &Changes) -> Value {
    let mut result = json!({
        "ruleId": rules.id(row),
        "ruleIndex": rules.index(row),
        "kind": kind(row.verdict),
        "level": level(row),
        "message": message(&gate::told(document, row)),
        "locations": [location(document, row)],
        "partialFingerprints": { "evenhandCheck/v1": fingerprint(row.key()) },
        // Present on every result or on none: waivers were looked at for all.
        "suppressions": suppressions(document, row),
    });
    if let Some(state) = changes.state(row) {
        result["baselineState"] = state.into();
    }
    result["properties"] = json!({
        "metric": row.metric,
        "contrast": row.contrast,
        "axes": row.axes,
        "group": row.group,
        "verdict": row.verdict.id(),
        "reason": row.reason,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "min": row.min_text,
        "max": row.max_text,
        "rows": row.rows,
        "pAdjusted": row.p_adjusted,
        "known": row.known,
    });
    result
}

fn kind(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "pass",
        Verdict::NotMet => "fail",
        Verdict::Inconclusive => "review",
        Verdict::NotApplicable => "notApplicable",
    }
}

/// Of anything but a failure the level is `none`. A waived row keeps its own: the suppression says the rest.
fn level(row: &CheckRow) -> &'static str {
    match (row.verdict, row.gate(), row.on_fail.as_str()) {
        (Verdict::Met | Verdict::Inconclusive | Verdict::NotApplicable, ..) => "none",
        (Verdict::NotMet, Gate::Known, _) | (Verdict::NotMet, _, "report") => "note",
        (Verdict::NotMet, _, "warn") => "warning",
        (Verdict::NotMet, ..) => "error",
    }
}

fn message(text: &str) -> Value {
    json!({ "text": plain(text) })
}

/// The line of the policy, and the group as what the finding is about.
fn location(document: &Document, row: &CheckRow) -> Value {
    let mut location = json!({});
    if let Some(path) = &document.policy.path {
        location["physicalLocation"] = json!({ "artifactLocation": { "uri": uri(path), "index": 0 } });
        if let Some(line) = gate::line(document, row).filter(|line| *line > 0) {
            location["physicalLocation"]["region"] = json!({ "startLine": line });
        }
    }
    location["logicalLocations"] = json!([{ "name": plain(&gate::subject(row)), "kind": "group" }]);
    location
}

fn suppressions(document: &Document, row: &CheckRow) -> Value {
    let Some(id) = row.waived_by.as_ref().filter(|_| row.gate() == Gate::Waived) else { return json!([]) };
    let mut properties = json!({ "waiver": id });
    let mut justification = gate::waived(document, row);
    if let Some(waiver) = gate::waiver(document, row) {
        justification = waiver.reason.clone();
        properties["expires"] = waiver.expires.clone().into();
        properties["daysLeft"] = waiver.days_left.into();
        properties["owner"] = waiver.owner.clone().into();
        properties["approvedBy"] = waiver.approved_by.clone().into();
        let optional = [("bound", &waiver.bound), ("compensating", &waiver.compensating), ("ticket", &waiver.ticket)];
        for (name, value) in optional {
            if let Some(value) = value {
                properties[name] = value.clone().into();
            }
        }
    }
    let justification = plain(&justification);
    json!([{ "kind": "external", "status": "accepted", "justification": justification, "properties": properties }])
}

/// A run as a GUID: the first bits of its SHA-256, marked as made from a name (version 5, the variant of RFC 9562).
fn guid(run: &str) -> Option<String> {
    let d = run.get(..32).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some(format!("{}-{}-5{}-a{}-{}", &d[..8], &d[8..12], &d[13..16], &d[17..20], &d[20..32]))
}

/// The rows of the earlier result, by what they are about.
struct Changes<'a> {
    of: BTreeMap<RowKey<'a>, &'a CheckChange>,
    any: bool,
}

impl<'a> Changes<'a> {
    fn of(document: &'a Document) -> Changes<'a> {
        let changes = document.change.iter().flat_map(|change| &change.checks);
        let of = changes.map(|change| (change.key(), change)).collect();
        Changes { of, any: document.change.is_some() }
    }

    /// Where there is a baseline every result has a state; what it does not name is new.
    fn state(&self, row: &CheckRow) -> Option<&'static str> {
        let found = self.of.get(&row.key());
        self.any.then(|| found.map_or("new", |change| state(&change.status)))
    }

    fn absent(&self) -> impl Iterator<Item = &'a CheckChange> {
        self.of.values().filter(|change| state(&change.status) == "absent").copied()
    }
}

fn state(status: &str) -> &'static str {
    match status {
        "unchanged" => "unchanged",
        "worsened" | "improved" | "resolved" => "updated",
        "no-longer-tested" => "absent",
        _ => "new",
    }
}

/// A row of the earlier result that is tested no more.
fn absent(document: &Document, change: &CheckChange) -> Value {
    let kind = change.before.map_or("review", kind);
    let subject = gate::named(&change.axes, &change.group);
    let mut result = json!({
        "ruleId": change.id,
        "kind": kind,
        "level": if kind == "fail" { "note" } else { "none" },
        "message": message(&format!("{subject}: the earlier result tested it, and this one does not.")),
        "partialFingerprints": {
            "evenhandCheck/v1": fingerprint(change.key()),
        },
        "suppressions": [],
        "baselineState": "absent",
        "properties": { "metric": change.metric, "contrast": change.contrast, "axes": change.axes, "group": change.group },
    });
    if let Some(path) = &document.policy.path {
        result["locations"] = json!([{ "physicalLocation": { "artifactLocation": { "uri": uri(path), "index": 0 } } }]);
    }
    result
}

/// The codes of all diagnostics, each once.
fn codes(document: &Document) -> Vec<&str> {
    let mut codes: Vec<&str> = document.diagnostics.iter().map(|d| d.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// How the run went. It went well even where its finding is that something is not met.
fn invocation(document: &Document, codes: &[&str], left_out: usize) -> Value {
    let mut of_policy = Vec::new();
    let mut of_run = Vec::new();
    for diagnostic in &document.diagnostics {
        let line = gate::line_of(document, diagnostic);
        let mut notification = json!({
            "descriptor": { "id": diagnostic.code, "index": codes.iter().position(|code| *code == diagnostic.code) },
            "level": if ["error", "warning"].contains(&diagnostic.level.as_str()) { &diagnostic.level } else { "note" },
            "message": message(&gate::diagnosed(document, diagnostic)),
        });
        match (line.filter(|line| *line > 0), &document.policy.path) {
            (Some(line), Some(path)) => {
                notification["locations"] = json!([{ "physicalLocation": {
                    "artifactLocation": { "uri": uri(path), "index": 0 },
                    "region": { "startLine": line },
                } }]);
                of_policy.push(notification);
            }
            _ => of_run.push(notification),
        }
    }
    if let Some(nothing) = gate::nothing_judged(document) {
        of_run.push(json!({ "level": "error", "message": message(&nothing) }));
    }
    if left_out > 0 {
        let words = format!("{left_out} check rows are left out here, what gates last; result.json has them all.");
        of_run.push(json!({ "level": "warning", "message": message(&words) }));
    }
    let mut invocation = Map::new();
    invocation.insert("executionSuccessful".to_owned(), true.into());
    invocation.insert("exitCode".to_owned(), document.exit_code.into());
    invocation.insert("exitCodeDescription".to_owned(), headline::gate(document).into());
    invocation.insert("toolConfigurationNotifications".to_owned(), of_policy.into());
    invocation.insert("toolExecutionNotifications".to_owned(), of_run.into());
    invocation.into()
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_reference_and_a_run_a_guid() {
        assert_eq!(uri("my policy%:é.toml"), "my%20policy%25%3A%C3%A9.toml");
        let run = "0123456789abcdef0123456789abcdef00";
        assert_eq!(guid(run).as_deref(), Some("01234567-89ab-5def-a123-456789abcdef"));
        assert_eq!(guid("no hash"), None);
    }
}
