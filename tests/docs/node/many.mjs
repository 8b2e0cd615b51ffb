// @ts-check
// Many trades as one stream, worked on side by side, through a restart.
import assert from 'node:assert/strict';
import { Simulator } from 'autoplus/testing';
import { clientOf, inFolder } from './other-side.mjs';

const TRADES = 200;
/** @type {Map<string, number[]>} */
const handled = new Map();
let enough = 0;
/** @type {import('autoplus').Watch} */
let watching;

/** @param {import('autoplus').TradeEvent} event */
async function act({ id, trade }) {
  handled.set(trade.id, [...(handled.get(trade.id) ?? []), id]);
  if ([...handled.values()].flat().length >= enough) watching.close();
}

/**
 * @param {string} id
 * @param {import('autoplus').StreamEnd} end
 */
async function tidyUp(id, end) {
  assert.fail(`${id} ended: ${end}`);
}

// ANCHOR: watch
/** @param {import('autoplus').Watched} item */
async function handle(item) {
  if (item.kind === 'event') await act(item.event); // finished, and remembered, when this resolves
  else if (item.kind === 'end') await tidyUp(item.tradeId, item.end); // it has left the watch
  else console.log(item.tradeId, item.over ? "can't be followed" : 'is tried on:', item.error.message);
}

/** @param {import('autoplus').Watch} watch */
async function work(watch) {
  await watch.forEach(handle, { atOnce: 64 }); // trades side by side, each trade in order
}
// ANCHOR_END: watch

// ANCHOR: stats
/** @param {import('autoplus').Client} client */
function look(client) {
  const { trades, pollsInFlight, reconnects, gaps } = client.streamStats();
  console.log(`${trades} trades, ${pollsInFlight} polls, ${reconnects} reconnects, ${gaps} gaps`);
  for (const { tradeId, silent, failures, lastGoodPoll, error } of client.followedTrades()) {
    if (silent || failures > 0) console.log(tradeId, 'last heard of', lastGoodPoll, 'seconds ago:', error?.message);
  }
}
// ANCHOR_END: stats

await inFolder(async () => {
  const sim = Simulator.start();
  const trades = Array.from({ length: TRADES }, () => sim.openTrade({ until: 'waitingAction' }).id);
  const client = clientOf(sim, sim.sender, 'sqlite:bot.db');
  enough = TRADES;
  // ANCHOR: add
  const watch = client.watch(await client.knownTrades(), { consumer: 'bot' });
  for (const id of trades) watch.add(id); // at any time, also while somebody takes from it
  // ANCHOR_END: add
  watching = watch;
  await work(watch);
  look(client);
  assert.deepEqual(new Set(handled.keys()), new Set(trades));
  await client.close();

  handled.clear();
  const late = sim.happen({ count: 50 }).map(({ trade }) => trade);
  enough = late.length;
  const again = clientOf(sim, sim.sender, 'sqlite:bot.db'); // as after a restart
  watching = again.watch(await again.knownTrades(), { consumer: 'bot' });
  await work(watching);
  // What was finished before doesn't come again; what happened meanwhile does, each trade in order.
  for (const id of late) assert.equal(handled.get(id)?.length, late.filter((other) => other === id).length);
  for (const ids of handled.values()) assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
  await again.close();
  sim.stop();
});
