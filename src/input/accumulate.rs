//! Where batches go: accumulators that worker threads borrow one at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::batch::Batch;

/// Something that takes batches of rows and can be cloned empty for each worker.
pub trait Accumulate: Clone + Send + Sync + 'static {
    /// Takes the rows of a batch, whose columns are those asked for, in that order.
    fn push(&mut self, batch: &Batch) -> Result<(), BadRow>;

    /// How many rows have been taken, each with its count.
    fn rows(&self) -> u64;
}

/// A value that cannot be used. The message holds no value of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    pub code: &'static str,
    /// Row in the batch, from 0; none when the fault is of the column as a whole.
    pub row: Option<usize>,
    pub column: String,
    pub message: String,
}

/// Accumulators for any number of workers; what they hold is merged in the end.
pub struct Pool<A> {
    empty: A,
    idle: Mutex<Vec<A>>,
}

impl<A: Accumulate> Pool<A> {
    pub fn new(empty: A) -> Arc<Pool<A>> {
        Arc::new(Pool { empty, idle: Mutex::new(Vec::new()) })
    }

    /// Gives a batch to an accumulator that no other worker holds.
    pub fn push(&self, batch: &Batch) -> Result<(), BadRow> {
        let mut accumulator = self.lend();
        let result = accumulator.push(batch);
        self.give_back(accumulator);
        result
    }

    /// An accumulator that no other worker holds; it has to be given back.
    pub fn lend(&self) -> A {
        let idle = self.lock().pop();
        idle.unwrap_or_else(|| self.empty.clone())
    }

    pub fn give_back(&self, accumulator: A) {
        self.lock().push(accumulator);
    }

    /// An accumulator that has seen nothing.
    pub fn fresh(&self) -> A {
        self.empty.clone()
    }

    pub fn rows(&self) -> u64 {
        self.lock().iter().map(A::rows).sum()
    }

    pub fn take(&self) -> Vec<A> {
        std::mem::take(&mut self.lock())
    }

    /// A worker that panicked has already been reported; what the others hold is still sound.
    fn lock(&self) -> MutexGuard<'_, Vec<A>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
