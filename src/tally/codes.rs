//! Remembers the code of a value that has been seen, so that most rows cost one look-up.

use std::collections::HashMap;

use super::meaning::{Fault, Meaning, Number};
use crate::input::batch::Texts;

/// Look-ups beyond this many different values are not remembered, so that memory does not grow with rows.
const MOST_REMEMBERED: usize = 1 << 16;
const SLOTS: usize = 1 << 10;
const EMPTY: u32 = u32::MAX;

/// A meaning with a memory.
#[derive(Clone)]
pub struct Codes {
    pub meaning: Meaning,
    /// Short texts, by the 16 bytes in which they are stored.
    short: Vec<(u128, u32)>,
    short_used: usize,
    long: HashMap<Box<str>, u32, foldhash::fast::FixedState>,
    whole: HashMap<i64, u32, foldhash::fast::FixedState>,
    /// Small whole numbers, from -128.
    small: Vec<u32>,
    /// The dictionary of the file that was read last, and the code of each of its texts that a row has had.
    dictionary: Option<Texts>,
    keys: Vec<u32>,
}

impl Codes {
    pub fn new(meaning: Meaning) -> Codes {
        Codes {
            meaning,
            short: vec![(0, EMPTY); SLOTS],
            short_used: 0,
            long: HashMap::default(),
            whole: HashMap::default(),
            small: vec![EMPTY; 1152],
            dictionary: None,
            keys: Vec::new(),
        }
    }

    /// The code of a short text, whose view holds all of it, if it has been seen.
    #[inline]
    pub fn known_view(&self, view: u128) -> Option<u32> {
        let (key, code) = self.short[self.slot_of(view)];
        (key == view && code != EMPTY).then_some(code)
    }

    /// The slot that holds a view, or the empty one where it would be.
    #[inline]
    fn slot_of(&self, view: u128) -> usize {
        let mut slot = hash(view);
        loop {
            let (key, code) = self.short[slot & (SLOTS - 1)];
            if key == view || code == EMPTY {
                return slot & (SLOTS - 1);
            }
            slot += 1;
        }
    }

    /// The code of a short text.
    pub fn of_view(&mut self, view: u128, text: &str) -> Result<u32, Fault> {
        if let Some(code) = self.known_view(view) {
            return Ok(code);
        }
        let code = self.of_text(text)?;
        if self.short_used < SLOTS / 2 {
            let slot = self.slot_of(view);
            self.short[slot] = (view, code);
            self.short_used += 1;
        }
        Ok(code)
    }

    pub fn of_text(&mut self, text: &str) -> Result<u32, Fault> {
        if let Some(code) = self.long.get(text) {
            return Ok(*code);
        }
        let code = self.meaning.of_text(text)?;
        if self.long.len() < MOST_REMEMBERED {
            self.long.insert(text.into(), code);
        }
        Ok(code)
    }

    /// The code of a small whole number, if it has been seen.
    #[inline]
    pub fn known_whole(&self, value: i64) -> Option<u32> {
        self.small.get(value.wrapping_add(128) as u64 as usize).copied().filter(|code| *code != EMPTY)
    }

    pub fn of_whole(&mut self, value: i64) -> Result<u32, Fault> {
        if let Some(code) = self.known_whole(value) {
            return Ok(code);
        }
        if let Some(code) = self.whole.get(&value) {
            return Ok(*code);
        }
        let code = if self.meaning.is_numeric() {
            self.meaning.of_number(Number::Double(value as f64))?
        } else {
            self.meaning.of_text(&value.to_string())?
        };
        match self.small.get_mut(value.wrapping_add(128) as u64 as usize) {
            Some(small) => *small = code,
            None if self.whole.len() < MOST_REMEMBERED => {
                self.whole.insert(value, code);
            }
            None => {}
        }
        Ok(code)
    }

    /// Prepares for keys into a dictionary of the file.
    pub fn open_dictionary(&mut self, texts: &Texts) {
        if !self.dictionary.as_ref().is_some_and(|known| known.is_same(texts)) {
            self.keys.clear();
            self.keys.resize(texts.len(), EMPTY);
            self.dictionary = Some(texts.clone());
        }
    }

    /// Appends the codes of keys; says no where one has not been seen, and what was appended is of no use.
    #[inline]
    pub fn known_keys(&self, keys: &[u32], into: &mut Vec<u32>) -> bool {
        let mut all = true;
        into.extend(keys.iter().map(|key| {
            let code = self.keys.get(*key as usize).copied().unwrap_or(EMPTY);
            all &= code != EMPTY;
            code
        }));
        all
    }

    /// The code of a key, if it has been seen.
    pub fn known_key(&self, key: u32) -> Option<u32> {
        self.keys.get(key as usize).copied().filter(|code| *code != EMPTY)
    }

    /// The code of a key, which stands for a text.
    pub fn of_key(&mut self, key: u32, text: &str) -> Result<u32, Fault> {
        let code = self.of_text(text)?;
        if let Some(known) = self.keys.get_mut(key as usize) {
            *known = code;
        }
        Ok(code)
    }

    pub fn of_number(&mut self, value: Number) -> Result<u32, Fault> {
        self.meaning.of_number(value)
    }

    pub fn of_nothing(&self) -> u32 {
        self.meaning.of_nothing()
    }
}

#[inline]
fn hash(view: u128) -> usize {
    let folded = (view as u64) ^ ((view >> 64) as u64).rotate_left(23);
    (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize & (SLOTS - 1)
}
