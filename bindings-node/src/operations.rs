//! Operations as JavaScript sees them.

use std::collections::BTreeMap;

use autoplus::Operation;
use napi_derive::napi;
use serde::Serialize;

use crate::failure::Failure;
use crate::kept::at;

/// What is told of the operation that stands at a path in JSON text of the core, itself included.
#[napi(catch_unwind)]
pub fn operation_at(json: String, path: String) -> napi::Result<String> {
    let operation = Operation::from_json(at(&json, &path)?).map_err(Failure::from)?;
    let told = Told {
        name: operation.name(),
        kind: operation.kind(),
        trade_id: operation.trade_id(),
        state: operation.state(),
        values: operation.values(),
        idempotency_key: operation.idempotency_key(),
        body: operation.body(),
        begun_at: operation.begun_at().seconds(),
        json: operation.to_json(),
    };
    Ok(serde_json::to_string(&told).map_err(Failure::from)?)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    name: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trade_id: Option<&'a str>,
    state: &'a str,
    values: &'a BTreeMap<String, String>,
    idempotency_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    begun_at: i64,
    json: String,
}
