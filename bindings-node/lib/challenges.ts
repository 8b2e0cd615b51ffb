import { optionalText } from './arguments.js';
import { type CallOptions, mutate } from './calls.js';
import { invalid, sync } from './errors.js';
import type { BtcFeeOption, FundExecution, Trade } from './models.js';
import type { NativeActionChallenge, NativeClaimChallenge, NativeFee } from './native.js';
import { native } from './native.js';
import { readFee, readFundExecution, readTrade, rebuiltJson } from './snapshots.js';
import type { Action, Crypto } from './words.js';

export interface ConfirmOptions extends CallOptions {
  /** The caller's own name for this intent, such as `release:order:42`: under one name funds move once. */
  readonly operation?: string | undefined;
}

export interface ConfirmClaimOptions extends ConfirmOptions {
  /** One of `feeOptions`; needed for BTC, refused for everything else. */
  readonly fee?: BtcFeeOption | undefined;
}

/** Permission to release or return the funds of one trade, once, within a minute. */
export class ActionChallenge {
  readonly tradeId: string;
  readonly action: Action;
  /** Discord user who will get the funds. */
  readonly recipient: string;
  /** When the server stops accepting it. */
  readonly expiresAt: Date;
  readonly #challenge: NativeActionChallenge;

  /** @internal */
  constructor(challenge: NativeActionChallenge) {
    const view = JSON.parse(challenge.view());
    this.tradeId = view.tradeId;
    this.action = view.action;
    this.recipient = view.recipient;
    this.expiresAt = new Date(view.expiresAt * 1000);
    this.#challenge = challenge;
    Object.freeze(this);
  }

  /**
   * Moves the funds. Works once. If it fails with {@link OutcomeUnknownError}, call it again on this same object:
   * identical key and bytes go out, so nothing moves twice.
   */
  async confirm(options: ConfirmOptions = {}): Promise<Trade> {
    const operation = optionalText('operation', options.operation);
    return readTrade(await mutate(options, (call) => this.#challenge.confirm(call, operation)));
  }
}

const fees = new WeakMap<object, NativeFee>();

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

  /** @internal */
  constructor(challenge: NativeClaimChallenge) {
    const view = JSON.parse(challenge.view());
    this.tradeId = view.tradeId;
    this.address = view.address;
    this.crypto = view.crypto;
    this.expiresAt = new Date(view.expiresAt * 1000);
    this.feeOptions = Object.freeze(challenge.feeOptions().map(offered));
    this.#challenge = challenge;
    Object.freeze(this);
  }

  /**
   * Starts the transfer. Works once. If it fails with {@link OutcomeUnknownError}, call it again on this same object
   * with the same fee: identical key and bytes go out.
   */
  async confirm(options: ConfirmClaimOptions = {}): Promise<FundExecution> {
    const operation = optionalText('operation', options.operation);
    const fee = options.fee === undefined ? undefined : chosen(options.fee);
    return readFundExecution(await mutate(options, (call) => this.#challenge.confirm(call, fee, operation)));
  }
}

function offered(fee: NativeFee): BtcFeeOption {
  const option = readFee(fee.json());
  fees.set(option, fee);
  return option;
}

function chosen(option: BtcFeeOption): NativeFee {
  if (typeof option !== 'object' || option === null) {
    throw invalid("fee: expected one of the challenge's feeOptions. Nothing was sent");
  }
  return fees.get(option) ?? sync(() => native.NativeFee.fromJson(rebuiltJson(option)));
}
