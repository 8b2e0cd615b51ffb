//! A client's operations: its account's rows in the store, what this process saw of them itself, and the requests that
//! only its memory holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use super::held::Held;
use super::{Client, Token, closed};
use crate::error::{Error, ErrorKind};
use crate::protocol::assumptions::LOOK_AGAIN;
use crate::protocol::operations::{self, Begin, Start, in_progress};
use crate::protocol::request::Request;
use crate::protocol::rows::{Attempt, Intent, Issued, Row, Rows, TOKEN_ACCOUNT};
use crate::protocol::witness::Witness;
use crate::runtime;
use crate::store::{Access, Store};

pub(super) struct Ledger {
    store: Arc<dyn Store>,
    account: OnceLock<String>,
    witness: Mutex<Witness>,
    /// Confirmations whose outcome is unknown, by key: with their codes, so here alone, and no longer than that.
    unproven: Mutex<HashMap<String, Unproven>>,
}

/// A confirmation that was sent, as it was.
#[derive(Clone)]
pub(super) struct Unproven {
    pub(super) trade_id: String,
    pub(super) request: Request,
    pub(super) token: Token,
}

/// What a call brings along for a first attempt.
pub(super) struct Draft<'a> {
    pub(super) key: &'a str,
    pub(super) body: Option<&'a str>,
    pub(super) token: &'a Token,
    pub(super) challenge: Option<&'a Issued>,
    /// When the challenge is dead by this process's clock.
    pub(super) dead_by: Option<Duration>,
    /// Whether the caller chose the name.
    pub(super) named: bool,
}

/// How a call goes on once it has begun.
pub(super) enum Begun {
    First(Held),
    Replay(Held),
    Finished(String),
}

impl Ledger {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, account: OnceLock::new(), witness: Mutex::default(), unproven: Mutex::default() }
    }

    fn witness(&self) -> MutexGuard<'_, Witness> {
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of the store's file.
    pub(super) fn close(&self) {
        self.store.close();
    }

    /// Whether other processes may share the store, and a transaction may wait for them.
    pub(super) fn is_file(&self) -> bool {
        self.store.is_file()
    }

    pub(super) fn unproven(&self) -> MutexGuard<'_, HashMap<String, Unproven>> {
        self.unproven.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// Whose rows these are: the user's, or the first token's as long as no user is known.
    pub(super) fn account(&self) -> String {
        let ledger = &self.shared.ledger;
        if let Some(account) = ledger.account.get() {
            return account.clone();
        }
        match (self.user_id(), &self.token().fingerprint) {
            (Some(user), _) => ledger.account.get_or_init(|| user.to_owned()).clone(),
            (None, Some(token)) => ledger.account.get_or_init(|| format!("{TOKEN_ACCOUNT}{token}")).clone(),
            (None, None) => String::from("anonymous"),
        }
    }

    /// Works on this account's rows, in one transaction.
    pub(super) fn rows<T>(
        &self,
        access: Access,
        work: impl FnOnce(&mut dyn Rows, &mut Witness) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // What is still under way when a client is closed may write how it ended; nothing else opens its store again.
        if self.is_closed() && *self.shared.mutations.borrow() == 0 {
            return Err(closed());
        }
        let run = || {
            let (account, ledger) = (self.account(), &self.shared.ledger);
            let (mut work, mut result) = (Some(work), None);
            ledger.store.transact(&account, access, &mut |rows| {
                let work = work.take().ok_or_else(|| Error::bug("a transaction ran twice"))?;
                // Held while rows are looked at, never while the store is waited for.
                result = Some(work(rows, &mut ledger.witness())?);
                Ok(())
            })?;
            result.ok_or_else(|| Error::bug("a transaction didn't run"))
        };
        if self.shared.ledger.store.is_file() { runtime::waiting(run) } else { run() }
    }

    /// Unix milliseconds by this machine's clock.
    fn wall(&self) -> i64 {
        let since = (self.environment().clock)().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn attempt(&self, draft: &Draft<'_>) -> Attempt {
        Attempt {
            key: draft.key.to_owned(),
            body: draft.body.map(str::to_owned),
            token: draft.token.fingerprint.as_deref().unwrap_or_default().to_owned(),
            begun_at: self.wall(),
            challenge: draft.challenge.cloned(),
        }
    }

    /// Starts, repeats or finds an operation. Under a name that another call is at, waits for that one's result as
    /// long as a call may take.
    pub(super) async fn begin(&self, name: &str, intent: &Intent, draft: &Draft<'_>) -> Result<Begun, Error> {
        let patience = self.now() + self.shared.config.timeouts.call;
        loop {
            let start = Start {
                attempt: self.attempt(draft),
                account: &self.account(),
                named: draft.named,
                now: self.now(),
                dead_by: draft.dead_by,
            };
            let mut marked = None;
            let begun = self.rows(Access::Synced, |rows, witness| {
                let begun = operations::begin(rows, witness, name, intent, &start)?;
                if let Begin::First(row) | Begin::Replay(row) = &begun {
                    marked = Some(row.clone());
                }
                Ok(begun)
            });
            match begun.map_err(|error| self.not_begun(error, marked.as_ref()))? {
                Begin::First(row) => return Ok(Begun::First(self.holding(row))),
                Begin::Replay(row) => return Ok(Begun::Replay(self.holding(row))),
                Begin::Finished(result) => return Ok(Begun::Finished(result)),
                Begin::Busy(row) if !draft.named || self.now() >= patience => return Err(in_progress(&row)),
                Begin::Busy(_) => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// Takes an open operation that nobody is at, to settle it.
    pub(super) fn take(&self, name: &str) -> Result<Option<Held>, Error> {
        let (now, mut marked) = (self.now(), None);
        let taken = self.rows(Access::Batched, |rows, witness| {
            let taken = operations::take(rows, witness, name, now)?;
            marked.clone_from(&taken);
            Ok(taken)
        });
        let taken = taken.map_err(|error| self.not_begun(error, marked.as_ref()))?;
        Ok(taken.map(|row| self.holding(row)))
    }

    /// What was decided couldn't be written: nobody is at it.
    fn not_begun(&self, error: Error, marked: Option<&Row>) -> Error {
        if let Some(row) = marked {
            self.witness(|witness, now| witness.let_go(row, now, false));
        }
        if error.kind() != ErrorKind::Store {
            return error;
        }
        let message = format!("{error}; nothing was sent");
        error.recast(ErrorKind::Store, message)
    }

    fn holding(&self, row: Row) -> Held {
        let sight = self.witness(|witness, now| witness.see(&row, now));
        Held::new(self.clone(), row, sight)
    }

    pub(super) fn witness<T>(&self, work: impl FnOnce(&mut Witness, Duration) -> T) -> T {
        work(&mut self.shared.ledger.witness(), self.now())
    }

    pub(super) fn is_replayable(&self, row: &Row, token: &Token) -> Result<(), Error> {
        let (token, wall) = (token.fingerprint.as_deref().unwrap_or_default(), self.wall());
        self.witness(|witness, now| operations::replayable(witness, row, token, now, wall))
    }
}
