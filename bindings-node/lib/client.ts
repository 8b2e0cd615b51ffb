import { fields, flag, id, operation, optionalText, seconds, snapshot, text } from './arguments.js';
import { type CallOptions, calls, mutate, read, told } from './calls.js';
import { ActionChallenge, ClaimChallenge } from './challenges.js';
import { sync } from './errors.js';
import { type EventStream, type EventsOptions, openStream } from './events.js';
import type { FollowedTrade, StreamStats } from './following.js';
import type { NextStep, OpenedTrade, Server, Stats, Trade, Transaction } from './models.js';
import { type NativeClient, native } from './native.js';
import { openNotes, type StreamNotes } from './notes.js';
import type { Operation, Settlement } from './operations.js';
import {
  type ClientOptions,
  OPEN_TRADE,
  OPTIONS,
  type OpenTrade,
  type ResolveOptions,
  TIMEOUTS,
} from './options.js';
import {
  readFollowed,
  readOpened,
  readOperations,
  readServers,
  readSettlement,
  readSettlements,
  readStats,
  readTrade,
  readTransactions,
} from './snapshots.js';
import { type WaitOptions, waitFor } from './wait.js';
import { openWatch, type Watch, type WatchOptions } from './watch.js';
import type { Role } from './words.js';

const FROM_ENV = Symbol('from the environment');

/** The AutoPlus API for one account. */
export class Client {
  /** The Discord user that this client acts for, if it was told. */
  readonly userId: string | undefined;
  readonly #client: NativeClient;
  /** Tells who listens to notes that the client is closed. */
  #ending: AbortController | undefined;

  /** Checks everything and makes the client. Nothing is sent. */
  constructor(options: ClientOptions = {}) {
    const { timeouts = {}, ...texts } = fields('options', options, OPTIONS);
    for (const [name, value] of Object.entries(texts)) optionalText(name, value);
    for (const name of TIMEOUTS) seconds(`timeouts.${name}`, fields('timeouts', timeouts, TIMEOUTS)[name]);
    const config = JSON.stringify(options);
    this.#client = sync(() => native.NativeClient.create(calls, config, FROM_ENV in options));
    this.userId = this.#client.userId ?? undefined;
  }

  /**
   * A client set up by `AUTOPLUS_TOKEN`, `AUTOPLUS_USER_ID`, `AUTOPLUS_BASE_URL`, `AUTOPLUS_PROXY`,
   * `AUTOPLUS_CA_FILE` and `AUTOPLUS_STORE`; `options` go before them.
   */
  static fromEnv(options: ClientOptions = {}): Client {
    return new Client(Object.assign({ [FROM_ENV]: true }, fields('options', options, OPTIONS)));
  }

  /** Goes on under another token of the same user. Calls under way keep the old one. */
  setToken(token: string): void {
    const next = text('token', token);
    sync(() => this.#client.setToken(next));
  }

  /** The Discord servers that AutoPlus is in. */
  async servers(options?: CallOptions): Promise<readonly Server[]> {
    return readServers(told(await read(options, (call) => this.#client.servers(call))));
  }

  /** Global statistics. */
  async stats(options?: CallOptions): Promise<Stats> {
    return readStats(told(await read(options, (call) => this.#client.stats(call))));
  }

  /** The ten most recent public transactions. */
  async transactions(options?: CallOptions): Promise<readonly Transaction[]> {
    return readTransactions(told(await read(options, (call) => this.#client.transactions(call))));
  }

  /**
   * Opens a trade. Rejects with {@link OutcomeUnknownError} if nothing proves whether it was opened, and with
   * {@link AbortError} if the wait was aborted: repeat the call under the name of the error's `operation`, never under
   * another.
   */
  async openTrade(trade: OpenTrade, options?: CallOptions): Promise<OpenedTrade> {
    const given = fields('trade', trade, OPEN_TRADE);
    const guild = id('guild', given.guild);
    const crypto = text('crypto', given.crypto);
    const sender = id('sender', given.sender);
    const receiver = id('receiver', given.receiver);
    const name = optionalText('operation', given.operation) ?? globalThis.crypto.randomUUID();
    const run = (call: number) => this.#client.openTrade(call, guild, crypto, sender, receiver, name);
    const advice = `repeat the call under the operation name ${JSON.stringify(name)}`;
    return readOpened(told(await mutate(options, run, { advice, operation: { name, kind: 'open_trade' } })));
  }

  /** The trade as it stands, by its thread id. */
  async trade(tradeId: string, options?: CallOptions): Promise<Trade> {
    const thread = id('trade id', tradeId);
    return readTrade(told(await read(options, (call) => this.#client.trade(call, thread))));
  }

  /** Takes a role after identification was reset. */
  async chooseRole(trade: Trade, role: Role, options?: CallOptions): Promise<Trade> {
    const [reviewed, wanted] = [snapshot(trade), text('role', role)];
    return readTrade(told(await mutate(options, (call) => this.#client.chooseRole(call, reviewed, wanted))));
  }

  /** Confirms exactly the sender and receiver of this snapshot. */
  async confirmIdentification(trade: Trade, options?: CallOptions): Promise<Trade> {
    const reviewed = snapshot(trade);
    return readTrade(
      told(await mutate(options, (call) => this.#client.confirmIdentification(call, reviewed))),
    );
  }

  /** Clears both roles and their confirmations. */
  async resetIdentification(trade: Trade, options?: CallOptions): Promise<Trade> {
    const reviewed = snapshot(trade);
    return readTrade(told(await mutate(options, (call) => this.#client.resetIdentification(call, reviewed))));
  }

  /** Sets or replaces this account's terms, or clears them with `null`. At most 896 UTF-16 code units. */
  async setTerms(trade: Trade, terms: string | null, options?: CallOptions): Promise<Trade> {
    const [reviewed, wanted] = [
      snapshot(trade),
      terms === null ? null : text('terms', terms, ' (null clears them)'),
    ];
    return readTrade(told(await mutate(options, (call) => this.#client.setTerms(call, reviewed, wanted))));
  }

  /** Confirms exactly both terms of this snapshot. */
  async confirmTerms(trade: Trade, options?: CallOptions): Promise<Trade> {
    const reviewed = snapshot(trade);
    return readTrade(told(await mutate(options, (call) => this.#client.confirmTerms(call, reviewed))));
  }

  /** Asks to release the funds to the receiver; only the sender may. Moves nothing yet. */
  async requestRelease(trade: Trade, options?: CallOptions): Promise<ActionChallenge> {
    const reviewed = snapshot(trade);
    const run = (call: number) => this.#client.requestRelease(call, reviewed);
    return ActionChallenge.of(await read(options, run));
  }

  /** Asks to return the funds to the sender; only the receiver may. Moves nothing yet. */
  async requestReturn(trade: Trade, options?: CallOptions): Promise<ActionChallenge> {
    const reviewed = snapshot(trade);
    const run = (call: number) => this.#client.requestReturn(call, reviewed);
    return ActionChallenge.of(await read(options, run));
  }

  /**
   * Asks to send the funds to an address: the receiver's payout, the sender's return, or the sender's part of a
   * reduction. Moves nothing yet. Refused while an accepted claim hasn't ended.
   */
  async requestClaim(trade: Trade, address: string, options?: CallOptions): Promise<ClaimChallenge> {
    const [reviewed, target] = [snapshot(trade), text('address', address)];
    const run = (call: number) => this.#client.requestClaim(call, reviewed, target);
    return ClaimChallenge.of(await read(options, run));
  }

  /** Follows a trade. Nothing is sent before the first `next`; aborting `signal` ends the stream. */
  events(tradeId: string, options: EventsOptions = {}): EventStream {
    return openStream(this.#client, tradeId, options);
  }

  /**
   * Follows many trades as one stream: those of {@link knownTrades}, say. Nothing is sent before something is asked for;
   * aborting `signal` ends the watch.
   */
  watch(trades: Iterable<string>, options: WatchOptions = {}): Watch {
    return openWatch(this.#client, trades, options);
  }

  /**
   * Follows a trade until `condition` holds for it, and gives it as it stood then. No state between is left out. For
   * scripts: it remembers nothing, and what it waited for may be over by the time it resolves.
   *
   * Rejects with {@link TimeoutError} when the time is up, and with {@link ConflictError} when the trade ended without it.
   */
  async waitFor(
    tradeId: string,
    condition: (trade: Trade) => boolean,
    options: WaitOptions = {},
  ): Promise<Trade> {
    return await waitFor(this.#client, tradeId, condition, options);
  }

  /**
   * Tells when something changes in how this client's trades are followed: trouble, silence, recovery, gaps. Sends
   * nothing; aborting `signal` ends it.
   */
  streamNotes(options: CallOptions = {}): StreamNotes {
    this.#ending ??= new AbortController();
    return openNotes(this.#client, options, this.#ending.signal);
  }

  /** What this client's streams are doing, in numbers. Sends nothing. */
  streamStats(): StreamStats {
    return Object.freeze(JSON.parse(this.#client.streamStats()));
  }

  /** How following each trade goes, by thread id. Sends nothing. */
  followedTrades(): readonly FollowedTrade[] {
    return readFollowed(this.#client.followedTrades());
  }

  /** What this account can do now. Needs `userId`; sends nothing. */
  nextStep(trade: Trade): NextStep {
    const reviewed = snapshot(trade);
    return Object.freeze(JSON.parse(sync(() => this.#client.nextStep(reviewed))));
  }

  /**
   * Settles every operation that a process left open: call it once at the start, before anything is begun. Those that
   * a living process is at stay untouched. A trade to open is sent again under its own key if it is young; the rest is
   * read off the trade and its events. What stays unknown says why; call this again later.
   */
  async recover(options?: CallOptions): Promise<readonly Settlement[]> {
    const left = { advice: 'look at pendingOperations' };
    return readSettlements(told(await mutate(options, (call) => this.#client.recover(call), left)));
  }

  /**
   * Settles one operation as {@link recover} does: one of {@link pendingOperations}, that of an error, or what
   * `JSON.parse` makes of `JSON.stringify(operation)`. Of the object its `json` counts alone.
   */
  async resolve(kept: Pick<Operation, 'json'>, options: ResolveOptions = {}): Promise<Settlement> {
    const json = operation(kept);
    const given = fields('options', options, ['replay', 'signal']);
    const replay = flag('replay', given.replay);
    const run = (call: number) => this.#client.resolve(call, json, replay);
    const left = { advice: 'resolve the same operation again' };
    return readSettlement(told(await mutate({ signal: given.signal }, run, left)));
  }

  /**
   * The operations of this account that are under way or whose outcome is unknown, and the claims whose transfer hasn't
   * ended; oldest first. Sends nothing.
   */
  async pendingOperations(options?: CallOptions): Promise<readonly Operation[]> {
    return readOperations(told(await read(options, (call) => this.#client.pendingOperations(call))));
  }

  /**
   * Thread ids of the trades that this account opened or followed and that haven't closed, as the store knows them: the
   * API can't list them. Sends nothing.
   */
  async knownTrades(options?: CallOptions): Promise<readonly string[]> {
    return Object.freeze(told<string[]>(await read(options, (call) => this.#client.knownTrades(call))));
  }

  /**
   * Frees the name of an operation after a person looked at what became of it; a pending claim under that name is no
   * longer held back. True if the name was known; refused with {@link OperationInProgressError} while a call is at it.
   * **Only a person can decide this**: what was sent under the name may still take effect.
   */
  async forget(operation: string, options?: CallOptions): Promise<boolean> {
    const name = text('operation', operation);
    const left = { advice: 'call forget again' };
    return told(await mutate(options, (call) => this.#client.forget(call, name), left));
  }

  /** Ends the client: waits up to ten seconds for mutations under way, then refuses further calls. */
  async close(): Promise<void> {
    const closed = read(undefined, (call) => this.#client.close(call));
    this.#ending?.abort();
    told(await closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
