//! Which file it is that a process has open, whatever its path names by now.

use std::path::Path;

use crate::error::Error;
use crate::store::trouble;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    file: u64,
}

impl Identity {
    pub(super) fn of(path: &Path) -> Result<Self, Error> {
        Self::read(path)
            .map_err(|why| trouble(format!("store: {} can't be found again: {why}", path.display())))
    }

    #[cfg(unix)]
    fn read(path: &Path) -> std::io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = std::fs::metadata(path)?;
        Ok(Self { device: metadata.dev(), file: metadata.ino() })
    }

    /// Where an open file can't be removed, its path says enough.
    #[cfg(not(unix))]
    fn read(path: &Path) -> std::io::Result<Self> {
        std::fs::metadata(path).map(|_| Self { device: 0, file: 0 })
    }

    /// What is written to a file that was removed or replaced is on no disk that anybody will read.
    pub(super) fn check(&self, path: &Path) -> Result<(), Error> {
        if Self::read(path).is_ok_and(|there| there == *self) {
            return Ok(());
        }
        Err(trouble(format!(
            "store: {} was removed or replaced while it was open. Put it back, or make a new client once every open trade was looked at",
            path.display()
        )))
    }
}
