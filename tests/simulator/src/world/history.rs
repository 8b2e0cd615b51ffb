//! What the public endpoints tell: past trades, made up at the start, real from then on.

use std::collections::VecDeque;

use fastrand::Rng;

use super::trade::{Millis, Trade};
use crate::address::make_txid;
use crate::crypto;
use crate::json::{Object, list, number};

const DAY: Millis = 86_400_000;
const SHOWN: usize = 10;

#[derive(Debug)]
struct Past {
    crypto: &'static str,
    amount: String,
    amount_usd: f64,
    txid: String,
    txid2: String,
    received_at: Millis,
    closed_at: Millis,
}

#[derive(Debug)]
pub(crate) struct History {
    /// Latest first.
    transactions: VecDeque<Past>,
    /// Moment and volume of each trade of the last day.
    recent: VecDeque<(Millis, f64)>,
    trades: i64,
    volume: f64,
    canceled_trades: i64,
    canceled_volume: f64,
}

/// Crypto, amount, value, and how many hours ago it closed.
const MADE_UP: [(&str, &str, f64, i64); 12] = [
    ("ltc", "0.5", 46.25, 1),
    ("sol_usdc", "120", 120.0, 2),
    ("btc", "1e-7", 0.01, 3),
    ("eth", "0.123456789012345678", 385.19, 5),
    ("bnb", "1.25", 800.0, 9),
    ("ltc", "3", 277.5, 14),
    ("pol_usdce", "49.99", 49.99, 20),
    ("sol", "2.000000001", 290.0, 30),
    ("eth_usdt", "1500", 1500.0, 41),
    ("btc", "0.01", 942.5, 55),
    ("pol", "812.5", 341.25, 70),
    ("ltc", "0.75", 69.38, 90),
];

impl History {
    pub(crate) fn made_up(now: Millis, dice: &mut Rng) -> History {
        let mut txid = |name| crypto::find(name).map_or_else(String::new, |of| make_txid(of.network, dice));
        let past = MADE_UP.iter().map(|&(crypto, amount, amount_usd, hours)| Past {
            crypto,
            amount: amount.into(),
            amount_usd,
            txid: txid(crypto),
            txid2: txid(crypto),
            received_at: now - hours * DAY / 24 - 1_800_000,
            closed_at: now - hours * DAY / 24,
        });
        let transactions: VecDeque<_> = past.collect();
        let recent = transactions.iter().rev().map(|past| (past.closed_at, past.amount_usd)).collect();
        History {
            transactions,
            recent,
            trades: 48_211,
            volume: 5_120_733.4,
            canceled_trades: 1_904,
            canceled_volume: 96_480.0,
        }
    }

    /// Notes a trade that was closed just now.
    pub(crate) fn note(&mut self, trade: &Trade) {
        let Some(closing) = &trade.closing else { return };
        let volume = trade.deposit.as_ref().map_or(0.0, |deposit| deposit.amount_usd);
        self.trades += 1;
        self.volume += volume;
        if closing.outcome.as_deref() != Some("released") {
            self.canceled_trades += 1;
            self.canceled_volume += volume;
        }
        self.recent.push_back((closing.at, volume));
        if let (Some(deposit), Some(settlement)) = (&trade.deposit, &trade.settlement_txid) {
            self.transactions.push_front(Past {
                crypto: trade.crypto.name,
                amount: deposit.amount.clone(),
                amount_usd: deposit.amount_usd,
                txid: deposit.txid.clone(),
                txid2: settlement.clone(),
                received_at: deposit.received_at,
                closed_at: closing.at,
            });
            self.transactions.truncate(SHOWN);
        }
    }

    /// The answer of `GET /stats`.
    pub(crate) fn stats(&self, now: Millis) -> String {
        let day = || self.recent.iter().filter(|(at, _)| *at > now - DAY);
        let dollars = |value: f64| number((value * 100.0).round() / 100.0);
        Object::new()
            .with("trades", self.trades)
            .raw("volume", dollars(self.volume))
            .with("canceledTrades", self.canceled_trades)
            .raw("canceledVolume", dollars(self.canceled_volume))
            .with("trades24h", day().count() as i64)
            .raw("volume24h", dollars(day().map(|(_, volume)| volume).sum()))
            .to_string()
    }

    /// The answer of `GET /transactions`.
    pub(crate) fn transactions(&self) -> String {
        list(self.transactions.iter().take(SHOWN).map(|past| {
            Object::new()
                .with("crypto", past.crypto)
                .raw("amount", past.amount.as_str())
                .raw("amountUsd", number(past.amount_usd))
                .with("txid", past.txid.as_str())
                .with("txid2", past.txid2.as_str())
                .with("receivedAt", past.received_at / 1000)
                .with("closedAt", past.closed_at / 1000)
                .to_string()
        }))
    }
}
