//! The life of a confirmation challenge: it works once, for a minute, and only if nothing newer replaced it.

use std::time::{Duration, SystemTime};

use super::assumptions::CHALLENGE_LIFETIME;
use crate::error::{Error, ErrorKind};
use crate::model::{Action, BtcFeeOption, Crypto, Fields, Mismatch, Origin, Timestamp};

/// A confirmation code. Never printed.
#[derive(Clone)]
pub(crate) struct Code(String);

impl Code {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The answer to asking for a release or return.
#[derive(Debug)]
pub(crate) struct ActionReply {
    pub(crate) action: Action,
    pub(crate) recipient: String,
    pub(crate) code: Code,
    pub(crate) expires_at: Timestamp,
}

impl ActionReply {
    pub(crate) fn decode(raw: &str) -> Result<Self, Mismatch> {
        let mut fields = Fields::parse(raw, Origin::Server)?;
        Ok(Self {
            action: fields.take("action")?,
            recipient: fields.take("recipient")?,
            code: Code(fields.take("confirmationCode")?),
            expires_at: fields.take("expiresAt")?,
        })
    }
}

/// The answer to asking for a claim.
#[derive(Debug)]
pub(crate) struct ClaimReply {
    pub(crate) address: String,
    pub(crate) crypto: Crypto,
    pub(crate) code: Code,
    pub(crate) expires_at: Timestamp,
    pub(crate) fee_options: Vec<BtcFeeOption>,
}

impl ClaimReply {
    pub(crate) fn decode(raw: &str) -> Result<Self, Mismatch> {
        let mut fields = Fields::parse(raw, Origin::Server)?;
        Ok(Self {
            address: fields.take("address")?,
            crypto: fields.take("crypto")?,
            code: Code(fields.take("confirmationCode")?),
            expires_at: fields.take("expiresAt")?,
            fee_options: fields.take::<Option<Vec<BtcFeeOption>>>("btcFeeOptions")?.unwrap_or_default(),
        })
    }
}

/// How long a code may be sent for the first time, from the moment its request went out.
pub(crate) fn lifetime(expires_at: Timestamp, date: Option<SystemTime>) -> Duration {
    let Some(date) = date else { return CHALLENGE_LIFETIME };
    match expires_at.to_system_time().duration_since(date) {
        Ok(left) if !left.is_zero() => left.min(CHALLENGE_LIFETIME),
        // Born expired: the two times come from different clocks, so they say nothing.
        _ => CHALLENGE_LIFETIME,
    }
}

/// The offered option that a chosen fee means; its own token is what is sent. BTC claims need one, others take none.
pub(crate) fn offered_fee(
    crypto: &Crypto,
    offered: &[BtcFeeOption],
    fee: Option<&BtcFeeOption>,
) -> Result<Option<BtcFeeOption>, Error> {
    let names = || {
        let name =
            |option: &BtcFeeOption| format!("{} ({} sat/vB)", option.priority(), option.sat_per_vbyte());
        offered.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let Some(fee) = fee else {
        return match offered {
            [] if *crypto != Crypto::Btc => Ok(None),
            _ => Err(Error::invalid(format!("a BTC claim needs one of the offered fees: {}", names()))),
        };
    };
    if offered.is_empty() {
        return Err(Error::invalid(format!("a {crypto} claim takes no fee: confirm without one")));
    }
    let same = |option: &&BtcFeeOption| {
        option.priority() == fee.priority() && option.sat_per_vbyte() == fee.sat_per_vbyte()
    };
    match offered.iter().find(same) {
        Some(option) => Ok(Some(option.clone())),
        None => Err(Error::invalid(format!("this fee was not offered; choose one of: {}", names()))),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Fresh,
    Confirming,
    /// Sent, and nothing proves what became of it.
    Unknown,
    Used,
    Replaced,
}

/// The single use of one challenge. `now` counts on a monotonic clock.
#[derive(Debug)]
pub(crate) struct SingleUse {
    good_until: Duration,
    life: Life,
}

/// What a confirmation may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    First,
    /// An earlier send stands unanswered: send the same bytes again, even past the expiry.
    Replay,
}

impl SingleUse {
    pub(crate) fn new(requested_at: Duration, lifetime: Duration) -> Self {
        Self { good_until: requested_at + lifetime, life: Life::Fresh }
    }

    /// When its time is over, as far as sending it for the first time goes.
    pub(crate) fn good_until(&self) -> Duration {
        self.good_until
    }

    pub(crate) fn begin(&mut self, now: Duration) -> Result<Turn, Error> {
        if let Some(spent) = self.spent() {
            return Err(spent);
        }
        let turn = match self.life {
            Life::Unknown => Turn::Replay,
            Life::Confirming => {
                let message =
                    "this challenge is being confirmed already; nothing was sent. Wait for that call";
                return Err(Error::new(ErrorKind::OperationInProgress, message));
            }
            _ if now < self.good_until => Turn::First,
            _ => {
                let message =
                    "this challenge is past its time; nothing was sent. Read the trade and request a new one";
                return Err(Error::new(ErrorKind::ChallengeExpired, message));
            }
        };
        self.life = Life::Confirming;
        Ok(turn)
    }

    /// Why it can never be sent again, if so.
    pub(crate) fn spent(&self) -> Option<Error> {
        let (kind, why) = match self.life {
            Life::Fresh | Life::Unknown | Life::Confirming => return None,
            Life::Replaced => (
                ErrorKind::ChallengeExpired,
                "a newer challenge for this trade replaced this one; nothing was sent. Confirm the newer one",
            ),
            Life::Used => (
                ErrorKind::Invalid,
                "this challenge was used; nothing was sent. Read the trade before you request another",
            ),
        };
        Some(Error::new(kind, why))
    }

    /// The confirmation took effect.
    pub(crate) fn settled(&mut self) {
        self.life = Life::Used;
    }

    /// The confirmation definitively failed. Without an answer nothing ever left: it may be tried again.
    pub(crate) fn refused(&mut self, error: &Error) {
        self.life = if error.status().is_some() { Life::Used } else { Life::Fresh };
    }

    /// The confirmation ended without proof.
    pub(crate) fn unsettled(&mut self) {
        self.life = Life::Unknown;
    }

    /// The call that was at it is gone, perhaps after it sent something.
    pub(crate) fn cut_off(&mut self) {
        if self.life == Life::Confirming {
            self.life = Life::Unknown;
        }
    }

    pub(crate) fn is_unsettled(&self) -> bool {
        self.life == Life::Unknown
    }

    /// A newer challenge is being requested. False if this one is under way or unsettled: then none may be.
    pub(crate) fn replace(&mut self) -> bool {
        if self.life == Life::Fresh {
            self.life = Life::Replaced;
        }
        !matches!(self.life, Life::Confirming | Life::Unknown)
    }
}

#[cfg(test)]
mod tests;
