//! Confirming a challenge, once: the same for releases, returns and claims.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};
use std::time::Duration;

use super::call::{Failure, Reply};
use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::model::{Origin, Timestamp, Trade, Wire};
use crate::protocol::assumptions::UNDATED_MARGIN;
use crate::protocol::challenge::{SingleUse, Turn, lifetime};
use crate::protocol::operations::{Begin, Intent, Issued, Operations, Start, in_progress};
use crate::protocol::proof::{Death, Proof};
use crate::protocol::request::Request;

/// One challenge's single use, with the key and the token that it is bound to.
pub(super) struct Confirmation {
    pub(super) client: Client,
    pub(super) token: Token,
    pub(super) trade_id: String,
    pub(super) key: String,
    pub(super) issued: Issued,
    use_once: Arc<Mutex<SingleUse>>,
    /// The operation's name at its first use; repeating without a name means the same one.
    name: OnceLock<String>,
}

/// What one kind of confirmation sends and how its answers are read.
pub(super) struct Sending<R, D, P, A> {
    pub(super) intent: Intent,
    /// The bytes, which are the same at every turn.
    pub(super) request: R,
    pub(super) decode: D,
    /// Asked when the answers prove nothing, with the moment since which nothing was on its way.
    pub(super) by_reading: P,
    /// What else is noted when it is done, in the same moment.
    pub(super) also: A,
}

impl Confirmation {
    pub(super) fn new<T>(
        client: Client,
        token: Token,
        trade: &Trade,
        offset: Option<i64>,
        answer: &Reply<T>,
        expires_at: Timestamp,
    ) -> Result<Self, Error> {
        let lifetime = lifetime(expires_at, answer.date);
        let death = Death { expires_at, attempt: client.shared.config.timeouts.attempt };
        let dead_by = answer.sent_at + lifetime + death.delay() + UNDATED_MARGIN;
        let (status, revision) = (trade.status().clone(), trade.revision());
        let foreign = client.operations().transfers(trade.id());
        let issued = Issued { death, dead_by, status, revision, offset, foreign };
        let use_once = client.register_challenge(trade.id(), SingleUse::new(answer.sent_at, lifetime));
        let (trade_id, key) = (trade.id().to_owned(), client.environment().random_key()?);
        Ok(Self { client, token, trade_id, key, issued, use_once, name: OnceLock::new() })
    }

    /// Whether it was sent and nothing proves what became of it.
    pub(super) fn is_unsettled(&self) -> bool {
        lock(&self.use_once).is_unsettled()
    }

    /// Sends the confirmation, or repeats one whose outcome is unknown.
    pub(super) async fn run<T, R, D, P, F, A>(
        &self,
        operation: Option<String>,
        sending: Sending<R, D, P, A>,
    ) -> Result<T, Error>
    where
        T: Wire,
        R: FnOnce(Turn) -> Request,
        D: Fn(&str) -> Result<T, String>,
        P: Fn(Duration) -> F,
        F: Future<Output = Proof<T>>,
        A: FnOnce(&mut Operations, &str, &T),
    {
        let client = &self.client;
        let Sending { intent, request, decode, by_reading, also } = sending;
        let fallback = client.environment().random_key()?;
        let named = operation.is_some();
        let name = operation.unwrap_or_else(|| self.name.get().cloned().unwrap_or(fallback));
        // That this challenge was used or replaced says more than that something is open.
        let begun = self.begin(&name, named, &intent);
        let begun = begun.map_err(|open| lock(&self.use_once).spent().unwrap_or(open));
        let (turn, quiet_since) = match begun? {
            Begin::Finished(result) => return T::decode(&result, Origin::Server).map_err(Error::bug),
            Begin::Replay { key, .. } if key != self.key => (Err(in_progress(&name, &intent)), None),
            Begin::First { .. } => (lock(&self.use_once).begin(client.now()), None),
            Begin::Replay { quiet_since, .. } => {
                (lock(&self.use_once).begin(client.now()), Some(quiet_since))
            }
        };
        // Refused before anything was sent: a name that just began is free again, one that is unknown stays so.
        let turn = turn.inspect_err(|_| client.operations().abandon(&name))?;
        let _ = self.name.set(name.clone());
        let known = match quiet_since {
            Some(quiet_since) => by_reading(quiet_since).await,
            None => Proof::Nothing,
        };
        let (proof, last) = match known {
            Proof::Nothing if quiet_since.is_some_and(|since| self.waits_for_quiet(since)) => {
                client.operations().abandon(&name);
                lock(&self.use_once).unsettled();
                let message = "this challenge is past its time, and whether it took effect isn't known yet; nothing was sent. Confirm it again in some seconds, when reading can prove it";
                let error = Error::new(ErrorKind::OutcomeUnknown, message);
                return Err(error.with_operation(intent.named(&name)));
            }
            Proof::Nothing => {
                let replay = turn == Turn::Replay;
                match client.drive_with(&request(turn), self.token.clone(), replay, decode).await {
                    Ok(reply) => (Proof::Done(reply.value), None),
                    Err(Failure::Failed(error)) => {
                        lock(&self.use_once).refused(&error);
                        client.operations().void(&name);
                        return Err(error);
                    }
                    Err(Failure::Unproven(error)) => (by_reading(client.now()).await, Some(error)),
                }
            }
            proof => (proof, None),
        };
        match (proof, last) {
            (Proof::Done(value), _) => {
                let mut json = String::new();
                value.encode(&mut json);
                let mut operations = client.operations();
                operations.done(&name, json);
                also(&mut operations, &name, &value);
                lock(&self.use_once).settled();
                Ok(value)
            }
            (Proof::NotDone, last) => {
                lock(&self.use_once).settled();
                client.operations().void(&name);
                let message = "reading proves that nothing happened, and this challenge is past its time. Request a new one";
                let last = last.unwrap_or_else(|| Error::new(ErrorKind::ChallengeExpired, message));
                Err(last.recast(ErrorKind::ChallengeExpired, message))
            }
            (Proof::Nothing, last) => {
                lock(&self.use_once).unsettled();
                let last = last.unwrap_or_else(|| Error::bug("a success that proves nothing"));
                Err(client.leave_unknown(&name, &intent, last))
            }
        }
    }

    /// Past its death one more send would only put off the moment from which reading disproves: first it is quiet for
    /// as long as an attempt may take.
    fn waits_for_quiet(&self, quiet_since: Duration) -> bool {
        let now = self.client.now();
        now + UNDATED_MARGIN > self.issued.dead_by && now <= quiet_since + self.issued.death.attempt
    }

    fn begin(&self, name: &str, named: bool, intent: &Intent) -> Result<Begin, Error> {
        let challenge = Some(&self.issued);
        let start =
            Start { key: &self.key, now: self.client.now(), token: self.token.generation, challenge, named };
        self.client.operations().begin(name, intent, start)
    }
}

impl Client {
    /// The server voids an older challenge when it makes a new one, so this side does it at once.
    pub(super) fn void_older_challenge(&self, trade_id: &str) -> Result<(), Error> {
        let challenges = self.shared.challenges.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let older = challenges.get(trade_id).and_then(Weak::upgrade);
        if older.is_none_or(|older| lock(&older).replace()) {
            return Ok(());
        }
        let message = "a challenge of this trade is being confirmed or its outcome is unknown: settle that first. Nothing was sent";
        Err(Error::new(ErrorKind::OperationInProgress, message))
    }

    /// What became of a trade's challenge is known, or a person let go of it.
    pub(super) fn retire_challenge(&self, trade_id: &str) {
        let challenges = self.shared.challenges.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(challenge) = challenges.get(trade_id).and_then(Weak::upgrade) {
            lock(&challenge).settled();
        }
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
