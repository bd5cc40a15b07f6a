//! The words of names and values by which columns are recognised.

use crate::metrics::outcome::Better;
use crate::policy::theme::Theme;

/// Values of two kinds at most are yes and no.
pub(super) const YES: &[&str] =
    &["1", "true", "yes", "y", "t", "ja", "oui", "si", "given", "granted", "in", "opted in"];
pub(super) const NO: &[&str] = &["0", "false", "no", "n", "f", "nein", "non", "refused", "denied", "out", "opted out"];

pub(super) const TOOK: &[&str] =
    &["wait", "waits", "waiting", "waited", "duration", "latency", "elapsed", "delay", "aht"];
/// Together with `time`, or with a unit of time.
pub(super) const TIME_OF: &[&str] = &[
    "response",
    "resolution",
    "handle",
    "handling",
    "answer",
    "reply",
    "delivery",
    "talk",
    "hold",
    "queue",
    "service",
    "processing",
    "lead",
    "call",
    "wait",
    "waiting",
    "delay",
];
pub(super) const SECONDS: &[&str] = &["seconds", "secs", "sec"];
/// What is not read as seconds is an amount in its unit.
pub(super) const OTHER_TIMES: &[(&str, &[&str])] = &[
    ("minutes", &["minutes", "mins", "min"]),
    ("hours", &["hours", "hrs"]),
    ("days", &["days"]),
    ("milliseconds", &["milliseconds", "millis", "ms"]),
];
/// Rates, and spans that no customer waits through.
pub(super) const NO_WAIT: &[&str] = &["per", "month", "months", "year", "years", "age", "tenure"];
pub(super) const ANSWERS: &[&str] =
    &["csat", "nps", "osat", "ces", "rating", "ratings", "stars", "satisfaction", "satisfied"];
pub(super) const NO_ANSWER: &[&str] = &["credit", "risk"];
pub(super) const CURRENCIES: &[&str] =
    &["eur", "usd", "gbp", "chf", "jpy", "cad", "aud", "sek", "nok", "dkk", "pln", "inr"];

/// Words of a name, what is good for the person where they say so, and what they are about where they say that.
pub(super) type Known = (&'static [&'static str], Option<Better>, Option<Theme>);

pub(super) const AMOUNTS: &[Known] = &[
    (&["discount", "discounts", "saving", "savings", "rebate", "cashback", "refund"], Some(Better::More), None),
    (&["price", "prices", "fee", "fees", "charge", "charges"], Some(Better::Less), None),
    (&["spend", "spent", "spending", "revenue", "sales", "basket", "turnover"], None, Some(Theme::Sales)),
    (&["amount"], None, None),
    (&["cost", "costs"], None, Some(Theme::Cost)),
];

pub(super) const EVENTS: &[Known] = &[
    (&["resolved", "solved", "fixed"], Some(Better::More), None),
    (&["satisfied"], Some(Better::More), Some(Theme::Satisfaction)),
    (&["complained", "complaint", "complaints"], Some(Better::Less), Some(Theme::Incidents)),
    (&["repeat", "repeated", "reopened", "recontact", "recontacted"], Some(Better::Less), None),
    (&["breach", "breached", "incident", "incidents", "outage"], Some(Better::Less), Some(Theme::Incidents)),
    (&["abandoned", "late", "delayed"], Some(Better::Less), None),
    (&["escalated", "escalation", "human", "handoff", "responded", "replied", "clicked", "visited"], None, None),
    (&["purchased", "bought", "renewed"], None, Some(Theme::Sales)),
    (&["unsubscribed"], None, None),
];
pub(super) const NOT: &[&str] = &["not", "no", "non", "un"];

pub(super) const BEGINNINGS: &[&str] = &[
    "opened",
    "created",
    "start",
    "started",
    "begin",
    "began",
    "from",
    "received",
    "submitted",
    "ordered",
    "requested",
    "reported",
    "raised",
];
pub(super) const ENDS: &[&str] = &[
    "closed",
    "resolved",
    "solved",
    "end",
    "ended",
    "finished",
    "completed",
    "answered",
    "responded",
    "response",
    "replied",
    "delivered",
    "to",
];

/// What the system did.
pub(super) const DECISIONS: &[&str] = &[
    "decision",
    "offered",
    "selected",
    "approved",
    "prediction",
    "predicted",
    "pred",
    "flagged",
    "granted",
    "admit",
    "offer",
    "got",
];
/// What turned out.
pub(super) const LABELS: &[&str] =
    &["label", "outcome", "actual", "target", "truth", "redeemed", "churn", "churned", "converted", "y"];
/// For how many rows a row stands.
pub(super) const COUNTS: &[&str] = &["count", "rows", "freq", "frequency", "n"];
pub(super) const AGES: &[&str] = &["age", "years", "tenure", "alter"];
