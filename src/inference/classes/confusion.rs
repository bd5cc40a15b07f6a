//! Each class against the rest: how often it is found, how often it is right, how often it is chosen.

use crate::inference::measured::undefined::Undefined;
use crate::inference::scores::sum::sum;
use crate::inference::trials::Trials;

/// How many cases of each true class were given each class.
///
/// Merging the counts of split data gives the counts of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    /// Rows: the true class; columns: the class given.
    counts: Vec<Vec<u64>>,
}

/// The counts of one class against all others together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OneAgainstRest {
    /// Of the cases of the class, those that were given it.
    pub recall: Trials,
    /// Of the cases that were given the class, those that are of it.
    pub precision: Trials,
    /// Of the cases of other classes, those that were given it.
    pub false_alarms: Trials,
    /// Of all cases, those that were given it.
    pub chosen: Trials,
}

impl OneAgainstRest {
    /// `2 TP / (2 TP + FP + FN)`; None where the class neither occurs nor is given.
    pub fn f1(self) -> Option<f64> {
        let of = self.recall.of as f64 + self.precision.of as f64;
        (of > 0.0).then(|| 2.0 * self.recall.hits as f64 / of)
    }
}

/// A mean over the classes for which the figure exists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Macro {
    pub value: f64,
    /// Over so many classes.
    pub classes: u64,
    /// So many others have no such figure.
    pub without: u64,
}

impl Classes {
    /// Counts of a square table, rows by true class and columns by the class given. Undefined where it is not square.
    pub fn new(counts: Vec<Vec<u64>>) -> Result<Classes, Undefined> {
        let square = counts.iter().all(|row| row.len() == counts.len());
        if square { Ok(Classes { counts }) } else { Err(Undefined::Inconsistent) }
    }

    /// No cases of so many classes.
    pub fn empty(classes: usize) -> Classes {
        Classes { counts: vec![vec![0; classes]; classes] }
    }

    /// Adds cases; those of a class beyond the table are not counted.
    pub fn push(&mut self, truth: usize, given: usize, rows: u64) {
        if let Some(count) = self.counts.get_mut(truth).and_then(|row| row.get_mut(given)) {
            *count += rows;
        }
    }

    /// Adds the cases of another table of the same classes; one of fewer classes has none of the others.
    pub fn add(&mut self, other: &Classes) {
        while self.counts.len() < other.counts.len() {
            self.counts.push(Vec::new());
        }
        let size = self.counts.len();
        self.counts.iter_mut().for_each(|row| row.resize(size, 0));
        for (truth, row) in other.counts.iter().enumerate() {
            for (given, rows) in row.iter().enumerate() {
                self.counts[truth][given] += rows;
            }
        }
    }

    /// How many classes the table has.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Rows by true class, columns by the class given.
    pub fn counts(&self) -> &[Vec<u64>] {
        &self.counts
    }

    pub fn rows(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    /// How many cases were given each class.
    pub fn given(&self) -> Vec<u64> {
        (0..self.len()).map(|class| self.counts.iter().map(|row| row[class]).sum()).collect()
    }

    /// How many cases are of each class.
    pub fn truth(&self) -> Vec<u64> {
        self.counts.iter().map(|row| row.iter().sum()).collect()
    }

    /// The counts of every class against the rest.
    pub fn against_rest(&self) -> Vec<OneAgainstRest> {
        let (truth, given, all) = (self.truth(), self.given(), self.rows());
        (0..self.len())
            .map(|class| {
                let hits = self.counts[class][class];
                OneAgainstRest {
                    recall: Trials { hits, of: truth[class] },
                    precision: Trials { hits, of: given[class] },
                    false_alarms: Trials { hits: given[class] - hits, of: all - truth[class] },
                    chosen: Trials { hits: given[class], of: all },
                }
            })
            .collect()
    }

    /// Of all cases, those given their own class: accuracy, which is also recall and precision over all cases (micro).
    pub fn right(&self) -> Trials {
        let hits = (0..self.len()).map(|class| self.counts[class][class]).sum();
        Trials { hits, of: self.rows() }
    }

    /// The mean over classes of the share that is found; a class of which there is no case has none.
    pub fn macro_recall(&self) -> Result<Macro, Undefined> {
        self.mean(|one| one.recall.share())
    }

    /// The mean over classes of the share that is right; a class that is never given has none.
    pub fn macro_precision(&self) -> Result<Macro, Undefined> {
        self.mean(|one| one.precision.share())
    }

    /// The mean over classes of [`OneAgainstRest::f1`]. Undefined where no class has one.
    pub fn macro_f1(&self) -> Result<Macro, Undefined> {
        self.mean(OneAgainstRest::f1)
    }

    fn mean(&self, of: impl Fn(OneAgainstRest) -> Option<f64>) -> Result<Macro, Undefined> {
        let values: Vec<f64> = self.against_rest().into_iter().filter_map(of).collect();
        if values.is_empty() {
            return Err(Undefined::NoRows);
        }
        let classes = values.len() as u64;
        let value = sum(values) / classes as f64;
        Ok(Macro { value, classes, without: self.len() as u64 - classes })
    }

    /// Agreement beyond what the frequencies of the classes give by chance: `(p - e) / (1 - e)`, Cohen's kappa.
    ///
    /// 1 when all are right, 0 at chance. Undefined without cases and where all are of one class and given it. Source: Cohen
    /// 1960.
    pub fn kappa(&self) -> Result<f64, Undefined> {
        let right = self.right();
        let n = right.of as f64;
        let observed = right.share().ok_or(Undefined::NoRows)?;
        let (truth, given) = (self.truth(), self.given());
        let chance = sum(truth.iter().zip(&given).map(|(a, b)| *a as f64 / n * (*b as f64 / n)));
        if chance >= 1.0 {
            return Err(Undefined::NoVariance);
        }
        Ok((observed - chance) / (1.0 - chance))
    }

    /// How the class given goes together with the true one: Matthews' correlation for several classes.
    ///
    /// `(c n - sum t g) / sqrt((n^2 - sum t^2)(n^2 - sum g^2))` with c cases right of n, and t and g how often each class is
    /// true and given. 1 when all are right, 0 at chance. Undefined without cases, and where all are of one class or given one.
    /// Source: Gorodkin 2004.
    pub fn matthews(&self) -> Result<f64, Undefined> {
        let right = self.right();
        if right.of == 0 {
            return Err(Undefined::NoRows);
        }
        let n = right.of as f64;
        let part = |count: &u64| *count as f64 / n;
        let (truth, given) = (self.truth(), self.given());
        let together = sum(truth.iter().zip(&given).map(|(t, g)| part(t) * part(g)));
        let spread = |counts: &[u64]| 1.0 - sum(counts.iter().map(|count| part(count) * part(count)));
        let one = |counts: &[u64]| counts.contains(&right.of);
        if one(&truth) || one(&given) {
            return Err(Undefined::NoVariance);
        }
        Ok((part(&right.hits) - together) / (spread(&truth) * spread(&given)).sqrt())
    }
}
