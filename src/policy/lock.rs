//! A lock: the record beside a policy that these very bytes existed at a time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record;
use crate::error::Error;

/// The version of this format.
const VERSION: u32 = 1;

/// A lock as it is stored, in TOML.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LockFile {
    pub version: u32,
    /// The name of the policy file.
    pub policy: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// When it was locked, in UTC.
    pub time: String,
    /// The version of evenhand that wrote the lock.
    pub evenhand: String,
    /// The rules that were in force, defaults included, so that a later lock can say what changed.
    pub rules: String,
}

impl LockFile {
    /// The lock of a policy, written by this version of evenhand.
    pub fn new(policy: &str, sha256: &str, time: &str, evenhand: &str, rules: &str) -> LockFile {
        LockFile {
            version: VERSION,
            policy: policy.to_owned(),
            sha256: sha256.to_owned(),
            time: time.to_owned(),
            evenhand: evenhand.to_owned(),
            rules: rules.to_owned(),
        }
    }

    pub fn to_toml(&self) -> Result<String, Error> {
        let body =
            toml::to_string_pretty(self).map_err(|e| Error::usage(format!("the lock cannot be written: {e}")))?;
        Ok(format!("# Written by `evenhand policy freeze`; keep it beside the policy, and do not edit it.\n{body}"))
    }

    /// What a result says of it.
    pub fn record(&self) -> record::Lock {
        record::Lock { sha256: self.sha256.clone(), time: self.time.clone() }
    }

    /// Reads the bytes of a lock, or says what is wrong with them.
    pub fn parse(bytes: &[u8]) -> Result<LockFile, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned())?;
        let lock: LockFile = toml::from_str(text).map_err(|_| "is no lock of a policy".to_owned())?;
        let hexadecimal = lock.sha256.len() == 64 && lock.sha256.bytes().all(|b| b.is_ascii_hexdigit());
        if lock.version != VERSION {
            return Err(format!("is of version {}, and this evenhand reads {VERSION}", lock.version));
        }
        if !hexadecimal || lock.time.parse::<Timestamp>().is_err() {
            return Err("holds no hash or no time".to_owned());
        }
        Ok(lock)
    }
}

/// Lines that are in one text and not in the other, in order, each with the section it stands in.
pub fn differences(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (placed(old), placed(new));
    // The longest common part, from the end, so that what is printed comes in the order of the texts.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] =
                if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            found.push(format!("- {}", old[i]));
            i += 1;
        } else {
            found.push(format!("+ {}", new[j]));
            j += 1;
        }
    }
    found
}

/// The lines of a policy, each behind the name of its section.
fn placed(text: &str) -> Vec<String> {
    let mut section = String::new();
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if line.starts_with('[') {
            section = format!("{line} ");
        } else {
            lines.push(format!("{section}{line}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_name_their_sections() {
        let old = "version = 1\n\n[[check]]\nid = \"a\"\nmin = \"4/5\"\n\n[[check]]\nid = \"b\"\nmin = \"4/5\"\n";
        let new = old.replacen("4/5", "3/5", 1);
        assert_eq!(differences(old, &new), ["- [[check]] min = \"4/5\"", "+ [[check]] min = \"3/5\""]);
        assert!(differences(old, old).is_empty());
        assert_eq!(differences("", "a = 1\n"), ["+ a = 1"]);
        assert_eq!(differences("a = 1\n", ""), ["- a = 1"]);
    }
}
