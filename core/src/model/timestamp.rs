//! Points in time.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::Deserializer;

use super::amount;
use super::wire::{Reading, Wire, from_raw, integer};

/// A Unix time in whole seconds, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// 9999-12-31T23:59:59Z: later ones can't be reckoned with.
const END_OF_TIME: u64 = 253_402_300_799;

impl Timestamp {
    pub(crate) fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    pub(crate) fn of_system_time(moment: SystemTime) -> Option<Self> {
        let since = moment.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok().map(Self)
    }

    /// Seconds since 1970-01-01 UTC.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// The same instant as a [`SystemTime`]; times before 1970 read as 1970, those past the year 9999 as its end.
    pub fn to_system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(u64::try_from(self.0).unwrap_or(0).min(END_OF_TIME))
    }
}

impl Wire for Timestamp {
    const EXPECTS: &'static str = "a Unix time in seconds";

    fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
        // A fraction of a second is no reason to lose the whole answer.
        let floor = |token| i64::try_from(amount::number(token)?.decimal()?.floor()).ok();
        from_raw(json, |token| integer(token).or_else(|| floor(token)).map(Self))
    }

    fn encode(&self, out: &mut String) {
        self.0.encode(out);
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
