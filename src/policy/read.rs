//! Policy text → draft, with the place of every value and every mistake at once.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::draft::{
    AboutDraft, At, AttributeDraft, CheckDraft, DataDraft, Draft, Given, ProfileDraft, ReferenceDraft, WaiverDraft,
};
use super::keys::{self, Takes};
use super::types::Reference;
use crate::diagnostic::{Diagnostic, Place, suggest};
use crate::exact::Exact;

/// Largest policy that is read; a policy is written by hand.
const LARGEST: usize = 1 << 20;

/// Reads the text of a policy. The draft holds whatever could be read, the diagnostics every mistake found on the way.
pub fn read(text: &str, file: &str) -> (Draft, Vec<Diagnostic>) {
    let mut reader = Reader { text, file, problems: Vec::new() };
    if text.len() > LARGEST {
        reader.problems.push(Diagnostic::new("policy-syntax", "the file is larger than 1 MiB: is it a policy?"));
        return (Draft::default(), reader.problems);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = reader.place(error.span().unwrap_or(0..0));
        reader.problems.push(Diagnostic::new("policy-syntax", syntax(error.message())).at(place));
    }
    let draft = if reader.problems.is_empty() { reader.draft(table.get_ref()) } else { Draft::default() };
    (draft, reader.problems)
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    problems: Vec<Diagnostic>,
}

/// One table of the policy whose keys are taken one by one.
struct Fields<'t> {
    section: &'static str,
    table: &'t DeTable<'t>,
}

impl Reader<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        let character = String::from_utf8_lossy(&before[start..]).chars().count() as u64 + 1;
        Place { file: self.file.to_owned(), line: Some(line), character: Some(character), ..Place::default() }
    }

    fn problem(&mut self, code: &'static str, span: Range<usize>, message: impl Into<String>) {
        let place = self.place(span);
        self.problems.push(Diagnostic::new(code, message).at(place));
    }

    fn draft(&mut self, root: &DeTable<'_>) -> Draft {
        let mut draft = Draft::default();
        self.known_keys("", root, keys::TABLES.iter().chain(keys::LISTS));
        let top = Fields { section: "", table: root };
        match self.count(&top, "version") {
            Some(version) if version.value != 1 => {
                let message = format!("version {} is not read by this evenhand, which reads version 1", version.value);
                self.problems.push(Diagnostic::new("bad-value", message).at(version.place));
            }
            None if !root.contains_key("version") => {
                self.problem("missing-key", 0..0, "the first line of a policy is `version = 1`");
            }
            _ => {}
        }
        draft.frozen = self.flag(&top, "frozen");
        draft.baseline = self.text(&top, "baseline");
        if let Some(about) = self.section(root, "about") {
            draft.about = AboutDraft {
                system: self.text(&about, "system"),
                model_version: self.text(&about, "model_version"),
                purpose: self.text(&about, "purpose"),
                owner: self.text(&about, "owner"),
            };
        }
        if let Some(data) = self.section(root, "data") {
            draft.data = self.data(&data);
        }
        if let Some(sets) = self.section(root, "intersections") {
            draft.sets = self.sets(&sets, "sets");
            draft.sets_reference = self.reference(&sets, "reference");
        }
        if let Some(statistics) = self.section(root, "statistics") {
            draft.level = self.number(&statistics, "level");
            draft.min_group = self.count(&statistics, "min_group");
            draft.adjust = self.choice(&statistics, "adjust");
            draft.seed = self.count(&statistics, "seed");
            draft.ratio_interval = self.choice(&statistics, "ratio_interval");
            draft.power = self.number(&statistics, "power");
            draft.replicates = self.count(&statistics, "replicates");
            draft.permutations = self.count(&statistics, "permutations");
            draft.posterior = self.choice(&statistics, "posterior");
            draft.earlier = self.texts(&statistics, "earlier");
        }
        for (place, attribute) in self.list(root, "attribute") {
            draft.attributes.push(AttributeDraft {
                place,
                name: self.text(&attribute, "name"),
                column: self.text(&attribute, "column"),
                kind: self.choice(&attribute, "kind"),
                columns: self.columns(&attribute, "columns"),
                groups: self.values(&attribute, "groups"),
                bins: self.numbers(&attribute, "bins"),
                reference: self.reference(&attribute, "reference"),
            });
        }
        for (place, check) in self.list(root, "check") {
            draft.checks.push(CheckDraft {
                place,
                id: self.text(&check, "id"),
                metric: self.text(&check, "metric"),
                contrast: self.choice(&check, "contrast"),
                across: self.texts(&check, "across"),
                within: self.number(&check, "within"),
                min: self.number(&check, "min"),
                max: self.number(&check, "max"),
                max_worsening: self.number(&check, "max_worsening"),
                evidence: self.choice(&check, "evidence"),
                strata: self.choice(&check, "strata"),
                on_fail: self.choice(&check, "on_fail"),
                on_inconclusive: self.choice(&check, "on_inconclusive"),
                rationale: self.text(&check, "rationale"),
            });
        }
        self.record(root, &mut draft);
        draft
    }

    /// What the policy says of waivers, privacy, reviews and forms.
    fn record(&mut self, root: &DeTable<'_>, draft: &mut Draft) {
        for (place, waiver) in self.list(root, "waiver") {
            draft.waivers.push(WaiverDraft {
                place,
                id: self.text(&waiver, "id"),
                check: self.text(&waiver, "check"),
                metric: self.text(&waiver, "metric"),
                group: self.group(&waiver, "group"),
                bound: self.number(&waiver, "bound"),
                reason: self.text(&waiver, "reason"),
                compensating: self.text(&waiver, "compensating"),
                owner: self.text(&waiver, "owner"),
                approved_by: self.text(&waiver, "approved_by"),
                created: self.day(&waiver, "created"),
                expires: self.day(&waiver, "expires"),
                model_version: self.text(&waiver, "model_version"),
                ticket: self.text(&waiver, "ticket"),
            });
        }
        if let Some(waivers) = self.section(root, "waivers") {
            draft.max_days = self.count(&waivers, "max_days");
            draft.unused = self.choice(&waivers, "unused");
        }
        if let Some(privacy) = self.section(root, "privacy") {
            draft.min_cell = self.count(&privacy, "min_cell");
            draft.round = self.count(&privacy, "round");
            draft.published = self.texts(&privacy, "published");
        }
        if let Some(review) = self.section(root, "review") {
            draft.history = self.text(&review, "history");
            draft.max_age_days = self.count(&review, "max_age_days");
            draft.signoff = self.texts(&review, "signoff");
        }
        for (place, profile) in self.list(root, "profile") {
            let (id, answers) = (self.text(&profile, "id"), self.answers(&profile, "answers"));
            draft.profiles.push(ProfileDraft { place, id, answers });
        }
    }

    fn data(&mut self, data: &Fields<'_>) -> DataDraft {
        DataDraft {
            files: self.texts(data, "files"),
            decision: self.text(data, "decision"),
            favourable: self.values(data, "favourable"),
            selected: self.values(data, "selected"),
            label: self.text(data, "label"),
            positive: self.values(data, "positive"),
            score: self.text(data, "score"),
            threshold: self.number(data, "threshold"),
            count: self.text(data, "count"),
            weight: self.text(data, "weight"),
            unit: self.text(data, "unit"),
            period: self.text(data, "period"),
            strata: self.texts(data, "strata"),
            previous_decision: self.text(data, "previous_decision"),
            previous_score: self.text(data, "previous_score"),
            filter: self.filter(data, "where"),
            missing: self.values(data, "missing"),
            delimiter: self.choice(data, "delimiter"),
            decimal: self.choice(data, "decimal"),
        }
    }

    /// Says which keys of a table are not known: of a later version, misspelt, or simply not there.
    fn known_keys<'k>(&mut self, section: &str, table: &DeTable<'_>, more: impl Iterator<Item = &'k &'static str>) {
        let mut known: BTreeSet<&str> = keys::of(section).map(|key| key.name).collect();
        known.extend(more);
        for key in table.keys() {
            let name: &str = key.get_ref();
            if known.contains(name) {
                continue;
            }
            let shown = if section.is_empty() { format!("`{name}`") } else { format!("`{name}` in [{section}]") };
            if keys::LATER.contains(&(section, name)) {
                self.problem("later-key", key.span(), format!("{shown} is not in this version of evenhand"));
            } else {
                let hint = suggest(name, known.iter().copied());
                let hint = if hint.is_empty() { elsewhere(name) } else { hint };
                self.problem("unknown-key", key.span(), format!("there is no key {shown}{hint}"));
            }
        }
    }

    fn section<'t>(&mut self, root: &'t DeTable<'t>, section: &'static str) -> Option<Fields<'t>> {
        let (_, value) = root.iter().find(|(key, _)| key.get_ref() == section)?;
        let Some(table) = value.get_ref().as_table() else {
            self.problem("wrong-type", value.span(), format!("`{section}` is a section: write [{section}]"));
            return None;
        };
        self.known_keys(section, table, std::iter::empty());
        Some(Fields { section, table })
    }

    fn list<'t>(&mut self, root: &'t DeTable<'t>, section: &'static str) -> Vec<(Place, Fields<'t>)> {
        let Some((_, value)) = root.iter().find(|(key, _)| key.get_ref() == section) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.problem(
                "wrong-type",
                value.span(),
                format!("write [[{section}]] with two brackets: there can be several"),
            );
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(table) => {
                    self.known_keys(section, table, std::iter::empty());
                    found.push((self.place(item.span()), Fields { section, table }));
                }
                None => self.problem("wrong-type", item.span(), format!("write [[{section}]] as a section")),
            }
        }
        found
    }

    /// The value of a key, if it is there; the key table is the one list of what exists.
    fn take<'t>(
        &self,
        fields: &Fields<'t>,
        name: &str,
        takes: impl Fn(Takes) -> bool,
    ) -> Option<&'t Spanned<DeValue<'t>>> {
        debug_assert!(
            keys::of(fields.section).any(|key| key.name == name && takes(key.takes)),
            "`{name}` of [{}] is not declared in keys.rs as it is read",
            fields.section
        );
        fields.table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
    }

    fn wrong(&mut self, value: &Spanned<DeValue<'_>>, name: &str, wanted: &str) {
        let kind = kind(value.get_ref());
        self.problem("wrong-type", value.span(), format!("`{name}` takes {wanted}, not {kind}"));
    }

    fn text(&mut self, fields: &Fields<'_>, name: &str) -> Given<String> {
        let value = self.take(fields, name, |t| t == Takes::Text)?;
        match value.get_ref().as_str() {
            Some(text) => Some(At { value: text.to_owned(), place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a text in quotes");
                None
            }
        }
    }

    fn flag(&mut self, fields: &Fields<'_>, name: &str) -> Given<bool> {
        let value = self.take(fields, name, |t| t == Takes::Flag)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(At { value: *truth, place: self.place(value.span()) }),
            _ => {
                self.wrong(value, name, "true or false");
                None
            }
        }
    }

    /// A day, as text: in quotes or as TOML's own date.
    fn day(&mut self, fields: &Fields<'_>, name: &str) -> Given<String> {
        let value = self.take(fields, name, |t| t == Takes::Day)?;
        let written = match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Datetime(date) => Some(date.to_string()),
            _ => None,
        };
        match written.filter(|text| text.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == *text)) {
            Some(day) => Some(At { value: day, place: self.place(value.span()) }),
            None => {
                self.problem("bad-value", value.span(), format!("`{name}` is a day such as 2027-01-31"));
                None
            }
        }
    }

    fn group(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<(String, String)>> {
        self.pairs(fields, name, Takes::Group, "a table of attributes and levels such as { age_band = \"18-24\" }")
    }

    fn answers(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<(String, String)>> {
        self.pairs(fields, name, Takes::Answers, "a table of questions and answers such as { auditor = \"…\" }")
    }

    fn pairs(&mut self, fields: &Fields<'_>, name: &str, takes: Takes, wanted: &str) -> Given<Vec<(String, String)>> {
        let value = self.take(fields, name, |t| t == takes)?;
        let pair = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let written = match value.get_ref() {
                DeValue::Datetime(date) => Some(date.to_string()),
                other => scalar(other),
            };
            Some((AsRef::<str>::as_ref(key.get_ref()).to_owned(), written?))
        };
        match value.get_ref().as_table().and_then(|table| table.iter().map(pair).collect()) {
            Some(pairs) => Some(At { value: pairs, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, wanted);
                None
            }
        }
    }

    fn choice(&mut self, fields: &Fields<'_>, name: &str) -> Given<String> {
        let value = self.take(fields, name, |t| matches!(t, Takes::Choice(_)))?;
        let choices = keys::of(fields.section).find(|key| key.name == name).map(|key| key.takes);
        let Some(Takes::Choice(choices)) = choices else { return None };
        let listed = choices.iter().map(|c| format!("\"{}\"", c.escape_default())).collect::<Vec<_>>().join(", ");
        match value.get_ref().as_str() {
            Some(text) if choices.contains(&text) => {
                Some(At { value: text.to_owned(), place: self.place(value.span()) })
            }
            Some(text) => {
                let hint = suggest(text, choices.iter().copied());
                self.problem("bad-value", value.span(), format!("`{name}` is one of {listed}{hint}"));
                None
            }
            None => {
                self.wrong(value, name, &format!("one of {listed}"));
                None
            }
        }
    }

    fn count(&mut self, fields: &Fields<'_>, name: &str) -> Given<u64> {
        let value = self.take(fields, name, |t| t == Takes::Count)?;
        match value.get_ref().as_integer().and_then(|i| u64::from_str_radix(i.as_str(), i.radix()).ok()) {
            Some(count) => Some(At { value: count, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a whole number that is not negative");
                None
            }
        }
    }

    fn number(&mut self, fields: &Fields<'_>, name: &str) -> Given<Exact> {
        let value = self.take(fields, name, |t| t == Takes::Number)?;
        match exact(value.get_ref()) {
            Some(number) => Some(At { value: number, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a number such as 0.8, \"0.8\" or \"4/5\"");
                None
            }
        }
    }

    fn numbers(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<Exact>> {
        let value = self.take(fields, name, |t| t == Takes::Numbers)?;
        let numbers = value.get_ref().as_array().and_then(|a| a.iter().map(|v| exact(v.get_ref())).collect());
        match numbers {
            Some(numbers) => Some(At { value: numbers, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a list of numbers such as [18, 40, 65]");
                None
            }
        }
    }

    fn texts(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<String>> {
        let value = self.take(fields, name, |t| t == Takes::Texts)?;
        let one = value.get_ref().as_str().map(|text| vec![text.to_owned()]);
        let many = || value.get_ref().as_array()?.iter().map(|v| v.get_ref().as_str().map(str::to_owned)).collect();
        match one.or_else(many) {
            Some(texts) => Some(At { value: texts, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a list of texts such as [\"a\", \"b\"]");
                None
            }
        }
    }

    fn values(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<String>> {
        let value = self.take(fields, name, |t| t == Takes::Values)?;
        match list_of_values(value.get_ref()) {
            Some(values) => Some(At { value: values, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a list of texts, numbers or true and false, such as [1] or [\"yes\"]");
                None
            }
        }
    }

    fn filter(&mut self, fields: &Fields<'_>, name: &str) -> Vec<At<(String, Vec<String>)>> {
        let Some(value) = self.take(fields, name, |t| t == Takes::Where) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, name, "a table such as { consent = [\"yes\"] }");
            return Vec::new();
        };
        let mut found = Vec::new();
        for (column, listed) in table.iter() {
            match list_of_values(listed.get_ref()) {
                Some(values) => {
                    found.push(At { value: (column.get_ref().to_string(), values), place: self.place(column.span()) });
                }
                None => self.wrong(listed, column.get_ref(), "a list of values such as [\"yes\"]"),
            }
        }
        found
    }

    fn columns(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<(String, String)>> {
        let value = self.take(fields, name, |t| t == Takes::Columns)?;
        let pair = |(group, column): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            Some((AsRef::<str>::as_ref(group.get_ref()).to_owned(), column.get_ref().as_str()?.to_owned()))
        };
        match value.get_ref().as_table().and_then(|table| table.iter().map(pair).collect()) {
            Some(columns) => Some(At { value: columns, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a table of groups and columns such as { White = \"p_white\" }");
                None
            }
        }
    }

    fn sets(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<Vec<String>>> {
        let value = self.take(fields, name, |t| t == Takes::Sets)?;
        let names = |set: &DeValue<'_>| -> Option<Vec<String>> {
            set.as_array()?.iter().map(|v| v.get_ref().as_str().map(str::to_owned)).collect()
        };
        match value.get_ref().as_array().and_then(|sets| sets.iter().map(|set| names(set.get_ref())).collect()) {
            Some(sets) => Some(At { value: sets, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a list of lists such as [[\"sex\", \"age_band\"]]");
                None
            }
        }
    }

    fn reference(&mut self, fields: &Fields<'_>, name: &str) -> Given<ReferenceDraft> {
        let value = self.take(fields, name, |t| t == Takes::Reference)?;
        let place = self.place(value.span());
        let wanted = format!("one of {}, or {{ group = \"…\" }}", Reference::KINDS.join(", "));
        if let Some(kind) = value.get_ref().as_str() {
            if Reference::KINDS.contains(&kind) {
                return Some(At { value: ReferenceDraft::Kind(kind.to_owned()), place });
            }
            let hint = suggest(kind, Reference::KINDS.iter().copied());
            self.problem("bad-value", value.span(), format!("`{name}` is {wanted}{hint}"));
            return None;
        }
        let table = value.get_ref().as_table().filter(|table| table.len() == 1);
        let group = table.and_then(|t| t.get("group")).and_then(|group| scalar(group.get_ref()));
        match group {
            Some(group) => Some(At { value: ReferenceDraft::Group(group), place }),
            None => {
                self.wrong(value, name, &wanted);
                None
            }
        }
    }
}

/// Where a key of that name would be right, if anywhere.
fn elsewhere(name: &str) -> String {
    match keys::KEYS.iter().find(|key| key.name == name && !key.section.is_empty()) {
        Some(key) => format!("; it belongs in [{}]", key.section),
        None => String::new(),
    }
}

fn exact(value: &DeValue<'_>) -> Option<Exact> {
    match value {
        DeValue::String(text) => Exact::parse(text),
        DeValue::Integer(number) if number.radix() == 10 => Exact::parse(number.as_str()),
        DeValue::Float(number) => Exact::parse(number.as_str()),
        _ => None,
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn list_of_values(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::Array(array) => array.iter().map(|v| scalar(v.get_ref())).collect(),
        other => scalar(other).map(|one| vec![one]),
    }
}

/// The commonest slips in plain words; others in the words of the TOML parser.
fn syntax(message: &str) -> String {
    if message.starts_with("duplicate key") {
        "this key or section is here for the second time; keep one, or write [[check]] and [[attribute]] for several"
            .into()
    } else if message.starts_with("string values must be quoted") {
        "a text needs quotes, such as \"yes\"".into()
    } else if message == "invalid basic string, expected `\"`" {
        "a text is opened here and has no closing quote on its line".into()
    } else {
        format!("this is no TOML: {message}")
    }
}

/// What a value is, in the words of this program.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "this text",
        DeValue::Integer(_) | DeValue::Float(_) => "this number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "this list",
        DeValue::Table(_) => "a table",
    }
}
