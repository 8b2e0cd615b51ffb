//! Whether a process instance lives: as long as it does, it holds a lock on a file of its own. The system lets go of
//! the lock when the process ends, however it ends; no clock and no heartbeat can be wrong about that.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use fs4::fs_std::FileExt;

use super::trouble;
use crate::error::Error;

const MARK: &str = "-owner-";
const ID_LENGTH: usize = 32;

/// This instance, for as long as it lives.
pub(crate) struct Presence {
    id: String,
    path: PathBuf,
    process: u32,
    _lock: File,
}

impl Presence {
    /// Takes an instance's place beside a store. To be called within a write transaction of that store, like
    /// [`sweep`], so that no file is swept between its making and its locking.
    pub(crate) fn take(store: &Path, id: String) -> Result<Self, Error> {
        let path = place(store, &id);
        let cannot = |why: std::io::Error| {
            trouble(format!("store: {} can't be made and locked ({why})", path.display()))
        };
        // Empty, and readable by all: whoever shares the store must be able to try its lock.
        let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(cannot)?;
        FileExt::lock_exclusive(&file).map_err(cannot)?;
        Ok(Self { id, path, process: std::process::id(), _lock: file })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // A forked child holds a copy, and its parent lives on.
        if self.process == std::process::id() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn place(store: &Path, id: &str) -> PathBuf {
    let mut path = OsString::from(store);
    path.push(MARK);
    path.push(id);
    path.into()
}

/// Whether the instance may still be at its work. What can't be told counts as living.
pub(crate) fn is_alive(store: &Path, id: &str) -> bool {
    is_locked(&place(store, id))
}

fn is_locked(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => !matches!(FileExt::try_lock_shared(&file), Ok(true)),
        Err(why) => why.kind() != std::io::ErrorKind::NotFound,
    }
}

/// Removes what instances that ended without a word left behind.
pub(crate) fn sweep(store: &Path) {
    let folder = store.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(mut prefix) = store.file_name().map(OsString::from) else { return };
    prefix.push(MARK);
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let id = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        // Nothing but what is surely of this making.
        let ours = id.is_some_and(|id| id.len() == ID_LENGTH && id.iter().all(u8::is_ascii_hexdigit));
        if ours && !is_locked(&entry.path()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
