//! SHA-256 of a file while it is read, so that hashing costs no second reading.

use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ring::digest::{Context, SHA256, digest};

/// Called with the number of bytes that have just been read.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// A reader that hashes what passes through it.
pub struct HashingReader<R> {
    inner: R,
    hash: HashHandle,
    progress: Progress,
}

/// The hash of what has passed so far.
#[derive(Clone)]
pub struct HashHandle(Arc<Mutex<Context>>);

impl HashHandle {
    pub fn hex(&self) -> String {
        hex(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().finish().as_ref())
    }
}

impl<R: Read> HashingReader<R> {
    pub fn new(inner: R, progress: Progress) -> (HashingReader<R>, HashHandle) {
        let hash = HashHandle(Arc::new(Mutex::new(Context::new(&SHA256))));
        (HashingReader { inner, hash: hash.clone(), progress }, hash)
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.0.lock().unwrap_or_else(PoisonError::into_inner).update(&buffer[..read]);
        (self.progress)(read as u64);
        Ok(read)
    }
}

/// Hashes a whole file.
pub fn hash_file(path: &Path, progress: &Progress) -> io::Result<String> {
    let (mut reader, hash) = HashingReader::new(std::fs::File::open(path)?, progress.clone());
    let mut buffer = vec![0; 1 << 20];
    while reader.read(&mut buffer)? > 0 {}
    Ok(hash.hex())
}

pub fn hash_bytes(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The beginning of a hash, enough to tell one from another by eye.
pub fn short_hash(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
