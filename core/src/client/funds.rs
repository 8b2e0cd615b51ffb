//! Releasing and returning funds: ask for a challenge, look at it, confirm it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use super::call::{Failure, random_key};
use super::review::reviewed;
use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::model::{Action, Origin, Timestamp, Trade, TradeStatus, Wire};
use crate::protocol::challenge::{ActionReply, SingleUse, Turn, lifetime};
use crate::protocol::operations::{Begin, Intent};
use crate::protocol::request;

/// Permission to release or return the funds of one trade, to one recipient, once, within a minute.
#[derive(Clone)]
pub struct ActionChallenge {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    token: Token,
    trade_id: String,
    reply: ActionReply,
    use_once: Arc<Mutex<SingleUse>>,
    name: String,
    key: String,
}

impl Client {
    /// Asks to release the funds to the receiver of this snapshot. Only the sender may. Moves nothing yet.
    pub async fn request_release(&self, trade: &Trade) -> Result<ActionChallenge, Error> {
        self.request_action(trade, Action::Release, trade.receiver()).await
    }

    /// Asks to return the funds to the sender of this snapshot. Only the receiver may. Moves nothing yet.
    pub async fn request_return(&self, trade: &Trade) -> Result<ActionChallenge, Error> {
        self.request_action(trade, Action::Return, trade.sender()).await
    }

    async fn request_action(
        &self,
        trade: &Trade,
        action: Action,
        to: Option<&str>,
    ) -> Result<ActionChallenge, Error> {
        reviewed(trade)?;
        let Some(to) = to.map(str::to_owned) else {
            return Err(Error::invalid(
                "this snapshot names no recipient; read the trade again. Nothing was sent",
            ));
        };
        let (client, id) = (self.clone(), trade.id().to_owned());
        self.spawn_read(async move { client.ask_action(id, action, to).await })?.await
    }

    async fn ask_action(
        self,
        trade_id: String,
        action: Action,
        to: String,
    ) -> Result<ActionChallenge, Error> {
        self.void_older_challenge(&trade_id)?;
        let token = self.token();
        let decode = |text: &str| ActionReply::decode(text).map_err(|why| why.to_string());
        let answer =
            self.drive_with(&request::action(&trade_id, action), token.clone(), false, decode).await?;
        let reply = answer.value;
        if reply.action != action || reply.recipient != to {
            return Err(mismatch(
                format!("{action} to {to}"),
                format!("{} to {}", reply.action, reply.recipient),
            ));
        }
        let use_once = SingleUse::new(answer.sent_at, lifetime(reply.expires_at, answer.date));
        let use_once = self.register_challenge(&trade_id, use_once);
        let (name, key) = (random_key()?, random_key()?);
        let inner = Inner { client: self, token, trade_id, reply, use_once, name, key };
        Ok(ActionChallenge { inner: Arc::new(inner) })
    }

    /// The server voids an older challenge when it makes a new one, so this side does it at once.
    pub(super) fn void_older_challenge(&self, trade_id: &str) -> Result<(), Error> {
        if let Some(open) = self.operations().open_on(trade_id) {
            return Err(open);
        }
        let challenges = self.shared.challenges.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let older = challenges.get(trade_id).and_then(std::sync::Weak::upgrade);
        if older.is_none_or(|older| lock(&older).replace()) {
            return Ok(());
        }
        let message = "a challenge of this trade is being confirmed or its outcome is unknown: settle that first. Nothing was sent";
        Err(Error::new(ErrorKind::OperationInProgress, message))
    }

    pub(super) fn register_challenge(&self, trade_id: &str, challenge: SingleUse) -> Arc<Mutex<SingleUse>> {
        let challenge = Arc::new(Mutex::new(challenge));
        let mut challenges = self.shared.challenges.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        challenges.retain(|_, older| older.strong_count() > 0);
        if let Some(older) =
            challenges.insert(trade_id.to_owned(), Arc::downgrade(&challenge)).and_then(|old| old.upgrade())
        {
            lock(&older).replace();
        }
        challenge
    }
}

impl ActionChallenge {
    /// The trade whose funds move.
    pub fn trade_id(&self) -> &str {
        &self.inner.trade_id
    }

    /// Release or return.
    pub fn action(&self) -> Action {
        self.inner.reply.action
    }

    /// Discord user who will get the funds.
    pub fn recipient(&self) -> &str {
        &self.inner.reply.recipient
    }

    /// When the server stops accepting it.
    pub fn expires_at(&self) -> Timestamp {
        self.inner.reply.expires_at
    }

    /// Moves the funds. Works once. If it fails with [`ErrorKind::OutcomeUnknown`], call it again on this same
    /// object: identical key and bytes go out, so nothing moves twice.
    pub async fn confirm(&self, operation: Option<&str>) -> Result<Trade, Error> {
        let (inner, operation) = (self.inner.clone(), operation.map(str::to_owned));
        let client = inner.client.clone();
        client.spawn_mutation(async move { inner.confirm(operation).await })?.await
    }
}

impl Inner {
    async fn confirm(&self, operation: Option<String>) -> Result<Trade, Error> {
        let client = &self.client;
        let name = operation.unwrap_or_else(|| self.name.clone());
        let ActionReply { action, recipient, code, .. } = &self.reply;
        let values = vec![("recipient", recipient.clone())];
        let intent = Intent { kind: action.as_str(), trade_id: Some(self.trade_id.clone()), values };
        let turn = match client.begin(&name, &intent, &self.key, &self.token)? {
            Begin::Finished(result) => return Trade::decode(&result, Origin::Server).map_err(Error::bug),
            Begin::Replay { key } if key != self.key => {
                return self.settle(&name, &intent, other_challenge()).await;
            }
            Begin::First { .. } | Begin::Replay { .. } => lock(&self.use_once).begin(client.now()),
        };
        let turn = turn.inspect_err(|_| {
            client.operations().forget(&name);
        })?;
        let request = request::confirm_action(&self.trade_id, *action, recipient, code.reveal(), &self.key);
        match client.drive_trade(&request, &self.trade_id, self.token.clone(), turn == Turn::Replay).await {
            Ok(trade) => Ok(self.done(&name, trade)),
            Err(Failure::Failed(error)) => {
                lock(&self.use_once).settled();
                client.operations().forget(&name);
                Err(error)
            }
            Err(Failure::Unproven(error)) => self.settle(&name, &intent, error).await,
        }
    }

    fn done(&self, name: &str, trade: Trade) -> Trade {
        lock(&self.use_once).settled();
        self.client.operations().done(name, trade.to_json());
        trade
    }

    /// The status proves that the funds moved on; it can never prove that they didn't.
    async fn settle(&self, name: &str, intent: &Intent, last: Error) -> Result<Trade, Error> {
        let moved_to = match self.reply.action {
            Action::Release => TradeStatus::WaitingAddress,
            Action::Return => TradeStatus::WaitingReturnAddress,
        };
        match self.client.current(&self.trade_id, self.token.clone()).await {
            Ok(trade) if *trade.status() == moved_to => Ok(self.done(name, trade)),
            _ => {
                lock(&self.use_once).unsettled();
                Err(self.client.leave_unknown(name, intent, last))
            }
        }
    }
}

pub(super) fn lock(challenge: &Mutex<SingleUse>) -> MutexGuard<'_, SingleUse> {
    challenge.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

pub(super) fn mismatch(asked: String, answered: String) -> Error {
    let message = format!(
        "AutoPlus answered with a challenge for something else than was asked ({answered} instead of {asked}); it was thrown away. Read the trade again"
    );
    Error::new(ErrorKind::Conflict, message)
}

pub(super) fn other_challenge() -> Error {
    Error::new(ErrorKind::Conflict, "this name was sent with another challenge, whose answer was lost")
}

impl fmt::Debug for ActionChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActionChallenge")
            .field("trade_id", &self.trade_id())
            .field("action", &self.action())
            .field("recipient", &self.recipient())
            .field("expires_at", &self.expires_at())
            .field("confirmation_code", &"***")
            .finish()
    }
}
