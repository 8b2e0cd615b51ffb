//! The types that a user of hyper or reqwest would write: exact amounts, and words of an enum.

use std::hint::black_box;

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::stack::Failed;

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Status {
    WaitingIdentification,
    WaitingTermsAcceptance,
    WaitingReceive,
    WaitingConfirmations,
    WaitingAction,
    WaitingReduceAmountAddress,
    WaitingReturnAddress,
    WaitingAddress,
    Completed,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Trade {
    pub(crate) id: String,
    pub(crate) trade_id: i64,
    pub(crate) revision: i64,
    pub(crate) opened_at: i64,
    pub(crate) crypto: String,
    pub(crate) status: Status,
    pub(crate) sender: Option<String>,
    pub(crate) receiver: Option<String>,
    pub(crate) identification_revision: i64,
    pub(crate) identification_confirmed_by: Vec<String>,
    pub(crate) terms: Option<Terms>,
    pub(crate) address: Option<String>,
    #[serde(default, deserialize_with = "exact")]
    pub(crate) fees: Option<Decimal>,
    #[serde(default, deserialize_with = "exact")]
    pub(crate) fees_usd: Option<Decimal>,
    #[serde(default, deserialize_with = "exact")]
    pub(crate) amount: Option<Decimal>,
    #[serde(default, deserialize_with = "exact")]
    pub(crate) amount_usd: Option<Decimal>,
    pub(crate) received_at: Option<i64>,
    pub(crate) txid: Option<String>,
    pub(crate) settlement_txid: Option<String>,
    #[serde(default)]
    pub(crate) fund_controls_locked: bool,
}

#[derive(Deserialize)]
pub(crate) struct Terms {
    pub(crate) version: String,
    pub(crate) sender: Side,
    pub(crate) receiver: Side,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Side {
    pub(crate) text: Option<String>,
    pub(crate) confirmed: bool,
    pub(crate) confirmed_at: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) id: i64,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) occurred_at: i64,
    pub(crate) changes: Box<RawValue>,
    pub(crate) trade: Trade,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    pub(crate) events: Vec<Event>,
    pub(crate) next_offset: i64,
}

#[derive(Serialize)]
pub(crate) struct Open<'a> {
    pub(crate) crypto: &'a str,
    pub(crate) sender: &'a str,
    pub(crate) receiver: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Opened {
    pub(crate) trade_id: i64,
}

#[derive(Serialize)]
pub(crate) struct Ask<'a> {
    pub(crate) action: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Challenge {
    pub(crate) action: String,
    pub(crate) recipient: String,
    pub(crate) confirmation_code: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Confirm<'a> {
    pub(crate) action: &'a str,
    pub(crate) recipient: &'a str,
    pub(crate) confirmation_code: &'a str,
}

/// The number as it was written, which a float would not be.
fn exact<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Decimal>, D::Error> {
    let Some(raw) = Option::<&RawValue>::deserialize(json)? else { return Ok(None) };
    raw.get().parse().map(Some).map_err(D::Error::custom)
}

/// An idempotency key nobody had before.
pub(crate) fn fresh_key() -> Result<String, Failed> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|why| why.to_string())?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// Reads every field, so that none is spared.
pub(crate) fn read(page: &Page) -> i64 {
    black_box(page.next_offset);
    page.events.iter().map(read_event).sum()
}

fn read_event(event: &Event) -> i64 {
    let Event { id, kind, occurred_at, changes, trade } = event;
    black_box((kind.as_str(), occurred_at, changes.get()));
    let Trade { id: thread, trade_id, revision, opened_at, crypto, status, sender, receiver, .. } = trade;
    black_box((thread, trade_id, opened_at, crypto, status, sender, receiver));
    let Trade { identification_revision, identification_confirmed_by, terms, address, .. } = trade;
    black_box((identification_revision, identification_confirmed_by, address));
    let Trade { fees, fees_usd, amount, amount_usd, received_at, txid, .. } = trade;
    black_box((fees, fees_usd, amount, amount_usd, received_at, txid));
    black_box((&trade.settlement_txid, trade.fund_controls_locked));
    if let Some(Terms { version, sender, receiver }) = terms {
        let read_side = |Side { text, confirmed, confirmed_at }: &Side| {
            black_box((text, confirmed, confirmed_at));
        };
        black_box(version);
        read_side(sender);
        read_side(receiver);
    }
    id + revision
}
