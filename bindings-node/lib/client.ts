import { offset, optionalText, snapshot, text } from './arguments.js';
import { type CallOptions, calls, mutate, read } from './calls.js';
import { ActionChallenge, ClaimChallenge } from './challenges.js';
import { sync } from './errors.js';
import { EventStream, type EventsOptions } from './events.js';
import type { NextStep, OpenedTrade, Server, Stats, Trade, Transaction } from './models.js';
import {
  type NativeActionChallenge,
  type NativeClaimChallenge,
  type NativeClient,
  native,
} from './native.js';
import { readOpened, readServers, readStats, readTrade, readTransactions } from './snapshots.js';
import type { Crypto, Role } from './words.js';

export interface ClientOptions {
  /** The API token. Without one only `servers`, `stats` and `transactions` work. */
  readonly token?: string | undefined;
  /**
   * The Discord user that the token belongs to. The API can't tell; `nextStep` and settling a lost answer by
   * reading need it.
   */
  readonly userId?: string | undefined;
  /** Where the API is, version included. Plain `http` only on loopback. */
  readonly baseUrl?: string | undefined;
  /** A proxy for all requests. Without it the environment's proxies count, except on loopback. */
  readonly proxy?: string | undefined;
  /** A PEM file with certificate authorities to trust besides the built-in and the system's. */
  readonly caFile?: string | undefined;
  readonly timeouts?: Timeouts | undefined;
}

/** Limits of time, in seconds. */
export interface Timeouts {
  /** Opening a connection. 10. */
  readonly connect?: number;
  /** One attempt of a call, its body included. 20. */
  readonly attempt?: number;
  /** A whole call with all its attempts. 45. */
  readonly call?: number;
  /** How long the server may hold an event poll, at most 60. 50. */
  readonly poll?: number;
  /** How much later a poll's answer may come. 10. */
  readonly pollGrace?: number;
}

export interface OpenTrade {
  /** Discord server. */
  readonly guild: string;
  readonly crypto: Crypto;
  /** Discord user who pays into escrow. */
  readonly sender: string;
  /** Discord user who gets released funds. */
  readonly receiver: string;
  /**
   * The caller's own name for this intent, such as `order:42`: under one name one trade is opened, however often
   * the call is repeated in this process. Without one each call is an intent of its own.
   */
  readonly operation?: string | undefined;
}

const FROM_ENV = Symbol('from the environment');

/** The AutoPlus API for one account. */
export class Client {
  /** The Discord user that this client acts for, if it was told. */
  readonly userId: string | undefined;
  readonly #client: NativeClient;

  /** Checks everything and makes the client. Nothing is sent. */
  constructor(options: ClientOptions = {}) {
    const { timeouts, ...texts } = options;
    for (const [name, value] of Object.entries(texts)) optionalText(name, value);
    const config = JSON.stringify(options);
    this.#client = sync(() => native.NativeClient.create(calls, config, FROM_ENV in options));
    this.userId = this.#client.userId ?? undefined;
  }

  /**
   * A client set up by `AUTOPLUS_TOKEN`, `AUTOPLUS_USER_ID`, `AUTOPLUS_BASE_URL`, `AUTOPLUS_PROXY` and
   * `AUTOPLUS_CA_FILE`; `options` go before them.
   */
  static fromEnv(options: ClientOptions = {}): Client {
    return new Client(Object.assign({ [FROM_ENV]: true }, options));
  }

  /** Goes on under another token of the same user. Calls under way keep the old one. */
  setToken(token: string): void {
    const next = text('token', token);
    sync(() => this.#client.setToken(next));
  }

  /** The Discord servers that AutoPlus is in. */
  async servers(options?: CallOptions): Promise<readonly Server[]> {
    return readServers(await read(options, (call) => this.#client.servers(call)));
  }

  /** Global statistics. */
  async stats(options?: CallOptions): Promise<Stats> {
    return readStats(await read(options, (call) => this.#client.stats(call)));
  }

  /** The ten most recent public transactions. */
  async transactions(options?: CallOptions): Promise<readonly Transaction[]> {
    return readTransactions(await read(options, (call) => this.#client.transactions(call)));
  }

  /**
   * Opens a trade. Rejects with {@link OutcomeUnknownError} if nothing proves whether it was opened: repeat the call
   * under the operation's name, never under another.
   */
  async openTrade(trade: OpenTrade, options?: CallOptions): Promise<OpenedTrade> {
    const guild = text('guild', trade.guild);
    const crypto = text('crypto', trade.crypto);
    const sender = text('sender', trade.sender);
    const receiver = text('receiver', trade.receiver);
    const operation = optionalText('operation', trade.operation);
    const run = (call: number) => this.#client.openTrade(call, guild, crypto, sender, receiver, operation);
    return readOpened(await mutate(options, run));
  }

  /** The trade as it stands, by its thread id. */
  async trade(id: string, options?: CallOptions): Promise<Trade> {
    const thread = text('trade id', id);
    return readTrade(await read(options, (call) => this.#client.trade(call, thread)));
  }

  /** Takes a role after identification was reset. */
  async chooseRole(trade: Trade, role: Role, options?: CallOptions): Promise<Trade> {
    const [reviewed, wanted] = [snapshot(trade), text('role', role)];
    return readTrade(await mutate(options, (call) => this.#client.chooseRole(call, reviewed, wanted)));
  }

  /** Confirms exactly the sender and receiver of this snapshot. */
  async confirmIdentification(trade: Trade, options?: CallOptions): Promise<Trade> {
    const reviewed = snapshot(trade);
    return readTrade(await mutate(options, (call) => this.#client.confirmIdentification(call, reviewed)));
  }

  /** Clears both roles and their confirmations. */
  async resetIdentification(trade: Trade, options?: CallOptions): Promise<Trade> {
    const reviewed = snapshot(trade);
    return readTrade(await mutate(options, (call) => this.#client.resetIdentification(call, reviewed)));
  }

  /** Sets or replaces this account's terms, or clears them with `null`. At most 896 UTF-16 code units. */
  async setTerms(trade: Trade, terms: string | null, options?: CallOptions): Promise<Trade> {
    const [reviewed, wanted] = [snapshot(trade), terms === null ? null : text('terms', terms)];
    return readTrade(await mutate(options, (call) => this.#client.setTerms(call, reviewed, wanted)));
  }

  /** Confirms exactly both terms of this snapshot. */
  async confirmTerms(trade: Trade, options?: CallOptions): Promise<Trade> {
    const reviewed = snapshot(trade);
    return readTrade(await mutate(options, (call) => this.#client.confirmTerms(call, reviewed)));
  }

  /** Asks to release the funds to the receiver; only the sender may. Moves nothing yet. */
  async requestRelease(trade: Trade, options?: CallOptions): Promise<ActionChallenge> {
    const reviewed = snapshot(trade);
    const run = (call: number) => this.#client.requestRelease(call, reviewed);
    return new ActionChallenge(await read<NativeActionChallenge>(options, run));
  }

  /** Asks to return the funds to the sender; only the receiver may. Moves nothing yet. */
  async requestReturn(trade: Trade, options?: CallOptions): Promise<ActionChallenge> {
    const reviewed = snapshot(trade);
    const run = (call: number) => this.#client.requestReturn(call, reviewed);
    return new ActionChallenge(await read<NativeActionChallenge>(options, run));
  }

  /**
   * Asks to send the funds to an address: the receiver's payout, the sender's return, or the sender's part of a
   * reduction. Moves nothing yet. Refused while an accepted claim hasn't ended.
   */
  async requestClaim(trade: Trade, address: string, options?: CallOptions): Promise<ClaimChallenge> {
    const [reviewed, target] = [snapshot(trade), text('address', address)];
    const run = (call: number) => this.#client.requestClaim(call, reviewed, target);
    return new ClaimChallenge(await read<NativeClaimChallenge>(options, run));
  }

  /** Follows a trade. Nothing is sent before the first `next`; aborting `signal` ends the stream. */
  events(tradeId: string, options: EventsOptions = {}): EventStream {
    const thread = text('trade id', tradeId);
    const startAfter = offset('startAfter', options.startAfter);
    return new EventStream(
      sync(() => this.#client.events(thread, startAfter)),
      thread,
      options,
    );
  }

  /** What this account can do now. Needs `userId`; sends nothing. */
  nextStep(trade: Trade): NextStep {
    const reviewed = snapshot(trade);
    return Object.freeze(JSON.parse(sync(() => this.#client.nextStep(reviewed))));
  }

  /**
   * Frees the name of an operation after a person looked at what became of it. True if the name was known.
   * **Only a person can decide this**: what was sent under the name may still take effect.
   */
  forget(operation: string): boolean {
    const name = text('operation', operation);
    return sync(() => this.#client.forget(name));
  }

  /** Ends the client: waits up to ten seconds for mutations under way, then refuses further calls. */
  async close(): Promise<void> {
    await read(undefined, (call) => this.#client.close(call));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
