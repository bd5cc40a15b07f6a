//! Rows of the needed columns, as accumulators take them.

use std::borrow::Cow;

use arrow_array::{Array, StringArray};
use polars::prelude::{BooleanChunked, Column, DataFrame, IntoColumn, NewChunkedArray, PolarsResult, StringChunked};

/// Some rows of some columns.
#[derive(Clone)]
pub struct Batch {
    height: usize,
    columns: Vec<Entries>,
}

/// The values of a column.
#[derive(Clone)]
pub enum Entries {
    Plain(Column),
    /// Whole numbers from 0, each standing for a text; null where there is none.
    Coded {
        keys: Column,
        texts: Texts,
    },
}

/// The texts of a file's own dictionary. It may hold texts that no row has.
#[derive(Clone)]
pub struct Texts(StringArray);

impl Texts {
    pub fn new(texts: StringArray) -> Texts {
        Texts(texts)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, key: usize) -> Option<&str> {
        (key < self.0.len() && self.0.is_valid(key)).then(|| self.0.value(key))
    }

    /// Whether both are one dictionary, as the batches of a row group have it; says no where that would have to be looked
    /// up text by text.
    pub fn is_same(&self, other: &Texts) -> bool {
        let (mine, theirs) = (&self.0, &other.0);
        mine.len() == theirs.len()
            && mine.value_data().as_ptr() == theirs.value_data().as_ptr()
            && mine.value_offsets().as_ptr() == theirs.value_offsets().as_ptr()
    }
}

impl Entries {
    /// The values themselves, whatever stands for them.
    pub fn column(&self) -> Cow<'_, Column> {
        match self {
            Entries::Plain(column) => Cow::Borrowed(column),
            Entries::Coded { keys, texts } => {
                let keys = keys.u32().map(|keys| keys.iter().map(|key| texts.get(key? as usize)).collect::<Vec<_>>());
                let found = keys.unwrap_or_default();
                Cow::Owned(StringChunked::from_iter_options("".into(), found.into_iter()).into_column())
            }
        }
    }

    fn filter(&self, keep: &BooleanChunked) -> PolarsResult<Entries> {
        Ok(match self {
            Entries::Plain(column) => Entries::Plain(column.filter(keep)?),
            Entries::Coded { keys, texts } => Entries::Coded { keys: keys.filter(keep)?, texts: texts.clone() },
        })
    }
}

impl Batch {
    /// `columns` have as many values each.
    pub fn new(height: usize, columns: Vec<Entries>) -> Batch {
        Batch { height, columns }
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn columns(&self) -> &[Entries] {
        &self.columns
    }

    /// Some columns of the batch; none where one is not there.
    pub fn pick(&self, places: &[usize]) -> Option<Batch> {
        let columns: Option<Vec<Entries>> = places.iter().map(|place| self.columns.get(*place).cloned()).collect();
        Some(Batch::new(self.height, columns?))
    }

    /// The rows to keep.
    pub fn filter(&self, keep: &[bool]) -> PolarsResult<Batch> {
        let mask: BooleanChunked = keep.iter().copied().collect();
        let columns: PolarsResult<Vec<Entries>> = self.columns.iter().map(|values| values.filter(&mask)).collect();
        Ok(Batch::new(keep.iter().filter(|keep| **keep).count(), columns?))
    }
}

impl TryFrom<&Batch> for DataFrame {
    type Error = polars::error::PolarsError;

    /// The same rows; columns are named by their places.
    fn try_from(batch: &Batch) -> PolarsResult<DataFrame> {
        let named =
            |(place, entries): (usize, &Entries)| entries.column().into_owned().with_name(place.to_string().into());
        DataFrame::new(batch.height, batch.columns.iter().enumerate().map(named).collect())
    }
}

impl From<DataFrame> for Batch {
    fn from(frame: DataFrame) -> Batch {
        let height = frame.height();
        Batch::new(height, frame.into_columns().into_iter().map(Entries::Plain).collect())
    }
}
