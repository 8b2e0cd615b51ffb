//! The file while one process has it open: one connection that writes, one that reads without waiting for it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::identity::Identity;
use super::presence::{self, Presence};
use super::rows::FileRows;
use super::{BUSY, damaged, failed};
use crate::environment::random_hex;
use crate::error::Error;
use crate::store::forks::at_rest;
use crate::store::{Access, Work, trouble};

/// Marks the file as one of this library's ("aplu").
const APPLICATION_ID: i64 = 0x6170_6c75;
/// Grows when an older version could no longer read the file rightly.
const VERSION: i64 = 2;
/// More than there are kinds of statements.
const STATEMENTS: usize = 64;
/// A pause before something is tried again that others keep busy.
const BRIEFLY: Duration = Duration::from_millis(15);

const TABLES: &str = "
    CREATE TABLE operations (
        account TEXT NOT NULL, name TEXT NOT NULL, trade_id TEXT, state TEXT NOT NULL, begun_at INTEGER NOT NULL,
        document TEXT NOT NULL, PRIMARY KEY (account, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pending ON operations (account, trade_id) WHERE state <> 'done';
    CREATE INDEX pending_of_trade ON operations (trade_id) WHERE state <> 'done';
    CREATE INDEX named ON operations (name);
    CREATE TABLE trades (
        account TEXT NOT NULL, trade_id TEXT NOT NULL, known INTEGER NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (account, trade_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX known ON trades (account) WHERE known;
    CREATE INDEX of_id ON trades (trade_id);
";

/// What version 2 added: who reads the events of a trade under a name and how far they got, and whose turn it is to poll.
const STREAMS: &str = "
    CREATE TABLE consumers (
        account TEXT NOT NULL, trade_id TEXT NOT NULL, name TEXT NOT NULL, last_event INTEGER, last_known TEXT,
        ended INTEGER NOT NULL, outcome TEXT, instance TEXT, stream INTEGER, PRIMARY KEY (account, trade_id, name)
    ) STRICT;
    CREATE INDEX unfinished ON consumers (account, trade_id) WHERE NOT ended;
    CREATE TABLE polls (
        account TEXT NOT NULL, trade_id TEXT NOT NULL, turn INTEGER NOT NULL, instance TEXT NOT NULL,
        PRIMARY KEY (account, trade_id, turn)
    ) STRICT, WITHOUT ROWID;
";

pub(in crate::store) struct Opened {
    path: PathBuf,
    process: u32,
    identity: Identity,
    presence: Presence,
    writer: Mutex<Option<Connection>>,
    reader: Mutex<Option<Connection>>,
}

impl Opened {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let identity = Identity::of(path)?;
        let (writer, reader, presence) = patiently(path, || {
            let mut writer = connect(path)?;
            // Looked at before anything is changed, the journal's mode included.
            content(&writer.unchecked_transaction()?, path)?;
            let mode: String =
                writer.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
            if mode != "wal" {
                return Err(Trouble::Told(trouble(format!(
                    "store: {} can't be shared by processes where it lies (journal {mode}); name a file on a local disk",
                    path.display()
                ))));
            }
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let version = match content(&transaction, path)? {
                Content::Nothing => 0,
                Content::Ours(version) => version,
            };
            if version < 1 {
                transaction.execute_batch(TABLES)?;
                transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            }
            if version < VERSION {
                transaction.execute_batch(STREAMS)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
            }
            presence::sweep(path);
            let presence = Presence::take(path, random_hex()?)?;
            transaction.commit()?;
            Ok((writer, connect(path)?, presence))
        })?;
        let (writer, reader) = (Mutex::new(Some(writer)), Mutex::new(Some(reader)));
        Ok(Self { path: path.to_owned(), process: std::process::id(), identity, presence, writer, reader })
    }

    pub(super) fn transact(&self, account: &str, access: Access, work: Work<'_>) -> Result<(), Error> {
        let named = |why| failed(&self.path, why);
        let (connection, behavior, synchronous) = match access {
            Access::Read => (&self.reader, TransactionBehavior::Deferred, None),
            Access::Batched => (&self.writer, TransactionBehavior::Immediate, Some("normal")),
            Access::Synced => (&self.writer, TransactionBehavior::Immediate, Some("full")),
        };
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = connection.as_mut().ok_or_else(|| Error::bug("a store's connection is gone"))?;
        self.identity.check(&self.path)?;
        if let Some(synchronous) = synchronous {
            connection.pragma_update(None, "synchronous", synchronous).map_err(named)?;
        }
        // Dropped without a commit, it is rolled back.
        let transaction = connection.transaction_with_behavior(behavior).map_err(named)?;
        let (path, instance) = (&*self.path, self.presence.id());
        work(&mut FileRows { path, account, transaction: &transaction, instance })?;
        transaction.commit().map_err(named)
    }
}

impl Opened {
    /// Closes a forked child's copy: without the clearing up that is the parent's, and only where no thread was in the
    /// middle of something that went on in the parent alone.
    pub(in crate::store) fn abandon(&self) -> Result<(), Error> {
        let mut writer = at_rest(&self.writer)?;
        let mut reader = at_rest(&self.reader)?;
        close_inherited(writer.take());
        close_inherited(reader.take());
        Ok(())
    }
}

fn close_inherited(connection: Option<Connection>) {
    let Some(connection) = connection else { return };
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
}

impl Drop for Opened {
    fn drop(&mut self) {
        if self.process != std::process::id() {
            for connection in [&mut self.writer, &mut self.reader] {
                // One that a thread of the parent was in the middle of is left as it lies.
                if connection.try_lock().is_ok() {
                    close_inherited(connection.get_mut().unwrap_or_else(PoisonError::into_inner).take());
                } else {
                    std::mem::forget(std::mem::take(connection));
                }
            }
        }
    }
}

/// Whether the file is one to write in; nothing is changed.
pub(super) fn look_at(path: &Path) -> Result<(), Error> {
    patiently(path, || check(&connect(path)?, path))
}

enum Trouble {
    Sqlite(rusqlite::Error),
    Told(Error),
}

impl From<rusqlite::Error> for Trouble {
    fn from(why: rusqlite::Error) -> Self {
        Self::Sqlite(why)
    }
}

impl From<Error> for Trouble {
    fn from(told: Error) -> Self {
        Self::Told(told)
    }
}

/// Tries again while others open or close the file: not every such moment is waited out by SQLite itself.
fn patiently<T>(path: &Path, attempt: impl Fn() -> Result<T, Trouble>) -> Result<T, Error> {
    let began = Instant::now();
    loop {
        match attempt() {
            Ok(done) => return Ok(done),
            Err(Trouble::Told(error)) => return Err(error),
            Err(Trouble::Sqlite(why)) => {
                let busy = matches!(
                    why.sqlite_error_code(),
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
                );
                if !busy || began.elapsed() > BUSY {
                    return Err(failed(path, why));
                }
                std::thread::sleep(BRIEFLY);
            }
        }
    }
}

fn connect(path: &Path) -> Result<Connection, Trouble> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

enum Content {
    Nothing,
    /// This library's, of this version.
    Ours(i64),
}

/// Whether the file is whole and for this version to write in.
fn check(connection: &Connection, path: &Path) -> Result<(), Trouble> {
    let transaction = connection.unchecked_transaction()?;
    if matches!(content(&transaction, path)?, Content::Ours(_)) {
        let verdict: String = transaction.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(damaged(path, &verdict).into());
        }
    }
    Ok(())
}

/// What the file holds, in one view of it; an error if it isn't for this version to write in.
fn content(transaction: &Transaction<'_>, path: &Path) -> Result<Content, Trouble> {
    let shown = path.display();
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let number = |pragma| transaction.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    if (application, version, tables) == (0, 0, 0) {
        return Ok(Content::Nothing);
    }
    if application != APPLICATION_ID {
        return Err(
            trouble(format!("store: {shown} is another program's database; name a file of its own")).into()
        );
    }
    if version > VERSION {
        return Err(trouble(format!(
            "store: {shown} was written by a newer version of autoplus (format {version}, this one knows {VERSION}); upgrade this program"
        ))
        .into());
    }
    Ok(Content::Ours(version))
}
