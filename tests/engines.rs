//! Printed statements on real engines: the audit of what they count is the audit of the rows.
//!
//! `tests/engines/run.py` loads tables, runs statements and exports results. An engine that is not here is skipped, with a
//! word. `EVENHAND_ENGINES` names a Python that has the packages; without it, `target/engines/bin/python`, then `python3`.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support;
use crate::support::{SplitMix64, bytes_without_sources, policy, try_audit};
use evenhand::sql::{Dialect, print};
use polars::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

const ABSENT: i32 = 77;

/// Rows, as text where there is a value, and the types of their columns.
struct Rows {
    columns: Vec<(&'static str, &'static str)>,
    rows: Vec<Vec<Option<String>>>,
}

impl Rows {
    fn new(columns: &[(&'static str, &'static str)]) -> Rows {
        Rows { columns: columns.to_vec(), rows: Vec::new() }
    }

    fn csv(&self) -> String {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut out = self.columns.iter().map(|(name, _)| quoted(name)).collect::<Vec<_>>().join(",") + "\n";
        for row in &self.rows {
            let line: Vec<String> = row.iter().map(|value| value.as_deref().map_or(String::new(), quoted)).collect();
            writeln!(out, "{}", line.join(",")).expect("text");
        }
        out
    }

    fn parquet(&self) -> Vec<u8> {
        let mut columns: Vec<Column> = Vec::new();
        for (place, (name, kind)) in self.columns.iter().enumerate() {
            let texts = self.rows.iter().map(|row| row[place].as_deref());
            let name: PlSmallStr = (*name).into();
            fn parsed<'a, T: std::str::FromStr>(texts: impl Iterator<Item = Option<&'a str>>) -> Vec<Option<T>> {
                texts.map(|text| text.map(|text| text.parse().ok().expect("a value of its type"))).collect()
            }
            columns.push(match *kind {
                "int" => Column::new(name, parsed::<i64>(texts)),
                "double" => Column::new(name, parsed::<f64>(texts)),
                "real" => Column::new(name, parsed::<f32>(texts)),
                "bool" => Column::new(name, parsed::<bool>(texts)),
                _ => Column::new(name, texts.collect::<Vec<_>>()),
            });
        }
        let mut frame = DataFrame::new(self.rows.len(), columns).expect("a table");
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut frame).expect("written");
        bytes
    }
}

struct Case {
    name: &'static str,
    /// Whether the rows can be audited.
    sound: bool,
    /// Whether the rows are audited as a file of text, in which alone numbers can have a decimal comma.
    as_text: bool,
    policy: String,
    rows: Rows,
}

fn case(name: &'static str, policy: impl Into<String>, rows: Rows) -> Case {
    Case { name, sound: true, as_text: false, policy: policy.into(), rows }
}

fn python() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/engines/bin/python");
    match std::env::var_os("EVENHAND_ENGINES") {
        Some(named) => named.into(),
        None if own.exists() => own,
        None => "python3".into(),
    }
}

/// Runs the jobs; false where the engine is not here.
fn run(engine: &str, folder: &Path, jobs: &[Value]) -> bool {
    let list = folder.join("jobs.json");
    std::fs::write(&list, serde_json::to_vec(jobs).expect("JSON")).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines/run.py");
    let Ok(output) = Command::new(python()).arg(script).arg(engine).arg(list).output() else {
        eprintln!("not tested: there is no Python");
        return false;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(ABSENT) {
        eprintln!("not tested: {}", told.trim());
        return false;
    }
    assert!(output.status.success(), "{engine}: {told}");
    true
}

/// What an audit says: run id and result, or exit code and message.
type Outcome = Result<(String, String), (u8, String)>;

fn outcome(policy: &str, path: &Path) -> Outcome {
    match try_audit(policy, &[path.to_path_buf()]) {
        Ok(mut document) => {
            // The result of a statement keeps no prediction beside what came, and says so.
            document.outcome_calibration.clear();
            document.not_tested.retain(|one| !one.what.starts_with("whether predictions of every size"));
            if document.policy.outcomes.iter().any(|outcome| outcome.prediction.is_some()) {
                document.run.id.clear();
            }
            Ok((document.run.id.clone(), bytes_without_sources(document)))
        }
        Err(error) => Err((error.exit_code(), error.to_string())),
    }
}

/// Every case and the audit of its rows, which all engines share.
fn audited() -> &'static [(Case, Outcome)] {
    static AUDITED: OnceLock<Vec<(Case, Outcome)>> = OnceLock::new();
    AUDITED.get_or_init(|| {
        let folder = TempDir::new().expect("a folder");
        let rows = folder.path().join("rows.parquet");
        let audit = |case: Case| {
            let text = folder.path().join("rows.csv");
            let (path, bytes) =
                if case.as_text { (&text, case.rows.csv().into_bytes()) } else { (&rows, case.rows.parquet()) };
            std::fs::write(path, bytes).expect("written");
            let of_rows = outcome(&case.policy, path);
            (case, of_rows)
        };
        cases(MANY).into_iter().map(audit).collect()
    })
}

/// Runs every case on an engine and holds the audit of the result against the audit of the rows.
fn compare(dialect: Dialect, endings: &[&str]) {
    let folder = TempDir::new().expect("a folder");
    // A server of another user reads and writes here.
    #[cfg(unix)]
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).expect("a folder");
    let at = |name: String| folder.path().join(name);
    let mut jobs = Vec::new();
    let mut outs = Vec::new();
    for (number, (case, _)) in audited().iter().enumerate() {
        let (csv, parquet) = (at(format!("{number}.csv")), at(format!("{number}.rows.parquet")));
        std::fs::write(&csv, case.rows.csv()).expect("written");
        std::fs::write(&parquet, case.rows.parquet()).expect("written");
        let statement = print(&policy(&case.policy).0, dialect, "rows_of_it", "0").expect("a statement");
        let sql = at(format!("{number}.sql"));
        std::fs::write(&sql, statement).expect("written");
        let out = at(format!("{number}.cells.{}", endings[number % endings.len()]));
        jobs.push(json!({"csv": csv, "parquet": parquet, "columns": case.rows.columns, "sql": sql, "out": out}));
        outs.push(out);
    }
    if !run(dialect.id(), folder.path(), &jobs) {
        return;
    }
    for ((case, of_rows), out) in audited().iter().zip(outs) {
        let name = format!("{}: {}", dialect.id(), case.name);
        match (outcome(&case.policy, &out), of_rows) {
            (Ok((id, cells)), Ok((of_rows, rows))) => {
                assert!(case.sound, "{name}: a fault is not told");
                assert_eq!(id, *of_rows, "{name}");
                assert!(cells == *rows, "{name}: the results differ");
            }
            (Err((code, cells)), Err((of_rows, rows))) => {
                assert!(!case.sound, "{name}: {cells}");
                assert_eq!(code, *of_rows, "{name}: {cells}\n{rows}");
                // What is wrong and where is the same; only rows know which row it is.
                let says = |error: &str| error.split_once(": ").map_or(String::new(), |(_, says)| says.to_owned());
                let start = says(&cells).split(" (").next().unwrap_or_default().to_owned();
                assert!(start.len() > 20 && says(rows).starts_with(&start), "{name}:\n{cells}\n{rows}");
            }
            (cells, rows) => panic!("{name}: {:?} {:?}", cells.map(|_| ()), rows.as_ref().map(|_| ())),
        }
    }
}

/// So many rows that one decision and label has more than 65,536 distinct scores.
const MANY: usize = 112_000;

const END: &str = "[statistics]\nmin_group = 3\nreplicates = 60\npermutations = 60\n";

/// Texts with everything that a text can have, in columns named like nothing else.
fn messy() -> Case {
    let (odd, ticked) = ("a\"b", "we`ird \\ 'col'");
    let mut rows = Rows::new(&[(odd, "text"), (ticked, "text"), ("Decision Made", "text"), ("came?", "text")]);
    let mut random = SplitMix64(3);
    let levels = [
        "O'Brien",
        "x\"y",
        "C:\\new\\table",
        "${HOME}",
        "(missing)",
        "",
        " padded ",
        "1.0",
        "1",
        "01",
        "TRUE",
        "true",
        "NaN",
        "NA",
        "é, ü; --",
        "/* */",
        "two\nlines",
        "'; DROP TABLE rows_of_it; --",
        "back`tick",
        "100%",
        "null",
    ];
    for _ in 0..900 {
        let value = |random: &mut SplitMix64, of: &[&str]| (!random.chance(60)).then(|| random.pick(of).to_owned());
        rows.rows.push(vec![
            value(&mut random, &levels),
            value(&mut random, &["a", "B", "b", "O'Neil \\", "${y}"]),
            value(&mut random, &["yes", "Yes", "no", "", "1", "1.0", "NA"]),
            value(&mut random, &["True", "false", "FALSE", "unknown", "", "${z}"]),
        ]);
    }
    let text = r#"version = 1
[data]
decision = "Decision Made"
favourable = ["yes", 1]
label = "came?"
positive = [true]
missing = ["", "NA", "unknown", "${z}"]
where = { "we`ird \\ 'col'" = ["a", "b", "O'Neil \\", "${y}"] }
[[attribute]]
name = "first"
column = 'a"b'
groups = ["O'Brien", 'C:\new\table', '${HOME}']
[[attribute]]
name = "second"
column = "we`ird \\ 'col'"
"#;
    let text = format!("{text}{END}");
    case("messy texts", text, rows)
}

/// Columns of every type, with values that are written in several ways.
fn typed() -> Case {
    let mut rows = Rows::new(&[
        ("group", "double"),
        ("size", "real"),
        ("age", "int"),
        ("got", "bool"),
        ("late", "int"),
        ("p", "real"),
        ("use", "int"),
    ]);
    let mut random = SplitMix64(4);
    for _ in 0..1500 {
        let one = |random: &mut SplitMix64, of: &[&str]| (!random.chance(40)).then(|| random.pick(of).to_owned());
        let p = match random.below(6) {
            0 => "0.35".to_owned(),
            1 => "0".to_owned(),
            2 => "1".to_owned(),
            _ => format!("{}", (random.below(100_000) as f32 + 0.5) / 100_001.0),
        };
        rows.rows.push(vec![
            one(&mut random, &["1", "2.5", "-3", "0.1"]),
            one(&mut random, &["0.1", "0.7", "0.69999", "0.70001", "2", "-1"]),
            one(&mut random, &["17", "18", "24", "25", "64", "65", "-1", "99"]),
            one(&mut random, &["true", "false"]),
            one(&mut random, &["0", "1", "2", "3"]),
            (!random.chance(30)).then_some(p),
            one(&mut random, &["1", "1", "2", "3"]),
        ]);
    }
    case(
        "types",
        format!(
            "version = 1\n[data]\ndecision = \"got\"\nfavourable = [true]\nlabel = \"late\"\npositive = [2, 3]\nscore = \"p\"\n\
             threshold = \"0.35\"\nmissing = [-1]\nwhere = {{ use = [1, 2] }}\n[[attribute]]\nname = \"group\"\n[[attribute]]\nname = \"size\"\n\
             bins = [\"0.1\", \"0.7\"]\n[[attribute]]\nname = \"age\"\nbins = [18, 25, 65]\n{END}"
        ),
        rows,
    )
}

/// Numbers in columns of text, a decision by threshold, counts, strata and a period.
fn numbers_as_text() -> Case {
    let mut rows = Rows::new(&[
        ("sex", "text"),
        ("age", "text"),
        ("score", "text"),
        ("came", "text"),
        ("n", "text"),
        ("product", "text"),
        ("month", "text"),
    ]);
    let mut random = SplitMix64(5);
    for _ in 0..1200 {
        let score = match random.below(9) {
            0 => "0.30000000000000004".to_owned(),
            1 => "0.3".to_owned(),
            2 => " 0.5 ".to_owned(),
            3 => "3e-1".to_owned(),
            4 => ".25".to_owned(),
            5 => ["", "NA", "nan", "1.", "+0.75"][random.below(5)].to_owned(),
            _ => format!("{}", random.below(1 << 30) as f64 / f64::from(1 << 30)),
        };
        rows.rows.push(vec![
            (!random.chance(50)).then(|| random.pick(&["M", "F", "X"]).to_owned()),
            (!random.chance(50))
                .then(|| random.pick(&["17.9", "18", "18.0", "1.8e1", "64.999", "65", "NA", "NaN"]).to_owned()),
            (!random.chance(50)).then_some(score),
            (!random.chance(50)).then(|| random.pick(&["0", "1", "1.0", "01"]).to_owned()),
            Some(random.pick(&["0", "1", "2", "3.0", "10"]).to_owned()),
            (!random.chance(50)).then(|| random.pick(&["a", "b"]).to_owned()),
            Some(random.pick(&["2026-01", "2026-02"]).to_owned()),
        ]);
    }
    case(
        "numbers as text",
        format!(
            "version = 1\n[data]\nscore = \"score\"\nthreshold = \"0.3\"\nfavourable = [1]\nlabel = \"came\"\npositive = [1]\n\
             missing = [\"NA\"]\ncount = \"n\"\nstrata = [\"product\"]\nperiod = \"month\"\n[[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"age_band\"\n\
             column = \"age\"\nbins = [18, 65]\n[intersections]\nsets = [[\"sex\", \"age_band\"]]\n{END}"
        ),
        rows,
    )
}

/// Rows that weigh differently, of people who have several.
fn people(name: &'static str, roles: &str, seed: u64) -> Case {
    let kind = if seed.is_multiple_of(2) { "int" } else { "text" };
    let mut rows = Rows::new(&[
        ("sex", "text"),
        ("got", "int"),
        ("came", "int"),
        ("score", "double"),
        ("who", kind),
        ("w", "double"),
    ]);
    let mut random = SplitMix64(seed);
    for _ in 0..800 {
        let who = random.below(250);
        let who = match (kind, random.below(12)) {
            (_, 0) => None,
            ("text", 1) => Some(format!("{who}.0")),
            ("text", 2) => Some(format!(" {who} ")),
            ("text", 3) => Some("NA".to_owned()),
            ("text", 4) => Some(format!("O'B, {who};")),
            // One person, who is also the 0 of the others.
            ("text", 5) => Some(random.pick(&["-0.0", "-0", "0.0"]).to_owned()),
            _ => Some(who.to_string()),
        };
        let weight = match random.below(5) {
            0 => "0".to_owned(),
            1 => "16777215".to_owned(),
            2 => "0.1".to_owned(),
            _ => format!("{}", random.below(1 << 40) as f64 / 1e9),
        };
        rows.rows.push(vec![
            (!random.chance(30)).then(|| random.pick(&["M", "F", "1", "1.0"]).to_owned()),
            (!random.chance(30)).then(|| random.pick(&["0", "1"]).to_owned()),
            (!random.chance(30)).then(|| random.pick(&["0", "1"]).to_owned()),
            (!random.chance(30)).then(|| format!("0.{:03}", random.below(1000))),
            who,
            Some(weight),
        ]);
    }
    // Nobody may be too heavy: the largest weight is there once, and not where it could be one of several of a person.
    let kept = usize::from(!roles.contains("unit"));
    for row in rows.rows.iter_mut().filter(|row| row[5].as_deref() == Some("16777215")).skip(kept) {
        row[5] = Some("1.5".to_owned());
    }
    case(
        name,
        format!(
            "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\nlabel = \"came\"\npositive = [1]\n{roles}\
             [[attribute]]\nname = \"sex\"\n{END}"
        ),
        rows,
    )
}

/// More scores than are kept one by one, down to the smallest, and scores on edges of bins: those above the threshold are
/// more than the engine keeps for one decision and label, those below are not.
fn many_scores(rows_of_one: usize) -> Case {
    let mut rows = Rows::new(&[("sex", "text"), ("score", "double"), ("came", "int")]);
    let mut random = SplitMix64(6);
    let mut push = |sex: &str, score: f64, came: bool| {
        rows.rows.push(vec![Some(sex.to_owned()), Some(format!("{score:?}")), Some(u8::from(came).to_string())]);
    };
    for number in 0..rows_of_one {
        let score = (number as f64 + 0.25) / (rows_of_one as f64 + 1.0);
        push("F", score, random.chance(50));
    }
    for power in 1..60 {
        for score in [0.5_f64.powi(power), 1.0 - 0.5_f64.powi(power), 1.3 * 0.5_f64.powi(power)] {
            for score in [score, score.next_down(), score.next_up()] {
                push("F", score.clamp(0.0, 1.0), random.chance(300));
            }
        }
    }
    for score in [0.0, 1.0, 0.317, 0.317_f64.next_down(), 5e-300, f64::EPSILON, 0.1 + 0.2] {
        push("F", score, true);
        push("M", score, false);
    }
    (0..400).for_each(|number| push("M", f64::from(number) / 400.0, random.chance(400)));
    case(
        "many scores",
        "version = 1\n[data]\nscore = \"score\"\nthreshold = \"0.317\"\nfavourable = [1]\nlabel = \"came\"\npositive = [1]\n\
         [[attribute]]\nname = \"sex\"\n[statistics]\nreplicates = 50\npermutations = 50\n",
        rows,
    )
}

/// Outcomes of every kind in columns of every type, with open cases, a prediction, counts and a filter, in columns that are
/// named to get out of their quotes.
fn outcomes() -> Case {
    let mut rows = Rows::new(&[
        ("shop", "text"),
        ("got", "int"),
        ("p", "double"),
        ("wait", "text"),
        ("lasted \"s\"", "double"),
        ("over?", "bool"),
        ("help`d \\ 'it'", "text"),
        ("late", "bool"),
        ("stars", "int"),
        ("paid", "double"),
        ("pre\"dicted", "real"),
        ("owed", "real"),
        ("n", "int"),
        ("use", "text"),
    ]);
    let mut random = SplitMix64(21);
    for number in 0..1400 {
        let one = |random: &mut SplitMix64, of: &[&str]| (!random.chance(50)).then(|| random.pick(of).to_owned());
        let wait = match random.below(8) {
            0 => format!("{}:{:02}", random.below(90), random.below(60)),
            1 => format!("{:02}:{:02}:{:02}.5", random.below(3), random.below(60), random.below(60)),
            2 => format!(" {} ", random.below(500)),
            3 => format!("{}.{}0", random.below(500), random.below(10)),
            4 => ["", " ", "NA", " it's \\ n/a ", "nan", "-1", "0:00"][random.below(7)].to_owned(),
            _ => random.below(900).to_string(),
        };
        // Down to the last digit of a double.
        let paid = (random.below(1 << 30) as f64 / 7.0) * if random.chance(100) { -1e-9 } else { 1e-3 };
        let owed = random.below(1 << 24) as f32 / 977.0;
        let predicted = (random.below(100_000) as f32 + 0.5) / 100_001.0 * 130_000.0;
        let faulty = number % 97 == 0;
        rows.rows.push(vec![
            one(&mut random, &["north", "south", "O'Brien \\"]),
            one(&mut random, &["0", "1"]),
            (!random.chance(30)).then(|| format!("0.{:03}", random.below(1000))),
            (!random.chance(50)).then(|| if faulty { "soon".to_owned() } else { wait }),
            (!random.chance(50)).then(|| format!("{:?}", random.below(1 << 20) as f64 / 1024.0)),
            one(&mut random, &["true", "false"]),
            one(&mut random, &["yes", "Yes", "no", "", "O'Neil \\", "1.0", "NA"]),
            one(&mut random, &["true", "false"]),
            one(&mut random, &["1", "2", "3", "4", "5", "-1"]),
            (!random.chance(50)).then(|| format!("{paid:?}")),
            (!random.chance(50)).then(|| format!("{predicted}")),
            (!random.chance(50)).then(|| format!("{owed}")),
            one(&mut random, &["0", "1", "2", "7"]).or(Some("1".to_owned())),
            Some(if faulty { "n" } else { "y" }.to_owned()),
        ]);
    }
    let text = r#"version = 1
[data]
decision = "got"
favourable = [1]
score = "p"
missing = ["", "NA", "it's \\ n/a", -1]
count = "n"
where = { use = ["y"] }
[[attribute]]
name = "shop"
[[outcome]]
name = "wait"
kind = "duration"
better = "less"
bound = 300
[[outcome]]
name = "lasted"
column = 'lasted "s"'
kind = "duration"
better = "less"
bound = 400
ended = "over?"
ended_values = [true]
[[outcome]]
name = "helped"
column = "help`d \\ 'it'"
kind = "yes-no"
yes = ["yes", "O'Neil \\", 1]
better = "more"
[[outcome]]
name = "how"
column = "help`d \\ 'it'"
kind = "category"
categories = ["no", "yes", "Yes", 1, "O'Neil \\"]
[[outcome]]
name = "late"
kind = "yes-no"
yes = [true]
better = "less"
[[outcome]]
name = "stars"
kind = "ordinal"
better = "more"
bound = 4
[[outcome]]
name = "paid"
kind = "amount"
unit = "EUR"
better = "neither"
prediction = 'pre"dicted'
[[outcome]]
name = "owed"
kind = "amount"
better = "less"
"#;
    case("outcomes", format!("{text}{END}"), rows)
}

/// Outcomes in columns of text with decimal commas, a decision by threshold and strata.
fn outcomes_as_text() -> Case {
    let columns = ["sex", "score", "product", "cost", "guess", "took", "done"];
    let mut rows = Rows::new(&columns.map(|name| (name, "text")));
    let mut random = SplitMix64(22);
    for _ in 0..900 {
        let some = |random: &mut SplitMix64, text: String| (!random.chance(40)).then_some(text);
        let cost = match random.below(7) {
            0 => "1,5e2".to_owned(),
            1 => "+7.25".to_owned(),
            2 => ["-0", "0,0", "", "NaN", " n/a "][random.below(5)].to_owned(),
            _ => format!("{},{:02}", random.below(90), random.below(100)),
        };
        let guess = format!(" {},{} ", random.below(90), random.below(10));
        let took = format!("{}:{:02},{}", random.below(9), random.below(60), random.below(10));
        let score = format!("0,{:03}", random.below(1000));
        let product = random.pick(&["a", "b"]).to_owned();
        rows.rows.push(vec![
            Some(random.pick(&["F", "M"]).to_owned()),
            some(&mut random, score),
            some(&mut random, product),
            some(&mut random, cost),
            some(&mut random, guess),
            some(&mut random, took),
            Some(random.pick(&["Y", "N", ""]).to_owned()),
        ]);
    }
    let case = case(
        "outcomes as text",
        format!(
            "version = 1\n[data]\nscore = \"score\"\nthreshold = \"0.4\"\nfavourable = [1]\ndecimal = \",\"\nmissing = [\"n/a\"]\n\
             strata = [\"product\"]\n[[attribute]]\nname = \"sex\"\n[[outcome]]\nname = \"cost\"\nkind = \"amount\"\nbetter = \"less\"\n\
             bound = \"7.25\"\nprediction = \"guess\"\n[[outcome]]\nname = \"took\"\nkind = \"duration\"\nbetter = \"less\"\n\
             ended = \"done\"\nended_values = [\"Y\"]\n{END}"
        ),
        rows,
    );
    Case { as_text: true, ..case }
}

/// More distinct amounts than are kept one by one: the statement gives them all, and whoever reads it puts them into bins.
fn many_values(rows_of_one: usize) -> Case {
    let mut rows = Rows::new(&[("sex", "text"), ("got", "int"), ("paid", "double")]);
    let mut random = SplitMix64(23);
    for number in 0..rows_of_one {
        let paid = (number as f64 - 1e3) / 3.0;
        rows.rows.push(vec![
            Some(if number % 300 == 0 { "M" } else { "F" }.to_owned()),
            Some(random.below(2).to_string()),
            Some(format!("{paid:?}")),
        ]);
    }
    case(
        "many values",
        "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\n[[attribute]]\nname = \"sex\"\n[[outcome]]\nname = \"paid\"\n\
         kind = \"amount\"\nbetter = \"more\"\nbound = 1000\n[statistics]\nreplicates = 50\npermutations = 50\n",
        rows,
    )
}

/// The service desk of the datasets, its waits as they are written there or as numbers of seconds.
fn tickets(as_seconds: bool) -> Case {
    let csv = include_str!("../datasets/support_tickets/tickets.csv");
    let policy = include_str!("../datasets/support_tickets/evenhand.toml");
    let mut lines = csv.lines();
    let header: Vec<&'static str> = lines.next().expect("a header").split(',').collect();
    let kind = |name: &str| match name {
        "wait" if as_seconds => "double",
        "resolved" | "csat" => "int",
        "cost" => "double",
        _ => "text",
    };
    let columns: Vec<(&'static str, &'static str)> = header.iter().map(|name| (*name, kind(name))).collect();
    let mut rows = Rows::new(&columns);
    let seconds = |text: &str| {
        let (minutes, seconds) = text.split_once(':').expect("minutes and seconds");
        let [minutes, seconds] = [minutes, seconds].map(|part| part.parse::<f64>().expect("a number"));
        format!("{:?}", minutes * 60.0 + seconds)
    };
    for line in lines {
        let values = line.split(',').zip(&header).map(|(value, name)| match *name {
            _ if value.is_empty() => None,
            "wait" if as_seconds => Some(seconds(value)),
            _ => Some(value.to_owned()),
        });
        rows.rows.push(values.collect());
    }
    // Who decided what beside the model needs rows.
    let human = policy.find("[human]").expect("a section");
    let next = policy[human..].find("[[attribute]]").expect("what follows") + human;
    let policy = format!("{}{}", &policy[..human], &policy[next..]);
    case(if as_seconds { "tickets in seconds" } else { "tickets" }, policy, rows)
}

/// A table with values that could not be used, in a row that is left out.
fn left_out() -> Case {
    let mut left_out = faulty().swap_remove(0);
    left_out.name = "a fault that is left out";
    left_out.sound = true;
    for row in left_out.rows.rows.iter_mut().filter(|row| row[1].as_deref() == Some("old")) {
        row[4] = Some("n".to_owned());
    }
    left_out.rows.rows[0][2] = Some("0".to_owned());
    left_out
}

/// Tables in which one value cannot be used.
fn faulty() -> Vec<Case> {
    let case = |name, policy: String, rows| Case { sound: false, ..case(name, policy, rows) };
    let policy = |roles: &str| {
        format!(
            "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\n{roles}where = {{ use = [\"y\"] }}\n[[attribute]]\nname = \"sex\"\n\
             [[attribute]]\nname = \"age\"\nbins = [18]\n{END}"
        )
    };
    let rows = |bad: [&str; 6]| {
        let columns = ["sex", "age", "got", "value", "use", "more"];
        let mut rows = Rows::new(&columns.map(|name| (name, "text")));
        for number in 0..40 {
            let of = ["M", "20", "1", "0.5", "y", "2"];
            let row = if number == 7 { bad } else { of };
            rows.rows.push(row.iter().map(|value| Some((*value).to_owned())).collect());
        }
        rows
    };
    let measured = |kind: &str| {
        let more = format!("[[outcome]]\nname = \"more\"\nbetter = \"more\"\n{kind}[statistics]");
        policy("").replace("[statistics]", &more)
    };
    let (amount, duration) = (measured("kind = \"amount\"\n"), measured("kind = \"duration\"\n"));
    vec![
        case("no number", policy(""), rows(["F", "old", "0", "0.5", "y", "1"])),
        case("percent", policy("score = \"value\"\n"), rows(["F", "20", "0", "55", "y", "1"])),
        case("no score", policy("score = \"value\"\n"), rows(["F", "20", "0", "high", "y", "1"])),
        case("no count", policy("count = \"more\"\n"), rows(["F", "20", "0", "0.5", "y", "1.5"])),
        case("no weight", policy("weight = \"value\"\n"), rows(["F", "20", "0", "-1", "y", "1"])),
        // All rows are of one person, whose weight is beyond 2^24: in two cells together, and in one.
        case(
            "a person who is too heavy",
            policy("weight = \"value\"\nunit = \"more\"\n"),
            rows(["F", "20", "0", "16777215", "y", "2"]),
        ),
        case(
            "a person who is too heavy in one cell",
            policy("weight = \"value\"\nunit = \"more\"\n"),
            rows(["M", "20", "1", "16777215", "y", "2"]),
        ),
        case("somebody", policy(""), rows(["jo@example.org", "20", "0", "0.5", "y", "1"])),
        case("no amount", amount.clone(), rows(["F", "20", "0", "0.5", "y", "a lot"])),
        case("an endless amount", amount, rows(["F", "20", "0", "0.5", "y", "inf"])),
        case("no duration", duration.clone(), rows(["F", "20", "0", "0.5", "y", "4:60"])),
        case("a negative duration", duration, rows(["F", "20", "0", "0.5", "y", "-4"])),
        case(
            "no prediction",
            measured("kind = \"amount\"\nprediction = \"value\"\n"),
            rows(["F", "20", "0", "about 5", "y", "5"]),
        ),
        case(
            "a value that never occurs",
            policy("label = \"more\"\npositive = [77]\n"),
            rows(["F", "20", "0", "0.5", "y", "1"]),
        ),
    ]
}

fn adult() -> Option<Case> {
    let shared = support::shared_data()?;
    let Ok(csv) = std::fs::read_to_string(shared.join("adult/adult.lr_v1.csv")) else {
        eprintln!("not tested: there is no adult data");
        return None;
    };
    let mut lines = csv.lines();
    let header: Vec<String> = lines.next()?.split(',').map(str::to_owned).collect();
    let kind = |name: &str| match name {
        "prediction" | "label" => "int",
        "score" => "double",
        _ => "text",
    };
    let columns: Vec<(&'static str, &'static str)> =
        header.iter().map(|name| (&*Box::leak(name.clone().into_boxed_str()), kind(name))).collect();
    let mut rows = Rows::new(&columns);
    for line in lines {
        assert!(!line.contains('"'), "the data have no quotes");
        rows.rows.push(line.split(',').map(|value| Some(value.to_owned()).filter(|v| !v.is_empty())).collect());
    }
    let text = "version = 1\n[data]\ndecision = \"prediction\"\nfavourable = [1]\nlabel = \"label\"\npositive = [1]\n\
                score = \"score\"\n[[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"race\"\n[[attribute]]\nname = \"age_band\"\n\
                [intersections]\nsets = [[\"sex\", \"race\"]]\n";
    Some(case("adult", text, rows))
}

fn cases(rows_of_one: usize) -> Vec<Case> {
    let mut cases = vec![
        messy(),
        typed(),
        numbers_as_text(),
        people("weights", "missing = [\"NA\"]\nweight = \"w\"\nscore = \"score\"\n", 11),
        people("people by text", "missing = [\"NA\"]\nunit = \"who\"\nscore = \"score\"\n", 13),
        people("people by number", "missing = [7]\nunit = \"who\"\n", 14),
        people("people and weights", "missing = [\"NA\"]\nunit = \"who\"\nweight = \"w\"\n", 15),
        many_scores(rows_of_one),
        left_out(),
        outcomes(),
        outcomes_as_text(),
        many_values(rows_of_one.min(70_000)),
        tickets(false),
        tickets(true),
    ];
    cases.extend(faulty());
    cases.extend(adult());
    cases
}

#[test]
fn postgres_counts_what_a_pass_over_the_rows_counts() {
    compare(Dialect::Postgres, &["csv"]);
}

#[test]
fn duckdb_counts_what_a_pass_over_the_rows_counts() {
    compare(Dialect::DuckDb, &["parquet", "csv", "ndjson"]);
}

#[test]
fn clickhouse_counts_what_a_pass_over_the_rows_counts() {
    compare(Dialect::ClickHouse, &["ndjson", "parquet", "csv"]);
}

#[test]
fn spark_counts_what_a_pass_over_the_rows_counts() {
    compare(Dialect::Spark, &["parquet"]);
}

#[test]
fn every_dialect_is_parsed_and_nothing_of_a_policy_gets_out_of_its_quotes() {
    let folder = TempDir::new().expect("a folder");
    let mut jobs = Vec::new();
    for dialect in Dialect::ALL {
        for (number, case) in cases(1).iter().enumerate() {
            let statement = print(&policy(&case.policy).0, dialect, "rows_of_it", "0").expect("a statement");
            let sql = folder.path().join(format!("{}-{number}.sql", dialect.id()));
            std::fs::write(&sql, statement).expect("written");
            let messy = case.name == "messy texts";
            // Those of `where`: the texts of `missing` are looked for when the result is read. The parser leaves the escape by
            // which Spark has no variable.
            let variable = Some("${y}").filter(|_| dialect != Dialect::Spark);
            let texts = ["a", "b", "O'Neil \\"].into_iter().chain(variable).filter(|_| messy);
            // What is missing in a prediction is looked for in SQL.
            let measured = Some("it's \\ n/a").filter(|_| case.name == "outcomes");
            let texts: Vec<&str> = texts.chain(measured).collect();
            let names = match case.name {
                "messy texts" => vec!["a\"b", "we`ird \\ 'col'"],
                "outcomes" => vec!["lasted \"s\"", "help`d \\ 'it'", "pre\"dicted", "over?", "wait"],
                _ => Vec::new(),
            };
            jobs.push(json!({"sql": sql, "dialect": dialect.id(), "texts": texts, "names": names}));
        }
    }
    run("parse", folder.path(), &jobs);
}
