//! A chunk of CSV → a batch, by polars' own parser. Every column is read as text: what a value means is decided once, for
//! every format, where rows are counted.

use polars::io::csv::read::_csv_read_internal::read_chunk;
use polars::io::csv::read::CsvReadOptions;
use polars::prelude::{DataFrame, DataType, Field, Schema};

use super::format::Format;
use super::text::{self, Chunk};

/// How a CSV file is parsed.
pub struct CsvPlan {
    delimiter: u8,
    options: CsvReadOptions,
    schema: Schema,
    /// Columns of the file that are read, rising.
    projection: Vec<usize>,
    /// For each wanted column its place in the projection.
    order: Vec<usize>,
    fields: usize,
}

impl CsvPlan {
    /// `wanted` holds the places of the wanted columns in the header.
    pub fn new(delimiter: u8, fields: usize, wanted: &[usize]) -> CsvPlan {
        let mut projection = wanted.to_vec();
        projection.sort_unstable();
        projection.dedup();
        let order = wanted.iter().map(|w| projection.iter().position(|p| p == w).unwrap_or(0)).collect();
        // Columns go by number here, because a header may hold the same name twice.
        let schema = Schema::from_iter((0..fields).map(|i| Field::new(i.to_string().into(), DataType::String)));
        let options = CsvReadOptions::default().with_has_header(false);
        let options = options.map_parse_options(|parse| parse.with_separator(delimiter));
        CsvPlan { delimiter, options, schema, projection, order, fields }
    }

    /// Parses a chunk; the error is a line and what is wrong with it.
    pub fn parse(&self, chunk: &Chunk) -> Result<DataFrame, (u64, String)> {
        let unblanked;
        let bytes = if text::has_blank_lines(&chunk.bytes) {
            let records = text::records(chunk, Format::Csv, self.delimiter);
            unblanked = records.iter().flat_map(|(_, record)| record.iter().copied()).collect::<Vec<u8>>();
            &unblanked
        } else {
            &chunk.bytes
        };
        // Where not every column is wanted, the parser passes over surplus fields; a delimiter too many shifts columns.
        if text::most_fields(bytes, self.delimiter) > self.fields {
            return Err(self.faulty_line(chunk));
        }
        let records = text::count_lines(bytes) as usize + 1;
        let parse_options = self.options.get_parse_options();
        let parsed = read_chunk(
            bytes,
            &parse_options,
            &self.schema,
            false,
            &self.projection,
            0,
            records,
            None,
            usize::MAX,
            bytes.len(),
            Some(0),
        );
        let Ok(frame) = parsed else { return Err(self.faulty_line(chunk)) };
        self.whole_last_line(chunk)?;
        let columns = frame.columns();
        let ordered = self.order.iter().map(|i| columns[*i].clone()).collect();
        // Two roles may read one column, so the names must not matter.
        let renamed = number_columns(ordered);
        DataFrame::new(frame.height(), renamed).map_err(|_| self.faulty_line(chunk))
    }

    /// A file that was cut off ends in the middle of a record; its fields would silently be missing.
    fn whole_last_line(&self, chunk: &Chunk) -> Result<(), (u64, String)> {
        if chunk.bytes.last() == Some(&b'\n') {
            return Ok(());
        }
        let records = text::records(chunk, Format::Csv, self.delimiter);
        let Some((line, record)) = records.last() else { return Ok(()) };
        let record = String::from_utf8_lossy(record);
        let fields = super::sniff::split_fields(record.trim_end_matches(['\r', '\n']), self.delimiter).len();
        if fields < self.fields {
            let why =
                format!("the last line has {fields} fields and the header {}: is the file cut short?", self.fields);
            return Err((*line, why));
        }
        Ok(())
    }

    fn faulty_line(&self, chunk: &Chunk) -> (u64, String) {
        for (line, record) in text::records(chunk, Format::Csv, self.delimiter) {
            let record = String::from_utf8_lossy(record);
            let fields = super::sniff::split_fields(record.trim_end_matches(['\r', '\n']), self.delimiter).len();
            if fields > self.fields {
                let why = format!(
                    "the line has {fields} fields and the header {}; a delimiter inside a value needs quotes",
                    self.fields
                );
                return (line, why);
            }
        }
        (chunk.first_line, "the lines from here on are not CSV that can be read".to_owned())
    }
}

/// Gives the columns their numbers as names.
pub fn number_columns(columns: Vec<polars::prelude::Column>) -> Vec<polars::prelude::Column> {
    columns.into_iter().enumerate().map(|(i, column)| column.with_name(i.to_string().into())).collect()
}
