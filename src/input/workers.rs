//! Workers that parse and count chunks of a text.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

use super::accumulate::{Accumulate, BadRow, Pool};
use super::csv::CsvPlan;
use super::format::Format;
use super::ndjson::NdjsonPlan;
use super::text::{self, Chunk, TextError, TextReader};

pub(super) enum Plan {
    Csv(Box<CsvPlan>),
    Ndjson(NdjsonPlan),
}

/// Why reading a text stopped.
pub(super) enum Fault {
    Text(TextError),
    Line(u64, String),
    Bad { line: Option<u64>, bad: BadRow },
}

/// The workers that parse and count chunks.
pub(super) struct Reading<'a, A> {
    pub format: Format,
    pub delimiter: u8,
    pub plan: Plan,
    pub pool: &'a Arc<Pool<A>>,
}

impl<A: Accumulate> Reading<'_, A> {
    fn chunk(&self, chunk: &Chunk) -> Result<(), Fault> {
        let parsed = match &self.plan {
            Plan::Csv(plan) => plan.parse(chunk),
            Plan::Ndjson(plan) => plan.parse(chunk),
        };
        let batch = parsed.map_err(|(line, why)| Fault::Line(line, why))?;
        self.pool.push(&batch.into()).map_err(|bad| {
            let line = bad.row.and_then(|row| {
                let records = text::records(chunk, self.format, self.delimiter);
                records.get(row).map(|(line, _)| *line)
            });
            Fault::Bad { line, bad }
        })
    }

    /// Chunks go to the workers in the order of the file, and all that were given out are finished before a fault is
    /// reported: so it is the first of the file, whatever the number of threads.
    pub fn run(&self, reader: &mut TextReader) -> Option<Fault>
    where
        A: Sync,
    {
        let first = match reader.next_chunk() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return None,
            Err(e) => return Some(Fault::Text(e)),
        };
        let second = match reader.next_chunk() {
            Ok(None) => return self.chunk(&first).err(),
            Ok(Some(chunk)) => chunk,
            Err(e) => return self.chunk(&first).err().or(Some(Fault::Text(e))),
        };
        let workers = std::thread::available_parallelism().map_or(2, |n| n.get());
        let (sender, receiver) = sync_channel::<(usize, Chunk)>(workers);
        let receiver = Mutex::new(receiver);
        let faults: Mutex<Vec<(usize, Fault)>> = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((index, chunk)) = next else { return };
                        if let Err(fault) = self.chunk(&chunk) {
                            faults.lock().unwrap_or_else(PoisonError::into_inner).push((index, fault));
                        }
                    }
                });
            }
            let send = |index: usize, chunk: Chunk| sender.send((index, chunk)).is_ok();
            let mut index = 2;
            let mut going = send(0, first) && send(1, second);
            while going && faults.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
                match reader.next_chunk() {
                    Ok(Some(chunk)) => going = send(index, chunk),
                    Ok(None) => break,
                    Err(e) => {
                        faults.lock().unwrap_or_else(PoisonError::into_inner).push((index, Fault::Text(e)));
                    }
                }
                index += 1;
            }
            drop(sender);
        });
        let faults = faults.into_inner().unwrap_or_else(PoisonError::into_inner);
        faults.into_iter().min_by_key(|(index, _)| *index).map(|(_, fault)| fault)
    }
}
