//! What the API's page leaves open, each assumption in one named place.

use std::time::Duration;

/// Where the API lives.
pub(crate) const BASE_URL: &str = "https://api.autoplus.gg/v1";

/// The longest terms text, in UTF-16 code units: the server is JavaScript and counts `length`.
pub(crate) const TERMS_LIMIT: usize = 896;

/// The longest life of a confirmation code, counted from the moment its request was sent.
pub(crate) const CHALLENGE_LIFETIME: Duration = Duration::from_secs(60);

/// The server caps a long poll at this.
pub(crate) const POLL_CAP: Duration = Duration::from_secs(60);

/// Back-off between attempts: full jitter under a cap that doubles from the first to the last.
pub(crate) const BACKOFF_FIRST: Duration = Duration::from_millis(250);
pub(crate) const BACKOFF_LAST: Duration = Duration::from_secs(8);

/// A `Retry-After` beyond this is taken as this: one odd header must not end a stream, nor reach where clocks overflow.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// Attempts of one call, the first included.
pub(crate) const MAX_ATTEMPTS: u32 = 4;

/// An attempt that has less time than this left isn't begun: it would only leave another answer open.
pub(crate) const SHORTEST_ATTEMPT: Duration = Duration::from_secs(1);

/// How long a create may be replayed under its key, from its first send: the server's memory for keys is unknown.
pub(crate) const REPLAY_WITHIN: Duration = Duration::from_secs(3600);

/// How far a clock may have been set back without a stored time meaning nothing.
pub(crate) const CLOCK_SLACK: Duration = Duration::from_secs(60);

/// Codes that say: what was sent is not what stands.
pub(crate) const STALE_CODES: [&str; 2] = ["stale_revision", "confirmation_mismatch"];

/// Beyond one attempt after its expiry, a challenge is dead this much later.
pub(crate) const DEATH_MARGIN: Duration = Duration::from_secs(5);

/// Where answers carry no `Date`, this much more by a monotonic clock.
pub(crate) const UNDATED_MARGIN: Duration = Duration::from_secs(60);

/// The first event of an accepted claim follows within this.
pub(crate) const CLAIM_SILENCE: Duration = Duration::from_secs(600);

/// The shortest long poll, in seconds. Zero is not documented: a server may take it for "not given".
pub(crate) const SHORT_POLL: u64 = 1;

/// What the code of a clash over an idempotency key contains; its exact spelling isn't documented.
pub(crate) const IDEMPOTENCY_WORD: &str = "idempot";

/// How long `close` waits for mutations that are under way.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);

/// A second refusal of a token counts if it comes this much after the first.
pub(crate) const REFUSED_AGAIN: Duration = Duration::from_secs(1);

/// How often a second caller under a name looks whether the first is through.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// How many operations are settled at once.
pub(crate) const SETTLED_AT_ONCE: usize = 8;

/// How long the server holds a poll back where other processes poll the same trade, so that whoever waits gets a turn soon.
pub(crate) const SHARED_HOLD: Duration = Duration::from_secs(20);

/// How often somebody who waits for a turn to poll looks again.
pub(crate) const TURN_LOOK: Duration = Duration::from_millis(100);

/// How many polls are opened at once, and the pause between further ones.
pub(crate) const OPENED_AT_ONCE: u32 = 64;
pub(crate) const OPENING_GAP: Duration = Duration::from_millis(1);

/// How many trades a watch begins to follow with one write.
pub(crate) const JOINED_AT_ONCE: usize = 256;

/// How often a watch tries a trade again that another process reads under the same name.
pub(crate) const TAKEN_AGAIN: Duration = Duration::from_secs(2);

/// Notes that wait for whoever listens before the oldest are given up.
pub(crate) const NOTES_KEPT: usize = 1024;

/// Events that may wait in a watch, over all its trades, before it polls no further.
pub(crate) const WATCH_ROOM: usize = 4096;
