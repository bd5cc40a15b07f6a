//! Who may see what: from the document of a run to what renderers are given.
//!
//! A [`Release`] can only be made by [`release`], and words and renderers take nothing else, so a number that is hidden from an
//! audience is not there to be printed: in the document inside it is null, with the reason `suppressed`.
//!
//! What is promised of a release with `min_cell` k: of every hidden group, each count that is not 0 could have any of more than k values,
//! given all counts that are shown, all sums they are part of, and earlier results given as `published`. Everything else
//! that is shown of groups (rates, intervals, ratios, tests) is worked out from counts that are shown, so it tells nothing
//! more; what is not, such as numbers of scores, is shown for a whole axis or not at all.

mod columns;
mod counts;
mod eyes;
mod campaign;
mod classes;
mod funnel;
mod groups;
mod human;
mod known;
mod mask;
mod range;
mod round;
mod simplex;
mod strip;
pub mod table;
mod thin;
mod web;

use clap::ValueEnum;

use crate::error::Error;
use crate::input::hash::hash_bytes;
use crate::judge::outcome::Outcome;
use crate::judge::scorecard;
use crate::report;
use crate::result::{Document, NotTested, PrivacyView};

pub use counts::to_nearest;

/// Whom a report is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Audience {
    /// Those who may see the data: everything, unless the policy sets `min_cell`
    #[default]
    Internal,
    /// Anybody: small counts and what tells them are hidden, counts are rounded, and no name of a file or a person is left
    Public,
}

impl Audience {
    pub fn id(self) -> &'static str {
        match self {
            Audience::Internal => "internal",
            Audience::Public => "public",
        }
    }
}

/// What is hidden and rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub audience: Audience,
    /// Counts from 1 to one less are hidden; 0 hides nothing.
    pub min_cell: u64,
    /// Counts are rounded to multiples of this; 1 rounds nothing.
    pub round: u64,
}

impl Settings {
    /// What the policy of a document says, or what is usual for the audience.
    pub fn of(document: &Document, audience: Audience) -> Settings {
        let rules = document.policy.privacy.clone().unwrap_or_default();
        let (min_cell, round) = match audience {
            Audience::Internal => (0, 1),
            Audience::Public => (11, 5),
        };
        Settings { audience, min_cell: rules.min_cell.unwrap_or(min_cell), round: rules.round.unwrap_or(round).max(1) }
    }
}

/// The audience for which a stored document was made.
pub fn stored_for(document: &Document) -> Audience {
    match &document.privacy {
        Some(privacy) if privacy.audience == Audience::Public.id() => Audience::Public,
        _ => Audience::Internal,
    }
}

/// A document as its audience may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    document: Document,
}

impl Release {
    pub fn document(&self) -> &Document {
        &self.document
    }
}

/// Hides what the audience must not see, given what was published before.
///
/// # Errors
/// The document has hidden something already, and another audience is asked for: what it lacks cannot be brought back, and
/// nobody can tell whether what is left gives it away.
pub fn release(mut document: Document, audience: Audience, published: &[Document]) -> Result<Release, Error> {
    let settings = Settings::of(&document, audience);
    if let Some(privacy) = &document.privacy {
        if privacy.audience == audience.id() && published.is_empty() {
            return Ok(Release { document });
        }
        return Err(Error::usage(format!(
            "this result is for the {} audience already, and what it hides cannot be brought back: make the report for the \
             {} audience from the result that hides nothing, or run `evenhand audit` again",
            privacy.audience,
            audience.id()
        )));
    }
    if audience == Audience::Internal && settings.min_cell == 0 && settings.round == 1 {
        return Ok(Release { document });
    }
    let groups = groups::decide(&document, &settings, published);
    for form in &document.forms {
        let why = "a form shows every count, so it is there for the internal audience without `min_cell` alone";
        document.not_tested.push(NotTested { what: format!("the form `{}`", form.id), why: why.to_owned() });
    }
    document.forms.clear();
    if !published.is_empty() {
        // How these counts differ from those that were published is not looked at.
        (document.campaign, document.human, document.funnel) = (None, None, None);
        document.classes = None;
        document.budgets.clear();
        document.outcome_calibration.clear();
    }
    let hidden_outcomes =
        if settings.min_cell > 0 { mask::mask(&mut document, &settings, &groups, published) } else { 0 };
    // What all rows come to would tell of those that are hidden. Waivers and broken rules count, though the public is not told which
    // they are.
    let rules_broken = document.diagnostics.iter().any(|diagnostic| diagnostic.level == "error");
    let outcome = Outcome::of(&document.checks, rules_broken);
    (document.verdict, document.exit_code) = (outcome.verdict, outcome.exit_code);
    document.statement = report::statement(&document.checks);
    if audience == Audience::Public {
        strip::strip(&mut document);
    }
    if settings.round > 1 {
        round::round(&mut document, settings.round);
    }
    document.privacy = Some(PrivacyView {
        audience: audience.id().to_owned(),
        min_cell: settings.min_cell,
        round: settings.round,
        hidden: groups.small,
        hidden_besides: groups.besides,
        hidden_outcomes,
    });
    document.scorecard = scorecard::of(&document);
    if audience == Audience::Public || settings.min_cell > 0 {
        // The id of a run is a hash of its cells, which somebody could guess and try.
        document.run.id = String::new();
        document.run.id = hash_bytes(&serde_json::to_vec(&document).unwrap_or_default());
    }
    Ok(Release { document })
}
