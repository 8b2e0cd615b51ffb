import { onAbort } from './abort.js';
import { type CallOptions, read } from './calls.js';
import type { StreamEnd, TradeEvent } from './models.js';
import type { NativeEvents } from './native.js';
import { readEvent } from './snapshots.js';

export interface EventsOptions extends CallOptions {
  /** The `offset` of the last event that was handled. Without one the stream begins with a snapshot. */
  readonly startAfter?: number | undefined;
}

/**
 * The events of one trade, in order, for `for await`. Ends after the trade closed; leaving the loop closes it.
 *
 * Trouble on the way is retried. Only when nothing came through for as long as a whole call may take does
 * {@link next} reject, and calling it again goes on.
 */
export class EventStream implements AsyncIterableIterator<TradeEvent> {
  readonly tradeId: string;
  readonly #events: NativeEvents;
  readonly #signal: AbortSignal | undefined;
  readonly #endAbort: () => void;
  #last: Promise<void> = Promise.resolve();
  #ended = false;
  #offset: number | undefined;

  /** @internal */
  constructor(events: NativeEvents, tradeId: string, options: EventsOptions) {
    this.tradeId = tradeId;
    this.#events = events;
    this.#signal = options.signal;
    this.#offset = options.startAfter;
    this.#endAbort = onAbort(options.signal, () => events.close());
  }

  /** The next event. Calls that overlap are served one after another. */
  async next(): Promise<IteratorResult<TradeEvent, undefined>> {
    const before = this.#last;
    let done = (): void => {};
    this.#last = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      return await this.#step();
    } finally {
      done();
    }
  }

  /** Closes the stream: what leaving a `for await` loop calls. */
  async return(): Promise<IteratorResult<TradeEvent, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Ends the stream and its poll. A `next` under way says that it is done. */
  close(): void {
    this.#finish();
    this.#events.close();
  }

  /** How the stream ended, once all its events were handed out; absent if it was closed or goes on. */
  get end(): StreamEnd | undefined {
    const end = this.#events.end();
    return end === null ? undefined : Object.freeze(JSON.parse(end));
  }

  /** The offset of the last event that was handed out: where a new stream would go on. */
  get offset(): number | undefined {
    return this.#offset;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #step(): Promise<IteratorResult<TradeEvent, undefined>> {
    const done = { done: true, value: undefined } as const;
    if (this.#ended) return done;
    const json = await read<string>({ signal: this.#signal }, (call) => this.#events.next(call));
    if (json === 'null') this.#finish();
    if (this.#ended) return done;
    const value = readEvent(json);
    this.#offset = value.offset;
    return { done: false, value };
  }

  #finish(): void {
    this.#ended = true;
    this.#endAbort();
  }
}
