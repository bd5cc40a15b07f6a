//! Sources → cells: the one pass over rows, or the cells of an earlier pass.

use super::Cells;
use super::campaign;
use super::collect::collect;
use super::consent::{self, Consenting, read_ledger};
use super::exported::{find_table, read_table};
use super::margins::Most;
use super::pass::{Tally, wanted_columns};
use super::shard::{self, Shard};
use crate::diagnostic::{Diagnostic, so_many};
use crate::error::Error;
use crate::input::hash::{Progress, hash_bytes};
use crate::input::open::TextOptions;
use crate::input::{Accumulate, Origin, Source, SourceRead, read_into};
use crate::policy::Policy;
use crate::policy::parts::{self, Needs, Part};

/// Reads every source once and counts its rows; where the sources hold cells, adds these up.
///
/// # Errors
/// The data cannot be read or are invalid for their role, or cells stand beside rows or must not be added.
pub fn count(
    policy: &Policy,
    sources: &[Source],
    most: Most,
    progress: &Progress,
) -> Result<(Cells, Vec<SourceRead>), Error> {
    let held: Vec<Held> = sources.iter().map(look).collect();
    match held.iter().filter(|held| held.is_cells()).count() {
        0 => count_rows(policy, sources, most, progress),
        all if all == sources.len() => count_stored(policy, sources, &held, most, progress),
        _ => Err(mixed(sources, &held)),
    }
}

/// The cells of all sources together, to be stored: they may be none, because a shard may have no rows that count.
///
/// # Errors
/// As [`count`]; or the policy asks for what no cells keep.
pub fn tally_shard(
    policy: &Policy,
    sources: &[Source],
    tool: &str,
    notes: impl Fn(&SourceRead) -> Vec<String>,
    most: Most,
    progress: &Progress,
) -> Result<Shard, Error> {
    refuse_in_cells(policy)?;
    if let Some(source) = sources.iter().find(|source| look(source).is_cells()) {
        let message = "it holds cells already; `evenhand merge` adds cells up";
        return Err(Error::Policy(vec![Diagnostic::error("usage", message).at(source.place())]));
    }
    let (cells, read) = count_rows(policy, sources, most, progress)?;
    let origin = |read: &SourceRead| Origin {
        path: read.path.clone(),
        format: read.format.to_owned(),
        sha256: read.sha256.clone(),
        rows: read.rows,
        notes: notes(read),
    };
    Ok(shard::shard_of(policy, &cells, read.iter().map(origin).collect(), tool))
}

/// Adds up files of cells.
///
/// # Errors
/// A file holds no cells or is damaged, or cells must not be added.
pub fn add_shards(sources: &[Source], most: Most, progress: &Progress) -> Result<Shard, Error> {
    let mut shards = Vec::new();
    for source in sources {
        shards.push((source.shown().to_owned(), read_shard(source, &look(source), progress)?.0));
    }
    shard::add(shards, most)
}

/// What a source holds.
enum Held {
    Rows,
    /// A file of cells.
    Cells,
    /// The result of a printed statement, with these columns.
    Table(Vec<String>),
}

impl Held {
    fn is_cells(&self) -> bool {
        !matches!(self, Held::Rows)
    }
}

/// Looks into a file, once; what comes through a pipe is rows.
fn look(source: &Source) -> Held {
    match source {
        Source::Stdin => Held::Rows,
        Source::File { path, .. } if shard::holds_cells(path) => Held::Cells,
        Source::File { path, .. } => find_table(path, source).map_or(Held::Rows, Held::Table),
    }
}

fn read_shard(source: &Source, held: &Held, progress: &Progress) -> Result<(Shard, String), Error> {
    let Source::File { path, .. } = source else {
        return Err(source.unreadable("cells are read from files only; name the file"));
    };
    match held {
        Held::Table(names) => return read_table(source, names, progress),
        Held::Rows if path.is_file() => {
            return Err(source.unreadable("it holds no whole table of cells; `evenhand tally` makes cells of rows"));
        }
        // Cells may come through a pipe where nothing else can.
        Held::Rows | Held::Cells => {}
    }
    let bytes = std::fs::read(path).map_err(|e| source.unreadable(format!("it cannot be opened: {e}")))?;
    progress(bytes.len() as u64);
    let sha256 = hash_bytes(&bytes);
    Ok((shard::read(bytes).map_err(|why| source.unreadable(why))?, sha256))
}

/// What cells in files do not keep.
const NOT_IN_CELLS: [Needs; 7] = [
    (Part::PREVIOUS_DECISION, "which rows an earlier model decided otherwise"),
    (Part::PREVIOUS_SCORE, "which scores of an earlier model are of which rows"),
    (Part::CONSENT, "whose rows they leave out"),
    (Part::CAMPAIGN, "the arms of a campaign"),
    (Part::HUMAN, "which rows the model decided otherwise"),
    (Part::FUNNEL, "how far rows came"),
    (Part::CLASSES, "which class rows were given"),
];

fn refuse_in_cells(policy: &Policy) -> Result<(), Error> {
    parts::refuse(policy, &NOT_IN_CELLS, |asked| format!("cells in files do not keep {asked}; audit the rows"))
}

fn count_stored(
    policy: &Policy,
    sources: &[Source],
    held: &[Held],
    most: Most,
    progress: &Progress,
) -> Result<(Cells, Vec<SourceRead>), Error> {
    refuse_in_cells(policy)?;
    let (mut shards, mut read) = (Vec::new(), Vec::new());
    for (source, held) in sources.iter().zip(held) {
        let (mut shard, sha256) = read_shard(source, held, progress)?;
        shard::refuse_unlike(policy, source.shown(), &shard)?;
        shard.prepare(policy, source.shown())?;
        let files = so_many(shard.header.sources.len() as u64, "file");
        read.push(SourceRead {
            path: source.shown().to_owned(),
            format: "cells",
            sha256,
            rows: shard.header.rows_read,
            notes: vec![format!("cells counted from {files} by evenhand {}", shard.header.tool)],
            columns: Vec::new(),
            holds: shard.header.sources.clone(),
        });
        shards.push((source.shown().to_owned(), shard));
    }
    Ok((shard::add(shards, most)?.into_cells(policy)?, read))
}

/// Cells that were counted elsewhere just now: `shown` is where.
///
/// # Errors
/// They count something else than the policy does.
pub fn of_shard(policy: &Policy, shown: &str, shard: Shard) -> Result<(Cells, Vec<SourceRead>), Error> {
    shard::refuse_unlike(policy, shown, &shard)?;
    let origins = shard.header.sources.clone();
    let read = SourceRead {
        path: shown.to_owned(),
        format: "sql",
        sha256: origins.first().map(|origin| origin.sha256.clone()).unwrap_or_default(),
        rows: shard.header.rows_read,
        notes: vec!["counted where the rows are; the hash is of the counts".to_owned()],
        columns: Vec::new(),
        holds: origins,
    };
    Ok((shard::add(vec![(shown.to_owned(), shard)], Most::default())?.into_cells(policy)?, vec![read]))
}

fn mixed(sources: &[Source], held: &[Held]) -> Error {
    let of = |wanted: bool| {
        let found = sources.iter().zip(held).find(|(_, held)| held.is_cells() == wanted);
        found.map(|(source, _)| source.shown()).unwrap_or_default()
    };
    Error::usage(format!(
        "{} holds cells and {} rows; make cells of the rows first (`evenhand tally`), under the same policy",
        of(true),
        of(false)
    ))
}

fn count_rows(
    policy: &Policy,
    sources: &[Source],
    most: Most,
    progress: &Progress,
) -> Result<(Cells, Vec<SourceRead>), Error> {
    policy.consent.as_ref().map_or(Ok(()), Consenting::check)?;
    let ledger = read_ledger(policy.consent.as_ref(), progress)?;
    let make = |decimal_comma| Tally::with_most(policy, decimal_comma, most).with_ledger(ledger.as_ref());
    let (mut tallies, read) = read_all(policy, sources, &wanted_columns(policy), make, progress)?;
    let located = |error| of_sources(error, sources);
    let consent = consent::gather(&mut tallies, policy, ledger.as_ref()).map_err(located)?;
    let campaign = campaign::gather(&mut tallies, policy).map_err(located)?;
    let cells = collect(tallies, policy).map_err(located)?;
    Ok((Cells { consent, campaign, ..cells }, read))
}

/// Refuses cells where rows are needed, because cells do not keep which rows an earlier model decided too.
pub fn refuse_cells(sources: &[Source]) -> Result<(), Error> {
    match sources.iter().find(|source| look(source).is_cells()) {
        None => Ok(()),
        Some(source) => {
            let message = "it holds cells, which do not keep which rows were decided twice, by the earlier model or by the model \
                           and then a person; audit the rows";
            Err(Error::Policy(vec![Diagnostic::error("usage", message).at(source.place())]))
        }
    }
}

/// Reads every source once into accumulators that `make` makes once it is known whether numbers have a decimal comma.
pub fn read_all<A: Accumulate>(
    policy: &Policy,
    sources: &[Source],
    wanted: &[String],
    make: impl Fn(bool) -> A,
    progress: &Progress,
) -> Result<(Vec<A>, Vec<SourceRead>), Error> {
    let options = TextOptions { delimiter: policy.roles.delimiter, decimal_comma: policy.roles.decimal_comma };
    let mut parts = Vec::new();
    let mut read = Vec::new();
    for source in sources {
        let (own, of_source) = read_into(source, wanted, options, &make, progress)?;
        parts.extend(own);
        read.push(of_source);
    }
    Ok((parts, read))
}

/// A fault of all sources together names the only one, or the first and how many more there are.
pub fn of_sources(error: Error, sources: &[Source]) -> Error {
    let Error::Data(mut diagnostic) = error else { return error };
    if let (Some(place), Some(first)) = (&mut diagnostic.place, sources.first()) {
        place.file = match sources.len() {
            1 => first.shown().to_owned(),
            several => format!("{} and {} more", first.shown(), several - 1),
        };
    }
    Error::Data(diagnostic)
}
