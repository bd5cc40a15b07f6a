//! The lines of a file of cells, added up and held against each other: what cannot be is refused.

use std::collections::BTreeMap;

use super::measured::MeasuredTables;
use super::turn::Probabilities;
use super::{Alike, Header, Shard, Stored};
use crate::cell::design::{KINDS, MOST_ROWS, Weighing};
use crate::cell::ledger::{Bin, units};
use crate::cell::wide::Wide;
use crate::cell::{Label, Ledger};
use crate::inference::scores::grid::Grid;
use crate::policy::margin::Margin;
use crate::tally::named::{Named, Names};

pub(super) const TOO_MANY: &str = "its counts are more than can be";

/// The rows of people who have the same ones, by group and kind, and how many people these are.
type OfPeople = (Vec<(usize, usize, u64)>, u64);

/// What the lines add up to, by the numbers of groups.
pub(super) struct Tables {
    pub(super) weighted: bool,
    pub(super) of_people: bool,
    margins: Vec<Margin>,
    /// The table and the names of every group.
    groups: Vec<(usize, Names)>,
    /// The rows of every table.
    totals: Vec<u64>,
    counts: Vec<[u64; KINDS]>,
    weighed: BTreeMap<(usize, usize), Weighing>,
    scores: BTreeMap<(usize, usize), Vec<(f64, u64)>>,
    bins: BTreeMap<(usize, usize), Vec<Bin>>,
    /// Rows in ledgers, so that no cell has more scores than rows.
    scored: Vec<[u64; Label::KINDS]>,
    /// By table and profile.
    people: BTreeMap<(usize, u64), OfPeople>,
    pub(super) measured: MeasuredTables,
}

impl Tables {
    pub(super) fn new(margins: Vec<Margin>, of: Vec<(usize, Names)>, header: &Header) -> Result<Tables, String> {
        let groups = of.len();
        Ok(Tables {
            weighted: header.rules.contains_key("weight"),
            of_people: header.rules.contains_key("unit"),
            totals: vec![0; margins.len()],
            margins,
            groups: of,
            counts: vec![[0; KINDS]; groups],
            weighed: BTreeMap::new(),
            scores: BTreeMap::new(),
            bins: BTreeMap::new(),
            scored: vec![[0; Label::KINDS]; groups],
            people: BTreeMap::new(),
            measured: MeasuredTables::new(&header.outcomes)?,
        })
    }

    pub(super) fn rows(
        &mut self,
        group: usize,
        kind: usize,
        rows: u64,
        weight: Option<(u128, Wide)>,
    ) -> Result<(), String> {
        let total = &mut self.totals[self.groups[group].0];
        *total = total.checked_add(rows).filter(|total| *total <= MOST_ROWS).ok_or(TOO_MANY)?;
        self.counts[group][kind] += rows;
        if let Some((total, squares)) = weight.filter(|_| rows > 0) {
            // A weight is below 2^24, in units of 2^-40.
            if total > u128::from(rows) << 64 {
                return Err(TOO_MANY.to_owned());
            }
            self.weighed.entry((group, kind)).or_default().add(&Weighing { rows, total, squares });
        }
        Ok(())
    }

    fn scored(&mut self, group: usize, label: usize, rows: u64) -> Result<(), String> {
        let sum = &mut self.scored[group][label];
        *sum = sum.checked_add(rows).filter(|sum| *sum <= MOST_ROWS).ok_or(TOO_MANY)?;
        Ok(())
    }

    pub(super) fn score(&mut self, group: usize, label: usize, score: f64, rows: u64) -> Result<(), String> {
        if !(0.0..=1.0).contains(&score) {
            return Err("a score of it is no number from 0 to 1".to_owned());
        }
        self.scored(group, label, rows)?;
        if rows > 0 {
            self.scores.entry((group, label)).or_default().push((score + 0.0, rows));
        }
        Ok(())
    }

    pub(super) fn bin(
        &mut self,
        grid: &Grid,
        group: usize,
        label: usize,
        low: f64,
        rows: u64,
        sum: u128,
    ) -> Result<(), String> {
        self.scored(group, label, rows)?;
        let key = grid.key(low).filter(|key| grid.bounds(*key).is_some_and(|(start, _)| start == low));
        let (Some(key), Some((low, high))) = (key, key.and_then(|key| grid.bounds(key))) else {
            return Err("a bin of its scores begins where no bin does".to_owned());
        };
        let within = units(low) * u128::from(rows)..=units(high) * u128::from(rows);
        if !within.contains(&sum) {
            return Err("the sum of the scores of a bin lies outside the bin".to_owned());
        }
        if rows > 0 {
            self.bins.entry((group, label)).or_default().push(Bin { key, rows, sum });
        }
        Ok(())
    }

    pub(super) fn person(
        &mut self,
        group: usize,
        kind: usize,
        quantity: u64,
        number: u64,
        people: u64,
    ) -> Result<(), String> {
        let key = (self.groups[group].0, number);
        let (rows, many) = self.people.entry(key).or_insert((Vec::new(), people));
        if *many != people || people > MOST_ROWS {
            return Err("lines of the same people do not agree how many these are".to_owned());
        }
        rows.push((group, kind, quantity));
        Ok(())
    }

    /// Whether people have just the rows of the cells, and whether nobody has more than can be added up.
    fn check_people(&self) -> Result<(), String> {
        if !self.of_people && self.people.is_empty() {
            return Ok(());
        }
        let mut theirs = vec![[0_u128; KINDS]; self.counts.len()];
        for (rows, many) in self.people.values() {
            let heavy = rows.iter().map(|(.., quantity)| *quantity).try_fold(0_u64, u64::checked_add);
            heavy.ok_or(TOO_MANY)?;
            for (group, kind, quantity) in rows {
                // Weights say nothing of rows but that each person has one at least.
                let each = if self.weighted { 1 } else { u128::from(*quantity) };
                theirs[*group][*kind] = theirs[*group][*kind].saturating_add(each * u128::from(*many));
            }
        }
        let agree = |(rows, theirs): (&u64, &u128)| {
            let rows = u128::from(*rows);
            if self.weighted { *theirs <= rows && (*theirs > 0) == (rows > 0) } else { *theirs == rows }
        };
        let agree = self.counts.iter().flatten().zip(theirs.iter().flatten()).all(agree);
        if agree && self.of_people { Ok(()) } else { Err("its people do not have the rows of its cells".to_owned()) }
    }

    pub(super) fn shard(self, header: Header, grid: &Grid) -> Result<Shard, String> {
        let due = header.rows_read.checked_sub(header.rows_excluded);
        if self.totals.iter().any(|total| due != Some(*total)) || header.rows_read > MOST_ROWS {
            return Err("its cells do not add up to the rows of its header".to_owned());
        }
        self.check_people()?;
        let one = |mut scores: Vec<(f64, u64)>| {
            scores.sort_by(|a, b| a.0.total_cmp(&b.0));
            scores.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0 };
                same
            });
            Ledger::Exact(scores)
        };
        let mut ledgers: BTreeMap<(usize, usize), Vec<Ledger>> =
            self.scores.into_iter().map(|(key, scores)| (key, vec![one(scores)])).collect();
        for (key, mut bins) in self.bins {
            bins.sort_by_key(|bin| bin.key);
            let whole = bins.chunk_by(|a, b| a.key == b.key).map(|same| {
                let add = |sum: Bin, bin: &Bin| Bin { key: bin.key, rows: sum.rows + bin.rows, sum: sum.sum + bin.sum };
                same.iter().fold(Bin::default(), add)
            });
            ledgers.entry(key).or_default().push(Ledger::Binned(whole.collect()));
        }
        let few = |parts: &[Ledger]| Ledger::together(&parts.iter().collect::<Vec<_>>(), grid);
        for (counts, scored) in self.counts.iter().zip(&self.scored) {
            let of = |label: usize| counts.iter().skip(label).step_by(Label::KINDS).sum::<u64>();
            if (0..Label::KINDS).any(|label| scored[label] > of(label)) {
                return Err("a cell of it has more scores than rows".to_owned());
            }
        }
        let of_groups: Vec<u64> = self.counts.iter().map(|counts| counts.iter().sum()).collect();
        let mut tables: Vec<Stored> = Vec::new();
        for of in self.margins {
            tables.push(Stored { counted: Named { of, ..Named::default() }, ..Stored::default() });
        }
        for ((table, names), counts) in self.groups.iter().zip(self.counts) {
            if counts.iter().any(|rows| *rows > 0) {
                tables[*table].counted.counts.insert(names.clone(), counts);
            }
        }
        for ((group, label), parts) in ledgers {
            let (table, names) = &self.groups[group];
            let counted = &mut tables[*table].counted;
            if !counted.of.scores {
                return Err("a margin of it has scores that its header does not name".to_owned());
            }
            counted.ledgers.insert((names.clone(), label), few(&parts));
        }
        let mut measured = self.measured.finish()?;
        for (group, ((table, names), rows)) in self.groups.iter().zip(&of_groups).enumerate() {
            let counted = &mut tables[*table].counted;
            for outcome in (0..header.outcomes.len()).filter(|_| *rows > 0) {
                let values =
                    measured.remove(&(group, outcome)).filter(|values| values.rows() + values.missing() == *rows);
                match values {
                    Some(values) if counted.of.scores => {
                        counted.outcomes.insert((names.clone(), outcome), values);
                    }
                    None if !counted.of.scores => {}
                    _ => return Err("the values of an outcome of it do not add up to the rows of its cells".to_owned()),
                }
            }
        }
        if !measured.is_empty() {
            return Err("a cell of it has more values of an outcome than rows".to_owned());
        }
        for ((group, kind), weighing) in self.weighed {
            let (table, names) = &self.groups[group];
            tables[*table].weighed.insert((names.clone(), kind), weighing);
        }
        for ((table, _), (rows, many)) in self.people {
            let mut named: Alike = (Vec::new(), many);
            named.0.extend(rows.into_iter().map(|(group, kind, quantity)| {
                let names = self.groups[group].1.clone();
                (names, kind, quantity)
            }));
            named.0.sort();
            tables[table].people.push(named);
        }
        tables.iter_mut().for_each(|table| table.people.sort());
        if !tables.iter().all(|table| tables.iter().all(|other| agree(&table.counted, &other.counted, grid))) {
            return Err("its margins do not agree with each other".to_owned());
        }
        let likely = header.probabilities.iter().map(Probabilities::likely).collect::<Option<Vec<_>>>();
        Ok(Shard { tables, likely: likely.ok_or("its probabilities cannot be")?, header })
    }
}

/// Whether two tables can be of the same rows: everybody, and the groups of every grouping of both, have the same counts.
fn agree(one: &Named, other: &Named, grid: &Grid) -> bool {
    let both = one.of.groupings.iter().filter(|grouping| other.of.covers(&[**grouping], false));
    let alone = both.map(|grouping| vec![*grouping]).chain([Vec::new()]);
    let counts = |table: &Named, of: &Margin| table.narrow(of, grid).counts;
    alone.map(|groupings| Margin { groupings, scores: false }).all(|of| counts(one, &of) == counts(other, &of))
}
