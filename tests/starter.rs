//! The policy that `init` writes by itself: its words are pinned, and it audits at once.

use std::fs;

use crate::support::evenhand;

const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/init-outcomes");

fn starter(data: &str, text: &str) -> (tempfile::TempDir, String) {
    let work = tempfile::tempdir().expect("a temporary folder");
    fs::write(work.path().join(data), text).expect("the data are written");
    let output = evenhand(work.path(), &["init", data, "--yes"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let policy = fs::read_to_string(work.path().join("evenhand.toml")).expect("a policy");
    (work, policy)
}

#[test]
fn what_was_recognised_is_asked_in_plain_words() {
    let tickets = fs::read_to_string(format!("{CASE}/tickets.csv")).expect("the data");
    let (_work, policy) = starter("tickets.csv", &tickets);
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(policy);
    });
}

#[test]
fn it_audits_at_once_where_a_name_says_what_is_good() {
    let tickets = fs::read_to_string(format!("{CASE}/tickets.csv")).expect("the data");
    let small = "resolved,wait,csat\n1,0:30,4\n0,1:10,5\n1,2:00,3\n1,0:40,\n";
    let burden = "region,complained,spend\nA,no,4.5\nA,yes,3\nB,no,2.25\nB,no,8\n";
    for data in [tickets.as_str(), small, burden] {
        let (work, policy) = starter("data.csv", data);
        let output = evenhand(work.path(), &["audit", "--as-of", "2026-11-22"]);
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}: {}\n{policy}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn what_nobody_can_tell_is_left_to_fill_in() {
    let consent =
        ["# column = \"consent\"", "# given = []                 # which values say that the person agreed? (X, Z)"];
    // Where nothing was recognised that people got, a report has to ask about decisions.
    let (_work, policy) = starter("data.csv", "plan,batch,consent\nA,4,X\nB,7,Z\nA,9,X\nB,1,X\n");
    for line in consent.into_iter().chain(["# decision = \"\"             # FILL IN"]) {
        assert!(policy.contains(line), "`{line}` is not in\n{policy}");
    }
    let (_work, policy) = starter("data.csv", "plan,wait_minutes,consent\nA,4,X\nB,7,Z\nA,9,X\nB,1,X\n");
    for line in consent.into_iter().chain(["# Nothing is asked about decisions.", "unit = \"minutes\""]) {
        assert!(policy.contains(line), "`{line}` is not in\n{policy}");
    }
}

#[test]
fn a_day_is_no_telephone_number() {
    let (_work, policy) =
        starter("data.csv", "resolved,opened,closed\n1,2026-01-02,2026-01-03\n0,2026-01-05,2026-01-09\n");
    assert!(policy.contains("from = \"opened\""), "{policy}");
}

/// A value of the data could hold lines of its own, and these would be rules.
#[test]
fn no_value_and_no_name_becomes_a_rule() {
    let rule = "\\n[statistics]\\nlevel = 0.5\\n";
    let rows = |consent: &str, name: &str| {
        format!(
            "{{\"got\":\"yes{rule}\",\"{name}\":\"{consent}\",\"plan\":\"A\"}}\n{{\"got\":\"no\",\"{name}\":\"B\",\"plan\":\"C\"}}\n"
        )
    };
    let consent = format!("A{rule}");
    for text in
        [rows(&consent, "consent"), rows(&consent, &format!("consent {rule}")), rows("A", &format!("got {rule}"))]
    {
        let (_work, policy) = starter("data.ndjson", &text);
        let read: toml::Value = toml::from_str(&policy).unwrap_or_else(|why| panic!("{why}\n{policy}"));
        assert_eq!(read["statistics"]["level"].as_float(), Some(0.95), "{policy}");
    }
}
