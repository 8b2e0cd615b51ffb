//! What everybody may read: servers, statistics, recent transactions.

use super::record::record;
use super::{Amount, Crypto, Timestamp};

record! {
    /// A Discord server that AutoPlus is in (`GET /servers`).
    pub struct Server / ServerFields {
        /// Discord server ID.
        str id = "id";
        /// Discord server name.
        shown name = "name";
        /// URL of the server's icon, if it has one.
        opt_shown icon = "icon";
    }
}

record! {
    /// Global trade statistics (`GET /stats`).
    pub struct Stats / StatsFields {
        /// Completed and canceled trades.
        copy trades: i64 = "trades";
        /// Completed and canceled volume in USD.
        by_ref volume: Amount = "volume";
        /// Canceled trades.
        copy canceled_trades: i64 = "canceledTrades";
        /// Canceled volume in USD.
        by_ref canceled_volume: Amount = "canceledVolume";
        /// Trades recorded during the last 24 hours.
        copy trades24h: i64 = "trades24h";
        /// Volume recorded during the last 24 hours in USD.
        by_ref volume24h: Amount = "volume24h";
    }
}

record! {
    /// One of the ten most recent public transactions (`GET /transactions`).
    pub struct Transaction / TransactionFields {
        /// Crypto used by the trade.
        by_ref crypto: Crypto = "crypto";
        /// Amount in that crypto.
        by_ref amount: Amount = "amount";
        /// The amount valued in USD.
        by_ref amount_usd: Amount = "amountUsd";
        /// Incoming escrow transaction ID.
        str txid = "txid";
        /// Settlement transaction ID.
        str txid2 = "txid2";
        /// When escrow received the funds.
        copy received_at: Timestamp = "receivedAt";
        /// When the trade closed.
        copy closed_at: Timestamp = "closedAt";
    }
}
