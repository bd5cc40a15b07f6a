//! More than two outcomes before and after: did rows move between them evenly, and are the shares of the outcomes as
//! they were?

use crate::inference::chi_squared::Test;
use crate::inference::strata::general::{test_connected, unite};

/// Bowker's test that as many rows moved from each outcome to each other as came back: `sum (n_ij - n_ji)^2 / (n_ij +
/// n_ji)`.
///
/// Pairs of outcomes between which no row moved tell nothing and give no degree of freedom. None where no row moved, or
/// the table is not square. Source: Bowker 1948.
pub fn bowker(table: &[Vec<u64>]) -> Option<Test> {
    if !is_square(table) {
        return None;
    }
    let (mut chi2, mut df) = (0.0, 0);
    for (i, row) in table.iter().enumerate() {
        for j in 0..i {
            let (forth, back) = (row[j], table[j][i]);
            if forth > 0 || back > 0 {
                let far = forth.abs_diff(back) as f64;
                chi2 += far * far / (forth as f64 + back as f64);
                df += 1;
            }
        }
    }
    Test::new(chi2, df)
}

/// Stuart and Maxwell's test that every outcome is as frequent after as before: `d' S^-1 d` over the differences of the
/// margins.
///
/// S is the Laplacian of the rows that moved; outcomes that no row left or reached give no degree of freedom. None where
/// no row moved, or the table is not square. Sources: Stuart 1955; Maxwell 1970.
pub fn stuart_maxwell(table: &[Vec<u64>]) -> Option<Test> {
    if !is_square(table) {
        return None;
    }
    let width = table.len();
    let mut gaps = vec![0.0; width];
    let mut moved = vec![vec![0.0; width]; width];
    let mut joined: Vec<usize> = (0..width).collect();
    for (i, row) in table.iter().enumerate() {
        for j in (0..width).filter(|&j| j != i) {
            gaps[i] += row[j] as f64 - table[j][i] as f64;
            moved[i][j] = row[j] as f64 + table[j][i] as f64;
            if moved[i][j] > 0.0 {
                unite(&mut joined, i, j);
            }
        }
    }
    test_connected(&gaps, &moved, &joined)
}

fn is_square(table: &[Vec<u64>]) -> bool {
    table.iter().all(|row| row.len() == table.len())
}
