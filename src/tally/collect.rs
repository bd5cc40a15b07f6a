//! What the workers counted → cells, by the names of levels.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cells::{Cells, GroupKey, Levels};
use super::codes::Codes;
use super::faults::{too_many_levels, too_many_scores};
use super::ledgers::{Grown, allowance};
use super::meaning::{MOST_LEVELS, Meaning};
use super::pass::{MOST_ROWS, TOO_MANY_ROWS, Tallied, Tally, policy_grid};
use super::sampled::{Gathered, Sampled};
use crate::cell::design::{Design, KINDS, kind};
use crate::cell::ledger::MOST_EXACT;
use crate::cell::{Cell, Decision, Label, Ledger, Scores};
use crate::cores;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::input::BadRow;
use crate::policy::Policy;
use crate::policy::types::Attribute;
use crate::policy::value::MISSING;

/// A place of a worker: the names of its levels and its kind.
type Named = (Vec<String>, usize);

/// Merges what the workers counted, by the names of levels, so that neither their number nor their order can show.
pub fn collect(tallies: Vec<Tally>, policy: &Policy) -> Result<Cells, Error> {
    let mut cells = Cells::default();
    let mut by_name: BTreeMap<Vec<String>, Cell> = BTreeMap::new();
    cells.rows_read = tallies.iter().fold(0, |sum, tally| sum.saturating_add(tally.rows_read));
    if cells.rows_read > MOST_ROWS {
        let place = Place { column: policy.roles.count.clone(), ..Place::default() };
        return Err(Error::data(Diagnostic::new("bad-data", TOO_MANY_ROWS).at(place)));
    }
    let mut ledgers: BTreeMap<(Vec<String>, usize), Vec<Grown>> = BTreeMap::new();
    let mut gathered = Gathered::default();
    // Where rows are not alike: each worker's places, by the names of levels and the kind.
    let mut sampled: Vec<(Sampled, Vec<Named>)> = Vec::new();
    for mut tally in tallies {
        cells.rows_excluded += tally.rows_excluded;
        for (place, seen, met) in [
            (tally.groupings, &mut cells.decision_values, &mut cells.decision_met),
            (tally.groupings + 1, &mut cells.label_values, &mut cells.label_met),
        ] {
            if let Meaning::Classes(classes) = &tally.columns[place].meaning {
                seen.extend(classes.seen.iter().cloned());
                met.extend(classes.met.iter().cloned());
            }
        }
        let mut places: Vec<Named> = Vec::new();
        for (codes, Tallied { rows, place, .. }) in tally.table.entries() {
            let names = level_names(policy, &tally.columns, &codes);
            let (decision, label) = (codes[tally.groupings] as usize, codes[tally.groupings + 1] as usize);
            if place > 0 {
                if places.len() < place as usize {
                    places.resize(place as usize, Named::default());
                }
                places[place as usize - 1] = (names.clone(), kind(decision, label));
            }
            let cell = by_name.entry(names).or_default();
            cell.push(Decision::from_index(decision), Label::from_index(label), rows);
        }
        sampled.extend(tally.sampled.take().map(|sampled| (sampled, places)));
        for (codes, ledger) in tally.ledgers.finish() {
            let key = (level_names(policy, &tally.columns, &codes), codes[tally.groupings] as usize);
            ledgers.entry(key).or_default().push(ledger);
        }
    }
    keep_scores(policy, ledgers, &mut by_name)?;
    cells.levels = policy.groupings().enumerate().map(|(g, of)| order_levels(of, g, by_name.keys())).collect();
    // No worker and no file need have seen them all.
    for (attribute, levels) in policy.groupings().zip(&cells.levels) {
        if levels.names.len() - usize::from(levels.missing.is_some()) > MOST_LEVELS && attribute.bins.is_empty() {
            let place = Place { column: Some(attribute.column.clone()), ..Place::default() };
            return Err(Error::data(Diagnostic::new("too-many-levels", too_many_levels()).at(place)));
        }
    }
    let mut keys: BTreeMap<Vec<String>, GroupKey> = BTreeMap::new();
    for (names, cell) in by_name {
        let place = |(a, name): (usize, &String)| cells.levels[a].names.iter().position(|n| n == name).unwrap_or(0);
        let key: GroupKey = names.iter().enumerate().map(place).collect();
        cells.cells.insert(key.clone(), cell);
        keys.insert(names, key);
    }
    let place_of: BTreeMap<&GroupKey, u32> = cells.cells.keys().zip(0..).collect();
    for (sampled, places) in sampled {
        let place = |(names, kind): &Named| {
            let cell = keys.get(names).and_then(|key| place_of.get(key)).copied().unwrap_or_default();
            cell * KINDS as u32 + *kind as u32
        };
        gathered.add(sampled, &places.iter().map(place).collect::<Vec<_>>());
    }
    let (sampling, likely) = gathered.finish().map_err(|message| {
        let place = Place { column: policy.roles.unit.clone(), ..Place::default() };
        Error::data(Diagnostic::new("bad-data", message).at(place))
    })?;
    cells.likely = likely;
    if let Some(sampling) = sampling {
        let sampling = Arc::new(sampling);
        for (place, cell) in cells.cells.values_mut().enumerate() {
            cell.keep_design(Design::new(Arc::clone(&sampling), [place as u32]));
        }
        cells.sampling = Some(sampling);
    }
    Ok(cells)
}

/// Gives every cell the scores that the workers kept of it.
fn keep_scores(
    policy: &Policy,
    ledgers: BTreeMap<(Vec<String>, usize), Vec<Grown>>,
    cells: &mut BTreeMap<Vec<String>, Cell>,
) -> Result<(), Error> {
    if policy.roles.score.is_none() {
        return Ok(());
    }
    let grid = Arc::new(policy_grid(policy));
    let whole = |parts: Vec<Grown>| {
        let parts: Vec<Ledger> = parts.into_iter().map(|part| part.ledger(&grid)).collect();
        Ledger::together(&parts.iter().collect::<Vec<_>>(), &grid)
    };
    let mut ledgers: BTreeMap<_, _> = cores::each(ledgers, |(key, parts)| (key, whole(parts))).into_iter().collect();
    let distinct = ledgers.values().map(|ledger| match ledger {
        Ledger::Exact(scores) => scores.len(),
        Ledger::Binned(_) => MOST_EXACT,
    });
    let Some(each) = allowance(distinct) else {
        let names: Vec<&str> = policy.groupings().map(|grouping| grouping.column.as_str()).collect();
        let BadRow { code, column, message, .. } = too_many_scores(&names.join(", "));
        let place = Place { column: Some(column), ..Place::default() };
        return Err(Error::data(Diagnostic::new(code, message).at(place)));
    };
    for (names, cell) in cells {
        let of = |label: usize| {
            ledgers.remove(&(names.clone(), label)).map(|ledger| ledger.at_most(each, &grid)).unwrap_or_default()
        };
        let by_label = [0, 1, 2].map(of);
        cell.keep_scores(Scores::new(Arc::clone(&grid), by_label));
    }
    Ok(())
}

/// The names of the levels of each attribute; codes of other columns may follow.
pub(super) fn level_names(policy: &Policy, columns: &[Codes], codes: &[u32]) -> Vec<String> {
    let name = |((place, grouping), code): ((usize, &Attribute), &u32)| match &columns[place].meaning {
        Meaning::Levels(interner) => interner.names[*code as usize].clone(),
        _ if *code == 0 => MISSING.to_owned(),
        _ => grouping.bin_names()[*code as usize - 1].clone(),
    };
    policy.groupings().enumerate().zip(codes).map(name).collect()
}

/// Declared levels first, as declared; then the others by name; rows without a value last.
fn order_levels<'a>(declared: &Attribute, place: usize, keys: impl Iterator<Item = &'a Vec<String>>) -> Levels {
    let mut found: Vec<String> = keys.map(|names| names[place].clone()).collect();
    found.sort();
    found.dedup();
    let order = if declared.bins.is_empty() { declared.groups.clone() } else { declared.bin_names() };
    let rank = |name: &String| {
        let place = order.iter().position(|o| o == name);
        (name == MISSING, place.unwrap_or(order.len()))
    };
    found.sort_by_key(rank);
    let missing = found.iter().position(|name| name == MISSING);
    Levels { names: found, missing }
}
