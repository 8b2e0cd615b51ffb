//! Challenges stay native: the confirmation code never enters JavaScript.

use autoplus::{ActionChallenge, BtcFeeOption, ClaimChallenge};
use napi::bindgen_prelude::Either3;
use napi_derive::napi;

use crate::calls::{NativeCalls, Value};
use crate::client::{given, text};
use crate::failure::Failure;

#[napi]
pub struct NativeActionChallenge {
    challenge: ActionChallenge,
    calls: NativeCalls,
}

/// What may be shown of it, and the challenge.
pub(crate) fn action(challenge: ActionChallenge, calls: NativeCalls) -> Value {
    let view = serde_json::json!([{
        "tradeId": challenge.trade_id(),
        "action": challenge.action().as_str(),
        "recipient": challenge.recipient(),
        "expiresAt": challenge.expires_at().seconds(),
    }]);
    Value::Native(view.to_string(), vec![Either3::B(NativeActionChallenge { challenge, calls })])
}

#[napi]
impl NativeActionChallenge {
    #[napi(catch_unwind)]
    pub fn confirm(&self, call: u32, operation: Option<String>) {
        let challenge = self.challenge.clone();
        self.calls.mutate(call, async move { given(&challenge.confirm(operation.as_deref()).await?) });
    }
}

#[napi]
pub struct NativeClaimChallenge {
    challenge: ClaimChallenge,
    calls: NativeCalls,
}

/// What may be shown of it, and the challenge. The fee options are a text of their own, with every number as it came.
pub(crate) fn claim(challenge: ClaimChallenge, calls: NativeCalls) -> Result<Value, Failure> {
    let view = serde_json::json!([{
        "tradeId": challenge.trade_id(),
        "address": challenge.address(),
        "crypto": challenge.crypto().as_str(),
        "expiresAt": challenge.expires_at().seconds(),
        "feeOptions": serde_json::to_string(challenge.fee_options())?,
    }]);
    Ok(Value::Native(view.to_string(), vec![Either3::C(NativeClaimChallenge { challenge, calls })]))
}

#[napi]
impl NativeClaimChallenge {
    /// `fee` is the JSON text of an option; the challenge refuses it unless it equals one that it offered.
    #[napi(catch_unwind)]
    pub fn confirm(&self, call: u32, fee: Option<String>, operation: Option<String>) {
        let challenge = self.challenge.clone();
        self.calls.mutate(call, async move {
            let fee = fee.as_deref().map(BtcFeeOption::from_json).transpose()?;
            text(&challenge.confirm(fee.as_ref(), operation.as_deref()).await?)
        });
    }
}
