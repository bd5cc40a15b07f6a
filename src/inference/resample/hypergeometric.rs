//! Random numbers of successes without replacement, at a cost that does not grow with the population.

use crate::inference::resample::binomial::{FEW, ln_binomial, step_up};
use crate::inference::resample::rejection::{Bell, draw};
use crate::inference::resample::stream::Stream;

/// The successes among `draws` taken without replacement from a population that has `successes` of them.
///
/// By counting up from 0 while the mean of the smaller side is below 10, else by the ratio of uniforms. More successes
/// or draws than members count as all members. Exact for populations up to 2^53.
pub fn hypergeometric(stream: &mut Stream, population: u64, successes: u64, draws: u64) -> u64 {
    let (successes, draws) = (successes.min(population), draws.min(population));
    // Failures trade places with successes, and what is left with what is drawn, until both are the smaller half.
    let (rare, taken) = (successes.min(population - successes), draws.min(population - draws));
    let among_taken = smaller_half(stream, population, rare, taken);
    let rare_drawn = if draws == taken { among_taken } else { rare - among_taken };
    if successes == rare { rare_drawn } else { draws - rare_drawn }
}

/// The members of each cell among `draws` taken without replacement from cells with these counts.
///
/// A hypergeometric number for each cell given the cells before it. `drawn` gets as many cells as there are counts; more
/// draws than members take them all. Counts add up to less than 2^64.
pub fn multivariate_hypergeometric(stream: &mut Stream, counts: &[u64], draws: u64, drawn: &mut [u64]) {
    let mut left = counts.iter().fold(0, |sum: u64, &count| sum.saturating_add(count));
    let mut draws = draws.min(left);
    for (cell, &count) in drawn.iter_mut().zip(counts) {
        *cell = hypergeometric(stream, left, count, draws);
        draws -= *cell;
        left -= count.min(left);
    }
}

/// For `rare` and `taken` of at most half the population: any number from 0 to the smaller of them can come out.
fn smaller_half(stream: &mut Stream, population: u64, rare: u64, taken: u64) -> u64 {
    let highest = rare.min(taken);
    if highest == 0 {
        return 0;
    }
    let [all, rare, taken] = [population, rare, taken].map(|n| n as f64);
    let common = all - rare;
    let (p, q) = (taken / all, (all - taken) / all);
    let mean = rare * p;
    // A hypergeometric probability is a product of two binomial ones, over one that does not depend on k.
    let ln_weight = |k: f64| ln_binomial(k, rare, p, q) + ln_binomial(taken - k, common, p, q);
    if mean < FEW {
        let none = libm::exp(ln_weight(0.0) - ln_binomial(taken, all, p, q));
        let rise = |k: f64| (taken - k) * (rare - k) / ((k + 1.0) * (common - taken + k + 1.0));
        return step_up(stream, highest, none, rise);
    }
    let variance = mean * q * (common / (all - 1.0));
    let mode = ((taken + 1.0) / (all + 2.0) * (rare + 1.0)).floor().min(highest as f64);
    draw(stream, &Bell { mean, variance, highest: highest as f64, mode, ln_weight }).min(highest)
}
