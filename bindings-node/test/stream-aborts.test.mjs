// Streams that are aborted at random instants, while events arrive.
import { test } from 'node:test';
import { assertNothingLeft, BOT, busy, untilAborted } from './aborts.mjs';
import { file, world } from './world.mjs';

/** How often, and within how many milliseconds: a file is slower. */
const STORES = /** @type {const} */ ([
  ['memory', 1_000, 6],
  ['file', 300, 12],
]);

for (const [named, aborts, within] of STORES) {
  test(`a stream that is aborted at ${aborts} random instants loses nothing: ${named}`, async (t) => {
    const here = world(t, { store: named === 'file' ? file(t) : named });
    const { trades, note, isBehind, hasFew, stop, assertNothingLost } = await busy(here, 1);
    t.after(stop);
    const [id = ''] = trades;
    for (let abort = 0; abort < aborts || hasFew(); abort += 1) {
      await untilAborted(abort < aborts ? within : 60, async (signal) => {
        for await (const event of here.sender.events(id, { ...BOT, signal })) {
          note(event);
          if (Math.random() < 0.2) await new Promise(setImmediate);
        }
      });
    }
    stop();
    const rest = here.sender.events(id, BOT);
    while (isBehind()) (await rest.nextBatch(100)).forEach(note);
    rest.close();
    assertNothingLost();
    await assertNothingLeft(here);
  });
}
