//! Releasing and returning funds: ask for a challenge, look at it, confirm it.

use std::fmt;
use std::sync::Arc;

use super::Client;
use super::confirmation::{Confirmation, Settled, mismatch};
use super::review::reviewed;
use super::trades::about;
use crate::error::Error;
use crate::model::{Action, Timestamp, Trade, TradeStatus};
use crate::protocol::challenge::ActionReply;
use crate::protocol::operations::Intent;
use crate::protocol::request;

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
        let reply = &answer.value;
        if reply.action != action || reply.recipient != to {
            return Err(mismatch(
                format!("{action} to {to}"),
                format!("{} to {}", reply.action, reply.recipient),
            ));
        }
        let confirmation = Confirmation::new(self, token, &trade_id, &answer, answer.value.expires_at)?;
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
        let Confirmation { client, token, trade_id, key, .. } = &self.confirmation;
        let ActionReply { action, recipient, code, .. } = &self.reply;
        let values = vec![("recipient", recipient.clone())];
        let intent = Intent { kind: action.as_str(), trade_id: Some(trade_id.clone()), values };
        let request = |_| request::confirm_action(trade_id, *action, recipient, code.reveal(), key);
        // The status can prove that the funds moved on; it can never prove that they didn't.
        let by_reading = async {
            let moved_to = match action {
                Action::Release => TradeStatus::WaitingAddress,
                Action::Return => TradeStatus::WaitingReturnAddress,
            };
            let trade = client.current(trade_id, token.clone()).await.ok()?;
            (*trade.status() == moved_to).then_some(trade)
        };
        match self.confirmation.run(operation, intent, request, about(trade_id), by_reading).await? {
            Settled::Now(trade, _) | Settled::Before(trade) => Ok(trade),
        }
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
