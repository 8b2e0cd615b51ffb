import type { FundExecution, OpenedTrade, Trade } from './models.js';
import type { Crypto } from './words.js';

/**
 * A mutation whose outcome matters beyond one call. It holds neither the token nor a confirmation code.
 *
 * It can be kept: `client.resolve(JSON.parse(text))` settles what `JSON.stringify(operation)` wrote, in this process
 * or another.
 */
export type Operation = OpenTradeOperation | ActionOperation | ClaimOperation;

interface AnyOperation {
  /** The caller's name for it, or a random one. Repeat the call under this name to settle it. */
  readonly name: string;
  readonly state: OperationState;
  /** The key that every send of it carries, for AutoPlus's support. */
  readonly idempotencyKey: string;
  /** When it was prepared, by the clock of the machine that did. */
  readonly begunAt: Date;
  /** Everything that settling it needs, as JSON text that the library reads in every language. */
  readonly json: string;
}

export interface OpenTradeOperation extends AnyOperation {
  readonly kind: 'open_trade';
  /** Opening a trade belongs to none yet. */
  readonly tradeId?: undefined;
  readonly values: {
    readonly guild: string;
    readonly crypto: Crypto;
    readonly sender: string;
    readonly receiver: string;
  };
  /** The bytes that were sent; there is no secret in them. */
  readonly body: string;
}

/** A confirmed release or return. */
export interface ActionOperation extends AnyOperation {
  readonly kind: 'release' | 'return';
  /** The trade's thread id. */
  readonly tradeId: string;
  readonly values: { readonly recipient: string };
  /** Left out, because the confirmation code is in it. */
  readonly body?: undefined;
}

export interface ClaimOperation extends AnyOperation {
  readonly kind: 'claim';
  /** The trade's thread id. */
  readonly tradeId: string;
  readonly values: {
    /** Status and revision of the trade as it was reviewed. */
    readonly status: string;
    readonly revision: string;
    readonly address: string;
    readonly crypto: Crypto;
  };
  /** Left out, because the confirmation code is in it. */
  readonly body?: undefined;
}

/**
 * - `running`: a call is at it, or the process that was has ended.
 * - `unknown`: nothing proves what became of it.
 * - `accepted`: a claim whose transfer hasn't ended.
 * - `done`: it took effect.
 */
export type OperationState = 'running' | 'unknown' | 'accepted' | 'done';

/**
 * How a settled operation is known to be done.
 *
 * - `replay`: the same bytes were sent again under the same key, and the answer is theirs.
 * - `reading`: the trade or its events show it. By whom can't be read: a release, return or claim that a person made in
 *   Discord looks the same, so the address of a claim isn't proven.
 * - `record`: it was settled before, and this is what was kept.
 */
export type SettledBy = 'replay' | 'reading' | 'record';

/** What became of an operation that was open, told apart by `verdict`. */
export type Settlement = Done | NotDone | Unknown;

interface AnySettlement {
  /** As it stands after this. */
  readonly operation: Operation;
  /** What that means and what to do, in words. */
  readonly message: string;
}

/** It took effect, once. Exactly one of `opened`, `trade` and `execution` is there. */
export type Done = DoneOpening | DoneAction | DoneClaim;

interface AnyDone extends AnySettlement {
  readonly verdict: 'done';
  readonly by: SettledBy;
}

export interface DoneOpening extends AnyDone {
  readonly opened: OpenedTrade;
  readonly trade?: undefined;
  readonly execution?: undefined;
}

/** A release or return. */
export interface DoneAction extends AnyDone {
  /** The trade after it, as reviewed as one that the client gave you. */
  readonly trade: Trade;
  readonly opened?: undefined;
  readonly execution?: undefined;
}

export interface DoneClaim extends AnyDone {
  readonly execution: FundExecution;
  readonly opened?: undefined;
  readonly trade?: undefined;
}

/** Proven: nothing happened, and nothing of it still can. Its name is free. */
export interface NotDone extends AnySettlement {
  readonly verdict: 'not_done';
  readonly by: SettledBy;
}

/** Nothing proves either. Never start it anew; call `recover` again later. */
export interface Unknown extends AnySettlement {
  readonly verdict: 'unknown';
  readonly by?: undefined;
}
