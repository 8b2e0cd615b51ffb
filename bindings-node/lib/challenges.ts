import { amount, describe, fields, optionalText, text } from './arguments.js';
import { type CallOptions, type Ended, type Left, mutate, told } from './calls.js';
import { invalid } from './errors.js';
import type { BtcFeeOption, FundExecution, Trade } from './models.js';
import type { NativeActionChallenge, NativeClaimChallenge } from './native.js';
import type { Operation } from './operations.js';
import { readFees, readFundExecution, readTrade } from './snapshots.js';
import type { Action, Crypto } from './words.js';

export interface ConfirmOptions extends CallOptions {
  /** The caller's own name for this intent, such as `release:order:42`: under one name funds move once. */
  readonly operation?: string | undefined;
}

export interface ConfirmClaimOptions extends ConfirmOptions {
  /** One of `feeOptions`, or a copy of one; needed for BTC, refused for everything else. */
  readonly fee?: BtcFeeOption | undefined;
}

/** The name under which a challenge is confirmed: the caller's, or one random name for all its confirmations. */
class Name {
  readonly #kind: Operation['kind'];
  readonly #tradeId: string;
  readonly #random: string = globalThis.crypto.randomUUID();
  #given: string | undefined;

  constructor(kind: Operation['kind'], tradeId: string) {
    this.#kind = kind;
    this.#tradeId = tradeId;
  }

  /** What the core is to be told: nothing if the challenge already has a name of the caller's. */
  next(operation: string | undefined): string | undefined {
    const given = optionalText('operation', operation);
    const next = given ?? (this.#given === undefined ? this.#random : undefined);
    this.#given = given ?? this.#given;
    return next;
  }

  /** What an aborted wait leaves open. */
  left(): Left {
    const name = this.#given ?? this.#random;
    return {
      advice: 'call confirm again on this same challenge',
      operation: { name, kind: this.#kind, tradeId: this.#tradeId },
    };
  }
}

/** What may be seen of one. */
type ActionView = Pick<ActionChallenge, 'tradeId' | 'action' | 'recipient'> & { readonly expiresAt: number };
type ClaimView = Pick<ClaimChallenge, 'tradeId' | 'address' | 'crypto'> & {
  readonly expiresAt: number;
  /** JSON text. */
  readonly feeOptions: string;
};

/** Permission to release or return the funds of one trade, once, within a minute. */
export class ActionChallenge {
  readonly tradeId: string;
  readonly action: Action;
  /** Discord user who will get the funds. */
  readonly recipient: string;
  /** When the server stops accepting it. */
  readonly expiresAt: Date;
  readonly #challenge: NativeActionChallenge;
  readonly #name: Name;

  private constructor(view: ActionView, challenge: NativeActionChallenge) {
    this.tradeId = view.tradeId;
    this.action = view.action;
    this.recipient = view.recipient;
    this.expiresAt = new Date(view.expiresAt * 1000);
    this.#challenge = challenge;
    this.#name = new Name(this.action, this.tradeId);
    Object.freeze(this);
  }

  /** @internal */
  static of(ended: Ended): ActionChallenge {
    const [view] = told<[ActionView]>(ended);
    return new ActionChallenge(view, ended.objects?.[0] as NativeActionChallenge);
  }

  /**
   * Moves the funds. Works once. If it fails with {@link OutcomeUnknownError}, call it again on this same object:
   * identical key and bytes go out, so nothing moves twice.
   */
  async confirm(options: ConfirmOptions = {}): Promise<Trade> {
    const { operation, signal } = fields('options', options, ['operation', 'signal']);
    const name = this.#name.next(operation);
    const run = (call: number) => this.#challenge.confirm(call, name);
    return readTrade(told(await mutate({ signal }, run, this.#name.left())));
  }
}

/** Permission to claim funds of one trade to one address, once, within a minute. */
export class ClaimChallenge {
  readonly tradeId: string;
  /** The address, as the server wrote it. */
  readonly address: string;
  /** What will be sent. */
  readonly crypto: Crypto;
  /** When the server stops accepting it. */
  readonly expiresAt: Date;
  /** The fees to choose from; empty except for BTC. */
  readonly feeOptions: readonly BtcFeeOption[];
  readonly #challenge: NativeClaimChallenge;
  readonly #name: Name;

  private constructor(view: ClaimView, challenge: NativeClaimChallenge) {
    this.tradeId = view.tradeId;
    this.address = view.address;
    this.crypto = view.crypto;
    this.expiresAt = new Date(view.expiresAt * 1000);
    this.feeOptions = readFees(view.feeOptions);
    this.#challenge = challenge;
    this.#name = new Name('claim', this.tradeId);
    Object.freeze(this);
  }

  /** @internal */
  static of(ended: Ended): ClaimChallenge {
    const [view] = told<[ClaimView]>(ended);
    return new ClaimChallenge(view, ended.objects?.[0] as NativeClaimChallenge);
  }

  /**
   * Starts the transfer. Works once. If it fails with {@link OutcomeUnknownError}, call it again on this same object
   * with the same fee: identical key and bytes go out.
   */
  async confirm(options: ConfirmClaimOptions = {}): Promise<FundExecution> {
    const { operation, fee, signal } = fields('options', options, ['operation', 'fee', 'signal']);
    const chosen = fee === undefined ? undefined : feeText(fee);
    const name = this.#name.next(operation);
    const run = (call: number) => this.#challenge.confirm(call, chosen, name);
    return readFundExecution(told(await mutate({ signal }, run, this.#name.left())));
  }
}

function feeText(fee: BtcFeeOption): string {
  if (typeof fee !== 'object' || fee === null) {
    throw invalid(`fee: expected one of the challenge's feeOptions, got ${describe(fee)}`);
  }
  const priority = text('fee.priority', fee.priority);
  return JSON.stringify({ priority, satPerVbyte: amount('fee.satPerVbyte', fee.satPerVbyte) });
}
