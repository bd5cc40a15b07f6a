//! The files that are counted: the same rows everywhere, however many there are.

use std::fs::File;
use std::path::Path;

use polars::prelude::*;

/// Rows of a row group, as common writers make them.
pub const ROW_GROUP: usize = 1_000_000;

/// Columns that are counted, without the score.
pub const KEYS: [&str; 5] = ["region", "age_band", "sex", "label", "decision"];

const REGIONS: [&str; 8] = ["North", "South", "East", "West", "Centre", "Islands", "Abroad", "Northern Highlands"];
const AGES: [&str; 5] = ["18-24", "25-39", "40-64", "65-79", "80+"];
const SEXES: [&str; 4] = ["Female", "Male", "Diverse", "not stated"];

/// What a file holds besides the five columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Score {
    None,
    /// Of single precision and nearly all distinct, as many models write them.
    Single,
    /// Of double precision and all distinct.
    Double,
    /// Of double precision, rounded to three digits.
    Rounded,
}

impl Score {
    pub fn name(self) -> &'static str {
        match self {
            Score::None => "counts",
            Score::Single => "single",
            Score::Double => "double",
            Score::Rounded => "rounded",
        }
    }
}

/// A small generator, so that the files are the same everywhere: SplitMix64.
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

fn rows(random: &mut Random, n: usize, score: Score) -> PolarsResult<DataFrame> {
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
    // Higher for positive labels.
    let mut of_label = |label: &i32| {
        let uniform = random.below(1 << 53) as f64 / (1_u64 << 53) as f64;
        if *label == 1 { uniform.sqrt() } else { uniform * uniform }
    };
    let name = "score".into();
    let scores = match score {
        Score::None => None,
        Score::Single => Some(Column::new(name, label.iter().map(|l| of_label(l) as f32).collect::<Vec<f32>>())),
        Score::Double => Some(Column::new(name, label.iter().map(of_label).collect::<Vec<f64>>())),
        Score::Rounded => {
            let rounded = label.iter().map(|l| (of_label(l) * 1000.0).round() / 1000.0);
            Some(Column::new(name, rounded.collect::<Vec<f64>>()))
        }
    };
    let mut columns = vec![
        Column::new("region".into(), region),
        Column::new("age_band".into(), age),
        Column::new("sex".into(), sex),
        Column::new("label".into(), label),
        Column::new("decision".into(), decision),
    ];
    columns.extend(scores);
    DataFrame::new(n, columns)
}

/// Writes a file of the kind that its name ends in, unless it is there.
pub fn write(path: &Path, total: usize, score: Score, row_group: usize) -> PolarsResult<()> {
    if path.exists() {
        return Ok(());
    }
    eprintln!("writing {}", path.display());
    let mut random = Random(20_261_121);
    let temporary = path.with_extension("part");
    let file = File::create(&temporary)?;
    let mut left = total;
    let mut next = || {
        let n = left.min(row_group);
        left -= n;
        (n > 0).then(|| rows(&mut random, n, score))
    };
    match path.extension().and_then(|kind| kind.to_str()) {
        Some("csv") => {
            let mut file = file;
            let mut header = true;
            while let Some(frame) = next() {
                CsvWriter::new(&mut file).include_header(header).finish(&mut frame?)?;
                header = false;
            }
        }
        Some("ndjson") => {
            let mut file = file;
            while let Some(frame) = next() {
                JsonWriter::new(&mut file).with_json_format(JsonFormat::JsonLines).finish(&mut frame?)?;
            }
        }
        _ => {
            let first = rows(&mut Random(1), 1, score)?;
            let writer = ParquetWriter::new(file).with_row_group_size(Some(row_group));
            let mut writer = writer.batched(first.schema())?;
            while let Some(frame) = next() {
                writer.write_batch(&frame?)?;
            }
            writer.finish()?;
        }
    }
    std::fs::rename(temporary, path)?;
    Ok(())
}
