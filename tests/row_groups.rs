//! Parquet files are decoded row group by row group; on standard input the same bytes go through polars' scan. Both must say
//! the same, whatever the types, encodings and codecs are.

use std::sync::Arc;

use crate::support::SplitMix64;
use crate::support_input::{Folder, Run};
use arrow_array::{
    ArrayRef, BooleanArray, Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, RecordBatch,
    StringArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use serde_json::Value;

const FLAGS: [&str; 10] = [
    "--by",
    "sex,region,sex:region",
    "--decision",
    "decision",
    "--favourable",
    "1",
    "--label",
    "label",
    "--positive",
    "1",
];

fn write(columns: Vec<(&str, ArrayRef)>, properties: WriterPropertiesBuilder) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties.build())).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    bytes
}

/// Small row groups and pages, so that batches begin and end everywhere.
fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_max_row_group_row_count(Some(333))
        .set_data_page_row_count_limit(50)
        .set_write_batch_size(10)
}

fn texts(random: &mut SplitMix64, rows: usize, from: &[&'static str], nulls: bool) -> Vec<Option<&'static str>> {
    (0..rows).map(|_| (!nulls || random.below(9) > 0).then(|| from[random.below(from.len())])).collect()
}

fn wholes(random: &mut SplitMix64, rows: usize, below: usize, nulls: bool) -> Vec<Option<i64>> {
    (0..rows).map(|_| (!nulls || random.below(9) > 0).then(|| random.below(below) as i64)).collect()
}

/// The columns that most tests use, with values of every kind.
fn columns(rows: usize, nulls: bool) -> Vec<(&'static str, ArrayRef)> {
    let mut random = SplitMix64(rows as u64);
    let regions = ["North", "South", "a region whose name is long", "East", ""];
    let scores = wholes(&mut random, rows, 1000, nulls);
    let scores: Vec<Option<f64>> = scores.into_iter().map(|score| score.map(|score| score as f64 / 1000.0)).collect();
    vec![
        ("unused", Arc::new(StringArray::from(vec!["canary"; rows])) as ArrayRef),
        ("sex", Arc::new(StringArray::from(texts(&mut random, rows, &["F", "M", "X"], nulls)))),
        ("region", Arc::new(StringArray::from(texts(&mut random, rows, &regions, nulls)))),
        ("decision", Arc::new(Int64Array::from(wholes(&mut random, rows, 2, nulls)))),
        ("label", Arc::new(Int64Array::from(wholes(&mut random, rows, 2, nulls)))),
        ("old", Arc::new(Int64Array::from(wholes(&mut random, rows, 2, nulls)))),
        ("score", Arc::new(Float64Array::from(scores))),
        ("age", Arc::new(Int32Array::from_iter((0..rows).map(|row| Some(18 + (row * 7 % 60) as i32))))),
        ("person", Arc::new(StringArray::from_iter_values((0..rows).map(|row| format!("person {}", row / 3))))),
        ("weight", Arc::new(Int64Array::from_iter_values((0..rows).map(|row| (row % 3) as i64 + 1)))),
    ]
}

/// The file as it is read from disk, and as polars reads it.
fn both(bytes: &[u8], flags: &[&str]) -> (Run, Run) {
    let folder = Folder::new();
    folder.write("a.parquet", bytes);
    let here = folder.audit(&[&["a.parquet"], flags].concat());
    let there = folder.audit_with(&[&["-"], flags].concat(), bytes);
    (here, there)
}

/// What a run says of the data, without the name of the file.
fn said(run: &Run) -> Value {
    let mut document = run.document();
    document["data"]["sources"][0]["path"] = Value::Null;
    document
}

#[track_caller]
fn say_the_same(bytes: &[u8], flags: &[&str], what: &str) {
    let (here, there) = both(bytes, flags);
    assert_eq!(here.code, there.code, "{what}: {}{}", here.err, there.err);
    if here.code == 4 {
        assert_eq!(here.err.replace("a.parquet", "(standard input)"), there.err, "{what}");
    } else {
        assert_eq!(said(&here), said(&there), "{what}");
    }
}

#[test]
fn every_codec_and_encoding_gives_the_same_rows() {
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ];
    for (place, codec) in codecs.into_iter().enumerate() {
        let with = |properties: WriterPropertiesBuilder| {
            write(columns(1_000, place % 2 == 0), properties.set_compression(codec))
        };
        say_the_same(&with(properties()), &FLAGS, &format!("{codec}, dictionaries"));
        say_the_same(&with(properties().set_dictionary_enabled(false)), &FLAGS, &format!("{codec}, plain"));
        // The dictionary is given up within a column.
        let mixed = with(properties().set_dictionary_page_size_limit(20));
        say_the_same(&mixed, &FLAGS, &format!("{codec}, both"));
    }
    let scored = [&FLAGS[2..], &["--by", "sex", "--score", "score"]].concat();
    for dictionary in [true, false] {
        let bytes = write(columns(1_000, dictionary), properties().set_dictionary_enabled(dictionary));
        say_the_same(&bytes, &scored, "scores");
    }
    for encoding in [Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY] {
        let own = properties().set_column_dictionary_enabled("sex".into(), false);
        let bytes = write(columns(1_000, true), own.set_column_encoding("sex".into(), encoding));
        say_the_same(&bytes, &FLAGS, &format!("{encoding}"));
    }
}

#[test]
fn every_type_gives_the_same_rows() {
    for nulls in [false, true] {
        let rows = 700;
        let values = wholes(&mut SplitMix64(1), rows, 2, nulls);
        let of = |value: &Option<i64>| value.map(|value| value == 1);
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(Int8Array::from_iter(values.iter().map(|v| v.map(|v| v as i8)))),
            Arc::new(Int16Array::from_iter(values.iter().map(|v| v.map(|v| v as i16)))),
            Arc::new(Int32Array::from_iter(values.iter().map(|v| v.map(|v| v as i32)))),
            Arc::new(Int64Array::from_iter(values.iter().copied())),
            Arc::new(UInt8Array::from_iter(values.iter().map(|v| v.map(|v| v as u8)))),
            Arc::new(UInt16Array::from_iter(values.iter().map(|v| v.map(|v| v as u16)))),
            Arc::new(UInt32Array::from_iter(values.iter().map(|v| v.map(|v| v as u32)))),
            Arc::new(UInt64Array::from_iter(values.iter().map(|v| v.map(|v| v as u64)))),
            Arc::new(Float32Array::from_iter(values.iter().map(|v| v.map(|v| v as f32)))),
            Arc::new(Float64Array::from_iter(values.iter().map(|v| v.map(|v| v as f64)))),
            Arc::new(StringArray::from_iter(values.iter().map(|v| v.map(|v| v.to_string())))),
            Arc::new(BooleanArray::from_iter(values.iter().map(of))),
        ];
        let mut found = Vec::new();
        for array in arrays {
            let kind = array.data_type().clone();
            let mut columns = columns(rows, nulls);
            columns.retain(|(name, _)| *name != "decision");
            columns.extend([("decision", array.clone()), ("group", array)]);
            let bytes = write(columns, properties());
            let favourable = if kind == arrow_schema::DataType::Boolean { "true" } else { "1" };
            let flags = ["--by", "sex,group", "--decision", "decision", "--favourable", favourable];
            say_the_same(&bytes, &flags, &format!("{kind}"));
            found.push(both(&bytes, &flags).0.rates("sex"));
        }
        found.dedup();
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

#[test]
fn every_role_reads_the_same() {
    let bytes = write(columns(1_000, true), properties());
    let head = "version = 1\n[data]\ndecision = \"decision\"\nfavourable = [1]\nlabel = \"label\"\npositive = [1]\n";
    let attributes = "[[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"age\"\nbins = [30, 50]\n";
    for role in [
        "count = \"weight\"\n",
        "weight = \"weight\"\n",
        "unit = \"person\"\n",
        "unit = \"person\"\nweight = \"weight\"\n",
        "score = \"score\"\ncount = \"weight\"\n",
        "previous_decision = \"old\"\n",
        "where = { region = [\"North\", \"East\"] }\nscore = \"score\"\n",
    ] {
        let folder = Folder::new();
        folder.write("a.parquet", &bytes);
        let audit = |file: &str| {
            folder.write(
                "evenhand.toml",
                head.replace("decision = \"dec", &format!("files = [\"{file}\"]\ndecision = \"dec"))
                    + role
                    + attributes,
            );
            folder.audit_with(&[], &bytes)
        };
        let (here, there) = (audit("a.parquet"), audit("-"));
        assert_eq!((here.code, &*here.err), (there.code, &*there.err), "{role}");
        let mut said = [said(&here), said(&there)];
        said.iter_mut().for_each(|said| said["policy"] = Value::Null);
        assert_eq!(said[0], said[1], "{role}");
    }
}

#[test]
fn texts_that_no_counted_row_has_are_no_levels() {
    // Rows that are left out may hold anything.
    let rows = 900;
    let level = |row: usize| {
        if row.is_multiple_of(3) { format!("canary-{row}@example.org") } else { ["F", "M"][row % 2].to_owned() }
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("sex", Arc::new(StringArray::from_iter_values((0..rows).map(level)))),
        ("kept", Arc::new(BooleanArray::from_iter((0..rows).map(|row| Some(!row.is_multiple_of(3)))))),
        ("decision", Arc::new(Int32Array::from_iter_values((0..rows).map(|row| (row % 5 == 0) as i32)))),
    ];
    let bytes = write(columns, WriterProperties::builder());
    let flags = ["--by", "sex", "--decision", "decision", "--favourable", "1"];
    let (here, there) = both(&bytes, &flags);
    assert_eq!(here.code, 4);
    assert_eq!(here.err.replace("a.parquet", "(standard input)"), there.err);
    let folder = Folder::new();
    folder.write("a.parquet", &bytes);
    folder.write(
        "evenhand.toml",
        "version = 1\n[data]\nfiles = [\"a.parquet\"]\ndecision = \"decision\"\nfavourable = [1]\nwhere = { kept = [true] }\n\
         [[attribute]]\nname = \"sex\"\n",
    );
    assert_eq!(folder.audit(&[]).rates("sex"), "F 60/300 M 60/300");
}

#[test]
fn the_first_fault_of_the_file_is_told_with_its_row() {
    let rows = 2_000;
    for faults in [vec![0], vec![1_999, 700], vec![333, 332], vec![1_500, 999, 1_000]] {
        let mut scores: Vec<f64> = (0..rows).map(|row| row as f64 / rows as f64).collect();
        faults.iter().for_each(|row| scores[*row] = 1.5);
        let mut columns = columns(rows, true);
        columns.retain(|(name, _)| *name != "score");
        columns.push(("score", Arc::new(Float64Array::from(scores))));
        let bytes = write(columns, properties());
        let flags = [&FLAGS[..], &["--score", "score"]].concat();
        let row = format!("row {}, column `score`", faults.iter().min().expect("a row") + 1);
        both(&bytes, &flags).0.fails(4, &["a.parquet", &row, "0 to 1"]);
        say_the_same(&bytes, &flags, &row);
    }
}

#[test]
fn a_large_row_group_is_read_in_pieces() {
    // More rows than a worker takes at a time, in one row group.
    let rows = 1_100_000;
    let build = |fault: Option<usize>| {
        let mut ages: Vec<f64> = (0..rows).map(|row| (row % 60) as f64).collect();
        fault.into_iter().for_each(|row| ages[row] = f64::INFINITY);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("sex", Arc::new(StringArray::from_iter_values((0..rows).map(|row| ["F", "M"][row % 2])))),
            ("age", Arc::new(Float64Array::from(ages))),
            ("decision", Arc::new(Int8Array::from_iter_values((0..rows).map(|row| (row % 5 == 0) as i8)))),
        ];
        write(columns, WriterProperties::builder().set_max_row_group_row_count(None))
    };
    let folder = Folder::new();
    let policy = "version = 1\n[data]\nfiles = [\"a.parquet\"]\ndecision = \"decision\"\nfavourable = [1]\n\
                  [[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"age\"\nbins = [30]\n";
    folder.write("evenhand.toml", policy);
    folder.write("a.parquet", build(None));
    let run = folder.audit(&[]);
    assert_eq!(run.document()["data"]["sources"][0]["rows"], rows);
    assert_eq!(run.rates("sex"), "F 110000/550000 M 110000/550000");
    folder.write("a.parquet", build(Some(1_090_000)));
    folder.audit(&[]).fails(4, &["a.parquet, row 1090001, column `age`", "infinite"]);
}

#[test]
fn a_damaged_file_is_refused_whole() {
    let whole = write(columns(3_000, false), properties().set_compression(Compression::SNAPPY));
    let refused = |bytes: &[u8]| {
        let folder = Folder::new();
        folder.write("a.parquet", bytes);
        folder.audit(&[&["a.parquet"], &FLAGS[..]].concat()).fails(4, &["a.parquet", "not a whole Parquet file"]);
    };
    for keep in [whole.len() / 3, whole.len() - 1] {
        refused(&whole[..keep]);
    }
    // A part in the middle is gone, and the directory at the end is whole.
    let mut damaged = whole.clone();
    let middle = whole.len() / 4;
    damaged[middle..middle + 4_000].fill(0xff);
    refused(&damaged);
}
