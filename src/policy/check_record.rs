//! Waivers, privacy, reviews and forms of a draft. What a waiver may not be (expired, self-approved, too long) is found when
//! the run is judged, because it depends on the day; here only what could never make sense is refused.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Checker;
use super::draft::{Draft, Given, ProfileDraft, WaiverDraft};
use super::record::{Privacy, ProfileUse, Review, UnusedWaiver, Waiver, WaiverRules};
use super::types::{Attribute, Probable};
use super::value::canonical;
use crate::diagnostic::{Place, suggest};
use crate::metrics;
use crate::profiles::{self, Kind, Profile};

/// A reason in fewer characters tells nobody why.
const SHORTEST_REASON: usize = 40;

impl Checker {
    pub(super) fn waivers(&mut self, draft: &Draft, attributes: &[Attribute], probable: &[Probable]) -> Vec<Waiver> {
        let known: Vec<&str> =
            attributes.iter().map(|a| &a.name).chain(probable.iter().map(|p| &p.name)).map(String::as_str).collect();
        let mut ids = BTreeSet::new();
        let mut waivers = Vec::new();
        for written in &draft.waivers {
            let Some(waiver) = self.waiver(written, &known) else { continue };
            if !ids.insert(waiver.id.clone()) {
                let message = format!("there are two waivers with the id `{}`", waiver.id);
                self.problem("bad-value", Some(&written.place), message);
            }
            waivers.push(waiver);
        }
        waivers
    }

    fn waiver(&mut self, draft: &WaiverDraft, known: &[&str]) -> Option<Waiver> {
        let check =
            self.required(&draft.check, &draft.place, "a waiver names the `check` whose finding it lets through");
        let group = self.required(&draft.group, &draft.place, "a waiver names its `group`; {} is everybody");
        let reason = self.required(&draft.reason, &draft.place, "a waiver gives its `reason`");
        let owner = self.required(&draft.owner, &draft.place, "a waiver has an `owner`, who answers for it");
        let approved_by =
            self.required(&draft.approved_by, &draft.place, "a waiver says who approved it: `approved_by`");
        let expires = self.required(&draft.expires, &draft.place, "a waiver ends: `expires` is its last day");
        if let Some(at) = draft.reason.as_ref().filter(|at| at.value.trim().chars().count() < SHORTEST_REASON) {
            let message = format!("`reason` has at least {SHORTEST_REASON} characters, so that it tells why");
            self.problem("bad-value", Some(&at.place), message);
        }
        if let Some((created, expires)) = draft.created.as_ref().zip(draft.expires.as_ref())
            && expires.value < created.value
        {
            self.problem("bad-value", Some(&expires.place), "`expires` is before `created`");
        }
        let metric = draft.metric.as_ref().and_then(|at| {
            let found = metrics::find(&at.value);
            if found.is_none() {
                let message = format!("there is no metric `{}`{}", at.value, suggest(&at.value, metrics::names()));
                self.problem("unknown-metric", Some(&at.place), message);
            }
            found
        });
        if let Some(at) = &draft.group {
            for (attribute, _) in at.value.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
                let hint = suggest(attribute, known.iter().copied());
                let message = format!("`{attribute}` is no attribute of this policy{hint}");
                self.problem("unknown-group-axis", Some(&at.place), message);
            }
        }
        let text = |given: &Given<String>| given.as_ref().map(|at| at.value.clone());
        let level = |text: &str| canonical(text).into_owned();
        let group: BTreeMap<String, String> = group?.into_iter().map(|(name, text)| (name, level(&text))).collect();
        let check = check?;
        let levels: Vec<&str> = group.values().map(String::as_str).collect();
        let named = if levels.is_empty() { "everybody".to_owned() } else { levels.join(" / ") };
        Some(Waiver {
            id: text(&draft.id).unwrap_or_else(|| format!("{check}: {named}")),
            check,
            metric,
            group,
            bound: draft.bound.as_ref().map(|at| at.value.clone()),
            reason: reason?,
            compensating: text(&draft.compensating),
            owner: owner?,
            approved_by: approved_by?,
            created: text(&draft.created),
            expires: expires?,
            model_version: text(&draft.model_version),
            ticket: text(&draft.ticket),
            line: draft.place.line,
        })
    }

    fn required<T: Clone>(&mut self, given: &Given<T>, place: &Place, message: &str) -> Option<T> {
        if given.is_none() {
            self.problem("missing-key", Some(place), message);
        }
        given.as_ref().map(|at| at.value.clone())
    }

    pub(super) fn waiver_rules(&mut self, draft: &Draft) -> WaiverRules {
        WaiverRules {
            max_days: draft.max_days.as_ref().map_or(180, |at| at.value),
            unused: match draft.unused.as_ref().map(|at| at.value.as_str()) {
                Some("error") => UnusedWaiver::Error,
                _ => UnusedWaiver::Warn,
            },
        }
    }

    pub(super) fn privacy(&mut self, draft: &Draft) -> Privacy {
        if let Some(at) = draft.round.as_ref().filter(|at| at.value == 0) {
            self.problem("bad-value", Some(&at.place), "`round` is at least 1, which rounds nothing");
        }
        Privacy {
            min_cell: draft.min_cell.as_ref().map(|at| at.value),
            round: draft.round.as_ref().map(|at| at.value),
            published: draft.published.as_ref().map(|at| at.value.clone()).unwrap_or_default(),
        }
    }

    pub(super) fn review(&mut self, draft: &Draft) -> Review {
        let signoff = draft.signoff.as_ref().map(|at| at.value.clone());
        Review {
            history: draft.history.as_ref().map_or_else(|| "evenhand-reviews.jsonl".to_owned(), |at| at.value.clone()),
            max_age_days: draft.max_age_days.as_ref().map_or(90, |at| at.value),
            signoff: signoff.unwrap_or_else(|| vec!["reviewer".to_owned(), "accountable owner".to_owned()]),
        }
    }

    pub(super) fn profiles(&mut self, drafts: &[ProfileDraft], attributes: &[Attribute]) -> Vec<ProfileUse> {
        let mut uses: Vec<ProfileUse> = Vec::new();
        for draft in drafts {
            let Some(id) = self.required(&draft.id, &draft.place, "a form is named by its `id`") else { continue };
            let place = draft.id.as_ref().map_or(&draft.place, |at| &at.place);
            if uses.iter().any(|profile| profile.id == id) {
                self.problem("bad-value", Some(place), format!("there are two forms with the id `{id}`"));
            }
            let answers: BTreeMap<String, String> =
                draft.answers.as_ref().map(|at| at.value.iter().cloned().collect()).unwrap_or_default();
            match profiles::find(&id) {
                Some(profile) => {
                    let place = draft.answers.as_ref().map_or(place, |at| &at.place);
                    self.answers(profile, &answers, attributes, place);
                }
                None => {
                    let hint = suggest(&id, profiles::all().iter().map(|profile| profile.id.as_str()));
                    self.problem("unknown-form", Some(place), format!("there is no form `{id}`{hint}"));
                }
            }
            uses.push(ProfileUse { id, answers, line: draft.place.line });
        }
        uses
    }

    /// Answers to questions that are asked, each of its kind.
    fn answers(
        &mut self,
        profile: &Profile,
        answers: &BTreeMap<String, String>,
        attributes: &[Attribute],
        place: &Place,
    ) {
        for (id, answer) in answers.iter().map(|(id, answer)| (id, answer.trim())) {
            let Some(question) = profile.question(id) else {
                let hint = suggest(id, profile.questions.iter().map(|question| question.id.as_str()));
                let message = format!("{} does not ask `{id}`{hint}", profile.id);
                self.problem("unknown-question", Some(place), message);
                continue;
            };
            // An empty answer is none.
            if answer.is_empty() {
                continue;
            }
            let day = || answer.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == answer);
            let wrong = match question.kind {
                Kind::Text => None,
                Kind::Date => (!day()).then(|| "a day such as 2026-11-21".to_owned()),
                Kind::Choice => {
                    let choices = question.choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>();
                    (!question.choices.iter().any(|choice| choice == answer)).then(|| choices.join(" or "))
                }
                Kind::Attribute => {
                    let names = || attributes.iter().map(|attribute| attribute.name.as_str());
                    (!names().any(|name| name == answer))
                        .then(|| format!("the name of an attribute of this policy{}", suggest(answer, names())))
                }
            };
            let wrong = wrong.or_else(|| {
                (answer.chars().count() < question.at_least)
                    .then(|| format!("at least {} characters, so that it tells why", question.at_least))
            });
            if let Some(wanted) = wrong {
                self.problem(
                    "bad-value",
                    Some(place),
                    format!("the answer `{id}` of {} should be {wanted}", profile.id),
                );
            }
        }
    }
}
