import { describe, fields, flag, id, seconds, signal } from './arguments.js';
import type { CallOptions } from './calls.js';
import { errorOf, invalid, sync } from './errors.js';
import { EventStream } from './events.js';
import type { Trade } from './models.js';
import type { NativeClient } from './native.js';

export interface WaitOptions extends CallOptions {
  /** How many seconds at most. As long as it takes unless told. */
  readonly timeout?: number | undefined;
}

/** The longest that a timer of JavaScript runs: a longer one would end at once. */
const LONGEST_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

export async function waitFor(
  client: NativeClient,
  tradeId: string,
  condition: (trade: Trade) => boolean,
  options: WaitOptions,
): Promise<Trade> {
  const thread = id('trade id', tradeId);
  if (typeof condition !== 'function') {
    throw invalid(`condition: expected a function, got ${describe(condition)}`);
  }
  const given = fields('options', options, ['timeout', 'signal']);
  const timeout = checkTimeout(given.timeout);
  const stop = signal(given.signal);
  const events = sync(() => client.events(thread));
  const stream = EventStream.of(events, thread, { signal: stop });
  let late = false;
  const end = () => {
    late = true;
    stream.close();
  };
  const timer = timeout === undefined ? undefined : setTimeout(end, timeout * 1000);
  try {
    for (let step = await stream.next(); !step.done; step = await stream.next()) {
      const { trade } = step.value;
      // A promise, which is no boolean, would count as true.
      if (flag('what condition gave', condition(trade))) return trade;
    }
    throw errorOf(late && timeout !== undefined ? events.tooLate(timeout) : events.endedWithout());
  } finally {
    clearTimeout(timer);
    stream.close();
  }
}

function checkTimeout(timeout: number | undefined): number | undefined {
  seconds('timeout', timeout);
  if (timeout === undefined || timeout <= LONGEST_SECONDS) return timeout;
  throw invalid(
    `timeout: expected at most ${LONGEST_SECONDS} seconds; leave it out to wait for as long as it takes`,
  );
}
