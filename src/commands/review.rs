//! `review`: the record of reviews.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::audit::{self, DEFAULT_POLICY, Loaded};
use super::lock;
use super::reviewed;
use super::{output, stored};
use crate::error::{Error, exit};
use crate::history::{Decision, Due, Refused, ResultSeen, chain, record, trend};
use crate::input::hash::hash_bytes;
use crate::render::{Colour, html, markdown, text};
use crate::words;

/// The history where no policy names one.
const DEFAULT_HISTORY: &str = "evenhand-reviews.jsonl";

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand review record out --record review.toml
  evenhand review due --max-age 90d
  evenhand review history --format html -o reviews.html")]
pub struct ReviewArguments {
    #[command(subcommand)]
    command: ReviewCommand,
}

#[derive(Debug, Subcommand)]
enum ReviewCommand {
    /// Appends a review of a result to the history: what was measured, what changed, who decided what
    Record(Box<RecordArguments>),
    /// Says when the next review is due; exits 5 when it is late
    Due(DueArguments),
    /// Prints the history and draws how each gap went
    History(HistoryArguments),
}

/// Where the history is.
#[derive(Debug, Args)]
struct Where {
    /// The history (default: that of the policy, else ./evenhand-reviews.jsonl)
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Policy that says where the history is, who signs and when a review is due (default: ./evenhand.toml)
    #[arg(short, long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "A review file (--record) holds what people say:
  decision = \"conditions\"          # continue | conditions | pause | retire
  reason = \"at least 40 characters that say why\"
  close = [\"A1\"]                   # actions that a retest has borne out
  overrides_read = 12
  [sign]                           # each another person
  reviewer = \"Ana Ruiz\"
  \"accountable owner\" = \"Ben Okafor\"
  [outcomes]
  satisfaction = \"4.2 of 5, 4.1 before\"
  [[action]]
  id = \"A2\"
  check = \"offer-ratio\"
  group = { age_band = \"65+\" }
  what = \"send the offer by post as well\"
  owner = \"crm-lead@example.org\"
  due = 2026-12-31

Exit codes:
  0  recorded                       2  it does not fit the result or the history
  1  something is tested no longer  5  a decision or a sign-off is missing")]
pub struct RecordArguments {
    /// A result.json, or the folder that `audit -o` wrote
    result: PathBuf,
    #[command(flatten)]
    place: Where,
    /// File with decision, reason, sign-offs and actions; flags come over it
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// What is decided
    #[arg(long, value_enum)]
    decision: Option<Decision>,
    /// Why, in at least 40 characters
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who signs as what; once for each role, each another person
    #[arg(long, value_name = "ROLE=NAME")]
    sign: Vec<String>,
    /// An action to open
    #[arg(long, value_name = "ID; CHECK [ATTRIBUTE=GROUP,…]; WHAT; OWNER; DUE")]
    action: Vec<String>,
    /// An action to close; a retest must be met, or a waiver let it through
    #[arg(long, value_name = "ID")]
    close: Vec<String>,
    /// Why something is no longer tested
    #[arg(long, value_name = "TEXT")]
    narrowed: Option<String>,
    /// Something to keep with the review
    #[arg(long, value_name = "TEXT")]
    note: Vec<String>,
    /// Record it although it is not decided and signed; it does not count as a review
    #[arg(long)]
    draft: bool,
    /// The day of the review (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand review due
  evenhand review due --max-age 90d --as-of 2026-11-21")]
pub struct DueArguments {
    #[command(flatten)]
    place: Where,
    /// How old a review may be: 90d, 12w (default: `max_age_days` of the policy, else 90d)
    #[arg(long, value_name = "AGE", value_parser = age)]
    max_age: Option<i64>,
    /// The day that is asked about (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand review history
  evenhand review history --format html -o reviews.html")]
pub struct HistoryArguments {
    #[command(flatten)]
    place: Where,
    /// How it is printed
    #[arg(long, value_enum, default_value = "text")]
    format: HistoryFormat,
    /// File to write; standard output when absent
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum HistoryFormat {
    /// For the terminal
    Text,
    /// As Markdown
    Markdown,
    /// One file with the trends drawn
    Html,
    /// Every line and every trend
    Json,
}

pub fn run(arguments: &ReviewArguments) -> Result<u8, Error> {
    match &arguments.command {
        ReviewCommand::Record(arguments) => append(arguments),
        ReviewCommand::Due(arguments) => due(arguments),
        ReviewCommand::History(arguments) => history(arguments),
    }
}

/// A number of days: `90d`, `12w`, `90`.
fn age(text: &str) -> Result<i64, String> {
    let (digits, days) = match text.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (text.strip_suffix('d').unwrap_or(text), 1),
    };
    let number: Option<u32> = digits.parse().ok();
    number
        .map(|number| i64::from(number) * days)
        .ok_or_else(|| "a number of days or weeks such as 90d or 12w".to_owned())
}

/// The policy, if one is named or lies here, and the path of the history.
fn settle(place: &Where) -> Result<(Option<(PathBuf, Loaded)>, PathBuf), Error> {
    let default = Path::new(DEFAULT_POLICY);
    let path = place.policy.clone().or_else(|| default.exists().then(|| default.to_path_buf()));
    let loaded = path.map(|path| audit::load_policy(&path).map(|loaded| (path, loaded))).transpose()?;
    let history = match (&place.history, &loaded) {
        (Some(history), _) => history.clone(),
        (None, Some((_, loaded))) => loaded.folder.join(&loaded.policy.review.history),
        (None, None) => PathBuf::from(DEFAULT_HISTORY),
    };
    Ok((loaded, history))
}

fn append(arguments: &RecordArguments) -> Result<u8, Error> {
    let day = audit::as_of(arguments.as_of.as_deref())?;
    let path = if arguments.result.is_dir() { arguments.result.join("result.json") } else { arguments.result.clone() };
    let (document, sha256) = stored::read(&path, &path.display().to_string())?;
    let (loaded, history) = settle(&arguments.place)?;
    let mut request = reviewed::request(arguments.record.as_deref(), day)?;
    request.draft = arguments.draft;
    request.decision = arguments.decision.or(request.decision);
    request.reason = arguments.reason.clone().or(request.reason);
    request.narrowed = arguments.narrowed.clone().or(request.narrowed);
    request.close.extend(arguments.close.iter().cloned());
    request.notes.extend(arguments.note.iter().cloned());
    for sign in &arguments.sign {
        let signature = reviewed::signature(sign)?;
        request.signed.retain(|other| other.role != signature.role);
        request.signed.push(signature);
    }
    for action in &arguments.action {
        request.open.push(reviewed::action(action)?);
    }
    request.roles = match &loaded {
        Some((_, loaded)) => loaded.policy.review.signoff.clone(),
        None => vec!["reviewer".to_owned(), "accountable owner".to_owned()],
    };
    if let Some((path, loaded)) = &loaded {
        if loaded.policy.sha256 != document.policy.sha256 && document.policy.path.is_some() {
            return Err(Error::usage(format!(
                "the result was made under another policy than {}. Name the one it was made under with -p, or audit again",
                path.display()
            )));
        }
        let held = document.run.lock.as_ref().and_then(|_| fs::read(lock::path_of(path).ok()?).ok());
        request.lock = held.map(|bytes| hash_bytes(&bytes));
    }
    let policy = loaded.as_ref().map(|(path, _)| path);
    let read = std::iter::once(&path).chain(policy).chain(&arguments.record);
    output::prepare_file(&history, read.map(PathBuf::as_path))?;
    let (before, lines) = stored::history(&history)?;
    let seen = ResultSeen {
        path: path.display().to_string(),
        sha256,
        run: document.run.id.clone(),
        as_of: document.run.as_of.clone(),
    };
    let entry = match record::record(&lines, &document, seen, &request) {
        Ok(entry) => entry,
        Err(Refused::Usage(why)) => return Err(Error::usage(why)),
        Err(Refused::Incomplete(missing)) => {
            return Err(Error::Incomplete(format!(
                "the review is not complete, and nothing is recorded. It lacks\n- {}\n`--draft` records it as a draft",
                missing.join("\n- ")
            )));
        }
        Err(Refused::Narrowed(gone)) => {
            tell!(
                "nothing is recorded: the last review looked at more. Gone are\n- {}\nTest them again, or say with --narrowed \
                 why not, in at least {} characters",
                gone.join("\n- "),
                record::SHORTEST_REASON
            );
            return Ok(exit::NOT_MET);
        }
    };
    let line = chain::write(&entry);
    let mut after = before.clone();
    after.extend_from_slice(line.as_bytes());
    // Somebody else may have recorded in the meantime.
    if fs::read(&history).unwrap_or_default() != before {
        return Err(Error::usage(format!(
            "{} changed while this ran; nothing is recorded, try again",
            history.display()
        )));
    }
    output::write(&history, &after)?;
    let sha256 = hash_bytes(line.trim_end_matches('\n').as_bytes());
    let what = if entry.draft { "draft" } else { "review" };
    let mut told = format!("{what} {} recorded in {}, line {sha256}\n", entry.number, history.display());
    for change in entry.changes.iter().flat_map(|changes| &changes.checks).filter(|change| change.status == "new") {
        told.push_str(&format!("new finding: {}\n", reviewed::named(&change.id, &change.axes, &change.group)));
    }
    if entry.findings_left > 0 {
        told.push_str(&format!(
            "rows that are not met and have neither an action nor a waiver: {}\n",
            entry.findings_left
        ));
    }
    for trigger in &entry.triggers {
        told.push_str(&format!("calls for a review before it is due: {trigger}\n"));
    }
    audit::write_stdout(told.as_bytes())?;
    Ok(exit::OK)
}

fn max_age(given: Option<i64>, loaded: Option<&(PathBuf, Loaded)>) -> i64 {
    let policy = loaded.map(|(_, loaded)| i64::try_from(loaded.policy.review.max_age_days).unwrap_or(i64::MAX));
    given.or(policy).unwrap_or(90)
}

fn due(arguments: &DueArguments) -> Result<u8, Error> {
    let day = audit::as_of(arguments.as_of.as_deref())?;
    let (loaded, path) = settle(&arguments.place)?;
    let max_age = max_age(arguments.max_age, loaded.as_ref());
    let (_, lines) = stored::history(&path)?;
    let due = Due::on(&day, &lines, max_age);
    let overdue = due.is_overdue(max_age);
    let mut told = match &due.last {
        None => format!("no review is recorded in {}: one is due\n", path.display()),
        Some(last) if last.days_ago < 0 => {
            return Err(Error::usage(format!("the last review is on {}, after {day}", last.day)));
        }
        Some(last) if last.retired => {
            format!("the system was taken out of use on {}; no review is due\n", last.day)
        }
        Some(last) => {
            let ago = if last.days_ago == 1 { "1 day ago".to_owned() } else { format!("{} days ago", last.days_ago) };
            let next = if overdue { "the next was due on" } else { "the next is due on" };
            format!("the last review was on {}, {ago}; {next} {}\n", last.day, last.due_on)
        }
    };
    if due.drafts > 0 {
        told.push_str(&format!("drafts since then, which are no reviews: {}\n", due.drafts));
    }
    for action in &due.overdue_actions {
        told.push_str(&format!(
            "action {} is overdue since {}: {} ({})\n",
            action.id, action.due, action.what, action.owner
        ));
    }
    for (waiver, left) in &due.ending {
        let when =
            if *left < 0 { format!("ended on {}", waiver.expires) } else { format!("ends on {}", waiver.expires) };
        told.push_str(&format!("waiver {} {when} ({})\n", waiver.id, waiver.owner));
    }
    audit::write_stdout(told.as_bytes())?;
    Ok(if overdue || !due.overdue_actions.is_empty() { exit::INCOMPLETE } else { exit::OK })
}

fn history(arguments: &HistoryArguments) -> Result<u8, Error> {
    let (loaded, path) = settle(&arguments.place)?;
    if let Some(output) = &arguments.output {
        let policy = loaded.as_ref().map(|(path, _)| path);
        output::prepare_file(output, std::iter::once(&path).chain(policy).map(PathBuf::as_path))?;
    }
    let max_age = max_age(None, loaded.as_ref());
    let (_, lines) = stored::history(&path)?;
    let trends = trend::trends(&lines);
    let day = lines.last().map(|line| line.entry.day.clone()).unwrap_or_default();
    let due = Due::on(&day, &lines, max_age).last.filter(|last| !last.retired).map(|last| last.due_on);
    let mut bytes = Vec::new();
    let rendered = if arguments.format == HistoryFormat::Json {
        let whole = serde_json::json!({ "schema": "evenhand.history/1", "reviews": lines, "trends": trends });
        bytes = serde_json::to_vec_pretty(&whole).unwrap_or_default();
        bytes.push(b'\n');
        Ok(())
    } else {
        let page = words::history::history(&lines, &trends, due.as_deref());
        match arguments.format {
            HistoryFormat::Markdown => markdown::render(&page, &mut bytes),
            HistoryFormat::Html => html::render(&page, &mut bytes),
            _ => text::render(&page, Colour::Plain, &mut bytes),
        }
    };
    match &arguments.output {
        Some(path) => {
            rendered.map_err(|e| Error::output(path, &e))?;
            output::write(path, &bytes)?;
        }
        None => {
            rendered.map_err(|e| Error::output(Path::new("(standard output)"), &e))?;
            audit::write_stdout(&bytes)?;
        }
    }
    Ok(exit::OK)
}
