//! Checking an address without sending anything.

use autoplus::AddressWarning;
use napi_derive::napi;

use crate::failure::Failure;

/// What a crypto's network makes of an address, as JSON text.
#[napi(catch_unwind)]
pub fn check_address(crypto: String, address: String) -> napi::Result<String> {
    let check = autoplus::check_address(&crypto.as_str().into(), &address).map_err(Failure::from)?;
    let warnings: Vec<_> = check.warnings.iter().map(shown).collect();
    Ok(serde_json::json!({ "canonical": check.canonical, "warnings": warnings }).to_string())
}

fn shown(warning: &AddressWarning) -> serde_json::Value {
    let mut shown = serde_json::json!({ "kind": warning.as_str(), "message": warning.to_string() });
    if let AddressWarning::SeveralNetworks { networks } = warning {
        shown["networks"] = serde_json::json!(networks);
    }
    shown
}
