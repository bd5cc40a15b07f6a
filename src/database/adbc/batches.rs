//! Batches of Arrow → columns of texts and numbers, whatever types an engine gives them.

use arrow_array::cast::{AsArray, downcast_array};
use arrow_array::types::*;
use arrow_array::{Array, BooleanArray, Decimal128Array, Decimal256Array, RecordBatch};
use arrow_schema::{DataType, Schema};

use crate::tally::shard::{FromColumn, FromValues};

/// The columns of a result as its batches come in: as many lines as there are cells.
pub struct Gather {
    pub columns: Vec<FromColumn>,
}

impl Gather {
    pub fn new(schema: &Schema) -> Gather {
        let column = |field: &arrow_schema::FieldRef| {
            let number = matches!(field.data_type(), DataType::Float16 | DataType::Float32 | DataType::Float64);
            let values = if number { FromValues::Numbers(Vec::new()) } else { FromValues::Texts(Vec::new()) };
            FromColumn { name: field.name().clone(), values }
        };
        Gather { columns: schema.fields().iter().map(column).collect() }
    }

    pub fn add(&mut self, batch: &RecordBatch) -> Result<(), String> {
        if batch.num_columns() != self.columns.len() {
            return Err("its batches do not have the same columns".to_owned());
        }
        for (column, array) in self.columns.iter_mut().zip(batch.columns()) {
            let read = match &mut column.values {
                FromValues::Numbers(numbers) => numbers_of(array).map(|more| numbers.extend(more)),
                FromValues::Texts(texts) => texts_of(array).map(|more| texts.extend(more)),
            };
            read.ok_or_else(|| format!("its column `{}` is of the type {}", column.name, array.data_type()))?;
        }
        Ok(())
    }
}

fn numbers_of(array: &dyn Array) -> Option<Vec<Option<f64>>> {
    Some(match array.data_type() {
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().collect(),
        DataType::Float32 => array.as_primitive::<Float32Type>().iter().map(|n| n.map(f64::from)).collect(),
        DataType::Float16 => array.as_primitive::<Float16Type>().iter().map(|n| n.map(f64::from)).collect(),
        _ => return None,
    })
}

fn texts_of(array: &dyn Array) -> Option<Vec<Option<String>>> {
    fn written<T: ToString>(values: impl Iterator<Item = Option<T>>) -> Vec<Option<String>> {
        values.map(|value| value.map(|value| value.to_string())).collect()
    }
    Some(match array.data_type() {
        DataType::Null => vec![None; array.len()],
        DataType::Utf8 => written(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => written(array.as_string::<i64>().iter()),
        DataType::Utf8View => written(array.as_string_view().iter()),
        DataType::Boolean => written(downcast_array::<BooleanArray>(array).iter()),
        DataType::Int8 => written(array.as_primitive::<Int8Type>().iter()),
        DataType::Int16 => written(array.as_primitive::<Int16Type>().iter()),
        DataType::Int32 => written(array.as_primitive::<Int32Type>().iter()),
        DataType::Int64 => written(array.as_primitive::<Int64Type>().iter()),
        DataType::UInt8 => written(array.as_primitive::<UInt8Type>().iter()),
        DataType::UInt16 => written(array.as_primitive::<UInt16Type>().iter()),
        DataType::UInt32 => written(array.as_primitive::<UInt32Type>().iter()),
        DataType::UInt64 => written(array.as_primitive::<UInt64Type>().iter()),
        DataType::Decimal128(..) => {
            let decimals = downcast_array::<Decimal128Array>(array);
            (0..decimals.len()).map(|at| decimals.is_valid(at).then(|| whole(decimals.value_as_string(at)))).collect()
        }
        DataType::Decimal256(..) => {
            let decimals = downcast_array::<Decimal256Array>(array);
            (0..decimals.len()).map(|at| decimals.is_valid(at).then(|| whole(decimals.value_as_string(at)))).collect()
        }
        DataType::Dictionary(..) => {
            let coded = array.as_any_dictionary();
            let values = texts_of(coded.values())?;
            let keys = coded.normalized_keys();
            let at =
                |(place, key): (usize, usize)| coded.keys().is_valid(place).then(|| values.get(key).cloned().flatten());
            keys.into_iter().enumerate().map(|pair| at(pair).flatten()).collect()
        }
        _ => return None,
    })
}

/// A decimal of nine places that is whole, without them.
fn whole(text: String) -> String {
    match text.split_once('.') {
        Some((whole, part)) if part.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => text,
    }
}
