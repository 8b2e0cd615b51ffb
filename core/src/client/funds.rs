//! Releasing and returning funds: ask for a challenge, look at it, confirm it.

use std::fmt;
use std::sync::Arc;

use super::Client;
use super::confirmation::{Confirmation, Sending, mismatch};
use super::review::reviewed;
use super::trades::about;
use crate::error::Error;
use crate::model::{Action, Timestamp, Trade};
use crate::protocol::challenge::ActionReply;
use crate::protocol::operations::Finish;
use crate::protocol::request;
use crate::protocol::rows::{Intent, Kind};

/// Permission to release or return the funds of one trade, to one recipient, once, within a minute.
#[derive(Clone)]
pub struct ActionChallenge {
    inner: Arc<Inner>,
}

struct Inner {
    reply: ActionReply,
    confirmation: Confirmation,
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
        let (client, trade) = (self.clone(), trade.clone());
        self.spawn_read(async move { client.ask_action(trade, action, to).await })?.await
    }

    async fn ask_action(self, trade: Trade, action: Action, to: String) -> Result<ActionChallenge, Error> {
        let token = self.token();
        self.settle_open(trade.id()).await?;
        self.void_older_challenge(trade.id())?;
        let decode = |text: &str| ActionReply::decode(text).map_err(|why| why.to_string());
        let answer =
            self.drive_with(&request::action(trade.id(), action), token.clone(), false, decode).await?;
        let reply = &answer.value;
        if reply.action != action || reply.recipient != to {
            return Err(mismatch(
                format!("{action} to {to}"),
                format!("{} to {}", reply.action, reply.recipient),
            ));
        }
        let confirmation = Confirmation::new(self, token, &trade, None, &answer, answer.value.expires_at)?;
        Ok(ActionChallenge { inner: Arc::new(Inner { reply: answer.value, confirmation }) })
    }
}

impl ActionChallenge {
    /// The trade whose funds move.
    pub fn trade_id(&self) -> &str {
        &self.inner.confirmation.trade_id
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

    /// Moves the funds. Works once. If it fails with [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown), call it again on this same
    /// object: identical key and bytes go out, so nothing moves twice.
    pub async fn confirm(&self, operation: Option<&str>) -> Result<Trade, Error> {
        let (inner, operation) = (self.inner.clone(), operation.map(str::to_owned));
        let client = inner.confirmation.client.clone();
        client.spawn_mutation(async move { inner.confirm(operation).await })?.await
    }
}

impl Inner {
    async fn confirm(&self, operation: Option<String>) -> Result<Trade, Error> {
        let Confirmation { client, token, trade_id, key, issued, .. } = &self.confirmation;
        let ActionReply { action, recipient, code, .. } = &self.reply;
        let intent = Intent::new(Kind::from(*action), Some(trade_id), [("recipient", recipient.clone())]);
        let sending = Sending {
            intent,
            request: |_| request::confirm_action(trade_id, *action, recipient, code.reveal(), key),
            decode: about(trade_id),
            by_reading: |sight| client.prove_action(*action, trade_id, issued, sight, token),
            done: |_: &str, json, _: &Trade| Finish::Done(json),
        };
        self.confirmation.run(operation, sending).await
    }
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
