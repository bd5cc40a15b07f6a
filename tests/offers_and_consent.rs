//! What was planted in `datasets/offers_and_consent` is named where a shop owner looks first, and what the rows of those who said
//! yes cannot tell is said to be open.

use std::process::Command;

use crate::support::{audit_text, internal};
use evenhand::render::{Colour, text};
use evenhand::words;
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn audit(format: &str) -> String {
    let policy = format!("{ROOT}/datasets/offers_and_consent/evenhand.toml");
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(["audit", "-p", &policy, "--as-of", "2026-11-22", "--format", format])
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("GITHUB_WORKSPACE")
        .output()
        .expect("evenhand runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("reports are UTF-8")
}

fn result() -> Value {
    serde_json::from_str(&audit("json")).expect("the result is JSON")
}

fn truth() -> Value {
    let truth = std::fs::read_to_string(format!("{ROOT}/datasets/offers_and_consent/truth.json")).expect("the truth");
    serde_json::from_str(&truth).expect("it is JSON")
}

#[track_caller]
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// What was planted for a channel.
fn channel<'a>(truth: &'a Value, name: &str) -> &'a Value {
    let channels = truth["channels"].as_array().expect("channels");
    channels.iter().find(|channel| channel["channel"] == name).expect("it is there")
}

/// The rows of a list about a channel.
fn of_channel<'a>(list: &'a Value, name: &'a str) -> impl Iterator<Item = &'a Value> {
    let rows = list.as_array().expect("a list").iter();
    rows.filter(move |row| {
        row["group"]["channel"] == name && row["axes"].as_array().is_some_and(|axes| axes.len() == 1)
    })
}

#[test]
fn planted_harms_are_named_on_the_first_screen() {
    let text = audit("text");
    let lines: Vec<&str> = text.lines().take_while(|line| !line.starts_with("Verdict  ")).collect();
    assert!(lines.len() <= 24, "a terminal of 24 lines shows them all:\n{text}");
    let screen = lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    let result = result();
    let covered = of_channel(&result["consent"]["coverage"], "store").next().expect("the store");
    let gap = of_channel(&result["funnel"]["gaps"], "web").next().expect("the web");
    let percent = |value: &Value| format!("{:.1}%", 100.0 * number(value));
    for said in [
        format!("Of channel web {} came to \"responded\", of channel app", percent(&gap["value"])),
        "The largest part of the gap arises at \"selected\":".to_owned(),
        format!(
            "Consent covers {} of channel store, {:.2} times as often as channel app",
            percent(&covered["share"]),
            number(&covered["ratio"])
        ),
        "This report speaks of those alone".to_owned(),
        "channel web got the favourable decision".to_owned(),
    ] {
        assert!(screen.contains(&said), "`{said}` is not in\n{screen}");
    }
    // Of languages nothing was planted.
    assert!(!screen.contains("language"), "{screen}");
    for word in ["p-value", "significan", "shapley", "standard deviation", "interval of", "mean "] {
        let before_the_scorecard = screen.split("Scorecard").next().unwrap_or_default().to_lowercase();
        assert!(!before_the_scorecard.contains(word), "`{word}` is in\n{screen}");
    }
}

#[test]
fn those_who_said_yes_mislead_and_the_bounds_hold_the_truth() {
    let (result, truth) = (result(), truth());
    // Among those who said yes the store looks like the app; among everybody it gets half as much.
    let store = |who: &str| number(&channel(&truth, "store")[who]["selected_of_all"]["value"]);
    let app = |who: &str| number(&channel(&truth, "app")[who]["selected_of_all"]["value"]);
    let (seen, true_ratio) = (store("with_consent") / app("with_consent"), store("everybody") / app("everybody"));
    assert!(seen > 0.9 && true_ratio < 0.55, "{seen} {true_ratio}");
    let row = of_channel(&result["checks"], "store").next().expect("a check row");
    assert_eq!(row["verdict"], "met", "{row}");
    assert!(number(&row["low"]) <= seen && seen <= number(&row["high"]), "{row}");
    assert!(true_ratio < number(&row["low"]), "what is seen of those who said yes is not so of everybody");
    let mut held = 0;
    for bound in of_channel(&result["consent"]["bounds"], "store") {
        let planted = match bound["contrast"].as_str() {
            Some("value") => store("everybody"),
            Some("ratio") => true_ratio,
            _ => store("everybody") - app("everybody"),
        };
        assert!(number(&bound["low"]) <= planted && planted <= number(&bound["high"]), "{planted}: {bound}");
        held += 1;
    }
    assert_eq!(held, 3, "a share, a ratio, a difference");
    let said = "That is within the limits or beyond them, depending on what they are (check `offered`";
    assert!(audit("markdown").contains(said));
}

#[test]
fn the_planted_parts_add_up_and_lie_in_their_intervals() {
    let (result, truth) = (result(), truth());
    let planted = &truth["gap_at_the_end"];
    let parts = planted["parts"].as_object().expect("parts");
    let sum: f64 = parts.values().map(|part| number(&part["value"])).sum();
    assert!((sum - number(&planted["difference"]["value"])).abs() < 1e-5, "{sum}");
    assert!(number(&parts["selected"]["value"]) / sum > 0.8, "most of it arises at one stage");
    let gap = of_channel(&result["funnel"]["gaps"], "web").next().expect("the web");
    assert_eq!(gap["largest"], "selected");
    for part in gap["parts"].as_array().expect("parts") {
        let planted = number(&parts[part["stage"].as_str().expect("a stage")]["value"]);
        assert!(number(&part["low"]) <= planted && planted <= number(&part["high"]), "{planted}: {part}");
    }
    for row in result["consent"]["coverage"].as_array().expect("coverage") {
        if let Some(name) = row["group"]["channel"].as_str() {
            let planted = number(&channel(&truth, name)["consent"]);
            assert!(number(&row["low"]) <= planted && planted <= number(&row["high"]), "{planted}: {row}");
        }
    }
}

#[test]
fn a_group_with_few_rows_is_not_named_on_the_first_screen() {
    let mut rows = String::from("shop,consent,d\n");
    for (shop, all, yes) in [("large", 200, 180), ("small", 20, 4)] {
        for row in 0..all {
            rows.push_str(&format!("{shop},{},{}\n", if row < yes { "yes" } else { "no" }, row % 2));
        }
    }
    let screen = |min_group: u32| {
        let policy = format!(
            "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\n[consent]\ncolumn = \"consent\"\ngiven = [\"yes\"]\n\
             coverage_by_segment = true\ncoverage_reason = \"To see for whom it speaks.\"\n[[attribute]]\nname = \"shop\"\n\
             [statistics]\nmin_group = {min_group}\n"
        );
        let mut out = Vec::new();
        let page = words::summarise(&internal(&audit_text(&policy, &rows)));
        text::render(&page, Colour::Plain, &mut out).expect("it renders");
        String::from_utf8(out).expect("UTF-8")
    };
    let named = "Consent covers 20.0% of shop small, 0.22 times as often as shop large";
    assert!(screen(20).contains(named), "{}", screen(20));
    assert!(!screen(21).contains("Consent covers"), "{}", screen(21));
}
