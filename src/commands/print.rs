//! Commands that only print: `explain`, `report`, `schema`, `completions`.

use std::path::{Path, PathBuf};

use clap::CommandFactory;

use super::arguments::{Arguments, ReportArguments, SchemaOf};
use super::{audit, job, output, stored};
use crate::diagnostic::suggest;
use crate::error::{Error, exit};
use crate::explain;
use crate::release::{self, Release};
use crate::render::{Colour, Format, html, markdown, text};
use crate::result::Document;
use crate::words;

pub fn explain(name: Option<&str>) -> Result<u8, Error> {
    let page = match name {
        None => explain::catalogue(),
        Some(name) => explain::explain(name).ok_or_else(|| {
            let names = explain::names();
            let hint = suggest(name, names.iter().map(String::as_str));
            Error::usage(format!("nothing is called `{name}`{hint} (`evenhand explain` lists everything)"))
        })?,
    };
    audit::write_stdout(page.as_bytes())?;
    Ok(exit::OK)
}

pub fn report(arguments: &ReportArguments) -> Result<u8, Error> {
    if let Some(path) = &arguments.output {
        let read = std::iter::once(&arguments.result).chain(&arguments.published).chain(&arguments.signed);
        output::prepare_file(path, read.map(PathBuf::as_path))?;
    }
    let (document, _) = stored::read(&arguments.result, &arguments.result.display().to_string())?;
    let audience = arguments.audience.unwrap_or_else(|| release::stored_for(&document));
    let published: Result<Vec<Document>, Error> =
        arguments.published.iter().map(|path| Ok(stored::read(path, &path.display().to_string())?.0)).collect();
    let released = release::release(document, audience, &published?)?;
    if let Some(id) = &arguments.form {
        return form(&released, id, arguments);
    }
    match &arguments.output {
        Some(path) => {
            let bytes = arguments.format.to_bytes(&released).map_err(|e| Error::output(path, &e))?;
            output::write(path, &bytes)?;
        }
        None if arguments.format == Format::Github => audit::write_stdout(&job::tell(&released, None)?)?,
        None => audit::print(&released, arguments.format)?,
    }
    Ok(exit::OK)
}

fn form(release: &Release, id: &str, arguments: &ReportArguments) -> Result<u8, Error> {
    let document = release.document();
    let Some(form) = document.forms.iter().find(|form| form.id == id) else {
        let known: Vec<&str> = document.forms.iter().map(|form| form.id.as_str()).collect();
        let known = match known.as_slice() {
            [] => "; its policy asks for none (`[[profile]]`)".to_owned(),
            known => format!("{}; it has {}", suggest(id, known.iter().copied()), known.join(", ")),
        };
        return Err(Error::usage(format!("the result has no form `{id}`{known}")));
    };
    let signatures = match &arguments.signed {
        Some(path) => stored::signatures(path, &document.run.id)?,
        None => Vec::new(),
    };
    let page = words::form(release, form, &signatures);
    let mut bytes = Vec::new();
    let rendered = match arguments.format {
        Format::Html => html::render_form(&page, &mut bytes),
        Format::Markdown => markdown::render(&page, &mut bytes),
        Format::Text => text::render(&page, Colour::Plain, &mut bytes),
        _ => return Err(Error::usage("a form is rendered as html, markdown or text")),
    };
    let path = arguments.output.as_deref();
    rendered.map_err(|e| Error::output(path.unwrap_or(Path::new("(standard output)")), &e))?;
    match path {
        Some(path) => output::write(path, &bytes)?,
        None => audit::write_stdout(&bytes)?,
    }
    Ok(exit::OK)
}

pub fn schema(of: SchemaOf) -> Result<u8, Error> {
    let schema = match of {
        SchemaOf::Policy => explain::schema::policy(),
        SchemaOf::Result => explain::schema::result(),
        SchemaOf::Change => explain::schema::change(),
    };
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    audit::write_stdout(text.as_bytes())?;
    Ok(exit::OK)
}

pub fn completions(shell: clap_complete::Shell) -> Result<u8, Error> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "evenhand", &mut bytes);
    audit::write_stdout(&bytes)?;
    Ok(exit::OK)
}
