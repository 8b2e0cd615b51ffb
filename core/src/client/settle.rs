//! Settles by reading what the answers of a confirmation left open.

use std::time::{Duration, SystemTime};

use super::trades::about;
use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::model::{Action, EventPage, FundExecution, Trade};
use crate::protocol::assumptions::{CLAIM_SILENCE, SHORT_POLL};
use crate::protocol::claims::Claim;
use crate::protocol::operations::{Issued, OnTrade};
use crate::protocol::proof::{self, Proof};
use crate::protocol::request;

impl Client {
    /// What the trade itself says about a release or return. A look that finds the challenge dead is followed by
    /// one that left after that, and only this one disproves.
    pub(super) async fn prove_action(
        &self,
        action: Action,
        id: &str,
        issued: &Issued,
        token: &Token,
    ) -> Proof<Trade> {
        let mut dead = false;
        loop {
            let look = self.drive_with(&request::trade(id), token.clone(), false, about(id)).await;
            let Ok(reply) = look else { return Proof::Nothing };
            match proof::action(action, &reply.value, dead) {
                Proof::Done(()) => return Proof::Done(reply.value),
                Proof::NotDone => return Proof::NotDone,
                Proof::Nothing if dead || !self.is_dead(issued, reply.date, Duration::ZERO) => {
                    return Proof::Nothing;
                }
                Proof::Nothing => dead = true,
            }
        }
    }

    /// What the events since the claim's offset say.
    pub(super) async fn prove_claim(&self, id: &str, issued: &Issued, token: &Token) -> Proof<FundExecution> {
        let Some(offset) = issued.offset else { return Proof::Nothing };
        let mut dead = false;
        loop {
            let (mut events, mut offset, mut date) = (Vec::new(), offset, None);
            loop {
                let Ok(page) = self.page(id, Some(offset), token).await else { return Proof::Nothing };
                date = page.date.or(date);
                if page.value.events.is_empty() {
                    break;
                }
                events.extend(page.value.events);
                if let Proof::Done(receipt) = proof::claim(&issued.status, Some(&events), false) {
                    return Proof::Done(receipt);
                }
                if page.value.next_offset <= offset {
                    return Proof::Nothing;
                }
                offset = page.value.next_offset;
            }
            match proof::claim(&issued.status, Some(&events), dead) {
                Proof::Nothing if !dead && self.is_dead(issued, date, CLAIM_SILENCE) => dead = true,
                proof => return proof,
            }
        }
    }

    /// One look at the events, waiting for new ones as briefly as a poll can.
    pub(super) async fn page(
        &self,
        trade_id: &str,
        offset: Option<i64>,
        token: &Token,
    ) -> Result<super::call::Reply<EventPage>, Error> {
        let decode = |text: &str| EventPage::decode(text).map_err(|why| why.to_string());
        let request = request::events(trade_id, offset, SHORT_POLL);
        Ok(self.drive_with(&request, token.clone(), false, decode).await?)
    }

    /// Whether a challenge is dead by the server's own time, or long after by this process's clock.
    fn is_dead(&self, issued: &Issued, date: Option<SystemTime>, silence: Duration) -> bool {
        match date {
            Some(date) => issued.death.is_past(date, silence),
            None => self.now() > issued.dead_by + silence,
        }
    }

    /// Before something new is asked for: settles what is unknown on the trade, or says that it is still open.
    pub(super) async fn settle_open(&self, trade_id: &str, token: &Token) -> Result<(), Error> {
        let open = self.operations().open_on(trade_id);
        let (name, intent, challenge) = match open {
            None => return Ok(()),
            Some(OnTrade::Running(error)) => return Err(error),
            Some(OnTrade::Unknown { name, intent, challenge }) => (name, intent, challenge),
        };
        let proof = match Action::parse(intent.kind) {
            Some(action) => match self.prove_action(action, trade_id, &challenge, token).await {
                Proof::Done(trade) => {
                    self.operations().done(&name, trade.to_json());
                    Proof::Done(())
                }
                Proof::NotDone => Proof::NotDone,
                Proof::Nothing => Proof::Nothing,
            },
            None => match self.prove_claim(trade_id, &challenge, token).await {
                Proof::Done(receipt) => {
                    let claim = Claim::new(&name, &receipt, &challenge);
                    let mut operations = self.operations();
                    operations.done(&name, receipt.to_json());
                    operations.claim_accepted(trade_id, claim);
                    Proof::Done(())
                }
                Proof::NotDone => Proof::NotDone,
                Proof::Nothing => Proof::Nothing,
            },
        };
        match proof {
            Proof::Done(()) => self.retire_challenge(trade_id),
            Proof::NotDone => {
                self.operations().forget(&name);
                self.retire_challenge(trade_id);
            }
            Proof::Nothing => {
                let message = format!(
                    "the outcome of {name:?} ({}) is still unknown and excludes this; nothing was sent. Confirm its challenge again, or try this again in some minutes, when reading can prove what became of it",
                    intent.kind
                );
                let error = Error::new(ErrorKind::OperationInProgress, message);
                return Err(error.with_operation(intent.named(&name)));
            }
        }
        Ok(())
    }
}
