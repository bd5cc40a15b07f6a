//! Commands that only print: `explain`, `report`, `schema`, `completions`.

use clap::CommandFactory;

use super::arguments::{Arguments, ReportArguments, SchemaOf};
use super::{audit, output, stored};
use crate::diagnostic::suggest;
use crate::error::{Error, exit};
use crate::explain;
use crate::release;
use crate::result::Document;

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
        output::prepare_file(path)?;
    }
    let (document, _) = stored::read(&arguments.result, &arguments.result.display().to_string())?;
    let audience = arguments.audience.unwrap_or_else(|| release::stored_for(&document));
    let published: Result<Vec<Document>, Error> =
        arguments.published.iter().map(|path| Ok(stored::read(path, &path.display().to_string())?.0)).collect();
    let released = release::release(document, audience, &published?)?;
    match &arguments.output {
        Some(path) => {
            let bytes = arguments.format.to_bytes(&released).map_err(|e| Error::output(path, &e))?;
            output::write(path, &bytes)?;
        }
        None => audit::print(&released, arguments.format)?,
    }
    Ok(exit::OK)
}

pub fn schema(of: SchemaOf) -> Result<u8, Error> {
    let schema = match of {
        SchemaOf::Policy => explain::schema::policy(),
        SchemaOf::Result => explain::schema::result(),
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
