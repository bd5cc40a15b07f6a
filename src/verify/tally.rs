//! What was held against what, and what did not agree.

/// One kind of thing that was recomputed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// What, in the plural: `files`, `check rows`.
    pub what: &'static str,
    pub agree: u64,
    pub wrong: Vec<Wrong>,
    /// Why something of this kind was not recomputed.
    pub left: Vec<String>,
}

/// Something that does not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub file: String,
    /// The key in the file, such as `checks[3].value`; empty where it is the file as a whole.
    pub at: String,
    pub why: String,
}

/// Everything that was recomputed, in the order in which it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallies(pub Vec<Held>);

impl Tallies {
    fn of(&mut self, what: &'static str) -> &mut Held {
        let place = self.0.iter().position(|held| held.what == what).unwrap_or_else(|| {
            self.0.push(Held { what, ..Held::default() });
            self.0.len() - 1
        });
        &mut self.0[place]
    }

    /// So many more agree.
    pub fn agree(&mut self, what: &'static str, count: u64) {
        self.of(what).agree += count;
    }

    pub fn wrong(&mut self, what: &'static str, file: &str, at: impl Into<String>, why: impl Into<String>) {
        let wrong = Wrong { file: file.to_owned(), at: at.into(), why: why.into() };
        self.of(what).wrong.push(wrong);
    }

    /// Says why something was not recomputed.
    pub fn left(&mut self, what: &'static str, why: impl Into<String>) {
        let why = why.into();
        let held = self.of(what);
        if !held.left.contains(&why) {
            held.left.push(why);
        }
    }

    /// Counts what agrees when it does, and keeps what is said when it does not.
    pub fn hold(
        &mut self,
        what: &'static str,
        agrees: bool,
        file: &str,
        at: impl Into<String>,
        why: impl FnOnce() -> String,
    ) {
        if agrees { self.agree(what, 1) } else { self.wrong(what, file, at, why()) }
    }

    pub fn wrongs(&self) -> impl Iterator<Item = &Wrong> {
        self.0.iter().flat_map(|held| &held.wrong)
    }

    pub fn all_agree(&self) -> bool {
        self.wrongs().next().is_none()
    }
}
