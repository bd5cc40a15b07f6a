//! The same rows as an earlier model decided them and as this one does, in the one pass.

use std::collections::BTreeMap;

use super::cells::{Cells, GroupKey};
use super::collect::{collect, level_names};
use super::columns;
use super::faults::{bad_row, too_many_cells};
use super::margins::Most;
use super::named::in_all;
use super::pass::{Tally, wanted_columns};
use super::table::{MOST_CELLS, Table, TooMany};
use crate::cell::joint::Moments;
use crate::cell::{Decision, Joint, Label};
use crate::error::Error;
use crate::input::{Accumulate, BadRow, Batch};
use crate::policy::margin::Margin;
use crate::policy::value::Values;
use crate::policy::{DecisionRole, Policy};

/// The columns of what was decided before: by an earlier model, or by the model that a person then overrode or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// None where a threshold makes the decision of the score.
    pub decision: Option<String>,
    pub score: Option<String>,
    /// It is what the model said before a person decided (`[human]`).
    pub human: bool,
}

impl Previous {
    /// Those that a policy names, if any.
    pub fn of(policy: &Policy) -> Option<Previous> {
        let (decision, score) = (policy.roles.previous_decision.clone(), policy.roles.previous_score.clone());
        (decision.is_some() || score.is_some()).then_some(Previous { decision, score, human: false })
    }

    /// What the model said before a person decided, if the policy asks for it.
    pub fn of_human(policy: &Policy) -> Option<Previous> {
        let decision = Some(policy.human.as_ref()?.model_decision.clone());
        Some(Previous { decision, score: None, human: true })
    }

    /// What of the policy asks for pairs.
    fn key(&self) -> &'static str {
        if self.human { "human" } else { "previous_decision" }
    }

    /// Their names in the order in which they follow the other columns of a batch.
    pub fn columns(&self) -> impl Iterator<Item = String> + '_ {
        self.decision.iter().chain(&self.score).cloned()
    }

    /// The policy by which the earlier model is counted: its decision and score take the place of those of now. Rows come
    /// without those that `where` leaves out, and with their counts.
    pub fn policy(&self, policy: &Policy) -> Policy {
        let mut before = self.now_alone(policy);
        if let Some(human) = policy.human.as_ref().filter(|_| self.human) {
            (before.roles.favourable, before.roles.selected) = (human.favourable.clone(), human.favourable.clone());
        }
        if let Some(decision) = &self.decision {
            before.roles.decision = DecisionRole::Column(decision.clone());
        } else if let (DecisionRole::Threshold { threshold, .. }, Some(score)) = (&policy.roles.decision, &self.score) {
            before.roles.decision = DecisionRole::Threshold { score: score.clone(), threshold: threshold.clone() };
        }
        before.roles.score = self.score.clone();
        before
    }

    /// The same policy for rows that have been chosen and counted. A human step is about decisions alone.
    pub fn now_alone(&self, policy: &Policy) -> Policy {
        let mut now = policy.clone();
        now.roles.filter.clear();
        now.roles.count = None;
        now.outcomes.clear();
        now.funnel = None;
        now.classes = None;
        if self.human {
            let roles = &mut now.roles;
            (roles.label, roles.score, roles.threshold) = (None, None, None);
            roles.positive = Values::default();
        }
        now
    }
}

/// What is kept of a combination of groups, label and both decisions: its rows, and one more than the place of its scores.
#[derive(Clone, Copy, Default, PartialEq)]
struct Kept {
    rows: u64,
    place: u32,
}

/// Counts all rows as [`Tally`] does, and those that an earlier model decided as well once more: as it did, as is done
/// now, and both together.
#[derive(Clone)]
pub struct Paired {
    now: Tally,
    after: Tally,
    before: Tally,
    /// Places of the columns of a batch that each takes.
    columns: Places,
    /// Both sides have scores.
    scored: bool,
    key: &'static str,
    table: Table<Kept>,
    moments: Vec<Moments>,
    rows_only_before: u64,
    rows_only_after: u64,
}

#[derive(Clone)]
struct Places {
    now: Vec<usize>,
    after: Vec<usize>,
    before: Vec<usize>,
}

/// The columns that a policy with an earlier model needs, in the order in which a batch holds them.
pub fn wanted_columns_of_both(policy: &Policy, previous: &Previous) -> Vec<String> {
    wanted_columns(policy).into_iter().chain(previous.columns()).collect()
}

impl Paired {
    pub fn new(policy: &Policy, previous: &Previous, decimal_comma: bool) -> Paired {
        Paired::with_most(policy, previous, decimal_comma, Most::default())
    }

    /// The same, with other limits of what is kept of one model.
    pub fn with_most(policy: &Policy, previous: &Previous, decimal_comma: bool, most: Most) -> Paired {
        let after = Tally::with_most(&previous.now_alone(policy), decimal_comma, most);
        let before = Tally::with_most(&previous.policy(policy), decimal_comma, most);
        let table = Table::new(&kinds(&after));
        Paired {
            now: Tally::with_most(policy, decimal_comma, most),
            after,
            before,
            columns: Places::new(policy, previous),
            scored: policy.roles.score.is_some() && previous.score.is_some(),
            key: previous.key(),
            table,
            moments: Vec::new(),
            rows_only_before: 0,
            rows_only_after: 0,
        }
    }

    /// How many columns of a batch come before those of the earlier model.
    pub(super) fn columns_of_now(&self) -> usize {
        self.columns.now.len()
    }

    fn count(&mut self, batch: &Batch, counts: Option<&[u64]>) -> Result<(), BadRow> {
        self.now.encode(&pick(batch, &self.columns.now)?)?;
        self.now.add(counts)?;
        self.after.encode(&pick(batch, &self.columns.after)?)?;
        self.before.encode(&pick(batch, &self.columns.before)?)?;
        let rows = |row: usize| counts.map_or(1, |counts| counts[row]);
        let mut both = Vec::with_capacity(batch.height());
        for row in 0..batch.height() {
            let (was, is) = (self.before.is_told(row, self.scored), self.after.is_told(row, self.scored));
            both.push(was && is);
            match (was, is) {
                (true, false) => self.rows_only_before += rows(row),
                (false, true) => self.rows_only_after += rows(row),
                _ => {}
            }
        }
        let counts: Option<Vec<u64>> =
            counts.map(|counts| counts.iter().zip(&both).filter(|(_, both)| **both).map(|(rows, _)| *rows).collect());
        self.after.keep_rows(&both);
        self.before.keep_rows(&both);
        self.join(counts.as_deref())?;
        self.after.add(counts.as_deref())?;
        self.before.add(counts.as_deref())
    }

    /// Counts the rows that were encoded last by both decisions.
    fn join(&mut self, counts: Option<&[u64]>) -> Result<(), BadRow> {
        let key = self.key;
        let too_many = |_: TooMany| too_many_cells(key);
        self.table.make_room(&kinds(&self.after)).map_err(too_many)?;
        let (after, before) = (&self.after, &self.before);
        let mut codes = after.codes();
        codes.push(before.decisions());
        let rows = after.decisions().len();
        let (moments, scored) = (&mut self.moments, self.scored);
        let seen = |row: usize, kept: &mut Kept| {
            let times = counts.map_or(1, |counts| counts[row]);
            kept.rows += times;
            if scored {
                if kept.place == 0 {
                    moments.push(Moments::default());
                    kept.place = moments.len() as u32;
                }
                moments[kept.place as usize - 1].push(before.scores[row], after.scores[row], times);
            }
        };
        self.table.visit(&codes, rows, seen).map_err(too_many)
    }
}

impl Places {
    fn new(policy: &Policy, previous: &Previous) -> Places {
        let roles = &policy.roles;
        let (filters, groupings) = (roles.filter.len(), policy.groupings().count());
        let own = wanted_columns(policy).len();
        let mut before: Vec<usize> = (filters..filters + groupings).collect();
        // The columns of now, after the groups: decision, label, score.
        let mut next = filters + groupings;
        let mut take = |is_there: bool| {
            let place = is_there.then_some(next);
            next += usize::from(is_there);
            place
        };
        let decision = take(roles.decision.held_in().is_some());
        let mut label = take(roles.label.is_some());
        let mut score = take(roles.score.is_some());
        if previous.human {
            (label, score) = (None, None);
        }
        let after = (filters..filters + groupings).chain(decision).chain(label).chain(score).collect();
        let mut theirs = own..;
        before.extend(previous.decision.as_ref().and_then(|_| theirs.next()));
        before.extend(label);
        before.extend(previous.score.as_ref().and_then(|_| theirs.next()));
        Places { now: (0..own).collect(), after, before }
    }
}

/// How many codes each column of the table can have so far: those of now, and the earlier decision.
fn kinds(after: &Tally) -> Vec<usize> {
    after.kinds().into_iter().chain([Decision::KINDS]).collect()
}

/// Some columns of a batch as a batch.
fn pick(batch: &Batch, places: &[usize]) -> Result<Batch, BadRow> {
    batch.pick(places).ok_or_else(|| bad_row(columns::unreadable(), ""))
}

impl Accumulate for Paired {
    fn push(&mut self, batch: &Batch) -> Result<(), BadRow> {
        let admitted = self.now.admit(&pick(batch, &self.columns.now)?)?;
        let kept = admitted.batch(batch)?;
        self.count(kept.as_ref().unwrap_or(batch), admitted.counts.as_deref()).map_err(|bad| admitted.in_batch(bad))
    }

    fn rows(&self) -> u64 {
        self.now.rows()
    }
}

/// The rows that both models decided, after the one pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Both {
    /// As the earlier model had them, and as this one has them: the same rows, groups and labels.
    pub before: Cells,
    pub after: Cells,
    pub joints: BTreeMap<GroupKey, Joint>,
    /// Rows that one of the two did not decide, or not score.
    pub rows_only_before: u64,
    pub rows_only_after: u64,
    /// These are all the rows there are.
    pub is_everything: bool,
}

impl Both {
    /// Everybody.
    pub fn overall(&self) -> Joint {
        Joint::together(self.joints.values())
    }

    /// The groups along some attributes; the others are merged away.
    pub fn along(&self, attributes: &[usize]) -> BTreeMap<GroupKey, Joint> {
        let mut groups: BTreeMap<GroupKey, Joint> = BTreeMap::new();
        for (key, joint) in &self.joints {
            groups.entry(attributes.iter().map(|attribute| key[*attribute]).collect()).or_default().add(joint);
        }
        groups
    }
}

/// Merges what the workers counted: all rows, and those that both models decided.
///
/// # Errors
/// As [`collect`].
pub fn collect_both(parts: Vec<Paired>, policy: &Policy, previous: &Previous) -> Result<(Cells, Both), Error> {
    let (mut now, mut after, mut before) = (Vec::new(), Vec::new(), Vec::new());
    let mut by_name: BTreeMap<Vec<String>, Joint> = BTreeMap::new();
    let mut both = Both::default();
    let all = Margin::cross(policy);
    for part in parts {
        both.rows_only_before += part.rows_only_before;
        both.rows_only_after += part.rows_only_after;
        let label = part.after.groupings + 1;
        for (codes, kept) in part.table.entries() {
            let joint = by_name.entry(level_names(policy, &part.after.columns, &all, &codes)).or_default();
            let decision = |place: usize| Decision::from_index(codes[place] as usize);
            let of = Label::from_index(codes[label] as usize);
            joint.push(decision(label + 1), decision(label - 1), of, kept.rows);
            if kept.place > 0 {
                joint.push_scores(of, &part.moments[kept.place as usize - 1]);
            }
        }
        now.push(part.now);
        after.push(part.after);
        before.push(part.before);
    }
    let combinations = |joint: &Joint| joint.entries().filter(|(.., rows)| *rows > 0).count();
    if by_name.values().map(combinations).sum::<usize>() > MOST_CELLS {
        return Err(in_all(too_many_cells(previous.key())));
    }
    let cells = collect(now, policy)?;
    both.after = collect(after, &previous.now_alone(policy))?;
    both.before = collect(before, &previous.policy(policy))?;
    for (names, joint) in by_name {
        let place =
            |(levels, name): (&super::Levels, &String)| levels.names.iter().position(|n| n == name).unwrap_or(0);
        both.joints.insert(both.after.levels.iter().zip(&names).map(place).collect(), joint);
    }
    both.is_everything = cells.rows() == both.after.rows();
    Ok((cells, both))
}
