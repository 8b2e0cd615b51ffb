// Calls under way. While somebody waits for one, or a mutation runs, the process stays alive; idle clients and
// streams don't keep it.
import { onAbort } from './abort.js';
import { AbortError, errorOf } from './errors.js';
import { type NativeCalls, type NativeValue, native } from './native.js';

export interface CallOptions {
  /** Aborting cancels a read; of a mutation it ends the wait alone, the mutation goes on in the background. */
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
    await start(options?.signal, run, (call) => {
      forget(call);
      calls.cancel(call);
      return 'the call was aborted';
    }),
  );
}

/** Starts a call that may move something and waits for its value. */
export async function mutate<T extends NativeValue>(
  options: CallOptions | undefined,
  run: (call: number) => void,
): Promise<T> {
  return value(
    await start(
      options?.signal,
      run,
      () =>
        'the wait was aborted, but what was started goes on: read the trade, or repeat the call under the same ' +
        'operation name or challenge, to learn what became of it',
    ),
  );
}

// Made here, in an async function that the caller awaits, so that the stack shows the caller.
function value<T extends NativeValue>(outcome: Outcome): T {
  if (outcome.succeeded) return outcome.value as T;
  throw errorOf(outcome.value as string);
}

function start(
  signal: AbortSignal | undefined,
  run: (call: number) => void,
  abort: (call: number) => string,
): Promise<Outcome> {
  if (signal?.aborted)
    throw new AbortError('the call was aborted before it began; nothing was sent', signal.reason);
  return new Promise((resolve, reject) => {
    const call = nextCall();
    const end = onAbort(signal, () => reject(new AbortError(abort(call), signal?.reason)));
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
