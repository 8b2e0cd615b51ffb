// What a caller sets.
import type { CallOptions } from './calls.js';
import type { Crypto } from './words.js';

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
  /** Where operations are kept. Memory unless told; whoever moves money wants a file. */
  readonly store?: StoreName | undefined;
  readonly timeouts?: Timeouts | undefined;
}

/**
 * - `memory`: it ends with the client, and with it the knowledge of what was begun.
 * - `sqlite:PATH`: a file that the processes and threads of one machine share and that survives them. It is made if it
 *   isn't there, for its owner alone; files named after it lie beside it while it is in use.
 */
export type StoreName = 'memory' | `sqlite:${string}`;

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
   * the call is repeated, by every client over the same store. With the store in memory another client, or a restart,
   * doesn't know the name. Without one each call is an intent of its own under a random name; an equal one is refused
   * while the first may still land.
   */
  readonly operation?: string | undefined;
}

export interface ResolveOptions extends CallOptions {
  /**
   * Send a trade to open again under its own key however old it is. **Only a person can decide this**: a server that
   * forgot the key opens a second trade.
   */
  readonly replay?: boolean | undefined;
}

/** What each may hold. */
export const OPTIONS = ['token', 'userId', 'baseUrl', 'proxy', 'caFile', 'store', 'timeouts'] as const;
export const TIMEOUTS = ['connect', 'attempt', 'call', 'poll', 'pollGrace'] as const;
export const OPEN_TRADE = ['guild', 'crypto', 'sender', 'receiver', 'operation'] as const;
