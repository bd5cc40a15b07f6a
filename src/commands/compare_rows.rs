//! `compare --join`: two models on the same rows, from two files of data.

use std::path::Path;

use super::audit::{self, Loaded};
use super::compare::CompareArguments;
use super::output;
use super::progress::Bar;
use crate::error::Error;
use crate::input::Source;
use crate::join::Join;
use crate::release::{self, Audience, Release};
use crate::render::Colour;

/// Audits the rows of the later file that the earlier one has as well, compared with what the earlier one says of them.
pub fn run(arguments: &CompareArguments, key: &str) -> Result<u8, Error> {
    let as_of = audit::as_of(arguments.as_of.as_deref())?;
    let mut loaded = audit::load(arguments.policy.as_deref(), &arguments.roles, audit::LockUse::Held)?;
    if let Some(path) = &arguments.output {
        output::prepare_file(path, loaded.files())?;
    }
    loaded.forget_folder();
    forget(&mut loaded)?;
    let (old, new) = (source(&arguments.old)?, source(&arguments.new)?);
    if old == new {
        return Err(Error::usage("OLD and NEW are the same file"));
    }
    let document = {
        let bar = Bar::new(&[old.clone(), new.clone()], false);
        let join = Join { old, new, key: key.to_owned() };
        crate::audit_joined(&loaded.policy, loaded.warnings, &join, &as_of, &bar.progress())?
    };
    // The gate is that of all rows, whatever is shown of them.
    let exit_code = document.exit_code;
    give(&release::release(document, Audience::Internal, &[])?, arguments)?;
    Ok(exit_code)
}

/// What a policy says of other comparisons does not bear on this one.
fn forget(loaded: &mut Loaded) -> Result<(), Error> {
    let policy = &mut loaded.policy;
    if policy.roles.previous_decision.is_some() || policy.roles.previous_score.is_some() {
        return Err(Error::usage(
            "the policy names the earlier model's columns (`previous_decision`, `previous_score`) already; with --join they \
             come from OLD, so leave them out, or audit NEW alone",
        ));
    }
    let unlike = [
        ("unit", policy.roles.unit.is_some()),
        ("weight", policy.roles.weight.is_some()),
        ("probabilities", !policy.probable.is_empty()),
    ];
    if let Some((what, _)) = unlike.iter().find(|(_, given)| *given) {
        return Err(Error::usage(format!(
            "two models on the same rows are compared as if every row were a person of its own; with {what} that is not so, \
             and not in this version of evenhand"
        )));
    }
    policy.baseline = None;
    policy.statistics.earlier.clear();
    Ok(())
}

fn source(path: &Path) -> Result<Source, Error> {
    let found = Source::resolve(&[path.to_string_lossy().into_owned()], Path::new(""))?;
    match <[Source; 1]>::try_from(found) {
        Ok([one]) => Ok(one),
        Err(_) => Err(Error::usage("--join takes one file before and one after; a pattern may match no more than one")),
    }
}

fn give(released: &Release, arguments: &CompareArguments) -> Result<(), Error> {
    match &arguments.output {
        None => audit::print(released, arguments.format),
        Some(path) => {
            let mut bytes = Vec::new();
            arguments.format.render(released, Colour::Plain, &mut bytes).map_err(|e| Error::output(path, &e))?;
            output::write(path, &bytes)
        }
    }
}
