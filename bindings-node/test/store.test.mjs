import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Client, InvalidError, StoreError } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { arrived, sent, start } from './child.mjs';
import { file, world } from './world.mjs';

const CREATE = 'POST /guilds/{guildId}/trades';

/** @param {Simulator} sim */
const orderOf = (sim) => {
  const parties = { guild: sim.guild, crypto: 'ltc', sender: sim.sender.id, receiver: sim.receiver.id };
  return { ...parties, operation: 'order:1' };
};

test('a client that is closed and made anew knows what was begun, and sends nothing again', async (t) => {
  const sim = Simulator.start();
  t.after(() => sim.stop());
  const store = file(t);
  const path = store.slice('sqlite:'.length);
  const again = () =>
    new Client({ baseUrl: sim.baseUrl, token: sim.sender.token, userId: sim.sender.id, store });
  const first = again();
  const opened = await first.openTrade(orderOf(sim));
  await first.close();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await assert.rejects(first.pendingOperations(), { name: 'ClosedError' });
  const second = again();
  assert.deepEqual(await second.openTrade(orderOf(sim)), opened);
  assert.deepEqual(await second.knownTrades(), [opened.id]);
  assert.deepEqual(await second.recover(), []);
  await second.close();
  assert.equal(sent(sim, CREATE).length, 1);
  assert.ok(!readFileSync(path).includes(sim.sender.token));
});

test('the environment names a store, and options go before it', async (t) => {
  const [store, other] = [file(t), file(t)];
  const path = (/** @type {string} */ named) => named.slice('sqlite:'.length);
  const before = process.env.AUTOPLUS_STORE;
  t.after(() => {
    delete process.env.AUTOPLUS_STORE;
    if (before !== undefined) process.env.AUTOPLUS_STORE = before;
  });
  process.env.AUTOPLUS_STORE = store;
  const second = Client.fromEnv({ store: other });
  assert.deepEqual([existsSync(path(store)), existsSync(path(other))], [false, true]);
  const first = Client.fromEnv();
  assert.ok(existsSync(path(store)));
  await Promise.all([first.close(), second.close()]);
});

test('a store that is not named rightly or is not for us is refused before anything else', async (t) => {
  const store = file(t);
  const path = store.slice('sqlite:'.length);
  const wrong = (/** @type {unknown} */ value) => /** @type {any} */ (value);
  for (const [given, advice] of /** @type {[unknown, RegExp][]} */ ([
    ['sqlite:', /needs the path of a file/],
    ['autoplus.db', /neither memory nor sqlite:PATH/],
    [5, /^store: expected a string/],
  ])) {
    assert.throws(
      () => new Client({ store: wrong(given) }),
      (error) => error instanceof InvalidError && advice.test(error.message),
    );
  }
  const refused = (/** @type {string} */ named, /** @type {RegExp} */ advice) =>
    assert.throws(
      () => new Client({ store: wrong(named) }),
      (error) => error instanceof StoreError && error.kind === 'store' && advice.test(error.message),
    );
  refused(`${store}/none/autoplus.db`, /can't be made/);
  writeFileSync(path, 'a shopping list, by no means a database '.repeat(200));
  const list = readFileSync(path);
  refused(store, /is damaged .* restore it from a backup/);
  assert.deepEqual(readFileSync(path), list);
});

test('a store without room stops a mutation before anything is sent, and the name stays free', async (t) => {
  const store = file(t);
  const { sim, sender } = world(t, { store });
  await sender.openTrade({ ...orderOf(sim), operation: 'order:0' });
  sim.requests({ clear: true });
  // Files of the process can't grow past 32 KiB, and the log is longer than that already.
  assert.ok(statSync(`${store.slice('sqlite:'.length)}-wal`).size > 32_768);
  const [error, pending] = await start(
    sim,
    { store, shell: 'ulimit -f 64' },
    `const error = await client.openTrade(order).catch((why) => why);
    tell({ name: error.name, kind: error.kind, message: error.message });
    tell(await client.pendingOperations());`,
  ).told();
  assert.deepEqual([error.name, error.kind, pending], ['StoreError', 'store', []]);
  assert.match(error.message, /^store: .*autoplus\.db.*nothing was sent/);
  assert.deepEqual(sim.requests(), []);
  await sender.openTrade(orderOf(sim));
});

test('worker threads over one file open a trade once under one name', async (t) => {
  const sim = Simulator.start();
  t.after(() => sim.stop());
  const store = file(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 0.5 });
  const workers = Array.from({ length: 4 }, () => worker(sim, store));
  const ids = await Promise.all(workers.map(({ message }) => message));
  assert.deepEqual(new Set(ids), new Set([sim.trades()[0]?.id]));
  assert.equal(sent(sim, CREATE).length, 1);
  assert.deepEqual(sim.check({ creates: 1 }), []);
});

test('what a terminated worker began goes on, and the next one gets its result', async (t) => {
  const sim = Simulator.start();
  t.after(() => sim.stop());
  const store = file(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 1 });
  const terminated = worker(sim, store).thread;
  await arrived(sim, CREATE);
  await terminated.terminate();
  await sleep(50);
  assert.equal(await worker(sim, store).message, sim.trades()[0]?.id);
  assert.equal(sent(sim, CREATE).length, 1);
});

/** A thread that opens the order and posts the trade's id. @param {Simulator} sim @param {string} store */
function worker(sim, store) {
  const program = `const { workerData, parentPort } = require('node:worker_threads');
    const { Client } = require(workerData.autoplus);
    const client = new Client(workerData.options);
    const tell = (value) => parentPort.postMessage(value);
    client.openTrade(workerData.order).then(({ id }) => tell(id), (error) => tell(error.message));`;
  const options = { baseUrl: sim.baseUrl, token: sim.sender.token, userId: sim.sender.id, store };
  const autoplus = createRequire(import.meta.url).resolve('autoplus');
  const thread = new Worker(program, { eval: true, workerData: { options, order: orderOf(sim), autoplus } });
  const message = new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject));
  return { thread, message };
}
