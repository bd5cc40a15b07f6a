//! A gate as somebody lives with it: a first run that passes, an update that fails and says who and by how much, a waiver until
//! its day, a review that is recorded, and one byte that somebody flips.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

const POLICY: &str = r#"version = 1

[about]
system = "voucher ranker"
model_version = "1.0"

[data]
decision = "offered"
favourable = [1]

[[attribute]]
name = "age_band"
groups = ["18-24", "25-39", "65+"]

[[check]]
id = "offer-ratio"
metric = "selection-rate"
contrast = "ratio"
within = "0.7"
max_worsening = "0.05"
"#;

const WAIVER: &str = r#"
[[waiver]]
check = "offer-ratio-worsening"
group = { age_band = "18-24" }
bound = "0.35"
reason = "The new ranker is retrained in December; until then students keep the old voucher."
owner = "crm@example.org"
approved_by = "dpo@example.org"
expires = 2026-12-31
"#;

struct Told {
    code: i32,
    out: String,
    err: String,
}

fn evenhand(folder: &Path, line: &str) -> Told {
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(line.split_whitespace().map(|word| word.replace('_', " ")))
        .current_dir(folder)
        .env_clear()
        .output()
        .expect("evenhand runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ");
    Told { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

/// Groups with how many there are and how many get the offer.
fn offers(groups: [(&str, u32, u32); 3]) -> String {
    let mut rows = String::from("age_band,offered\n");
    for (group, all, offered) in groups {
        for row in 0..all {
            writeln!(rows, "{group},{}", u32::from(row < offered)).expect("a row");
        }
    }
    rows
}

#[test]
fn a_gate_from_its_first_run_to_a_flipped_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let run = |line: &str| evenhand(folder.path(), line);
    // To the youngest against the middle: 360/800 ÷ 700/1500 = 0.964, and after the update 250/800 ÷ 720/1500 = 0.651.
    fs::write(path("v1.csv"), offers([("18-24", 800, 360), ("25-39", 1500, 700), ("65+", 700, 255)])).expect("written");
    fs::write(path("v2.csv"), offers([("18-24", 800, 250), ("25-39", 1500, 720), ("65+", 700, 250)])).expect("written");
    fs::write(path("evenhand.toml"), POLICY).expect("written");

    let first = run("audit v1.csv --as-of 2026-08-01 -o v1");
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);

    let second = POLICY.replace("\"1.0\"", "\"2.0\"");
    fs::write(path("evenhand.toml"), &second).expect("written");
    let update = "audit v2.csv --as-of 2026-11-01 --baseline v1/result.json -o v2";
    let failed = run(update);
    assert_eq!(failed.code, 1, "{}{}", failed.out, failed.err);
    let who_and_how_much = "Selection rate of age_band 18-24, as a ratio to age_band 25-39, is 0.65 now and was 0.96 before: 0.31 \
                            farther from equality (0.20 to 0.39 farther; 800 cases), shown to be more than the 0.05 allowed.";
    assert!(failed.out.contains(who_and_how_much), "{}", failed.out);

    fs::write(path("evenhand.toml"), second + WAIVER).expect("written");
    let let_through = run(update);
    assert_eq!(let_through.code, 0, "{}{}", let_through.out, let_through.err);
    assert!(let_through.out.contains("Let through until 2026-12-31 by dpo@example.org"), "{}", let_through.out);
    let last_day = run(&format!("{update} -q").replace("2026-11-01", "2026-12-31").replace("-o v2", "-o last"));
    assert_eq!(last_day.code, 0, "{}", last_day.err);
    let day_after = run(&format!("{update} -q").replace("2026-11-01", "2027-01-01").replace("-o v2", "-o after"));
    assert_eq!(day_after.code, 1, "{}", day_after.err);

    let record = "review record v2 --as-of 2026-11-02 --decision conditions \
                  --reason The_gap_has_an_end_date,_and_the_retrained_ranker_is_looked_at_first. --sign reviewer=Ann \
                  --sign accountable_owner=Bo";
    let recorded = run(record);
    assert_eq!(recorded.code, 0, "{}{}", recorded.out, recorded.err);
    assert_eq!(run("review due --as-of 2027-01-30 --max-age 90d").code, 0);
    let late = run("review due --as-of 2027-02-01 --max-age 90d");
    assert_eq!(late.code, 5, "{}", late.out);

    let whole = run("verify v2 --data v2.csv");
    assert_eq!(whole.code, 0, "{}{}", whole.out, whole.err);
    for name in ["result.json", "report.html", "report.md", "metrics.csv", "junit.xml", "result.sarif", "manifest.json"]
    {
        let file = path("v2").join(name);
        let before = fs::read(&file).expect("a report");
        let mut bytes = before.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&file, bytes).expect("written");
        let found = run("verify v2");
        assert_ne!(found.code, 0, "{name}");
        assert!(found.out.contains(name) || found.err.contains(name), "{name}: {}{}", found.out, found.err);
        fs::write(&file, before).expect("written");
    }
    assert_eq!(run("verify v2").code, 0);
}
