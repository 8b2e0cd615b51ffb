//! The store in one SQLite file, shared by the processes of one machine.

mod identity;
pub(super) mod opened;
mod rows;

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::ErrorCode;

use super::forks::{self, Slot};
use super::{Access, Store, Work, presence, trouble};
use crate::error::Error;
use opened::Opened;

/// How long another process may hold the file before a call gives up.
pub(super) const BUSY: Duration = Duration::from_secs(5);

static MAKING: Mutex<()> = Mutex::new(());

/// A file, opened at its first use in each process that comes by.
pub(crate) struct Sqlite {
    path: PathBuf,
    opened: Slot,
}

impl Sqlite {
    /// Looks at the file, or makes it. One that isn't this library's, or a newer or damaged one, is refused and left
    /// as it is.
    pub(crate) fn open(path: &str) -> Result<Self, Error> {
        let _at_work = forks::at_work();
        {
            // One after another: closing the new file would drop the locks of a thread that opened it meanwhile.
            let _alone = forks::at_rest(&MAKING)?;
            make(Path::new(path))?;
        }
        // One spelling for all processes: the files beside it are found by its name.
        let path = std::fs::canonicalize(path)
            .map_err(|why| trouble(format!("store: {path} can't be found again: {why}")))?;
        let opened = forks::slot()?;
        {
            // Held, so that a fork in this moment is noticed.
            let _alone = opened.lock().unwrap_or_else(PoisonError::into_inner);
            opened::look_at(&path)?;
        }
        Ok(Self { path, opened })
    }

    fn opened(&self) -> Result<Arc<Opened>, Error> {
        forks::arrive()?;
        let mut slot = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = &*slot {
            return Ok(opened.clone());
        }
        let opened = Arc::new(Opened::open(&self.path)?);
        *slot = Some(opened.clone());
        Ok(opened)
    }
}

impl Store for Sqlite {
    fn transact(&self, account: &str, access: Access, work: Work<'_>) -> Result<(), Error> {
        let _at_work = forks::at_work();
        self.opened()?.transact(account, access, work)
    }

    fn is_file(&self) -> bool {
        true
    }

    fn close(&self) {
        let _at_work = forks::at_work();
        if forks::arrive().is_ok() {
            *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

/// Makes an empty file that only its owner may read, if there is none.
fn make(path: &Path) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    match owner_only(&mut options).open(path) {
        Ok(_) => Ok(()),
        Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(why) => Err(trouble(format!("store: {} can't be made: {why}", path.display()))),
    }
}

/// For a file that others have no business with.
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn damaged(path: &Path, what: &str) -> Error {
    trouble(format!(
        "store: {} is damaged ({what}) and was left as it is: restore it from a backup, or keep it for a person to look at and name another file once every open trade was looked at",
        path.display()
    ))
}

/// What went wrong with the file, and what to do about it.
fn failed(path: &Path, why: rusqlite::Error) -> Error {
    let shown = path.display();
    match why.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => damaged(path, &why.to_string()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => trouble(format!(
            "store: {shown} is locked by another process for longer than {} s. Close what holds it",
            BUSY.as_secs()
        )),
        Some(ErrorCode::DiskFull) => trouble(format!("store: no room left for {shown}")),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            trouble(format!("store: {shown} can't be written ({why}). Check its permissions"))
        }
        _ => trouble(format!("store: {shown}: {why}")),
    }
}
