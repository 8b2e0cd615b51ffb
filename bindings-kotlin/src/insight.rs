//! What streams do, in numbers, on its way to Kotlin.

use std::time::Duration;

use autoplus::{FollowedTrade, StreamStats};

use crate::failure::FailureParts;

/// The core's `StreamStats`.
#[derive(Debug, Clone, uniffi::Record)]
#[allow(missing_docs, reason = "the core's StreamStats explains each field")]
pub struct StreamStatsParts {
    pub streams: i64,
    pub trades: i64,
    pub polls_in_flight: i64,
    pub waiting: i64,
    pub silent: i64,
    pub polls: i64,
    pub events: i64,
    pub reconnects: i64,
    pub gaps: i64,
    pub dropped: i64,
    pub not_advancing: i64,
}

/// The core's `FollowedTrade`.
#[derive(Debug, Clone, uniffi::Record)]
#[allow(missing_docs, reason = "the core's FollowedTrade explains each field")]
pub struct FollowedTradeParts {
    pub trade_id: String,
    pub streams: i64,
    pub polling: bool,
    pub last_good_poll: Option<Duration>,
    pub failures: i64,
    pub lag: i64,
    pub silent: bool,
    pub failure: Option<FailureParts>,
}

impl From<StreamStats> for StreamStatsParts {
    fn from(stats: StreamStats) -> Self {
        Self {
            streams: stats.streams.cast_signed(),
            trades: stats.trades.cast_signed(),
            polls_in_flight: stats.polls_in_flight.cast_signed(),
            waiting: stats.waiting.cast_signed(),
            silent: stats.silent.cast_signed(),
            polls: stats.polls.cast_signed(),
            events: stats.events.cast_signed(),
            reconnects: stats.reconnects.cast_signed(),
            gaps: stats.gaps.cast_signed(),
            dropped: stats.dropped.cast_signed(),
            not_advancing: stats.not_advancing.cast_signed(),
        }
    }
}

impl From<FollowedTrade> for FollowedTradeParts {
    fn from(trade: FollowedTrade) -> Self {
        Self {
            trade_id: trade.trade_id,
            streams: trade.streams.cast_signed(),
            polling: trade.polling,
            last_good_poll: trade.last_good_poll,
            failures: i64::from(trade.failures),
            lag: trade.lag.cast_signed(),
            silent: trade.silent,
            failure: trade.error.map(FailureParts::from),
        }
    }
}
