//! The pipe of text formats: bytes → decoded text → chunks of whole records.

use std::io::Read;

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::{memchr, memchr2, memrchr};

use super::format::Format;

/// How much of a file is looked at to find its encoding and shape.
pub const SAMPLE: usize = 1 << 20;
/// Bytes of a chunk; several are in memory at once.
const CHUNK: usize = 4 << 20;
/// A record longer than this is an open quote, not a record.
const LONGEST_RECORD: usize = 64 << 20;

/// Whole records of a text file.
pub struct Chunk {
    pub bytes: Vec<u8>,
    /// Line of the file on which the chunk begins, from 1.
    pub first_line: u64,
}

/// What can go wrong while a text file is read; the line where it is known.
pub struct TextError {
    pub line: Option<u64>,
    pub why: String,
}

impl TextError {
    fn new(why: impl Into<String>) -> TextError {
        TextError { line: None, why: why.into() }
    }
}

/// Reads a text file as chunks of whole records.
pub struct TextReader {
    raw: Box<dyn Read + Send>,
    decoder: Option<Decoder>,
    /// Decoded bytes that have not been given out.
    pending: Vec<u8>,
    /// Bytes read and not decoded yet; the sample, in the beginning.
    undecoded: Vec<u8>,
    ended: bool,
    next_line: u64,
    /// The file ends its lines with a carriage return alone.
    carriage_returns: bool,
    pub delimiter: Option<u8>,
    /// What was found out about the file and is worth saying.
    pub notes: Vec<String>,
}

impl TextReader {
    /// Reads the first part of the file and finds its encoding and line ends.
    pub fn open(mut raw: Box<dyn Read + Send>, head: Vec<u8>) -> Result<TextReader, TextError> {
        let mut sample = head;
        let ended = fill(&mut raw, &mut sample, SAMPLE)?;
        let mut notes = Vec::new();
        let (encoding, bom) = find_encoding(&sample, ended);
        if encoding == WINDOWS_1252 {
            notes.push("read as Windows-1252, because it is not UTF-8".to_owned());
        } else if encoding != UTF_8 {
            notes.push(format!("read as {}", encoding.name()));
        }
        sample.drain(..bom);
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        let mut reader = TextReader {
            raw,
            decoder,
            pending: Vec::new(),
            undecoded: sample,
            ended,
            next_line: 1,
            carriage_returns: false,
            delimiter: None,
            notes,
        };
        reader.decode()?;
        if memchr(0, &reader.pending).is_some() {
            return Err(TextError::new("it holds bytes that no text has; it is not a CSV or NDJSON file"));
        }
        reader.carriage_returns = memchr(b'\r', &reader.pending).is_some() && memchr(b'\n', &reader.pending).is_none();
        if reader.carriage_returns {
            reader.notes.push("lines end with a carriage return alone, as on old Macs".to_owned());
            reader.end_lines(0);
        }
        Ok(reader)
    }

    /// The text the file starts with; cut at a character, maybe inside a record.
    pub fn sample(&self) -> &str {
        match std::str::from_utf8(&self.pending) {
            Ok(text) => text,
            Err(e) => std::str::from_utf8(&self.pending[..e.valid_up_to()]).unwrap_or_default(),
        }
    }

    /// Passes over the first record that is not blank, the header.
    pub fn skip_record(&mut self) {
        let delimiter = self.delimiter.unwrap_or(b',');
        let mut start = 0;
        let mut header_end = self.pending.len();
        for end in record_ends(&self.pending, delimiter) {
            if !self.pending[start..end].iter().all(u8::is_ascii_whitespace) {
                header_end = end;
                break;
            }
            start = end;
        }
        self.next_line += count_lines(&self.pending[..header_end]);
        self.pending.drain(..header_end);
    }

    /// The next chunk; none at the end of the file.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, TextError> {
        loop {
            while !self.ended && self.pending.len() < CHUNK {
                self.read_more()?;
            }
            if self.pending.is_empty() {
                return Ok(None);
            }
            let end = if self.ended { self.pending.len() } else { self.last_record_end() };
            if self.ended
                && let Some(delimiter) = self.delimiter
                && let Some(at) = open_quote(&self.pending, delimiter)
            {
                let line = self.next_line + count_lines(&self.pending[..at]);
                let why = "a quote is opened here and never closed: is it a slip, or is the file cut short?";
                return Err(TextError { line: Some(line), why: why.to_owned() });
            }
            if end == 0 {
                if self.pending.len() > LONGEST_RECORD {
                    let why = "a record is longer than 64 MiB: a quote that is opened and not closed?";
                    return Err(TextError { line: Some(self.next_line), why: why.to_owned() });
                }
                self.read_more()?;
                continue;
            }
            let rest = self.pending.split_off(end);
            let bytes = std::mem::replace(&mut self.pending, rest);
            let first_line = self.next_line;
            if let Err(e) = std::str::from_utf8(&bytes) {
                let line = first_line + count_lines(&bytes[..e.valid_up_to()]);
                let why =
                    "a byte that is not UTF-8, although the beginning of the file is; save the file in one encoding";
                return Err(TextError { line: Some(line), why: why.to_owned() });
            }
            self.next_line += count_lines(&bytes);
            return Ok(Some(Chunk { bytes, first_line }));
        }
    }

    fn read_more(&mut self) -> Result<(), TextError> {
        let wanted = self.undecoded.len() + (1 << 20);
        self.ended = fill(&mut self.raw, &mut self.undecoded, wanted)?;
        self.decode()
    }

    fn decode(&mut self) -> Result<(), TextError> {
        let from = self.pending.len();
        match &mut self.decoder {
            None => self.pending.append(&mut self.undecoded),
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length(self.undecoded.len());
                let room = room.ok_or_else(|| TextError::new("the file is too large to decode"))?;
                self.pending.resize(from + room, 0);
                let (_, _, written, _) = decoder.decode_to_utf8(&self.undecoded, &mut self.pending[from..], self.ended);
                self.pending.truncate(from + written);
                self.undecoded.clear();
            }
        }
        self.end_lines(from);
        Ok(())
    }

    /// Turns carriage returns into line ends where they are the only ones.
    fn end_lines(&mut self, from: usize) {
        if self.carriage_returns {
            for byte in self.pending[from..].iter_mut().filter(|byte| **byte == b'\r') {
                *byte = b'\n';
            }
        }
    }

    fn last_record_end(&self) -> usize {
        match self.delimiter {
            Some(delimiter) if memchr(b'"', &self.pending).is_some() => {
                record_ends(&self.pending, delimiter).last().unwrap_or(0)
            }
            _ => memrchr(b'\n', &self.pending).map_or(0, |at| at + 1),
        }
    }
}

/// Reads until the buffer holds that many bytes; true at the end of the file.
fn fill(raw: &mut Box<dyn Read + Send>, buffer: &mut Vec<u8>, wanted: usize) -> Result<bool, TextError> {
    let room = wanted.saturating_sub(buffer.len());
    buffer.reserve(room);
    match raw.take(room as u64).read_to_end(buffer) {
        Ok(_) => Ok(buffer.len() < wanted),
        Err(e) => Err(TextError::new(format!("it cannot be read to its end: {e}"))),
    }
}

/// The encoding of the sample and the length of its byte order mark.
fn find_encoding(sample: &[u8], whole: bool) -> (&'static Encoding, usize) {
    match sample {
        [0xef, 0xbb, 0xbf, ..] => (UTF_8, 3),
        [0xff, 0xfe, ..] => (UTF_16LE, 2),
        [0xfe, 0xff, ..] => (UTF_16BE, 2),
        _ => match std::str::from_utf8(sample) {
            Ok(_) => (UTF_8, 0),
            // A character cut by the end of the sample is no fault.
            Err(e) if e.error_len().is_none() && !whole => (UTF_8, 0),
            Err(_) => (WINDOWS_1252, 0),
        },
    }
}

pub fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The ends of all whole records; line ends inside quoted fields do not count.
pub fn record_ends(bytes: &[u8], delimiter: u8) -> impl Iterator<Item = usize> + '_ {
    let quotes = memchr(b'"', bytes).is_some();
    let mut at = 0;
    std::iter::from_fn(move || {
        if !quotes {
            at += memchr(b'\n', &bytes[at..])? + 1;
            return Some(at);
        }
        loop {
            if bytes.get(at) == Some(&b'"') {
                at = close_of_quote(bytes, at + 1)?;
            }
            at += memchr2(delimiter, b'\n', &bytes[at..])? + 1;
            if bytes[at - 1] == b'\n' {
                return Some(at);
            }
        }
    })
}

/// The place after the quote that closes a field; a doubled quote is part of it.
fn close_of_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr(b'"', &bytes[at..])? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// The quote that is opened in the last record and never closed; it would swallow all lines after it.
fn open_quote(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut at = record_ends(bytes, delimiter).last().unwrap_or(0);
    loop {
        if bytes.get(at) == Some(&b'"') {
            match close_of_quote(bytes, at + 1) {
                Some(close) => at = close,
                None => return Some(at),
            }
        }
        at += memchr(delimiter, &bytes[at..])? + 1;
    }
}

/// The fields of the record that has most of them.
pub fn most_fields(bytes: &[u8], delimiter: u8) -> usize {
    if memchr(b'"', bytes).is_none() {
        return most_unquoted(bytes, delimiter);
    }
    let (mut at, mut fields, mut most) = (0, 1, 1);
    loop {
        if bytes.get(at) == Some(&b'"') {
            match close_of_quote(bytes, at + 1) {
                Some(close) => at = close,
                None => return most,
            }
        }
        match memchr2(delimiter, b'\n', &bytes[at..]) {
            Some(mark) => at += mark + 1,
            None => return most,
        }
        fields = if bytes[at - 1] == delimiter { fields + 1 } else { 1 };
        most = most.max(fields);
    }
}

/// The same where no field is quoted: lines are short, so that 64 bytes at once are quicker than one search after the
/// other.
fn most_unquoted(bytes: &[u8], delimiter: u8) -> usize {
    let (mut fields, mut most) = (1, 1);
    let mut take = |mut delimiters: u64, mut line_ends: u64| {
        while line_ends != 0 {
            let line = line_ends ^ (line_ends - 1);
            most = most.max(fields + (delimiters & line).count_ones() as usize);
            fields = 1;
            delimiters &= !line;
            line_ends &= line_ends - 1;
        }
        fields += delimiters.count_ones() as usize;
    };
    let (blocks, rest) = bytes.as_chunks::<64>();
    for block in blocks {
        take(marks(block, delimiter), marks(block, b'\n'));
    }
    for byte in rest {
        take(u64::from(*byte == delimiter), u64::from(*byte == b'\n'));
    }
    most.max(fields)
}

/// A bit for every place of a byte: eight bytes at once, in a word.
fn marks(bytes: &[u8; 64], wanted: u8) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const LOW: u64 = 0x7f * ONES;
    let pattern = u64::from(wanted) * ONES;
    bytes.as_chunks::<8>().0.iter().rev().fold(0, |found, eight| {
        let unlike = u64::from_le_bytes(*eight) ^ pattern;
        // The high bit of every byte that is zero; no carry crosses a byte.
        let alike = !(((unlike & LOW) + LOW) | unlike | LOW);
        // The product gathers the eight bits in its highest byte.
        found << 8 | (alike >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// The records of a chunk that are not blank, each with its line.
pub fn records(chunk: &Chunk, format: Format, delimiter: u8) -> Vec<(u64, &[u8])> {
    let bytes = &chunk.bytes;
    let mut ends: Vec<usize> = match format {
        Format::Csv => record_ends(bytes, delimiter).collect(),
        _ => memchr::memchr_iter(b'\n', bytes).map(|at| at + 1).collect(),
    };
    if ends.last() != Some(&bytes.len()) {
        ends.push(bytes.len());
    }
    let mut found = Vec::new();
    let (mut start, mut line) = (0, chunk.first_line);
    for end in ends {
        let record = &bytes[start..end];
        let blank = if format == Format::Csv { is_blank(record) } else { record.trim_ascii().is_empty() };
        if !blank {
            found.push((line, record));
        }
        line += count_lines(record);
        start = end;
    }
    found
}

fn is_blank(record: &[u8]) -> bool {
    record.iter().all(|b| matches!(b, b'\r' | b'\n'))
}

/// Whether a chunk has a blank line, which is no record.
pub fn has_blank_lines(bytes: &[u8]) -> bool {
    let blank_at = |at: usize| {
        let before = &bytes[..at];
        before.strip_suffix(b"\r").unwrap_or(before).last().is_none_or(|b| *b == b'\n')
    };
    let tail = bytes.strip_suffix(b"\r").is_some_and(|rest| rest.last().is_none_or(|b| *b == b'\n'));
    tail || memchr::memchr_iter(b'\n', bytes).any(blank_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_inside_quotes_end_no_record() {
        let text = b"a,\"x\ny\"\nb,\"say \"\"hi\"\"\n\"\nc,5\" pipe\nd,1\n";
        let ends: Vec<usize> = record_ends(text, b',').collect();
        let mut start = 0;
        let records: Vec<&[u8]> = ends.iter().map(|end| &text[std::mem::replace(&mut start, *end)..*end]).collect();
        assert_eq!(records, [&b"a,\"x\ny\"\n"[..], b"b,\"say \"\"hi\"\"\n\"\n", b"c,5\" pipe\n", b"d,1\n"]);
    }

    #[test]
    fn the_most_fields_are_found_wherever_lines_end() {
        for length in 0..200 {
            let text: Vec<u8> = (0..length).map(|i| [b',', b'x', b'\n', b',', b'y'][i * i % 7 % 5]).collect();
            for cut in 0..5.min(length) {
                let lines = text[cut..].split(|byte| *byte == b'\n');
                let most = lines.map(|line| line.split(|byte| *byte == b',').count()).max();
                assert_eq!(Some(most_fields(&text[cut..], b',')), most, "{length} {cut}");
            }
        }
        assert_eq!(most_fields(&[b'\n', 0x80 | b',', b','].repeat(100), b','), 2);
    }

    #[test]
    fn every_place_of_a_byte_is_marked() {
        for shift in 0..=255_u8 {
            let bytes: [u8; 64] =
                std::array::from_fn(|place| (place as u8).wrapping_mul(29).wrapping_add(shift) & 0x9f);
            for wanted in [b'\n', b',', 0, 1, 0x80, 0x9f] {
                let expected = (0..64).fold(0_u64, |bits, place| bits | u64::from(bytes[place] == wanted) << place);
                assert_eq!(marks(&bytes, wanted), expected, "{shift} {wanted}");
            }
        }
    }

    #[test]
    fn blank_lines_are_seen() {
        for text in ["a\n\nb\n", "\na\n", "a\r\n\r\nb", "a\n\r"] {
            assert!(has_blank_lines(text.as_bytes()), "{text:?}");
        }
        for text in ["a\nb\n", "a\r\nb\r\n", "a", ""] {
            assert!(!has_blank_lines(text.as_bytes()), "{text:?}");
        }
    }
}
