//! What kind of file it is, by its first bytes and, for text, by its name.

/// A kind of file that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Ndjson,
    Parquet,
    ArrowIpc,
}

impl Format {
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Ndjson => "ndjson",
            Format::Parquet => "parquet",
            Format::ArrowIpc => "arrow-ipc",
        }
    }
}

/// What the first bytes say about the file as a whole.
pub enum Outside {
    Parquet,
    ArrowIpc,
    Gzip,
    Text,
    /// A kind that is recognised and not read, with what to do.
    NotRead(&'static str),
}

pub fn outside(head: &[u8]) -> Outside {
    match head {
        [b'P', b'A', b'R', b'1', ..] => Outside::Parquet,
        [b'P', b'A', b'R', b'E', ..] => Outside::NotRead("an encrypted Parquet file; write it without encryption"),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Outside::ArrowIpc,
        [0xff, 0xff, 0xff, 0xff, ..] => {
            Outside::NotRead("an Arrow stream; write the Arrow file format (Feather version 2) instead")
        }
        [0x1f, 0x8b, ..] => Outside::Gzip,
        [b'P', b'K', 3, 4, ..] => {
            Outside::NotRead("a zip archive or an Excel workbook; save the sheet as CSV UTF-8, or unpack the archive")
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Outside::NotRead("an old Excel workbook; save the sheet as CSV UTF-8"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Outside::NotRead("compressed with zstd; use gzip, or unpack it"),
        [b'B', b'Z', b'h', ..] => Outside::NotRead("compressed with bzip2; use gzip, or unpack it"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Outside::NotRead("compressed with xz; use gzip, or unpack it"),
        _ => Outside::Text,
    }
}

/// Which text format it is: by the name if the name says so, else by the first character.
pub fn text_format(name: &str, sample: &str) -> Result<Format, &'static str> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".csv", ".tsv", ".txt", ".tab", ".psv"]) {
        return Ok(Format::Csv);
    }
    match sample.trim_start().chars().next() {
        Some('[') if ends(&[".json", ".ndjson", ".jsonl"]) => {
            Err("a JSON list; write one object on each line (NDJSON, JSON lines)")
        }
        Some('{') => Ok(Format::Ndjson),
        _ if ends(&[".ndjson", ".jsonl", ".json"]) => Ok(Format::Ndjson),
        _ => Ok(Format::Csv),
    }
}
