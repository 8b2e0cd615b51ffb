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

    #[napi(catch_unwind)]
    pub fn fee_options(&self) -> Vec<NativeFee> {
        self.challenge.fee_options().iter().cloned().map(NativeFee).collect()
    }

    #[napi(catch_unwind)]
    pub fn confirm(&self, call: u32, fee: Option<&NativeFee>, operation: Option<String>) {
        let challenge = self.challenge.clone();
        let fee = fee.map(|fee| fee.0.clone());
        self.calls
            .mutate(call, async move { json(&challenge.confirm(fee.as_ref(), operation.as_deref()).await?) });
    }
}

/// An offered fee with its number exactly as it came, which a JavaScript number could not hold.
#[napi]
pub struct NativeFee(BtcFeeOption);

#[napi]
impl NativeFee {
    /// An option that was copied or rebuilt; the challenge refuses it unless it equals one that it offered.
    #[napi(factory, catch_unwind)]
    pub fn from_json(json: String) -> napi::Result<Self> {
        Ok(Self(BtcFeeOption::from_json(&json).map_err(Failure::from)?))
    }

    #[napi(catch_unwind)]
    pub fn json(&self) -> String {
        self.0.to_json()
    }
}
