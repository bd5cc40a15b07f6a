//! What the workers counted → cells, by the names of levels.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::admit::TOO_MANY_ROWS;
use super::cells::Cells;
use super::codes::Codes;
use super::faults::too_many_cells;
use super::ledgers::Grown;
use super::marginal::{Columns, Margins, merge_ledgers, outcome};
use super::margins::Most;
use super::meaning::Meaning;
use super::named::{
    LedgerKey, Named, Names, OutcomeKey, hang_together, in_all, keep_few, keep_fewest, measure_together, narrow,
    put_in_order, put_together,
};
use super::outcomes::Outcomes;
use super::pass::{Tally, policy_grid};
use super::routing;
use super::sampled::{Gathered, Placed, add_likely};
use super::stages::Staged;
use super::table::{MOST_CELLS, fits_key};
use crate::cell::design::{KINDS, MOST_ROWS, kind};
use crate::cell::{Decision, Label, Ledger, Values};
use crate::cores;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::inference::scores::grid::Grid;
use crate::policy::Policy;
use crate::policy::margin::{Margin, needed};
use crate::policy::types::Attribute;
use crate::policy::value::MISSING;

/// A place of a worker: the names of its levels and its kind.
type Kinds = (Names, usize);

/// Whose the rows of one worker are, by places that it names.
type Whose = (Arc<Placed>, Vec<Kinds>);

/// A table, and whose its rows are.
type Found = (Named, Vec<Whose>);

/// What was measured of every cell, part by part.
type Parts = BTreeMap<OutcomeKey, Vec<Values>>;

/// Merges what the workers counted, by the names of levels, so that neither their number nor their order can show: the full
/// cross, or the margins that the policy needs where that is too large, whether one worker or only all together noticed.
pub fn collect(mut tallies: Vec<Tally>, policy: &Policy) -> Result<Cells, Error> {
    let mut cells = Cells { rows_read: rows_read(&tallies, policy)?, ..Cells::default() };
    for tally in &mut tallies {
        cells.rows_excluded += tally.rows_excluded;
        for (place, seen, met) in [
            (tally.groupings, &mut cells.decision_values, &mut cells.decision_met),
            (tally.groupings + 1, &mut cells.label_values, &mut cells.label_met),
        ] {
            if let Meaning::Classes(classes) = &tally.columns[place].meaning {
                seen.add(classes.seen.iter().cloned());
                met.extend(classes.met.iter().cloned());
            }
        }
        if let Some(sampled) = &mut tally.sampled {
            add_likely(&mut cells.likely, std::mem::take(&mut sampled.likely));
        }
    }
    let mut reached = BTreeMap::new();
    let attributes = Margin { groupings: (0..policy.attributes.len()).collect(), scores: false };
    let mut sent = routing::Gathered::default();
    for tally in &mut tallies {
        if let Some(stages) = tally.stages.take() {
            stages.gather(&mut reached, |codes| level_names(policy, &tally.columns, &attributes, codes));
        }
        if let Some(routing) = tally.routing.take() {
            routing.gather(&mut sent, |codes| level_names(policy, &tally.columns, &attributes, codes));
        }
    }
    if sent.combinations() > MOST_CELLS {
        return Err(in_all(too_many_cells("classes")));
    }
    if reached.len() > MOST_CELLS {
        return Err(in_all(too_many_cells("funnel")));
    }
    let grid = Arc::new(policy_grid(policy));
    let most = tallies.first().map_or_else(Most::default, |tally| tally.most);
    let mut crossed = gather_cross(&mut tallies, policy, &grid, most);
    let fits = crossed.as_mut().is_some_and(|(cross, _)| keep_few(cross, &grid, most));
    let found = match crossed {
        Some(found) if fits => vec![found],
        Some(found) => narrowed(found, policy, &grid, most)?,
        None => gather_margins(tallies, policy, &grid, most)?,
    };
    let (tables, whose): (Vec<Named>, Vec<Vec<Whose>>) = found.into_iter().unzip();
    let places = put_in_order(&mut cells, policy, tables, &grid)?;
    let place = |(levels, name): (&super::Levels, &String)| levels.names.iter().position(|n| n == name).unwrap_or(0);
    let key = |names: &Names| cells.levels.iter().zip(names).map(place).collect::<Vec<usize>>();
    let groups = reached.into_iter().map(|(names, of)| (key(&names), of));
    let staged = Staged::new(policy, groups.collect());
    let routed = sent.finish(policy, key)?;
    (cells.staged, cells.routed) = (staged, routed);
    for ((table, whose), places) in cells.tables.iter_mut().zip(whose).zip(places) {
        let mut gathered = Gathered::default();
        let place =
            |(names, kind): &Kinds| places.get(names).copied().unwrap_or_default() * KINDS as u32 + *kind as u32;
        for (placed, own) in whose {
            gathered.add(&placed, &own.iter().map(place).collect::<Vec<_>>());
        }
        let sampling = gathered.finish(policy).map_err(|message| {
            let place = Place { column: policy.roles.unit.clone(), ..Place::default() };
            Error::data(Diagnostic::new("bad-data", message).at(place))
        })?;
        if let Some(sampling) = sampling {
            hang_together(table, sampling);
        }
    }
    Ok(cells)
}

fn rows_read(tallies: &[Tally], policy: &Policy) -> Result<u64, Error> {
    let rows = tallies.iter().fold(0, |sum: u64, tally| sum.saturating_add(tally.rows_read));
    if rows > MOST_ROWS {
        let place = Place { column: policy.roles.count.clone(), ..Place::default() };
        return Err(Error::data(Diagnostic::new("bad-data", TOO_MANY_ROWS).at(place)));
    }
    Ok(rows)
}

/// The full cross of all workers, with all its scores; none when it is too large, and the workers have all they had.
fn gather_cross(tallies: &mut [Tally], policy: &Policy, grid: &Grid, most: Most) -> Option<Found> {
    if tallies.iter().any(|tally| tally.margins.is_some()) || !fits_key(&kinds_of_all(tallies, policy)) {
        return None;
    }
    let all = Margin::cross(policy);
    let mut cross = Named { of: all.clone(), ..Named::default() };
    let mut named = Vec::new();
    for tally in &*tallies {
        let mut places: Vec<Kinds> = Vec::new();
        tally.table.each(|codes, kept| {
            let names = level_names(policy, &tally.columns, &all, codes);
            let (decision, label) = outcome(codes);
            name_place(&mut places, kept.place, || (names.clone(), kind(decision, label)));
            cross.counts.entry(names).or_insert([0; KINDS])[kind(decision, label)] += kept.rows;
        });
        named.push(places);
        if cross.combinations() > most.cells {
            return None;
        }
    }
    let mut ledgers: BTreeMap<LedgerKey, Vec<Grown>> = BTreeMap::new();
    let mut measured = Parts::new();
    let mut whose = Vec::new();
    for (tally, places) in tallies.iter_mut().zip(named) {
        let grids = tally.outcomes.as_ref().map(Outcomes::grids).unwrap_or_default();
        for (place, outcome, values) in std::mem::take(&mut tally.shelves).finish(grids) {
            if let Some((names, _)) = places.get(place) {
                measured.entry((names.clone(), outcome)).or_default().push(values);
            }
        }
        for (codes, ledger) in tally.take_ledgers() {
            let key = (level_names(policy, &tally.columns, &all, &codes), codes[tally.groupings] as usize);
            ledgers.entry(key).or_default().push(ledger);
        }
        whose.extend(tally.sampled.take().map(|sampled| (Arc::new(sampled.placed), places)));
    }
    cross.ledgers = put_together(ledgers, grid, |grown| grown.ledger(grid));
    cross.outcomes = measure_together(refer(&measured));
    Some((cross, whose))
}

/// The margins of a full cross that has too many scores.
fn narrowed((cross, whose): Found, policy: &Policy, grid: &Grid, most: Most) -> Result<Vec<Found>, Error> {
    let needed = needed(policy);
    let mut margins: Vec<Named> = needed.iter().map(|of| cross.narrow(of, grid)).collect();
    keep_fewest(&mut margins, grid, &columns(policy), most)?;
    let with_places = |margin: Named| {
        let places = cross.of.places(&margin.of.groupings);
        let own = |(placed, named): &Whose| -> Whose {
            (Arc::clone(placed), named.iter().map(|(names, kind)| (narrow(names, &places), *kind)).collect())
        };
        let whose = whose.iter().map(own).collect();
        (margin, whose)
    };
    Ok(margins.into_iter().map(with_places).collect())
}

/// The margins of all workers, whether or not these had still the full cross.
fn gather_margins(tallies: Vec<Tally>, policy: &Policy, grid: &Arc<Grid>, most: Most) -> Result<Vec<Found>, Error> {
    let needed = needed(policy);
    let mut found: Vec<Found> =
        needed.iter().map(|of| (Named { of: of.clone(), ..Named::default() }, Vec::new())).collect();
    let mut ledgers: Vec<BTreeMap<LedgerKey, Vec<Ledger>>> = vec![BTreeMap::new(); needed.len()];
    let mut measured: Vec<Parts> = vec![Parts::new(); needed.len()];
    for mut tally in tallies {
        let kinds = tally.kinds();
        let start = || Margins::new(&needed, &columns(policy), &kinds, grid, most);
        let mut margins = tally.margins.take().map_or_else(start, |margins| *margins);
        // What was counted before the cross was given up.
        let mut rows = Columns::new(kinds.len());
        let mut crossed: Vec<(Vec<u32>, u32)> = Vec::new();
        let mut added = Ok(());
        tally.table.each(|codes, kept| {
            if kept.place > 0 {
                crossed.push((codes.to_vec(), kept.place));
            }
            if added.is_ok() {
                added = rows.push(codes, kept.rows, &kinds, &mut margins);
            }
        });
        added.and_then(|()| rows.hand_on(&kinds, &mut margins)).map_err(in_all)?;
        let before = cores::each(tally.take_ledgers(), |(codes, grown)| (codes, grown.ledger(grid)));
        let placed = tally.sampled.take().map(|sampled| Arc::new(sampled.placed));
        let grids = tally.outcomes.as_ref().map(|outcomes| outcomes.grids().to_vec()).unwrap_or_default();
        let of_cross = std::mem::take(&mut tally.shelves).finish(&grids);
        let at: BTreeMap<usize, &Vec<u32>> =
            crossed.iter().map(|(codes, place)| (*place as usize - 1, codes)).collect();
        let name = |of: &Margin, codes: &[u32]| level_names(policy, &tally.columns, of, codes);
        let tables = margins.finish().into_iter().zip(&mut found).zip(&mut ledgers).zip(&mut measured);
        for (((counted, (named, whose)), ledgers), measured) in tables {
            let of = &counted.margin;
            let mut own: Vec<Kinds> = Vec::new();
            for (codes, rows, place) in &counted.entries {
                let (names, (decision, label)) = (name(of, codes), outcome(codes));
                name_place(&mut own, *place, || (names.clone(), kind(decision, label)));
                named.counts.entry(names).or_insert([0; KINDS])[kind(decision, label)] += rows;
            }
            let since = cores::each(counted.ledgers, |(codes, grown)| (codes, grown.ledger(grid)));
            let before = if of.scores { merge_ledgers(of, &before, grid) } else { Vec::new() };
            for (codes, ledger) in before.into_iter().chain(since) {
                let label = codes.last().map_or(Label::Missing.index(), |label| *label as usize);
                ledgers.entry((name(of, &codes), label)).or_default().push(ledger);
            }
            let before = of_cross.iter().filter(|_| of.scores).filter_map(|(place, outcome, values)| {
                let codes = at.get(place)?;
                let own: Vec<u32> = of.groupings.iter().map(|grouping| codes[*grouping]).collect();
                Some(((name(of, &own), *outcome), values.clone()))
            });
            let since = counted.shelves.finish(&grids).into_iter().filter_map(|(place, outcome, values)| {
                own.get(place).map(|(names, _)| ((names.clone(), outcome), values))
            });
            before.chain(since).for_each(|(key, values)| measured.entry(key).or_default().push(values));
            if let Some(placed) = &placed {
                let mut named: Vec<Kinds> = Vec::new();
                for (codes, place) in &crossed {
                    let (decision, label) = outcome(codes);
                    let own: Vec<u32> = of.groupings.iter().map(|grouping| codes[*grouping]).collect();
                    name_place(&mut named, *place, || (name(of, &own), kind(decision, label)));
                }
                whose.push((Arc::clone(placed), named));
                whose.push((Arc::new(counted.placed), own));
            }
        }
    }
    for (((named, _), parts), measured) in found.iter_mut().zip(ledgers).zip(measured) {
        named.ledgers = put_together(parts, grid, |ledger| ledger);
        named.outcomes = measure_together(refer(&measured));
    }
    let (mut tables, whose): (Vec<Named>, Vec<Vec<Whose>>) = found.into_iter().unzip();
    keep_fewest(&mut tables, grid, &columns(policy), most)?;
    Ok(tables.into_iter().zip(whose).collect())
}

/// The parts by reference.
fn refer(parts: &Parts) -> BTreeMap<OutcomeKey, Vec<&Values>> {
    parts.iter().map(|(key, parts)| (key.clone(), parts.iter().collect())).collect()
}

/// Names a place, counted from 1; 0 is none.
fn name_place(places: &mut Vec<Kinds>, place: u32, name: impl FnOnce() -> Kinds) {
    if place > 0 {
        if places.len() < place as usize {
            places.resize(place as usize, Kinds::default());
        }
        places[place as usize - 1] = name();
    }
}

/// The names of the columns of all groupings.
pub(super) fn columns(policy: &Policy) -> Vec<String> {
    policy.groupings().map(|grouping| grouping.column.clone()).collect()
}

/// How many codes a key needs for the levels that all workers have seen, and for decision and label.
fn kinds_of_all(tallies: &[Tally], policy: &Policy) -> Vec<usize> {
    let mut kinds = Vec::new();
    for grouping in 0..policy.groupings().count() {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let mut bins = 0;
        for tally in tallies {
            match &tally.columns[grouping].meaning {
                Meaning::Levels(interner) => names.extend(interner.names.iter().map(String::as_str)),
                Meaning::Bins(of) => bins = of.kinds(),
                Meaning::Classes(_) => {}
            }
        }
        kinds.push(names.len().max(bins));
    }
    kinds.into_iter().chain([Decision::KINDS, Label::KINDS]).collect()
}

/// The names of the levels of each grouping of a margin; codes of other columns may follow.
pub(super) fn level_names(policy: &Policy, columns: &[Codes], of: &Margin, codes: &[u32]) -> Names {
    let bins = |grouping: usize| policy.groupings().nth(grouping).map(Attribute::bin_names).unwrap_or_default();
    let name = |(grouping, code): (&usize, &u32)| match &columns[*grouping].meaning {
        Meaning::Levels(interner) => interner.names[*code as usize].clone(),
        _ if *code == 0 => MISSING.to_owned(),
        _ => bins(*grouping)[*code as usize - 1].clone(),
    };
    of.groupings.iter().zip(codes).map(name).collect()
}
