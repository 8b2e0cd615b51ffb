//! BTC fee choices and the receipt of an accepted claim.

use super::record::record;
use super::{Amount, Priority};

record! {
    /// One of the fee choices that a BTC claim offers. What is chosen goes back unchanged.
    pub struct BtcFeeOption / BtcFeeOptionFields {
        /// How fast the transfer is to confirm.
        by_ref priority: Priority = "priority";
        /// Fee rate in satoshi per virtual byte.
        by_ref sat_per_vbyte: Amount = "satPerVbyte";
        /// Estimated cost of the transfer in USD.
        opt_ref estimated_cost_usd: Amount = "estimatedCostUsd";
    }
}

record! {
    /// A transfer that AutoPlus accepted and now carries out. Events tell how it ends.
    pub struct FundExecution / FundExecutionFields {
        /// Identifier of this transfer.
        str execution_id = "executionId";
        /// `pending` when accepted.
        str status = "status";
    }
}

impl FundExecution {
    /// A receipt read off an event, where the answer itself was lost.
    pub(crate) fn accepted(execution_id: &str, status: &str) -> Option<Self> {
        let json = serde_json::json!({ "executionId": execution_id, "status": status });
        super::Wire::decode(&json.to_string(), super::Origin::Server).ok()
    }
}
