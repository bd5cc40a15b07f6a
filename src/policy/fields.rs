//! What a key of the policy holds: texts, numbers, lists, days, each with its place, or the mistake in it.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::draft::{At, Given, ReferenceDraft};
use super::keys::{self, Takes};
use super::types::Reference;
use crate::diagnostic::{Diagnostic, Place, suggest};
use crate::exact::Exact;

/// A policy that is read, and the mistakes found so far.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
    pub(super) problems: Vec<Diagnostic>,
}

/// One table of the policy whose keys are taken one by one.
pub(super) struct Fields<'t> {
    pub(super) section: &'static str,
    pub(super) table: &'t DeTable<'t>,
}

impl Reader<'_> {
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        let character = String::from_utf8_lossy(&before[start..]).chars().count() as u64 + 1;
        Place { file: self.file.to_owned(), line: Some(line), character: Some(character), ..Place::default() }
    }

    pub(super) fn problem(&mut self, code: &'static str, span: Range<usize>, message: impl Into<String>) {
        let place = self.place(span);
        self.problems.push(Diagnostic::new(code, message).at(place));
    }

    /// Says which keys of a table are not known: of a later version, misspelt, or simply not there.
    pub(super) fn known_keys<'k>(
        &mut self,
        section: &str,
        table: &DeTable<'_>,
        more: impl Iterator<Item = &'k &'static str>,
    ) {
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
                let hint = if hint.is_empty() { elsewhere(section, name) } else { hint };
                self.problem("unknown-key", key.span(), format!("there is no key {shown}{hint}"));
            }
        }
    }

    pub(super) fn section<'t>(&mut self, root: &'t DeTable<'t>, section: &'static str) -> Option<Fields<'t>> {
        let (_, value) = root.iter().find(|(key, _)| key.get_ref() == section)?;
        let Some(table) = value.get_ref().as_table() else {
            self.problem("wrong-type", value.span(), format!("`{section}` is a section: write [{section}]"));
            return None;
        };
        self.known_keys(section, table, std::iter::empty());
        Some(Fields { section, table })
    }

    /// A section, and where it stands: for what is wrong with it as a whole.
    pub(super) fn placed_section<'t>(
        &mut self,
        root: &'t DeTable<'t>,
        section: &'static str,
    ) -> Option<(Place, Fields<'t>)> {
        let (key, _) = root.iter().find(|(key, _)| key.get_ref() == section)?;
        let place = self.place(key.span());
        Some((place, self.section(root, section)?))
    }

    pub(super) fn list<'t>(&mut self, root: &'t DeTable<'t>, section: &'static str) -> Vec<(Place, Fields<'t>)> {
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
    pub(super) fn take<'t>(
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

    pub(super) fn wrong(&mut self, value: &Spanned<DeValue<'_>>, name: &str, wanted: &str) {
        let kind = kind(value.get_ref());
        self.problem("wrong-type", value.span(), format!("`{name}` takes {wanted}, not {kind}"));
    }

    pub(super) fn text(&mut self, fields: &Fields<'_>, name: &str) -> Given<String> {
        let value = self.take(fields, name, |t| t == Takes::Text)?;
        match value.get_ref().as_str() {
            Some(text) => Some(At { value: text.to_owned(), place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a text in quotes");
                None
            }
        }
    }

    pub(super) fn flag(&mut self, fields: &Fields<'_>, name: &str) -> Given<bool> {
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
    pub(super) fn day(&mut self, fields: &Fields<'_>, name: &str) -> Given<String> {
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

    pub(super) fn group(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<(String, String)>> {
        self.pairs(fields, name, Takes::Group, "a table of attributes and levels such as { age_band = \"18-24\" }")
    }

    pub(super) fn answers(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<(String, String)>> {
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

    pub(super) fn choice(&mut self, fields: &Fields<'_>, name: &str) -> Given<String> {
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

    pub(super) fn count(&mut self, fields: &Fields<'_>, name: &str) -> Given<u64> {
        let value = self.take(fields, name, |t| t == Takes::Count)?;
        match value.get_ref().as_integer().and_then(|i| u64::from_str_radix(i.as_str(), i.radix()).ok()) {
            Some(count) => Some(At { value: count, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a whole number that is not negative");
                None
            }
        }
    }

    pub(super) fn number(&mut self, fields: &Fields<'_>, name: &str) -> Given<Exact> {
        let value = self.take(fields, name, |t| t == Takes::Number)?;
        match exact(value.get_ref()) {
            Some(number) => Some(At { value: number, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a number such as 0.8, \"0.8\" or \"4/5\"");
                None
            }
        }
    }

    pub(super) fn numbers(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<Exact>> {
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

    pub(super) fn texts(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<String>> {
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

    pub(super) fn values(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<String>> {
        let value = self.take(fields, name, |t| t == Takes::Values)?;
        match list_of_values(value.get_ref()) {
            Some(values) => Some(At { value: values, place: self.place(value.span()) }),
            None => {
                self.wrong(value, name, "a list of texts, numbers or true and false, such as [1] or [\"yes\"]");
                None
            }
        }
    }

    pub(super) fn filter(&mut self, fields: &Fields<'_>, name: &str) -> Vec<At<(String, Vec<String>)>> {
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

    pub(super) fn columns(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<(String, String)>> {
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

    pub(super) fn sets(&mut self, fields: &Fields<'_>, name: &str) -> Given<Vec<Vec<String>>> {
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

    pub(super) fn reference(&mut self, fields: &Fields<'_>, name: &str) -> Given<ReferenceDraft> {
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
fn elsewhere(section: &str, name: &str) -> String {
    if (section, name) == ("attribute", "levels") {
        return "; did you mean `groups`?".to_owned();
    }
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
