//! Whole processes side by side, in pairs on the same file: `evenhand audit`, hashing included, and what it is held against.
//!
//! - `cargo bench --bench pass`: 10^5, 10^6 and 10^7 rows of Parquet and CSV, 10^6 of NDJSON.
//! - `cargo bench --bench pass -- large`: 10^8 rows of Parquet, and 2 * 10^7 in one row group.
//! - `cargo bench --bench pass -- rows=1000000 runs=9`: another number of rows, of pairs.
//! - `cargo bench --bench pass -- in=FOLDER`: where the files are kept; they are made once (otherwise in the target folder).
//! - `cargo bench --bench pass -- write rows=1000000 in=FOLDER`: makes the files alone, for other programs.
//!
//! Ratios are taken pair by pair, and their median comes first: `0.80x` is less time than the other takes.

mod others;
mod rows;
mod run;

use std::path::{Path, PathBuf};
use std::process::Command;

use rows::{KEYS, ROW_GROUP, Score};
use run::{Run, median, run};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("group-by") => return Ok(others::group_by(Path::new(&arguments[1]))?),
        Some("scan") => return Ok(others::scan_only(Path::new(&arguments[1]), &arguments[2..])?),
        Some("decode") => return Ok(others::decode(Path::new(&arguments[1]), &arguments[2..])?),
        _ => {}
    }
    let given = |name: &str| arguments.iter().find_map(|argument| argument.strip_prefix(&format!("{name}=")));
    let folder = given("in").map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let runs = given("runs").map_or(Ok(5), str::parse)?;
    let only_write = arguments.iter().any(|argument| argument == "write");
    let large = arguments.iter().any(|argument| argument == "large");
    let sizes: Vec<usize> = match given("rows") {
        Some(rows) => vec![rows.parse()?],
        None if large => vec![100_000_000],
        None => vec![100_000, 1_000_000, 10_000_000],
    };
    println!("{} cores; medians of {runs} pairs after one to warm up", cores());
    let bench = Bench { folder, runs, only_write };
    for rows in sizes {
        for score in [Score::None, Score::Single, Score::Double, Score::Rounded] {
            if !large || matches!(score, Score::None | Score::Double) {
                bench.file(rows, score, "parquet", ROW_GROUP)?;
            }
        }
        if !large {
            bench.file(rows, Score::Double, "csv", ROW_GROUP)?;
        }
        if rows == 1_000_000 {
            bench.file(rows, Score::Double, "ndjson", ROW_GROUP)?;
        }
    }
    if large {
        bench.file(20_000_000, Score::Double, "parquet", 20_000_000)?;
    }
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get())
}

struct Bench {
    folder: PathBuf,
    runs: usize,
    only_write: bool,
}

impl Bench {
    /// Makes a file and measures what reads it.
    fn file(&self, rows: usize, score: Score, kind: &str, row_group: usize) -> Result<(), Failure> {
        let mark = if row_group == ROW_GROUP { "" } else { "-one-group" };
        let path = self.folder.join(format!("{}-{rows}{mark}.{kind}", score.name()));
        rows::write(&path, rows, score, row_group)?;
        if self.only_write {
            return Ok(());
        }
        let megabytes = std::fs::metadata(&path)?.len() / 1_000_000;
        println!("\n{} ({rows} rows, {megabytes} MB)", path.file_name().unwrap_or_default().to_string_lossy());
        let mut columns: Vec<&str> = KEYS.to_vec();
        columns.extend((score != Score::None).then_some("score"));
        let own = || Command::new(std::env::current_exe().unwrap_or_default());
        let with = |what: &str, columns: &[&str]| {
            let mut command = own();
            command.arg(what).arg(&path).args(columns);
            command
        };
        let mut others = vec![
            ("polars streaming group-by of five columns", with("group-by", &[])),
            ("polars scan of the needed columns alone", with("scan", &columns)),
        ];
        if kind == "parquet" {
            others.push(("Parquet decoded alone", with("decode", &columns)));
        }
        let mut counts = audit(&path, false);
        self.compare("evenhand, counts", &mut counts, &mut others);
        if score != Score::None {
            let mut scores = audit(&path, true);
            self.compare("evenhand, counts and scores", &mut scores, &mut others);
        }
        Ok(())
    }

    /// Runs in turn; the first turn warms up.
    fn compare(&self, name: &str, ours: &mut Command, others: &mut [(&str, Command)]) {
        let mut own: Vec<Run> = Vec::new();
        let mut theirs: Vec<Vec<Run>> = vec![Vec::new(); others.len()];
        for turn in 0..=self.runs {
            let mine = run(ours);
            let found: Vec<Run> = others.iter_mut().map(|(_, command)| run(command)).collect();
            if turn > 0 {
                own.push(mine);
                theirs.iter_mut().zip(found).for_each(|(all, one)| all.push(one));
            }
        }
        show(name, &own, &own);
        for ((name, _), theirs) in others.iter().zip(&theirs) {
            show(&format!("  against {name}"), &own, theirs);
        }
    }
}

/// The ratio of ours to theirs, and what theirs takes by itself.
fn show(name: &str, ours: &[Run], theirs: &[Run]) {
    let ratio = |of: fn(&Run) -> f64| median(ours.iter().zip(theirs).map(|(a, b)| of(a) / of(b).max(1e-3)));
    let alone = |of: fn(&Run) -> f64| median(theirs.iter().map(of));
    println!(
        "  {:4.2}x wall {:4.2}x cpu  {name:<54} {:6.2} s wall {:6.2} s cpu {:5.0} MB",
        ratio(|run| run.wall),
        ratio(|run| run.cpu),
        alone(|run| run.wall),
        alone(|run| run.cpu),
        alone(|run| run.peak_mb),
    );
}

fn audit(file: &Path, with_score: bool) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenhand"));
    command.arg("audit").arg(file).args(["--by", "region,age_band,sex,age_band:sex"]);
    command.args(["--decision", "decision", "--favourable", "1"]);
    command.args(["--label", "label", "--positive", "1", "--format", "json"]);
    if with_score {
        command.args(["--score", "score"]);
    }
    command
}
