//! The figures of scores straight from their definitions, row by row: slow, and independent of the crate.

/// A row that has a score and a label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    pub score: f64,
    pub label: bool,
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

pub fn sorted(mut scores: Vec<f64>) -> Vec<f64> {
    scores.sort_by(f64::total_cmp);
    scores
}

fn distinct(rows: &[Row]) -> Vec<f64> {
    let mut scores = sorted(rows.iter().map(|row| row.score).collect());
    scores.dedup();
    scores
}

pub fn scores_with(rows: &[Row], label: bool) -> Vec<f64> {
    rows.iter().filter(|row| row.label == label).map(|row| row.score).collect()
}

fn positives(rows: &[Row]) -> f64 {
    rows.iter().filter(|row| row.label).count() as f64
}

fn outcome(row: &Row) -> f64 {
    f64::from(u8::from(row.label))
}

/// How often one of the first scores higher than one of the second, ties counted as one half: pair by pair.
pub fn pairs_won(first: &[f64], second: &[f64]) -> Option<f64> {
    let mut halves = 0_u64;
    for a in first {
        for b in second {
            halves += if a > b { 2 } else { u64::from(a == b) };
        }
    }
    (!first.is_empty() && !second.is_empty()).then(|| halves as f64 / (2.0 * first.len() as f64 * second.len() as f64))
}

/// The same for many rows: each of the first finds its place among the second.
pub fn places_won(first: &[f64], second: &[f64]) -> Option<f64> {
    let second = sorted(second.to_vec());
    let halves: u64 =
        first.iter().map(|a| (second.partition_point(|b| b < a) + second.partition_point(|b| b <= a)) as u64).sum();
    (!first.is_empty() && !second.is_empty()).then(|| halves as f64 / (2.0 * first.len() as f64 * second.len() as f64))
}

/// The precision at every distinct threshold times the recall that it adds.
pub fn average_precision(rows: &[Row]) -> Option<f64> {
    let (all, hits) = (sorted(rows.iter().map(|row| row.score).collect()), sorted(scores_with(rows, true)));
    if hits.is_empty() {
        return None;
    }
    let at_least = |scores: &[f64], t: f64| (scores.len() - scores.partition_point(|s| *s < t)) as f64;
    let mut total = 0.0;
    let mut recall = 0.0;
    for threshold in distinct(rows).into_iter().rev() {
        let reached = at_least(&hits, threshold) / hits.len() as f64;
        total += (reached - recall) * at_least(&hits, threshold) / at_least(&all, threshold);
        recall = reached;
    }
    Some(total)
}

pub fn brier(rows: &[Row]) -> Option<f64> {
    mean(rows.iter().map(|row| (row.score - outcome(row)).powi(2)))
}

/// None without rows; infinite where a certain score was wrong.
pub fn log_loss(rows: &[Row]) -> Option<f64> {
    mean(rows.iter().map(|row| -(if row.label { row.score.ln() } else { (-row.score).ln_1p() })))
}

pub fn observed_over_expected(rows: &[Row]) -> f64 {
    positives(rows) / rows.iter().map(|row| row.score).sum::<f64>()
}

/// Rows of every bin of equal width, closed on the left, the last on both sides.
fn tenths(rows: &[Row]) -> Vec<Vec<Row>> {
    let mut bins = vec![Vec::new(); 10];
    for row in rows {
        // The edges are the numbers as they are written.
        let edges = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
        bins[edges.iter().filter(|edge| **edge <= row.score).count()].push(*row);
    }
    bins.retain(|bin| !bin.is_empty());
    bins
}

/// The calibration error over tenths, what chance alone would give, and the debiased root.
pub fn calibration_error(rows: &[Row]) -> Option<(f64, f64, f64)> {
    if rows.is_empty() {
        return None;
    }
    let n = rows.len() as f64;
    let (mut error, mut chance, mut squares) = (0.0, 0.0, 0.0);
    for bin in tenths(rows) {
        let m = bin.len() as f64;
        let score = bin.iter().map(|row| row.score).sum::<f64>() / m;
        let share = positives(&bin) / m;
        let variance = bin.iter().map(|row| row.score * (1.0 - row.score)).sum::<f64>() / m;
        error += m / n * (score - share).abs();
        chance += m / n * (2.0 * variance / (std::f64::consts::PI * m)).sqrt();
        if m > 1.0 {
            squares += m / n * ((score - share).powi(2) - share * (1.0 - share) / (m - 1.0));
        }
    }
    Some((error, chance, squares.max(0.0).sqrt()))
}

/// The range of the running sum of label less score, and the deviation of its end if every score is right.
pub fn kuiper(rows: &[Row]) -> Option<(f64, f64)> {
    if rows.is_empty() {
        return None;
    }
    let n = rows.len() as f64;
    let mut ordered = rows.to_vec();
    ordered.sort_by(|a, b| a.score.total_cmp(&b.score));
    let (mut path, mut low, mut high) = (0.0, 0.0_f64, 0.0_f64);
    for (place, row) in ordered.iter().enumerate() {
        path += outcome(row) - row.score;
        if ordered.get(place + 1).is_none_or(|next| next.score != row.score) {
            (low, high) = (low.min(path), high.max(path));
        }
    }
    let sigma = rows.iter().map(|row| row.score * (1.0 - row.score)).sum::<f64>().sqrt() / n;
    Some(((high - low) / n, sigma))
}

/// Miscalibration and discrimination of the Brier score, by the largest least mean of all stretches around a score.
pub fn brier_parts(rows: &[Row]) -> Option<(f64, f64)> {
    let n = rows.len() as f64;
    let scores = distinct(rows);
    let mut below = vec![(0.0, 0.0)];
    for score in &scores {
        let here: Vec<&Row> = rows.iter().filter(|row| row.score == *score).collect();
        let (count, hits) = below[below.len() - 1];
        below.push((count + here.len() as f64, hits + here.iter().filter(|row| row.label).count() as f64));
    }
    let share = |from: usize, to: usize| (below[to].1 - below[from].1) / (below[to].0 - below[from].0);
    let fitted: Vec<f64> = (0..scores.len())
        .map(|at| {
            let least = |from: usize| (at + 1..=scores.len()).map(|to| share(from, to)).fold(f64::INFINITY, f64::min);
            (0..=at).map(least).fold(f64::NEG_INFINITY, f64::max)
        })
        .collect();
    let of = |row: &Row| fitted[scores.partition_point(|s| *s < row.score)];
    let best = mean(rows.iter().map(|row| (of(row) - outcome(row)).powi(2)))?;
    let rate = positives(rows) / n;
    Some((brier(rows)? - best, rate * (1.0 - rate) - best))
}

/// The smooth calibration error at one bandwidth: every source of every point, without any reach.
fn smooth_at(rows: &[Row], sigma: f64) -> f64 {
    let nodes = ((20.0 / sigma).round_ties_even() as usize).max(2000) / 2 + 1;
    let points = ((10.0 / sigma).round_ties_even() as usize).max(200);
    let last = (nodes - 1) as f64;
    let mut sources: std::collections::BTreeMap<i64, (f64, f64)> = std::collections::BTreeMap::new();
    for row in rows {
        let at = row.score * last;
        let left = (at.floor() as i64).min(nodes as i64 - 2);
        for (node, share) in [(left, 1.0 - (at - left as f64)), (left + 1, at - left as f64)] {
            let mirrored = (node != nodes as i64 - 1).then_some(2 * (nodes as i64 - 1) - node);
            for place in [Some(node), (node != 0).then_some(-node), mirrored].into_iter().flatten() {
                let source = sources.entry(place).or_default();
                source.0 += share * (row.score - outcome(row));
                source.1 += share;
            }
        }
    }
    let kernel = |offset: i64| {
        let x = ((nodes as i64 / 2 + offset) as f64 / last - 0.5) / sigma;
        (-0.5 * x * x).exp()
    };
    let at_node = |node: i64| {
        // The kernel has as many nodes as the range; beyond ten bandwidths it is 0 to the last digit.
        let reach = (nodes as i64 / 2).min((10.0 * sigma * last) as i64 + 2);
        let (from, to) = (node - reach, node + reach);
        sources.range(from..=to).fold((0.0, 0.0), |sum, (place, source)| {
            let weight = kernel(node - place) / ((2.0 * std::f64::consts::PI).sqrt() * sigma);
            (sum.0 + weight * source.0, sum.1 + weight * source.1)
        })
    };
    let (mut gaps, mut density) = (0.0, 0.0);
    let mut known: std::collections::BTreeMap<i64, (f64, f64)> = std::collections::BTreeMap::new();
    for point in 0..points {
        let at = if point + 1 == points { last } else { point as f64 / (points - 1) as f64 * last };
        let left = (at.floor() as i64).min(nodes as i64 - 2);
        let part = at - left as f64;
        let [a, b] = [left, left + 1].map(|node| *known.entry(node).or_insert_with(|| at_node(node)));
        gaps += (a.0 * (1.0 - part) + b.0 * part).abs();
        density += a.1 * (1.0 - part) + b.1 * part + 1e-4;
    }
    gaps / density
}

pub fn smooth_error(rows: &[Row]) -> Option<f64> {
    if rows.is_empty() {
        return None;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..10 {
        let middle = (low + high) / 2.0;
        if middle < 0.001 || middle < smooth_at(rows, middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(smooth_at(rows, high))
}

/// Of scores kept away from 0 and 1 by 10^-12; above one half from the other end, where nothing cancels.
fn logit(score: f64) -> f64 {
    if score > 0.5 {
        return -logit(1.0 - score);
    }
    let inside = score.max(1e-12);
    inside.ln() - (-inside).ln_1p()
}

/// Where a falling function passes 0.
fn falling(f: impl Fn(f64) -> f64) -> f64 {
    let mut reach = 1.0;
    while f(-reach) < 0.0 || f(reach) > 0.0 {
        reach *= 2.0;
        assert!(reach < 1e9, "there is no root");
    }
    let (mut low, mut high) = (-reach, reach);
    for _ in 0..64 {
        let middle = (low + high) / 2.0;
        if f(middle) > 0.0 { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// Logit, rows and positives at every distinct score.
fn logits(rows: &[Row]) -> Vec<(f64, f64, f64)> {
    let at = |score: f64| {
        let here: Vec<Row> = rows.iter().filter(|row| row.score == score).copied().collect();
        (logit(score), here.len() as f64, positives(&here))
    };
    distinct(rows).into_iter().map(at).collect()
}

/// Positive labels beyond those expected, each score weighted.
fn left(logits: &[(f64, f64, f64)], a: f64, b: f64, weight: impl Fn(f64) -> f64) -> f64 {
    // Hits that were expected to be none and the reverse count as whole ones, and what is small is summed by itself.
    let (mut whole, mut small) = (0.0, 0.0);
    for (l, rows, hits) in logits {
        let x = a + b * l;
        let far = 1.0 / (1.0 + x.abs().exp());
        let surprises = if x > 0.0 { -(rows - hits) } else { *hits };
        whole += weight(*l) * surprises;
        // Those that were expected leave `far` each, the surprises take it back.
        let direction = if x > 0.0 { 1.0 } else { -1.0 };
        small += weight(*l) * direction * far * rows;
    }
    whole + small
}

fn intercept_at(logits: &[(f64, f64, f64)], slope: f64) -> f64 {
    falling(|a| left(logits, a, slope, |_| 1.0))
}

/// The intercept at which as many positive labels are expected as there are.
pub fn intercept(rows: &[Row]) -> Result<f64, &'static str> {
    match (rows.len(), positives(rows)) {
        (0, _) => Err("zero-denominator"),
        (n, hits) if hits == 0.0 || hits == n as f64 => Err("one-class"),
        _ => Ok(intercept_at(&logits(rows), 1.0)),
    }
}

/// The most likely slope, the intercept being the best for it.
pub fn slope(rows: &[Row]) -> Result<f64, &'static str> {
    intercept(rows)?;
    if distinct(rows).len() == 1 {
        return Err("no-variance");
    }
    let (lower, upper) = (sorted(scores_with(rows, false)), sorted(scores_with(rows, true)));
    if lower[lower.len() - 1] <= upper[0] || upper[upper.len() - 1] <= lower[0] {
        return Err("separation");
    }
    let logits = logits(rows);
    Ok(falling(|b| left(&logits, intercept_at(&logits, b), b, |l| l)))
}

/// A bin of the reliability curve: lowest and highest score, rows, mean score, positives.
pub type CurveBin = (f64, f64, u64, f64, u64);

/// Ten bins of about equal numbers of rows: a score with c rows below and n at it is in bin `floor(10 (c + n/2) / N)`.
pub fn curve(rows: &[Row]) -> Vec<CurveBin> {
    let mut bins: std::collections::BTreeMap<usize, Vec<Row>> = std::collections::BTreeMap::new();
    for row in rows {
        let below = rows.iter().filter(|other| other.score < row.score).count();
        let equal = rows.iter().filter(|other| other.score == row.score).count();
        bins.entry(10 * (2 * below + equal) / (2 * rows.len())).or_default().push(*row);
    }
    let bin = |rows: &Vec<Row>| {
        let scores = sorted(rows.iter().map(|row| row.score).collect());
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        (scores[0], scores[scores.len() - 1], rows.len() as u64, mean, positives(rows) as u64)
    };
    bins.values().map(bin).collect()
}

/// Rows in every twentieth.
pub fn histogram(rows: &[Row]) -> Vec<u64> {
    let mut strips = vec![0; 20];
    for row in rows {
        let place = (1..20).filter(|k| f64::from(*k) / 20.0 <= row.score).count();
        strips[place] += 1;
    }
    strips
}

/// The largest difference of the shares at or below any score.
pub fn distance(first: &[f64], second: &[f64]) -> Option<f64> {
    let (first, second) = (sorted(first.to_vec()), sorted(second.to_vec()));
    let share = |scores: &[f64], at: f64| scores.partition_point(|s| *s <= at) as f64 / scores.len() as f64;
    let gap = |at: &f64| (share(&first, *at) - share(&second, *at)).abs();
    let largest = first.iter().chain(&second).map(gap).fold(0.0, f64::max);
    (!first.is_empty() && !second.is_empty()).then_some(largest)
}

/// How far scores must move to match: the area between the shares at or below.
pub fn transport(first: &[f64], second: &[f64]) -> Option<f64> {
    let (first, second) = (sorted(first.to_vec()), sorted(second.to_vec()));
    let all = sorted(first.iter().chain(&second).copied().collect());
    let share = |scores: &[f64], at: f64| scores.partition_point(|s| *s <= at) as f64 / scores.len() as f64;
    let area = all.windows(2).map(|at| (share(&first, at[0]) - share(&second, at[0])).abs() * (at[1] - at[0])).sum();
    (!first.is_empty() && !second.is_empty()).then_some(area)
}
