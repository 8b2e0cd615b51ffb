//! The JSON of an answer: a Trade as large as a real one, about 1.1 KB.

use std::fmt::Write;

const FIRST_TRADE: u64 = 1_310_000_000_000_000_000;
const OPENED_AT: u64 = 1_785_000_000;
const TERMS: &str = "The account is handed over with its e-mail address and recovery codes once the escrow shows the \
                     payment; the buyer has twenty-four hours to change them and to report what is missing.";

pub(crate) fn trade_id(at: usize) -> String {
    (FIRST_TRADE + at as u64).to_string()
}

/// Which trade a thread id means.
pub(crate) fn trade_at(id: &str) -> Option<usize> {
    usize::try_from(id.parse::<u64>().ok()?.checked_sub(FIRST_TRADE)?).ok()
}

/// The trade as it stands.
pub(crate) fn snapshot(at: usize, last_id: u64) -> String {
    let mut text = String::with_capacity(1_600);
    text.push_str("{\"events\":[");
    event(&mut text, at, last_id, "trade.snapshot", None);
    close(text, last_id)
}

/// What happened after `offset`; perhaps nothing.
pub(crate) fn page(at: usize, offset: u64, happened: &[(u64, u64)]) -> String {
    let mut text = String::with_capacity(40 + 1_600 * happened.len());
    text.push_str("{\"events\":[");
    for (index, (id, sent_at)) in happened.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        event(&mut text, at, *id, "trade.status.changed", Some(*sent_at));
    }
    close(text, happened.last().map_or(offset, |(id, _)| *id))
}

fn event(text: &mut String, at: usize, id: u64, kind: &str, sent_at: Option<u64>) {
    let changes = sent_at.map_or(String::new(), |micros| format!("\"sentAtMicros\":{micros}"));
    let occurred_at = OPENED_AT + id;
    // Writing to a String can't fail.
    let _ = write!(
        text,
        r#"{{"id":{id},"type":"{kind}","occurredAt":{occurred_at},"changes":{{{changes}}},"trade":"#
    );
    trade(text, at, id);
    text.push('}');
}

fn trade(text: &mut String, at: usize, revision: u64) {
    let (id, number) = (FIRST_TRADE + at as u64, 40_000 + at);
    let (sender, receiver) = (FIRST_TRADE - 2 * (at as u64 + 1), FIRST_TRADE - 2 * (at as u64 + 1) - 1);
    let (accepted, received) = (OPENED_AT + 300, OPENED_AT + 900);
    let _ = write!(
        text,
        concat!(
            r#"{{"id":"{id}","tradeId":{number},"revision":{revision},"openedAt":{opened},"crypto":"ltc","#,
            r#""status":"waitingAction","sender":"{sender}","receiver":"{receiver}","identificationRevision":3,"#,
            r#""identificationConfirmedBy":["{sender}","{receiver}"],"terms":{{"version":"v{number}-7","#,
            r#""sender":{{"text":"{terms}","confirmed":true,"confirmedAt":{accepted}}},"#,
            r#""receiver":{{"text":"{terms}","confirmed":true,"confirmedAt":{accepted}}}}},"#,
            r#""address":"ltc1q5c8d0y6zv4x2k7m9n3p8r4s6t0u2w4y6a8c0e2","fees":0.00012,"feesUsd":0.01,"#,
            r#""amount":1.25,"amountUsd":104.37,"receivedAt":{received},"#,
            r#""txid":"{number:064x}","fundControlsLocked":false}}"#
        ),
        id = id,
        number = number,
        revision = revision,
        opened = OPENED_AT,
        sender = sender,
        receiver = receiver,
        terms = TERMS,
        accepted = accepted,
        received = received,
    );
}

fn close(mut text: String, next_offset: u64) -> String {
    let _ = write!(text, "],\"nextOffset\":{next_offset}}}");
    text
}
