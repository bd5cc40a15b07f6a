//! Whole processes side by side: `evenhand audit`, without and with scores, and polars' own streaming group-by of the same
//! five columns without scores.
//!
//! `cargo bench --bench pass` makes the files once (in the target folder), runs the pair in turn, and prints the median of
//! each and of their ratios. `cargo bench --bench pass -- 1000000 7` takes another number of rows and of runs;
//! `cargo bench --bench pass -- 100000000 1 alone` leaves the group-by out.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use polars::prelude::*;

const GROUP_BY: &str = "--group-by";
/// Rows of a row group, as common writers make them.
const ROW_GROUP: usize = 1_000_000;

fn main() -> PolarsResult<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if arguments.first().is_some_and(|first| first == GROUP_BY) {
        return group_by(Path::new(&arguments[1]));
    }
    let number = |place: usize, usual: usize| arguments.get(place).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (rows, runs) = (number(0, 10_000_000), number(1, 5));
    let alone = arguments.iter().any(|argument| argument == "alone");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("rows-{rows}.parquet"));
    let scored = folder.join(format!("scored-{rows}.parquet"));
    for (file, with_score) in [(&file, false), (&scored, true)] {
        if !file.exists() {
            eprintln!("writing {}", file.display());
            write(file, rows, with_score)?;
        }
    }
    let csv = folder.join("rows-10000.csv");
    write_csv(&csv)?;
    let size = |file: &Path| std::fs::metadata(file).map_or(0, |data| data.len() / 1_000_000);
    println!(
        "{rows} rows of Parquet, {} MB, with scores {} MB, {runs} runs after one to warm up, {} cores",
        size(&file),
        size(&scored),
        cores()
    );
    compare(&file, &scored, runs, alone);
    if !alone {
        let times: Vec<Run> = (0..20).map(|_| run(&mut audit(&csv, false))).collect();
        println!(
            "10,000 rows of CSV, from process start: median {:.0} ms",
            1000.0 * median(times.iter().map(|r| r.wall.as_secs_f64()))
        );
    }
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get())
}

struct Run {
    wall: Duration,
    peak_mb: f64,
}

fn compare(file: &Path, scored: &Path, runs: usize, alone: bool) {
    let (mut counts, mut scores, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..=runs {
        let (own, with_scores) = (run(&mut audit(file, false)), run(&mut audit(scored, true)));
        let other =
            (!alone).then(|| run(Command::new(std::env::current_exe().unwrap_or_default()).arg(GROUP_BY).arg(file)));
        if turn > 0 {
            counts.push(own);
            scores.push(with_scores);
            theirs.extend(other);
        }
    }
    let show = |name: &str, runs: &[Run]| {
        let wall = median(runs.iter().map(|r| r.wall.as_secs_f64()));
        println!("  {name:<44} median {wall:.2} s, peak {:.0} MB", median(runs.iter().map(|r| r.peak_mb)));
    };
    let ratio =
        |ours: &[Run]| median(ours.iter().zip(&theirs).map(|(a, b)| a.wall.as_secs_f64() / b.wall.as_secs_f64()));
    show("evenhand audit, hashing included", &counts);
    show("evenhand audit with scores, hashing included", &scores);
    if !alone {
        show("polars streaming group-by of five columns", &theirs);
        println!("  ratio of the pairs, median: {:.2} without scores, {:.2} with", ratio(&counts), ratio(&scores));
    }
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

/// Runs a command to its end and watches its memory; Linux only, elsewhere the peak is 0.
fn run(command: &mut Command) -> Run {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_mb = 0.0;
    loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find(|line| line.starts_with("VmHWM"));
            let kb = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<f64>().ok());
            peak_mb = kb.map_or(peak_mb, |kb| f64::max(peak_mb, kb / 1000.0));
        }
        if child.try_wait().expect("the command can be waited for").is_some() {
            return Run { wall: start.elapsed(), peak_mb };
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn group_by(file: &Path) -> PolarsResult<()> {
    let keys = ["region", "age_band", "sex", "label", "decision"].map(col);
    let frame = LazyFrame::scan_parquet(PlRefPath::new(file.to_string_lossy()), ScanArgsParquet::default())?;
    let counted = frame.group_by(keys).agg([len()]).collect_with_engine(Engine::Streaming)?.unwrap_single();
    println!("{}", counted.height());
    Ok(())
}

/// A small generator, so that the files are the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }
}

const REGIONS: [&str; 8] = ["North", "South", "East", "West", "Centre", "Islands", "Abroad", "Northern Highlands"];
const AGES: [&str; 5] = ["18-24", "25-39", "40-64", "65-79", "80+"];
const SEXES: [&str; 4] = ["Female", "Male", "Diverse", "not stated"];

fn rows(random: &mut Random, n: usize, with_score: bool) -> PolarsResult<DataFrame> {
    let mut pick =
        |names: &[&'static str]| (0..n).map(|_| names[random.below(names.len() as u64) as usize]).collect::<Vec<_>>();
    let (region, age, sex) = (pick(&REGIONS), pick(&AGES), pick(&SEXES));
    let mut label = Vec::with_capacity(n);
    let mut decision = Vec::with_capacity(n);
    for sex in &sex {
        let positive = random.below(100) < 30;
        let rate = if positive { 60 } else { 20 } + if *sex == "Male" { 3 } else { 0 };
        label.push(i32::from(positive));
        decision.push(i32::from(random.below(100) < rate));
    }
    let mut columns = vec![
        Column::new("region".into(), region),
        Column::new("age_band".into(), age),
        Column::new("sex".into(), sex),
        Column::new("label".into(), label.clone()),
        Column::new("decision".into(), decision),
    ];
    if with_score {
        // Of single precision and nearly all distinct, as many models write them; higher for positive labels.
        let mut score = |label: &i32| {
            let uniform = random.below(1 << 53) as f64 / (1_u64 << 53) as f64;
            (if *label == 1 { uniform.sqrt() } else { uniform * uniform }) as f32
        };
        columns.push(Column::new("score".into(), label.iter().map(&mut score).collect::<Vec<f32>>()));
    }
    DataFrame::new(n, columns)
}

fn write(path: &Path, total: usize, with_score: bool) -> PolarsResult<()> {
    let mut random = Random(20_261_121);
    let first = rows(&mut random, 1, with_score)?;
    let temporary = path.with_extension("part");
    let writer = ParquetWriter::new(File::create(&temporary)?).with_row_group_size(Some(ROW_GROUP));
    let mut writer = writer.batched(first.schema())?;
    let mut left = total;
    while left > 0 {
        let n = left.min(ROW_GROUP);
        writer.write_batch(&rows(&mut random, n, with_score)?)?;
        left -= n;
    }
    writer.finish()?;
    std::fs::rename(temporary, path)?;
    Ok(())
}

fn write_csv(path: &Path) -> PolarsResult<()> {
    let mut frame = rows(&mut Random(1), 10_000, false)?;
    CsvWriter::new(File::create(path)?).finish(&mut frame)
}
