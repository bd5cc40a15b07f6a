//! What a reader can work out about hidden counts from everything that is shown.

use std::collections::BTreeMap;

use super::simplex::{Equations, Farthest, Simplex};
use super::table::{Shown, Table};

/// Equations times unknowns that are still solved together; a larger part of a table is not shown at all.
const LARGEST: usize = 1_500_000;

/// A hidden count that is too well known.
#[derive(Clone, Debug, PartialEq)]
pub struct Narrow {
    pub unit: usize,
    /// The sum of these atoms.
    pub form: Vec<usize>,
    /// The part of the table that hangs together with it.
    pub part: usize,
}

/// An equation.
type Row = (Vec<(usize, f64)>, f64);

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audit {
    pub narrow: Vec<Narrow>,
    /// Axes of parts of the table that are too large to be gone through.
    pub too_large: Vec<usize>,
}

/// The unknowns of a hidden count that hang together, and how far their sum is known to go.
struct Piece {
    target: usize,
    places: Vec<usize>,
    low: f64,
    high: f64,
}

impl Piece {
    fn is_narrow(&self, asked: f64) -> bool {
        is_narrow(self.high - self.low, asked)
    }
}

/// Rounding apart, narrower than asked.
fn is_narrow(width: f64, asked: f64) -> bool {
    width < asked - 1e-3
}

/// Goes through every hidden count that is not 0.
pub fn audit(table: &Table) -> Audit {
    let unknowns = Unknowns::new(table);
    let (equations, fixed) = unknowns.equations(table);
    let parts = parts(&equations, &fixed);
    let targets = targets(table);
    // Unknowns that do not hang together go their own ways, so the widths of their sums add up.
    let mut pieces: BTreeMap<usize, Vec<Piece>> = BTreeMap::new();
    for (target, (unit, form)) in targets.iter().enumerate() {
        let Some(atoms) = &table.units[*unit].atoms else { continue };
        for atom in form {
            let Some(place) = unknowns.place(*unit, *atom).filter(|place| !fixed[*place]) else { continue };
            let here = pieces.entry(parts[place]).or_default();
            let count = atoms[*atom] as f64;
            match here.last_mut().filter(|piece| piece.target == target) {
                Some(piece) => {
                    piece.places.push(place);
                    piece.low += count;
                    piece.high += count;
                }
                None => here.push(Piece { target, places: vec![place], low: count, high: count }),
            }
        }
    }
    let mut found = Audit::default();
    let mut widths = vec![0.0; targets.len()];
    let mut part_of = vec![usize::MAX; targets.len()];
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in (0..parts.len()).filter(|place| !fixed[*place]) {
        members.entry(parts[place]).or_default().push(place);
    }
    let mut rows_of: BTreeMap<usize, Vec<&Row>> = BTreeMap::new();
    for row in &equations.rows {
        let part = row.0.iter().find(|(at, _)| !fixed[*at]).map_or(usize::MAX, |(at, _)| parts[*at]);
        rows_of.entry(part).or_default().push(row);
    }
    for (part, pieces) in &mut pieces {
        let within = members.remove(part).unwrap_or_default();
        let rows = rows_of.remove(part).unwrap_or_default();
        if rows.len().saturating_mul(within.len() + rows.len()) > LARGEST {
            let axes = pieces.iter().map(|piece| table.units[targets[piece.target].0].axis);
            let finest = axes.max_by_key(|axis| table.units.iter().filter(|unit| unit.axis == *axis).count());
            found.too_large.extend(finest);
            continue;
        }
        let place: BTreeMap<usize, usize> = within.iter().enumerate().map(|(i, place)| (*place, i)).collect();
        let short =
            |left: &[(usize, f64)]| left.iter().filter_map(|(at, by)| place.get(at).map(|i| (*i, *by))).collect();
        let rows = rows.into_iter().map(|(left, right)| (short(left), *right)).collect();
        for piece in pieces.iter_mut() {
            piece.places = piece.places.iter().filter_map(|at| place.get(at).copied()).collect();
        }
        widen(&Equations { unknowns: within.len(), rows }, pieces, table.min_cell as f64);
        for piece in pieces.iter() {
            widths[piece.target] += piece.high - piece.low;
            part_of[piece.target] = *part;
        }
    }
    for (at, (unit, form)) in targets.into_iter().enumerate() {
        if is_narrow(widths[at], table.min_cell as f64) {
            found.narrow.push(Narrow { unit, form, part: part_of[at] });
        }
    }
    found
}

/// Drives every sum that is not known to be wide to both its ends; each point on the way widens all of them.
fn widen(equations: &Equations, pieces: &mut [Piece], asked: f64) {
    let Some(mut simplex) = Simplex::new(equations) else { return };
    for at in 0..pieces.len() {
        for sign in [1.0, -1.0] {
            if !pieces[at].is_narrow(asked) {
                break;
            }
            let sum: Vec<(usize, f64)> = pieces[at].places.iter().map(|place| (*place, sign)).collect();
            match simplex.farthest(&sum) {
                Farthest::At(point) => {
                    for piece in pieces.iter_mut() {
                        let value: f64 = piece.places.iter().map(|place| point[*place]).sum();
                        piece.low = piece.low.min(value);
                        piece.high = piece.high.max(value);
                    }
                }
                Farthest::Unbounded => pieces[at].high = f64::INFINITY,
                Farthest::Unsolved => {}
            }
        }
    }
}

/// Every hidden count that is not 0.
fn targets(table: &Table) -> Vec<(usize, Vec<usize>)> {
    let mut found = Vec::new();
    for (at, unit) in table.units.iter().enumerate() {
        if unit.atoms.is_none() || table.dropped[unit.axis] {
            continue;
        }
        let mut forms = Vec::new();
        for level in [Shown::Outcomes, Shown::Everything] {
            if unit.told() < level {
                forms.extend(table.forms(level));
            }
        }
        forms.sort();
        forms.dedup();
        let counted = |form: &Vec<usize>| unit.sum(form).is_some_and(|count| count > 0);
        found.extend(forms.into_iter().filter(counted).map(|form| (at, form)));
    }
    found
}

/// Where the atoms of units that are not fully shown stand among the unknowns.
struct Unknowns {
    atoms: usize,
    first: Vec<Option<usize>>,
    count: usize,
}

impl Unknowns {
    fn new(table: &Table) -> Unknowns {
        let mut count = 0;
        let mut place = |unit: &super::table::Unit| {
            if table.dropped[unit.axis] || (unit.atoms.is_some() && unit.told() == Shown::Everything) {
                return None;
            }
            count += table.atoms;
            Some(count - table.atoms)
        };
        let first = table.units.iter().map(&mut place).collect();
        Unknowns { atoms: table.atoms, first, count }
    }

    fn place(&self, unit: usize, atom: usize) -> Option<usize> {
        self.first[unit].map(|first| first + atom)
    }

    /// Everything that is shown, as equations, and which unknowns they fix at 0.
    fn equations(&self, table: &Table) -> (Equations, Vec<bool>) {
        let mut rows: Vec<Row> = Vec::new();
        for margin in &table.margins {
            let all = margin.parts.iter().map(|part| (*part, 1.0)).chain([(margin.whole, -1.0)]);
            let units: Vec<(usize, f64)> = all.collect();
            if units.iter().any(|(at, _)| table.dropped[table.units[*at].axis]) {
                continue;
            }
            for atom in 0..self.atoms {
                let (mut left, mut right) = (Vec::new(), 0.0);
                for (at, by) in &units {
                    match (self.place(*at, atom), &table.units[*at].atoms) {
                        (Some(place), _) => left.push((place, *by)),
                        (None, Some(atoms)) => right -= by * atoms[atom] as f64,
                        (None, None) => {}
                    }
                }
                rows.push((left, right));
            }
        }
        let mut count = self.count;
        for (at, unit) in table.units.iter().enumerate() {
            let (Some(first), Some(_)) = (self.first[at], &unit.atoms) else { continue };
            let sum = |form: &[usize]| form.iter().map(|atom| (first + atom, 1.0)).collect::<Vec<_>>();
            if unit.told() == Shown::Outcomes {
                for form in &table.outcomes {
                    rows.push((sum(form), unit.sum(form).unwrap_or(0) as f64));
                }
            }
            if let Some(most) = unit.at_most.filter(|_| unit.told() == Shown::Nothing) {
                let mut left = sum(&table.total);
                left.push((count, 1.0));
                rows.push((left, most as f64));
                count += 1;
            }
        }
        rows.retain(|(left, _)| !left.is_empty());
        let mut fixed = vec![false; count];
        // Numbers that are not negative and add up to 0 are 0 each.
        loop {
            let mut changed = false;
            for (left, right) in &rows {
                let open: Vec<&(usize, f64)> = left.iter().filter(|(at, _)| !fixed[*at]).collect();
                let one_sided = open.iter().all(|(_, by)| *by > 0.0) || open.iter().all(|(_, by)| *by < 0.0);
                if *right == 0.0 && one_sided && !open.is_empty() {
                    open.into_iter().for_each(|(at, _)| fixed[*at] = true);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        rows.retain(|(left, _)| left.iter().any(|(at, _)| !fixed[*at]));
        (Equations { unknowns: count, rows }, fixed)
    }
}

/// Which unknowns hang together: the smallest of each part.
fn parts(equations: &Equations, fixed: &[bool]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..equations.unknowns).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for (left, _) in &equations.rows {
        let mut open = left.iter().map(|(at, _)| *at).filter(|at| !fixed[*at]);
        let Some(first) = open.next() else { continue };
        for other in open {
            let (a, b) = (root(&mut parent, first), root(&mut parent, other));
            parent[a.max(b)] = a.min(b);
        }
    }
    (0..equations.unknowns).map(|at| root(&mut parent, at)).collect()
}
