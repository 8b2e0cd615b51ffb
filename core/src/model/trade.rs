//! A trade and its terms.

use rust_decimal::Decimal;

use super::record::record;
use super::{Amount, Crypto, Role, Text, Timestamp, TradeStatus};

record! {
    /// What opening a trade gives: its thread id, which every other call takes, and its number for people.
    pub struct OpenedTrade / OpenedTradeFields {
        /// Discord thread ID, used in every other call.
        str id = "id";
        /// Human-readable trade number. Not for use in calls.
        copy trade_id: i64 = "tradeId";
    }
}

record! {
    /// A trade as this account may see it, at one moment. Calls that confirm something take the snapshot that
    /// was reviewed and send its values, never newer ones.
    pub struct Trade / TradeFields {
        /// Discord thread ID, used in calls.
        str id = "id";
        /// Human-readable trade number. Not for use in calls.
        copy trade_id: i64 = "tradeId";
        /// Revision of the whole trade. Proves nothing by itself.
        copy revision: i64 = "revision";
        /// When the trade opened.
        copy opened_at: Timestamp = "openedAt";
        /// Crypto and network of the trade.
        by_ref crypto: Crypto = "crypto";
        /// Where the trade stands.
        by_ref status: TradeStatus = "status";
        /// Discord user who pays into escrow. None while identification is reset.
        opt_str sender = "sender";
        /// Discord user who gets released funds. None while identification is reset.
        opt_str receiver = "receiver";
        /// Revision that identification calls compare.
        copy identification_revision: i64 = "identificationRevision";
        /// Users who confirmed the current identification.
        list identification_confirmed_by: String = "identificationConfirmedBy";
        /// Terms and their confirmations, once there are any.
        opt_ref terms: TradeTerms = "terms";
        /// Escrow deposit address. Only the sender sees it.
        opt_str address = "address";
        /// Network fees in the trade's crypto.
        opt_ref fees: Amount = "fees";
        /// Estimated network fees in USD.
        opt_ref fees_usd: Amount = "feesUsd";
        /// Amount received by escrow in the trade's crypto.
        opt_ref amount: Amount = "amount";
        /// Received amount valued in USD.
        opt_ref amount_usd: Amount = "amountUsd";
        /// When the deposit was received.
        opt_copy received_at: Timestamp = "receivedAt";
        /// Incoming deposit transaction.
        opt_str txid = "txid";
        /// Final payout or return transaction.
        opt_str settlement_txid = "settlementTxid";
        /// True when fund actions are temporarily locked.
        flag fund_controls_locked = "fundControlsLocked";
    }
}

record! {
    /// Both sides' terms and the version that terms calls compare.
    pub struct TradeTerms / TradeTermsFields {
        /// Opaque version, required for updates and confirmations.
        str version = "version";
        /// The sender's terms.
        by_ref sender: TermsSide = "sender";
        /// The receiver's terms.
        by_ref receiver: TermsSide = "receiver";
    }
}

record! {
    /// One participant's terms.
    pub struct TermsSide / TermsSideFields {
        /// The text, if this participant set any.
        opt_ref text: Text = "text";
        /// Whether this participant confirmed the current version.
        copy confirmed: bool = "confirmed";
        /// When they confirmed.
        opt_copy confirmed_at: Timestamp = "confirmedAt";
    }
}

impl TradeTerms {
    /// One side's terms.
    pub fn side(&self, role: Role) -> &TermsSide {
        match role {
            Role::Sender => self.sender(),
            Role::Receiver => self.receiver(),
        }
    }
}

impl Trade {
    /// Whether the escrow holds at least `min_amount` of exactly this crypto for the receiver: the deposit is
    /// confirmed (`waitingAction`) or was released to them (`waitingAddress`). Anyone may deposit less than was
    /// agreed and the API knows no price, so a shop asks this before it delivers. False at any other status, and
    /// for an amount that can't be compared exactly.
    pub fn covers(&self, min_amount: Decimal, crypto: &Crypto) -> bool {
        let held = self.amount().and_then(Amount::decimal);
        let secured = matches!(self.status(), TradeStatus::WaitingAction | TradeStatus::WaitingAddress);
        secured && self.crypto() == crypto && held.is_some_and(|held| held >= min_amount)
    }

    /// The role of a user in this trade, if they have one now.
    pub fn role_of(&self, user_id: &str) -> Option<Role> {
        if self.sender() == Some(user_id) {
            Some(Role::Sender)
        } else if self.receiver() == Some(user_id) {
            Some(Role::Receiver)
        } else {
            None
        }
    }

    /// Whether the server said at all if fund actions are locked: what it leaves out reads as false too.
    pub(crate) fn tells_of_locks(&self) -> bool {
        self.stored.fund_controls_locked.is_some()
    }

    /// The user in a role, if it is taken.
    pub fn participant(&self, role: Role) -> Option<&str> {
        match role {
            Role::Sender => self.sender(),
            Role::Receiver => self.receiver(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::fixtures::trade;

    #[test]
    fn only_confirmed_funds_of_the_agreed_crypto_cover_an_order() {
        let half = Decimal::new(5, 1);
        let holds = |status: &str, amount: &str| {
            trade(&format!(r#""status":"{status}","amount":{amount}"#)).covers(half, &Crypto::Ltc)
        };
        assert!(holds("waitingAction", "0.5") && holds("waitingAddress", "5e-1"));
        assert!(!holds("waitingAction", "0.49999999"));
        for status in
            ["waitingConfirmations", "waitingReturnAddress", "waitingReduceAmountAddress", "completed"]
        {
            assert!(!holds(status, "0.5"), "{status}");
        }
        assert!(!trade(r#""status":"waitingAction","amount":0.5"#).covers(half, &Crypto::Btc));
        assert!(!trade(r#""status":"waitingAction""#).covers(half, &Crypto::Ltc));
    }
}
