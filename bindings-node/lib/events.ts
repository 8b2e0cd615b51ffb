import { onAbort } from './abort.js';
import { fields, id, most, optionalText, signal, whole } from './arguments.js';
import { type CallOptions, checkGoesOn, mutate, pull, pulled, settled, told } from './calls.js';
import { sync } from './errors.js';
import type { StreamEnd, Trade, TradeEvent } from './models.js';
import type { NativeClient, NativeEvents } from './native.js';
import type { Places } from './places.js';
import { readEvent, readTrade } from './snapshots.js';
import { Turns } from './turns.js';

export interface EventsOptions extends CallOptions {
  /**
   * The name under which the store remembers how far reading got, of 1 to 128 bytes. A stream of the same name begins
   * right behind the last event that was finished; the first one with a snapshot. Only one at a time reads a trade under
   * a name. Without a name nothing is remembered.
   */
  readonly consumer?: string | undefined;
  /**
   * The `offset` of the last event that was handled, for whoever keeps it elsewhere; it counts more than what the store
   * remembers. Without either the stream begins with a snapshot.
   */
  readonly startAfter?: number | undefined;
}

/**
 * The events of one trade, in order, for `for await`. Ends after the trade closed; leaving the loop closes it.
 *
 * Under a consumer's name an event is finished when the next one is asked for, or by {@link commit}. **Leaving the loop
 * by `break` or `throw` doesn't finish the last event**: it comes again under the same name, unless it was committed
 * before.
 *
 * Trouble on the way is retried. Only when nothing came through for as long as a whole call may take does
 * {@link next} reject, and calling it again goes on. All streams of a client that follow one trade share one poll.
 */
export class EventStream implements AsyncIterableIterator<TradeEvent, undefined> {
  readonly tradeId: string;
  /** The name under which it reads. */
  readonly consumer: string | undefined;
  readonly #events: NativeEvents;
  readonly #signal: AbortSignal | undefined;
  readonly #endAbort: () => void;
  readonly #turns = new Turns();
  #asking = 0;
  #committing = 0;
  #ended = false;
  #left = false;
  #offset: number | undefined;

  private constructor(events: NativeEvents, tradeId: string, options: EventsOptions) {
    this.tradeId = tradeId;
    this.consumer = options.consumer;
    this.#events = events;
    this.#signal = options.signal;
    this.#offset = options.startAfter;
    this.#endAbort = onAbort(options.signal, () => this.#leave());
  }

  /** @internal */
  static of(events: NativeEvents, tradeId: string, options: EventsOptions): EventStream {
    return new EventStream(events, tradeId, options);
  }

  /** The next event. Calls that overlap are served one after another. */
  async next(): Promise<IteratorResult<TradeEvent, undefined>> {
    const [value] = await this.#ask(1);
    return value ? { done: false, value } : { done: true, value: undefined };
  }

  /** The next events, at least one and at most `max`; empty once the stream has ended or was closed. */
  async nextBatch(max: number): Promise<readonly TradeEvent[]> {
    return await this.#ask(most('max', max));
  }

  /**
   * Says that every event that was handed out is finished, without asking for more: resolves once that is written. Does
   * nothing without a consumer's name, nor on a stream that is closed.
   */
  async commit(): Promise<void> {
    // Who asks for more has said it already, and what comes then isn't finished.
    if (this.#asking > 0) return;
    this.#committing += 1;
    try {
      told(await this.#turns.take(() => mutate(undefined, (call) => this.#events.commit(call))));
    } finally {
      this.#committing -= 1;
      this.#letGo();
    }
  }

  /** Closes the stream: what leaving a `for await` loop calls. */
  async return(): Promise<IteratorResult<TradeEvent, undefined>> {
    this.close();
    // A `next` or `commit` under way ends first.
    return await this.#turns.take(async () => ({ done: true, value: undefined }));
  }

  /** Ends the stream and, if no other follows the trade, its poll. A `next` under way says that it is done. */
  close(): void {
    this.#finish();
    this.#leave();
  }

  /** How the stream ended, once all its events were handed out; absent if it was closed or goes on. */
  get end(): StreamEnd | undefined {
    const end = this.#events.end();
    return end === null ? undefined : Object.freeze(JSON.parse(end));
  }

  /** The trade as the last event that came shows it; it counts as reviewed. */
  get lastKnown(): Trade | undefined {
    const json = this.#events.lastKnown();
    return json === null ? undefined : readTrade(JSON.parse(json));
  }

  /** The offset of the last event that was handed out: where a new stream would go on. */
  get offset(): number | undefined {
    return this.#offset;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #ask(max: number): Promise<readonly TradeEvent[]> {
    this.#asking += 1;
    try {
      return await this.#turns.take(() => this.#step(max));
    } finally {
      this.#asking -= 1;
    }
  }

  async #step(max: number): Promise<readonly TradeEvent[]> {
    if (this.#ended) return NONE;
    checkGoesOn(this.#signal);
    const asked = pull((call) => this.#events.nextBatch(call, max));
    try {
      const came = told<readonly Places[]>(await pulled(asked, [this.#signal]));
      if (came.length === 0) this.#finish();
      // What came while it was closed is nobody's: it comes again under the same name.
      if (this.#ended) return NONE;
      const events = came.map(readEvent);
      this.#offset = events.at(-1)?.offset;
      return Object.freeze(events);
    } finally {
      await settled(asked);
      this.#letGo();
    }
  }

  #finish(): void {
    this.#ended = true;
    this.#endAbort();
  }

  #leave(): void {
    this.#left = true;
    this.#letGo();
  }

  /** Once more after each piece of work: what was being written down held the name and the poll. */
  #letGo(): void {
    if (this.#left && this.#committing === 0) this.#events.close();
  }
}

const NONE = Object.freeze([]);

export function openStream(client: NativeClient, tradeId: string, options: EventsOptions): EventStream {
  const thread = id('trade id', tradeId);
  const given = fields('options', options, ['consumer', 'startAfter', 'signal']);
  const consumer = optionalText('consumer', given.consumer);
  const startAfter = whole('startAfter', given.startAfter, 'the offset of an event');
  const stop = signal(given.signal);
  const events = sync(() => client.events(thread, consumer, startAfter));
  return EventStream.of(events, thread, { consumer, startAfter, signal: stop });
}
