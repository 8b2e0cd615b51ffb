//! Idempotency keys: the first answer under a key is the answer.

use std::collections::HashMap;

use super::refusal::{Answer, Refusal};
use super::request::Request;
use super::trade::Millis;

#[derive(Debug)]
struct Stored {
    at: Millis,
    method: String,
    path: String,
    body: Vec<u8>,
    answer: Answer,
}

/// Token and key.
type Slot = (String, String);

fn slot(token: &str, key: &str) -> Slot {
    (token.to_owned(), key.to_owned())
}

/// The answers stored by token and key.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    stored: HashMap<Slot, Stored>,
    /// Until when a request under a key is on its way through the server.
    in_flight: Vec<(Slot, Millis)>,
}

impl Keys {
    /// Forgets answers that are `kept` no longer.
    pub(crate) fn forget(&mut self, kept: Millis, now: Millis) {
        self.stored.retain(|_, stored| now < stored.at + kept);
        self.in_flight.retain(|(_, until)| now < *until);
    }

    /// The first request under a key holds it; others that arrive meanwhile don't.
    pub(crate) fn begin_flight(&mut self, token: &str, key: &str, until: Millis) {
        if self.must_not_be_in_flight(token, key).is_ok() {
            self.in_flight.push((slot(token, key), until));
        }
    }

    /// A refusal if another request under the key is still on its way.
    pub(crate) fn must_not_be_in_flight(&self, token: &str, key: &str) -> Result<(), Refusal> {
        match self.in_flight.iter().any(|(busy, _)| *busy == slot(token, key)) {
            false => Ok(()),
            true => Err(Refusal::new(
                409,
                "idempotency_conflict",
                "A request with this Idempotency-Key is being processed. Repeat it later.",
            )),
        }
    }

    pub(crate) fn knows(&self, token: &str, key: &str) -> bool {
        self.stored.contains_key(&slot(token, key))
    }

    /// The stored answer to this very request; a refusal if the key belongs to another one.
    pub(crate) fn replay(
        &self,
        token: &str,
        key: &str,
        request: &Request,
    ) -> Result<Option<Answer>, Refusal> {
        match self.stored.get(&slot(token, key)) {
            None => Ok(None),
            Some(stored)
                if stored.method == request.method
                    && stored.path == request.path
                    && stored.body == request.body =>
            {
                Ok(Some(stored.answer.clone()))
            }
            Some(_) => Err(Refusal::new(
                409,
                "idempotency_conflict",
                "This Idempotency-Key was used for another request. Use a new key for each new operation.",
            )),
        }
    }

    pub(crate) fn store(&mut self, token: &str, key: &str, request: &Request, answer: Answer, now: Millis) {
        let stored = Stored {
            at: now,
            method: request.method.clone(),
            path: request.path.clone(),
            body: request.body.clone(),
            answer,
        };
        self.stored.insert(slot(token, key), stored);
    }
}
