//! `init`: looks at a file, asks in plain words, and writes a commented policy.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::path::Path;

use super::arguments::InitArguments;
use super::demo::refuse_existing;
use super::{audit, output};
use crate::error::{Error, exit};
use crate::input::Source;
use crate::input::names::{self, Identifier, names_people};
use crate::input::sample::{Sample, sample};
use crate::policy::value::{canonical, number};

/// Columns with at most this many values can be groups or decisions.
const FEW: usize = 20;

pub fn run(arguments: &InitArguments) -> Result<u8, Error> {
    refuse_existing(&arguments.output, arguments.force)?;
    output::prepare_file(&arguments.output)?;
    let sources = Source::resolve(std::slice::from_ref(&arguments.data), Path::new(""))?;
    let Some(source) = sources.first() else { return Err(Error::usage("which file?")) };
    let sample = sample(source)?;
    let columns: Vec<Column> = sample.columns.iter().map(|(name, values)| Column::new(name, values)).collect();
    tell_what_is_there(&sample, &columns)?;
    let mut asker = Asker { silent: arguments.yes };
    let answers = ask(&mut asker, &columns)?;
    let policy = write_policy(&arguments.data, &arguments.output, &columns, &answers);
    output::write(&arguments.output, policy.as_bytes())?;
    let shown = arguments.output.display();
    let next = if answers.favourable.is_empty() || answers.decision.is_none() || answers.groups.is_empty() {
        format!("wrote {shown}. Fill in the lines marked FILL IN, then run:  evenhand audit -p {shown}\n")
    } else {
        format!("wrote {shown}. Next:  evenhand audit -p {shown} -o out\n")
    };
    audit::write_stdout(next.as_bytes())?;
    Ok(exit::OK)
}

/// What a column looks like.
struct Column {
    name: String,
    /// Distinct values in order of appearance, as far as they are few.
    values: Vec<String>,
    many: bool,
    numeric: bool,
    /// Why it looks personal, if it does.
    personal: Option<&'static str>,
    /// Some value stands in more than one row.
    repeats: bool,
}

impl Column {
    fn new(name: &str, texts: &[String]) -> Column {
        let given: Vec<&String> = texts.iter().filter(|text| !text.trim().is_empty()).collect();
        let distinct: BTreeSet<String> = given.iter().map(|text| canonical(text).into_owned()).collect();
        let numeric = !given.is_empty() && given.iter().all(|text| number(&text.replace(',', ".")).is_some());
        let personal = looks_personal(name, &given, distinct.len(), numeric);
        let many = distinct.len() > FEW;
        let repeats = distinct.len() < given.len();
        let values = if many { Vec::new() } else { distinct.into_iter().collect() };
        Column { name: name.to_owned(), values, many, numeric, personal, repeats }
    }

    fn named(&self, words: &[&str]) -> bool {
        let name = self.name.to_lowercase();
        words.iter().any(|word| name.split(['_', ' ', '-', '.']).any(|part| part == *word) || name == *word)
    }

    fn has_few_values(&self) -> bool {
        !self.many && self.values.len() >= 2 && self.personal.is_none()
    }

    fn is_age_like(&self) -> bool {
        self.numeric && self.many && self.named(&["age", "years", "tenure", "alter"])
    }
}

fn looks_personal(name: &str, given: &[&String], distinct: usize, numeric: bool) -> Option<&'static str> {
    // What a policy refuses to group by is not offered.
    if let Some(found) = names::identifies(name) {
        return Some(found.words());
    }
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split(['_', ' ', '-', '.']).collect();
    let named = |words: &[&str]| words.iter().any(|word| parts.contains(word));
    // A column whose values repeat, such as `email_optin`, tells nobody apart.
    let many = distinct > FEW || distinct * 2 > given.len();
    let share = |test: &dyn Fn(&str) -> bool| {
        !given.is_empty() && given.iter().filter(|text| test(text)).count() * 10 > given.len() * 8
    };
    let any = |what: &str| given.iter().any(|text| names::reaches_somebody(text) == Some(what));
    if many && named(&["email", "mail"]) || any("an e-mail address") {
        return Some(Identifier::Email.words());
    }
    if many && named(&["phone", "mobile", "telephone", "tel"])
        || (!numeric && share(&names::has_digits_of_a_phone))
        || any("a telephone number")
    {
        return Some(Identifier::Phone.words());
    }
    if named(&["name", "surname", "firstname", "lastname", "username"]) && many {
        return Some(Identifier::Name.words());
    }
    if many && (named(&["id", "key", "row"]) || names::names_people(&name)) {
        return Some(Identifier::Number.words());
    }
    if many && named(&["address", "street", "birthdate", "dob", "iban", "ssn"]) {
        return Some("personal details");
    }
    let words = |text: &str| text.split_whitespace().count() > 4;
    if !numeric && share(&words) {
        return Some("free text");
    }
    None
}

#[derive(Default)]
struct Answers {
    decision: Option<String>,
    favourable: Vec<String>,
    label: Option<String>,
    positive: Vec<String>,
    count: Option<String>,
    unit: Option<String>,
    groups: Vec<String>,
    filter: Option<(String, Vec<String>)>,
    within: String,
}

fn tell_what_is_there(sample: &Sample, columns: &[Column]) -> Result<(), Error> {
    let mut words = format!("{} columns", columns.len());
    if let Some(shape) = &sample.shape {
        let separator = match shape.delimiter {
            b'\t' => "tabs".to_owned(),
            other => format!("'{}'", char::from(other)),
        };
        words.push_str(&format!(", separated by {separator}"));
        if shape.decimal_comma {
            words.push_str(", decimal comma");
        }
    }
    words = format!("{words} ({})\n", sample.format.name());
    let personal: Vec<String> =
        columns.iter().filter_map(|c| c.personal.map(|why| format!("  {} ({why})\n", c.name))).collect();
    if !personal.is_empty() {
        words.push_str(&format!("These look personal and will not be read:\n{}", personal.concat()));
    }
    audit::write_stdout(words.as_bytes())
}

/// At most eight questions; an empty answer takes what stands in brackets.
fn ask(asker: &mut Asker, columns: &[Column]) -> Result<Answers, Error> {
    let mut answers = Answers { within: "4/5".to_owned(), ..Answers::default() };
    let few: Vec<&Column> = columns.iter().filter(|c| c.has_few_values()).collect();
    let guess = |words: &[&str]| few.iter().find(|c| c.named(words)).map(|c| c.name.clone());
    let label_words =
        ["label", "outcome", "actual", "target", "truth", "redeemed", "churn", "churned", "converted", "y"];
    let decision_words = [
        "decision",
        "offered",
        "selected",
        "approved",
        "prediction",
        "predicted",
        "pred",
        "flagged",
        "granted",
        "admit",
        "offer",
        "got",
    ];
    let decision = guess(&decision_words);
    let names = few.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ");
    answers.decision = asker.column(&format!("Which column says what the system did? ({names})"), decision, columns)?;
    let Some(decision) = answers.decision.clone() else { return Ok(answers) };
    let values = values_of(columns, &decision).join(", ");
    answers.favourable =
        asker.list(&format!("Which values of {decision} are good for the person? ({values})"), Vec::new())?;
    let label = guess(&label_words).filter(|label| *label != decision);
    answers.label = asker.column("Which column says what turned out? (`none` if there is none)", label, columns)?;
    if let Some(label) = answers.label.clone() {
        let values = values_of(columns, &label);
        let usual = ["1", "true", "yes", "Yes", "Y"].iter().find(|one| values.iter().any(|v| v == *one));
        let usual = usual.map(|one| vec![(*one).to_owned()]).unwrap_or_default();
        answers.positive =
            asker.list(&format!("Which values of {label} are positive? ({})", values.join(", ")), usual)?;
    }
    let count = columns.iter().find(|c| c.numeric && c.named(&["count", "rows", "freq", "frequency", "n"]));
    if let Some(count) = count {
        let question = format!("Does {} say for how many rows each row stands? (`none` if not)", count.name);
        answers.count = asker.column(&question, Some(count.name.clone()), columns)?;
    }
    // A counted row is no row of one person, so one of the two questions is left.
    let owner = columns.iter().find(|c| c.many && c.repeats && names_people(&c.name));
    if let (None, Some(owner)) = (count, owner) {
        let question = format!(
            "Values of {} stand in several rows. Does it say whose row it is, so that people are counted? (`none` if not)",
            owner.name
        );
        answers.unit = asker.column(&question, Some(owner.name.clone()), columns)?;
    }
    let taken = [Some(decision.clone()), answers.label.clone(), answers.count.clone()];
    let consent = few.iter().find(|c| c.named(&["consent", "optin", "opt"]) && !taken.contains(&Some(c.name.clone())));
    if let Some(consent) = consent {
        let question = format!("Which values of {} say that a row may be used? (`all` for no such rule)", consent.name);
        let usual = consent.values.iter().find(|v| ["yes", "Yes", "1", "true", "Y"].contains(&v.as_str()));
        let values = asker.list(&question, usual.map(|v| vec![v.clone()]).unwrap_or_default())?;
        if !values.is_empty() && values != ["all"] {
            answers.filter = Some((consent.name.clone(), values));
        }
    }
    let free = |c: &&Column| {
        let filtered = answers.filter.as_ref().is_some_and(|(column, _)| *column == c.name);
        (c.has_few_values() || c.is_age_like()) && !taken.contains(&Some(c.name.clone())) && !filtered
    };
    let usual: Vec<String> = columns.iter().filter(free).map(|c| c.name.clone()).collect();
    answers.groups = asker.columns("Which groups shall be compared?", usual, columns)?;
    answers.within = asker.text("How far may a group fall behind? (a share of the other's rate)", "4/5")?;
    Ok(answers)
}

fn values_of(columns: &[Column], name: &str) -> Vec<String> {
    columns.iter().find(|c| c.name == name).map(|c| c.values.clone()).unwrap_or_default()
}

/// Asks on standard output and reads answers from standard input.
struct Asker {
    silent: bool,
}

impl Asker {
    fn text(&mut self, question: &str, usual: &str) -> Result<String, Error> {
        if self.silent {
            return Ok(usual.to_owned());
        }
        let shown = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
        audit::write_stdout(format!("{question}{shown} ").as_bytes())?;
        let _ = std::io::stdout().flush();
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            // Nobody answers: what stands in brackets holds.
            Ok(0) | Err(_) => {
                self.silent = true;
                audit::write_stdout(b"\n")?;
                Ok(usual.to_owned())
            }
            Ok(_) if line.trim().is_empty() => Ok(usual.to_owned()),
            Ok(_) => Ok(line.trim().to_owned()),
        }
    }

    fn list(&mut self, question: &str, usual: Vec<String>) -> Result<Vec<String>, Error> {
        let answer = self.text(question, &usual.join(", "))?;
        Ok(answer.split(',').map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect())
    }

    fn column(&mut self, question: &str, usual: Option<String>, columns: &[Column]) -> Result<Option<String>, Error> {
        loop {
            let answer = self.text(question, usual.as_deref().unwrap_or(""))?;
            if answer.is_empty() || answer == "none" {
                return Ok(None);
            }
            if columns.iter().any(|c| c.name == answer) {
                return Ok(Some(answer));
            }
            audit::write_stdout(format!("There is no column {answer}.\n").as_bytes())?;
            if self.silent {
                return Ok(None);
            }
        }
    }

    fn columns(&mut self, question: &str, usual: Vec<String>, columns: &[Column]) -> Result<Vec<String>, Error> {
        loop {
            let names = self.list(question, usual.clone())?;
            match names.iter().find(|name| !columns.iter().any(|c| c.name == **name)) {
                None => return Ok(names),
                Some(name) => audit::write_stdout(format!("There is no column {name}.\n").as_bytes())?,
            }
            if self.silent {
                return Ok(Vec::new());
            }
        }
    }
}

/// The policy text; what is not known is marked FILL IN and commented out.
fn write_policy(data: &str, policy: &Path, columns: &[Column], answers: &Answers) -> String {
    let quote = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let list = |values: &[String]| format!("[{}]", values.iter().map(|v| quote(v)).collect::<Vec<_>>().join(", "));
    let mut out = String::from(
        "# What evenhand measures and how it judges. `evenhand explain NAME` explains every word.\nversion = 1\n\n",
    );
    out.push_str("[about]                      # printed at the head of every report; all optional\n# system = \"\"\n# model_version = \"\"\n# purpose = \"\"\n# owner = \"\"\n\n[data]\n");
    out.push_str(&format!("files = [{}]\n", quote(&relative(data, policy))));
    match &answers.decision {
        Some(decision) => out.push_str(&format!("decision = {}      # what the system did\n", quote(decision))),
        None => out.push_str("# decision = \"\"             # FILL IN: the column that says what the system did\n"),
    }
    if answers.favourable.is_empty() {
        let seen = answers.decision.as_ref().map(|d| values_of(columns, d).join(", ")).unwrap_or_default();
        out.push_str(&format!(
            "# favourable = []            # FILL IN: which of its values are good for the person ({seen})\n"
        ));
    } else {
        out.push_str(&format!("favourable = {}      # good for the person\n", list(&answers.favourable)));
    }
    if let Some(label) = &answers.label {
        out.push_str(&format!("label = {}      # what turned out\n", quote(label)));
        if answers.positive.is_empty() {
            out.push_str("# positive = []              # FILL IN: which of its values are positive\n");
        } else {
            out.push_str(&format!("positive = {}\n", list(&answers.positive)));
        }
    }
    if let Some(count) = &answers.count {
        out.push_str(&format!("count = {}      # each row stands for so many\n", quote(count)));
    }
    if let Some(unit) = &answers.unit {
        out.push_str(&format!("unit = {}      # whose row it is: intervals count people, not rows\n", quote(unit)));
    }
    if let Some((column, values)) = &answers.filter {
        out.push_str(&format!("where = {{ {} = {} }}      # only these rows are used\n", quote(column), list(values)));
    }
    out.push_str("missing = [\"\"]               # values that mean: not known\n");
    if answers.groups.is_empty() {
        out.push_str("\n# [[attribute]]              # FILL IN: columns to group people by\n# name = \"\"\n");
    }
    for group in &answers.groups {
        out.push_str(&format!("\n[[attribute]]\nname = {}\n", quote(group)));
        match columns.iter().find(|c| c.name == *group) {
            Some(column) if column.is_age_like() || column.many => {
                out.push_str(
                    "bins = [25, 40, 65]          # turns the number into groups; change the edges to yours\n",
                );
            }
            _ => {}
        }
        out.push_str(
            "reference = \"largest\"        # largest | highest-rate | rest | overall | { group = \"...\" }\n",
        );
    }
    if let [first, second, ..] = answers.groups.as_slice() {
        out.push_str(&format!(
            "\n# [intersections]            # people at two levels at once\n# sets = [[{}, {}]]\n",
            quote(first),
            quote(second)
        ));
    }
    out.push_str("\n[statistics]\nlevel = 0.95\nmin_group = 30               # smaller groups are measured, not judged\nadjust = \"holm\"              # allows for the number of checks\n");
    out.push_str(&format!("\n[[check]]\nid = \"decision-ratio\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = {}      # both ways: neither group falls further behind\n", quote(&answers.within)));
    if answers.label.is_some() {
        for (id, metric) in [("true-positives", "true-positive-rate"), ("false-positives", "false-positive-rate")] {
            out.push_str(&format!("\n[[check]]\nid = \"{id}\"\nmetric = \"{metric}\"\ncontrast = \"difference\"\nwithin = \"0.1\"               # at most 10 percentage points apart\n"));
        }
    }
    out
}

/// Files of a policy are relative to it.
fn relative(data: &str, policy: &Path) -> String {
    let folder = policy.parent().filter(|f| !f.as_os_str().is_empty());
    match folder {
        None => data.to_owned(),
        Some(folder) => match Path::new(data).strip_prefix(folder) {
            Ok(inside) => inside.to_string_lossy().into_owned(),
            Err(_) => std::path::absolute(data).map_or_else(|_| data.to_owned(), |p| p.to_string_lossy().into_owned()),
        },
    }
}
