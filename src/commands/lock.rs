//! Where the lock of a policy lies, and reading it.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::policy::lock::LockFile;

/// Where the lock of a policy is: `evenhand.toml` has `evenhand.lock`.
///
/// # Errors
/// The policy is named like a lock.
pub fn path_of(policy: &Path) -> Result<PathBuf, Error> {
    let path = policy.with_extension("lock");
    if path == policy {
        return Err(Error::usage(format!(
            "the policy {} is named like a lock; give it another name, such as evenhand.toml",
            policy.display()
        )));
    }
    Ok(path)
}

/// Reads a lock; none where there is no file, and what is wrong where it is no lock.
pub fn read(path: &Path) -> Result<Option<LockFile>, String> {
    match std::fs::read(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(format!("cannot be read: {e}")),
        Ok(bytes) => LockFile::parse(&bytes).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_read_as_it_was_written() {
        let lock = LockFile::new(
            "evenhand.toml",
            &"0a".repeat(32),
            "2026-11-21T18:00:00Z",
            "0.1.0",
            "version = 1\n\n[data]\na = \"'''\"\n",
        );
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("evenhand.lock");
        assert_eq!(read(&path), Ok(None));
        std::fs::write(&path, lock.to_toml().expect("toml")).expect("written");
        assert_eq!(read(&path), Ok(Some(lock.clone())));
        for wrong in ["", "version = 1", "\u{0}"] {
            std::fs::write(&path, wrong).expect("written");
            assert!(read(&path).is_err(), "{wrong}");
        }
        let damaged = [("0a0a", "0a0"), ("18:00", "25:00"), ("version = 1\np", "version = 2\np")];
        for (from, to) in damaged {
            let text = lock.to_toml().expect("toml").replacen(from, to, 1);
            assert_ne!(text, lock.to_toml().expect("toml"), "{from}");
            std::fs::write(&path, text).expect("written");
            assert!(read(&path).is_err(), "{to}");
        }
    }
}
