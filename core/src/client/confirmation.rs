//! Confirming a challenge, once: the same for releases, returns and claims.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};
use std::time::Duration;

use super::call::{Failure, Reply};
use super::held::Held;
use super::ledger::{Begun, Draft, Unproven};
use super::trades::checked_name;
use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::model::{Origin, Timestamp, Trade, Wire};
use crate::operation::Operation;
use crate::protocol::assumptions::UNDATED_MARGIN;
use crate::protocol::challenge::{SingleUse, Turn, lifetime};
use crate::protocol::operations::Finish;
use crate::protocol::proof::{Death, Proof};
use crate::protocol::request::Request;
use crate::protocol::rows::{Intent, Issued};
use crate::protocol::witness::Sight;
use crate::store::Access;

/// One challenge's single use, with the key and the token that it is bound to.
pub(super) struct Confirmation {
    pub(super) client: Client,
    pub(super) token: Token,
    pub(super) trade_id: String,
    pub(super) key: String,
    pub(super) issued: Issued,
    /// When it is dead by this process's clock, for answers without a `Date`.
    dead_by: Duration,
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
    /// Asked when the answers prove nothing, with what this process knows of the attempt.
    pub(super) by_reading: P,
    /// What is written down when it is done.
    pub(super) done: A,
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
        let dated = answer.date.and_then(Timestamp::of_system_time);
        let death = Death { expires_at, dated, attempt: client.shared.config.timeouts.attempt };
        let dead_by = answer.sent_at + lifetime + death.delay() + UNDATED_MARGIN;
        let (status, revision) = (trade.status().to_string(), trade.revision());
        let foreign = client.rows(Access::Read, |rows, _| Ok(rows.facts(trade.id())?.transfers()))?;
        let issued = Issued { death, status, revision, offset, foreign };
        let use_once = client.register_challenge(trade.id(), SingleUse::new(answer.sent_at, lifetime));
        let (trade_id, key) = (trade.id().to_owned(), client.environment().random_key()?);
        Ok(Self { client, token, trade_id, key, issued, dead_by, use_once, name: OnceLock::new() })
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
        P: Fn(Sight) -> F,
        F: Future<Output = Proof<T>>,
        A: FnOnce(&str, String, &T) -> Finish,
    {
        let client = &self.client;
        let Sending { intent, request, decode, by_reading, done } = sending;
        let fallback = client.environment().random_key()?;
        let operation = operation.map(checked_name).transpose()?;
        let named = operation.is_some();
        let name = operation.unwrap_or_else(|| self.name.get().cloned().unwrap_or(fallback));
        // That this challenge was used or replaced says more than that something is open.
        let begun = client.begin(&name, &intent, &self.draft(named)).await;
        let begun = begun.map_err(|open| lock(&self.use_once).spent().unwrap_or(open));
        let (mut held, again) = match begun? {
            Begun::Finished(result) => return T::decode(&result, Origin::Server).map_err(Error::bug),
            Begun::First(held) => (held, false),
            Begun::Replay(held) => (held, true),
        };
        // Refused before anything was sent: a name that just began is free again, one that is unknown stays so.
        let turn = lock(&self.use_once).begin(client.now())?;
        let _unless_cut_off = CutOff(&self.use_once);
        let _ = self.name.set(name.clone());
        let known = if again { by_reading(held.sight).await } else { Proof::Nothing };
        let (proof, last) = match known {
            Proof::NotYet => {
                lock(&self.use_once).unsettled();
                let message = "this challenge is past its time, and whether it took effect isn't known yet; nothing was sent. Confirm it again in some seconds, when reading can prove it";
                let error = Error::new(ErrorKind::OutcomeUnknown, message);
                return Err(error.with_operation(Operation::of(&held.row)));
            }
            Proof::Nothing => {
                let first_before = Some(lock(&self.use_once).good_until());
                let request = Request { first_before, ..request(turn) };
                // Kept for whoever settles it in this process, and wiped once it is settled.
                let (trade_id, token) = (self.trade_id.clone(), self.token.clone());
                let unproven = Unproven { trade_id, request: request.clone(), token };
                client.shared.ledger.unproven().insert(self.key.clone(), unproven);
                let replay = again || turn == Turn::Replay;
                held.sending();
                let answer = client.drive_with(&request, self.token.clone(), replay, &decode).await;
                held.quiet();
                match answer {
                    Ok(reply) => (Proof::Done(reply.value), None),
                    Err(Failure::Failed(error)) => return Err(self.refused(held, error)),
                    Err(Failure::Unproven(error)) => (by_reading(held.sight).await, Some(error)),
                }
            }
            proof => (proof, None),
        };
        match (proof, last) {
            (Proof::Done(value), _) => {
                let mut json = String::new();
                value.encode(&mut json);
                let finish = done(&held.row.name, json, &value);
                let told = held.tell(finish, Ok(value), "it took effect");
                let mut use_once = lock(&self.use_once);
                if told.is_ok() {
                    use_once.settled()
                } else {
                    use_once.unsettled()
                }
                told
            }
            (Proof::NotDone, last) => {
                let message = "reading proves that nothing happened, and this challenge is past its time. Request a new one";
                let last = last.unwrap_or_else(|| Error::new(ErrorKind::ChallengeExpired, message));
                let error = self.refused(held, last.recast(ErrorKind::ChallengeExpired, message));
                if error.kind() == ErrorKind::ChallengeExpired {
                    lock(&self.use_once).settled();
                }
                Err(error)
            }
            (Proof::Nothing | Proof::NotYet, last) => {
                lock(&self.use_once).unsettled();
                let last = last.unwrap_or_else(|| Error::bug("a success that proves nothing"));
                Err(held.left_unknown(last))
            }
        }
    }

    /// Proven: nothing happened. Told once that is written down.
    fn refused(&self, held: Held, error: Error) -> Error {
        let row = held.row.clone();
        match held.finish(Finish::Void) {
            Ok(_) => {
                lock(&self.use_once).refused(&error);
                error
            }
            Err(unwritten) => {
                lock(&self.use_once).unsettled();
                let unknown = unwritten.told(&row, &format!("it had no effect ({error})"));
                unknown.err().unwrap_or_else(|| Error::bug("refused here, and done elsewhere"))
            }
        }
    }

    fn draft(&self, named: bool) -> Draft<'_> {
        Draft {
            key: &self.key,
            body: None,
            token: &self.token,
            challenge: Some(&self.issued),
            dead_by: Some(self.dead_by),
            named,
        }
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

    /// What became of a trade's challenge is known, or a person let go of it: its code is needed no more.
    pub(super) fn retire_challenge(&self, trade_id: &str) {
        self.challenge_of(trade_id, SingleUse::settled);
        self.shared.ledger.unproven().retain(|_, unproven| unproven.trade_id != trade_id);
    }

    /// Nothing is open on this trade: another process settled what this one's challenge left, if it left anything.
    pub(super) fn retire_unsettled_challenge(&self, trade_id: &str) {
        let mut retired = false;
        self.challenge_of(trade_id, |challenge| {
            if challenge.is_unsettled() {
                challenge.settled();
                retired = true;
            }
        });
        if retired {
            self.shared.ledger.unproven().retain(|_, unproven| unproven.trade_id != trade_id);
        }
    }

    fn challenge_of(&self, trade_id: &str, change: impl FnOnce(&mut SingleUse)) {
        let challenges = self.shared.challenges.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(challenge) = challenges.get(trade_id).and_then(Weak::upgrade) {
            change(&mut lock(&challenge));
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

/// A call that is cut off halfway leaves its challenge unsettled, never in use for ever.
struct CutOff<'a>(&'a Mutex<SingleUse>);

impl Drop for CutOff<'_> {
    fn drop(&mut self) {
        lock(self.0).cut_off();
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
