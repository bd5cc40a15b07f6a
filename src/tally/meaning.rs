//! What a value means in its role: a level, a bin, a decision, a label.

use std::collections::BTreeSet;

use crate::cell::{Decision, Label};
use crate::policy::classes::MOST_CLASSES;
use crate::policy::names::reaches_somebody;
use crate::policy::types::Attribute;
use crate::policy::value::{MISSING, Values, canonical, number};

/// Most levels an attribute may have.
pub const MOST_LEVELS: usize = 200;
/// Most distinct values of a decision or label that are remembered, so that messages can name them.
pub const MOST_VALUES: usize = 20;

pub(super) const NO_NUMBER: &str =
    "a number is due here, and this is none. Values that mean `not known` belong in `missing`";

const NO_CLASS: &str =
    "the value is none of the `levels` of [classes]; list it there, or leave the row out with `where`";

pub(super) const NO_CATEGORY: &str =
    "the value is none of the `categories` of the outcome; list it there, or leave the row out with `where`";

/// A value that cannot be used, or a column that cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Row(&'static str),
    TooManyLevels,
    /// A level that could only be of one person: what it looks like.
    Identifier(&'static str),
    /// The same of a column of classes.
    TooManyClasses,
    IdentifierClass(&'static str),
}

/// Turns values of one column into small codes.
#[derive(Clone)]
pub enum Meaning {
    /// The values themselves are the groups; code 0 is missing, the others count up as they appear.
    Levels(Interner),
    /// A number falls between edges; code 0 is missing, 1 the lowest bin.
    Bins(Bins),
    /// Values that the policy lists mean something; see [`Classes`].
    Classes(Classes),
}

/// A number as it was stored: an edge is compared in the float type of the column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Single(f32),
    Double(f64),
}

/// Compared in the float type of the column, so that 0.7 is 0.7 in a file of any format.
impl Number {
    fn is_at_least(self, limit: f64) -> bool {
        match self {
            Number::Single(single) => single >= limit as f32,
            Number::Double(double) => double >= limit,
        }
    }

    /// The same as a double: a number of single precision stands for the shortest decimal that rounds to it.
    pub fn wide(self) -> f64 {
        match self {
            // Every whole number of up to 24 bits is itself.
            Number::Single(single) if single.fract() == 0.0 && single.abs() < 16_777_216.0 => f64::from(single),
            Number::Single(single) => single.to_string().parse().unwrap_or_else(|_| f64::from(single)),
            Number::Double(double) => double,
        }
    }

    pub fn is_in(self, values: &Values) -> bool {
        match self {
            Number::Single(single) => values.numbers().iter().any(|n| *n as f32 == single),
            Number::Double(double) => values.numbers().contains(&double),
        }
    }
}

impl Meaning {
    pub fn levels(attribute: &Attribute, missing: &Values, decimal_comma: bool) -> Meaning {
        if attribute.bins.is_empty() {
            let declared = attribute.groups.clone();
            return Meaning::Levels(Interner::new(declared, missing, false));
        }
        let edges = attribute.bins.iter().map(|edge| edge.approximate()).collect();
        Meaning::Bins(Bins { edges, missing: missing.clone(), decimal_comma })
    }

    /// Classes that rows are given: these and no others, or those that appear where none are declared.
    pub fn classes(declared: &[String], missing: &Values) -> Meaning {
        Meaning::Levels(Interner::new(declared.to_vec(), missing, true))
    }

    /// Whether the meaning is of a number, so that the same text need not come again.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Meaning::Bins(_))
    }

    /// The code of a value that is not there.
    pub fn of_nothing(&self) -> u32 {
        match self {
            Meaning::Levels(_) | Meaning::Bins(_) => 0,
            Meaning::Classes(classes) => classes.nothing,
        }
    }

    pub fn of_text(&mut self, text: &str) -> Result<u32, Fault> {
        match self {
            Meaning::Levels(interner) => interner.code(text),
            Meaning::Classes(classes) => Ok(classes.code(text)),
            Meaning::Bins(Bins { missing, decimal_comma, .. }) => {
                if missing.contains(text) || is_nan(text) {
                    return Ok(self.of_nothing());
                }
                match read_number(text, *decimal_comma) {
                    Some(value) => self.of_number(Number::Double(value)),
                    None => Err(Fault::Row(NO_NUMBER)),
                }
            }
        }
    }

    pub fn of_number(&mut self, value: Number) -> Result<u32, Fault> {
        let wide = match value {
            Number::Single(single) => f64::from(single),
            Number::Double(double) => double,
        };
        if wide.is_nan() {
            return Ok(self.of_nothing());
        }
        match self {
            Meaning::Bins(_) if wide.is_infinite() => Err(Fault::Row("the number is infinite")),
            Meaning::Bins(bins) if value.is_in(&bins.missing) => Ok(0),
            Meaning::Bins(bins) => Ok(bins.edges.iter().filter(|edge| value.is_at_least(**edge)).count() as u32 + 1),
            // The text of a number is the shortest that stands for it, in its own type.
            Meaning::Levels(_) | Meaning::Classes(_) => {
                let text = match value {
                    Number::Single(single) => single.to_string(),
                    Number::Double(double) => double.to_string(),
                };
                self.of_text(&text)
            }
        }
    }
}

pub fn is_nan(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("nan")
}

/// Reads a number that may have a decimal comma.
pub fn read_number(text: &str, decimal_comma: bool) -> Option<f64> {
    if decimal_comma && text.contains(',') { number(&text.replace(',', ".")) } else { number(text) }
}

/// Levels in the order of their appearance.
#[derive(Clone)]
pub struct Interner {
    pub names: Vec<String>,
    missing: Values,
    /// Groups that the policy lists, which may look like anything.
    declared: Vec<String>,
    /// They are classes, of which there are fewer, and no others than those that are declared.
    classes: bool,
}

impl Interner {
    fn new(declared: Vec<String>, missing: &Values, classes: bool) -> Interner {
        Interner { names: vec![MISSING.to_owned()], missing: missing.clone(), declared, classes }
    }

    fn code(&mut self, text: &str) -> Result<u32, Fault> {
        let name = canonical(text);
        if name == MISSING || is_nan(&name) || self.missing.contains(&name) {
            return Ok(0);
        }
        if let Some(known) = self.names.iter().position(|n| *n == name) {
            return Ok(known as u32);
        }
        let declared = self.declared.iter().any(|group| *group == name);
        if self.classes && !declared && !self.declared.is_empty() {
            return Err(Fault::Row(NO_CLASS));
        }
        if self.names.len() > if self.classes { MOST_CLASSES } else { MOST_LEVELS } {
            return Err(if self.classes { Fault::TooManyClasses } else { Fault::TooManyLevels });
        }
        if let Some(what) = reaches_somebody(&name).filter(|_| !declared) {
            return Err(if self.classes { Fault::IdentifierClass(what) } else { Fault::Identifier(what) });
        }
        self.names.push(name.into_owned());
        Ok(self.names.len() as u32 - 1)
    }
}

#[derive(Clone)]
pub struct Bins {
    edges: Vec<f64>,
    missing: Values,
    decimal_comma: bool,
}

impl Bins {
    /// How many codes there are: the bins and the missing value.
    pub fn kinds(&self) -> usize {
        self.edges.len() + 2
    }
}

/// Which values of a decision, a label or a filter mean what.
#[derive(Clone)]
pub struct Classes {
    /// Values and the code of each kind; a value in several lists has their codes added.
    lists: Vec<(Values, u32)>,
    missing: Values,
    nothing: u32,
    /// Distinct values that have appeared, up to one more than are ever named.
    pub seen: BTreeSet<String>,
    /// Values of the lists that have appeared, as the policy writes them.
    pub met: BTreeSet<String>,
}

impl Classes {
    pub fn of_decision(favourable: &Values, selected: &Values, missing: &Values) -> Classes {
        let bit = |favourable, selected| Decision::Made { favourable, selected }.index() as u32;
        let lists = vec![(favourable.clone(), bit(true, false)), (selected.clone(), bit(false, true))];
        Classes { missing: missing.clone(), nothing: Decision::Missing.index() as u32, ..Classes::of_lists(lists) }
    }

    pub fn of_label(positive: &Values, missing: &Values) -> Classes {
        let lists = vec![(positive.clone(), Label::Positive.index() as u32)];
        Classes { missing: missing.clone(), nothing: Label::Missing.index() as u32, ..Classes::of_lists(lists) }
    }

    /// The code of a category is its place in the list, from 1 on; 0 is none of them. A missing value has the code after the last.
    pub fn of_categories(categories: &[String], missing: &Values) -> Classes {
        let list = |(place, category): (usize, &String)| (Values::new(vec![category.clone()]), place as u32 + 1);
        let lists = categories.iter().enumerate().map(list).collect();
        Classes { missing: missing.clone(), nothing: categories.len() as u32 + 1, ..Classes::of_lists(lists) }
    }

    /// The code of each list; 0 for any other value, missing or not.
    pub fn of_lists(lists: Vec<(Values, u32)>) -> Classes {
        Classes { lists, missing: Values::default(), nothing: 0, seen: BTreeSet::new(), met: BTreeSet::new() }
    }

    /// Code 1 keeps a row; a missing value is never kept.
    pub fn of_filter(values: &Values) -> Classes {
        Classes::of_lists(vec![(values.clone(), 1)])
    }

    pub fn code(&mut self, text: &str) -> u32 {
        if self.missing.contains(text) || is_nan(text) {
            return self.nothing;
        }
        if self.seen.len() <= MOST_VALUES {
            self.seen.insert(canonical(text).into_owned());
        }
        let mut code = 0;
        for (values, of_list) in &self.lists {
            let matching = values.matching(text);
            if !matching.is_empty() {
                code += of_list;
                self.met.extend(matching.into_iter().cloned());
            }
        }
        code
    }
}
