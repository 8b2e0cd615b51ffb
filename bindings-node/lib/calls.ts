// Calls under way. While somebody waits for one, or a mutation runs, the process stays alive; idle clients, streams and
// watches don't keep it.
import { onAbort } from './abort.js';
import { fields, signal } from './arguments.js';
import { AbortError, type BegunOperation, errorOf } from './errors.js';
import { type NativeCalls, type NativeValue, native, type Outcome } from './native.js';

export interface CallOptions {
  /**
   * Aborting cancels a read; of a mutation it ends the wait alone, the mutation goes on in the background, and the
   * {@link AbortError} says how to learn what became of it.
   */
  readonly signal?: AbortSignal | undefined;
}

type Run = (call: number) => void;
type Ended = Omit<Outcome, 'call'>;

const hearers = new Map<number, (outcome: Ended) => void>();
let lastCall = 0;
let held = 0;
let alive: NodeJS.Timeout | undefined;

/** The native side's end of every call of this thread. */
export const calls: NativeCalls = new native.NativeCalls((outcomes) => {
  for (const outcome of outcomes) {
    const hear = hearers.get(outcome.call);
    hearers.delete(outcome.call);
    hear?.(outcome);
  }
});

// `process.exit()` and an uncaught error let what was started reach its end too, for up to ten seconds.
process.once('exit', () => calls.drain());

/** Starts a call that moves nothing and waits for its value. */
export async function read<T extends NativeValue>(options: CallOptions | undefined, run: Run): Promise<T> {
  const stop = stopOf(options);
  const { call, outcome } = begin(run);
  return value(
    await wait(outcome, [stop], (reason) => {
      hearers.delete(call);
      calls.cancel(call);
      return aborted(reason);
    }),
  );
}

/** What an aborted mutation leaves open. */
export interface Left {
  /** How to learn what became of it. */
  readonly advice: string;
  readonly operation?: BegunOperation;
}

const AT_ONCE: Left = { advice: 'read the trade' };

/** Starts a call that may move something and waits for its value. */
export async function mutate<T extends NativeValue>(
  options: CallOptions | undefined,
  run: Run,
  { advice, operation }: Left = AT_ONCE,
): Promise<T> {
  const stop = stopOf(options);
  const { outcome } = begin(run);
  void hold(outcome);
  const message = `the wait was aborted, but what was started goes on: ${advice} to learn what became of it`;
  return value(await wait(outcome, [stop], (reason) => new AbortError(message, reason, operation)));
}

/** What a stream was asked for, for whoever waits for it. */
export type Pull = Promise<Ended>;

/** Asks a stream for more. It ends with the stream: canceling it could lose what has come already. */
export function pull(run: Run): Pull {
  return begin(run).outcome;
}

/** Waits for a pull. Aborting ends the wait alone: another may wait for the same one. */
export async function pulled<T extends NativeValue>(
  pull: Pull,
  signals: (AbortSignal | undefined)[],
): Promise<T> {
  return value(await wait(pull, signals, aborted));
}

/** Waits until a pull is over, whatever came of it. */
export async function settled(pull: Pull): Promise<void> {
  await hold(pull);
}

/** Asks for what may never come: that keeps no process alive. Aborting `stop` cancels it. */
export async function listen(run: Run, stop: AbortSignal): Promise<readonly string[]> {
  const { call, outcome } = begin(run);
  return value(
    await unlessAborted(outcome, [stop], (reason) => {
      hearers.delete(call);
      calls.cancel(call);
      return aborted(reason);
    }),
  );
}

/** Throws if nothing may be asked any more. */
export function checkGoesOn(stop: AbortSignal | undefined): void {
  if (!stop?.aborted) return;
  throw new AbortError('the call was aborted before it began; nothing was sent', stop.reason);
}

function stopOf(options: CallOptions = {}): AbortSignal | undefined {
  const stop = signal(fields('options', options, ['signal']).signal);
  checkGoesOn(stop);
  return stop;
}

function aborted(reason: unknown): AbortError {
  return new AbortError('the call was aborted', reason);
}

// Made here, in an async function that the caller awaits, so that the stack shows the caller.
function value<T extends NativeValue>(outcome: Ended): T {
  if (outcome.succeeded) return outcome.value as T;
  throw errorOf(outcome.value as string);
}

function begin(run: Run): { call: number; outcome: Promise<Ended> } {
  do lastCall = (lastCall + 1) >>> 0;
  while (hearers.has(lastCall));
  const call = lastCall;
  const outcome = new Promise<Ended>((resolve) => {
    hearers.set(call, resolve);
    try {
      run(call);
    } catch (thrown) {
      hearers.delete(call);
      resolve({ succeeded: false, value: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  });
  return { call, outcome };
}

function wait(
  outcome: Promise<Ended>,
  signals: (AbortSignal | undefined)[],
  error: (reason: unknown) => AbortError,
): Promise<Ended> {
  return hold(unlessAborted(outcome, signals, error));
}

function unlessAborted(
  outcome: Promise<Ended>,
  signals: (AbortSignal | undefined)[],
  error: (reason: unknown) => AbortError,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const ends = signals.map((stop) => onAbort(stop, () => reject(error(stop?.reason))));
    void outcome.then((ended) => {
      for (const end of ends) end();
      resolve(ended);
    });
  });
}

/** The native queue is unreferenced; a timer that never fires is what holds the loop. */
async function hold<T>(until: Promise<T>): Promise<T> {
  held += 1;
  alive ??= setInterval(() => {}, 2 ** 30);
  if (held === 1) alive.ref();
  try {
    return await until;
  } finally {
    held -= 1;
    if (held === 0) alive.unref();
  }
}
