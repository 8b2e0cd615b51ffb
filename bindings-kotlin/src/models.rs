//! The core's models as plain records.

use std::collections::HashMap;

use autoplus::{
    BtcFeeOption, Changes, Execution, FundExecution, Gap, OpenedTrade, Server, Stats, TermsSide, Text, Trade,
    TradeEvent, TradeTerms, Transaction,
};

use crate::money::Money;
use crate::parts::parts;
use crate::rebuild::OddJson;

type Extra = HashMap<String, String>;

parts! {
    Server => ServerParts { id: String, name: String, icon: Option<String>, extra: Extra }

    Stats => StatsParts {
        trades: i64, volume: Money, canceled_trades: i64, canceled_volume: Money, trades24h: i64,
        volume24h: Money, extra: Extra,
    }

    Transaction => TransactionParts {
        crypto: String, amount: Money, amount_usd: Money, txid: String, txid2: String, received_at: i64,
        closed_at: i64, extra: Extra,
    }

    OpenedTrade => OpenedTradeParts { id: String, trade_id: i64, extra: Extra }

    Trade => TradeParts {
        id: String, trade_id: i64, revision: i64, opened_at: i64, crypto: String, status: String,
        sender: Option<String>, receiver: Option<String>, identification_revision: i64,
        identification_confirmed_by: Vec<String>, terms: Option<TermsParts>, address: Option<String>,
        fees: Option<Money>, fees_usd: Option<Money>, amount: Option<Money>, amount_usd: Option<Money>,
        received_at: Option<i64>, txid: Option<String>, settlement_txid: Option<String>,
        fund_controls_locked: bool, extra: Extra, odd_json: Option<String>, is_from_server: bool,
    }

    TradeTerms => TermsParts { version: String, sender: TermsSideParts, receiver: TermsSideParts, extra: Extra }

    TermsSide => TermsSideParts {
        text: Option<TextParts>, confirmed: bool, confirmed_at: Option<i64>, extra: Extra,
    }

    Text => TextParts { as_str: String, is_exact: bool }

    TradeEvent => EventParts {
        id: i64, kind: String, occurred_at: i64, changes: ChangesParts, trade: TradeParts, gap: Option<GapParts>,
        offset: i64, extra: Extra,
    }

    Changes => ChangesParts { raw_json: String, outcome: Option<String>, execution: Option<ExecutionParts> }

    Execution => ExecutionParts { id: Option<String>, state: String, reason: Option<String> }

    Gap => GapParts { last_known: Option<TradeParts>, fields: Vec<String> }

    BtcFeeOption => FeeParts {
        priority: String, sat_per_vbyte: Money, estimated_cost_usd: Option<Money>, extra: Extra,
    }

    FundExecution => FundExecutionParts { execution_id: String, status: String, extra: Extra }
}
