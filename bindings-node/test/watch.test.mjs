import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'autoplus';
import { start } from './child.mjs';
import { file, quiet, world } from './world.mjs';

/** @typedef {import('autoplus').Watched} Watched */

/** @param {import('autoplus/testing').Simulator} sim @param {number} count */
const opened = (sim, count) =>
  Array.from({ length: count }, () => sim.openTrade({ until: 'waitingAction' }).id).sort();

/** So many items, one by one. @param {import('autoplus').Watch} watch @param {number} count */
async function some(watch, count) {
  /** @type {Watched[]} */
  const items = [];
  for await (const item of watch) {
    items.push(item);
    if (items.length === count) return items;
  }
  return items;
}

/** @param {Watched} item */
const kindOf = (item) =>
  item.kind === 'event' ? item.event.type : item.kind === 'end' ? item.end.end : item.error.kind;

test('a watch gives the events and the ends of many trades, and one bad trade disturbs no other', async (t) => {
  const { sim, sender } = world(t);
  const [one = '', two = ''] = opened(sim, 2);
  const watch = sender.watch([one, two, '42']);
  assert.deepEqual(watch.trades(), ['42', one, two].sort());
  assert.equal(watch.consumer, undefined);
  const items = [];
  while (items.length < 3) items.push(...(await watch.nextBatch(10)));
  const bad = items.find(({ tradeId }) => tradeId === '42');
  assert.ok(bad?.kind === 'failure' && bad.error.name === 'NotFoundError' && bad.over);
  for (const id of [one, two]) {
    const item = items.find(({ tradeId }) => tradeId === id);
    assert.ok(item?.kind === 'event' && item.event.type === 'trade.snapshot' && Object.isFrozen(item.event));
  }
  assert.ok(items.every(Object.isFrozen));
  sim.close(one, 'released');
  const [closed, end] = [(await watch.next()).value, (await watch.next()).value];
  assert.ok(closed?.kind === 'event' && closed.event.outcome === 'released');
  assert.ok(end?.kind === 'end' && Object.isFrozen(end.end) && end.lastKnown?.id === one);
  assert.deepEqual(end.end, { end: 'closed', outcome: 'released' });
  const [event] = sim.happen({ trade: two });
  const { value } = await watch.next();
  assert.ok(value?.kind === 'event' && value.event.id === event?.id);
  assert.deepEqual(watch.trades(), [two]);
  watch.close();
  assert.deepEqual(await watch.next(), { done: true, value: undefined });
  assert.deepEqual([watch.trades(), watch.add(one)], [[], false]);
  await quiet(sim);
});

test('what a watch gives counts as reviewed', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingTermsAcceptance' });
  sim.act(id, 'receiver', { act: 'set_terms', text: 'ship' });
  const watch = sender.watch([id]);
  const { value } = await watch.next();
  assert.ok(value?.kind === 'event');
  assert.equal((await sender.confirmTerms(value.event.trade)).terms?.sender.confirmed, true);
  watch.close();
});

test('trades come and go while a watch runs', async (t) => {
  const { sim, sender } = world(t);
  const [one = '', two = ''] = opened(sim, 2);
  const watch = sender.watch([]);
  const first = watch.next();
  await sleep(50);
  assert.deepEqual([watch.add(one), watch.add(one)], [true, false]);
  assert.equal((await first).value?.tradeId, one);
  const second = watch.next();
  assert.equal(watch.add(two), true);
  assert.equal((await second).value?.tradeId, two);
  assert.deepEqual([watch.remove(one), watch.remove(one)], [true, false]);
  sim.happen({ trade: one });
  const [event] = sim.happen({ trade: two });
  const third = (await watch.next()).value;
  assert.ok(third?.kind === 'event' && third.event.id === event?.id);
  assert.deepEqual(watch.trades(), [two]);
  const last = watch.next();
  watch.close();
  assert.deepEqual(await last, { done: true, value: undefined });
});

test('a name goes on where it was in every trade, over two processes on one file', async (t) => {
  const store = file(t);
  const { sim, sender } = world(t, { store });
  const trades = opened(sim, 3);
  const watch = sender.watch(trades, { consumer: 'bot' });
  let count = 0;
  while (count < 3) count += (await watch.nextBatch(8)).length;
  const happened = trades.map((trade) => sim.happen({ trade })[0]?.id);
  const item = (await watch.next()).value;
  const program = `const watch = client.watch(${JSON.stringify(trades)}, { consumer: 'bot' });
    const seen = [];
    await watch.forEach(async (item) => {
      seen.push([item.tradeId, item.kind === 'event' ? item.event.id : item.error.kind]);
      if (seen.length === 3) watch.close();
    });
    tell(seen.sort());`;
  const taken = trades.map((trade) => [trade, 'operation_in_progress']);
  assert.deepEqual(await start(sim, { store }, program).told(), [taken]);
  watch.close();
  assert.ok(item);
  const told = await start(sim, { store }, program).told();
  assert.deepEqual(told, [trades.map((trade, at) => [trade, happened[at]])]);
});

test('workers take, and a trade goes on only once its item is done', async (t) => {
  const { sim, sender } = world(t);
  const [one = '', two = ''] = opened(sim, 2);
  const watch = sender.watch([one, two], { consumer: 'bot' });
  const taken = [await watch.take(), await watch.take()];
  assert.deepEqual(taken.map((item) => item?.tradeId).sort(), [one, two]);
  sim.happen({ trade: one });
  sim.happen({ trade: two });
  const third = watch.take();
  assert.equal(await Promise.race([third, sleep(200, 'nothing')]), 'nothing');
  assert.ok(taken[1]);
  await watch.done(taken[1]);
  assert.equal((await third)?.tradeId, taken[1].tradeId);
  assert.ok(taken[0]);
  watch.giveBack(taken[0]);
  const same = await watch.take();
  assert.ok(same && same !== taken[0]);
  assert.deepEqual(same, taken[0]);
  const copy = /** @type {Watched} */ ({ ...taken[0] });
  assert.throws(() => watch.giveBack(copy), { name: 'InvalidError' });
  await assert.rejects(watch.done(copy), { name: 'InvalidError', message: /what this watch gave/ });
  watch.close();
});

test('forEach works on trades side by side, and on each in order', async (t) => {
  const { sim, sender } = world(t);
  const trades = opened(sim, 8);
  const watch = sender.watch(trades, { consumer: 'bot' });
  /** @type {{ trade: string, id: number }[]} */
  let sent = [];
  /** @type {{ trade: string, id: number }[]} */
  const seen = [];
  const [busy, twice] = [new Set(), /** @type {string[]} */ ([])];
  let most = 0;
  await watch.forEach(
    async (item) => {
      assert.ok(item.kind === 'event', kindOf(item));
      if (busy.has(item.tradeId)) twice.push(item.tradeId);
      busy.add(item.tradeId);
      most = Math.max(most, busy.size);
      await sleep(Math.random() * 4);
      busy.delete(item.tradeId);
      seen.push({ trade: item.tradeId, id: item.event.id });
      if (seen.length === trades.length) sent = [...sim.happen({ count: 300 })];
      if (seen.length === trades.length + 300) watch.close();
    },
    { atOnce: 4 },
  );
  assert.deepEqual([twice, most], [[], 4]);
  const of = (/** @type {string} */ id, /** @type {{ trade: string, id: number }[]} */ events) =>
    events.filter(({ trade }) => trade === id).map((event) => event.id);
  for (const id of trades) assert.deepEqual(of(id, seen).slice(1), of(id, sent));
  await quiet(sim);
});

test('the first error of a handler rejects forEach after the others have returned, and what failed comes again', async (t) => {
  const { sim, sender } = world(t);
  const trades = opened(sim, 5);
  const watch = sender.watch(trades, { consumer: 'bot' });
  const [began, returned] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
  const failing = watch.forEach(
    async ({ tradeId }) => {
      began.push(tradeId);
      if (began.length === 3) {
        await sleep(50);
        throw new Error('first');
      }
      await sleep(200);
      if (began.length === 2) throw new Error('never the second');
      returned.push(tradeId);
    },
    { atOnce: 3 },
  );
  await assert.rejects(failing, /^Error: first$/);
  assert.deepEqual([began.length, returned], [3, began.slice(0, 2)]);
  assert.equal(watch.trades().length, 5);
  /** @type {string[]} */
  const again = [];
  await watch.forEach(({ tradeId }) => {
    again.push(tradeId);
    if (again.length === 3) watch.close();
  });
  const finished = began.slice(0, 2);
  assert.deepEqual(
    again.sort(),
    trades.filter((id) => !finished.includes(id)),
  );
});

test('a stopped forEach takes nothing away from the next one', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const watch = sender.watch([id]);
  const snapshot = await watch.take();
  assert.ok(snapshot);
  await watch.done(snapshot);
  /** @type {Watched[]} */
  const seen = [];
  /** @type {number[]} */
  const sent = [];
  for (let round = 0; round < 20; round += 1) {
    const stopped = watch.forEach((item) => {
      seen.push(item);
      if (seen.length % 2 === 0) throw new Error('stop');
    });
    sent.push(...sim.happen({ trade: id, count: 2 }).map((event) => event.id));
    await assert.rejects(stopped, /stop/);
  }
  watch.close();
  const ids = seen.map((item) => (item.kind === 'event' ? item.event.id : Number.NaN));
  for (let at = 2; at < ids.length; at += 2) assert.equal(ids[at], ids[at - 1], 'failed at, so given again');
  const distinct = [...new Set(ids)];
  assert.deepEqual(
    distinct,
    [...distinct].sort((a, b) => a - b),
  );
});

test('aborting a watch rejects whoever waits, and ends its polls', async (t) => {
  const { sim, sender } = world(t);
  const trades = opened(sim, 3);
  const controller = new AbortController();
  const watch = sender.watch(trades, { consumer: 'bot', signal: controller.signal });
  await some(sender.watch(trades), 3);
  const working = watch.forEach(() => {});
  while (sim.polls().waiting < 3) await sleep(10);
  controller.abort(new Error('enough'));
  await assert.rejects(working, { name: 'AbortError', cause: new Error('enough') });
  await assert.rejects(watch.next(), { name: 'AbortError' });
  await assert.rejects(watch.take(), { name: 'AbortError' });
  await quiet(sim);
});

test('wrong arguments of a watch are refused', async (t) => {
  const { sim, sender } = world(t);
  const wrong = (/** @type {unknown} */ value) => /** @type {any} */ (value);
  const invalid = (/** @type {RegExp} */ message) => ({ name: 'InvalidError', message });
  assert.throws(
    () => sender.watch(wrong('42')),
    invalid(/^trades: expected a list of thread ids, got a str/),
  );
  assert.throws(() => sender.watch(wrong([42])), invalid(/ids are strings/));
  assert.throws(() => sender.watch([], wrong({ consumr: 'a' })), invalid(/"consumr" isn't known/));
  assert.throws(() => sender.watch([], { consumer: '' }), invalid(/^consumer: /));
  assert.throws(() => sender.watch([], { signal: wrong(1) }), invalid(/^signal/));
  const watch = sender.watch(new Set(['42']));
  assert.throws(() => watch.add(wrong(42)), invalid(/ids are strings/));
  await assert.rejects(watch.nextBatch(0), invalid(/^max: expected a whole number of at least 1; got 0/));
  await assert.rejects(watch.forEach(wrong(5)), invalid(/^handler/));
  await assert.rejects(
    watch.forEach(() => {}, { atOnce: wrong('4') }),
    invalid(/^atOnce: .*a string/),
  );
  await assert.rejects(
    watch.forEach(() => {}, wrong({ atonce: 4 })),
    invalid(/"atonce"/),
  );
  watch.close();
  const closed = new Client({ baseUrl: sim.baseUrl });
  await closed.close();
  assert.throws(() => closed.watch([]), { name: 'ClosedError' });
  assert.deepEqual(sim.requests(), []);
});
