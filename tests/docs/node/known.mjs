// @ts-check
// Until it is known what became of a call.

// ANCHOR: until_known
import { setTimeout as sleep } from 'node:timers/promises';
import { OutcomeUnknownError } from 'autoplus';

/**
 * Repeats the same call: on the same challenge, or under the same operation name. Nothing happens twice.
 * @template T
 * @param {() => Promise<T>} call
 */
export async function untilKnown(call, pause = 5_000) {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError)) throw error;
      console.log('not known yet, asking again:', error.message);
      await sleep(pause);
    }
  }
}
// ANCHOR_END: until_known
