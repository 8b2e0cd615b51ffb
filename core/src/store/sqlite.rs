//! The store in one SQLite file, shared by the processes of one machine.

mod rows;

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::presence::{self, Presence};
use super::{Access, Store, Work, trouble};
use crate::environment::random_hex;
use crate::error::Error;
use rows::FileRows;

/// Marks the file as one of this library's ("aplu").
const APPLICATION_ID: i64 = 0x6170_6c75;
/// Grows when an older version could no longer read the file rightly.
const VERSION: i64 = 1;
/// How long another process may hold the file before a call gives up, with nothing sent.
const BUSY: Duration = Duration::from_secs(5);

const TABLES: &str = "
    CREATE TABLE operations (
        account TEXT NOT NULL, name TEXT NOT NULL, trade_id TEXT, state TEXT NOT NULL, begun_at INTEGER NOT NULL,
        document TEXT NOT NULL, PRIMARY KEY (account, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pending ON operations (account, trade_id) WHERE state <> 'done';
    CREATE TABLE trades (
        account TEXT NOT NULL, trade_id TEXT NOT NULL, known INTEGER NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (account, trade_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX known ON trades (account) WHERE known;
";

/// A file, opened once for each process that comes by: neither connection nor locks may cross a fork.
pub(crate) struct Sqlite {
    path: PathBuf,
    opened: Mutex<Option<Opened>>,
}

struct Opened {
    process: u32,
    connection: Connection,
    presence: Presence,
}

impl Sqlite {
    /// Opens the file, or makes it. One that isn't this library's, or a newer or damaged one, is refused and left
    /// as it is.
    pub(crate) fn open(path: &str) -> Result<Self, Error> {
        make(Path::new(path))?;
        // One spelling for all processes: the files beside it are found by its name.
        let path = std::fs::canonicalize(path)
            .map_err(|why| trouble(format!("store: {path} can't be found again: {why}")))?;
        let opened = Opened::open(&path)?;
        Ok(Self { path, opened: Mutex::new(Some(opened)) })
    }
}

impl Store for Sqlite {
    fn transact(&self, account: &str, access: Access, work: Work<'_>) -> Result<(), Error> {
        let mut slot = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_none_or(|opened| opened.process != std::process::id()) {
            // Closing what was inherited would break the other process's locks.
            std::mem::forget(slot.take());
            *slot = Some(Opened::open(&self.path)?);
        }
        let Some(opened) = slot.as_mut() else { return Err(Error::bug("the store isn't open")) };
        opened.transact(&self.path, account, access, work)
    }

    fn blocks(&self) -> bool {
        true
    }
}

impl Opened {
    fn open(path: &Path) -> Result<Self, Error> {
        let named = |why| failed(path, why);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(named)?;
        connection.busy_timeout(BUSY).map_err(named)?;
        // Looked at before anything is changed, the journal's mode included.
        check(path, &connection)?;
        connection.pragma_update(None, "journal_mode", "wal").map_err(named)?;
        connection.pragma_update(None, "synchronous", "full").map_err(named)?;
        let presence = {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(named)?;
            if check(path, &transaction)? == Content::Nothing {
                transaction.execute_batch(TABLES).map_err(named)?;
                transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(named)?;
                transaction.pragma_update(None, "user_version", VERSION).map_err(named)?;
            }
            presence::sweep(path);
            let presence = Presence::take(path, random_hex()?)?;
            transaction.commit().map_err(named)?;
            presence
        };
        Ok(Self { process: std::process::id(), connection, presence })
    }

    fn transact(&mut self, path: &Path, account: &str, access: Access, work: Work<'_>) -> Result<(), Error> {
        let named = |why| failed(path, why);
        let (behavior, synchronous) = match access {
            Access::Read => (TransactionBehavior::Deferred, None),
            Access::Batched => (TransactionBehavior::Immediate, Some("normal")),
            Access::Synced => (TransactionBehavior::Immediate, Some("full")),
        };
        if let Some(synchronous) = synchronous {
            self.connection.pragma_update(None, "synchronous", synchronous).map_err(named)?;
        }
        // Dropped without a commit, it is rolled back.
        let transaction = self.connection.transaction_with_behavior(behavior).map_err(named)?;
        work(&mut FileRows { path, account, transaction: &transaction, instance: self.presence.id() })?;
        transaction.commit().map_err(named)
    }
}

#[derive(PartialEq)]
enum Content {
    Nothing,
    Ours,
}

/// What the file holds; an error if it isn't for this version to write in.
fn check(path: &Path, connection: &Connection) -> Result<Content, Error> {
    let named = |why| failed(path, why);
    let shown = path.display();
    let number =
        |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(named);
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(named)?;
    if (application, version, tables) == (0, 0, 0) {
        return Ok(Content::Nothing);
    }
    if application != APPLICATION_ID {
        return Err(trouble(format!("store: {shown} is another program's database; name a file of its own")));
    }
    if version > VERSION {
        return Err(trouble(format!(
            "store: {shown} was written by a newer version of autoplus (format {version}, this one knows {VERSION}); upgrade this program"
        )));
    }
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(named)?;
    if verdict != "ok" {
        return Err(damaged(path, &verdict));
    }
    Ok(Content::Ours)
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
pub(super) fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
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
            "store: {shown} is locked by another process for longer than {} s; nothing was sent. Close what holds it",
            BUSY.as_secs()
        )),
        Some(ErrorCode::DiskFull) => trouble(format!("store: no room left for {shown}; nothing was sent")),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => trouble(format!(
            "store: {shown} can't be written ({why}); nothing was sent. Check its permissions"
        )),
        _ => trouble(format!("store: {shown}: {why}; nothing was sent")),
    }
}
