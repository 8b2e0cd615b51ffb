//! The bodies of the answers, made once: a Trade of exactly 1,110 bytes, and a batch of 1000 events of such trades.

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use hyper::body::Bytes;

/// The one trade.
pub const TRADE: &str = "1310000000000004217";
/// How many events there are.
pub const LAST_EVENT: u64 = 1000;

const TRADE_BYTES: usize = 1110;
const NUMBER: u64 = 40_017;
const OPENED_AT: u64 = 1_785_000_000;
const SENDER: &str = "846290517734100231";
const RECEIVER: &str = "902617340058812416";
/// Seconds that a challenge still has: so many that no round outlives it.
const CHALLENGE: u64 = 600;

const SENDER_TERMS: &str = "I pay 1.25 LTC for the account \\\"northwind\\\".\\nThe recovery codes and the e-mail address \
                            come with it, and I change all of them before I release.";
const RECEIVER_TERMS: &str = "The account is handed over as soon as the escrow shows the payment.\\nThe buyer has \
                              twenty-four hours to look at it and to report what is missing";

/// What happened, in turn, and where the trade stood then.
const HAPPENED: [(&str, &str, &str); 5] = [
    ("trade.identification.updated", "waitingTermsAcceptance", r#"{"identificationRevision":3}"#),
    (
        "trade.terms.updated",
        "waitingReceive",
        r#"{"terms":{"version":"v40017-7"},"status":"waitingReceive"}"#,
    ),
    (
        "trade.status.changed",
        "waitingConfirmations",
        r#"{"status":"waitingConfirmations","amount":1.2504891}"#,
    ),
    ("trade.status.changed", "waitingAction", r#"{"status":"waitingAction","receivedAt":1785000900}"#),
    ("trade.support.updated", "waitingAction", r#"{"fundControlsLocked":false}"#),
];

/// All answers but the challenge, which bears a time.
pub struct Answers {
    /// The trade.
    pub trade: Bytes,
    /// An event page with one snapshot.
    pub snapshot: Bytes,
    /// An event page with all events.
    pub batch: Bytes,
    /// An event page with none.
    pub nothing_new: Bytes,
    /// What opening gives.
    pub opened: Bytes,
    /// The trade after its release.
    pub released: Bytes,
}

impl Default for Answers {
    fn default() -> Self {
        let events: Vec<String> = (1..=LAST_EVENT).map(event).collect();
        let snapshot = format!(
            r#"{{"id":{LAST_EVENT},"type":"trade.snapshot","occurredAt":{OPENED_AT},"changes":{{}},"trade":{}}}"#,
            trade("waitingAction", 31)
        );
        Self {
            trade: trade("waitingAction", 31).into(),
            snapshot: page(&[snapshot]),
            batch: page(&events),
            nothing_new: page(&[]),
            opened: format!(r#"{{"id":"{TRADE}","tradeId":{NUMBER}}}"#).into(),
            released: trade("waitingAddress", 32).into(),
        }
    }
}

impl Answers {
    /// A challenge to release, from now on.
    pub fn challenge() -> Bytes {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let expires_at = now + CHALLENGE;
        format!(
            r#"{{"action":"release","recipient":"{RECEIVER}","confirmationCode":"k7m2q9x4w8r3t6","expiresAt":{expires_at}}}"#
        )
        .into()
    }
}

fn page(events: &[String]) -> Bytes {
    format!(r#"{{"events":[{}],"nextOffset":{LAST_EVENT}}}"#, events.join(",")).into()
}

fn event(id: u64) -> String {
    let turn = usize::try_from(id).unwrap_or_default() % HAPPENED.len();
    let (kind, status, changes) = HAPPENED.get(turn).copied().unwrap_or_default();
    let (occurred_at, trade) = (OPENED_AT + 60 * id, trade(status, 2 * id + 7));
    format!(r#"{{"id":{id},"type":"{kind}","occurredAt":{occurred_at},"changes":{changes},"trade":{trade}}}"#)
}

/// A trade with both terms confirmed and money in escrow; its receiver's terms are as long as the size wants them.
fn trade(status: &str, revision: u64) -> String {
    let without = fields(status, revision, RECEIVER_TERMS);
    let missing = TRADE_BYTES.saturating_sub(without.len());
    fields(status, revision, &format!("{RECEIVER_TERMS}{}", ".".repeat(missing)))
}

fn fields(status: &str, revision: u64, receiver_terms: &str) -> String {
    let (accepted, received) = (OPENED_AT + 300, OPENED_AT + 900);
    let mut text = String::with_capacity(TRADE_BYTES);
    // Writing to a String can't fail.
    let _ = write!(
        text,
        concat!(
            r#"{{"id":"{id}","tradeId":{number},"revision":{revision},"openedAt":{opened},"crypto":"ltc","#,
            r#""status":"{status}","sender":"{sender}","receiver":"{receiver}","identificationRevision":3,"#,
            r#""identificationConfirmedBy":["{sender}","{receiver}"],"terms":{{"version":"v{number}-7","#,
            r#""sender":{{"text":"{sender_terms}","confirmed":true,"confirmedAt":{accepted}}},"#,
            r#""receiver":{{"text":"{receiver_terms}","confirmed":true,"confirmedAt":{accepted}}}}},"#,
            r#""address":"ltc1q5c8d0y6zv4x2k7m9n3p8r4s6t0u2w4y6a8c0e2","fees":0.00012,"feesUsd":0.01,"#,
            r#""amount":1.2504891,"amountUsd":104.37,"receivedAt":{received},"#,
            r#""txid":"9f2c4b7e{number:056x}","fundControlsLocked":false}}"#
        ),
        id = TRADE,
        number = NUMBER,
        revision = revision,
        opened = OPENED_AT,
        status = status,
        sender = SENDER,
        receiver = RECEIVER,
        sender_terms = SENDER_TERMS,
        receiver_terms = receiver_terms,
        accepted = accepted,
        received = received,
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trade_is_as_large_as_a_real_one_wherever_it_stands() {
        let answers = Answers::default();
        let batch: serde_json::Value = serde_json::from_slice(&answers.batch).unwrap();
        assert_eq!(batch["events"].as_array().unwrap().len(), 1000);
        assert_eq!((answers.trade.len(), answers.released.len()), (TRADE_BYTES, TRADE_BYTES));
        for event in batch["events"].as_array().unwrap() {
            let (id, trade) = (event["id"].as_u64().unwrap(), &event["trade"]);
            assert_eq!(trade["revision"].as_u64().unwrap(), 2 * id + 7);
            assert_eq!(super::trade(trade["status"].as_str().unwrap(), 2 * id + 7).len(), TRADE_BYTES);
        }
    }
}
