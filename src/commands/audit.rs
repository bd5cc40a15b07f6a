//! `audit`: the gate.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::arguments::AuditArguments;
use super::output;
use super::progress::Bar;
use super::stored;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::{Error, exit};
use crate::input::Source;
use crate::input::hash::hash_bytes;
use crate::policy::draft::Draft;
use crate::policy::{Policy, check, effective, read};
use crate::release::{self, Release};
use crate::render::{Colour, Format};

/// The policy that is looked for when no role is given by a flag.
const DEFAULT_POLICY: &str = "evenhand.toml";

pub fn run(arguments: Box<AuditArguments>) -> Result<u8, Error> {
    let as_of = as_of(arguments.as_of.as_deref())?;
    let mut loaded = load(&arguments)?;
    if arguments.dry_run {
        return dry_run(&loaded, &arguments);
    }
    let sources = loaded.sources(&arguments.data)?;
    // The result must not depend on the folder from which the program was called.
    for place in loaded.warnings.iter_mut().filter_map(|warning| warning.place.as_mut()) {
        place.file = loaded.policy.path.clone().unwrap_or_default();
    }
    if let Some(folder) = &arguments.output {
        output::prepare(folder)?;
    }
    let earlier = stored::earlier(&loaded.policy, &loaded.folder)?;
    let published = stored::published(&loaded.policy, &loaded.folder)?;
    let document = {
        let bar = Bar::new(&sources, arguments.quiet);
        crate::audit_after(&loaded.policy, loaded.warnings, &sources, &earlier, &as_of, &bar.progress())?
    };
    let released = release::release(document, arguments.audience, &published)?;
    if let Some(folder) = &arguments.output {
        let written = output::write_reports(folder, &released)?;
        if !arguments.quiet
            && let Some(first) = written.first()
        {
            tell!("wrote {} and {} more files", first.display(), written.len() - 1);
        }
    }
    if arguments.output.is_none() || !arguments.quiet || arguments.format.is_some() {
        print(&released, arguments.format.unwrap_or(Format::Text))?;
    }
    let document = released.document();
    for diagnostic in &document.diagnostics {
        let summary_shows_them = arguments.format.unwrap_or(Format::Text) == Format::Text;
        if !summary_shows_them && !arguments.quiet && diagnostic.level != "note" {
            tell!("{}[{}]: {}", diagnostic.level, diagnostic.code, diagnostic.message);
        }
    }
    Ok(document.exit_code)
}

/// Prints a document on standard output; colours only on a terminal that wants them.
pub fn print(release: &Release, format: Format) -> Result<(), Error> {
    let stdout = std::io::stdout();
    let coloured =
        format == Format::Text && stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let colour = if coloured { Colour::Coloured } else { Colour::Plain };
    let mut bytes = Vec::new();
    format.render(release, colour, &mut bytes).map_err(|e| Error::output(Path::new("(standard output)"), &e))?;
    write_stdout(&bytes)
}

/// Writes to standard output. A reader that has gone, such as `head`, is no error.
pub fn write_stdout(bytes: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::output(Path::new("(standard output)"), &e)),
        _ => Ok(()),
    }
}

fn as_of(given: Option<&str>) -> Result<String, Error> {
    match given {
        None => Ok(jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()),
        Some(text) => match text.parse::<jiff::civil::Date>() {
            Ok(date) if date.to_string() == text => Ok(text.to_owned()),
            _ => Err(Error::usage(format!("--as-of is a day such as 2026-11-21, not `{text}`"))),
        },
    }
}

/// A policy that is ready, with what was worth saying about it.
pub struct Loaded {
    pub policy: Policy,
    pub warnings: Vec<Diagnostic>,
    /// Folder to which the files of the policy are relative.
    folder: PathBuf,
}

impl Loaded {
    /// Files of the command line replace those of the policy.
    pub fn sources(&self, data: &[String]) -> Result<Vec<Source>, Error> {
        if data.is_empty() {
            Source::resolve(&self.policy.files, &self.folder)
        } else {
            Source::resolve(data, Path::new(""))
        }
    }
}

fn load(arguments: &AuditArguments) -> Result<Loaded, Error> {
    let flags = &arguments.roles;
    flags.refuse_later()?;
    let path = match &arguments.policy {
        Some(path) => Some(path.clone()),
        None if flags.any_role() => None,
        None if Path::new(DEFAULT_POLICY).exists() => Some(PathBuf::from(DEFAULT_POLICY)),
        None => {
            return Err(Error::usage(
                "there is no evenhand.toml here. Name a policy with -p, make one with `evenhand init DATA`, or give the \
                 roles by flags: --by, --decision, --favourable",
            ));
        }
    };
    let (mut draft, text) = match &path {
        Some(path) => read_policy(path)?,
        None => (Draft::default(), String::new()),
    };
    flags.apply(&mut draft)?;
    let checked = check::check(draft).map_err(|problems| match &path {
        Some(path) => Error::Policy(in_file(problems, path)),
        None => Error::Policy(problems),
    });
    let (mut policy, warnings) = checked?;
    match &path {
        Some(path) => {
            policy.path = path.file_name().map(|name| name.to_string_lossy().into_owned());

            policy.sha256 = hash_bytes(text.as_bytes());
            policy.exploratory = flags.any();
        }
        None => policy.sha256 = hash_bytes(effective::rules(&policy).as_bytes()),
    }
    let folder = path.as_deref().and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
    Ok(Loaded { policy, warnings, folder })
}

fn read_policy(path: &Path) -> Result<(Draft, String), Error> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| Error::usage(format!("the policy {shown} cannot be read: {e}")))?;
    let text = String::from_utf8(bytes).map_err(|_| Error::usage(format!("the policy {shown} is not UTF-8 text")))?;
    let (draft, mut problems) = read::read(&text, &shown);
    if problems.is_empty() {
        return Ok((draft, text));
    }
    // Mistakes of meaning are told together with mistakes of form, so that one run shows them all.
    let formed = problems.iter().all(|p| p.code != "policy-syntax");
    if formed && let Err(more) = check::check(draft) {
        // A key that seems to be missing because it is misspelt has been told.
        let told: Vec<String> = problems.iter().flat_map(|problem| quoted(&problem.message)).collect();
        let is_told =
            |d: &Diagnostic| d.code == "missing-key" && quoted(&d.message).iter().any(|key| told.contains(key));
        problems.extend(in_file(more, path).into_iter().filter(|d| !is_told(d)));
    }
    problems.sort_by_key(|d| d.place.as_ref().map_or((0, 0), |p| (p.line.unwrap_or(0), p.character.unwrap_or(0))));
    Err(Error::Policy(problems))
}

/// What is not there has no place in the file, but the file itself.
fn in_file(mut problems: Vec<Diagnostic>, path: &Path) -> Vec<Diagnostic> {
    for problem in problems.iter_mut().filter(|problem| problem.place.is_none()) {
        problem.place = Some(Place { file: path.display().to_string(), ..Place::default() });
    }
    problems
}

/// The names in backticks of a message.
fn quoted(message: &str) -> Vec<String> {
    message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn dry_run(loaded: &Loaded, arguments: &AuditArguments) -> Result<u8, Error> {
    let names = if arguments.data.is_empty() { &loaded.policy.files } else { &arguments.data };
    let mut out = format!("# effective policy, sha256 {}\n", loaded.policy.sha256);
    for name in names {
        out.push_str(&format!("# data: {name}\n"));
    }
    out.push_str(&effective::rules(&loaded.policy));
    for warning in &loaded.warnings {
        tell!("{warning}");
    }
    write_stdout(out.as_bytes())?;
    Ok(exit::OK)
}
