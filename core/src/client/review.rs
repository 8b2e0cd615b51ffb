//! Identification and terms. Each call takes the snapshot that was reviewed and sends its values.

use super::Client;
use super::call::Failure;
use crate::error::{Change, Error, ErrorKind};
use crate::model::{Role, Trade, TradeTerms};
use crate::protocol::assumptions::{STALE_CODES, TERMS_LIMIT};
use crate::protocol::compare_and_set::{self, Effect, Reading};
use crate::protocol::request::{self, Request};

impl Client {
    /// Takes a role after identification was reset.
    pub async fn choose_role(&self, trade: &Trade, role: Role) -> Result<Trade, Error> {
        reviewed(trade)?;
        self.review(trade, Effect::ChooseRole(role), request::choose_role(trade, role)).await
    }

    /// Confirms exactly the sender and receiver of this snapshot.
    pub async fn confirm_identification(&self, trade: &Trade) -> Result<Trade, Error> {
        reviewed(trade)?;
        let (Some(sender), Some(receiver)) = (trade.sender(), trade.receiver()) else {
            let message = "there is nobody to confirm: a role is still free in this snapshot. Choose roles first; nothing was sent";
            return Err(Error::invalid(message));
        };
        let request = request::confirm_identification(trade, sender, receiver);
        self.review(trade, Effect::ConfirmIdentification, request).await
    }

    /// Clears both roles and their confirmations.
    pub async fn reset_identification(&self, trade: &Trade) -> Result<Trade, Error> {
        reviewed(trade)?;
        self.review(trade, Effect::ResetIdentification, request::reset_identification(trade)).await
    }

    /// Sets or replaces this account's terms, or clears them with `None`. At most 896 UTF-16 code units.
    pub async fn set_terms(&self, trade: &Trade, text: Option<&str>) -> Result<Trade, Error> {
        let terms = reviewed_terms(trade)?;
        let length = text.map(|text| text.encode_utf16().count()).unwrap_or_default();
        if length > TERMS_LIMIT {
            let message = format!(
                "terms may have {TERMS_LIMIT} UTF-16 code units, these have {length}; nothing was sent"
            );
            return Err(Error::invalid(message));
        }
        let request = request::set_terms(trade.id(), text, terms.version());
        self.review(trade, Effect::SetTerms(text.map(str::to_owned)), request).await
    }

    /// Confirms exactly both terms of this snapshot.
    pub async fn confirm_terms(&self, trade: &Trade) -> Result<Trade, Error> {
        let terms = reviewed_terms(trade)?;
        self.review(trade, Effect::ConfirmTerms, request::confirm_terms(trade.id(), terms)).await
    }

    async fn review(&self, trade: &Trade, effect: Effect, request: Request) -> Result<Trade, Error> {
        let review = Review { client: self.clone(), reviewed: trade.clone(), effect, request };
        self.spawn_mutation(async move { review.run().await })?.await
    }
}

struct Review {
    client: Client,
    reviewed: Trade,
    effect: Effect,
    request: Request,
}

impl Review {
    async fn run(self) -> Result<Trade, Error> {
        let token = self.client.token();
        let last =
            match self.client.drive_trade(&self.request, self.reviewed.id(), token.clone(), false).await {
                Ok(current) => return self.compared(current),
                Err(Failure::Failed(error)) => return self.explained(error).await,
                Err(Failure::Unproven(error)) => error,
            };
        if let Some(result) = self.settled(&last).await {
            return result;
        }
        // Nothing moved: the old state still stands, so the same values may go out once more.
        match self.client.drive_trade(&self.request, self.reviewed.id(), token, true).await {
            Ok(current) => self.compared(current),
            Err(failure) => {
                let last = Error::from(failure);
                self.settled(&last).await.unwrap_or_else(|| Err(unknown(last)))
            }
        }
    }

    /// A success is compared like a reading: the effect landed, on what was reviewed or on something else.
    fn compared(&self, current: Trade) -> Result<Trade, Error> {
        let fields =
            compare_and_set::differing(&self.reviewed, &self.effect, self.client.user_id(), &current);
        if fields.is_empty() {
            return Ok(current);
        }
        let message = "this took effect, but on values other than those you reviewed";
        Err(self.changed(Error::new(ErrorKind::ChangedSinceReview, ""), message, current, fields, Some(true)))
    }

    /// Reads the trade to learn what a call with a lost answer did; none if nothing moved.
    async fn settled(&self, last: &Error) -> Option<Result<Trade, Error>> {
        let Ok(current) = self.client.current(self.reviewed.id(), self.client.token()).await else {
            return Some(Err(unknown(last.clone())));
        };
        match compare_and_set::read(&self.reviewed, &self.effect, self.client.user_id(), &current) {
            Reading::Landed(_) => Some(self.compared(current)),
            Reading::Superseded(fields) => {
                let message = "the trade moved on since you reviewed it, and it can't be told whether your call took effect in between";
                Some(Err(self.changed(last.clone(), message, current, fields, None)))
            }
            Reading::Open => None,
            Reading::Unknown if self.client.user_id().is_none() => {
                let error = unknown(last.clone());
                let message =
                    format!("{error}. With user_id set on the client this could be settled by reading");
                Some(Err(error.recast(ErrorKind::OutcomeUnknown, message)))
            }
            Reading::Unknown => Some(Err(unknown(last.clone()))),
        }
    }

    /// A definitive refusal. A stale one is explained by what stands now.
    async fn explained(&self, refusal: Error) -> Result<Trade, Error> {
        if refusal.kind() != ErrorKind::Conflict {
            return Err(refusal);
        }
        let Ok(current) = self.client.current(self.reviewed.id(), self.client.token()).await else {
            // A proxy may have delivered it twice, and only a look tells this from a plain refusal.
            return Err(unknown(refusal));
        };
        if current == self.reviewed {
            return Err(refusal);
        }
        // The refusal may have been for a second delivery of this very request.
        let reading = compare_and_set::read(&self.reviewed, &self.effect, self.client.user_id(), &current);
        if matches!(reading, Reading::Landed(_)) {
            return self.compared(current);
        }
        let mut fields =
            compare_and_set::differing(&self.reviewed, &self.effect, self.client.user_id(), &current);
        fields.extend(compare_and_set::moved(&self.reviewed, &self.effect, &current));
        if fields.is_empty() || !refusal.code().is_some_and(|code| STALE_CODES.contains(&code)) {
            return Err(refusal);
        }
        if compare_and_set::looks_done(&self.effect, self.client.user_id(), &current) {
            let message = "the trade moved on since you reviewed it, and it can't be told whether your call took effect in between";
            return Err(self.changed(refusal, message, current, fields, None));
        }
        let message = "the trade changed since you reviewed it; nothing took effect";
        Err(self.changed(refusal, message, current, fields, Some(false)))
    }

    fn changed(
        &self,
        answer: Error,
        what: &str,
        current: Trade,
        fields: Vec<String>,
        landed: Option<bool>,
    ) -> Error {
        let message =
            format!("{what}. Changed: {}. Compare both snapshots before you try again", fields.join(", "));
        let change = Change { reviewed: self.reviewed.clone(), current, fields, landed };
        answer.recast(ErrorKind::ChangedSinceReview, message).with_change(change)
    }
}

fn unknown(last: Error) -> Error {
    let message = format!(
        "it is not known whether this call took effect ({last}). Read the trade and compare before you go on"
    );
    last.recast(ErrorKind::OutcomeUnknown, message)
}

/// Only what the server itself said counts as reviewed.
pub(super) fn reviewed(trade: &Trade) -> Result<(), Error> {
    if trade.is_from_server() {
        return Ok(());
    }
    let message = "this trade was rebuilt or changed, so nothing says that its values were reviewed. Pass the snapshot that the client or an event gave you; nothing was sent";
    Err(Error::invalid(message))
}

fn reviewed_terms(trade: &Trade) -> Result<&TradeTerms, Error> {
    reviewed(trade)?;
    trade.terms().ok_or_else(|| {
        Error::invalid("this snapshot has no terms yet; read the trade once both sides confirmed their roles. Nothing was sent")
    })
}
