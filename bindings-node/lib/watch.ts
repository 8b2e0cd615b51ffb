import { onAbort } from './abort.js';
import { describe, fields, id, ids, most, optionalText, signal } from './arguments.js';
import { type CallOptions, checkGoesOn, type Ended, mutate, pull, pulled, told } from './calls.js';
import { type AutoPlusError, invalid, sync } from './errors.js';
import type { StreamEnd, Trade, TradeEvent } from './models.js';
import type { NativeClient, NativeWatch, NativeWatched } from './native.js';
import { readWatched, type ToldItem } from './snapshots.js';
import { Turns } from './turns.js';

export interface WatchOptions extends CallOptions {
  /**
   * The name under which the store remembers how far each trade was read. A bot wants one: after a restart
   * `client.watch(await client.knownTrades(), { consumer })` goes on where it was. Without a name each trade begins with
   * a snapshot.
   */
  readonly consumer?: string | undefined;
}

/** What a watch gives, told apart by `kind`. */
export type Watched = WatchedEvent | WatchedEnd | WatchedFailure;

interface AnyWatched {
  /** The trade it is about, by thread id. */
  readonly tradeId: string;
}

/** Something happened in a trade. */
export interface WatchedEvent extends AnyWatched {
  readonly kind: 'event';
  readonly event: TradeEvent;
}

/** A trade ended, and all its events were handed out: it leaves the watch. */
export interface WatchedEnd extends AnyWatched {
  readonly kind: 'end';
  readonly end: StreamEnd;
  /** As its last event showed it. */
  readonly lastKnown?: Trade;
}

/** A trade can't be followed. The others go on. */
export interface WatchedFailure extends AnyWatched {
  readonly kind: 'failure';
  readonly error: AutoPlusError;
  /** Whether it leaves the watch; else it is tried on. */
  readonly over: boolean;
}

export interface ForEachOptions {
  /** How many trades may be worked on side by side. 16. */
  readonly atOnce?: number | undefined;
}

/**
 * The events of many trades as one stream, each trade's in order. Goes on until it is closed, also when no trade is left.
 *
 * Either one consumer takes everything, with `for await`, {@link next} or {@link nextBatch}, or several work side by side,
 * with {@link forEach}, or {@link take} and {@link done} or {@link giveBack}. Nothing more of a trade comes before what came last is finished.
 * Under a consumer's name what was not finished when the watch was closed, or when its process died, comes again.
 */
export class Watch implements AsyncIterableIterator<Watched, undefined> {
  /** The name under which it reads. */
  readonly consumer: string | undefined;
  readonly #watch: NativeWatch;
  readonly #signal: AbortSignal | undefined;
  readonly #endAbort: () => void;
  readonly #turns = new Turns();
  readonly #natives = new WeakMap<Watched, NativeWatched>();
  #closed = false;

  private constructor(watch: NativeWatch, options: WatchOptions) {
    this.consumer = options.consumer;
    this.#watch = watch;
    this.#signal = options.signal;
    this.#endAbort = onAbort(options.signal, () => watch.close());
  }

  /** @internal */
  static of(watch: NativeWatch, options: WatchOptions): Watch {
    return new Watch(watch, options);
  }

  /** Watches one more trade. False if it is watched already, or the watch is closed. */
  add(tradeId: string): boolean {
    const thread = id('trade id', tradeId);
    return sync(() => this.#watch.add(thread));
  }

  /** Stops watching a trade; what waits of it comes again under the same name. False if it isn't watched. */
  remove(tradeId: string): boolean {
    const thread = id('trade id', tradeId);
    return this.#watch.remove(thread);
  }

  /** The trades that are watched, by thread id. */
  trades(): readonly string[] {
    return Object.freeze(this.#watch.trades());
  }

  /** What comes next, of whatever trade. It says that all that `next` and `nextBatch` gave before is finished. */
  async next(): Promise<IteratorResult<Watched, undefined>> {
    const [value] = await this.#turns.take(() => this.#step(1));
    return value ? { done: false, value } : { done: true, value: undefined };
  }

  /** What comes next, at least one and at most `max`, each trade's in order; empty once the watch was closed. */
  async nextBatch(max: number): Promise<readonly Watched[]> {
    const room = most('max', max);
    return await this.#turns.take(() => this.#step(room));
  }

  /** What comes next, for one of several workers: nothing more of its trade is given before it is {@link done}. */
  async take(): Promise<Watched | undefined> {
    return await this.#take();
  }

  /** Says that what the watch gave is finished: resolves once that is written. */
  async done(item: Watched): Promise<void> {
    const native = this.#native(item);
    told(await mutate(undefined, (call) => this.#watch.done(call, native)));
  }

  /** Says that what the watch gave last of a trade was not finished: it comes again, next of its trade. */
  giveBack(item: Watched): void {
    this.#watch.giveBack(this.#native(item));
  }

  /**
   * Works on up to `atOnce` trades side by side, each in order: an item is finished once its handler returned. Resolves
   * when the watch is closed. The first error of a handler rejects it, after the other handlers under way have returned;
   * the watch stays open, and what a handler failed at comes again, to another `forEach` say.
   */
  async forEach(handler: (item: Watched) => unknown, options: ForEachOptions = {}): Promise<void> {
    if (typeof handler !== 'function')
      throw invalid(`handler: expected a function, got ${describe(handler)}`);
    const atOnce = most('atOnce', fields('options', options, ['atOnce']).atOnce ?? 16);
    const stop = new AbortController();
    const failures: unknown[] = [];
    const work = async (): Promise<void> => {
      try {
        for (let item = await this.#take(stop.signal); item; item = await this.#take(stop.signal)) {
          await this.#handle(item, handler);
        }
      } catch (error) {
        failures.push(error);
        stop.abort();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (failures.length > 0) throw failures[0];
  }

  /** Closes the watch: what leaving a `for await` loop calls. */
  async return(): Promise<IteratorResult<Watched, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Ends the watch and its polls. What waits for more says that there is none. */
  close(): void {
    this.#closed = true;
    this.#endAbort();
    this.#watch.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #step(max: number): Promise<readonly Watched[]> {
    if (this.#closed) return Object.freeze([]);
    checkGoesOn(this.#signal);
    const asked = pull((call) => this.#watch.nextBatch(call, max));
    return this.#read(await pulled(asked, [this.#signal]));
  }

  async #take(stop?: AbortSignal): Promise<Watched | undefined> {
    if (this.#closed) return undefined;
    checkGoesOn(this.#signal);
    checkGoesOn(stop);
    const asked = pull((call) => this.#watch.take(call));
    try {
      const [item] = this.#read(await pulled(asked, [this.#signal, stop]));
      checkGoesOn(stop);
      return item;
    } catch (error) {
      // What comes all the same is for somebody else.
      void asked.then(({ objects = [] }) => {
        for (const native of objects) this.#watch.giveBack(native as NativeWatched);
      });
      throw error;
    }
  }

  async #handle(item: Watched, handler: (item: Watched) => unknown): Promise<void> {
    try {
      await handler(item);
      await this.done(item);
    } catch (error) {
      this.giveBack(item);
      throw error;
    }
  }

  #native(item: Watched): NativeWatched {
    const native = this.#natives.get(item);
    if (native) return native;
    throw invalid(`item: expected what this watch gave, got ${describe(item)}`);
  }

  /** What came while it was closed is nobody's: it comes again under the same name. */
  #read(ended: Ended): readonly Watched[] {
    const came = told<readonly ToldItem[]>(ended);
    if (this.#closed) return Object.freeze([]);
    return Object.freeze(
      came.map((seen, at) => {
        const item = readWatched(seen);
        this.#natives.set(item, ended.objects?.[at] as NativeWatched);
        return item;
      }),
    );
  }
}

export function openWatch(client: NativeClient, trades: Iterable<string>, options: WatchOptions): Watch {
  const threads = ids('trades', trades);
  const given = fields('options', options, ['consumer', 'signal']);
  const consumer = optionalText('consumer', given.consumer);
  const stop = signal(given.signal);
  return Watch.of(
    sync(() => client.watch(threads, consumer)),
    { consumer, signal: stop },
  );
}
