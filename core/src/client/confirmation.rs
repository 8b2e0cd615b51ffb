//! Confirming a challenge, once: the same for releases, returns and claims.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};

use super::call::{Failure, Reply, random_key};
use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::model::{Origin, Timestamp, Wire};
use crate::protocol::challenge::{SingleUse, Turn, lifetime};
use crate::protocol::operations::{Begin, Intent};
use crate::protocol::request::Request;

/// One challenge's single use, with the key and the token that it is bound to.
pub(super) struct Confirmation {
    pub(super) client: Client,
    pub(super) token: Token,
    pub(super) trade_id: String,
    pub(super) key: String,
    use_once: Arc<Mutex<SingleUse>>,
    /// The operation's name at its first use; repeating without a name means the same one.
    name: OnceLock<String>,
}

/// How a confirmation ended well.
pub(super) enum Settled<T> {
    /// Now, under this name.
    Now(T, String),
    /// Before; nothing was sent.
    Before(T),
}

impl Confirmation {
    pub(super) fn new<T>(
        client: Client,
        token: Token,
        trade_id: &str,
        answer: &Reply<T>,
        expires_at: Timestamp,
    ) -> Result<Self, Error> {
        let use_once = SingleUse::new(answer.sent_at, lifetime(expires_at, answer.date));
        let use_once = client.register_challenge(trade_id, use_once);
        let (trade_id, key) = (trade_id.to_owned(), random_key()?);
        Ok(Self { client, token, trade_id, key, use_once, name: OnceLock::new() })
    }

    /// Whether it was sent and nothing proves what became of it.
    pub(super) fn is_unsettled(&self) -> bool {
        lock(&self.use_once).is_unsettled()
    }

    /// Sends the confirmation, or repeats one whose outcome is unknown. `by_reading` is asked when the answers
    /// prove nothing.
    pub(super) async fn run<T: Wire>(
        &self,
        operation: Option<String>,
        intent: Intent,
        request: impl FnOnce(Turn) -> Request,
        decode: impl Fn(&str) -> Result<T, String>,
        by_reading: impl Future<Output = Option<T>>,
    ) -> Result<Settled<T>, Error> {
        let client = &self.client;
        let fallback = random_key()?;
        let name = operation.unwrap_or_else(|| self.name.get().cloned().unwrap_or(fallback));
        let turn = match client.begin(&name, &intent, &self.key, &self.token)? {
            Begin::Finished(result) => {
                return T::decode(&result, Origin::Server).map(Settled::Before).map_err(Error::bug);
            }
            Begin::Replay { key } if key != self.key => {
                let other = Error::new(
                    ErrorKind::Conflict,
                    "it was sent with another challenge, whose answer was lost",
                );
                return self
                    .settled(name, by_reading.await)
                    .map_err(|name| client.leave_unknown(&name, &intent, other));
            }
            Begin::First { .. } | Begin::Replay { .. } => lock(&self.use_once).begin(client.now()),
        };
        // Refused before anything was sent: a name that just began is free again, one that is unknown stays so.
        let turn = turn.inspect_err(|_| client.operations().abandon(&name))?;
        let _ = self.name.set(name.clone());
        let request = request(turn);
        match client.drive_with(&request, self.token.clone(), turn == Turn::Replay, decode).await {
            Ok(reply) => self.settled(name, Some(reply.value)).map_err(Error::bug),
            Err(Failure::Failed(error)) => {
                lock(&self.use_once).refused(&error);
                client.operations().forget(&name);
                Err(error)
            }
            Err(Failure::Unproven(error)) => self.settled(name, by_reading.await).map_err(|name| {
                lock(&self.use_once).unsettled();
                client.leave_unknown(&name, &intent, error)
            }),
        }
    }

    fn settled<T: Wire>(&self, name: String, proof: Option<T>) -> Result<Settled<T>, String> {
        let Some(value) = proof else { return Err(name) };
        lock(&self.use_once).settled();
        let mut json = String::new();
        value.encode(&mut json);
        self.client.operations().done(&name, json);
        Ok(Settled::Now(value, name))
    }
}

impl Client {
    /// The server voids an older challenge when it makes a new one, so this side does it at once.
    pub(super) fn void_older_challenge(&self, trade_id: &str) -> Result<(), Error> {
        if let Some(open) = self.operations().open_on(trade_id) {
            return Err(open);
        }
        let challenges = self.shared.challenges.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let older = challenges.get(trade_id).and_then(Weak::upgrade);
        if older.is_none_or(|older| lock(&older).replace()) {
            return Ok(());
        }
        let message = "a challenge of this trade is being confirmed or its outcome is unknown: settle that first. Nothing was sent";
        Err(Error::new(ErrorKind::OperationInProgress, message))
    }

    fn register_challenge(&self, trade_id: &str, challenge: SingleUse) -> Arc<Mutex<SingleUse>> {
        let challenge = Arc::new(Mutex::new(challenge));
        let mut challenges = self.shared.challenges.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        challenges.retain(|_, older| older.strong_count() > 0);
        let older = challenges.insert(trade_id.to_owned(), Arc::downgrade(&challenge));
        if let Some(older) = older.and_then(|older| older.upgrade()) {
            lock(&older).replace();
        }
        challenge
    }
}

fn lock(challenge: &Mutex<SingleUse>) -> MutexGuard<'_, SingleUse> {
    challenge.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// A challenge for something else than was asked is never confirmed.
pub(super) fn mismatch(asked: String, answered: String) -> Error {
    let message = format!(
        "AutoPlus answered with a challenge for something else than was asked ({answered} instead of {asked}); it was thrown away. Read the trade again"
    );
    Error::new(ErrorKind::Conflict, message)
}
