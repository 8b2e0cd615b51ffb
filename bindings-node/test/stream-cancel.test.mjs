// Streams that are aborted at random instants, while events arrive.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortError } from 'autoplus';
import { file, quiet, world } from './world.mjs';

const BOT = { consumer: 'bot' };
/** How often; a file takes longer. */
const ABORTS = { memory: 1_000, file: 200 };

/** Finishes the first snapshot, so that only events follow. @param {import('autoplus').Client} client @param {string} id */
async function begun(client, id) {
  const stream = client.events(id, BOT);
  await stream.next();
  await stream.commit();
  stream.close();
}

/** Runs until it is stopped: every few milliseconds something happens in one of the trades.
 * @param {import('autoplus/testing').Simulator} sim */
function busy(sim) {
  /** @type {Map<string, number[]>} */
  const sent = new Map();
  const timer = setInterval(() => {
    for (const { trade, id } of sim.happen()) sent.set(trade, [...(sent.get(trade) ?? []), id]);
  }, 3);
  return { sent, stop: () => clearInterval(timer) };
}

/** Follows until a random instant; what came before is noted, and it was aborted, nothing else.
 * @param {(signal: AbortSignal) => Promise<unknown>} follow */
async function untilAborted(follow) {
  const controller = new AbortController();
  const following = follow(controller.signal).catch((why) => why);
  const ends = performance.now() + Math.random() * 6;
  // Finer than a timer: between any two turns of the loop.
  while (performance.now() < ends) await new Promise(setImmediate);
  controller.abort();
  const why = await following;
  assert.ok(why instanceof AbortError, String(why));
}

/** Every event in order, and again at once if it wasn't finished.
 * @param {readonly number[]} seen @param {readonly number[]} sent */
function assertNothingLost(seen, sent) {
  assert.ok(sent.length > 100, `only ${sent.length} events`);
  assert.deepEqual(
    seen.filter((id, at) => id !== seen[at - 1]),
    sent,
  );
}

for (const named of /** @type {const} */ (['memory', 'file'])) {
  test(`a stream that is aborted at ${ABORTS[named]} random instants loses nothing: ${named}`, async (t) => {
    const { sim, sender } = world(t, { store: named === 'file' ? file(t) : named });
    const { id } = sim.openTrade({ until: 'waitingAction' });
    await begun(sender, id);
    const { sent, stop } = busy(sim);
    t.after(stop);
    /** @type {number[]} */
    const seen = [];
    for (let aborts = 0; aborts < ABORTS[named]; aborts += 1) {
      await untilAborted(async (signal) => {
        for await (const event of sender.events(id, { ...BOT, signal })) {
          seen.push(event.id);
          if (Math.random() < 0.2) await new Promise(setImmediate);
        }
      });
    }
    stop();
    const ids = sent.get(id) ?? [];
    const rest = sender.events(id, BOT);
    while (seen.at(-1) !== ids.at(-1)) seen.push(...(await rest.nextBatch(100)).map((event) => event.id));
    rest.close();
    assertNothingLost(seen, ids);
    await left(sim, sender);
  });
}

test(`a watch that is aborted at ${ABORTS.memory} random instants loses nothing`, async (t) => {
  const { sim, sender } = world(t);
  const trades = [0, 1, 2].map(() => sim.openTrade({ until: 'waitingAction' }).id);
  for (const id of trades) await begun(sender, id);
  const { sent, stop } = busy(sim);
  t.after(stop);
  /** @type {Map<string, number[]>} */
  const seen = new Map(trades.map((id) => [id, []]));
  /** @param {import('autoplus').Watched} item */
  const note = (item) => {
    assert.ok(item.kind === 'event', JSON.stringify(item));
    seen.get(item.tradeId)?.push(item.event.id);
  };
  for (let aborts = 0; aborts < ABORTS.memory; aborts += 1) {
    await untilAborted(async (signal) => {
      const watch = sender.watch(trades, { ...BOT, signal });
      if (aborts % 2 === 0) for await (const item of watch) note(item);
      await watch.forEach(note, { atOnce: 3 });
    });
  }
  stop();
  const rest = sender.watch(trades, BOT);
  const isBehind = (/** @type {string} */ id) => seen.get(id)?.at(-1) !== sent.get(id)?.at(-1);
  while (trades.some(isBehind)) (await rest.nextBatch(100)).forEach(note);
  rest.close();
  for (const id of trades) assertNothingLost(seen.get(id) ?? [], sent.get(id) ?? []);
  await left(sim, sender);
});

/** Nothing is left at the server: no poll, and no connection once the client is closed.
 * @param {import('autoplus/testing').Simulator} sim @param {import('autoplus').Client} client */
async function left(sim, client) {
  await quiet(sim);
  const { streams, trades, pollsInFlight } = client.streamStats();
  assert.deepEqual({ streams, trades, pollsInFlight }, { streams: 0, trades: 0, pollsInFlight: 0 });
  await client.close();
  for (let looks = 0; sim.polls().connections > 0; looks += 1) {
    assert.ok(looks < 200, `${sim.polls().connections} connections are still open`);
    await sleep(10);
  }
}
