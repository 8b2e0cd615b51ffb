//! Claiming funds to an address: ask for a challenge, look at it, confirm it, then follow the events.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use super::confirmation::{Confirmation, Sending, mismatch};
use super::review::reviewed;
use super::{Client, Token};
use crate::error::{Change, Error, ErrorKind};
use crate::model::{BtcFeeOption, Crypto, FundExecution, Origin, Timestamp, Trade, Wire};
use crate::protocol::address::{check_address, same_address};
use crate::protocol::challenge::{ClaimReply, Turn, offered_fee};
use crate::protocol::claims::Claim;
use crate::protocol::compare_and_set;
use crate::protocol::operations::{self, Finish};
use crate::protocol::request;
use crate::protocol::rows::{Intent, Kind};
use crate::store::Access;

/// Permission to claim funds of one trade to one address, once, within a minute.
#[derive(Clone)]
pub struct ClaimChallenge {
    inner: Arc<Inner>,
}

struct Inner {
    reply: ClaimReply,
    confirmation: Confirmation,
    /// What the first send chose: a replay sends the same bytes.
    chosen: Mutex<Option<BtcFeeOption>>,
}

impl Client {
    /// Asks to send the funds to an address: the receiver's payout, the sender's return, or the sender's part
    /// of a reduction. Moves nothing yet. Refused while an accepted claim hasn't ended, and for an address that
    /// [`check_address`] refuses; what that only warns of is for a person to see before.
    pub async fn request_claim(&self, trade: &Trade, address: &str) -> Result<ClaimChallenge, Error> {
        reviewed(trade)?;
        check_address(trade.crypto(), address)?;
        if trade.address().is_some_and(|escrow| same_address(trade.crypto(), address, escrow)) {
            let message =
                "address: this is the trade's own escrow address; name one of your own. Nothing was sent";
            return Err(Error::invalid(message));
        }
        let (client, trade, address) = (self.clone(), trade.clone(), address.to_owned());
        self.spawn_read(async move { client.ask_claim(trade, address).await })?.await
    }

    async fn ask_claim(self, trade: Trade, address: String) -> Result<ClaimChallenge, Error> {
        let token = self.token();
        self.settle_open(trade.id()).await?;
        self.void_older_challenge(trade.id())?;
        self.refuse_second_claim(&trade, &token).await?;
        let (current, offset) = self.as_it_stands(&trade, &token).await?;
        let decode = |text: &str| ClaimReply::decode(text).map_err(|why| why.to_string());
        let request = request::claim_funds(trade.id(), &address, trade.crypto());
        let answer = self.drive_with(&request, token.clone(), false, decode).await?;
        let reply = &answer.value;
        if !same_address(trade.crypto(), &address, &reply.address) || reply.crypto != *trade.crypto() {
            let answered = format!("{} at {}", reply.crypto, reply.address);
            return Err(mismatch(format!("{} at {address}", trade.crypto()), answered));
        }
        let confirmation =
            Confirmation::new(self, token, &current, offset, &answer, answer.value.expires_at)?;
        let inner = Inner { reply: answer.value, confirmation, chosen: Mutex::default() };
        Ok(ClaimChallenge { inner: Arc::new(inner) })
    }

    /// The trade right now, and where its events stand; refused if it isn't where the snapshot says. What is claimed
    /// is the server's status, so a claim on an older one would be for something that nobody reviewed.
    async fn as_it_stands(&self, reviewed: &Trade, token: &Token) -> Result<(Trade, Option<i64>), Error> {
        // Two streams of the user may fill both polls for as long as they live: then a claim whose answer is lost is for a
        // person. Any other trouble is waited out first.
        let page = match self.page(reviewed.id(), None, token).await {
            Ok(page) => Some(page.value),
            Err(error) if error.kind() == ErrorKind::RateLimited => None,
            Err(error) => return Err(error),
        };
        let offset = page.as_ref().map(|page| page.next_offset);
        let current = match page.and_then(|mut page| page.events.pop()) {
            Some(event) => event.trade().clone(),
            None => self.current(reviewed.id(), token.clone()).await?,
        };
        if current.status() == reviewed.status() && current.crypto() == reviewed.crypto() {
            return Ok((current, offset));
        }
        let message = format!(
            "this snapshot is of {} at {}, the trade is of {} at {} by now. Read it again before you claim; nothing was sent",
            reviewed.crypto(),
            reviewed.status(),
            current.crypto(),
            current.status()
        );
        let fields = compare_and_set::claim_fields(reviewed, &current);
        let change = Change { reviewed: reviewed.clone(), current, fields, landed: Some(false) };
        Err(Error::new(ErrorKind::ChangedSinceReview, message).with_change(change))
    }

    /// A claim that was accepted counts until its events say that it failed, or the trade moved on.
    async fn refuse_second_claim(&self, trade: &Trade, token: &Token) -> Result<(), Error> {
        let pending = self.rows(Access::Batched, |rows, _| {
            operations::saw_trade(rows, trade)?;
            Ok(rows.facts(trade.id())?.pending)
        })?;
        let events = match pending.and_then(|claim| claim.offset) {
            Some(offset) => self.history(trade.id(), offset, token).await?.0,
            None => Vec::new(),
        };
        let refused = self.rows(Access::Batched, |rows, _| {
            for event in &events {
                operations::saw_event(rows, event)?;
            }
            operations::payout_pending(rows, trade.id())
        })?;
        refused.map_or(Ok(()), Err)
    }
}

impl ClaimChallenge {
    /// The trade whose funds move.
    pub fn trade_id(&self) -> &str {
        &self.inner.confirmation.trade_id
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

    /// Starts the transfer; its receipt reads `pending`, or `failed` if the answer was lost and the events tell that the
    /// transfer failed since: then it may be claimed again. A BTC claim needs one of [`Self::fee_options`], others take none. Works once. If it
    /// fails with [`ErrorKind::OutcomeUnknown`], call it again on this same object: identical key and bytes go out.
    pub async fn confirm(
        &self,
        fee: Option<&BtcFeeOption>,
        operation: Option<&str>,
    ) -> Result<FundExecution, Error> {
        let fee = offered_fee(self.crypto(), self.fee_options(), fee)?;
        if self.inner.confirmation.is_unsettled() && *self.inner.chosen() != fee {
            let message = "this claim was sent with another fee and may still land: repeat it with that one. Nothing was sent";
            return Err(Error::invalid(message));
        }
        let (inner, fee, operation) = (self.inner.clone(), fee, operation.map(str::to_owned));
        let client = inner.confirmation.client.clone();
        client.spawn_mutation(async move { inner.confirm(fee, operation).await })?.await
    }
}

impl Inner {
    fn chosen(&self) -> MutexGuard<'_, Option<BtcFeeOption>> {
        self.chosen.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    async fn confirm(
        &self,
        fee: Option<BtcFeeOption>,
        operation: Option<String>,
    ) -> Result<FundExecution, Error> {
        let Confirmation { client, token, trade_id, key, issued, .. } = &self.confirmation;
        let ClaimReply { address, crypto, code, .. } = &self.reply;
        let values = [
            ("status", issued.status.clone()),
            ("address", address.clone()),
            ("crypto", crypto.to_string()),
            ("revision", issued.revision.to_string()),
        ];
        let intent = Intent::new(Kind::Claim, Some(trade_id), values);
        let request = |turn| {
            let mut chosen = self.chosen();
            if turn == Turn::First {
                *chosen = fee;
            }
            request::confirm_claim(trade_id, (address, crypto), code.reveal(), chosen.as_ref(), key)
        };
        let sending = Sending {
            intent,
            request,
            decode: |text: &str| FundExecution::decode(text, Origin::Server).map_err(|why| why.to_string()),
            by_reading: |sight| client.prove_claim(trade_id, issued, sight, token),
            done: |name: &str, json, receipt: &FundExecution| {
                Finish::Accepted(json, Claim::new(name, receipt, issued))
            },
        };
        self.confirmation.run(operation, sending).await
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
