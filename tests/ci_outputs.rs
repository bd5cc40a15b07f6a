//! Outputs for continuous integration: what each row becomes, that the files are valid, that none grows beyond what is taken.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{audit_text, group};
use evenhand::render::{Format, github, json};
use evenhand::result::{BaselineView, Change, CheckChange, CheckRow, DiagnosticView, Document, Verdict, WaiverView};
use serde_json::Value;

use crate::support;
use crate::support_schema;

const POLICY: &str = r#"version = 1
[about]
system = "vouchers <&> more"
[data]
decision = "got"
favourable = [1]
count = "rows"
[[attribute]]
name = "sex"
[[check]]
id = "gap"
metric = "selection-rate"
contrast = "ratio"
within = "4/5"
rationale = "An internal screen."
[[check]]
id = "spread"
metric = "selection-rate"
contrast = "spread"
within = "0.9"
[statistics]
adjust = "none"
"#;
const ROWS: &str = "sex,got,rows\nA,1,300\nA,0,100\nB,1,100\nB,0,300\nC,1,295\nC,0,105\n";

/// The rows of the document and what each should become.
const ROLES: &[(&str, Verdict, &str)] = &[
    ("gates", Verdict::NotMet, "failure"),
    ("warned", Verdict::NotMet, "skipped"),
    ("reported", Verdict::NotMet, "skipped"),
    ("waived", Verdict::NotMet, "skipped"),
    ("known", Verdict::NotMet, "skipped"),
    ("open", Verdict::Inconclusive, "error"),
    ("undefined", Verdict::NotApplicable, "error"),
    ("unjudged", Verdict::Inconclusive, "skipped"),
    ("met", Verdict::Met, "system-out"),
];

/// A result with a row of every kind, as no single run gives.
fn document() -> Document {
    let mut document = audit_text(POLICY, ROWS);
    document.policy.path = Some("evenhand.toml".to_owned());
    let of = |level: &str| document.checks.iter().find(|row| row.group == group(&[("sex", level)])).cloned();
    let (beyond, within) = (of("B").expect("B is beyond"), of("C").expect("C is within"));
    assert_eq!((beyond.verdict, within.verdict), (Verdict::NotMet, Verdict::Met));
    let spread = document.checks.iter().find(|row| row.id == "spread").cloned().expect("a spread");
    document.checks = ROLES
        .iter()
        .map(|(role, verdict, _)| {
            let mut row = if *verdict == Verdict::Met { within.clone() } else { beyond.clone() };
            row.group = group(&[("sex", role)]);
            row.verdict = *verdict;
            match *role {
                "warned" => row.on_fail = "warn".to_owned(),
                "reported" => row.on_fail = "report".to_owned(),
                "waived" => row.waived_by = Some("students".to_owned()),
                "known" => row.known = true,
                "open" => row.on_inconclusive = "error".to_owned(),
                "undefined" => {
                    row.on_inconclusive = "error".to_owned();
                    (row.value, row.low, row.high) = (None, None, None);
                    row.reason = Some("both-zero".to_owned());
                }
                _ => {}
            }
            row
        })
        .chain([spread])
        .collect();
    document.waivers = vec![WaiverView {
        id: "students".to_owned(),
        check: "gap".to_owned(),
        metric: None,
        group: group(&[("sex", "waived")]),
        bound: Some("0.2".to_owned()),
        reason: "They have a tariff of their own.".to_owned(),
        compensating: None,
        owner: "a@example.org".to_owned(),
        approved_by: "b@example.org".to_owned(),
        created: None,
        expires: "2027-01-31".to_owned(),
        days_left: 365,
        model_version: None,
        ticket: Some("T-1".to_owned()),
        status: "active".to_owned(),
        covers: 1,
        line: Some(30),
    }];
    let said = |code: &str, level: &str, place: Option<&str>| DiagnosticView {
        code: code.to_owned(),
        level: level.to_owned(),
        message: format!("the message of {code}"),
        place: place.map(str::to_owned),
    };
    document.diagnostics = vec![
        said("group-absent", "error", Some("evenhand.toml:8:1")),
        said("one-sided-ratio", "warning", Some("evenhand.toml:10:1")),
        said("looks-missing", "warning", Some("rows.csv, column `sex`")),
        said("rows-excluded", "note", None),
    ];
    document.verdict = Verdict::NotMet;
    document.exit_code = 1;
    document
}

/// The same, held against an earlier result.
fn changed() -> Document {
    let mut document = document();
    let of = |role: &str| document.checks.iter().find(|row| row.group == group(&[("sex", role)])).expect("a row");
    let change = |row: &CheckRow, status: &str, before: Option<f64>| CheckChange {
        id: row.id.clone(),
        metric: row.metric.clone(),
        contrast: row.contrast.clone(),
        unit: row.unit.clone(),
        axes: row.axes.clone(),
        group: row.group.clone(),
        before: Some(Verdict::Met),
        after: Some(row.verdict),
        value_before: before,
        value_after: row.value,
        change: None,
        low: None,
        high: None,
        status: status.to_owned(),
    };
    let gone = CheckChange {
        group: group(&[("sex", "gone")]),
        before: Some(Verdict::NotMet),
        after: None,
        ..change(of("gates"), "no-longer-tested", Some(0.5))
    };
    let worse = CheckChange {
        change: Some(-0.1667),
        low: Some(-0.25),
        high: Some(-0.08),
        ..change(of("gates"), "worsened", Some(0.5))
    };
    let checks = vec![
        worse,
        change(of("known"), "unchanged", Some(0.34)),
        change(of("met"), "resolved", Some(0.7)),
        change(of("warned"), "new", Some(0.9)),
        gone,
    ];
    let baseline = BaselineView {
        kind: "result".to_owned(),
        path: Some("last/result.json".to_owned()),
        sha256: None,
        run_id: Some("0123456789abcdef".repeat(4)),
        as_of: Some("2025-10-31".to_owned()),
        model_version: None,
        rows: 1200,
        rows_only_before: 0,
        rows_only_after: 0,
    };
    document.change =
        Some(Change { baseline, paired: false, differences: vec![], numbers: vec![], checks, flips: vec![] });
    document
}

fn rendered(document: &Document, format: Format) -> String {
    String::from_utf8(format.to_bytes(&support::internal(document)).expect("it renders")).expect("it is UTF-8")
}

/// The element of the test case of a group, from its start to its end.
fn case<'a>(xml: &'a str, name: &str) -> &'a str {
    let named = format!("name=\"{name}\"");
    let at = xml.find(&named).unwrap_or_else(|| panic!("there is no case {name}"));
    xml[at..].split("</testcase>").next().expect("it ends")
}

#[test]
fn each_row_is_a_test_case_that_does_what_the_gate_does() {
    let document = document();
    let xml = rendered(&document, Format::Junit);
    for (role, _, element) in ROLES {
        let case = case(&xml, &format!("Selection rate, ratio: sex {role}"));
        let found: Vec<&str> = ["failure", "error", "skipped", "system-out"]
            .into_iter()
            .filter(|element| case.contains(&format!("<{element}")))
            .collect();
        assert_eq!(found, [*element], "{role}: {case}");
    }
    assert!(
        case(&xml, "Selection rate, ratio: sex gates").contains("<failure type=\"not_met\" message=\"sex gates got")
    );
    assert!(case(&xml, "Selection rate, ratio: sex open").contains("<error type=\"inconclusive\""));
    assert!(case(&xml, "Selection rate, ratio: sex undefined").contains("<error type=\"not_applicable\""));
    for (role, words) in [
        ("waived", "<skipped message=\"waived by students until 2027-01-31. sex waived got"),
        ("warned", "<skipped message=\"It does not gate: &#39;on_fail&#39; is &quot;warn&quot;."),
        ("reported", "<skipped message=\"It does not gate: &#39;on_fail&#39; is &quot;report&quot;."),
        ("known", "<skipped message=\"It does not gate: it was beyond the limit in the earlier result as well"),
        ("unjudged", "<skipped message=\"It does not gate: &#39;on_inconclusive&#39; is &quot;warn&quot;."),
    ] {
        let case = case(&xml, &format!("Selection rate, ratio: sex {role}"));
        assert!(case.contains(words), "{case}");
    }
    assert!(case(&xml, "Selection rate, spread: by sex").contains("<system-out>"));
    // A broken rule of the policy gates as a row does; what is only worth knowing does not.
    assert!(case(&xml, "group-absent: the message of group-absent").contains("<failure type=\"group-absent\""));
    assert!(xml.contains("<system-err>warning[one-sided-ratio]: the message"));
    // 9 rows and a spread, a diagnostic.
    assert!(xml.contains("tests=\"11\" failures=\"2\" errors=\"2\" skipped=\"5\""), "{}", &xml[..400]);
    for (name, value) in [
        ("run", document.run.id.as_str()),
        ("policy_sha256", &document.policy.sha256),
        ("verdict", "not_met"),
        ("exit_code", "1"),
    ] {
        assert!(xml.contains(&format!("<property name=\"evenhand.{name}\" value=\"{value}\"/>")), "{name}");
    }
    assert_eq!(xml.matches("time=\"").count(), xml.matches("time=\"0\"").count(), "no time but zero");
    assert_eq!(xml.matches(support::AS_OF).count(), 2, "the day of the run, as a property and as the timestamp");
}

#[test]
fn nothing_judged_is_not_green() {
    let mut document = document();
    document.checks.retain(|row| row.group == group(&[("sex", "unjudged")]));
    document.diagnostics.clear();
    document.verdict = Verdict::Inconclusive;
    document.exit_code = 3;
    let xml = rendered(&document, Format::Junit);
    assert!(case(&xml, "something was judged").contains("<error type=\"inconclusive\" message=\"Nothing was judged:"));
    let told = rendered(&document, Format::Github);
    assert!(told.starts_with("::error title=evenhand::Nothing was judged:"), "{told}");
    let sarif: Value = serde_json::from_str(&rendered(&document, Format::Sarif)).expect("JSON");
    let said = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert!(said.as_array().is_some_and(|said| said.iter().any(|n| n["level"] == "error")), "{said}");
    // A run that is just inconclusive under `warn` says no such thing.
    document.exit_code = 0;
    assert!(!rendered(&document, Format::Junit).contains("something was judged"));
}

fn schema(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(name)
}

/// What xmllint says of a file; none where it is not installed.
fn lint(xml: &str) -> Option<Result<(), String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("junit.xml");
    fs::write(&path, xml).expect("written");
    let output =
        Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(schema("junit-10.xsd")).arg(path).output();
    match output {
        Err(_) => {
            eprintln!("skipped: there is no xmllint");
            None
        }
        Ok(output) if output.status.success() => Some(Ok(())),
        Ok(output) => Some(Err(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}

#[test]
fn junit_is_valid_whatever_the_names() {
    let xml = rendered(&document(), Format::Junit);
    let Some(valid) = lint(&xml) else { return };
    valid.expect("a result with a row of every kind is valid");
    assert!(
        lint(&xml.replace("time=\"0\"", "time=\"soon\"")).is_some_and(|told| told.is_err()),
        "the schema is looked at"
    );
    for hostile in
        ["\u{0}\u{1b}[31m", "]]><x>&amp;\"'", "\u{fffe}\u{ffff}\u{85}", "a\r\n\tb", "--> <!-- ", "\u{10ffff}é"]
    {
        let mut document = document();
        for row in &mut document.checks {
            row.group = group(&[("sex", hostile)]);
            row.id = format!("gap{hostile}");
            row.waived_by = row.waived_by.as_ref().map(|_| hostile.to_owned());
        }
        document.about.system = Some(hostile.to_owned());
        document.policy.path = Some(hostile.to_owned());
        document.diagnostics[0].message = hostile.to_owned();
        let xml = rendered(&document, Format::Junit);
        assert!(!xml.chars().any(|c| c.is_control() && c != '\n'), "{hostile:?}");
        lint(&xml).expect("xmllint is there").unwrap_or_else(|why| panic!("{hostile:?}: {why}"));
        validate(&serde_json::from_str(&rendered(&document, Format::Sarif)).expect("JSON")).expect("valid SARIF");
    }
}

fn validate(sarif: &Value) -> Result<(), String> {
    let text = fs::read_to_string(schema("sarif-schema-2.1.0.json")).expect("the schema");
    let faults = support_schema::faults(&serde_json::from_str(&text).expect("JSON"), sarif);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

#[test]
fn faults_of_sarif_are_found() {
    let whole = sarif(&changed());
    let broken = |at: &str, with: Value| {
        let mut sarif = whole.clone();
        *sarif.pointer_mut(at).unwrap_or_else(|| panic!("there is no {at}")) = with;
        validate(&sarif).expect_err(at)
    };
    for (at, with) in [
        ("/version", "2.0.0".into()),
        ("/runs/0/results/0/kind", "failed".into()),
        ("/runs/0/results/0/message", serde_json::json!({})),
        ("/runs/0/results/0/ruleIndex", (-2).into()),
        ("/runs/0/results/0/ruleIndex", "0".into()),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", 0.into()),
        ("/runs/0/results/0/partialFingerprints", serde_json::json!({ "evenhandCheck/v1": 1 })),
        ("/runs/0/automationDetails/guid", "01234567-89ab-9def-a123-456789abcdef".into()),
        ("/runs/0/artifacts/0/location/uri", "my policy.toml".into()),
        ("/runs/0/results/0/suppressions", serde_json::json!([{ "status": "accepted" }])),
        ("/runs/0/tool/driver/rules/0/properties/tags", serde_json::json!(["a", "a"])),
        ("/runs/0/tool", serde_json::json!({ "driver": { "name": "evenhand", "colour": 1 } })),
    ] {
        broken(at, with);
    }
}

fn sarif(document: &Document) -> Value {
    let sarif = serde_json::from_str(&rendered(document, Format::Sarif)).expect("JSON");
    validate(&sarif).unwrap_or_else(|why| panic!("{why}"));
    sarif
}

fn results(sarif: &Value) -> &[Value] {
    sarif["runs"][0]["results"].as_array().expect("results")
}

fn of<'a>(sarif: &'a Value, role: &str) -> &'a Value {
    results(sarif).iter().find(|result| result["properties"]["group"]["sex"] == role).expect("a result")
}

#[test]
fn each_row_is_a_result_of_its_kind() {
    let sarif = sarif(&document());
    let told = |role: &str| {
        let result = of(&sarif, role);
        (result["kind"].as_str().unwrap_or_default(), result["level"].as_str().unwrap_or_default())
    };
    assert_eq!(told("gates"), ("fail", "error"));
    assert_eq!(told("warned"), ("fail", "warning"));
    assert_eq!(told("reported"), ("fail", "note"));
    assert_eq!(told("known"), ("fail", "note"));
    assert_eq!(told("waived"), ("fail", "error"));
    assert_eq!(told("open"), ("review", "none"));
    assert_eq!(told("unjudged"), ("review", "none"));
    assert_eq!(told("undefined"), ("notApplicable", "none"));
    assert_eq!(told("met"), ("pass", "none"));
    let place = &of(&sarif, "gates")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "evenhand.toml");
    assert_eq!(place["region"]["startLine"], 10);
    let waived = &of(&sarif, "waived")["suppressions"][0];
    assert_eq!((&waived["kind"], &waived["status"]), (&"external".into(), &"accepted".into()));
    assert_eq!(waived["justification"], "They have a tariff of their own.");
    assert_eq!(waived["properties"]["expires"], "2027-01-31");
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&true.into(), &1.into()));
    let levels = |of: &str| {
        let all = invocation[of].as_array().into_iter().flatten();
        all.map(|n| (n["descriptor"]["id"].clone(), n["level"].clone())).collect::<Vec<_>>()
    };
    let pair = |id: &str, level: &str| (Value::from(id), Value::from(level));
    let of_policy = [pair("group-absent", "error"), pair("one-sided-ratio", "warning")];
    assert_eq!(levels("toolConfigurationNotifications"), of_policy);
    assert_eq!(levels("toolExecutionNotifications"), [pair("looks-missing", "warning"), pair("rows-excluded", "note")]);
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!((&rule["id"], rule["helpUri"].is_null()), (&"gap".into(), true));
    assert_eq!(
        rule["fullDescription"]["text"],
        "The share of people who got the favourable decision. An internal screen."
    );
    assert!(rule["help"]["text"].as_str().is_some_and(|help| help.contains("When not to use it:")));
}

/// What the prose of the standard asks for and its schema cannot.
fn hold_to_the_prose(sarif: &Value) {
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let mut fingerprints = BTreeSet::new();
    let with_state = results(sarif).iter().filter(|result| !result["baselineState"].is_null()).count();
    assert!(with_state == 0 || with_state == results(sarif).len(), "all or none");
    for result in results(sarif) {
        assert!(result["kind"] == "fail" || result["level"] == "none", "{result}");
        assert!(result["suppressions"].is_array(), "of every result, or of none");
        if let Some(index) = result["ruleIndex"].as_u64() {
            assert_eq!(rules[index as usize]["id"], result["ruleId"]);
        }
        assert!(fingerprints.insert(result["partialFingerprints"]["evenhandCheck/v1"].to_string()), "{result}");
    }
}

#[test]
fn sarif_keeps_to_schema_and_prose_for_every_kind_of_run() {
    let mut without_policy = document();
    without_policy.policy.path = None;
    let mut empty = document();
    empty.checks.clear();
    empty.waivers.clear();
    empty.diagnostics.clear();
    // A check that stands for several metrics is a rule for each.
    let mut bundle = document();
    let mut other = bundle.checks[0].clone();
    other.metric = "true-positive-rate".to_owned();
    bundle.checks.push(other);
    for document in [document(), changed(), without_policy, empty, bundle.clone()] {
        hold_to_the_prose(&sarif(&document));
    }
    let ids = |document: &Document| -> Vec<String> {
        let sarif = sarif(document);
        let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().cloned().unwrap_or_default();
        rules.iter().filter_map(|rule| rule["id"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(ids(&document()), ["gap", "spread"]);
    assert_eq!(ids(&bundle), ["gap/selection-rate", "spread", "gap/true-positive-rate"]);
    let mut without_policy = document();
    without_policy.policy.path = None;
    assert!(of(&sarif(&without_policy), "gates")["locations"][0]["physicalLocation"].is_null());
    // It is the schema with the errata: what older ones called `state` is refused.
    let mut old = sarif(&document());
    let suppression = results(&old).iter().position(|r| r["suppressions"][0].is_object()).expect("one is waived");
    old["runs"][0]["results"][suppression]["suppressions"] =
        serde_json::json!([{ "kind": "external", "state": "accepted" }]);
    assert!(validate(&old).is_err());
}

#[test]
fn a_finding_is_known_again() {
    let before = sarif(&document());
    let mut later = document();
    later.run.id = "f".repeat(64);
    for row in &mut later.checks {
        row.value = row.value.map(|value| value / 2.0);
        row.rows += 10;
        row.verdict = Verdict::NotMet;
    }
    for check in &mut later.policy.checks {
        check.line = check.line.map(|line| line + 7);
    }
    let prints =
        |sarif: &Value| -> Vec<Value> { results(sarif).iter().map(|r| r["partialFingerprints"].clone()).collect() };
    assert_eq!(prints(&before), prints(&sarif(&later)));
}

#[test]
fn a_baseline_says_what_is_new() {
    let sarif = sarif(&changed());
    let state = |role: &str| of(&sarif, role)["baselineState"].as_str().unwrap_or_default().to_owned();
    assert_eq!(state("gates"), "updated");
    assert_eq!(state("known"), "unchanged");
    assert_eq!(state("met"), "updated");
    assert_eq!(state("warned"), "new");
    assert_eq!(state("gone"), "absent");
    assert_eq!(state("open"), "new", "what the earlier result does not name is new");
    assert_eq!(sarif["runs"][0]["baselineGuid"], "01234567-89ab-5def-a123-456789abcdef");
    let summary =
        String::from_utf8(github::summarise(&support::internal(&changed())).expect("it renders")).expect("UTF-8");
    let words =
        "Held against last/result.json of 2025-10-31: 1 new, 1 worsened, 1 no longer tested, 1 resolved, 1 unchanged.";
    assert!(summary.contains(words), "{summary}");
    assert!(summary.contains("| 0.50 → 0.33 (worsened) | -0.17 (-0.25 to -0.08) |"), "{summary}");
}

/// The commands of a stream as the runner of GitHub reads them, and the other lines.
fn commands(stream: &str) -> (Vec<(String, String)>, Vec<&str>) {
    let mut found = Vec::new();
    let mut rest = Vec::new();
    for line in stream.split(['\n', '\r']) {
        match line.trim_start().strip_prefix("::").and_then(|line| line.split_once("::")) {
            Some((command, message)) => {
                let name = command.split(' ').next().unwrap_or_default();
                found.push((name.to_owned(), message.to_owned()));
            }
            None => rest.push(line),
        }
    }
    (found, rest)
}

#[test]
fn annotations_tell_what_gates_first_and_the_line() {
    let told = rendered(&document(), Format::Github);
    let (commands, _) = commands(&told);
    let names: Vec<&str> = commands.iter().map(|(name, _)| name.as_str()).collect();
    let expected = ["error"; 4].into_iter().chain(["warning"; 4]).chain(["notice"; 4]).chain(["group", "endgroup"]);
    assert_eq!(names, expected.collect::<Vec<_>>(), "{told}");
    let first: Vec<&str> = told.lines().take(2).collect();
    assert_eq!(first[0], "::error file=evenhand.toml,line=8,title=group-absent::the message of group-absent");
    assert!(
        first[1].starts_with("::error file=evenhand.toml,line=10,title=gap%3A sex gates::sex gates got"),
        "{}",
        first[1]
    );
    assert!(!told.contains("sex met::"), "what is met needs no word");
}

#[test]
fn no_name_of_the_data_becomes_a_command() {
    for hostile in
        ["x\n::stop-commands::y", "::error::", "##[add-mask]y", "a%0A::set-output name=b::c", "\r::endgroup::"]
    {
        let mut document = document();
        for row in &mut document.checks {
            row.group = group(&[("sex", hostile)]);
        }
        document.about.system = Some(hostile.to_owned());
        document.diagnostics[3].message = hostile.to_owned();
        let told = rendered(&document, Format::Github);
        let (commands, rest) = commands(&told);
        let known = ["error", "warning", "notice", "group", "endgroup"];
        assert!(commands.iter().all(|(name, _)| known.contains(&name.as_str())), "{commands:?}");
        assert_eq!(commands.iter().filter(|(name, _)| name.ends_with("group")).count(), 2, "{hostile:?}");
        assert!(rest.iter().all(|line| !line.contains("##[")), "the older form counts anywhere in a line");
    }
}

/// A result of very many rows, the one that gates being the last.
fn vast(rows: usize) -> Document {
    let mut document = document();
    let row =
        |role: &str| document.checks.iter().find(|row| row.group == group(&[("sex", role)])).cloned().expect("a row");
    let (met, open, gates) = (row("met"), row("unjudged"), row("gates"));
    let numbered = |n: usize| {
        let mut row = if n.is_multiple_of(3) { open.clone() } else { met.clone() };
        row.group = group(&[("sex", &format!("group number {n}"))]);
        row
    };
    document.checks = (1..rows).map(numbered).chain([gates]).collect();
    document
}

#[test]
fn a_hundred_thousand_rows_stay_small_and_begin_with_what_gates() {
    let document = vast(100_000);
    let summary =
        String::from_utf8(github::summarise(&support::internal(&document)).expect("it renders")).expect("UTF-8");
    assert!(summary.len() <= github::LIMIT && summary.len() > 10_000, "{} bytes", summary.len());
    let first =
        summary.lines().find(|line| line.starts_with("| ▲") || line.starts_with("| ●") || line.starts_with("| ◆"));
    assert!(first.is_some_and(|row| row.contains("| gates |")), "{first:?}");
    let shown = summary.lines().filter(|line| line.starts_with("| ") && line.contains("sex ")).count();
    assert!(
        summary.contains(&format!("Left out here: {} more check rows.", thousands(100_000 - shown))),
        "{shown} shown"
    );
    assert!(summary.ends_with("time-limited exception.\n"), "the statement closes it");
    let told = rendered(&document, Format::Github);
    let (commands, _) = commands(&told);
    for level in ["error", "warning", "notice"] {
        assert!(commands.iter().filter(|(name, _)| name == level).count() <= 10, "{level}");
    }
    // Every third of 99,999 rows is not judged, two diagnostics warn, and nine warnings are shown before this one.
    let more = commands.iter().find(|(name, message)| name == "warning" && message.contains("more warning"));
    assert!(more.is_some_and(|(_, message)| message.starts_with("33,326 more warnings than can be shown")), "{more:?}");
    // As text: reading it again takes longer than all the rest.
    let sarif = rendered(&document, Format::Sarif);
    assert_eq!(sarif.matches("\"ruleId\"").count(), 25_000);
    assert!(sarif.rfind("\"level\": \"error\"") > sarif.rfind("group number"), "what gates is kept, in its place");
    assert!(sarif.contains("75000 check rows are left out here"));
    let xml = rendered(&document, Format::Junit);
    assert!(xml.contains("tests=\"100001\" failures=\"2\" errors=\"0\" skipped=\"33333\""), "{}", &xml[..200]);
    eprintln!("100,000 rows: summary {}, junit {}, sarif {} bytes", summary.len(), xml.len(), sarif.len());
}

fn thousands(n: usize) -> String {
    evenhand::words::numbers::count(n as u64)
}

#[test]
fn names_of_monstrous_length_do_not_burst_the_summary() {
    for (length, of_system) in [(8_000, false), (60_000, false), (600_000, true)] {
        let mut document = vast(60);
        let name = "é€".repeat(length / 5);
        for row in &mut document.checks {
            row.group = group(&[("sex", &name)]);
        }
        if of_system {
            document.about.system = Some(name.clone());
        }
        let summary = github::summarise(&support::internal(&document)).expect("it renders");
        assert!(summary.len() <= github::LIMIT, "{} bytes", summary.len());
        let summary = String::from_utf8(summary).expect("it is cut between characters");
        assert!(summary.contains(if of_system { "The rest is left out here." } else { "Left out here: " }));
    }
}

#[test]
fn a_stored_result_renders_the_same_again() {
    for document in [document(), changed()] {
        let stored = json::read(&rendered(&document, Format::Json)).expect("it reads");
        for format in Format::all() {
            assert_eq!(rendered(&document, *format), rendered(&stored, *format), "{}", format.name());
        }
    }
}

/// A folder with a policy in a folder of its own, as in a repository.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("ci")).expect("a folder");
    fs::write(folder.path().join("ci/evenhand.toml"), POLICY.replace("[data]", "[data]\nfiles = [\"rows.csv\"]"))
        .expect("written");
    fs::write(folder.path().join("ci/rows.csv"), ROWS).expect("written");
    folder
}

fn evenhand(
    folder: &std::path::Path,
    arguments: &[&str],
    given: &[(&str, &std::path::Path)],
) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(arguments)
        .args(["--format", "github"])
        .current_dir(folder)
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("GITHUB_WORKSPACE")
        .envs(given.iter().copied())
        .output()
        .expect("evenhand runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_summary_goes_to_the_file_of_the_step_and_is_added_to_it() {
    let folder = repository();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "from another step\n").expect("written");
    let audit = ["audit", "-p", "ci/evenhand.toml", "--as-of", "2026-11-21"];
    let (code, alone, _) = evenhand(folder.path(), &audit, &[]);
    assert_eq!(code, Some(1));
    assert!(alone.contains("::group::") && alone.contains("# evenhand report"));
    assert!(alone.starts_with("::error file=ci/evenhand.toml,line=11,"), "{alone}");
    let (code, told, _) = evenhand(folder.path(), &audit, &[("GITHUB_STEP_SUMMARY", &summary)]);
    assert_eq!(code, Some(1), "the summary is written though it fails");
    assert!(!told.contains("::group::") && alone.starts_with(&told), "{told}");
    let written = fs::read_to_string(&summary).expect("a summary");
    assert!(written.starts_with("from another step\n# evenhand report"), "{written}");
    let (_, again, _) = evenhand(folder.path(), &audit, &[("GITHUB_STEP_SUMMARY", &summary)]);
    assert_eq!(again, told);
    assert_eq!(fs::read_to_string(&summary).expect("a summary").matches("# evenhand report").count(), 2);

    // From within the folder of the policy, the file is called as the repository calls it.
    let inside = ["audit", "--as-of", "2026-11-21"];
    let (_, told, _) = evenhand(&folder.path().join("ci"), &inside, &[("GITHUB_WORKSPACE", folder.path())]);
    assert!(told.starts_with("::error file=ci/evenhand.toml,line=11,"), "{told}");

    // An empty name is none; a summary that cannot be written is told before the data are read.
    let (_, told, _) = evenhand(folder.path(), &audit, &[("GITHUB_STEP_SUMMARY", std::path::Path::new(""))]);
    assert_eq!(told, alone);
    fs::remove_file(folder.path().join("ci/rows.csv")).expect("removed");
    fs::write(folder.path().join("ci/rows.csv"), "no such columns\n").expect("written");
    let (code, told, said) = evenhand(folder.path(), &audit, &[("GITHUB_STEP_SUMMARY", folder.path())]);
    assert_eq!((code, told.as_str()), (Some(4), ""));
    assert!(said.starts_with("cannot write"), "{said}");
}

#[test]
fn a_folder_of_reports_holds_what_a_stored_result_renders() {
    let folder = repository();
    let out = folder.path().join("out");
    let audit = ["audit", "-p", "ci/evenhand.toml", "-o", "out", "--quiet"];
    assert_eq!(evenhand(folder.path(), &audit, &[]).0, Some(1));
    for (format, name) in Format::FILES {
        let again = Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(["report", "out/result.json", "--format", &format.name()])
            .current_dir(folder.path())
            .output()
            .expect("evenhand runs");
        assert!(fs::read(out.join(name)).expect("it is written") == again.stdout, "{name}");
    }
    let manifest = fs::read_to_string(out.join("manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"junit.xml\"") && manifest.contains("\"result.sarif\""));
}
