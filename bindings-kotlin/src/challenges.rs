//! Challenges: what is about to move, and the one call that moves it.

use autoplus::{ActionChallenge, BtcFeeOption, ClaimChallenge};

use crate::failure::BridgeError;
use crate::models::{FeeParts, FundExecutionParts};

/// Permission to claim.
#[derive(uniffi::Object)]
pub struct NativeClaim(pub(crate) ClaimChallenge);

/// What a release or return will do.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ActionParts {
    /// The trade.
    pub trade_id: String,
    /// `release` or `return`.
    pub action: String,
    /// Who gets the funds.
    pub recipient: String,
    /// Unix seconds.
    pub expires_at: i64,
}

/// What a claim will do.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ClaimParts {
    /// The trade.
    pub trade_id: String,
    /// Where the funds go.
    pub address: String,
    /// What is sent.
    pub crypto: String,
    /// Unix seconds.
    pub expires_at: i64,
    /// BTC fees to choose from.
    pub fee_options: Vec<FeeParts>,
}

impl From<&ActionChallenge> for ActionParts {
    fn from(challenge: &ActionChallenge) -> Self {
        Self {
            trade_id: challenge.trade_id().to_owned(),
            action: challenge.action().as_str().to_owned(),
            recipient: challenge.recipient().to_owned(),
            expires_at: challenge.expires_at().seconds(),
        }
    }
}

#[uniffi::export]
impl NativeClaim {
    /// What it will do.
    pub fn parts(&self) -> ClaimParts {
        ClaimParts {
            trade_id: self.0.trade_id().to_owned(),
            address: self.0.address().to_owned(),
            crypto: self.0.crypto().to_string(),
            expires_at: self.0.expires_at().seconds(),
            fee_options: self.0.fee_options().iter().map(FeeParts::from).collect(),
        }
    }

    /// Starts the transfer.
    pub async fn confirm(
        &self,
        fee: Option<FeeParts>,
        operation: Option<String>,
    ) -> Result<FundExecutionParts, BridgeError> {
        let fee = fee.map(|fee| self.offered(&fee)).transpose()?;
        Ok((&self.0.confirm(fee.as_ref(), operation.as_deref()).await?).into())
    }
}

impl NativeClaim {
    /// The offered option with these values, which goes back as it came; else one that the core will refuse.
    fn offered(&self, fee: &FeeParts) -> Result<BtcFeeOption, BridgeError> {
        let same = |option: &&BtcFeeOption| FeeParts::from(*option) == *fee;
        if let Some(option) = self.0.fee_options().iter().find(same) {
            return Ok(option.clone());
        }
        let (priority, rate) = (serde_json::Value::from(fee.priority.as_str()), &fee.sat_per_vbyte.0);
        let json = format!(r#"{{"priority":{priority},"satPerVbyte":"{rate}"}}"#);
        Ok(BtcFeeOption::from_json(&json)?)
    }
}
