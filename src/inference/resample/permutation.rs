//! Would groups differ so much if rows had been dealt to them at random?

use crate::inference::hypergeometric::Hypergeometric;
use crate::inference::resample::hypergeometric::multivariate_hypergeometric;
use crate::inference::resample::stream::Streams;
use crate::inference::resample::tables::Tables;
use crate::inference::scores::sum::Sum;

/// The number of random tables unless another is asked for.
pub const DRAWS: u64 = 9999;

/// Up to so many tables are gone through one by one.
pub const ENUMERATED: u64 = 1_000_000;

/// Statistics closer than this, relatively, are the same but for rounding.
const TIE: f64 = 1e-9;

/// Strata of more cells than this are not gone through, however few tables they have.
const CELLS: usize = 100;

/// How the probability was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By going through all tables with the same margins, this many.
    Exact { tables: u64 },
    /// By drawing this many of them at random.
    Random { draws: u64 },
}

/// The result of a permutation test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Permutation {
    /// The statistic of the data.
    pub statistic: f64,
    /// The probability of a statistic at least as large when group and outcome have nothing to do with each other
    /// within a stratum.
    pub p: f64,
    pub method: Method,
    /// Tables in which the statistic was undefined; they count as at least as extreme.
    pub undefined: u64,
}

/// Tests whether groups and outcomes are independent within strata, by a statistic that is large when they are not.
///
/// Dealing the rows of a stratum to its groups at random draws, group by group, from a multivariate hypergeometric
/// distribution: rows cost nothing. With at most [`ENUMERATED`] tables of the same margins, `p` is the exact probability
/// of all whose statistic is at least the observed one, for two groups and outcomes a sum of hypergeometric
/// probabilities; else `p = (1 + number of such draws) / (draws + 1)`, itself a valid p-value. Statistics within 1e-9 of
/// each other, relatively, are equal. Take
/// [`studentised_difference`](crate::inference::resample::tables::studentised_difference) for two groups,
/// [`chi_squared`](crate::inference::resample::tables::chi_squared) for more. None where the statistic of the data is
/// undefined. Sources: Phipson and Smyth 2010; Janssen 1997 (studentising).
pub fn permute(
    tables: &Tables,
    statistic: impl Fn(&Tables) -> Option<f64>,
    streams: &Streams,
    draws: u64,
) -> Option<Permutation> {
    permute_within(tables, statistic, streams, Effort { draws, enumerated: ENUMERATED, enough: u64::MAX })
}

/// How much work a permutation test may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// The most random tables.
    pub draws: u64,
    /// Up to so many tables are gone through one by one instead.
    pub enumerated: u64,
    /// Drawing stops once so many tables were at least as extreme: what is far from rare is soon known.
    pub enough: u64,
}

/// [`permute`] with a bound on the work: where drawing stops early, at draw l, `p = enough / l`, itself a valid p-value
/// (Besag and Clifford 1991).
pub fn permute_within(
    tables: &Tables,
    statistic: impl Fn(&Tables) -> Option<f64>,
    streams: &Streams,
    effort: Effort,
) -> Option<Permutation> {
    let statistic = |tables: &Tables| statistic(tables).filter(|value| !value.is_nan());
    let observed = statistic(tables)?;
    let mut test = Test { statistic, observed, undefined: 0 };
    let (p, method) = match test.enumerate(tables, effort.enumerated) {
        Some((p, tables)) => (p, Method::Exact { tables }),
        None => {
            let (p, draws) = test.draw(tables, streams, effort);
            (p, Method::Random { draws })
        }
    };
    Some(Permutation { statistic: observed, p, method, undefined: test.undefined })
}

struct Test<F> {
    statistic: F,
    observed: f64,
    undefined: u64,
}

impl<F: Fn(&Tables) -> Option<f64>> Test<F> {
    fn is_as_extreme(&mut self, tables: &Tables) -> bool {
        match (self.statistic)(tables) {
            Some(value) => value >= self.observed || value >= self.observed - TIE * self.observed.abs(),
            None => {
                self.undefined += 1;
                true
            }
        }
    }

    /// The p-value and the number of tables drawn.
    fn draw(&mut self, tables: &Tables, streams: &Streams, effort: Effort) -> (f64, u64) {
        let (outcomes, size) = (tables.outcomes(), tables.groups() * tables.outcomes());
        let margins = Margins::of(tables);
        let mut dealt = tables.clone();
        let mut left = vec![0; outcomes];
        let mut as_extreme = 0_u64;
        for number in 0..effort.draws {
            let mut stream = streams.replicate(number);
            let mut rooms = margins.rooms.iter();
            for (stratum, columns) in dealt.counts.chunks_exact_mut(size).zip(margins.left.chunks_exact(outcomes)) {
                left.copy_from_slice(columns);
                for (row, &room) in stratum.chunks_exact_mut(outcomes).zip(&mut rooms) {
                    multivariate_hypergeometric(&mut stream, &left, room, row);
                    left.iter_mut().zip(row).for_each(|(left, taken)| *left -= *taken);
                }
            }
            as_extreme += u64::from(self.is_as_extreme(&dealt));
            if as_extreme >= effort.enough.max(1) {
                return (as_extreme as f64 / (number as f64 + 1.0), number + 1);
            }
        }
        ((as_extreme as f64 + 1.0) / (effort.draws as f64 + 1.0), effort.draws)
    }

    /// The exact probability and the number of tables; None when they are more than `most`.
    fn enumerate(&mut self, tables: &Tables, most: u64) -> Option<(f64, u64)> {
        let size = tables.groups() * tables.outcomes();
        let mut free = Vec::new();
        let mut all = 1;
        for (number, counts) in tables.strata().enumerate() {
            let stratum = Tables { counts: counts.to_vec(), groups: tables.groups, outcomes: tables.outcomes };
            let count = count_tables(&stratum, most / all)?;
            all *= count;
            // A stratum with a single table stays as it is.
            if count > 1 {
                free.extend(number * size..(number + 1) * size);
            }
        }
        let [mut extreme, mut total] = [Sum::default(); 2];
        Walk::new(tables, free, true, |dealt: &Tables, probability| {
            total.add(probability);
            if self.is_as_extreme(dealt) {
                extreme.add(probability);
            }
            true
        })
        .fill(0, 1.0);
        Some(((extreme.value() / total.value()).min(1.0), all))
    }
}

/// The number of tables with the margins of a single stratum; None above `most`.
fn count_tables(stratum: &Tables, most: u64) -> Option<u64> {
    let margins = Margins::of(stratum);
    let filled = |sizes: &[u64]| sizes.iter().filter(|&&size| size > 0).count();
    if filled(&margins.rooms) < 2 || filled(&margins.left) < 2 {
        return Some(1);
    }
    let cells = stratum.counts.len();
    if cells > CELLS || least_tables(stratum) > most {
        return None;
    }
    let mut count = 0;
    let finished = Walk::new(stratum, (0..cells).collect(), false, |_: &Tables, _| {
        count += 1;
        count <= most
    })
    .fill(0, 1.0);
    finished.then_some(count)
}

/// So many tables there are at least: what pairs of groups can exchange, each pair by itself.
///
/// Of two groups that trade hits for misses every number of hits between the extremes is a table; pairs that share no
/// group do not hinder each other. Known at once, where counting goes through them.
fn least_tables(stratum: &Tables) -> u64 {
    if stratum.outcomes != 2 {
        return 1;
    }
    let groups: Vec<&[u64]> = stratum.counts.chunks_exact(2).filter(|group| group[0] + group[1] > 0).collect();
    let ways = |pair: &[&[u64]]| match pair {
        [a, b] => a[0].min(b[1]) + a[1].min(b[0]) + 1,
        _ => 1,
    };
    groups.chunks(2).map(ways).fold(1, u64::saturating_mul)
}

/// The rows of every group and of every outcome, stratum by stratum.
struct Margins {
    rooms: Vec<u64>,
    left: Vec<u64>,
}

impl Margins {
    fn of(tables: &Tables) -> Margins {
        let rooms = tables.counts.chunks_exact(tables.outcomes()).map(|row| row.iter().sum()).collect();
        let column = |stratum: &[u64], j: usize| stratum.iter().skip(j).step_by(tables.outcomes()).sum();
        let columns = |stratum| (0..tables.outcomes()).map(move |j| column(stratum, j));
        Margins { rooms, left: tables.strata().flat_map(columns).collect() }
    }
}

/// Fills cells in every way the margins allow, and tells each way and its probability.
struct Walk<F> {
    dealt: Tables,
    cells: Vec<usize>,
    /// Rows that each group still has to be given, and rows of each outcome that are left to give.
    margins: Margins,
    weighed: bool,
    tell: F,
}

impl<F: FnMut(&Tables, f64) -> bool> Walk<F> {
    fn new(tables: &Tables, cells: Vec<usize>, weighed: bool, tell: F) -> Walk<F> {
        Walk { dealt: tables.clone(), cells, margins: Margins::of(tables), weighed, tell }
    }

    /// Fills the cells from the given one on; false once `tell` has had enough.
    fn fill(&mut self, from: usize, probability: f64) -> bool {
        let Some(&cell) = self.cells.get(from) else {
            return (self.tell)(&self.dealt, probability);
        };
        let outcomes = self.dealt.outcomes();
        let group = cell / outcomes;
        let outcome = group / self.dealt.groups() * outcomes + cell % outcomes;
        let later = &self.margins.left[outcome + 1..outcome + outcomes - cell % outcomes];
        let rest: u64 = later.iter().sum();
        let (room, left) = (self.margins.rooms[group], self.margins.left[outcome]);
        let (lowest, highest) = (room.saturating_sub(rest), room.min(left));
        let weights = if self.weighed && lowest < highest {
            Hypergeometric::new(left + rest, left, room).map_or_else(Vec::new, |draw| draw.probabilities().1)
        } else {
            Vec::new()
        };
        for k in lowest..=highest {
            let weight = weights.get((k - lowest) as usize).copied().unwrap_or(1.0);
            self.dealt.counts[cell] = k;
            self.margins.rooms[group] = room - k;
            self.margins.left[outcome] = left - k;
            if !self.fill(from + 1, probability * weight) {
                return false;
            }
        }
        self.margins.rooms[group] = room;
        self.margins.left[outcome] = left;
        true
    }
}
