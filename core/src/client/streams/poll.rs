//! One poll of a trade's events.

use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::client::call::{authorization, read_answer};
use crate::error::{Error, ErrorKind};
use crate::model::EventPage;
use crate::protocol::answer::Outcome;
use crate::protocol::operations;
use crate::protocol::request;
use crate::transport::Pool;

/// What came of it.
pub(super) enum Polled {
    /// A readable answer, and how long it took.
    Page(EventPage, Duration),
    /// Refused for good, under this token.
    Refused(Error, u64),
    /// Nothing, or an answer that says: later.
    Trouble(Error),
}

impl Client {
    /// Asks for what came after `offset`, held back by the server for at most `hold`.
    pub(super) async fn poll(&self, trade_id: &str, offset: Option<i64>, hold: Duration) -> Polled {
        let seconds = hold.as_secs().max(1);
        let request = request::events(trade_id, offset, seconds);
        let token = self.token();
        let generation = token.generation;
        let (token, transport) = match (authorization(&request, token), self.transport()) {
            (Ok(token), Ok(transport)) => (token, transport),
            (Err(error), _) | (_, Err(error)) => return Polled::Refused(error, generation),
        };
        let begun = self.now();
        // One end for everything, so that a dead connection is noticed.
        let limit = Duration::from_secs(seconds) + self.shared.config.timeouts.poll_grace;
        let answer = match transport.send(Pool::Polls, &request, token.as_ref(), limit).await {
            Ok(answer) => answer,
            Err(
                Outcome::Lost(error)
                | Outcome::NotSent(error)
                | Outcome::Refused(error)
                | Outcome::Unreadable(error),
            ) => return Polled::Trouble(error),
            Err(Outcome::Readable) => {
                return Polled::Trouble(Error::bug("a failed attempt can't be readable"));
            }
        };
        if !answer.is_success() {
            let error = self.refusal(&answer, &request, token.as_ref());
            self.heard(generation, &Outcome::Refused(error.clone()));
            let passing = matches!(answer.status, 429 | 500..=599) || error.kind() == ErrorKind::Transport;
            return if passing { Polled::Trouble(error) } else { Polled::Refused(error, generation) };
        }
        self.heard(generation, &Outcome::Readable);
        match read_answer(&answer, |text| EventPage::decode(text).map_err(|why| why.to_string())) {
            Ok(page) if page.events.iter().all(|event| event.trade().id() == trade_id) => {
                Polled::Page(page, self.now().saturating_sub(begun))
            }
            Ok(_) => Polled::Trouble(Error::new(
                ErrorKind::Decode,
                "AutoPlus answered with events of another trade",
            )),
            Err(error) => Polled::Trouble(error),
        }
    }

    /// Whether this account follows a trade is known to others and after a restart.
    pub(super) async fn note_followed(&self, trade_id: &Arc<str>, followed: bool) -> Result<(), Error> {
        let id = trade_id.clone();
        let noted = self.read_soon(move |rows| Ok(rows.facts(&id)?.followed)).await?;
        if noted == followed {
            return Ok(());
        }
        let id = trade_id.clone();
        self.write_soon(move |rows| operations::follow(rows, &id, followed)).await
    }
}
