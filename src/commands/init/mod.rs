//! `init`: looks at a file, asks in plain words, and writes a commented policy.

mod asker;
mod column;
mod questions;
mod recognise;
mod starter;
mod vocabulary;

use std::path::Path;

use self::asker::Asker;
use self::column::Column;
use self::questions::{Found, ask};
use super::arguments::InitArguments;
use super::demo::refuse_existing;
use super::{audit, output};
use crate::error::{Error, exit};
use crate::input::Source;
use crate::input::sample::{Sample, sample};

pub fn run(arguments: &InitArguments) -> Result<u8, Error> {
    refuse_existing(&arguments.output, arguments.force)?;
    let sources = Source::resolve(std::slice::from_ref(&arguments.data), Path::new(""))?;
    output::prepare_file(&arguments.output, sources.iter().filter_map(Source::path))?;
    let Some(source) = sources.first() else { return Err(Error::usage("which file?")) };
    let sample = sample(source)?;
    let columns: Vec<Column> = sample.columns.iter().map(|(name, values)| Column::new(name, values)).collect();
    let found = Found::of(&columns);
    tell_what_is_there(&sample, &columns, &found)?;
    let mut asker = Asker::new(arguments.yes);
    let answers = ask(&mut asker, &columns, found)?;
    let policy = starter::write_policy(&arguments.data, &arguments.output, &columns, &answers);
    output::write(&arguments.output, policy.as_bytes())?;
    let shown = arguments.output.display();
    let next = if !answers.are_enough() || answers.groups.is_empty() && answers.outcomes.is_empty() {
        format!("wrote {shown}. Fill in the lines marked FILL IN, then run:  evenhand audit -p {shown}\n")
    } else if policy.contains(starter::CONFIRM) {
        format!(
            "wrote {shown}. Look whether the lines marked CONFIRM are right. Next:  evenhand audit -p {shown} -o out\n"
        )
    } else {
        format!("wrote {shown}. Next:  evenhand audit -p {shown} -o out\n")
    };
    audit::write_stdout(next.as_bytes())?;
    Ok(exit::OK)
}

fn tell_what_is_there(sample: &Sample, columns: &[Column], found: &Found) -> Result<(), Error> {
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
    if !found.outcomes.is_empty() {
        let each: String = found.outcomes.iter().map(|g| format!("  {} ({})\n", g.name, g.words())).collect();
        words.push_str(&format!("These look like what people experienced:\n{each}"));
    }
    if let Some(consent) = &found.consent {
        words.push_str(&format!("This looks like who agreed that their data is used:\n  {}\n", consent.column));
    }
    audit::write_stdout(words.as_bytes())
}
