//! How far a sum of unknown counts can go: a small linear program over numbers that are not negative.
//!
//! Dense two-phase simplex (Dantzig 1951) with Bland's rule against going round in circles. A point it gives is checked
//! against the equations before anybody leans on it: a fault of arithmetic can make a range look shorter than it is, which
//! hides more, and never longer.

/// What is smaller than this is rounding.
const TINY: f64 = 1e-9;
/// Steps by the steepest ascent before Bland's rule, which is slower and always ends.
const STEEPEST: usize = 2000;
/// No table that is solved here takes so many steps; one that does is taken as not solved.
const MOST: usize = 20_000;

/// Equations between unknown numbers that are not negative: each the places and factors of its left side, and the right.
#[derive(Clone, Debug, Default)]
pub struct Equations {
    pub unknowns: usize,
    pub rows: Vec<(Vec<(usize, f64)>, f64)>,
}

impl Equations {
    /// Whether a point keeps every equation, but for rounding.
    fn hold(&self, point: &[f64]) -> bool {
        let largest = self.rows.iter().map(|(_, right)| right.abs()).fold(1.0, f64::max);
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * largest + 1e-6;
        point.iter().all(|value| *value >= -1e-6)
            && self.rows.iter().all(|(left, right)| near(left.iter().map(|(at, by)| by * point[*at]).sum(), *right))
    }
}

/// How far a sum goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Farthest {
    /// A point at which it is largest.
    At(Vec<f64>),
    Unbounded,
    /// The arithmetic did not end well; nothing is known.
    Unsolved,
}

/// Equations brought into a form from which any sum can be driven to its end.
#[derive(Clone, Debug)]
pub struct Simplex<'a> {
    equations: &'a Equations,
    /// One row for each equation that is not implied by others: factors of all unknowns, then the right side.
    table: Vec<Vec<f64>>,
    /// The unknown that each row gives.
    basis: Vec<usize>,
}

impl<'a> Simplex<'a> {
    /// None where no numbers keep the equations.
    pub fn new(equations: &'a Equations) -> Option<Simplex<'a>> {
        let (n, m) = (equations.unknowns, equations.rows.len());
        let mut table = vec![vec![0.0; n + m + 1]; m];
        for (i, (left, right)) in equations.rows.iter().enumerate() {
            let sign = if *right < 0.0 { -1.0 } else { 1.0 };
            for (at, by) in left {
                table[i][*at] += sign * by;
            }
            table[i][n + i] = 1.0;
            table[i][n + m] = sign * right;
        }
        let mut simplex = Simplex { equations, table, basis: (n..n + m).collect() };
        // The sum of what is lacking to each equation is driven to nothing.
        let mut lacking = vec![0.0; n + m];
        lacking[n..].fill(-1.0);
        simplex.climb(&lacking, n + m)?;
        let left: f64 = (0..m).filter(|i| simplex.basis[*i] >= n).map(|i| simplex.table[i][n + m]).sum();
        let largest = equations.rows.iter().map(|(_, right)| right.abs()).fold(1.0, f64::max);
        if left > 1e-7 * largest + 1e-7 {
            return None;
        }
        simplex.drop_lacking(n, m);
        Some(simplex)
    }

    /// Takes what was lacking out of the table; equations that others imply go with it.
    fn drop_lacking(&mut self, n: usize, m: usize) {
        let mut i = 0;
        while i < self.table.len() {
            if self.basis[i] < n {
                i += 1;
                continue;
            }
            match (0..n).find(|j| self.table[i][*j].abs() > 1e-7) {
                Some(j) => {
                    self.pivot(i, j);
                    i += 1;
                }
                None => {
                    self.table.swap_remove(i);
                    self.basis.swap_remove(i);
                }
            }
        }
        for row in &mut self.table {
            let right = row[n + m];
            row.truncate(n);
            row.push(right);
        }
    }

    /// The point at which the sum of the named unknowns, each times its factor, is largest.
    pub fn farthest(&mut self, sum: &[(usize, f64)]) -> Farthest {
        let n = self.equations.unknowns;
        let mut objective = vec![0.0; n];
        for (at, by) in sum {
            objective[*at] += by;
        }
        match self.climb(&objective, n) {
            None => Farthest::Unsolved,
            Some(false) => Farthest::Unbounded,
            Some(true) => {
                let mut point = vec![0.0; n];
                for (row, at) in self.table.iter().zip(&self.basis) {
                    point[*at] = row[n];
                }
                if self.equations.hold(&point) { Farthest::At(point) } else { Farthest::Unsolved }
            }
        }
    }

    /// Climbs to the end: true at the largest value, false where there is none; none where it took too long.
    fn climb(&mut self, objective: &[f64], n: usize) -> Option<bool> {
        let mut gain: Vec<f64> = objective.to_vec();
        for (row, at) in self.table.iter().zip(&self.basis) {
            let by = objective[*at];
            if by != 0.0 {
                gain.iter_mut().zip(row).for_each(|(gain, factor)| *gain -= by * factor);
            }
        }
        for step in 0..MOST {
            let rising = (0..n).filter(|j| gain[*j] > TINY);
            let entering = if step < STEEPEST {
                rising.fold(
                    None,
                    |best: Option<usize>, j| if best.is_some_and(|b| gain[b] >= gain[j]) { best } else { Some(j) },
                )
            } else {
                rising.min()
            };
            let Some(entering) = entering else { return Some(true) };
            let mut leaving: Option<(usize, f64)> = None;
            for (i, row) in self.table.iter().enumerate() {
                if row[entering] > 1e-8 {
                    let ratio = row[row.len() - 1] / row[entering];
                    let better = leaving.is_none_or(|(at, least)| {
                        ratio < least - TINY || (ratio <= least + TINY && self.basis[i] < self.basis[at])
                    });
                    if better {
                        leaving = Some((i, ratio));
                    }
                }
            }
            let Some((leaving, _)) = leaving else { return Some(false) };
            self.pivot(leaving, entering);
            let by = gain[entering];
            let row = &self.table[leaving];
            gain.iter_mut().zip(row).for_each(|(gain, factor)| *gain -= by * factor);
            gain[entering] = 0.0;
        }
        None
    }

    fn pivot(&mut self, leaving: usize, entering: usize) {
        let by = self.table[leaving][entering];
        let row: Vec<f64> = self.table[leaving].iter().map(|value| value / by).collect();
        for (i, other) in self.table.iter_mut().enumerate() {
            let by = other[entering];
            if i != leaving && by != 0.0 {
                other.iter_mut().zip(&row).for_each(|(value, own)| *value -= by * own);
                other[entering] = 0.0;
                let last = other.len() - 1;
                // A count that rounding took below nothing is none.
                if other[last] < 0.0 && other[last] > -1e-7 {
                    other[last] = 0.0;
                }
            }
        }
        self.table[leaving] = row;
        self.basis[leaving] = entering;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn largest(equations: &Equations, sum: &[(usize, f64)]) -> Option<f64> {
        match Simplex::new(equations)?.farthest(sum) {
            Farthest::At(point) => Some(sum.iter().map(|(at, by)| by * point[*at]).sum()),
            _ => None,
        }
    }

    #[test]
    fn a_table_with_its_margins() {
        // x0 + x1 = 30, x2 + x3 = 80, x0 + x2 = 34, x1 + x3 = 76: C:y and B:y of the published example.
        let row = |a: usize, b: usize, right: f64| (vec![(a, 1.0), (b, 1.0)], right);
        let rows = vec![row(0, 1, 30.0), row(2, 3, 80.0), row(0, 2, 34.0), row(1, 3, 76.0)];
        let table = Equations { unknowns: 4, rows };
        assert_eq!(largest(&table, &[(0, 1.0)]).map(f64::round), Some(30.0));
        assert_eq!(largest(&table, &[(0, -1.0)]).map(f64::round), Some(0.0));
        assert_eq!(largest(&table, &[(2, -1.0)]).map(f64::round), Some(-4.0));
    }

    #[test]
    fn what_cannot_be_is_said() {
        let rows = vec![(vec![(0, 1.0)], 3.0), (vec![(0, 1.0)], 4.0)];
        assert!(Simplex::new(&Equations { unknowns: 1, rows }).is_none());
        let free = Equations { unknowns: 2, rows: vec![(vec![(0, 1.0), (1, -1.0)], 3.0)] };
        assert_eq!(Simplex::new(&free).map(|mut s| s.farthest(&[(1, 1.0)])), Some(Farthest::Unbounded));
    }
}
