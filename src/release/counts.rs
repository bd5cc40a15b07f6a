//! The counts of every group as measurements have them, and how they add up.

use std::collections::{BTreeMap, BTreeSet};

use super::groups::Key;
use crate::result::Document;

/// The counts of a group as measurements have them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub favourable: u64,
    pub unfavourable: u64,
    pub true_pos: u64,
    pub false_pos: u64,
    pub false_neg: u64,
    pub true_neg: u64,
    pub labelled: u64,
    pub people: Option<u64>,
}

impl Counts {
    pub fn decided(&self) -> u64 {
        self.favourable.saturating_add(self.unfavourable)
    }

    pub fn judged(&self) -> u64 {
        [self.true_pos, self.false_pos, self.false_neg, self.true_neg].into_iter().fold(0, u64::saturating_add)
    }

    /// As a reader of numerators and denominators sees them once both are rounded.
    pub fn rounded(&self, of: u64) -> Counts {
        let share = |hits: u64, misses: u64| rounded_share(hits, misses, of);
        let (favourable, unfavourable) = share(self.favourable, self.unfavourable);
        let (true_pos, false_neg) = share(self.true_pos, self.false_neg);
        let (false_pos, true_neg) = share(self.false_pos, self.true_neg);
        Counts { favourable, unfavourable, true_pos, false_pos, false_neg, true_neg, ..*self }
    }
}

pub fn counts(document: &Document) -> BTreeMap<Key, Counts> {
    let of_whom = document.policy.of_whom();
    let undecided = document.policy.decision.is_none();
    let mut found: BTreeMap<Key, Counts> = BTreeMap::new();
    for m in &document.measurements {
        let (Some(hits), Some(of)) = (m.numerator, m.denominator) else { continue };
        let misses = of.saturating_sub(hits);
        let key = || (m.axes.clone(), m.group.clone());
        // Without decisions there is one kind of people, and beside it perhaps what turned out.
        if undecided && m.metric == of_whom {
            let counts = found.entry(key()).or_default();
            (counts.favourable, counts.people) = (of, m.people);
        }
        if undecided && m.metric == "base-rate" {
            let counts = found.entry(key()).or_default();
            (counts.true_pos, counts.false_pos) = (hits, misses);
        }
        match m.metric.as_str() {
            "selection-rate" => {
                let counts = found.entry(key()).or_default();
                (counts.favourable, counts.unfavourable, counts.people) = (hits, misses, m.people);
            }
            "true-positive-rate" => {
                let counts = found.entry(key()).or_default();
                (counts.true_pos, counts.false_neg) = (hits, misses);
            }
            "false-positive-rate" => {
                let counts = found.entry(key()).or_default();
                (counts.false_pos, counts.true_neg) = (hits, misses);
            }
            "base-rate" => found.entry(key()).or_default().labelled = of,
            _ => {}
        }
    }
    found
}

/// How the counts of a group add up to who got the favourable decision.
pub enum Atoms {
    /// Nothing turned out, so far as is known.
    Outcomes,
    /// Selected is favourable: four counts, and who has no label, selected or not.
    Same,
    /// Selected is not favourable, and everybody has a label.
    Opposite,
    /// Selected and favourable are two things.
    Apart,
}

impl Atoms {
    pub fn of(document: &Document, counts: &BTreeMap<Key, Counts>) -> Atoms {
        let policy = &document.policy;
        if policy.label.is_none() {
            return Atoms::Outcomes;
        }
        let set = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<String>>();
        let adds_up = |c: &Counts| {
            c.true_pos.saturating_add(c.false_pos) <= c.favourable
                && c.false_neg.saturating_add(c.true_neg) <= c.unfavourable
        };
        if set(&policy.favourable) == set(&policy.selected) && counts.values().all(adds_up) {
            return Atoms::Same;
        }
        let opposite =
            |c: &Counts| c.judged() == c.decided() && c.true_pos.saturating_add(c.false_pos) == c.unfavourable;
        if policy.selected_is == "burden" && counts.values().all(opposite) { Atoms::Opposite } else { Atoms::Apart }
    }

    pub fn list(&self, c: &Counts) -> Vec<u64> {
        let four = [c.true_pos, c.false_pos, c.false_neg, c.true_neg];
        let unlabelled = c.decided().saturating_sub(c.judged());
        match self {
            Atoms::Outcomes => vec![c.favourable, c.unfavourable],
            Atoms::Same => {
                let selected = c.favourable - c.true_pos - c.false_pos;
                let others = c.unfavourable - c.false_neg - c.true_neg;
                four.into_iter().chain([selected, others]).collect()
            }
            Atoms::Opposite => four.to_vec(),
            Atoms::Apart => [c.favourable, c.unfavourable].into_iter().chain(four).chain([unlabelled]).collect(),
        }
    }

    pub fn count(&self) -> usize {
        self.list(&Counts::default()).len()
    }

    pub fn outcomes(&self) -> Vec<Vec<usize>> {
        match self {
            Atoms::Outcomes | Atoms::Apart => vec![vec![0], vec![1]],
            Atoms::Same => vec![vec![0, 1, 4], vec![2, 3, 5]],
            Atoms::Opposite => vec![vec![2, 3], vec![0, 1]],
        }
    }
}

/// Hits and misses as a reader of a rounded numerator and denominator sees them.
pub fn rounded_share(hits: u64, misses: u64, of: u64) -> (u64, u64) {
    let all = to_nearest(hits.saturating_add(misses), of);
    let hits = to_nearest(hits, of).min(all);
    (hits, all - hits)
}

/// The nearest multiple of a number; halves go up.
pub fn to_nearest(count: u64, of: u64) -> u64 {
    if of < 2 { count } else { count.saturating_add(of / 2) / of * of }
}
