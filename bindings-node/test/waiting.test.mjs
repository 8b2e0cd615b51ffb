// Waiting for something to become true of a trade, and what the streams say of themselves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { quiet, world } from './world.mjs';

test('waitFor gives the trade as it stood when the condition held', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingReceive' });
  /** @type {string[]} */
  const seen = [];
  const waiting = sender.waitFor(id, (trade) => {
    seen.push(trade.status);
    return trade.status === 'waitingConfirmations';
  });
  while (sim.polls().waiting === 0) await sleep(10);
  sim.deposit(id, '0.5');
  sim.confirmDeposit(id);
  const trade = await waiting;
  assert.equal(trade.status, 'waitingConfirmations');
  assert.ok(Object.isFrozen(trade));
  assert.equal(seen[0], 'waitingReceive');
  await quiet(sim);
});

test('waitFor ends when the time is up, when the trade ended without it, and when it is aborted', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const never = () => false;
  await assert.rejects(sender.waitFor(id, never, { timeout: 0.3 }), {
    name: 'TimeoutError',
    kind: 'timeout',
    message: /didn't come true within 0\.3 s, and it is at waitingAction/,
  });
  const controller = new AbortController();
  const aborted = sender.waitFor(id, never, { signal: controller.signal });
  await sleep(50);
  controller.abort();
  await assert.rejects(aborted, { name: 'AbortError' });
  await quiet(sim);
  const ended = sender.waitFor(id, never, { timeout: 10 });
  await sleep(50);
  sim.close(id, 'canceled');
  await assert.rejects(ended, { name: 'ConflictError', kind: 'conflict', message: /closed \(canceled\)/ });
  await assert.rejects(sender.waitFor('42', never), { name: 'NotFoundError' });
});

test('a condition that is wrong is refused, one that throws rejects', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade();
  const wrong = (/** @type {unknown} */ value) => /** @type {any} */ (value);
  const invalid = (/** @type {RegExp} */ message) => ({ name: 'InvalidError', message });
  await assert.rejects(sender.waitFor(id, wrong('completed')), invalid(/^condition: expected a function/));
  await assert.rejects(
    sender.waitFor(
      id,
      wrong(async () => true),
    ),
    invalid(/gave: .* an object of Promise/),
  );
  await assert.rejects(
    sender.waitFor(id, () => true, { timeout: -1 }),
    invalid(/^timeout: expected a number of seconds/),
  );
  await assert.rejects(
    sender.waitFor(id, () => true, { timeout: 3e6 }),
    invalid(/^timeout: expected at most/),
  );
  await assert.rejects(
    sender.waitFor(id, () => true, wrong({ timout: 1 })),
    invalid(/"timout"/),
  );
  const thrown = sender.waitFor(id, () => {
    throw new RangeError('odd');
  });
  await assert.rejects(thrown, RangeError);
  await quiet(sim);
});

test('streams say what they do, in numbers and by trade', async (t) => {
  const { sim, sender } = world(t);
  assert.deepEqual([sender.streamStats().streams, sender.followedTrades()], [0, []]);
  const trades = [sim.openTrade().id, sim.openTrade().id].sort();
  const streams = [...trades, ...trades].map((id) => sender.events(id));
  await Promise.all(streams.map((stream) => stream.next()));
  sim.happen({ trade: trades[0] ?? '', count: 3 });
  await streams[0]?.next();
  const stats = sender.streamStats();
  assert.ok(Object.isFrozen(stats));
  assert.ok(Object.values(stats).every(Number.isInteger), JSON.stringify(stats));
  const { streams: open, trades: followed, gaps, dropped, silent, waiting } = stats;
  assert.deepEqual({ open, followed, gaps, dropped, silent, waiting }, { ...COUNTS, open: 4, followed: 2 });
  assert.ok(stats.polls >= 3 && stats.events >= 3, JSON.stringify(stats));
  const each = sender.followedTrades();
  assert.ok(Object.isFrozen(each) && Object.isFrozen(each[0]));
  assert.deepEqual(
    each.map(({ tradeId, streams, failures, silent }) => ({ tradeId, streams, failures, silent })),
    trades.map((tradeId) => ({ tradeId, streams: 2, failures: 0, silent: false })),
  );
  const lasts = each.map(({ lastGoodPoll }) => lastGoodPoll ?? Number.NaN);
  assert.ok(
    lasts.every((ago) => ago >= 0 && ago < 30),
    String(lasts),
  );
  assert.ok((each[0]?.lag ?? 0) >= 1 && !('error' in (each[0] ?? {})), JSON.stringify(each));
  for (const stream of streams) stream.close();
  assert.equal(sender.streamStats().streams, 0);
});

const COUNTS = { gaps: 0, dropped: 0, silent: 0, waiting: 0 };

test('a trade that is followed in vain says what went wrong', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade();
  sim.fault('GET /trades/{id}/events', { kind: 'status', status: 503, times: 50 });
  const stream = sender.events(id);
  const waiting = stream.next();
  while (!sender.followedTrades()[0]?.failures) await sleep(10);
  const [followed] = sender.followedTrades();
  assert.equal(followed?.error?.name, 'ServerError');
  assert.equal(followed.lastGoodPoll, undefined);
  stream.close();
  assert.deepEqual(await waiting, { done: true, value: undefined });
});
