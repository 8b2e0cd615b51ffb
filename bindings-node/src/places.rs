//! Trades and events as JSON lists with each field at its place: half as long as objects, and read in half the time.
//! `lib/places.ts` knows the same places. What isn't there is `null`; behind the known fields stand those that this version
//! doesn't know, by name, as the text of their JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use autoplus::bridge::tells_of_locks;
use autoplus::{Amount, Execution, Gap, TermsSide, Text, Timestamp, Trade, TradeEvent, TradeTerms};

use crate::numbers::{self, SAFE};

/// About as many bytes as a trade takes.
pub(crate) const TRADE: usize = 1024;

pub(crate) fn of_trade(trade: &Trade) -> String {
    let mut out = String::with_capacity(TRADE);
    push_trade(trade, &mut out);
    out
}

/// A list of events.
pub(crate) fn of_events(events: &[TradeEvent]) -> String {
    let mut out = String::with_capacity(events.len() * 3 / 2 * TRADE + 2);
    out.push('[');
    for (at, event) in events.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        push_event(event, &mut out);
    }
    out.push(']');
    out
}

pub(crate) fn push_event(event: &TradeEvent, out: &mut String) {
    let changes = event.changes();
    out.push('[');
    number(event.id(), out);
    out.push(',');
    string(event.kind().as_str(), out);
    out.push(',');
    number(event.occurred_at().seconds(), out);
    out.push(',');
    numbers::push_exact(changes.raw_json(), out);
    out.push(',');
    string(changes.raw_json(), out);
    out.push(',');
    maybe(changes.outcome().as_ref(), out, |outcome, out| string(outcome.as_str(), out));
    out.push(',');
    maybe(changes.execution().as_ref(), out, push_execution);
    out.push(',');
    push_trade(event.trade(), out);
    out.push(',');
    maybe(event.gap(), out, push_gap);
    out.push(',');
    number(event.offset(), out);
    extra(event.extra(), out);
}

fn push_execution(execution: &Execution, out: &mut String) {
    out.push('[');
    maybe(execution.id(), out, string);
    out.push(',');
    string(execution.state().as_str(), out);
    out.push(',');
    maybe(execution.reason(), out, string);
    out.push(']');
}

fn push_gap(gap: &Gap, out: &mut String) {
    out.push('[');
    maybe(gap.last_known(), out, push_trade);
    out.push(',');
    strings(gap.fields(), out);
    extra(gap.extra(), out);
}

fn push_trade(trade: &Trade, out: &mut String) {
    out.push('[');
    string(trade.id(), out);
    out.push(',');
    number(trade.trade_id(), out);
    out.push(',');
    number(trade.revision(), out);
    out.push(',');
    time(trade.opened_at(), out);
    out.push(',');
    string(trade.crypto().as_str(), out);
    out.push(',');
    string(trade.status().as_str(), out);
    out.push(',');
    maybe(trade.sender(), out, string);
    out.push(',');
    maybe(trade.receiver(), out, string);
    out.push(',');
    number(trade.identification_revision(), out);
    out.push(',');
    strings(trade.identification_confirmed_by(), out);
    out.push(',');
    maybe(trade.terms(), out, push_terms);
    out.push(',');
    maybe(trade.address(), out, string);
    for amounts in [trade.fees(), trade.fees_usd(), trade.amount(), trade.amount_usd()] {
        out.push(',');
        maybe(amounts, out, amount);
    }
    out.push(',');
    maybe(trade.received_at(), out, time);
    out.push(',');
    maybe(trade.txid(), out, string);
    out.push(',');
    maybe(trade.settlement_txid(), out, string);
    out.push(',');
    // What was left out reads as false, but a snapshot has to go back equal to what it is compared with.
    maybe(tells_of_locks(trade).then(|| trade.fund_controls_locked()), out, truth);
    extra(trade.extra(), out);
}

fn push_terms(terms: &TradeTerms, out: &mut String) {
    out.push('[');
    string(terms.version(), out);
    for side in [terms.sender(), terms.receiver()] {
        out.push(',');
        push_side(side, out);
    }
    extra(terms.extra(), out);
}

fn push_side(side: &TermsSide, out: &mut String) {
    out.push('[');
    maybe(side.text(), out, text);
    out.push(',');
    truth(side.confirmed(), out);
    out.push(',');
    maybe(side.confirmed_at(), out, time);
    extra(side.extra(), out);
}

/// Ends the list.
fn extra(fields: &BTreeMap<String, String>, out: &mut String) {
    out.push(',');
    if fields.is_empty() {
        out.push_str("null]");
        return;
    }
    for (at, (name, raw)) in fields.iter().enumerate() {
        out.push(if at == 0 { '{' } else { ',' });
        string(name, out);
        out.push(':');
        string(raw, out);
    }
    out.push_str("}]");
}

fn maybe<T>(value: Option<T>, out: &mut String, push: impl FnOnce(T, &mut String)) {
    match value {
        Some(value) => push(value, out),
        None => out.push_str("null"),
    }
}

/// One that JavaScript would round comes as its digits.
fn number(whole: i64, out: &mut String) {
    match u64::try_from(whole) {
        Ok(usual) if usual <= SAFE => push_digits(usual, out),
        // Writing to a String can't fail.
        _ if whole.unsigned_abs() <= SAFE => drop(write!(out, "{whole}")),
        _ => drop(write!(out, "\"{whole}\"")),
    }
}

/// What formatting does, without its machinery.
fn push_digits(whole: u64, out: &mut String) {
    let (mut digits, mut rest, mut first) = ([b'0'; 20], whole, 20);
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        (rest, first) = (rest / 10, first - 1);
        if rest == 0 {
            break;
        }
    }
    let digits = digits.get(first..).unwrap_or_default();
    out.push_str(std::str::from_utf8(digits).unwrap_or_default());
}

fn time(time: Timestamp, out: &mut String) {
    number(time.seconds(), out);
}

fn truth(truth: bool, out: &mut String) {
    out.push_str(if truth { "true" } else { "false" });
}

fn amount(amount: &Amount, out: &mut String) {
    // Digits and a point need no escapes, and writing to a String can't fail.
    let _ = write!(out, "\"{amount}\"");
}

fn strings(all: &[String], out: &mut String) {
    out.push('[');
    for (at, each) in all.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        string(each, out);
    }
    out.push(']');
}

/// What JavaScript would write otherwise comes as the text of its JSON, in a list: it has to go back as it came.
fn text(text: &Text, out: &mut String) {
    let raw = text.raw_json();
    if is_usual(raw) {
        out.push_str(raw);
    } else {
        out.push('[');
        string(raw, out);
        out.push(']');
    }
}

/// Whether `JSON.stringify` would give this very text of a string.
fn is_usual(raw: &str) -> bool {
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let escaped = rest.as_bytes().get(at + 1).copied().unwrap_or_default();
        if !br#""\bfnrt"#.contains(&escaped) {
            return false;
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    true
}

/// A JSON string. Most need no escapes.
pub(crate) fn string(text: &str, out: &mut String) {
    let escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    out.push('"');
    // All bytes are looked at, whatever is found: that goes many at a time.
    if text.bytes().fold(false, |found, byte| found | escaped(byte)) {
        push_escaped(text, escaped, out);
    } else {
        out.push_str(text);
    }
    out.push('"');
}

fn push_escaped(text: &str, escaped: impl Fn(u8) -> bool, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(&escaped) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        match tail.as_bytes().first() {
            Some(&control) if control < b' ' => {
                let _ = write!(out, "\\u{control:04x}");
            }
            quote => out.extend(['\\', char::from(quote.copied().unwrap_or(b'"'))]),
        }
        rest = tail.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
}
