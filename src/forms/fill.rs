//! A form filled in: its sections with their answers, its tables, and what is missing or odd about it.

use jiff::ToSpan;
use jiff::civil::Date;

use super::consistency;
use super::impact::{Category, Excluding, Making, table};
use super::median::{self, Middle};
use crate::cell::{Cell, Trials};
use crate::diagnostic::{Diagnostic, Place};
use crate::exact::{Exact, fraction};
use crate::policy::{Policy, ProfileUse};
use crate::profiles::{self, Profile};
use crate::result::{Form, FormAnswer, FormSection, Group, Impact, Medians};
use crate::tally::Cells;

/// Every form that the policy asks for, and what is worth saying about each.
pub fn fill_all(policy: &Policy, cells: &Cells, as_of: &str) -> (Vec<Form>, Vec<Diagnostic>) {
    let mut forms = Vec::new();
    let mut said = Vec::new();
    for wanted in &policy.profiles {
        let Some(profile) = profiles::find(&wanted.id) else { continue };
        let mut filling = Filling { policy, cells, profile, wanted, said: Vec::new() };
        forms.push(filling.form(as_of));
        said.extend(
            filling
                .said
                .into_iter()
                .map(|one| Diagnostic { message: format!("{}: {}", profile.id, one.message), ..one }),
        );
    }
    (forms, said)
}

struct Filling<'a> {
    policy: &'a Policy,
    cells: &'a Cells,
    profile: &'static Profile,
    wanted: &'a ProfileUse,
    said: Vec<Diagnostic>,
}

impl Filling<'_> {
    fn form(&mut self, as_of: &str) -> Form {
        let profile = self.profile;
        let mut missing: Vec<String> = profile.open(&self.wanted.answers).map(|q| q.id.clone()).collect();
        let has_tables = profile.sections.iter().flat_map(|s| &s.shows).any(|shown| shown.starts_with("table "));
        let is_decided = self.policy.roles.decision.is_asked();
        if has_tables && !is_decided {
            missing.push("decision".to_owned());
        }
        let impact = if has_tables && is_decided { self.impact(&mut missing) } else { None };
        self.dates(as_of);
        if !missing.is_empty() {
            let what: Vec<String> = missing.iter().map(|one| format!("`{one}`")).collect();
            let id = &profile.id;
            self.say(
                "form-incomplete",
                format!("it lacks {}; `evenhand explain {id}` says what is asked", what.join(", ")),
            );
        }
        let unless = profile.otherwise.as_ref();
        let otherwise = unless.filter(|other| self.answer(&other.unless).is_none());
        Form {
            id: profile.id.clone(),
            title: otherwise.map_or(&profile.title, |other| &other.title).clone(),
            edition: profile.edition.clone(),
            status: profile.status.id().to_owned(),
            applies_from: profile.applies_from.clone(),
            verified_on: profile.verified_on.clone(),
            source: profile.source.clone(),
            sections: self.sections(otherwise.is_some(), impact.as_ref()),
            impact,
            findings: self.said.iter().map(|said| said.message.clone()).collect(),
            missing,
            signoff: self.policy.review.signoff.clone(),
            notice_days: profile.rules.notice_days,
            most_rows: profile.rules.most_rows,
        }
    }

    fn answer(&self, id: &str) -> Option<&str> {
        self.profile.answer(&self.wanted.answers, id)
    }

    fn holds(&self, when: Option<&String>, is: Option<&String>) -> bool {
        self.profile.holds(&self.wanted.answers, when.map(String::as_str), is.map(String::as_str))
    }

    fn say(&mut self, code: &'static str, message: String) {
        let place = self.policy.path.clone().map(|file| Place { file, line: self.wanted.line, ..Place::default() });
        let said = Diagnostic::new(code, message);
        self.said.push(match place {
            Some(place) => said.at(place),
            None => said,
        });
    }

    fn sections(&self, otherwise: bool, impact: Option<&Impact>) -> Vec<FormSection> {
        let unknown = impact.map_or_else(|| "an unknown number of".to_owned(), |i| i.unknown_either.to_string());
        let there = self.profile.sections.iter().filter(|s| self.holds(s.when.as_ref(), s.is.as_ref()));
        let section = |section: &profiles::Section| {
            let asked = section.questions.iter().filter_map(|id| self.profile.question(id));
            let asked = asked.filter(|question| self.holds(question.when.as_ref(), question.is.as_ref()));
            let answers = asked.map(|question| FormAnswer {
                question: question.id.clone(),
                heading: question.otherwise.as_ref().filter(|_| otherwise).unwrap_or(&question.heading).clone(),
                required: question.required,
                answer: self.answer(&question.id).map(str::to_owned),
            });
            FormSection {
                heading: section.heading.clone(),
                text: section.text.iter().map(|text| text.replace("{unknown}", &unknown)).collect(),
                shows: section.shows.clone(),
                answers: answers.collect(),
            }
        };
        there.map(section).collect()
    }

    /// What days say: whether the form was looked up lately, and whether what it reports is too old.
    fn dates(&mut self, as_of: &str) {
        let Ok(today) = as_of.parse::<Date>() else { return };
        let profile = self.profile;
        let stale = |day: Date| day.checked_add(profile.stale_after_days.days()).is_ok_and(|last| last < today);
        if profile.verified_on.parse().is_ok_and(stale) {
            self.say(
                "profile-stale",
                format!(
                    "the form was last held against its source on {}, more than {} days ago; look whether it is still so",
                    profile.verified_on, profile.stale_after_days
                ),
            );
        }
        let age = profile.rules.max_age_years.zip(self.answer("audit_date").and_then(|day| day.parse::<Date>().ok()));
        if let Some((years, day)) = age
            && day.checked_add(years.years()).is_ok_and(|last| last < today)
        {
            let message = format!(
                "the calculations of {day} are older than {years} year{} on {today}",
                if years == 1 { "" } else { "s" }
            );
            self.say("form-outdated", message);
        }
    }

    /// The place of the attribute that an answer names.
    fn attribute(&self, question: &str) -> Option<usize> {
        let name = self.answer(question)?;
        self.policy.attributes.iter().position(|attribute| attribute.name == name)
    }

    /// The tables of rates and impact ratios; what cannot be made is missing.
    fn impact(&mut self, missing: &mut Vec<String>) -> Option<Impact> {
        let rules = &self.profile.rules;
        let scoring = self.answer("type") == Some("scoring");
        let (sex, race) = (self.attribute("sex"), self.attribute("race"));
        let known: Vec<usize> = sex.into_iter().chain(race).collect();
        let overall = self.cells.overall();
        let medians = scoring.then(|| self.medians(&overall, &known));
        let cut = medians.as_ref().map(|(_, cut)| *cut);
        if let Some(None) = cut {
            missing.push(if overall.scores().is_none() { "a score".to_owned() } else { "the median".to_owned() });
        }
        let trials = |cell: &Cell| match cut {
            None => Trials { hits: cell.favourable(), of: cell.decided() },
            Some(cut) => Trials {
                hits: cut.map_or(0, |cut: Middle| cut.above(cell)),
                of: cell.scores().map_or(0, |scores| scores.rows()),
            },
        };
        let assessed = trials(&overall);
        let excluding = match (self.answer("exclude_small"), self.answer("exclude_base")) {
            (Some("yes"), Some("all_assessed")) => Excluding::AllAssessed,
            (Some("yes"), _) => Excluding::Table,
            _ => Excluding::None,
        };
        let making = Making {
            below: rules.exclude_below().or_else(|| Exact::parse("0"))?,
            excluding,
            assessed: assessed.of,
            rate_digits: rules.rate_digits.unwrap_or(1),
            ratio_digits: rules.ratio_digits.unwrap_or(3),
        };
        let counting = Counting { cells: self.cells, policy: self.policy, profile: self.profile, trials: &trials };
        let able = !matches!(cut, Some(None));
        let mut tables = Vec::new();
        let mut unlisted = Vec::new();
        for (name, attribute, other) in [("sex", sex, race), ("race", race, sex)] {
            match attribute {
                Some(attribute) if able => {
                    let (categories, strange) = counting.one(attribute, other, name);
                    unlisted.extend(strange);
                    let axes = vec![self.policy.attributes[attribute].name.clone()];
                    tables.push(table(name, axes, &categories, counting.unknown(&[attribute]), &making));
                }
                Some(_) => {}
                None => missing.push(format!("the attribute of {name}")),
            }
        }
        if let (Some(sex), Some(race), true) = (sex, race, able) {
            let axes = [sex, race].map(|place| self.policy.attributes[place].name.clone()).to_vec();
            let categories = counting.both(sex, race);
            tables.push(table("both", axes, &categories, counting.unknown(&[sex, race]), &making));
        }
        let unknown = |place: usize| counting.unknown(&[place]).of;
        let impact = Impact {
            scoring,
            tables,
            assessed: assessed.of,
            left_out: overall.rows().saturating_sub(assessed.of),
            unknown_sex: sex.map(unknown),
            unknown_race: race.map(unknown),
            unknown_either: counting.unknown(&known).of,
            exclude_below: making.below.text.clone(),
            excluded_by: excluding.id().to_owned(),
            medians: medians
                .map(|(medians, cut)| Medians { share_above: cut.and_then(|_| assessed.share()), ..medians }),
        };
        self.tell(&impact, &unlisted, assessed);
        Some(impact)
    }

    /// Both medians, and the one that the tables use.
    fn medians(&self, overall: &Cell, known: &[usize]) -> (Medians, Option<Middle>) {
        let mut of_known = self.cells.along(known);
        of_known.retain(|group, _| !self.cells.is_missing(known, group));
        let full = median::middle(overall);
        let of_known = median::middle(&Cell::together(of_known.values()));
        let used = self.answer("median").unwrap_or("full_sample");
        let medians = Medians {
            used: used.to_owned(),
            full_sample: full.map(Middle::median),
            known_only: of_known.map(Middle::median),
            bounds: if full.is_none() { overall.scores().and_then(median::bounds) } else { None },
            share_above: None,
        };
        (medians, if used == "known_only" { of_known } else { full })
    }

    /// What is odd about the tables.
    fn tell(&mut self, impact: &Impact, unlisted: &[(String, String)], assessed: Trials) {
        let rules = &self.profile.rules;
        if !unlisted.is_empty() {
            let named: Vec<String> = unlisted.iter().map(|(of, level)| format!("`{level}` of {of}")).collect();
            let what = self.profile.wordings.get("unlisted").map_or("they are no categories of the form", |w| w);
            self.say("form-category", format!("{}: {what}", named.join(", ")));
        }
        for misfit in consistency::misfits(impact) {
            self.say("table-consistency", format!("table {}, `{}`: {}", misfit.table, misfit.category, misfit.says));
        }
        let cells = impact.tables.iter().flat_map(|table| &table.rows).map(|row| row.individuals);
        if let Some(small) = rules.small_cell {
            let cells = cells.filter(|n| (1..=small).contains(n)).count();
            if cells > 0 {
                let have = if cells == 1 { "cell has" } else { "cells have" };
                let message = format!(
                    "{cells} {have} between 1 and {small} individuals, and the form shows them; ask whether they may be published"
                );
                self.say("form-small-cells", message);
            }
        }
        let ties = rules.ties_below().zip(fraction(assessed.hits, assessed.of)).filter(|_| impact.scoring);
        if let Some((below, share)) = ties
            && impact.medians.as_ref().is_some_and(|medians| medians.share_above.is_some())
            && share < below.value
        {
            let message = format!(
                "{} of {} scores are strictly above the median, fewer than {} of them: many scores are equal to it",
                assessed.hits, assessed.of, below.text
            );
            self.say("median-ties", message);
        }
        if self.policy.roles.unit.is_some() || self.policy.roles.weight.is_some() {
            self.say("form-counts-rows", "rows are counted, not people and not weights".to_owned());
        }
    }
}

/// The counts of categories.
struct Counting<'a, F: Fn(&Cell) -> Trials> {
    cells: &'a Cells,
    policy: &'a Policy,
    profile: &'a Profile,
    trials: &'a F,
}

impl<F: Fn(&Cell) -> Trials> Counting<'_, F> {
    /// The rows of which one of the attributes is unknown.
    fn unknown(&self, attributes: &[usize]) -> Trials {
        let groups = self.cells.along(attributes);
        let missing = groups.iter().filter(|(group, _)| self.cells.is_missing(attributes, group));
        let add = |sum: Trials, one: Trials| Trials { hits: sum.hits + one.hits, of: sum.of + one.of };
        missing.map(|(_, cell)| (self.trials)(cell)).fold(Trials::default(), add)
    }

    fn listed(&self, table: &str) -> &[String] {
        if table == "sex" { &self.profile.rules.sexes } else { &self.profile.rules.races }
    }

    /// The levels of an attribute as the form lists them, then those that it does not list. Listed ones that nobody has are
    /// there too, unless the data call the categories something else.
    fn levels(&self, attribute: usize, table: &str) -> (Vec<String>, Vec<String>) {
        let levels = &self.cells.levels[attribute];
        let named = levels.names.iter().enumerate().filter(|(place, _)| levels.missing != Some(*place));
        let present: Vec<&String> = named.map(|(_, name)| name).collect();
        let listed = self.listed(table);
        let strange: Vec<String> =
            present.iter().filter(|name| !listed.contains(name)).map(|name| (*name).clone()).collect();
        let shown = listed.iter().filter(|name| strange.is_empty() || present.contains(name));
        (shown.cloned().chain(strange.iter().cloned()).collect(), strange)
    }

    /// The categories of one attribute, and its levels that the form does not list.
    fn one(&self, attribute: usize, other: Option<usize>, table: &str) -> (Vec<Category>, Vec<(String, String)>) {
        let name = &self.policy.attributes[attribute].name;
        let groups = self.cells.along(&[attribute]);
        let crossed = other.map(|other| (other, self.cells.along(&[attribute, other])));
        let (shown, strange) = self.levels(attribute, table);
        let category = |level: String| {
            let place = self.cells.levels[attribute].names.iter().position(|name| *name == level);
            let cell = place.and_then(|place| groups.get(&vec![place]));
            let elsewhere = crossed.iter().flat_map(|(other, groups)| {
                let missing = self.cells.levels[*other].missing;
                place.zip(missing).and_then(|(own, missing)| groups.get(&vec![own, missing]))
            });
            Category {
                group: Group::from([(name.clone(), level.clone())]),
                name: level,
                trials: cell.map(self.trials).unwrap_or_default(),
                unknown_elsewhere: elsewhere.map(|cell| (self.trials)(cell).of).sum(),
            }
        };
        let strange = strange.into_iter().map(|level| (name.clone(), level)).collect();
        (shown.into_iter().map(category).collect(), strange)
    }

    /// The categories of both attributes: those of the first one by sex, then by sex all others.
    fn both(&self, sex: usize, race: usize) -> Vec<Category> {
        let groups = self.cells.along(&[sex, race]);
        let ((sexes, _), (races, _)) = (self.levels(sex, "sex"), self.levels(race, "race"));
        let is_first = |level: &&String| self.profile.rules.first.as_ref() == Some(*level);
        let first = races.iter().filter(is_first).flat_map(|race| sexes.iter().map(move |sex| (sex, race)));
        let rest = sexes.iter().flat_map(|sex| races.iter().filter(|r| !is_first(r)).map(move |race| (sex, race)));
        let place =
            |attribute: usize, level: &String| self.cells.levels[attribute].names.iter().position(|name| name == level);
        let name = |attribute: usize| self.policy.attributes[attribute].name.clone();
        let category = |(own_sex, own_race): (&String, &String)| {
            let key = place(sex, own_sex).zip(place(race, own_race)).map(|(sex, race)| vec![sex, race]);
            Category {
                name: format!("{own_race}, {own_sex}"),
                group: Group::from([(name(sex), own_sex.clone()), (name(race), own_race.clone())]),
                trials: key.and_then(|key| groups.get(&key)).map(self.trials).unwrap_or_default(),
                unknown_elsewhere: 0,
            }
        };
        first.chain(rest).map(category).collect()
    }
}
