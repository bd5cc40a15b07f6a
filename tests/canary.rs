//! Nothing of a row leaves: tokens planted in every kind of column come out in no file, on no stream and in no message,
//! whatever goes wrong.

use std::fs;

use crate::support_input::{CANARY, Folder, Run};
use polars::prelude::*;

const POLICY: &str = r#"
version = 1
[data]
files = ["rows.csv"]
decision = "offered"
favourable = [1]
label = "redeemed"
positive = [1]
score = "score"
unit = "customer"
weight = "weight"
where = { consent = ["yes"] }
[[attribute]]
name = "sex"
[[attribute]]
name = "age"
bins = [30, 60]
"#;

const NAMES: [&str; 13] = [
    "row_id",
    "full_name",
    "e_mail",
    "note",
    "customer",
    "consent",
    "sex",
    "age",
    "offered",
    "redeemed",
    "score",
    "weight",
    "rows",
];

/// Rows whose columns without a role, and whose people, are tokens; one column can be spoilt.
fn rows(spoilt: Option<&str>) -> Vec<Vec<String>> {
    let cell = |i: usize, name: &str| match name {
        _ if spoilt == Some(name) && i > 40 => format!("{CANARY} {i}"),
        "row_id" => format!("{CANARY}{i}"),
        "full_name" => format!("{CANARY} {CANARY}son"),
        "e_mail" => format!("{CANARY}.{i}@{CANARY}.example"),
        "note" => format!("called {CANARY} and said \"{CANARY}, {i}\""),
        "customer" => format!("{CANARY}-{}", i / 2),
        "consent" if i % 10 == 9 => format!("{CANARY} no {i}"),
        "consent" => "yes".to_owned(),
        "sex" => ["F", "M"][i % 2].to_owned(),
        "age" => (18 + i % 60).to_string(),
        "offered" => u8::from(i.is_multiple_of(3)).to_string(),
        "redeemed" => u8::from(i.is_multiple_of(5)).to_string(),
        "score" => format!("0.{}", i % 10),
        "weight" => format!("1.{}", i % 4),
        _ => "1".to_owned(),
    };
    (0..240).map(|i| NAMES.iter().map(|name| cell(i, name)).collect()).collect()
}

fn csv(spoilt: Option<&str>) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
    NAMES.join(",") + "\n" + &rows(spoilt).iter().map(line).collect::<String>()
}

fn ndjson(spoilt: Option<&str>) -> String {
    let line = |row: &Vec<String>| {
        let pairs =
            NAMES.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), serde_json::Value::from(cell.as_str())));
        serde_json::Value::Object(pairs.collect()).to_string() + "\n"
    };
    rows(spoilt).iter().map(line).collect()
}

fn parquet(spoilt: Option<&str>) -> Vec<u8> {
    let rows = rows(spoilt);
    let column = |(i, name): (usize, &&str)| {
        let texts: Vec<&str> = rows.iter().map(|row| row[i].as_str()).collect();
        Column::new((*name).into(), texts)
    };
    let mut frame = DataFrame::new(rows.len(), NAMES.iter().enumerate().map(column).collect()).expect("a frame");
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).expect("Parquet");
    bytes
}

/// Runs a command and looks through every file that it wrote, names included; what the test wrote is left out.
fn run(folder: &Folder, arguments: &[&str]) -> Run {
    let before = files(folder);
    let run = folder.run(arguments);
    for (path, bytes) in files(folder).into_iter().filter(|file| !before.contains(file)) {
        let found = bytes.windows(CANARY.len()).any(|part| part.eq_ignore_ascii_case(CANARY.as_bytes()));
        assert!(!found && !path.contains(CANARY), "{arguments:?} wrote a value of the data into {path}");
    }
    for stream in [&run.out, &run.err] {
        assert!(!stream.to_lowercase().contains(CANARY), "{arguments:?} printed a value of the data:\n{stream}");
    }
    run
}

fn files(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    let pattern = format!("{}/**/*", folder.path().display());
    let paths = glob::glob(&pattern).expect("a pattern").filter_map(Result::ok).filter(|path| path.is_file());
    paths.map(|path| (path.display().to_string(), fs::read(&path).expect("a file"))).collect()
}

/// Every way to write the same rows.
fn forms(spoilt: Option<&str>) -> Vec<(&'static str, Vec<u8>)> {
    vec![("rows.csv", csv(spoilt).into()), ("rows.ndjson", ndjson(spoilt).into()), ("rows.parquet", parquet(spoilt))]
}

#[test]
fn no_report_holds_what_only_rows_hold() {
    for (name, bytes) in forms(None) {
        let folder = Folder::new();
        folder.write(name, bytes);
        folder.write("evenhand.toml", POLICY);
        let done = run(&folder, &["audit", name, "-o", "out", "--as-of", "2026-11-21"]);
        assert!([0, 1, 3].contains(&done.code), "{}", done.err);
        assert!(files(&folder).len() >= 7, "the reports were written");
        run(&folder, &["init", name, "--yes", "-o", "made.toml"]);
        // What is rendered is the same document, whatever it was read from.
        if name != "rows.csv" {
            continue;
        }
        for format in ["text", "markdown", "json", "csv", "html"] {
            run(&folder, &["audit", name, "--format", format, "--as-of", "2026-11-21"]);
            run(&folder, &["report", "out/result.json", "--format", format]);
        }
    }
}

#[test]
fn no_message_quotes_a_value_that_is_wrong() {
    for column in ["consent", "age", "score", "weight"] {
        for (name, bytes) in forms(Some(column)) {
            let folder = Folder::new();
            folder.write(name, bytes);
            folder.write("evenhand.toml", POLICY);
            let done = run(&folder, &["audit", name, "-o", "out"]);
            if column != "consent" {
                assert_eq!(done.code, 4, "{column} of {name}: {}", done.err);
                assert!(done.err.contains(column), "{}", done.err);
            }
        }
    }
    // A count is another policy, because it does not go with people and weights.
    for (name, bytes) in forms(Some("rows")) {
        let folder = Folder::new();
        folder.write(name, bytes);
        let by = ["--by", "sex", "--decision", "offered", "--favourable", "1", "--count", "rows"];
        assert_eq!(run(&folder, &[&["audit", name], by.as_slice()].concat()).code, 4);
    }
}

#[test]
fn no_message_lists_the_values_of_a_column_with_many() {
    let by = |more: &[&'static str]| [&["audit", "rows.csv"], more].concat();
    let cases: &[(&str, &[&str], u8)] = &[
        // Values that never occur, where others do.
        ("offered", &["--by", "sex", "--decision", "offered", "--favourable", "never"], 2),
        (
            "redeemed",
            &[
                "--by",
                "sex",
                "--decision",
                "offered",
                "--favourable",
                "1",
                "--label",
                "redeemed",
                "--positive",
                "never",
            ],
            2,
        ),
        ("consent", &["--by", "sex", "--decision", "offered", "--favourable", "1", "--where", "consent=never"], 4),
        // Attributes that are none.
        ("sex", &["--by", "note", "--decision", "offered", "--favourable", "1"], 4),
        ("sex", &["--by", "row_id", "--decision", "offered", "--favourable", "1"], 4),
        ("sex", &["--by", "e_mail", "--decision", "offered", "--favourable", "1"], 2),
        ("sex", &["--by", "full_name", "--decision", "offered", "--favourable", "1"], 2),
        ("sex", &["--by", "sex", "--decision", "offered", "--favourable", "1", "--strata", "note"], 4),
        ("sex", &["--by", "sex", "--decision", "offered", "--favourable", "1", "--period", "row_id"], 4),
        // Roles that a column cannot have, and a column that is not there.
        ("sex", &["--by", "sex", "--score", "note", "--threshold", "0.5", "--favourable", "1"], 4),
        ("sex", &["--by", "sex", "--decision", "offered", "--favourable", "1", "--weight", "e_mail"], 4),
        ("sex", &["--by", "gender", "--decision", "offered", "--favourable", "1"], 2),
        // A person without a name is no person.
        ("customer", &["--by", "sex", "--decision", "offered", "--favourable", "1", "--unit", "customer"], 0),
    ];
    for (spoilt, arguments, code) in cases {
        let folder = Folder::new();
        folder.write("rows.csv", csv(Some(*spoilt).filter(|column| *column != "sex")));
        let done = run(&folder, &by(arguments));
        let wanted = if *code == 0 { [0, 1, 3].contains(&done.code) } else { done.code == i32::from(*code) };
        assert!(wanted, "{arguments:?} gave {}: {}", done.code, done.err);
    }
    // An e-mail address as a level of a column with an innocent name.
    let folder = Folder::new();
    folder.write("rows.csv", csv(None).replacen("e_mail", "segment", 1));
    let done = run(&folder, &by(&["--by", "segment", "--decision", "offered", "--favourable", "1"]));
    assert_eq!(done.code, 4);
    assert!(done.err.contains("direct-identifier") && done.err.contains("rows.csv:2"), "{}", done.err);
}

#[test]
fn no_message_quotes_a_damaged_file() {
    let whole = csv(None);
    let lines: Vec<&str> = whole.lines().collect();
    let parquet = parquet(None);
    let json = ndjson(None);
    let damaged: Vec<(&str, Vec<u8>)> = vec![
        ("headless.csv", lines[1..].join("\n").into()),
        ("short.csv", format!("{}\n{CANARY},{CANARY}\n{}", lines[0], lines[1]).into()),
        ("long.csv", format!("{}\n{},{CANARY}\n", lines[..9].join("\n"), lines[9]).into()),
        ("unclosed.csv", format!("{}\n\"{CANARY}\n{}", lines[..9].join("\n"), lines[9..].join("\n")).into()),
        ("zeros.csv", [whole.as_bytes(), &[0, 0, 0], whole.as_bytes()].concat()),
        ("cut.parquet", parquet[..parquet.len() / 2].to_vec()),
        ("text.parquet", [b"PAR1", whole.as_bytes(), b"PAR1"].concat()),
        ("text.arrow", [b"ARROW1\0\0", whole.as_bytes(), b"ARROW1"].concat()),
        ("cut.ndjson", json.as_bytes()[..json.len() - 90].to_vec()),
        ("broken.ndjson", json.replacen(&format!("{CANARY}5\""), &format!("{CANARY}5"), 1).into()),
        ("array.json", format!("[{}]", json.trim().replace('\n', ",")).into()),
        ("lies.csv.gz", whole.clone().into()),
        ("broken.csv.gz", [[0x1f, 0x8b, 8, 0].as_slice(), whole.as_bytes()].concat()),
        ("book.xlsx", [b"PK\x03\x04", whole.as_bytes()].concat()),
    ];
    let by = ["--by", "sex", "--decision", "offered", "--favourable", "1"];
    let mut failed = 0;
    for (name, bytes) in damaged {
        let folder = Folder::new();
        folder.write(name, &bytes);
        failed += usize::from(run(&folder, &[&["audit", name], by.as_slice()].concat()).code == 4);
        run(&folder, &["init", name, "--yes"]);
        // The data where a policy, a result or a lock is due.
        assert_ne!(run(&folder, &["audit", "-p", name]).code, 0);
        assert_ne!(run(&folder, &["policy", "freeze", "-p", name]).code, 0);
        assert_eq!(run(&folder, &["report", name, "--format", "text"]).code, 4);
        folder.write("evenhand.lock", &bytes);
        folder.write("evenhand.toml", format!("frozen = true\n{POLICY}"));
        assert_eq!(run(&folder, &["audit", name]).code, 2);
    }
    assert!(failed >= 9, "only {failed} of the files were refused");
}

#[test]
fn no_message_quotes_what_was_taken_for_a_result() {
    for text in [
        format!("\"{CANARY}\""),
        format!("[\"{CANARY}\"]"),
        format!("{{\"schema\": [\"{CANARY}\"]}}"),
        format!("{{\"schema\": \"evenhand.result/1\", \"tool\": \"{CANARY}\"}}"),
        format!("{{\"{CANARY}\": \"{CANARY}\"}}"),
        format!("{{\"schema\": \"{CANARY}\"}}"),
    ] {
        let folder = Folder::new();
        folder.write("rows.json", &text);
        assert_eq!(run(&folder, &["report", "rows.json", "--format", "text"]).code, 4, "{text}");
    }
}
