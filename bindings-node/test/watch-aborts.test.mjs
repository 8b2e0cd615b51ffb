// Watches that are aborted at random instants, while events arrive.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNothingLeft, BOT, busy, untilAborted } from './aborts.mjs';
import { world } from './world.mjs';

const ABORTS = 1_000;

test(`a watch that is aborted at ${ABORTS} random instants loses nothing`, async (t) => {
  const here = world(t);
  const { trades, note, isBehind, hasFew, stop, assertNothingLost } = await busy(here, 3);
  t.after(stop);
  /** @param {import('autoplus').Watched} item */
  const noteItem = (item) => {
    assert.ok(item.kind === 'event', JSON.stringify(item));
    note(item.event);
  };
  for (let abort = 0; abort < ABORTS || hasFew(); abort += 1) {
    await untilAborted(abort < ABORTS ? 6 : 60, async (signal) => {
      const watch = here.sender.watch(trades, { ...BOT, signal });
      if (abort % 2 === 0) for await (const item of watch) noteItem(item);
      await watch.forEach(noteItem, { atOnce: 3 });
    });
  }
  stop();
  const rest = here.sender.watch(trades, BOT);
  while (isBehind()) (await rest.nextBatch(100)).forEach(noteItem);
  rest.close();
  assertNothingLost();
  await assertNothingLeft(here);
});
