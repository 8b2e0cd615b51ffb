//! Challenges stay native: the confirmation code never enters JavaScript.

use autoplus::{ActionChallenge, BtcFeeOption, ClaimChallenge};
use napi_derive::napi;

use crate::calls::NativeCalls;
use crate::client::{given, json};
use crate::failure::Failure;

#[napi]
pub struct NativeActionChallenge {
    challenge: ActionChallenge,
    calls: NativeCalls,
}

impl NativeActionChallenge {
    pub(crate) fn new(challenge: ActionChallenge, calls: NativeCalls) -> Self {
        Self { challenge, calls }
    }
}

#[napi]
impl NativeActionChallenge {
    /// What may be shown of it.
    #[napi(catch_unwind)]
    pub fn view(&self) -> String {
        serde_json::json!({
            "tradeId": self.challenge.trade_id(),
            "action": self.challenge.action().as_str(),
            "recipient": self.challenge.recipient(),
            "expiresAt": self.challenge.expires_at().seconds(),
        })
        .to_string()
    }

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

impl NativeClaimChallenge {
    pub(crate) fn new(challenge: ClaimChallenge, calls: NativeCalls) -> Self {
        Self { challenge, calls }
    }
}

#[napi]
impl NativeClaimChallenge {
    /// What may be shown of it, without the fee options.
    #[napi(catch_unwind)]
    pub fn view(&self) -> String {
        serde_json::json!({
            "tradeId": self.challenge.trade_id(),
            "address": self.challenge.address(),
            "crypto": self.challenge.crypto().as_str(),
            "expiresAt": self.challenge.expires_at().seconds(),
        })
        .to_string()
    }

    /// As JSON text with every number as it came, which `serde_json::Value` would not keep.
    #[napi(catch_unwind)]
    pub fn fee_options(&self) -> napi::Result<String> {
        Ok(serde_json::to_string(self.challenge.fee_options()).map_err(Failure::from)?)
    }

    /// `fee` is the JSON text of an option; the challenge refuses it unless it equals one that it offered.
    #[napi(catch_unwind)]
    pub fn confirm(&self, call: u32, fee: Option<String>, operation: Option<String>) {
        let challenge = self.challenge.clone();
        self.calls.mutate(call, async move {
            let fee = fee.as_deref().map(BtcFeeOption::from_json).transpose()?;
            json(&challenge.confirm(fee.as_ref(), operation.as_deref()).await?)
        });
    }
}
