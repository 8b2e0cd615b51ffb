//! Canonical views, built from the crate's public getters alone.

mod streams;

use std::collections::BTreeMap;

use autoplus::{
    ActionChallenge, Amount, ClaimChallenge, Decimal, Error, FundExecution, NextStep, OpenedTrade, Operation,
    Outcome, Server, SettledBy, Settlement, Stats, StreamEnd, TermsSide, Text, Timestamp, Trade, TradeTerms,
    Transaction,
};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

pub(crate) use streams::{events, followed_trade, note, stream, stream_stats, watched};

#[derive(Default)]
struct View(Map<String, Value>);

impl View {
    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn maybe(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn time(self, name: &str, time: Option<Timestamp>) -> Self {
        self.maybe(name, time.map(Timestamp::seconds))
    }

    fn amount(self, name: &str, amount: Option<&Amount>) -> Self {
        self.maybe(name, amount.map(Amount::as_text))
    }

    /// A word of an open list, and that it isn't known if so.
    fn word(self, name: &str, word: &str, known: bool) -> Self {
        let view = self.with(name, word);
        if known { view } else { view.with(&format!("{name}Known"), false) }
    }

    fn outcome(self, outcome: Option<&Outcome>) -> Self {
        match outcome {
            Some(outcome) => self.word("outcome", outcome.as_str(), outcome.is_known()),
            None => self,
        }
    }

    fn stream_end(self, end: &StreamEnd) -> Self {
        match end {
            StreamEnd::Closed(outcome) => self.with("end", "closed").outcome(Some(outcome)),
            StreamEnd::NoLongerAvailable => self.with("end", "noLongerAvailable"),
        }
    }

    fn extra(self, extra: &BTreeMap<String, String>) -> Self {
        if extra.is_empty() {
            return self;
        }
        self.with(
            "extra",
            extra.iter().map(|(name, raw)| (name.clone(), open_json(raw))).collect::<Map<_, _>>(),
        )
    }

    fn end(self) -> Value {
        Value::Object(self.0)
    }
}

/// JSON of any shape, numbers as plain decimal text.
fn open_json(raw: &str) -> Value {
    if let Ok(fields) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(raw) {
        return fields.into_iter().map(|(name, raw)| (name, open_json(raw.get()))).collect();
    }
    if let Ok(items) = serde_json::from_str::<Vec<Box<RawValue>>>(raw) {
        return items.iter().map(|raw| open_json(raw.get())).collect();
    }
    match Decimal::from_str_exact(raw).or_else(|_| Decimal::from_scientific(raw)) {
        Ok(number) => number.to_string().into(),
        Err(_) => serde_json::from_str(raw).unwrap_or_else(|_| raw.into()),
    }
}

pub(crate) fn server(server: &Server) -> Value {
    let view = View::default().with("id", server.id()).with("name", server.name());
    view.maybe("icon", server.icon()).extra(server.extra()).end()
}

pub(crate) fn stats(stats: &Stats) -> Value {
    View::default()
        .with("trades", stats.trades())
        .amount("volume", Some(stats.volume()))
        .with("canceledTrades", stats.canceled_trades())
        .amount("canceledVolume", Some(stats.canceled_volume()))
        .with("trades24h", stats.trades24h())
        .amount("volume24h", Some(stats.volume24h()))
        .extra(stats.extra())
        .end()
}

pub(crate) fn transaction(transaction: &Transaction) -> Value {
    View::default()
        .word("crypto", transaction.crypto().as_str(), transaction.crypto().is_known())
        .amount("amount", Some(transaction.amount()))
        .amount("amountUsd", Some(transaction.amount_usd()))
        .with("txid", transaction.txid())
        .with("txid2", transaction.txid2())
        .time("receivedAt", Some(transaction.received_at()))
        .time("closedAt", Some(transaction.closed_at()))
        .extra(transaction.extra())
        .end()
}

pub(crate) fn opened(opened: &OpenedTrade) -> Value {
    View::default().with("id", opened.id()).with("tradeId", opened.trade_id()).extra(opened.extra()).end()
}

pub(crate) fn trade(trade: &Trade) -> Value {
    View::default()
        .with("id", trade.id())
        .with("tradeId", trade.trade_id())
        .with("revision", trade.revision())
        .time("openedAt", Some(trade.opened_at()))
        .word("crypto", trade.crypto().as_str(), trade.crypto().is_known())
        .word("status", trade.status().as_str(), trade.status().is_known())
        .maybe("sender", trade.sender())
        .maybe("receiver", trade.receiver())
        .with("identificationRevision", trade.identification_revision())
        .with("identificationConfirmedBy", trade.identification_confirmed_by())
        .maybe("terms", trade.terms().map(terms))
        .maybe("address", trade.address())
        .amount("fees", trade.fees())
        .amount("feesUsd", trade.fees_usd())
        .amount("amount", trade.amount())
        .amount("amountUsd", trade.amount_usd())
        .time("receivedAt", trade.received_at())
        .maybe("txid", trade.txid())
        .maybe("settlementTxid", trade.settlement_txid())
        .with("fundControlsLocked", trade.fund_controls_locked())
        .extra(trade.extra())
        .end()
}

fn terms(terms: &TradeTerms) -> Value {
    View::default()
        .with("version", terms.version())
        .with("sender", side(terms.sender()))
        .with("receiver", side(terms.receiver()))
        .extra(terms.extra())
        .end()
}

fn side(side: &TermsSide) -> Value {
    View::default()
        .maybe("text", side.text().map(Text::as_str))
        .maybe("textExact", side.text().filter(|text| !text.is_exact()).map(|_| false))
        .with("confirmed", side.confirmed())
        .time("confirmedAt", side.confirmed_at())
        .extra(side.extra())
        .end()
}

pub(crate) fn action(challenge: &ActionChallenge) -> Value {
    View::default()
        .with("tradeId", challenge.trade_id())
        .with("action", challenge.action().as_str())
        .with("recipient", challenge.recipient())
        .time("expiresAt", Some(challenge.expires_at()))
        .end()
}

pub(crate) fn claim(challenge: &ClaimChallenge) -> Value {
    let options = challenge.fee_options().iter().map(|option| {
        View::default()
            .word("priority", option.priority().as_str(), option.priority().is_known())
            .amount("satPerVbyte", Some(option.sat_per_vbyte()))
            .amount("estimatedCostUsd", option.estimated_cost_usd())
            .extra(option.extra())
            .end()
    });
    View::default()
        .with("tradeId", challenge.trade_id())
        .with("address", challenge.address())
        .word("crypto", challenge.crypto().as_str(), challenge.crypto().is_known())
        .time("expiresAt", Some(challenge.expires_at()))
        .with("feeOptions", options.collect::<Vec<_>>())
        .end()
}

pub(crate) fn receipt(receipt: &FundExecution) -> Value {
    let view = View::default().with("executionId", receipt.execution_id()).with("status", receipt.status());
    view.extra(receipt.extra()).end()
}

pub(crate) fn next_step(step: &NextStep) -> Value {
    let view = View::default().with("step", step.name());
    match step {
        NextStep::ChooseRole { free } => {
            view.with("free", free.iter().map(|role| role.as_str()).collect::<Vec<_>>())
        }
        NextStep::Terms { mine, theirs, confirmed_by_me, confirmed_by_them } => view
            .maybe("mine", mine.as_ref().map(Text::as_str))
            .maybe("theirs", theirs.as_ref().map(Text::as_str))
            .with("confirmedByMe", *confirmed_by_me)
            .with("confirmedByThem", *confirmed_by_them),
        NextStep::Deposit { address, crypto } => {
            view.with("address", address.as_str()).word("crypto", crypto.as_str(), crypto.is_known())
        }
        NextStep::Claim { kind } => view.with("kind", kind.as_str()),
        NextStep::Closed { outcome } => view.outcome(Some(outcome)),
        NextStep::Unknown { status } => view.with("status", status.as_str()),
        _ => view,
    }
    .end()
}

pub(crate) fn operation(operation: &Operation) -> Value {
    let values = operation.values().iter().map(|(name, value)| (name.clone(), value.as_str().into()));
    View::default()
        .with("name", operation.name())
        .with("kind", operation.kind())
        .maybe("tradeId", operation.trade_id())
        .with("state", operation.state())
        .with("values", values.collect::<Map<_, _>>())
        .with("idempotencyKey", operation.idempotency_key())
        .maybe("body", operation.body())
        .end()
}

pub(crate) fn settlement(settlement: &Settlement) -> Value {
    View::default()
        .with("operation", operation(&settlement.operation))
        .with("verdict", settlement.verdict.as_str())
        .maybe("by", settlement.by.map(SettledBy::as_str))
        .maybe("opened", settlement.opened.as_ref().map(opened))
        .maybe("trade", settlement.trade.as_ref().map(trade))
        .maybe("execution", settlement.execution.as_ref().map(receipt))
        .with("message", settlement.message.as_str())
        .end()
}

pub(crate) fn error(error: &Error) -> Value {
    let operation = error.operation().map(operation);
    let change = error.change().map(|change| {
        View::default()
            .with("fields", change.fields.as_slice())
            .maybe("landed", change.landed)
            .with("reviewed", trade(&change.reviewed))
            .with("current", trade(&change.current))
            .end()
    });
    View::default()
        .with("kind", error.kind().as_str())
        .maybe("code", error.code())
        .maybe("status", error.status())
        .maybe("requestId", error.request_id())
        .maybe("details", error.details().map(open_json))
        .maybe("retryAfter", error.retry_after().map(|wait| wait.as_secs()))
        .maybe("operation", operation)
        .maybe("change", change)
        .with("message", error.to_string())
        .end()
}
