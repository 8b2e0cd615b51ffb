// @ts-check
// Many trades as one stream, worked on side by side, through a restart.
import assert from 'node:assert/strict';
import { Simulator } from 'autoplus/testing';
import { clientOf, inFolder } from './other-side.mjs';

const TRADES = 200;
const AT_ONCE = 64;
/** @type {string[]} */
let handled = [];
/** @type {Set<string>} */
let missing = new Set();
/** @type {import('autoplus').Client} */
let bot;
/** @type {import('autoplus').Watch} */
let watching;

/** @param {import('autoplus').TradeEvent} event */
async function act({ id, trade }) {
  handled.push(`${trade.id} ${id}`);
  for (const seen of [trade.id, `${trade.id} ${id}`]) missing.delete(seen);
  if (missing.size > 0) return;
  look(bot);
  watching.close();
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
  if (item.kind === 'event')
    await act(item.event); // finished, and remembered, when this resolves
  else if (item.kind === 'end')
    await tidyUp(item.tradeId, item.end); // it has left the watch
  else console.log(item.tradeId, item.over ? "can't be followed" : 'is tried on:', item.error.message);
}

/** @param {import('autoplus').Watch} watch */
async function work(watch) {
  await watch.forEach(handle, { atOnce: AT_ONCE }); // trades side by side, each trade in order
}
// ANCHOR_END: watch

// ANCHOR: stats
/** @param {import('autoplus').Client} client */
function look(client) {
  const { trades, pollsInFlight, reconnects, gaps } = client.streamStats();
  console.log(`${trades} trades, ${pollsInFlight} polls, ${reconnects} reconnects, ${gaps} gaps`);
  for (const { tradeId, silent, failures, lastGoodPoll, error } of client.followedTrades()) {
    if (silent || failures > 0)
      console.log(tradeId, 'last heard of', lastGoodPoll, 'seconds ago:', error?.message);
  }
}
// ANCHOR_END: stats

// ANCHOR: notes
/** @param {import('autoplus').Client} client */
async function tellWhatChanges(client) {
  for await (const note of client.streamNotes()) {
    if (note.change === 'failing' || note.change === 'refused')
      console.log(note.tradeId, note.change, note.error.message);
    else if (note.change === 'silent') console.log(note.tradeId, 'is silent for', note.silentMs, 'ms');
    else if (note.change === 'recovered' || note.change === 'gap') console.log(note.tradeId, note.change);
  }
}
// ANCHOR_END: notes

await inFolder(async () => {
  const sim = Simulator.start();
  const trades = Array.from({ length: TRADES }, () => sim.openTrade({ until: 'waitingAction' }).id);
  const client = clientOf(sim, sim.sender, 'sqlite:bot.db');
  missing = new Set(trades);
  bot = client;
  void tellWhatChanges(client);
  // ANCHOR: add
  const watch = client.watch(await client.knownTrades(), { consumer: 'bot' });
  for (const id of trades) watch.add(id); // at any time, also while somebody takes from it
  // ANCHOR_END: add
  watching = watch;
  await work(watch);
  await client.close();

  const before = new Set(handled);
  handled = [];
  // One each: where nothing was finished, a snapshot stands for all that happened.
  const happened = trades.slice(0, 50).flatMap((trade) => sim.happen({ trade }));
  const late = happened.map(({ trade, id }) => `${trade} ${id}`);
  missing = new Set(late);
  const again = clientOf(sim, sim.sender, 'sqlite:bot.db'); // as after a restart
  bot = again;
  watching = again.watch(await again.knownTrades(), { consumer: 'bot' });
  await work(watching);
  // What happened meanwhile comes, each trade in order; of what was seen, only what wasn't finished.
  assert.ok(handled.filter((seen) => before.has(seen)).length <= AT_ONCE);
  for (const id of trades) {
    const of = (/** @type {string[]} */ events) => events.filter((seen) => seen.startsWith(`${id} `));
    assert.deepEqual(
      of(handled).filter((seen) => !before.has(seen)),
      of(late),
    );
  }
  await again.close();
  sim.stop();
});
