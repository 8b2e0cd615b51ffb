//! Short-lived codes that a fund move must repeat.

use super::refusal::Refusal;
use super::trade::{Millis, Trade};
use crate::json::Object;

const LIFETIME: Millis = 60_000;

/// What a code was given out for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    Action(super::action::Action),
    Claim { address: String },
}

#[derive(Debug, Clone)]
pub(crate) struct Challenge {
    pub(crate) purpose: Purpose,
    pub(crate) code: String,
    pub(crate) expires_at: Millis,
}

impl Challenge {
    /// The part that every challenge's answer ends with.
    pub(crate) fn show(&self, answer: Object) -> Object {
        answer.with("confirmationCode", self.code.as_str()).with("expiresAt", self.expires_at / 1000)
    }
}

impl Trade {
    /// Gives out a code; the user's older one for this trade is void from now on.
    pub(crate) fn challenge(&mut self, user: &str, purpose: Purpose, now: Millis) -> Challenge {
        // Whole seconds, because that is how the expiry is told.
        let expires_at = (now / 1000) * 1000 + LIFETIME;
        let challenge = Challenge { purpose, code: self.random_word(24), expires_at };
        self.challenges.insert(user.to_owned(), challenge.clone());
        challenge
    }

    /// The live challenge that `code` belongs to.
    pub(crate) fn challenge_for(&self, user: &str, code: &str, now: Millis) -> Result<Challenge, Refusal> {
        let known = self.challenges.get(user).filter(|challenge| challenge.code == code);
        let challenge = known.ok_or_else(|| {
            Refusal::mismatch(
                "The confirmation code is not the one of your latest challenge. Request a new one.",
            )
        })?;
        if now >= challenge.expires_at {
            return Err(Refusal::new(
                410,
                "challenge_expired",
                "The challenge has expired. Request a new one.",
            ));
        }
        Ok(challenge.clone())
    }

    pub(crate) fn must_be_unlocked(&self) -> Result<(), Refusal> {
        match self.is_locked() {
            true => Err(Refusal::wrong_state("Fund actions of this trade are locked for now.")
                .with(Object::new().with("fundControlsLocked", true))),
            false => Ok(()),
        }
    }
}
