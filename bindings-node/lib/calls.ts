// Calls under way. While somebody waits for one, or a mutation runs, the process stays alive; idle clients, streams and
// watches don't keep it.
import { onAbort } from './abort.js';
import { fields, signal } from './arguments.js';
import { AbortError, type BegunOperation, errorOf } from './errors.js';
import { type NativeCalls, type NativeObject, native } from './native.js';

export interface CallOptions {
  /**
   * Aborting cancels a read; of a mutation it ends the wait alone, the mutation goes on in the background, and the
   * {@link AbortError} says how to learn what became of it.
   */
  readonly signal?: AbortSignal | undefined;
}

type Run = (call: number) => void;
type Hear = (ended: Ended) => void;

/** How a call ended; {@link told} tells what it gave. */
export interface Ended {
  readonly failed: boolean;
  readonly value: unknown;
  /** Of a list of values what stays native, in its order. */
  readonly objects?: readonly NativeObject[];
}

/** How a call ended, as `src/calls.rs` says it. */
const FAILED = 0;
const GAVE_OBJECTS = 2;

const hearers = new Map<number, Hear>();
let lastCall = 0;
let held = 0;
let alive: NodeJS.Timeout | undefined;

/** The native side's end of every call of this thread. */
export const calls: NativeCalls = new native.NativeCalls((json, objects) => {
  let outcomes: unknown[];
  try {
    outcomes = JSON.parse(json);
  } catch (thrown) {
    // Whose they are can't be told. Better all that wait fail than any of them waits for ever.
    for (const call of hearers.keys()) hear(call, { failed: true, value: String(thrown) });
    return;
  }
  let object = 0;
  for (let at = 0; at < outcomes.length; at += 3) {
    const [call, how, value] = [outcomes[at] as number, outcomes[at + 1], outcomes[at + 2]];
    if (how === GAVE_OBJECTS) {
      const many = (value as unknown[]).length;
      hear(call, { failed: false, value, objects: objects?.slice(object, object + many) ?? [] });
      object += many;
    } else {
      hear(call, { failed: how === FAILED, value });
    }
  }
});

// `process.exit()` and an uncaught error let what was started reach its end too, for up to ten seconds.
process.once('exit', () => calls.drain());

/** Starts a call that moves nothing and waits for it. */
export function read(options: CallOptions | undefined, run: Run): Promise<Ended> {
  const stop = options === undefined ? undefined : stopOf(options);
  if (stop === undefined) return whole(run);
  return new Promise((resolve, reject) => {
    let call = 0;
    const end = onAbort(stop, () => {
      hearers.delete(call);
      calls.cancel(call);
      letGo();
      reject(aborted(stop.reason));
    });
    hold();
    call = begin(run, (ended) => {
      end();
      letGo();
      resolve(ended);
    });
  });
}

/** What an aborted mutation leaves open. */
export interface Left {
  /** How to learn what became of it. */
  readonly advice: string;
  readonly operation?: BegunOperation;
}

const AT_ONCE: Left = { advice: 'read the trade' };

/** Starts a call that may move something and waits for it. */
export function mutate(options: CallOptions | undefined, run: Run, left: Left = AT_ONCE): Promise<Ended> {
  const stop = options === undefined ? undefined : stopOf(options);
  const outcome = whole(run);
  if (stop === undefined) return outcome;
  return unlessAborted(outcome, [stop], (reason) => {
    const { advice, operation } = left;
    const message = `the wait was aborted, but what was started goes on: ${advice} to learn what became of it`;
    return new AbortError(message, reason, operation);
  });
}

/** What a call gave; throws why it failed. For async functions alone, so that the stack shows their callers. */
export function told<T>({ failed, value }: Ended): T {
  if (failed) throw errorOf(value as string);
  return value as T;
}

/** What a stream was asked for, for whoever waits for it. */
export type Pull = Promise<Ended>;

/** Asks a stream for more. It ends with the stream: canceling it could lose what has come already. */
export function pull(run: Run): Pull {
  return new Promise((resolve) => {
    begin(run, resolve);
  });
}

/** Waits for a pull. Aborting ends the wait alone: another may wait for the same one. */
export function pulled(pull: Pull, signals: (AbortSignal | undefined)[]): Promise<Ended> {
  return settled(unlessAborted(pull, signals, aborted));
}

/** Waits until a pull is over, whatever came of it. */
export async function settled(pull: Pull): Promise<Ended> {
  hold();
  try {
    return await pull;
  } finally {
    letGo();
  }
}

/**
 * Asks for what may never come: that keeps no process alive, unless `ending` says that an end was asked for. Aborting
 * `stop` cancels it.
 */
export async function listen(run: Run, stop: AbortSignal, ending: AbortSignal): Promise<Ended> {
  let waits = false;
  const wait = onAbort(ending, () => {
    waits = true;
    hold();
  });
  try {
    return await new Promise((resolve, reject) => {
      let call = 0;
      const end = onAbort(stop, () => {
        hearers.delete(call);
        calls.cancel(call);
        reject(aborted(stop.reason));
      });
      call = begin(run, (ended) => {
        end();
        resolve(ended);
      });
    });
  } finally {
    wait();
    if (waits) letGo();
  }
}

/** Throws if nothing may be asked any more. */
export function checkGoesOn(stop: AbortSignal | undefined): void {
  if (!stop?.aborted) return;
  throw new AbortError('the call was aborted before it began; nothing was sent', stop.reason);
}

function stopOf(options: CallOptions): AbortSignal | undefined {
  const stop = signal(fields('options', options, ['signal']).signal);
  checkGoesOn(stop);
  return stop;
}

function aborted(reason: unknown): AbortError {
  return new AbortError('the call was aborted', reason);
}

/** A call that is waited for to its end. */
function whole(run: Run): Promise<Ended> {
  return new Promise((resolve) => {
    hold();
    begin(run, (ended) => {
      letGo();
      resolve(ended);
    });
  });
}

function begin(run: Run, hearing: Hear): number {
  do lastCall = (lastCall + 1) >>> 0;
  while (hearers.has(lastCall));
  const call = lastCall;
  hearers.set(call, hearing);
  try {
    run(call);
  } catch (thrown) {
    hear(call, { failed: true, value: thrown instanceof Error ? thrown.message : String(thrown) });
  }
  return call;
}

function hear(call: number, ended: Ended): void {
  const hearing = hearers.get(call);
  hearers.delete(call);
  hearing?.(ended);
}

function unlessAborted(
  outcome: Promise<Ended>,
  signals: (AbortSignal | undefined)[],
  error: (reason: unknown) => AbortError,
): Promise<Ended> {
  if (signals.every((stop) => stop === undefined)) return outcome;
  return new Promise((resolve, reject) => {
    const ends = signals.map((stop) => onAbort(stop, () => reject(error(stop?.reason))));
    void outcome.then((ended) => {
      for (const end of ends) end();
      resolve(ended);
    });
  });
}

/** The native queue is unreferenced; a timer that never fires is what holds the loop. */
function hold(): void {
  held += 1;
  alive ??= setInterval(() => {}, 2 ** 30);
  if (held === 1) alive.ref();
}

function letGo(): void {
  held -= 1;
  if (held === 0) alive?.unref();
}
