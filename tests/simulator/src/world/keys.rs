//! Idempotency keys: the first answer under a key is the answer.

use std::collections::HashMap;

use super::refusal::{Answer, Refusal};
use super::request::Request;
use super::trade::Millis;

/// How long a key is remembered, in virtual milliseconds.
const KEPT: Millis = 24 * 3_600_000;

#[derive(Debug)]
struct Stored {
    at: Millis,
    method: String,
    path: String,
    body: Vec<u8>,
    answer: Answer,
}

/// The answers stored by token and key.
#[derive(Debug, Default)]
pub(crate) struct Keys(HashMap<(String, String), Stored>);

impl Keys {
    /// The stored answer to this very request; a refusal if the key belongs to another one.
    pub(crate) fn replay(
        &mut self,
        token: &str,
        key: &str,
        request: &Request,
        now: Millis,
    ) -> Result<Option<Answer>, Refusal> {
        self.0.retain(|_, stored| now < stored.at + KEPT);
        match self.0.get(&(token.to_owned(), key.to_owned())) {
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
        self.0.insert((token.to_owned(), key.to_owned()), stored);
    }
}
