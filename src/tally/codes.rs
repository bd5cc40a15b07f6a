//! Remembers the code of a value that has been seen, so that most rows cost one look-up.

use std::collections::HashMap;

use super::meaning::{Fault, Meaning, Number};

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
        }
    }

    /// The code of a short text, whose view holds all of it.
    #[inline]
    pub fn of_view(&mut self, view: u128, text: impl FnOnce() -> String) -> Result<u32, Fault> {
        let mut slot = hash(view);
        loop {
            let (key, code) = self.short[slot];
            if code == EMPTY {
                break;
            }
            if key == view {
                return Ok(code);
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        let code = self.of_text(&text())?;
        if self.short_used < SLOTS / 2 {
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

    #[inline]
    pub fn of_whole(&mut self, value: i64) -> Result<u32, Fault> {
        let place =
            value.checked_add(128).and_then(|v| usize::try_from(v).ok()).filter(|place| *place < self.small.len());
        if let Some(place) = place
            && self.small[place] != EMPTY
        {
            return Ok(self.small[place]);
        }
        if let Some(code) = self.whole.get(&value) {
            return Ok(*code);
        }
        let code = if self.meaning.is_numeric() {
            self.meaning.of_number(Number::Double(value as f64))?
        } else {
            self.meaning.of_text(&value.to_string())?
        };
        match place {
            Some(place) => self.small[place] = code,
            None if self.whole.len() < MOST_REMEMBERED => {
                self.whole.insert(value, code);
            }
            None => {}
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
