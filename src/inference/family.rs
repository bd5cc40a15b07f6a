//! Many tests at once: p-values and e-values adjusted for the family they belong to.

/// Adjusts p-values so that the chance of even one false alarm in the family stays at the level (Holm 1979).
///
/// Valid under any dependence. Input order; NaN stays NaN and does not count as a member of the family.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let order = ascending(p);
    let mut adjusted = vec![f64::NAN; p.len()];
    let mut largest: f64 = 0.0;
    for (rank, &i) in order.iter().enumerate() {
        largest = largest.max(p[i] * (order.len() - rank) as f64);
        adjusted[i] = largest.min(1.0);
    }
    adjusted
}

/// Adjusts p-values so that the expected share of false alarms among the alarms stays at the level.
///
/// Valid for independent or positively dependent tests. Input order; NaN stays NaN and does not count as a member of
/// the family. Source: Benjamini and Hochberg 1995.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let order = ascending(p);
    let mut adjusted = vec![f64::NAN; p.len()];
    let mut smallest: f64 = 1.0;
    for (rank, &i) in order.iter().enumerate().rev() {
        smallest = smallest.min(p[i] * order.len() as f64 / (rank + 1) as f64);
        adjusted[i] = smallest;
    }
    adjusted
}

/// Adjusts p-values so that the expected share of false alarms among the alarms stays at the level, however the tests
/// depend on each other.
///
/// [`benjamini_hochberg`] times `1 + 1/2 + .. + 1/m`. Input order; NaN stays NaN and does not count as a member of the
/// family. Source: Benjamini and Yekutieli 2001.
pub fn benjamini_yekutieli(p: &[f64]) -> Vec<f64> {
    let members = p.iter().filter(|p| !p.is_nan()).count();
    let price: f64 = (1..=members).map(|k| 1.0 / k as f64).sum();
    let mut adjusted = benjamini_hochberg(p);
    // Not `min`, which would turn NaN into 1.
    adjusted.iter_mut().for_each(|p| *p = if *p * price > 1.0 { 1.0 } else { *p * price });
    adjusted
}

/// Adjusts e-values so that the expected share of false alarms among the alarms stays at alpha.
///
/// The alarms are the values that reach `1/alpha` when adjusted: `max_{k >= rank} k e_(k) / m`, ranked from the largest.
/// Valid under any dependence, at any time. Input order; NaN stays NaN and does not count as a member of the family.
/// Source: Wang and Ramdas 2022.
pub fn e_benjamini_hochberg(e: &[f64]) -> Vec<f64> {
    let order = ascending(e);
    let mut adjusted = vec![f64::NAN; e.len()];
    let mut largest: f64 = 0.0;
    for (above, &i) in order.iter().enumerate() {
        let rank = (order.len() - above) as f64;
        largest = largest.max(rank * e[i] / order.len() as f64);
        adjusted[i] = largest;
    }
    adjusted
}

fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).filter(|&i| !p[i].is_nan()).collect();
    order.sort_by(|&i, &j| p[i].total_cmp(&p[j]));
    order
}
