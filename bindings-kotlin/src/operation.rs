//! Operations and their settlements on their way to Kotlin, and operations on their way back.

use std::collections::HashMap;

use autoplus::{Operation, Settlement};

use crate::failure::BridgeError;
use crate::models::{FundExecutionParts, OpenedTradeParts, TradeParts};
use crate::parts::parts;

parts! {
    Operation => OperationParts {
        name: String, kind: String, trade_id: Option<String>, state: String, values: HashMap<String, String>,
        idempotency_key: String, body: Option<String>, begun_at: i64, to_json: String,
    }
}

/// The core's `Settlement`; words as their text.
#[derive(Debug, Clone, uniffi::Record)]
#[allow(missing_docs, reason = "the core's Settlement explains each field")]
pub struct SettlementParts {
    pub operation: OperationParts,
    pub verdict: String,
    pub by: Option<String>,
    pub opened: Option<OpenedTradeParts>,
    pub trade: Option<TradeParts>,
    pub execution: Option<FundExecutionParts>,
    pub text: String,
    pub to_json: String,
}

impl From<&Settlement> for SettlementParts {
    fn from(settlement: &Settlement) -> Self {
        Self {
            operation: (&settlement.operation).into(),
            verdict: settlement.verdict.as_str().to_owned(),
            by: settlement.by.map(|by| by.as_str().to_owned()),
            opened: settlement.opened.as_ref().map(OpenedTradeParts::from),
            trade: settlement.trade.as_ref().map(TradeParts::from),
            execution: settlement.execution.as_ref().map(FundExecutionParts::from),
            text: settlement.message.clone(),
            to_json: settlement.to_json(),
        }
    }
}

/// An operation from its JSON form.
#[uniffi::export]
pub fn operation_from_json(json: String) -> Result<OperationParts, BridgeError> {
    Ok((&Operation::from_json(&json)?).into())
}
