//! `audit`: the gate.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::arguments::{AuditArguments, RoleFlags};
use super::progress::Bar;
use super::{job, lock, output, stored};
use crate::change::Baseline;
use crate::database::Request;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::{Error, exit};
use crate::input::Source;
use crate::input::hash::{hash_bytes, short_hash};
use crate::policy::draft::Draft;
use crate::policy::{self, Consent, ConsentRecord, Policy, check, effective, read};
use crate::release::{self, Release};
use crate::render::{Colour, Format};
use crate::report::Given;
use crate::result::Document;

/// The policy that is looked for when no role is given by a flag.
pub const DEFAULT_POLICY: &str = "evenhand.toml";

pub fn run(arguments: Box<AuditArguments>) -> Result<u8, Error> {
    let as_of = as_of(arguments.as_of.as_deref())?;
    let lock = match (arguments.unfrozen, arguments.dry_run) {
        (true, _) => LockUse::SetAside,
        (false, true) => LockUse::Shown,
        (false, false) => LockUse::Held,
    };
    let mut loaded = load(arguments.policy.as_deref(), &arguments.roles, lock)?;
    let request = arguments.database.request(&arguments.data)?;
    if arguments.dry_run {
        return dry_run(&loaded, &arguments, request.as_ref());
    }
    let sources = match &request {
        Some(_) => Vec::new(),
        None => loaded.sources(&arguments.data)?,
    };
    loaded.forget_folder();
    if let Some(folder) = &arguments.output {
        output::prepare(folder)?;
    }
    if arguments.format == Some(Format::Github) {
        job::prepare()?;
    }
    let earlier = stored::earlier(&loaded.policy, &loaded.folder)?;
    let baseline = loaded.baseline(arguments.baseline.as_deref())?;
    let published = stored::published(&loaded.policy, &loaded.folder)?;
    let (policy, warnings, baseline) = (&loaded.policy, loaded.warnings, baseline.as_ref());
    let document = match &request {
        Some(request) => {
            crate::audit_database(policy, warnings, request, Given { earlier: &earlier, baseline }, &as_of)?
        }
        None => {
            let bar = Bar::new(&sources, arguments.quiet);
            crate::audit_since(policy, warnings, &sources, &earlier, baseline, &as_of, &bar.progress())?
        }
    };
    // The gate is that of all rows, whatever the audience is shown.
    let exit_code = document.exit_code;
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
        match arguments.format.unwrap_or(Format::Text) {
            Format::Github => write_stdout(&job::tell(&released, loaded.path.as_deref())?)?,
            format => print(&released, format)?,
        }
    }
    for diagnostic in &released.document().diagnostics {
        let summary_shows_them = matches!(arguments.format, None | Some(Format::Text | Format::Github));
        if !summary_shows_them && !arguments.quiet && diagnostic.level != "note" {
            tell!("{}[{}]: {}", diagnostic.level, diagnostic.code, diagnostic.message);
        }
    }
    Ok(exit_code)
}

/// Prints a document on standard output.
pub fn print(release: &Release, format: Format) -> Result<(), Error> {
    let mut bytes = Vec::new();
    format
        .render(release, colour(format), &mut bytes)
        .map_err(|e| Error::output(Path::new("(standard output)"), &e))?;
    write_stdout(&bytes)
}

/// Colours only on a terminal that wants them.
pub fn colour(format: Format) -> Colour {
    let terminal = std::io::stdout().is_terminal();
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    if format == Format::Text && terminal && wanted { Colour::Coloured } else { Colour::Plain }
}

/// Writes to standard output. A reader that has gone, such as `head`, is no error.
pub fn write_stdout(bytes: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::output(Path::new("(standard output)"), &e)),
        _ => Ok(()),
    }
}

/// The day of a run: as given, or today in UTC.
pub fn as_of(given: Option<&str>) -> Result<String, Error> {
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
    /// The policy file as it was named.
    path: Option<PathBuf>,
    /// Folder to which the files of the policy are relative.
    pub folder: PathBuf,
}

impl Loaded {
    /// The files that the policy is read from: its own, and its ledger of consent.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let ledger = self.policy.consent.as_ref().and_then(Consent::ledger);
        self.path.as_deref().into_iter().chain(ledger.map(|ledger| ledger.path.as_path()))
    }

    /// The result to compare with: that of the command line, else that of the policy.
    fn baseline(&self, given: Option<&Path>) -> Result<Option<Baseline>, Error> {
        match (given, &self.policy.baseline) {
            (Some(path), _) => stored::baseline(path, &path.display().to_string()).map(Some),
            (None, Some(name)) => stored::baseline(&self.folder.join(name), name).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The result must not depend on the folder from which the program was called.
    pub(super) fn forget_folder(&mut self) {
        for place in self.warnings.iter_mut().filter_map(|warning| warning.place.as_mut()) {
            place.file = self.policy.path.clone().unwrap_or_default();
        }
    }

    /// Files of the command line replace those of the policy.
    pub fn sources(&self, data: &[String]) -> Result<Vec<Source>, Error> {
        if data.is_empty() {
            Source::resolve(&self.policy.files, &self.folder)
        } else {
            Source::resolve(data, Path::new(""))
        }
    }
}

/// What the lock of a frozen policy is to a command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LockUse {
    /// A policy that is not as it was locked is refused.
    Held,
    /// It is used all the same, and the run is exploratory.
    SetAside,
    /// It is only shown, which decides nothing.
    Shown,
}

/// The policy of a file and of flags, ready to be used.
pub(super) fn load(policy: Option<&Path>, flags: &RoleFlags, lock: LockUse) -> Result<Loaded, Error> {
    let path = match policy {
        Some(path) => Some(path.to_path_buf()),
        None if flags.any_role() => None,
        None if Path::new(DEFAULT_POLICY).exists() => Some(PathBuf::from(DEFAULT_POLICY)),
        None => {
            return Err(Error::usage(
                "there is no evenhand.toml here. Name a policy with -p, make one with `evenhand init DATA`, or give the \
                 roles by flags: --by, --decision, --favourable",
            ));
        }
    };
    let (mut draft, sha256) = match &path {
        Some(path) => read_policy(path)?,
        None if lock == LockUse::SetAside => {
            return Err(Error::usage("--unfrozen sets the lock of a policy aside, and no policy is used here"));
        }
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
            name(&mut policy, path, sha256);
            policy.exploratory = flags.any() || lock == LockUse::SetAside;
            hold_lock(&mut policy, path, lock != LockUse::Held)?;
        }
        None => policy.sha256 = hash_bytes(effective::rules(&policy).as_bytes()),
    }
    let folder = path.as_deref().and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
    locate(&mut policy, &folder);
    Ok(Loaded { policy, warnings, path, folder })
}

/// A policy file without flags: the policy and what is worth saying about it.
///
/// # Errors
/// Every mistake in it.
pub fn read_checked(path: &Path) -> Result<(Policy, Vec<Diagnostic>), Error> {
    let (draft, sha256) = read_policy(path)?;
    let (mut policy, warnings) = check::check(draft).map_err(|problems| Error::Policy(in_file(problems, path)))?;
    name(&mut policy, path, sha256);
    Ok((policy, warnings))
}

/// The ledger of consent lies where the policy says, as seen from the policy.
fn locate(policy: &mut Policy, folder: &Path) {
    if let Some(ConsentRecord::Ledger(ledger)) = policy.consent.as_mut().map(|consent| &mut consent.record) {
        ledger.path = folder.join(&ledger.name);
    }
}

fn name(policy: &mut Policy, path: &Path, sha256: String) {
    policy.path = path.file_name().map(|name| name.to_string_lossy().into_owned());
    policy.sha256 = sha256;
}

/// Takes the lock of these very bytes into the policy; a frozen policy is nothing without one.
fn hold_lock(policy: &mut Policy, path: &Path, lenient: bool) -> Result<(), Error> {
    let lenient = lenient || !policy.frozen;
    let at = match lock::path_of(path) {
        Ok(at) => at,
        Err(_) if lenient => return Ok(()),
        Err(why) => return Err(why),
    };
    let again = "`evenhand policy freeze` locks the policy as it is now; --unfrozen looks all the same";
    let shown = at.display();
    let why = match lock::read(&at) {
        Ok(Some(lock)) if lock.sha256 == policy.sha256 => {
            policy.lock = Some(lock.record());
            return Ok(());
        }
        _ if lenient => return Ok(()),
        Ok(Some(lock)) => format!(
            "the policy is frozen and is not the one that was locked: it has sha256 {}, and {shown} of {} has {}; {again}",
            short_hash(&policy.sha256),
            lock.time,
            short_hash(&lock.sha256)
        ),
        Ok(None) => format!(
            "the policy is frozen and has no lock: it has sha256 {}, and there is no {shown}; {again}",
            short_hash(&policy.sha256)
        ),
        Err(why) => format!("the policy is frozen, and {shown} {why}; {again}"),
    };
    Err(Error::Policy(in_file(vec![Diagnostic::new("policy-not-locked", why)], path)))
}

/// A policy file as it is, without flags over it.
pub fn load_policy(path: &Path) -> Result<Loaded, Error> {
    let (mut policy, warnings) = read_checked(path)?;
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    locate(&mut policy, &folder);
    Ok(Loaded { policy, warnings, path: Some(path.to_path_buf()), folder })
}

/// A stored result again: the same policy, on data that are named or those of the policy, compared with what it was compared
/// with.
pub fn again(path: &Path, data: &[String], stored: &Document, quiet: bool) -> Result<Document, Error> {
    let mut loaded = load_policy(path)?;
    // It was held to the lock of then.
    loaded.policy.lock =
        stored.run.lock.as_ref().map(|lock| policy::Lock { sha256: lock.sha256.clone(), time: lock.time.clone() });
    let sources = loaded.sources(data)?;
    loaded.forget_folder();
    let earlier = stored::earlier(&loaded.policy, &loaded.folder)?;
    let against = stored.change.as_ref().map(|change| &change.baseline).filter(|baseline| baseline.kind == "result");
    let given = against.and_then(|baseline| baseline.path.as_ref());
    let given = given.filter(|path| loaded.policy.baseline.as_ref() != Some(*path));
    if stored.privacy.is_some()
        && loaded.policy.baseline.is_none()
        && stored.checks.iter().any(|row| row.is_worsening())
    {
        return Err(Error::usage(
            "--data: this result hides with what it was compared, so it cannot be made again. Verify the one that hides nothing",
        ));
    }
    let baseline = loaded.baseline(given.map(Path::new))?;
    let bar = Bar::new(&sources, quiet);
    let (policy, warnings) = (&loaded.policy, loaded.warnings);
    let as_of = &stored.run.as_of;
    let document = crate::audit_since(policy, warnings, &sources, &earlier, baseline.as_ref(), as_of, &bar.progress())?;
    let published = stored::published(&loaded.policy, &loaded.folder)?;
    Ok(release::release(document, release::stored_for(stored), &published)?.document().clone())
}

/// Reads a policy file: its draft, and the SHA-256 of its bytes.
fn read_policy(path: &Path) -> Result<(Draft, String), Error> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| Error::usage(format!("the policy {shown} cannot be read: {e}")))?;
    let sha256 = hash_bytes(&bytes);
    let text = String::from_utf8(bytes).map_err(|_| Error::usage(format!("the policy {shown} is not UTF-8 text")))?;
    let (draft, mut problems) = read::read(&text, &shown);
    if problems.is_empty() {
        return Ok((draft, sha256));
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
        problem.place = Some(Place::of_file(path.display().to_string()));
    }
    problems
}

/// The names in backticks of a message.
fn quoted(message: &str) -> Vec<String> {
    message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn dry_run(loaded: &Loaded, arguments: &AuditArguments, request: Option<&Request>) -> Result<u8, Error> {
    let names = match request {
        Some(request) => vec![format!("{} in {}", request.table, request.shown())],
        None if arguments.data.is_empty() => loaded.policy.files.clone(),
        None => arguments.data.clone(),
    };
    let mut out = format!("# effective policy, sha256 {}\n", loaded.policy.sha256);
    for name in names {
        out.push_str(&format!("# data: {name}\n"));
    }
    let baseline = arguments.baseline.as_ref().map(|path| path.display().to_string());
    if let Some(name) = baseline.or_else(|| loaded.policy.baseline.clone()) {
        out.push_str(&format!("# baseline: {name}\n"));
    }
    out.push_str(&effective::rules(&loaded.policy));
    for warning in &loaded.warnings {
        tell!("{warning}");
    }
    write_stdout(out.as_bytes())?;
    Ok(exit::OK)
}
