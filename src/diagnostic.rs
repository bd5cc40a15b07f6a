//! Things worth saying that are not numbers: a code that `explain` knows, a message, a place.

use std::fmt;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Note,
    Warning,
    Error,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// A code, what it means and what to do about it.
pub struct Code {
    pub id: &'static str,
    pub level: Level,
    pub says: &'static str,
}

macro_rules! codes {
    ($($id:literal $level:ident $says:literal)*) => {
        /// Every diagnostic code of this version; `explain CODE` prints its sentence.
        pub static CODES: &[Code] = &[$(Code { id: $id, level: Level::$level, says: $says }),*];
    };
}

codes! {
    "usage" Error "The command line asks for something that does not exist or does not fit together."
    "policy-syntax" Error "The policy is not valid TOML. The line and column are where reading stopped."
    "unknown-key" Error "The policy has a key that evenhand does not know. A misspelt limit must never be ignored in silence."
    "later-key" Error "The policy uses a key that a later version brings. It is refused, because a policy that is only half applied would mislead."
    "wrong-type" Error "A key of the policy holds a value of another kind than it takes."
    "missing-key" Error "A key that the policy needs is not there."
    "bad-value" Error "A key of the policy holds a value that makes no sense for it."
    "unknown-metric" Error "A check names a metric that does not exist. `evenhand explain` lists them all."
    "unknown-group-axis" Error "A check, a reference or an intersection names an attribute that is not declared."
    "check-needs-role" Error "A check needs a column (a label, a score) that the policy does not give."
    "contrast-not-defined" Error "This contrast is not defined for this metric: a ratio of something that can be negative has no meaning."
    "direct-identifier" Error "A column to group by is named like one that holds names, e-mail addresses, telephone numbers, addresses, dates of birth, numbers of documents or identifiers of people (exit code 2), or a value in it looks like an e-mail address or a telephone number (exit code 4). Groups are printed, so it is refused. Where the column does hold groups, list them under `groups` of its [[attribute]]: declared groups, like `bins`, are what nobody has for an identifier, and everybody who reads the policy sees them. A declared group may look like anything."
    "policy-not-locked" Error "The policy says `frozen = true`, and there is no lock beside it, or the lock is of another policy. `evenhand policy freeze` locks it as it is now; `--unfrozen` looks all the same and marks the run exploratory. Every byte counts, line ends too."
    "unknown-column" Error "The data have no column of that name."
    "value-never-occurs" Error "A value that the policy calls favourable, selected or positive is nowhere in the data although others are. Mostly a spelling: yes for Yes, 1 for true."
    "cannot-read" Error "The data cannot be read: the file is absent, cut short, or of another kind than it seems."
    "bad-data" Error "A value in the data cannot be used in its role. Nothing is guessed; the place is given."
    "too-many-levels" Error "An attribute has more than 200 different values, or the columns of [classes] have more than 50. That is an identifier or a measured number, not a group or a class; use bins, or another column."
    "too-many-cells" Error "The attributes of one intersection, with the strata or the period where there are any, make more combinations than evenhand keeps. Leave the intersection out, or use bins. The same of groups by class ([classes]), where coarser classes help too."
    "earlier-twice" Error "Two stored results under `earlier` are of the same review. Its counts would be added twice."
    "earlier-unlike" Error "A stored result under `earlier` counts something else than this policy does, or lacks what a check adds up. Unlike things are not added."
    "cells-unlike" Error "The cells of a file were counted under other rules than those they should be added to, or than the policy has. The keys that differ are named. Unlike things are not added."
    "cells-twice" Error "Two files of cells hold rows of the same file, which would count twice."
    "cells-of-people" Error "Cells of people (`unit`) are not added: one person may have rows in both, and cells do not keep who. Count all files in one `tally`."
    "unknown-form" Error "The policy asks for a form of report that this version does not have."
    "unknown-question" Error "The policy answers a question that the form does not ask. `evenhand explain FORM` lists its questions."
    "baseline-unlike" Error "The earlier result that this run is compared with (`baseline`) counts something else: another decision, label or meaning of their values. A change between unlike things means nothing."
    "check-disappeared" Error "The earlier result has rows of a check that are not there any more: the check, one of its metrics or an axis was taken out. A check that disappears in silence hides a finding: the exit code is 1. If it was meant, write a new baseline."
    "group-disappeared" Error "The earlier result has a group, and no row of the data belongs to it any more. A group that disappears is a finding: the exit code is 1. If it was meant, write a new baseline."
    "yes-never-occurs" Warning "No row that counts has a value that an outcome calls `yes`, or ended (`ended_values`), although rows have others. Mostly a spelling: yes for Yes, 1 for true. Until it is put right, everybody is a no, or every case open."
    "group-absent" Error "The policy declares a group that no row of the data belongs to. A group that disappears is a finding: the exit code is 1."
    "waiver-expired" Error "A waiver has ended: the day of the run is after its `expires`. It covers nothing any more, and the exit code is 1 until it is taken out or a new one is made, because an exception that nobody looks at again is a rule."
    "waiver-self-approved" Error "The owner of a waiver approved it (the same name but for case and blanks). It covers nothing, and the exit code is 1: an exception takes two people."
    "waiver-too-long" Error "A waiver lasts longer than `max_days` of [waivers]. Its life is counted from `created`; without that day, or where it is after the day of the run, from the day of the run. It covers nothing, and the exit code is 1."
    "waiver-unknown-check" Error "A waiver names a check that the policy does not have. The exit code is 1, because a waiver that covers nothing by a misspelling is not what somebody approved."
    "waiver-lapsed" Warning "A waiver does not cover the finding it is for: the value is worse than its `bound`, or the model is of another version than its `model_version`. The finding counts as if there were no waiver."
    "waiver-unused" Warning "A waiver covers no finding of this run: what it is for is within the limits, was not judged, or is let through by another waiver. Take it out, so that it does not let through something later. With `unused = \"error\"` in [waivers] the exit code is 1."
    "undeclared-level" Warning "The data have a group that the policy does not declare. It is measured and judged like the others."
    "near-duplicate-levels" Warning "Two groups differ only in case or blanks, so that one group is counted as two. Clean the column, or the smaller part may hide."
    "looks-missing" Warning "A group is named like a missing value (NA, null, unknown). If it means missing, list it under `missing`."
    "one-level" Warning "An attribute has one group only, so there is nothing to compare."
    "one-decision" Warning "Every row has the same decision, so no rate can differ between groups."
    "reference-without-hits" Warning "The reference has a rate of zero while another group has not. Their ratio has no number, so a harm to the reference would pass: check the difference as well, or choose another reference."
    "near-duplicate-decision" Warning "A decision is spelt almost like a favourable one, and counts as unfavourable. List both under `favourable`, or clean the column."
    "labels-by-decision" Warning "What turned out is known for some decisions more often than for others, as where only customers who got the offer can redeem it. Error rates then speak of the rows with a label only; the section on what is not known says how far the others could move them."
    "label-many-values" Warning "The label has more than two values. Those listed under `positive` are positive, all others negative."
    "accuracy-below-half" Warning "The decision is wrong more often than right. Mostly `selected` or `positive` is the wrong way round."
    "one-sided-ratio" Warning "A check has a lower limit only, and its reference is not the group with the highest rate. A harm to the reference group would not be noticed; `within` looks both ways."
    "strata-differ" Warning "A check judges one number for all strata (`strata = \"adjust\"`), and the test of Breslow and Day says that the odds ratio is not the same in all of them (p below 0.05). A stratum in which a group fares badly can hide behind the others: look at each."
    "earlier-other-version" Warning "An earlier result is of another version of the model. Evidence that is added up over both speaks of both; after a change it is cleaner to begin anew."
    "earlier-without-group" Warning "An earlier result has no group of this name. It counts as no rows in that period, which is right for a new group and wrong for a renamed one."
    "earlier-same-file" Warning "A file that this run reads was read for an earlier result as well. Evidence may count no row twice: the data of a run must not include the rows of the results under `earlier`."
    "form-incomplete" Warning "A form lacks an answer that it requires, or a table that could not be made. It stays a draft until it is there."
    "profile-stale" Warning "The file of a form was last held against its source long ago. Rules change: look whether it is still as the file says."
    "form-outdated" Warning "The calculations that a form reports are older than its rule allows."
    "form-category" Warning "A group has a name that the form does not list among its categories. Its row is in the table all the same; rename it in the data, or merge it."
    "form-small-cells" Warning "A form shows every cell, however few people are in it, because its rule asks for that. Few people in a published cell may be recognised."
    "form-counts-rows" Warning "A form counts rows, where the policy says that several rows are of one person or that rows weigh differently. Its rates are of rows."
    "median-ties" Warning "Few scores are strictly above the median, because many are equal to it. Scoring rates then say little about who got the better scores."
    "table-consistency" Warning "Two numbers of a form cannot both be true: the rows of a crossed table do not sum to those of a single one, a rate is not its count divided by its individuals, or the highest ratio is not 1."
    "baseline-same-file" Warning "A file that this run reads was read for the earlier result as well. The two are taken for independent samples, and the same rows are not: intervals of the changes are too wide. Two versions of a model on the same rows are compared by `previous_decision`."
    "rows-differ" Warning "Two files that are joined row by row have other labels or groups in some rows. Those of the later file count for both models; are these the same people, and has what turned out been corrected since?"
    "sample-ratio" Warning "The arms of a campaign do not have the sizes that chance was to give them (`share` of [campaign]): p below 0.001, for groups divided by their number. Then the assignment or its record went wrong, such as rows that were lost in one arm only, and no difference between the arms can be called an effect until it is known where."
    "arms-uneven" Warning "The assignment of a campaign was by chance, and groups were reached unequally often (p below 0.001). Something else than chance had a hand in it, or it was planned so; nothing is called an effect, because that of everybody mixes groups in unequal shares; if it was planned so, look at each group by itself."
    "stage-after-no" Warning "Some rows say yes at a stage of the funnel ([funnel]) though they did not reach the one before, as a response of somebody who was never selected. They count as having stopped at the first stage that is not a yes. Are the stages in the right order, and are these rows sound?"
    "stage-without-value" Note "Some rows came as far as a stage of the funnel ([funnel]) at which they have no value. They count as having stopped there. Where a missing value means something else, clean the column."
    "without-class" Note "Some rows have no value in a column of [classes]. Rows that were given no class are in none of its numbers; those whose right class is not known are in the shares of the classes and in nothing else."
    "missing-group" Note "Some rows have no value for an attribute. They are measured as the group (missing), and never judged."
    "rows-excluded" Note "Rows that do not match `where` were left out before anything was read from them."
    "without-consent" Note "Rows of people without consent ([consent]) were left out before anything else was read of them, unless the policy asks for their groups to be counted."
    "without-period" Note "Some rows have no period. They are measured like all others, and left out of the evidence over time."
    "margins-only" Note "Crossed with each other, the attributes, strata and periods make more groups, or hold more distinct scores, than are kept. In place of the full cross the run kept the groups it needs: everybody, those of every attribute and of every declared intersection, and these within strata and by period. Nothing is missing from the report. Beyond 4,096 distinct scores, those of a group and label are kept in fine bins. The run has another id than it would have with the full cross."
    "left-out" Note "Rows without a label or a decision are left out of the metrics that need one, and counted."
}

/// Looks a code up.
pub fn find(id: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id == id)
}

/// Where something is: a file, and in it a line, a row or a column as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    /// Line in a text file, from 1.
    pub line: Option<u64>,
    /// Row of a table that has no lines, from 1.
    pub row: Option<u64>,
    /// Character in the line, from 1.
    pub character: Option<u64>,
    /// Column of a table.
    pub column: Option<String>,
}

impl Place {
    /// The file, and nowhere in particular in it.
    pub fn of_file(file: impl Into<String>) -> Place {
        Place { file: file.into(), ..Place::default() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(character) = self.character {
            write!(f, ":{character}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        Ok(())
    }
}

/// A count with its noun, in a message: 1 row, 2 rows.
pub fn so_many(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// One thing worth saying. The message says what is wrong and what to do, and holds no value of the data but the names of
/// groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: &'static str,
    pub level: Level,
    pub message: String,
    pub place: Option<Place>,
}

impl Diagnostic {
    /// A diagnostic of a known code, at that code's level.
    pub fn new(code: &'static str, message: impl Into<String>) -> Diagnostic {
        debug_assert!(find(code).is_some(), "code `{code}` is not in CODES");
        let level = find(code).map_or(Level::Error, |c| c.level);
        Diagnostic { code, level, message: message.into(), place: None }
    }

    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { level: Level::Error, ..Diagnostic::new(code, message) }
    }

    pub fn at(mut self, place: Place) -> Diagnostic {
        self.place = Some(place);
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.level.word(), self.code)?;
        if let Some(place) = &self.place {
            write!(f, " {place}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// The candidate nearest to a misspelt word, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count().min(word.chars().count()) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// `; did you mean ...?` where a candidate is near, else nothing.
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}
