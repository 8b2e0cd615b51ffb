import { onAbort } from './abort.js';
import { fields, most, signal } from './arguments.js';
import { type CallOptions, checkGoesOn, listen, told } from './calls.js';
import { type AutoPlusError, errorOf, sync } from './errors.js';
import type { NativeClient, NativeNotes } from './native.js';
import { Turns } from './turns.js';

/** Something changed in how a trade is followed, told apart by `change`. `tradeId` is the trade's thread id. */
export type StreamNote =
  /** The first stream of this client follows it. */
  | { readonly tradeId: string; readonly change: 'opened' }
  /** The last stream of this client left it. */
  | { readonly tradeId: string; readonly change: 'closed' }
  /** A poll failed; it is tried again. Told once until one is answered. */
  | { readonly tradeId: string; readonly change: 'failing'; readonly error: AutoPlusError }
  /** Nothing came for `silentMs` milliseconds, longer than a poll may take. Told once until something comes. */
  | { readonly tradeId: string; readonly change: 'silent'; readonly silentMs: number }
  /** A poll was answered again. */
  | { readonly tradeId: string; readonly change: 'recovered' }
  /** The server refuses for good. */
  | { readonly tradeId: string; readonly change: 'refused'; readonly error: AutoPlusError }
  /** History had expired: a snapshot came in place of events. */
  | { readonly tradeId: string; readonly change: 'gap' };

/**
 * What changes in how a client's trades are followed, from the moment it was asked for: for logs and alarms, with
 * `for await`. Ends when the client is closed; leaving the loop closes it.
 *
 * Nothing waits for whoever listens: of more than 1024 notes that wait, the oldest are given up and counted in
 * {@link missed}. Listening doesn't keep the process alive, not even while somebody waits for the next note; once the client is told
 * to close, whoever waits hears the end.
 */
export class StreamNotes implements AsyncIterableIterator<StreamNote, undefined> {
  readonly #notes: NativeNotes;
  /** Aborts when the client is told to close. */
  readonly #ending: AbortSignal;
  readonly #signal: AbortSignal | undefined;
  readonly #endAbort: () => void;
  readonly #turns = new Turns();
  readonly #stop = new AbortController();
  #closed = false;

  private constructor(notes: NativeNotes, ending: AbortSignal, signal: AbortSignal | undefined) {
    this.#notes = notes;
    this.#ending = ending;
    this.#signal = signal;
    this.#endAbort = onAbort(signal, () => this.#end());
  }

  /** @internal */
  static of(notes: NativeNotes, ending: AbortSignal, signal: AbortSignal | undefined): StreamNotes {
    return new StreamNotes(notes, ending, signal);
  }

  /** What changed next. Calls that overlap are served one after another. */
  async next(): Promise<IteratorResult<StreamNote, undefined>> {
    const [value] = await this.#turns.take(() => this.#step(1));
    return value ? { done: false, value } : { done: true, value: undefined };
  }

  /** What changed next, at least one and at most `max`; empty once this or the client was closed. */
  async nextBatch(max: number): Promise<readonly StreamNote[]> {
    const room = most('max', max);
    return await this.#turns.take(() => this.#step(room));
  }

  /** How many notes were given up because too many waited. */
  get missed(): number {
    return this.#notes.missed();
  }

  /** Closes it: what leaving a `for await` loop calls. */
  async return(): Promise<IteratorResult<StreamNote, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Ends it. A `next` under way says that it is done. */
  close(): void {
    this.#closed = true;
    this.#endAbort();
    this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #step(max: number): Promise<readonly StreamNote[]> {
    if (this.#closed) return NONE;
    checkGoesOn(this.#signal);
    try {
      const ask = (call: number) => this.#notes.nextBatch(call, max);
      const came = told<ToldNote[]>(await listen(ask, this.#stop.signal, this.#ending));
      if (came.length === 0) this.close();
      return Object.freeze(came.map(readNote));
    } catch (error) {
      if (this.#closed) return NONE;
      throw error;
    }
  }

  #end(): void {
    this.#stop.abort(this.#signal?.reason);
    this.#notes.close();
  }
}

const NONE = Object.freeze([]);

type ToldNote = Omit<StreamNote, 'error'> & { readonly error?: string };

function readNote({ error, ...rest }: ToldNote): StreamNote {
  return Object.freeze({ ...rest, ...(error !== undefined && { error: errorOf(error) }) }) as StreamNote;
}

export function openNotes(client: NativeClient, options: CallOptions, ending: AbortSignal): StreamNotes {
  const stop = signal(fields('options', options, ['signal']).signal);
  return StreamNotes.of(
    sync(() => client.streamNotes()),
    ending,
    stop,
  );
}
