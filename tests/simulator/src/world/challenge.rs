//! Short-lived codes that a fund move must repeat.

use super::call::Call;
use super::refusal::Refusal;
use super::settings::OlderChallenge;
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
    pub(crate) fn show(&self, answer: Object, skew: Millis) -> Object {
        answer.with("confirmationCode", self.code.as_str()).with("expiresAt", (self.expires_at + skew) / 1000)
    }
}

/// A challenge as it was given out; kept after its end.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) user: String,
    pub(crate) code: String,
    pub(crate) expires_at: Millis,
    /// What a confirmation must repeat.
    pub(crate) values: Object,
    /// How many confirmations with this code were accepted.
    pub(crate) accepted: u32,
}

impl Trade {
    /// Gives out a code, shown behind the `values` that it is bound to.
    pub(crate) fn issue(&mut self, call: &Call<'_>, purpose: Purpose, values: Object) -> Object {
        // Whole seconds, because that is how the expiry is told.
        let expires_at = (call.now / 1000) * 1000 + LIFETIME;
        let challenge = Challenge { purpose, code: self.random_word(24), expires_at };
        self.issued.push(Issued {
            user: call.user.to_owned(),
            code: challenge.code.clone(),
            expires_at,
            values: values.clone(),
            accepted: 0,
        });
        let shown = challenge.show(values, call.settings.expiry_skew.millis());
        let live = self.challenges.entry(call.user.to_owned()).or_default();
        if call.settings.older_challenge == OlderChallenge::Void {
            live.clear();
        }
        live.push(challenge);
        shown
    }

    /// The live challenge that `code` belongs to.
    pub(crate) fn challenge_for(&self, code: &str, call: &Call<'_>) -> Result<Challenge, Refusal> {
        let mut live = self.challenges.get(call.user).into_iter().flatten();
        let challenge = live.find(|challenge| challenge.code == code).ok_or_else(|| {
            Refusal::mismatch(
                "The confirmation code is not the one of your latest challenge. Request a new one.",
            )
        })?;
        match call.expiry_moment() < challenge.expires_at {
            true => Ok(challenge.clone()),
            false => Err(expired()),
        }
    }

    /// The code is used up.
    pub(crate) fn spend(&mut self, user: &str, code: &str) {
        if let Some(live) = self.challenges.get_mut(user) {
            live.retain(|challenge| challenge.code != code);
        }
    }

    /// Whether a code was given out to this user, used or not, and is past its expiry.
    pub(crate) fn is_expired(&self, user: &str, code: &str, moment: Millis) -> bool {
        let mut theirs = self.issued.iter().filter(|issued| issued.user == user);
        theirs.any(|issued| issued.code == code && issued.expires_at <= moment)
    }

    pub(crate) fn must_be_unlocked(&self) -> Result<(), Refusal> {
        match self.is_locked() {
            true => Err(Refusal::wrong_state("Fund actions of this trade are locked for now.")
                .with(Object::new().with("fundControlsLocked", true))),
            false => Ok(()),
        }
    }
}

pub(crate) fn expired() -> Refusal {
    Refusal::new(410, "challenge_expired", "The challenge has expired. Request a new one.")
}
