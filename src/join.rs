//! Two files joined row by row by a key: the earlier file is read first, by key alone; then the later one is counted as if
//! it had the columns of the earlier model.

use std::collections::HashSet;
use std::sync::Arc;

use crate::change::models::SameRows;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::input::hash::Progress;
use crate::input::open::TextOptions;
use crate::input::{Source, SourceRead, column_names};
use crate::policy::Policy;
use crate::policy::parts::{self, Needs, Part};
use crate::report::{Counted, check_rows};
use crate::tally::joined::{self, Joined, Told};
use crate::tally::keyed::{Finder, Keyed, KeyedRows};
use crate::tally::paired::collect_both;
use crate::tally::read_all;

/// What two files that are read row beside row do not tell.
const NOT_JOINED: [Needs; 5] = [
    (Part::CONSENT, "whose consent was in force in either file"),
    (Part::CAMPAIGN, "the arms of a campaign"),
    (Part::HUMAN, "what a person did after the model, where two models are held against each other"),
    (Part::FUNNEL, "how far rows came"),
    (Part::CLASSES, "which class rows were given"),
];

/// Two files with the same rows.
#[derive(Clone, Debug)]
pub struct Join {
    pub old: Source,
    pub new: Source,
    /// The column that says which row is which.
    pub key: String,
}

impl Join {
    /// Reads both files, and counts the rows that both have.
    ///
    /// The earlier file is held in memory with 32 bytes for each row.
    pub(crate) fn count(&self, policy: &Policy, progress: &Progress) -> Result<(Counted, Vec<Diagnostic>), Error> {
        parts::refuse(policy, &NOT_JOINED, |asked| {
            format!("`--join` does not know {asked}: leave it out, or audit the later file by itself")
        })?;
        if !policy.roles.decision.is_asked() {
            let message =
                "`--join` holds what two models decided against each other: give the `decision`, or a `threshold`";
            return Err(Error::usage(message));
        }
        if self.old == Source::Stdin || self.new == Source::Stdin {
            return Err(Error::usage("`--join` reads files; standard input (`-`) is none"));
        }
        let options = TextOptions { delimiter: policy.roles.delimiter, decimal_comma: policy.roles.decimal_comma };
        let there = column_names(&self.old, options)?;
        let (old, read_before) = self.read_old(policy, &there, progress)?;
        let old = Arc::new(old);
        let wanted = Joined::columns(policy, &self.key, &there);
        let make = |decimal_comma| Joined::new(policy, &self.key, Arc::clone(&old), &there, decimal_comma);
        let sources = std::slice::from_ref(&self.new);
        let (parts, mut read) = read_all(policy, sources, &wanted, make, progress)?;
        // The key is read, so nothing is to be said of its not being read.
        read.iter_mut().for_each(|read| read.columns.retain(|column| *column != self.key));
        let (parts, told) = joined::part(parts).map_err(|twice| self.find_twice(policy, &self.new, twice, progress))?;
        let (mut cells, mut both) = collect_both(parts, policy, &joined::previous(policy))?;
        cells.rows_unmatched = told.rows_only_after;
        both.rows_only_before += told.rows_only_before;
        both.rows_only_after += told.rows_only_after;
        let mut view = SameRows::view("joined", &both);
        view.path = Some(self.old.shown().to_owned());
        view.sha256 = read_before.into_iter().next().map(|read| read.sha256);
        if told.rows_only_after > 0 && cells.is_empty() && cells.rows_excluded == 0 {
            let message =
                format!("no row has its key among those of {}, so there is nothing to compare", self.old.shown());
            return Err(Error::data(Diagnostic::new("cannot-read", message).at(self.new.place())));
        }
        let same_rows = Some(SameRows { both, previous: joined::previous(policy), view });
        let counted = check_rows(Counted { cells, read, same_rows, human: None }, sources)?;
        Ok((counted, self.diagnose(told)))
    }

    fn read_old(
        &self,
        policy: &Policy,
        there: &[String],
        progress: &Progress,
    ) -> Result<(KeyedRows, Vec<SourceRead>), Error> {
        let wanted = Keyed::columns(policy, &self.key, there);
        let make = |decimal_comma| Keyed::new(policy, &self.key, there, decimal_comma);
        let (parts, read) = read_all(policy, std::slice::from_ref(&self.old), &wanted, make, progress)?;
        let rows = KeyedRows::new(parts).map_err(|twice| self.find_twice(policy, &self.old, twice, progress))?;
        Ok((rows, read))
    }

    /// The error that a key comes twice, at the first row that has such a key.
    fn find_twice(&self, policy: &Policy, source: &Source, keys: HashSet<u64>, progress: &Progress) -> Error {
        let finder = Finder { column: self.key.clone(), missing: policy.roles.missing.clone(), keys: Arc::new(keys) };
        let sources = std::slice::from_ref(source);
        let key = std::slice::from_ref(&self.key);
        match read_all(policy, sources, key, |_| finder.clone(), progress) {
            Err(error) => error,
            // The file has changed since it was read.
            Ok(_) => {
                let place = Place { column: Some(self.key.clone()), ..source.place() };
                Error::data(Diagnostic::new("bad-data", "two rows have the same key").at(place))
            }
        }
    }

    fn diagnose(&self, told: Told) -> Vec<Diagnostic> {
        let what = [("labels", told.other_label), ("groups", told.other_groups)];
        let told = what.into_iter().filter(|(_, rows)| *rows > 0).map(|(what, rows)| {
            let message = format!(
                "in {rows} rows the {what} of {} are others than those of {}; those of the later file count, for both models",
                self.old.shown(),
                self.new.shown()
            );
            Diagnostic::new("rows-differ", message).at(self.new.place())
        });
        told.collect()
    }
}
