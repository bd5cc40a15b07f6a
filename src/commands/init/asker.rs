//! Asks on standard output and reads answers from standard input.

use std::io::{BufRead, Write};

use super::column::Column;
use crate::commands::audit;
use crate::error::Error;
use crate::metrics::outcome::Better;

/// Nobody is asked more than this; what is not asked has its usual answer, which the policy marks.
const MOST: usize = 8;

/// Somebody who answers, for so many questions.
pub(super) struct Asker {
    left: usize,
}

impl Asker {
    pub fn new(silent: bool) -> Asker {
        Asker { left: if silent { 0 } else { MOST } }
    }

    /// Whether so many more questions are asked.
    pub fn can_ask(&self, questions: usize) -> bool {
        self.left >= questions
    }

    /// Asks until an answer is one; an empty answer takes the usual one, and so does nobody.
    fn ask<T>(
        &mut self,
        question: &str,
        usual: &str,
        mut read: impl FnMut(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Error> {
        if self.left == 0 {
            return Ok(read(usual).ok());
        }
        self.left -= 1;
        let shown = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
        loop {
            audit::write_stdout(format!("{question}{shown} ").as_bytes())?;
            let _ = std::io::stdout().flush();
            let mut line = String::new();
            let answer = match std::io::stdin().lock().read_line(&mut line) {
                // Nobody answers: what stands in brackets holds.
                Ok(0) | Err(_) => {
                    self.left = 0;
                    audit::write_stdout(b"\n")?;
                    return Ok(read(usual).ok());
                }
                Ok(_) if line.trim().is_empty() => usual,
                Ok(_) => line.trim(),
            };
            match read(answer) {
                Ok(found) => return Ok(Some(found)),
                Err(why) => audit::write_stdout(format!("{why}\n").as_bytes())?,
            }
        }
    }

    pub fn text(&mut self, question: &str, usual: &str) -> Result<String, Error> {
        let answer = self.ask(question, usual, |answer| Ok(answer.to_owned()))?;
        Ok(answer.unwrap_or_default())
    }

    /// What is good for the person: `more`, `less`, `neither`, or words that begin so.
    pub fn better(&mut self, question: &str, usual: Better) -> Result<Better, Error> {
        let read = |answer: &str| {
            let first = answer.split_whitespace().next().unwrap_or_default().to_lowercase();
            Better::find(&first).ok_or_else(|| "The answer is more, less or neither.".to_owned())
        };
        Ok(self.ask(question, usual.name(), read)?.unwrap_or(usual))
    }

    pub fn whole(&mut self, question: &str, usual: u64) -> Result<u64, Error> {
        let read = |answer: &str| answer.parse().map_err(|_| "The answer is a whole number.".to_owned());
        Ok(self.ask(question, &usual.to_string(), read)?.unwrap_or(usual))
    }

    pub fn list(&mut self, question: &str, usual: &[String]) -> Result<Vec<String>, Error> {
        Ok(self.ask(question, &usual.join(", "), |answer| Ok(split(answer)))?.unwrap_or_default())
    }

    /// Some of what is offered; `none` for nothing.
    pub fn some_of(&mut self, question: &str, offered: &[String]) -> Result<Vec<String>, Error> {
        let read = |answer: &str| {
            let names: Vec<String> = split(answer).into_iter().filter(|name| name != "none").collect();
            match names.iter().find(|name| !offered.contains(name)) {
                None => Ok(names),
                Some(name) => Err(format!("{name} is none of these.")),
            }
        };
        Ok(self.ask(question, &offered.join(", "), read)?.unwrap_or_default())
    }

    /// One of the values of a column, or a word beside them.
    pub fn value(&mut self, question: &str, usual: &str, column: &str, values: &[String]) -> Result<String, Error> {
        let read = |answer: &str| match answer.is_empty() || values.iter().any(|value| value == answer) {
            true => Ok(answer.to_owned()),
            false => Err(format!("{column} has no value {answer}.")),
        };
        Ok(self.ask(question, usual, read)?.unwrap_or_default())
    }

    pub fn column(&mut self, question: &str, usual: Option<&str>, columns: &[Column]) -> Result<Option<String>, Error> {
        let read = |answer: &str| match answer {
            "" | "none" => Ok(None),
            name if columns.iter().any(|c| c.name == name) => Ok(Some(name.to_owned())),
            name => Err(format!("There is no column {name}.")),
        };
        Ok(self.ask(question, usual.unwrap_or(""), read)?.flatten())
    }

    pub fn columns(&mut self, question: &str, usual: &[String], columns: &[Column]) -> Result<Vec<String>, Error> {
        let read = |answer: &str| {
            let names = split(answer);
            match names.iter().find(|name| !columns.iter().any(|c| c.name == **name)) {
                None => Ok(names),
                Some(name) => Err(format!("There is no column {name}.")),
            }
        };
        Ok(self.ask(question, &usual.join(", "), read)?.unwrap_or_default())
    }
}

fn split(answer: &str) -> Vec<String> {
    answer.split(',').map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect()
}
