//! What the fuzzer calls: each reader of bytes from outside, with what must hold whatever they are. Compiled for
//! `tests/fuzz` alone, no part of the API.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use serde_json::value::RawValue;

use crate::model::{
    Amount, Crypto, EventPage, EventType, Fields, FundExecution, OpenedTrade, Origin, Server, Stats,
    Timestamp, Trade, TradeEvent, Transaction, Wire,
};
use crate::operation::Operation;
use crate::protocol::answer::{Answer, Outcome};
use crate::protocol::assumptions::MAX_ATTEMPTS;
use crate::protocol::challenge::{ActionReply, ClaimReply, lifetime};
use crate::protocol::claims::Facts;
use crate::protocol::cursor::Cursor;
use crate::protocol::exchange::{Exchange, Step, Verdict};
use crate::protocol::request::{self, Rule};
use crate::protocol::witness::Witness;
use crate::protocol::{check_address, operations};
use crate::store::{self, Access};

/// The answers that are one object or a list of them: what was read can be written, and read again as the same.
pub fn answers(json: &str) {
    if let Some(trade) = reread::<Trade>(json) {
        if let Some(terms) = trade.terms() {
            let echo = request::confirm_terms(trade.id(), terms).body;
            assert!(echo.is_some_and(|body| is_json(&body)), "an echo of terms that is no JSON");
        }
        assert!(!Trade::from_json(&trade.to_json()).is_ok_and(|again| again.is_from_server()));
    }
    let _ = (reread::<OpenedTrade>(json), reread::<FundExecution>(json), reread::<Stats>(json));
    let _ = (reread::<Vec<Server>>(json), reread::<Vec<Transaction>>(json));
}

/// The answers that carry a confirmation code: it is never shown.
pub fn challenges(json: &str, date: i64) {
    let date = Timestamp::from_seconds(date).to_system_time();
    if let Ok(reply) = ActionReply::decode(json) {
        assert!(lifetime(reply.expires_at, Some(date)) <= Duration::from_secs(60));
        assert_eq!(format!("{:?}", reply.code), "***");
    }
    if let Ok(reply) = ClaimReply::decode(json) {
        assert!(lifetime(reply.expires_at, Some(date)) <= Duration::from_secs(60));
        assert_eq!(format!("{:?}", reply.code), "***");
        for option in &reply.fee_options {
            let confirm =
                request::confirm_claim("9", (&reply.address, &reply.crypto), "code", Some(option), "key");
            assert!(confirm.body.is_some_and(|body| is_json(&body)), "a fee that is no JSON");
        }
    }
}

/// Pages of events, one on each line, as one stream gets them.
pub fn events(pages: &str) {
    let mut cursor = Cursor::default();
    let mut facts = Facts::default();
    let mut newest: Option<i64> = None;
    for page in pages.lines().filter_map(|line| EventPage::decode(line).ok()) {
        let (was_over, had_offset) = (cursor.end().is_some(), cursor.offset().is_some());
        let shown = cursor.take(page);
        assert!(shown.is_empty() || !was_over, "an event after the end");
        for event in &shown {
            let snapshot = *event.kind() == EventType::Snapshot;
            assert!(
                snapshot || newest.is_none_or(|newest| event.id() > newest),
                "an event twice, or one from before"
            );
            assert_eq!(
                event.gap().is_some(),
                snapshot && had_offset,
                "a gap where none is, or none where one is"
            );
            newest = Some(event.id());
            let again = TradeEvent::from_json(&event.to_json());
            assert!(again.is_ok_and(|again| again == *event), "an event that changes when it is kept");
            let _ = (event.changes().outcome(), event.changes().execution(), facts.saw_event(event));
        }
        if let Some(last) = shown.last() {
            assert_eq!(
                Some(last.offset()),
                cursor.offset(),
                "a stream that would not go on where it stopped"
            );
            // What comes after a snapshot the server alone knows, so its offset counts, whatever the snapshot's id.
            newest = cursor.offset();
        }
    }
}

/// A refusal, as any proxy may send it, and what a call makes of it.
pub fn refusals(status: u16, date: &str, retry_after: &str, body: &[u8]) {
    let answer = Answer {
        status,
        date: httpdate::parse_http_date(date).ok(),
        retry_after: Some(retry_after.to_owned()),
        body: body.to_vec(),
    };
    let error = answer.to_error(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    assert!(!error.message().is_empty() && error.status() == Some(status));
    assert!(is_json(&error.to_json()) && is_json(&error.clone().without(&["1", "secret"]).to_json()));
    for rule in [Rule::Read, Rule::Keyed, Rule::Create, Rule::CompareAndSet] {
        let outcome = if answer.is_success() { Outcome::Unreadable } else { Outcome::Refused };
        let verdict = ended(rule, || outcome(error.clone()));
        let proves_nothing = rule != Rule::Read && !(300..500).contains(&status);
        let says_failed = matches!(verdict, Verdict::Failed(_));
        assert!(!(proves_nothing && says_failed), "{rule:?} failed, said {status}, though nothing proves it");
    }
}

/// Plays a call that always ends the same way.
fn ended(rule: Rule, outcome: impl Fn() -> Outcome) -> Verdict {
    // A process that has run for months.
    let mut now = Duration::from_secs(10_000_000);
    let deadline = now + Duration::from_secs(45);
    let mut exchange = Exchange::new(rule, now, Duration::from_secs(20), Duration::from_secs(45));
    for _ in 0..2 * MAX_ATTEMPTS {
        match exchange.next(now) {
            Step::Send(limit) => {
                now += limit.min(Duration::from_millis(300));
                exchange.notify(outcome(), now, 0.5);
            }
            Step::Wait(pause) => now += pause,
            Step::End(verdict) => return verdict,
        }
        assert!(now <= deadline, "a call that outlives its deadline");
    }
    panic!("more than {MAX_ATTEMPTS} attempts");
}

/// An address for a crypto: what is accepted has one spelling, which is accepted too and stays as it is.
pub fn addresses(crypto: &str, address: &str) {
    let crypto = Crypto::from(crypto);
    let Ok(check) = check_address(&crypto, address) else { return };
    let again = check_address(&crypto, &check.canonical);
    assert!(again.is_ok_and(|again| again.canonical == check.canonical), "{address} has no one spelling");
    assert!(crate::protocol::address::same_address(&crypto, address, &check.canonical));
}

/// An operation that a caller kept, and what a store may hold of a trade.
pub fn operations(json: &str, now: u64, wall: i64) {
    let _ = serde_json::from_str::<Facts>(json);
    let Ok(operation) = Operation::from_json(json) else { return };
    let again = Operation::from_json(&operation.to_json());
    assert!(again.is_ok_and(|again| again == operation), "an operation that changes when it is kept");
    let _ = (format!("{operation:?}"), operation.begun_at().to_system_time());
    let (row, now) = (operation.row(), Duration::from_millis(now));
    let mut witness = Witness::default();
    let _ = (witness.see(row, now), witness.is_young(row, now, wall), request::open_trade_again(row).is_ok());
    if let Some(issued) = &row.attempt.challenge {
        let date = Timestamp::from_seconds(wall).to_system_time();
        let _ = issued.death.is_past(date, Duration::from_secs(600));
    }
    let Ok(store) = store::open(None) else { return };
    // As it lies in a store, whoever wrote it, and as one that a caller hands in.
    for kept in [true, false] {
        let _ = store.transact("1", Access::Synced, &mut |rows| {
            if kept {
                rows.put(row)?
            } else {
                drop(operations::adopt(rows, row, "1")?)
            }
            let taken = operations::take(rows, &mut witness, &row.name, now)?;
            assert!(taken.is_none_or(|taken| taken.intent == row.intent), "an intent that changes");
            drop(operations::forget(rows, &Witness::default(), &row.name));
            rows.remove(&row.name)
        });
    }
}

/// A number: whatever is read of it is exactly what was written.
pub fn numbers(token: &str) {
    let json = format!(r#"{{"n":{token}}}"#);
    let read = || Fields::parse(&json, Origin::Server);
    let Ok(raw) = read().map(|mut fields| fields.take_raw("n").unwrap_or_default().to_owned()) else {
        return;
    };
    if let Ok(amount) = read().and_then(|mut fields| fields.take::<Amount>("n")) {
        assert!(is_json(&amount.as_text()), "{raw} reads {amount}");
        assert_eq!(exact(amount.raw()), exact(&amount.as_text()), "{raw} reads {amount}");
    }
    if let Ok(number) = read().and_then(|mut fields| fields.take::<i64>("n")) {
        assert_eq!(exact(&raw), exact(&number.to_string()), "{raw} reads {number}");
    }
    if let Ok(moment) = read().and_then(|mut fields| fields.take::<Timestamp>("n")) {
        let _ = moment.to_system_time();
    }
    let _ = reread::<Vec<Amount>>(token);
}

/// A number's sign, digits and power of ten, by arithmetic on its characters alone.
fn exact(token: &str) -> Option<(bool, String, i128)> {
    let (mantissa, power) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some((false, String::new(), 0));
    }
    let zeros = i128::try_from(digits.len() - significant.len()).ok()?;
    let power = power.parse::<i128>().ok()? - i128::try_from(fraction.len()).ok()? + zeros;
    Some((whole.starts_with('-'), significant.to_owned(), power))
}

fn reread<T: Wire + PartialEq + Debug>(json: &str) -> Option<T> {
    let read = T::decode(json, Origin::Server).ok()?;
    let mut written = String::new();
    read.encode(&mut written);
    assert!(is_json(&written), "{read:?} is written as {written}");
    let again = T::decode(&written, Origin::Rebuilt);
    assert!(again.is_ok_and(|again| again == read), "{read:?} changes when it is kept");
    Some(read)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}
