//! What can be switched while the simulator runs: conveniences, and the questions that the API page leaves open.

use serde::{Deserialize, Serialize};

use super::execution::{Course, Progress};
use super::trade::Millis;

/// How transfers end by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Executions {
    Complete,
    Fail,
    /// They stay pending until the `execution` verb moves them.
    Hold,
}

/// What a duplicate gets while the first request under its key is not answered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InFlight {
    /// It is looked at on its own: whichever is done first counts, the other repeats its answer.
    Process,
    /// A 409.
    Conflict,
}

/// Which answers that are no success are stored under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FailedAnswers {
    None,
    /// 4xx.
    Refusals,
    /// 4xx, and the 500 and 503 of a planned failure.
    All,
}

/// When a key is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyLookup {
    First,
    /// A code past its expiry is a 410 even where the key would repeat a success.
    AfterExpiry,
}

/// Which moment of a delayed request its challenge's expiry is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExpiryChecked {
    Arrival,
    Processing,
}

/// What a new challenge does to the older ones of the same user and trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OlderChallenge {
    Void,
    Valid,
}

/// What the version of terms is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TermsVersion {
    /// It never recurs.
    Random,
    /// The same texts have the same version.
    OfTexts,
}

/// A whole number of seconds within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub(crate) struct Seconds<const FROM: i64, const TO: i64>(i64);

impl<const FROM: i64, const TO: i64> Seconds<FROM, TO> {
    pub(crate) fn millis(self) -> Millis {
        self.0 * 1000
    }
}

impl<const FROM: i64, const TO: i64> TryFrom<i64> for Seconds<FROM, TO> {
    type Error = String;
    fn try_from(seconds: i64) -> Result<Self, String> {
        match (FROM..=TO).contains(&seconds) {
            true => Ok(Seconds(seconds)),
            false => Err(format!("seconds must be from {FROM} to {TO}, not {seconds}")),
        }
    }
}

impl<const FROM: i64, const TO: i64> From<Seconds<FROM, TO>> for i64 {
    fn from(seconds: Seconds<FROM, TO>) -> i64 {
        seconds.0
    }
}

/// Which part of something is meant: from 0, none of it, to 1, all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub(crate) struct Share(f64);

impl Share {
    pub(crate) const ALL: Share = Share(1.0);

    pub(crate) fn hits(self, dice: &mut fastrand::Rng) -> bool {
        self.0 > 0.0 && dice.f64() < self.0
    }
}

impl TryFrom<f64> for Share {
    type Error = String;
    fn try_from(share: f64) -> Result<Self, String> {
        match (0.0..=1.0).contains(&share) {
            true => Ok(Share(share)),
            false => Err(format!("a share must be from 0 to 1, not {share}")),
        }
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> f64 {
        share.0
    }
}

type Span = Seconds<0, 1_000_000_000>;
type Skew = Seconds<-31_536_000, 31_536_000>;

/// The claim status that leaves a trade's status alone.
const UNCHANGED: &str = "unchanged";

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Another word for `executions: hold`, which wins over it.
    pub(crate) hold_executions: bool,
    /// A closed trade is a 404; only its events stay readable.
    pub(crate) hide_closed: bool,
    /// A deposit has all its confirmations at once.
    pub(crate) auto_confirm_deposit: bool,
    pub(crate) executions: Executions,
    /// Virtual time between the acceptance of a claim and its first event.
    pub(crate) execution_silence: Span,
    /// The status shown while a transfer is under way; any text.
    pub(crate) claim_status: String,
    /// Events go out without their changes.
    pub(crate) empty_changes: bool,
    pub(crate) send_date: bool,
    /// How far the `Date` header is ahead of the virtual time.
    pub(crate) date_skew: Skew,
    /// How far the `expiresAt` of challenges is ahead of their expiry.
    pub(crate) expiry_skew: Skew,
    pub(crate) keys_kept: Span,
    pub(crate) in_flight: InFlight,
    pub(crate) failed_answers: FailedAnswers,
    pub(crate) key_lookup: KeyLookup,
    pub(crate) expiry_checked: ExpiryChecked,
    pub(crate) older_challenge: OlderChallenge,
    /// How long a poll whose client went away holds its slot, in virtual time.
    pub(crate) aborted_poll: Span,
    /// How many polls are answered by a closed connection.
    pub(crate) lost_polls: Share,
    /// Whether requests are kept for `requests`.
    pub(crate) keep_requests: bool,
    /// By how much virtual time trades and events lag behind when they are read.
    pub(crate) stale_reads: Span,
    /// Counts for trades opened from then on.
    pub(crate) terms_version: TermsVersion,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            hold_executions: false,
            hide_closed: true,
            auto_confirm_deposit: false,
            executions: Executions::Complete,
            execution_silence: Seconds(0),
            claim_status: UNCHANGED.into(),
            empty_changes: false,
            send_date: true,
            date_skew: Seconds(0),
            expiry_skew: Seconds(0),
            keys_kept: Seconds(24 * 3600),
            in_flight: InFlight::Process,
            failed_answers: FailedAnswers::Refusals,
            key_lookup: KeyLookup::First,
            expiry_checked: ExpiryChecked::Arrival,
            older_challenge: OlderChallenge::Void,
            aborted_poll: Seconds(0),
            lost_polls: Share(0.0),
            keep_requests: true,
            stale_reads: Seconds(0),
            terms_version: TermsVersion::Random,
        }
    }
}

impl Settings {
    /// How a transfer that is accepted now goes on.
    pub(crate) fn course(&self) -> Course {
        let ends = match self.executions {
            _ if self.hold_executions => None,
            Executions::Hold => None,
            Executions::Complete => Some(Progress::Completed),
            Executions::Fail => Some(Progress::Failed),
        };
        let status = Some(self.claim_status.clone()).filter(|status| status != UNCHANGED);
        Course { ends, silence: self.execution_silence.millis(), status }
    }

    /// Whether a rule's answer with this status is stored under the key of its request.
    pub(crate) fn stores(&self, status: u16) -> bool {
        status < 300 || self.failed_answers != FailedAnswers::None
    }

    /// Whether a planned failure is stored in place of the true answer.
    pub(crate) fn stores_failure(&self, status: u16) -> bool {
        // 429, 502 and 504 come from machines in front of the one that knows keys.
        self.failed_answers == FailedAnswers::All && matches!(status, 500 | 503)
    }
}
