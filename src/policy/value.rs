//! How a value of the data and a value of the policy are held against each other.

use std::borrow::Cow;

/// The name of the group of rows that have no value.
pub const MISSING: &str = "(missing)";

/// One spelling for equal values, so that a CSV, a Parquet file and a count table give the same groups: `1.0` is `1`, `True`
/// is `true`. Codes with leading zeros stay as they are: a postcode is no number.
pub fn canonical(text: &str) -> Cow<'_, str> {
    if text.eq_ignore_ascii_case("true") {
        return Cow::Borrowed("true");
    }
    if text.eq_ignore_ascii_case("false") {
        return Cow::Borrowed("false");
    }
    match plain_decimal(text) {
        Some("-0") => Cow::Borrowed("0"),
        Some(shorter) => Cow::Borrowed(shorter),
        None => Cow::Borrowed(text),
    }
}

/// The text without zeros after the point, if it is a plain decimal with a point: `1.50` is `1.5`.
fn plain_decimal(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    if part.is_empty() && digits.contains('.') {
        return None;
    }
    if part.is_empty() {
        return Some(text);
    }
    Some(text.trim_end_matches('0').trim_end_matches('.'))
}

/// Values that the policy lists for a column; a value of the data matches as text or as an equal number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    texts: Vec<String>,
    numbers: Vec<f64>,
}

impl Values {
    pub fn new(texts: Vec<String>) -> Values {
        let texts: Vec<String> = texts.iter().map(|text| canonical(text).into_owned()).collect();
        let numbers = texts.iter().filter_map(|text| number(text)).collect();
        Values { texts, numbers }
    }

    pub fn contains(&self, text: &str) -> bool {
        let text = canonical(text);
        self.texts.iter().any(|t| *t == text)
            || (!self.numbers.is_empty() && number(&text).is_some_and(|n| self.numbers.contains(&n)))
    }

    /// The listed values that a value of the data matches.
    pub fn matching(&self, text: &str) -> Vec<&String> {
        let text = canonical(text);
        let value = number(&text);
        self.texts.iter().filter(|t| **t == text || (value.is_some() && number(t) == value)).collect()
    }

    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Those of the values that are numbers.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// A finite number written out in digits; words such as `inf` and `nan` are text.
pub fn number(text: &str) -> Option<f64> {
    let trimmed = text.trim();
    let first = trimmed.bytes().find(|b| !matches!(b, b'+' | b'-' | b'.'))?;
    if !first.is_ascii_digit() {
        return None;
    }
    trimmed.parse::<f64>().ok().filter(|n| n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_spelling() {
        for (text, one) in
            [("1.0", "1"), ("1", "1"), ("1.50", "1.5"), ("-0.0", "0"), ("TRUE", "true"), ("007", "007"), ("1e3", "1e3")]
        {
            assert_eq!(canonical(text), one);
        }
        for text in ["01234", "1.", ".5", "a1.0", "Male ", "1,0", ""] {
            assert_eq!(canonical(text), text);
        }
    }

    #[test]
    fn values_match_as_text_or_as_equal_numbers() {
        let one = Values::new(vec!["1".into(), "yes".into()]);
        for text in ["1", "1.0", "1e0", "01", "yes"] {
            assert!(one.contains(text), "{text}");
        }
        for text in ["Yes", "0", "true", "nan", ""] {
            assert!(!one.contains(text), "{text}");
        }
        assert!(Values::new(vec!["true".into()]).contains("True"));
    }
}
