//! The file of consents → a book: read once, with a number in place of every id.

use std::sync::Arc;

use super::book::{Book, Entry, UNNAMED};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::input::hash::Progress;
use crate::input::open::TextOptions;
use crate::input::{Accumulate, BadRow, Batch, Source, SourceRead, column_names, read_into};
use crate::policy::consent::{Consent, ConsentLedger};
use crate::policy::instant::Instant;
use crate::policy::types::Attribute;
use crate::policy::value::{MISSING, Values};
use crate::tally::admit::Admitted;
use crate::tally::codes::Codes;
use crate::tally::columns::{self, Located};
use crate::tally::faults::bad_row;
use crate::tally::meaning::{Classes, Fault, Meaning};
use crate::tally::quantities::{NOBODY, read_people};
use crate::tally::times;

/// The columns that every ledger has, in the order in which they are read.
const COLUMNS: [&str; 5] = ["id", "purpose", "status", "given_at", "withdrawn_at"];
const METHOD: &str = "method";
const NOTICE: &str = "notice_version";

/// Codes of `status`.
const GIVEN: u32 = 1;
const WITHDRAWN: u32 = 2;

/// A ledger that has been read.
#[derive(Clone, Debug)]
pub struct ReadLedger {
    pub book: Arc<Book>,
    pub read: SourceRead,
}

/// Reads the ledger of a policy; none where it has none.
///
/// # Errors
/// The file cannot be read, lacks a column, has an entry that makes no sense, or none for the purpose.
pub fn read_ledger(consent: Option<&Consent>, progress: &Progress) -> Result<Option<ReadLedger>, Error> {
    let Some((consent, ledger)) = consent.and_then(|consent| Some((consent, consent.ledger()?))) else {
        return Ok(None);
    };
    let purpose = Values::new(consent.purpose.iter().cloned().collect());
    let source = Source::File { shown: ledger.name.clone(), path: ledger.path.clone() };
    let options = TextOptions::default();
    let there = column_names(&source, options)?;
    let optional = [METHOD, NOTICE].map(|name| there.iter().any(|column| column == name).then_some(name));
    let wanted: Vec<String> = COLUMNS.iter().chain(optional.iter().flatten()).map(|name| (*name).to_owned()).collect();
    let empty = |_| Reader::new(ledger, &purpose, optional.map(|name| name.is_some()));
    let (parts, read) = read_into(&source, &wanted, options, empty, progress)?;
    let book = put_together(parts);
    if book.is_empty() {
        let message = format!(
            "no entry of the ledger is for the purpose `{}`, so no row would count; is it called something else there?",
            purpose.texts().first().map_or("", String::as_str)
        );
        let place = Place { column: Some("purpose".to_owned()), ..source.place() };
        return Err(Error::data(Diagnostic::new("bad-data", message).at(place)));
    }
    Ok(Some(ReadLedger { book: Arc::new(book), read }))
}

/// Reads entries; every worker has its own.
#[derive(Clone)]
struct Reader {
    purpose: Codes,
    status: Codes,
    method: Option<Codes>,
    notice: Option<Codes>,
    entries: Vec<(u64, Entry)>,
    read: u64,
}

/// What is wrong with a column of a batch.
type InColumn = (&'static str, Located);

impl Reader {
    fn new(ledger: &ConsentLedger, purpose: &Values, [method, notice]: [bool; 2]) -> Reader {
        let lists = vec![(ledger.given.clone(), GIVEN), (ledger.withdrawn.clone(), WITHDRAWN)];
        let names = |name: &str| {
            let of = Attribute { name: name.to_owned(), column: name.to_owned(), bins: Vec::new(), groups: Vec::new() };
            Codes::new(Meaning::levels(&of, &Values::default(), false))
        };
        Reader {
            purpose: Codes::new(Meaning::Classes(Classes::of_filter(purpose))),
            status: Codes::new(Meaning::Classes(Classes::of_lists(lists))),
            method: method.then(|| names(METHOD)),
            notice: notice.then(|| names(NOTICE)),
            entries: Vec::new(),
            read: 0,
        }
    }

    fn take(&mut self, batch: &Batch) -> Result<(), InColumn> {
        let columns = batch.columns();
        let at = |place: usize, name| columns.get(place).ok_or((name, columns::unreadable()));
        let none = Values::default();
        let mut people = Vec::new();
        read_people(at(0, "id")?, &none, &mut people).map_err(|located| ("id", located))?;
        let mut status = Vec::new();
        columns::encode(at(2, "status")?, &mut self.status, &mut status).map_err(|located| ("status", located))?;
        let given = times::read(&at(3, "given_at")?.column(), &none).map_err(|located| ("given_at", located))?;
        let ended =
            times::read(&at(4, "withdrawn_at")?.column(), &none).map_err(|located| ("withdrawn_at", located))?;
        let mut named = [Vec::new(), Vec::new()];
        let mut place = COLUMNS.len();
        for ((codes, into), name) in
            [&mut self.method, &mut self.notice].into_iter().zip(&mut named).zip([METHOD, NOTICE])
        {
            if let Some(codes) = codes {
                columns::encode(at(place, name)?, codes, into).map_err(|located| (name, located))?;
                place += 1;
            }
        }
        for (row, (given, ended)) in given.into_iter().zip(ended).enumerate() {
            let fault = |name: &'static str, message| (name, (Some(row), Fault::Row(message)));
            let given = given.map_err(|fault| ("given_at", (Some(row), fault)))?;
            let ended = ended.map_err(|fault| ("withdrawn_at", (Some(row), fault)))?;
            if people[row] == NOBODY {
                return Err(fault("id", "the entry names nobody"));
            }
            let Some((given, ended)) = answered(status[row], given, ended).map_err(|(name, why)| fault(name, why))?
            else {
                continue;
            };
            let [method, notice] = named.each_ref().map(|codes| codes.get(row).map_or(UNNAMED, |code| *code as u16));
            self.entries.push((people[row], Entry { given, ended, method, notice }));
        }
        Ok(())
    }
}

/// When consent was given and when it ended.
type Answered = (Option<Instant>, Option<Instant>);

/// The same as an entry says it; none where nothing was ever answered. A fault is of a column.
fn answered(
    status: u32,
    given: Option<Instant>,
    ended: Option<Instant>,
) -> Result<Option<Answered>, (&'static str, &'static str)> {
    if let (Some(given), Some(ended)) = (given, ended)
        && !given.is_by(ended)
    {
        return Err(("withdrawn_at", "consent is withdrawn before it is given"));
    }
    match (status, given, ended) {
        (GIVEN, None, _) => Err(("given_at", "the status says that consent was given, and there is no time of it")),
        (WITHDRAWN, _, None) => {
            Err(("withdrawn_at", "the status says that consent was withdrawn, and there is no time of it"))
        }
        (GIVEN | WITHDRAWN, given, ended) => Ok(Some((given, ended))),
        // Refused, expired, pending: no consent from its first time on.
        (_, Some(time), _) | (_, None, Some(time)) => Ok(Some((None, Some(time)))),
        (_, None, None) => Ok(None),
    }
}

impl Accumulate for Reader {
    fn push(&mut self, batch: &Batch) -> Result<(), BadRow> {
        self.read += batch.height() as u64;
        let purpose = batch.columns().get(1).ok_or_else(|| bad_row(columns::unreadable(), "purpose"))?;
        let mut codes = Vec::new();
        columns::encode(purpose, &mut self.purpose, &mut codes).map_err(|located| bad_row(located, "purpose"))?;
        // Entries for other purposes are not read.
        let admitted = Admitted::of(codes.iter().map(|code| *code == 1).collect());
        let kept = admitted.batch(batch)?;
        self.take(kept.as_ref().unwrap_or(batch)).map_err(|(name, located)| admitted.in_batch(bad_row(located, name)))
    }

    fn rows(&self) -> u64 {
        self.read
    }
}

/// The entries of all workers, with methods and notices by one numbering.
fn put_together(parts: Vec<Reader>) -> Book {
    let mut names: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    let there = |codes: fn(&Reader) -> &Option<Codes>| parts.iter().any(|part| codes(part).is_some());
    let named = [there(|part| &part.method), there(|part| &part.notice)];
    for (names, named) in names.iter_mut().zip(named) {
        if named {
            names.push(MISSING.to_owned());
        }
    }
    let of = |codes: &Option<Codes>| match codes.as_ref().map(|codes| &codes.meaning) {
        Some(Meaning::Levels(interner)) => interner.names.clone(),
        _ => Vec::new(),
    };
    let mut all: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    for part in &parts {
        all[0].extend(of(&part.method));
        all[1].extend(of(&part.notice));
    }
    for (names, mut all) in names.iter_mut().zip(all) {
        all.retain(|name| name != MISSING);
        all.sort();
        all.dedup();
        names.extend(all);
    }
    let mut entries = Vec::new();
    for part in parts {
        let [methods, notices] = [(of(&part.method), &names[0]), (of(&part.notice), &names[1])].map(|(own, names)| {
            let place = |name: &String| names.iter().position(|known| known == name).unwrap_or(0) as u16;
            own.iter().map(place).collect::<Vec<u16>>()
        });
        let renamed = |places: &[u16], code: u16| places.get(usize::from(code)).copied().unwrap_or(UNNAMED);
        entries.extend(part.entries.into_iter().map(|(person, entry)| {
            let (method, notice) = (renamed(&methods, entry.method), renamed(&notices, entry.notice));
            (person, Entry { method, notice, ..entry })
        }));
    }
    let [methods, notices] = names;
    Book::new(entries, methods, notices)
}
