//! A column of the file: what stands in it, and what its name says.

use std::collections::BTreeSet;

use super::vocabulary::AGES;
use crate::input::names::{self, Identifier};
use crate::policy::instant::Instant;
use crate::policy::names::parts;
use crate::policy::value::{canonical, number};

/// Columns with at most this many values can be groups or decisions.
const FEW: usize = 20;

/// What is known of a column.
pub(super) struct Column<'a> {
    pub name: &'a str,
    /// The words of its name.
    pub words: Vec<String>,
    pub texts: &'a [String],
    /// Those that are not empty.
    pub given: Vec<&'a str>,
    pub distinct: BTreeSet<String>,
    /// Every value, where each is a number.
    pub numbers: Option<Vec<f64>>,
    /// Why it looks personal, if it does.
    pub personal: Option<&'static str>,
}

impl<'a> Column<'a> {
    pub fn new(name: &'a str, texts: &'a [String]) -> Column<'a> {
        let given: Vec<&str> = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        let distinct = given.iter().map(|text| canonical(text).into_owned()).collect();
        let numbers: Option<Vec<f64>> = given.iter().map(|text| number(&text.replace(',', "."))).collect();
        let numbers = numbers.filter(|numbers| !numbers.is_empty());
        let column = Column { name, words: parts(name), texts, given, distinct, numbers, personal: None };
        Column { personal: column.looks_personal(), ..column }
    }

    /// Whether its name has one of these words.
    pub fn any(&self, words: &[&str]) -> bool {
        self.words.iter().any(|word| words.contains(&word.as_str()))
    }

    /// Its values, as far as they are few.
    pub fn values(&self) -> Vec<String> {
        if self.is_many() { Vec::new() } else { self.distinct.iter().cloned().collect() }
    }

    pub fn is_many(&self) -> bool {
        self.distinct.len() > FEW
    }

    /// Whether some value stands in more than one row.
    pub fn repeats(&self) -> bool {
        self.distinct.len() < self.given.len()
    }

    pub fn has_few_values(&self) -> bool {
        !self.is_many() && self.distinct.len() >= 2 && self.personal.is_none()
    }

    pub fn is_age_like(&self) -> bool {
        self.numbers.is_some() && self.is_many() && self.any(AGES)
    }

    fn looks_personal(&self) -> Option<&'static str> {
        // What a policy refuses to group by is not offered.
        if let Some(found) = names::identifies(self.name) {
            return Some(found.words());
        }
        let numeric = self.numbers.is_some();
        // A column whose values repeat, such as `email_optin`, tells nobody apart.
        let many = self.is_many() || self.distinct.len() * 2 > self.given.len();
        let share = |test: &dyn Fn(&str) -> bool| {
            !self.given.is_empty() && self.given.iter().filter(|text| test(text)).count() * 10 > self.given.len() * 8
        };
        let any = |what: &str| self.given.iter().any(|text| names::reaches_somebody(text) == Some(what));
        if many && self.any(&["email", "mail"]) || any("an e-mail address") {
            return Some(Identifier::Email.words());
        }
        if many && self.any(&["phone", "mobile", "telephone", "tel"])
            // A day has as many digits as a telephone number.
            || (!numeric && share(&|text| names::has_digits_of_a_phone(text) && Instant::parse(text).is_none()))
            || any("a telephone number")
        {
            return Some(Identifier::Phone.words());
        }
        if self.any(&["name", "surname", "firstname", "lastname", "username"]) && many {
            return Some(Identifier::Name.words());
        }
        if many && (self.any(&["id", "key", "row"]) || names::names_people(self.name)) {
            return Some(Identifier::Number.words());
        }
        if many && self.any(&["address", "street", "birthdate", "dob", "iban", "ssn"]) {
            return Some("personal details");
        }
        let words = |text: &str| text.split_whitespace().count() > 4;
        if !numeric && share(&words) {
            return Some("free text");
        }
        None
    }
}

pub(super) fn values_of(columns: &[Column], name: &str) -> Vec<String> {
    columns.iter().find(|c| c.name == name).map(Column::values).unwrap_or_default()
}
