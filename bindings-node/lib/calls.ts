// Calls under way. While somebody waits for one, or a mutation runs, the process stays alive; idle clients and
// streams don't keep it.
import { onAbort } from './abort.js';
import { fields, signal } from './arguments.js';
import { AbortError, type BegunOperation, errorOf } from './errors.js';
import { type NativeCalls, type NativeValue, native } from './native.js';

export interface CallOptions {
  /**
   * Aborting cancels a read; of a mutation it ends the wait alone, the mutation goes on in the background, and the
   * {@link AbortError} says how to learn what became of it.
   */
  readonly signal?: AbortSignal | undefined;
}

interface Outcome {
  readonly succeeded: boolean;
  readonly value: NativeValue;
}

const waiting = new Map<number, (outcome: Outcome) => void>();
let lastCall = 0;
let alive: NodeJS.Timeout | undefined;

/** The native side's end of every call of this thread. */
export const calls: NativeCalls = new native.NativeCalls((call, succeeded, value) => {
  const hear = waiting.get(call);
  forget(call);
  hear?.({ succeeded, value });
});

// `process.exit()` and an uncaught error let what was started reach its end too, for up to ten seconds.
process.once('exit', () => calls.drain());

/** Starts a call that moves nothing and waits for its value. */
export async function read<T extends NativeValue>(
  options: CallOptions | undefined,
  run: (call: number) => void,
): Promise<T> {
  return value(
    await start(options, run, (call, reason) => {
      forget(call);
      calls.cancel(call);
      return new AbortError('the call was aborted', reason);
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
  run: (call: number) => void,
  { advice, operation }: Left = AT_ONCE,
): Promise<T> {
  const message = `the wait was aborted, but what was started goes on: ${advice} to learn what became of it`;
  return value(await start(options, run, (_, reason) => new AbortError(message, reason, operation)));
}

// Made here, in an async function that the caller awaits, so that the stack shows the caller.
function value<T extends NativeValue>(outcome: Outcome): T {
  if (outcome.succeeded) return outcome.value as T;
  throw errorOf(outcome.value as string);
}

function start(
  options: CallOptions = {},
  run: (call: number) => void,
  aborted: (call: number, reason: unknown) => AbortError,
): Promise<Outcome> {
  const stop = signal(fields('options', options, ['signal']).signal);
  if (stop?.aborted)
    throw new AbortError('the call was aborted before it began; nothing was sent', stop.reason);
  return new Promise((resolve, reject) => {
    const call = nextCall();
    const end = onAbort(stop, () => reject(aborted(call, stop?.reason)));
    remember(call, (outcome) => {
      end();
      resolve(outcome);
    });
    try {
      run(call);
    } catch (thrown) {
      forget(call);
      end();
      resolve({ succeeded: false, value: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  });
}

function nextCall(): number {
  do lastCall = (lastCall + 1) >>> 0;
  while (waiting.has(lastCall));
  return lastCall;
}

function remember(call: number, hear: (outcome: Outcome) => void): void {
  waiting.set(call, hear);
  // The native queue is unreferenced; a timer that never fires is what holds the loop.
  alive ??= setInterval(() => {}, 2 ** 30);
  if (waiting.size === 1) alive.ref();
}

function forget(call: number): void {
  waiting.delete(call);
  if (waiting.size === 0) alive?.unref();
}
