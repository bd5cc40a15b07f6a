//! Laws of an audit that asks nothing about decisions: what people got, and whether scores are right, is what it is beside a
//! decision; and what is for the public hides the same few.

use std::fmt::Write;

use crate::support::{SplitMix64, audit_text, evenhand};
use evenhand::metrics;
use evenhand::release::{Audience, release};
use evenhand::render::{Colour, Format};
use evenhand::result::{Document, Group};

const DECISION: &str = "decision = \"d\"\nfavourable = [1]\n";

fn policy(decision: &str) -> String {
    format!(
        "version = 1\n[data]\n{decision}label = \"y\"\npositive = [1]\nscore = \"p\"\n[[attribute]]\nname = \"g\"\n[[attribute]]\nname = \
         \"h\"\n[intersections]\nsets = [[\"g\", \"h\"]]\n[[outcome]]\nname = \"wait\"\nkind = \"amount\"\nbetter = \"less\"\n[[outcome]]\n\
         name = \"stars\"\nkind = \"ordinal\"\nbetter = \"more\"\n[[check]]\nmetric = \"wait.mean\"\ncontrast = \"ratio\"\nwithin = \
         \"4/5\"\n"
    )
}

/// Rows of groups of which `few` has so many.
fn csv(random: &mut SplitMix64, rows: usize, few: usize) -> String {
    let mut text = "g,h,d,y,p,wait,stars\n".to_owned();
    for row in 0..rows {
        let g = if row < few { "few" } else { random.pick(&["north", "south"]) };
        let (h, d, y) = (random.pick(&["new", "known"]), random.below(2), random.below(2));
        let (p, wait) = (random.below(1000), random.below(90));
        let stars = random.pick(&["1", "3", "5", ""]);
        let _ = writeln!(text, "{g},{h},{d},{y},0.{p:03},{wait},{stars}");
    }
    text
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("JSON")
}

/// What is measured of everything but decisions, held against each other, and judged.
fn without_decisions(document: &Document) -> [String; 3] {
    let is_kept = |metric: &str| metrics::find(metric).is_none_or(|found| !found.needs.decision);
    let measured: Vec<_> = document.measurements.iter().filter(|m| is_kept(&m.metric)).collect();
    let compared: Vec<_> = document.comparisons.iter().filter(|c| is_kept(&c.metric)).collect();
    [json(&measured), json(&compared), json(&document.checks)]
}

#[test]
fn what_is_not_about_decisions_is_what_it_is_beside_them() {
    let random = &mut SplitMix64(7);
    let rows = csv(random, 900, 40);
    let (beside, alone) = (audit_text(&policy(DECISION), &rows), audit_text(&policy(""), &rows));
    assert_eq!(without_decisions(&alone), without_decisions(&beside));
    assert_eq!(json(&alone.outcome_comparisons), json(&beside.outcome_comparisons));
    assert_eq!(json(&alone.score_comparisons), json(&beside.score_comparisons));
    assert_eq!(alone.measurements.len(), without_decisions_of(&beside), "nothing is measured of decisions");
    assert!(alone.sweeps.is_empty() && !beside.sweeps.is_empty());
    assert_eq!((alone.policy.decision.as_deref(), beside.policy.decision.as_deref()), (None, Some("d")));
}

fn without_decisions_of(document: &Document) -> usize {
    let about = |metric: &str| metrics::find(metric).is_some_and(|found| found.needs.decision);
    document.measurements.iter().filter(|m| !about(&m.metric)).count()
}

/// Four rows of a group are few: neither their number nor anything else of them is shown, and no other count tells them.
#[test]
fn few_rows_are_hidden_from_the_public() {
    let random = &mut SplitMix64(8);
    let rows = csv(random, 900, 4);
    let public = release(audit_text(&policy(""), &rows), Audience::Public, &[]).expect("for the public");
    let document = public.document();
    let of_g = |group: &Group| group.get("g").map(String::as_str) == Some("few");
    let shown = document.measurements.iter().filter(|m| of_g(&m.group));
    assert!(shown.clone().count() > 0 && shown.clone().all(|m| m.value.is_none() && m.denominator.is_none()));
    let groups = &document.data.attributes[0].groups;
    assert!(groups.iter().all(|group| group.group != "few"));
    // Everybody less the two that would be left is the one that is hidden: so one of the two is hidden as well.
    assert!(groups.len() < 2, "{groups:?}");
    // Where nobody is few everything is there.
    let rows = csv(random, 900, 200);
    let public = release(audit_text(&policy(""), &rows), Audience::Public, &[]).expect("for the public");
    let document = public.document();
    assert_eq!(document.data.attributes[0].groups.len(), 3);
    let means = document.measurements.iter().filter(|m| m.metric == "wait.mean" && m.axes.len() == 1);
    assert!(means.clone().count() == 5 && means.clone().all(|m| m.value.is_some()));
}

/// What is stored is recomputed from the counts it holds: of those whose outcome is known or not, and of those with a label.
#[test]
fn what_is_stored_can_be_verified() {
    let rows = csv(&mut SplitMix64(9), 400, 40);
    let of_scores = policy("").split("[[outcome]]").next().map(str::to_owned).expect("the part before the outcomes");
    for text in [policy(""), of_scores] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("rows.csv"), &rows).expect("written");
        std::fs::write(folder.path().join("evenhand.toml"), &text).expect("written");
        let audited = evenhand(folder.path(), &["audit", "rows.csv", "-p", "evenhand.toml", "-o", "out"]);
        assert!(matches!(audited.status.code(), Some(0 | 1 | 3)), "{}", String::from_utf8_lossy(&audited.stderr));
        let verified = evenhand(folder.path(), &["verify", "out", "--data", "rows.csv"]);
        assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
        // A count that is altered is found.
        let path = folder.path().join("out/result.json");
        let stored = std::fs::read_to_string(&path).expect("a result");
        let metric = if text.contains("outcome") { "wait.answered" } else { "base-rate" };
        let at = stored.find(&format!("\"metric\": \"{metric}\"")).expect("it is measured");
        let place = at + stored[at..].find("\"denominator\": ").expect("its denominator") + "\"denominator\": ".len();
        let altered = format!("{}9{}", &stored[..place], &stored[place..]);
        std::fs::write(&path, altered).expect("written");
        let verified = evenhand(folder.path(), &["verify", "out"]);
        assert_eq!(verified.status.code(), Some(5), "{}", String::from_utf8_lossy(&verified.stdout));
        let said = String::from_utf8_lossy(&verified.stdout).into_owned();
        assert!(said.contains("counts"), "{said}");
    }
}

/// Whatever else is asked, nothing is measured of decisions and nothing is said of them but that they are not tested.
#[test]
fn nothing_is_said_of_decisions() {
    let rows = csv(&mut SplitMix64(10), 400, 40);
    let more = "[consent]\ncolumn = \"h\"\ngiven = [\"known\"]\ncoverage_by_segment = true\ncoverage_reason = \"to see whom it leaves out\"\n";
    let strata = policy("strata = [\"h\"]\n")
        .replace("[[attribute]]\nname = \"h\"\n[intersections]\nsets = [[\"g\", \"h\"]]\n", "");
    for text in [policy(""), strata.clone(), strata + more] {
        let document = audit_text(&text, &rows);
        let stored = json(&document);
        for metric in metrics::all().filter(|metric| metric.needs.decision) {
            assert!(!stored.contains(&format!("\"metric\":\"{}\"", metric.id)), "{}: {text}", metric.id);
        }
        for audience in [Audience::Internal, Audience::Public] {
            let release = release(document.clone(), audience, &[]).expect("released");
            let mut bytes = Vec::new();
            Format::Markdown.render(&release, Colour::Plain, &mut bytes).expect("rendered");
            let told = String::from_utf8(bytes).expect("UTF-8");
            let told = told.split("## Method").next().expect("what comes before the method");
            let said = told.lines().filter(|line| {
                let about = ["decision", "decided", "favourable", "selected"].iter().any(|word| line.contains(word));
                let lacks = line.contains("needs a column with what the system did")
                    || line.contains("Every verdict was decided");
                about && !lacks
            });
            assert_eq!(said.collect::<Vec<_>>(), Vec::<&str>::new(), "{text}");
        }
    }
}
