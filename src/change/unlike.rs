//! Results that must not be compared, because they count different things.

use std::collections::BTreeSet;

use super::baseline::Baseline;
use crate::assess::definitions::{Definitions, Unlike};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::input::SourceRead;
use crate::policy::Policy;
use crate::result::{Document, SourceView};

/// Refuses a baseline that counts something else than a policy does.
///
/// # Errors
/// Every mistake at once.
pub fn check(policy: &Policy, baseline: &Baseline) -> Result<(), Error> {
    let mut problems = definitions(&Definitions::given(policy), baseline);
    if baseline.document.run.exploratory {
        let message = "flags replaced parts of its policy (exploratory), so it is no baseline; audit its data again by the \
                       policy alone";
        problems.push(Diagnostic::new("baseline-unlike", message).at(baseline.place()));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Policy(problems)) }
}

/// Refuses two stored results that count different things.
///
/// # Errors
/// Every mistake at once.
pub fn check_stored(before: &Baseline, after: &Document) -> Result<(), Error> {
    let problems = definitions(&Definitions::stored(after), before);
    if problems.is_empty() { Ok(()) } else { Err(Error::Policy(problems)) }
}

fn definitions(now: &Definitions, baseline: &Baseline) -> Vec<Diagnostic> {
    let then = Definitions::stored(&baseline.document);
    // Another threshold is another decision of the same kind, and a reason to compare.
    let matters = |unlike: &Unlike| unlike.key != "threshold" || !now.both_by_threshold(&then);
    let told = now.unlike(&then).into_iter().filter(matters).map(|Unlike { key, was, is }| {
        let message = format!(
            "`{key}` was {was} in this result and is {is} now, so a change between the two means nothing; compare with a result \
             that has the same, or audit its data again with this policy"
        );
        Diagnostic::new("baseline-unlike", message).at(baseline.place())
    });
    told.collect()
}

/// A word where both results read the same file.
pub fn same_file(baseline: &Baseline, read: &[SourceRead]) -> Option<Diagnostic> {
    same_hash(baseline, read.iter().flat_map(SourceRead::files))
}

/// The same of two stored results.
pub fn same_file_stored(before: &Baseline, after: &Document) -> Option<Diagnostic> {
    same_hash(
        before,
        after.data.sources.iter().flat_map(SourceView::files).map(|file| (file.path.as_str(), file.sha256.as_str())),
    )
}

fn same_hash<'a>(baseline: &Baseline, mut read: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Diagnostic> {
    let counted: BTreeSet<&str> =
        baseline.document.data.sources.iter().flat_map(SourceView::files).map(|file| file.sha256.as_str()).collect();
    let (path, _) = read.find(|(_, sha256)| counted.contains(sha256))?;
    let message = format!(
        "it was made from {path} as well; the two are taken for independent samples, so intervals of changes are too wide where \
         the rows are the same"
    );
    Some(Diagnostic::new("baseline-same-file", message).at(baseline.place()))
}
