//! Annotations and the job summary of GitHub Actions.

use std::io::{self, Write};

use super::markdown;
use super::text::plain;
use crate::release::Release;
use crate::words::annotations::{Annotation, Level, annotations};
use crate::words::job;

/// What `explain github` says.
pub const SAYS: &str = "\
Workflow commands of GitHub Actions, which show what was found beside the line of the policy that asks for it, and the summary \
of the job. What gates is an error, what the policy asks to be warned of a warning; what is waived, known or only reported is a \
notice. GitHub shows 10 of each for a step, so there are no more; what gates comes first, and the last one says how many there are \
besides.\n\n\
The summary is Markdown: verdict, the check rows with what gates first, before and now where there is a baseline, and what was not judged. It never \
has more than 256 KiB, a quarter of what GitHub takes, and says how many rows are left out. Where the environment variable GITHUB_STEP_SUMMARY names a file, as \
it does in every step, the summary is added to that file and only annotations are printed; elsewhere it is printed after them, \
folded in a group. Where GITHUB_WORKSPACE is set, the policy is named as it lies in the repository.";

/// GitHub shows so many annotations of each level for a step, and no more.
const MOST: usize = 10;
/// Rows of the table of checks: more is for the reports.
const ROWS: usize = 200;
/// The summary never has more bytes; GitHub drops one of more than 1 MiB in silence.
pub const LIMIT: usize = 256 * 1024;

/// Annotations, then the summary in a group.
pub fn render(release: &Release, out: &mut dyn Write) -> io::Result<()> {
    annotate(release, release.document().policy.path.as_deref(), out)?;
    group(&summarise(release)?, out)
}

/// A summary in a group of its own, which the log shows folded. No line of Markdown starts as a command does.
pub fn group(summary: &[u8], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "::group::evenhand: summary of the job")?;
    out.write_all(summary)?;
    writeln!(out, "::endgroup::")
}

/// The annotations alone, with the policy file as it is called in the repository.
pub fn annotate(release: &Release, policy: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let document = release.document();
    for annotation in annotations(document, MOST) {
        writeln!(out, "{}", command(&annotation, policy))?;
    }
    Ok(())
}

/// The summary of the job as Markdown, of at most [`LIMIT`] bytes.
pub fn summarise(release: &Release) -> io::Result<Vec<u8>> {
    let document = release.document();
    let mut rows = ROWS;
    loop {
        let mut bytes = Vec::new();
        markdown::render(&job::summary(document, rows), &mut bytes)?;
        if bytes.len() <= LIMIT {
            return Ok(bytes);
        }
        if rows == 0 {
            return Ok(cut(bytes));
        }
        rows /= 2;
    }
}

/// What is still too long without a row has names of monstrous length; its beginning is the verdict.
fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    const REST: &str = "\n\nThe rest is left out here.\n";
    let text = String::from_utf8_lossy(&bytes);
    let mut end = (LIMIT - REST.len()).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    bytes = text.as_bytes()[..end].to_vec();
    bytes.extend_from_slice(REST.as_bytes());
    bytes
}

fn command(annotation: &Annotation, policy: Option<&str>) -> String {
    let name = match annotation.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let place = annotation.line.zip(policy);
    let place = place.map(|(line, file)| format!("file={},line={line},", property(file))).unwrap_or_default();
    format!("::{name} {place}title={}::{}", property(&plain(&annotation.title)), data(&plain(&annotation.message)))
}

/// Text after `::`: the signs that would end it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property: the signs that would end it, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_end_its_place_in_a_command() {
        let hostile = Annotation {
            level: Level::Note,
            title: "a,line=1::error::b\n100%".to_owned(),
            message: "c\r\n::stop-commands::d %0A\u{1b}[31m".to_owned(),
            line: Some(3),
        };
        assert_eq!(
            command(&hostile, Some("p:q,r%.toml")),
            "::notice file=p%3Aq%2Cr%25.toml,line=3,title=a%2Cline=1%3A%3Aerror%3A%3Ab 100%25::c  ::stop-commands::d %250A [31m"
        );
        assert_eq!(
            command(&hostile, None).split("::").nth(1),
            Some("notice title=a%2Cline=1%3A%3Aerror%3A%3Ab 100%25")
        );
        assert_eq!(data("a\r\nb"), "a%0D%0Ab");
    }
}
