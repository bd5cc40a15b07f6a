//! Adds shards up, and refuses what must not be added.

use std::collections::{BTreeMap, BTreeSet};

use super::read::grid_of;
use super::turn::{measured, measured_by_statement};
use super::{Grouping, Header, Kept, Measured, Shard, Stored, Values};
use crate::cell::design::{KINDS, MOST_ROWS, Weighing};
use crate::cell::{self, Decision, Label, Ledger};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::inference::scores::grid::Grid;
use crate::policy::Policy;
use crate::policy::counted::counted;
use crate::policy::margin::{Margin, needed, widest};
use crate::policy::outcome::OutcomeKind;
use crate::policy::value::MISSING;
use crate::tally::admit::TOO_MANY_ROWS;
use crate::tally::faults::too_many_cells;
use crate::tally::marginal::names_of as columns_of;
use crate::tally::margins::Most;
use crate::tally::named::{
    LedgerKey, Named, Names, OutcomeKey, in_all, keep_few, keep_fewest, measure_together, names_of, narrow,
    put_together,
};
use crate::tally::sampled::add_likely;
use crate::tally::seen::Seen;
use crate::tally::table::fits_key;

/// The cells of several files as one pass over all their rows would have counted them. Each comes with its name. Where the
/// full cross of all is too large, their margins are added.
///
/// # Errors
/// Two were counted under different rules, hold rows of the same file, or are of people, who may have rows in both; or
/// together they are too many; or they need different margins.
pub fn add(mut shards: Vec<(String, Shard)>, most: Most) -> Result<Shard, Error> {
    keep_what_all_keep(&mut shards);
    refuse(&shards)?;
    let crosses = shards.iter().all(|(_, shard)| shard.header.kept == Kept::Cross);
    let grid = match shards.first() {
        Some((_, first)) => grid_of(&first.header),
        None => return Err(Error::usage("which cells? Name their files")),
    };
    if crosses {
        let asked: BTreeSet<Margin> = shards.iter().flat_map(|(_, shard)| shard.header.margins.clone()).collect();
        let same = shards.iter().all(|(_, shard)| shard.header.margins == shards[0].1.header.margins);
        let mut cross = add_tables(shards.iter_mut().map(|(_, shard)| std::mem::take(&mut shard.tables)), &grid);
        if let [cross] = cross.as_mut_slice()
            && fits(&cross.counted, &shards[0].1.header, most)
            && keep_few(&mut cross.counted, &grid, most)
        {
            let margins = if same { shards[0].1.header.margins.clone() } else { widest(asked) };
            let cross = std::mem::take(cross);
            return gather(shards, Kept::Cross, margins, vec![cross]);
        }
        refuse_other_margins(&shards)?;
        let header = &shards[0].1.header;
        if header.margins.is_empty() {
            let names: Vec<&str> = header.groupings.iter().map(|grouping| grouping.name.as_str()).collect();
            return Err(in_all(too_many_cells(&names.join(", "))));
        }
        let margins = header.margins.clone();
        let tables = cross.iter().flat_map(|cross| margins.iter().map(|of| cross.narrow(of, &grid))).collect();
        return gather_margins(shards, margins, tables, &grid, most);
    }
    refuse_other_margins(&shards)?;
    let margins = shards[0].1.header.margins.clone();
    for (_, shard) in shards.iter_mut().filter(|(_, shard)| shard.header.kept == Kept::Cross) {
        shard.narrow_to(&margins, &grid);
    }
    let tables = add_tables(shards.iter_mut().map(|(_, shard)| std::mem::take(&mut shard.tables)), &grid);
    gather_margins(shards, margins, tables, &grid, most)
}

/// A printed statement keeps no prediction beside what came. Where one of the files is of such a statement, the others lose theirs,
/// which stand last among what is measured.
fn keep_what_all_keep(shards: &mut [(String, Shard)]) {
    let is_kept = |measured: &Measured| measured.kind == OutcomeKind::Prediction.name();
    let Some(least) = shards.iter().map(|(_, shard)| shard.header.outcomes.iter().filter(|m| is_kept(m)).count()).min()
    else {
        return;
    };
    for (_, shard) in shards.iter_mut() {
        let outcomes = &mut shard.header.outcomes;
        if outcomes.iter().filter(|m| is_kept(m)).count() == least {
            continue;
        }
        outcomes.retain(|measured| !is_kept(measured));
        let most = outcomes.len();
        for table in &mut shard.tables {
            table.counted.outcomes.retain(|(_, place), _| *place < most);
        }
    }
}

fn gather_margins(
    shards: Vec<(String, Shard)>,
    margins: Vec<Margin>,
    tables: Vec<Stored>,
    grid: &Grid,
    most: Most,
) -> Result<Shard, Error> {
    let names: Vec<String> = shards
        .first()
        .map(|(_, shard)| shard.header.groupings.iter().map(|grouping| grouping.name.clone()).collect())
        .unwrap_or_default();
    let (mut counted, mut others) = (Vec::new(), Vec::new());
    for table in tables {
        counted.push(table.counted);
        others.push((table.weighed, table.people));
    }
    keep_fewest(&mut counted, grid, &names, most)?;
    let whole = |(counted, (weighed, people))| Stored { counted, weighed, people };
    gather(shards, Kept::Margins, margins, counted.into_iter().zip(others).map(whole).collect())
}

/// The tables of several files, one after the other.
fn add_tables(files: impl Iterator<Item = Vec<Stored>>, grid: &Grid) -> Vec<Stored> {
    let mut whole: Vec<Stored> = Vec::new();
    let mut ledgers: Vec<BTreeMap<LedgerKey, Vec<Ledger>>> = Vec::new();
    let mut measured: Vec<BTreeMap<OutcomeKey, Vec<cell::Values>>> = Vec::new();
    for tables in files {
        whole.resize_with(whole.len().max(tables.len()), Stored::default);
        ledgers.resize_with(whole.len(), BTreeMap::new);
        measured.resize_with(whole.len(), BTreeMap::new);
        let into = whole.iter_mut().zip(&mut ledgers).zip(&mut measured);
        for (table, ((into, ledgers), measured)) in tables.into_iter().zip(into) {
            into.counted.of = table.counted.of;
            for (names, counts) in table.counted.counts {
                let sums = into.counted.counts.entry(names).or_insert([0; KINDS]);
                sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            }
            for (key, ledger) in table.counted.ledgers {
                ledgers.entry(key).or_default().push(ledger);
            }
            for (key, values) in table.counted.outcomes {
                measured.entry(key).or_default().push(values);
            }
            for (key, weighing) in table.weighed {
                into.weighed.entry(key).or_default().add(&weighing);
            }
            into.people.extend(table.people);
        }
    }
    for ((table, parts), measured) in whole.iter_mut().zip(ledgers).zip(measured) {
        table.counted.ledgers = put_together(parts, grid, |ledger| ledger);
        let parts = measured.iter().map(|(key, parts)| (key.clone(), parts.iter().collect()));
        table.counted.outcomes = measure_together(parts.collect());
    }
    whole
}

/// The header of several files, with the tables of all.
fn gather(shards: Vec<(String, Shard)>, kept: Kept, margins: Vec<Margin>, tables: Vec<Stored>) -> Result<Shard, Error> {
    let mut shards = shards.into_iter();
    let Some((_, mut whole)) = shards.next() else { return Err(Error::usage("which cells? Name their files")) };
    for (shown, shard) in shards {
        whole.header.rows_read = whole.header.rows_read.saturating_add(shard.header.rows_read);
        whole.header.rows_excluded += shard.header.rows_excluded;
        if whole.header.rows_read > MOST_ROWS {
            let place = Place::of_file(shown);
            return Err(Error::data(Diagnostic::new("bad-data", TOO_MANY_ROWS).at(place)));
        }
        whole.header.sources.extend(shard.header.sources);
        whole.header.decision.add(shard.header.decision);
        whole.header.label.add(shard.header.label);
        add_likely(&mut whole.likely, shard.likely);
    }
    whole.header.kept = kept;
    whole.header.margins = margins;
    whole.tables = tables;
    Ok(whole)
}

/// Whether the full cross may be kept, its scores apart: the same that one pass over all rows asks.
fn fits(cross: &Named, header: &Header, most: Most) -> bool {
    let levels = |(place, grouping): (usize, &Grouping)| match grouping.bins {
        Some(bins) => bins + 1,
        // Rows without a value have a code of their own, whether or not there are any.
        None => {
            let names = names_of(std::slice::from_ref(cross), place);
            names.iter().filter(|name| *name != MISSING).count() + 1
        }
    };
    let kinds: Vec<usize> = header.groupings.iter().enumerate().map(levels).collect();
    let kinds: Vec<usize> = kinds.into_iter().chain([Decision::KINDS, Label::KINDS]).collect();
    cross.combinations() <= most.cells && fits_key(&kinds)
}

fn refuse_other_margins(shards: &[(String, Shard)]) -> Result<(), Error> {
    let Some(((first, one), others)) = shards.split_first() else { return Ok(()) };
    let unlike = others.iter().find(|(_, other)| other.header.margins != one.header.margins);
    let Some((shown, _)) = unlike else { return Ok(()) };
    let message = format!(
        "the full cross of all groups is too large, and the policy of its cells asks for other intersections, strata or \
         periods than that of {first}; tally the rows again under one policy"
    );
    let place = Place::of_file(shown);
    Err(Error::Policy(vec![Diagnostic::new("cells-unlike", message).at(place)]))
}

impl Stored {
    /// The same merged into a margin that it covers.
    fn narrow(&self, of: &Margin, grid: &Grid) -> Stored {
        let places = self.counted.of.places(&of.groupings);
        let mut weighed: BTreeMap<(Names, usize), Weighing> = BTreeMap::new();
        for ((names, kind), weighing) in &self.weighed {
            weighed.entry((narrow(names, &places), *kind)).or_default().add(weighing);
        }
        let mut profiles: BTreeMap<Vec<(Names, usize, u64)>, u64> = BTreeMap::new();
        for (rows, people) in &self.people {
            let mut sums: BTreeMap<(Names, usize), u64> = BTreeMap::new();
            for (names, kind, quantity) in rows {
                let sum = sums.entry((narrow(names, &places), *kind)).or_default();
                *sum = sum.saturating_add(*quantity);
            }
            let rows = sums.into_iter().map(|((names, kind), quantity)| (names, kind, quantity)).collect();
            *profiles.entry(rows).or_default() += people;
        }
        Stored { counted: self.counted.narrow(of, grid), weighed, people: profiles.into_iter().collect() }
    }
}

impl Shard {
    /// Merges its tables into margins that they cover.
    fn narrow_to(&mut self, margins: &[Margin], grid: &Grid) {
        let narrowed = |of: &Margin| {
            let able = self.tables.iter().filter(|table| table.counted.of.covers(&of.groupings, of.scores));
            able.min_by_key(|table| table.counted.of.groupings.len()).map(|table| table.narrow(of, grid))
        };
        self.tables = margins.iter().filter_map(narrowed).collect();
        self.header.kept = Kept::Margins;
        self.header.margins = margins.to_vec();
    }

    /// Readies it for a policy: of margins those that the policy needs, of a full cross what would take its place.
    ///
    /// # Errors
    /// The policy needs a margin that is not kept.
    pub fn prepare(&mut self, policy: &Policy, shown: &str) -> Result<(), Error> {
        let needed = needed(policy);
        if self.header.kept == Kept::Cross {
            self.header.margins = needed;
            return Ok(());
        }
        let kept = |of: &&Margin| self.tables.iter().any(|table| table.counted.of.covers(&of.groupings, of.scores));
        if let Some(lacking) = needed.iter().find(|of| !kept(of)) {
            let names: Vec<String> = policy.groupings().map(|grouping| grouping.name.clone()).collect();
            let message = format!(
                "it keeps only the margins that its own policy needed, and not {}; tally the rows again under this policy",
                columns_of(lacking, &names).replace(", ", " by ")
            );
            let place = Place::of_file(shown);
            return Err(Error::Policy(vec![Diagnostic::new("cells-unlike", message).at(place)]));
        }
        if needed != self.header.margins {
            let grid = self.grid();
            self.narrow_to(&needed, &grid);
        }
        Ok(())
    }
}

impl Shard {
    /// Whether the parts of the header that follow from the rules are the same.
    fn is_formed_like(&self, other: &Shard) -> bool {
        let names = |shard: &Shard| -> Vec<String> {
            shard.header.groupings.iter().map(|grouping| grouping.name.clone()).collect()
        };
        let groups = |shard: &Shard| -> Vec<usize> { shard.likely.iter().map(|likely| likely.shelves.len()).collect() };
        let likely = self.likely.is_empty() || other.likely.is_empty() || groups(self) == groups(other);
        names(self) == names(other)
            && self.header.outcomes == other.header.outcomes
            && self.header.threshold == other.header.threshold
            && likely
    }

    /// The same of a policy.
    fn is_formed_by(&self, policy: &Policy) -> bool {
        let names = self.header.groupings.iter().map(|grouping| &grouping.name);
        let groups = self.likely.iter().map(|likely| likely.shelves.len());
        let none = self.likely.is_empty() && self.rows() == 0;
        names.eq(policy.groupings().map(|grouping| &grouping.name))
            && [measured(policy), measured_by_statement(policy)].contains(&self.header.outcomes)
            && self.header.threshold.as_deref()
                == policy.roles.threshold.as_ref().map(|threshold| threshold.text.as_str())
            && (none || groups.eq(policy.probable.iter().map(|probable| probable.groups.len())))
    }
}

impl Values {
    fn add(&mut self, other: Values) {
        let mut seen = Seen::default();
        match (self.seen.take(), other.seen) {
            (Some(mine), Some(theirs)) => seen.add(mine.into_iter().chain(theirs)),
            _ => seen = Seen::many(),
        }
        self.seen = seen.names().cloned();
        self.met.extend(other.met);
    }
}

fn refuse(shards: &[(String, Shard)]) -> Result<(), Error> {
    let mut problems = Vec::new();
    let mut problem = |code: &'static str, file: &str, message: String| {
        let place = Place::of_file(file);
        problems.push(Diagnostic::new(code, message).at(place));
    };
    let Some(((first, one), others)) = shards.split_first() else { return Ok(()) };
    for (shown, other) in others {
        let unlike = differences(&other.header.rules, "here", &one.header.rules, &format!("in {first}"));
        if !unlike.is_empty() {
            let message = format!("its cells count something else than those of {first}: {}", unlike.join("; "));
            problem("cells-unlike", shown, message);
        } else if !other.is_formed_like(one) {
            problem("cells-unlike", shown, format!("its header does not fit its rules as that of {first} does"));
        } else if other.header.rules.contains_key("unit") {
            let message = format!(
                "one person may have rows in it and in {first}, and cells keep nobody's number, so they cannot be added; \
                 name all files in one `tally`"
            );
            problem("cells-of-people", shown, message);
        }
    }
    let mut met: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (shown, shard) in shards {
        for source in shard.header.sources.iter().filter(|source| source.rows > 0) {
            if let Some(before) = met.insert((&source.path, &source.sha256), shown)
                && before != shown
            {
                let message = format!("its rows of {} are in {before} as well, and would count twice", source.path);
                problem("cells-twice", shown, message);
                break;
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Policy(problems)) }
}

/// Refuses cells that were counted under other rules than those of a policy.
///
/// # Errors
/// What differs, by key.
pub fn refuse_unlike(policy: &Policy, shown: &str, shard: &Shard) -> Result<(), Error> {
    let unlike = differences(&shard.header.rules, "in the cells", &counted(policy), "in the policy");
    let place = Place::of_file(shown);
    if unlike.is_empty() && shard.is_formed_by(policy) {
        return Ok(());
    }
    if unlike.is_empty() {
        let message = "its header does not fit its rules; tally the rows again";
        return Err(Error::data(Diagnostic::new("cannot-read", message).at(place)));
    }
    let message = format!(
        "its cells count something else than the policy does: {}. Tally the rows again under this policy",
        unlike.join("; ")
    );
    Err(Error::Policy(vec![Diagnostic::new("cells-unlike", message).at(place)]))
}

/// The keys whose values differ, in words.
fn differences(
    these: &BTreeMap<String, String>,
    here: &str,
    those: &BTreeMap<String, String>,
    there: &str,
) -> Vec<String> {
    let mut keys: Vec<&String> = these.keys().chain(those.keys()).collect();
    keys.sort();
    keys.dedup();
    let says = |rules: &BTreeMap<String, String>, key: &str| match rules.get(key) {
        Some(value) => value.clone(),
        None => "not given".to_owned(),
    };
    let differ = keys.into_iter().filter(|key| these.get(*key) != those.get(*key));
    differ.map(|key| format!("`{key}` is {} {here} and {} {there}", says(these, key), says(those, key))).collect()
}
