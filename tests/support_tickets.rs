//! What was planted in `datasets/support_tickets` is named where a shop owner looks first, in words without statistics, and the
//! comparisons of outcomes are what counting pairs by hand gives.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::support;
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn audit(format: &str) -> String {
    support::audit_dataset("support_tickets", format, 1)
}

fn first_screen() -> String {
    support::first_screen(&audit("text"))
}

#[test]
fn planted_harms_are_named_on_the_first_screen() {
    let screen = first_screen();
    let of_islands =
        |of: BTreeMap<String, Vec<f64>>, figure: &dyn Fn(&[f64]) -> f64| figure(&of["islands"]) / figure(&of["city"]);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let waits = of_islands(values(3, seconds), &middle);
    let handed = of_islands(values(4, |text| Some(f64::from(u8::from(text == "yes")))), &mean);
    let answered = of_islands(values(5, |text| Some(f64::from(u8::from(!text.is_empty())))), &mean);
    for said in [
        format!("For segment islands the middle wait was {waits:.2} times as long as for segment city"),
        format!("Handed to human was yes for segment islands {handed:.2} times as often as for segment city"),
        format!("segment islands answered csat {answered:.2} times as often as segment city"),
        "The answers look alike; the answers of those who did not answer are not known.".to_owned(),
    ] {
        assert!(screen.contains(&said), "`{said}` is not in\n{screen}");
    }
    // What was planted: 1.6, 0.6 and 0.5 (datasets/support_tickets/README.md).
    assert!((waits - 1.6).abs() < 0.1 && (handed - 0.6).abs() < 0.1 && (answered - 0.5).abs() < 0.1);
    // Agents turn down more of what the bot proposes for islands: 5 percentage points behind by the bot, 17.75 in the end.
    let yes = |text: &str| Some(f64::from(u8::from(text == "yes")));
    let behind = |column: usize| {
        let of = values(column, yes);
        100.0 * (mean(&of["city"]) - mean(&of["islands"]))
    };
    let (bot, end) = (behind(7), behind(8));
    let said = format!(
        "By the model segment islands got the favourable decision {bot:.1} percentage points less often than segment city, in the \
         end {end:.1} less often: people made the gap wider by {:.1}",
        end - bot
    );
    assert!(screen.contains(&said), "`{said}` is not in\n{screen}");
    assert!((bot - 5.0).abs() < 4.0 && (end - 17.75).abs() < 4.0, "{bot} {end}");
    // Of the other segments nothing was planted.
    for segment in ["segment country", "segment abroad"] {
        assert!(!screen.contains(segment), "{segment} is named in\n{screen}");
    }
}

#[test]
fn no_word_of_statistics_is_on_the_first_screen() {
    let screen = first_screen().to_lowercase();
    for word in ["median", "percentile", "quantile", "p-value", "significan", "hedges", "standard deviation", "mean "] {
        assert!(!screen.contains(word), "`{word}` is in\n{screen}");
    }
}

/// The values of an outcome by segment, read by hand.
fn values(column: usize, number: impl Fn(&str) -> Option<f64>) -> BTreeMap<String, Vec<f64>> {
    let text = fs::read_to_string(format!("{ROOT}/datasets/support_tickets/tickets.csv")).expect("the data");
    let mut found: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        found.entry(fields[1].to_owned()).or_default().extend(number(fields[column]));
    }
    found
}

fn seconds(text: &str) -> Option<f64> {
    let (minutes, seconds) = text.split_once(':')?;
    Some(60.0 * minutes.parse::<f64>().ok()? + seconds.parse::<f64>().ok()?)
}

/// The value in the middle, or halfway between both.
fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { 0.5 * (sorted[half - 1] + sorted[half]) }
}

/// How often a value of the first is more than one of the second, ties as one half: every pair is looked at.
fn pairs(first: &[f64], second: &[f64]) -> f64 {
    let one = |a: f64, b: f64| {
        if a > b {
            1.0
        } else if a == b {
            0.5
        } else {
            0.0
        }
    };
    let wins: f64 = first.iter().map(|a| second.iter().map(|b| one(*a, *b)).sum::<f64>()).sum();
    wins / (first.len() * second.len()) as f64
}

/// The largest gap between the shares at or below a value, and the area between them.
fn apart(first: &[f64], second: &[f64]) -> (f64, f64) {
    let mut at: Vec<f64> = first.iter().chain(second).copied().collect();
    at.sort_by(f64::total_cmp);
    at.dedup();
    let share = |of: &[f64], x: f64| of.iter().filter(|v| **v <= x).count() as f64 / of.len() as f64;
    let gaps: Vec<f64> = at.iter().map(|x| (share(first, *x) - share(second, *x)).abs()).collect();
    let area = at.windows(2).zip(&gaps).map(|(ends, gap)| gap * (ends[1] - ends[0])).sum();
    (gaps.iter().copied().fold(0.0, f64::max), area)
}

#[test]
fn comparisons_are_what_counting_pairs_gives() {
    let result: Value = serde_json::from_str(&audit("json")).expect("the result is JSON");
    let waits = values(3, seconds);
    let answers = values(5, |text| text.parse().ok());
    let mut held = 0;
    for (outcome, of) in [("wait", &waits), ("csat", &answers)] {
        for one in result["outcome_comparisons"].as_array().expect("there are some") {
            if one["outcome"] != outcome {
                continue;
            }
            let (own, city) = (&of[one["group"]["segment"].as_str().expect("a segment")], &of["city"]);
            assert_eq!(one["reference"]["group"]["segment"], "city");
            let near = |key: &Value, by_hand: f64| (key.as_f64().expect("a number") - by_hand).abs() < 1e-9;
            let (gap, area) = apart(own, city);
            assert!(near(&one["has_more"]["value"], pairs(own, city)), "{one}");
            assert!(near(&one["distance"], gap) && near(&one["transport"], area), "{one}; {gap} {area}");
            let silent = outcome == "csat" && one["group"]["segment"] == "islands";
            assert_eq!(one.get("unheard").and_then(Value::as_str), silent.then_some("group"), "{one}");
            held += 1;
        }
    }
    assert_eq!(held, 6);
    // A wait of 20 seconds to 40 minutes with few long ones: nobody's average is carried by a few in so many rows.
    let tails = result["outcome_tails"].as_array().expect("of waits and costs");
    assert_eq!(tails.len(), 10, "two outcomes, of everybody and of four segments");
    assert!(tails.iter().all(|tail| tail["heavy"] == false), "{tails:?}");
}

#[test]
fn the_number_of_a_check_has_its_unit_where_it_has_one() {
    let result: Value = serde_json::from_str(&audit("json")).expect("the result is JSON");
    for row in result["checks"].as_array().expect("checks") {
        assert!(row.get("unit").is_none(), "a ratio and a share have no unit: {row}");
    }
    let unit = |one: &Value| one.get("unit").and_then(Value::as_str).map(str::to_owned);
    let units: BTreeMap<String, Option<String>> = result["outcome_comparisons"]
        .as_array()
        .expect("comparisons")
        .iter()
        .map(|one| (one["outcome"].to_string(), unit(one)))
        .collect();
    let told: Vec<Option<&str>> = units.values().map(Option::as_deref).collect();
    assert_eq!(told, [Some("EUR"), None, None, None, Some("s")], "cost, csat, handed_to_human, resolved, wait");
}

#[test]
fn where_no_check_is_on_the_answers_the_silence_is_told_all_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tickets = format!("{ROOT}/datasets/support_tickets");
    let policy = fs::read_to_string(format!("{tickets}/evenhand.toml")).expect("the policy");
    let (without, _) = policy.split_once("# ... and does every segment answer").expect("the last check");
    fs::write(folder.path().join("evenhand.toml"), without).expect("written");
    fs::copy(format!("{tickets}/tickets.csv"), folder.path().join("tickets.csv")).expect("copied");
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(["audit", "-o", "out"])
        .current_dir(folder.path())
        .output()
        .expect("evenhand runs");
    let told = String::from_utf8_lossy(&output.stdout);
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let silence = "The answers on csat look alike, but segment islands answered csat 0.49 times as often as segment city (0.45 \
                   to 0.54); the answers of those who did not answer are not known.";
    assert!(told.contains(silence), "{told}");
    // What cannot be counted again is taken as it is stored, and the rest agrees.
    let verified = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(["verify", "out", "-p", "evenhand.toml", "--data", "tickets.csv"])
        .current_dir(folder.path())
        .output()
        .expect("evenhand runs");
    let told = String::from_utf8_lossy(&verified.stdout);
    assert!(!told.contains("does not agree") && told.contains("figures of outcomes"), "{told}");
}

/// Few of a branch answered; all have a wait.
fn few_answers() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut rows = String::from("branch,resolved,wait,stars\n");
    for (branch, answers) in [("north", 40), ("south", 4)] {
        for row in 0..80_u32 {
            let stars = if row < answers { (1 + row % 5).to_string() } else { String::new() };
            rows.push_str(&format!("{branch},{},{},{stars}\n", row % 2, 60 + row));
        }
    }
    fs::write(folder.path().join("t.csv"), rows).expect("written");
    let policy = r#"
version = 1
data = { files = ["t.csv"], decision = "resolved", favourable = [1] }
attribute = [{ name = "branch" }]
outcome = [{ name = "wait", kind = "duration", better = "less" }, { name = "stars", kind = "ordinal", better = "more" }]
check = [{ id = "a", metric = "stars.mean", contrast = "difference", within = 1 },
  { id = "b", metric = "wait.mean", contrast = "difference", within = 30 }]
privacy = { min_cell = 11, round = 1 }
"#;
    fs::write(folder.path().join("evenhand.toml"), policy).expect("written");
    folder
}

#[test]
fn numbers_that_rest_on_a_few_answers_are_hidden_with_all_that_tells_them() {
    let folder = few_answers();
    let audit = |audience: &str| -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(["audit", "--audience", audience, "--format", "json"])
            .current_dir(folder.path())
            .output()
            .expect("evenhand runs");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    };
    let inside = audit("internal");
    let mut hidden = 0;
    for m in inside["measurements"].as_array().expect("measurements") {
        let (metric, of_branch) = (m["metric"].as_str().expect("a name"), m["axes"][0] == "branch");
        let is_hidden = m["undefined"] == "suppressed";
        assert_eq!(is_hidden, metric.starts_with("stars.") && of_branch, "{m}");
        assert!(!is_hidden || (m["value"].is_null() && m.get("numerator").is_none()), "{m}");
        hidden += u32::from(is_hidden);
    }
    assert_eq!(hidden, 6, "median, mean and answered of two branches");
    let compared = |document: &Value| -> Vec<String> {
        let all = document["outcome_comparisons"].as_array().cloned().unwrap_or_default();
        all.iter().map(|one| one["outcome"].to_string()).collect()
    };
    assert_eq!(compared(&inside), ["\"wait\""]);
    let rows = inside["checks"].as_array().expect("checks");
    let reasons: Vec<&Value> = rows.iter().map(|row| &row["reason"]).collect();
    assert_eq!(reasons[0], "suppressed");
    assert!(rows[1]["value"].is_number() && rows[1]["unit"] == "s", "{}", rows[1]);
    let outside = audit("public");
    assert_eq!(compared(&outside), Vec::<String>::new());
    assert!(outside.get("outcome_tails").is_none());
}
