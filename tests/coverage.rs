//! How often the 95 % intervals of the score figures hold the truth: a simulation, whose table is
//! `reports/coverage.md`.
//!
//! `cargo test --test suite coverage:: -- --ignored` runs it and writes the table.

use crate::support::SplitMix64;
use evenhand::inference::limits::Limits;
use evenhand::inference::normal;
use evenhand::inference::scores::binned::equal_width;
use evenhand::inference::scores::{
    Atom, Undefined, auc, debiased, mean, precision, ratio, recalibration::Recalibration,
};
use std::fmt::Write;

const SEED: u64 = 20_240_607;
const ROWS: [usize; 6] = [50, 100, 200, 500, 1000, 5000];

/// Places over which a population is integrated.
const FINE: usize = 40_001;

/// Numbers between 0 and 1, neither of them: every run draws the same.
struct Draws(SplitMix64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0.share() + 0.5 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * libm::log(self.next())).sqrt() * libm::cos(std::f64::consts::TAU * self.next())
    }
}

/// The logit of a row's true probability is normal with this mean and a standard deviation of 1.2; the logit of its
/// score is `shift + stretch` times that.
struct Population {
    name: &'static str,
    base: &'static str,
    centre: f64,
    shift: f64,
    stretch: f64,
}

const fn population(name: &'static str, base: &'static str, centre: f64, shift: f64, stretch: f64) -> Population {
    Population { name, base, centre, shift, stretch }
}

const POPULATIONS: [Population; 6] = [
    population("calibrated", "0.22", -1.6, 0.0, 1.0),
    population("calibrated", "0.50", 0.0, 0.0, 1.0),
    population("overconfident", "0.22", -1.6, 0.0, 1.7),
    population("overconfident", "0.50", 0.0, 0.0, 1.7),
    population("shifted", "0.22", -1.6, 0.7, 1.0),
    population("shifted", "0.50", 0.0, 0.7, 1.0),
];

/// How many figures there are.
const FIGURES: usize = 10;

const METRICS: [&str; FIGURES] = [
    "AUC",
    "observed/expected",
    "calibration intercept",
    "calibration intercept, robust",
    "calibration slope",
    "debiased calibration error",
    "average precision",
    "mean score",
    "Brier score",
    "log loss",
];

fn expit(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

impl Population {
    fn place(&self, x: f64) -> (f64, f64) {
        (expit(self.shift + self.stretch * x), expit(x))
    }

    fn draw(&self, n: usize, draws: &mut Draws) -> Vec<Atom> {
        let mut rows: Vec<(f64, bool)> = Vec::with_capacity(n);
        for _ in 0..n {
            let (score, truth) = self.place(self.centre + 1.2 * draws.normal());
            rows.push((score, draws.next() < truth));
        }
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut atoms: Vec<Atom> = Vec::with_capacity(n);
        for (score, label) in rows {
            if atoms.last().is_none_or(|a| a.score < score) {
                atoms.push(Atom { score, negatives: 0, positives: 0 });
            }
            let last = atoms.last_mut().expect("an atom");
            *(if label { &mut last.positives } else { &mut last.negatives }) += 1;
        }
        atoms
    }

    /// The true values, in the order of [`METRICS`], by integration over the population.
    fn truths(&self) -> [f64; FIGURES] {
        let at = |k: usize| -8.0 + 16.0 * (k as f64 + 0.5) / FINE as f64;
        let whole: f64 = (0..FINE).map(|k| normal::density(at(k))).sum();
        let places: Vec<(f64, f64, f64)> = (0..FINE)
            .map(|k| {
                let (s, p) = self.place(self.centre + 1.2 * at(k));
                (normal::density(at(k)) / whole, s, p)
            })
            .collect();
        let mean = |of: &dyn Fn(f64, f64) -> f64| places.iter().map(|&(w, s, p)| w * of(s, p)).sum::<f64>();
        let rate = mean(&|_, p| p);
        let (mut below, mut wins) = (0.0, 0.0);
        for &(w, _, p) in &places {
            wins += w * p * (below + 0.5 * w * (1.0 - p));
            below += w * (1.0 - p);
        }
        let (mut hits, mut all, mut precision) = (0.0, 0.0, 0.0);
        for &(w, _, p) in places.iter().rev() {
            precision += w * p * (hits + 0.5 * w * p) / (all + 0.5 * w);
            hits += w * p;
            all += w;
        }
        let mut bins = [(0.0, 0.0); 10];
        for &(w, s, p) in &places {
            let bin = &mut bins[((s * 10.0) as usize).min(9)];
            bin.0 += w;
            bin.1 += w * (s - p);
        }
        let squares: f64 = bins.iter().filter(|b| b.0 > 0.0).map(|b| b.1 * b.1 / b.0).sum();
        // The intercept in the large is the root of the expected derivative.
        let excess = |a: f64| mean(&|s, p| p - expit(a + libm::log(s / (1.0 - s))));
        let (mut low, mut high) = (-5.0, 5.0);
        for _ in 0..60 {
            let a = 0.5 * (low + high);
            if excess(a) > 0.0 {
                low = a;
            } else {
                high = a;
            }
        }
        let log_loss = mean(&|s, p| -p * libm::log(s) - (1.0 - p) * libm::log1p(-s));
        [
            wins / (rate * (1.0 - rate)),
            rate / mean(&|s, _| s),
            low,
            low,
            1.0 / self.stretch,
            if self.name == "calibrated" { 0.0 } else { squares.sqrt() },
            precision / rate,
            mean(&|s, _| s),
            mean(&|s, p| p * (1.0 - s) * (1.0 - s) + (1.0 - p) * s * s),
            log_loss,
        ]
    }
}

fn intervals(atoms: &[Atom], z: f64) -> [Option<Limits>; FIGURES] {
    let recalibration = Recalibration::new(atoms);
    let fit = recalibration.as_ref().map_err(|&reason: &Undefined| reason);
    let positives = evenhand::inference::scores::atoms::totals(atoms).positives;
    [
        auc::auc(atoms).map(|a| auc::limits(a, z)),
        ratio::observed_expected(atoms, z).ok().map(|r| r.limits),
        fit.and_then(|f| f.in_the_large(z)).ok().map(|l| l.intercept.profile),
        fit.and_then(|f| f.in_the_large(z)).ok().map(|l| l.robust),
        fit.and_then(|f| f.line(z)).ok().map(|l| l.slope.profile),
        debiased::limits(&equal_width(atoms, 10), z),
        precision::average_precision(atoms).map(|ap| precision::limits(ap, positives, z)),
        mean::of_scores(atoms).and_then(|m| mean::limits(m, z, Some((0.0, 1.0)))),
        mean::of_squared_errors(atoms).and_then(|m| mean::limits(m, z, Some((0.0, 1.0)))),
        mean::of_log_losses(atoms).ok().and_then(|m| mean::limits(m, z, Some((0.0, f64::INFINITY)))),
    ]
}

#[derive(Clone, Copy, Default)]
struct Tally {
    defined: u32,
    undefined: u32,
    too_high: u32,
    too_low: u32,
}

impl Tally {
    fn coverage(self) -> f64 {
        100.0 * (1.0 - f64::from(self.too_high + self.too_low) / f64::from(self.defined))
    }
}

/// The tallies of one population and number of rows.
fn simulate(population: &Population, truths: &[f64; FIGURES], n: usize, seed: u64) -> [Tally; FIGURES] {
    let z = normal::critical(0.95);
    let mut draws = Draws(SplitMix64(seed));
    let mut tallies = [Tally::default(); FIGURES];
    for _ in 0..times(n) {
        let found = intervals(&population.draw(n, &mut draws), z);
        for ((tally, limits), &truth) in tallies.iter_mut().zip(found).zip(truths) {
            let slack = 1e-9 * truth.abs();
            match limits {
                None => tally.undefined += 1,
                Some(l) => {
                    tally.defined += 1;
                    tally.too_high += u32::from(l.low > truth + slack);
                    tally.too_low += u32::from(l.high < truth - slack);
                }
            }
        }
    }
    tallies
}

fn times(n: usize) -> u32 {
    if n <= 1000 { 2000 } else { 500 }
}

#[test]
#[ignore = "a simulation of minutes; writes reports/coverage.md"]
fn coverage_is_as_the_table_says() {
    // Every cell has a stream of its own; two threads share them.
    let truths: Vec<[f64; FIGURES]> = POPULATIONS.iter().map(Population::truths).collect();
    let cells: Vec<(usize, usize)> =
        (0..ROWS.len()).rev().flat_map(|n| (0..POPULATIONS.len()).map(move |p| (n, p))).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(&(n, p)) = cells.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            let seed = SEED.wrapping_mul(1 + (n * POPULATIONS.len() + p) as u64);
            done.push(((n, p), simulate(&POPULATIONS[p], &truths[p], ROWS[n], seed)));
        }
        done
    };
    let mut results = std::thread::scope(|scope| {
        let (a, b) = (scope.spawn(work), scope.spawn(work));
        [a.join().expect("a thread"), b.join().expect("a thread")].concat()
    });
    results.sort_by_key(|r| r.0);
    let path = format!("{}/reports/coverage.md", env!("CARGO_MANIFEST_DIR"));
    std::fs::write(path, table(&results)).expect("the table");
    // A gross error of a formula, not the fine print, fails.
    for (cell, tallies) in &results {
        for (metric, tally) in METRICS.iter().zip(tallies) {
            assert!(tally.coverage() > 75.0, "{metric} {cell:?} {}", tally.coverage());
        }
    }
}

type Result = ((usize, usize), [Tally; FIGURES]);

fn table(results: &[Result]) -> String {
    let mut out = String::from("# Coverage of the 95 % intervals of score figures\n\n");
    let names: Vec<String> = POPULATIONS.iter().map(|p| format!("{} at base rate {}", p.name, p.base)).collect();
    let _ = write!(
        out,
        "How often, in percent of draws, the interval held the true value of the population. Six populations: {}. The \
         logit of a row's true probability is normal with standard deviation 1.2; overconfident scores stretch it by \
         1.7, shifted ones add 0.7. Per population {} draws up to 1,000 rows, {} at 5,000, so that a single coverage of \
         95 % has a standard error of {:.1} and {:.1}. The calibration \
         intercept (of slope 1) and slope are profile intervals, the robust intercept is value and sandwich standard error; the \
         debiased calibration error is that of 10 bins of equal width, 0 in calibrated populations, where an interval \
         can only be too high and 97.5 % is as intended.\n\nSeed {SEED}. Command: `cargo test --test suite coverage:: -- \
         --ignored`.\n\n",
        names.join(", "),
        times(0),
        times(5000),
        100.0 * (0.95 * 0.05 / f64::from(times(0))).sqrt(),
        100.0 * (0.95 * 0.05 / f64::from(times(5000))).sqrt(),
    );
    out.push_str("| Figure | Rows | Least coverage | in | Mean coverage | Greatest coverage | Truth below | Truth above | Undefined draws |\n");
    out.push_str("|---|--:|--:|---|--:|--:|--:|--:|--:|\n");
    for (m, metric) in METRICS.iter().enumerate() {
        for (n, rows) in ROWS.iter().enumerate() {
            let cells: Vec<(usize, Tally)> = results.iter().filter(|r| r.0.0 == n).map(|r| (r.0.1, r.1[m])).collect();
            let (worst, least) = cells.iter().min_by(|a, b| a.1.coverage().total_cmp(&b.1.coverage())).expect("cells");
            let most = cells.iter().map(|c| c.1.coverage()).fold(0.0, f64::max);
            let mean = cells.iter().map(|c| c.1.coverage()).sum::<f64>() / cells.len() as f64;
            let part = |of: fn(&Tally) -> u32| {
                let all: u32 = cells.iter().map(|c| c.1.defined).sum();
                100.0 * f64::from(cells.iter().map(|c| of(&c.1)).sum::<u32>()) / f64::from(all)
            };
            let undefined: u32 = cells.iter().map(|c| c.1.undefined).sum();
            let _ = writeln!(
                out,
                "| {metric} | {rows} | {:.1} | {} | {mean:.1} | {most:.1} | {:.1} | {:.1} | {undefined} of {} |",
                least.coverage(),
                names[*worst],
                part(|t| t.too_high),
                part(|t| t.too_low),
                times(*rows) as usize * cells.len(),
            );
        }
    }
    out
}
