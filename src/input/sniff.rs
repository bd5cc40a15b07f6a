//! What a CSV file looks like: its delimiter, its header, its decimal mark.

use super::text;
use crate::diagnostic::so_many;

/// The shape of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub delimiter: u8,
    pub header: Vec<String>,
    pub decimal_comma: bool,
}

/// Delimiters that are looked for, the most usual first.
const DELIMITERS: &[u8] = b",;\t|";
/// How many records are looked at.
const LOOK: usize = 100;

/// Finds the shape of a file from the text it starts with. The error is a message without values of the data.
pub fn sniff(sample: &str, delimiter: Option<u8>, decimal_comma: Option<bool>) -> Result<Shape, String> {
    let delimiter = delimiter.unwrap_or_else(|| find_delimiter(sample));
    let lines = leading_records(sample, delimiter);
    if lines.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let counts: Vec<usize> = lines.iter().map(|line| split_fields(line, delimiter).len()).collect();
    let header = split_fields(lines[0], delimiter);
    if let Some(usual) = most_frequent(&counts[1..])
        && usual != header.len()
    {
        let detail = format!("line 1 has {}, most lines after it have {usual}", so_many(header.len() as u64, "field"));
        return Err(if header.len() == 1 {
            format!("{detail}: the first line is no header. Delete the lines above the header")
        } else {
            format!("{detail}: header and rows do not fit together. Is the header complete, and the delimiter right?")
        });
    }
    let decimal_comma = decimal_comma.unwrap_or_else(|| delimiter != b',' && has_decimal_commas(&lines, delimiter));
    Ok(Shape { delimiter, header, decimal_comma })
}

/// Whether the names look like the values of a row: then the header is missing, and they must not be printed.
pub fn looks_like_data(header: &[String]) -> bool {
    header.iter().any(|name| {
        let name = name.trim();
        // Numbers, dates, telephone numbers and addresses are values; a name has letters.
        let digits = name.contains(|c: char| c.is_ascii_digit());
        name.contains('@')
            || (digits && name.chars().all(|c| c.is_ascii_digit() || " +-/.,:()_%".contains(c)))
            || crate::policy::value::number(name).is_some()
    })
}

/// The first records that are not blank, without their line ends; a record may hold line ends inside quotes.
fn leading_records(sample: &str, delimiter: u8) -> Vec<&str> {
    let mut records = Vec::new();
    let mut start = 0;
    for end in text::record_ends(sample.as_bytes(), delimiter).take(LOOK + 1) {
        records.push(sample[start..end].trim_end_matches(['\r', '\n']));
        start = end;
    }
    // The tail is a record only if the sample is the whole file; cut in the middle it would miscount.
    if records.len() <= LOOK && start < sample.len() && (records.is_empty() || sample.len() < text::SAMPLE) {
        records.push(&sample[start..]);
    }
    records.retain(|record| !record.trim().is_empty());
    records
}

fn find_delimiter(sample: &str) -> u8 {
    let score = |delimiter: u8| {
        let lines = leading_records(sample, delimiter);
        let counts: Vec<usize> = lines.iter().map(|line| split_fields(line, delimiter).len()).collect();
        let body = if counts.len() > 1 { &counts[1..] } else { &counts };
        let usual = most_frequent(body).unwrap_or(1);
        let agree = body.iter().filter(|c| **c == usual).count();
        (usual > 1, counts.first() == Some(&usual), agree * 100 / body.len().max(1), usual)
    };
    let mut best = (DELIMITERS[0], score(DELIMITERS[0]));
    for delimiter in &DELIMITERS[1..] {
        let found = score(*delimiter);
        if found > best.1 {
            best = (*delimiter, found);
        }
    }
    best.0
}

fn most_frequent(counts: &[usize]) -> Option<usize> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).map(|same| same[0])
}

/// Whether numbers are written with a comma (`0,5`), and none with a point.
fn has_decimal_commas(lines: &[&str], delimiter: u8) -> bool {
    let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let written_with = |field: &str, mark: char| {
        let field = field.trim().trim_start_matches('-');
        field.split_once(mark).is_some_and(|(whole, part)| is_digits(whole) && is_digits(part))
    };
    let fields: Vec<String> = lines.iter().skip(1).flat_map(|line| split_fields(line, delimiter)).collect();
    fields.iter().any(|f| written_with(f, ',')) && !fields.iter().any(|f| written_with(f, '.'))
}

/// The fields of one record, with quotes taken off.
pub fn split_fields(record: &str, delimiter: u8) -> Vec<String> {
    let mut fields = Vec::new();
    let mut rest = record;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => take_quoted(quoted, delimiter),
            None => match rest.as_bytes().iter().position(|b| *b == delimiter) {
                Some(at) => (rest[..at].to_owned(), Some(&rest[at + 1..])),
                None => (rest.to_owned(), None),
            },
        };
        fields.push(field);
        match after {
            Some(after) => rest = after,
            None => return fields,
        }
    }
}

fn take_quoted(quoted: &str, delimiter: u8) -> (String, Option<&str>) {
    let bytes = quoted.as_bytes();
    let mut field = String::new();
    let mut start = 0;
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] != b'"' {
            i += 1;
        } else if bytes.get(i + 1) == Some(&b'"') {
            field.push_str(&quoted[start..=i]);
            i += 2;
            start = i;
        } else {
            field.push_str(&quoted[start..i]);
            let after = &quoted[i + 1..];
            let at = after.as_bytes().iter().position(|b| *b == delimiter);
            return (field, at.map(|at| &after[at + 1..]));
        }
    }
    field.push_str(&quoted[start.min(quoted.len())..]);
    (field, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiter_and_decimal_mark_are_found() {
        let shape = sniff("a;b;c\n1,5;x;2\n2,5;y;3\n", None, None).unwrap();
        assert_eq!((shape.delimiter, shape.decimal_comma), (b';', true));
        assert_eq!(sniff("a,b\n1,2\n", None, None).unwrap().delimiter, b',');
        assert_eq!(sniff("a\tb\n1\t2\n", None, None).unwrap().delimiter, b'\t');
        assert_eq!(sniff("a|b\n1|2\n", None, None).unwrap().delimiter, b'|');
        // A comma inside quotes is text.
        assert_eq!(sniff("\"a,x\";b\n\"1,2\";2\n", None, None).unwrap().header, ["a,x", "b"]);
        assert_eq!(sniff("only\n1\n2\n", None, None).unwrap().header, ["only"]);
    }

    #[test]
    fn a_first_line_that_is_no_header_is_an_error() {
        assert!(sniff("|1x3 Cross validator\n25, Private, 1\n38, Private, 2\n", None, None).is_err());
        assert!(sniff("", None, None).is_err());
        assert!(sniff("a,b\n1,2,3\n1,2,3\n", None, None).is_err());
    }

    #[test]
    fn quoted_fields_lose_their_quotes() {
        assert_eq!(split_fields(r#""a ""b""",c,"d,e""#, b','), [r#"a "b""#, "c", "d,e"]);
        assert_eq!(split_fields("a,,", b','), ["a", "", ""]);
    }
}
