import type {
  Crypto,
  EventType,
  ExecutionState,
  Open,
  Outcome,
  Priority,
  Role,
  TradeStatus,
} from './words.js';

/** An exact decimal number in plain notation, such as `'0.0000001'`. Never a float. */
export type Amount = string;

/** What the API sends beyond what this version knows; absent when there is nothing. */
export interface Extra {
  /** Unknown fields, parsed; numbers that aren't safe integers are strings of the digits that came. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The same fields as raw JSON text. */
  readonly extraJson?: Readonly<Record<string, string>>;
}

/** A Discord server that AutoPlus is in. */
export interface Server extends Extra {
  readonly id: string;
  readonly name: string;
  /** URL of the icon, if it has one. */
  readonly icon?: string;
}

/** Global trade statistics; volumes in USD. */
export interface Stats extends Extra {
  readonly trades: number;
  readonly volume: Amount;
  readonly canceledTrades: number;
  readonly canceledVolume: Amount;
  readonly trades24h: number;
  readonly volume24h: Amount;
}

/** One of the ten most recent public transactions. */
export interface Transaction extends Extra {
  readonly crypto: Crypto;
  /** In that crypto. */
  readonly amount: Amount;
  readonly amountUsd: Amount;
  /** Incoming escrow transaction. */
  readonly txid: string;
  /** Settlement transaction. */
  readonly txid2: string;
  readonly receivedAt: Date;
  readonly closedAt: Date;
}

/** What opening a trade gives. */
export interface OpenedTrade extends Extra {
  /** Discord thread ID, used in every other call. */
  readonly id: string;
  /** Human-readable number. Not for use in calls. */
  readonly tradeId: number;
}

/**
 * A trade as this account may see it, at one moment. Calls that confirm something take the very object that was
 * reviewed and send its values, never newer ones.
 */
export interface Trade extends Extra {
  /** Discord thread ID, used in calls. */
  readonly id: string;
  /** Human-readable number. Not for use in calls. */
  readonly tradeId: number;
  /** Revision of the whole trade. Proves nothing by itself. */
  readonly revision: number;
  readonly openedAt: Date;
  readonly crypto: Crypto;
  readonly status: TradeStatus;
  /** Discord user who pays into escrow. Absent while identification is reset. */
  readonly sender?: string;
  /** Discord user who gets released funds. Absent while identification is reset. */
  readonly receiver?: string;
  readonly identificationRevision: number;
  /** Users who confirmed the current identification. */
  readonly identificationConfirmedBy: readonly string[];
  readonly terms?: TradeTerms;
  /** Escrow deposit address. Only the sender sees it. */
  readonly address?: string;
  /** Network fees in the trade's crypto. */
  readonly fees?: Amount;
  readonly feesUsd?: Amount;
  /** Received by escrow, in the trade's crypto. */
  readonly amount?: Amount;
  readonly amountUsd?: Amount;
  readonly receivedAt?: Date;
  /** Incoming deposit transaction. */
  readonly txid?: string;
  /** Final payout or return transaction. */
  readonly settlementTxid?: string;
  /** True when fund actions are temporarily locked. */
  readonly fundControlsLocked: boolean;
}

/** Both sides' terms and the version that terms calls compare. */
export interface TradeTerms extends Extra {
  readonly version: string;
  readonly sender: TermsSide;
  readonly receiver: TermsSide;
}

export interface TermsSide extends Extra {
  /** Absent when this participant set none. Half a surrogate pair may stand in it, as the server sent it. */
  readonly text?: string;
  readonly confirmed: boolean;
  readonly confirmedAt?: Date;
}

/** One change of a trade, with the whole trade as it stood then. */
export interface TradeEvent extends Extra {
  /** Increases within the trade, with gaps. */
  readonly id: number;
  readonly type: EventType;
  readonly occurredAt: Date;
  /** What changed, of open shape; numbers that aren't safe integers are strings of the digits that came. */
  readonly changes: unknown;
  /** The same as raw JSON text. */
  readonly changesJson: string;
  /** How the trade ended, if `changes` say so. */
  readonly outcome?: Outcome;
  /** The transfer of funds that `changes` report on, if any. */
  readonly execution?: Execution;
  readonly trade: Trade;
  /** Set where history was lost before this event. */
  readonly gap?: Gap;
  /** Pass this as `startAfter` to go on right behind this event. */
  readonly offset: number;
}

/** How a transfer of funds goes on. */
export interface Execution {
  readonly id?: string;
  readonly state: ExecutionState;
  /** Why it failed, if the server says. */
  readonly reason?: string;
}

/** History that expired before it was read. */
export interface Gap extends Extra {
  /** The last snapshot that the stream had seen, if any. */
  readonly lastKnown?: Trade;
  readonly current: Trade;
  /** Names of the fields that differ. */
  readonly fields: readonly string[];
}

/** One of the fee choices that a BTC claim offers. The chosen one, or a copy of it, goes back. */
export interface BtcFeeOption extends Extra {
  readonly priority: Priority;
  readonly satPerVbyte: Amount;
  readonly estimatedCostUsd?: Amount;
}

/** A transfer that AutoPlus accepted and now carries out. Events tell how it ends. */
export interface FundExecution extends Extra {
  readonly executionId: string;
  /** `pending` when accepted. */
  readonly status: string;
}

/** What this account can do now. `unknown` is readable and never acts. */
export type NextStep =
  | { readonly step: 'chooseRole'; readonly free: readonly Role[] }
  | { readonly step: 'confirmIdentification' }
  | {
      readonly step: 'terms';
      readonly mine?: string;
      readonly theirs?: string;
      readonly confirmedByMe: boolean;
      readonly confirmedByThem: boolean;
    }
  | { readonly step: 'deposit'; readonly address: string; readonly crypto: Crypto }
  | { readonly step: 'mayRelease' }
  | { readonly step: 'mayReturn' }
  | { readonly step: 'claim'; readonly kind: 'payout' | 'return' | 'reduction' }
  /** A claim was accepted and its transfer hasn't ended. Never claim again meanwhile. */
  | { readonly step: 'payoutPending' }
  /** Fund actions are locked for now. */
  | { readonly step: 'blocked' }
  /** The other side, or the network, is next. */
  | { readonly step: 'wait' }
  | { readonly step: 'closed'; readonly outcome: Outcome }
  | { readonly step: 'unknown'; readonly status: string };

/** An address that decoded for its crypto. */
export interface AddressCheck {
  /** The address as its network writes it. Two addresses of one crypto are the same exactly if these are equal. */
  readonly canonical: string;
  /** What a person should look at before money goes there. */
  readonly warnings: readonly AddressWarning[];
}

/** What is odd about an address that is accepted all the same. */
export interface AddressWarning {
  readonly kind: Open<'no_checksum' | 'several_networks' | 'off_curve' | 'future_version' | 'unchecked'>;
  /** What to do about it. */
  readonly message: string;
  /** For `several_networks`: their names. */
  readonly networks?: readonly string[];
}

/** How an event stream ended. */
export type StreamEnd =
  | { readonly end: 'closed'; readonly outcome: Outcome }
  | { readonly end: 'noLongerAvailable' };
