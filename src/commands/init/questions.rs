//! What is asked, in an order in which what matters most comes first: nobody is asked more than a few questions.

use super::asker::Asker;
use super::column::{Column, values_of};
use super::recognise::{self, ConsentGuess, Guess};
use super::vocabulary::{COUNTS, DECISIONS, LABELS};
use crate::error::Error;
use crate::input::names::names_people;
use crate::metrics::outcome::{Better, OutcomeKind};

/// What a file holds beside decisions and groups.
pub(super) struct Found {
    pub outcomes: Vec<Guess>,
    pub consent: Option<ConsentGuess>,
}

impl Found {
    /// What names somebody is not looked at.
    pub fn of(columns: &[Column]) -> Found {
        let looked: Vec<&Column> = columns.iter().filter(|column| column.personal.is_none()).collect();
        Found { outcomes: recognise::outcomes(&looked), consent: recognise::consent(&looked) }
    }

    /// A yes or no of which the name says which is good for the person; what is good itself comes first.
    fn decision(&self) -> Option<&Guess> {
        let good = |better: Better| {
            let fits = move |guess: &&Guess| guess.kind == OutcomeKind::YesNo && guess.better == Some(better);
            self.outcomes.iter().find(|guess| fits(guess) && !guess.no.is_empty())
        };
        good(Better::More).or_else(|| good(Better::Less))
    }
}

/// What the policy is written from.
#[derive(Default)]
pub(super) struct Answers {
    pub decision: Option<String>,
    pub favourable: Vec<String>,
    /// Nobody said so: the name of the column did.
    pub favourable_by_name: bool,
    pub label: Option<String>,
    pub positive: Vec<String>,
    pub count: Option<String>,
    pub unit: Option<String>,
    pub groups: Vec<String>,
    pub outcomes: Vec<Measure>,
    pub consent: Option<ConsentGuess>,
    pub consent_by_name: bool,
    pub within: String,
}

impl Answers {
    /// Whether the policy says something to measure: what was decided and what of it is good, or what people experienced.
    pub fn are_enough(&self) -> bool {
        match self.decision {
            Some(_) => !self.favourable.is_empty(),
            None => !self.outcomes.is_empty(),
        }
    }
}

/// An outcome that shall be measured.
pub(super) struct Measure {
    pub guess: Guess,
    /// Somebody was asked what is good for the person.
    pub confirmed: bool,
}

/// One question for each role that a column seems to have; an empty answer takes what stands in brackets.
pub(super) fn ask(asker: &mut Asker, columns: &[Column], found: Found) -> Result<Answers, Error> {
    let mut answers = Answers { within: "4/5".to_owned(), ..Answers::default() };
    let few: Vec<&Column> = columns.iter().filter(|c| c.has_few_values()).collect();
    let guess = |words: &[&str]| few.iter().find(|c| c.any(words)).map(|c| c.name);
    let by_name = found.decision();
    let decision = guess(DECISIONS).or_else(|| by_name.and_then(|g| g.columns().first().copied()));
    let names = few.iter().map(|c| c.name).collect::<Vec<_>>().join(", ");
    let none = if found.outcomes.is_empty() { "" } else { "; `none` to look only at what people experienced" };
    let question = format!("Which column says what the system did? ({names}{none})");
    answers.decision = asker.column(&question, decision, columns)?;
    if let Some(decision) = answers.decision.clone() {
        let values = values_of(columns, &decision).join(", ");
        let known = by_name.filter(|guess| guess.columns() == [decision.as_str()]);
        let usual = known.map(|guess| match guess.better {
            Some(Better::Less) => guess.no.clone(),
            _ => guess.yes.iter().cloned().collect(),
        });
        let question = format!("Which values of {decision} are good for the person? ({values})");
        answers.favourable_by_name = !asker.can_ask(1);
        answers.favourable = asker.list(&question, &usual.unwrap_or_default())?;
    }
    let decision = answers.decision.clone();
    if decision.is_some() {
        let label = guess(LABELS).filter(|label| Some(*label) != decision.as_deref());
        answers.label = asker.column("Which column says what turned out? (`none` if there is none)", label, columns)?;
    }
    if let Some(label) = answers.label.clone() {
        let values = values_of(columns, &label);
        let usual = ["1", "true", "yes", "Yes", "Y"].iter().find(|one| values.iter().any(|v| v == *one));
        let usual = usual.map(|one| vec![(*one).to_owned()]).unwrap_or_default();
        answers.positive =
            asker.list(&format!("Which values of {label} are positive? ({})", values.join(", ")), &usual)?;
    }
    let count = columns.iter().find(|c| c.numbers.is_some() && c.any(COUNTS));
    if let Some(count) = count {
        let question = format!("Does {} say for how many rows each row stands? (`none` if not)", count.name);
        answers.count = asker.column(&question, Some(count.name), columns)?;
    }
    let taken = [decision, answers.label.clone(), answers.count.clone()];
    let is_taken = |column: &str| taken.iter().flatten().any(|taken| taken == column);
    let free = found.outcomes.into_iter().filter(|guess| !guess.columns().iter().any(|c| is_taken(c))).collect();
    let (wanted, left) = choose_outcomes(asker, free)?;
    // A counted row is no row of one person, so one of the two questions is left.
    let owner = columns.iter().find(|c| c.is_many() && c.repeats() && names_people(c.name));
    if let (None, Some(owner)) = (count, owner) {
        // People are not counted beside outcomes yet: the policy says so.
        answers.unit = if wanted.is_empty() {
            let question = format!(
                "Values of {} stand in several rows. Does it say whose row it is, so that people are counted? (`none` if not)",
                owner.name
            );
            asker.column(&question, Some(owner.name), columns)?
        } else {
            Some(owner.name.to_owned())
        };
    }
    let consent = found.consent.filter(|consent| !is_taken(&consent.column));
    let of_consent = consent.as_ref().map(|consent| consent.column.clone());
    // What people experienced is no group of theirs, whether it is measured or not.
    let measured: Vec<String> = wanted.iter().flat_map(|guess| owned(guess.columns())).chain(left).collect();
    let free = |c: &&Column| {
        let has_role =
            is_taken(c.name) || measured.iter().any(|of| of == c.name) || of_consent.as_deref() == Some(c.name);
        (c.has_few_values() || c.is_age_like()) && !has_role
    };
    let usual: Vec<String> = columns.iter().filter(free).map(|c| c.name.to_owned()).collect();
    answers.groups = asker.columns("Which groups shall be compared?", &usual, columns)?;
    if let Some(consent) = consent {
        answers.consent_by_name = !asker.can_ask(1);
        answers.consent = ask_consent(asker, consent)?;
    }
    answers.outcomes = ask_outcomes(asker, wanted)?;
    answers.within = asker.text("How far may a group fall behind? (a share of the other's rate)", "4/5")?;
    Ok(answers)
}

fn owned(columns: Vec<&str>) -> Vec<String> {
    columns.into_iter().map(str::to_owned).collect()
}

/// Which outcomes shall be measured; and the columns of those that shall not.
fn choose_outcomes(asker: &mut Asker, found: Vec<Guess>) -> Result<(Vec<Guess>, Vec<String>), Error> {
    if found.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let offered: Vec<String> = found.iter().map(|guess| guess.name.clone()).collect();
    let question = "What people experienced: which shall be measured? (`none` for none)";
    let wanted = asker.some_of(question, &offered)?;
    let (wanted, left): (Vec<Guess>, Vec<Guess>) = found.into_iter().partition(|guess| wanted.contains(&guess.name));
    Ok((wanted, left.iter().flat_map(|guess| owned(guess.columns())).collect()))
}

/// What is good for the person, as far as there are questions left; those come first of which no name says it.
fn ask_outcomes(asker: &mut Asker, mut wanted: Vec<Guess>) -> Result<Vec<Measure>, Error> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|place| wanted[*place].better.is_some());
    let mut confirmed = vec![false; wanted.len()];
    for place in order {
        let guess = &mut wanted[place];
        if !asker.can_ask(1 + usize::from(guess.bound.is_some())) {
            continue;
        }
        confirmed[place] = true;
        let usual = guess.better.unwrap_or(Better::Neither);
        let question = format!("Is more of {} good for the person? (more is good, less is good, neither)", guess.name);
        guess.better = Some(asker.better(&question, usual)?);
        if let Some(bound) = guess.bound {
            let question = format!("From which answer of {} on is somebody content?", guess.name);
            guess.bound = Some(asker.whole(&question, bound)?);
        }
    }
    let measures = wanted.into_iter().zip(confirmed);
    Ok(measures.map(|(guess, confirmed)| Measure { guess, confirmed }).collect())
}

/// Which values say yes; none where there is no such rule.
fn ask_consent(asker: &mut Asker, mut consent: ConsentGuess) -> Result<Option<ConsentGuess>, Error> {
    const NO_RULE: &str = "all";
    let question = format!(
        "Which value of {} says that the person agreed? Rows of all others will not be used. ({}; `{NO_RULE}` for no such rule)",
        consent.column,
        consent.values.join(", ")
    );
    let mut answers = consent.values.clone();
    answers.push(NO_RULE.to_owned());
    let answer = asker.value(&question, consent.given.as_deref().unwrap_or(""), &consent.column, &answers)?;
    if answer == NO_RULE && !consent.values.contains(&answer) {
        return Ok(None);
    }
    consent.given = Some(answer).filter(|answer| !answer.is_empty());
    Ok(Some(consent))
}
