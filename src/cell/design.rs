//! Whose rows are whose, and what they weigh: second moments, by which intervals count people and not rows.
//!
//! A share of a group is `sum x / sum n` over people (or over single rows that weigh differently), so its variance needs
//! `sum x^2`, `sum x n` and `sum n^2` over people. All shares of a cell are sums of the same fifteen kinds of rows
//! (decision by label), so the products of those kinds serve every metric, and composites through their gradient.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::wide::Wide;
use super::{Decision, Label};

/// How many kinds of rows there are: every decision with every label.
pub const KINDS: usize = Decision::KINDS * Label::KINDS;

/// A weight or a probability of 1, in the whole numbers in which both are added up.
pub const ONE: u64 = 1 << 40;

/// More rows than this are not counted: a hundred times as many as there are people. Sums cannot overflow, and exact
/// tests, whose work grows with the square root of the rows, still end soon.
pub const MOST_ROWS: u64 = 1_000_000_000_000;
/// The largest weight of a row, and of the rows of one person together.
pub const MOST_WEIGHT: u64 = 16_777_215;

/// The kind of a row.
pub fn kind(decision: usize, label: usize) -> usize {
    decision * Label::KINDS + label
}

/// The rows of one kind that each weigh something, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weighing {
    pub rows: u64,
    pub total: u128,
    pub squares: Wide,
}

impl Weighing {
    /// Adds rows that weigh the same.
    pub fn push(&mut self, weight: u64, rows: u64) {
        self.rows += rows;
        self.total += u128::from(weight) * u128::from(rows);
        self.squares.add_product(weight, weight, rows);
    }

    pub fn add(&mut self, other: &Weighing) {
        self.rows += other.rows;
        self.total += other.total;
        self.squares.add(other.squares);
    }

    /// Appends the whole of it, to be hashed.
    pub fn bytes(&self, into: &mut Vec<u8>) {
        into.extend(self.rows.to_le_bytes());
        into.extend(self.total.to_le_bytes());
        into.extend(self.squares.bytes());
    }
}

/// How many people have these rows: pairs of a place and how many (or how heavy) its rows are, places rising.
pub type Profile = (Box<[(u32, u64)]>, u64);

/// The rows of groups that are known as probabilities: each row is in every group in part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// For each group and kind, the probabilities of the rows.
    pub groups: Vec<[Weighing; KINDS]>,
    /// For each pair of groups (lower, higher) and kind, the sum of the products of their probabilities.
    pub products: BTreeMap<(usize, usize), [Wide; KINDS]>,
}

/// How the rows of a run hang together. A place is a finest cell and a kind: `cell * KINDS + kind`.
#[derive(Clone, Debug, PartialEq)]
pub enum Sampling {
    /// Every row stands for itself and has a weight; by place.
    Weighted(BTreeMap<u32, Weighing>),
    /// Several rows can be of one person; the quantities of a profile are rows, or weights.
    People { profiles: Vec<Profile>, weighted: bool },
    /// Membership is a probability.
    Parts(Parts),
}

/// Sums over people of the rows of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// Rows of each kind, weighted.
    pub totals: [u128; KINDS],
    /// Over people, the product of the rows of two kinds; the lower kind first.
    pub products: BTreeMap<(u8, u8), Wide>,
    /// How many people have rows of just these kinds: a bit for each.
    pub patterns: BTreeMap<u16, u64>,
}

/// Sums over people who have rows in one cell and in another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shared {
    /// The products of their rows: by kind here and kind there.
    products: BTreeMap<(u8, u8), Wide>,
    /// How many people have rows of just these kinds here and just those there.
    patterns: BTreeMap<(u16, u16), u64>,
}

impl Shared {
    /// Over people, the sum of the rows of some kinds here times the rows of others there.
    pub fn product(&self, these: u16, those: u16) -> Wide {
        let mut sum = Wide::default();
        for ((here, there), product) in &self.products {
            if these >> here & 1 == 1 && those >> there & 1 == 1 {
                sum.add(*product);
            }
        }
        sum
    }

    /// People who have a row of one of the kinds in both cells.
    pub fn people(&self, kinds: u16) -> u64 {
        let both = |(here, there): &(u16, u16)| here & kinds != 0 && there & kinds != 0;
        self.patterns.iter().filter(|(patterns, _)| both(patterns)).map(|(_, people)| people).sum()
    }
}

/// The rows of a cell within a sampling: which finest cells it has, or which groups in part.
#[derive(Clone, Debug)]
pub struct Design {
    sampling: Arc<Sampling>,
    /// Rising.
    members: Arc<[u32]>,
    /// How many finest cells there are, where each row is in one of them; 0 where rows are in groups in part.
    cells: u32,
    moments: Arc<OnceLock<Moments>>,
}

impl PartialEq for Design {
    fn eq(&self, other: &Design) -> bool {
        self.members == other.members && self.sampling == other.sampling
    }
}

impl Design {
    pub fn new(sampling: Arc<Sampling>, members: impl IntoIterator<Item = u32>) -> Design {
        Design::among(sampling, members, 0)
    }

    /// Some of so many finest cells.
    pub fn among(sampling: Arc<Sampling>, members: impl IntoIterator<Item = u32>, cells: u32) -> Design {
        let members: BTreeSet<u32> = members.into_iter().collect();
        Design { sampling, members: members.into_iter().collect(), cells, moments: Arc::default() }
    }

    /// The same rows in the cells of another design. Where the full cross is not kept, every table of cells holds all rows
    /// under places of its own, and a design of everybody is one of everybody in each.
    fn beside(&self, other: &Design) -> Design {
        let everybody = self.cells > 0 && self.members.len() == self.cells as usize;
        if !everybody || other.cells == 0 || Arc::ptr_eq(&self.sampling, &other.sampling) {
            return self.clone();
        }
        Design::among(Arc::clone(&other.sampling), 0..other.cells, other.cells)
    }

    /// Whether rows are told apart by person, so that `min_group` counts people.
    pub fn counts_people(&self) -> bool {
        matches!(*self.sampling, Sampling::People { .. })
    }

    /// Whether rows weigh differently, so that a share is no fraction of counts.
    pub fn is_weighted(&self) -> bool {
        match &*self.sampling {
            Sampling::Weighted(_) | Sampling::Parts(_) => true,
            Sampling::People { weighted, .. } => *weighted,
        }
    }

    /// The cells of several designs of one run together.
    pub fn together<'a>(parts: impl IntoIterator<Item = &'a Design>) -> Option<Design> {
        let mut parts = parts.into_iter().peekable();
        let sampling = Arc::clone(&parts.peek()?.sampling);
        let parts: Vec<&Design> = parts.collect();
        if let [only] = parts.as_slice() {
            return Some((*only).clone());
        }
        let cells = parts.first().map_or(0, |part| part.cells);
        Some(Design::among(sampling, parts.iter().flat_map(|part| part.members.iter().copied()), cells))
    }

    pub fn without(&self, part: &Design) -> Design {
        let whole = self.beside(part);
        let left = whole.members.iter().filter(|member| part.members.binary_search(member).is_err());
        Design::among(Arc::clone(&whole.sampling), left.copied(), whole.cells)
    }

    /// The sums over people; made once.
    pub fn moments(&self) -> &Moments {
        self.moments.get_or_init(|| self.add_up())
    }

    fn add_up(&self) -> Moments {
        let mut sums = Moments { totals: [0; KINDS], products: BTreeMap::new(), patterns: BTreeMap::new() };
        match &*self.sampling {
            Sampling::Weighted(places) => {
                for member in self.members.iter() {
                    let first = member * KINDS as u32;
                    for (place, weighing) in places.range(first..first + KINDS as u32) {
                        sums.weigh((place - first) as usize, weighing);
                    }
                }
            }
            Sampling::Parts(parts) => {
                let kinds = self.members.iter().filter_map(|member| parts.groups.get(*member as usize));
                kinds.flat_map(|kinds| kinds.iter().enumerate()).for_each(|(kind, w)| sums.weigh(kind, w));
            }
            Sampling::People { profiles, .. } => {
                let inside = Inside::new(&self.members);
                let mut rows = [0_u64; KINDS];
                for (profile, people) in profiles {
                    let mut pattern = 0_u16;
                    for (place, quantity) in profile.iter().filter(|(place, _)| inside.has(*place)) {
                        let kind = *place as usize % KINDS;
                        rows[kind] += quantity;
                        pattern |= 1 << kind;
                    }
                    if pattern != 0 {
                        sums.meet(pattern, &rows, *people);
                        rows = [0; KINDS];
                    }
                }
            }
        }
        sums
    }

    /// The sums over people who have rows in both cells; none when nobody has.
    pub fn shared(&self, other: &Design) -> Option<Shared> {
        let own = self.beside(other);
        own.shared_within(&other.beside(&own))
    }

    fn shared_within(&self, other: &Design) -> Option<Shared> {
        let mut sums = Shared::default();
        match &*self.sampling {
            Sampling::Weighted(_) => {}
            Sampling::Parts(parts) => {
                let (Some(a), Some(b)) = (self.members.first(), other.members.first()) else { return None };
                let pair = (*a.min(b) as usize, *a.max(b) as usize);
                for (kind, sum) in parts.products.get(&pair)?.iter().enumerate() {
                    if *sum != Wide::default() {
                        sums.products.insert((kind as u8, kind as u8), *sum);
                    }
                }
            }
            Sampling::People { profiles, .. } => {
                let (mine, theirs) = (Inside::new(&self.members), Inside::new(&other.members));
                for (profile, people) in profiles.iter().filter(|(profile, _)| profile.len() > 1) {
                    let (mut here, mut there) = (0_u16, 0_u16);
                    for (place, quantity) in profile.iter().filter(|(place, _)| mine.has(*place)) {
                        here |= 1 << (place % KINDS as u32);
                        for (other, beside) in profile.iter().filter(|(place, _)| theirs.has(*place)) {
                            there |= 1 << (other % KINDS as u32);
                            let kinds = ((place % KINDS as u32) as u8, (other % KINDS as u32) as u8);
                            sums.products.entry(kinds).or_default().add_product(*quantity, *beside, *people);
                        }
                    }
                    if there != 0 {
                        *sums.patterns.entry((here, there)).or_default() += people;
                    }
                }
            }
        }
        (!sums.products.is_empty()).then_some(sums)
    }
}

impl Moments {
    /// Adds rows of one kind that each stand for themselves.
    fn weigh(&mut self, kind: usize, weighing: &Weighing) {
        if weighing.rows == 0 {
            return;
        }
        self.totals[kind] += weighing.total;
        self.products.entry((kind as u8, kind as u8)).or_default().add(weighing.squares);
        *self.patterns.entry(1 << kind).or_default() += weighing.rows;
    }

    /// Adds people who all have these rows.
    fn meet(&mut self, pattern: u16, rows: &[u64; KINDS], people: u64) {
        *self.patterns.entry(pattern).or_default() += people;
        for low in (0..KINDS).filter(|kind| pattern >> kind & 1 == 1) {
            self.totals[low] += u128::from(rows[low]) * u128::from(people);
            for high in (low..KINDS).filter(|kind| pattern >> kind & 1 == 1) {
                let product = self.products.entry((low as u8, high as u8)).or_default();
                product.add_product(rows[low], rows[high], people);
            }
        }
    }

    /// People (or rows, where each stands for itself) that have a row of one of the kinds.
    pub fn people(&self, kinds: u16) -> u64 {
        self.patterns.iter().filter(|(pattern, _)| **pattern & kinds != 0).map(|(_, people)| people).sum()
    }

    /// The weighted rows of some kinds.
    pub fn total(&self, kinds: u16) -> u128 {
        (0..KINDS).filter(|kind| kinds >> kind & 1 == 1).map(|kind| self.totals[kind]).sum()
    }

    /// Over people, the sum of the rows of some kinds times the rows of others.
    pub fn product(&self, these: u16, those: u16) -> Wide {
        let mut sum = Wide::default();
        for ((low, high), product) in &self.products {
            let has = |kinds: u16, kind: &u8| kinds >> kind & 1 == 1;
            if has(these, low) && has(those, high) {
                sum.add(*product);
            }
            if low != high && has(these, high) && has(those, low) {
                sum.add(*product);
            }
        }
        sum
    }
}

/// Whether a place belongs to one of some cells.
struct Inside {
    cells: Vec<bool>,
}

impl Inside {
    fn new(members: &[u32]) -> Inside {
        let mut cells = vec![false; members.last().map_or(0, |last| *last as usize + 1)];
        members.iter().for_each(|member| cells[*member as usize] = true);
        Inside { cells }
    }

    fn has(&self, place: u32) -> bool {
        self.cells.get(place as usize / KINDS).copied().unwrap_or(false)
    }
}
