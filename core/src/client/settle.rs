//! What can be read about a confirmation whose answers left its outcome open.

use std::time::{Duration, SystemTime};

use super::trades::about;
use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::model::{Action, EventPage, EventType, FundExecution, Trade, TradeEvent, TradeStatus};
use crate::protocol::assumptions::{CLAIM_SILENCE, SHORT_POLL};
use crate::protocol::proof::{self, Proof};
use crate::protocol::request;
use crate::protocol::rows::Issued;
use crate::protocol::witness::Sight;

impl Client {
    /// What the trade itself, or else its history, says about a release or return. A look that finds the challenge
    /// dead is followed by one that left after that, and only this one disproves.
    pub(super) async fn prove_action(
        &self,
        action: Action,
        id: &str,
        issued: &Issued,
        sight: Sight,
        token: &Token,
    ) -> Proof<Trade> {
        let (mut dead, mut revision) = (false, None);
        while let Ok(reply) = self.drive_with(&request::trade(id), token.clone(), false, about(id)).await {
            revision = Some(reply.value.revision());
            match proof::action(action, &reply.value, dead) {
                Proof::Done(()) => return Proof::Done(reply.value),
                Proof::NotDone => return Proof::NotDone,
                Proof::Nothing if *reply.value.status() == TradeStatus::WaitingAction => {
                    match self.death(issued, sight, reply.date, Duration::ZERO) {
                        Dead::Yes if !dead => dead = true,
                        Dead::NotYetQuiet => return Proof::NotYet,
                        Dead::Yes | Dead::No => return Proof::Nothing,
                    }
                }
                _ => break,
            }
        }
        // Gone or further on: what it went through still stands in its events. As above, only a look that left after the
        // challenge was found dead disproves.
        let mut dead = false;
        loop {
            let Ok((events, date)) = self.history(id, 0, token).await else { return Proof::Nothing };
            match proof::action_in_history(action, &events, revision, dead) {
                Proof::Nothing if !dead => match self.death(issued, sight, date, Duration::ZERO) {
                    Dead::Yes => dead = true,
                    Dead::NotYetQuiet => return Proof::NotYet,
                    Dead::No => return Proof::Nothing,
                },
                proof => return proof,
            }
        }
    }

    /// What the events since the claim's offset say.
    pub(super) async fn prove_claim(
        &self,
        id: &str,
        issued: &Issued,
        sight: Sight,
        token: &Token,
    ) -> Proof<FundExecution> {
        let Some(offset) = issued.offset else { return Proof::Nothing };
        let mut foreign = issued.foreign.clone();
        let mut dead = false;
        loop {
            let Ok((mut events, mut date)) = self.history(id, 0, token).await else { return Proof::Nothing };
            if proof::is_broken(&events) {
                // The beginning expired; what counts is whether all since the claim is there.
                match self.history(id, offset, token).await {
                    Ok(later) => (events, date) = later,
                    Err(_) => return Proof::Nothing,
                }
            }
            let earlier = events.iter().filter(|event| event.id() <= offset);
            let told = earlier.filter_map(|event| event.changes().execution());
            foreign.extend(told.filter_map(|execution| execution.id().map(str::to_owned)));
            events.retain(|event| event.id() > offset || *event.kind() == EventType::Snapshot);
            match proof::claim(&issued.status, &events, &foreign, dead) {
                Proof::Nothing if !dead => match self.death(issued, sight, date, CLAIM_SILENCE) {
                    Dead::Yes => dead = true,
                    Dead::NotYetQuiet => return Proof::NotYet,
                    Dead::No => return Proof::Nothing,
                },
                proof => return proof,
            }
        }
    }

    /// All events after an offset, and the server's time of the last look.
    pub(super) async fn history(
        &self,
        id: &str,
        offset: i64,
        token: &Token,
    ) -> Result<(Vec<TradeEvent>, Option<SystemTime>), Error> {
        let (mut events, mut offset) = (Vec::new(), offset);
        loop {
            let page = self.page(id, Some(offset), token).await?;
            let over = page.value.events.last().is_none_or(|last| *last.kind() == EventType::Closed);
            events.extend(page.value.events);
            if over {
                return Ok((events, page.date));
            }
            if page.value.next_offset <= offset {
                return Err(Error::new(ErrorKind::Decode, "the events don't advance"));
            }
            offset = page.value.next_offset;
        }
    }

    /// One look at the events, waiting for new ones as briefly as a poll can. Where two polls of the user wait already, its
    /// own feed's is given up for it.
    pub(super) async fn page(
        &self,
        trade_id: &str,
        offset: Option<i64>,
        token: &Token,
    ) -> Result<super::call::Reply<EventPage>, Error> {
        let decode = |text: &str| EventPage::decode(text).map_err(|why| why.to_string());
        let request = request::events(trade_id, offset, SHORT_POLL);
        let _look = self.look(trade_id).await?;
        let looked = self.drive_with(&request, token.clone(), false, decode).await.map_err(Error::from);
        match looked {
            Err(error) if error.kind() == ErrorKind::RateLimited => {
                let Some(_pause) = self.pause_feed(trade_id).await else { return Err(error) };
                Ok(self.drive_with(&request, token.clone(), false, decode).await?)
            }
            looked => looked,
        }
    }

    /// Whether a challenge is dead: the server's own time says so, or without one this process's clock long after, and
    /// nothing of it can still be on its way.
    fn death(&self, issued: &Issued, sight: Sight, date: Option<SystemTime>, silence: Duration) -> Dead {
        let now = self.now();
        let said = date.and_then(|date| issued.death.is_past(date, silence));
        match said.unwrap_or(now > sight.dead_by + silence) {
            true if now > sight.quiet_since + issued.death.attempt => Dead::Yes,
            true => Dead::NotYetQuiet,
            false => Dead::No,
        }
    }
}

enum Dead {
    Yes,
    NotYetQuiet,
    No,
}
