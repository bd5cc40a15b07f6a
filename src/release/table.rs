//! Which counts must be hidden so that no small one can be worked out: the rule of every margin, then an audit of all of
//! them together.
//!
//! A **unit** is a group of an axis with counts that add up. A **margin** is a unit and the units it is the sum of. What is
//! shown of a unit is nothing, the counts of the outcome, or all counts. Source of the rule: the practice of the US Centers for
//! Medicare and Medicaid Services, that nothing is shown from which a count from 1 to 10 can be worked out.

use super::range::{self, Narrow};

/// Audits after which more is hidden at a time.
const PATIENCE: usize = 12;

/// What is shown of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    Nothing,
    /// Who got the favourable decision, and not how that went with what turned out.
    Outcomes,
    Everything,
}

/// The counts of one group.
#[derive(Clone, Debug)]
pub struct Unit {
    pub axis: usize,
    /// None of a group that only the arithmetic knows; it is never shown.
    pub atoms: Option<Vec<u64>>,
    pub shown: Shown,
    /// What a reader knows of it all the same, because it was published before.
    pub known: Shown,
    /// No reader can know that there are more cases than this.
    pub at_most: Option<u64>,
}

/// A unit that is the sum of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Margin {
    pub whole: usize,
    pub parts: Vec<usize>,
}

/// Units that hang together.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Counts from 1 to one less are hidden.
    pub min_cell: u64,
    /// How many counts each unit has.
    pub atoms: usize,
    /// The counts that [`Shown::Outcomes`] shows, each the sum of some atoms.
    pub outcomes: Vec<Vec<usize>>,
    /// The atoms that add up to all cases.
    pub total: Vec<usize>,
    pub units: Vec<Unit>,
    pub margins: Vec<Margin>,
    /// Axes that are shown whole or not at all.
    pub whole: Vec<bool>,
    /// For each axis those that divide its groups further.
    pub finer: Vec<Vec<usize>>,
    /// Axes of which nothing is shown, and that take no part in the arithmetic.
    pub dropped: Vec<bool>,
}

impl Unit {
    /// What a reader knows of it.
    pub fn told(&self) -> Shown {
        self.shown.max(self.known)
    }

    /// The sum of some atoms; none where they are not known.
    pub fn sum(&self, form: &[usize]) -> Option<u64> {
        self.atoms.as_ref().map(|atoms| form.iter().map(|at| atoms[*at]).sum())
    }
}

impl Table {
    /// Hides every unit that has a small count.
    pub fn hide_small(&mut self) {
        let (outcomes, atoms) = (self.forms(Shown::Outcomes), self.forms(Shown::Everything));
        for at in 0..self.units.len() {
            let unit = &self.units[at];
            let small = |forms: &[Vec<usize>]| {
                forms.iter().filter_map(|form| unit.sum(form)).any(|count| count > 0 && count < self.min_cell)
            };
            if small(&outcomes) {
                self.hide(at, Shown::Nothing);
            } else if small(&atoms) {
                self.hide(at, Shown::Outcomes);
            }
        }
    }

    /// Hides whatever small counts could be worked out from, until the audit finds none.
    ///
    /// In every margin that is shown, where one part alone is hidden or the hidden parts add up to less than `min_cell`, the
    /// smallest other part that has such cases is hidden as well. Then all margins together are gone through by linear
    /// programming: where what is shown leaves a hidden count a range narrower than `min_cell`, more is hidden.
    pub fn hide_what_tells(&mut self) {
        if self.units.iter().all(|unit| unit.atoms.is_none() || unit.shown == Shown::Everything) {
            return;
        }
        for step in 0.. {
            while self.keep_rule() {}
            let audit = range::audit(self);
            for axis in &audit.too_large {
                self.drop_axis(*axis);
            }
            if !audit.too_large.is_empty() {
                continue;
            }
            let mut changed = false;
            let mut told: Vec<usize> = Vec::new();
            for Narrow { unit, form, part, .. } in audit.narrow {
                // One more for each part of the table, then the audit looks again; where that takes long, one more for each.
                if step >= PATIENCE || !told.contains(&part) {
                    changed |= self.hide_more(unit, &form);
                    told.push(part);
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// Nothing of an axis is shown.
    pub fn drop_axis(&mut self, axis: usize) {
        self.dropped[axis] = true;
        for unit in self.units.iter_mut().filter(|unit| unit.axis == axis) {
            unit.shown = Shown::Nothing;
        }
    }

    /// The counts that a unit shows at a level and not below it.
    pub fn forms(&self, level: Shown) -> Vec<Vec<usize>> {
        match level {
            Shown::Nothing => Vec::new(),
            Shown::Outcomes => self.outcomes.iter().chain([&self.total]).cloned().collect(),
            Shown::Everything => (0..self.atoms).map(|at| vec![at]).collect(),
        }
    }

    /// Shows no more of a unit than this; where its axis is shown whole or not at all, nothing of it nor of finer ones.
    pub fn hide(&mut self, at: usize, to: Shown) {
        let axis = self.units[at].axis;
        if !self.whole[axis] {
            let unit = &mut self.units[at];
            unit.shown = unit.shown.min(to);
            return;
        }
        let mut axes = self.finer[axis].clone();
        axes.push(axis);
        for unit in self.units.iter_mut().filter(|unit| axes.contains(&unit.axis)) {
            unit.shown = Shown::Nothing;
        }
    }

    /// One step of the rule of margins; false when every margin keeps it.
    fn keep_rule(&mut self) -> bool {
        for level in [Shown::Outcomes, Shown::Everything] {
            let forms = self.forms(level);
            let found = self.margins.iter().find_map(|margin| self.breach(margin, level, &forms));
            if let Some(unit) = found {
                let below = if level == Shown::Outcomes { Shown::Nothing } else { Shown::Outcomes };
                self.hide(unit, below);
                return true;
            }
        }
        false
    }

    /// The part to hide where a margin gives a hidden part away.
    fn breach(&self, margin: &Margin, level: Shown, forms: &[Vec<usize>]) -> Option<usize> {
        if self.units[margin.whole].told() < level {
            return None;
        }
        let (hidden, shown): (Vec<usize>, Vec<usize>) =
            margin.parts.iter().partition(|part| self.units[**part].told() < level);
        forms.iter().find_map(|form| {
            let sums: Vec<u64> = hidden.iter().filter_map(|part| self.units[*part].sum(form)).collect();
            let all: u64 = sums.iter().sum();
            // Nothing is no secret.
            if sums.len() < hidden.len() || all == 0 || (sums.len() > 1 && all >= self.min_cell) {
                return None;
            }
            // To hide what was published before hides nothing.
            let open: Vec<usize> = shown.iter().copied().filter(|part| self.units[*part].known < level).collect();
            self.smallest(&open, form)
        })
    }

    /// The smallest of some units that has cases of a form.
    fn smallest(&self, units: &[usize], form: &[usize]) -> Option<usize> {
        let has = |at: &&usize| self.units[**at].sum(form).is_some_and(|count| count > 0);
        units.iter().filter(has).min_by_key(|at| (self.units[**at].sum(&self.total), **at)).copied()
    }

    /// Hides something more near a unit whose counts can be worked out too narrowly; false when nothing is left.
    fn hide_more(&mut self, narrow: usize, form: &[usize]) -> bool {
        let near = |at: usize| {
            let with = self.margins.iter().filter(move |margin| margin.parts.contains(&at));
            let parts: Vec<usize> = with.clone().flat_map(|margin| margin.parts.iter().copied()).collect();
            let wholes: Vec<usize> = with.map(|margin| margin.whole).collect();
            let divided = self.margins.iter().filter(move |margin| margin.whole == at);
            [parts, divided.flat_map(|margin| margin.parts.iter().copied()).collect(), wholes]
        };
        let levels: &[(Shown, Shown)] = if form.len() == 1 && self.units[narrow].shown == Shown::Outcomes {
            &[(Shown::Everything, Shown::Outcomes), (Shown::Outcomes, Shown::Nothing)]
        } else {
            &[(Shown::Outcomes, Shown::Nothing)]
        };
        for (from, to) in levels {
            for mut units in near(narrow).into_iter().chain([(0..self.units.len()).collect()]) {
                units.retain(|at| {
                    let unit = &self.units[*at];
                    unit.shown >= *from && unit.known < *from && !self.dropped[unit.axis]
                });
                if let Some(found) = self.smallest(&units, form) {
                    self.hide(found, *to);
                    return true;
                }
            }
        }
        // Whoever has no such case can be left; all others are hidden, and so is everything that is left.
        // What was published before stays: to hide it hides nothing.
        match self.units.iter().position(|unit| unit.shown > Shown::Nothing && unit.known < unit.shown) {
            Some(found) => {
                self.hide(found, Shown::Nothing);
                true
            }
            None => false,
        }
    }
}
