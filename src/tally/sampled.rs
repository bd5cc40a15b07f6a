//! Rows that are not alike: adds up what they weigh, whose they are, and in what part they belong to a group.

use std::collections::{BTreeMap, HashMap};

use super::columns::Located;
use super::meaning::Fault;
use super::quantities::{NOBODY, TOO_HEAVY, read_chances, read_people, read_weights};
use crate::cell::design::{KINDS, ONE, Parts, Profile, Sampling, Weighing};
use crate::input::batch::Entries;
use crate::policy::Policy;
use crate::policy::check_grounds::MOST_GROUPS;
use crate::policy::value::Values;

const BEYOND_ONE: &str = "the probabilities of the groups add up to more than 1 in this row";

/// A group that is known as a probability: how many rows of each kind have which probability, in hundredths.
pub type Shelf = [[Weighing; KINDS]; SHELVES];
/// A hundredth each, and one for a probability of exactly 1.
pub const SHELVES: usize = 101;

/// What an attribute of probabilities adds up.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    pub parts: Parts,
    /// For each group, its rows by hundredths of the probability.
    pub shelves: Vec<Box<Shelf>>,
    /// Rows in which a probability is missing.
    pub missing: u64,
}

impl Likely {
    pub fn new(groups: usize) -> Likely {
        let empty = || Box::new([[Weighing::default(); KINDS]; SHELVES]);
        let parts = Parts { groups: vec![[Weighing::default(); KINDS]; groups], products: BTreeMap::new() };
        Likely { parts, shelves: (0..groups).map(|_| empty()).collect(), missing: 0 }
    }

    fn push(&mut self, kind: usize, chances: &[u64]) {
        for (group, chance) in chances.iter().enumerate() {
            self.parts.groups[group][kind].push(*chance, 1);
            let shelf = (u128::from(*chance) * 100 / u128::from(ONE)) as usize;
            self.shelves[group][shelf.min(SHELVES - 1)][kind].push(*chance, 1);
            for (other, beside) in chances.iter().enumerate().skip(group + 1) {
                let products = self.parts.products.entry((group, other)).or_default();
                products[kind].add_product(*chance, *beside, 1);
            }
        }
    }

    /// Puts rows that were counted before onto their shelf; none when there are too many.
    pub fn put(&mut self, group: usize, shelf: usize, kind: usize, rows: &Weighing) -> Option<()> {
        let of_group = &mut self.parts.groups[group][kind];
        of_group.rows.checked_add(rows.rows)?;
        of_group.total.checked_add(rows.total)?;
        of_group.add(rows);
        self.shelves[group][shelf][kind].add(rows);
        Some(())
    }

    pub fn add(&mut self, other: &Likely) {
        let kinds = |mine: &mut [Weighing; KINDS], theirs: &[Weighing; KINDS]| {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.add(theirs));
        };
        for (mine, theirs) in self.parts.groups.iter_mut().zip(&other.parts.groups) {
            kinds(mine, theirs);
        }
        for (pair, theirs) in &other.parts.products {
            let mine = self.parts.products.entry(*pair).or_default();
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.add(*theirs));
        }
        for (mine, theirs) in self.shelves.iter_mut().zip(&other.shelves) {
            mine.iter_mut().zip(theirs.iter()).for_each(|(mine, theirs)| kinds(mine, theirs));
        }
        self.missing += other.missing;
    }
}

type People = HashMap<(u64, u32), u64, foldhash::fast::FixedState>;

/// The rows of one worker, by the place that a combination of codes has with this worker.
#[derive(Clone, Default)]
pub struct Placed {
    people: People,
    /// Rows that name nobody, each of a person of its own: how many of a place weigh the same.
    alone: HashMap<(u32, u64), u64, foldhash::fast::FixedState>,
    weighed: Vec<Weighing>,
}

impl Placed {
    #[inline]
    fn push(&mut self, place: u32, owner: Option<u64>, weight: Option<u64>) {
        match (owner, weight) {
            (Some(NOBODY), _) => *self.alone.entry((place, weight.unwrap_or(1))).or_default() += 1,
            (Some(owner), _) => {
                let sum = self.people.entry((owner, place)).or_default();
                *sum = sum.saturating_add(weight.unwrap_or(1));
            }
            (None, Some(weight)) => {
                if self.weighed.len() <= place as usize {
                    self.weighed.resize(place as usize + 1, Weighing::default());
                }
                self.weighed[place as usize].push(weight, 1);
            }
            (None, None) => {}
        }
    }
}

/// Whose rows are and what they weigh, as one worker reads it and adds it up.
#[derive(Clone)]
pub struct Sampled {
    weight: bool,
    unit: bool,
    missing: Values,
    decimal_comma: bool,
    /// Of all groupings together.
    pub placed: Placed,
    pub likely: Vec<Likely>,
    owners: Vec<u64>,
    weights: Vec<u64>,
    chances: Vec<Vec<Vec<u64>>>,
}

impl Sampled {
    /// None where every row stands for itself, weighs the same and belongs to known groups.
    pub fn new(policy: &Policy, decimal_comma: bool) -> Option<Sampled> {
        let roles = &policy.roles;
        if roles.weight.is_none() && roles.unit.is_none() && policy.probable.is_empty() {
            return None;
        }
        Some(Sampled {
            weight: roles.weight.is_some(),
            unit: roles.unit.is_some(),
            missing: roles.missing.clone(),
            decimal_comma,
            placed: Placed::default(),
            likely: policy.probable.iter().map(|of| Likely::new(of.groups.len())).collect(),
            owners: Vec::new(),
            weights: Vec::new(),
            chances: policy.probable.iter().map(|of| vec![Vec::new(); of.groups.len()]).collect(),
        })
    }

    /// The columns that it reads, in their order.
    pub fn columns(policy: &Policy) -> impl Iterator<Item = String> + '_ {
        let chances = policy.probable.iter().flat_map(|of| of.groups.iter().map(|(_, column)| column.clone()));
        policy.roles.unit.iter().chain(&policy.roles.weight).cloned().chain(chances)
    }

    /// Reads its columns of a batch, one after the other from `next`.
    pub fn read<'a, E>(
        &mut self,
        mut next: impl FnMut() -> Result<(&'a String, &'a Entries), E>,
        bad_row: impl Fn(Located, &str) -> E,
    ) -> Result<(), E> {
        if self.unit {
            let (name, column) = next()?;
            read_people(column, &self.missing, &mut self.owners).map_err(|located| bad_row(located, name))?;
        }
        if self.weight {
            let (name, column) = next()?;
            read_weights(column, self.decimal_comma, &mut self.weights).map_err(|located| bad_row(located, name))?;
        }
        for groups in &mut self.chances {
            for into in groups {
                let (name, column) = next()?;
                let read = read_chances(column, &self.missing, self.decimal_comma, into);
                read.map_err(|located| bad_row(located, name))?;
            }
        }
        Ok(())
    }

    /// Takes a row of the batch that was read last.
    pub fn push(&mut self, row: usize, place: u32, kind: usize) {
        let (owner, weight) = self.of(row);
        self.placed.push(place, owner, weight);
        self.reckon(row, kind);
    }

    /// Adds whose a row is and what it weighs to a place elsewhere.
    pub fn place(&self, row: usize, place: u32, placed: &mut Placed) {
        let (owner, weight) = self.of(row);
        placed.push(place, owner, weight);
    }

    #[inline]
    fn of(&self, row: usize) -> (Option<u64>, Option<u64>) {
        (self.unit.then(|| self.owners[row]), self.weight.then(|| self.weights[row]))
    }

    /// Adds in what part a row belongs to groups.
    pub fn reckon(&mut self, row: usize, kind: usize) {
        for (likely, chances) in self.likely.iter_mut().zip(&self.chances) {
            let mut of_row = [0_u64; MOST_GROUPS];
            let groups = chances.len();
            chances.iter().zip(&mut of_row).for_each(|(column, into)| *into = column[row]);
            if of_row[..groups].contains(&u64::MAX) {
                likely.missing += 1;
            } else {
                likely.push(kind, &of_row[..groups]);
            }
        }
    }

    /// Rows whose probabilities are more than one together, which no row can be; the first of the batch.
    pub fn find_beyond_one(&self) -> Option<Located> {
        // A millionth is rounding of the file.
        const MOST: u64 = ONE + ONE / 1_000_000;
        for chances in &self.chances {
            let rows = chances.first().map_or(0, Vec::len);
            let sum = |row: usize| chances.iter().map(|of| of[row]).try_fold(0_u64, u64::checked_add);
            if let Some(row) = (0..rows).find(|row| sum(*row).is_some_and(|sum| sum > MOST && sum < u64::MAX / 2)) {
                return Some((Some(row), Fault::Row(BEYOND_ONE)));
            }
        }
        None
    }
}

/// Adds up what workers found of attributes of probabilities.
pub fn add_likely(whole: &mut Vec<Likely>, part: Vec<Likely>) {
    if whole.is_empty() {
        *whole = part;
    } else {
        whole.iter_mut().zip(&part).for_each(|(mine, theirs)| mine.add(theirs));
    }
}

/// What the workers added up, with the places of the whole run.
#[derive(Default)]
pub struct Gathered {
    people: People,
    alone: BTreeMap<(u32, u64), u64>,
    weighed: BTreeMap<u32, Weighing>,
}

impl Gathered {
    /// Adds what one worker has; `places` gives the place in the run of each of its places.
    pub fn add(&mut self, placed: &Placed, places: &[u32]) {
        let place = |own: u32| places.get(own as usize).copied().unwrap_or_default();
        for (&(owner, own), &quantity) in &placed.people {
            let sum = self.people.entry((owner, place(own))).or_default();
            *sum = sum.saturating_add(quantity);
        }
        for (&(own, weight), rows) in &placed.alone {
            *self.alone.entry((place(own), weight)).or_default() += rows;
        }
        for (own, weighing) in placed.weighed.iter().enumerate().filter(|(_, weighing)| weighing.rows > 0) {
            self.weighed.entry(place(own as u32)).or_default().add(weighing);
        }
    }

    /// How the rows hang together: people with the same rows are counted together, so that nobody is left by name.
    pub fn finish(self, policy: &Policy) -> Result<Option<Sampling>, &'static str> {
        let weighted = policy.roles.weight.is_some();
        if policy.roles.unit.is_none() {
            return Ok(weighted.then_some(Sampling::Weighted(self.weighed)));
        }
        let mut rows: Vec<(u64, u32, u64)> = self.people.into_iter().map(|((o, p), q)| (o, p, q)).collect();
        rows.sort_unstable();
        let mut profiles: HashMap<Box<[(u32, u64)]>, u64, foldhash::fast::FixedState> = HashMap::default();
        for of_one in rows.chunk_by(|a, b| a.0 == b.0) {
            let heavy = of_one.iter().map(|(_, _, quantity)| *quantity).try_fold(0_u64, u64::checked_add);
            if heavy.is_none_or(|sum| sum == u64::MAX) {
                return Err(TOO_HEAVY);
            }
            let profile = of_one.iter().map(|(_, place, quantity)| (*place, *quantity)).collect();
            *profiles.entry(profile).or_default() += 1;
        }
        for ((place, weight), people) in self.alone {
            *profiles.entry(Box::new([(place, weight)])).or_default() += people;
        }
        let mut profiles: Vec<Profile> = profiles.into_iter().collect();
        profiles.sort_unstable();
        Ok(Some(Sampling::People { profiles, weighted }))
    }
}
