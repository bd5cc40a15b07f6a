//! Groups by outcomes: does the outcome depend on the group, how strongly, and can the answer be trusted?
//!
//! A table has one row for each group and one column for each outcome. Rows and columns without a count are left out.

pub mod information;
pub mod trend;

use crate::inference::chi_squared::Test;
use crate::inference::saddle::deviance;

/// Why nothing can be said about a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unvaried {
    /// There is no count at all.
    NoRows,
    /// All rows belong to one group (or, for a trend, to groups of one score).
    OneGroup,
    /// All rows have one outcome.
    OneOutcome,
    /// A score is not a finite number, or there is not one for every group.
    NoScore,
}

/// Does the outcome depend on the group: tests, strength, and whether the tests can be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Association {
    /// Pearson: `sum (O - E)^2 / E` with E from the margins, degrees of freedom (K - 1)(R - 1).
    pub pearson: Test,
    /// Likelihood ratio: `2 sum O ln(O / E)`, with the same degrees of freedom.
    pub likelihood: Test,
    /// `sqrt(chi2 / (N min(K-1, R-1)))`: 0 without association, 1 when the group tells the outcome.
    pub cramer_v: f64,
    /// Cramér's V less what chance alone gives (Bergsma 2013); none when every group or every outcome has one row only.
    pub cramer_v_corrected: Option<f64>,
    /// `sqrt(chi2 / (N sqrt((K-1)(R-1))))` (Tschuprow 1939).
    pub tschuprow_t: f64,
    /// The smallest count expected in any cell.
    pub smallest_expected: f64,
    /// The share of cells in which fewer than 5 are expected.
    pub below_five: f64,
}

impl Association {
    /// Tells whether the chi-squared distribution is a poor guide: a cell with less than 1 expected, or more than a
    /// fifth of the cells with less than 5 (Cochran 1954).
    pub fn is_sparse(&self) -> bool {
        self.smallest_expected < 1.0 || self.below_five > 0.2
    }
}

/// Tests a table of groups (rows) by outcomes (columns) for association.
///
/// A row that is shorter than the others has 0 in the columns it lacks. Sources: Pearson 1900; Wilks 1938; Cramér 1946;
/// Bergsma 2013.
///
/// # Errors
/// [`Unvaried`] when there is nothing that could depend on anything.
pub fn association<R: AsRef<[u64]>>(rows: &[R]) -> Result<Association, Unvaried> {
    let table = Table::new(rows)?;
    let (k, r) = (table.groups.len() as f64, table.outcomes.len() as f64);
    let n = table.all as f64;
    let (mut chi2, mut g) = (0.0, 0.0);
    let (mut smallest, mut below, mut cells) = (f64::INFINITY, 0_u64, 0_u64);
    for (observed, group, outcome) in table.cells() {
        let expected = group as f64 * (outcome as f64 / n);
        let gap = gap(observed, table.all, group, outcome) / n;
        chi2 += gap * (gap / expected);
        g += deviance(observed as f64, expected);
        smallest = expected.min(smallest);
        // Exact, so that an expected count of 5 is not below 5.
        below += u64::from(is_below_five(group, outcome, table.all));
        cells += 1;
    }
    let df = (table.groups.len() as u64 - 1) * (table.outcomes.len() as u64 - 1);
    let (pearson, likelihood) = Test::new(chi2, df).zip(Test::new(2.0 * g.max(0.0), df)).ok_or(Unvaried::NoRows)?;
    let per_row = chi2 / n;
    Ok(Association {
        pearson,
        likelihood,
        cramer_v: (per_row / (k.min(r) - 1.0)).sqrt().min(1.0),
        cramer_v_corrected: corrected(per_row, k, r, n),
        tschuprow_t: (per_row / ((k - 1.0) * (r - 1.0)).sqrt()).sqrt().min(1.0),
        smallest_expected: smallest,
        below_five: below as f64 / cells as f64,
    })
}

/// Bergsma's V: both the mean square contingency and the number of rows and columns less their expected excess.
fn corrected(per_row: f64, k: f64, r: f64, n: f64) -> Option<f64> {
    let excess = (per_row - (k - 1.0) * (r - 1.0) / (n - 1.0)).max(0.0);
    let size = |m: f64| (m - 1.0) * ((n - m) / (n - 1.0));
    let smaller = size(k).min(size(r));
    (smaller > 0.0).then(|| (excess / smaller).sqrt().min(1.0))
}

/// A table without its empty rows and columns.
pub(super) struct Table<'a> {
    counts: Vec<&'a [u64]>,
    /// Sums of the rows that are left.
    pub(super) groups: Vec<u128>,
    /// Places and sums of the columns that are left.
    pub(super) outcomes: Vec<(usize, u128)>,
    pub(super) all: u128,
}

impl<'a> Table<'a> {
    pub(super) fn new<R: AsRef<[u64]>>(rows: &'a [R]) -> Result<Table<'a>, Unvaried> {
        let sum = |counts: &[u64]| counts.iter().map(|&n| u128::from(n)).sum::<u128>();
        let (counts, groups): (Vec<&[u64]>, Vec<u128>) =
            rows.iter().map(|row| (row.as_ref(), sum(row.as_ref()))).filter(|&(_, n)| n > 0).unzip();
        let width = counts.iter().map(|row| row.len()).max().unwrap_or(0);
        let column = |at: usize| counts.iter().map(|row| u128::from(row.get(at).copied().unwrap_or(0))).sum::<u128>();
        let outcomes: Vec<(usize, u128)> = (0..width).map(|at| (at, column(at))).filter(|&(_, n)| n > 0).collect();
        let all = groups.iter().sum();
        match (groups.len(), outcomes.len()) {
            (0, _) => Err(Unvaried::NoRows),
            (1, _) => Err(Unvaried::OneGroup),
            (_, 1) => Err(Unvaried::OneOutcome),
            _ => Ok(Table { counts, groups, outcomes, all }),
        }
    }

    /// Every cell with the sums of its row and its column.
    pub(super) fn cells(&self) -> impl Iterator<Item = (u64, u128, u128)> + '_ {
        self.counts.iter().zip(&self.groups).flat_map(move |(row, &group)| {
            let cell = move |&(at, outcome): &(usize, u128)| (row.get(at).copied().unwrap_or(0), group, outcome);
            self.outcomes.iter().map(cell)
        })
    }
}

/// `observed * all - group * outcome`, exact before it is rounded wherever the products are whole numbers of 128 bits.
fn gap(observed: u64, all: u128, group: u128, outcome: u128) -> f64 {
    match (u128::from(observed).checked_mul(all), group.checked_mul(outcome)) {
        (Some(a), Some(b)) if a >= b => (a - b) as f64,
        (Some(a), Some(b)) => -((b - a) as f64),
        _ => observed as f64 * all as f64 - group as f64 * outcome as f64,
    }
}

fn is_below_five(group: u128, outcome: u128, all: u128) -> bool {
    match (group.checked_mul(outcome), all.checked_mul(5)) {
        (Some(product), Some(five)) => product < five,
        _ => group as f64 * (outcome as f64 / all as f64) < 5.0,
    }
}
