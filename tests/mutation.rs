//! Thousands of damaged policies and data files: nothing panics, every error has its exit code, every number is finite.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Once};

use crate::support::SplitMix64;
use crate::support_input::Folder;
use evenhand::error::Error;
use evenhand::input::Source;
use evenhand::policy::{Policy, check, read};
use evenhand::result::Document;
use polars::prelude::*;

/// Pieces that break readers.
const TOKENS: [&[u8]; 36] = [
    b"\0",
    b"\"",
    b"\"\"",
    b"'",
    b"\\",
    b"\n",
    b"\r",
    b"\r\n",
    b",",
    b";",
    b"\t",
    b"|",
    b"{",
    b"}",
    b"[",
    b"]",
    b"[[",
    b"=",
    b"#",
    b"\xff",
    b"\xe4",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    "\u{202e}".as_bytes(),
    b"nan",
    b"inf",
    b"-1",
    b"1e308",
    b"1e-320",
    b"18446744073709551616",
    b"100000000",
    b"0.1",
    b"4/5",
    b"null",
    b"true",
    b"(missing)",
];

/// One change of a text or several, up to the limit: bytes flipped, pieces cut, doubled, moved or put in.
fn mutate(bytes: &[u8], most: usize, random: &mut SplitMix64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(most) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(24)).min(bytes.len());
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                drop(bytes.splice(to..to, piece));
            }
            3 if random.below(4) == 0 => bytes.truncate(at),
            4 => {
                // A digit for another keeps the text in order and changes what it says.
                if let Some(digit) = bytes[at..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                    *digit = b'0' + random.below(10) as u8;
                }
            }
            _ => drop(bytes.splice(at..at, random.pick(&TOKENS).iter().copied())),
        }
    }
    bytes
}

/// Panics that are caught are not printed; the message of the test says what happened.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let file = panic.location().map_or("", |at| at.file());
            if file.contains("tests") {
                usual(panic);
            }
        }));
    });
}

/// What became of the runs, so that a test which only ever sees one kind of end is noticed.
#[derive(Default)]
struct Ends {
    good: usize,
    refused: usize,
}

fn parse(text: &str) -> Result<Policy, Error> {
    let (draft, mut problems) = read::read(text, "evenhand.toml");
    match check::check(draft) {
        Ok((policy, _)) if problems.is_empty() => Ok(policy),
        Ok(_) => Err(Error::Policy(problems)),
        Err(more) => {
            problems.extend(more);
            Err(Error::Policy(problems))
        }
    }
}

fn audit(policy: &Policy, name: &str, path: &Path) -> Result<Document, Error> {
    let source = Source::File { shown: name.to_owned(), path: path.to_path_buf() };
    evenhand::audit(policy, Vec::new(), &[source], "2026-11-21", &(Arc::new(|_| {}) as _))
}

/// One run: no panic, an error of the user's world or a document whose every number is finite.
fn ends_well(what: &str, ends: &mut Ends, run: impl FnOnce() -> Result<Document, Error>) {
    let outcome = catch_unwind(AssertUnwindSafe(run));
    match outcome {
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            panic!("{what} panicked: {}", text.unwrap_or_default());
        }
        Ok(Err(error)) => {
            ends.refused += 1;
            assert!([2, 4].contains(&error.exit_code()), "{what}: exit code {}", error.exit_code());
            assert!(!error.to_string().is_empty(), "{what}: an error without a message");
        }
        Ok(Ok(document)) => {
            ends.good += 1;
            assert!([0, 1, 3].contains(&document.exit_code), "{what}: exit code {}", document.exit_code);
            let json = serde_json::to_string(&document).expect("a document serialises");
            // Serde writes a number that is not finite as null, so value and limits are looked at themselves.
            let finite = |number: Option<f64>, place: &str| {
                assert!(number.is_none_or(f64::is_finite), "{what}: {place} is {number:?}");
            };
            for m in &document.measurements {
                finite(m.value, "a value");
                finite(m.low, "a lower end");
                finite(m.high, "an upper end");
                assert!(m.value.is_some() || m.undefined.is_some(), "{what}: no value of {} and no reason", m.metric);
            }
            for m in &document.measurements {
                finite(m.if_calibrated, "what chance gives");
                finite(m.p_value, "a p-value of a value");
                if let Some(bounds) = &m.bounds {
                    finite(Some(bounds.low), "a lower bound");
                    finite(bounds.high, "an upper bound");
                }
            }
            for bin in document.curves.iter().flat_map(|curve| &curve.bins) {
                for number in [bin.low, bin.high, bin.mean_score, bin.observed, bin.observed_low, bin.observed_high] {
                    finite(Some(number), "a number of a curve");
                    assert!((0.0..=1.0).contains(&number), "{what}: a curve goes to {number}");
                }
            }
            for point in document.sweeps.iter().flat_map(|sweep| &sweep.points) {
                finite(Some(point.threshold), "a threshold");
                finite(Some(point.selected), "a share");
                finite(point.ratio, "a ratio of a sweep");
                finite(point.low, "a lower end of a sweep");
                finite(point.high, "an upper end of a sweep");
                finite(point.true_positive_rate_difference, "a difference of a sweep");
                finite(point.false_positive_rate_difference, "a difference of a sweep");
            }
            for c in &document.score_comparisons {
                for ranked in [
                    &c.background_positive_group_negative,
                    &c.background_negative_group_positive,
                    &c.positives_above,
                    &c.negatives_above,
                ] {
                    finite(ranked.value, "a ranking");
                    finite(ranked.low, "a lower end of a ranking");
                    finite(ranked.high, "an upper end of a ranking");
                    assert!(ranked.value.is_some() != ranked.undefined.is_some(), "{what}: {ranked:?}");
                }
                finite(c.distance, "a distance");
                finite(c.transport, "a transport");
                if let Some(test) = &c.equal_calibration {
                    for number in [test.mean_difference, test.range, test.cmh, test.p_cmh, test.p_range] {
                        finite(Some(number), "a test of equal calibration");
                    }
                }
            }
            for c in &document.comparisons {
                finite(c.value, "a comparison");
                finite(c.low, "a lower end of a comparison");
                finite(c.high, "an upper end of a comparison");
                finite(c.p_value, "a p-value");
                assert!(c.value.is_some() || c.undefined.is_some(), "{what}: no {} and no reason", c.contrast);
            }
            for c in &document.checks {
                finite(c.value, "a checked value");
                finite(c.low, "a lower end of a check");
                finite(c.high, "an upper end of a check");
                finite(c.p_value, "a p-value of a check");
                finite(c.p_adjusted, "an adjusted p-value");
            }
            let back: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            assert_eq!(back["exit_code"], document.exit_code, "{what}");
        }
    }
}

const POLICY: &str = r#"version = 1
[about]
system = "a system"
[data]
files = ["a.csv"]
decision = "offered"
favourable = [1]
selected = [1]
label = "redeemed"
positive = ["yes"]
where = { consent = ["yes", "x"] }
missing = ["", "NA"]
[[attribute]]
name = "sex"
groups = ["F", "M"]
reference = { group = "M" }
[[attribute]]
name = "age_band"
column = "age"
bins = [18, 40, "65"]
reference = "highest-rate"
[intersections]
sets = [["sex", "age_band"]]
reference = "rest"
[statistics]
level = 0.95
min_group = 2
adjust = "bh"
[[check]]
metric = "selection-rate"
contrast = "ratio"
within = "4/5"
[[check]]
id = "errors"
metric = "equalized-odds"
contrast = "difference"
across = ["sex", "sex:age_band"]
within = 0.1
evidence = "point"
on_inconclusive = "error"
[[check]]
metric = "selection-rate"
contrast = "spread"
across = ["age_band"]
max = "0.2"
"#;

fn csv(rows: usize) -> String {
    let mut text = String::from("id,sex,age,offered,redeemed,consent\n");
    for i in 0..rows {
        let redeemed = ["yes", "no", "no", "yes", ""][i % 5];
        let consent = if i % 9 == 0 { "no" } else { "yes" };
        let (sex, age, offered) = (["F", "M"][i % 2], 17 + i * 7 % 60, i * i % 3 % 2);
        text += &format!("\"{i}, x\",{sex},{age},{offered},{redeemed},{consent}\n");
    }
    text
}

const COUNTED: &str = "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [1]\nlabel = \"y\"\npositive = [1]\ncount = \
                       \"n\"\n[[attribute]]\nname = \"sex\"\n[statistics]\nmin_group = 1\n[[check]]\nmetric = \
                       \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n[[check]]\nmetric = \"mcc\"\ncontrast = \
                       \"difference\"\nwithin = 0.1\n";
const COUNTS: &str = "sex,offered,y,n\nF,1,1,20\nF,1,0,10\nF,0,1,5\nF,0,0,12\nM,1,1,9\nM,1,0,30\nM,0,1,4\nM,0,0,17\n";
const SCORED: &str = "version = 1\n[data]\nscore = \"score\"\nthreshold = \"0.5\"\nfavourable = [1]\nmissing = [-1]\n[[attribute]]\nname = \
                      \"sex\"\n[[attribute]]\nname = \"band\"\ncolumn = \"age\"\nbins = [20, 30]\n";

const RANKED: &str = "version = 1\n[data]\nscore = \"score\"\nthreshold = \"0.5\"\nfavourable = [0]\nselected = [1]\nlabel = \
                      \"y\"\npositive = [1]\nmissing = [\"NA\"]\n[[attribute]]\nname = \"sex\"\nreference = \
                      \"rest\"\n[statistics]\nmin_group = 1\n";

/// Scores of every height with labels that mostly follow them.
fn ranked(rows: usize) -> String {
    let line =
        |i: usize| format!("{},0.{},{}\n", ["F", "M"][i % 2], i * 37 % 100, usize::from(i * 37 % 100 + i % 7 * 9 > 60));
    "sex,score,y\n".to_owned() + &(0..rows).map(line).collect::<String>()
}

fn scored(rows: usize) -> String {
    let line = |i: usize| format!("{},{},0.{}\n", ["F", "M"][i % 2], 15 + i % 25, i % 10);
    "sex,age,score\n".to_owned() + &(0..rows).map(line).collect::<String>()
}

#[test]
fn damaged_policies() {
    silence();
    let folder = Folder::new();
    let data = folder.write("a.csv", csv(40));
    let mut ends = Ends::default();
    let mut audited = 0;
    for seed in 0..3_500 {
        let mut random = SplitMix64(seed);
        let bytes = mutate(POLICY.as_bytes(), 3, &mut random);
        // A file that is not UTF-8 is refused before it is parsed; here its bad bytes are replaced.
        let text = String::from_utf8_lossy(&bytes);
        ends_well(&format!("policy of seed {seed}"), &mut ends, || {
            let policy = parse(&text)?;
            audited += 1;
            audit(&policy, "a.csv", &data)
        });
    }
    assert!(ends.good > 100 && ends.refused > 1_000 && audited > ends.good, "{} and {}", ends.good, ends.refused);
}

/// Audits mutations of a file under a policy that is right.
fn damage(name: &str, policy: &str, original: &[u8], seeds: std::ops::Range<u64>) -> Ends {
    silence();
    let folder = Folder::new();
    let policy = parse(policy).expect("a good policy");
    let mut ends = Ends::default();
    for seed in seeds {
        let bytes = mutate(original, 8, &mut SplitMix64(seed));
        let path = folder.write(name, &bytes);
        ends_well(&format!("{name} of seed {seed}"), &mut ends, || audit(&policy, name, &path));
    }
    ends
}

#[test]
fn damaged_csv_files() {
    for (policy, original, seeds) in [
        (POLICY, csv(40), 0..500),
        (COUNTED, COUNTS.to_owned(), 10_000..11_300),
        (SCORED, scored(30), 20_000..21_300),
        (RANKED, ranked(30), 30_000..30_600),
    ] {
        let ends = damage("a.csv", policy, original.as_bytes(), seeds.clone());
        assert!(ends.good > 50 && ends.refused > 50, "{seeds:?}: {} and {}", ends.good, ends.refused);
    }
}

#[test]
fn damaged_compressed_files() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(csv(40).as_bytes()).expect("memory");
    let ends = damage("a.csv.gz", POLICY, &packer.finish().expect("memory"), 0..100);
    assert!(ends.refused > 50, "{} and {}", ends.good, ends.refused);
}

#[test]
fn damaged_json_lines() {
    let mut text = String::new();
    for i in 0..30 {
        let (sex, age, offered) = (["F", "M"][i % 2], 17 + i * 7 % 60, i * i % 3 % 2);
        let redeemed = ["\"yes\"", "\"no\"", "null"][i % 3];
        text += &format!(
            "{{\"sex\": \"{sex}\", \"age\": {age}, \"offered\": {offered}, \"redeemed\": {redeemed}, \"consent\": \"yes\"}}\n"
        );
    }
    let ends = damage("a.ndjson", POLICY, text.as_bytes(), 0..300);
    assert!(ends.good > 20 && ends.refused > 20, "{} and {}", ends.good, ends.refused);
}

#[test]
fn damaged_parquet_files() {
    silence();
    let rows = 200;
    let mut frame = df!(
        "sex" => (0..rows).map(|i| ["F", "M"][i % 2]).collect::<Vec<_>>(),
        "age" => (0..rows).map(|i| 17 + (i * 7 % 60) as i32).collect::<Vec<_>>(),
        "offered" => (0..rows).map(|i| i * i % 3 % 2 == 1).map(i64::from).collect::<Vec<_>>(),
        "redeemed" => (0..rows).map(|i| ["yes", "no"][i / 2 % 2]).collect::<Vec<_>>(),
        "consent" => vec!["yes"; rows],
    )
    .expect("a frame");
    let mut plain = Vec::new();
    ParquetWriter::new(&mut plain)
        .with_compression(ParquetCompression::Uncompressed)
        .finish(&mut frame)
        .expect("memory");
    let folder = Folder::new();
    let policy = parse(POLICY).expect("a good policy");
    let mut ends = Ends::default();
    for seed in 0..200 {
        let mut random = SplitMix64(seed);
        let mut bytes = plain.clone();
        if seed % 4 == 0 {
            bytes.truncate(random.below(bytes.len()));
        } else {
            for _ in 0..=random.below(6) {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
        }
        let path = folder.write("a.parquet", &bytes);
        ends_well(&format!("Parquet of seed {seed}"), &mut ends, || audit(&policy, "a.parquet", &path));
    }
    assert!(ends.good > 5 && ends.refused > 60, "{} and {}", ends.good, ends.refused);
}
