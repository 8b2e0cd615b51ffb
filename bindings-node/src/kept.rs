//! JSON text that JavaScript kept of what it was given, and what stands at a path in it.

use std::collections::BTreeMap;

use autoplus::{Crypto, Decimal, Trade};
use napi_derive::napi;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::places;

/// A trade as JavaScript hands it back.
#[napi(object)]
pub struct TradeText {
    pub json: String,
    /// Whether this very object came from the core, so that it counts as reviewed.
    pub kept: bool,
}

impl TradeText {
    pub(crate) fn read(&self) -> Result<Trade, Failure> {
        let json = &self.json;
        Ok(if self.kept { autoplus::bridge::snapshot(json)? } else { Trade::from_json(json)? })
    }
}

/// A trade that was rebuilt from JSON, by place.
#[napi(catch_unwind)]
pub fn rebuilt_trade(json: String) -> napi::Result<String> {
    Ok(places::of_trade(&Trade::from_json(&json).map_err(Failure::from)?))
}

/// The trade that stands at a path in JSON text of the core, by place.
#[napi(catch_unwind)]
pub fn trade_at(json: String, path: String) -> napi::Result<String> {
    Ok(places::of_trade(&autoplus::bridge::snapshot(at(&json, &path)?).map_err(Failure::from)?))
}

/// The raw text of each of the named fields of the object at a path, as one JSON object of strings.
#[napi(catch_unwind)]
pub fn raw_fields(json: String, path: String, names: Vec<String>) -> napi::Result<String> {
    let fields = fields(at(&json, &path)?)?;
    let raw: BTreeMap<&String, &str> =
        names.iter().filter_map(|name| Some((name, fields.get(name)?.get()))).collect();
    Ok(serde_json::to_string(&raw).map_err(Failure::from)?)
}

/// Whether the escrow of this trade holds at least so much of exactly this crypto.
#[napi(catch_unwind)]
pub fn covers(trade: TradeText, min_amount: String, crypto: String) -> napi::Result<bool> {
    let Ok(least) = Decimal::from_str_exact(&min_amount) else {
        let message = format!(
            "minAmount: expected a decimal number as a string, such as \"0.5\", of at most 28 digits; got {min_amount:?}"
        );
        return Err(Failure::invalid(&message).into());
    };
    Ok(trade.read()?.covers(least, &Crypto::from(crypto.as_str())))
}

pub(crate) fn at<'a>(json: &'a str, path: &str) -> Result<&'a str, Failure> {
    let mut here = json;
    for name in path.split('.').filter(|name| !name.is_empty()) {
        here = match name.parse::<usize>() {
            Ok(index) => items(here)?.get(index).map(|raw| raw.get()),
            Err(_) => fields(here)?.get(name).map(|raw| raw.get()),
        }
        .ok_or_else(|| Failure::invalid(&format!("there is nothing at {path:?}")))?;
    }
    Ok(here)
}

fn fields(json: &str) -> Result<BTreeMap<String, &RawValue>, Failure> {
    serde_json::from_str(json).map_err(|why| Failure::invalid(&format!("expected a JSON object: {why}")))
}

fn items(json: &str) -> Result<Vec<&RawValue>, Failure> {
    serde_json::from_str(json).map_err(|why| Failure::invalid(&format!("expected a JSON list: {why}")))
}
