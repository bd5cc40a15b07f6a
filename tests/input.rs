//! What people bring as data: the right reading, or an error with its place and exit code, and never a value of the data.

use std::io::Write;
use std::path::PathBuf;

use crate::support_input::{Folder, Run};
use polars::prelude::*;

const BY: [&str; 6] = ["--by", "sex", "--decision", "offered", "--favourable", "1"];
const BY_SCORE: [&str; 8] = ["--by", "sex", "--score", "score", "--threshold", "0.5", "--favourable", "1"];
const NAMES: [&str; 7] = ["id", "mail", "sex", "age", "offered", "score", "note"];
/// What the table says, however it is written.
const RATES: &str = "F 20/40 M 10/40";
const RATES_BY_SCORE: &str = "F 16/40 M 24/40";

/// Rows with tokens in the columns that nobody asked for.
fn table() -> Vec<Vec<String>> {
    let row = |i: usize| {
        let (sex, offered) = if i.is_multiple_of(2) { ("F", i.is_multiple_of(4)) } else { ("M", i % 8 == 1) };
        vec![
            format!("canary-{i}"),
            format!("canary{i}@example.org"),
            sex.to_owned(),
            (18 + i % 60).to_string(),
            u8::from(offered).to_string(),
            format!("0.{}", i % 10),
            format!("canary words {i}"),
        ]
    };
    (0..80).map(row).collect()
}

/// The table as lines, the header first.
fn lines(delimiter: &str) -> Vec<String> {
    let mut lines = vec![NAMES.join(delimiter)];
    lines.extend(table().iter().map(|row| row.join(delimiter)));
    lines
}

fn csv() -> String {
    lines(",").join("\n") + "\n"
}

fn with<'a>(first: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    first.iter().chain(more).copied().collect()
}

/// Audits one file of this content.
fn audit(name: &str, bytes: impl AsRef<[u8]>, flags: &[&str]) -> Run {
    let folder = Folder::new();
    folder.write(name, bytes);
    folder.audit(&with(&[name], flags))
}

fn frame() -> DataFrame {
    let rows = table();
    let column = |i: usize| rows.iter().map(|row| row[i].clone()).collect::<Vec<_>>();
    let numbers = |i: usize| rows.iter().map(|row| row[i].parse::<f64>().unwrap()).collect::<Vec<_>>();
    df!(
        "id" => column(0),
        "mail" => column(1),
        "sex" => column(2),
        "age" => numbers(3),
        "offered" => numbers(4),
        "score" => numbers(5),
        "note" => column(6),
    )
    .unwrap()
}

fn parquet(mut frame: DataFrame) -> Vec<u8> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

/// The frame with one column as another type.
fn cast(name: &str, kind: &DataType) -> DataFrame {
    let mut frame = frame();
    let column = frame.column(name).unwrap().cast(kind).unwrap();
    frame.with_column(column).unwrap();
    frame
}

// Pipes

/// Bytes that come through a pipe are gone once they are read, so nothing may look into it first.
#[cfg(unix)]
#[test]
fn a_pipe_is_read_once() {
    let folder = Folder::new();
    let path = folder.path().join("rows.pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo runs").success());
    let (sent, done) = std::sync::mpsc::channel();
    std::thread::spawn({
        let path = path.clone();
        move || std::fs::write(path, csv())
    });
    std::thread::spawn(move || sent.send(folder.audit(&with(&["rows.pipe"], &BY))));
    let run = done.recv_timeout(std::time::Duration::from_secs(120)).expect("it waits for what was read already");
    assert_eq!(run.rates("sex"), RATES);
}

// Shape and encoding of CSV

#[test]
fn delimiters_are_found_or_given() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = lines(delimiter).join("\n");
        assert_eq!(audit("a.csv", &text, &BY).rates("sex"), RATES, "{delimiter:?}");
        let folder = Folder::new();
        folder.write("a.csv", &text);
        let head = "version = 1\n[data]\nfiles = [\"a.csv\"]\ndecision = \"offered\"\nfavourable = [1]\n";
        let policy = format!("{head}delimiter = {delimiter:?}\n[[attribute]]\nname = \"sex\"\n");
        folder.write("evenhand.toml", policy);
        assert_eq!(folder.audit(&[]).rates("sex"), RATES, "{delimiter:?}");
    }
}

#[test]
fn a_delimiter_that_is_given_wins() {
    // By itself the comma would be taken: it is in every line as often as the semicolon.
    let folder = Folder::new();
    let rows: String = (0..40).map(|i| format!("{},x;{},y\n", ["F", "M"][i % 2], i % 4 / 2)).collect();
    folder.write("a.csv", format!("sex,x;offered,y\n{rows}"));
    let policy = "version = 1\n[data]\nfiles = [\"a.csv\"]\ndecision = \"offered,y\"\nfavourable = [\"1,y\"]\n\
                  delimiter = \";\"\n[[attribute]]\nname = \"sex\"\ncolumn = \"sex,x\"\n";
    folder.write("evenhand.toml", policy);
    assert_eq!(folder.audit(&[]).rates("sex"), "F,x 10/20 M,x 10/20");
}

#[test]
fn a_decimal_comma_is_found_and_said() {
    let comma = lines(";").join("\n").replace("0.", "0,");
    let run = audit("a.csv", &comma, &BY_SCORE);
    assert_eq!(run.rates("sex"), RATES_BY_SCORE);
    assert!(run.notes().contains("decimal comma"), "{}", run.notes());
    let point = audit("a.csv", lines(";").join("\n"), &BY_SCORE);
    assert_eq!(point.rates("sex"), RATES_BY_SCORE);
    assert!(!point.notes().contains("decimal comma"));
}

#[test]
fn a_decimal_comma_can_be_given() {
    let folder = Folder::new();
    let quoted: Vec<String> = table().iter().map(|r| format!("{},\"{}\"", r[2], r[5].replace('.', ","))).collect();
    folder.write("a.csv", format!("sex,score\n{}\n", quoted.join("\n")));
    let policy = |decimal: &str| {
        format!(
            "version = 1\n[data]\nfiles = [\"a.csv\"]\nscore = \"score\"\nthreshold = 0.5\nfavourable = [1]\n{decimal}\
             [[attribute]]\nname = \"sex\"\n"
        )
    };
    folder.write("evenhand.toml", policy("decimal = \",\"\n"));
    assert_eq!(folder.audit(&[]).rates("sex"), RATES_BY_SCORE);
    folder.write("evenhand.toml", policy("decimal = \".\"\n"));
    folder.audit(&[]).fails(4, &["a.csv:2, column `score`", "number"]);
    // A column of text is text in any format.
    let texts = |place: usize| table().iter().map(|r| r[place].replace('.', ",")).collect::<Vec<_>>();
    let columns = vec![Column::new("sex".into(), texts(2)), Column::new("score".into(), texts(5))];
    folder.write("a.csv", parquet(DataFrame::new(table().len(), columns).expect("columns")));
    folder.write("evenhand.toml", policy("decimal = \",\"\n"));
    assert_eq!(folder.audit(&[]).rates("sex"), RATES_BY_SCORE);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    let text = format!("\u{feff}sex,offered\n{}", "F,1\nM,0\n".repeat(40));
    assert_eq!(audit("a.csv", text, &BY).rates("sex"), "F 40/40 M 0/40");
    let text = format!("\u{feff}\"sex\",offered\n{}", "F,1\nM,0\n".repeat(40));
    assert_eq!(audit("a.csv", text, &BY).rates("sex"), "F 40/40 M 0/40");
}

#[test]
fn windows_1252_is_found_and_said() {
    let mut bytes = b"sex,offered\n".to_vec();
    for _ in 0..40 {
        bytes.extend(b"m\xe4nnlich,1\nweiblich,0\n");
    }
    let run = audit("a.csv", &bytes, &BY);
    assert_eq!(run.rates("sex"), "männlich 40/40 weiblich 0/40");
    assert!(run.notes().contains("Windows-1252"), "{}", run.notes());
    let utf8 = audit("a.csv", "sex,offered\nmännlich,1\nweiblich,0\n", &with(&BY, &["--min-group", "1"]));
    assert_eq!((utf8.rates("sex").as_str(), utf8.notes().as_str()), ("männlich 1/1 weiblich 0/1", "[]"));
}

#[test]
fn utf_16_with_a_byte_order_mark_is_read_and_said() {
    let text = format!("\u{feff}{}", csv());
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [&little, &big] {
        let run = audit("a.csv", bytes, &BY);
        assert_eq!(run.rates("sex"), RATES);
        assert!(run.notes().contains("UTF-16"), "{}", run.notes());
    }
    audit("a.csv", &little[2..], &BY).fails(4, &["a.csv", "no text has"]);
}

#[test]
fn a_bad_byte_after_the_first_mebibyte_is_an_error_with_its_line() {
    let mut bytes = b"sex,offered,note\n".to_vec();
    let row = b"F,1,canary canary canary canary canary canary canary canary canary canary canary\n";
    while bytes.len() < (1 << 20) + 1000 {
        bytes.extend(row);
    }
    let line = bytes.iter().filter(|b| **b == b'\n').count() + 1;
    bytes.extend(b"M,0,canary\xe4\nM,1,canary\n");
    audit("a.csv", &bytes, &BY).fails(4, &[&format!("a.csv:{line}: "), "UTF-8"]);
}

#[test]
fn every_kind_of_line_end_gives_the_same_rows() {
    for end in ["\n", "\r\n", "\r"] {
        for last in [end, ""] {
            let run = audit("a.csv", lines(",").join(end) + last, &BY);
            assert_eq!(run.rates("sex"), RATES, "{end:?} {last:?}");
            assert_eq!(run.notes().contains("carriage return"), end == "\r");
        }
        let mut rows = lines(",");
        rows[50] = rows[50].replace(",0.9,", ",canary,");
        audit("a.csv", rows.join(end), &BY_SCORE).fails(4, &["a.csv:51, column `score`"]);
    }
}

#[test]
fn a_first_line_that_is_no_header_is_told() {
    let text = format!("canary export of 1 May\n{}", csv());
    audit("a.csv", text, &BY).fails(4, &["line 1", "no header"]);
    // A header that looks like data is not printed.
    let run = audit("a.csv", "canary@example.org,F,1\nx@example.org,M,0\n", &BY);
    run.fails(2, &["column `sex`", "is the header missing"]);
    audit("a.csv", "2024-05-01,canary,1\n2024-05-02,canary,0\n", &BY).fails(2, &["is the header missing"]);
    audit("a.csv", "canary,+49 170 123456,1\ncanary,+49 170 123457,0\n", &BY).fails(2, &["is the header missing"]);
}

#[test]
fn blank_lines_are_no_rows_and_do_not_shift_line_numbers() {
    for (end, blank) in [("\n", ""), ("\r\n", "")] {
        let mut rows = lines(",");
        rows.insert(40, blank.to_owned());
        rows.insert(20, blank.to_owned());
        rows.insert(1, blank.to_owned());
        rows.insert(0, blank.to_owned());
        rows.extend([String::new(), String::new(), String::new()]);
        let run = audit("a.csv", rows.join(end), &BY);
        assert_eq!(run.rates("sex"), RATES);
        assert_eq!(run.document()["data"]["rows_read"], 80);
        rows[60] = rows[60].replace(",0.", ",canary.");
        audit("a.csv", rows.join(end), &BY_SCORE).fails(4, &["a.csv:61, column `score`"]);
    }
}

#[test]
fn quoted_fields_keep_what_is_in_them() {
    let mut text = String::from("note,\"se\"\"x\",offered,score\n");
    for i in 0..40 {
        text += &format!("\"canary, \"\"{i}\"\"\nsecond line, {i}\r\n\",\"F, or \"\"f\"\"\",1,0.5\nplain,M,0,0.4\n");
    }
    let flags = ["--by", "se\"x", "--decision", "offered", "--favourable", "1"];
    let run = audit("a.csv", &text, &flags);
    assert_eq!(run.rates("se\"x"), "F, or \"f\" 40/40 M 0/40");
    // Every pair of rows takes four lines after the header; the quoted ones take three.
    let bad = text.clone() + "plain,M,0,1.5\n";
    let flags = ["--by", "se\"x", "--score", "score", "--threshold", "0.5", "--favourable", "1"];
    audit("a.csv", bad, &flags).fails(4, &["a.csv:162, column `score`", "0 to 1"]);
}

#[test]
fn a_quote_inside_a_field_is_a_mark_like_any_other() {
    let rows: String = (0..60).map(|i| format!("pipe {i},{},{}\n", ["F", "M"][i % 2], i % 3 % 2)).collect();
    for text in [
        format!("name,sex,offered\n5\" pipe,F,1\n{rows}"),
        format!("name,sex,offered\n{rows}5\" pipe,F,1\n{rows}6\" or 7\" pipe,F,1\n"),
    ] {
        let whole = text.lines().count() - 1;
        let run = audit("a.csv", &text, &BY);
        assert_eq!(run.document()["data"]["rows_read"], whole);
        let clean = audit("a.csv", text.replace('"', ""), &BY);
        assert_eq!(run.rates("sex"), clean.rates("sex"));
    }
}

#[test]
fn a_quote_that_is_never_closed_swallows_no_rows() {
    let mut rows = lines(",");
    rows[41] = format!("\"{}", rows[41]);
    audit("a.csv", rows.join("\n"), &BY).fails(4, &["a.csv:42: ", "quote"]);
    audit("a.csv", rows.join("\n") + "\n", &BY).fails(4, &["a.csv:42: ", "quote"]);
    // In the last column the fields would be as many as they should.
    let mut rows = lines(",");
    rows[41] = rows[41].replace("canary words", "\"canary words");
    audit("a.csv", rows.join("\n") + "\n", &BY).fails(4, &["a.csv:42: ", "quote"]);
}

#[test]
fn ragged_lines_are_told_with_their_line() {
    let mut rows = lines(",");
    rows[30] += ",canary";
    audit("a.csv", rows.join("\n"), &BY).fails(4, &["a.csv:31: ", "8 fields", "header 7"]);
    // A delimiter inside a free text would shift the columns after it.
    let mut rows = lines(",");
    rows[30] = rows[30].replacen("canary", "canary, too", 1);
    audit("a.csv", rows.join("\n"), &BY).fails(4, &["a.csv:31: ", "8 fields", "needs quotes"]);
    rows[10] = rows[10].replace("canary words 9", "\"canary, \n words\"");
    audit("a.csv", rows.join("\n"), &BY).fails(4, &["a.csv:32: ", "8 fields"]);
    let cut = csv();
    let cut = &cut[..cut.len() - 30];
    audit("a.csv", cut, &BY).fails(4, &["a.csv:81: ", "cut short"]);
}

#[test]
fn files_without_rows_are_told() {
    audit("a.csv", NAMES.join(","), &BY).fails(4, &["a.csv", "no rows"]);
    audit("a.csv", NAMES.join(",") + "\n\n", &BY).fails(4, &["a.csv", "no rows"]);
    for empty in ["", "\n\n", "\u{feff}", "  \r\n"] {
        audit("a.csv", empty, &BY).fails(4, &["a.csv", "empty"]);
    }
    audit("a.ndjson", "", &with(&BY, &[])).fails(4, &["a.ndjson", "empty"]);
    audit("a.parquet", parquet(frame().head(Some(0))), &BY).fails(4, &["a.parquet", "no rows"]);
}

// Names of files and columns

#[test]
fn what_is_no_file_is_told() {
    let folder = Folder::new();
    folder.write("inner/a.csv", csv());
    folder.audit(&with(&["inner"], &BY)).fails(4, &["inner", "it is a folder"]);
    folder.audit(&with(&["none.csv"], &BY)).fails(4, &["none.csv", "cannot be opened"]);
    folder.audit(&with(&["none*.csv"], &BY)).fails(4, &["none*.csv", "no file matches"]);
    folder.audit(&BY).fails(2, &["which data?"]);
}

#[test]
fn a_file_named_twice_is_an_error() {
    let folder = Folder::new();
    folder.write("a.csv", csv());
    folder.write("b.csv", csv());
    folder.write("inner/c.csv", csv());
    for names in [&["a.csv", "a.csv"][..], &["a.csv", "./inner/../a.csv"], &["a.csv", "*.csv"], &["*.csv", "b.csv"]] {
        folder.audit(&with(names, &BY)).fails(2, &["named twice"]);
    }
    folder.audit_with(&with(&["-", "-"], &BY), csv().as_bytes()).fails(2, &["named twice"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("a.csv"), folder.path().join("link.csv")).unwrap();
        folder.audit(&with(&["a.csv", "link.csv"], &BY)).fails(2, &["named twice"]);
    }
}

#[test]
fn several_files_of_one_schema_are_one_table() {
    let folder = Folder::new();
    let rows = lines(",");
    folder.write("m/1.csv", rows[..31].join("\n"));
    folder.write("m/2.csv", [&rows[..1], &rows[31..]].concat().join("\n"));
    folder.write("m/other.txt", "canary");
    assert_eq!(folder.audit(&with(&["m/*.csv"], &BY)).rates("sex"), RATES);
    assert_eq!(folder.audit(&with(&["m/2.csv", "m/1.csv"], &BY)).rates("sex"), RATES);
    let rest = format!("{}\n{}", rows[0], rows[31..].join("\n"));
    assert_eq!(folder.audit_with(&with(&["m/1.csv", "-"], &BY), rest.as_bytes()).rates("sex"), RATES);
    // Columns may stand in another order, formats may differ.
    let frame = frame().slice(30, 50).select(["offered", "note", "sex"]).unwrap();
    folder.write("m/2.parquet", parquet(frame));
    assert_eq!(folder.audit(&with(&["m/1.csv", "m/2.parquet"], &BY)).rates("sex"), RATES);
    folder.write("m/3.csv", "sex,decided\nF,1\n");
    folder.audit(&with(&["m/*.csv"], &BY)).fails(2, &["m/3.csv", "no column `offered`"]);
}

#[test]
fn a_folder_whose_name_looks_like_a_pattern_is_a_folder() {
    let folder = Folder::new();
    folder.write("old [2024]/a.csv", csv());
    let policy = "version = 1\n[data]\nfiles = [\"*.csv\"]\ndecision = \"offered\"\nfavourable = [1]\n[[attribute]]\nname = \"sex\"\n";
    folder.write("old [2024]/evenhand.toml", policy);
    assert_eq!(folder.audit(&["-p", "old [2024]/evenhand.toml"]).rates("sex"), RATES);
    assert_eq!(folder.audit(&with(&["old [2024]/a.csv"], &BY)).rates("sex"), RATES);
}

#[test]
fn names_of_columns_are_taken_as_they_are() {
    let rows: String = (0..80).map(|i| format!("{},{}\n", ["F", "M"][i % 2], i % 4 / 2)).collect();
    let run = audit(
        "a.csv",
        format!("Geschlecht (m/w) 性別,did \"\"we\"\"\n{rows}").replace("did \"\"we\"\"", "\"did \"\"we\"\"\""),
        &["--by", "Geschlecht (m/w) 性別", "--decision", "did \"we\"", "--favourable", "1"],
    );
    assert_eq!(run.rates("Geschlecht (m/w) 性別"), "F 20/40 M 20/40");
    // A blank belongs to the name; the hint finds it.
    audit("a.csv", csv().replace("offered", " offered"), &BY)
        .fails(2, &["no column `offered`", "did you mean ` offered`?"]);
}

#[test]
fn a_column_that_is_not_there_is_told_with_a_hint() {
    let flags = ["--by", "sexx,agee", "--decision", "offerd", "--favourable", "1"];
    let hints = ["did you mean `sex`?", "did you mean `age`?", "did you mean `offered`?"];
    audit("a.csv", csv(), &flags).fails(2, &hints);
    audit("a.parquet", parquet(frame()), &flags).fails(2, &hints);
    audit("a.csv", csv(), &["--by", "gender", "--decision", "offered", "--favourable", "1"])
        .fails(2, &["there is no column `gender`", "the columns are id, mail, sex"]);
}

#[test]
fn two_columns_of_one_name_are_an_error_only_when_asked_for() {
    audit("a.csv", csv().replacen("mail", "sex", 1), &BY).fails(2, &["two columns are named `sex`"]);
    assert_eq!(audit("a.csv", csv().replacen("mail", "id", 1), &BY).rates("sex"), RATES);
}

#[test]
fn very_long_fields_are_read() {
    let long = "canary ".repeat(300_000);
    let mut rows = lines(",");
    rows[3] = rows[3].replace("canary words", &format!("\"{long}\n")) + "\"";
    assert_eq!(audit("a.csv", rows.join("\n"), &BY).rates("sex"), RATES);
    rows[1] = rows[1].replace("canary words", &long);
    assert_eq!(audit("a.csv", rows.join("\n"), &BY).rates("sex"), RATES);
}

// Other formats

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn gzip_is_read_and_a_cut_one_is_not() {
    let whole = gzip(csv().as_bytes());
    assert_eq!(audit("a.csv.gz", &whole, &BY).rates("sex"), RATES);
    let two = [gzip(&csv().as_bytes()[..1000]), gzip(&csv().as_bytes()[1000..])].concat();
    assert_eq!(audit("a.csv.gz", &two, &BY).rates("sex"), RATES);
    audit("a.csv.gz", &whole[..whole.len() / 2], &BY).fails(4, &["a.csv.gz", "cannot be read to its end"]);
    assert_eq!(audit("a.ndjson.gz", gzip(ndjson().as_bytes()), &BY).rates("sex"), RATES);
}

fn ndjson() -> String {
    let line = |row: &Vec<String>| {
        format!(
            "{{\"id\": \"{}\", \"sex\": \"{}\", \"offered\": {}, \"score\": {}, \"more\": {{\"a\": [1, \"canary\"]}}}}\n",
            row[0], row[2], row[4], row[5]
        )
    };
    table().iter().map(line).collect()
}

#[test]
fn standard_input_is_read_in_every_format() {
    let folder = Folder::new();
    let flags = with(&["-"], &BY);
    for bytes in [csv().into_bytes(), ndjson().into_bytes(), parquet(frame()), gzip(csv().as_bytes())] {
        let run = folder.audit_with(&flags, &bytes);
        assert_eq!(run.rates("sex"), RATES);
        assert_eq!(run.document()["data"]["sources"][0]["path"], "(standard input)");
    }
    let whole = parquet(frame());
    folder.audit_with(&flags, &whole[..whole.len() - 40]).fails(4, &["(standard input)", "not a whole Parquet"]);
    folder.audit_with(&flags, b"").fails(4, &["(standard input)", "empty"]);
    let bad = csv().replace(",0.7,", ",7,");
    folder.audit_with(&with(&["-"], &BY_SCORE), bad.as_bytes()).fails(4, &["(standard input):9, column `score`"]);
}

#[test]
fn json_lines_are_read() {
    assert_eq!(audit("a.ndjson", ndjson(), &BY).rates("sex"), RATES);
    assert_eq!(audit("a.jsonl", ndjson(), &BY_SCORE).rates("sex"), RATES_BY_SCORE);
    assert_eq!(audit("a.json", ndjson().replace('\n', "\r\n\r\n"), &BY).rates("sex"), RATES);
    // Booleans, floats that are whole, keys in another order, nulls and keys that are not there.
    let text = "{\"d\": true, \"sex\": \"F\"}\n{\"sex\": \"F\", \"d\": false}\n{\"sex\": \"M\", \"d\": true}\n{\"d\": null, \"sex\": \"M\"}\n{\"sex\": \"M\"}\n{\"d\": true}\n";
    let run = audit("a.ndjson", text, &["--by", "sex", "--decision", "d", "--favourable", "true"]);
    assert_eq!(run.rates("sex"), "F 1/2 M 1/1 (missing) 1/1");
    assert!(run.codes().contains(&"left-out".to_owned()));
    let text = "{\"d\": 1.0, \"sex\": 2.0}\n{\"d\": 0, \"sex\": 2}\n{\"d\": \"1\", \"sex\": \"2\"}\n";
    let run = audit("a.ndjson", text, &["--by", "sex", "--decision", "d", "--favourable", "1"]);
    assert_eq!(run.rates("sex"), "2 2/3");
}

/// Numbers are the text that stands in the file: no digit is lost, and an exponent is another way to write one. Of a key that comes
/// twice the last counts; a line of blanks is none.
#[test]
fn json_values_are_what_stands_in_the_file() {
    let of = |level: &str| format!("{{\"d\": 1, \"sex\": {level}}}\n");
    let levels = [
        "12345678901234567890123",
        "12345678901234567890124",
        "1e3",
        "1000",
        "1.0E+3",
        "\"caf\\u00e9 \\\"x\\\"\"",
        "\"\"",
        "-0.0",
        "0",
    ];
    let text =
        levels.map(of).concat() + "  \n{\"sex\": \"F\", \"d\": 0, \"sex\": \"M\"}\n{\"s\\u0065x\": \"M\", \"d\": 1}\n";
    let run = audit("a.ndjson", text, &["--by", "sex", "--decision", "d", "--favourable", "1"]);
    for one in [
        "12345678901234567890123 1/1",
        "12345678901234567890124 1/1",
        "1000 3/3",
        "caf\u{e9} \"x\" 1/1",
        "(missing) 1/1",
        "0 2/2",
        "M 1/2",
    ] {
        assert!(run.rates("sex").contains(one), "{one}: {}", run.rates("sex"));
    }
    for wrong in ["\"\\ud800\"", "1e999", "01", "+1", "nul", "'x'"] {
        let text = of("\"F\"") + &of(wrong);
        audit("a.ndjson", text, &["--by", "sex", "--decision", "d", "--favourable", "1"])
            .fails(4, &["a.ndjson:2: ", "not a JSON object"]);
    }
    for list in ["[\"F\"]", "{\"F\": 1}"] {
        let text = of("\"F\"") + "\n" + &of(list);
        audit("a.ndjson", text, &["--by", "sex", "--decision", "d", "--favourable", "1"])
            .fails(4, &["a.ndjson:3: ", "a list or an object"]);
    }
}

#[test]
fn a_key_that_comes_late_is_a_column_all_the_same() {
    let early = "{\"sex\": \"F\"}\n".repeat(1500);
    let late = "{\"sex\": \"F\", \"offered\": 1}\n{\"sex\": \"F\", \"offered\": 0}\n".repeat(30);
    assert_eq!(audit("a.ndjson", early + &late, &BY).rates("sex"), "F 30/60");
}

#[test]
fn broken_json_is_told_with_its_line() {
    let mut rows: Vec<String> = ndjson().lines().map(str::to_owned).collect();
    for broken in ["{\"sex\": \"canary\", \"offered\": ", "canary", "[1, 2]", "{\"sex\": \"F\"} {\"sex\": \"M\"}", "7"]
    {
        let good = std::mem::replace(&mut rows[19], broken.to_owned());
        audit("a.ndjson", rows.join("\n"), &BY).fails(4, &["a.ndjson:20: ", "not a JSON object"]);
        let blank = rows.join("\n").replacen('\n', "\n\n", 1);
        audit("a.ndjson", blank, &BY).fails(4, &["a.ndjson:21: "]);
        rows[19] = good;
    }
    audit("a.json", format!("[{}]", rows.join(",\n")), &BY).fails(4, &["a.json", "a JSON list"]);
    rows[7] = rows[7].replace("0.", "7.");
    audit("a.ndjson", rows.join("\n"), &BY_SCORE).fails(4, &["a.ndjson:8, column `score`", "0 to 1"]);
}

#[test]
fn parquet_and_arrow_are_read() {
    let run = audit("a.parquet", parquet(frame()), &BY);
    assert_eq!(run.rates("sex"), RATES);
    assert_eq!(run.document()["data"]["sources"][0]["format"], "parquet");
    let mut bytes = Vec::new();
    IpcWriter::new(&mut bytes).finish(&mut frame()).unwrap();
    // The kind is known by the bytes, not by the name.
    let run = audit("a.csv", &bytes, &BY);
    assert_eq!(run.rates("sex"), RATES);
    assert_eq!(run.document()["data"]["sources"][0]["format"], "arrow-ipc");
    for keep in [6, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        audit("a.arrow", &bytes[..keep], &BY).fails(4, &["a.arrow", "not a whole Arrow file"]);
    }
}

#[test]
fn a_parquet_file_that_is_cut_is_no_parquet_file() {
    let whole = parquet(frame());
    for keep in [4, 5, 8, 12, 100, whole.len() / 2, whole.len() - 9, whole.len() - 8, whole.len() - 4, whole.len() - 1]
    {
        audit("a.parquet", &whole[..keep], &BY).fails(4, &["a.parquet", "not a whole Parquet file"]);
    }
}

#[test]
fn every_type_of_column_gives_the_same_rows() {
    for kind in [
        DataType::Int8,
        DataType::Int16,
        DataType::Int64,
        DataType::UInt8,
        DataType::UInt64,
        DataType::Float32,
        DataType::String,
        DataType::Boolean,
        DataType::Decimal(10, 2),
    ] {
        let favourable = if kind == DataType::Boolean { "true" } else { "1" };
        let flags = ["--by", "sex", "--decision", "offered", "--favourable", favourable];
        let run = audit("a.parquet", parquet(cast("offered", &kind)), &flags);
        assert_eq!(run.rates("sex"), RATES, "{kind}");
    }
    let mut categories = frame();
    let sex = categories.column("sex").unwrap();
    let sex = sex.cast(&DataType::from_categories(Categories::global())).unwrap();
    categories.with_column(sex).unwrap();
    assert_eq!(audit("a.parquet", parquet(categories), &BY).rates("sex"), RATES);
    let expected = audit("a.csv", csv(), &["--by", "age", "--decision", "offered", "--favourable", "1"]).rates("age");
    for kind in [DataType::Int8, DataType::Float32, DataType::Float64, DataType::Decimal(8, 3), DataType::UInt64] {
        let bytes = parquet(cast("age", &kind));
        let run = audit("a.parquet", bytes, &["--by", "age", "--decision", "offered", "--favourable", "1"]);
        assert_eq!(run.rates("age"), expected, "{kind}");
    }
}

#[test]
fn dates_are_levels_and_lists_are_refused() {
    let mut frame = frame();
    let days = Column::new("day".into(), (0..80).map(|i| 20_000 + i % 2).collect::<Vec<i32>>());
    frame.with_column(days.cast(&DataType::Date).unwrap()).unwrap();
    let lists: ListChunked = (0..80).map(|i| Some(Series::new("x".into(), [i]))).collect();
    frame.with_column(lists.into_series().with_name("list".into()).into_column()).unwrap();
    let bytes = parquet(frame);
    let run = audit("a.parquet", &bytes, &["--by", "day", "--decision", "offered", "--favourable", "1"]);
    assert_eq!(run.rates("day"), "2024-10-04 20/40 2024-10-05 10/40");
    assert_eq!(audit("a.parquet", &bytes, &BY).rates("sex"), RATES);
    audit("a.parquet", &bytes, &["--by", "list", "--decision", "offered", "--favourable", "1"])
        .fails(4, &["a.parquet, column `list`", "lists or records"]);
}

#[test]
fn kinds_that_are_not_read_are_named_with_a_way_out() {
    for (head, says) in [
        (&b"PK\x03\x04canary"[..], "Excel"),
        (b"\xd0\xcf\x11\xe0canary", "Excel"),
        (b"\x28\xb5\x2f\xfdcanary", "zstd"),
        (b"BZhcanary", "bzip2"),
        (b"\xfd7zXZ\0canary", "xz"),
        (b"PAREcanary", "encryption"),
        (b"\xff\xff\xff\xffcanary", "Feather"),
        (b"canary\0canary", "no text has"),
    ] {
        audit("a.xlsx", head, &BY).fails(4, &["a.xlsx", says]);
    }
}

// Values in their roles

#[test]
fn scores_that_are_no_probability_are_told() {
    for (bad, says) in [
        ("1.5", "0 to 1"),
        ("-0.1", "0 to 1"),
        ("inf", "number"),
        ("-inf", "number"),
        ("1e400", "number"),
        ("canary", "number"),
    ] {
        let mut rows = lines(",");
        rows[12] = rows[12].replace(",0.1,", &format!(",{bad},"));
        audit("a.csv", rows.join("\n"), &BY_SCORE).fails(4, &["a.csv:13, column `score`", says]);
    }
    for bad in [1.5, -0.1, f64::INFINITY, f64::NEG_INFINITY] {
        let mut frame = frame();
        let scores: Vec<f64> = (0..80).map(|i| if i == 11 { bad } else { f64::from(i % 10) / 10.0 }).collect();
        frame.with_column(Column::new("score".into(), scores)).unwrap();
        audit("a.parquet", parquet(frame), &BY_SCORE).fails(4, &["a.parquet, row 12, column `score`"]);
    }
}

#[test]
fn a_score_that_is_not_a_number_is_missing() {
    let text = csv().replace(",0.9,", ",NaN,").replace(",0.8,", ",,");
    assert_eq!(audit("a.csv", text, &BY_SCORE).rates("sex"), "F 8/32 M 16/32");
    let mut frame = frame();
    let scores: Vec<Option<f64>> = (0..80)
        .map(|i| match i % 10 {
            9 => Some(f64::NAN),
            8 => None,
            n => Some(f64::from(n) / 10.0),
        })
        .collect();
    frame.with_column(Column::new("score".into(), scores)).unwrap();
    assert_eq!(audit("a.parquet", parquet(frame), &BY_SCORE).rates("sex"), "F 8/32 M 16/32");
}

#[test]
fn a_number_that_means_missing_is_missing_in_every_format() {
    let folder = Folder::new();
    let policy = "version = 1\n[data]\nscore = \"score\"\nthreshold = 0.5\nfavourable = [1]\nmissing = [-1, 0.9]\n\
                  [[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"score_band\"\ncolumn = \"score\"\nbins = [0.5]\n";
    folder.write("evenhand.toml", policy);
    folder.write("a.csv", csv().replace(",0.8,", ",-1,"));
    let mut scores = frame();
    let values: Vec<f64> = (0..80).map(|i| if i % 10 == 8 { -1.0 } else { f64::from(i % 10) / 10.0 }).collect();
    scores.with_column(Column::new("score".into(), values)).unwrap();
    folder.write("a.parquet", parquet(scores.clone()));
    let single = scores.column("score").unwrap().cast(&DataType::Float32).unwrap();
    scores.with_column(single).unwrap();
    folder.write("b.parquet", parquet(scores));
    for name in ["a.csv", "a.parquet", "b.parquet"] {
        let run = folder.audit(&[name, "-p", "evenhand.toml"]);
        assert_eq!(run.rates("sex"), "F 8/32 M 16/32", "{name}");
        assert_eq!(run.rates("score_band"), "<0.5 0/40 0.5+ 24/24 (missing) 0/0", "{name}");
    }
}

#[test]
fn a_threshold_is_compared_in_the_float_type_of_the_column() {
    // 0.1 as a single is above 0.1 as a double, and equal to 0.1 rounded to single.
    let scores: Vec<f32> = (0..80).map(|i| [0.1_f32, 0.1_f32.next_down()][i % 2]).collect();
    let mut frame = frame();
    frame.with_column(Column::new("score".into(), &scores)).unwrap();
    let flags = ["--by", "sex", "--score", "score", "--threshold", "0.1", "--favourable", "1"];
    assert_eq!(audit("a.parquet", parquet(frame.clone()), &flags).rates("sex"), "F 40/40 M 0/40");
    // 0.7 as a single is below 0.7 as a double; compared as doubles nobody would pass.
    let scores: Vec<f32> = vec![0.7; 80];
    frame.with_column(Column::new("score".into(), &scores)).unwrap();
    let flags = ["--by", "sex", "--score", "score", "--threshold", "7/10", "--favourable", "1"];
    assert_eq!(audit("a.parquet", parquet(frame), &flags).rates("sex"), "F 40/40 M 40/40");
    let exact = "sex,score\n".to_owned() + &"F,0.7\nM,0.6999999999999999\n".repeat(40);
    assert_eq!(audit("a.csv", exact, &flags).rates("sex"), "F 40/40 M 0/40");
}

fn banded(name: &str, bytes: impl AsRef<[u8]>, column: &str, bins: &str) -> Run {
    let folder = Folder::new();
    folder.write(name, bytes);
    let policy = format!(
        "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [1]\n[[attribute]]\nname = \"band\"\ncolumn = \
         \"{column}\"\nbins = {bins}\n"
    );
    folder.write("evenhand.toml", policy);
    folder.audit(&[name, "-p", "evenhand.toml"])
}

#[test]
fn bins_take_numbers_and_nothing_else() {
    let run = banded("a.csv", csv(), "age", "[20, 40, 65]");
    assert_eq!(run.rates("band"), "<20 3/4 20-39 13/38 40-64 9/25 65+ 5/13");
    for kind in [DataType::Int8, DataType::Float32, DataType::Float64, DataType::String, DataType::Decimal(8, 1)] {
        let same = banded("a.parquet", parquet(cast("age", &kind)), "age", "[20, 40, 65]");
        assert_eq!(same.rates("band"), run.rates("band"), "{kind}");
    }
    let mut rows = lines(",");
    rows[5] = rows[5].replace(",22,", ",canary,");
    banded("a.csv", rows.join("\n"), "age", "[20, 40]").fails(4, &["a.csv:6, column `age`", "a number is due"]);
    let mut frame = frame();
    let ages: Vec<f64> = (0..80).map(|i| if i == 6 { f64::INFINITY } else { f64::from(i) }).collect();
    frame.with_column(Column::new("age".into(), ages)).unwrap();
    banded("a.parquet", parquet(frame), "age", "[20]").fails(4, &["a.parquet, row 7, column `age`", "infinite"]);
    banded("a.csv", csv(), "mail", "[20, 40]").fails(4, &["a.csv:2, column `mail`"]);
}

#[test]
fn bins_of_single_floats_are_those_of_the_same_decimals() {
    let text = banded("a.csv", csv(), "score", "[0.3, 0.6, 0.7]");
    let single = banded("a.parquet", parquet(cast("score", &DataType::Float32)), "score", "[0.3, 0.6, 0.7]");
    assert_eq!(single.rates("band"), text.rates("band"));
}

// Counts

const COUNTED: [&str; 8] = ["--by", "sex", "--decision", "offered", "--favourable", "1", "--count", "n"];

#[test]
fn a_count_stands_for_so_many_rows() {
    let text = "sex,offered,n\nF,1,20\nF,0,20.0\nM,1, 10\nM,0,\"3e1\"\n";
    let run = audit("a.csv", text, &COUNTED);
    assert_eq!(run.rates("sex"), RATES);
    assert_eq!(run.document()["data"]["rows_read"], 80);
    for (bad, says) in [
        ("-3", "not negative"),
        ("2.5", "whole number"),
        ("", "missing"),
        ("canary", "whole number"),
        ("NaN", "whole number"),
        ("inf", "whole number"),
        ("18446744073709551616", "whole number"),
        ("1e30", "whole number"),
    ] {
        let text = format!("sex,offered,n\nF,1,20\nM,0,{bad}\nF,1,-1\n");
        audit("a.csv", text, &COUNTED).fails(4, &["a.csv:3, column `n`", says]);
    }
    let frame = df!("sex" => ["F", "M"], "offered" => [1, 0], "n" => [5_i64, -1]).unwrap();
    audit("a.parquet", parquet(frame), &COUNTED).fails(4, &["a.parquet, row 2, column `n`", "not negative"]);
    let frame = df!("sex" => ["F", "M"], "offered" => [1, 0], "n" => [Some(5_u64), None]).unwrap();
    audit("a.parquet", parquet(frame), &COUNTED).fails(4, &["a.parquet, row 2, column `n`", "missing"]);
    let frame = df!("sex" => ["F", "M"], "offered" => [1, 0], "n" => [2.5_f32, 1.0]).unwrap();
    audit("a.parquet", parquet(frame), &COUNTED).fails(4, &["a.parquet, row 1, column `n`", "whole number"]);
}

#[test]
fn huge_counts_are_counted_or_refused_and_never_wrap() {
    let quarter = 250_000_000_000_u64;
    let text = format!("sex,offered,n\nF,1,{quarter}\nF,0,{quarter}\nM,1,{quarter}\nM,0,{}\n", quarter - 1);
    let run = audit("a.csv", text, &COUNTED);
    assert_eq!(run.document()["data"]["rows_read"], 4 * quarter - 1);
    for n in ["18446744073709551615", "4611686018427387905", "1000000000000"] {
        audit("a.csv", format!("sex,offered,n\nF,1,{n}\nF,1,{n}\nM,0,1\n"), &COUNTED)
            .fails(4, &["more than 10^12 rows", "column `n`"]);
    }
    // Each file alone could be counted; all together would be beyond 64 bits.
    let folder = Folder::new();
    for i in 0..5 {
        folder.write(&format!("{i}.csv"), format!("sex,offered,n\nF,1,{}\n", 1_000_000_000_000_u64));
    }
    folder.audit(&with(&["*.csv"], &COUNTED)).fails(4, &["more than 10^12 rows", "column `n`"]);
}

#[test]
fn rows_with_count_zero_are_not_there() {
    let text = "sex,offered,n\nF,1,20\nX,maybe,0\nF,0,20\nM,1,10\nM,0,30\nM,1,0\n";
    let run = audit("a.csv", text, &COUNTED);
    assert_eq!(run.rates("sex"), RATES);
    assert_eq!(run.document()["data"]["rows_used"], 80);
    // Nothing of them is looked at: not their values, not their levels.
    let levels: String = (0..300).map(|i| format!("level{i},0.5,0\n")).collect();
    let text = format!("sex,score,n\nF,0.6,20\nF,0.1,20\nX,canary,0\n{levels}M,0.9,10\nM,0,30\n");
    let flags = with(&BY_SCORE, &["--count", "n"]);
    assert_eq!(audit("a.csv", text, &flags).rates("sex"), RATES);
    // A value that only such rows have never occurs.
    let text = "sex,offered,n\nF,0,20\nF,1,0\nM,0,30\n";
    audit("a.csv", text, &COUNTED).fails(2, &["`favourable` lists `1`"]);
    audit("a.csv", "sex,offered,n\nF,1,0\nM,0,0\n", &COUNTED).fails(4, &["no rows"]);
}

// Labels, decisions, levels

#[test]
fn labels_and_decisions_that_are_missing_are_left_out_and_counted() {
    let mut text = String::from("sex,offered,label\n");
    for i in 0..60 {
        let label = if i % 6 == 0 { "" } else { ["yes", "no"][i / 2 % 2] };
        let offered = if i == 7 { "" } else { ["1", "0"][i / 4 % 2] };
        text += &format!("{},{offered},{label}\n", ["F", "M"][i % 2]);
    }
    let run = audit("a.csv", &text, &with(&BY, &["--label", "label", "--positive", "yes"]));
    assert_eq!(run.rates("sex"), "F 16/30 M 16/29");
    let document = run.document();
    let left_out = document["data"]["left_out"].as_array().expect("left_out");
    assert!(left_out.iter().any(|entry| entry.to_string().contains("\"rows\":10")), "{left_out:?}");
    assert_eq!(run.codes().iter().filter(|code| *code == "left-out").count(), 2);
    let many = text.replace(",no\n", ",perhaps\n").replacen(",perhaps\n", ",no\n", 3);
    let run = audit("a.csv", many, &with(&BY, &["--label", "label", "--positive", "yes"]));
    assert!(run.codes().contains(&"label-many-values".to_owned()), "{:?}", run.codes());
}

#[test]
fn near_duplicates_are_two_groups_and_said() {
    let text = "sex,offered\n".to_owned() + &"Male,1\nmale ,0\nFemale,1\n".repeat(30);
    let run = audit("a.csv", text, &BY);
    assert_eq!(run.rates("sex"), "Female 30/30 Male 30/30 male  0/30");
    assert_eq!(run.codes(), ["near-duplicate-levels"]);
}

#[test]
fn declared_groups_are_looked_for() {
    let folder = Folder::new();
    folder.write("a.csv", csv());
    let policy = |groups: &str| {
        format!(
            "version = 1\n[data]\nfiles = [\"a.csv\"]\ndecision = \"offered\"\nfavourable = [1]\n[[attribute]]\nname = \
             \"sex\"\ngroups = {groups}\n[[check]]\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = 0.01\n"
        )
    };
    folder.write("evenhand.toml", policy("[\"M\", \"F\"]"));
    let run = folder.audit(&[]);
    assert_eq!((run.code, run.rates("sex").as_str()), (0, "M 10/40 F 20/40"));
    folder.write("evenhand.toml", policy("[\"F\"]"));
    let run = folder.audit(&[]);
    assert_eq!((run.code, run.codes()), (0, vec!["undeclared-level".to_owned()]));
    folder.write("evenhand.toml", policy("[\"F\", \"M\", \"D\"]"));
    let run = folder.audit(&[]);
    assert_eq!(run.code, 1);
    assert!(run.codes().contains(&"group-absent".to_owned()));
    let document = run.document();
    let absent = document["checks"].as_array().unwrap().iter().find(|row| row["group"]["sex"] == "D").unwrap();
    assert_eq!((&absent["verdict"], &absent["reason"]), (&"not_applicable".into(), &"absent".into()));
}

#[test]
fn more_than_200_levels_are_refused_and_not_printed() {
    let level = |i: usize| format!("canary{i},{}\n", i % 2);
    let rows = |levels: std::ops::Range<usize>| "sex,offered\n".to_owned() + &levels.map(level).collect::<String>();
    audit("a.csv", rows(0..201), &BY).fails(4, &["a.csv, column `sex`", "more than 200"]);
    let frame = df!("sex" => (0..201).map(|i| format!("canary{i}")).collect::<Vec<_>>(), "offered" => vec![1; 201]);
    audit("a.parquet", parquet(frame.unwrap()), &BY).fails(4, &["a.parquet, column `sex`", "more than 200"]);
    // Each file alone has few enough.
    let folder = Folder::new();
    folder.write("1.csv", rows(0..150));
    folder.write("2.csv", rows(100..250));
    folder.audit(&with(&["1.csv", "2.csv"], &BY)).fails(4, &["column `sex`", "more than 200"]);
    let plain: String = rows(0..200).replace("canary", "level");
    assert_eq!(audit("a.csv", plain, &BY).document()["data"]["attributes"][0]["groups"].as_array().unwrap().len(), 200);
}

#[test]
fn where_keeps_rows_and_the_others_are_never_looked_at() {
    let mut text = String::from("sex,score,consent,region,n\n");
    for row in table() {
        text += &format!("{},{},yes,north,1\n", row[2], row[5]);
        text += &format!("canary{},canary,no,north,canary\n", row[0]);
        text += &format!("canary{},7,yes,south,-4\n", row[0]);
        text += ",,,north,18446744073709551615\n";
    }
    let flags = with(&BY_SCORE, &["--count", "n", "--where", "consent=yes,perhaps", "--where", "region=north,east"]);
    let run = audit("a.csv", &text, &flags);
    assert_eq!(run.rates("sex"), RATES_BY_SCORE);
    assert_eq!(run.document()["data"]["rows_used"], 80);
    assert_eq!(run.document()["data"]["excluded"][0]["reason"], "where");
    // The first kept row that is bad has the line that it has in the file.
    let bad = text + "F,0.5,no,north,1\nF,canary,perhaps,east,1\n";
    audit("a.csv", bad, &flags).fails(4, &["a.csv:323, column `score`"]);
    audit("a.csv", csv(), &with(&BY, &["--where", "sex=X"])).fails(4, &["none of the 80 rows matches `where`"]);
    let flags = with(&BY, &["--where", "sexx=F"]);
    audit("a.csv", csv(), &flags).fails(2, &["no column `sexx`", "did you mean `sex`?"]);
}

#[test]
fn a_favourable_value_that_never_occurs_is_told() {
    let flags = ["--by", "sex", "--decision", "offered", "--favourable", "yes"];
    audit("a.csv", csv(), &flags).fails(2, &["`favourable` lists `yes`", "it has `0`, `1`"]);
    // With many values none is printed, and it is an error all the same.
    let rows: String = (0..80).map(|i| format!("{},canary{}\n", ["F", "M"][i % 2], i % 40)).collect();
    let text = format!("sex,offered\n{rows}");
    let run = audit("a.csv", &text, &flags);
    run.fails(2, &["`favourable` lists `yes`, which never occurs", "column `offered`"]);
    // A value that comes late, after more than 20 others, does occur.
    let late = text + "F,yes\nM,yes\n";
    assert_eq!(audit("a.csv", late, &flags).rates("sex"), "F 1/41 M 1/41");
    let flags = with(&BY, &["--selected", "2"]);
    audit("a.csv", csv(), &flags).fails(2, &["`selected` lists `2`"]);
    let flags = with(&BY, &["--label", "sex", "--positive", "f"]);
    audit("a.csv", csv(), &flags).fails(2, &["`positive` lists `f`", "`F`"]);
}

#[test]
fn favourable_is_never_guessed() {
    audit("a.csv", csv(), &["--by", "sex", "--decision", "offered"]).fails(2, &["favourable", "never guessed"]);
    let text = csv().replace(",1,0.", ",yes,0.").replace(",0,0.", ",no,0.");
    audit("a.csv", &text, &["--by", "sex", "--decision", "offered"]).fails(2, &["favourable"]);
    let run = audit("a.csv", &text, &["--by", "sex", "--decision", "offered", "--favourable", "yes"]);
    assert_eq!(run.rates("sex"), RATES);
    // A score and a threshold make the decisions 1 and 0; nothing else can be favourable.
    let flags = ["--by", "sex", "--score", "score", "--threshold", "0.5", "--favourable", "yes"];
    audit("a.csv", csv(), &flags).fails(2, &["favourable", "1", "0"]);
}

#[test]
fn one_decision_for_everybody_is_said() {
    let run = audit("a.csv", "sex,offered\n".to_owned() + &"F,1\nM,1\n".repeat(40), &BY);
    assert_eq!(run.rates("sex"), "F 40/40 M 40/40");
    assert!(run.codes().contains(&"one-decision".to_owned()));
}

#[test]
fn an_empty_text_is_missing_however_it_is_written() {
    let folder = Folder::new();
    let rows = "F,1\n,1\n\"\",0\nNA,1\n".repeat(30);
    folder.write("a.csv", format!("sex,offered\n{rows}"));
    let policy = "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [1]\nmissing = [\"NA\"]\n[[attribute]]\nname = \"sex\"\n";
    folder.write("evenhand.toml", policy);
    let sexes: Vec<_> = (0..120).map(|i| [Some("F"), None, Some(""), Some("NA")][i % 4]).collect();
    let decisions: Vec<i32> = (0..120).map(|i| [1, 1, 0, 1][i % 4]).collect();
    folder.write("a.parquet", parquet(df!("sex" => sexes, "offered" => decisions).unwrap()));
    for name in ["a.csv", "a.parquet"] {
        let run = folder.audit(&[name, "-p", "evenhand.toml"]);
        assert_eq!(run.rates("sex"), "F 30/30 (missing) 60/90", "{name}");
    }
}

// Many chunks

#[test]
fn the_first_bad_row_of_a_large_file_is_always_the_same() {
    let mut text = String::from("sex,score,note\n");
    let mut lines = 1;
    let mut bad = Vec::new();
    while text.len() < 14 << 20 {
        let score = match lines {
            150_000 | 180_000 | 230_000 => {
                bad.push(lines + 1);
                "canary"
            }
            _ => ["0.2", "0.7", "0.9"][lines % 3],
        };
        text += &format!("{},{score},\"canary free text, of some length {lines}\"\n", ["F", "M"][lines % 2]);
        lines += 1;
    }
    assert_eq!(bad.len(), 3, "the file is long enough");
    let folder = Folder::new();
    folder.write("a.csv", &text);
    let flags = with(&["a.csv"], &BY_SCORE);
    let first = folder.audit(&flags);
    first.fails(4, &[&format!("a.csv:{}, column `score`", bad[0])]);
    for _ in 0..4 {
        assert_eq!(folder.audit(&flags).err, first.err);
    }
    // Without the bad rows everything is counted once.
    folder.write("a.csv", text.replace(",canary,", ",0.2,"));
    let run = folder.audit(&flags);
    assert_eq!(run.document()["data"]["rows_read"], lines - 1);
}

// Real files

/// A real file, if it is here.
fn shared(name: &str) -> Option<Vec<u8>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let folder = std::env::var_os("EVENHAND_SHARED_DATA").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let path = folder.join("messy_inputs").join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("skipped: {name} is not in the shared data");
    }
    bytes
}

#[test]
fn a_real_file_with_a_junk_first_line() {
    let Some(bytes) = shared("adult_test_head.csv") else { return };
    let flags = ["--by", "sex", "--decision", "income", "--favourable", ">50K."];
    audit("a.csv", &bytes, &flags).fails(4, &["line 1 has 1 field", "15", "no header"]);
    let rest: Vec<u8> = bytes.splitn(2, |b| *b == b'\n').nth(1).unwrap().to_vec();
    // Without the junk there is still no header, and no value of the first row is printed.
    let run = audit("a.csv", &rest, &flags);
    run.fails(2, &["is the header missing"]);
    assert!(!run.err.contains("Machine-op-inspct") && !run.err.contains("226802"), "{}", run.err);
}

#[test]
fn a_real_file_of_an_old_mac() {
    let Some(bytes) = shared("classic_mac_cr_line_endings.csv") else { return };
    let rows = bytes.split(|b| *b == b'\r').filter(|line| !line.is_empty()).count() - 1;
    let flags = ["--by", "Gender", "--decision", "Exited", "--favourable", "0"];
    let run = audit("a.csv", &bytes, &flags);
    assert_eq!(run.document()["data"]["rows_read"], rows);
    assert!(run.notes().contains("carriage return"));
}

#[test]
fn real_files_with_missing_labels_and_blank_numbers() {
    if let Some(bytes) = shared("sqf_missing_labels.csv") {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let missing = text.lines().skip(1).filter(|line| line.split(',').nth(1) == Some("")).count();
        assert!(missing > 0, "the file has what its name says");
        let flags = [
            "--by",
            "race,sex",
            "--decision",
            "score",
            "--favourable",
            "1",
            "--label",
            "label_value",
            "--positive",
            "1",
        ];
        let run = audit("a.csv", &bytes, &flags);
        assert!(run.out.contains(&format!("{missing} rows have no label")), "{}", run.out);
        assert!(run.codes().contains(&"one-decision".to_owned()));
    }
    if let Some(bytes) = shared("telco_blank_totalcharges.csv") {
        // A charge of one blank is no number; listed as missing, it is.
        let folder = Folder::new();
        folder.write("a.csv", &bytes);
        let policy = |missing: &str| {
            format!(
                "version = 1\n[data]\nfiles = [\"a.csv\"]\ndecision = \"Churn\"\nfavourable = [\"No\"]\n{missing}[[attribute]]\nname \
                 = \"charges\"\ncolumn = \"TotalCharges\"\nbins = [100, 1000]\n"
            )
        };
        let text = String::from_utf8(bytes).unwrap();
        let line = 1 + text.lines().position(|line| line.split(',').nth(19) == Some(" ")).expect("a blank charge");
        folder.write("evenhand.toml", policy(""));
        folder.audit(&[]).fails(4, &[&format!("a.csv:{line}, column `TotalCharges`"), "`missing`"]);
        folder.write("evenhand.toml", policy("missing = [\" \"]\n"));
        assert!(folder.audit(&[]).rates("charges").contains("(missing)"));
    }
    if let Some(bytes) = shared("german_other_coding_head.csv") {
        let flags = ["--by", "personal_status_and_sex", "--decision", "credit_risk", "--favourable", "1"];
        let run = audit("a.csv", &bytes, &flags);
        assert!(run.rates("personal_status_and_sex").contains("A93 "));
    }
}
