//! Work on all cores: every core takes the next item, and no result depends on which.

use std::sync::{Mutex, PoisonError};

/// The results of the work on every item, in the order of the items.
pub fn each<T, R: Send>(
    items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator + Send>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let items = items.into_iter();
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get()).min(items.len());
    if cores < 2 {
        return items.map(work).collect();
    }
    let queue = Mutex::new(items.enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take = || {
        let mut done = Vec::new();
        while let Some((place, item)) = next() {
            done.push((place, work(item)));
        }
        done
    };
    let mut done = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..cores).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for helper in helpers {
            match helper.join() {
                Ok(theirs) => done.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_items() {
        let squares = |n: u64| n * n;
        let numbers: Vec<u64> = (0..1000).collect();
        assert_eq!(each(numbers.clone(), squares), numbers.into_iter().map(squares).collect::<Vec<_>>());
        assert_eq!(each(Vec::new(), squares), Vec::<u64>::new());
        assert_eq!(each([7], squares), [49]);
    }
}
