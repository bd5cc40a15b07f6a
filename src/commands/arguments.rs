//! What can be typed. Each flag's help is written once, here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::database::DatabaseFlags;
use crate::database::BUILT;
use crate::release::Audience;
use crate::render::Format;

/// Measures what a model did to which groups, with honest intervals, and judges it against a policy.
#[derive(Debug, Parser)]
#[command(name = "evenhand", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Examples:
  evenhand demo                                  an example, from data to report
  evenhand init offers.csv                       a policy for your own data
  evenhand audit offers.csv -o out               measure, judge, write reports
  evenhand explain selection-rate                what a name means")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes an example (data and policy), audits it and writes its reports
    Demo(DemoArguments),
    /// Looks at the columns of a file, asks a few questions and writes a policy
    Init(InitArguments),
    /// Measures, judges and writes reports; the exit code is the gate
    Audit(Box<AuditArguments>),
    /// Runs the one pass alone and writes its cells, to be added up or audited later
    Tally(Box<TallyArguments>),
    /// Adds up cells of shards, months or machines
    Merge(MergeArguments),
    /// Prints the one pass as a statement of SQL, for an engine that has the rows; its result is audited like rows
    Sql(Box<super::sql::SqlArguments>),
    /// Explains a metric, contrast, check, code, verdict or exit code; without a name, lists them all
    Explain(ExplainArguments),
    /// Renders a stored result again, without the data
    Report(ReportArguments),
    /// Says what changed between two results, or between two models on the same rows
    Compare(Box<super::compare::CompareArguments>),
    /// Locks a policy
    Policy(super::policy::PolicyArguments),
    /// Records reviews, says when one is due, shows the history
    Review(super::review::ReviewArguments),
    /// Recomputes what was written and says what does not agree
    Verify(super::verify::VerifyArguments),
    /// Prints the JSON Schema of the policy, of the result or of a change
    Schema(SchemaArguments),
    /// Prints completions for a shell
    Completions(CompletionArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand demo
  evenhand demo my-first-audit --force")]
pub struct DemoArguments {
    /// Folder to write
    #[arg(value_name = "DIR", default_value = "evenhand-demo")]
    pub folder: PathBuf,
    /// Overwrite files of the example that are there already
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand init offers.csv
  evenhand init offers.parquet -o policies/offers.toml --yes")]
pub struct InitArguments {
    /// File whose columns are looked at
    pub data: String,
    /// Policy to write
    #[arg(short, long, value_name = "FILE", default_value = "evenhand.toml")]
    pub output: PathBuf,
    /// Ask nothing; what cannot be known is left to fill in
    #[arg(long)]
    pub yes: bool,
    /// Overwrite the policy if it is there already
    #[arg(long)]
    pub force: bool,
}

/// Examples of `audit`; one of a database where that is built.
fn examples_of_audit() -> String {
    let database = if BUILT {
        "  evenhand audit --source postgresql://db.example/hr --table sales.offers -p evenhand.toml\n"
    } else {
        ""
    };
    format!(
        "Examples:
  evenhand audit                        the policy is ./evenhand.toml and names its files
  evenhand audit offers.csv -p evenhand.toml -o out
  evenhand audit offers.csv -p evenhand.toml --baseline last/result.json
  evenhand audit 'month/*.parquet' --by sex,age,sex:age --decision offered --favourable 1
  evenhand audit p.parquet --by sex --score p --threshold 0.5 --favourable 1
  cat counts.csv | evenhand audit - --by sex --decision got --favourable yes --count rows
{database}
Exit codes:
  0  nothing that gates is beyond its limits      3  nothing is, but it could not be judged
  1  a check that gates is not met                4  data or output
  2  usage or policy                              70 a bug"
    )
}

/// The help of `--format`, with the names of all formats.
fn printed(what: &str) -> String {
    let names: Vec<String> = Format::all().iter().map(|format| format.name()).collect();
    format!("{what}: {} (`evenhand explain FORMAT` says more)", names.join(", "))
}

#[derive(Debug, Args)]
#[command(after_help = examples_of_audit())]
pub struct AuditArguments {
    /// Files (of rows, or of cells), patterns or `-` for standard input; they replace the files of the policy
    #[arg(value_name = "DATA")]
    pub data: Vec<String>,
    /// Policy file; ./evenhand.toml when no role is given by a flag
    #[arg(short, long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Write report.html, report.md, result.json, metrics.csv, junit.xml, result.sarif, manifest.json and the forms of the
    /// policy into this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    // Listed in one line: a line for each, as clap would have it, makes the page three times as long.
    #[arg(long, value_name = "FORMAT", hide_possible_values = true, help = printed("What is printed on standard output"))]
    pub format: Option<Format>,
    /// A stored result (result.json) to compare with; it replaces the one of the policy
    #[arg(long, value_name = "RESULT.json")]
    pub baseline: Option<PathBuf>,
    /// The day of the run, for reports that must be the same again (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
    /// Whom the report is for: `public` hides small counts and what would tell them, and rounds
    #[arg(long, value_name = "WHOM", default_value = "internal", hide_possible_values = true)]
    pub audience: Audience,
    /// Print the effective policy and roles, and read no data
    #[arg(long)]
    pub dry_run: bool,
    /// Use a frozen policy although it is not as it was locked; marks the run exploratory
    #[arg(long)]
    pub unfrozen: bool,
    /// Print nothing on standard output when `-o` is given, and no progress
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub database: DatabaseFlags,
    #[command(flatten)]
    pub roles: RoleFlags,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand tally january.parquet -p evenhand.toml -o january.cells
  evenhand tally 'january/*.parquet' --by sex --decision offered --favourable 1 -o january.cells
  evenhand audit january.cells -p evenhand.toml")]
pub struct TallyArguments {
    /// Files, patterns or `-` for standard input; they replace the files of the policy
    #[arg(value_name = "DATA")]
    pub data: Vec<String>,
    /// Policy file; ./evenhand.toml when no role is given by a flag
    #[arg(short, long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// File of cells to write (Parquet)
    #[arg(short, long, value_name = "CELLS")]
    pub output: PathBuf,
    /// Say nothing of what was written, and show no progress
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub database: DatabaseFlags,
    #[command(flatten)]
    pub roles: RoleFlags,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand merge january.cells february.cells -o winter.cells
  evenhand merge 'shards/*.cells' -o all.cells")]
pub struct MergeArguments {
    /// Files of cells, or patterns
    #[arg(value_name = "CELLS", required = true)]
    pub cells: Vec<String>,
    /// File of cells to write (Parquet)
    #[arg(short, long, value_name = "CELLS")]
    pub output: PathBuf,
    /// Say nothing of what was written, and show no progress
    #[arg(short, long)]
    pub quiet: bool,
}

/// Roles and settings that can be given without a policy; with one, they override it and mark the run exploratory.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Roles without a policy")]
pub struct RoleFlags {
    /// Columns to group by; `a:b` is an intersection
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub by: Option<Vec<String>>,
    /// Column that says what the system did
    #[arg(long, value_name = "COL")]
    pub decision: Option<String>,
    /// Values of the decision that are good for the person
    #[arg(long, value_name = "V[,V]", value_delimiter = ',', allow_hyphen_values = true)]
    pub favourable: Option<Vec<String>>,
    /// Values of the decision that count as a positive prediction (default: those of --favourable)
    #[arg(long, value_name = "V[,V]", value_delimiter = ',', allow_hyphen_values = true)]
    pub selected: Option<Vec<String>>,
    /// Column that says what turned out
    #[arg(long, value_name = "COL")]
    pub label: Option<String>,
    /// Values of the label that are positive
    #[arg(long, value_name = "V[,V]", value_delimiter = ',', allow_hyphen_values = true)]
    pub positive: Option<Vec<String>>,
    /// Column with a score from 0 to 1
    #[arg(long, value_name = "COL")]
    pub score: Option<String>,
    /// Without --decision: the decision is 1 when the score is at least this
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub threshold: Option<String>,
    /// Column that says for how many rows each row stands
    #[arg(long, value_name = "COL")]
    pub count: Option<String>,
    /// Column that says how much a row weighs in a survey or sample
    #[arg(long, value_name = "COL")]
    pub weight: Option<String>,
    /// Column that says whose row it is, where one person has several: intervals then count people
    #[arg(long, value_name = "COL")]
    pub unit: Option<String>,
    /// Columns within which like is compared with like
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub strata: Option<Vec<String>>,
    /// Column that says when, so that evidence adds up over periods
    #[arg(long, value_name = "COL")]
    pub period: Option<String>,
    /// Use only rows with one of these values in the column
    #[arg(long = "where", value_name = "COL=V[,V]")]
    pub filter: Vec<String>,
    /// Whom groups are compared with: largest, highest-rate, rest, overall, or sex=Male
    #[arg(long, value_name = "WHICH")]
    pub reference: Option<String>,
    /// Confidence of intervals (default: 0.95)
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true)]
    pub level: Option<String>,
    /// Smallest denominator that is judged (default: 30)
    #[arg(long, value_name = "N")]
    pub min_group: Option<u64>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand explain                               everything that has a name
  evenhand explain fpr
  evenhand explain inconclusive
  evenhand explain 3")]
pub struct ExplainArguments {
    /// A metric, contrast, check, diagnostic code, verdict, key, format or exit code
    pub name: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand report out/result.json --format markdown -o again.md
  evenhand report out/result.json --format text
  evenhand report out/result.json --form ll144 --format html -o ll144.html
  evenhand report out/result.json --audience public --format html -o public.html")]
pub struct ReportArguments {
    /// A result that `audit` wrote
    pub result: PathBuf,
    #[arg(long, value_name = "FORMAT", hide_possible_values = true, help = printed("How to render it"))]
    pub format: Format,
    /// A form that the policy asked for, instead of the report: html, markdown or text
    #[arg(long, value_name = "ID")]
    pub form: Option<String>,
    /// The record of reviews; the form is final when the run is signed there
    #[arg(long, value_name = "HISTORY", requires = "form")]
    pub signed: Option<PathBuf>,
    /// File to write; standard output when absent
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Whom the report is for: `internal` or `public` (default: as it is stored)
    #[arg(long, value_name = "WHOM", hide_possible_values = true)]
    pub audience: Option<Audience>,
    /// Results that were published before: what changed little since is hidden as well
    #[arg(long, value_name = "FILE")]
    pub published: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  evenhand schema policy > evenhand.schema.json")]
pub struct SchemaArguments {
    pub of: SchemaOf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SchemaOf {
    Policy,
    Result,
    Change,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  evenhand completions bash > ~/.local/share/bash-completion/completions/evenhand")]
pub struct CompletionArguments {
    pub shell: clap_complete::Shell,
}
