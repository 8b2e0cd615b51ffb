//! Claiming funds to an address: ask for a challenge, look at it, confirm it, then follow the events.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use super::call::{Failure, random_key};
use super::funds::{lock, mismatch, other_challenge};
use super::review::reviewed;
use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::model::{
    BtcFeeOption, Crypto, EventPage, FundExecution, Origin, Timestamp, Trade, TradeStatus, Wire,
};
use crate::protocol::challenge::{ClaimReply, SingleUse, Turn, check_fee, lifetime, same_address};
use crate::protocol::operations::{Begin, Intent};
use crate::protocol::request;

/// Permission to claim funds of one trade to one address, once, within a minute.
#[derive(Clone)]
pub struct ClaimChallenge {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    token: Token,
    trade_id: String,
    status: TradeStatus,
    reply: ClaimReply,
    /// Where the trade's events stood before the claim: its own come later.
    offset: Option<i64>,
    use_once: Arc<Mutex<SingleUse>>,
    /// What the first send chose: a replay sends the same bytes.
    chosen: OnceLock<Option<BtcFeeOption>>,
    name: String,
    key: String,
}

impl Client {
    /// Asks to send the funds to an address: the receiver's payout, the sender's return, or the sender's part
    /// of a reduction. Moves nothing yet. Refused while an accepted claim hasn't ended.
    pub async fn request_claim(&self, trade: &Trade, address: &str) -> Result<ClaimChallenge, Error> {
        reviewed(trade)?;
        if address.is_empty() || !address.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::invalid("address: expected one address, without spaces; nothing was sent"));
        }
        let (client, trade, address) = (self.clone(), trade.clone(), address.to_owned());
        self.spawn_read(async move { client.ask_claim(trade, address).await })?.await
    }

    async fn ask_claim(self, trade: Trade, address: String) -> Result<ClaimChallenge, Error> {
        self.void_older_challenge(trade.id())?;
        let token = self.token();
        self.refuse_second_claim(&trade, &token).await?;
        let offset = self.page(trade.id(), None, &token).await.ok().map(|page| page.next_offset);
        let decode = |text: &str| ClaimReply::decode(text).map_err(|why| why.to_string());
        let request = request::claim_funds(trade.id(), &address, trade.crypto());
        let answer = self.drive_with(&request, token.clone(), false, decode).await?;
        let reply = answer.value;
        if !same_address(&address, &reply.address) || reply.crypto != *trade.crypto() {
            let answered = format!("{} at {}", reply.crypto, reply.address);
            return Err(mismatch(format!("{} at {address}", trade.crypto()), answered));
        }
        let use_once = SingleUse::new(answer.sent_at, lifetime(reply.expires_at, answer.date));
        let use_once = self.register_challenge(trade.id(), use_once);
        let (name, key) = (random_key()?, random_key()?);
        let (trade_id, status) = (trade.id().to_owned(), trade.status().clone());
        let inner = Inner {
            client: self,
            token,
            trade_id,
            status,
            reply,
            offset,
            use_once,
            chosen: OnceLock::new(),
            name,
            key,
        };
        Ok(ClaimChallenge { inner: Arc::new(inner) })
    }

    /// A claim that was accepted counts until its events say that it failed, or the trade moved on.
    async fn refuse_second_claim(&self, trade: &Trade, token: &Token) -> Result<(), Error> {
        let Some(offset) = self.operations().pending_claim(trade) else { return Ok(()) };
        if offset.is_some() {
            let page = self.page(trade.id(), offset, token).await?;
            let mut operations = self.operations();
            page.events.iter().for_each(|event| operations.saw(event));
        }
        if self.operations().pending_claim(trade).is_none() {
            return Ok(());
        }
        let message = "a claim of this trade was accepted and its transfer hasn't ended: follow the events. Nothing was sent";
        Err(Error::new(ErrorKind::OperationInProgress, message))
    }

    /// One look at the events, without waiting for new ones.
    async fn page(&self, trade_id: &str, offset: Option<i64>, token: &Token) -> Result<EventPage, Error> {
        let decode = |text: &str| EventPage::decode(text).map_err(|why| why.to_string());
        Ok(self.drive_with(&request::events(trade_id, offset, 0), token.clone(), false, decode).await?.value)
    }
}

impl ClaimChallenge {
    /// The trade whose funds move.
    pub fn trade_id(&self) -> &str {
        &self.inner.trade_id
    }

    /// The address, as the server wrote it.
    pub fn address(&self) -> &str {
        &self.inner.reply.address
    }

    /// What will be sent.
    pub fn crypto(&self) -> &Crypto {
        &self.inner.reply.crypto
    }

    /// When the server stops accepting it.
    pub fn expires_at(&self) -> Timestamp {
        self.inner.reply.expires_at
    }

    /// The fees to choose from; empty except for BTC.
    pub fn fee_options(&self) -> &[BtcFeeOption] {
        &self.inner.reply.fee_options
    }

    /// Starts the transfer. A BTC claim needs one of [`Self::fee_options`], others take none. Works once. If it
    /// fails with [`ErrorKind::OutcomeUnknown`], call it again on this same object: identical key and bytes go out.
    pub async fn confirm(
        &self,
        fee: Option<&BtcFeeOption>,
        operation: Option<&str>,
    ) -> Result<FundExecution, Error> {
        check_fee(self.crypto(), self.fee_options(), fee)?;
        if self.inner.chosen.get().is_some_and(|chosen| chosen.as_ref() != fee) {
            return Err(Error::invalid(
                "this claim was sent with another fee already: repeat it with that one. Nothing was sent",
            ));
        }
        let (inner, fee, operation) = (self.inner.clone(), fee.cloned(), operation.map(str::to_owned));
        let client = inner.client.clone();
        client.spawn_mutation(async move { inner.confirm(fee, operation).await })?.await
    }
}

impl Inner {
    async fn confirm(
        &self,
        fee: Option<BtcFeeOption>,
        operation: Option<String>,
    ) -> Result<FundExecution, Error> {
        let client = &self.client;
        let name = operation.unwrap_or_else(|| self.name.clone());
        let ClaimReply { address, crypto, code, .. } = &self.reply;
        let values = vec![
            ("status", self.status.to_string()),
            ("address", address.clone()),
            ("crypto", crypto.to_string()),
        ];
        let intent = Intent { kind: "claim", trade_id: Some(self.trade_id.clone()), values };
        let turn = match client.begin(&name, &intent, &self.key, &self.token)? {
            Begin::Finished(result) => {
                return FundExecution::decode(&result, Origin::Server).map_err(Error::bug);
            }
            Begin::Replay { key } if key != self.key => {
                return self.settle(&name, &intent, other_challenge()).await;
            }
            Begin::First { .. } | Begin::Replay { .. } => lock(&self.use_once).begin(client.now()),
        };
        let turn = turn.inspect_err(|_| {
            client.operations().forget(&name);
        })?;
        let fee = self.chosen.get_or_init(|| fee);
        let request =
            request::confirm_claim(&self.trade_id, (address, crypto), code.reveal(), fee.as_ref(), &self.key);
        match client.drive::<FundExecution>(&request, self.token.clone(), turn == Turn::Replay).await {
            Ok(reply) => Ok(self.done(&name, reply.value)),
            Err(Failure::Failed(error)) => {
                lock(&self.use_once).settled();
                client.operations().forget(&name);
                Err(error)
            }
            Err(Failure::Unproven(error)) => self.settle(&name, &intent, error).await,
        }
    }

    fn done(&self, name: &str, execution: FundExecution) -> FundExecution {
        lock(&self.use_once).settled();
        let mut operations = self.client.operations();
        operations.done(name, execution.to_json());
        operations.claim_accepted(&self.trade_id, self.status.clone(), self.offset);
        execution
    }

    /// An execution after our offset proves that a claim was accepted; silence proves nothing.
    async fn settle(&self, name: &str, intent: &Intent, last: Error) -> Result<FundExecution, Error> {
        let page = match self.offset {
            Some(offset) => self.client.page(&self.trade_id, Some(offset), &self.token).await.ok(),
            None => None,
        };
        let found = page.iter().flat_map(|page| &page.events).find_map(|event| {
            let execution = event.changes().execution()?;
            FundExecution::accepted(execution.id()?, execution.state().as_str())
        });
        match found {
            Some(execution) => Ok(self.done(name, execution)),
            None => {
                lock(&self.use_once).unsettled();
                Err(self.client.leave_unknown(name, intent, last))
            }
        }
    }
}

impl fmt::Debug for ClaimChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimChallenge")
            .field("trade_id", &self.trade_id())
            .field("address", &self.address())
            .field("crypto", &self.crypto())
            .field("expires_at", &self.expires_at())
            .field("fee_options", &self.fee_options())
            .field("confirmation_code", &"***")
            .finish()
    }
}
