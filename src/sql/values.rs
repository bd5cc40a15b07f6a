//! What a value means, in SQL: whether it is one of a list, whether it is missing, what number it is.

use super::dialect::Form;
use crate::policy::value::{Values, number};

/// A number as evenhand reads it from text.
const NUMBER: &str = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE]([+]?[0-9]{1,2}|-[0-9]{1,3}))?$";
/// A number whose last zeros say nothing.
const POINTED: &str = "^-?(0|[1-9][0-9]*)[.][0-9]+$";
/// Zero, which has no sign.
const NEGATIVE_ZERO: &str = "^-0([.]0+)?$";
const LAST_ZEROS: &str = "[.]?0+$";

/// A column that is read, and what it is read for.
pub(super) struct Input {
    /// The name of its values in the statement.
    pub key: String,
    pub column: String,
    pub need: Need,
}

/// What is needed of a column beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Text,
    /// Its text, with the precision of its column, and the number that it is where text loses digits.
    Spelled,
    /// The number that a text is.
    Number,
    /// A measured number, which may have a decimal comma.
    Measured,
    /// The same, in the precision of its column.
    Precise,
}

impl Need {
    /// Whether the statement reads numbers in it.
    pub fn is_number(self) -> bool {
        !matches!(self, Need::Text | Need::Spelled)
    }
}

impl Input {
    pub fn text(&self) -> String {
        format!("{}_text", self.key)
    }

    pub fn number(&self) -> String {
        format!("{}_number", self.key)
    }

    pub fn missing(&self) -> String {
        format!("{}_missing", self.key)
    }

    /// The column that tells single precision, where the dialect has it and it matters.
    pub fn single(&self, form: &Form) -> Option<String> {
        (matches!(self.need, Need::Precise | Need::Spelled) && form.single.is_some())
            .then(|| format!("{}_single", self.key))
    }

    /// The column with the value of columns of numbers.
    pub fn value(&self, form: &Form) -> Option<String> {
        (self.need != Need::Text && form.value.is_some()).then(|| format!("{}_value", self.key))
    }

    /// The value of a column of numbers whose text loses digits; null where it is no finite number.
    pub fn spelled(&self, form: &Form) -> Option<String> {
        let value = self.value(form)?;
        let is_number = (form.has_form)(&format!("TRIM({})", self.text()), &form.text_of(NUMBER));
        Some(format!("CASE WHEN {is_number} THEN {value} END"))
    }

    /// The number of the text; null where it is none.
    pub fn parsed(&self, form: &Form, decimal_comma: bool) -> String {
        let text = if decimal_comma && self.need != Need::Number {
            format!("TRIM(REPLACE({}, ',', '.'))", self.text())
        } else {
            format!("TRIM({})", self.text())
        };
        let mut parsed = (form.parse)(&text);
        if let Some(value) = self.value(form) {
            parsed = format!("COALESCE({value}, {parsed})");
        }
        let is_number = (form.has_form)(&text, &form.text_of(NUMBER));
        match (self.single(form), form.single) {
            (Some(flag), Some((single, _))) => {
                let widened = format!("CAST(CAST({text} AS {single}) AS {})", form.double);
                let both = super::stage::case(&[(flag, widened)], Some(&parsed));
                super::stage::case(&[(is_number, both)], None)
            }
            _ => format!("CASE WHEN {is_number} THEN {parsed} END"),
        }
    }

    /// Whether there is no value, as far as its text tells: 1 or 0. With `blank` what stands around a text says nothing.
    pub fn is_missing(&self, form: &Form, missing: &Values, blank: bool) -> String {
        let text = self.text();
        let mut ways = vec![format!("{text} IS NULL"), format!("LOWER(TRIM({text})) = 'nan'")];
        if blank {
            // With that of the list it would stand there twice.
            let listed = missing.texts().iter().any(String::is_empty);
            ways.extend((!listed).then(|| format!("TRIM({text}) = ''")));
            ways.extend(is_text(form, missing, &format!("TRIM({text})")));
        } else {
            ways.extend(is_text(form, missing, &text));
        }
        format!("CASE WHEN {} THEN 1 ELSE 0 END", ways.join(" OR "))
    }

    /// Whether the number means that there is no value.
    pub fn missing_number(&self, form: &Form, missing: &Values) -> Option<String> {
        self.is_number(form, missing.numbers())
    }

    /// Whether the number is one of a list.
    fn is_number(&self, form: &Form, numbers: &[f64]) -> Option<String> {
        if numbers.is_empty() {
            return None;
        }
        let list = |numbers: &mut dyn Iterator<Item = f64>| {
            let texts: Vec<String> = numbers.map(|n| literal(form, n)).collect();
            format!("{} IN ({})", self.number(), texts.join(", "))
        };
        let wide = list(&mut numbers.iter().copied());
        let single = list(&mut numbers.iter().map(|n| f64::from(*n as f32)));
        Some(self.by_precision(form, single, wide))
    }

    /// An expression that may differ where the column is of single precision.
    pub fn by_precision(&self, form: &Form, single: String, double: String) -> String {
        match self.single(form) {
            Some(flag) if single != double => format!("CASE WHEN {flag} THEN {single} ELSE {double} END"),
            _ => double,
        }
    }

    /// Whether the value is one of a list, as text or as an equal number.
    pub fn is_one_of(&self, form: &Form, values: &Values) -> String {
        let mut ways = is_text(form, values, &self.text());
        ways.extend(self.is_number(form, values.numbers()));
        match ways.len() {
            0 => "1 = 0".to_owned(),
            1 => ways.remove(0),
            _ => format!("({})", ways.join(" OR ")),
        }
    }

    /// Whose row it is, in one spelling; null for nobody.
    pub fn owner(&self, form: &Form, missing: &Values) -> String {
        let trimmed = format!("TRIM({})", self.text());
        let mut nobody = vec![format!("{trimmed} = ''"), format!("LOWER({trimmed}) = 'nan'")];
        nobody.extend(is_text(form, missing, &trimmed));
        nobody.extend(self.is_number(form, missing.numbers()));
        let shorter = (form.without)(&trimmed, &form.text_of(LAST_ZEROS));
        super::stage::case(
            &[
                (nobody.join(" OR "), "NULL".to_owned()),
                (format!("LOWER({trimmed}) IN ('true', 'false')"), format!("LOWER({trimmed})")),
                ((form.has_form)(&trimmed, &form.text_of(NEGATIVE_ZERO)), form.text_of("0")),
                ((form.has_form)(&trimmed, &form.text_of(POINTED)), shorter),
            ],
            Some(&trimmed),
        )
    }
}

/// The ways in which a text can be one of a list that are no numbers.
fn is_text(form: &Form, values: &Values, text: &str) -> Vec<String> {
    let is_bool = |value: &&str| ["true", "false"].contains(value);
    // Numbers are compared as numbers, and `nan` is missing everywhere.
    let words = values.texts().iter().map(String::as_str).filter(|value| number(value).is_none());
    let words: Vec<&str> = words.filter(|value| !value.trim().eq_ignore_ascii_case("nan")).collect();
    let bools: Vec<&str> = words.iter().copied().filter(is_bool).collect();
    let texts: Vec<&str> = words.into_iter().filter(|value| !is_bool(value)).collect();
    let mut ways = Vec::new();
    match texts.as_slice() {
        [] => {}
        [one] => ways.push(format!("{text} = {}", form.text_of(one))),
        several => ways.push(format!("{text} IN ({})", form.texts_of(several.iter().copied()))),
    }
    if !bools.is_empty() {
        ways.push(format!("LOWER({text}) IN ({})", form.texts_of(bools)));
    }
    ways
}

/// A number as it is written in the statement.
pub(super) fn literal(form: &Form, number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number}") } else { (form.number)(number) }
}
