// What streams are doing.
import type { AutoPlusError } from './errors.js';

/** What the streams of a client are doing and did so far, as counts. */
export interface StreamStats {
  /** Streams that are open; a watch counts once per trade. */
  readonly streams: number;
  /** Trades that they follow; each has one poll. */
  readonly trades: number;
  /** Polls that wait for an answer now. */
  readonly pollsInFlight: number;
  /** Trades whose two polls other processes on the same store have at the moment. */
  readonly waiting: number;
  /** Followed trades of which nothing came for longer than a poll may take. */
  readonly silent: number;
  /** Polls that were answered readably, so far. */
  readonly polls: number;
  /** Events that came, before what repeats was dropped. */
  readonly events: number;
  /** Polls that were begun anew, after trouble or because a stream wanted earlier events. */
  readonly reconnects: number;
  /** Snapshots that came because history had expired. */
  readonly gaps: number;
  /** Events that repeated or went back and were not handed out. */
  readonly dropped: number;
  /** Answers with events that led nowhere. */
  readonly notAdvancing: number;
}

/** How following one trade goes. */
export interface FollowedTrade {
  /** The trade's thread id. */
  readonly tradeId: string;
  /** Streams that follow it in this client. */
  readonly streams: number;
  /** Whether a poll waits for an answer. */
  readonly polling: boolean;
  /** How many seconds ago a poll was answered readably; absent before the first. */
  readonly lastGoodPoll?: number;
  /** Polls in a row that failed or led nowhere. */
  readonly failures: number;
  /** Events that came and weren't handed out, of the stream that is furthest behind. */
  readonly lag: number;
  /** Nothing came for longer than a poll may take: don't take its quiet for peace. */
  readonly silent: boolean;
  /** What went wrong last, until a poll is answered again. */
  readonly error?: AutoPlusError;
}
