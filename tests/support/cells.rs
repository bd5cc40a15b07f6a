//! Cells: policies that between them ask for everything that is counted, rows with every kind of gap, and cells in files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use evenhand::input::Source;
use evenhand::input::hash::Progress;
use evenhand::tally::Shard;
use evenhand::tally::shard::to_bytes;

use super::SplitMix64;

pub fn quiet() -> Progress {
    Arc::new(|_| {})
}

pub fn source(path: &Path) -> Source {
    Source::File { shown: path.display().to_string(), path: path.to_path_buf() }
}

pub fn sources(files: &[PathBuf]) -> Vec<Source> {
    files.iter().map(|path| source(path)).collect()
}

/// Writes cells into a file of a folder.
pub fn store(folder: &Path, name: &str, shard: &Shard) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, to_bytes(shard).expect("cells can be written")).expect("written");
    path
}

pub const HEAD: &str = "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [1]\nmissing = [\"\", \"NA\"]\n";
pub const GROUPS: &str = "[[attribute]]\nname = \"sex\"\ngroups = [\"M\", \"F\", \"X\"]\n[[attribute]]\nname = \"age_band\"\n\
                          column = \"age\"\nbins = [30, 50]\n[[attribute]]\nname = \"region\"\nreference = \"overall\"\n\
                          [intersections]\nsets = [[\"sex\", \"age_band\"]]\nreference = \"rest\"\n\
                          [statistics]\nmin_group = 3\nreplicates = 20\npermutations = 20\n";
const CHECKS: &str = "[[check]]\nid = \"gap\"\nmetric = \"selection-rate\"\ncontrast = \"difference\"\nwithin = 0.1\n\
                      [[check]]\nid = \"over time\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n\
                      evidence = \"sequential\"\n";
pub const OUTCOMES: &str = "[[outcome]]\nname = \"wait\"\ncolumn = \"w\"\nkind = \"duration\"\nbetter = \"less\"\nbound = 2\n\
                            [[outcome]]\nname = \"spent\"\ncolumn = \"score\"\nkind = \"amount\"\nunit = \"EUR\"\nbetter = \"neither\"\n\
                            prediction = \"p\"\n\
                            [[outcome]]\nname = \"lasted\"\ncolumn = \"w\"\nkind = \"duration\"\nbetter = \"less\"\nended = \"came\"\n\
                            ended_values = [1]\nbound = 3\n\
                            [[outcome]]\nname = \"came\"\nkind = \"yes-no\"\nyes = [1]\nbetter = \"more\"\n\
                            [[outcome]]\nname = \"bought\"\ncolumn = \"product\"\nkind = \"category\"\ncategories = [\"b\", \"a\"]\n\
                            [[check]]\nid = \"waits\"\nmetric = \"wait.mean\"\ncontrast = \"difference\"\nwithin = 1\n";

/// Policies that between them use everything that a run asks of its cells; those of people begin with their name.
pub fn policies() -> Vec<(&'static str, String)> {
    let with = |roles: &str| format!("{HEAD}{roles}{GROUPS}");
    let label = "label = \"came\"\npositive = [1]\n";
    let threshold = HEAD.replace("decision = \"offered\"", "score = \"score\"\nthreshold = \"0.35\"");
    let form = "[[profile]]\nid = \"ll144\"\n[profile.answers]\nsex = \"sex\"\nrace = \"region\"\ntype = \"scoring\"\n";
    let origin =
        "[[attribute]]\nname = \"origin\"\nkind = \"probability\"\ncolumns = { here = \"p\", there = \"q\" }\n";
    vec![
        ("plain", with("")),
        ("labels and scores", with(&format!("{label}score = \"score\"\n"))),
        ("budgets", with("score = \"score\"\n[budget]\ntop = [0.25, 7]\n")),
        ("two questions", with(&format!("selected = [1, 2]\n{label}"))),
        ("threshold", format!("{threshold}{label}{GROUPS}")),
        ("counts", with("count = \"rows\"\nscore = \"score\"\n")),
        ("where", with(&format!("where = {{ consent = [\"yes\"] }}\n{label}"))),
        ("strata", with(&format!("strata = [\"product\", \"sex\"]\nscore = \"score\"\n{label}"))),
        ("period", with("strata = [\"product\"]\nperiod = \"month\"\n") + CHECKS),
        ("weights", with(&format!("weight = \"w\"\n{label}"))),
        ("people", with(&format!("unit = \"person\"\nscore = \"score\"\n{label}"))),
        ("people who weigh", with("unit = \"person\"\nweight = \"w\"\nstrata = [\"product\"]\n")),
        ("probabilities", with(label) + origin),
        ("form", with("score = \"score\"\n") + form),
        ("outcomes", with("") + OUTCOMES),
        ("outcomes and labels", with(&format!("strata = [\"product\"]\n{label}")) + OUTCOMES),
        ("outcomes and counts", with("count = \"rows\"\nstrata = [\"product\"]\nscore = \"score\"\n") + OUTCOMES),
    ]
}

const COLUMNS: &str = "person,sex,age,region,offered,came,score,rows,consent,product,month,w,p,q";

/// Rows with every kind of gap that rows may have.
pub fn draw(random: &mut SplitMix64, rows: usize) -> Vec<String> {
    let row = |_| {
        let score = match random.below(12) {
            0 => String::new(),
            1 => "0".to_owned(),
            2 => "1".to_owned(),
            3 => "0.35".to_owned(),
            _ => format!("0.{:03}", random.below(1000)),
        };
        let p = random.below(100);
        format!(
            "{},{},{},{},{},{},{score},{},{},{},{},{},0.{p:02},{}",
            random.below(rows),
            random.pick(&["F", "F", "M", "M", "X", "", "label", "(missing)"]),
            if random.chance(50) { "NA".to_owned() } else { (18 + random.below(50)).to_string() },
            random.pick(&["N", "S", "W", "", "E"]),
            random.pick(&["0", "1", "1", "2", ""]),
            random.pick(&["0", "1", "0", ""]),
            random.below(4),
            random.pick(&["yes", "yes", "no", ""]),
            random.pick(&["a", "b", ""]),
            random.pick(&["2026-01", "2026-02", "2026-03", ""]),
            random.below(300) as f64 / 64.0,
            if random.chance(100) { String::new() } else { format!("{:.3}", (100 - p) as f64 / 101.0) },
        )
    };
    (0..rows).map(row).collect()
}

/// The rows below their header.
pub fn csv(rows: &[String]) -> String {
    format!("{COLUMNS}\n{}\n", rows.join("\n"))
}

/// Writes rows into a file of a folder.
pub fn write(folder: &Path, name: &str, rows: &[String]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, csv(rows)).expect("written");
    path
}
