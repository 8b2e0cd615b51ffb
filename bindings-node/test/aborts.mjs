// What tests of aborts at random instants share.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortError } from 'autoplus';
import { quiet } from './world.mjs';

/** Under which name streams read. */
export const BOT = { consumer: 'bot' };

/** How far ahead of its reader the server gets: what waits is sent again with every new poll. */
const AHEAD = 20;

/** How many events of a trade make the test worth something; on a busy machine it takes more aborts until they came. */
const ENOUGH = 20;

/**
 * Trades whose first snapshot is finished, so that only events follow. Every few milliseconds one comes, until `stop`.
 * @param {ReturnType<import('./world.mjs').world>} world
 * @param {number} count
 */
export async function busy({ sim, sender }, count) {
  const trades = Array.from({ length: count }, () => sim.openTrade({ until: 'waitingAction' }).id);
  for (const id of trades) {
    const stream = sender.events(id, BOT);
    await stream.next();
    await stream.commit();
    stream.close();
  }
  /** @type {Map<string, number[]>} */
  const sent = new Map(trades.map((id) => [id, []]));
  /** @type {Map<string, number[]>} */
  const seen = new Map(trades.map((id) => [id, []]));
  const of = (/** @type {Map<string, number[]>} */ events, /** @type {string} */ id) => events.get(id) ?? [];
  const distinct = (/** @type {string} */ id) => new Set(of(seen, id)).size;
  const isAhead = (/** @type {string} */ id) => distinct(id) + AHEAD < of(sent, id).length;
  const timer = setInterval(() => {
    if (trades.some(isAhead)) return;
    for (const { trade, id } of sim.happen()) of(sent, trade).push(id);
  }, 2);
  return {
    trades,
    note: (/** @type {import('autoplus').TradeEvent} */ event) =>
      void of(seen, event.trade.id).push(event.id),
    /** Whether something was not seen yet. */
    isBehind: () => trades.some((id) => of(seen, id).at(-1) !== of(sent, id).at(-1)),
    hasFew: () => trades.some((id) => distinct(id) <= ENOUGH),
    stop: () => clearInterval(timer),
    /** Everything came in order, and again at once if it wasn't finished. */
    assertNothingLost: () => {
      for (const id of trades) {
        const once = of(seen, id).filter((event, at, all) => event !== all[at - 1]);
        assert.deepEqual(once, of(sent, id), id);
        assert.ok(once.length > ENOUGH, `only ${once.length} events came`);
      }
    },
  };
}

/**
 * Follows until a random instant within so many milliseconds: it was aborted then, nothing else.
 * @param {number} within
 * @param {(signal: AbortSignal) => Promise<unknown>} follow
 */
export async function untilAborted(within, follow) {
  const controller = new AbortController();
  const following = follow(controller.signal).catch((why) => why);
  const ends = performance.now() + Math.random() * within;
  // Finer than a timer: between any two turns of the loop.
  while (performance.now() < ends) await new Promise(setImmediate);
  controller.abort();
  const why = await following;
  assert.ok(why instanceof AbortError, String(why));
}

/**
 * At the server is nothing left: no poll, and no connection once the client is closed.
 * @param {ReturnType<import('./world.mjs').world>} world
 */
export async function assertNothingLeft({ sim, sender }) {
  await quiet(sim);
  const { streams, trades, pollsInFlight } = sender.streamStats();
  assert.deepEqual({ streams, trades, pollsInFlight }, { streams: 0, trades: 0, pollsInFlight: 0 });
  await sender.close();
  for (let looks = 0; sim.polls().connections > 0; looks += 1) {
    assert.ok(looks < 200, `${sim.polls().connections} connections are still open`);
    await sleep(10);
  }
}
